"""A text box that the server writes too: a message from the browser may still contain the old text.

Every message contains the texts of all boxes as the browser has them. If two clicks follow quickly, the
second message still has the text from before the first click, and the first point would be lost.
"""

import time

import streamlit as st

from ui.frame.visit import visit

STATE = st.session_state
KEY = "points"
LATE = 10.0  # seconds after which an old text counts as typed, not as late


def put_back():
    """Call before the box is read or drawn: replace a text written earlier by the one written last."""
    tab, now = visit(), time.monotonic()
    tab.written = tuple((when, text) for when, text in tab.written if now - when < LATE)
    texts = [text for _, text in tab.written]
    if texts and STATE.get(KEY) in texts:
        STATE[KEY] = texts[-1]
    else:
        tab.written = ()  # the visitor has typed another text


def write(text):
    """Callback: write a text into the box."""
    tab, now = visit(), time.monotonic()
    tab.written += ((now, STATE.get(KEY)), (now, text))
    STATE[KEY] = text
