"""The keyboard reaches what Streamlit keeps from it: what scrolls, and a menu or the sidebar that opens."""

import pathlib

import streamlit as st

_keyboard = st.components.v2.component(
    "backprop_lab_keyboard", js=pathlib.Path(__file__).with_name("keyboard.js").read_text("utf-8")
)
SCROLLS = {".katex-display": "Formula", ".stTable > *": "Table"}  # {selector: what it is}


def draw():
    """Draw the component, which is not seen.

    The focus can reach a formula or a table that is wider than its place, and the arrow keys scroll it. It
    goes into a menu that opens, which is at the end of the page for Tab, and back when the menu closes.
    """
    with st.container(key="_keyboard_place"):
        _keyboard(data=SCROLLS, key="_keyboard")
