"""Work with its progress on the page, the time left and Stop: trainings, cached results, downloads."""

import contextlib
import time

import streamlit as st

from data import fetch, ready
from lab.generators import at_once, part  # noqa: F401 - the parts of a work whose progress is shown
from lab.links import cost
from lab.links.cost import in_words, with_memory
from ui.training.cache import cache, give_back
from ui.training.confirm import Messages, begin_unasked, may_start, stop
from ui.training.priority import SLICE, give_way, mark_training

SHOW_AFTER = 0.3  # seconds of work before its progress is shown
SPINNER_ABOVE = 0.5  # estimated seconds of work above which `spinner` shows one
SURE, SURE_AFTER = 0.05, 10.0  # share or seconds of work after which the time left is estimated from the pace
SLOW = 2.0  # slow means more than this many times the estimate
WAITING = "Other visitors' trainings come first; yours is waiting for its turn …"


class Progress:
    """A progress bar, shown once the work has taken `after` seconds, with a Stop button.

    `kind` and `work` are those of `confirm.may_start`, `seconds` is the work's estimate. Stop calls
    `on_stop(*args)`, by default `confirm.stop(kind, work)`. `note` says after "left" if the pace is slow.
    """

    def __init__(self, kind, work, seconds, after=0.0, on_stop=(), stoppable=True, place=None):
        self.button = {"key": f"_stop_{kind}_{hash(work)}", "icon": ":material/stop_circle:"}
        self.button |= {"on_click": on_stop[0] if on_stop else stop, "args": on_stop[1:] or (kind, work)}
        self.seconds, self.after, self.stoppable = seconds, after, stoppable
        self.started, self.place, self.bar, self.note = time.perf_counter(), (place or st).empty(), None, ""
        mark_training()

    def time_left(self, share):
        """Return the time left in words, first by the estimate, then by the pace; set `note`."""
        passed = time.perf_counter() - self.started
        has_pace = share > SURE or (share > 0 and passed >= SURE_AFTER)
        left = passed * (1 - share) / share if has_pace else max(passed, self.seconds - passed)
        slow = passed >= SURE_AFTER and passed + left > SLOW * self.seconds > 0
        self.note = f"; slower than the estimated {in_words(self.seconds)}" if slow else ""
        return in_words(left)

    def show(self, share, text):
        """Show the share of the work done, 0 to 1; here Streamlit may stop or restart the script."""
        if time.perf_counter() - self.started < self.after:
            return
        if self.bar is None:
            with self.place.container(horizontal=True, vertical_alignment="center"):
                self.bar = st.progress(0.0, text)
                if self.stoppable:
                    st.button("Stop", **self.button)
        self.bar.progress(min(1.0, share), text)

    def end(self):
        """Remove the bar, because all of the work is done."""
        self.place.empty()
        if self.bar is not None:
            give_back()


def trained(setups, watched=False, bar_place=None, own=False):
    """Return the Run of each Setup, trained to its last epoch or as far as allowed.

    Show progress with the time left and a Stop button, in the container `bar_place` if given. A training that
    is long or needs much memory waits for a click; one that is too long is refused. Until then, Runs on
    points in the plane have the untrained networks (epoch 0), unless they wait because of memory or measuring
    would need a click; others have no epoch. A batch larger than the training set becomes that set. With
    `watched`, Runs have Observations; with `own`, none goes beyond its epochs (see `Cache.run`). Raise
    ValueError if the data cannot be trained on.
    """
    with st.container():  # what follows keeps its place with or without a bar, so its charts stay
        return _trained(setups, watched, bar_place, own)


def _trained(setups, watched, bar_place, own):
    shared, jobs = cache(), []
    for setup in setups:
        configs = shared.fitting(setup)
        jobs.append((shared.run(setup.experiment.data, configs, watched, own), configs[0].epochs))
    new = {run.stamp: run for run, _ in jobs if run.n_epochs < 0}.values()
    n_bytes = sum(cost.training_bytes(run.configs, run.dataset, watched) for run in new)
    if not all(_complete(*job) for job in jobs):
        seconds = _seconds_left(jobs, shared.speed)
        if _may_train(tuple(setups), jobs, seconds, n_bytes):
            bar = Progress("train", tuple(setups), seconds, place=bar_place)
            bar.show(_share_done(jobs), f"Training, about {in_words(seconds)} …")
            _advance_all(
                jobs, bar, lambda run, n: f"Epoch {max(0, run.n_epochs)} of {n}, about {{}} left{{}}"
            )
        elif n_bytes <= cost.ASK_ABOVE_BYTES and any(not run.dataset.image_shape for run in new):
            untrained = [(run, 0) for run in new if not run.dataset.image_shape]
            seconds = sum(cost.measuring(run.configs, run.dataset, shared.speed) for run, _ in untrained)
            if begin_unasked(seconds):
                bar = Progress("measure", tuple(setups), seconds, SHOW_AFTER, stoppable=False)
                _advance_all(untrained, bar, lambda *_: "Measuring the untrained networks, about {}{} …")
    return [run for run, _ in jobs]


def _complete(run, n_epochs):
    return run.ended or run.n_epochs >= n_epochs


def _seconds_left(jobs, speed):
    return sum(
        cost.seconds(run.configs, run.dataset, n_epochs - run.n_epochs, speed, run.watched)
        for run, n_epochs in jobs
        if not _complete(run, n_epochs)
    )


def _may_train(setups, jobs, seconds, n_bytes):
    reached = [max(0, min(run.n_epochs, n_epochs)) for run, n_epochs in jobs]
    done = ", ".join(f"{n} of {n_epochs}" for n, (_, n_epochs) in zip(reached, jobs, strict=True))
    messages = Messages(
        work="This training",
        advice="fewer epochs, points or units, or larger batches",
        stopped=f"Stopped after epoch {done}." + " What was trained is kept." * any(reached),
        asked=f"This training takes {with_memory(seconds, n_bytes)}.",
        button="Train",
    )
    return may_start("train", setups, seconds, messages, key=hash(setups), n_bytes=n_bytes)


def _advance_all(jobs, bar, words):
    """Train the jobs [(run, n_epochs), …] one after the other and update the page after every slice.

    `words(run, n_epochs)` is the text next to the bar, with {} for the time left and {} for the bar's note.
    The bar shows the epochs done of all that are asked for; the time left follows from those done here.
    """
    total = _n_left(jobs)
    with cache().turns.place() as turn:
        for run, n_epochs in jobs:
            while not _complete(run, n_epochs):
                try:
                    came = turn.take(lambda run=run, n=n_epochs: advance(run, n))
                except Exception:  # not a stop or a rerun of the script
                    bar.end()
                    raise
                left = bar.time_left((total - _n_left(jobs)) / total)
                text = words(run, n_epochs).format(left, bar.note) if came else WAITING
                bar.show(_share_done(jobs), text)  # here Streamlit may stop or restart the script
    bar.end()
    cache().keep_within_bounds()


def _n_left(jobs):
    """Return how many epochs are still to do, with epoch 0, the measurement of the untrained networks."""
    return sum(max(0, n_epochs - run.n_epochs) for run, n_epochs in jobs if not run.ended)


def _share_done(jobs):
    return 1 - _n_left(jobs) / sum(n_epochs + 1 for _, n_epochs in jobs)


def advance(run, *args):
    """Call `run.advance(*args)` with the run's lock, unless another page holds it for a slice."""
    if run.lock.acquire(timeout=SLICE):
        try:
            run.advance(*args)
        finally:
            run.lock.release()


def result(key, steps, seconds, what, doing, n_bytes=0):
    """Return the value that the generator `steps()` returns, cached under this key; None if it has to wait.

    `steps()` yields the share done, 0 to 1, several times per second. Work that needs more than
    `confirm.ASK_TO_COMPUTE_ABOVE` estimated `seconds`, or much memory, waits for a click. `what` names the
    work and begins a sentence, such as "This check"; `doing` begins its progress, such as "Checking".
    """
    with st.container():  # what follows keeps its place, as in `trained`
        return _result(key, steps, seconds, what, doing, n_bytes)


def _result(key, steps, seconds, what, doing, n_bytes):
    shared = cache()
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
    if not may_start("work", key, seconds, messages, trains=False, key=hash(key), n_bytes=n_bytes):
        return None
    value = follow(steps(), Progress("work", key, seconds, SHOW_AFTER), doing)
    return shared.note(key, lambda: value)


def follow(steps, bar, doing):
    """Run the generator `steps`, which yields the share done, and show the progress; return its value."""

    def show(share):
        give_way()
        bar.show(share, f"{doing}, about {bar.time_left(share)} left{bar.note} …")

    with contextlib.closing(steps):
        try:
            value = at_once(steps, show)
        except Exception:  # not a stop or a rerun of the script
            bar.end()
            raise
    bar.end()
    return value


def spinner(seconds, text):
    """Return a context manager that shows a spinner with `text` if `seconds` is more than SPINNER_ABOVE."""
    return st.spinner(text) if seconds > SPINNER_ABOVE else contextlib.nullcontext()


def download(name):
    """Download the missing files of a dataset and show the progress; Streamlit may stop the script here.

    Raise DataUnavailable, with a one-sentence message, if the dataset cannot be obtained.
    """
    if ready(name):
        return
    bar = Progress("download", name, 0.0, stoppable=False)
    bar.show(0.0, f"Downloading {name} …")

    def report(done, total, file):
        share = f"{done / 1e6:.1f} MB …"
        if total:
            share = f"{done / 1e6:.1f} of {total / 1e6:.1f} MB, about {bar.time_left(done / total)} left"
        bar.show(done / total if total else 0.0, f"Downloading {file}: {share}")

    try:
        fetch(name, report)
    finally:
        bar.end()
