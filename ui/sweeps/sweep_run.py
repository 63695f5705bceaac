"""SweepRun: a sweep shared by all visitors who ask for it, its jobs, and the place where they run.

Jobs run in this process as stacks, in a pool of processes, or on a cluster, while at least one visitor waits.
"""

import contextlib
import functools
import os
import threading
import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import streamlit as st

from data import load_dataset, uploaded
from lab.links import cost
from lab.links.limits import n_examples, widths
from mlp import execution
from ui.training import workers
from ui.training.cache import cache
from ui.training.priority import CHECK_INTERVAL, SLICE, give_way
from ui.training.run import STAMPS

load = functools.partial(load_dataset, as_bytes=True)
GRACE = 4.0  # seconds that remote work continues while nobody waits, as during a rerun of a page


class Results(NamedTuple):
    """The outcomes of a sweep at one moment, {row: Outcome}; `stamp` is unique for each moment."""

    experiments: tuple
    outcomes: Mapping
    stamp: int

    @property
    def complete(self):
        """Whether every row has an outcome, a result or an error."""
        return len(self.outcomes) == len(self.experiments)

    def missing(self):
        """Return the rows without an outcome."""
        return [row for row in range(len(self.experiments)) if row not in self.outcomes]

    def failed(self):
        """Return {row: error} of the rows that failed."""
        return {row: outcome.error for row, outcome in self.outcomes.items() if outcome.error}


def jobs_of(experiments, rows=None):
    """Return the jobs of a sweep's experiments, or of `rows` only."""
    return execution.plan(experiments, widths, rows=rows, n_examples=n_examples)


class Place(NamedTuple):
    """Where jobs run: the executor (None: this process), the number that run at once, the place in words."""

    executor: object
    at_once: int
    words: str


@st.cache_resource(show_spinner=False)
def pool():
    """Return the pool of processes of this server."""
    return execution.processes()


@st.cache_resource(show_spinner="Connecting to the cluster …")
def cluster(address):
    """Return the Cluster at this address, connected once; Streamlit cannot cache a Dask client itself."""
    return workers.cluster(address)


def place_of(jobs):
    """Return the Place of a sweep's jobs; raise ValueError if the cluster cannot be used."""
    address = workers.scheduler()
    if any(uploaded(job.data) for job in jobs):
        return Place(None, 1, "here, where the upload is")
    if address:
        if not cluster(address).connected:
            cluster(address).shutdown()
            cluster.clear(address)
        return Place(cluster(address), max(1, cluster(address).n_threads()), "on the cluster")
    n_cores = os.cpu_count() or 1
    if any(len(job.rows) == 1 for job in jobs) and len(jobs) > 1 and n_cores > 1:
        return Place(pool(), n_cores, "in a pool of processes")
    return Place(None, 1, "here, as stacks")


def trouble(place):
    """Return a sentence about what keeps jobs at this place from running, or ""."""
    if isinstance(place.executor, workers.Cluster) and place.executor.n_threads() == 0:
        return "The cluster has no workers; the sweep continues when one is started"
    return ""


def estimate(jobs, at_once):
    """Return the estimated seconds of the jobs; those whose data cannot be loaded count as 0."""
    total = 0.0
    for job in jobs:
        try:
            dataset = cache().dataset(job.data)
        except (ValueError, OSError):  # its rows will fail with this error
            continue
        n_epochs = max(config.epochs for config in job.configs)
        total += cost.beginning(job.configs, dataset, cache().speed)
        total += cost.seconds(job.configs, dataset, n_epochs, cache().speed)
    return total / at_once


class SweepRun:
    """The experiments of a sweep and its `results`, an immutable Results that is replaced by later ones.

    Reading `results` needs no lock. The caller of `advance` and `stop` must hold `lock`.
    """

    def __init__(self, experiments):
        self.results = Results(tuple(experiments), MappingProxyType({}), next(STAMPS))
        self.lock = threading.Lock()
        self._changing = threading.Lock()  # must be held while `results` or `_waiting` change
        self._coming, self._elsewhere = None, False
        self._waiting = self._departures = 0
        self.without_data = frozenset()  # rows that failed because their data could not be obtained

    @property
    def complete(self):
        """Whether every row has an outcome, a result or an error."""
        return self.results.complete

    def jobs(self):
        """Return the jobs of the rows without an outcome."""
        results = self.results
        return jobs_of(results.experiments, results.missing())

    def advance(self, seconds, executor):
        """Collect outcomes for about `seconds`; raise ExecutorLost if the executor is lost."""
        deadline = time.perf_counter() + seconds
        if self._coming is None:
            heartbeat = SLICE if executor else CHECK_INTERVAL
            self._coming = execution.run(self.jobs(), load, executor, heartbeat=heartbeat)
            self._elsewhere = executor is not None
        try:
            for outcomes in self._coming:
                if outcomes:  # empty outcomes are heartbeats
                    self.add(outcomes)
                elif not executor:
                    give_way()
                if time.perf_counter() > deadline:
                    return
        except execution.ExecutorLost:
            self._coming = None
            raise
        self._coming = None

    def stop(self):
        """Cancel the unfinished jobs, in workers too; outcomes already received stay."""
        if self._coming is not None:
            self._coming.close()
            self._coming = None

    @contextlib.contextmanager
    def awaited(self):
        """Context manager for waiting on the sweep; GRACE seconds after the last exit, remote work stops."""
        with self._changing:
            self._waiting += 1
        try:
            yield
        finally:
            with self._changing:
                self._waiting -= 1
                self._departures += 1
                alone, departure = not self._waiting, self._departures
            if alone and not self.complete:
                later = threading.Timer(GRACE, self.stop_if_left, (departure,))
                later.daemon = True
                later.start()

    def stop_if_left(self, departure=None):
        """Stop unless somebody waits; after a departure, only if it was the last, and only remote work."""
        with self.lock:
            last = departure is None or (departure == self._departures and self._elsewhere)
            if last and not self._waiting:
                self.stop()

    def add(self, outcomes):
        """Add Outcomes to the results."""
        with self._changing:
            self._publish(dict(self.results.outcomes) | {outcome.row: outcome for outcome in outcomes})

    def forget_failed(self, rows=None):
        """Remove failed outcomes so that they run again: all of them, or those of `rows`."""
        with self._changing:
            failed = self.results.failed().keys()
            if forgotten := failed if rows is None else failed & rows:
                self._publish({r: o for r, o in self.results.outcomes.items() if r not in forgotten})

    def _publish(self, outcomes):
        self.results = self.results._replace(outcomes=MappingProxyType(outcomes), stamp=next(STAMPS))

    def held_bytes(self):
        """Return the approximate bytes of the records."""
        return 500 * sum(len(outcome.records) for outcome in self.results.outcomes.values())
