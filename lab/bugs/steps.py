"""The right steps of the bug lab's training program; a bug replaces one of them by a wrong one.

They cover softmax cross-entropy, gradient descent and the triangular schedule, which is all that the bugs
need; `program.py` puts them together.
"""

from collections import namedtuple

import numpy as np

from mlp.activations import ACTIVATIONS
from mlp.network import Layer


def encode(splits, scaling):
    """Raw training, validation and test inputs as the network gets them, all scaled by the training set."""
    if scaling == "unit":
        return tuple(X / 255 for X in splits)
    mean, deviation = splits[0].mean(axis=0), splits[0].std(axis=0)
    varies = np.ptp(splits[0], axis=0) > 0  # an input that does not is only shifted
    shift, scale = np.where(varies, mean, splits[0][0]), np.where(varies, deviation, 1)
    return tuple((X - shift) / scale for X in splits)


def order(generator, n_samples):
    """The order of the examples in an epoch."""
    return generator.permutation(n_samples)


def rate(t, config):
    """η at step t: up in `cycle_steps` steps, down in as many."""
    position = t % config.cycle_steps / config.cycle_steps
    rising = int(t / config.cycle_steps) % 2 == 0
    height = position if rising else 1 - position
    return config.learning_rate_min + (config.learning_rate - config.learning_rate_min) * height


def probabilities(logits):
    """Softmax, row by row."""
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def example_losses(o, T):
    """The loss of each example: -ln of the probability of its class."""
    return -np.log((o * T).sum(axis=-1))


def output_error(o, T):
    """The derivative of each example's loss with respect to its logits."""
    return o - T


def mean(delta):
    """The share of each example in the mean loss of the batch."""
    return delta / len(delta)


def saved_activations(z, a):
    """The hidden activations a = f(z) as the backward pass reads them."""
    return a


def activation_gradient(delta, W, dW, eta):
    """∂L/∂a of the layer below, from ∂L/∂z of this one; dW and η are not needed."""
    return delta @ W.T


def slope(pre_activations, layer, config):
    """f'(z) of a hidden layer."""
    z = pre_activations[layer]
    return ACTIVATIONS[config.activation].derivative(z, ACTIVATIONS[config.activation](z))


def first_to_last(gradients):
    """The gradients from the first layer to the last; they were computed from the last to the first."""
    return tuple(reversed(gradients))


def penalty(params, l2):
    """What the reported loss adds to the data loss."""
    return l2 * sum(np.square(layer.W).sum() for layer in params)


def penalty_gradient(layer, l2):
    """What the penalty adds to a layer's gradient."""
    return Layer(2 * l2 * layer.W, np.zeros_like(layer.b))


def update(layer, gradient, eta):
    """A layer after a step of gradient descent."""
    return Layer(layer.W - eta * gradient.W, layer.b - eta * gradient.b)


def epoch_loss(losses, sizes):
    """The loss reported for an epoch, from the mean losses of its minibatches and their sizes."""
    return np.average(losses, weights=sizes)


def accuracy(right):
    """The accuracy reported, from whether each example is classified correctly."""
    return right.mean()


def check_steps():
    """The steps h of the program's own gradient check."""
    return 10.0 ** -np.arange(1, 11)


_IN_ORDER = (
    *(encode, order, rate, probabilities, example_losses, output_error, mean, saved_activations),
    *(activation_gradient, slope, first_to_last, penalty, penalty_gradient, update, epoch_loss, accuracy),
    check_steps,
)
Steps = namedtuple("Steps", [step.__name__ for step in _IN_ORDER])
RIGHT = Steps(*_IN_ORDER)
