"""The parts of the page for instructors: assignments as links, bug hunts, problem sheets for a class."""
