"""Draw an instructor's choices, and the links and files made from them."""

import functools
import pathlib

import streamlit as st

from lab.links.fields import FIELDS
from ui.frame import shell
from ui.instructors import links, sheets

KEYS = ("_room", "_question", "_lock_it", "_left_open", "_class_hunt", "_students", "_first_seed", "_sheet")
MOST_HUNTS, MOST_SEED = 9999, 2**32 - 1 - links.MOST_STUDENTS
STATUS = pathlib.Path("/proc/self/status")


def base():
    """Return the app's address, without page and query."""
    return (st.context.url or "").split("?")[0].rpartition("/")[0]


def assignment():
    """Draw the choice of a question and of the controls left open, and the link of the assignment."""
    rooms = links.rooms()
    left, right = st.columns(2, gap="large")
    with left:
        room = rooms[st.selectbox("About", list(rooms), key="_room")]
        asked = {preset.question: preset for preset in room.questions}
        preset = asked[st.selectbox("Question", list(asked), key="_question")]
        left_open = _lock(room)
    query = links.assignment(room, preset, left_open)
    with right:
        st.markdown(f"**{preset.question}**")
        st.markdown(f"*Predict first:* {preset.predict}")
        _given(links.page_of(room), query, "Open as a student")


def hunt():
    """Draw the choice of a hunt's number, and its link."""
    left, right = st.columns(2, gap="large")
    with left:
        number = st.number_input("Number of the hunt", 1, MOST_HUNTS, 7, key="_class_hunt")
    with right:
        _given(links.HUNT, links.hunt(number), f"Open hunt {number} as a student")


def problem_sheets():
    """Draw the choice of a class's seeds, and the links and sheets to download."""
    a, b = st.columns(2, gap="large")
    n = a.number_input("Students", 1, links.MOST_STUDENTS, 30, key="_students")
    first = b.number_input("First seed", 0, MOST_SEED, 1, key="_first_seed")
    _given(links.SHEET, links.sheet(first), f"Open seed {first} as a student")
    with st.container(horizontal=True):
        st.download_button(
            f"Links of {n} students (.csv)",
            sheets.table(base(), first, n),
            "backprop-lab-class.csv",
            "text/csv",
            icon=":material/table:",
            on_click="ignore",
        )
        st.download_button(
            "Sheets and solutions (.zip)",
            functools.partial(sheets.archive, first, n),
            "backprop-lab-sheets.zip",
            "application/zip",
            icon=":material/folder_zip:",
            on_click="ignore",
        )
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
        problem = sheets.problem_of(asked or str(first))
    except ValueError as refusal:
        shell.show_sentence(st.warning, str(refusal), ":material/report:")
        return
    right.download_button(
        f"Solutions of seed {problem.seed} (.md)",
        functools.partial(sheets.solutions, problem),
        f"backpropagation-{problem.seed}-solutions.md",
        "text/markdown",
        icon=":material/key:",
        on_click="ignore",
    )


def memory():
    """Return a sentence about the memory this server uses now; "" if the system does not report it."""
    try:
        lines = STATUS.read_text(encoding="ascii", errors="replace").splitlines()
        rss_kb = next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
    except (OSError, StopIteration, ValueError):
        return ""
    return (
        f"This server holds {rss_kb / 1024:,.0f} MB at the moment, with all that its visitors have trained."
    )


def _lock(room):
    """Draw the lock; return the names of the controls left open, or None if nothing is locked."""
    offered = links.openable(room)
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


def _given(page, query, label):
    """Draw a button that opens the link as a student would, in a new tab; below it, the link to copy."""
    st.link_button(label, links.address("", page, query).lstrip("/"), icon=":material/open_in_new:")
    st.code(links.address(base(), page, query), language=None, wrap_lines=True)
