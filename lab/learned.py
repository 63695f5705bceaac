"""A sentence at the end of a training: when the network had learned what there was to learn."""

import numpy as np

from lab.training_figures import stacked
from lab.words import counted
from mlp.losses import predict
from mlp.network import propagate

GOOD = 0.95  # validation accuracy, or the share of the inner ring that the line should enclose
ROUND = "circles"  # the dataset with a ring to enclose: its class 0
RIM = 64  # places on each side of the rim


def ending(config, dataset, records):
    """Return the sentence about a network on the plane; `records` is [(epoch, EpochRecord with params), …].

    For circles it says when the line closed around the inner ring, for other data when the validation
    accuracy reached GOOD: the first epoch from which on this was so until the last one.
    """
    alive = [(epoch, record) for epoch, record in records if not record.diverged]
    if len(alive) < len(records) or not alive:
        return "The network diverged: its loss is no longer a number."
    what = f"to reach {GOOD:.0%} validation accuracy"
    reached = [record.valid_accuracy >= GOOD for _, record in alive]
    if dataset.name == ROUND:
        what = "to enclose the inner ring"
        reached = enclosed(config, dataset, [record.params for _, record in alive])
    missed = [place for place, good in enumerate(reached) if not good]
    first = missed[-1] + 1 if missed else 0
    last = alive[-1][0]
    if first == len(alive):
        return f"{counted(last, 'epoch')} {'was' if last == 1 else 'were'} not enough {what}."
    if first == 0:
        return f"It needed no training {what}."
    return f"It needed {counted(alive[first][0], 'epoch')} {what}."


def enclosed(config, dataset, networks):
    """Return whether each network's boundary is closed around class 0, (n_networks,).

    That is: GOOD of the class's training examples are classified correctly, and the whole rim of the plane, a
    square around all training examples, belongs to other classes. The rim is sampled at RIM points per side.
    """
    X, y = dataset.X_train, dataset.y_train
    low, high = X.min(axis=0), X.max(axis=0)
    half, along = 0.54 * (high - low).max(), np.linspace(-1, 1, RIM)
    sides = [
        np.stack(pair, axis=1)
        for end in (-np.ones(RIM), np.ones(RIM))
        for pair in ((along, end), (end, along))
    ]
    places = np.concatenate([(low + high) / 2 + half * np.concatenate(sides), X[y == 0]]).astype(config.dtype)
    with np.errstate(all="ignore"):
        inner = predict(propagate(stacked(networks), places, config)[0][-1]) == 0
    n_rim = 4 * RIM
    return ~inner[:, :n_rim].any(axis=1) & (inner[:, n_rim:].mean(axis=1) >= GOOD)
