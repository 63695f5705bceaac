"""The training loss at many points of the parameter space: stacked forward passes, a chunk at a time."""

import numpy as np

from mlp.network import objective, unflatten

FINE, MEDIUM, COARSE = 80, 48, 24  # points along either side of a surface
MOST_WORK = 2e10  # most products and activations (each counted ACTIVATION times) of a finer surface
ACTIVATION = 40
CHUNK_VALUES = 2**17  # in a chunk's widest layer; `python -m benchmarks.optimization` measures others


def losses(points, shapes, X, y, config):
    """Generator: yield the share done; return the loss (n,), float64, at points (n, n_parameters).

    The loss is what training minimises: the mean over the examples X, y plus the penalty (see
    `mlp.network.objective`), computed in the config's number format; NaN if not finite.
    """
    X = X.astype(config.dtype, copy=False)
    size = max(1, CHUNK_VALUES // (len(y) * max(m for _, m in shapes)))
    found = np.empty(len(points))
    for start in range(0, len(points), size):
        with np.errstate(over="ignore"):  # beyond float32, where the loss is not finite
            params = unflatten(points[start : start + size].astype(config.dtype), shapes)
        found[start : start + size] = objective(params, X, y, config)[0]
        yield min(1.0, (start + size) / len(points))
    return np.where(np.isfinite(found), found, np.nan)


def grid(window, n):
    """Return the coordinates (n·n, 2) of the centres of n × n cells, row by row from the lowest."""
    return np.stack(np.meshgrid(*centres(window, n)), axis=-1).reshape(-1, 2)


def centres(window, n):
    """Return the centres (n,) of n equal parts of either side of a window."""
    return [low + (np.arange(n) + 0.5) / n * (high - low) for low, high in window]


def resolution(n_parameters, n_units, n_examples):
    """Return the points along a side of a surface: fewer for a large network or a large training set."""
    work = n_examples * (n_parameters + ACTIVATION * n_units)
    return next((n for n in (FINE, MEDIUM) if n * n * work <= MOST_WORK), COARSE)
