"""Work that an instructor starts with a click: its progress, Stop, and a result for this visit only."""

import streamlit as st

from ui.frame.visit import visit
from ui.training.confirm import Messages, approve, may_start
from ui.training.progress import Progress, follow


def made(kind, key, steps, seconds, button, what, doing):
    """Return the value of the generator `steps()`, computed once per `key`; None before that.

    `steps()` yields the share done, 0 to 1. `what` begins a sentence, such as "Making the sheets", and
    `doing` begins the progress. Only the last value of each `kind` is kept, until the end of the visit. If
    `steps()` raises ValueError, so does this function, now and whenever the same is asked for again.
    """
    cached = visit().made.get(kind)
    if cached and cached[0] == key:
        return _value(cached[1])
    if visit().approved.get(kind) != key:
        st.button(button, key=f"_make_{kind}", type="primary", on_click=approve, args=(kind, key))
        return None
    messages = Messages(
        work=what,
        advice="fewer students",
        stopped=f"Stopped. {what} was not finished.",
        asked=f"{what} takes a while.",
        button=button,
    )
    if not may_start(kind, key, seconds, messages, trains=False, key=kind):
        return None
    try:
        value = follow(steps(), Progress(kind, key, seconds), doing)
    except ValueError as refused:
        value = refused
    visit().made[kind] = key, value
    return _value(value)


def _value(value):
    """Return a value; raise it if it is a refusal."""
    if isinstance(value, ValueError):
        raise value.with_traceback(None)
    return value
