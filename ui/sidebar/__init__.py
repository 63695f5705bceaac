"""A page's controls, bound to its address; locks; the visitor's own points, tables and images."""
