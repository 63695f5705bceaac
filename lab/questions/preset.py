"""A question with the experiment that it sets up, as a link; and back, the question of a link."""

import re
from collections.abc import Callable
from typing import NamedTuple

from data import DataConfig
from lab.links.experiment import DATA_FIELDS, TRAIN_FIELDS, Experiment, field_text
from mlp import TrainConfig

TRAIN = "train"  # the Train switch: the question is the same whether it is on or off


class Preset(NamedTuple):
    """A question, its experiment as {field or view key: value}, and what to predict before looking.

    `choices` are two to four answers to choose from; `answer(values, given)` computes which is right (see
    `lab.questions.answer`). A question without choices has no computed answer. `stored_as` is the key of a
    question that has been reworded.
    """

    question: str
    changes: dict
    predict: str
    choices: tuple = ()
    answer: Callable | None = None
    stored_as: str = ""

    @property
    def key(self):
        """The key that browsers and assignments store: the letters and digits of its question."""
        return self.stored_as or "-".join(re.findall(r"[a-z0-9]+", self.question.lower()))


def query(preset, defaults=None):
    """Return the complete link of a preset as query parameters; `defaults` are those of its page's fields."""
    values = (defaults or {}) | preset.changes
    data = {name: value for name, value in values.items() if name in DATA_FIELDS}
    train = {name: value for name, value in values.items() if name in TRAIN_FIELDS}
    view = {name: parameter(value) for name, value in preset.changes.items() if name not in data | train}
    return Experiment(DataConfig(**data), TrainConfig(**train)).to_query() | view


def parameter(value):
    """Return a widget's value as its query parameter: a text, or a list with one text per entry."""
    if isinstance(value, (list, tuple)):
        return list(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def asked_by(linked, opened, choices, view, defaults):
    """Return the preset whose link is `linked`, {parameter: its values}; None if no preset has that link.

    If none matches exactly, the controls `opened` to students are ignored, provided that one preset is left.
    """
    start = defaults | view
    for ignored in ((TRAIN,), (TRAIN, *opened)):
        matching = [preset for preset in choices if _matches(linked, start | preset.changes, start, ignored)]
        if len(matching) == 1:
            return matching[0]
    return None


def _matches(linked, wanted, start, ignored):
    """Return whether a link has the wanted values; a parameter that it omits has its starting value."""
    return all(
        linked.get(name, _texts(start.get(name, value))) == _texts(value)
        for name, value in wanted.items()
        if name not in ignored
    )


def _texts(value):
    """Return the texts of a value's query parameter, as a list."""
    text = field_text(value) if isinstance(value, (float, tuple)) else parameter(value)
    return text if isinstance(text, list) else [text]
