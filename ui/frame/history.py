"""The browser's history: one entry for each action of a visitor, and Back to a page as it was left."""

from urllib.parse import parse_qs

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from lab.links.parameters import STREAMLITS
from ui.frame import assets, invisible
from ui.frame.address import write
from ui.frame.visit import address, visit

_history = st.components.v2.component("backprop_lab_history", js=assets.text(__file__, "history.js"))


def draw():
    """Call at the beginning of every page: draw the component, which is invisible."""
    visit().invisible = invisible.place("ahead")
    with visit().invisible:
        _history(key="_history")


def arrive():
    """Call on arrival at a page, before its address is read.

    After Back or Forward, put into the address what Streamlit has dropped, and rerun the script. It drops the
    parameters that the page just left also has, because their widgets are still bound to them.
    """
    context = get_script_run_ctx()
    if not context.is_history_navigation:
        return
    asked = parse_qs(context.query_string, keep_blank_values=True)
    asked = {key: texts for key, texts in asked.items() if key.lower() not in STREAMLITS}
    if asked != address():
        write(asked)
        st.rerun()
