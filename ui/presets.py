"""Experiments to start from: the question each asks, and what it changes of the defaults."""

from typing import NamedTuple

from data import DataConfig
from mlp import TrainConfig

from .share import DATA_FIELDS, TRAIN_FIELDS, Experiment


class Preset(NamedTuple):
    """A question, its experiment as {field or view key: value}, and what to look for."""

    question: str
    changes: dict
    expect: str


COURSEWORK = {  # a two-layer network on the circles, as published in a course's solutions
    "hidden_layer_sizes": (128,),
    "epochs": 30,
    "batch_size": 16,
    "learning_rate": 0.5,
    "schedule": "inverse_epoch",
    "l1": 1e-4,
    "l2": 1e-4,
    "initializer": "uniform_fan_out",
}


def _compare(field, values):
    return {"mode": "Compare", "compare": field, "values": values}


BOUNDARY = (
    Preset(
        "3, 20 or 128 hidden units?",
        COURSEWORK | _compare("hidden_layer_sizes", "3 / 20 / 128"),
        "Three units can only cut the plane with three lines.",
    ),
    Preset(
        "2, 10 or 30 epochs?",
        COURSEWORK | _compare("epochs", "2 / 10 / 30"),
        "The ring is found early; the rest of the time is spent on confidence.",
    ),
    Preset(
        "How much weight decay?",
        COURSEWORK | _compare("l1 and l2", "0.0001 / 0.001 / 0.003"),
        "The stronger the penalty, the smoother the map and the paler its colours.",
    ),
    Preset(
        "What does one hidden unit draw?",
        {"hidden_layer_sizes": (1,)},
        "One unit bends the plane along one straight line.",
    ),
    Preset(
        "Where do five networks disagree?",
        {"name": "moons", "noise": 0.25, "view": "disagreement"},
        "Far from the data, and along the boundary.",
    ),
    Preset(
        "Can it follow a spiral?",
        {
            "name": "spirals",
            "hidden_layer_sizes": (16, 16),
            "optimizer": "adam",
            "learning_rate": 0.01,
            "epochs": 100,
        },
        "A second hidden layer makes the curl possible.",
    ),
    Preset(
        "What if all weights start at zero?",
        {"initializer": "zeros", "activation": "tanh"},
        "Nothing tells one unit from another, so they never part.",
    ),
    Preset("Which rate is too high?", {"learning_rate": 10.0}, "The loss jumps, or is no longer a number."),
)


def query(preset):
    """The complete link of a preset, as query parameters."""
    data = {name: value for name, value in preset.changes.items() if name in DATA_FIELDS}
    train = {name: value for name, value in preset.changes.items() if name in TRAIN_FIELDS}
    view = {name: value for name, value in preset.changes.items() if name not in data | train}
    return Experiment(DataConfig(**data), TrainConfig(**train)).to_query() | view
