"""One epoch: the order of its examples, its learning rates, its minibatches."""

import time

import numpy as np

from mlp.losses import one_hot
from mlp.network import tally
from mlp.schedules import SCHEDULES
from mlp.stack import shared

GATHER_VALUES = 65536  # inputs copied together in the order of the epoch, as many batches as that is
TALLY_VALUES = 32768  # logits kept to be judged together


class Orders:
    """The order of the training examples in each epoch, one generator a shuffle seed."""

    def __init__(self, configs, n_samples):
        self.n_samples = n_samples
        self.steps_per_epoch = -(-n_samples // (configs[0].batch_size or n_samples))
        self.generators = {c.shuffle_seed: np.random.default_rng(c.shuffle_seed) for c in configs}

    def next(self, configs):
        """Indices (n_samples,) if the runs share them, else (runs, n_samples)."""
        if not configs[0].shuffle:
            return np.arange(self.n_samples)
        orders = {seed: rng.permutation(self.n_samples) for seed, rng in self.generators.items()}
        seeds = [config.shuffle_seed for config in configs]
        return orders[seeds[0]] if len(set(seeds)) == 1 else np.stack([orders[s] for s in seeds])


def learning_rates(configs, steps, steps_per_epoch):
    """The learning rates of those steps, (steps, runs)."""
    rates = SCHEDULES[configs[0].schedule](
        np.array([c.learning_rate for c in configs]),
        steps[:, np.newaxis],
        learning_rate_min=np.array([c.learning_rate_min for c in configs]),
        cycle_steps=np.array([c.cycle_steps for c in configs]),
        epochs=np.array([max(1, c.epochs) for c in configs]),
        steps_per_epoch=steps_per_epoch,
    )
    return np.broadcast_to(rates, (len(steps), len(configs)))


def visit(stack, data, order, rates, visited, seen=None):
    """Take the epoch's steps, one a `next`; adds its mean loss and accuracy to `visited`.

    `seen`, an empty list, is given the last step's parameters and gradient (see Stack.step).
    """
    n_samples, n_features = data.X_train.shape
    n_classes = len(data.class_names)
    T_train = one_hot(data.y_train, n_classes, stack.theta.dtype)
    batch = stack.config.batch_size or n_samples
    gathered = batch * max(1, GATHER_VALUES // (batch * n_features))
    judged = gathered * max(1, TALLY_VALUES // (gathered * n_classes))
    logits = np.empty((*stack.theta.shape[:-1], min(judged, n_samples), n_classes), stack.theta.dtype)
    rates = iter([shared(row.tolist(), stack.theta.dtype) for row in rates])
    for first in range(0, n_samples, judged):
        ahead = order[..., first : first + judged]
        n_ahead = ahead.shape[-1]
        for start in range(0, n_ahead, gathered):
            rows = ahead[..., start : start + gathered]
            X, T = data.X_train.take(rows, axis=0), T_train.take(rows, axis=0)
            for low in range(0, rows.shape[-1], batch):
                high = min(low + batch, rows.shape[-1])
                cut = np.s_[..., low:high, :]
                last = first + start + high == n_samples
                at = np.s_[..., start + low : start + high, :]
                logits[at] = stack.step(X[cut], T[cut], next(rates), seen if last else None)
                yield
        y, T = data.y_train.take(ahead), T_train.take(ahead, axis=0)
        visited += np.array(tally(logits[..., :n_ahead, :], y, T, stack.config)) / n_samples


def run_for(steps, seconds):
    """Run the iterator `steps` for about that long; True if it came to its end."""
    if seconds is None:
        for _ in steps:
            pass
        return True
    deadline = time.perf_counter() + seconds
    return not any(time.perf_counter() > deadline for _ in steps)
