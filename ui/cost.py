"""What a training will cost: floating-point operations, and seconds on this machine."""

import time
from typing import NamedTuple

import numpy as np

from data import DataConfig, load_dataset
from mlp import TrainConfig, train_many
from mlp.training import stack_key


class Speed(NamedTuple):
    """Seconds that one layer of one step takes: for itself, for each run, for a multiply-add."""

    layer: float
    run: float
    multiply_add: float


def step_multiply_adds(config, n_features, n_classes):
    """Multiply-adds of a training step an example: forward once, backward twice each weight."""
    return 3 * config.n_parameters(n_features, n_classes)


def calibrate():
    """Measure a Speed, in some tens of milliseconds, by training three small stacks."""
    data = load_dataset(DataConfig(n_samples=460))
    small = TrainConfig(hidden_layer_sizes=(4, 4), batch_size=16, epochs=4)
    wide = TrainConfig(hidden_layer_sizes=(256, 256), batch_size=64, epochs=4)
    _seconds_a_step([small], data)  # the first call pays for imports and caches
    one = _seconds_a_step([small], data)
    many = _seconds_a_step([small] * 9, data)
    run = max(0.0, (many - one) / 8)
    large = _seconds_a_step([wide], data)
    return Speed(
        layer=max(1e-6, one - run) / 3,
        run=run / 3,
        multiply_add=max(1e-12, (large - one) / (64 * step_multiply_adds(wide, 2, 2))),
    )


def seconds(configs, dataset, n_epochs, speed):
    """Estimated seconds for `n_epochs` more epochs of all the configs."""
    n_train, n_features = dataset.X_train.shape
    n_classes = len(dataset.class_names)
    stacks = {}
    for config in configs:
        stacks.setdefault(stack_key(config), []).append(config)
    total = 0.0
    for stack in stacks.values():
        batch = stack[0].batch_size or n_train
        steps = -(-n_train // batch)
        layers = stack[0].n_layers * (speed.layer + len(stack) * speed.run)
        work = len(stack) * step_multiply_adds(stack[0], n_features, n_classes) * speed.multiply_add
        evaluated = (len(dataset.X_valid) + len(dataset.X_test)) / 3
        total += steps * layers + (n_train + evaluated) * work
    return n_epochs * total


def measuring(configs, dataset, speed):
    """Estimated seconds to measure every config's network once, on all examples, without training it."""
    n_classes = len(dataset.class_names)
    splits = dataset.X_train, dataset.X_valid, dataset.X_test
    forward = sum(
        step_multiply_adds(config, dataset.X_train.shape[1], n_classes) / 3 * speed.multiply_add
        for config in configs
    )
    return sum(map(len, splits)) * forward


def _seconds_a_step(configs, data):
    """Of the quickest epoch, which other work on this machine has disturbed least."""
    clock = [time.perf_counter() for _ in train_many(configs, data)]
    return float(np.diff(clock).min()) / np.ceil(len(data.X_train) / configs[0].batch_size)


def in_words(seconds):
    """A duration, in the unit a person would use."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h"
