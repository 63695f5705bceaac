"""Points of the visitor's own: placed by a click on the map, or pasted, and kept in the link."""

import numpy as np
import pandas as pd
import streamlit as st

from data import MAX_OWN_POINTS, bad_rows, format_points, joined, parse_points, read_rows
from ui import charts
from ui.figures import frames, maps
from ui.frame import shell
from ui.frame.show import show
from ui.sidebar import lock

EXAMPLE = (
    "-1.5,1,0;-1,1.5,0;-1,0.5,0;-0.5,1,0;1,-1,0;1.5,-0.5,0;0.5,-1,0;1,-1.5,0;"
    "1,1,1;1.5,1.5,1;0.5,1.5,1;1,0.5,1;-1,-1,1;-1.5,-0.5,1;-0.5,-1,1;-1,-1.5,1"
)
CELLS = 48  # across the map: a click lands on one of their centres
MAX_TEXT = 30 * MAX_OWN_POINTS
STATE = st.session_state


def paste_box():
    """Draw the box that holds the points, bound to the link; returns its good rows, and sentences about it.

    Rows that cannot be read stay in the box, to be mended there. The points come back when the visitor
    returns to them from another dataset. A text too long for an address is not held, as the page could
    not be loaded again: the points before it are kept.
    """
    if lock.hides("points"):
        return readable(lock.text("points") or "")
    problems = []
    if len(STATE.get("points") or "") > MAX_TEXT:
        STATE["points"] = STATE.get("_kept_points", "")
        problems.append(f"That is more than {MAX_OWN_POINTS} points can be; the points from before are kept.")
    if "points" not in STATE and "points" not in st.query_params and STATE.get("_kept_points"):
        STATE["points"] = STATE["_kept_points"]
    text = st.text_area(
        "Points: x,y,class; x,y,class; …",
        key="points",
        bind="query-params",
        height=90,
        help=f"Paste or edit; at most {MAX_OWN_POINTS} points, coordinates from -100 to 100, classes 0 to 5.",
    )
    STATE["_kept_points"] = text
    points, unread = readable(text or "")
    return points, problems + unread


def readable(text):
    """(text, sentences): the rows that are points, as they are written, and what is said of the others."""
    try:
        rows = read_rows(text)
    except ValueError:  # too many: said where they are to be loaded
        return text, []
    problem = bad_rows(rows)
    if not problem:
        return text, []
    good = [row.text for row in rows if row.point]
    used = "The other row is used." if len(good) == 1 else f"The other {len(good)} rows are used."
    return joined(good), [f"{problem} {used}" if good else problem]


def tools():
    """Draw the class to place, undo, clear and an example."""
    if not clickable():
        return
    if STATE.pop("_points_changed", False):
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            "Click on the map to add a point of class",
            [str(k) for k in range(6)],
            default="0",
            key="_class",
            required=True,
        )
        st.button("Undo", on_click=_undo, icon=":material/undo:")
        st.button("Clear", on_click=_hold, args=([],), icon=":material/delete:")
        st.button("Example", on_click=_hold, args=(EXAMPLE.split(";"),), icon=":material/category:")


def start(text, problem):
    """The plane with the points of `text`, before there are enough to train on, and why not yet."""
    if not clickable():
        shell.show_sentence(st.info, problem, ":material/info:")
        return
    tools()
    left, right = st.columns([1, 1], gap="medium")
    with left:
        _empty_map(text)
    with right:
        st.markdown("Click on the map to place points, or paste rows in the sidebar.")
        shell.show_sentence(st.info, problem, ":material/info:")


def _empty_map(text):
    try:
        points = parse_points(text)
    except ValueError:
        points = []
    plane = maps.plane_of(np.array([(x, y) for x, y, _ in points] or [(0.0, 0.0)]), maps.OWN_POINTS_REACH)
    frame = pd.DataFrame(points, columns=["x", "y", "class"])
    frame = frame.astype({"x": "float32", "y": "float32", "class": "str"}).assign(split="train")
    cells = frames.cells(plane, CELLS)
    picture, line = frames.pictures((0, maps.BLANK)), frames.boundary([])
    title = "Click to add points of two classes"
    draw(charts.boundary_map(picture, line, cells, frame, plane, tuple("012345"), title, click=clicks()))


def clickable():
    """Whether the map takes clicks: not where a locked link gives the points."""
    return not lock.hides("points")


def clicks():
    """The number of clicks so far: with it, a cell clicked again after Undo is another choice."""
    return STATE.get("_clicks", 0)


def draw(chart):
    """Show a map that takes clicks."""
    show(chart, "The plane with your points", "Click to add one", key="_canvas", on_select=_add)


def _add():
    """A callback: the point clicked on, of the class chosen, is added to those in the link."""
    clicked = STATE["_canvas"].selection.get("click") or []
    STATE["_clicks"] = clicks() + 1
    rows = _rows()
    if not clicked or rows is None or not clickable():
        return
    if len(rows) >= MAX_OWN_POINTS:
        st.toast(f"There are {MAX_OWN_POINTS} points, the most that a link can carry: undo or clear some.")
        return
    point = (clicked[0]["x"], clicked[0]["y"], int(STATE.get("_class") or 0))
    _hold([*(row.text for row in rows), format_points([point])])


def _undo():
    """A callback: the last point is taken back; rows that cannot be read stay."""
    rows = _rows()
    if rows is None:
        return
    points = [number for number, row in enumerate(rows) if row.point]
    _hold([row.text for number, row in enumerate(rows) if number not in points[-1:]])


def _rows():
    """The rows in the box, or None, and a word about it, where they are too many: they are kept."""
    try:
        return read_rows(STATE.get("points") or "")
    except ValueError:
        st.toast("The box holds too many points: take some away there, or clear them.")
        return None


def _hold(rows):
    STATE.update({"points": joined(rows), "_points_changed": True})
