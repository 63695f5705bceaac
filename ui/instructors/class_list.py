"""The sheets of a class as one zip file: for the students of a class list, or for as many as there are."""

import functools
import hashlib

import streamlit as st

from lab.cells import Unreadable
from lab.derivation import CHAPTERS
from lab.links.cost import in_words
from lab.links.reading import quoted
from lab.sheets import folder, names
from lab.words import as_plain_text, counted
from ui.frame.show import show_sentence
from ui.instructors.made import made

KEYS = ("_sheet_chapters",)
SECONDS_OF_A_CHAPTER = 0.05  # of one student's sheet, on one core
MOST_MEGABYTES = names.MOST_BYTES // 10**6
SHOWN = 3  # students of a list that are named


def draw(key, n, problem):
    """Draw the class list, the chapters, and the zip file; without a list the students are 1 to n.

    Every student's sheet is the `problem` with a seed that comes from the instructor's `key` and the name.
    """
    left, right = st.columns(2, gap="large")
    with left:
        file = st.file_uploader(
            "Class list, if the sheets are to have names",
            ["csv", "txt", "tsv"],
            key="_class_list",
            max_upload_size=MOST_MEGABYTES,
            help="A CSV file with a row for each student, with any header and in any encoding. The names "
            "stay in this server's memory for as long as this page is open, and are never written to disk.",
        )
    with right:
        chapters = st.multiselect("Chapters", CHAPTERS, list(CHAPTERS), key="_sheet_chapters") or CHAPTERS
    try:
        students = _listed(file) if file else tuple(str(k + 1) for k in range(n))
    except Unreadable as refused:
        show_sentence(st.error, str(refused), ":material/report:")
        return
    seeds = {student: names.seed_of(student, key) for student in students}
    chapters = tuple(one for one in CHAPTERS if one in chapters)
    work = _digest(seeds, problem, chapters)
    seconds = SECONDS_OF_A_CHAPTER * len(seeds) * len(chapters)
    zipped = made(
        "sheets",
        work,
        functools.partial(folder.sheets, seeds, problem, chapters),
        seconds,
        f"Make {counted(len(seeds), 'sheet')}, about {in_words(seconds)}",
        "Making the sheets",
        "Writing sheets",
    )
    if zipped is not None:
        st.download_button(
            f"Sheets and solutions of {counted(len(seeds), 'student')} (.zip)",
            zipped,
            "backprop-lab-sheets.zip",
            "application/zip",
            icon=":material/folder_zip:",
            on_click="ignore",
        )
        st.caption(
            "all-tasks.html prints the tasks of the whole class, each student's on pages of their own. The "
            "solutions are in a folder apart."
        )


def _listed(file):
    """Return the students of the class list, of the column that is chosen."""
    if file.size > names.MOST_BYTES:
        raise Unreadable(
            f"The class list has {file.size / 1e6:.3g} MB; allowed: up to {names.MOST_BYTES / 1e6:g} MB."
        )
    found = names.read(file.getvalue())
    titles = list(found.columns)
    chosen = found.named
    if len(titles) > 1:
        place = titles.index(found.named)
        column = st.selectbox(
            "Column with the students",
            range(len(titles)),
            place,
            key=f"_class_column_{file.file_id}",
            format_func=titles.__getitem__,
        )
        chosen = titles[column]
    students = found.students(chosen)
    if not students:
        allowed = "a column with a name or number in each row"
        raise Unreadable(f"The column {quoted(chosen)} is empty; allowed: {allowed}.")
    few = ", ".join(students[:SHOWN]) + (", …" if len(students) > SHOWN else "")
    st.caption(as_plain_text(f"{counted(len(students), 'student')}: {few}"))
    if n_again := sum(map(bool, found.columns[chosen])) - len(students):
        rows = f"{counted(n_again, 'row')} {'repeats' if n_again == 1 else 'repeat'} a student"
        told = f"{rows} of this column, who gets one sheet. A column of numbers tells namesakes apart."
        st.warning(told, icon=":material/group:")
    return students


def _digest(*parts):
    return hashlib.sha256(repr(parts).encode()).hexdigest()
