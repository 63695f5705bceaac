"""The parts of the page: tabs, of which the open one alone is computed and the address keeps which it is."""

import streamlit as st

from ui.frame import assets, invisible
from ui.frame.visit import visit

KEY = "part"  # of the tabs, and their parameter in a link
ASSIGNMENT, HAND_INS, CLASS, SHEETS, EMBED, LINKS, SERVER = PARTS = (
    *("Assignment", "Hand-ins", "Class", "Sheets", "Embed", "Links", "Server"),
)
SECTIONS = {  # {the anchor of a section, as links have it since all were in one column: its part}
    "what-are-the-answers": ASSIGNMENT,
    "what-have-they-handed-in": HAND_INS,
    "only-one-question-for-a-lecture": LINKS,
    "what-does-the-class-think": CLASS,
    "on-a-slide-or-in-your-course-page": EMBED,
    "which-bug-is-hidden": CLASS,
    "a-sheet-for-every-student": SHEETS,
    "a-quiz-in-moodle": SHEETS,
    "can-they-write-backward": LINKS,
    "where-will-it-run": SERVER,
}
_anchor = st.components.v2.component("backprop_lab_anchor", js=assets.text(__file__, "anchor.js"))


def tabs():
    """Draw the tabs; return one container per part, of which one is `open`.

    The widgets of a closed part keep their values.
    """
    state = st.session_state
    for key in visit().own_keys(state):
        if key != KEY:
            state[key] = state[key]  # else Streamlit forgets the value of a widget that is not drawn
    with invisible.place("anchor"):
        linked = _anchor(data={"sections": SECTIONS}, key="_anchor", on_part_change=_opened).part
    if state.get(KEY) not in PARTS:
        state[KEY] = linked if linked in PARTS else ASSIGNMENT
    return st.tabs(PARTS, key=KEY, on_change="rerun", bind="query-params")


def _opened():
    """Callback: open the part of the section that the address points to."""
    asked = st.session_state["_anchor"].part
    if asked in PARTS:
        st.session_state[KEY] = asked
