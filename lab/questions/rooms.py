"""The questions of each page that Home and the instructors' page offer, in the order of a course."""

from typing import NamedTuple

from lab.links.pages import PAGES
from lab.published.coursework_b import FOUND
from lab.questions import derive, learn, preset, search, verify


class Room(NamedTuple):
    """A page, what it is about, its questions, and its fields' defaults (None if it has no experiment)."""

    page: str
    about: str
    questions: tuple
    defaults: dict | None

    @property
    def script(self):
        """The path of the page's script."""
        return f"pages/{self.page}.py"


def rooms():
    """Return all rooms, in the order of a course."""
    return (
        Room("decision_boundary", "What can a network draw?", learn.DECISION_BOUNDARY[:6], {}),
        Room("derivation", "Where do the gradients come from?", derive.DERIVATION[:4], None),
        _room("initialization", "Which first weights learn?", (*learn.INITIALIZATION[:4], FOUND)),
        _room("optimization", "Which way is down?", learn.OPTIMIZATION[:3]),
        _room("gradient_check", "Is the gradient right?", verify.GRADIENT_CHECK[:3]),
        _room("bug_lab", "What is wrong with this program?", verify.BUG_LAB[:3]),
        _room("sweeps", "Which setting matters?", search.SWEEPS[:3]),
    )


def _room(page, about, questions):
    return Room(page, about, questions, PAGES[page].defaults)


def query(room, question):
    """Return a question's query: the whole experiment if the page has one, otherwise only what it changes."""
    if room.defaults is None:
        return {name: preset.parameter(value) for name, value in question.changes.items()}
    return preset.query(question, room.defaults)
