"""The leaderboard of a sweep: each trial over its seeds, which trials lead, which differ from the best."""

import re
from typing import NamedTuple

import numpy as np

from lab.divergence import when
from lab.links.experiment import field_text
from lab.links.sweep_plan import METRICS
from lab.words import counted, to_tenths
from mlp.comparisons import Paired, agreement_shows, with_best

DONE = "done"
TIE = 1e-9  # two results tie if they differ only by the rounding of their median


class Trial(NamedTuple):
    """A trial's number from 1, its results over the seeds, its status in words, and its `behind`.

    In `median` a run that diverged counts as the worst; `low` and `high` are over the runs that did not. All
    are NaN if undefined. `behind` is the Paired of `comparisons.with_best`: None with one seed, and if not
    all of the trial's runs ended with a finite result.
    """

    number: int
    median: float
    low: float
    high: float
    status: str
    behind: Paired | None


def field_value(plan, field, trial=None):
    """Return a trial's value of a field as text; the base's if the trial does not set it, or without one."""
    base = plan.base.train if hasattr(plan.base.train, field) else plan.base.data
    settings = dict(trial.settings) if trial else {}
    return field_text(settings.get(field, getattr(base, field)))


def figure(value, metric):
    """Return a result as text."""
    return to_tenths(value) if metric.endswith("accuracy") else f"{value:.4g}"


def outcomes_of(plan, outcomes, number):
    """Return the outcomes {row: Outcome} so far of a trial (its number from 0)."""
    return [outcomes[row] for row in plan.rows(number) if row in outcomes]


def finals(plan, outcomes, metric):
    """Return the final metric of all runs, (n_trials, n_seeds).

    NaN if there is no result; infinity with the worse sign if the run diverged.
    """
    name, larger = METRICS[metric]
    values = np.full(len(plan.sweep.trials) * plan.n_seeds, np.nan)
    for row, outcome in outcomes.items():
        if outcome.records:
            last = outcome.records[-1]
            values[row] = getattr(last, name) if not last.diverged else -np.inf if larger else np.inf
    return values.reshape(-1, plan.n_seeds)


def over_seeds(values):
    """Return the median, lowest and highest of a trial's `finals`, as defined in Trial."""
    come_in = values[~np.isnan(values)]
    usable = come_in[np.isfinite(come_in)]
    if usable.size == 0:
        return (np.nan,) * 3
    median = float(np.median(come_in))
    return median if np.isfinite(median) else np.nan, float(usable.min()), float(usable.max())


def trials(plan, outcomes, metric):
    """Return the Trials of a sweep, best median first; those without a median are last."""
    larger = METRICS[metric][1]
    values = finals(plan, outcomes, metric)
    ended = np.flatnonzero(np.isfinite(values).all(axis=1)).tolist() if plan.n_seeds > 1 else []
    behind = dict(zip(ended, with_best(values[ended], larger), strict=True)) if ended else {}
    rows = [
        Trial(
            number + 1,
            *over_seeds(values[number]),
            status(outcomes_of(plan, outcomes, number), plan.n_seeds),
            behind.get(number),
        )
        for number in range(len(values))
    ]
    worst = -np.inf if larger else np.inf
    # stable: trials that tie keep their order
    return sorted(rows, key=lambda row: worst if np.isnan(row.median) else row.median, reverse=larger)


def status(outcomes, n_seeds):
    """Return the status of a trial: its first error, how many runs have finished or diverged, or DONE."""
    errors = [outcome.error for outcome in outcomes if outcome.error]
    if errors:
        return errors[0]
    if len(outcomes) < n_seeds:
        return f"{len(outcomes)} of {n_seeds} finished"
    lost = [outcome.records[-1] for outcome in outcomes if outcome.records[-1].diverged]
    return f"{len(lost)} of {n_seeds} diverged {when(lost)}" if lost else DONE


def leaders(medians):
    """Return how many of these medians, best first and NaN last, tie with the first."""
    return int((np.abs(np.asarray(medians) - medians[0]) <= TIE * max(1.0, abs(medians[0]))).sum())


def headline(medians, metric, n_seeds, settings):
    """Return the title of a sweep's results from its medians, best first and NaN last.

    `settings` are those of the first trial, in words. At least one median must be a number.
    """
    n_ranked, n_best = int(np.isfinite(medians).sum()), leaders(medians)
    best, median = figure(medians[0], metric), "" if n_seeds == 1 else "median "
    name = metric.capitalize()
    if n_ranked == 1:
        return f"{name}: {median}{best} at {settings}"
    if n_best == 1:
        return f"{name}: best {median}{best} at {settings}"
    others = "" if n_ranked == len(medians) else " with a result"
    at = best if n_seeds == 1 else f"the best median, {best}"
    if n_best < n_ranked:
        return f"{name}: {n_best} of {'the ' * bool(others)}{n_ranked} trials{others} tie at {at}"
    at = best if n_seeds == 1 else f"a median of {best}"
    return f"{name}: {'both' if n_best == 2 else f'all {n_best}'} trials{others} tie at {at}"


def without_median(statuses, medians, n_seeds):
    """Return sentences on trials whose runs ended without a median, and why; "" if there are none."""
    missing = [words for words, median in zip(statuses, medians, strict=True) if np.isnan(median)]
    lost = [int(found[1]) for words in missing if (found := re.match(r"(\d+) of \d+ diverged", words))]
    n_lost = sum(2 * n >= n_seeds for n in lost)
    n_unjudged = missing.count(DONE) + len(lost) - n_lost  # only a validation figure can be missing
    half = "" if n_seeds == 1 else "half or more of "
    whose, run = ("its", "run") if n_lost == 1 else ("their", "runs")
    sentences = []
    if n_lost:
        sentences.append(f"{_not_drawn(n_lost)}: {half}{whose} {'runs' if half else run} diverged.")
    if n_unjudged:
        have = "it has" if n_unjudged == 1 else "they have"
        sentences.append(f"{_not_drawn(n_unjudged)}: {have} no validation set.")
    return " ".join(sentences)


def _not_drawn(n):
    return f"{counted(n, 'trial')} {'is' if n == 1 else 'are'} not drawn"


def comparison(numbers, behind, low, n_seeds):
    """Return in sentences how to read the intervals of a leaderboard.

    `behind` and `low` are the means and lower ends for the trials `numbers`, NaN if undefined; a trial with a
    mean alone differs from the best by the same amount on all seeds.
    """
    if n_seeds == 1:
        return (
            "Each trial has one seed, so there is no interval, and no difference can be distinguished from "
            "luck. Choose two or more random starts."
        )
    compared, equal = np.isfinite(behind), int((np.isfinite(behind) & np.isnan(low)).sum())
    left_out = int((~compared).sum())
    others = int(compared.sum()) - 1
    if len(compared) == 1:
        return "There is only one trial, so there is nothing to compare it with."
    if others < 1:
        return (
            "There are no two trials whose runs all ended with a finite result, so none is compared with "
            "the best."
        )
    best = np.asarray(numbers)[np.flatnonzero(compared & (np.asarray(behind) == 0))[0]]
    n_best = int((np.asarray(behind)[compared] <= TIE).sum())
    standing = "which has the best mean" if n_best == 1 else f"one of {n_best} with the best mean"
    n_shaded = int((np.asarray(low)[compared] <= 0).sum()) - 1
    n_shaded += 0 if agreement_shows(n_seeds) else equal
    told = f"{n_shaded or 'none'} of the {others} others {'are' if n_shaded > 1 else 'is'} shaded"
    if n_shaded == others:
        told = f"{'both' if others == 2 else f'all {others}'} others are shaded"
    if others == 1:
        told = f"the other trial is {'' if n_shaded else 'not '}shaded"
    sentences = [
        f"Sorted by the median. *Behind*: how much better trial {best}, {standing}, is on "
        f"average, compared seed by seed on {n_seeds} seeds; *from*, *to*: the 95% interval of that mean "
        "difference (Student's t). Shaded: the best, and the trials that cannot be distinguished from it, "
        f"because their interval does not lie above 0; {told}. The interval does not account for the best "
        "having been selected as the best, which makes the others look farther behind than they are."
    ]
    if equal:
        they, are = ("it", "is") if equal == 1 else ("they", "are")
        follows = (
            f"{they} {are} not shaded, because so many seeds agree"
            if agreement_shows(n_seeds)
            else f"{they} {are} shaded too"
        )
        sentences.append(
            f"{counted(equal, 'trial')} differ{'s' if equal == 1 else ''} from the best by the same amount "
            f"on all seeds. That gives no interval; {follows}."
        )
    if left_out:
        whose, verb = ("its", "is") if left_out == 1 else ("their", "are")
        sentences.append(
            f"{counted(left_out, 'trial')} {verb} not compared: not all of {whose} runs ended with a finite "
            f"result."
        )
    return " ".join(sentences)
