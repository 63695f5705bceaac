"""The parts of the initialization page: controls, the signal before training, symmetry, training."""
