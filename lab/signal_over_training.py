"""How a network's activations and gradients are distributed, layer by layer, while it is trained."""

from typing import NamedTuple

import numpy as np

from lab.links import cost
from lab.words import between, percent
from mlp import train_many
from mlp.network import propagate
from mlp.signal import deltas

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
MOST_EPOCHS = 120
MOST_VALUES = 2**13  # at most so many activations of a layer are measured: units times examples
FEWEST_EXAMPLES = 16
VALUES_PER_NUMBER = 60  # values computed to sort a number into its quantiles


class Spread(NamedTuple):
    """The distributions after some epochs, over units and examples; NaN if nothing is finite.

    `activation` (n_epochs, n_hidden_layers, 5) are the QUANTILES of a; `gradient` (n_epochs, n_layers, 5) are
    those of |δ| over the δ that are not 0, where δ = ∂ℓ/∂z of one example's loss; `zero` (n_epochs, n_layers)
    is the share of the δ that are 0.
    """

    epochs: tuple[int, ...]
    activation: np.ndarray
    gradient: np.ndarray
    zero: np.ndarray


def n_examples(config, n_given):
    """Return how many of `n_given` examples are used: fewer if the layers are wide."""
    widest = max(config.hidden_layer_sizes, default=1)
    return min(n_given, max(FEWEST_EXAMPLES, MOST_VALUES // widest))


def over_training(config, dataset, epochs, heartbeat=0.1):
    """Generator: yield the share done; train the network and return its Spread after these `epochs`.

    The examples are evenly spaced over the training set. Raise ValueError for more than MOST_EPOCHS epochs;
    epochs after a divergence are left out.
    """
    if len(epochs) > MOST_EPOCHS:
        raise ValueError(f"{len(epochs)} epochs are asked for; allowed: {MOST_EPOCHS}.")
    n = len(dataset.y_train)
    rows = np.unique(np.linspace(0, n - 1, n_examples(config, n)).astype(int))
    X, y = dataset.X_train[rows].astype(config.dtype), dataset.y_train[rows]
    wanted, found, last = set(epochs), {}, max(epochs)
    for records in train_many([config], dataset, heartbeat=heartbeat):
        if records and (records[0].diverged or records[0].epoch > last):
            break
        if records and records[0].epoch in wanted:
            found[records[0].epoch] = _after(records[0].params, X, y, config)
        yield min(1.0, len(found) / len(wanted))
        if last in found:
            break
    return Spread(tuple(found), *map(np.array, zip(*found.values(), strict=True))) if found else None


def seconds(config, dataset, epochs, speed):
    """Return the estimated seconds of `over_training`."""
    sizes = dataset.X_train.shape[1], len(dataset.class_names)
    n_numbers = n_examples(config, len(dataset.y_train)) * 2 * sum(config.layer_sizes(*sizes)[1:])
    passes = 3 * cost.forward_seconds(config, *sizes, n_examples(config, len(dataset.y_train)), speed)
    each = passes + VALUES_PER_NUMBER * n_numbers * speed.value + 40 * config.n_layers * speed.call
    return cost.seconds([config], dataset, max(epochs), speed) + len(epochs) * each


def sentences(spread):
    """Return one sentence or more on what the last epoch of a Spread shows for its first and last layers."""
    activation, gradient, zero = spread.activation[-1], spread.gradient[-1], spread.zero[-1]
    when, said, middle = f"After epoch {spread.epochs[-1]}", [], []
    for layer in dict.fromkeys((0, len(activation) - 1)) if len(activation) else ():
        if np.isfinite(activation[layer]).all():
            low, high = activation[layer][[1, 3]]
            middle.append(f"{between(f'{low:.2g}', f'{high:.2g}')} in hidden layer {layer + 1}")
    if middle:
        said.append(f"{when}, the middle half of the activations lies {' and '.join(middle)}.")
    first, last = gradient[[0, -1], 2]
    size = "typical size (median) of a gradient that is not 0"
    if len(gradient) > 1 and np.isfinite([first, last]).all():
        said.append(f"The {size} is {last:.2g} in the output layer and {first:.2g} in the first layer.")
    elif len(gradient) == 1 and np.isfinite(last):
        said.append(f"{when}, the {size} is {last:.2g} in the output layer.")
    if zero[0] > 0:
        which = "first" if len(gradient) > 1 else "output"
        said.append(f"In the {which} layer, {percent(zero[0])} of the gradients are exactly 0.")
    return said or [f"{when}, not all values are finite."]


def _after(params, X, y, config):
    """Return the three entries of a Spread for one network."""
    with np.errstate(all="ignore"):
        pre_activations, hidden = propagate(params, X, config)
        activation = np.array([_quantiles(a) for a in hidden], np.float32).reshape(-1, len(QUANTILES))
        gradient = np.full((len(params), len(QUANTILES)), np.nan, np.float32)
        zero = np.full(len(params), np.nan)
        for layer, delta in deltas(params, pre_activations, hidden, y, config):
            zero[layer] = np.mean(delta == 0)
            gradient[layer] = _quantiles(np.abs(delta[delta != 0]))
    return activation, gradient, zero


def _quantiles(values):
    if not values.size or not np.isfinite(values).all():
        return np.full(len(QUANTILES), np.nan)
    return np.quantile(values, QUANTILES)
