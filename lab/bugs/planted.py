"""The wrong steps: real bugs of published coursework and teaching tools, a few lines each."""

import numpy as np

from lab.bugs.steps import RIGHT
from mlp.activations import ACTIVATIONS
from mlp.network import Layer


def mean_taken_twice(delta):
    delta = RIGHT.mean(delta)
    return delta / len(delta)


def divided_twice(splits, scaling):
    return tuple(X / 255 for X in RIGHT.encode(splits, scaling))


def test_set_forgotten(splits, scaling):
    X_train, X_valid, _ = RIGHT.encode(splits, scaling)
    return X_train, X_valid, splits[2]


def own_statistics(splits, scaling):
    return tuple(RIGHT.encode((X,), scaling)[0] for X in splits)


def slope_at_rounded(pre_activations, layer, config):
    z = np.round(pre_activations[layer])
    return ACTIVATIONS[config.activation].derivative(z, ACTIVATIONS[config.activation](z))


def mask_forgotten(pre_activations, layer, config):
    return np.ones_like(pre_activations[layer])


def mask_of_next_layer(pre_activations, layer, config):
    n_hidden = len(pre_activations) - 1
    return RIGHT.slope(pre_activations, min(layer + 1, n_hidden - 1), config)


def squared_error_differentiated(o, T):
    g = 2 * (o - T)
    return o * (g - (g * o).sum(axis=-1, keepdims=True))


def constant_in_log(o, T):
    return -np.log((o * T).sum(axis=-1) + 1e-6)


def overwritten_by_mask(z, a):
    return (z > 0).astype(a.dtype)


def sawtooth(t, config):
    position = t % config.cycle_steps / config.cycle_steps
    rising = int(t / config.cycle_steps) * 2 == 0
    height = position if rising else 1 - position
    return config.learning_rate_min + (config.learning_rate - config.learning_rate_min) * height


def coarse_check():
    return 1 / np.arange(1, 25)


def penalty_not_reported(params, l2):
    return 0.0


def factor_two_missing(layer, l2):
    return Layer(l2 * layer.W, np.zeros_like(layer.b))


def biases_penalised(layer, l2):
    return Layer(2 * l2 * layer.W, 2 * l2 * layer.b)


def last_minibatch(losses, sizes):
    return losses[-1]


def updated_too_early(delta, W, dW, eta):
    W = W - eta * dW
    return RIGHT.carried(delta, W, dW, eta)


def step_per_weight(layer, gradient, eta):
    W, b = RIGHT.update(layer, gradient, eta)
    for _ in range(len(W) - 1):  # once more for each further incoming weight
        b = b - eta * gradient.b
    return Layer(W, b)


def softmax_without_shift(logits):
    e = np.exp(logits)
    return e / e.sum(axis=-1, keepdims=True)


def last_layer_first(gradients):
    return tuple(gradients)


def never_shuffled(generator, n_samples):
    return np.arange(n_samples)


def two_images(right):
    return right[:2].mean()
