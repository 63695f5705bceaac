"""What the answers to the bug lab's questions are computed from, without a page: the same tests, made here.

Each function takes the `values` of a question's answer, see `lab.questions.answer`, as those of
`ui.bug_lab.answering` do, which take them from the page's cache.
"""

import functools

import numpy as np

from data import load_dataset
from lab.bugs import BUGS, DETECTORS, RIGHT, bench, experiment, train
from lab.links.experiment import Setup
from lab.links.fixed_fields import in_lab
from lab.questions.answer import setups


def verdicts(values):
    """Return {test: Finding} of the question's bug."""
    lab, steps = _asked(values)
    right, own = (
        {test: detector(_bench(lab)._replace(steps=of)) for test, detector in DETECTORS.items()}
        for of in (RIGHT, steps)
    )
    return experiment.verdicts(right, own)


def judged(values):
    """Return (TensorChecks, Judgement) of the map of errors, or the sentence with which the program stops."""
    lab, steps = _asked(values)
    return experiment.judged(_bench(lab)._replace(steps=steps))


def losses(values):
    """Return the median training losses by epoch of the program and of the right one, two lists."""
    lab, steps = _asked(values)
    return [_medians(lab, of) for of in (steps, RIGHT)]


def _medians(lab, steps):
    """Return the median over the starts of a program's training loss after each epoch; epoch 0 is untrained.

    An epoch that no start reaches with a number is left out.
    """
    of_starts = [
        [record.train_loss for record in train(steps, config, _raw(lab.experiment))]
        for config in lab.configs()
    ]
    table = np.full((len(of_starts), max(map(len, of_starts))), np.nan)
    for row, losses_of_start in zip(table, of_starts, strict=True):
        row[: len(losses_of_start)] = losses_of_start
    table[~np.isfinite(table)] = np.nan
    reached = np.isfinite(table).any(axis=0)
    return np.nanmedian(table[:, reached], axis=0).tolist()


def _asked(values):
    """Return (the lab's Setup, the Steps of the question's program)."""
    (setup,) = setups(values)
    bug = BUGS[values["bug"].replace(" ", "_")]
    lab = in_lab(setup.experiment.data, setup.experiment.train)
    return Setup(lab, experiment.N_SEEDS), bug.steps()


@functools.lru_cache(maxsize=2)
def _raw(one):
    """Return the RawData of an Experiment."""
    return experiment.raw_data(load_dataset(experiment.unscaled(one.data)), one.data.scaling)


@functools.lru_cache(maxsize=2)
def _bench(lab):
    """Return the Bench of the right program on the experiment of a Setup."""
    return bench(RIGHT, lab.experiment.train, _raw(lab.experiment))
