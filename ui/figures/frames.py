"""Data frames of records and maps for the charts, in small dtypes because they are sent to the browser."""

import functools
import itertools
import types
import warnings

import numpy as np
import pandas as pd

from lab import baseline
from lab.words import ordinal
from mlp.checks.numerical import spread
from mlp.losses import predict
from ui.charts import square
from ui.charts.curves import LEAST_LOSS
from ui.figures.maps import GAP, forward_in_chunks, raw_points
from ui.training.history import EXACT

SPLITS = {"train": "train", "validation": "valid", "test": "test"}
WITHOUT_TEST = ("train", "validation")
MOST_POINTS, MOST_POINTS_IN_PANEL = 600, 200  # examples on a map, which the browser redraws in each frame
MAX_EPOCHS_DRAWN = 300
NEAREST, FARTHEST = 0.9, 0.15  # opacity of an example in the plane, and of the tenth that is farthest away


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
    """Return {"median", "low", "high"} over an axis of `values`, ignoring NaN; NaN where all values are."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        functions = {"median": np.nanmedian, "low": np.nanmin, "high": np.nanmax}
        return {name: function(values, axis=axis) for name, function in functions.items()}


def points(dataset, most=MOST_POINTS, section=None):
    """Return columns x, y (raw units), class, split: all examples, or a random sample of `most`.

    With a `section`, a plane through the features, x and y are the point of the plane nearest to the example,
    and there are two more columns: its `distance` from the plane in standard deviations, and an `opacity`.
    """
    y = np.concatenate([dataset.y_train, dataset.y_valid, dataset.y_test])
    sizes = [len(dataset.y_train), len(dataset.y_valid), len(dataset.y_test)]
    rows = sample(len(y), most)
    raw = raw_points(dataset, rows)
    places = section.places(raw) if section else raw
    frame = pd.DataFrame(
        {
            "x": places[:, 0].astype(np.float32),
            "y": places[:, 1].astype(np.float32),
            "class": np.array(dataset.class_names)[y[rows]],
            "split": np.repeat(list(SPLITS), sizes)[rows],
        },
        index=rows,
    )
    if section:
        frame["distance"] = section.distances(raw).astype(np.float32)
        frame["opacity"] = faded(frame["distance"].to_numpy())
    return frame.astype({"class": "category", "split": "category"})


def faded(distances):
    """Return the opacity of examples at these distances from a plane: from NEAREST down to FARTHEST.

    It falls linearly up to the distance within which nine tenths of the examples lie.
    """
    far = float(np.quantile(distances, 0.9)) if len(distances) else 0.0
    share = np.clip(distances / far, 0, 1) if far > 0 else np.zeros(len(distances))
    return (NEAREST - (NEAREST - FARTHEST) * share).astype(np.float32).round(2)


def points_of(run, most, splits, section=None):
    """Return the `points` of a run's dataset, those of `splits`, for `cached_view`."""
    examples = points(run.dataset, most, section)
    return examples[examples["split"].isin(splits)]


def sample(n_points, most):
    """Return the sorted indices of the points to draw: all of them, or a random sample of `most`.

    The seed is fixed, so the sample is the same every time. It is random because taking every k-th point
    could coincide with alternating labels.
    """
    if n_points <= most:
        return np.arange(n_points)
    return np.sort(np.random.default_rng(0).choice(n_points, most, replace=False))


def cells(plane, n, p=None):
    """Return columns x, y: the centres of n × n cells.

    With outputs p (m, m, n_classes), also return `predicted`, the id of the class with the largest output,
    and that `output`; -1 and NaN where an output is not finite.
    """
    frame = pd.DataFrame(plane.centres(n).astype(np.float32), columns=["x", "y"])
    if p is not None:
        at = np.round((np.arange(n) + 0.5) * len(p) / n - 0.5).astype(int)
        sampled = p[np.ix_(at, at)]  # the maximum is NaN where any output is
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
    """Return columns epoch, picture: one picture per epoch."""
    return pd.DataFrame({"epoch": np.array(epochs, np.int32), "picture": list(urls)})


def reel(epochs, sheet, boundaries, plane, findings=None):
    """Return one row, the maps of some epochs (see `ui.charts.following`): epochs, picture, paths, findings.

    The `sheet` has their pictures, one below the other. Each path is made by `square.path` from an epoch's
    lines [(k, 2), …]. Without findings there is no such column.
    """
    columns = {"epochs": ",".join(map(str, epochs)), "picture": sheet}
    columns["paths"] = "|".join(square.path(lines, plane) for lines in boundaries)
    if findings is not None:
        columns["findings"] = "\n".join(findings)
    return pd.DataFrame([columns]).assign(served=np.uint8(0))


def units(ranges):
    """Return columns unit, left, right, top, bottom, smallest, largest: a layer's units, eight per row."""
    side = 1 / (1 + GAP)
    rows = [
        (unit + 1, unit % 8, unit % 8 + side, unit // 8, unit // 8 + side, round(low, 3), round(high, 3))
        for unit, (low, high) in enumerate(ranges)
    ]
    names = ["unit", "left", "right", "top", "bottom", "smallest", "largest"]
    return pd.DataFrame(rows, columns=names)


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
    """Return [] if all epochs up to `n_epochs` are kept, else [one sentence that says which are]."""
    epochs, last = run.up_to(n_epochs), run.at(n_epochs).number
    if len(epochs) == last + 1:
        return []
    spacing = max(b.number - a.number for a, b in itertools.pairwise(epochs))
    return [
        f"Of these {last:,} epochs {len(epochs):,} are kept: the first {EXACT}, then every "
        f"{ordinal(spacing)}, also 200, 500, 1,000, 2,000 and so on, and the last. Curves, figures and "
        "exported records have only those."
    ]


def tables(runs):
    """Return a function that makes the `table` of these runs as they are now, without keeping their data.

    None if they have no records.
    """
    if not any(run.history.up_to(n) for run, n in runs):
        return None
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
