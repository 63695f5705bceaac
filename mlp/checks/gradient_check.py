"""Check backpropagation's derivatives against numerical ones."""

import numbers
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from mlp.activations import ACTIVATIONS
from mlp.checks.numerical import SCHEMES, absolute_error, difference_quotient, relative_error, spread
from mlp.config import DTYPES, NotAllowed, one_of
from mlp.network import add_penalty_gradient, flatten, loss_and_gradients, objective, penalty, unflatten

STACK_VALUES = 2**21  # perturbed parameters, or their activations, evaluated together
ALL_UP_TO = 5000  # parameters checked by default; of a larger network, a sample of every tensor
PARTS = ("objective", "data", "penalty")


class GradientCheck(NamedTuple):
    """One entry per checked parameter, in the order of `index`, all of shape (n_checked,).

    `index` counts the parameters W_1, b_1, W_2, b_2, … row by row; `relative_error` is
    |a - n| / max(|a|, |n|), and 0 where both are 0. `crosses_kink` marks entries where the loss has a
    kink between the points compared: a pre-activation crossed a kink of the activation, or a weight with an
    L1 penalty crossed 0. There the difference quotient mixes two branches.
    """

    index: np.ndarray
    analytic: np.ndarray
    numeric: np.ndarray
    error: np.ndarray
    relative_error: np.ndarray
    crosses_kink: np.ndarray


def gradient_check(
    params, X, y, config, *, scheme="central", step=1e-5, indices=None, dtype="float64", part="objective"
):
    """Compare ∂L/∂θ_i from backpropagation with a numerical derivative, for every index i.

    L is the loss that `loss_and_gradients` returns, penalty included; h is `step`; for the schemes see
    `difference_quotient`. The rounding error of a forward or central difference is of order u/h, u being
    the unit roundoff of `dtype`.

    `indices` selects parameters (see GradientCheck.index); by default all of up to 5,000, or a sample of
    at most as many, with the same number from every tensor that has so many. The perturbed networks are
    evaluated as stacks, not one by one. `part` checks only the "data" loss or only the "penalty" instead of
    their sum.

    Raise NotAllowed for an unknown scheme, dtype or part, a step that is not a positive number, or an index
    out of range; ValueError for examples that `loss_and_gradients` refuses.
    """
    one_of("scheme", scheme, SCHEMES)
    one_of("dtype", dtype, DTYPES)
    one_of("part", part, PARTS)
    if isinstance(step, bool) or not isinstance(step, numbers.Real) or not 0 < step < np.inf:
        raise NotAllowed("step", step, "a finite number greater than 0")
    X = np.asarray(X, dtype)
    theta = flatten(params).astype(dtype)
    shapes = [W.shape for W, _ in params]
    index = _chosen(indices, theta.size, params)
    if part == "data":
        config = replace(config, l1=0.0, l2=0.0)
    layers, kinks = unflatten(theta, shapes), ACTIVATIONS[config.activation].kinks
    if part == "penalty":
        gradients, kinks = _penalty_gradients(layers, config), ()
    else:
        gradients = loss_and_gradients(layers, X, y, config)[1]
    analytic = flatten(gradients)[index]
    numeric = np.empty(index.size, dtype)
    crosses = np.zeros(index.size, bool)
    passes = []

    def loss(stack):
        if part == "penalty":
            return penalty(unflatten(stack, shapes), config)
        losses, pre_activations = objective(unflatten(stack, shapes), X, y, config)
        passes.append(pre_activations)
        return losses

    chunk = max(1, STACK_VALUES // (2 * max(theta.size, X.shape[0] * sum(m for _, m in shapes))))
    for start in range(0, index.size, chunk):
        cut = slice(start, start + chunk)
        passes.clear()
        numeric[cut] = difference_quotient(loss, theta, index[cut], scheme, step)
        if scheme != "complex":
            for kink in kinks:
                crosses[cut] |= _crossed(kink, *passes)
    if scheme != "complex":
        crosses |= _penalty_kinks(theta, index, shapes, config, step)
    return compared(index, analytic, numeric, crosses)


def compared(index, analytic, numeric, crosses_kink):
    """Return the GradientCheck of these derivatives, with its errors."""
    errors = absolute_error(analytic, numeric), relative_error(analytic, numeric)
    return GradientCheck(index, analytic, numeric, *errors, crosses_kink)


def _penalty_gradients(layers, config):
    """Return the derivatives of the penalty alone, in the form of `loss_and_gradients`."""
    gradients = tuple(type(layer)(*map(np.zeros_like, layer)) for layer in layers)
    for (W, _), (dW, _), (l1, l2) in zip(layers, gradients, config.penalties(), strict=True):
        add_penalty_gradient(dW, W, l1, l2)
    return gradients


def _chosen(indices, n_parameters, params):
    """Return the indices as integers, checked; by default all, or a sample of every tensor."""
    if indices is None:
        if n_parameters <= ALL_UP_TO:
            return np.arange(n_parameters)
        sizes = [array.size for layer in params for array in layer]
        starts = np.cumsum([0, *sizes[:-1]])
        each = ALL_UP_TO // len(sizes)
        parts = [start + spread(size, each) for start, size in zip(starts, sizes, strict=True)]
        return np.concatenate(parts)
    index = np.asarray(indices).ravel()
    whole = index.size == 0 or index.dtype.kind in "iu"
    if not whole or (index.size and (index.min() < 0 or index.max() >= n_parameters)):
        raise NotAllowed("indices", indices, f"whole numbers from 0 to {n_parameters - 1}")
    return index.astype(np.intp)


def _crossed(kink, above, below):
    """Return whether each network of two stacks has a hidden pre-activation on both sides of the kink."""
    crossed = [
        ((one > kink) != (other > kink)).any(axis=(-2, -1))
        for one, other in zip(above[:-1], below[:-1], strict=True)
    ]
    return np.any(crossed, axis=0) if crossed else False


def _penalty_kinks(theta, index, shapes, config, step):
    """Return whether each parameter is a weight with an L1 penalty within one step of 0."""
    l1 = [np.repeat((a, 0.0), (n * m, m)) for (n, m), (a, _) in zip(shapes, config.penalties(), strict=True)]
    return (np.concatenate(l1)[index] > 0) & (np.abs(theta[index]) < step)
