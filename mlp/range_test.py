"""The learning-rate range test: the loss while the learning rate grows from step to step."""

from typing import NamedTuple

import numpy as np

from mlp.losses import one_hot
from mlp.network import tally
from mlp.schedules import SCHEDULES
from mlp.stack import Stack

SMOOTHING = 0.9  # decay of the running mean of the losses, which is bias-corrected
WARM_UP = 10  # steps before the running mean covers enough minibatches to be used
ENOUGH = 0.1  # the loss must fall by this share of its first value
EXPLODED = 4.0  # times the first loss: beyond this the test ends


class Interval(NamedTuple):
    """The rates from `low` to `high` that are worth trying in a training of `n_training` steps.

    At the rate `halfway` the running mean of the loss has made half of its fall, after steps whose rates sum
    to `total`. Up to `high`, less than half of the fall has been lost again; `is_lost` says whether it is at
    the next rate. If not, the test ends at `high`. A training of few steps has its least loss at a rate that
    is below total / n_training, the rate with the same sum: then `low` is that of the least loss.
    """

    low: float
    high: float
    halfway: float
    total: float
    n_training: float
    is_lost: bool = True

    @property
    def is_short(self):
        """Whether no constant rate up to `low` has the sum `total` in n_training steps."""
        return self.low < self.total / self.n_training


class RangeTest(NamedTuple):
    """`rates` (n_steps,), the minibatch `losses` at these rates, and their running mean `smoothed`.

    `interval` is None if the loss never falls by ENOUGH, the test is too short, or the training has no steps.
    """

    rates: np.ndarray
    losses: np.ndarray
    smoothed: np.ndarray
    interval: Interval | None

    @property
    def fall(self):
        """The share of its first value by which the running mean falls; NaN if the test is too short."""
        means = self.smoothed[WARM_UP - 1 :]
        return float(1 - means.min() / means[0]) if len(means) > 1 else float("nan")


def range_test(config, dataset, *, low=1e-5, high=10.0, n_steps=200):
    """Train once with the rate low·(high/low)^(t/(n_steps-1)) at step t; return a RangeTest.

    Minibatches come in a shuffled order, repeatedly; the test ends early if the loss exceeds EXPLODED times
    the first one or is not finite (Smith, 2017).

    The loss at a rate is that of weights that all lower rates have trained. A rate far below the one at which
    the loss falls here may be the best for a training: small steps follow the gradient flow dθ/dt = -∇L like
    Euler's method (Barrett & Dherin, 2021), so their progress depends on the sum of their rates. 200 rates
    that grow over six decades sum to 15 times the last one; 1,000 equal rates sum to 1,000 times. So `low` is
    the constant rate whose sum over the whole training equals the test's sum when half of the fall was made.
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
    interval = _interval(rates[: len(finite)], smoothed, full_steps(config, len(y)))
    return RangeTest(rates[: len(finite)], finite, smoothed, interval)


def smooth(losses):
    """Return m_t = Σ_s 0.9^(t-s) loss_s / Σ_s 0.9^(t-s): the running mean, unbiased at the start."""
    total, weight, means = 0.0, 0.0, []
    for loss in losses:
        total, weight = SMOOTHING * total + loss, SMOOTHING * weight + 1
        means.append(total / weight)
    return np.array(means)


def full_steps(config, n_train):
    """Return the sum of a schedule's rates over a training divided by η: the number of steps if constant."""
    steps_per_epoch = -(-n_train // min(config.batch_size or n_train, n_train))
    context = {"cycle_steps": config.cycle_steps, "epochs": config.epochs, "steps_per_epoch": steps_per_epoch}
    steps = np.arange(config.epochs * steps_per_epoch)
    return float(np.sum(SCHEDULES[config.schedule](1.0, steps, learning_rate_min=0.0, **context)))


def _interval(rates, smoothed, n_training):
    """Return the Interval of a running mean of losses, or None."""
    rates_then, means = rates[WARM_UP - 1 :], smoothed[WARM_UP - 1 :]
    if len(means) < 2 or not n_training:
        return None
    least = int(means.argmin())
    fall = means[0] - means[least]
    if fall < ENOUGH * means[0]:
        return None
    middle = means[0] - fall / 2
    half = int(np.argmax(means <= middle))
    lost = means[least:] > middle
    last = least + int(lost.argmax()) - 1 if lost.any() else len(means) - 1
    total = float(rates[: WARM_UP + half].sum())
    low = min(total / n_training, float(rates_then[least]))
    return Interval(
        low, float(rates_then[last]), float(rates_then[half]), total, n_training, bool(lost.any())
    )
