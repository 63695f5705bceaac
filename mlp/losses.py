"""Losses on the logits, each with its gradient and the network's output under it.

Logits and one-hot targets T have shape (..., n_samples, n_classes). `LOSSES[name](logits, T)` is
the loss of each example, summed over classes, shape (..., n_samples);
`LOSSES[name].gradient(logits, T, out=None)` is its derivative with respect to the logits;
`LOSSES[name].output(logits, out=None)` turns the logits into the network's output.
"""

import functools
import math

import numpy as np

from mlp import listings
from mlp.activations import sigmoid, softplus
from mlp.entries import Loss, Output

FEW_CLASSES = 4  # up to so many columns, handling them one by one is faster than reducing short rows


def softmax(logits, out=None):
    """e^(o_k - max o) / Σ_j e^(o_j - max o): the shift leaves the result unchanged and prevents overflow."""
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
    """2 (σ(o) - T) σ(o) (1 - σ(o)): the factor σ' = σ(1 - σ) vanishes where the output saturates."""
    p = sigmoid(logits, out=out)
    slope = 2 * p * (1 - p)
    p -= T
    p *= slope
    return p


def one_hot(y, n_classes, dtype):
    """Return class ids y (..., n_samples) as rows of the identity, (..., n_samples, n_classes)."""
    return np.take(np.eye(n_classes, dtype=dtype), y, axis=0)


def predict(logits):
    """Return the class with the largest logit, the first one in a tie; shape (..., n_samples)."""
    if logits.shape[-1] > FEW_CLASSES:
        return logits.argmax(axis=-1)
    best = logits[..., 0]
    classes = np.zeros(best.shape, np.intp)
    for k in range(1, logits.shape[-1]):
        np.copyto(classes, k, where=logits[..., k] > best)
        best = np.maximum(best, logits[..., k])
    return classes


def _row_max(z):
    """Return the max over the last axis, which is kept."""
    if z.shape[-1] <= FEW_CLASSES:
        largest = z[..., :1]
        for k in range(1, z.shape[-1]):
            largest = np.maximum(largest, z[..., k : k + 1])
        return largest
    return z.max(axis=-1, keepdims=True)


def _row_sum(z):
    """Return Σ over the last axis, kept, as z·1: a matrix product sums short rows fastest."""
    return np.matmul(z, _ones(z.shape[-1], z.dtype))


@functools.lru_cache(maxsize=32)
def _ones(n, dtype):
    ones = np.ones((n, 1), dtype)
    ones.flags.writeable = False
    return ones


SOFTMAX = Output(
    function=softmax,
    jacobian=lambda p: np.diag(p) - np.outer(p, p),
    coupled=True,
    latex=r"\operatorname{softmax}",
    entry_latex=r"e^{{{z}_k}} \Big/ \sum_j e^{{{z}_j}}",
    symbol="p{k}",
    textbook=lambda o: [a.exp() / sum(b.exp() for b in o) for a in o],
    definition=r"p_k = e^{o_k} / \sum_j e^{o_j}",
    range=(0, 1),
)
SIGMOID = Output(
    function=sigmoid,
    jacobian=lambda p: np.diag(p * (1 - p)),
    coupled=False,
    latex=r"\sigma",
    entry_latex=r"\sigma({z}_k) = 1 / (1 + e^{{-{z}_k}})",
    symbol=r"\sigma(o{k})",
    textbook=lambda o: [1 / (1 + (-a).exp()) for a in o],
    range=(0, 1),
)
LOSSES = {
    "softmax_cross_entropy": Loss(
        function=softmax_cross_entropy,
        gradient=softmax_cross_entropy_gradient,
        output=SOFTMAX,
        output_gradient=lambda p, T: -T / p,
        latex=r"-\ln {p_y}",
        gradient_latex="{p} - {t}",
        title="Softmax with cross-entropy",
        at_zero=("ln C", math.log),
        textbook=lambda p, t: -sum(a.ln() for a, hot in zip(p, t, strict=True) if hot),
        measure="cross-entropy",
        unit="nats",
        listing=(listings.ROW_SUM, listings.SOFTMAX_CROSS_ENTROPY),
    ),
    "sigmoid_cross_entropy": Loss(
        function=sigmoid_cross_entropy,
        gradient=sigmoid_cross_entropy_gradient,
        output=SIGMOID,
        output_gradient=lambda p, T: (p - T) / (p * (1 - p)),
        latex=r"-\sum_k \left[ {t_k} \ln {p_k} + (1 - {t_k}) \ln(1 - {p_k}) \right]",
        gradient_latex="{p} - {t}",
        title="Sigmoid with cross-entropy",
        at_zero=("C·ln 2", lambda c: c * math.log(2)),
        textbook=lambda p, t: -sum((a if hot else 1 - a).ln() for a, hot in zip(p, t, strict=True)),
        measure="cross-entropy",
        unit="nats, summed over classes",
        convention="summed over the classes",
        listing=(listings.ROW_SUM, listings.SIGMOID, listings.SOFTPLUS, listings.SIGMOID_CROSS_ENTROPY),
    ),
    "sigmoid_squared_error": Loss(
        function=sigmoid_squared_error,
        gradient=sigmoid_squared_error_gradient,
        output=SIGMOID,
        output_gradient=lambda p, T: 2 * (p - T),
        latex=r"\sum_k ({p_k} - {t_k})^2",
        gradient_latex=r"2 ({p} - {t}) \, {p} (1 - {p})",
        title="Sigmoid with squared error",
        at_zero=("C/4", lambda c: c / 4),
        textbook=lambda p, t: math.fsum(float(a - hot) ** 2 for a, hot in zip(p, t, strict=True)),
        measure="squared error",
        unit="summed over classes",
        convention="summed over the classes, with no ½ in front",
        listing=(listings.ROW_SUM, listings.SIGMOID, listings.SIGMOID_SQUARED_ERROR),
    ),
}
