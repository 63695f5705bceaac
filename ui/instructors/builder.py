"""Draw an instructor's choices, and the links and files made from them."""

import functools
import pathlib

import streamlit as st

from lab.links.fields import FIELDS
from lab.questions.rooms import rooms
from ui.frame import shell
from ui.instructors import handouts

KEYS = ("_room", "_question", "_lock_it", "_left_open", "_class_hunt", "_students", "_first_seed", "_sheet")
MOST_HUNTS, MOST_SEED = 9999, 2**32 - 1 - handouts.MOST_STUDENTS
STATUS = pathlib.Path("/proc/self/status")


def base():
    """Return the app's address, without page and query."""
    return (st.context.url or "").split("?")[0].rpartition("/")[0]


def assignment():
    """Draw the choice of a question and of the controls left open, and the link of the assignment."""
    by_topic = {room.about: room for room in rooms()}
    left, right = st.columns(2, gap="large")
    with left:
        room = by_topic[st.selectbox("About", list(by_topic), key="_room")]
        asked = {preset.question: preset for preset in room.questions}
        preset = asked[st.selectbox("Question", list(asked), key="_question")]
        left_open = _lock(room)
    query = handouts.assignment(room, preset, left_open)
    with right:
        st.markdown(f"**{preset.question}**")
        st.markdown(f"*Predict first:* {preset.predict}")
        _link("Open as a student", room.page, query)


def hunt():
    """Draw the choice of a hunt's number, and its link."""
    left, right = st.columns(2, gap="large")
    with left:
        number = st.number_input("Number of the hunt", 1, MOST_HUNTS, 7, key="_class_hunt")
    with right:
        _link(f"Open hunt {number} as a student", "bug_lab", {"mode": "Hunt", "hunt": str(number)})


def problem_sheets():
    """Draw the choice of a class's seeds, and the links and sheets to download."""
    a, b = st.columns(2, gap="large")
    n = a.number_input("Students", 1, handouts.MOST_STUDENTS, 30, key="_students")
    first = b.number_input("First seed", 0, MOST_SEED, 1, key="_first_seed")
    _link(f"Open seed {first} as a student", "derivation", {"init_seed": str(first)})
    table, archive = handouts.class_table(base(), first, n), functools.partial(handouts.archive, first, n)
    with st.container(horizontal=True):
        _download(st, f"Links of {n} students (.csv)", table, "backprop-lab-class.csv", "table")
        _download(st, "Sheets and solutions (.zip)", archive, "backprop-lab-sheets.zip", "folder_zip")
    _solutions(first)


def _solutions(first):
    """Draw the choice of a sheet, by its seed or its link, and its solutions to download."""
    left, right = st.columns(2, gap="large", vertical_alignment="bottom")
    asked = left.text_input(
        "Solutions of one sheet",
        str(first),
        key="_sheet",
        max_chars=2000,
        help="Its seed; or its link, where you have changed more than the seed on the derivation page.",
    )
    try:
        problem = handouts.problem_of(asked or str(first))
    except ValueError as refusal:
        shell.show_sentence(st.warning, str(refusal), ":material/report:")
        return
    seed, solutions = problem.seed, functools.partial(handouts.solutions, problem)
    file_name = f"backpropagation-{seed}-solutions.md"
    _download(right, f"Solutions of seed {seed} (.md)", solutions, file_name, "key")


def _download(place, label, data, file_name, icon):
    mime = {"csv": "text/csv", "zip": "application/zip", "md": "text/markdown"}[file_name.rpartition(".")[2]]
    icon = f":material/{icon}:"
    place.download_button(label, data, file_name, mime, icon=icon, on_click="ignore")


def memory():
    """Return a sentence about the memory this server uses now; "" if the system does not report it."""
    try:
        lines = STATUS.read_text(encoding="ascii", errors="replace").splitlines()
        rss_kb = next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
    except (OSError, StopIteration, ValueError):
        return ""
    megabytes = f"{rss_kb / 1024:,.0f} MB"
    return f"This server holds {megabytes} at the moment, with all that its visitors have trained."


def _lock(room):
    """Draw the lock; return the names of the controls left open, or None if nothing is locked."""
    offered = handouts.openable(room)
    if not offered or not st.toggle("Lock the other controls", key="_lock_it"):
        return None
    chosen = st.multiselect(
        "Controls left open",
        offered,
        default=["learning_rate"],
        format_func=lambda name: FIELDS[name][0],
        key="_left_open",
        placeholder="None: everything is fixed",
    )
    return [name for name in offered if name in chosen]


def _link(label, page, query):
    """Draw a button that opens the link as a student would, in a new tab; below it, the link to copy."""
    st.link_button(label, handouts.address("", page, query).lstrip("/"), icon=":material/open_in_new:")
    st.code(handouts.address(base(), page, query), language=None, wrap_lines=True)
