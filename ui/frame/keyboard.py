"""Make an opening menu or sidebar reachable by the keyboard; open a page at its top, uncovered.

A menu gets the theme of the page.
"""

import pathlib

import streamlit as st

_keyboard = st.components.v2.component(
    "backprop_lab_keyboard", js=pathlib.Path(__file__).with_name("keyboard.js").read_text("utf-8")
)


def draw():
    """Draw the component, which is invisible."""
    with st.container(key="_keyboard_place"):
        _keyboard(key="_keyboard")
