"""The bug lab's bugs: planted in a training program of their own, out of reach of every other page."""

from .catalogue import BUGS, Bug
from .detectors import DETECTORS, Bench, Finding, bench
from .program import RawData, train
from .steps import RIGHT, Steps

__all__ = ["BUGS", "DETECTORS", "RIGHT", "Bench", "Bug", "Finding", "RawData", "Steps", "bench", "train"]
