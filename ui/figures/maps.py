"""Pictures of functions on the plane: network outputs, disagreement and hidden units on a grid."""

import base64
import functools
import io
from typing import NamedTuple

import contourpy
import numpy as np
from PIL import Image

from data import Dataset
from lab.feature_planes import Section
from mlp import Layer, forward
from ui.charts import palette
from ui.figures import indexed, opacity_of
from ui.figures.polylines import simplified

CHUNK_VALUES = 2_000_000  # pre-activations and activations in memory at once
RESOLUTION = 96  # pixels across a map
UNIT_RESOLUTION = 30
GAP = 0.1  # between units, as a share of a unit's width
MOST_UNITS = 48
SHADES = 16  # steps of opacity: few enough to compress well
TOLERANCE = 0.2  # pixels, of a boundary
SIGNS = palette.NEGATIVE, palette.POSITIVE
OWN_POINTS_REACH = 3.0


class Plane(NamedTuple):
    """The square part of the plane that is drawn, in the units of the raw data.

    With a `section` it is a plane through the features of a table, whose axes may have different units.
    """

    x: tuple[float, float]
    y: tuple[float, float]
    section: Section | None = None

    def centres(self, n):
        """Return the centres of n × n cells, (n·n, 2), row by row from the top left."""
        x, y = (low + (np.arange(n) + 0.5) / n * (high - low) for low, high in (self.x, self.y))
        return np.stack(np.meshgrid(x, y[::-1]), axis=-1).reshape(-1, 2)

    def examples(self, places):
        """Return the raw examples (n, n_features) at places (n, 2) of the plane."""
        return self.section.examples(places) if self.section else places


class Shaded(NamedTuple):
    """Maps not yet written as pictures: places (k, h, w) in the table of colours (m, 4), both uint8."""

    places: np.ndarray
    table: np.ndarray

    def sheet(self):
        """Return the maps as one picture, one below the other."""
        return indexed.png(self.places.reshape(-1, self.places.shape[-1]), self.table)


def png(pixels, enlarged=1):
    """Return pixels (h, w) or (h, w, channels) uint8 as a PNG data URL, `enlarged` so many times."""
    file = io.BytesIO()
    Image.fromarray(pixels.repeat(enlarged, 0).repeat(enlarged, 1)).save(file, "png")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


BLANK = png(np.zeros((1, 1, 4), np.uint8))


def sheet(maps):
    """Return Shaded of one map each, None for a blank one, as one picture, one map below the other."""
    drawn = [one for one in maps if one is not None]
    if not drawn:
        return BLANK
    blank = np.zeros_like(drawn[0].places)
    places = np.concatenate([blank if one is None else one.places for one in maps])
    return Shaded(places, drawn[0].table).sheet()


def raw_points(dataset, rows=slice(None)):
    """Return raw examples (n, n_features): the `rows` of the training, validation and test set together."""
    X = np.concatenate([dataset.X_train, dataset.X_valid, dataset.X_test])[rows]
    return X * dataset.scale + dataset.shift


def plane_of(points, least=0.0):
    """Return the Plane around the points, with a margin; with `least`, around 0 and at least to ±`least`."""
    low, high = points.min(axis=0), points.max(axis=0)
    half = 0.54 * max(*(high - low), 2 * least / 1.08, 1e-6)
    centre = np.zeros(2) if least else (low + high) / 2
    farthest = np.abs(points).max()
    reach = max(half, 1.04 * float(farthest)) if least and farthest >= least else half
    ends = [(float(c - reach), float(c + reach)) for c in centre]
    return Plane(ends[0], ends[-1])


def scaled(raw, config, dataset: Dataset):
    """Return raw examples (n, n_features) as a network's inputs X, scaled like its dataset."""
    return ((raw - dataset.shift) / dataset.scale).astype(config.dtype)


def inputs(plane, n, config, dataset):
    """Return a network's inputs X, (n·n, n_features), at the centres of n × n cells of a plane."""
    return scaled(plane.examples(plane.centres(n)), config, dataset)


def forward_in_chunks(params, X, config, pick):
    """Return `pick(ForwardPass)` for all rows of X, (…, n_rows, n_values).

    `params` may have a leading axis of runs. A chunk has at most CHUNK_VALUES numbers, or one row, so a deep
    network does not fill the memory.
    """
    n_runs = int(np.prod(params[0].W.shape[:-2]))
    n_rows = max(1, CHUNK_VALUES // (2 * n_runs * sum(W.shape[-1] for W, _ in params)))
    starts = range(0, max(1, len(X)), n_rows)
    parts = [pick(forward(params, X[start : start + n_rows], config)) for start in starts]
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=-2)


def probabilities(networks, config, dataset, plane, n=RESOLUTION):
    """Return each network's outputs at the centres of n × n cells: (n_networks, n, n, n_classes)."""
    stack = tuple(Layer(*map(np.stack, zip(*layers, strict=True))) for layers in zip(*networks, strict=True))
    X = inputs(plane, n, config, dataset)
    outputs = forward_in_chunks(stack, X, config, lambda passed: passed.output)
    return outputs.reshape(len(networks), n, n, -1)


def class_pictures(p, ends=(0, 1)):
    """Return outputs p (k, n, n, n_classes) as k Shaded: the colour of the class with the largest output.

    A pixel is more opaque the larger that output is between its `ends` (see `opacity_of.outputs`), and
    transparent where an output is not finite.
    """
    n_classes = p.shape[-1]
    largest, winner = p[..., 0].copy(), np.zeros(p.shape[:-1], np.uint8)
    finite = np.isfinite(largest)
    with np.errstate(invalid="ignore"):
        for k in range(1, n_classes):  # argmax along such a short axis takes ten times as long
            winner[p[..., k] > largest] = k
            np.maximum(largest, p[..., k], out=largest)
            finite &= np.isfinite(p[..., k])
        confidence = np.clip(opacity_of.outputs(largest, finite, n_classes, ends), 0, 1)
    opacity = np.where(finite, 0.06 + 0.6 * confidence, 0.0)
    return shaded(winner % len(palette.CLASSES), palette.CLASSES, opacity)


def boundaries(p, plane):
    """Return the lines along which two classes are tied for the largest output, for p (k, n, n, n_classes).

    Returns k lists of (m, 2) polylines: for each class but the first, the line where its output equals the
    largest of the others. A class that has the largest output everywhere or nowhere has no line. Points that
    change a line by less than TOLERANCE are left out.
    """
    n, n_classes = p.shape[-2:]
    centres = np.arange(n) + 0.5
    corner = np.array([plane.x[0], plane.y[0]])
    pixel = np.array([high - low for low, high in (plane.x, plane.y)]) / n
    classes = np.nan_to_num(np.moveaxis(p[:, ::-1], -1, 0))
    lines, of = [], []
    for k in range(1, n_classes):
        others = [classes[other] for other in range(n_classes) if other != k]
        for number, lead in enumerate(classes[k] - functools.reduce(np.maximum, others)):
            if lead.min() < 0 < lead.max():
                contours = contourpy.contour_generator(centres, centres, lead).lines(0.0)
                lines += contours
                of += [number] * len(contours)
    lists = [[] for _ in p]
    for number, line in zip(of, simplified(lines, TOLERANCE), strict=True):
        lists[number].append(corner + pixel * line)
    return lists


def disagreement(p):
    """Return the share of networks whose class is not the majority's, (n, n); p is (n_networks, n, n, k)."""
    votes = p.argmax(axis=-1)
    counts = np.stack([(votes == k).mean(axis=0) for k in range(p.shape[-1])])
    return 1 - counts.max(axis=0)


def disagreement_pictures(shares):
    """Return shares (k, n, n) as k Shaded: 0 (unanimous) is transparent, 1/2 or more fully coloured."""
    opacity = np.clip(1.7 * shares, 0, 0.85)
    return shaded(np.zeros(shares.shape, np.uint8), (palette.DISAGREEMENT,), opacity)


def signs(activations):
    """Return (which, opacity) of a unit's activations (…, n, n): 1 where positive, else 0; 0 to 1.

    The opacity is 1 at the unit's own largest magnitude, and 0 everywhere if that is 0 or NaN.
    """
    magnitude = np.abs(activations)
    largest = magnitude.max(axis=(-2, -1), keepdims=True)
    drawn = (largest > 0) & (largest < np.inf)
    return activations >= 0, np.where(drawn, magnitude / np.where(drawn, largest, 1), 0)


def unit_maps(params, config, dataset, plane, n=UNIT_RESOLUTION):
    """Return [(picture, ranges), …], one per hidden layer: its units' activations over the plane.

    The picture shows eight units per row, GAP of a unit's width apart. Blue is positive, orange negative;
    opacity 1 is the unit's own largest magnitude. `ranges` is [(smallest, largest), …], one per unit.
    """
    if len(params) == 1:
        return []
    gap, layers = round(GAP * n), []
    values = forward_in_chunks(
        params,
        inputs(plane, n, config, dataset),
        config,
        lambda passed: np.concatenate([a[:, :MOST_UNITS] for a in passed.activations[:-1]], axis=1),
    )
    widths = [min(W.shape[1], MOST_UNITS) for W, _ in params[:-1]]
    for activations in np.split(values, np.cumsum(widths)[:-1], axis=1):
        units = activations.T.reshape(-1, n, n)
        rows = -(-len(units) // 8)
        drawn = np.zeros((2, rows * 8, n + gap, n + gap))
        drawn[:, : len(units), :n, :n] = signs(units)
        positive, opacity = (
            part.reshape(rows, 8, n + gap, n + gap).swapaxes(1, 2).reshape(rows * (n + gap), -1)
            for part in drawn
        )
        ranges = [(float(a.min()), float(a.max())) for a in units]
        layers.append((picture(positive, SIGNS, opacity), ranges))
    return layers


def picture(which, colours, opacity, n_shades=SHADES):
    """Return a picture as a data URL: `which` (h, w) is the colour of each pixel, the opacity is from 0 to 1.

    The opacity has n_shades steps.
    """
    return pictures(which[np.newaxis], colours, opacity[np.newaxis], n_shades)[0]


def pictures(which, colours, opacity, n_shades=SHADES):
    """Return a list of k pictures like `picture`, from arrays (k, h, w)."""
    places, table = shaded(which, colours, opacity, n_shades)
    return [indexed.png(one, table) for one in places]


def shaded(which, colours, opacity, n_shades=SHADES):
    """Return the Shaded of arrays like those of `pictures`."""
    shade = np.round(opacity * n_shades).astype(np.uint8)
    places = np.where(shade, which * np.uint8(n_shades + 1) + shade, 0).astype(np.uint8)
    alpha = np.round(np.arange(n_shades + 1) * (255 / n_shades))
    table = np.empty((len(colours), n_shades + 1, 4), np.uint8)
    table[..., :3] = np.array([palette.rgb(colour) for colour in colours], np.uint8)[:, np.newaxis]
    table[..., 3] = alpha
    return Shaded(places, table.reshape(-1, 4))
