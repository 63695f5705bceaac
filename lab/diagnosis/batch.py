"""The start of a student's program: the weights of a network and a batch of examples."""

import functools
import io
from typing import NamedTuple

import numpy as np

from data import load_dataset
from lab.links.limits import widths
from lab.links.reading import OverLimit
from lab.words import counted
from mlp.config import TrainConfig
from mlp.network import Layer, init_params

MOST_EXAMPLES = 256
MOST_PARAMETERS = 100_000  # of the network: the gradients of all known mistakes are in memory at once
load_as_bytes = functools.partial(load_dataset, as_bytes=True)
BIASES = 0.02, 0.1  # they are drawn uniformly between these


class Batch(NamedTuple):
    """A network's parameters in float64, and examples X (n, n_features), y (n,) class ids from 0."""

    config: TrainConfig
    params: tuple[Layer, ...]
    X: np.ndarray
    y: np.ndarray


def check_size(config, n_features, n_classes):
    """Raise OverLimit if a network has too many parameters for its gradients to be compared."""
    n = config.n_parameters(n_features, n_classes)
    if n > MOST_PARAMETERS:
        raise OverLimit(
            "hidden_layer_sizes",
            config.hidden_layer_sizes,
            f"{MOST_PARAMETERS:,} parameters",
            f"Gradients are compared for up to {MOST_PARAMETERS:,} parameters; "
            f"this network has {counted(n, 'parameter')}",
        )


def batch_of(data, config, load=load_as_bytes):
    """Return the Batch of an experiment: its untrained weights and its first training examples.

    There are as many examples as in a minibatch, at most MOST_EXAMPLES, in the order of the training set.
    Biases normally start at 0, where a mistake that involves them is invisible, so here they are drawn from
    U(0.02, 0.1). `load` returns the Dataset of a DataConfig. Raise OverLimit for a network that is too large,
    before allocating anything of its size.
    """
    check_size(config, *widths(data))
    dataset = load(data)
    n_features, n_classes = dataset.X_train.shape[1], len(dataset.class_names)
    n = min(config.batch_size or len(dataset.y_train), len(dataset.y_train), MOST_EXAMPLES)
    rng = np.random.default_rng(config.init_seed)
    params = tuple(
        Layer(W.astype(np.float64), rng.uniform(*BIASES, b.shape) if config.use_bias else b * 0.0)
        for W, b in init_params(config, n_features, n_classes)
    )
    X = np.asarray(dataset.X_train[np.arange(n)], np.float64)
    return Batch(config, params, X, np.asarray(dataset.y_train[:n]))


def names(batch):
    """Return the names of the gradients, from the first layer to the last: dW1, db1, dW2, …"""
    kinds = "Wb" if batch.config.use_bias else "W"
    return [f"d{kind}{number}" for number in range(1, len(batch.params) + 1) for kind in kinds]


def as_file(batch):
    """Return the bytes of an .npz file with W1, b1, W2, … of the network, X, and y, class ids from 0."""
    arrays = {"X": batch.X, "y": batch.y}
    for number, (W, b) in enumerate(batch.params, 1):
        arrays |= {f"W{number}": W} | ({f"b{number}": b} if batch.config.use_bias else {})
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()
