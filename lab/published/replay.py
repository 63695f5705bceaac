"""Replay: a published experiment as a preset of the initialization page, with its published figures."""

from types import MappingProxyType
from typing import NamedTuple

from lab.links.sweep_plan import NONE

NOTHING = MappingProxyType({})
IN_FILE_ORDER = {"shuffle": False, "train": True}


class Replay(NamedTuple):
    """A published experiment: a Preset with its source, a note, and what was published.

    `changes` are what it changes of the page's defaults; `curves` {start as text: its run in the
    published table}; `finals` {start as text: (figure, epoch, value)} where only a final figure was
    published; `cumulative` whether its figures are means over all epochs so far.
    """

    question: str
    predict: str
    source: str
    changes: dict
    note: str
    curves: dict = NOTHING
    finals: dict = NOTHING
    cumulative: bool = False


def along(field, values):
    """Return the changes that make a field the only axis of a sweep."""
    return {"axis1": field, "values1": values, "axis2": NONE, "values2": ""}
