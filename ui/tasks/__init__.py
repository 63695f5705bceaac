"""An assignment as a student works on it: answers so far, answer boxes, and the box on a locked page."""
