"""Work beside training: its result is kept, its progress shown, and what takes long waits for a click."""

import contextlib
import time

import streamlit as st

from lab.links.cost import in_words
from ui.training import confirm, runs
from ui.training.confirm import Words, may_start, stop
from ui.training.memory import give_back
from ui.training.priority import give_way, trains

SHOW_AFTER = 0.3  # seconds of work without a word
TOLD_ABOVE = 0.5  # seconds of work that is said to be under way


class Progress:
    """How far some work has come, and a button to stop it, once it takes a moment.

    `kind` and `work` are those of `confirm.may_start`; `doing` says what is done, such as "Training".
    """

    def __init__(self, kind, work, doing):
        self.kind, self.work, self.doing = kind, work, doing
        self.started, self.place, self.bar = time.perf_counter(), st.empty(), None

    def look(self, share):
        """So much of it is done, from 0 to 1; here Streamlit may stop or restart the script."""
        trains()
        give_way()
        passed, share = time.perf_counter() - self.started, min(1.0, share)
        if passed < SHOW_AFTER:
            return
        if self.bar is None:
            with self.place.container(horizontal=True, vertical_alignment="center"):
                self.bar = st.progress(0.0)
                stopping = {"on_click": stop, "args": (self.kind, self.work)}
                key = f"_stop_{self.kind}_{hash(self.work)}"
                st.button("Stop", key=key, icon=":material/stop_circle:", **stopping)
        left = in_words(passed / share * (1 - share)) if share else "a moment"
        self.bar.progress(share, f"{self.doing}, about {left} left …")

    def end(self):
        """All of it is done."""
        self.place.empty()
        if self.bar is not None:
            give_back()


def result(key, steps, seconds, what, doing):
    """Return what the generator `steps()` returns, or returned before for this key; None where it waits.

    `steps()` yields the share that is done, from 0 to 1, several times a second. Work of more than
    `confirm.ASK_ABOVE` estimated `seconds` waits for a click; `what` it is begins a sentence, such as "This
    check", and `doing` its progress, such as "Checking".
    """
    shared = runs.cache()
    held = shared.noted(key)
    if held is not None:
        return held
    words = Words(
        work=what,
        advice="a smaller network",
        stopped=f"Stopped. {what} was not finished.",
        asked=f"{what} takes about {in_words(seconds)} on this server.",
        offer="Start",
    )
    if not may_start("work", key, seconds, words, confirm.ASK_ABOVE, confirm.REFUSE_ABOVE, hash(key)):
        return None
    progress, going = Progress("work", key, doing), steps()
    with contextlib.closing(going):
        while True:
            try:
                share = next(going)
            except StopIteration as finished:
                made = finished.value
                break
            progress.look(share)
    progress.end()
    return shared.note(key, lambda: made)


def part(steps, number, n):
    """Generator: one of n like parts of some work; return what `steps` returns."""
    while True:
        try:
            share = next(steps)
        except StopIteration as finished:
            return finished.value
        yield (number + share) / n


def at_once(steps):
    """What the generator `steps` returns, without a look at the page."""
    while True:
        try:
            next(steps)
        except StopIteration as finished:
            return finished.value


def told(seconds, text):
    """A context in which something is computed at a stretch: above TOLD_ABOVE `seconds` it says what."""
    return st.spinner(text) if seconds > TOLD_ABOVE else contextlib.nullcontext()
