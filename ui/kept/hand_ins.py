"""The hand-in of an assignment, in the browser's localStorage, so that a student can go on another day."""

import contextlib

import streamlit as st

from ui.frame import assets, invisible
from ui.frame.visit import visit

KEY = "_kept_hand_in"
_kept = st.components.v2.component("backprop_lab_hand_in", js=assets.text(__file__, "hand_ins.js"))


def draw():
    """If there is an assignment, draw the component, which is invisible and stores the hand-in's code.

    A visit without a name gets the stored code, and one with the same name the answers that another tab has
    stored since. Draw the component early, because what follows depends on it.
    """
    own = visit().taken
    if own is None:
        return
    code = own.hand_in().code() if own.student else ""
    data = {"of": own.assignment.digest, "code": code, "forget": own.forgotten}
    with invisible.place("hand_in"):
        _kept(data=data, key=KEY, on_code_change=_sent)


def _sent():
    """Callback: the browser has stored a hand-in; ignore anything else."""
    tab, code = visit(), st.session_state[KEY].code
    # the visitor did nothing, so the sentences about the link stay
    tab.requests, tab.link_problems = tab.link_told
    own = tab.taken
    if own and isinstance(code, str):
        with contextlib.suppress(ValueError):
            (own.add if own.student else own.resume)(code)
