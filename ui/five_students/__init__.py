"""The parts of the page about the five published courseworks."""
