"""Training: epochs of minibatches, and the record of each.

`train` is one run, `train_many` any number; both are the same code, `Stack`, with and without a
leading axis of runs.
"""

import time
from typing import NamedTuple

import numpy as np

from .losses import one_hot
from .network import Layer, evaluate, penalty, tally
from .schedules import SCHEDULES
from .stack import Stack, layers_of, shared

GATHER_VALUES = 65536  # inputs copied together in the order of the epoch, as many batches as that is
EVALUATION_ROWS = 1024


class EpochRecord(NamedTuple):
    """The state of a run after an epoch; epoch 0 is the untrained network.

    `train_loss` and `train_accuracy` are means over the epoch's minibatches as they were visited,
    each before its own step (at epoch 0: over the training set). Validation and test figures are
    measured at the epoch's end. Losses are data losses; `penalty` is apart. `learning_rate` is that
    of the epoch's last step, `seconds` the time the epoch took, evaluation included, divided
    equally among the runs of a stack. Figures of an empty split are NaN.

    `diverged` marks the last record of a run whose loss or parameters ceased to be finite numbers.
    """

    epoch: int
    learning_rate: float
    train_loss: float
    train_accuracy: float
    valid_loss: float
    valid_accuracy: float
    test_loss: float
    test_accuracy: float
    penalty: float
    diverged: bool
    seconds: float
    params: tuple[Layer, ...]


def train(config, dataset):
    """Train one network; yields an EpochRecord for epoch 0 (untrained) and after every epoch.

    Deterministic: the numbers depend on `config` and `dataset` alone, and the first k records do
    not depend on `config.epochs` unless the schedule does. Stops early after a diverged record.

    Raises ValueError if `config.batch_size` exceeds the training set.
    """
    return (records[0] for records in train_many([config], dataset))


def train_many(configs, dataset, *, heartbeat=None):
    """Train every config on the dataset; yields, epoch by epoch, a tuple with a record for each.

    Configs that stack (same hidden sizes, activation, bias, loss, optimizer, schedule, batch size,
    shuffling and dtype) train as one: they may differ in learning rate, momentum, penalties,
    initializer, scale, epochs and seeds. A run that has ended repeats its last record.

    A run's numbers are those of `train(config, dataset)`. NumPy multiplies the matrices of a stack
    by the same BLAS calls as it would one by one, and then the two agree to the bit; a BLAS that
    chooses its kernels otherwise (by memory alignment, say) may differ, within 1e-6 relative.

    With `heartbeat`, a time in seconds, an empty tuple is yielded whenever about that much time has
    passed within an epoch, so that a caller can show progress or stop.
    """
    configs = list(configs)
    for config in configs:
        if config.batch_size > len(dataset.X_train):
            raise ValueError(
                f"batch_size is {config.batch_size}; allowed: at most the {len(dataset.X_train)} "
                "examples of the training set, or 0 for all of them."
            )
    groups = {}
    for index, config in enumerate(configs):
        groups.setdefault(stack_key(config), []).append(index)
    return _in_step(configs, list(groups.values()), dataset, heartbeat)


def stack_key(config):
    """Configs with equal keys train as one stack."""
    return (
        config.hidden_layer_sizes,
        config.activation,
        config.use_bias,
        config.loss,
        config.optimizer,
        config.schedule,
        config.batch_size,
        config.shuffle,
        config.dtype,
    )


def _in_step(configs, groups, dataset, heartbeat):
    """Advance every group of configs epoch by epoch, together."""
    latest = [None] * len(configs)
    going = [_train_stack([configs[i] for i in group], dataset, heartbeat) for group in groups]
    members = dict(zip(going, groups, strict=True))
    while going:
        for group in tuple(going):
            for records in group:
                if not records:
                    yield ()
                    continue
                for position, record in records.items():
                    latest[members[group][position]] = record
                break
            else:
                going.remove(group)
        if going:
            yield tuple(latest)


def _train_stack(configs, dataset, heartbeat):
    """Train one stack; yields {position of the run: EpochRecord} an epoch, {} as a heartbeat."""
    dtype = configs[0].dtype
    data = dataset._replace(
        X_train=dataset.X_train.astype(dtype, copy=False),
        X_valid=dataset.X_valid.astype(dtype, copy=False),
        X_test=dataset.X_test.astype(dtype, copy=False),
    )
    stack = Stack(configs, data.X_train.shape[1], len(data.class_names))
    positions = list(range(len(configs)))
    orders = _Orders(configs, len(data.X_train))
    epoch = 0
    started = time.perf_counter()
    with np.errstate(all="ignore"):
        visited = _measure(stack, data.X_train, data.y_train)
        rates = _learning_rates(stack.configs, np.zeros(1), orders.steps_per_epoch)
    while True:
        with np.errstate(all="ignore"):
            records = _records(stack, data, epoch, visited, rates[-1], started)
        yield dict(zip(positions, records, strict=True))
        going = [
            i
            for i, (record, config) in enumerate(zip(records, stack.configs, strict=True))
            if not record.diverged and epoch < config.epochs
        ]
        if not going:
            return
        if len(going) < len(positions):
            positions = [positions[i] for i in going]
            stack.keep(going)
        epoch += 1
        started = time.perf_counter()
        steps = stack.steps + np.arange(orders.steps_per_epoch)
        rates = _learning_rates(stack.configs, steps, orders.steps_per_epoch)
        visited = np.zeros((2, *stack.theta.shape[:-1]))
        batches = _visit(stack, data, orders.next(stack.configs), rates, visited)
        while True:
            with np.errstate(all="ignore"):
                done = _run_for(batches, heartbeat)
            if done:
                break
            yield {}


def _run_for(steps, seconds):
    """Run the iterator `steps` for about that long; True if it came to its end."""
    if seconds is None:
        for _ in steps:
            pass
        return True
    deadline = time.perf_counter() + seconds
    return not any(time.perf_counter() > deadline for _ in steps)


def _visit(stack, data, order, rates, visited):
    """Take the epoch's steps, one a `next`; adds its mean loss and accuracy to `visited`."""
    n_samples, n_features = data.X_train.shape
    T_train = one_hot(data.y_train, len(data.class_names), data.X_train.dtype)
    batch = stack.config.batch_size or n_samples
    chunk = batch * max(1, GATHER_VALUES // (batch * n_features))
    logits = np.empty((*stack.theta.shape[:-1], min(chunk, n_samples), T_train.shape[1]), T_train.dtype)
    rates = iter([shared(row.tolist(), stack.theta.dtype) for row in rates])
    for start in range(0, n_samples, chunk):
        rows = order[..., start : start + chunk]
        X, T = data.X_train.take(rows, axis=0), T_train.take(rows, axis=0)
        n_rows = rows.shape[-1]
        for first in range(0, n_rows, batch):
            cut = np.s_[..., first : min(first + batch, n_rows), :]
            logits[cut] = stack.step(X[cut], T[cut], next(rates))
            yield
        y = data.y_train.take(rows)
        visited += np.array(tally(logits[..., :n_rows, :], y, T, stack.config)) / n_samples


class _Orders:
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


def _learning_rates(configs, steps, steps_per_epoch):
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


def _measure(stack, X, y):
    """(mean loss, accuracy) of every run on X, y."""
    return evaluate(stack.params, X, y, stack.config, stack.workspace(min(EVALUATION_ROWS, len(X))))


def _records(stack, data, epoch, visited, rates, started):
    """A record for each run of the stack, with a copy of its parameters."""
    snapshot = np.atleast_2d(stack.theta.copy())
    figures = [*visited, *_measure(stack, data.X_valid, data.y_valid)]
    figures += _measure(stack, data.X_test, data.y_test)
    figures = np.array([np.atleast_1d(figure) for figure in figures]).T.tolist()
    params = [layers_of(row, stack.shapes) for row in snapshot]
    finite = np.isfinite(snapshot).all(axis=-1)
    seconds = (time.perf_counter() - started) / len(params)
    return [
        EpochRecord(
            epoch,
            float(rates[run]),
            *figures[run],
            penalty=float(penalty(params[run], config)),
            diverged=bool(not finite[run] or not np.isfinite(figures[run][0])),
            seconds=seconds,
            params=params[run],
        )
        for run, config in enumerate(stack.configs)
    ]
