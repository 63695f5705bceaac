"""The solutions of an assignment for one student, protected by the instructor's key."""

import functools

import streamlit as st

from lab.assignment.hand_in import MOST_STUDENT
from lab.assignment.solutions import check_key, solutions
from ui.frame.show import show_sentence
from ui.instructors.built import built

KEYS = ("_key", "_solved_for")


def draw():
    """Draw the boxes for the key and a student's name, then the solutions for that student's numbers."""
    own = built()
    if not own.tasks:
        st.caption(
            "Build or open an assignment above. Its key opens the solutions for every student's numbers."
        )
        return
    left, right = st.columns(2, gap="large", vertical_alignment="bottom")
    key = left.text_input("Your key", key="_key", max_chars=60, placeholder="XXXX-XXXX-XXXX-XXXX")
    student = right.text_input("A student's name or number", key="_solved_for", max_chars=MOST_STUDENT)
    if not key.strip():
        return
    try:
        assignment = own.assignment()
        check_key(assignment, key)
    except ValueError as problem:
        show_sentence(st.error, str(problem), ":material/key_off:")
        return
    if not student.strip():
        st.caption("The key fits. Type the student's name or number as the student does.")
        return
    st.download_button(
        "Solutions for this student (.md)",
        functools.partial(solutions, assignment, student.strip(), key),
        "solutions.md",
        "text/markdown",
        icon=":material/key:",
        on_click="ignore",
        help="Questions about experiments are answered by training them, which can take a minute.",
    )
