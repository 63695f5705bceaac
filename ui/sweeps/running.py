"""A sweep under way: what has come in, shared by all visitors, and its live progress."""

import functools
import math
import os
import threading
import time

import streamlit as st

from data import load_dataset
from mlp import execution

from .. import asking, cost, runs, shell, workers
from ..asking import Words, may_start
from ..cost import in_words
from ..courtesy import BREATH, give_way, trains
from ..memory import give_back
from ..run import SLICE, STAMPS
from ..runs import cache
from ..words import counted

load = functools.partial(load_dataset, as_bytes=True)
REDRAW = 2.0  # seconds between two drawings of a sweep that is filling in


class SweepRun:
    """The outcomes of a sweep's experiments, as far as they have come in: {row: Outcome}.

    `stamp` is no other sweep's, and another one where more has come in.
    """

    def __init__(self, experiments):
        self.experiments = experiments
        self.stamp, self.outcomes = next(STAMPS), {}
        self.lock = threading.Lock()
        self._coming = None

    @property
    def complete(self):
        return len(self.outcomes) == len(self.experiments)

    def jobs(self):
        """The jobs of what has not come in yet."""
        missing = [row for row in range(len(self.experiments)) if row not in self.outcomes]
        return execution.plan(self.experiments, _widths, rows=missing)

    def advance(self, seconds, executor):
        """Take what comes in for about that long."""
        deadline = time.perf_counter() + seconds
        if self._coming is None:
            heartbeat = SLICE if executor else BREATH
            self._coming = execution.run(self.jobs(), load, executor, heartbeat=heartbeat)
        for outcomes in self._coming:
            if outcomes:  # else a heartbeat
                self._hold(self.outcomes | {outcome.row: outcome for outcome in outcomes})
            elif not executor:
                give_way()
            if any(outcome.error.startswith("BrokenProcessPool") for outcome in outcomes):
                pool.clear()
            if time.perf_counter() > deadline:
                return
        self._coming = None

    def stop(self):
        """Cancel what has not begun; what has come in stays."""
        if self._coming is not None:
            self._coming.close()
            self._coming = None

    def forget_failed(self):
        """Let the experiments that failed be run again."""
        self._hold({row: outcome for row, outcome in self.outcomes.items() if not outcome.error})

    def _hold(self, outcomes):
        self.outcomes, self.stamp = outcomes, next(STAMPS)

    def held_bytes(self):
        """Of the records."""
        return 500 * sum(len(outcome.records) for outcome in self.outcomes.values())


@st.cache_resource(show_spinner=False)
def pool():
    """The pool of processes of this server."""
    return execution.processes()


@st.cache_resource(show_spinner="Connecting to the cluster …")
def cluster(address):
    """The client of the cluster, connected once."""
    return workers.connect(address)


def executor_for(jobs):
    """(executor or None, how many jobs run at once, where in words)."""
    address = workers.scheduler()
    if any(job.data.name == "own_images" for job in jobs):
        return None, 1, "here, as what was uploaded is"
    if address:
        if cluster(address).status != "running":
            cluster.clear()
        return workers.executor_of(cluster(address)), 4, "on the cluster"
    if any(len(job.rows) == 1 for job in jobs) and len(jobs) > 1 and (os.cpu_count() or 1) > 1:
        return pool(), os.cpu_count(), "in a pool of processes"
    return None, 1, "here, as stacks"


def estimate(jobs, at_once):
    """Seconds that the jobs will take."""
    total = 0.0
    for job in jobs:
        n_epochs = max(config.epochs for config in job.configs)
        total += cost.seconds(job.configs, cache().dataset(job.data), n_epochs, cache().speed)
    return total / at_once


def run_of(plan):
    """The SweepRun of a Plan, new or as far as it has got."""
    experiments = plan.experiments()
    return cache().sweep(tuple(experiments), lambda: SweepRun(experiments))


def complete(plan, draw):
    """Run the sweep to its end, or as far as it may; `draw(run)` is called now and then meanwhile.

    Shows its size and estimate first, waits for a click where it takes long, and can be stopped.
    """
    run = run_of(plan)
    if run.complete:
        n_jobs = len(execution.plan(run.experiments, _widths))
        st.caption(f"{_work(len(run.experiments), n_jobs)}, all done.")
        return run
    jobs = run.jobs()
    executor, at_once, where = executor_for(jobs)
    seconds = estimate(jobs, at_once)
    text = f"{_work(len(run.experiments) - len(run.outcomes), len(jobs))}, {where}"
    if not _may_start(plan, seconds, text):
        return run
    with st.container(horizontal=True, vertical_alignment="center"):
        bar = st.progress(0.0, f"{text}, about {in_words(seconds)} …")
        st.button("Stop", key="_stop_sweep", icon=":material/stop_circle:", on_click=_stopped, args=(plan,))
    place, drawn, started = st.empty(), time.perf_counter(), time.perf_counter()
    before = len(run.outcomes)
    trains()
    with cache().turns.place() as turn:
        while not run.complete:
            _slice(run, executor, turn)
            share = len(run.outcomes) / len(run.experiments)
            passed = time.perf_counter() - started
            here = (len(run.outcomes) - before) / max(1, len(run.experiments) - before)
            left = passed * (1 - here) / here if here > 0.05 else max(0.0, seconds - passed)
            best = f", best so far {_best(run):.1%}" if run.outcomes else ""
            bar.progress(
                min(1.0, share),
                f"{len(run.outcomes)} of {len(run.experiments)} done, about {in_words(left)} left{best}",
            )
            if time.perf_counter() - drawn > REDRAW and run.outcomes:
                with place.container():
                    draw(run)
                drawn = time.perf_counter()
    give_back()
    st.rerun()
    return run


def _work(n_trainings, n_jobs):
    return f"{counted(n_trainings, 'training')} in {counted(n_jobs, 'job')}"


def tell_errors(run):
    """Say what went wrong in rows that failed, once each; the others stand."""
    errors = [outcome.error for outcome in run.outcomes.values() if outcome.error]
    for error in list(dict.fromkeys(errors))[:3]:
        n = errors.count(error)
        shell.tell(st.error, f"{n} of {len(run.experiments)} trainings failed: {error}", ":material/report:")
    if errors:
        st.button(
            "Try these again", key="_sweep_again", on_click=run.forget_failed, icon=":material/refresh:"
        )


def _may_start(plan, seconds, text):
    words = Words(
        work=f"This sweep of {text}",
        advice="fewer trials, epochs or seeds, or a smaller network",
        stopped="Stopped. What came in is kept.",
        asked=f"{text[0].upper()}{text[1:]}: about {in_words(seconds)}.",
        offer="Start the sweep",
    )
    most = math.inf if workers.scheduler() else runs.REFUSE_ABOVE
    return may_start("sweep", plan, seconds, words, runs.ASK_ABOVE, most)


def _stopped(plan):
    """A callback: stop the sweep."""
    asking.stop("sweep", plan)
    run = run_of(plan)
    if run.lock.acquire(timeout=5):
        try:
            run.stop()
        finally:
            run.lock.release()


def _slice(run, executor, turn):
    """Take what comes in for a moment; here when it is this one's turn."""
    if executor:
        _advance(run, executor)
        return
    if turn.wait(runs.PATIENCE):
        try:
            _advance(run, executor)
        finally:
            turn.pass_on()


def _advance(run, executor):
    if run.lock.acquire(timeout=SLICE):
        try:
            run.advance(SLICE, executor)
        finally:
            run.lock.release()


def _widths(data):
    dataset = cache().dataset(data)
    return dataset.X_train.shape[1], len(dataset.class_names)


def _best(run):
    """The highest validation accuracy (training accuracy without a validation set) that came in."""
    last = [outcome.records[-1] for outcome in run.outcomes.values() if outcome.records]
    values = [r.valid_accuracy if r.valid_accuracy == r.valid_accuracy else r.train_accuracy for r in last]
    return max((v for v in values if v == v), default=0.0)
