"""The browser's history: one entry for each action of a visitor, and Back to a page as it was left."""

import time
from urllib.parse import parse_qs

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from lab.links.parameters import STREAMLITS
from ui.frame import assets, browser, invisible
from ui.frame.address import write
from ui.frame.visit import address, visit
from ui.training import priority

KEY = "_history"
LONGEST_WAIT = 5.0  # seconds for the browser to load the component
_history = st.components.v2.component("backprop_lab_history", js=assets.text(__file__, "history.js"))


def draw():
    """Call before every page: draw the component, which is invisible."""
    tab = visit()
    if browser.is_there() and not tab.history_loaded:
        tab.history_loaded = browser.listen(KEY)
    tab.invisible = invisible.place("ahead")
    with tab.invisible:
        st.fragment(_watch)()


def _watch():
    if _history(key=KEY, data={"visit": visit().name}, on_ready_change=lambda: None).ready:
        visit().history_loaded.set()


def arrive():
    """Call on arrival at a page, before its address is read.

    After Back or Forward, put into the address what Streamlit has dropped, and rerun the script. It drops the
    parameters that the page just left also has, because their widgets are still bound to them.
    """
    context = get_script_run_ctx()
    if not visit().page:
        _hold_addresses(context)
    if not context.is_history_navigation:
        return
    asked = parse_qs(context.query_string, keep_blank_values=True)
    asked = {key: texts for key, texts in asked.items() if key.lower() not in STREAMLITS}
    if asked != address():
        write(asked)
        st.rerun()


def _hold_addresses(context):
    """Send the browser no address before it has the component."""
    send = context.enqueue

    def enqueue(message):
        if message.WhichOneof("type") == "page_info_changed":
            load()
        send(message)

    context.enqueue = enqueue


def load():
    """Call before a visit's first change of the address: wait until the browser has the component.

    Without it, every change would add an entry.
    """
    loaded = visit().history_loaded
    if loaded and not loaded.is_set():
        began = time.monotonic()
        priority.pause(LONGEST_WAIT, loaded.wait)
        loaded.wait(began + LONGEST_WAIT - time.monotonic())  # if a queued page has ended the pause
        loaded.set()
