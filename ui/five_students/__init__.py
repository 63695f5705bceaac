"""The parts of the page about five published pieces of coursework."""
