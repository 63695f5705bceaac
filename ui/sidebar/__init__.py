"""The controls of a page, bound to its address; locks; points and images of the visitor's own."""
