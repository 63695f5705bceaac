"""The gradient check of the bug lab: a program's gradients against differences of the loss it reports."""

from typing import NamedTuple

import numpy as np

from lab.bugs.program import differentiate, fitting, objective, quiet
from mlp.checks.numerical import (
    absolute_error,
    difference_quotient,
    relative_error,
    relative_norm,
    spread,
)
from mlp.network import Layer

CHECKED = 40  # parameters of a tensor, at most, unless all are asked for
COPIED = 2**18  # values of copies of a tensor that are made at once


class TensorCheck(NamedTuple):
    """One tensor's checked entries: `index` counts them row by row; analytic and numeric (n_checked,)."""

    layer: int
    kind: str
    index: np.ndarray
    analytic: np.ndarray
    numeric: np.ndarray

    @property
    def error(self):
        """The relative error of the whole tensor, one number: see `relative_norm`."""
        return relative_norm(self.analytic, self.numeric)

    @property
    def relative_errors(self):
        """The relative error of every entry; infinite where a derivative is not finite."""
        finite = np.isfinite(absolute_error(self.analytic, self.numeric))
        return np.where(finite, relative_error(self.analytic, self.numeric), np.inf)


def check(steps, params, X, T, config, h, most=CHECKED):
    """A TensorCheck of every tensor: backpropagation against (L(θ + h) - L(θ - h)) / 2h.

    L is the loss that the program reports. Raises ValueError where a gradient has not the shape of
    its parameters.
    """
    gradients = fitting(differentiate(steps, params, X, T, config)[1], params)
    return compare(params, gradients, lambda moved: objective(steps, moved, X, T, config), h, most)


@quiet
def compare(params, gradients, loss, h, most=CHECKED):
    """A TensorCheck of every tensor: `gradients` against central differences of `loss(params)`."""
    checks = []
    for layer, tensors in enumerate(params):
        for kind, tensor, gradient in zip(Layer._fields, tensors, gradients[layer], strict=True):
            index = spread(tensor.size, most)
            numeric = _differences(params, layer, kind, index, loss, h)
            checks.append(TensorCheck(layer, kind, index, gradient.flat[index], numeric))
    return checks


def _differences(params, layer, kind, index, loss, h):
    """Return the central differences of `loss(params)`, which takes one network, at entries of one tensor."""
    tensor = getattr(params[layer], kind)

    def losses(stack):
        moved = (params[layer]._replace(**{kind: row.reshape(tensor.shape)}) for row in stack)
        return np.array([loss((*params[:layer], one, *params[layer + 1 :])) for one in moved])

    n = max(1, COPIED // tensor.size)
    parts = [index[start : start + n] for start in range(0, len(index), n)]
    return np.concatenate([difference_quotient(losses, tensor.ravel(), part, "central", h) for part in parts])
