"""One live element of a page, for a frame in another page: a slide, a course page, a notebook."""
