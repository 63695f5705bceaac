"""Known mistakes in backward passes: the bugs of the bug lab that change a gradient, and their kin."""

from lab.diagnosis.mistake import MISTAKES
from lab.diagnosis.mistakes import below, layers, output, penalty, whole  # noqa: F401 - in the order of the pass

__all__ = ["MISTAKES"]
