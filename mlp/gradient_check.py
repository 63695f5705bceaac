"""Backpropagation's derivatives held against numerical ones."""

from typing import NamedTuple

import numpy as np

from .network import loss_and_gradients
from .stack import layers_of

STACK_VALUES = 2**22  # perturbed parameter values evaluated together


class GradientCheck(NamedTuple):
    """One entry a checked parameter, in the order of `index`, all of shape (n_checked,).

    `index` counts the parameters W_1, b_1, W_2, b_2, … row by row; `relative_error` is
    |a - n| / max(|a|, |n|), and 0 where both are 0.
    """

    index: np.ndarray
    analytic: np.ndarray
    numeric: np.ndarray
    error: np.ndarray
    relative_error: np.ndarray


def gradient_check(params, X, y, config, *, scheme="central", step=1e-5, indices=None):
    """Compare ∂L/∂θ_i from backpropagation with (L(θ + h e_i) - L(θ - h e_i)) / 2h, in float64.

    L is the loss that `loss_and_gradients` returns, penalty included; h is `step`. `indices` picks
    parameters (see GradientCheck.index), all by default. The perturbed networks are evaluated as
    stacks, not one by one. The error is of order h² from truncation and 1e-16/h from rounding.

    Raises ValueError for an unknown scheme, a step that is not a positive number, or an index out
    of range.
    """
    if scheme != "central":
        raise ValueError(f"scheme is {scheme!r}; allowed: central.")
    if not 0 < step < np.inf:
        raise ValueError(f"step is {step!r}; allowed: a finite number greater than 0.")
    X = np.asarray(X, np.float64)
    theta = np.concatenate([np.ravel(a) for layer in params for a in layer]).astype(np.float64)
    shapes = [W.shape for W, _ in params]
    index = np.arange(theta.size) if indices is None else np.asarray(indices).ravel()
    whole = index.size == 0 or index.dtype.kind in "iu"
    if not whole or (index.size and (index.min() < 0 or index.max() >= theta.size)):
        raise ValueError(f"indices is {indices!r}; allowed: whole numbers from 0 to {theta.size - 1}.")
    index = index.astype(np.intp)
    _, gradients = loss_and_gradients(layers_of(theta, shapes), X, y, config)
    analytic = np.concatenate([np.ravel(a) for layer in gradients for a in layer])[index]
    numeric = np.empty(index.size)
    chunk = max(1, STACK_VALUES // (2 * max(theta.size, X.shape[0] * max(m for _, m in shapes))))
    for start in range(0, index.size, chunk):
        some = index[start : start + chunk]
        perturbed = np.tile(theta, (2, some.size, 1))
        perturbed[0, np.arange(some.size), some] += step
        perturbed[1, np.arange(some.size), some] -= step
        above, below = loss_and_gradients(layers_of(perturbed, shapes), X, y, config)[0]
        numeric[start : start + chunk] = (above - below) / (2 * step)
    error = np.abs(analytic - numeric)
    largest = np.maximum(np.abs(analytic), np.abs(numeric))
    relative_error = np.divide(error, largest, out=np.zeros_like(error), where=largest > 0)
    return GradientCheck(index, analytic, numeric, error, relative_error)
