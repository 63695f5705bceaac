"""The gallery: questions of every page, each a link to its experiment and a prediction to make first."""

from typing import NamedTuple

import streamlit as st

from lab.published import replays
from lab.questions import bug_lab as programs
from lab.questions import decision_boundary as presets
from lab.questions import derivation
from lab.questions import gradient_check as checks
from lab.questions import initialization as starts
from lab.questions import sweeps as searches
from ui.bug_lab import setup as bug_lab
from ui.gradient_check import setup as gradient_check
from ui.initialization import setup as initialization
from ui.sweeps import space


class Room(NamedTuple):
    """The questions of a page: its script, what it is about, its presets, the defaults of its fields."""

    script: str
    about: str
    questions: tuple
    defaults: dict | None


def rooms():
    """All rooms, in the order in which a course would visit them."""
    return (
        Room("pages/decision_boundary.py", "What can a network draw?", presets.BOUNDARY[:6], {}),
        Room("pages/derivation.py", "Where do the gradients come from?", derivation.questions()[:4], None),
        Room(
            "pages/initialization.py",
            "Which first weights learn?",
            (*starts.QUESTIONS[:4], replays.REPLAYS[1]),
            initialization.DEFAULTS,
        ),
        Room(
            "pages/gradient_check.py",
            "Is the gradient right?",
            checks.QUESTIONS[:3],
            gradient_check.DEFAULTS,
        ),
        Room(
            "pages/bug_lab.py", "What is wrong with this program?", programs.QUESTIONS[:3], bug_lab.DEFAULTS
        ),
        Room("pages/sweeps.py", "Which setting matters?", searches.QUESTIONS[:3], space.DEFAULTS),
    )


def query(room, preset):
    """The link's parameters: the whole experiment where the page has one, else what is changed."""
    if room.defaults is None:
        return {name: presets.shown(value) for name, value in preset.changes.items()}
    return presets.query(preset, room.defaults)


def draw():
    """Every room with its questions."""
    for place, room in zip(_places(len(rooms())), rooms(), strict=True):
        with place:
            st.markdown(f"**{room.about}**")
            for preset in room.questions:
                st.page_link(
                    room.script,
                    label=preset.question,
                    query_params=query(room, preset),
                    icon=":material/science:",
                )
                st.caption(preset.predict)


def _places(n):
    """A cell of a grid of two columns for each of n rooms, row by row."""
    return [place for _ in range((n + 1) // 2) for place in st.columns(2, gap="large")][:n]
