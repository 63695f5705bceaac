"""The questions of every page, each an experiment to start from."""
