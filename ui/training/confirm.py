"""Work that takes long waits for a click, stays stopped when it was, and is refused if it takes too long."""

from typing import NamedTuple

import streamlit as st

from lab.links.cost import in_words

STATE = st.session_state
ASK_ABOVE = 10.0  # seconds of work that begins without a click
REFUSE_ABOVE = 1800.0


class Words(NamedTuple):
    """What a visitor is told where work does not begin: what it is, and what to ask for where it takes too
    long; that it stands still; what it takes; and what the button says that begins it.
    """

    work: str
    advice: str
    stopped: str
    asked: str
    offer: str


def may_start(kind, work, seconds, words, ask_above, refuse_above, key=""):
    """Whether to begin now with work of so many seconds; else says why not, and offers what can be done.

    A page may have several pieces of work of a `kind`, each with a `key`; the last one that the visitor
    has begun, and the last that was stopped, are remembered.
    """
    if seconds > refuse_above:
        st.warning(
            f"{words.work} would take about {in_words(seconds)}; this page trains up to "
            f"{in_words(refuse_above)}. Ask for {words.advice}.",
            icon=":material/timer_off:",
        )
        return False
    if STATE.get(f"_stopped_{kind}") == work:
        st.info(words.stopped, icon=":material/pause_circle:")
        st.button("Go on", key=f"_go_{kind}_{key}", on_click=stop, args=(kind, None))
        return False
    if seconds > ask_above and STATE.get(f"_approved_{kind}") != work:
        st.info(words.asked, icon=":material/timer:")
        st.button(words.offer, type="primary", key=f"_{kind}_{key}", on_click=approve, args=(kind, work))
        return False
    return True


def approve(kind, work):
    """A callback: this piece of work may take as long as it takes."""
    STATE[f"_approved_{kind}"] = work


def stop(kind, work):
    """A callback: this piece of work is to wait; with None, none is."""
    STATE[f"_stopped_{kind}"] = work
