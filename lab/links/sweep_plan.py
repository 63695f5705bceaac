"""Plan: the sweep that a sidebar or a link asks for, with the fields to vary and their values."""

import functools
import math
from typing import NamedTuple

from data import DataConfig, offered
from lab.links import limits
from lab.links.experiment import Experiment
from lab.links.fields import DEFAULTS as FIELD_DEFAULTS
from lab.links.fields import FIELDS, check_range, range_missed
from lab.links.limits import MAX_TRIALS, widths
from lab.links.reading import (
    MOST_DIGITS,
    TRAIN_FIELDS,
    Unusable,
    cut,
    field_text,
    number,
    parse_field,
    quoted,
    whole,
    with_point,
)
from lab.words import listed
from mlp import TrainConfig, sweep
from mlp.config import seeds_of

DEFAULTS = FIELD_DEFAULTS | {"hidden_layer_sizes": (8, 8), "epochs": 30, "batch_size": 16}
NONE = "–"
SWEPT = tuple(
    name for name in FIELDS if name not in ("dtype", "split", "seed", "init_seed", "shuffle_seed", "shuffle")
)
AXES = 3
GRID, RANDOM, ONE, PAIRED = "grid", "random", "one at a time", "side by side"
DESIGNS = (GRID, RANDOM, ONE, PAIRED)
VIEW = {  # initial values of the page's own widgets
    "design": GRID,
    "axis1": "learning_rate",
    "values1": "0.01 / 0.03 / 0.1 / 0.3 / 1 / 3",
    "axis2": "l2",
    "values2": "0 / 0.0001 / 0.001 / 0.01",
    "axis3": NONE,
    "values3": "",
    "range_points": 5,
    "draws": 30,
    "sweep_seed": 0,
    "least": 0,
    "most": 0,
    "metric": "validation accuracy",
    "view": "Curves",
}
METRICS = {  # name: (field of EpochRecord, whether larger is better)
    "validation accuracy": ("valid_accuracy", True),
    "validation loss": ("valid_loss", False),
    "training accuracy": ("train_accuracy", True),
    "training loss": ("train_loss", False),
}
RANGES = {  # (least, most) of the page's whole numbers
    "draws": (1, MAX_TRIALS),
    "sweep_seed": (0, 10**6),
    "range_points": (2, 12),
    "least": (0, 10**8),
    "most": (0, 10**8),
}


class Plan(NamedTuple):
    """A sweep: its trials around a base experiment, each with `n_seeds` seeds."""

    base: Experiment
    fields: tuple[str, ...]
    design: str
    sweep: sweep.Sweep
    n_seeds: int

    def experiments(self):
        """Return [(data, config), …]: all seeds of the first trial, then of the next, …"""
        return list(_experiments(self.sweep.trials, self.n_seeds))

    def rows(self, number):
        """Return the range of a trial's entries in `experiments()`."""
        return range(number * self.n_seeds, (number + 1) * self.n_seeds)


@functools.lru_cache(maxsize=8)
def _experiments(trials, n_seeds):
    return tuple((trial.data, config) for trial in trials for config in seeds_of(trial.config, n_seeds))


def count(design, space, view):
    """Return how many settings a design asks for, without creating them."""
    space = _each_once(design, space)
    if design == RANDOM:
        return view["draws"]
    if design == GRID:
        return sweep.n_combinations(space, view["range_points"])
    if design == PAIRED:
        return max(
            (sweep.n_combinations({field: space[field]}, view["range_points"]) for field in space), default=1
        )
    return 1 + sum(sweep.n_combinations({field: space[field]}, view["range_points"]) for field in space)


def settings(design, space, view):
    """Return the first MAX_TRIALS settings of a design, each {field: value}.

    `view` has draws, sweep_seed and range_points. Raise OverLimit beyond MAX_COMBINATIONS, and ValueError
    if fields side by side have different numbers of values.
    """
    limits.check_combinations(count(design, space, view))
    space = _each_once(design, space)
    if design == RANDOM:
        return sweep.random_search(space, view["draws"], view["sweep_seed"])
    if design == GRID:
        return sweep.grid(space, view["range_points"], MAX_TRIALS)
    if design == PAIRED:
        return sweep.side_by_side(space, view["range_points"])[:MAX_TRIALS]
    return sweep.one_at_a_time(space, view["range_points"])[:MAX_TRIALS]


def _each_once(design, space):
    """Return the space without repeated values; side by side, only repeated combinations are dropped."""
    if design == PAIRED:
        return space
    return {
        field: sweep.Values(tuple(dict.fromkeys(axis.values))) if isinstance(axis, sweep.Values) else axis
        for field, axis in space.items()
    }


def build(base, space, design, chosen, budget, n_seeds):
    """Return the Plan of chosen settings around a base.

    `budget` is the (least, most) number of parameters of a network; most 0 means no upper limit.
    """
    built = sweep.build(chosen, base.data, base.train, lambda d, c: check(d, c, budget))
    return Plan(base, tuple(space), design, built, n_seeds)


def parse_axis(field, text):
    """Return the Values or Between of a text such as "0.1 / 0.01", "0.001 to 1 log" or "10 to 50".

    Raise Unusable if it is neither.
    """
    if "to" in text.split():
        return _range(field, text.strip())
    parts = [part.strip() for part in text.split("/") if part.strip()]
    if not parts:
        allowed = "some, separated by /, or a range, low to high"
        raise Unusable(field, text, allowed, f"No values are given for {field}")
    return sweep.Values(tuple(parse_field(field, part) for part in parts))


def _range(field, text):
    """Return the Between of "low to high" or "low to high log"; both ends must be allowed for the field."""
    default, words = FIELD_DEFAULTS[field], text.split()
    if isinstance(default, (bool, str, tuple)):
        raise _refused_range(field, text, "values separated by /, not a range")
    whole_ends, log = isinstance(default, int), words[3:] == ["log"]
    try:
        low_text, to, high_text, *_ = words
        if to != "to" or words[3:] not in ([], ["log"]):
            raise ValueError
        low, high = map(whole if whole_ends else number, (low_text, high_text))
        if not low < high < math.inf or low < 0 or (log and low == 0):
            raise ValueError
    except ValueError:
        pointed = " ".join(with_point(word) or word for word in words)
        if pointed != " ".join(words):
            raise _refused_range(field, text, f"decimal points, as in {cut(pointed)}") from None
        example = f"whole numbers of up to {MOST_DIGITS} digits, 10 to 50" if whole_ends else "0.01 to 0.1"
        raise _refused_range(
            field, text, f"{example}, the smaller one first; or with log at the end, both above 0"
        ) from None
    for end in (low, high):
        _check_end(field, end)
    return sweep.Between(float(low), float(high), log, whole_ends)


def _refused_range(field, text, allowed):
    return Unusable(field, text, allowed, f"The range of {field} is {quoted(text)}")


def _check_end(field, value):
    """Raise ValueError if this end of a range is not allowed for the field."""
    check_range(field, value, f"The range of {field} ends at")
    if field in TRAIN_FIELDS:
        TrainConfig(**{field: value})
    else:
        DataConfig(**{field: value})


def without_a_page(plan):
    """Return a sentence for each field with listed values that the pages of one experiment cannot show."""
    sentences = []
    for field in plan.fields:
        values = dict.fromkeys(dict(trial.settings).get(field) for trial in plan.sweep.trials)
        missed = {value: range_missed(field, value) for value in values if value is not None}
        missed = {field_text(value): allowed for value, allowed in missed.items() if allowed}
        if missed:
            sentences.append(
                f"The trials with {field} {cut(listed([*missed]))} are trained, but cannot be opened on "
                f"their own: other pages allow {next(iter(missed.values()))}."
            )
    return sentences


def check(data, config, budget):
    """Return why a trial is not run, or None."""
    names = offered("sweeps")
    if data.name not in names:
        return f"name is {data.name!r}; allowed: {', '.join(names)}."
    n = config.n_parameters(*widths(data))
    least, most = budget
    if n < least or (most and n > most):
        return f"{n:,} parameters; the budget is {least:,} {f'to {most:,}' if most else 'or more'}."
    try:
        limits.check_networks("sweeps", data, [config])
    except limits.OverLimit as problem:
        return str(problem)
    return None
