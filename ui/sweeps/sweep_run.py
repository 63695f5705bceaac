"""SweepRun: a sweep shared by all visitors who ask for it; it runs while at least one of them waits."""

import contextlib
import functools
import threading
import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from data import load_dataset
from lab.links.limits import n_examples
from lab.links.widths import widths
from mlp import execution
from ui.training.priority import CHECK_INTERVAL, SLICE, give_way
from ui.training.run import STAMPS

load = functools.partial(load_dataset, as_bytes=True)
GRACE = 4.0  # seconds that remote work goes on while nobody waits, as when a page is rerun


class Results(NamedTuple):
    """The outcomes of a sweep at one moment, {row: Outcome}; `stamp` is unique per moment."""

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
    """Return the jobs of a sweep's experiments, or of some of its rows."""
    return execution.plan(experiments, widths, rows=rows, n_examples=n_examples)


class SweepRun:
    """The experiments of a sweep and its `results`, an immutable Results that is replaced by later ones.

    Reading `results` needs no lock. The caller of `advance` and `stop` must hold `lock`.
    """

    def __init__(self, experiments):
        self.results = Results(tuple(experiments), MappingProxyType({}), next(STAMPS))
        self.lock = threading.Lock()
        self._changing = threading.Lock()  # held while `results` or `_waiting` are changed
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
                if outcomes:  # empty outcomes are a heartbeat
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
        """Cancel the jobs that are not done, in workers too; outcomes that have come in stay."""
        if self._coming is not None:
            self._coming.close()
            self._coming = None

    @contextlib.contextmanager
    def awaited(self):
        """Context in which somebody waits for the sweep; GRACE after the last exit, remote work stops."""
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
                later = threading.Timer(GRACE, self._stop_if_left, (departure,))
                later.daemon = True
                later.start()

    def stop_if_left(self):
        """Stop at once unless somebody waits for the sweep."""
        with self.lock:
            if not self._waiting:
                self.stop()

    def _stop_if_left(self, departure):
        with self.lock:
            if not self._waiting and self._departures == departure and self._elsewhere:
                self.stop()

    def add(self, outcomes):
        """Add Outcomes to the results."""
        with self._changing:
            self._publish(dict(self.results.outcomes) | {outcome.row: outcome for outcome in outcomes})

    def forget_failed(self, rows=None):
        """Remove the outcomes that failed, so that they run again: all of them, or those of `rows`."""
        with self._changing:
            outcomes = self.results.outcomes.items()
            kept = {r: o for r, o in outcomes if not o.error or (rows is not None and r not in rows)}
            if len(kept) < len(outcomes):
                self._publish(kept)

    def _publish(self, outcomes):
        self.results = self.results._replace(outcomes=MappingProxyType(outcomes), stamp=next(STAMPS))

    def held_bytes(self):
        """Return the approximate bytes of the records."""
        return 500 * sum(len(outcome.records) for outcome in self.results.outcomes.values())
