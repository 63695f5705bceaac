"""The visitor's own data: points clicked or pasted, stored in the link; images uploaded, named in it."""

import numpy as np
import pandas as pd
import streamlit as st

from data import (
    MAX_OWN_POINTS,
    MOST_CLASSES,
    bad_rows,
    format_points,
    held_images,
    joined,
    keep_images,
    parse_points,
    point_labels,
    read_rows,
)
from lab.words import as_plain_text
from ui.charts import planes
from ui.figures import frames, maps
from ui.frame.show import show, show_sentence
from ui.frame.visit import visit
from ui.sidebar import late, lock
from ui.training.cache import cache

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
    picture, line = frames.pictures([0], [maps.BLANK]), frames.paths([], [], plane)
    picture["finding"] = "Click to add points of two classes"
    click = visit().n_clicks
    draw(planes.boundary_map(picture, line, cells, frame, plane, names, "", click=click))


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


def upload_box(problems):
    """Draw the upload box; return the file's fingerprint, by which the link names it, or "".

    Append sentences to `problems`. If a locked link names the file, draw the box until it has been uploaded.
    """
    named = lock.text("points") if lock.hides("points") else None
    if named and _uploaded(named):
        _understood(named)
        return named
    st.file_uploader(
        "Images as .npz",
        type="npz",
        key="_upload",
        max_upload_size=50,
        on_change=_keep_upload,
        help="x_train, y_train, x_test, y_test: images (n, height, width) or in colour, as bytes or from 0 "
        "to 1, and labels; other common names are understood. It stays in this server's memory for a while "
        "and is never written to disk.",
    )
    if refused := visit().refused_upload:
        visit().refused_upload = ""
        problems.append(refused)
    if named:
        if STATE.get("points", named) != named:
            problems.append("The file that was uploaded is not the one that the link asks for.")
        return named
    digest = st.text_input(
        "Fingerprint of the file (sha256)",
        key="points",
        bind="query-params",
        help="Stands for the file in the link: anyone who opens it needs the same file.",
    )
    _understood(digest or "")
    return digest or ""


def _understood(digest):
    """Say what in the file of this digest has another form than x_train, y_train, x_test and y_test."""
    images = _uploaded(digest)
    for sentence in images.understood if images else ():
        st.caption(as_plain_text(sentence))


def _uploaded(digest):
    try:
        return held_images(digest)
    except ValueError:
        return None


def _keep_upload():
    """Callback: read the uploaded file and put its fingerprint into the link."""
    file = STATE.get("_upload")
    if file is not None:
        try:
            STATE["points"] = keep_images(file.getvalue())
            cache().keep_within_bounds()  # a run must not keep data alive that was dropped for this file
        except ValueError as problem:
            visit().refused_upload = str(problem)
