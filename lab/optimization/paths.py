"""The path of a training through parameter space: a point per epoch, and at first one per step."""

from typing import NamedTuple

import numpy as np

from lab.optimization import steps
from mlp.checks.numerical import spread
from mlp.network import flatten

MOST_EPOCHS = 100  # most epochs of a path that have points, first and last included
MOST_STEPS = 50  # most steps at the beginning, within the first epoch
REACH = 20.0  # a path ends where the root mean square change of the parameters exceeds this


class Path(NamedTuple):
    """Points (n, n_parameters) of a training, in order; their `epochs` (n,) and `steps` (n,).

    Point 0 is the untrained network, of epoch 0; a point within an epoch belongs to that epoch. `left` is the
    epoch in which the path was cut off (see `of`), or None; `beyond` says whether the point at which it was
    cut off is finite, so that the training may have gone on.
    """

    points: np.ndarray
    epochs: np.ndarray
    steps: np.ndarray
    left: int | None
    beyond: bool = False


def of(by_epoch, first_steps=None, per_epoch=1):
    """Return the Path of [(epoch, params), …], epoch 0 first.

    `first_steps` are the flat parameters (n + 1, n_parameters) before the first step and after each, none
    beyond the first epoch. The path ends before the first point that is not finite, or that is farther from
    the start than REACH in root mean square.
    """
    by_epoch = [by_epoch[place] for place in spread(len(by_epoch), MOST_EPOCHS)]
    rows = [(epoch, epoch * per_epoch, flatten(params)) for epoch, params in by_epoch]
    if first_steps is not None and len(rows) > 1:
        inner = range(1, min(len(first_steps), per_epoch))
        rows[1:1] = [(1, step, first_steps[step]) for step in inner]
    epochs, steps, points = (np.array(column) for column in zip(*rows, strict=True))
    points = points.astype(np.float64)
    with np.errstate(all="ignore"):
        distances = np.sqrt(np.square(points - points[0]).mean(axis=1))
    lost = ~(distances <= REACH)
    if not lost.any():
        return Path(points, epochs, steps, None)
    n = int(lost.argmax())
    return Path(points[:n], epochs[:n], steps[:n], int(epochs[n]), bool(np.isfinite(points[n]).all()))


def walk(config, dataset, history):
    """Generator: yield the share done; return the Path of a training, repeating its first steps.

    `history` are the stored epochs of one network, each with its number and records.
    """
    by_epoch = [(epoch.number, epoch.records[0].params) for epoch in history if epoch.records[0].params]
    per_epoch = -(-len(dataset.y_train) // (config.batch_size or len(dataset.y_train)))
    n_steps = min(per_epoch, MOST_STEPS) if by_epoch[-1][0] else 0
    first = yield from steps.train([config], dataset, n_steps, keep=True)
    return of(by_epoch, first.thetas, per_epoch)


def centre(own):
    """Return (centre, whether it is the solution): the end of the own Path, or its start if it was cut off.

    Raise ValueError if not even the untrained network is finite.
    """
    if not len(own.points):
        raise ValueError("The first weights are not finite numbers, so there is no path to draw.")
    return (own.points[-1], True) if own.left is None else (own.points[0], False)
