"""Training: epochs of minibatches, and the record of each.

`train` trains one network, `train_many` any number; both use the same code, `Stack`, without and with a
leading axis of runs.
"""

import time
from dataclasses import fields, replace
from typing import NamedTuple

import numpy as np

from mlp.epochs import Orders, learning_rates, run_for, visit
from mlp.losses import one_hot
from mlp.network import Layer, evaluate, penalty, unflatten
from mlp.stack import Stack

EVALUATION_ROWS = 1024
MEASURED_ROWS = 4096  # rows evaluated between two heartbeats
MAY_DIFFER = frozenset(  # fields that Stack, Orders and the schedules store run by run
    (
        *("learning_rate", "momentum", "learning_rate_min", "cycle_steps", "l1", "l2"),
        *("initializer", "init_scale", "epochs", "init_seed", "shuffle_seed"),
    )
)


class EpochRecord(NamedTuple):
    """The state of a run after an epoch; epoch 0 is the untrained network.

    `train_loss` and `train_accuracy` are means over the epoch's minibatches as they were visited,
    each before its own step (at epoch 0: over the training set). Validation and test figures are
    measured at the epoch's end. Losses are data losses; `penalty` is separate. `learning_rate` is that
    of the epoch's last step, `seconds` the time the epoch took, evaluation included, divided equally among
    the runs of a stack. Figures of an empty split are NaN.

    `diverged` marks the last record of a run whose losses or parameters are no longer finite.
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
    """Train one network; yield an EpochRecord for epoch 0 (untrained) and after every epoch.

    Deterministic: the numbers depend only on `config` and `dataset`, and the first k records do not depend
    on `config.epochs` unless the schedule does. Stops early after a diverged record.

    A batch size larger than the training set is the whole of it.
    """
    return (records[0] for records in train_many([config], dataset))


def train_many(configs, dataset, *, heartbeat=None, observe=None, initial=None, reported=None):
    """Train every config on the dataset; yield, epoch by epoch, a tuple with one record per config.

    Configs that differ only in fields in MAY_DIFFER train as one stack (see `stack_key`). A run that has
    ended repeats its last record.

    A run's numbers are those of `train(config, dataset)`. NumPy multiplies the matrices of a stack with the
    same BLAS calls as one by one, and then the two agree to the bit; a BLAS that chooses its kernels
    differently (for instance by memory alignment) may differ by up to 1e-6 relative.

    With `heartbeat`, a time in seconds, an empty tuple is yielded whenever about that much time has
    passed within an epoch, so that a caller can show progress or stop.

    `observe(positions, before, gradients, after)` is called for the last step of every epoch, once per
    stack, with the positions of its runs in `configs`, their parameters before the step, the gradients of the
    objective there, and the parameters after it, each a tuple of Layer with a leading axis of runs.

    `initial`, a sequence with the parameters of each config's untrained network, a tuple of Layer,
    replaces those of `init_params`.

    `reported` names a loss that replaces the minimised one in `train_loss` from epoch 1 on: some programs
    report a different loss from the one they differentiate.
    """
    configs = [clip_batch_size(config, len(dataset.X_train)) for config in configs]
    groups = {}
    for position, config in enumerate(configs):
        groups.setdefault(stack_key(config), {})[position] = config
    stacks = [
        _train_stack(group, dataset, heartbeat, observe, initial, reported) for group in groups.values()
    ]
    return _in_step(stacks, len(configs))


def clip_batch_size(config, n_train):
    """Return the config; its batch size is 0, the whole training set, if it is larger than `n_train`."""
    return replace(config, batch_size=0) if config.batch_size > n_train else config


def stack_key(config):
    """Return what configs in one stack have in common: every field that is not in MAY_DIFFER."""
    return tuple(getattr(config, field.name) for field in fields(config) if field.name not in MAY_DIFFER)


def _in_step(stacks, n_runs):
    """Advance all stacks epoch by epoch, together."""
    latest = {}
    while stacks:
        for stack in tuple(stacks):
            for records in stack:
                if records:
                    latest |= records
                    break
                yield ()
            else:
                stacks.remove(stack)
        if stacks:
            yield tuple(latest[position] for position in range(n_runs))


def _train_stack(configs, dataset, heartbeat, observe, initial, reported):
    """Train the stack of {position: config}; yield {position: EpochRecord} per epoch, {} as a heartbeat."""
    positions, configs = list(configs), list(configs.values())
    dtype = configs[0].dtype
    data = dataset._replace(
        X_train=dataset.X_train.astype(dtype, copy=False),
        X_valid=dataset.X_valid.astype(dtype, copy=False),
        X_test=dataset.X_test.astype(dtype, copy=False),
    )
    n_classes = len(data.class_names)
    initial = initial and [initial[position] for position in positions]
    stack = Stack(configs, data.X_train.shape[1], n_classes, initial)
    examples = data.X_train, data.y_train, one_hot(data.y_train, n_classes, dtype)
    orders = Orders(configs, len(data.X_train))
    reported = reported and replace(configs[0], loss=reported)
    epoch = 0
    started = time.perf_counter()
    visited = yield from _measure(stack, data.X_train, data.y_train, heartbeat)
    rates = learning_rates(stack.configs, np.zeros(1), orders.steps_per_epoch)
    while True:
        valid = yield from _measure(stack, data.X_valid, data.y_valid, heartbeat)
        test = yield from _measure(stack, data.X_test, data.y_test, heartbeat)
        with np.errstate(all="ignore"):
            records = _records(stack, data, epoch, (*visited, *valid, *test), rates[-1], started)
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
        rates = learning_rates(stack.configs, steps, orders.steps_per_epoch)
        visited = np.zeros((2, *stack.theta.shape[:-1]))
        seen = [] if observe else None
        batches = visit(stack, *examples, orders.next(stack.configs), rates, visited, seen, reported)
        while True:
            with np.errstate(all="ignore"):
                done = run_for(batches, heartbeat)
            if done:
                break
            yield {}
        if observe:
            rows = [np.atleast_2d(row) for row in (*seen, stack.theta.copy())]
            observe(positions, *(unflatten(row, stack.shapes) for row in rows))


def _measure(stack, X, y, heartbeat):
    """Generator: yield {} as a heartbeat; return (mean loss, accuracy) of every run on X, y."""
    if len(y) == 0:
        return evaluate(stack.params, X, y, stack.config)
    total, beat = 0.0, time.perf_counter()
    at_once = EVALUATION_ROWS, stack.measuring_workspace
    for start in range(0, len(y), MEASURED_ROWS):
        rows = slice(start, start + MEASURED_ROWS)
        with np.errstate(all="ignore"):
            means = np.array(evaluate(stack.params, X[rows], y[rows], stack.config, *at_once))
        total = total + means * len(y[rows])
        more = start + MEASURED_ROWS < len(y)
        if more and heartbeat is not None and time.perf_counter() - beat > heartbeat:
            yield {}
            beat = time.perf_counter()
    return tuple(total / len(y))


def _records(stack, data, epoch, figures, rates, started):
    """Return a record for each run of the stack, with a copy of its parameters."""
    snapshot = np.atleast_2d(stack.theta.copy())
    params = [unflatten(row, stack.shapes) for row in snapshot]
    figures = np.array(figures).reshape(6, len(params))
    measured = [True, len(data.X_valid) > 0, len(data.X_test) > 0]
    finite = np.isfinite(snapshot).all(axis=1) & np.isfinite(figures[::2][measured]).all(axis=0)
    figures = figures.T.tolist()
    seconds = (time.perf_counter() - started) / len(params)
    return [
        EpochRecord(
            epoch,
            float(rates[run]),
            *figures[run],
            penalty=float(penalty(params[run], config)),
            diverged=not finite[run],
            seconds=seconds,
            params=params[run],
        )
        for run, config in enumerate(stack.configs)
    ]
