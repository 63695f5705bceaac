"""Redraw the page of a tab whose server restarted or changed, and say so."""

import streamlit as st

from ui.frame import assets, invisible
from ui.frame.visit import visit

KEY = "_reconnected"
_reconnected = st.components.v2.component(
    "backprop_lab_reconnected", js=assets.text(__file__, "reconnected.js")
)


def draw():
    """Draw the component, which is invisible; tell a visitor if the tab's visit is unknown to this server.

    Settings are restored from the address, answers from the browser; what only the server had is lost.
    """
    tab = visit()
    received = st.session_state.get(KEY, {}).get("lost")
    with invisible.place("reconnected"):
        data = {"visit": tab.name, "lost": received}
        lost = _reconnected(data=data, key=KEY, on_lost_change=lambda: None).lost
    if lost and lost != tab.lost:
        tab.lost = lost
        if not lost.startswith(f"{tab.name};"):
            st.toast("Reconnected: your settings are as before.", icon=":material/sync:")
