"""A box that the server writes too: a message from the browser may hold the text from before that.

Every message holds the texts of all boxes as the browser has them. Of two clicks in quick succession the
second comes with the text from before the first, whose point would be lost.
"""

import time

import streamlit as st

from ui.frame.visit import visit

STATE = st.session_state
KEY = "points"
LATE = 120.0  # seconds after which a text is no longer a late one, but typed, where the browser says nothing


def put_back():
    """Call before the box is read or drawn: in place of a text written before, put what was written last.

    The seconds count from when the browser was sent what was written, or was last seen to be behind.
    """
    tab, now = visit(), time.monotonic()
    tab.written = tuple((when, text) for when, text in tab.written if when is None or now - when < LATE)
    texts = [text for _, text in tab.written]
    if not texts or STATE.get(KEY) not in texts:
        tab.written = ()  # the visitor has typed another
    elif STATE[KEY] != texts[-1]:
        tab.written = tuple((now if when else None, text) for when, text in tab.written)
        STATE[KEY] = texts[-1]


def sent():
    """Call after the box is drawn: the browser will have what was written."""
    tab, now = visit(), time.monotonic()
    tab.written = tuple((now if when is None else when, text) for when, text in tab.written)


def believe():
    """Call when the visitor types in the box: what it holds from now on is typed, whatever it is."""
    visit().written = ()


def write(text):
    """Callback: write a text into the box."""
    visit().written += ((None, STATE.get(KEY)), (None, text))
    STATE[KEY] = text
