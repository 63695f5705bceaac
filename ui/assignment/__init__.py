"""The parts of the assignment page: the student's name, the tasks, and the hand-in."""

import streamlit as st

from lab.assignment.hand_in import MOST_STUDENT, TYPED_NAME
from lab.assignment.kinds.kind import CHOICE, LINK, NUMBERS
from lab.assignment.titles import points, progress, title
from lab.links import parameters
from lab.words import as_plain_text, counted
from ui.frame.show import show_sentence
from ui.tasks import answering
from ui.tasks.taken import TASK, open_page, taken

STATE = st.session_state
DONE, OPEN = ":material/check_circle:", ":material/radio_button_unchecked:"
OPENS = dict.fromkeys((CHOICE, NUMBERS), ("Open its page", "secondary"))  # {form: (button, how it looks)}
OPENS[LINK] = "Open the experiment", "primary"
NAME, PASTED = "_student", "_tasks_link"
KEYS = (NAME, PASTED)


def ask_for_link():
    """Draw the box for an assignment's link, if the address has none."""
    with st.form("_open_tasks", border=False):
        st.text_input("The link, or the text after tasks=", key=PASTED, max_chars=20_000)
        pressed = st.form_submit_button("Open", type="primary")
    if pressed and STATE[PASTED].strip():
        text = parameters.parameter_of(STATE[PASTED], "tasks")
        st.query_params["tasks"] = text
        st.rerun()


def ask_for_name():
    """Draw the title and the form for the student's name or number."""
    heading()
    with st.form("_begin", border=False):
        st.text_input(
            TYPED_NAME,
            key=NAME,
            max_chars=2 * MOST_STUDENT,
            width=420,
            placeholder="as your instructor knows you",
        )
        st.caption(
            "Your numbers come from it, so they differ from everybody else's. Capital letters and spaces do "
            "not matter."
        )
        st.form_submit_button("Begin", type="primary", on_click=_begin)
    if problem := taken().name_refused:
        show_sentence(st.error, problem, ":material/report:")


def _begin():
    """Callback: accept the name, or say why it cannot be used."""
    try:
        taken().begin(STATE[NAME])
    except ValueError as problem:
        taken().name_refused = str(problem)


def heading():
    """Draw the assignment's title, what it is worth, and who works on it."""
    own = taken()
    st.subheader(as_plain_text(own.assignment.title), anchor=False)
    worth = f"{counted(len(own.answers), 'task')}, {points(own.assignment.points)}."
    if not own.student:
        st.markdown(worth)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{worth} {progress(own.answers)}", width="content")
        st.text(own.student, width="content")
        st.button(
            "Start again",
            on_click=own.start_again,
            icon=":material/restart_alt:",
            type="tertiary",
            help="Forgets the name and all answers, here and in this browser.",
        )
    st.caption("This browser keeps your answers, so you can close the page and go on another day.")


def tasks():
    """Draw all tasks, one below the other. At first, only the first unanswered one is unfolded."""
    own = taken()
    for place, task in enumerate(own.assignment.tasks):
        done = bool(own.answers[place])
        label = f"**{place + 1}. {title(task)}** · {points(task.points)} · {'answered' if done else 'open'}"
        key = f"_fold_{own.seed}_{place}"
        STATE[key] = place in own.unfolded
        how = {"key": key, "on_change": _fold, "args": (key, place)}
        box = st.expander(label, icon=DONE if done else OPEN, **how)
        if box.open:
            own.seen.add(place)
        if place in own.seen:  # also once it is folded again: a form that is not drawn loses what was typed
            with box:
                _task(place, is_open=box.open)


def _fold(key, place):
    """Callback: remember whether a task is unfolded."""
    taken().unfolded ^= {place} if STATE[key] != (place in taken().unfolded) else set()


def _task(place, *, is_open=True):
    own = taken()
    asked = own.asked(place)
    answering.show(asked, place)
    answering.form(place, asked)
    if asked.page:
        label, kind = OPENS[asked.form]
        if st.button(label, key=f"_open_task_{place}", icon=":material/open_in_browser:", type=kind):
            open_page(f"pages/{asked.page}.py", {**asked.query, TASK: str(place + 1)})
    if is_open:
        answering.verdict(place)


def hand_in():
    """Draw the button *Hand in*, then the hand-in's code and file."""
    own = taken()
    st.subheader("Hand in")
    st.markdown(f"{progress(own.answers)} Send your instructor the code or the file; both say the same.")
    st.button("Hand in", type="primary", icon=":material/upload:", on_click=own.finish)
    if not own.finished:
        return
    student_hand_in = own.hand_in()
    st.markdown("Your code, with the answers as they are now:")
    st.code(student_hand_in.code(), language=None, wrap_lines=True)
    st.download_button(
        "Hand-in (.json)",
        student_hand_in.to_json(),
        "hand-in.json",
        "application/json",
        icon=":material/upload_file:",
        on_click="ignore",
    )
