"""Make an opening menu or sidebar reachable by the keyboard; open a page at its top, uncovered.

A menu gets the theme of the page.
"""

import pathlib

import streamlit as st

from ui.frame import invisible

_keyboard = st.components.v2.component(
    "backprop_lab_keyboard", js=pathlib.Path(__file__).with_name("keyboard.js").read_text("utf-8")
)


def draw():
    """Draw the component, which is invisible."""
    with invisible.place("keyboard"):
        _keyboard(key="_keyboard")
