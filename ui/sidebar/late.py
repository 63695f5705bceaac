"""A box that the server writes too: a message from the browser may hold the text from before that.

Every message holds the texts of all boxes as the browser has them. Of two clicks in quick succession the
second comes with the text from before the first, whose point would be lost.
"""

import time

import streamlit as st

from ui.frame.visit import visit

STATE = st.session_state
KEY = "points"
LATE = 10.0  # seconds after which a text is no longer a late one, but typed


def put_back():
    """Call before the box is read or drawn: in place of a text written before, put what was written last."""
    tab, now = visit(), time.monotonic()
    tab.written = tuple((when, text) for when, text in tab.written if now - when < LATE)
    texts = [text for _, text in tab.written]
    if texts and STATE.get(KEY) in texts:
        STATE[KEY] = texts[-1]
    else:
        tab.written = ()  # the visitor has typed another


def write(text):
    """Callback: write a text into the box."""
    tab, now = visit(), time.monotonic()
    tab.written += ((now, STATE.get(KEY)), (now, text))
    STATE[KEY] = text
