"""What the initialization page shows: its controls, the signal before training, symmetry, training."""
