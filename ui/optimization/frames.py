"""Data frames and pictures of the loss over a plane, in small dtypes because they are sent to the browser."""

import contourpy
import numpy as np
import pandas as pd

from lab.optimization import surface
from ui.charts import palette
from ui.figures import frames, maps

MOST_LEVELS = 12
LEAST = 1e-6  # the lowest contour line, as a share of the largest loss
SHADE, LIGHTEST, DARKEST = (
    "#4C5A78",
    0.10,
    0.85,
)  # colour of the surface; opacity at its lowest and its highest


def picture(values):
    """Return losses (n, n), lowest row first, as a PNG data URL: darker means higher, on a log scale.

    It is transparent where the loss is NaN.
    """
    finite = np.isfinite(values)
    heights = np.full(values.shape, LIGHTEST)
    if finite.any():
        logs = np.log(np.maximum(values, _floor(values)))
        low, high = np.nanmin(logs), np.nanmax(logs)
        heights = LIGHTEST + (DARKEST - LIGHTEST) * (logs - low) / max(high - low, 1e-12)
    alpha = np.where(finite, 255 * np.nan_to_num(heights), 0.0).round().astype(np.uint8)
    colour = np.broadcast_to(np.array(palette.rgb(SHADE), np.uint8), (*values.shape, 3))
    return maps.png(np.concatenate([colour, alpha[..., np.newaxis]], axis=-1)[::-1])


def contours(values, window):
    """Return columns x, y, line, step, level: lines of equal loss, whose levels grow by a constant factor."""
    finite = values[np.isfinite(values)]
    if not len(finite) or finite.min() == finite.max():
        return frames.boundary([]).assign(level=np.float32())
    levels = np.geomspace(max(_floor(values), finite.min()), finite.max(), MOST_LEVELS + 2)[1:-1]
    at = surface.centres(window, len(values))
    generator = contourpy.contour_generator(*at, np.ma.masked_invalid(values))
    lines = [(line, level) for level in levels for line in generator.lines(level)]
    frame = frames.boundary([line for line, _ in lines])
    sizes = [len(line) for line, _ in lines]
    return frame.assign(level=np.repeat(np.array([level for _, level in lines], np.float32), sizes))


def _floor(values):
    """Return the smallest loss that is distinguished from lower ones: a logarithm needs values above 0."""
    return max(float(np.nanmax(values)) * LEAST, 1e-30)


def paths(paths_by_label, plane, losses):
    """Return columns a, b, path, epoch, step, loss: the points of {label: Path} in the plane, in order.

    `losses` {label: (n,)} are the training losses at the points themselves, off the plane.
    """
    parts = []
    for label, path in paths_by_label.items():
        a, b = plane.coordinates(path.points).astype(np.float32).T
        columns = {"a": a, "b": b, "path": label, "epoch": path.epochs.astype(np.int32)}
        parts.append(
            pd.DataFrame(
                columns | {"step": path.steps.astype(np.int32), "loss": losses[label].astype(np.float32)}
            )
        )
    return pd.concat(parts, ignore_index=True)
