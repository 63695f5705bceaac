"""The computed answer to a question: which of its choices is right, and a sentence with its numbers.

A question's `answer` is a function of (its page's fields and what the question changes, `given`). `given`
offers what its page measures, so that an answer says what the page shows. By default it is `trained`:
`trained(setups)` returns a Trained for each `Setup`, made of the page's cached runs; with `watched`, the run
of a page that watches its training. `trained.dataset(config)` is the data that a page has loaded;
`trained.sweep(plan)` has the `outcomes` of a sweep that is complete. `trained.result(key, steps, price,
*words)` is the value that the generator `steps()` returns, made once for the page and its answers;
`price(speed)` estimates its seconds.
"""

from typing import NamedTuple

from data import DataConfig
from lab.links.experiment import (
    BOTH_PENALTIES,
    DATA_FIELDS,
    TRAIN_FIELDS,
    Experiment,
    Setup,
    parse_field,
    with_settings,
)
from lab.links.fields import DEFAULT_SEEDS
from mlp import TrainConfig

SHOWN = -1  # in place of a choice: the visitor asked to be shown


class Unanswered(Exception):
    """The results allow no answer; the message says why, in a sentence."""


class Answer(NamedTuple):
    """The index of the right choice, from 0, and a sentence that says why, with its numbers."""

    right: int
    sentence: str


def setups(values):
    """Return the Setups of a question's values {field or view key: value}: several if it is a comparison."""
    data = {name: value for name, value in values.items() if name in DATA_FIELDS}
    train = {name: value for name, value in values.items() if name in TRAIN_FIELDS}
    base = Experiment(DataConfig(**data), TrainConfig(**train))
    if values.get("mode") != "Compare":
        return [Setup(base, DEFAULT_SEEDS)]
    field = values["compare"]
    names = ("l1", "l2") if field == BOTH_PENALTIES else (field,)
    parsed = [parse_field(names[0], text.strip()) for text in values["values"].split("/")]
    return [Setup(with_settings(base, [(name, one) for name in names]), DEFAULT_SEEDS) for one in parsed]


class Trained(NamedTuple):
    """A run up to `epochs`, those of its Setup; the cached run may have been trained further."""

    run: object
    epochs: int

    @property
    def config(self):
        """The config of the first network."""
        return self.run.configs[0]

    @property
    def dataset(self):
        """The data that all its networks learn from."""
        return self.run.dataset

    @property
    def records(self):
        """The EpochRecords of its networks after the last epoch."""
        return self.run.with_parameters(self.epochs).records

    @property
    def history(self):
        """The stored epochs, each with its number and its records."""
        return self.run.up_to(self.epochs)
