"""The parts of the decision-boundary page."""
