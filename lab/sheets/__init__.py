"""Problem sheets for a class: one per student, with numbers of their own, printable; solutions apart."""
