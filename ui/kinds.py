"""Each config field as a control: its label, its help, its kind and its range."""

from typing import NamedTuple

from data import DATASETS, SCALINGS, DataConfig
from mlp import ACTIVATIONS, INITIALIZERS, LOSSES, OPTIMIZERS, SCHEDULES, TrainConfig
from mlp.config import DTYPES

from .reading import field_text


class Choice(NamedTuple):
    """One of a registry's names."""

    options: tuple[str, ...]


class Typed(NamedTuple):
    """One of some texts, or a text of the visitor's own."""

    options: tuple[str, ...]


class Log(NamedTuple):
    """A slider over numbers that span decades; a number from a link takes its place among them."""

    options: tuple[float, ...]


class Range(NamedTuple):
    """A linear slider."""

    least: float
    most: float
    step: float

    def in_words(self):
        """What is allowed, for a sentence."""
        numbers = "whole numbers" if isinstance(self.step, int) else "numbers"
        return f"{numbers} from {field_text(self.least)} to {field_text(self.most)}"


class Whole(NamedTuple):
    """A whole number to type."""

    least: int
    most: int

    def in_words(self):
        """What is allowed, for a sentence."""
        return f"whole numbers from {self.least} to {self.most}"


class Flag(NamedTuple):
    """On or off."""


SEED = Whole(0, 2**32 - 1)
DECADES = (*(round(m * 10.0**e, 10) for e in range(-4, 1) for m in (1, 2, 3, 5, 7)), 10.0)
PENALTIES = ("0", "1e-05", "0.0001", "0.0003", "0.001", "0.003", "0.01", "0.03", "0.1")
PENALTY = "one number, or one per layer separated by semicolons, such as 0;0.001."

FIELDS = {  # field: (label, kind, help)
    "name": ("Dataset", Choice(tuple(DATASETS)), "; ".join(f"{k}: {v.lower()}" for k, v in DATASETS.items())),
    "noise": ("Noise", Range(0.0, 1.0, 0.01), "Standard deviation added to both coordinates."),
    "n_samples": ("Points", Whole(20, 20_000), "In all: training, validation and test."),
    "n_classes": ("Classes", Range(2, 6, 1), "Arms of the spirals (2 to 5), or number of blobs (2 to 6)."),
    "scaling": ("Scaling", Choice(tuple(SCALINGS)), "; ".join(f"{k}: {v}" for k, v in SCALINGS.items())),
    "split": (
        "Split",
        Typed(("70/15/15", "60/20/20", "50/25/25", "20/40/40", "48000/12000/10000", "5000/1000/1000")),
        "Per cent for training, validation and test; or counts that do not sum to 100.",
    ),
    "seed": ("Data seed", SEED, "Draws the points and shuffles them before the split."),
    "hidden_layer_sizes": (
        "Hidden layers",
        Typed(("none", "1", "2", "3", "8", "16", "20", "128", "4,4", "8,8", "16,16", "8,8,8", "16,16,16")),
        "Units of each hidden layer, separated by commas; 64x10 is ten layers of 64, none is no layer.",
    ),
    "activation": ("Activation", Choice(tuple(ACTIVATIONS)), "f in a = f(z), after every hidden layer."),
    "use_bias": ("Biases", Flag(), "Whether z = a W + b has its b."),
    "initializer": ("Initializer", Choice(tuple(INITIALIZERS)), "The law the first weights are drawn from."),
    "init_scale": (
        "Initial scale",
        Log((0.0, 0.001, 0.01, 0.03, 0.1, 0.3, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0)),
        "Multiplies the first weights.",
    ),
    "loss": ("Loss", Choice(tuple(LOSSES)), "What is minimised, on the training set."),
    "optimizer": ("Optimizer", Choice(tuple(OPTIMIZERS)), "How a gradient becomes a step."),
    "learning_rate": ("Learning rate η", Log(DECADES), "How far a step goes down the gradient."),
    "momentum": ("Momentum μ", Range(0.0, 0.999, 0.001), "For one_step_momentum, momentum and nesterov."),
    "schedule": ("Schedule", Choice(tuple(SCHEDULES)), "How the learning rate changes in training."),
    "learning_rate_min": (
        "Least learning rate",
        Log((0.0, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1)),
        "Where the schedules cosine and triangular end or begin.",
    ),
    "cycle_steps": ("Half-cycle, steps", Whole(1, 1_000_000), "Of the triangular schedule."),
    "l1": (
        "L1 penalty",
        Typed(PENALTIES),
        "λ₁ in λ₁ Σ|W|: one number, or one per layer separated by semicolons, 0;0.001.",
    ),
    "l2": (
        "L2 penalty",
        Typed(PENALTIES),
        "λ₂ in λ₂ ΣW²: one number, or one per layer separated by semicolons, 0;0.001.",
    ),
    "batch_size": (
        "Batch size",
        Log((0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512)),
        "Examples a step; 0 is the whole training set.",
    ),
    "epochs": (
        "Epochs",
        Log((1, 2, 5, 10, 20, 30, 50, 75, 100, 150, 200, 300, 500, 1000)),
        "Passes over the training set.",
    ),
    "shuffle": ("Shuffle each epoch", Flag(), "Else the examples come in the same order every epoch."),
    "init_seed": ("Weight seed", SEED, "Of the first run; the others take the next ones."),
    "shuffle_seed": ("Shuffle seed", SEED, "Of the first run; the others take the next ones."),
    "dtype": ("Number format", Choice(DTYPES), "float32 is what training uses everywhere."),
}

DEFAULT_SEEDS = 5
DEFAULTS = {
    name: getattr(config, name)
    for config in (DataConfig(), TrainConfig())
    for name in FIELDS
    if hasattr(config, name)
}


def widget_value(name, value):
    """What the widget of the field holds when the config has `value`."""
    return field_text(value) if isinstance(FIELDS[name][1], Typed) else value
