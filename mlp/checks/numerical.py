"""Numerical derivatives, and errors of other derivatives relative to them.

All errors are symmetric in a, the derivative from backpropagation, and n, the numerical one.
"""

import numpy as np

from mlp.config import DTYPES

SCHEMES = ("forward", "central", "complex")
UNIT_ROUNDOFF = {dtype: float(np.finfo(dtype).eps) / 2 for dtype in DTYPES}


def difference_quotient(function, theta, entries, scheme, step):
    """Return ∂function/∂θ_i for every index i of `entries`, with h = `step` and e_i the unit vector.

    forward: (L(θ + h e_i) - L(θ)) / h, truncation error of order h;
    central: (L(θ + h e_i) - L(θ - h e_i)) / 2h, of order h²;
    complex: Im L(θ + ih e_i) / h, of order h² too, but without a difference that could cancel, so h can
             be 1e-20 (Squire & Trapp, 1998).

    `theta` is a vector. `function` takes vectors as the rows of one array, (n_entries, theta.size), complex
    in the complex scheme, and returns an array with one row or number per vector. It is called twice, for the
    minuend first, or once in the complex scheme.
    """
    with np.errstate(all="ignore"):  # if the function is not finite, neither is the quotient
        points = _moved(theta, np.asarray(entries, np.intp), scheme, step)
        return quotient([function(stack) for stack in points], scheme, step)


def quotient(values, scheme, step):
    """Return the quotient from the function values at a scheme's points, see `difference_quotient`."""
    if scheme == "complex":
        return values[0].imag / step
    above, below = values
    return (above - below) / (2 * step if scheme == "central" else step)


def best_step(scheme, dtype):
    """Return the step at which truncation and rounding balance, for derivatives of order 1; None for complex.

    forward: √u, truncation of order h against rounding u/h; central: ∛u, h² against u/h.
    """
    order = {"forward": 2, "central": 3}.get(scheme)
    return UNIT_ROUNDOFF[dtype] ** (1 / order) if order else None


def _moved(theta, entries, scheme, step):
    """Return the two stacks of vectors that are compared, or the one complex stack."""
    rows = np.arange(entries.size)
    if scheme == "complex":
        points = np.tile(theta.astype(np.result_type(theta.dtype, np.complex64)), (entries.size, 1))
        points[rows, entries] += 1j * step
        return (points,)
    above, below = np.tile(theta, (2, entries.size, 1))
    above[rows, entries] += step
    if scheme == "central":
        below[rows, entries] -= step
    return above, below


def spread(size, n):
    """Return n evenly spaced indices from 0 to size - 1, both included; all of them if n >= size."""
    return np.unique(np.linspace(0, size - 1, min(size, n)).round().astype(np.intp))


def absolute_error(a, n):
    """Return |a - n|, entry by entry."""
    with np.errstate(all="ignore"):
        return np.abs(np.subtract(a, n))


def relative_error(a, n, floor=0.0):
    """Return |a - n| / max(|a|, |n|, floor), entry by entry; 0 where that is 0 / 0.

    Where a or n is not finite, the error is NaN or infinite.
    """
    error = absolute_error(a, n)
    with np.errstate(all="ignore"):
        largest = np.maximum(np.abs(a), np.abs(n))
        if floor:
            largest = np.maximum(largest, floor)
        return np.divide(error, largest, out=np.zeros_like(error), where=largest != 0)[()]


def relative_norm(a, n):
    """Return ‖a - n‖ / max(‖a‖, ‖n‖): 0 where both are 0, infinite where one is not finite."""
    with np.errstate(all="ignore"):
        largest = max(np.linalg.norm(a), np.linalg.norm(n))
        gap = np.linalg.norm(np.subtract(a, n))
    if not np.isfinite(gap):
        return np.inf
    return float(gap / largest) if largest > 0 else 0.0


def norm_wise(a, n):
    """Return ‖a - n‖ / (‖a‖ + ‖n‖), which is at most 1; 0 where both are 0.

    Used in published sweeps of the step. For opposite vectors, `relative_norm` is 2.
    """
    a, n = np.asarray(a, np.float64), np.asarray(n, np.float64)
    size = np.linalg.norm(a) + np.linalg.norm(n)
    return float(np.linalg.norm(a - n) / size) if size else 0.0
