"""Long work other than training: cached results, progress on the page, and confirmation where it is long."""

import contextlib
import time

import streamlit as st

from lab.links.cost import in_words, with_memory
from ui.training import confirm, runs
from ui.training.confirm import Messages, may_start, stop
from ui.training.memory import give_back
from ui.training.priority import give_way, mark_training

SHOW_AFTER = 0.3  # seconds of work before its progress is shown
TOLD_ABOVE = 0.5  # estimated seconds of work above which `told` shows a spinner


class Progress:
    """A progress bar with a Stop button, shown once the work has taken SHOW_AFTER seconds.

    `kind` and `work` are those of `confirm.may_start`; `doing` says what is being done, such as "Training".
    """

    def __init__(self, kind, work, doing):
        self.kind, self.work, self.doing = kind, work, doing
        self.started, self.place, self.bar = time.perf_counter(), st.empty(), None

    def look(self, share):
        """Show that this share of the work is done, 0 to 1; here Streamlit may stop or restart the script."""
        mark_training()
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
        """Remove the bar: all of the work is done."""
        self.place.empty()
        if self.bar is not None:
            give_back()


def result(key, steps, seconds, what, doing, n_bytes=0):
    """Return the value that the generator `steps()` returns, cached under this key; None if it has to wait.

    `steps()` yields the share that is done, 0 to 1, several times a second. Work of more than
    `confirm.ASK_ABOVE` estimated `seconds`, or of much memory, waits for a click. `what` names the work and
    begins a sentence, such as "This check"; `doing` begins its progress, such as "Checking".
    """
    shared = runs.cache()
    cached = shared.noted(key)
    if cached is not None:
        return cached
    messages = Messages(
        work=what,
        advice="a smaller network",
        stopped=f"Stopped. {what} was not finished.",
        asked=f"{what} takes {with_memory(seconds, n_bytes)}.",
        button="Start",
    )
    limits = confirm.ASK_ABOVE, confirm.REFUSE_ABOVE
    if not may_start("work", key, seconds, messages, *limits, hash(key), n_bytes):
        return None
    progress, work = Progress("work", key, doing), steps()
    with contextlib.closing(work):
        while True:
            try:
                share = next(work)
            except StopIteration as finished:
                value = finished.value
                break
            progress.look(share)
    progress.end()
    return shared.note(key, lambda: value)


def part(steps, number, n):
    """Generator: run part `number` of n equal parts, yield the share of all; return what `steps` returns."""
    while True:
        try:
            share = next(steps)
        except StopIteration as finished:
            return finished.value
        yield (number + share) / n


def at_once(steps):
    """Run the generator `steps` to its end and return its value, without updating the page."""
    while True:
        try:
            next(steps)
        except StopIteration as finished:
            return finished.value


def told(seconds, text):
    """Return a context that shows a spinner with `text` if the work takes more than TOLD_ABOVE `seconds`."""
    return st.spinner(text) if seconds > TOLD_ABOVE else contextlib.nullcontext()
