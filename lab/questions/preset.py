"""A question: the experiment that it sets up, as a link, and the question that a link asks."""

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
