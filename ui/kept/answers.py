"""The answered questions of a visit, in the browser's sessionStorage."""

import streamlit as st

from lab.questions import score
from ui.frame import assets, invisible
from ui.frame.visit import visit

KEY = "_kept"
_kept = st.components.v2.component("backprop_lab_kept", js=assets.text(__file__, "kept.js"))


def draw():
    """Draw the component, which is invisible: it stores the answers and sends them after a reload."""
    with invisible.place("answers"):
        _kept(data={"answered": score.written(visit().answered)}, key=KEY, on_answered_change=_sent)


def _sent():
    """Callback: the browser has stored answers that this visit does not know."""
    tab = visit()
    tab.answered = score.read(st.session_state[KEY].answered) | tab.answered
    # the visitor did nothing, so the sentences about the link stay
    tab.requests, tab.link_problems = tab.link_told
