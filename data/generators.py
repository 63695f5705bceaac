"""Sets of points in the plane: `GENERATED[name].generator(rng, n_samples, noise, n_classes)` -> X, y.

X is (n_samples, 2) float64, y (n_samples,) class ids from 0. Classes are equally frequent, as far as
n_samples allows; in xor and linear, where the position decides the class, on average. `noise` is the
standard deviation of Gaussian noise added to both coordinates; spirals take 0.4 of it, blobs 0.1 more.
"""

import numpy as np

from data.entries import Entry


def circles(rng, n_samples, noise, n_classes):
    """Two rings around the origin, radius 0.5 (class 0) and 1 (class 1)."""
    y = _labels(n_samples, 2)
    return _noisy(rng, _polar(np.where(y == 0, 0.5, 1.0), rng.uniform(0, 2 * np.pi, n_samples)), noise), y


def moons(rng, n_samples, noise, n_classes):
    """Two half circles of radius 1, each reaching into the other's hollow."""
    y = _labels(n_samples, 2)
    half = _polar(np.ones(n_samples), rng.uniform(0, np.pi, n_samples))
    X = np.where((y == 0)[:, np.newaxis], half - [0.5, 0.25], [0.5, 0.25] - half)
    return _noisy(rng, X, noise), y


def spirals(rng, n_samples, noise, n_classes):
    """Arms that turn one and a quarter times around the origin, radius 0.1 to 1; noise is scaled
    by 0.4, as the arms lie close together."""
    y = _labels(n_samples, n_classes)
    along = np.sqrt(rng.uniform(0, 1, n_samples))  # even density along the arm
    angle = 2 * np.pi * (1.25 * along + y / n_classes)
    return _noisy(rng, _polar(0.1 + 0.9 * along, angle), 0.4 * noise), y


def xor(rng, n_samples, noise, n_classes):
    """The square ±1: class 1 where x and y have different signs; noise blurs the borders."""
    X = rng.uniform(-1, 1, (n_samples, 2))
    return _noisy(rng, X, noise), (X[:, 0] * X[:, 1] < 0).astype(np.int64)


def blobs(rng, n_samples, noise, n_classes):
    """Round clouds centred evenly on the unit circle, deviation 0.1 + noise."""
    y = _labels(n_samples, n_classes)
    return _noisy(rng, _polar(np.ones(n_samples), 2 * np.pi * y / n_classes), 0.1 + noise), y


def linear(rng, n_samples, noise, n_classes):
    """The square ±1 divided by the line x + y/2 = 0; noise blurs the border."""
    X = rng.uniform(-1, 1, (n_samples, 2))
    return _noisy(rng, X, noise), (X @ [1.0, 0.5] > 0).astype(np.int64)


def _labels(n_samples, n_classes):
    return np.arange(n_samples) % n_classes


def _polar(radius, angle):
    return radius[:, np.newaxis] * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def _noisy(rng, X, noise):
    return X + noise * rng.standard_normal(X.shape)


GENERATED = {
    "circles": Entry("Two concentric rings", generator=circles),
    "moons": Entry("Two interleaved half circles", generator=moons),
    "spirals": Entry(
        "Interleaved spirals, 2 to 5 arms",
        generator=spirals,
        class_range=(2, 5),
        classes="arms of the spirals",
    ),
    "xor": Entry("Four clouds, opposite corners alike", generator=xor),
    "blobs": Entry(
        "Round clouds, 2 to 6 classes", generator=blobs, class_range=(2, 6), classes="number of blobs"
    ),
    "linear": Entry("Two classes that a straight line can separate", generator=linear),
}
