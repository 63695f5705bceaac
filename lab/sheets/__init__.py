"""Printable problem sheets for a class: one per student, each with its own numbers; solutions separate."""
