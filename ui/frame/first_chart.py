"""Send a page's first chart ahead of the sidebar and of what follows it.

All messages of a page reach the browser within a second, but it needs one or two seconds more to set up the
controls, and draws charts last. So the sidebar's messages are held back until the first chart has been sent,
also when a control has moved, and on arrival the rest of the page until the browser has drawn that chart.
`benchmarks.ablation` measures it.
"""

import contextlib
import secrets
import threading
import time

import streamlit as st
from streamlit.runtime.scriptrunner import RerunException, get_script_run_ctx

from ui.frame import assets
from ui.frame.visit import visit
from ui.training import priority

KEY = "_first_chart"
SIDEBAR = 1  # the first number in the path of its elements
LONGEST_HELD = 0.5  # seconds after which the sidebar does not wait for a chart that takes longer to compute
LONGEST_WAIT = 3.0  # seconds that the rest of a page waits for the browser on arrival
# Seconds between a page's first chart and the rest of it, when a control is moved. Sent together, all charts
# would be drawn together and all would be finished late.
AHEAD = 0.1
_watching = st.components.v2.component("backprop_lab_first_chart", js=assets.text(__file__, "first_chart.js"))


def begin(arrived):
    """Call at the beginning of a page. Holds back the sidebar, and lets the browser watch."""
    tab = visit()
    if arrived:
        tab.arrival = secrets.token_hex(4)
    tab.first_chart_due, tab.just_arrived = True, arrived
    tab.release = None  # what an interrupted run held back is drawn anew
    _hold()
    with tab.invisible:
        st.fragment(_watch)()  # its trigger would otherwise restart the page


def _watch():
    _watching(data={"arrival": visit().arrival}, key=KEY, on_drawn_change=lambda: None)


def sent():
    """Call after a chart is sent. After the page's first, waits so that the browser draws it first."""
    tab = visit()
    if not tab.first_chart_due:
        return
    tab.first_chart_due = False
    if not tab.just_arrived:
        priority.pause(AHEAD)
    elif _in_browser():
        _wait_for_browser()
    release()


def skip():
    """Call before charts are drawn during work, which should not wait for the browser: none is ahead."""
    visit().first_chart_due = False
    release()


def _in_browser():
    return st.context.headers.get("User-Agent", "").startswith("Mozilla/")


def _wait_for_browser():
    """Wait until the browser sends any message or this run is to stop, at most LONGEST_WAIT seconds."""
    requests, heard = get_script_run_ctx().script_requests, threading.Event()

    def heard_by(request):
        def hear(*data):
            heard.set()
            return request(*data)

        return hear

    for name in ("request_rerun", "request_stop"):
        setattr(requests, name, heard_by(getattr(requests, name)))
    try:
        priority.pause(LONGEST_WAIT, heard.wait)
    finally:
        del requests.request_rerun, requests.request_stop


def _hold():
    """Hold back the sidebar's messages, until `release` or for LONGEST_HELD seconds."""
    context, lock = get_script_run_ctx(), threading.RLock()
    send, held, began = context.enqueue, [], time.perf_counter()
    holds = True

    def enqueue(message):
        path = message.metadata.delta_path
        with lock:  # a spinner shows itself from a thread of its own
            if holds and message.WhichOneof("type") == "delta" and path and path[0] == SIDEBAR:
                held.append(message)
                return
            if holds and time.perf_counter() - began > LONGEST_HELD:
                release()
            send(message)

    def release_all():
        nonlocal holds
        with lock:
            holds = False
            for message in held:
                send(message)
            held.clear()
        context.enqueue = send

    context.enqueue, visit().release = enqueue, release_all


def release():
    """Send what is held back; from now on nothing is."""
    tab = visit()
    if tab.release:
        release_all, tab.release = tab.release, None
        release_all()


@contextlib.contextmanager
def whole():
    """Context manager for a run of the script: if it fails or is stopped, the sidebar is sent as well."""
    try:
        yield
    except RerunException:  # the next run sends it
        raise
    except BaseException:
        release()
        raise
