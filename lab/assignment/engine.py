"""Answer a page's question without the page: the engine runs each training once.

The answers of `lab.questions` are functions of `given`, which a page provides from its cache. `given` here
does the same work in this process and stores only the answers.
"""

import contextlib
import functools
from typing import NamedTuple

from data import load_dataset
from lab.bugs import answers as of_bugs
from lab.gradient_check import answers as of_checks
from lab.links import cost
from lab.links.limits import n_examples, widths
from lab.links.pages import PAGES
from lab.questions.answer import Trained, Unanswered
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


GIVEN = {"gradient_check": of_checks, "bug_lab": of_bugs}  # {page: what its answers are made from}
SECONDS_OF_A_CHECK = 0.3  # of an answer from checks and tests, on one core: the mean of all of them
KNOWN = 1e-3  # seconds of an answer that has been computed


def answer(page, preset):
    """Return the Answer of a Preset of a page; it is computed once."""
    if (page, preset.key) not in _answers:
        _answers[page, preset.key] = preset.answer(_values(page, preset), GIVEN.get(page, given))
    return _answers[page, preset.key]


def seconds(page, preset):
    """Return the estimated seconds of the `answer`: those of the first trainings or work that it asks for."""
    if (page, preset.key) in _answers:
        return KNOWN
    if page in GIVEN:
        return SECONDS_OF_A_CHECK
    with contextlib.suppress(Unanswered):
        try:
            _answers[page, preset.key] = preset.answer(_values(page, preset), _Counting())
        except _Counted as counted:
            return max(KNOWN, counted.seconds)
    return KNOWN


def _values(page, preset):
    return PAGES[page].defaults | preset.changes


class _Counted(Exception):
    """An answer has asked for work; `seconds` is the estimate of it."""

    def __init__(self, seconds):
        super().__init__()
        self.seconds = seconds


class _Counting:
    """What offers an answer its work as `given` does, but estimates it instead, and stops there."""

    def __call__(self, setups, watched=False):
        raise _Counted(sum(_seconds(one.experiment.data, one.configs()) for one in setups))

    def sweep(self, plan):
        by_data = {}
        for data, config in plan.experiments():
            by_data.setdefault(data, []).append(config)
        raise _Counted(sum(_seconds(*pair) for pair in by_data.items()))

    def result(self, key, steps, price, *words):
        raise _Counted(price(cost.calibrate()))

    dataset = staticmethod(load_dataset)


def _seconds(data, configs):
    dataset, speed = load(data), cost.calibrate()
    training = cost.seconds(configs, dataset, max(config.epochs for config in configs), speed)
    return cost.beginning(configs, dataset, speed) + training
