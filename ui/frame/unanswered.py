"""What is said if a button needs an answer and there is none."""

import streamlit as st

from ui.frame.show import show_sentence
from ui.frame.visit import visit

CHOOSE, TYPE = "Choose an answer first.", "Type a number first."


def note(form, missing):
    """Callback: note whether the answer was missing when the form with this key was sent."""
    tab = visit()
    tab.unanswered = (tab.arrival, form) if missing else ("", "")


def draw(form, sentence):
    """Draw the sentence if the last form sent is this one, unanswered, and it has been in sight since."""
    if visit().unanswered == (visit().arrival, form):
        visit().unanswered_drawn = True
        show_sentence(st.warning, sentence, ":material/report:")


def leave():
    """Call at the end of a page: a form that is no longer on it, as that of another step, is forgotten."""
    tab = visit()
    if not tab.unanswered_drawn:
        tab.unanswered = ("", "")
    tab.unanswered_drawn = False
