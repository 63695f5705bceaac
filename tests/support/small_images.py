"""A dataset of images of two by two pixels, light or dark."""

import numpy as np

from data import Dataset


def images(n=24):
    rng = np.random.default_rng(0)
    y = np.arange(n) % 2
    X = (rng.random((n, 4)) / 2 + y[:, np.newaxis]).astype(np.float32)
    parts = (X, y, X[:4], y[:4], X[:4], y[:4])
    return Dataset(*parts, ("dark", "light"), (2, 2), "own_images", *np.ones((2, 4)))
