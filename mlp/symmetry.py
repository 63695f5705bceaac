"""How alike the units of a layer are: the symmetry that some initializations leave unbroken."""

import numpy as np

SAME = 1e-6  # units whose weights differ by less than this share of the largest are counted as one
LARGEST_RANKED = 1024  # a matrix whose smaller side is beyond this takes too long to factorize


def distinct_units(layer):
    """The number of units of a layer whose incoming weights and bias differ from each other's.

    Units that started equal and were treated equally differ by rounding errors, which do not count:
    units are compared by two random projections of their weights. NaN where weights are not finite.
    """
    incoming = np.vstack([layer.W, layer.b]).astype(np.float64)
    if not np.isfinite(incoming).all():
        return np.nan
    labels = []
    for direction in np.random.default_rng(0).standard_normal((2, len(incoming))):
        projected = direction @ incoming
        order = np.argsort(projected)
        steps = np.diff(projected[order]) > SAME * np.abs(projected).max()
        label = np.empty(len(order), int)
        label[order] = np.concatenate([[0], np.cumsum(steps)])
        labels.append(label)
    return len(np.unique(np.stack(labels, axis=1), axis=0))


def rank(W):
    """The numerical rank of W (fan_in, fan_out): singular values above rounding, in its own precision.

    The tolerance is the largest singular value times max(fan_in, fan_out) times the machine epsilon.
    NaN where W is not finite, or too large to factorize in a moment.
    """
    if min(W.shape) > LARGEST_RANKED or not np.isfinite(W).all():
        return np.nan
    return int(np.linalg.matrix_rank(W))
