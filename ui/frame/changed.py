"""What is said where the controls differ from a question's experiment, to which its answer belongs."""

import streamlit as st

from lab.links.fields import DEFAULT_SEEDS, FIELDS, widget_value
from lab.links.pages import PAGES, SIZES
from lab.questions.preset import TRAIN
from ui.frame.visit import visit
from ui.sidebar import lock

STATE = st.session_state
BELONGS = "The answer belongs to the question's own experiment."


def tell(preset, is_answered=True):
    """Draw a sentence if the controls differ from the question's experiment.

    On a locked page only the open controls can, and its link itself may have set them.
    """
    locked = lock.current()
    if locked:
        if differs(preset.changes, set(locked.open) - {TRAIN}):
            st.caption(f"The experiment set here is not the question's own. {BELONGS}")
    elif differs(preset.changes):
        st.caption(
            "You have changed the experiment. "
            + (BELONGS if is_answered else "Choose the question again to see its answer.")
        )


def differs(changes, among=None):
    """Return whether the controls, or those `among` them, differ from a question's changes."""
    page = PAGES[visit().page]
    sizes = {name: value for name, value in page.view.items() if name in SIZES}
    defaults = page.defaults | sizes | {"seeds": DEFAULT_SEEDS}
    fields = {
        name: widget_value(name, value) if name in FIELDS else value
        for name, value in (defaults | changes).items()
        if name in FIELDS or name in STATE
    }
    return any(
        STATE.get(name, value) != value for name, value in fields.items() if among is None or name in among
    )
