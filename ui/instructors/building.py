"""The builder of an assignment: choose and preview tasks, order them, and get link, file and key."""

import streamlit as st

from lab.assignment import KINDS, SHOWN, Assignment, Task, link_text, read_link, repeats, variants
from lab.assignment.assignment import MOST_BYTES, MOST_POINTS, MOST_TASKS, MOST_TITLE, check
from lab.assignment.key import WHAT_IS_LEFT
from lab.assignment.kinds.kind import CHOICE, NUMBERS
from lab.assignment.task import VERDICT
from lab.assignment.titles import points, title
from lab.links import parameters
from lab.links.reading import quoted
from lab.words import counted
from ui.frame.show import show_sentence
from ui.instructors import links, subject
from ui.instructors.built import built, offers
from ui.tasks import answering

STATE = st.session_state
KEYS = ("_kind", "_group_", "_offer_", "_tolerance", "_points", "_shown", *subject.KEYS)
SAMPLE = 7  # the seed of the preview
PERCENT = 100
LEAST_POINTS, LEAST_PER_CENT = 0.5, 0.1  # of a task that is built here


def draw():
    """Draw the builder."""
    _open()
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Choose a task**")
        task = _choose()
    with right:
        st.markdown("**As a student sees it**")
        _preview(task)
    if built().refused:
        show_sentence(st.error, built().refused, ":material/report:")
    st.markdown(f"**Your assignment** · {_in_words()}")
    _list()
    for sentence in repeats.in_words(built().tasks.values()):
        show_sentence(st.warning, sentence, ":material/warning:")
    _result()


def _choose():
    """Draw the choice of a task, its points and what is shown, and the button that adds it; return it."""
    kind = st.selectbox("Kind", list(KINDS), format_func=lambda key: KINDS[key].label, key="_kind")
    groups = offers(kind)
    group = next(iter(groups))
    if len(groups) > 1:
        group = st.selectbox("About", list(groups), key=f"_group_{kind}")
    offered = groups[group]
    name = st.selectbox("Task", list(offered), key=f"_offer_{kind}_{group}")
    chosen = subject.choose(kind, offered[name])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        worth = _points("_points", 1)
        tolerance = _tolerance("_tolerance", 0.01) if _in_numbers(kind, chosen) else 0.01
        shown = _shown("_shown", VERDICT)
    task = Task(kind, chosen, worth, tolerance, shown)
    full = len(built().tasks) >= MOST_TASKS
    st.button("Add this task", icon=":material/add:", on_click=built().add, args=(task,), disabled=full)
    return task


def _in_numbers(kind, chosen):
    """Return whether a task is answered by numbers, which have a tolerance."""
    return kind == "homework" or chosen.get("asks", "number" * (kind == "chapter")) == "number"


def _points(key, value):
    """Draw the points of a task; return them, as an int if they are whole, and `value` as it is if kept."""
    least = min(LEAST_POINTS, value)  # an opened assignment may have fewer
    worth = st.number_input("Points", least, float(MOST_POINTS), float(value), 0.5, "%g", key=key, width=110)
    if worth == value:
        return value
    return int(worth) if worth == int(worth) else worth


def _tolerance(key, value):
    """Draw the tolerance of a number in per cent; return it as a share, and `value` as it is if kept."""
    given = PERCENT * value
    per_cent = st.number_input(
        "Tolerance, %",
        min(LEAST_PER_CENT, given),  # an opened assignment may have less
        50.0,
        given,
        0.5,
        "%g",
        key=key,
        width=130,
        help="The largest relative error of a number that counts as right.",
    )
    return value if per_cent == given else round(per_cent / PERCENT, 6)


def _shown(key, value):
    """Draw the choice of what is shown after an attempt; return its key."""
    names = list(SHOWN)
    return st.selectbox(
        "After an attempt, show",
        names,
        names.index(value),
        SHOWN.get,
        key=key,
        width=230,
        help="With *nothing*, the experiment of a page's question stays closed, because it shows the answer.",
    )


def _preview(task):
    """Draw what one student is asked."""
    try:
        check(task)
    except ValueError as problem:
        show_sentence(st.warning, str(problem), ":material/report:")
        return
    asked = KINDS[task.kind].ask(task, SAMPLE)
    with st.container(border=True, key="_preview"):
        answering.show(asked, "preview")
        if asked.form == CHOICE:
            st.markdown("\n".join(f"- {choice}" for choice in asked.choices))
        elif asked.form == NUMBERS:
            st.markdown(f"*{counted(len(asked.numbers), 'number')} to give.*")
        if asked.page:
            st.caption("The student also gets a button that opens the locked page with this box at the top.")
    st.caption(f"This is what one student is asked. {variants.in_words(task)}")


def _in_words():
    tasks = built().tasks.values()
    if not tasks:
        return "no task yet"
    return f"{counted(len(tasks), 'task')}, {points(sum(task.points for task in tasks))}"


def _list():
    """Draw the tasks in order, each with the settings that can be changed."""
    own = built()
    if own.tasks:
        saved = "the file and your key" if own.key else "the file"
        st.caption(
            f"This list lasts until you reload or close the page. To go on later, save {saved} below, and "
            "open the file here again."
        )
    for number, (name, task) in enumerate(list(own.tasks.items()), 1):
        with st.container(border=True, key=f"_row_{name}"):
            st.markdown(f"**{number}. {title(task)}** · {KINDS[task.kind].label}")
            with st.container(horizontal=True, vertical_alignment="bottom"):
                worth = _points(f"_points_{name}", task.points)
                tolerance = task.tolerance
                if _in_numbers(task.kind, task.subject):
                    tolerance = _tolerance(f"_tolerance_{name}", tolerance)
                shown = _shown(f"_shown_{name}", task.shown)
                _button("Up", ":material/arrow_upward:", name, number, own.move, (name, -1), number == 1)
                last = number == len(own.tasks)
                _button("Down", ":material/arrow_downward:", name, number, own.move, (name, 1), last)
                _button("Remove", ":material/delete:", name, number, own.remove, (name,), False)
        own.change(name, points=worth, tolerance=tolerance, shown=shown)


def _button(label, icon, name, number, on_click, args, disabled):
    st.button(
        label, key=f"_{label}_{name}", icon=icon, on_click=on_click, args=args, disabled=disabled,
        help=f"{label}: task {number}",
    )  # fmt: skip


def _result():
    """Draw the title, and the assignment as a link and as a file, with the instructor's key."""
    own = built()
    if not own.tasks:
        return
    own.title = st.text_input("Title", own.title, key=f"_title_{own.n_opened}", max_chars=MOST_TITLE)
    try:
        assignment = own.assignment()
    except ValueError as problem:
        show_sentence(st.error, str(problem), ":material/report:")
        return
    left, right = st.columns(2, gap="large")
    with left:
        links.offer("Open as a student", "assignment", {"tasks": link_text(assignment)})
        st.download_button(
            "Assignment (.json)",
            assignment.to_json(),
            "assignment.json",
            "application/json",
            icon=":material/download:",
            on_click="ignore",
            help="Open it here again, or mark with it. It contains no key and no solutions.",
        )
    with right:
        if own.key:
            st.markdown(
                "**Your key.** Keep it: it opens the solutions. Neither the link nor the file contains it."
            )
            st.code(own.key, language=None)
        elif own.key_digest:
            st.markdown("**Your key** is the one that was shown when this assignment was first built.")
        else:
            st.markdown("This assignment was built **without a key**, so it has no solutions to open.")
        st.caption(WHAT_IS_LEFT)


def _open():
    """Draw the box that reopens an assignment."""
    with st.popover("Open an assignment", icon=":material/folder_open:"):
        file = st.file_uploader("Its file (.json)", "json", key="_assignment_file", max_upload_size=1)
        link = st.text_input("Or its link", key="_assignment_link", max_chars=20_000)
        st.button("Open it", on_click=_opened, args=(file, link), disabled=not (file or link.strip()))


def _opened(file, link):
    """Callback: continue with the assignment of a file or a link, or say why it cannot be read."""
    try:
        built().open(of_file(file) if file else read_link(parameters.parameter_of(link, "tasks")))
    except ValueError as problem:
        built().refused = str(problem)


def of_file(file):
    """Return the Assignment in an uploaded file; raise ValueError with a one-sentence message."""
    if file.size > MOST_BYTES:
        raise ValueError(
            f"The file {quoted(file.name)} has {file.size:,} bytes; allowed: up to {MOST_BYTES:,}."
        )
    try:
        text = file.getvalue().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(
            "The file is not text in UTF-8; allowed: an assignment's file, as written here."
        ) from None
    return Assignment.from_json(text)
