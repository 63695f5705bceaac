"""Recall: backward() assembled from memory out of our own fragments, and judged by running it.

No text is ever run. A fragment is a line of code as it is shown, together with a function that does the same;
a test runs the texts themselves and compares.
"""

from lab.recall.assembled import Outcome, outcome
from lab.recall.fragments import FRAGMENTS, LINES, RIGHT, given, shown
from lab.recall.mistakes import WRONG, choices
from lab.recall.order import judged, pool

__all__ = [
    "FRAGMENTS",
    "LINES",
    "RIGHT",
    "WRONG",
    "Outcome",
    "choices",
    "given",
    "judged",
    "outcome",
    "pool",
    "shown",
]
