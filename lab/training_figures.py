"""A network at each kept epoch: its loss, accuracy, gradient, dead and flat units on the training set."""

from typing import NamedTuple

import numpy as np

from mlp import ACTIVATIONS, Layer
from mlp.network import evaluate, loss_and_gradients, propagate
from mlp.signal import FLAT, largest_slope

AT_ONCE = 2**21  # numbers of the epochs that are computed together


class Figures(NamedTuple):
    """Figures of a network after an epoch, over all training examples; NaN where they are no finite numbers.

    `loss` is the mean data loss. `gradient_norm` is the norm of the gradient of the objective, loss and
    penalty, over all weights and biases. `dead` has for each hidden layer whether f'(z) is 0 for every
    example, (n_units,): no gradient of the loss then reaches the unit's weights. `flat` has for each hidden
    layer the share of units and examples where f'(z) is below 5 % of its largest value.
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


def _of(config, X, y, epochs):
    """Return the Figures of epochs that are computed together."""
    numbers, networks = zip(*epochs, strict=True)
    by_layer = zip(*networks, strict=True)
    params = tuple(Layer(*map(np.stack, zip(*layers, strict=True))) for layers in by_layer)
    derivative = ACTIVATIONS[config.activation].derivative
    with np.errstate(all="ignore"):
        loss, accuracy = evaluate(params, X, y, config)
        _, gradients = loss_and_gradients(params, X, y, config)
        squares = [
            np.square(g, dtype=np.float64).reshape(len(numbers), -1) for pair in gradients for g in pair
        ]
        norm = np.sqrt(np.concatenate(squares, axis=1).sum(axis=1))
        pre_activations, hidden = propagate(params, X, config)
        slopes = [np.abs(derivative(z, a) * 1.0) for z, a in zip(pre_activations, hidden, strict=False)]
    finite = [np.isfinite(z) for z in pre_activations[:-1]]
    dead = [((slope == 0) & known).all(axis=1) for slope, known in zip(slopes, finite, strict=True)]
    flat = [(slope < FLAT * largest_slope(config.activation)).mean(axis=(1, 2)) for slope in slopes]
    return [
        Figures(
            number,
            *(float(figure[i]) if np.isfinite(figure[i]) else np.nan for figure in (loss, accuracy, norm)),
            tuple(layer[i] for layer in dead),
            tuple(float(layer[i]) for layer in flat),
        )
        for i, number in enumerate(numbers)
    ]
