"""The parts of the sweeps page: the space, the running sweep, its views."""
