"""A training step by step: the loss, the learning rate and the parameters at every one of its steps.

`mlp.train_many` reports once per epoch. Here networks that share their minibatches step together, each with
its own schedule.
"""

from typing import NamedTuple

import numpy as np

from mlp.epochs import Orders, learning_rates
from mlp.losses import LOSSES, one_hot
from mlp.stack import Stack

YIELD_EVERY = 64  # steps between two reports of progress


class Steps(NamedTuple):
    """A training's steps: `rates` and `losses` (n_steps, n_networks), `thetas` (n_steps + 1, n_parameters).

    `losses` are each minibatch's loss before its step, without the penalty, NaN if not finite. `thetas` are
    the first network's parameters before the first step and after each, if `keep`.
    """

    rates: np.ndarray
    losses: np.ndarray
    thetas: np.ndarray | None
    per_epoch: int


def train(configs, dataset, n_steps, keep=False):
    """Generator: yield the share done; return the Steps of the first `n_steps` of a training.

    The configs may differ in the fields in `mlp.training.MAY_DIFFER`, except seeds, and in the schedule.
    """
    X, y = dataset.X_train.astype(configs[0].dtype, copy=False), dataset.y_train
    T, function = one_hot(y, len(dataset.class_names), X.dtype), LOSSES[configs[0].loss]
    stack = Stack(configs, X.shape[1], T.shape[1])
    orders, batch = Orders(configs, len(X)), configs[0].batch_size or len(X)
    per_epoch = orders.steps_per_epoch
    steps = np.arange(n_steps)
    rates = np.concatenate([learning_rates([config], steps, per_epoch) for config in configs], axis=1)
    losses, thetas = np.empty(rates.shape), [_first(stack)] if keep else None
    for t in range(n_steps):
        if t % per_epoch == 0:
            order = orders.next(configs[:1])
        rows = order[t % per_epoch * batch :][:batch]
        rate = float(rates[t, 0]) if len(configs) == 1 else rates[t].astype(X.dtype)[:, np.newaxis]
        with np.errstate(all="ignore"):
            losses[t] = function(stack.step(X[rows], T[rows], rate), T[rows]).mean(axis=-1)
        if keep:
            thetas.append(_first(stack))
        if t % YIELD_EVERY == 0:
            yield t / n_steps
    found = np.where(np.isfinite(losses), losses, np.nan)
    return Steps(rates, found, np.array(thetas) if keep else None, per_epoch)


def _first(stack):
    return np.atleast_2d(stack.theta)[0].copy()


def smoothed(values, most):
    """Return (steps, means): `values` (n, …) averaged over equal runs of rows, to at most `most` rows.

    `steps` are the middles of the averaged runs; the last may be shorter. A NaN makes its mean NaN.
    """
    size = max(1, -(-len(values) // most))
    starts = np.arange(0, len(values), size)
    counts = np.diff([*starts, len(values)])
    means = np.add.reduceat(values, starts, axis=0) / counts.reshape(-1, *[1] * (values.ndim - 1))
    return starts + (counts - 1) / 2, means
