"""The parts of the initialization page: sidebar, the signal before training, symmetry, training, images."""
