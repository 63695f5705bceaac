"""The bug lab: its own training program, bugs to plant in it, and tests that find them.

The bugs are of the kind found in published coursework and teaching tools.
"""

from lab.bugs import elsewhere, gradients
from lab.bugs.bug import Bug
from lab.bugs.detectors import DETECTORS, Finding
from lab.bugs.program import Bench, RawData, bench, train
from lab.bugs.steps import RIGHT

__all__ = ["BUGS", "DETECTORS", "RIGHT", "Bench", "Bug", "Finding", "RawData", "bench", "train"]

_planted = [bug for part in (gradients, elsewhere) for bug in vars(part).values() if isinstance(bug, Bug)]
BUGS = {bug.wrong.__name__: bug for bug in sorted(_planted)}
