"""The choice of a step: by its number or by its title."""

import streamlit as st

from lab.links.pages import FIRST_STEP
from ui.frame.visit import visit
from ui.sidebar import lock

STATE = st.session_state


def choose(steps):
    """Draw the choice of a step; return the step."""
    titles = [
        f"{n}. {step.title}" + f" ({step.number})" * bool(step.number) for n, step in enumerate(steps, 1)
    ]
    if lock.hides("step"):
        return steps[lock.linked_value("step", FIRST_STEP, range(1, len(steps) + 1)) - 1]
    tab, keys = visit(), [step.key for step in steps]
    if tab.keeps_step and tab.step_key in keys:
        STATE["step"] = keys.index(tab.step_key) + 1
    number_place, title_place = st.columns([1, 4], vertical_alignment="bottom")
    with number_place:
        number = lock.control(st.number_input, "Step", 1, len(steps), key="step")
    STATE["_title"] = titles[number - 1]
    tab.step_key, tab.keeps_step = keys[number - 1], False
    with title_place:
        st.selectbox("Contents", titles, key="_title", on_change=_go, args=(titles,))
    return steps[number - 1]


def _go(titles):
    """Callback: go to the step chosen by its title."""
    STATE["step"] = titles.index(STATE["_title"]) + 1
