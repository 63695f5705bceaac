"""A sweep's outcomes as data frames for its charts: trials, curves, cells, fronts, coordinates."""

import bisect
import operator
import warnings

import numpy as np
import pandas as pd

from lab.links.experiment import with_settings
from lab.links.limits import widths
from lab.links.sweep_plan import METRICS
from lab.sweeps import field_values, leaderboard
from lab.sweeps.leaderboard import field_value
from mlp.checks.numerical import spread
from mlp.comparisons import Paired
from ui.charts.curves import on_log_axis
from ui.figures import frames
from ui.frame.address import experiment_link
from ui.training.history import Epoch, of_epochs

SPARK_POINTS = 30  # points of a sparkline, at most
MOST_LEVELS, BINS = 8, 5
EPOCH = operator.attrgetter("epoch")
CURVES = ["epoch", "value", "median", "low", "high"]


def trials(plan, run, metric):
    """Return one row per trial: settings, metric over the seeds, cost, sparkline, status and permalink.

    Rows are sorted by the metric, best first; trials without a result are last. `behind`, and `behind_low` to
    `behind_high`, compare a trial with the best (see `leaderboard.Trial`); `indistinct` says that it is
    not `apart`. They are NaN and False for a trial that is not compared.
    """
    name, rows = METRICS[metric][0], []
    for standing in leaderboard.trials(plan, run.outcomes, metric):
        trial = plan.sweep.trials[standing.number - 1]
        outcomes = leaderboard.outcomes_of(plan, run.outcomes, standing.number - 1)
        row = {"trial": standing.number} | {field: field_value(plan, field, trial) for field in plan.fields}
        row |= {"median": standing.median, "low": standing.low, "high": standing.high}
        behind = standing.behind or Paired(np.nan, np.nan, np.nan, True)
        row |= {"behind": behind.mean, "behind_low": behind.low, "behind_high": behind.high}
        row["indistinct"] = not behind.apart
        row["parameters"] = trial.config.n_parameters(*widths(trial.data))
        row["seconds"] = sum(r.seconds for outcome in outcomes for r in outcome.records)
        row["curve"] = sparkline(outcomes, name)
        row["status"] = standing.status
        row["link"] = experiment_link(with_settings(plan.base, trial.settings), plan.n_seeds)
        rows.append(row)
    return pd.DataFrame(rows)


def sparkline(outcomes, name):
    """Return a list: the median of a figure over the seeds at up to SPARK_POINTS epochs."""
    series = [[getattr(r, name) for r in outcome.records] for outcome in outcomes if outcome.records]
    if not series:
        return []
    epochs = spread(min(map(len, series)), SPARK_POINTS)
    values = np.median([np.array(figures)[epochs] for figures in series], axis=0)
    return [float(v) for v in values[np.isfinite(values)]]


def by_value(plan, run, field, name):
    """Return columns epoch, value, median, low, high: a figure by epoch for each value (or bin) of a field.

    `median` and the quartiles `low` and `high` are over all trials with that value and all their seeds.
    """
    labels = labelled(plan, field)
    series = {label: [] for label in labels.values()}
    for number, trial in enumerate(plan.sweep.trials):
        for outcome in leaderboard.outcomes_of(plan, run.outcomes, number):
            figures = {r.epoch: getattr(r, name) for r in outcome.records if not r.diverged}
            if figures:  # empty if it failed, or diverged before its first epoch
                series[labels[field_value(plan, field, trial)]].append(figures)
    parts = []
    for value, several in series.items():
        if not several:
            continue
        epochs = np.array(sorted(set().union(*several)))
        table = np.array([[figures.get(epoch, np.nan) for epoch in epochs.tolist()] for figures in several])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            low, median, high = np.nanquantile(table, (0.25, 0.5, 0.75), axis=0)
        columns = (epochs, value, median, low, high)
        parts.append(pd.DataFrame(dict(zip(CURVES, columns, strict=True))))
    frame = pd.concat(parts).dropna() if parts else pd.DataFrame(columns=CURVES)
    if name.endswith("loss"):
        frame = on_log_axis(frame, *CURVES[2:])
    return frame


def ends(run):
    """Return the set of the epochs in which runs ended without diverging."""
    lasts = [outcome.records[-1] for outcome in run.outcomes.values() if outcome.records]
    return {last.epoch for last in lasts if not last.diverged}


def of_trial(plan, run, number):
    """Return columns epoch, quantity, split, median, low, high of one trial, without the test set."""
    outcomes = leaderboard.outcomes_of(plan, run.outcomes, number)
    series = [outcome.records for outcome in outcomes if outcome.records]
    if not series:
        return pd.DataFrame()
    history = of_epochs(
        Epoch(epoch, tuple(records[bisect.bisect_right(records, epoch, key=EPOCH) - 1] for records in series))
        for epoch in sorted({record.epoch for records in series for record in records})
    )
    return frames.curves(history, history.n_epochs, frames.WITHOUT_TEST)


def labelled(plan, field):
    """Return {value: its label in a chart} of a field's values over all trials of a plan, in their order."""
    texts = field_values.ordered(plan, field)
    return dict(zip(texts, binned(texts), strict=True))


def binned(texts):
    """Return a field's values for drawing; more than MOST_LEVELS numbers become BINS bins of equal size."""
    numbers = pd.to_numeric(pd.Series(texts), errors="coerce")
    if numbers.isna().any() or numbers.nunique() <= MOST_LEVELS:
        return list(texts)
    ranks = numbers.rank(method="dense").to_numpy() - 1
    bins = (ranks * BINS // (ranks.max() + 1)).astype(int)
    grouped = numbers.groupby(bins)
    texts = _told_apart({*grouped.min(), *grouped.max()})
    ends = zip(grouped.min(), grouped.max(), strict=True)
    labels = [texts[low] if low == high else f"{texts[low]} to {texts[high]}" for low, high in ends]
    return [labels[b] for b in bins]


def _told_apart(numbers):
    """Return {number: text}: whole numbers in full, others with two digits or so many that they differ."""
    whole = all(float(number).is_integer() for number in numbers)
    for digits in range(15 if whole else 2, 18):
        texts = {number: f"{float(f'{number:.{digits}g}'):.{max(digits, 15)}g}" for number in numbers}
        if len(set(texts.values())) == len(numbers):
            break
    return texts


def cells(plan, table, x, y):
    """Return columns x, y, median, trials, trial: one row per pair of values; `trial` is the best one.

    `table` has the best trial first.
    """
    table = table.dropna(subset=["median"])
    table = table.assign(x=table[x].map(labelled(plan, x)), y=table[y].map(labelled(plan, y)))
    return (
        table.groupby(["x", "y"], sort=False)
        .agg(median=("median", "median"), trials=("median", "size"), trial=("trial", "first"))
        .reset_index()
    )


def pareto(table, cost, larger):
    """Return whether each row of `table` is on the Pareto front.

    No other trial costs less and is as good, or costs as much and is better. Trials that are equal in both,
    up to leaderboard.TIE, are all on it.
    """
    gain = (table["median"] if larger else -table["median"]).dropna()
    costs, tie = table.loc[gain.index, cost], leaderboard.TIE * gain.abs().clip(lower=1)
    best = gain.groupby(costs).max()
    cheaper = best.cummax().shift(fill_value=-np.inf)
    on = (gain >= costs.map(best) - tie) & (gain > costs.map(cheaper) + tie)
    return table.index.isin(on.index[on])


def coordinates(plan, table):
    """Return the parallel coordinates: columns trial, axis, position (0 to 1), value, median.

    If all values of the plan are numbers, they are placed on a linear axis, or a logarithmic one if they are
    positive and span a decade; otherwise at equal distances in the plan's order.
    """
    rows, parts = table.dropna(subset=["median"]), []
    if rows.empty:
        return pd.DataFrame(columns=["trial", "axis", "position", "value", "median"])
    for name in (*plan.fields, "median"):
        column, values = rows[name], [] if name == "median" else field_values.ordered(plan, name)
        if pd.to_numeric(pd.Series(values), errors="coerce").isna().any():
            places = column.map([value for value in values if value in set(column)].index).to_numpy(float)
        else:
            places = pd.to_numeric(column).to_numpy(float)
        if (places > 0).all() and places.max() >= 10 * places.min():
            places = np.log10(places)
        position = (places - places.min()) / (np.ptp(places) or 1.0)
        texts = [f"{v:.4g}" if isinstance(v, float) else str(v) for v in column]
        parts.append(rows[["trial", "median"]].assign(axis=name, position=position, value=texts))
    return pd.concat(parts)
