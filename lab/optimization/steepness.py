"""The curvature along a training: where it is measured, what that costs, and the learning rates there."""

import numpy as np

from lab.optimization import curvature, price
from lab.published import cycles
from mlp.checks.numerical import spread
from mlp.network import flatten

MOST_EPOCHS = 25  # most epochs at which the curvature is measured


def measured(history):
    """Return (epochs (n,), points (n, n_parameters)): up to MOST_EPOCHS of a network's stored epochs."""
    kept = [epoch for epoch in history if epoch.records[0].params]
    kept = [kept[place] for place in spread(len(kept), MOST_EPOCHS)]
    points = np.array([flatten(epoch.records[0].params) for epoch in kept], float)
    return np.array([epoch.number for epoch in kept]), points


def work(experiment, dataset, shapes, epochs, points):
    """Return (key, steps, seconds, what, doing, bytes) of measuring the curvature at points.

    `seconds(speed)` is the estimate. A chart and the answer to a question share the result by its key.
    """
    train, n_train, sizes = experiment.train, len(dataset.y_train), (shapes[0][0], shapes[-1][1])

    def steps():
        return (yield from curvature.along(points, shapes, dataset.X_train, dataset.y_train, train))

    def seconds(speed):
        return price.curvature(len(points), train, sizes, n_train, speed)

    n_bytes = price.curvature_bytes(len(points), train, sizes, n_train)
    key = "curvature", experiment, tuple(epochs.tolist())
    return key, steps, seconds, "This curvature", "Measuring the curvature", n_bytes


def rates_at(epochs, config, n_train):
    """Return the learning rate of the step after each epoch, or of the last step after the last one, (n,)."""
    n_steps, per_epoch = cycles.n_steps(config, n_train), cycles.steps_per_epoch(config, n_train)
    if not n_steps:
        return np.full(len(epochs), config.rate_pieces()[0][0])
    return cycles.rates(config, n_train, np.minimum(epochs * per_epoch, n_steps - 1))
