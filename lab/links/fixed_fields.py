"""Fields of an experiment that a page fixes, whatever its link says."""

from dataclasses import replace

from data import DATASETS
from lab.links.experiment import Experiment
from lab.links.limits import n_examples


def in_lab(data, train):
    """Return the Experiment with the settings that the bug lab's program fixes: scaling, split, loss,
    optimizer, schedule and number format.
    """
    scaling, split, n_train = "standard", "70/15/15", round(0.7 * n_examples(data))
    if DATASETS[data.name].images:
        scaling, split, n_train = "unit", "1000/500/1000", 1000
    train = replace(
        train,
        schedule="triangular",
        loss="softmax_cross_entropy",
        optimizer="sgd",
        batch_size=0 if train.batch_size > n_train else train.batch_size,
        dtype="float64",
    )
    return Experiment(replace(data, scaling=scaling, split=split), train)
