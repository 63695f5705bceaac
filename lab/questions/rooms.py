"""Rooms: the questions of each page, in the order in which a course would visit them."""

from typing import NamedTuple

from lab.links.pages import PAGES
from lab.published import replays
from lab.questions import bug_lab as programs
from lab.questions import decision_boundary as boundaries
from lab.questions import derivation, preset
from lab.questions import gradient_check as checks
from lab.questions import initialization as starts
from lab.questions import sweeps as searches


class Room(NamedTuple):
    """The questions of a page: its script, what it is about, its presets, the defaults of its fields."""

    script: str
    about: str
    questions: tuple
    defaults: dict | None


def rooms():
    """All rooms, in the order in which a course would visit them."""
    return (
        Room("pages/decision_boundary.py", "What can a network draw?", boundaries.BOUNDARY[:6], {}),
        Room("pages/derivation.py", "Where do the gradients come from?", derivation.questions()[:4], None),
        Room(
            "pages/initialization.py",
            "Which first weights learn?",
            (*starts.QUESTIONS[:4], replays.REPLAYS[1]),
            PAGES["initialization"].defaults,
        ),
        Room(
            "pages/gradient_check.py",
            "Is the gradient right?",
            checks.QUESTIONS[:3],
            PAGES["gradient_check"].defaults,
        ),
        Room(
            "pages/bug_lab.py",
            "What is wrong with this program?",
            programs.QUESTIONS[:3],
            PAGES["bug_lab"].defaults,
        ),
        Room("pages/sweeps.py", "Which setting matters?", searches.QUESTIONS[:3], PAGES["sweeps"].defaults),
    )


def query(room, question):
    """The link's parameters: the whole experiment where the page has one, else what is changed."""
    if room.defaults is None:
        return {name: preset.shown(value) for name, value in question.changes.items()}
    return preset.query(question, room.defaults)
