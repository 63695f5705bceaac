"""The parts of the home page: the live map, the gallery of questions, the published systems."""
