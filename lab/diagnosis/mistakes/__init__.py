"""Known mistakes in backward passes: the bug lab's bugs that change a gradient, and similar ones."""

from lab.diagnosis.mistake import MISTAKES, mistakes_of
from lab.diagnosis.mistakes import below, layers, output, penalty, whole  # noqa: F401 - in the order of the pass

__all__ = ["MISTAKES", "mistakes_of"]
