"""The visitor's own points, clicked or pasted, and stored in the link."""

import numpy as np
import pandas as pd
import streamlit as st

from data import (
    MAX_OWN_POINTS,
    MOST_CLASSES,
    bad_rows,
    format_points,
    joined,
    parse_points,
    point_labels,
    read_rows,
)
from ui.charts import planes
from ui.figures import frames, maps
from ui.frame.show import show, show_sentence
from ui.frame.visit import visit
from ui.sidebar import late, lock

EXAMPLE = (
    "-1.5,1,0;-1,1.5,0;-1,0.5,0;-0.5,1,0;1,-1,0;1.5,-0.5,0;0.5,-1,0;1,-1.5,0;"
    "1,1,1;1.5,1.5,1;0.5,1.5,1;1,0.5,1;-1,-1,1;-1.5,-0.5,1;-0.5,-1,1;-1,-1.5,1"
)
CELLS = 48  # cells across the map; a click places a point at the centre of its cell
MAX_TEXT = 30 * MAX_OWN_POINTS
STATE = st.session_state


def paste_box():
    """Draw the box for points, bound to the link; return (text of its readable rows, sentences).

    Unreadable rows stay in the box to be corrected. Streamlit keeps a bound box's text while another dataset
    is shown. A text too long for an address is replaced by the previous points, because the page could not
    be loaded again.
    """
    if lock.hides("points"):
        return readable(lock.text("points") or "")
    problems = []
    late.put_back()
    if len(STATE.get("points") or "") > MAX_TEXT:
        STATE["points"] = visit().points
        problems.append(f"That is more than {MAX_OWN_POINTS} points can be; the points from before are kept.")
    text = st.text_area(
        "Points: x,y,class; x,y,class; …",
        key="points",
        bind="query-params",
        height=90,
        help=f"Paste or edit; at most {MAX_OWN_POINTS} points, coordinates from -100 to 100. Up to "
        f"{MOST_CLASSES} distinct whole numbers are the classes; a row such as ,,3 adds one without a point.",
    )
    visit().points = text or ""
    points, unread = readable(text or "")
    return points, problems + unread


def readable(text):
    """Return (text, sentences): the rows that are points, as written, and a sentence about the others."""
    try:
        rows = read_rows(text)
    except ValueError:  # too many rows: `load_dataset` raises with a sentence
        return text, []
    problem = bad_rows(rows)
    if not problem:
        return text, []
    good = [row.text for row in rows if row.label is not None]
    used = "The other row is used." if len(good) == 1 else f"The other {len(good)} rows are used."
    return joined(good), [f"{problem} {used}" if good else problem]


def tools():
    """Draw the class to place, and the buttons Undo, Clear and Example."""
    if not clickable():
        return
    if visit().points_changed:
        visit().points_changed = False
        st.rerun()
    classes = _classes()
    if STATE.get("_class") not in classes:
        STATE.pop("_class", None)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            "Click on the map to add a point of class",
            classes,
            default=classes[0],
            key="_class",
            required=True,
        )
        st.button("Undo", on_click=_undo, icon=":material/undo:")
        st.button("Clear", on_click=_store, args=([],), icon=":material/delete:")
        st.button("Example", on_click=_store, args=(EXAMPLE.split(";"),), icon=":material/category:")


def _classes(text=None):
    """Return the classes that can be placed, as text: those of the points in the box, then 0, 1, …"""
    try:
        labels = point_labels((STATE.get("points") or "") if text is None else text)[:MOST_CLASSES]
    except ValueError:
        labels = ()
    others = [k for k in range(MOST_CLASSES) if k not in labels][: MOST_CLASSES - len(labels)]
    return [str(label) for label in sorted([*labels, *others])]


def start(text, problem):
    """Draw the plane with the points of `text`, too few to train on, and the `problem` that says so."""
    if not clickable():
        show_sentence(st.info, problem, ":material/info:")
        return
    tools()
    left, right = st.columns([1, 1], gap="medium")
    with left:
        _empty_map(text)
    with right:
        st.markdown("Click on the map to place points, or paste rows in the sidebar.")
        show_sentence(st.info, problem, ":material/info:")


def _empty_map(text):
    try:
        points = parse_points(text)
    except ValueError:
        points = []
    plane = maps.plane_of(np.array([(x, y) for x, y, _ in points] or [(0.0, 0.0)]), maps.OWN_POINTS_REACH)
    frame = pd.DataFrame(points, columns=["x", "y", "class"])
    frame = frame.astype({"x": "float32", "y": "float32", "class": "str"}).assign(split="train")
    names, cells = tuple(_classes(text)), frames.cells(plane, CELLS)
    blank = frames.reel([0], maps.BLANK, [[]], plane, ["Click to add points of two classes"])
    click = visit().n_clicks
    draw(planes.boundary_map(blank, cells, frame, plane, names, "", click=click))


def clickable():
    """Return whether the map takes clicks: not if a locked link fixes the points."""
    return not lock.hides("points")


def draw(chart):
    """Show a map that takes clicks."""
    show(chart, "The plane with your points", "Click to add one", key="_canvas", on_select=_add)
    visit().clicked = _clicked()


def _clicked():
    """Return the clicks that the map has told of so far, each as (x, y, number)."""
    return tuple((one["x"], one["y"], one["click"]) for one in STATE["_canvas"].selection.get("click") or [])


def _add():
    """Callback: add the points clicked on since the last one, of the chosen class, to those in the link."""
    tab, clicked = visit(), _clicked()
    new, tab.clicked = [place for place in clicked if place not in tab.clicked], clicked
    tab.n_clicks += 1
    rows = _rows()
    if not new or rows is None or not clickable():
        return
    room = MAX_OWN_POINTS - len(rows)
    if len(new) > room:
        st.toast(f"There are {MAX_OWN_POINTS} points, the most that a link can carry: undo or clear some.")
    label = int(STATE.get("_class") or _classes()[0])
    points = [format_points([(x, y, label)]) for x, y, _ in new[: max(0, room)]]
    if points:
        _store([*(row.text for row in rows), *points])


def _undo():
    """Callback: remove the last point; unreadable rows stay."""
    rows = _rows()
    if rows is None:
        return
    points = [number for number, row in enumerate(rows) if row.point]
    _store([row.text for number, row in enumerate(rows) if number not in points[-1:]])


def _rows():
    """Return the rows in the box; if they are too many, show a toast and return None."""
    late.put_back()
    try:
        return read_rows(STATE.get("points") or "")
    except ValueError:
        st.toast("The box holds too many points: take some away there, or clear them.")
        return None


def _store(rows):
    """Callback: write the rows to the box, one text each."""
    late.write(joined(rows))
    visit().points_changed = True
