"""The parts of the gradient-check page."""
