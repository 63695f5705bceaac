"""The parts of the bug lab: its sidebar, its trainings, the evidence, the gallery, the hunt."""
