"""The parts of the bug lab: the sidebar, the trainings, the detectors' evidence, the gallery, the hunt."""
