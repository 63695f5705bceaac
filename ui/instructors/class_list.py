"""The sheets of a class as one zip file: for a list of students, or for a number of them."""

import functools
import hashlib

import streamlit as st

from lab.cells import Unreadable, is_guessed
from lab.derivation import CHAPTERS
from lab.links.cost import in_words
from lab.links.reading import quoted
from lab.sheets import folder, names
from lab.words import as_plain_text, counted, listed, megabytes_above
from ui.frame.show import show_sentence
from ui.frame.visit import visit
from ui.instructors.made import made

CLASS_LIST = "class list"  # its file, which outlives its box, and the chosen column
KEYS = ("_sheet_chapters",)
SECONDS_OF_A_CHAPTER = 0.05  # seconds for one student's sheet, on one core
MOST_MEGABYTES = names.MOST_BYTES // 10**6
GUESSED = (
    "This file is not in UTF-8, so we read it as Windows-1252. If a name looks wrong below, save the file as "
    "CSV in UTF-8."
)
SHOWN = 3  # students named in the preview of a list


def choose(n):
    """Draw the class list and the chapters; return the students and the chosen chapters.

    Without a list the students are numbered 1 to n; of a list that cannot be read there are none.
    """
    left, right = st.columns(2, gap="large")
    with left:
        file = st.file_uploader(
            "Class list, if you want names on the sheets",
            ["csv", "txt", "tsv"],
            key="_class_list",
            max_upload_size=MOST_MEGABYTES,
            help="A CSV file with one row per student, with any header, in UTF-8, UTF-16 or Windows-1252. "
            "The names stay in this server's memory during this visit and are never written to disk.",
        )
    with right:
        chapters = st.multiselect("Chapters", CHAPTERS, list(CHAPTERS), key="_sheet_chapters") or CHAPTERS
    uploaded = file
    file, column = _kept(uploaded)
    try:
        students = _listed(file, column) if file else tuple(str(k + 1) for k in range(n))
    except Unreadable as refused:
        show_sentence(st.error, str(refused), ":material/report:")
        students = ()
    if file and not uploaded:
        st.button("Forget the class list", on_click=_forget, icon=":material/delete:", type="tertiary")
    said = "name in the class list" if file else "number"
    st.caption(f"The numbers come from the key and the student's {said}.")
    return students, tuple(one for one in CHAPTERS if one in chapters)


def _kept(uploaded):
    """Return the file of the class list and the number of its column, None if that was not chosen.

    The file is the uploaded one, or the one read last on this visit: the box loses it when another part of
    the page is opened.
    """
    file, column = visit().made.get(CLASS_LIST, (None, None))
    return (uploaded, None) if uploaded and (not file or uploaded.file_id != file.file_id) else (file, column)


def _forget():
    """Callback: forget the class list and the sheets of its students."""
    for kind in (CLASS_LIST, "sheets"):
        visit().made.pop(kind, None)


def draw(key, students, chapters, problem):
    """Draw the zip file of these students' sheets.

    Every student's sheet is the `problem` with a seed that comes from the instructor's `key` and the name.
    """
    seeds = {student: names.seed_of(student, key) for student in students}
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
            "all-tasks.html prints the tasks of the whole class, each student's on separate pages. The "
            "solutions are in a separate folder."
        )


def _listed(file, column=None):
    """Return the students in the chosen column of the class list, which the visit keeps.

    At first, that is the column with this number, or else the one that names the students.
    """
    if file.size > names.MOST_BYTES:
        raise Unreadable(
            f"The class list has {megabytes_above(file.size, names.MOST_BYTES)}; allowed: up to "
            f"{names.MOST_BYTES / 1e6:g} MB."
        )
    class_list = names.read(file.getvalue())
    titles = list(class_list.columns)
    chosen = class_list.named
    if len(titles) > 1:
        place = titles.index(class_list.named) if column is None else column
        column = st.selectbox(
            "Column with the students",
            range(len(titles)),
            place,
            key=f"_class_column_{file.file_id}",
            format_func=titles.__getitem__,
        )
        chosen = titles[column]
    students = class_list.students(chosen)
    if not students:
        allowed = "a column with a name or number in each row"
        raise Unreadable(f"The column {quoted(chosen)} is empty; allowed: {allowed}.")
    visit().made[CLASS_LIST] = file, column
    if is_guessed(file.getvalue()):
        st.warning(GUESSED, icon=":material/translate:")
    few = ", ".join(students[:SHOWN]) + (", …" if len(students) > SHOWN else "")
    st.caption(as_plain_text(f"{counted(len(students), 'student')}: {few}"))
    if n_again := sum(map(bool, class_list.columns[chosen])) - len(students):
        rows = f"{counted(n_again, 'row')} {'repeats' if n_again == 1 else 'repeat'} a student"
        warning = f"{rows} of this column; each student gets one sheet. If two share a name, choose numbers."
        st.warning(warning, icon=":material/group:")
    if alike := names.alike(students):
        pairs = "; ".join(listed(map(quoted, group)) for group in alike[:SHOWN])
        more = f"; and {len(alike) - SHOWN} more" if len(alike) > SHOWN else ""
        sentence = (
            f"These names differ only in spaces or capitals: {pairs}{more}. Each has a sheet of its own"
        )
        show_sentence(st.warning, f"{sentence}: is it one student?", ":material/group:")
    return students


def _digest(*parts):
    return hashlib.sha256(repr(parts).encode()).hexdigest()
