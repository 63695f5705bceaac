"""The box of a task on its locked page: the question, the answer, and the way back to the assignment."""

import contextlib

import streamlit as st

from lab.assignment.kinds import experiments
from lab.assignment.kinds import questions as of_page
from lab.assignment.kinds.kind import LINK
from lab.assignment.titles import points, title
from lab.words import as_plain_text
from ui.frame import changed, proof
from ui.frame.visit import visit
from ui.sidebar import lock
from ui.tasks import answering
from ui.tasks.taken import TASK, open_assignment, taken

BACK = ":material/arrow_back:"
OPENS = "The experiment opens with your answer."
CLOSED = "The experiment stays closed, because it would show the answer."


def place():
    """Return the place (from 0) of the task that the locked page was opened for, or None."""
    text, own = lock.text(TASK) or "", taken()
    if own is None or not text.isascii() or not text.isdigit() or not 1 <= int(text[:3]) <= len(own.answers):
        return None
    return int(text[:3]) - 1


def kind():
    """Return the kind of the page's task, "" if it has none."""
    here = place()
    return "" if here is None else taken().assignment.tasks[here].kind


def asks_step():
    """Return whether the page's task is a question about a step of the derivation."""
    return kind() in ("step", "chapter")


def answered():
    """Return whether the page's task has an answer."""
    here = place()
    return here is not None and bool(taken().answers[here])


def reveals():
    """Return whether the page may give the answer away: it was answered right, and reasons are shown."""
    here = place()
    if here is None or taken().assignment.tasks[here].shown != answering.REASON:
        return False
    return taken().is_right(here)


def draw():
    """Draw the page's task, if any, under the title, and its verdict unless the page itself draws that."""
    here = place()
    if here is None:
        return
    box = st.container(border=True)
    with box:
        _head(here)
        if not taken().student:
            st.markdown(
                "Your numbers come from your name. If you have already typed it in this browser, the task "
                "appears in a moment. Otherwise type it on the assignment's page first."
            )
            return
        asked = taken().asked(here)
        answering.show(asked, here)
        if asked.form != LINK:
            answering.form(here, asked)
        visit().task_place = st.container()
        if kind() not in ("question", "experiment"):
            answering.verdict(here)


def _head(here):
    own = taken()
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        task = own.assignment.tasks[here]
        said = f"Task {here + 1} of {len(own.answers)} · {points(task.points)} · {title(task)}"
        st.caption(said, width="content")
        if st.button("Back to the assignment", key="_back_to_tasks", icon=BACK, type="tertiary"):
            open_assignment()


def asks_first(given):
    """Draw the verdict on the answer to a page's question; return whether the page must end here.

    It ends until there is an answer, and after it if nothing is to be shown after an attempt: the experiment
    shows the answer. `given()` returns the Answer, None while it waits.
    """
    closed = taken().assignment.tasks[place()].shown == answering.NOTHING
    if not answered():
        with visit().task_place or contextlib.nullcontext():
            st.caption(CLOSED if closed else OPENS)
        return True
    with visit().task_place or st.container():
        answering.verdict(place(), given)
        if closed:
            st.caption(CLOSED)
        else:
            changed.tell(of_page.preset_of(taken().assignment.tasks[place()]))
    return closed


def asked_among(presets):
    """Return the Preset among these that is the page's task, or None."""
    if kind() != "question" or not taken().student:
        return None
    asked = of_page.preset_of(taken().assignment.tasks[place()])
    return asked if asked in presets else None


def settings(setup):
    """Draw, in the box of an experiment's task, the button that submits the page's settings as the answer."""
    here = place()
    if kind() != "experiment" or not taken().student:
        return
    with visit().task_place or st.container():
        st.button(
            "Submit these settings as my answer",
            key="_take_settings",
            type="primary",
            icon=":material/check:",
            on_click=_take,
            args=(here, setup),
        )
        own = taken()
        if own.answers[here]:
            st.markdown(f"Your answer: {as_plain_text(experiments.in_words(own.answers[here]))}")
        answering.verdict(here)


def _take(here, setup):
    """Callback: store the settings, or the reason why they cannot be the answer."""
    own = taken()
    task = own.assignment.tasks[here]
    try:
        fingerprint = proof.network_fingerprint(setup)
        shown = fingerprint.text() if fingerprint else ""
        own.answer(here, experiments.answer_of(task, own.seed, setup.experiment, shown))
    except ValueError as problem:
        own.refused[here] = str(problem)
