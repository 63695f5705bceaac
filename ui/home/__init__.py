"""The parts of the home page: the questions of every page, and the five published systems."""

import itertools
from typing import NamedTuple

import streamlit as st

from lab.links.pages import PAGES
from lab.published import coursework_a, coursework_b, coursework_c, coursework_d
from lab.questions import preset
from lab.questions.learn import DECISION_BOUNDARY
from lab.questions.rooms import query, rooms
from ui.figures import luck
from ui.frame import questions


class System(NamedTuple):
    """A published piece of coursework: its letter, what it is, and links into the lab."""

    letter: str
    what: str
    links: tuple  # links: (script, label, query parameters)


def _replay(replay):
    query = preset.query(replay, PAGES["initialization"].defaults)
    return "pages/initialization.py", replay.question, query


SYSTEMS = (
    System(
        "A",
        "Coursework for IFT 6135: two hidden layers on MNIST, three initializations, a search by hand. "
        "Its pixels were divided by 255 twice.",
        (
            _replay(coursework_a.REPLAYS[1]),
            ("pages/bug_lab.py", "Its bug: divided by 255 twice", {"bug": "divided twice", "name": "mnist"}),
        ),
    ),
    System(
        "B",
        "The same assignment by others: any depth, raw pixels, and a network with 97%, without saying how "
        "it was found. Its gradient was averaged twice.",
        tuple(map(_replay, coursework_b.REPLAYS)),
    ),
    System(
        "C",
        "Coursework for DD2424: CIFAR-10 with cyclical learning rates. Its schedule multiplies by 2 where "
        "it should take the remainder mod 2.",
        (_replay(coursework_c.REPLAYS[0]), ("pages/bug_lab.py", "Its bug: a sawtooth", {"bug": "sawtooth"})),
    ),
    System(
        "D",
        "Sigmoids everywhere, one-step momentum. Its slopes were taken at rounded pre-activations.",
        (
            _replay(coursework_d.REPLAYS[0]),
            _replay(coursework_d.REPLAYS[1]),
            (
                "pages/bug_lab.py",
                "Its bug: a rounded z",
                {"bug": "slope at rounded", "activation": "sigmoid", "learning_rate": "1.0"},
            ),
        ),
    ),
    System(
        "E",
        "Coursework for IFT 6390: derivations, gradient checks, decision boundaries, loops against "
        "matrices. "
        "Its loss has a constant inside the logarithm.",
        (
            ("pages/derivation.py", "Its derivations, every number checked", {}),
            ("pages/decision_boundary.py", "3, 20 or 128 hidden units?", preset.query(DECISION_BOUNDARY[0])),
            ("pages/gradient_check.py", "Its checks, and its loops", {}),
        ),
    ),
)


def draw_luck():
    """Draw two published figures among many starts of the same training, and a link to the others."""
    st.markdown(
        "Two students published these accuracies, each from one random start. The dots are other random "
        "starts of the same training, run for this lab."
    )
    luck.draw()
    st.page_link(
        "pages/five_students.py", label="All five students and their figures", icon=":material/groups:"
    )


def draw_systems():
    """Draw one row per published system, with links into the lab."""
    for system in SYSTEMS:
        text, links = st.columns(2, gap="large")
        text.markdown(f"**{system.letter}.** {system.what}")
        with links:
            for script, label, link in system.links:
                st.page_link(script, label=label, query_params=link, icon=":material/history_edu:")


def draw_questions():
    """Draw every page's questions; choosing an answer opens the question's experiment with its answer."""
    questions.draw_score()
    cells = (cell for _ in itertools.count() for cell in st.columns(2, gap="large"))
    for room, place in zip(rooms(), cells, strict=False):
        with place:
            st.markdown(f"**{room.about}**")
            for asked in room.questions:
                link = query(room, asked)
                if questions.choices_of(asked):
                    questions.open_by_choice(room.script, link, asked)
                else:
                    st.page_link(
                        room.script, label=asked.question, query_params=link, icon=":material/science:"
                    )
                    st.caption(asked.predict)
