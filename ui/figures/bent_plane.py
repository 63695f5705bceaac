"""The plane as the last hidden layer bends it: examples and grid lines, projected onto two dimensions."""

import numpy as np
import pandas as pd

from ui.figures import frames
from ui.figures.maps import forward_in_chunks, raw_points, scaled

MOST_PROJECTED, PROJECTED_VALUES = 1000, 2**19
LARGEST_ACTIVATION = 1e30  # activations beyond it mean that the network has diverged
GRID_LINES, GRID_STEPS = 17, 33  # grid lines in each direction, points per line


def hidden_view(params, config, dataset, plane):
    """Return (points, grid lines, share of variance): the plane mapped by the last hidden layer, in 2-D.

    Activations are projected onto the first two principal components of the training examples' activations
    (of the inputs if there is no hidden layer). At most MOST_PROJECTED examples are used, evenly spread, and
    fewer if they would take more than PROJECTED_VALUES numbers. The share is the variance those two
    components explain, 0 if the activations do not vary.
    """

    def of_hidden(raw, pick):
        X = scaled(raw, config, dataset)
        if len(params) == 1:
            return pick(X.astype(np.float64))
        return forward_in_chunks(
            params, X, config, lambda passed: pick(passed.activations[-2].astype(np.float64))
        )

    n_rows = min(len(dataset.X_train), MOST_PROJECTED, PROJECTED_VALUES // params[-1].W.shape[0])
    rows = np.linspace(0, len(dataset.X_train) - 1, n_rows).astype(int)
    A = of_hidden(dataset.X_train[rows] * dataset.scale + dataset.shift, lambda activations: activations)
    if not np.abs(A).max() < LARGEST_ACTIVATION:  # diverged, or not a number
        A = np.zeros_like(A)
    centre = A.mean(axis=0)
    _, singular, components = np.linalg.svd(A - centre, full_matrices=False)
    components = np.vstack([components, np.zeros((2, A.shape[1]))])[:2]
    total = float((singular**2).sum())
    share = float((singular[:2] ** 2).sum()) / total if total > 0 else 0.0

    def project(raw):
        with np.errstate(all="ignore"):  # the network may have diverged
            projected = of_hidden(raw, lambda activations: (activations - centre) @ components.T)
        return projected.astype(np.float32)

    ticks = [np.linspace(*axis, GRID_LINES) for axis in (plane.x, plane.y)]
    steps = [np.linspace(*axis, GRID_STEPS) for axis in (plane.x, plane.y)]
    lines = [np.stack([np.full(GRID_STEPS, x), steps[1]], axis=1) for x in ticks[0]]
    lines += [np.stack([steps[0], np.full(GRID_STEPS, y)], axis=1) for y in ticks[1]]
    grid = pd.DataFrame(project(plane.examples(np.concatenate(lines))), columns=["first", "second"])
    grid["line"] = np.repeat(np.arange(len(lines), dtype=np.uint8), GRID_STEPS)
    grid["step"] = np.tile(np.arange(GRID_STEPS, dtype=np.uint8), len(lines))
    examples = frames.points(dataset, section=plane.section)[["class", "split"]]
    examples[["first", "second"]] = project(raw_points(dataset, examples.index))
    return examples, grid, share
