"""What the sweeps page shows: its space, the running sweep, its views."""
