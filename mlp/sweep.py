"""Sweeps: which experiments to run. Grids, random search, one field at a time around a base, side by side.

A space is {field: Values or Between}; a design turns it into settings, {field: value} each; `build`
turns settings into Trials, refusing what no config allows and dropping what came before.
"""

import itertools
import math
from dataclasses import fields, replace
from typing import NamedTuple

import numpy as np

from mlp.config import TrainConfig

TRAIN_FIELDS = frozenset(field.name for field in fields(TrainConfig))
DIGITS = 4  # of the numbers drawn from a range: as many as a link shows


class Values(NamedTuple):
    """Some values of a field."""

    values: tuple


class Between(NamedTuple):
    """A range of numbers, low ≤ high; linear, or logarithmic (10^U(log10 low, log10 high), low > 0)."""

    low: float
    high: float
    log: bool = False
    whole: bool = False


class Trial(NamedTuple):
    """One experiment of a sweep: what it changes of the base, its data and its TrainConfig."""

    settings: tuple[tuple[str, object], ...]
    data: object
    config: TrainConfig


class Refused(NamedTuple):
    """A combination that is not run, and why."""

    settings: tuple[tuple[str, object], ...]
    reason: str


class Sweep(NamedTuple):
    """What `build` makes of settings: trials in order, the refused, and how many were repeated."""

    trials: tuple[Trial, ...]
    refused: tuple[Refused, ...]
    n_repeated: int


def grid(space, points=5, most=None):
    """Every combination of the values; a range gives `points` of them, evenly spaced on its scale.

    With `most`, the first so many of them alone are made.
    """
    columns = [_points(axis, points) for axis in space.values()]
    rows = itertools.islice(itertools.product(*columns), most)
    return [dict(zip(space, row, strict=True)) for row in rows]


def n_combinations(space, points=5):
    """Return how many settings `grid` would make, without making them."""
    return math.prod(len(_points(axis, points)) for axis in space.values())


def random_search(space, n, seed=0):
    """`n` settings drawn independently: values with equal chances, ranges uniformly on their scale."""
    rng = np.random.default_rng(seed)
    return [{field: _draw(axis, rng) for field, axis in space.items()} for _ in range(n)]


def one_at_a_time(space, points=5):
    """The base itself, then each field's values with all others at the base."""
    return [{}] + [{field: value} for field, axis in space.items() for value in _points(axis, points)]


def side_by_side(space, points=5):
    """The first value of every field together, then the second of every field, and so on.

    Raise ValueError where the fields have different numbers of values.
    """
    columns = [_points(axis, points) for axis in space.values()]
    if len({len(column) for column in columns}) > 1:
        counts = "; ".join(f"{field} has {len(column)}" for field, column in zip(space, columns, strict=True))
        raise ValueError(f"Side by side, every field needs as many values as the others: {counts}.")
    return [dict(zip(space, row, strict=True)) for row in zip(*columns, strict=True)] if space else [{}]


def build(settings, data, config, check=None):
    """The Sweep of `settings` around a base: a data config (any frozen dataclass) and a TrainConfig.

    A field that TrainConfig has is changed there, else in `data`. What raises ValueError there, or
    for which `check(data, config)` returns a reason, is refused.
    """
    trials, refused, seen, n_repeated = [], [], set(), 0
    for chosen in settings:
        named = tuple(chosen.items())
        try:
            trained = replace(config, **{k: v for k, v in named if k in TRAIN_FIELDS})
            loaded = replace(data, **{k: v for k, v in named if k not in TRAIN_FIELDS})
            reason = check(loaded, trained) if check else None
        except (ValueError, TypeError) as problem:
            reason = str(problem) or type(problem).__name__
        if reason:
            refused.append(Refused(named, reason))
        elif (loaded, trained) in seen:
            n_repeated += 1
        else:
            seen.add((loaded, trained))
            trials.append(Trial(named, loaded, trained))
    return Sweep(tuple(trials), tuple(refused), n_repeated)


def _points(axis, n):
    if isinstance(axis, Values):
        return list(axis.values)
    space = np.geomspace if axis.log else np.linspace
    return list(dict.fromkeys(_rounded(value, axis) for value in space(axis.low, axis.high, n)))


def _draw(axis, rng):
    if isinstance(axis, Values):
        return axis.values[rng.integers(len(axis.values))]
    if axis.whole and not axis.log:
        return int(rng.integers(round(axis.low), round(axis.high) + 1))
    if axis.log:
        return _rounded(10 ** rng.uniform(np.log10(axis.low), np.log10(axis.high)), axis)
    return _rounded(rng.uniform(axis.low, axis.high), axis)


def _rounded(value, axis):
    """To a whole number, or to DIGITS digits; but never beyond the ends of the range."""
    if axis.whole:
        return round(float(value))
    return min(max(float(f"{value:.{DIGITS}g}"), axis.low), axis.high)
