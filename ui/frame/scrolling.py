"""What is wider than its place and scrolls, a formula or a table, can be scrolled by the keyboard too."""

import pathlib

import streamlit as st

_scrolling = st.components.v2.component(
    "backprop_lab_scrolling", js=pathlib.Path(__file__).with_name("scrolling.js").read_text("utf-8")
)
SCROLLS = {".katex-display": "Formula", ".stTable > *": "Table"}  # {selector: what it is}


def draw():
    """Draw the component, which is not seen: it lets the focus reach what scrolls on the page."""
    with st.container(key="_scrolling_place"):
        _scrolling(data=SCROLLS, key="_scrolling")
