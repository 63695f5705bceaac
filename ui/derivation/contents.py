"""The visitor's place in the derivation: the step on show, the contents with progress, Back and Next."""

import itertools

import streamlit as st

from lab.derivation.contents import nearest, progress
from lab.links.pages import FIRST_STEP
from ui.derivation import recall
from ui.frame import arriving
from ui.frame.visit import visit
from ui.sidebar import lock

STATE = st.session_state
OPEN = "_contents"  # the key of whether the contents are open
ANSWERED, READ, AHEAD = (
    ":material/check_circle:",
    ":material/radio_button_checked:",
    ":material/radio_button_unchecked:",
)
NUMBERS = "Numbers in parentheses are those of the coursework that the derivation follows."


def choose(steps):
    """Draw the contents, closed at first, and the visitor's place in them; return the step on show."""
    keys = [step.key for step in steps]
    if lock.hides("step"):
        like = nearest(steps, lock.text("step") or "") or FIRST_STEP  # of a network that has no such step
        return steps[keys.index(lock.control(st.selectbox, "Step", keys, key="step", default=like))]
    if STATE.get("step") and STATE["step"] not in keys:
        STATE["step"] = nearest(steps, STATE["step"]) or FIRST_STEP
    with st.container(horizontal=True, vertical_alignment="center"):
        box = st.popover("Contents", icon=":material/toc:", key=OPEN, on_change="rerun")
        with box:
            place = st.container()
            # Streamlit writes the label of a choice into the address, so the keys serve as labels
            key = lock.control(st.selectbox, "Step, by its name in a link", keys, key="step")
        step = steps[keys.index(key)]
        own = [one for one in steps if one.chapter == step.chapter]
        st.caption(f"{step.chapter}: step {own.index(step) + 1} of {len(own)}", width="content")
    if box.open:
        with place:
            _list(steps, step)
    return step


def _list(steps, step):
    """Draw every step by chapter, with marks for read and answered."""
    tab = visit()
    answered = {key for _, key, _ in tab.guesses}
    st.caption(f"{ANSWERED} question answered, {READ} read, {AHEAD} not yet. {NUMBERS}")
    for chapter, group in itertools.groupby(steps, key=lambda one: one.chapter):
        group = tuple(group)
        label = f"**{chapter}**: {progress(group, tab.read, answered)}"
        chosen = st.expander(label, expanded=chapter == step.chapter).container(gap=None)
        for one in group:
            icon = ANSWERED if one.key in answered else READ if one.key in tab.read else AHEAD
            chosen.button(
                one.title + f" ({one.number})" * bool(one.number),
                icon=icon,
                key=f"_to_{one.key}",
                type="secondary" if one is step else "tertiary",
                on_click=_go,
                args=(one.key,),
            )
        if recall.home(steps) == group[-1].key:
            label = "Write it from memory"
            place = {"icon": ":material/edit:", "key": "_recall_home", "type": "tertiary"}
            st.button(label, **place, on_click=_go, args=(group[-1].key, True))


def heading(step):
    """Draw the step's title and question; a visitor who moves to another step arrives here.

    A visitor who chose a question of the menu does not: its answer is further up.
    """
    tab = visit()
    arriving.here("step", step.title, tab.moves, tab.moves)
    st.subheader(step.title)
    st.markdown(step.question)


def moves(steps, step, shown):
    """Draw Back and Next, which the arrow keys press too; a step whose numbers are `shown` counts as read."""
    if shown:
        visit().read.add(step.key)
    if lock.hides("step"):
        return
    at = steps.index(step)
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        if at > 0:
            _move("Back", ":material/arrow_back:", "Left", steps[at - 1], "secondary")
        if at + 1 < len(steps):
            _move("Next", ":material/arrow_forward:", "Right", steps[at + 1], "primary")


def _move(label, icon, shortcut, to, kind):
    options = {"key": f"_{label}", "type": kind, "on_click": _go, "args": (to.key,)}
    st.button(f"{label}: {to.title}", icon=icon, shortcut=shortcut, **options)


def _go(key, to_recall=False):
    """Callback: show the step with this key, or go to the section below it that asks for backward()."""
    STATE["step"], STATE[OPEN] = key, False
    visit().moves += 1
    if to_recall:
        visit().n_recalled, visit().recall_due = visit().n_recalled + 1, True
