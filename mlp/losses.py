"""Losses on the logits, their gradients, and the output each one gives the network.

Logits and one-hot targets T have shape (..., n_samples, n_classes). `LOSSES[name](logits, T)` is
the loss of each example, summed over classes, shape (..., n_samples);
`LOSS_GRADIENTS[name](logits, T, out=None)` is its derivative with respect to the logits;
`OUTPUTS[name](logits, out=None)` turns the logits into the network's output.
"""

import functools

import numpy as np

from .activations import sigmoid, softplus

FEW_CLASSES = 4  # so few columns are faster handled one by one than by a reduction of short rows


def softmax(logits, out=None):
    """e^(o_k - max o) / Σ_j e^(o_j - max o): the shift changes nothing but the overflow."""
    e = np.subtract(logits, _row_max(logits), out=out)
    np.exp(e, out=e)
    e /= _row_sum(e)
    return e


def softmax_cross_entropy(logits, T):
    """-ln p_y = ln Σ_k e^(o_k) - o_y, by log-sum-exp."""
    shifted = logits - _row_max(logits)
    return np.log(_row_sum(np.exp(shifted)))[..., 0] - _row_sum(T * shifted)[..., 0]


def softmax_cross_entropy_gradient(logits, T, out=None):
    """p - T."""
    p = softmax(logits, out=out)
    p -= T
    return p


def sigmoid_cross_entropy(logits, T):
    """-Σ_k [T_k ln σ(o_k) + (1 - T_k) ln(1 - σ(o_k))] = Σ_k [softplus(o_k) - T_k o_k]."""
    return _row_sum(softplus(logits) - T * logits)[..., 0]


def sigmoid_cross_entropy_gradient(logits, T, out=None):
    """σ(o) - T."""
    p = sigmoid(logits, out=out)
    p -= T
    return p


def sigmoid_squared_error(logits, T):
    """Σ_k (σ(o_k) - T_k)²."""
    return _row_sum((sigmoid(logits) - T) ** 2)[..., 0]


def sigmoid_squared_error_gradient(logits, T, out=None):
    """2 (σ(o) - T) σ(o) (1 - σ(o)): the factor σ' stays, and vanishes where the output saturates."""
    p = sigmoid(logits, out=out)
    slope = 2 * p * (1 - p)
    p -= T
    p *= slope
    return p


def one_hot(y, n_classes, dtype):
    """Class ids y (..., n_samples) as rows of the identity, (..., n_samples, n_classes)."""
    return np.take(np.eye(n_classes, dtype=dtype), y, axis=0)


def predict(logits):
    """The class with the largest logit, the first of them in a tie; shape (..., n_samples)."""
    if logits.shape[-1] > FEW_CLASSES:
        return logits.argmax(axis=-1)
    best = logits[..., 0]
    classes = np.zeros(best.shape, np.intp)
    for k in range(1, logits.shape[-1]):
        np.copyto(classes, k, where=logits[..., k] > best)
        best = np.maximum(best, logits[..., k])
    return classes


def _row_max(z):
    """max over the last axis, kept."""
    if z.shape[-1] <= FEW_CLASSES:
        return functools.reduce(np.maximum, (z[..., k : k + 1] for k in range(z.shape[-1])))
    return z.max(axis=-1, keepdims=True)


def _row_sum(z):
    """Σ over the last axis, kept, as z·1: a matrix product is the fastest sum of short rows."""
    return np.matmul(z, np.ones((z.shape[-1], 1), z.dtype))


LOSSES = {
    "softmax_cross_entropy": softmax_cross_entropy,
    "sigmoid_cross_entropy": sigmoid_cross_entropy,
    "sigmoid_squared_error": sigmoid_squared_error,
}

LOSS_GRADIENTS = {
    "softmax_cross_entropy": softmax_cross_entropy_gradient,
    "sigmoid_cross_entropy": sigmoid_cross_entropy_gradient,
    "sigmoid_squared_error": sigmoid_squared_error_gradient,
}

OUTPUTS = {
    "softmax_cross_entropy": softmax,
    "sigmoid_cross_entropy": sigmoid,
    "sigmoid_squared_error": sigmoid,
}
