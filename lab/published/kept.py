"""Stored results of the published searches, read from a file so that nobody has to wait for them."""

import csv
import functools
import math
from typing import NamedTuple

from lab.links.experiment import field_text
from lab.links.sweep_plan import Plan
from lab.published import search as searches
from lab.published.tables import RUNS_PATH
from mlp import EpochRecord
from mlp.execution import Outcome
from mlp.schedules import SCHEDULES

PATH = RUNS_PATH.with_name("kept_searches.csv")  # written by `benchmarks.searches --write`
KEY = ("search", "value", "seed")
FIGURES = ("train_loss", "valid_loss", "valid_accuracy", "train_accuracy")  # empty without a validation set
COLUMNS = ("date", "version", *KEY, "epoch", *FIGURES)
STEP = 2  # every second epoch is stored


class Kept(NamedTuple):
    """The stored result of a search: its Plan with the stored seeds, {row: Outcome}, and its source.

    `stamp` identifies it for caches. `n_complete` seeds have been trained for every value; if there are
    none, `outcomes` are the finished trainings of the first seed.
    """

    plan: Plan
    outcomes: dict
    n_complete: int
    dates: tuple[str, ...]
    versions: tuple[str, ...]
    stamp: tuple

    def has(self, figure):
        """Return whether a figure of an EpochRecord is stored for every training that did not diverge."""
        ends = [one.records[-1] for one in self.outcomes.values()]
        return figure in FIGURES and all(math.isfinite(getattr(end, figure)) or end.diverged for end in ends)


def read(path=PATH):
    """Return {(search, value, seed): rows by epoch, as text} from a file of stored results; {} if absent."""
    runs = {}
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                runs.setdefault((row["search"], row["value"], int(row["seed"])), []).append(row)
    return runs


@functools.cache
def stored():
    """Return `read()` of the file in data/, read once."""
    return read()


def value_text(trial):
    """Return a trial's settings as the file writes them."""
    return ", ".join(field_text(value) for _, value in trial.settings)


def source(plan, trial):
    """Return the trial whose training contains the epochs of `trial`: itself, or one with more epochs.

    Trials that differ only in their epochs are one training, unless the schedule depends on that number.
    """
    if plan.fields != ("epochs",) or SCHEDULES[trial.config.schedule].depends_on_epochs:
        return trial
    return max(plan.sweep.trials, key=lambda other: other.config.epochs)


def is_kept(epoch, n_epochs):
    """Return whether the file contains this epoch of a training of `n_epochs`."""
    return epoch % STEP == 0 or epoch == n_epochs


def of(search, runs=None):
    """Return the Kept of a Search in its original form; None for another form or without stored results."""
    runs = stored() if runs is None else runs
    asked = searches.plan(search)
    found = [
        {seed: rows for (key, value, seed), rows in runs.items() if (key, value) == (search.key, text)}
        for text in (value_text(source(asked, trial)) for trial in asked.sweep.trials)
    ]
    if search.form not in searches.ORIGINAL or not any(found):
        return None
    n_complete = next(seed for seed in range(len(runs) + 1) if not all(seed in rows for rows in found))
    n_seeds = max(1, n_complete)
    used = {
        number * n_seeds + seed: rows[seed]
        for number, rows in enumerate(found)
        for seed in range(n_seeds)
        if seed in rows
    }
    if not used:
        return None
    outcomes = {
        row: Outcome(row, _records(kept, asked.sweep.trials[row // n_seeds].config.epochs))
        for row, kept in used.items()
    }
    told = [{row[name] for rows in used.values() for row in rows} for name in ("date", "version")]
    dates, versions = (tuple(sorted(values)) for values in told)
    plan = asked._replace(n_seeds=n_seeds)
    return Kept(plan, outcomes, n_complete, dates, versions, ("kept", search.key, len(used), dates))


def _records(rows, n_epochs):
    """Return the EpochRecords of stored rows up to an epoch; NaN where nothing is stored."""
    records = []
    for row in rows:
        figures = {name: float(row[name]) if row.get(name) else math.nan for name in FIGURES}
        losses = [float(row[name]) for name in FIGURES[:2] if row[name]]
        unknown = dict.fromkeys(("learning_rate", "test_loss", "test_accuracy"), math.nan)
        record = EpochRecord(
            epoch=int(row["epoch"]),
            penalty=0.0,
            diverged=not all(map(math.isfinite, losses)),
            seconds=0.0,
            params=(),
            **figures,
            **unknown,
        )
        if record.epoch <= n_epochs:
            records.append(record)
    return tuple(records)
