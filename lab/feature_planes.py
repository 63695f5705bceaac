"""Planes through the space of a table's features: of two of them, or of two principal components.

A point (u, v) of a plane is the example origin + u·directions[0] + v·directions[1], in the table's units.
Distances are measured in standard deviations: every feature is divided by its deviation on the training set.
"""

import math
import re
from typing import NamedTuple

import numpy as np

from lab.words import counted, listed, percent

MOST_ROWS = 20_000  # rows of each part of a dataset used for medians, deviations and components
TINY = 1e-100  # smaller losses count as none, so that no power of 10 overflows
MOST_NAMED = 4  # features whose fixed value a sentence names
UNIT = re.compile(r"(.+?)\s*\(([^()]+)\)")


class Section(NamedTuple):
    """A plane through the space of n features.

    `origin` and both `directions` are (n_features,), in the features' units; `deviations` are the features'
    standard deviations on the training set, 1 for a constant one. `axes` are the titles of u and v; `said`
    says which plane it is and which features are fixed. `square` says whether u and v have the same unit.
    """

    origin: tuple[float, ...]
    directions: tuple[tuple[float, ...], tuple[float, ...]]
    deviations: tuple[float, ...]
    axes: tuple[str, str]
    said: str
    square: bool

    def examples(self, places):
        """Return the examples X (n, n_features), in the features' units, at places (n, 2)."""
        return np.asarray(self.origin) + np.asarray(places) @ np.asarray(self.directions)

    def places(self, raw):
        """Return the points (n, 2) of the plane nearest to examples (n, n_features), in standard deviations.

        The directions are orthogonal when every feature is divided by its deviation.
        """
        away, directions = self._standardized(raw)
        lengths = (directions**2).sum(axis=1)
        return away @ directions.T / np.where(lengths > 0, lengths, 1.0)

    def distances(self, raw):
        """Return how far examples (n, n_features) are from the plane, (n,), in standard deviations."""
        away, directions = self._standardized(raw)
        return np.linalg.norm(away - self.places(raw) @ directions, axis=1)

    def _standardized(self, raw):
        deviations = np.asarray(self.deviations)
        return (np.asarray(raw) - self.origin) / deviations, np.asarray(self.directions) / deviations


def names(dataset):
    """Return the names of a dataset's features: those of a table, else x1, x2, …"""
    return dataset.feature_names or tuple(f"x{k + 1}" for k in range(dataset.X_train.shape[1]))


def raw_features(dataset, part="train"):
    """Return the examples of a part, "train", "valid" or "test", in the features' units, (n, n_features).

    For a large table, MOST_ROWS evenly spaced examples represent all. What float32 cannot tell from 0 is 0.
    """
    X = getattr(dataset, f"X_{part}")
    X = X[np.linspace(0, len(X) - 1, MOST_ROWS).astype(int)] if len(X) > MOST_ROWS else X
    raw = np.asarray(X, np.float64) * dataset.scale + dataset.shift
    return np.where(np.abs(raw) <= _resolution(dataset), 0.0, raw)


def _resolution(dataset):
    """Return how far a value near 0 can move when it is stored in float32 as X, (n_features,)."""
    return np.broadcast_to(np.abs(dataset.shift) / 2**23, dataset.X_train.shape[1:])


def _labels(dataset):
    """Return the labels of the rows of `raw_features(dataset)`."""
    y = dataset.y_train
    return y[np.linspace(0, len(y) - 1, MOST_ROWS).astype(int)] if len(y) > MOST_ROWS else y


def medians(dataset):
    """Return each feature's median on the training set, `rounded`."""
    return rounded(dataset, np.median(raw_features(dataset), axis=0))


def rounded(dataset, values):
    """Return one value per feature to 6 significant digits, but to no digit that X in float32 has lost."""
    return tuple(
        float(f"{round(value, -math.ceil(math.log10(lost))) if lost > TINY else value:.6g}") + 0.0
        for value, lost in zip(values.tolist(), _resolution(dataset).tolist(), strict=True)
    )


def deviations(dataset):
    """Return each feature's standard deviation on the training set, 1 where it is constant."""
    raw = raw_features(dataset)
    varies = np.ptp(raw, axis=0) > 0
    return tuple(np.where(varies, raw.std(axis=0), 1.0).tolist())


def by_separation(dataset):
    """Return the numbers of the features from 0, starting with the one that separates the classes best.

    Sorted by the share η² of a feature's variance on the training set that lies between the class means
    (Pearson's correlation ratio, 1905); constant features come last, ties keep their order.
    """
    X, y = raw_features(dataset), _labels(dataset)
    centred = X - X.mean(axis=0)
    total = (centred**2).sum(axis=0)
    between = np.zeros_like(total)
    for k in np.unique(y):
        between += (y == k).sum() * centred[y == k].mean(axis=0) ** 2
    varies = np.ptp(X, axis=0) > 0  # rounding can make the deviation of equal numbers nonzero
    shares = np.where(varies, between / np.where(varies, total, 1.0), -1.0)
    return tuple(np.argsort(-shares.round(12), kind="stable").tolist())


def columns(dataset):
    """Return the column of the file of each feature, a text; None for a feature that is constant.

    The features "size = m" and "size = s", each 0 or 1, are of one column of texts, size.
    """
    found = []
    for name, values in zip(names(dataset), raw_features(dataset).T, strict=True):
        column, encoded, _ = name.partition(" = ")
        one_hot = encoded and np.isin(values.round(5), (0, 1)).all()  # to the rounding of float32
        found.append(None if np.ptp(values) == 0 else column if one_hot else name)
    return tuple(found)


def of_features(dataset, across, up, held):
    """Return the Section of two features, numbered from 0; `held` is {number: value} for the others.

    A feature that is not in `held` is fixed at its median on the training set. For a table with one feature,
    `up` is None and the plane is a line.
    """
    known, at = names(dataset), list(medians(dataset))
    shown = [k for k in (across, up) if k is not None]
    others = {k: held.get(k, at[k]) for k in range(len(known)) if k not in shown}
    origin = [others.get(k, 0.0) for k in range(len(known))]
    directions = [tuple(float(k == one) for k in range(len(known))) for one in (across, up)]
    said = listed([without_unit(known[k]) for k in shown])
    fixed = _held_in_words(known, others, moved=[k for k in others if others[k] != at[k]])
    axes = known[across], known[up] if up is not None else ""
    said += f"; {fixed}" if fixed else ""
    return Section(tuple(origin), tuple(directions), deviations(dataset), axes, said, False)


def of_components(dataset):
    """Return the Section of the first two principal components, through the training set's mean.

    The features are divided by their deviations first, so u and v are in standard deviations. The sign of
    each component makes its largest loading positive.
    """
    raw = raw_features(dataset)
    sigma = np.asarray(deviations(dataset))
    mean = np.where(np.ptp(raw, axis=0) > 0, raw.mean(axis=0), raw[0])  # exact if all are equal
    standardized = (raw - mean) / sigma
    _, variances, components = np.linalg.svd(standardized.T @ standardized)
    components = np.vstack([components, np.zeros((1, len(mean)))])[:2]
    for component in components:
        component *= np.sign(component[np.abs(component).argmax()]) or 1.0
    share = variances[:2].sum() / variances.sum() if variances.sum() > 0 else 0.0
    said = f"the first two principal components, {percent(share)} of the variance"
    if len(mean) == 1:
        said = "the only principal component"
    axes = "first principal component", "second principal component" if len(mean) > 1 else ""
    directions = tuple(tuple(component.tolist()) for component in components * sigma)
    return Section(tuple(mean.tolist()), directions, tuple(sigma.tolist()), axes, said, True)


def without_unit(name):
    """Return a feature's name without the unit in brackets at its end, if it has one."""
    return _parts(name)[0]


def value_in_words(name, value):
    """Return "sepal length at 5.8 cm" of "sepal length (cm)" and 5.8."""
    name, unit = _parts(name)
    return f"{name} at {value:.4g}{f' {unit}' if unit else ''}"


def _parts(name):
    match = UNIT.fullmatch(name)
    return match.groups() if match else (name, "")


def _held_in_words(known, held, moved):
    """Return in words which features are fixed, "" for none; of many, only those that were `moved`."""
    named = list(held) if len(held) <= MOST_NAMED else moved[:MOST_NAMED]
    said = [value_in_words(known[k], held[k]) for k in named]
    if n_left := len(held) - len(named):
        others = counted(n_left, "other feature")
        at_median = f"{others} at {'its median' if n_left == 1 else 'their medians'}"
        said.append(at_median if len(moved) <= MOST_NAMED else f"{others} held fixed")
    return ", ".join(said)
