"""An assignment as a student takes it: what was answered, the answer boxes, and the box on a locked page."""
