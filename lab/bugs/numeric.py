"""The bug lab's own gradient check: a program's gradients against differences of its own loss."""

from typing import NamedTuple

import numpy as np

from lab.bugs.program import differentiate, fitting, objective, quiet
from mlp.network import Layer

CHECKED = 40  # parameters of a tensor, at most, unless all are asked for


class TensorCheck(NamedTuple):
    """One tensor's checked entries: `index` counts them row by row; analytic and numeric (n_checked,)."""

    layer: int
    kind: str
    index: np.ndarray
    analytic: np.ndarray
    numeric: np.ndarray

    @property
    def error(self):
        """‖a - n‖ / max(‖a‖, ‖n‖), 0 where both are 0: one number a tensor."""
        return relative_norm(self.analytic, self.numeric)

    @property
    @quiet
    def relative_errors(self):
        """|a - n| / max(|a|, |n|) of every entry: 0 where both are 0, infinite where one is not finite."""
        largest = np.maximum(np.abs(self.analytic), np.abs(self.numeric))
        gap = np.abs(self.analytic - self.numeric)
        errors = np.divide(gap, largest, out=np.zeros_like(gap), where=largest > 0)
        return np.where(np.isfinite(gap), errors, np.inf)


@quiet
def relative_norm(one, other):
    """‖one - other‖ / max(‖one‖, ‖other‖); 0 where both are 0, infinite where one is not finite."""
    largest = max(np.linalg.norm(one), np.linalg.norm(other))
    gap = np.linalg.norm(np.subtract(one, other))
    if not np.isfinite(gap):
        return np.inf
    return float(gap / largest) if largest > 0 else 0.0


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
            index = np.unique(np.linspace(0, tensor.size - 1, min(most, tensor.size)).round().astype(int))
            numeric = []
            for i in index:
                ends = []
                for sign in (1, -1):
                    moved = tensor.copy()
                    moved.flat[i] += sign * h
                    ends.append(loss(_with(params, layer, kind, moved)))
                numeric.append((ends[0] - ends[1]) / (2 * h))
            checks.append(TensorCheck(layer, kind, index, gradient.flat[index], np.array(numeric)))
    return checks


def _with(params, layer, kind, tensor):
    return (*params[:layer], params[layer]._replace(**{kind: tensor}), *params[layer + 1 :])
