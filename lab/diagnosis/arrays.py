"""Gradients as one vector, compared with others array by array."""

import math
from typing import NamedTuple

import numpy as np

from lab.diagnosis.batch import names

TOLERANCE = 1e-4  # relative difference up to which two arrays of gradients count as equal
SMALL = 1e-3  # arrays smaller than this share of the largest are compared relative to that share


class Row(NamedTuple):
    """One array compared with the right one, a.

    `error` is ‖theirs - a‖ divided by the larger of the two norms, inf if theirs is not finite. `factor` is
    the c for which c·a is nearest to theirs, and `rest` is ‖theirs - c·a‖ / ‖theirs‖; both are NaN if a is 0.
    `transposed` says whether theirs is the transpose of a instead of a itself.
    """

    name: str
    error: float
    factor: float
    rest: float
    transposed: bool

    @property
    def agrees(self):
        """Whether the array is the right one, within TOLERANCE."""
        return self.error <= TOLERANCE


class Arrays:
    """Gradients as one vector, compared array by array."""

    def __init__(self, batch):
        self.names = names(batch)
        self.kinds = 2 if batch.config.use_bias else 1
        self.shapes = [array.shape for layer in batch.params for array in layer[: self.kinds]]
        self.starts = np.cumsum([0, *map(math.prod, self.shapes[:-1])])

    def flat(self, layers):
        return np.concatenate([np.ravel(array) for layer in layers for array in layer[: self.kinds]])

    def split(self, flat):
        return np.split(flat, self.starts[1:])

    def errors(self, a, b):
        """Return ‖a - b‖ / max(‖a‖, ‖b‖) for each array; inf where one is not finite.

        Vectors may have leading axes, which broadcast; the result has them too.
        """
        with np.errstate(all="ignore"):
            larger = np.maximum(self._norms(a), self._norms(b))
            floor = SMALL * np.max(larger, axis=-1, keepdims=True, initial=0.0, where=np.isfinite(larger))
            scale = np.maximum(larger, floor)
            errors = self._norms(a - b) / np.where(scale > 0, scale, 1.0)
        return np.where(np.isfinite(errors), errors, np.inf)

    def _norms(self, flat):
        return np.sqrt(np.add.reduceat(np.square(flat), self.starts, axis=-1))


def rows_of(arrays, right, found):
    """Yield the Row of every array."""
    for name, shape, error, a, b in zip(
        arrays.names,
        arrays.shapes,
        arrays.errors(found, right),
        arrays.split(right),
        arrays.split(found),
        strict=True,
    ):
        with np.errstate(all="ignore"):
            factor = float(a @ b / (a @ a)) if a.any() else np.nan
            length = np.linalg.norm(b)
            rest = np.linalg.norm(b - factor * a) / length if length > 0 else 0.0 * factor
        square = len(shape) == 2 and shape[0] == shape[1] > 1
        turned = square and error > TOLERANCE and np.allclose(b.reshape(shape).T.ravel(), a, rtol=TOLERANCE)
        yield Row(name, float(error), factor, float(rest), bool(turned))
