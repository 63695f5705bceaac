"""Tables small enough to know everything about them."""

import numpy as np

from data import Dataset

NAMES = ("length (cm)", "width (cm)", "colour", "weight (g)")


def table_dataset(n=60, n_features=4, n_classes=3, seed=0, names=NAMES, **changes):
    """A Dataset of examples drawn by chance, scaled; the classes differ most in the last feature."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % n_classes
    raw = rng.standard_normal((n, n_features)) * (1 + np.arange(n_features)) + 10
    raw += y[:, np.newaxis] * np.arange(n_features) * 4.0
    shift, scale = raw.mean(axis=0), raw.std(axis=0)
    X = ((raw - shift) / scale).astype(np.float32)
    parts = []
    for rows in np.split(np.arange(n), [n * 6 // 10, n * 8 // 10]):
        parts += [X[rows], y[rows].astype(np.int64)]
    classes = tuple("abcdefghij"[:n_classes])
    names = (*names, *(f"f{k}" for k in range(len(names), n_features)))[:n_features]
    dataset = Dataset(*parts, classes, None, "iris", shift, scale, feature_names=names)
    return dataset._replace(**changes)
