"""The outcomes of a sweep as tidy data frames: trials, curves by value, effects, one trial's curves."""

import bisect
import operator
import warnings

import numpy as np
import pandas as pd

from lab.links.experiment import field_text
from lab.links.limits import widths
from lab.links.sweep_plan import METRICS
from lab.words import counted
from mlp import effects
from ui.figures import frames
from ui.frame import shell
from ui.sweeps import shapes
from ui.sweeps.space import GRID, with_settings
from ui.training.history import Epoch, of_epochs

SPARK = 30  # points of a sparkline, at most
EPOCH = operator.attrgetter("epoch")
ALPHA = 0.05  # significance level


def finals(plan, run, metric):
    """Return the final metric of all runs, (n_trials, n_seeds); NaN if diverged or without a result yet."""
    name, _ = METRICS[metric]
    values = np.full((len(plan.sweep.trials), plan.n_seeds), np.nan)
    for number in range(len(values)):
        for k, row in enumerate(plan.rows(number)):
            outcome = run.outcomes.get(row)
            if outcome and outcome.records and not outcome.records[-1].diverged:
                values[number, k] = getattr(outcome.records[-1], name)
    return values


def trials(plan, run, metric):
    """Return one row per trial: settings, metric over the seeds, cost, sparkline, status and permalink.

    Sorted by the metric, best first; trials without a result are last.
    """
    values, (name, larger) = finals(plan, run, metric), METRICS[metric]
    rows = []
    for number, trial in enumerate(plan.sweep.trials):
        outcomes = [run.outcomes[row] for row in plan.rows(number) if row in run.outcomes]
        settings = dict(trial.settings)
        row = {"trial": number + 1}
        row |= {field: shown(field, plan, settings) for field in plan.fields}
        finite = values[number][np.isfinite(values[number])]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            row |= {
                "median": np.median(finite),
                "low": finite.min(initial=np.inf),
                "high": finite.max(initial=-np.inf),
            }
        if not len(finite):
            row |= {"median": np.nan, "low": np.nan, "high": np.nan}
        row["parameters"] = trial.config.n_parameters(*widths(trial.data))
        row["seconds"] = sum(r.seconds for outcome in outcomes for r in outcome.records)
        row["curve"] = spark(outcomes, name)
        row["status"] = status(outcomes, plan.n_seeds)
        row["link"] = shell.experiment_link(with_settings(plan.base, trial.settings), plan.n_seeds)
        rows.append(row)
    frame = pd.DataFrame(rows)
    order = frame["median"] if not larger else -frame["median"]
    return frame.iloc[np.argsort(order.fillna(np.inf).to_numpy(), kind="stable")].reset_index(drop=True)


def shown(field, plan, settings):
    """Return a trial's value of a field as text; the base's if its settings do not have it."""
    base = plan.base.train if hasattr(plan.base.train, field) else plan.base.data
    return field_text(settings.get(field, getattr(base, field)))


def status(outcomes, n_seeds):
    """Return the status of a trial: its first error, how many runs are in, how many diverged, or "done"."""
    errors = [outcome.error for outcome in outcomes if outcome.error]
    if errors:
        return errors[0]
    if len(outcomes) < n_seeds:
        return f"{len(outcomes)} of {n_seeds} in"
    diverged = sum(outcome.records[-1].diverged for outcome in outcomes)
    return f"{diverged} of {n_seeds} diverged" if diverged else "done"


def spark(outcomes, name):
    """Return the median of a figure over the seeds, a list, at up to SPARK epochs."""
    series = [[getattr(r, name) for r in outcome.records] for outcome in outcomes if outcome.records]
    if not series:
        return []
    length = min(map(len, series))
    epochs = np.unique(np.linspace(0, length - 1, min(length, SPARK)).round().astype(int))
    values = np.median([np.array(figures)[epochs] for figures in series], axis=0)
    return [float(v) for v in values[np.isfinite(values)]]


def by_value(plan, run, field, name):
    """Return columns epoch, value, median, low, high: a figure by epoch for each value (or bin) of a field.

    `median` and the quartiles `low` and `high` are over all trials with that value and all their seeds.
    """
    series = {}
    values = shapes.coarse([shown(field, plan, dict(trial.settings)) for trial in plan.sweep.trials])
    for number, value in sorted(enumerate(values), key=lambda pair: shapes.place(pair[1])):
        for row in plan.rows(number):
            outcome = run.outcomes.get(row)
            if outcome and outcome.records:
                figures = {r.epoch: getattr(r, name) for r in outcome.records if not r.diverged}
                if figures:  # empty if it diverged before its first epoch
                    series.setdefault(value, []).append(figures)
    parts = []
    for value, figures in series.items():
        epochs = np.array(sorted(set().union(*figures)))
        table = np.full((len(figures), len(epochs)), np.nan)
        for i, by_epoch in enumerate(figures):
            table[i, np.searchsorted(epochs, list(by_epoch))] = list(by_epoch.values())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            quartiles = np.nanquantile(table, (0.25, 0.5, 0.75), axis=0)
        columns = dict(zip(("low", "median", "high"), quartiles, strict=True))
        parts.append(pd.DataFrame({"epoch": epochs, "value": value} | columns))
    frame = (
        pd.concat(parts).dropna()
        if parts
        else pd.DataFrame(columns=["epoch", "value", "median", "low", "high"])
    )
    if name.endswith("loss"):
        frame[["median", "low", "high"]] = frame[["median", "low", "high"]].clip(lower=frames.LEAST_LOSS)
    return frame


def what_matters(plan, run, metric):
    """Return ([Effect, …], "grid" or "random", the estimator); or ([], a sentence why there is none)."""
    values = finals(plan, run, metric)
    if not np.isfinite(values).all():
        return [], f"No effects can be given: {_incomplete(plan, run, values)}."
    columns = [[shown(f, plan, dict(t.settings)) for t in plan.sweep.trials] for f in plan.fields]
    if not columns or len(values) < 2:
        return [], "There is nothing to compare."
    levels = np.stack([np.unique(column, return_inverse=True)[1] for column in columns], axis=1)
    if plan.design == GRID and effects.is_complete(levels):
        return effects.anova(plan.fields, levels, values), "grid"
    numbers = [pd.to_numeric(pd.Series(column), errors="coerce") for column in columns]
    usable = [n.to_numpy() if n.notna().all() else np.array(c) for n, c in zip(numbers, columns, strict=True)]
    return effects.correlation_ratios(plan.fields, usable, np.median(values, axis=1)), "random"


def _incomplete(plan, run, values):
    """Return how many trials lack a result for some seed, and why, in words."""
    lacking = [number for number, row in enumerate(values) if not np.isfinite(row).all()]
    counts = dict.fromkeys(("failed", "not complete", "diverged"), 0)
    for number in lacking:
        outcomes = [run.outcomes[row] for row in plan.rows(number) if row in run.outcomes]
        if any(outcome.error for outcome in outcomes):
            counts["failed"] += 1
        else:
            counts["not complete" if len(outcomes) < plan.n_seeds else "diverged"] += 1
    parts = ", ".join(f"{n} {what}" for what, n in counts.items() if n)
    return f"of {counted(len(values), 'trial')}, {parts}"


def of_trial(plan, run, number):
    """Return columns epoch, quantity, split, median, low, high of one trial, without the test set."""
    records = [run.outcomes[row].records for row in plan.rows(number) if row in run.outcomes]
    runs = [run_records for run_records in records if run_records]
    if not runs:
        return pd.DataFrame()
    history = of_epochs(
        Epoch(number, tuple(records[bisect.bisect_right(records, number, key=EPOCH) - 1] for records in runs))
        for number in sorted({record.epoch for records in runs for record in records})
    )
    splits = {name: short for name, short in frames.SPLITS.items() if name != "test"}
    return frames.curves(history, history.n_epochs, splits)
