"""The bug lab: a training program of its own, real bugs to plant in it, and tests that find them."""

from lab.bugs.catalogue import BUGS, Bug
from lab.bugs.detectors import DETECTORS, Bench, Finding, bench
from lab.bugs.program import RawData, train
from lab.bugs.steps import RIGHT, Steps

__all__ = ["BUGS", "DETECTORS", "RIGHT", "Bench", "Bug", "Finding", "RawData", "Steps", "bench", "train"]
