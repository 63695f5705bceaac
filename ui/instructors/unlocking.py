"""The key of an assignment: known where it was built on this visit, and asked for where it was not."""

import streamlit as st

from lab.assignment import unlocks
from lab.assignment.solutions import check_key
from ui.frame.show import show_sentence
from ui.instructors.built import built

KEYS = ("_key",)
FORM = "XXXX-XXXX-XXXX-XXXX"


def key_of(assignment, what):
    """Return the key of an Assignment that has one, "" until it is typed; `what` says what it opens."""
    if unlocks(assignment, built().own_key):
        return built().own_key
    typed = st.text_input(
        "Key of this assignment",
        key="_key",
        max_chars=60,
        placeholder=FORM,
        width=420,
    )
    if not typed.strip():
        st.caption(f"Type the key that was shown when this assignment was built: it opens {what}.")
        return ""
    try:
        check_key(assignment, typed)
    except ValueError as problem:
        show_sentence(st.error, str(problem), ":material/key_off:")
        return ""
    return typed
