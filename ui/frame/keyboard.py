"""Make an opening menu or sidebar reachable by the keyboard; open a page at its top, uncovered.

A menu gets the theme of the page.
"""

import streamlit as st

from ui.frame import assets, invisible

_keyboard = st.components.v2.component("backprop_lab_keyboard", js=assets.text(__file__, "keyboard.js"))


def draw():
    """Draw the component, which is invisible."""
    with invisible.place("keyboard"):
        _keyboard(key="_keyboard")
