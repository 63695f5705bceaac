"""The plane as the last hidden layer bends it, by epoch: examples and a grid, projected onto a plane."""

import itertools
import string

import numpy as np
import pandas as pd

from lab.training_figures import stacked
from lab.words import percent
from ui.charts.class_places import apart
from ui.figures import frames
from ui.figures.maps import forward_in_chunks, raw_points, scaled
from ui.training.priority import give_way

MOST_PROJECTED, PROJECTED_VALUES = 1000, 2**19
LARGEST_ACTIVATION = 1e30  # beyond it a network counts as diverged
GRID_LINES = 9  # each way
WIDEST_PLAYED = 32  # units of the last hidden layer: components of more would take long, at every epoch
AT_ONCE = 2**21  # activations of the epochs that are computed together
MOST_EXAMPLES, BYTES_OF_EXAMPLES = 150, 32_000  # drawn; to send, of all epochs
DIGITS = string.digits + string.ascii_lowercase
PLACES = ["".join(pair) for pair in itertools.product(DIGITS, repeat=2)]  # along an axis, in base 36
FLAT = 1e-6  # of the longest extent: a shorter one is rounding
NOWHERE = ".."  # in place of one that is no finite number


def bytes_sent(n_epochs):
    """Return approximately the bytes of the bent plane of `n_epochs` epochs: four digits for each place."""
    return 4 * n_epochs * (2 * GRID_LINES**2 + _most_examples(n_epochs))


def plays(config):
    """Return whether the bent plane of a network is computed for every epoch of a timeline."""
    return (config.hidden_layer_sizes or (0,))[-1] <= WIDEST_PLAYED


def width(config, dataset):
    """Return how many numbers reach the output layer: units of the last hidden layer, or inputs."""
    return (config.hidden_layer_sizes or dataset.X_train.shape[1:])[-1]


def finding(epoch, share, n_numbers):
    """Return in words what the bent plane shows of `n_numbers` per example; `share` as of `projected`."""
    if not share:
        return f"After epoch {epoch:,} the output layer cannot tell any two examples apart"
    if n_numbers == 1:
        return f"After epoch {epoch:,} the output layer receives one number per example"
    return f"After epoch {epoch:,}: {percent(share)} of the variance in two directions"


def explained(n_numbers, bends=True):
    """Return how to read the bent plane of `n_numbers` per example; `bends` if there is a hidden layer."""
    if n_numbers == 1:
        return (
            "Each mark is an example as it reaches the output layer: one number comes in, so all examples "
            "lie on a line. The grid on the plane of the map is pressed onto it by the same layers."
        )
    return (
        "Each mark is an example as it reaches the output layer: the numbers that come in, projected onto "
        "the two directions in which they vary most. The lines are a grid on the plane of the map"
        f"{', bent by the same layers' if bends else ''}."
    )


def film(run, epochs, index, plane, splits):
    """Return data frames (examples, grid, names, shares, axes): the plane as network `index` bends it.

    All places are texts of PLACES in the columns first and second, one for each epoch, which say where it is
    between the ends of the axis; NOWHERE once the network has diverged. `examples`, some of those of
    `splits`, also has columns class and split; `grid` line, a number, and step along it; `names`, which lie
    on examples, class. `shares` has columns epoch and share (see `projected`), `axes` low and high.
    """
    dataset, config = run.dataset, run.configs[index]
    records = [run.with_parameters(epoch).records[index] for epoch in epochs]
    alive = [place for place, record in enumerate(records) if not record.diverged]
    examples = frames.points(dataset, section=plane.section)[["class", "split"]]
    examples = examples[examples["split"].isin(splits)]
    examples = examples.iloc[frames.sample(len(examples), _most_examples(len(epochs)))]
    networks = [records[place].params for place in alive]
    points, shares = projected(networks, config, dataset, plane, examples.index)
    low, high = _ends(points)
    everywhere = np.full((len(epochs), *points.shape[1:]), np.nan)
    everywhere[alive] = (points - low) / (high - low)
    texts = pd.DataFrame({name: written(everywhere[..., k].T) for k, name in enumerate(("first", "second"))})
    at_last = points[-1, : len(examples)]
    names = apart(examples.assign(first=at_last[:, 0], second=at_last[:, 1]))
    grid = _grid_lines()

    def at(rows):
        return dict(texts.iloc[rows].reset_index(drop=True))

    return (
        examples.reset_index(drop=True).assign(**at(np.arange(len(examples)))),
        grid.assign(**at(len(examples) + grid.pop("node"))),
        names.assign(**at(names["number"])),
        pd.DataFrame({"epoch": np.array(epochs, np.int32)[alive], "share": shares.astype(np.float32)}),
        pd.DataFrame({"low": low, "high": high}),
    )


def _most_examples(n_epochs):
    return min(MOST_EXAMPLES, BYTES_OF_EXAMPLES // (4 * n_epochs))


def projected(networks, config, dataset, plane, rows):
    """Return (points (k, n, 2), shares (k,)): examples and the grid's nodes in the bent plane of k networks.

    `rows` are those of the examples among training, validation and test. Activations of the last hidden
    layer (the inputs if there is none) are projected onto the first two principal components of the training
    examples' activations: of MOST_PROJECTED of them, spread evenly, and of fewer if they would hold more than
    PROJECTED_VALUES numbers. Each component points along that of the network before, not against it. The
    share is that of the variance which the two components explain, 0 if the activations do not vary.
    """
    width = networks[-1][-1].W.shape[0]
    n_rows = min(len(dataset.X_train), MOST_PROJECTED, PROJECTED_VALUES // width)
    spread = np.linspace(0, len(dataset.X_train) - 1, n_rows).astype(int)
    fitted = dataset.X_train[spread] * dataset.scale + dataset.shift
    raw = np.concatenate([fitted, raw_points(dataset, rows), plane.examples(_nodes(plane))])
    X = scaled(raw, config, dataset)
    at_once = max(1, AT_ONCE // (len(X) * width))
    points, shares, components = [], [], None
    for start in range(0, len(networks), at_once):
        for activations in _last_hidden(networks[start : start + at_once], X, config):
            centre, components, share = _principal(activations[:n_rows], components)
            with np.errstate(all="ignore"):  # the network may be about to diverge
                points.append((activations[n_rows:] - centre) @ components.T)
            shares.append(share)
        give_way()
    return np.stack(points), np.array(shares)


def _last_hidden(networks, X, config):
    """Return the last hidden activations of some networks at X, (k, n, width)."""
    if len(networks[0]) == 1:
        return np.broadcast_to(X.astype(np.float64), (len(networks), *X.shape))
    return forward_in_chunks(
        stacked(networks), X, config, lambda passed: passed.activations[-2].astype(np.float64)
    )


def _principal(A, before):
    """Return (mean, the first two principal components (2, width), their share of the variance) of A."""
    if not np.abs(A).max() < LARGEST_ACTIVATION:  # diverged, or not a number
        A = np.zeros_like(A)
    first = A[0]
    A = A - first  # exactly 0 if all rows are equal; the rounding of their mean is not
    mean = A.mean(axis=0)
    centre, A = first + mean, A - mean
    wide = A.shape[1] > len(A)
    variances, vectors = np.linalg.eigh(A @ A.T if wide else A.T @ A)
    components = np.zeros((2, A.shape[1]))
    leading = vectors[:, :-3:-1].T @ A if wide else vectors[:, :-3:-1].T
    components[: len(leading)] = leading / np.maximum(np.linalg.norm(leading, axis=1, keepdims=True), 1e-300)
    along = components[:, :1] if before is None else (components * before).sum(axis=1, keepdims=True)
    total = float(variances.sum())
    share = float(variances[-2:].sum()) / total if total > 0 else 0.0
    return centre, np.where(along < 0, -components, components), share


def _nodes(plane):
    """Return the points (n, 2) where the grid lines of a plane cross, row by row."""
    x, y = (np.linspace(*axis, GRID_LINES) for axis in (plane.x, plane.y))
    return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)


def _grid_lines():
    """Return a data frame of the grid lines: line, step along it, node."""
    nodes = np.arange(GRID_LINES**2).reshape(GRID_LINES, GRID_LINES)
    line, step = np.divmod(np.arange(2 * nodes.size), GRID_LINES)
    columns = {"line": line.astype(np.uint8), "step": step.astype(np.uint8)}
    return pd.DataFrame(columns | {"node": np.concatenate([nodes, nodes.T]).ravel()})


def _ends(points):
    """Return the ends of the two axes (low, high), each (2,), around all that is finite, with a margin."""
    finite = points[np.isfinite(points).all(axis=-1)]
    low, high = finite.min(axis=0, initial=0.0), finite.max(axis=0, initial=0.0)  # 0: the examples' mean
    extent = high - low
    # along a direction in which nothing varies, zero is in the middle of an axis of its own
    margin = np.where(extent > FLAT * extent.max(), 0.02 * extent, 0.5 * extent.max() or 1.0)
    return low - margin, high + margin


def written(shares):
    """Return each row of numbers from 0 to 1 as a text of PLACES; NOWHERE stands for what is not finite."""
    finite = np.isfinite(shares)
    places = np.round(np.where(finite, np.clip(shares, 0, 1), 0) * (len(PLACES) - 1)).astype(int)
    return ["".join(row) for row in np.where(finite, np.array(PLACES)[places], NOWHERE).tolist()]
