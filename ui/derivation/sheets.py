"""What a student takes along: the problem sheet, and the deck of questions."""

import functools

import streamlit as st

from lab.derivation import derive, sheet
from lab.derivation.deck import N_SEEDS, deck
from ui.sidebar import lock


def downloads(problem):
    """Draw the buttons for the sheet and, unless the page is locked, for the deck, which has the answers.

    Both are written when they are pressed.
    """
    st.subheader("Work it yourself")
    st.markdown(
        "The same steps on paper, with this network's numbers: give every student a different seed, and no "
        "two sheets are alike."
    )
    with st.container(horizontal=True):
        st.download_button(
            "Problem sheet",
            lambda: sheet(problem, derive(problem))[0],
            f"backpropagation-{problem.seed}.md",
            "text/markdown",
            icon=":material/edit_note:",
            on_click="ignore",
        )
        if not lock.current():
            st.download_button(
                "Flash cards for Anki",
                functools.partial(deck, problem, derive),
                f"backpropagation-{problem.seed}-anki.csv",
                "text/csv",
                icon=":material/style:",
                on_click="ignore",
                help=f"Every question of every step, with its answer and reason, for {N_SEEDS} seeds "
                "beginning with this one. In Anki: File, then Import. Writing it takes a second or two.",
            )
