"""Downloads for students: the problem sheet and the flash cards."""

import functools

import streamlit as st

from lab.derivation import derive, sheet
from lab.derivation.deck import N_SEEDS, deck
from ui.sidebar import lock


def downloads(problem):
    """Draw the buttons for the sheet and, unless the page is locked, for the cards, which have the answers.

    Both files are written when their button is pressed.
    """
    st.subheader("Work it yourself")
    st.markdown(
        "The same steps on paper, with this network's numbers. With a different seed for every student, no "
        "two sheets are the same."
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
                help=f"Every question of every step, with its answer and the reason, for {N_SEEDS} seeds "
                "starting with this one. In Anki, choose File, then Import. Writing the file takes a second "
                "or two.",
            )
