"""Answer a page's question without the page: the engine runs each training once.

The answers of `lab.questions` are functions of `given`, which a page provides from its cache. `given` here
does the same work in this process and stores only the answers.
"""

import functools
from typing import NamedTuple

from data import load_dataset
from lab.links.limits import n_examples, widths
from lab.links.pages import PAGES
from lab.questions.answer import Trained
from mlp import execution, train_many

load = functools.lru_cache(maxsize=2)(functools.partial(load_dataset, as_bytes=True))

_answers = {}  # {(page, key of a question): Answer}


class Epoch(NamedTuple):
    """The records of all networks of a training after an epoch."""

    number: int
    records: tuple


class Training(NamedTuple):
    """A complete training, with what questions read of it. For images only the last epoch has params."""

    configs: tuple
    dataset: object
    epochs: tuple[Epoch, ...]

    def with_parameters(self, epoch):
        """Return the Epoch with this number, or the last one before it."""
        return self.up_to(epoch)[-1]

    def up_to(self, epoch):
        """Return the Epochs up to this number."""
        return self.epochs[: epoch + 1]


class Swept(NamedTuple):
    """The outcomes of a sweep, {row: Outcome}."""

    outcomes: dict


def given(setups, watched=False):
    """Return the Trained of each Setup."""
    return [Trained(_trained(one), one.experiment.train.epochs) for one in setups]


def _trained(setup):
    configs, dataset = setup.configs(), load_dataset(setup.experiment.data)
    epochs = []
    for number, records in enumerate(train_many(configs, dataset)):
        if epochs and dataset.image_shape:
            epochs[-1] = Epoch(number - 1, tuple(one._replace(params=()) for one in epochs[-1].records))
        epochs.append(Epoch(number, records))
    return Training(configs, dataset, tuple(epochs))


def _sweep(plan):
    experiments = tuple(plan.experiments())
    jobs = execution.plan(experiments, widths, n_examples=n_examples)
    return Swept({one.row: one for outcomes in execution.run(jobs, load) for one in outcomes})


def _result(key, steps, *estimate):
    work = steps()
    while True:
        try:
            next(work)
        except StopIteration as finished:
            return finished.value


given.sweep, given.result, given.dataset = _sweep, _result, load_dataset


def answer(page, preset):
    """Return the Answer of a Preset of a page; it is computed once."""
    if (page, preset.key) not in _answers:
        _answers[page, preset.key] = preset.answer(PAGES[page].defaults | preset.changes, given)
    return _answers[page, preset.key]
