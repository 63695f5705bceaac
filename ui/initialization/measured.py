"""The signal in an ensemble's untrained networks: measured with progress and cached, and predicted."""

import itertools
from dataclasses import replace

import numpy as np

from lab.links import cost
from mlp import init_params
from mlp.signal import Signal, measure, predict
from ui.training import working
from ui.training.runs import cache

SAMPLE = 200  # examples on which the signal is measured, spread evenly over the training set


def signals(ensemble, dataset):
    """Return {start: (Signals of its seeds stacked on a first axis, predicted Signal)}; None if it waits."""
    cached = {start: cache().noted(_key(ensemble, start)) for start in ensemble.starts}
    starts = [start for start, signal in cached.items() if signal is None]

    def measure_missing():
        for number, start in enumerate(starts):
            signal = yield from working.part(of_start(ensemble, start, dataset), number, len(starts))
            cached[start] = cache().note(_key(ensemble, start), lambda signal=signal: signal)
        return cached

    estimate = sum(seconds(ensemble, start, dataset) for start in starts)
    n_bytes = max((drawing_bytes(ensemble.of(start)[0], dataset) for start in starts), default=0)
    name = "signals", *(_key(ensemble, start) for start in ensemble.starts)
    by_start = working.result(
        name, measure_missing, estimate, "Measuring these networks", "Measuring the signal", n_bytes
    )
    return by_start and dict(zip(ensemble.starts, by_start.values(), strict=True))


def seconds(ensemble, start, dataset):
    """Return the estimated seconds of `of_start`: drawing weights, both passes, the recursion."""
    config, speed = ensemble.of(start, dtype="float64")[0], cache().speed
    n_features, n_classes = dataset.X_train.shape[1], len(dataset.class_names)
    hidden, slow = sum(config.hidden_layer_sizes), speed.activation(config.activation)
    passes = 6 * config.n_parameters(n_features, n_classes) * speed.multiply_add
    passes += hidden * (8 * slow + 20 * speed.value)
    one = cost.drawing(config, n_features, n_classes, speed) + SAMPLE * passes
    one += 60 * config.n_layers * speed.call
    recursion = 1600 * config.n_layers * slow + 15_000 * n_classes * speed.value
    return ensemble.n_seeds * one + SAMPLE * recursion


def drawing_bytes(config, dataset):
    """Return the estimated bytes of one network in float64, of which a layer is drawn in three arrays."""
    sizes = config.layer_sizes(dataset.X_train.shape[1], len(dataset.class_names))
    layers = [n * m for n, m in itertools.pairwise(sizes)]
    return 8 * (sum(layers) + 2 * max(layers))


def sample(dataset):
    """Return (X, y) of SAMPLE training examples, spread evenly, X in float64."""
    n = len(dataset.y_train)
    rows = np.unique(np.linspace(0, n - 1, min(n, SAMPLE)).astype(int))
    return np.asarray(dataset.X_train[rows], np.float64), dataset.y_train[rows]


def of_start(ensemble, start, dataset):
    """Generator: yield the share that is done; return (stacked Signals, predicted Signal)."""
    X, y = sample(dataset)
    configs = ensemble.of(start, dtype="float64")
    measured = []
    for config in configs:
        measured.append(measure(drawn(config, dataset), X, y, config))
        yield len(measured) / len(configs)
    stacked = Signal(*(np.stack(part) for part in zip(*measured, strict=True)))
    return stacked, predict(X, y, configs[0], len(dataset.class_names))


def drawn(config, dataset):
    return init_params(config, dataset.X_train.shape[1], len(dataset.class_names))


def _key(ensemble, start):
    train = replace(ensemble.of(start)[0], learning_rate=0.1, optimizer="sgd", schedule="constant", epochs=1)
    return (
        "signal",
        ensemble.experiment.data,
        replace(train, batch_size=0, l1=0.0, l2=0.0),
        ensemble.n_seeds,
    )
