"""Whether work may start: short and small work at once, too long work never, other work after a click."""

from typing import NamedTuple

import streamlit as st

from lab.links import cost
from lab.links.cost import in_words
from ui.frame.visit import visit

ASK_TO_TRAIN_ABOVE = (
    10.0  # estimated seconds of training, with what the page began before, above which a click is needed
)
ASK_TO_COMPUTE_ABOVE = 10.0  # the same for a check or a measurement
REFUSE_ABOVE = 1800.0  # estimated seconds; longer work is refused


class Messages(NamedTuple):
    """Messages for refused, stopped or unconfirmed work.

    `work` names the work and begins a sentence; `advice` completes "Ask for …" if the work takes too long;
    `stopped` and `asked` are whole sentences about stopped work and about work that needs a click; `button`
    is the label of the button that starts it.
    """

    work: str
    advice: str
    stopped: str
    asked: str
    button: str


def may_start(kind, work, seconds, messages, *, trains=True, here=True, key="", n_bytes=0):
    """Return whether to start `work`, estimated to take `seconds`; otherwise draw the reason and a button.

    A page with many parts starts no more work unasked than a page with one, because what it has begun in this
    run counts. Work that needs more than cost.ASK_ABOVE_BYTES of memory waits for a click however short it
    is. Work on another machine (not `here`) may take any time.

    `work` is hashable and identifies the work. For each `kind` the session remembers the work last approved
    and the work last stopped. `key` distinguishes widgets of the same kind on a page. If several parts of a
    page wait for the same work, such as a question's answer and a chart, the reason and the button are drawn
    once.
    """
    if (kind, work) in visit().waiting:
        return False
    allowed = _allowed(kind, work, seconds, messages, trains, here, key, n_bytes)
    if not allowed:
        visit().waiting.add((kind, work))
    return allowed


def _allowed(kind, work, seconds, messages, trains, here, key, n_bytes):
    ask_above = ASK_TO_TRAIN_ABOVE if trains else ASK_TO_COMPUTE_ABOVE
    if here and seconds > REFUSE_ABOVE:
        time, most = in_words(seconds), in_words(REFUSE_ABOVE)
        about = "a little more than" if time == most else "about"
        st.warning(
            f"{messages.work} would take {about} {time}; this page allows up to {most}. Ask for "
            f"{messages.advice}.",
            icon=":material/timer_off:",
        )
        return False
    if visit().stopped.get(kind) == work:
        st.info(messages.stopped, icon=":material/pause_circle:")
        st.button("Go on", key=f"_go_{kind}_{key}", on_click=stop, args=(kind, None))
        return False
    if visit().approved.get(kind) == work:
        return True
    begun = visit().seconds_begun
    if seconds + begun > ask_above or n_bytes > cost.ASK_ABOVE_BYTES:
        together = seconds <= ask_above < seconds + begun
        before = f" The page has already started about {in_words(begun)} of other work." if together else ""
        st.info(messages.asked + before, icon=":material/timer:")
        st.button(messages.button, type="primary", key=f"_{kind}_{key}", on_click=approve, args=(kind, work))
        return False
    visit().seconds_begun += seconds if here else 0.0
    return True


def begin_unasked(seconds):
    """Return whether the page may compute for `seconds` more unasked; if so, count them."""
    if visit().seconds_begun + seconds > ASK_TO_COMPUTE_ABOVE:
        return False
    visit().seconds_begun += seconds
    return True


def approve(kind, work):
    """Callback: allow this work to start however long it takes, up to the limit."""
    visit().approved[kind] = work


def stop(kind, work):
    """Callback: stop this work until the visitor continues it; None allows stopped work to continue."""
    visit().stopped[kind] = work
