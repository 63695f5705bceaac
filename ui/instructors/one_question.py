"""One question as a link, locked or not, for a lecture: without names and hand-ins."""

import streamlit as st

from lab.links.fields import FIELDS
from lab.links.pages import PAGES, SIZES
from lab.questions.preset import TRAIN
from lab.questions.rooms import query, rooms
from ui.frame.panel import LABELS
from ui.instructors import links

KEYS = ("_room", "_question", "_lock_it", *(f"_left_open_{page}" for page in PAGES))
TRAINED = ("noise", "hidden_layer_sizes", "activation", "learning_rate", "l2", "epochs", "init_seed")
OPENABLE = {  # controls of the pages that show something other than a training
    "derivation": ("d_h", "K", "activation", "loss", "l2", "init_seed"),
    "gradient_check": ("hidden_layer_sizes", "activation", "loss", "l2", "examples", "h", "precision"),
    "bug_lab": ("bug", "hidden_layer_sizes", "activation", "learning_rate", "l2", "epochs"),
}


def openable(page):
    """Return the controls of a page that a locked link may leave open."""
    return OPENABLE.get(page, TRAINED)


def label(name):
    """Return the label of a control."""
    return FIELDS[name][0] if name in FIELDS else SIZES[name][0] if name in SIZES else LABELS[name]


def assignment(room, preset, left_open=None):
    """Return the query of a question; a locked link leaves the controls `left_open` open; None: no lock.

    If the page asks for a prediction first, a locked link does not train by itself.
    """
    parameters = query(room, preset)
    if left_open is None:
        return parameters
    untrained = {TRAIN: "false"} if TRAIN in parameters else {}
    return parameters | untrained | {"lock": "1", "open": ",".join(left_open)}


def draw():
    """Draw the choice of a question and of the controls left open, then the link."""
    by_topic = {room.about: room for room in rooms()}
    left, right = st.columns(2, gap="large")
    with left:
        room = by_topic[st.selectbox("About", list(by_topic), key="_room")]
        asked = {preset.question: preset for preset in room.questions}
        preset = asked[st.selectbox("Question", list(asked), key="_question")]
        left_open = _lock(room)
    link = assignment(room, preset, left_open)
    with right:
        st.markdown(f"**{preset.question}**")
        st.markdown(f"*Predict first:* {preset.predict}")
        links.offer("Open as a student", room.page, link)


def _lock(room):
    """Draw the lock; return the names of the controls left open, or None if nothing is locked."""
    offered = openable(room.page)
    if not st.toggle("Lock the other controls", key="_lock_it"):
        return None
    chosen = st.multiselect(
        "Controls left open",
        offered,
        default=["learning_rate"] if "learning_rate" in offered else [],
        format_func=label,
        key=f"_left_open_{room.page}",
        placeholder="None: everything is fixed",
    )
    return [name for name in offered if name in chosen]
