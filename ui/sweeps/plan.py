"""The sweep that a sidebar or a link asks for: a base experiment, the fields to vary, and how."""

import functools
import math
from typing import NamedTuple

from data import offered
from mlp import sweep

from .. import limits
from ..kinds import DEFAULTS as FIELD_DEFAULTS
from ..kinds import FIELDS
from ..limits import MAX_TRIALS
from ..share import Experiment, parse_field
from ..widths import widths

DEFAULTS = FIELD_DEFAULTS | {"hidden_layer_sizes": (8, 8), "epochs": 30, "batch_size": 16}
NONE = "–"
SWEPT = tuple(
    name for name in FIELDS if name not in ("dtype", "split", "seed", "init_seed", "shuffle_seed", "shuffle")
)
AXES = 3
GRID, RANDOM, ONE = "grid", "random", "one at a time"
VIEW = {  # the page's own widgets and what they hold at first
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
RANGES = {  # of the page's whole numbers
    "draws": (1, MAX_TRIALS),
    "sweep_seed": (0, 10**6),
    "range_points": (2, 12),
    "least": (0, 10**8),
    "most": (0, 10**8),
}


class Plan(NamedTuple):
    """A sweep as the page asks for it: its trials, from so many seeds each, around a base."""

    base: Experiment
    fields: tuple[str, ...]
    design: str
    sweep: sweep.Sweep
    n_seeds: int

    def experiments(self):
        """[(data, config), …]: all seeds of the first trial, then of the next, …"""
        return list(_experiments(self.sweep.trials, self.n_seeds))

    def rows(self, number):
        """Where in `experiments` those of a trial are."""
        return range(number * self.n_seeds, (number + 1) * self.n_seeds)


@functools.lru_cache(maxsize=8)
def _experiments(trials, n_seeds):
    return tuple((trial.data, config) for trial in trials for config in sweep.seeds_of(trial, n_seeds))


def count(design, space, view):
    """Return how many settings a design asks for, without making them."""
    if design == RANDOM:
        return view["draws"]
    if design == GRID:
        return sweep.n_combinations(space, view["range_points"])
    return 1 + sum(sweep.n_combinations({field: space[field]}, view["range_points"]) for field in space)


def settings(design, space, view):
    """Return the settings of a design, {field: value} each: the first MAX_TRIALS of them.

    `view` holds draws, sweep_seed and range_points. Raises OverLimit where there would be far more.
    """
    limits.check_combinations(count(design, space, view))
    if design == RANDOM:
        return sweep.random_search(space, view["draws"], view["sweep_seed"])
    if design == GRID:
        return sweep.grid(space, view["range_points"], MAX_TRIALS)
    return sweep.one_at_a_time(space, view["range_points"])[:MAX_TRIALS]


def build(base, space, design, chosen, budget, n_seeds):
    """Return the Plan of chosen settings around a base.

    `budget` is (least, most) parameters of a network, most 0 for none.
    """
    built = sweep.build(chosen, base.data, base.train, lambda d, c: check(d, c, budget))
    return Plan(base, tuple(space), design, built, n_seeds)


def parse_axis(field, text):
    """Values or Between of "0.1 / 0.01", "0.001 to 1 log" or "10 to 50"; raises ValueError."""
    words = text.split()
    if "to" in words:
        try:
            low, high = float(words[0]), float(words[words.index("to") + 1])
            log = words[3:] == ["log"]
            if len(words) not in (3, 4) or (len(words) == 4 and not log) or not 0 <= low < high < math.inf:
                raise ValueError
            if log and low == 0:
                raise ValueError
        except (ValueError, IndexError):
            raise ValueError(
                f"The range of {field} is {text[:60]!r}; allowed: two numbers such as 0.01 to 0.1, the first "
                "smaller, or 0.001 to 1 log."
            ) from None
        whole = isinstance(FIELD_DEFAULTS[field], int) and not isinstance(FIELD_DEFAULTS[field], bool)
        return sweep.Between(low, high, log, whole)
    parts = [part.strip() for part in text.split("/") if part.strip()]
    if not parts:
        raise ValueError(f"No values are given for {field}; allowed: some, parted by /, or low to high.")
    return sweep.Values(tuple(dict.fromkeys(parse_field(field, part) for part in parts)))


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
