"""Where every number of a step comes from: `equations` of matrices, and `workings`, the data to draw them."""

from lab.derivation.sources.drawn import workings
from lab.derivation.sources.of_step import equations

__all__ = ["equations", "workings"]
