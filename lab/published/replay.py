"""Replay: a published experiment as a preset of the initialization page, with its published figures."""

from types import MappingProxyType
from typing import NamedTuple

from lab.links.sweep_plan import NONE

NOTHING = MappingProxyType({})
IN_FILE_ORDER = {"shuffle": False, "train": True}


class Replay(NamedTuple):
    """A published experiment: a Preset with its source, a note, and what was published.

    `changes` are its differences from the page's defaults; `curves` is {start as text: its run in the
    published table}; `finals` is {start as text: (figure, epoch, value)} if only a final figure was
    published; `cumulative` says that its figures are means over all epochs so far.

    `panels` are the quantities that it drew by epoch, a line for each of the `splits`: cost (loss and
    penalty), loss, accuracy, error; and rate, by step. `unscaled_test` says that its test images were not
    scaled like its training images; `looked_at` are the losses that it printed for single images.
    `stand_in` names a dataset used in place of its own; published figures must not be shown with it.
    """

    question: str
    predict: str
    source: str
    changes: dict
    note: str
    curves: dict = NOTHING
    finals: dict = NOTHING
    cumulative: bool = False
    panels: tuple = ()
    splits: tuple = ("train", "validation")
    unscaled_test: bool = False
    looked_at: tuple = ()
    stand_in: str = ""


def along(field, values):
    """Return the changes that make a field the only axis of a sweep."""
    return {"axis1": field, "values1": values, "axis2": NONE, "values2": ""}
