"""Sweeps: which experiments to run, as a grid, a random search, one field at a time, or side by side.

A space is {field: Values or Between}; a design turns it into settings, each {field: value}; `build` turns
settings into Trials, refusing those that no config allows and dropping repetitions.
"""

import itertools
import math
from dataclasses import fields, replace
from typing import NamedTuple

import numpy as np

from mlp.config import TrainConfig

TRAIN_FIELDS = frozenset(field.name for field in fields(TrainConfig))
DIGITS = 4  # digits of numbers drawn from a range: as many as in a link


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
    """One experiment of a sweep: its changes of the base, its data config and its TrainConfig."""

    settings: tuple[tuple[str, object], ...]
    data: object
    config: TrainConfig


class Refused(NamedTuple):
    """A combination that is not run, and why."""

    settings: tuple[tuple[str, object], ...]
    reason: str


class Sweep(NamedTuple):
    """The result of `build`: trials in order, refused settings, and how many were repetitions."""

    trials: tuple[Trial, ...]
    refused: tuple[Refused, ...]
    n_repeated: int


def grid(space, points=5, most=None):
    """Return every combination of the values; a range has `points` values, evenly spaced on its scale.

    With `most`, only the first `most` combinations are created.
    """
    columns = [_points(axis, points) for axis in space.values()]
    rows = itertools.islice(itertools.product(*columns), most)
    return [dict(zip(space, row, strict=True)) for row in rows]


def n_combinations(space, points=5):
    """Return how many settings `grid` would return, without creating them."""
    return math.prod(len(_points(axis, points)) for axis in space.values())


def random_search(space, n, seed=0):
    """Return `n` settings drawn independently: values with equal chances, ranges uniformly on their scale."""
    rng = np.random.default_rng(seed)
    return [{field: _draw(axis, rng) for field, axis in space.items()} for _ in range(n)]


def one_at_a_time(space, points=5):
    """Return the base itself, then each field's values with all other fields at the base."""
    return [{}] + [{field: value} for field, axis in space.items() for value in _points(axis, points)]


def side_by_side(space, points=5):
    """Return the first value of every field together, then the second of every field, and so on.

    Raise ValueError if the fields have different numbers of values.
    """
    columns = [_points(axis, points) for axis in space.values()]
    if len({len(column) for column in columns}) > 1:
        counts = "; ".join(f"{field} has {len(column)}" for field, column in zip(space, columns, strict=True))
        raise ValueError(f"Side by side, all fields need the same number of values: {counts}.")
    return [dict(zip(space, row, strict=True)) for row in zip(*columns, strict=True)] if space else [{}]


def build(settings, data, config, check=None):
    """Return the Sweep of `settings` around a base: a data config (any frozen dataclass) and a TrainConfig.

    A field of TrainConfig is changed in `config`, any other in `data`. Settings that raise ValueError, or for
    which `check(data, config)` returns a reason, are refused.
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
    """Return the value rounded to a whole number or to DIGITS digits, within the range."""
    if axis.whole:
        return round(float(value))
    return min(max(float(f"{value:.{DIGITS}g}"), axis.low), axis.high)
