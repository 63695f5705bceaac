"""The bug lab's bugs: planted in a training program of their own, out of reach of every other page."""

from lab.bugs.catalogue import BUGS, Bug
from lab.bugs.detectors import DETECTORS, Bench, Finding, bench
from lab.bugs.program import RawData, train
from lab.bugs.steps import RIGHT, Steps

__all__ = ["BUGS", "DETECTORS", "RIGHT", "Bench", "Bug", "Finding", "RawData", "Steps", "bench", "train"]
