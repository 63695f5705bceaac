"""The signal in an ensemble's untrained networks: measured once, with progress, and predicted."""

from dataclasses import replace

import numpy as np

from lab.links import cost
from mlp import init_params
from mlp.signal import Signal, measure, predict
from ui.training import working
from ui.training.runs import cache

SAMPLE = 200  # examples that the signal is measured on, evenly from the training set


def signals(ensemble, dataset):
    """{start: (Signals of its seeds stacked on a first axis, the predicted Signal)}; None where it waits."""
    held = {start: cache().noted(_key(ensemble, start)) for start in ensemble.starts}
    starts = [start for start, found in held.items() if found is None]

    def measured():
        for number, start in enumerate(starts):
            found = yield from working.part(of_start(ensemble, start, dataset), number, len(starts))
            held[start] = cache().note(_key(ensemble, start), lambda found=found: found)
        return held

    estimate = sum(seconds(ensemble, start, dataset) for start in starts)
    name = "signals", *(_key(ensemble, start) for start in ensemble.starts)
    found = working.result(name, measured, estimate, "Measuring these networks", "Measuring the signal")
    return found and dict(zip(ensemble.starts, found.values(), strict=True))


def seconds(ensemble, start, dataset):
    """Estimated seconds of `of_start`: the draws, the passes both ways, the recursion."""
    config, speed = ensemble.of(start, dtype="float64")[0], cache().speed
    n_features, n_classes = dataset.X_train.shape[1], len(dataset.class_names)
    hidden, slow = sum(config.hidden_layer_sizes), speed.activation(config.activation)
    passes = 6 * config.n_parameters(n_features, n_classes) * speed.multiply_add
    passes += hidden * (8 * slow + 20 * speed.value)
    one = cost.drawing(config, n_features, n_classes, speed) + SAMPLE * passes
    one += 60 * config.n_layers * speed.call
    recursion = 1600 * config.n_layers * slow + 15_000 * n_classes * speed.value
    return ensemble.n_seeds * one + SAMPLE * recursion


def sample(dataset):
    """(X, y) of SAMPLE training examples, spread evenly, in float64."""
    n = len(dataset.y_train)
    rows = np.unique(np.linspace(0, n - 1, min(n, SAMPLE)).astype(int))
    return np.asarray(dataset.X_train[rows], np.float64), dataset.y_train[rows]


def of_start(ensemble, start, dataset):
    """Generator: yield the share that is done; return the Signals and the prediction."""
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
