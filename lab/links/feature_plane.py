"""Which plane through a table's features a map shows, as in a link; other datasets' links have no such part.

`plane_of` is one of PLANES; `across` and `up` are names of features as in `axis_names`, or AUTOMATIC: the
features that separate the classes best. `held` gives fixed values of other features that are not their
medians, "1=5.8;2=3", by the numbers of the features, from 1 in the order of the table.
"""

import math
from typing import NamedTuple

from lab import feature_planes
from lab.links.reading import Unusable, field_text, number, whole
from lab.words import distinct

FEATURES, COMPONENTS = PLANES = ("two features", "principal components")
AUTOMATIC = "automatic"
VIEW = {"plane_of": FEATURES, "across": AUTOMATIC, "up": AUTOMATIC, "held": ""}  # at first


class Asked(NamedTuple):
    """A requested plane: its kind, two features by name, and (number from 0, value) of fixed features."""

    plane_of: str = FEATURES
    across: str = AUTOMATIC
    up: str = AUTOMATIC
    held: tuple[tuple[int, float], ...] = ()


def has_section(dataset):
    """Return whether a dataset's map shows a plane through its features, not its whole input plane."""
    return bool(dataset.feature_names) or dataset.X_train.shape[1] != 2


def axis_names(known):
    """Return the names of features as a link has them; one called AUTOMATIC is in brackets."""
    return tuple(distinct(name, known) if name == AUTOMATIC else name for name in known)


def axes(dataset, across, up):
    """Return the numbers, from 0, of the features across and up; the second is None if there is only one.

    A feature that is AUTOMATIC, unknown or named twice is replaced by the next of those that separate the
    classes best, of another column of the file than the other axis if there is one that varies.
    """
    known = axis_names(feature_planes.names(dataset))
    first, second = (known.index(name) if name in known else None for name in (across, up))
    second = None if second == first else second
    order, columns = feature_planes.by_separation(dataset), feature_planes.columns(dataset)

    def best(other):
        free = [k for k in order if k != other]
        apart = [k for k in free if other is None or columns[k] not in (None, columns[other])]
        return next(iter(apart or free), None)

    first = best(second) if first is None else first
    second = best(first) if second is None else second
    return tuple(sorted((first, second), key=lambda k: k is None))


def section(dataset, asked):
    """Return the `feature_planes.Section` of a dataset for an Asked plane."""
    if asked.plane_of == COMPONENTS:
        return feature_planes.of_components(dataset)
    return feature_planes.of_features(dataset, *axes(dataset, asked.across, asked.up), dict(asked.held))


def parse_held(text, n_features):
    """Return {number of a feature, from 0: value} of a text such as "1=5.8;2=3"; raise Unusable."""
    held = {}
    for part in filter(None, map(str.strip, text.split(";"))):
        left, _, right = part.partition("=")
        try:
            k, value = whole(left), number(right)
        except ValueError:
            k, value = 0, math.nan
        if not (1 <= k <= n_features and math.isfinite(value)):
            allowed = f"numbers of features from 1 to {n_features}, each with a value, such as 1=5.8;2=3"
            raise Unusable("held", part, allowed)
        held[k - 1] = value
    return held


def held_text(held):
    """Return the text that `parse_held` reads as these {number from 0: value}."""
    return ";".join(f"{k + 1}={field_text(float(value))}" for k, value in sorted(held.items()))
