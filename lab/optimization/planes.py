"""Planes through parameter space: two directions from a centre, and the share of a path that lies in them.

The parameters θ of a network, flattened by `mlp.network.flatten`, are one point of a space with one dimension
per parameter. A Plane contains the points c + a·u + b·v.
"""

import re
from typing import NamedTuple

import numpy as np

from lab.links.reading import Unusable
from mlp.network import unflatten

PRINCIPAL, WEIGHTS, RANDOM = "principal directions", "two weights", "random directions"
KINDS = (PRINCIPAL, WEIGHTS, RANDOM)
MARGIN = 0.14  # around the paths, as a share of the window
LEAST_SIDE = 0.3  # of a window's side, as a share of the other side
LEAST_HALF = {PRINCIPAL: 1e-3, WEIGHTS: 1.0, RANDOM: 1.0}  # of a window's side, from the centre
ONE_LINE = 1e-10  # second squared singular value over the first, below which points lie on one line
NAME = re.compile(r"\s*([Wb])([0-9]{1,4})\[\s*([0-9]{1,6})\s*(?:,\s*([0-9]{1,6})\s*)?\]\s*")


class Plane(NamedTuple):
    """The points centre + a·axes[0] + b·axes[1]: `centre` (n_parameters,), `axes` (2, n_parameters)."""

    centre: np.ndarray
    axes: np.ndarray

    def points(self, coordinates):
        """Return the parameters (n, n_parameters) at coordinates (n, 2)."""
        return self.centre + coordinates @ self.axes

    def coordinates(self, points):
        """Return the coordinates (n, 2) of the orthogonal projections of points (n, n_parameters)."""
        return (points - self.centre) @ np.linalg.pinv(self.axes)

    def share(self, points):
        """Return how much of a path lies in the plane, from 0 to 1; None if all points are at the centre.

        Σ_t ‖P(θ_t - c)‖² / Σ_t ‖θ_t - c‖², with P the orthogonal projection onto the plane's directions.
        """
        distances = np.square(points - self.centre).sum()
        if not distances:
            return None
        inside = np.square(self.coordinates(points) @ self.axes).sum()
        return float(min(1.0, inside / distances))


def principal(centre, points, from_solution=True):
    """Return the Plane of the two directions along which points (n, n_parameters) are farthest from centre.

    The first two right singular vectors of the rows θ_t - c: among all planes through c, this one has the
    largest `share` of them. Raise ValueError if all the points lie on one line through the centre, which is
    the solution or, if not `from_solution`, the start.
    """
    offsets = points - centre
    if not offsets.any():
        alone = "No path has a point besides its start, so there is no direction to draw."
        raise ValueError(f"{alone} Choose {WEIGHTS} or {RANDOM}.")
    wide = len(offsets) <= offsets.shape[1]
    squares, vectors = np.linalg.eigh(offsets @ offsets.T if wide else offsets.T @ offsets)
    if len(squares) < 2 or not squares[-2] > ONE_LINE * squares[-1]:
        place = "solution" if from_solution else "start"
        raise ValueError(
            f"All paths lie on one line through the {place}, so they have no second principal direction. "
            f"Choose {WEIGHTS} or {RANDOM}."
        )
    axes = vectors[:, :-3:-1].T
    axes = axes @ offsets if wide else axes
    axes = axes / np.linalg.norm(axes, axis=1, keepdims=True)
    largest = np.take_along_axis(axes, np.abs(axes).argmax(axis=1)[:, np.newaxis], axis=1)
    return Plane(centre, axes * np.sign(largest))


def of_weights(centre, shapes, names, use_bias=True):
    """Return the Plane in which two named parameters vary (see `parameter`); all others are as at the centre.

    Raise Unusable for an unknown name, and if both names are the same.
    """
    fields = "weight1", "weight2"
    places = [parameter(name, shapes, field, use_bias) for name, field in zip(names, fields, strict=True)]
    if places[0] == places[1]:
        raise Unusable("weight2", names[1], f"a parameter other than {names[0]}, the first direction")
    axes = np.zeros((2, len(centre)))
    axes[[0, 1], places] = 1.0
    return Plane(centre, axes)


def parameter(name, shapes, field="weight1", use_bias=True):
    """Return the index in the flat θ of "W1[0,3]", from input 0 to unit 3, or of "b2[3]", unit 3's bias.

    Layers count from 1, inputs and units from 0. `shapes` are those of every W. Raise Unusable, also for a
    bias unless `use_bias`.
    """
    found = NAME.fullmatch(name)
    found = found if use_bias or not found or found[1] == "W" else None
    if found and 1 <= int(found[2]) <= len(shapes) and (found[4] is None) == (found[1] == "b"):
        places = unflatten(np.arange(sum((n + 1) * m for n, m in shapes)), shapes)[int(found[2]) - 1]
        array = places.W if found[1] == "W" else places.b
        index = tuple(int(part) for part in found.group(3, 4) if part is not None)
        if all(place < size for place, size in zip(index, array.shape, strict=True)):
            return int(array[index])
    n, m = shapes[-1]
    last = f"b{len(shapes)}[{m - 1}]" if use_bias else f"W{len(shapes)}[{n - 1},{m - 1}]"
    raise Unusable(field, name, f"a parameter of this network, from W1[0,0] to {last}")


def names(shapes, most, use_bias=True):
    """Return the names of the first `most` parameters."""
    found = []
    for layer, (n, m) in enumerate(shapes, 1):
        found += [f"W{layer}[{i},{j}]" for i in range(n) for j in range(m)]
        found += [f"b{layer}[{j}]" for j in range(m) if use_bias]
        if len(found) >= most:
            break
    return found[:most]


def random(centre, shapes, seed):
    """Return the Plane of two random directions, normalised by filter (Li et al., 2018, section 4).

    Each is drawn from N(0, 1); then the weights into each unit are scaled to the norm of the unit's weights
    at the centre, so that pictures of networks with large and small weights are comparable. Biases stay
    unchanged. Raise ValueError if all weights at the centre are 0.
    """
    rng, axes = np.random.default_rng(seed), np.zeros((2, len(centre)))
    own = unflatten(centre, shapes)
    for axis in axes:
        for (W, _), (at, _) in zip(unflatten(axis, shapes), own, strict=True):
            W[...] = rng.standard_normal(W.shape)
            W *= np.linalg.norm(at, axis=0) / np.linalg.norm(W, axis=0)
    if not axes.any(axis=1).all():
        raise ValueError(f"All weights are 0, and so are directions scaled to them. Choose {WEIGHTS}.")
    return Plane(centre, axes)


def window(coordinates, kind):
    """Return ((low, high), (low, high)) around the coordinates (n, 2) and the centre, with a margin.

    A side is at least LEAST_SIDE times the other, and extends at least LEAST_HALF of its kind to either side.
    """
    with_centre = np.concatenate([coordinates, np.zeros((1, 2))])
    low, high = with_centre.min(axis=0), with_centre.max(axis=0)
    if kind != PRINCIPAL:
        low, high = np.minimum(low, -LEAST_HALF[kind]), np.maximum(high, LEAST_HALF[kind])
    side = np.maximum(high - low, 2 * LEAST_HALF[PRINCIPAL])
    half = np.maximum(side, LEAST_SIDE * side.max()) * (0.5 + MARGIN)
    middle = (low + high) / 2
    return tuple((float(m - h), float(m + h)) for m, h in zip(middle, half, strict=True))
