"""Marks on the page: boxes for the assignment and the hand-ins, the table, and frequent mistakes."""

import functools
import hashlib
import io
import zipfile

import pandas as pd
import streamlit as st

from lab.assignment import Assignment, read_link
from lab.assignment.assignment import MOST_BYTES as MOST_OF_ASSIGNMENT
from lab.cells import Unreadable, decoded
from lab.marks import marking, rows, summary, tables
from lab.sheets.folder import file_name
from lab.words import as_plain_text, counted, listed, megabytes_above
from ui.frame.show import show_sentence
from ui.frame.tables import show_rows
from ui.frame.visit import visit
from ui.instructors import unlocking
from ui.instructors.built import built
from ui.instructors.made import made

MOST = 200  # most hand-ins on the page; the terminal takes more
MOST_MEGABYTES = 10
TO_KNOW = "to know"  # a column of the table
HANDED_IN = "handed in"  # what was read last; it outlives the boxes, which another part of the page closes


def draw():
    """Draw the boxes for the assignment and the hand-ins, the progress, then the marks."""
    left, right = st.columns(2, gap="large")
    with left:
        file = st.file_uploader(
            "The assignment (.json), if it is not the one built here",
            "json",
            key="_marked_assignment",
            max_upload_size=1,
        )
    with right:
        files = st.file_uploader(
            "Hand-ins",
            ["csv", "txt", "json", "tsv"],
            accept_multiple_files=True,
            key="_handed_in",
            max_upload_size=MOST_MEGABYTES,
            help="A CSV file with a column of codes, as your course page exports it, or the students' files. "
            "They stay in this server's memory while this page is open.",
        )
    if not files and HANDED_IN not in visit().made:
        return
    try:
        if files:
            visit().made[HANDED_IN] = _assignment(file), _rows(files)
        elif file:
            visit().made[HANDED_IN] = _assignment(file), visit().made[HANDED_IN][1]
        assignment, handed_in = visit().made[HANDED_IN]
    except ValueError as refused:
        show_sentence(st.error, str(refused), ":material/report:")
        return
    if not files:
        said, again = st.container(horizontal=True, vertical_alignment="center"), "Forget them"
        said.caption(f"{counted(len(handed_in), 'row')} handed in to *{as_plain_text(assignment.title)}*.")
        said.button(again, on_click=_forget, icon=":material/delete:", type="tertiary")
    if assignment.key and not unlocking.key_of(assignment, "the marks, which tell what is right"):
        return
    key = hashlib.sha256(repr((assignment.digest, handed_in)).encode()).hexdigest()
    work = _planned(key, assignment, handed_in)
    results = made(
        "marks",
        key,
        functools.partial(marking.marked, assignment, work),
        work.seconds,
        "Mark",
        "Marking",
        "Marking",
    )
    if results is None:
        st.caption(work.in_words())
    else:
        _show(assignment, results)


def _forget():
    """Callback: forget the hand-ins and their marks."""
    for kind in (HANDED_IN, "planned", "marks"):
        visit().made.pop(kind, None)


def _assignment(file):
    """Return the Assignment in the file, or else the one being built; raise ValueError."""
    if file is None:
        if not built().tasks:
            raise Unreadable("There is no assignment: give its file (.json), or open it under Assignment.")
        return built().assignment()
    if file.size > 4 * MOST_OF_ASSIGNMENT:
        size, most = f"{file.size / 1e6:.3g} MB", f"{MOST_OF_ASSIGNMENT / 1e6:g} MB"
        raise Unreadable(f"The assignment has {size}; allowed: up to {most}.")
    text = decoded(file.getvalue())
    return Assignment.from_json(text) if text.lstrip().startswith("{") else read_link(text)


def _rows(files):
    """Return the Rows of all files, at most MOST; raise ValueError."""
    size, all_rows = sum(file.size for file in files), []
    if size > MOST_MEGABYTES * 10**6:
        shown, most = megabytes_above(size, MOST_MEGABYTES * 10**6), f"up to {MOST_MEGABYTES} MB together"
        raise Unreadable(f"The files of hand-ins have {shown}; allowed: {most}.")
    for file in files[: MOST + 1]:
        content = file.getvalue()
        stem = file.name.rpartition(".")[0]
        some = [rows.of_file(stem, content)] if rows.is_hand_in(content) else rows.read(content, MOST)
        all_rows += [one._replace(number=len(all_rows) + n) for n, one in enumerate(some, start=1)]
    if len(all_rows) > MOST:
        raise Unreadable(
            f"There are more than {MOST} hand-ins; allowed: up to {MOST} here, or `python -m lab mark`."
        )
    return tuple(all_rows)


def _planned(key, assignment, handed_in):
    """Return the Work; the files are read once per visit."""
    cached = visit().made.get("planned")
    if not cached or cached[0] != key:
        visit().made["planned"] = key, marking.plan(assignment, handed_in)
    return visit().made["planned"][1]


def _show(assignment, results):
    """Draw the table, the frequent mistakes, and the files to download."""
    show_rows(_table(assignment, results))
    faults = [
        f"{counted(n, noun)} could not be {done}"
        for n, noun, done in (
            (sum(bool(one.refused and one.row.text) for one in results), "row", "read"),
            (sum(bool(one.failed) for one in results), "hand-in", "marked completely"),
        )
        if n
    ]
    if faults:
        st.warning(f"{listed(faults)}. The column *{TO_KNOW}* says why.", icon=":material/report:")
    if n_empty := sum(not (one.hand_in or one.row.text) for one in results):
        st.caption(f"{counted(n_empty, 'row')} without a code: nothing was handed in.")
    if n_noted := sum(bool(one.notes) for one in results):
        noted = f"Check {counted(n_noted, 'row')}: identical codes, others' numbers, or another fingerprint."
        st.info(f"{noted} The column *{TO_KNOW}* says which.", icon=":material/content_copy:")
    for one in summary.summaries(assignment, results):
        st.markdown("\n".join([one.in_words(), *(f"- {count} × {why}" for count, _, why in one.mistakes)]))
    with st.container(horizontal=True):
        for label, make, name, mime, icon in (
            ("Marks (.csv)", _for_a_spreadsheet, "marks.csv", "text/csv", "table"),
            ("For a gradebook (.csv)", _for_a_gradebook, "gradebook.csv", "text/csv", "merge"),
            ("For Gradescope (.zip)", _for_gradescope, "gradescope.zip", "application/zip", "folder_zip"),
        ):
            data = functools.partial(make, assignment, results)
            st.download_button(label, data, name, mime, icon=f":material/{icon}:", on_click="ignore")
    if sentence := tables.shared(results):
        show_sentence(st.info, sentence, ":material/group:")


def _table(assignment, results):
    """Return the table to show: points, and what an instructor should know."""
    table = []
    for one in results:
        row = {"student": one.student, "listed as": one.row.listed}
        row["points"] = one.points(assignment) if one.hand_in else None
        row[TO_KNOW] = " ".join(one.sentences)
        for n, task in enumerate(assignment.tasks):
            unknown = not one.hand_in or n + 1 in one.failed
            row[f"task {n + 1} (of {task.points:g})"] = None if unknown else task.points * one.marks[n].share
        table.append(row)
    return pd.DataFrame(table)


def _for_a_spreadsheet(assignment, results):
    # the byte order mark tells Excel the encoding
    return tables.marks(assignment, results).encode("utf-8-sig")


def _for_a_gradebook(assignment, results):
    return tables.gradebook(assignment, results).encode()


def _for_gradescope(assignment, results):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, one in enumerate(results, start=1):
            folder = file_name(number, one.student)
            archive.writestr(f"{folder}/results.json", tables.results_json(assignment, one))
    return buffer.getvalue()
