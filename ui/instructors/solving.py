"""The solutions of an assignment for one student, protected by the instructor's key."""

import functools

import streamlit as st

from lab.assignment.hand_in import MOST_STUDENT
from lab.assignment.solutions import solutions
from ui.frame.show import show_sentence
from ui.instructors import unlocking
from ui.instructors.built import built

KEYS = ("_solved_for", *unlocking.KEYS)
NONE_YET = "Build or open an assignment above. Its key opens the solutions for every student's numbers."


def draw():
    """Draw the boxes for the key and a student's name, then the solutions for that student's numbers."""
    own = built()
    if not own.tasks:
        st.caption(NONE_YET)
        return
    try:
        assignment = own.assignment()
    except ValueError as problem:
        show_sentence(st.error, str(problem), ":material/report:")
        return
    if not assignment.key:
        st.caption("This assignment was made without a key, so it has no solutions to open.")
        return
    key = unlocking.key_of(assignment, "the solutions")
    if not key:
        return
    left, right = st.columns(2, gap="large", vertical_alignment="bottom")
    student = left.text_input(
        "A student's name or number, as the student types it", key="_solved_for", max_chars=MOST_STUDENT
    ).strip()
    if not student:
        return
    with right:
        st.download_button(
            "Solutions for this student (.md)",
            functools.partial(solutions, assignment, student, key),
            "solutions.md",
            "text/markdown",
            icon=":material/key:",
            on_click="ignore",
            help="Questions about experiments are answered by training them, which can take a minute.",
        )
