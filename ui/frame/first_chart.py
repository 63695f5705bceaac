"""Send a page's first chart ahead of the rest of the page.

All messages of a page reach the browser within a second, but it needs one or two seconds more to set up the
controls, and draws charts last. So on arrival the sidebar's messages are held back until the first chart has
been sent, and the rest of the page until the browser has drawn that chart.

When a control has moved, the browser has the page already. Then all messages are held back until the first
chart, which is sent before those of elements above it, if it has the same place as in the run before.
`benchmarks.ablation` measures all three.
"""

import contextlib
import functools
import pathlib
import secrets
import threading
import time

import streamlit as st
from streamlit.runtime.scriptrunner import RerunException, get_script_run_ctx

from ui.frame.visit import visit
from ui.training import priority

KEY = "_first_chart"
MAIN, SIDEBAR = 0, 1  # the first number in the path of their elements
LONGEST_HELD = 0.5  # seconds after which nothing waits for a chart that takes longer to compute
QUICK = 0.15  # seconds within which a chart is computed that may go ahead of the elements above it
LONGEST_WAIT = 3.0  # seconds that the rest of a page waits for the browser on arrival
# Seconds between a page's first chart and the rest of it, when a control is moved. Sent together, all charts
# would be drawn together and all would be finished late.
AHEAD = 0.1
_watching = st.components.v2.component(
    "backprop_lab_first_chart", js=pathlib.Path(__file__).with_name("first_chart.js").read_text("utf-8")
)


def begin(arrived):
    """Call at the beginning of a page. Holds back the sidebar, or if a control has moved, everything."""
    tab = visit()
    if arrived:
        tab.arrival = secrets.token_hex(4)
    tab.first_chart_due, tab.just_arrived = True, arrived
    tab.release = None  # what an interrupted run held back is drawn anew
    # a report needs the order of the page, and so does a program that is no browser, such as a test
    may_go_ahead = not arrived and tab.recorded is None and _in_browser()
    place, tab.first_place = (tab.first_place if may_go_ahead else None), None
    _hold(arrived, place)
    with st.container(key="_first_chart_place"):
        st.fragment(_watch)()  # its trigger would otherwise restart the page


def _watch():
    _watching(data={"arrival": visit().arrival}, key=KEY, on_drawn_change=lambda: None)


def sent():
    """Call after a chart is sent. After the page's first, waits so that the browser draws it first."""
    tab = visit()
    if not tab.first_chart_due:
        return
    tab.first_chart_due = False
    if tab.just_arrived and _in_browser():
        _wait_for_browser()
    release(chart=True)


def fragment(draw):
    """Return `draw` as a fragment of the page, which may contain the page's first chart."""

    @functools.wraps(draw)
    def part(*args):
        tab = visit()
        if not tab.first_chart_due:  # it runs alone, and may draw something else in that place
            tab.first_place = None
        draw(*args)

    return st.fragment(part)


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


def _hold(arrived, place):
    """Hold back messages until `release`, or for LONGEST_HELD seconds: on arrival those of the sidebar.

    `place` is that of the page's first chart in the run before: its path, and the blocks that contain it. If
    the chart is there again, the browser has these blocks, and the chart is sent first, unless it took longer
    than QUICK or the page showed a spinner meanwhile, which has the place of what follows it.
    """
    context, tab = get_script_run_ctx(), visit()
    send, began = context.enqueue, time.perf_counter()
    held, blocks, path, plain = [], {}, (), True

    def enqueue(message):
        nonlocal path, plain
        path = tuple(message.metadata.delta_path)
        plain &= message.delta.WhichOneof("type") in ("new_element", "add_block")
        if message.delta.HasField("add_block"):
            blocks[path] = message.delta.add_block.SerializeToString(deterministic=True)
        if time.perf_counter() - began > LONGEST_HELD:
            send_held()
        elif path and path[0] in ((SIDEBAR,) if arrived else (MAIN, SIDEBAR)):
            held.append(message)
            return
        send(message)

    def send_held():
        while held:
            send(held.pop(0))

    def release_all(chart):
        context.enqueue = send
        if chart:  # the last message is that of the page's first chart
            tab.first_place = path, tuple(blocks.get(path[:length]) for length in range(1, len(path)))
            quick = plain and time.perf_counter() - began < QUICK
            if held and quick and tab.first_place == place:
                send(held.pop())
                priority.pause(AHEAD)
            elif not arrived:
                send_held()
                priority.pause(AHEAD)
        send_held()

    context.enqueue, tab.release = enqueue, release_all


def release(chart=False):
    """Send what is held back; from now on nothing is. `chart`: the last message is that of a page's first."""
    tab = visit()
    if tab.release:
        release_all, tab.release = tab.release, None
        release_all(chart)


@contextlib.contextmanager
def whole():
    """Context manager for a run of the script: whatever ends it, what is held back is sent."""
    try:
        yield
    except RerunException:  # the next run sends everything
        raise
    except BaseException:  # an error, or the end of a page that does not call `shell.end`
        release()
        raise
