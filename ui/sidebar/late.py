"""A text box that the server writes too: a message from the browser may still contain the old text.

Every message contains the texts of all boxes as the browser has them. If two clicks follow quickly, the
second message still has the text from before the first click, and the first point would be lost.
"""

import time

import streamlit as st

from ui.frame.visit import visit

STATE = st.session_state
KEY = "points"
LATE = 120.0  # seconds after which an old text counts as typed, not as late, if the browser says nothing


def put_back():
    """Call before the box is read or drawn: replace a text written earlier by the one written last.

    The seconds count from when the new text was sent, or from when the browser last sent an old one.
    """
    tab, now = visit(), time.monotonic()
    tab.written = tuple((when, text) for when, text in tab.written if when is None or now - when < LATE)
    texts = [text for _, text in tab.written]
    if not texts or STATE.get(KEY) not in texts:
        tab.written = ()  # the visitor has typed another text
    elif STATE[KEY] != texts[-1]:
        tab.written = tuple((now if when else None, text) for when, text in tab.written)
        STATE[KEY] = texts[-1]


def sent():
    """Call after the box is drawn: from now on the browser gets what was written."""
    tab, now = visit(), time.monotonic()
    tab.written = tuple((now if when is None else when, text) for when, text in tab.written)


def believe():
    """Call when the visitor types in the box: from now on every text in it counts as typed."""
    visit().written = ()


def write(text):
    """Callback: write a text into the box."""
    visit().written += ((None, STATE.get(KEY)), (None, text))
    STATE[KEY] = text
