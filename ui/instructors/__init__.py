"""The parts of the page for instructors: an assignment as a link, a hunt, a sheet for every student."""
