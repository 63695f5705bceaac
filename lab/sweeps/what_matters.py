"""What matters in a sweep: how much each field explains, and in which row of the grid."""

from typing import NamedTuple

import numpy as np

from lab.links.sweep_plan import GRID, METRICS, PAIRED, RANDOM
from lab.sweeps.leaderboard import field_value, figure, finals, outcomes_of, over_seeds
from lab.words import counted, listed
from mlp import effects
from mlp.comparisons import finite

ESTIMATED = "random"  # the estimator for sweeps that are not a complete grid
LEFT_OUT = {  # {why a trial lacks a result: (verb of one trial, verb of several)}
    "failed": ("", ""),
    "not complete": ("is ", "are "),
    "no validation set": ("has ", "have "),
}


class Row(NamedTuple):
    """A row of the grid: the trials that differ only in `field`; `where` names the other fields' values.

    `p_value` is Friedman's in this row, `adjusted` for all rows of the field (Holm). `best` and
    `worst` are the field's values with the best and the worst mean, with their lowest and highest result and
    the number of runs that diverged; on `n_better` seeds `best` is better than `worst`, by `gap` in
    the median (NaN if a run of the two diverged).
    """

    field: str
    where: str
    p_value: float
    adjusted: float
    best: str
    best_range: tuple[float, float, int]
    worst: str
    worst_range: tuple[float, float, int]
    n_better: int
    gap: float


class Analysis(NamedTuple):
    """The Effects of the fields, and how they were estimated: "grid" or "random"; `problem` says why not.

    `n_values` {field: number of its values} are those among the `n_used` trials of which all seeds have a
    result; `left_out` {reason: trials} counts the others of `n_trials`. `n_diverged` runs count as the worst
    result of the others. `rows` are those of a grid, for each field the clearest first.
    """

    effects: list
    estimator: str
    rows: list
    problem: str
    n_values: dict
    n_trials: int
    n_used: int
    n_seeds: int
    left_out: dict
    n_diverged: int


def analysis(plan, run, metric):
    """Return the Analysis of a sweep's `run`, whose `outcomes` are {row: Outcome}."""
    values, larger = finals(plan, run.outcomes, metric), METRICS[metric][1]
    used = ~np.isnan(values).any(axis=1)
    left_out = _left_out(plan, run.outcomes, np.flatnonzero(~used))
    trials = [trial for trial, there in zip(plan.sweep.trials, used, strict=True) if there]
    texts = {field: [field_value(plan, field, trial) for trial in trials] for field in plan.fields}
    varied = {field: column for field, column in texts.items() if len(set(column)) > 1}
    if plan.design == PAIRED and len(varied) > 1:  # values side by side form one field
        varied = {" with ".join(varied): [" with ".join(row) for row in zip(*varied.values(), strict=True)]}
    raw = values[used]
    n_values = {field: len(set(column)) for field, column in varied.items()}
    size = (n_values, len(values), len(raw), plan.n_seeds, left_out, int(np.isinf(raw).sum()))
    if problem := _nothing(varied, raw, size):
        return Analysis([], "", [], problem, *size)
    results = finite(raw, larger)
    levels = np.stack([np.unique(column, return_inverse=True)[1] for column in varied.values()], axis=1)
    columns, middle = list(map(_numbers, varied.values())), np.median(results, axis=1)
    # a single number that was drawn many times: its bins can be tested, its values cannot
    binned = plan.design == RANDOM and len(columns) == 1 and _in_bins(columns[0])
    if effects.is_complete(levels) and not binned:
        found, estimator = effects.anova(tuple(varied), levels, results), GRID
        slices = effects.by_slice(tuple(varied), levels, results) if plan.n_seeds > 1 else []
        rows = _rows(slices, varied, raw, results, larger)
    else:
        found, estimator, rows = effects.correlation_ratios(tuple(varied), columns, middle), ESTIMATED, []
    if not any(effect.share for effect in found) and (estimator == GRID or _tie(middle)):
        problem = _equal(results, metric, estimator, int(np.isinf(raw).sum()))
        return Analysis([], "", [], problem + _besides(size), *size)
    return Analysis(found, estimator, rows, "", *size)


def _left_out(plan, outcomes, numbers):
    """Return {reason: number of trials} for the trials that lack a result for some seed."""
    counts = dict.fromkeys(LEFT_OUT, 0)
    for number in numbers.tolist():
        ended = outcomes_of(plan, outcomes, number)
        reason = "not complete" if len(ended) < plan.n_seeds else "no validation set"
        counts["failed" if any(outcome.error for outcome in ended) else reason] += 1
    return {reason: n for reason, n in counts.items() if n}


def reasons(left_out):
    """Return {reason: number of trials} in words, such as "2 failed and 1 is not complete"."""
    return listed([f"{n} {LEFT_OUT[reason][n > 1]}{reason}" for reason, n in left_out.items()])


def _nothing(varied, raw, size):
    """Return why there is nothing to compare, as a sentence; "" if there is."""
    if raw.size and np.isinf(raw).all():
        runs = "The only run" if raw.size == 1 else "Both runs" if raw.size == 2 else f"All {raw.size} runs"
        return f"{runs} diverged, so there is nothing to compare.{_besides(size)}"
    if varied:
        return ""
    _, n_trials, n_used, _, left_out, _ = size
    if left_out:
        counts = f"{n_used} of {counted(n_trials, 'trial')} {'has' if n_used == 1 else 'have'} all results"
        return f"There is nothing to compare: {counts}; {reasons(left_out)}."
    return "There is nothing to compare."


def _besides(size):
    """Return a sentence on the trials that are left out, with a space before it; "" if none is."""
    _, n_trials, _, _, left_out, _ = size
    return f" Of {counted(n_trials, 'trial')} {reasons(left_out)}." if left_out else ""


def _equal(results, metric, estimator, n_lost=0):
    """Return the sentence about trials that do not differ, if `n_lost` diverged runs count as the worst."""
    n = "both" if len(results) == 2 else f"all {len(results)}"
    lost, left = f"{counted(n_lost, 'run')} diverged", results.size - n_lost
    if np.ptp(results) == 0:
        end = figure(results[0, 0], metric)
        if not n_lost:
            return f"Nothing differs: every run of {n} trials ends at {end}."
        ended = "other ends" if left == 1 else f"other {left} {'both' if left == 2 else 'all'} end"
        return f"{lost}; the {ended} at {end}, so nothing else differs."
    kind, value = ("mean", results[0].mean()) if estimator == GRID else ("median", np.median(results[0]))
    told = f"Nothing differs: {n} trials have the same {kind} over their seeds, {figure(value, metric)}."
    if n_lost:
        told += f" {lost}; {'it counts' if n_lost == 1 else 'they count'} as the worst result of the others."
    return told


def _tie(values):
    return np.ptp(values) <= effects.ROUNDING * np.abs(values).max()


def _in_bins(column):
    return column.dtype.kind == "f" and len(np.unique(column)) > effects.BINS


def _numbers(column):
    """Return texts as an array of numbers if all are numbers, otherwise as an array of texts."""
    try:
        return np.array([float(text) for text in column])
    except ValueError:
        return np.array(column)


def _rows(slices, varied, raw, results, larger):
    """Return the Rows of Slices: for each field the smallest p-value first, then the largest gap."""
    sign, rows = 1 if larger else -1, []
    for one in slices:
        cells, texts = np.array(one.cells), varied[one.field]
        means = sign * results[cells].mean(axis=1)
        best, worst = cells[means.argmax()], cells[means.argmin()]
        both_ended = np.isfinite(raw[[best, worst]]).all()
        row = Row(
            field=one.field,
            where=", ".join(f"{name} {column[best]}" for name, column in varied.items() if name != one.field),
            p_value=one.p_value,
            adjusted=one.adjusted,
            best=texts[best],
            best_range=_range(raw[best]),
            worst=texts[worst],
            worst_range=_range(raw[worst]),
            n_better=int((sign * raw[best] > sign * raw[worst]).sum()),
            gap=float(np.median(sign * (raw[best] - raw[worst]))) if both_ended else np.nan,
        )
        rows.append(row)
    return sorted(rows, key=lambda row: (list(varied).index(row.field), *_clearest(row)))


def _range(values):
    """Return the lowest and highest result of a trial's runs, and how many diverged."""
    return (*over_seeds(values)[1:], int(np.isinf(values).sum()))


def _clearest(row):
    """Return the sort key of a row: small p-values first, then large gaps; NaN last."""
    return tuple(np.inf if np.isnan(value) else value for value in (row.p_value, -row.gap))
