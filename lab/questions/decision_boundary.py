"""Experiments to start from: the question each asks, and what it changes of the defaults."""

from typing import NamedTuple

from data import DataConfig
from lab.links.experiment import DATA_FIELDS, TRAIN_FIELDS, Experiment, field_text
from mlp import TrainConfig

TRAIN = "train"  # the switch: on or off, the question is the same


class Preset(NamedTuple):
    """A question, its experiment as {field or view key: value}, and what to predict before looking."""

    question: str
    changes: dict
    predict: str


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
        "Three units cut the plane with three lines. Is that enough to enclose a disc?",
    ),
    Preset(
        "2, 10 or 30 epochs?",
        COURSEWORK | _compare("epochs", "2 / 10 / 30"),
        "What is left to learn once the inner ring is enclosed?",
    ),
    Preset(
        "How much weight decay?",
        COURSEWORK | _compare("l1 and l2", "0.0001 / 0.001 / 0.003"),
        "Will the line itself move, or only the confidence on either side?",
    ),
    Preset(
        "What does one hidden unit draw?",
        {"hidden_layer_sizes": (1,)},
        "How many straight pieces can the boundary have?",
    ),
    Preset(
        "Where do five networks disagree?",
        {"name": "moons", "noise": 0.25, "view": "disagreement"},
        "Near the points, far from them, or along the line?",
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
        "Two layers of sixteen units: enough for three arms?",
    ),
    Preset(
        "What if all weights start at zero?",
        {"initializer": "zeros", "activation": "tanh"},
        "What could tell one hidden unit from the next?",
    ),
    Preset(
        "Which rate is too high?",
        {"learning_rate": 10.0},
        "A hundred times the usual step: slower, faster, or lost?",
    ),
)


def query(preset, defaults=None):
    """The complete link of a preset, as query parameters; `defaults` are those of its page's fields."""
    values = (defaults or {}) | preset.changes
    data = {name: value for name, value in values.items() if name in DATA_FIELDS}
    train = {name: value for name, value in values.items() if name in TRAIN_FIELDS}
    view = {name: value for name, value in preset.changes.items() if name not in {*data, *train}}
    return Experiment(DataConfig(**data), TrainConfig(**train)).to_query() | {
        name: shown(value) for name, value in view.items()
    }


def shown(value):
    """A widget's value as its query parameter writes it; a list has an entry each."""
    if isinstance(value, bool):
        return str(value).lower()
    return [str(one) for one in value] if isinstance(value, (list, tuple)) else str(value)


def asked_by(linked, opened, choices, view, defaults):
    """The preset whose link `linked`, {parameter: its values}, is; None where it is nobody's.

    What a student may change does not count where that leaves one preset alone: the controls `opened`.
    """
    start = {
        name: value for name, value in (defaults | view).items() if name in DATA_FIELDS | TRAIN_FIELDS | view
    }
    ends = [(preset, start | preset.changes) for preset in choices]
    for ignored in ((TRAIN,), (TRAIN, *opened)):
        found = [preset for preset, end in ends if _says(linked, end, start, ignored)]
        if len(found) == 1:
            return found[0]
    return None


def _says(linked, wanted, start, ignored):
    """Whether a link means these values; what it leaves out is as at the start."""
    return all(
        linked.get(name, _texts(start.get(name, value))) == _texts(value)
        for name, value in wanted.items()
        if name not in ignored
    )


def _texts(value):
    """A value as the texts of its query parameter."""
    text = field_text(value) if isinstance(value, (float, tuple)) else shown(value)
    return text if isinstance(text, list) else [text]
