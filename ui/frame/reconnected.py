"""A tab whose server was restarted, or that moved to another, gets its page again and says so."""

import pathlib

import streamlit as st

from ui.frame.visit import visit

KEY = "_reconnected"
_reconnected = st.components.v2.component(
    "backprop_lab_reconnected", js=pathlib.Path(__file__).with_name("reconnected.js").read_text("utf-8")
)


def draw():
    """Draw the component, which is not seen, and tell a visitor whose tab came from a visit unknown here.

    Settings come back from the address, and answers from the browser; what only the server had is gone.
    """
    tab = visit()
    with st.container(key="_reconnected_place"):
        lost = _reconnected(data={"visit": tab.name}, key=KEY, on_lost_change=lambda: None).lost
    if lost and lost != tab.lost:
        tab.lost = lost
        if not lost.startswith(f"{tab.name};"):
            st.toast("Reconnected: your settings are as before.", icon=":material/sync:")
