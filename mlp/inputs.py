"""Check what a caller gives to the functions of `network`: X and y that fit the parameters and each other."""

import numpy as np

from mlp.losses import one_hot


def check_rows(params, X):
    """Raise ValueError unless X (…, n_samples, n_features) has rows of the length that the first W takes."""
    n_features = params[0][0].shape[-2]
    if X.ndim < 2 or X.shape[-1] != n_features:
        raise ValueError(f"X has the shape {X.shape}; allowed: rows of {n_features}, the fan-in of W_1.")


def check_examples(params, X, y):
    """Raise ValueError unless X fits the parameters and y has one label per row of X, at least one.

    y may have a leading axis of runs if X or the parameters have it.
    """
    check_rows(params, X)
    if y.ndim == 0 or y.shape[:-1] not in ((), X.shape[:-2], params[0][0].shape[:-2]):
        raise ValueError(f"y has the shape {y.shape}; allowed: class ids, one per row.")
    n_samples = X.shape[-2]
    if n_samples == 0 or y.shape[-1] != n_samples:
        raise ValueError(
            f"X has {n_samples} rows and y {y.shape[-1]} labels; they need the same number, 1 or more."
        )


def targets(y, n_classes, dtype):
    """Return `one_hot` of the labels; raise ValueError if one is no class id.

    `one_hot` itself, which training calls, takes -1 as the last class.
    """
    try:
        T = one_hot(y, n_classes, dtype)
        if y.min() >= 0:
            return T
    except (IndexError, TypeError):
        pass
    wrong = y[~np.isin(y, np.arange(n_classes))]
    found = f"the label {wrong[0]}" if wrong.size else f"labels of type {y.dtype}"
    raise ValueError(f"y has {found}; allowed: class ids, whole numbers from 0 to {n_classes - 1}.")
