"""Make scrolling elements scrollable by the keyboard, and bring a question just chosen into view."""

import streamlit as st

from ui.frame import assets, invisible
from ui.frame.visit import visit

_scrolling = st.components.v2.component("backprop_lab_scrolling", js=assets.text(__file__, "scrolling.js"))
SCROLLS = {".katex-display": "Formula", ".stTable > *": "Table"}  # {CSS selector: what it is}
ASKED = "_asked_here"  # key of the container with the question and its answer


def draw():
    """Draw the component, which is invisible, at the end of a page."""
    with invisible.place("scrolling"):
        asked = {"asked": f".st-key-{ASKED}", "n_asked": visit().n_asked}
        _scrolling(data={"scrolls": SCROLLS} | asked, key="_scrolling")
