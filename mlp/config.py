"""TrainConfig: everything that determines a training run, except the data."""

import itertools
import math
import numbers
from dataclasses import dataclass, replace

import numpy as np

from mlp.activations import ACTIVATIONS
from mlp.initializers import INITIALIZERS
from mlp.losses import LOSSES
from mlp.optimizers import OPTIMIZERS
from mlp.schedules import SCHEDULES

DTYPES = ("float32", "float64")


class NotAllowed(ValueError):
    """A value that a config field cannot have; `allowed` says in words which values it can."""

    def __init__(self, field, value, allowed):
        super().__init__(field, value, allowed)
        self.field, self.value, self.allowed = field, value, allowed

    def __str__(self):
        try:
            shown = repr(self.value)
        except ValueError:  # a whole number with more digits than Python prints
            shown = "a number too long to print"
        shown = shown if len(shown) <= 60 else f"{shown[:40]}…{shown[-20:]}"
        return f"{self.field} is {shown}; allowed: {self.allowed}."


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainConfig:
    """A network and how to train it. Frozen and hashable; every field is checked on creation.

    Layer l computes z = a W + b and a = f(z), the last one the logits. The objective is the mean
    loss of the minibatch plus Σ_layers l1·Σ|W| + l2·ΣW², biases excluded. `l1` and `l2` are one
    number for all layers or a tuple with one per layer. `learning_rate` is one number, or a tuple of pairs
    (rate, epoch): each rate is the schedule's η from its epoch on, counted from 0, until the next one starts.
    `batch_size=0` is the whole training set.
    `init_scale` multiplies the weights drawn. `learning_rate_min`, `cycle_steps` (the half-cycle, in
    steps) and `momentum` are used by the schedules and optimizers whose entry says so.

    Raise NotAllowed, which names the field, its value and what is allowed.
    """

    hidden_layer_sizes: tuple[int, ...] = (16,)
    activation: str = "relu"
    use_bias: bool = True
    initializer: str = "glorot_uniform"
    init_scale: float = 1.0
    loss: str = "softmax_cross_entropy"
    optimizer: str = "sgd"
    learning_rate: float | tuple[tuple[float, int], ...] = 0.1
    momentum: float = 0.9
    schedule: str = "constant"
    learning_rate_min: float = 1e-4
    cycle_steps: int = 500
    l1: float | tuple[float, ...] = 0.0
    l2: float | tuple[float, ...] = 0.0
    batch_size: int = 32
    epochs: int = 50
    shuffle: bool = True
    init_seed: int = 0
    shuffle_seed: int = 0
    dtype: str = "float32"

    def __post_init__(self):
        sizes = self.hidden_layer_sizes
        if not isinstance(sizes, (tuple, list)):
            raise NotAllowed("hidden_layer_sizes", sizes, "a tuple of whole numbers, one per hidden layer")
        checked = {"hidden_layer_sizes": tuple(_whole("hidden_layer_sizes", n, 1) for n in sizes)}
        for name, registry in _CHOICES.items():
            checked[name] = one_of(name, getattr(self, name), registry)
        for name, least in _WHOLE_NUMBERS.items():
            checked[name] = _whole(name, getattr(self, name), least)
        for name, (least, below, wording) in _NUMBERS.items():
            checked[name] = _number(name, getattr(self, name), least, below, wording)
        for name in ("use_bias", "shuffle"):
            checked[name] = _flag(name, getattr(self, name))
        for name in ("l1", "l2"):
            checked[name] = _penalty(name, getattr(self, name), len(sizes) + 1)
        checked["learning_rate"] = _rate(self.learning_rate)
        for name, value in checked.items():
            object.__setattr__(self, name, value)
        uses_least = "learning_rate_min" in SCHEDULES[self.schedule].uses
        lowest = min(rate for rate, _ in self.rate_pieces())
        if uses_least and self.learning_rate_min > lowest:
            allowed = f"at most the learning rate {lowest:g} with the {self.schedule} schedule"
            raise NotAllowed("learning_rate_min", self.learning_rate_min, allowed)

    @property
    def n_layers(self):
        """The number of weight matrices."""
        return len(self.hidden_layer_sizes) + 1

    def layer_sizes(self, n_features, n_classes):
        """(n_features, hidden sizes …, n_classes): consecutive pairs are the weight shapes."""
        return (n_features, *self.hidden_layer_sizes, n_classes)

    def n_parameters(self, n_features, n_classes):
        """The number of trainable weights and biases."""
        sizes = self.layer_sizes(n_features, n_classes)
        return sum((n + self.use_bias) * m for n, m in itertools.pairwise(sizes))

    def rate_pieces(self):
        """((η, the epoch from which it holds), …), one pair if the learning rate does not change."""
        return self.learning_rate if isinstance(self.learning_rate, tuple) else ((self.learning_rate, 0),)

    def penalties(self):
        """((l1, l2), …), one pair per layer."""
        l1, l2 = (p if isinstance(p, tuple) else (p,) * self.n_layers for p in (self.l1, self.l2))
        return tuple(zip(l1, l2, strict=True))


def seeds_of(config, n):
    """Return n configs that differ from `config` only in their seeds, which count up from its own."""
    return tuple(
        replace(config, init_seed=config.init_seed + i, shuffle_seed=config.shuffle_seed + i)
        for i in range(n)
    )


_CHOICES = {
    "activation": ACTIVATIONS,
    "initializer": INITIALIZERS,
    "loss": LOSSES,
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
    "dtype": DTYPES,
}
_WHOLE_NUMBERS = {"cycle_steps": 1, "batch_size": 0, "epochs": 0, "init_seed": 0, "shuffle_seed": 0}
_PENALTIES = "finite numbers, 0 or more"
MOST_PIECES = 20  # most rates of a learning rate that changes
_RATE = (5e-324, math.inf, "a finite number greater than 0")
_PIECES = (
    f"a finite number greater than 0, or up to {MOST_PIECES} of them with the epochs from which they hold, "
    "the first of them 0 and each later than the one before"
)
_NUMBERS = {  # least value, bound it stays below, what is allowed in words
    "init_scale": (0, math.inf, "a finite number, 0 or more"),
    "learning_rate_min": (0, math.inf, "a finite number, 0 or more"),
    "momentum": (0, 1, "a number from 0 to below 1"),
}


def one_of(name, value, registry):
    """Return `value` if it is a name in the registry; raise NotAllowed otherwise."""
    if not isinstance(value, str) or value not in registry:
        raise NotAllowed(name, value, ", ".join(registry))
    return value


def _flag(name, value):
    if not isinstance(value, (bool, np.bool_)):
        raise NotAllowed(name, value, "True or False")
    return bool(value)


def _whole(name, value, least):
    if isinstance(value, bool) or not isinstance(value, numbers.Integral) or value < least:
        raise NotAllowed(name, value, f"whole numbers, {least} or more")
    return int(value)


def _number(name, value, least, below, wording):
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not isinstance(value, numbers.Real) or not least <= number < below:
        raise NotAllowed(name, value, wording)
    return number


def _rate(value):
    """Return one number, or ((rate, epoch), …) of two or more."""
    name = "learning_rate"
    if not isinstance(value, (tuple, list)):
        return _number(name, value, *_RATE)
    try:
        pieces = tuple((_number(name, rate, *_RATE), _whole(name, epoch, 0)) for rate, epoch in value)
    except (TypeError, ValueError):
        raise NotAllowed(name, value, _PIECES) from None
    epochs = [epoch for _, epoch in pieces]
    ascending = all(one < following for one, following in itertools.pairwise(epochs))
    if not (1 <= len(pieces) <= MOST_PIECES and epochs[0] == 0 and ascending):
        raise NotAllowed(name, value, _PIECES)
    return pieces if len(pieces) > 1 else pieces[0][0]


def _penalty(name, value, n_layers):
    if isinstance(value, (tuple, list)):
        if len(value) != n_layers:
            allowed = f"one number, or one per layer: {n_layers}" if n_layers > 1 else "one number"
            raise NotAllowed(name, value, allowed)
        numbers_ = tuple(_number(name, v, 0, math.inf, _PENALTIES) for v in value)
        return numbers_[0] if n_layers == 1 else numbers_
    return _number(name, value, 0, math.inf, _PENALTIES)
