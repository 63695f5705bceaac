"""Downloads for students: the problem sheet and the flash cards."""

import functools

import streamlit as st

from lab.derivation import derive, sheet
from lab.derivation.deck import N_SEEDS, deck
from ui.frame import shell
from ui.sidebar import lock

ALONE = "sheet"  # parameter of a locked link that shows the sheet and nothing else


def alone(sidebar):
    """Draw the sheet and nothing else, and stop, if a locked link asks for it. `sidebar` reads the Problem.

    Such a link is a student's: no line is worked out, and the seed is not told.
    """
    if lock.text(ALONE) != "1":
        return
    shell.title(
        "Can you work this out on paper?",
        "Your own network: nobody else's sheet has the same numbers. To print it, use the browser.",
    )
    problem, problems = shell.read(sidebar)
    for sentence in problems:
        shell.show_sentence(st.warning, sentence, ":material/report:")
    tasks = sheet(problem, derive(problem), name="")[0]
    st.download_button(
        "Problem sheet", tasks, "backpropagation.md", "text/markdown", icon=":material/edit_note:",
        on_click="ignore",
    )  # fmt: skip
    st.markdown(tasks.partition("\n\n")[2])
    shell.end()
    st.stop()


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
