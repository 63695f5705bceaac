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
from lab.words import counted
from ui.charts import planes
from ui.figures import frames, maps
from ui.frame.show import ended, show
from ui.frame.visit import visit
from ui.report.only_here import only_here
from ui.sidebar import clicks, late, lock

EXAMPLE = (
    "-1.5,1,0;-1,1.5,0;-1,0.5,0;-0.5,1,0;1,-1,0;1.5,-0.5,0;0.5,-1,0;1,-1.5,0;"
    "1,1,1;1.5,1.5,1;0.5,1.5,1;1,0.5,1;-1,-1,1;-1.5,-0.5,1;-0.5,-1,1;-1,-1.5,1"
)
ADD = only_here(" To add a point, click on the map, or write a row x,y,class into the box Points.")
BAR = 40  # pixels of a progress bar
CELLS = 24  # across the map, that show under the pointer where they are
SHADED = maps.png(np.array([[[128, 128, 128, 24]]], np.uint8))  # its edges can be seen in both themes
MAX_TEXT = 30 * MAX_OWN_POINTS
KEYS = ("_class",)
STATE = st.session_state


def paste_box():
    """Draw the box for points, bound to the link; return (text of its readable rows, sentences).

    Unreadable rows stay in the box, to be corrected. Streamlit keeps a bound box's text while another dataset
    is shown. A text too long for an address is replaced by the previous points, because the page could not be
    reloaded.
    """
    if lock.hides("points"):
        return readable(lock.text("points") or "")
    problems = []
    late.put_back()
    if len(STATE.get("points") or "") > MAX_TEXT:
        STATE["points"] = visit().points
        problems.append(
            f"The text is longer than {MAX_OWN_POINTS} points can be, so the previous points are kept."
        )
    text = st.text_area(
        "Points: x,y,class; x,y,class; …",
        key="points",
        bind="query-params",
        height=90,
        help=f"Paste or edit; at most {MAX_OWN_POINTS} points, coordinates from -100 to 100. Up to "
        f"{MOST_CLASSES} distinct whole numbers are the classes; a row such as ,,3 adds one without a point.",
    )
    late.sent()
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
        st.button("Use an example", on_click=_store, args=(EXAMPLE.split(";"),), icon=":material/category:")


def _classes(text=None):
    """Return the classes that can be placed, as text: those of the points in the box, then 0, 1, …"""
    try:
        labels = point_labels((STATE.get("points") or "") if text is None else text)[:MOST_CLASSES]
    except ValueError:
        labels = ()
    others = [k for k in range(MOST_CLASSES) if k not in labels][: MOST_CLASSES - len(labels)]
    return [str(label) for label in sorted([*labels, *others])]


def bar_place(setup):
    """Return the container for a training's progress: for clickable points, a fixed place above the map.

    Otherwise the bar would move the map under the pointer. Return None for other data.
    """
    return st.container(height=BAR, border=False) if setup.experiment.data.name == "own_points" else None


def untrained_map(text):
    """Draw the plane with the points of `text`, without a prediction, where a click adds one.

    Apart from its data it equals the map of a trained network, so the browser keeps it, and any click on it,
    when training begins or points become too few.
    """
    try:
        points = parse_points(text)
    except ValueError:
        points = []
    plane = maps.plane_of(np.array([(x, y) for x, y, _ in points] or [(0.0, 0.0)]), maps.OWN_POINTS_REACH)
    frame = pd.DataFrame(points, columns=["x", "y", "class"])
    frame = frame.astype({"x": "float32", "y": "float32", "class": "str"}).assign(split="train")
    names = tuple(str(label) for label in sorted({label for *_, label in points}))
    nothing = np.full((1, 1, 1), np.nan)
    cells = frames.cells(plane, CELLS, nothing)
    reel = frames.reel([0], SHADED, [[]], plane, ["Click to add points of two classes"])
    classes = "1 class" if len(names) == 1 else f"{len(names)} classes"
    shown = f"the plane has {counted(len(points), 'point')} of {classes}" if points else "the plane is empty"
    words = f"No network is trained yet: {shown}"
    draw(planes.boundary_map(reel, cells, frame, plane, names, "", clickable=True), plane, words)


def clickable():
    """Return whether the map takes clicks: not if a locked link fixes the points."""
    return not lock.hides("points")


def draw(chart, plane, words):
    """Show a map of this plane that takes clicks; its text alternative is `words`, and how to add a point."""
    with st.container(key=clicks.MAP):
        show(chart, "The plane with your points", f"{ended(words)}{ADD}", key="_canvas")
    clicks.hear(plane, _add)


def _add():
    """Callback: add the points clicked on since the last one to those in the link, each of its class."""
    if clicks.types(STATE[clicks.KEY]):
        late.believe()
    new, rows = clicks.new(STATE[clicks.KEY]), _rows()
    if not new or rows is None or not clickable():
        return
    # as `data.read_rows` counts: a class without a point takes no room
    room = MAX_OWN_POINTS - sum(row.point is not None or row.label is None for row in rows)
    if len(new) > room:
        st.toast(f"There are {MAX_OWN_POINTS} points, the most that a link can carry: undo or clear some.")
    classes = _classes()
    label = STATE.get("_class") or classes[0]
    points = [
        format_points([(x, y, int(chosen if chosen in classes else label))])
        for x, y, chosen in new[: max(0, room)]
    ]
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
