"""The parts of the bug-lab page: sidebar, trainings, the tests' evidence, gallery, hunt, repair."""
