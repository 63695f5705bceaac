"""Tables of records and maps for the charts, in small dtypes because they are sent to the browser."""

import functools
import itertools
import types
import warnings

import numpy as np
import pandas as pd

from lab import baseline
from mlp.checks.numerical import spread
from mlp.losses import predict
from ui.charts import square
from ui.figures.maps import GAP, forward_in_chunks, raw_points, scaled
from ui.training.history import EXACT

SPLITS = {"train": "train", "validation": "valid", "test": "test"}
WITHOUT_TEST = ("train", "validation")
LEAST_LOSS = 1e-9  # in place of a loss of 0 on a log axis
LARGEST_ACTIVATION = 1e30  # beyond it a network counts as diverged
MOST_POINTS, MOST_POINTS_IN_PANEL = 600, 400  # on a map, which the browser draws anew in each frame
MAX_EPOCHS_DRAWN = 300
MOST_PROJECTED, PROJECTED_VALUES = 1000, 2**19
GRID_LINES, GRID_STEPS = 17, 33  # of the bent plane: lines each way, points of a line


def curves(run, n_epochs, splits=tuple(SPLITS)):
    """Return columns epoch, quantity, split, median, low, high: statistics over the seeds, per epoch.

    Diverged seeds are left out; long runs are thinned to MAX_EPOCHS_DRAWN epochs.
    """
    epochs, parts = run.up_to(n_epochs), []
    epochs = [epochs[place] for place in spread(len(epochs), MAX_EPOCHS_DRAWN)]
    numbers = np.array([epoch.number for epoch in epochs])
    for quantity in ("loss", "accuracy"):
        for split in splits:
            name = f"{SPLITS[split]}_{quantity}"
            values = np.array(
                [[np.nan if r.diverged else getattr(r, name) for r in epoch.records] for epoch in epochs],
                float,
            )
            values[~np.isfinite(values)] = np.nan
            if quantity == "loss":
                values = np.maximum(values, LEAST_LOSS)
            columns = {"epoch": numbers, "quantity": quantity, "split": split}
            parts.append(pd.DataFrame(columns | over_seeds(values, axis=1)))
    frame = pd.concat(parts).dropna()
    return frame.astype({"epoch": "int32", "median": "float32", "low": "float32", "high": "float32"})


def over_seeds(values, axis=0):
    """Return {"median", "low", "high"} over an axis of `values`, without what is NaN; NaN where all are."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        functions = {"median": np.nanmedian, "low": np.nanmin, "high": np.nanmax}
        return {name: function(values, axis=axis) for name, function in functions.items()}


def points(dataset, most=MOST_POINTS):
    """Return columns x, y (raw units), class, split: all examples, or a random sample of `most`."""
    raw = raw_points(dataset).astype(np.float32)
    y = np.concatenate([dataset.y_train, dataset.y_valid, dataset.y_test])
    sizes = [len(dataset.y_train), len(dataset.y_valid), len(dataset.y_test)]
    names = np.array(dataset.class_names)
    frame = pd.DataFrame(
        {"x": raw[:, 0], "y": raw[:, 1], "class": names[y], "split": np.repeat(list(SPLITS), sizes)}
    )
    return frame.iloc[_sample(len(frame), most)].astype({"class": "category", "split": "category"})


def _sample(n_points, most):
    """Return the sorted indices of the points to draw: all of them, or a random sample of `most`.

    The seed is fixed, so the sample is the same every time. It is random because every k-th point could
    coincide with alternating labels.
    """
    if n_points <= most:
        return np.arange(n_points)
    return np.sort(np.random.default_rng(0).choice(n_points, most, replace=False))


def cells(plane, n, p=None):
    """Return columns x, y of n × n cells: their centres.

    With outputs p (m, m, n_classes) also `predicted`, the id of the class with the largest output, and that
    `output`; where an output is not a finite number they are -1 and NaN.
    """
    frame = pd.DataFrame(plane.centres(n).astype(np.float32), columns=["x", "y"])
    if p is not None:
        at = np.round((np.arange(n) + 0.5) * len(p) / n - 0.5).astype(int)
        sampled = p[np.ix_(at, at)]  # its largest is NaN where any is
        frame["output"] = sampled.max(axis=-1).ravel().astype(np.float32).round(4)
        predicted = np.where(np.isfinite(sampled).all(axis=-1), sampled.argmax(axis=-1), -1)
        frame["predicted"] = predicted.ravel().astype(np.int8)
    return frame


def boundary(lines):
    """Return columns x, y, line, step: the points of every polyline in order."""
    if not lines:
        return pd.DataFrame({"x": [], "y": [], "line": [], "step": []}, dtype="float32")
    frame = pd.DataFrame(np.concatenate(lines).astype(np.float32), columns=["x", "y"])
    sizes = [len(line) for line in lines]
    frame["line"] = np.repeat(np.arange(len(lines), dtype=np.uint16), sizes)
    frame["step"] = np.concatenate([np.arange(size, dtype=np.uint16) for size in sizes])
    return frame


def pictures(epochs, urls):
    """Return columns epoch, picture: a picture of each of the epochs."""
    return pd.DataFrame({"epoch": np.array(epochs, np.int32), "picture": list(urls)})


def paths(epochs, boundaries, plane):
    """Return columns epoch, path: of each of the epochs its lines [(k, 2), …] as one path, if it has any.

    Paths are those of `square.path`.
    """
    rows = []
    for epoch, lines in zip(epochs, boundaries, strict=True):
        if path := square.path(lines, plane):
            rows.append((epoch, path))
    return pd.DataFrame(rows, columns=["epoch", "path"]).astype({"epoch": "int32", "path": "str"})


def units(ranges):
    """Return columns unit, left, right, top, bottom, smallest, largest: a layer's units, eight per row."""
    side = 1 / (1 + GAP)
    rows = [
        (unit + 1, unit % 8, unit % 8 + side, unit // 8, unit // 8 + side, round(low, 3), round(high, 3))
        for unit, (low, high) in enumerate(ranges)
    ]
    names = ["unit", "left", "right", "top", "bottom", "smallest", "largest"]
    return pd.DataFrame(rows, columns=names)


def hidden_view(params, config, dataset, plane):
    """Return (points, grid lines, share of variance): the plane mapped by the last hidden layer, in 2-D.

    Activations are projected onto the first two principal components of the training examples'
    activations (of the inputs if there is no hidden layer): of MOST_PROJECTED of them, spread evenly, and of
    fewer if they would hold more than PROJECTED_VALUES numbers. The share is the variance those two
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

    ticks = [np.linspace(*axis, GRID_LINES) for axis in plane]
    steps = [np.linspace(*axis, GRID_STEPS) for axis in plane]
    lines = [np.stack([np.full(GRID_STEPS, x), steps[1]], axis=1) for x in ticks[0]]
    lines += [np.stack([steps[0], np.full(GRID_STEPS, y)], axis=1) for y in ticks[1]]
    grid = pd.DataFrame(project(np.concatenate(lines)), columns=["first", "second"])
    grid["line"] = np.repeat(np.arange(len(lines), dtype=np.uint8), GRID_STEPS)
    grid["step"] = np.tile(np.arange(GRID_STEPS, dtype=np.uint8), len(lines))
    examples = points(dataset)
    examples[["first", "second"]] = project(raw_points(dataset)[examples.index])
    return examples.drop(columns=["x", "y"]), grid, share


def confusion(params, config, dataset):
    """Return columns actual, predicted, count, share (of the actual class) of the test set.

    If `params` has a leading axis of runs, the rows of the first run come first, then those of the second.
    """
    names = np.array(dataset.class_names)
    n_runs, k = max(1, int(np.prod(params[0].W.shape[:-2]))), len(names)
    counts = np.zeros((n_runs, k, k), int)
    if len(X := dataset.X_test):
        predicted = predict(forward_in_chunks(params, X, config, lambda passed: passed.pre_activations[-1]))
        runs = np.arange(n_runs)[:, np.newaxis]
        np.add.at(counts, (runs, dataset.y_test, predicted.reshape(n_runs, -1)), 1)
    shares = counts / np.maximum(counts.sum(axis=-1, keepdims=True), 1)
    columns = {"actual": np.tile(names.repeat(k), n_runs), "predicted": np.tile(names, k * n_runs)}
    return pd.DataFrame(columns | {"count": counts.ravel(), "share": shares.ravel().round(4)})


def left_out(run, n_epochs):
    """Return [] if all epochs up to `n_epochs` are kept, else one sentence that says which are."""
    epochs, last = run.up_to(n_epochs), run.at(n_epochs).number
    if len(epochs) == last + 1:
        return []
    spacing = max(b.number - a.number for a, b in itertools.pairwise(epochs))
    return [
        f"Of these {last:,} epochs {len(epochs):,} are kept: the first {EXACT}, then every {spacing:,}th, "
        "200, 500, 1,000, 2,000 and so on, and the last. Curves, figures and the exported records show those "
        "alone."
    ]


def tables(runs):
    """Return a function that makes the `table` of these runs as they are now, without keeping their data."""
    parts = [
        (types.SimpleNamespace(configs=run.configs, up_to=run.history.up_to), n, baseline.shares(run.dataset))
        for run, n in runs
    ]
    return functools.partial(table, parts)


def table(runs):
    """Return all kept records as CSV, without parameters: one row per run, network and epoch.

    `runs` is [(run, n_epochs, the share of each split's most common class), …]. A network has no rows after
    the epoch in which it diverged.
    """
    rows = []
    for number, (run, n_epochs, shares) in enumerate(runs):
        common = {f"{split}_most_common_class": share for split, share in shares.items()}
        written = [-1] * len(run.configs)
        for epoch in run.up_to(n_epochs):
            for place, (config, record) in enumerate(zip(run.configs, epoch.records, strict=True)):
                if record.epoch > written[place]:
                    written[place] = record.epoch
                    row = {"run": number, "initializer": config.initializer, "init_scale": config.init_scale}
                    rows.append(row | {"init_seed": config.init_seed, **record._asdict(), **common})
    return pd.DataFrame(rows).drop(columns="params", errors="ignore").to_csv(index=False)
