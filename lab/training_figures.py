"""A network at each stored epoch: its loss, accuracy, gradient, dead and flat units on the training set."""

from typing import NamedTuple

import numpy as np

from mlp import ACTIVATIONS, Layer
from mlp.network import evaluate, loss_and_gradients, propagate
from mlp.signal import FLAT, largest_slope

AT_ONCE = 2**19  # pre-activations computed at once, over epochs and examples


class Figures(NamedTuple):
    """Figures of a network after an epoch, over all training examples; NaN if not finite.

    `loss` is the mean data loss. `gradient_norm` is the norm, over all weights and biases, of the gradient of
    the objective (loss and penalty). `dead` says for each hidden layer, (n_units,), whether f'(z) is 0 for
    every example: then no gradient of the loss reaches the unit's weights. `flat` is for each hidden layer
    the share of units and examples where f'(z) is below 5% of its largest value.
    """

    epoch: int
    loss: float
    accuracy: float
    gradient_norm: float
    dead: tuple[np.ndarray, ...]
    flat: tuple[float, ...]

    @property
    def n_dead(self):
        """The number of dead units of all layers."""
        return int(sum(layer.sum() for layer in self.dead))


def figures(config, dataset, epochs):
    """Return the Figures of one network, [(epoch, its parameters), …], in their order.

    The parameters of several epochs are stacked, so that they cost a few array operations.
    """
    X, y = dataset.X_train.astype(config.dtype, copy=False), dataset.y_train
    width = sum(config.layer_sizes(X.shape[1], len(dataset.class_names)))
    n_together, found = max(1, AT_ONCE // (len(y) * width)), []
    for start in range(0, len(epochs), n_together):
        found += _of(config, X, y, epochs[start : start + n_together])
    return found


def stacked(networks):
    """Return the parameters of networks of the same shape as one stack, with a leading axis of runs."""
    by_layer = zip(*networks, strict=True)
    return tuple(Layer(*map(np.stack, zip(*layers, strict=True))) for layers in by_layer)


def gradients(params, X, y, config):
    """Return the gradient of the objective, the mean loss on all examples plus the penalty, as Layers.

    The examples are processed in parts of up to AT_ONCE numbers, or of one row; the gradient is the mean of
    the parts' gradients, weighted by their sizes. `params` may have a leading axis of runs.
    """
    total = None
    for cut, share in _parts(params, X):
        of_part = loss_and_gradients(params, X[cut], y[cut], config)[1]
        of_part = [Layer(share * dW, share * db) for dW, db in of_part]
        pairs = zip(total, of_part, strict=True) if total else ()
        total = [Layer(a.W + b.W, a.b + b.b) for a, b in pairs] or of_part
    return tuple(total)


def _parts(params, X):
    """Yield (slice of rows, its share of all rows); a part has at most AT_ONCE numbers, or one row."""
    n_runs = int(np.prod(params[0].W.shape[:-2]))
    n_rows = max(1, AT_ONCE // (n_runs * sum(layer.W.shape[-1] for layer in params)))
    for start in range(0, len(X), n_rows):
        cut = slice(start, min(start + n_rows, len(X)))
        yield cut, (cut.stop - cut.start) / len(X)


def _of(config, X, y, epochs):
    """Return the Figures of epochs that are computed together."""
    numbers, networks = zip(*epochs, strict=True)
    params, derivative = stacked(networks), ACTIVATIONS[config.activation].derivative
    loss, accuracy, dead, flat = 0.0, 0.0, None, 0.0
    with np.errstate(all="ignore"):
        squares = [
            np.square(g, dtype=np.float64).reshape(len(numbers), -1)
            for pair in gradients(params, X, y, config)
            for g in pair
        ]
        norm = np.sqrt(np.concatenate(squares, axis=1).sum(axis=1))
        for cut, share in _parts(params, X):
            of_part = evaluate(params, X[cut], y[cut], config)
            loss, accuracy = loss + share * of_part[0], accuracy + share * of_part[1]
            pre_activations, hidden = propagate(params, X[cut], config)
            slopes = [np.abs(derivative(z, a) * 1.0) for z, a in zip(pre_activations, hidden, strict=False)]
            finite = [np.isfinite(z) for z in pre_activations[:-1]]
            silent = [((s == 0) & known).all(axis=1) for s, known in zip(slopes, finite, strict=True)]
            dead = silent if dead is None else [a & b for a, b in zip(dead, silent, strict=True)]
            shares = [(s < FLAT * largest_slope(config.activation)).mean(axis=(1, 2)) for s in slopes]
            flat = flat + share * np.array(shares)
    return [
        Figures(
            number,
            *(float(figure[i]) if np.isfinite(figure[i]) else np.nan for figure in (loss, accuracy, norm)),
            tuple(layer[i] for layer in dead),
            tuple(float(layer[i]) for layer in flat),
        )
        for i, number in enumerate(numbers)
    ]
