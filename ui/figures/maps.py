"""Pictures of functions on the plane: network outputs, disagreement and hidden units on a grid."""

import base64
import io
from typing import NamedTuple

import contourpy
import numpy as np
from PIL import Image, features

from data import Dataset
from lab.feature_planes import Section
from mlp import Layer, forward
from ui.charts import palette

CHUNK_VALUES = 2_000_000  # pre-activations and activations held at once
RESOLUTION = 96  # pixels across a map
UNIT_RESOLUTION = 30
GAP = 0.1  # between units, as a share of a unit's width
MOST_UNITS = 48
SHADES = 16  # steps of opacity: few enough to compress well
TOLERANCE = 0.2  # pixels, of a boundary
WEBP = {"kind": "webp", "lossless": True, "method": 2, "quality": 50}
SMALL = WEBP if features.check("webp") else {"kind": "png"}
SIGNS = palette.NEGATIVE, palette.POSITIVE
OWN_POINTS_REACH = 3.0


class Plane(NamedTuple):
    """The part of the plane that is drawn as a square, in the units of the raw data.

    With a `section` it is a plane through the features of a table, whose axes may differ in their units.
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


def _data_url(image, kind="png", **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return f"data:image/{kind};base64," + base64.b64encode(file.getvalue()).decode()


def png(pixels, enlarged=1):
    """Return pixels (h, w) or (h, w, channels) uint8 as a PNG data URL, `enlarged` so many times."""
    return _data_url(Image.fromarray(pixels.repeat(enlarged, 0).repeat(enlarged, 1)), optimize=True)


BLANK = png(np.zeros((1, 1, 4), np.uint8))


def raw_points(dataset, rows=slice(None)):
    """Return examples in raw units, (n, n_features): those at `rows` of training, validation and test."""
    X = np.concatenate([dataset.X_train, dataset.X_valid, dataset.X_test])[rows]
    return X * dataset.scale + dataset.shift


def plane_through(section, raw):
    """Return the Plane of a Section around raw examples (n, n_features), with a margin.

    Each axis fits its own feature; where both have one unit they are equally long.
    """
    places = section.places(raw)
    low, high = places.min(axis=0), places.max(axis=0)
    constant = np.where(high > low, 0.0, 1.0)  # else a feature that does not vary would have no extent
    ends = np.stack([low - constant, high + constant])
    if section.square:
        return plane_of(ends)._replace(section=section)
    return Plane(*(plane_of(values[:, np.newaxis]).x for values in ends.T), section)


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
    """Return raw examples (n, n_features) as a network's inputs X, scaled as its dataset is."""
    return ((raw - dataset.shift) / dataset.scale).astype(config.dtype)


def inputs(plane, n, config, dataset):
    """Return a network's inputs X, (n·n, n_features), at the centres of n × n cells of a plane."""
    return scaled(plane.examples(plane.centres(n)), config, dataset)


def forward_in_chunks(params, X, config, pick):
    """Return `pick(ForwardPass)` for all rows of X, (…, n_rows, n_values).

    `params` may have a leading axis of runs. A chunk holds at most CHUNK_VALUES numbers, or one row, so that
    a deep network does not fill the memory.
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


def class_picture(p):
    """Return outputs p (n, n, n_classes) as a picture: the colour of the class with the largest output.

    It is more opaque the further that output is above chance, and transparent where an output is not finite.
    """
    n_classes = p.shape[-1]
    finite = np.isfinite(p).all(axis=-1)
    p = np.where(finite[..., np.newaxis], p, 1 / n_classes)
    winner = p.argmax(axis=-1)
    confidence = np.clip((p.max(axis=-1) * n_classes - 1) / (n_classes - 1), 0, 1)
    opacity = np.where(finite, 0.06 + 0.6 * confidence, 0.0)
    return picture(winner % len(palette.CLASSES), palette.CLASSES, opacity)


def boundaries(p, plane):
    """Return the lines along which two classes are tied for the largest output, a list of (k, 2) polylines.

    For each class but the first: where its output equals the largest of the others. A class that leads
    everywhere or nowhere has no line. Points without which a line would stay within TOLERANCE are left out.
    """
    n = p.shape[0]
    p = np.nan_to_num(p)
    centres = np.arange(n) + 0.5
    pixel = np.array([(high - low) / n for low, high in (plane.x, plane.y)])
    corner = plane.x[0], plane.y[0]
    lines = []
    for k in range(1, p.shape[-1]):
        lead = p[::-1, :, k] - np.delete(p[::-1], k, axis=-1).max(axis=-1)
        if lead.min() < 0 < lead.max():
            found = contourpy.contour_generator(centres, centres, lead).lines(0.0)
            lines += [corner + pixel * simplified(line, TOLERANCE) for line in found]
    return lines


def simplified(line, tolerance):
    """Return those points of a polyline (k, 2) from whose chords no other is farther than `tolerance`.

    By Ramer (1972), and Douglas and Peucker (1973): between two points that are kept, the one farthest from
    their chord is kept if it is farther than that; and so on in both halves.
    """
    kept, halves = {0, len(line) - 1}, [(0, len(line) - 1)]
    while halves:
        first, last = halves.pop()
        if last - first < 2:
            continue
        between, chord = line[first + 1 : last] - line[first], line[last] - line[first]
        along = np.clip(between @ chord / max(chord @ chord, 1e-300), 0.0, 1.0)
        distances = np.linalg.norm(between - along[:, np.newaxis] * chord, axis=1)
        if distances.max() > tolerance:
            middle = first + 1 + int(distances.argmax())
            kept.add(middle)
            halves += [(first, middle), (middle, last)]
    return line[sorted(kept)]


def disagreement(p):
    """Return the share of networks that do not vote with the majority, (n, n); p (n_networks, n, n, k)."""
    votes = p.argmax(axis=-1)
    counts = np.stack([(votes == k).mean(axis=0) for k in range(p.shape[-1])])
    return 1 - counts.max(axis=0)


def disagreement_picture(share):
    """Return a share (n, n) as a picture: 0 (unanimous) is transparent, 1/2 or more has the full colour."""
    opacity = np.clip(1.6 * share, 0, 0.85)
    return picture(np.zeros(share.shape, int), (palette.DISAGREEMENT,), opacity)


def unit_maps(params, config, dataset, plane, n=UNIT_RESOLUTION):
    """Return [(picture, ranges), …], one per hidden layer: its units' activations over the plane.

    The picture shows the units eight per row, GAP of a unit's width apart; blue is positive, orange
    negative, opaque at the unit's own largest magnitude. `ranges` is [(smallest, largest), …], one per unit.
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
        positive = np.zeros((-(-len(units) // 8) * (n + gap), 8 * (n + gap)), int)
        opacity = np.zeros(positive.shape)
        for unit, a in enumerate(units):
            top, left = (unit // 8) * (n + gap), (unit % 8) * (n + gap)
            where = np.s_[top : top + n, left : left + n]
            largest = np.abs(a).max()
            positive[where] = a >= 0
            if 0 < largest < np.inf:
                opacity[where] = np.abs(a) / largest
        ranges = [(float(a.min()), float(a.max())) for a in units]
        layers.append((picture(positive, SIGNS, opacity), ranges))
    return layers


def picture(which, colours, opacity, n_shades=SHADES):
    """Return a picture as a data URL: at each place the colour `which`, (h, w), with an opacity 0 to 1.

    The opacity has n_shades steps. As WebP without loss it takes two thirds of the bytes of a PNG.
    """
    pixels = np.empty((*which.shape, 4), np.uint8)
    pixels[..., :3] = np.array([palette.rgb(colour) for colour in colours], np.uint8)[which]
    pixels[..., 3] = np.round(np.round(opacity * n_shades) * (255 / n_shades))
    return _data_url(Image.fromarray(pixels), **SMALL)
