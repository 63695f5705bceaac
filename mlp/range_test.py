"""The learning-rate range test: the loss while the learning rate grows from step to step."""

from typing import NamedTuple

import numpy as np

from mlp.losses import one_hot
from mlp.network import tally
from mlp.stack import Stack

SMOOTHING = 0.9  # of the running mean of the losses, bias-corrected
ENOUGH = 0.1  # of the whole fall of the loss, at which it has begun to fall
EXPLODED = 4.0  # times the first loss: beyond it nothing is learned from going on


class RangeTest(NamedTuple):
    """`rates` (n_steps,), the `losses` of the minibatches at them, and those `smoothed`.

    `suggestion` is (low, high): from where a tenth of the fall has been made to where the smoothed loss
    is least; None where it never falls by ENOUGH of the first loss.
    """

    rates: np.ndarray
    losses: np.ndarray
    smoothed: np.ndarray
    suggestion: tuple[float, float] | None


def range_test(config, dataset, *, low=1e-5, high=10.0, n_steps=200):
    """Train once, the rate of step t being low·(high/low)^(t/(n_steps-1)); returns a RangeTest.

    Minibatches come in a shuffled order, again and again; the test ends early when the loss exceeds
    EXPLODED times the first one or is no number (Smith, 2017).
    """
    X, y = dataset.X_train, dataset.y_train
    n_classes = len(dataset.class_names)
    stack = Stack([config], X.shape[1], n_classes)
    rng = np.random.default_rng(config.shuffle_seed)
    batch = min(config.batch_size or len(y), len(y))
    rates = np.geomspace(low, high, n_steps)
    order, losses = np.empty(0, np.intp), []
    with np.errstate(all="ignore"):
        for rate in rates.tolist():
            if len(order) < batch:
                order = np.concatenate([order, rng.permutation(len(y))])
            rows, order = order[:batch], order[batch:]
            T = one_hot(y[rows], n_classes, stack.theta.dtype)
            logits = stack.step(X.take(rows, axis=0).astype(stack.theta.dtype, copy=False), T, rate)
            losses.append(float(tally(logits, y[rows], T, config)[0]) / batch)
            if not losses[-1] < EXPLODED * losses[0]:
                break
    losses = np.array(losses)
    finite = losses[np.isfinite(losses)]
    smoothed = smooth(finite)
    return RangeTest(rates[: len(finite)], finite, smoothed, _suggest(rates[: len(finite)], smoothed))


def smooth(losses):
    """m_t = Σ_s 0.9^(t-s) loss_s / Σ_s 0.9^(t-s): the running mean, without bias at the start."""
    total, weight, means = 0.0, 0.0, []
    for loss in losses:
        total, weight = SMOOTHING * total + loss, SMOOTHING * weight + 1
        means.append(total / weight)
    return np.array(means)


def _suggest(rates, smoothed):
    if len(smoothed) < 3:
        return None
    least = int(smoothed.argmin())
    fall = smoothed[0] - smoothed[least]
    if fall < ENOUGH * smoothed[0]:
        return None
    begun = int(np.argmax(smoothed <= smoothed[0] - ENOUGH * fall))
    return float(rates[begun]), float(rates[least])
