"""Fading: the control that leaves lines of every step to the student, and the questions in their place."""

import functools

import streamlit as st

from lab.derivation import fading
from ui.derivation import asking
from ui.frame.visit import visit

STATE = st.session_state
MOVED = {
    1: "Two right in a row: from the next step on, one more line is yours.",
    -1: "From the next step on, one line fewer is yours.",
    0: "",
}


def choose():
    """Draw the choice of how many lines of each step are left to the student, which their answers move."""
    tab = visit()
    STATE["_lines_left"] = fading.LEVELS[tab.lines_left]
    st.segmented_control(
        "Lines that you find",
        fading.LEVELS,
        key="_lines_left",
        on_change=_chosen,
        required=True,
        help="These lines of each step are left out, and you choose each among lines with a mistake. Two "
        "right in a row leave one more line to you, a wrong one leaves one fewer.",
    )
    if MOVED[tab.lines_moved]:
        st.caption(MOVED[tab.lines_moved])


def left_out(problem, step):
    """Return {place of a line: function that asks for it and returns whether it is answered}."""
    tab = visit()
    level = tab.fading.setdefault((problem, step.key), tab.lines_left)
    n_lines = fading.MODES[fading.LEVELS[level]]
    questions = fading.left_out(problem, step, n_lines)
    return {
        place: functools.partial(_ask, (problem, step.key, f"line {place}"), question)
        for place, question in questions.items()
    }


def _ask(key, question):
    st.markdown(f"**Your line.** {question.prompt}")
    if asking.answered(key, question):
        return True
    asking.form(key, question, stacked=True, after=_answered)
    return False


def _chosen():
    """Callback: the student's own choice holds at once, at every step."""
    tab = visit()
    tab.lines_left, tab.lines_in_a_row, tab.lines_moved = fading.LEVELS.index(STATE["_lines_left"]), 0, 0
    tab.fading.clear()


def _answered(is_right):
    """Called with each answer: move the number of lines that the next steps leave out."""
    tab = visit()
    level, tab.lines_in_a_row = fading.moved(tab.lines_left, tab.lines_in_a_row, is_right)
    tab.lines_moved, tab.lines_left = level - tab.lines_left, level
