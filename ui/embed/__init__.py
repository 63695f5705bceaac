"""One live element of a page, for a frame in another: a slide, a course page, a notebook."""
