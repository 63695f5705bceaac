"""One epoch: the order of its examples, its learning rates, its minibatches."""

import sys
import time

import numpy as np

from mlp.network import tally
from mlp.schedules import SCHEDULES

GATHER_VALUES = 65536  # inputs copied at once, in the order of the epoch, as whole batches
TALLY_VALUES = 32768  # logits collected before they are evaluated together


class Orders:
    """The order of the training examples in each epoch, with one generator per shuffle seed."""

    def __init__(self, configs, n_samples):
        self.n_samples = n_samples
        self.steps_per_epoch = -(-n_samples // (configs[0].batch_size or n_samples))
        self.generators = {c.shuffle_seed: np.random.default_rng(c.shuffle_seed) for c in configs}

    def next(self, configs):
        """Return indices (n_samples,) if the runs share them, else (runs, n_samples)."""
        if not configs[0].shuffle:
            return np.arange(self.n_samples)
        orders = {seed: rng.permutation(self.n_samples) for seed, rng in self.generators.items()}
        seeds = [config.shuffle_seed for config in configs]
        return orders[seeds[0]] if len(set(seeds)) == 1 else np.stack([orders[s] for s in seeds])


def learning_rates(configs, steps, steps_per_epoch):
    """Return the learning rates of these steps, (steps, runs), by the schedule and their epochs' η."""
    rates = np.empty((len(steps), len(configs)))
    rates[:] = SCHEDULES[configs[0].schedule](
        _etas(configs, steps // steps_per_epoch),
        steps[:, np.newaxis],
        learning_rate_min=np.array([c.learning_rate_min for c in configs]),
        cycle_steps=np.array([c.cycle_steps for c in configs]),
        epochs=np.array([max(1, c.epochs) for c in configs]),
        steps_per_epoch=steps_per_epoch,
    )
    return rates


def _etas(configs, epochs):
    """Return η in these epochs, counted from 0: (epochs, runs), or (runs,) if no run's η changes."""
    if not any(isinstance(config.learning_rate, tuple) for config in configs):
        return np.array([config.learning_rate for config in configs])
    etas = np.empty((len(epochs), len(configs)))
    for run, config in enumerate(configs):
        rates, since = zip(*config.rate_pieces(), strict=True)
        since = [min(epoch, sys.maxsize) for epoch in since]
        etas[:, run] = np.take(rates, np.searchsorted(since, epochs, side="right") - 1)
    return etas


def visit(stack, X_train, y_train, T_train, order, rates, figures, seen=None, reported=None):
    """Generator: take one optimizer step per `next()`; append the mean loss and accuracy to `figures`.

    `T_train` is y_train one-hot. If `seen`, an empty list, is given, the last step's parameters and gradient
    are appended to it (see Stack.step). The loss is that of the config `reported`, by default the one
    minimised.
    """
    n_samples, n_classes = T_train.shape
    reported = reported or stack.config
    batch = stack.config.batch_size or n_samples
    gathered = batch * max(1, GATHER_VALUES // (batch * X_train.shape[1]))
    judged = gathered * max(1, TALLY_VALUES // (gathered * n_classes))
    logits = np.empty((*stack.theta.shape[:-1], min(judged, n_samples), n_classes), stack.theta.dtype)
    minibatches = _minibatches(X_train, T_train, order, batch, gathered)
    last_step = stack.steps + len(rates) - 1
    rates = iter(_by_step(rates, stack.theta.dtype))
    for start in range(0, n_samples, judged):
        rows = order[..., start : start + judged]
        ahead = logits[..., : rows.shape[-1], :]
        for into, (X, T), rate in zip(_cut(ahead, batch), minibatches, rates, strict=False):
            into[...] = stack.step(X, T, rate, seen if stack.steps == last_step else None)
            yield
        y, T = y_train.take(rows), T_train.take(rows, axis=0)
        figures += np.array(tally(ahead, y, T, reported)) / n_samples


def _minibatches(X_train, T_train, order, batch, gathered):
    """Yield X and T of every minibatch; `gathered` examples are copied together."""
    for start in range(0, len(X_train), gathered):
        rows = order[..., start : start + gathered]
        X, T = X_train.take(rows, axis=0), T_train.take(rows, axis=0)
        yield from zip(_cut(X, batch), _cut(T, batch), strict=True)


def _cut(array, size):
    """Return views of an array (…, n, k) with `size` rows each along n; the last may have fewer."""
    *leading, n, k = array.shape
    pieces = array[..., : n - n % size, :].reshape(*leading, n // size, size, k)
    rest = [array[..., n - n % size :, :]] if n % size else []
    return [*pieces.swapaxes(0, -3), *rest]


def _by_step(rates, dtype):
    """Return for every step a number, if the runs share it in all steps, else a column (runs, 1)."""
    if (rates == rates[:, :1]).all():
        return rates[:, 0].tolist()
    return rates.astype(dtype)[..., np.newaxis]


def run_for(steps, seconds):
    """Run the iterator `steps` for about `seconds`; return whether it has ended."""
    if seconds is None:
        for _ in steps:
            pass
        return True
    deadline = time.perf_counter() + seconds
    return not any(time.perf_counter() > deadline for _ in steps)
