"""The Optimization page."""
