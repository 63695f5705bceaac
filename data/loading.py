"""load_dataset: create the scaled and split arrays that a DataConfig describes."""

from typing import NamedTuple

import numpy as np

from data import own_tables, uploads
from data.config import DATASETS
from data.downloads import fetch, folder_of
from data.images import Images, standard_scaling
from data.labels import class_ids
from data.points import MOST_CLASSES, parse_points, point_labels
from data.store import STORE

FEW_ROUNDINGS = 8  # units in the last place: the mean of nearly equal numbers is no more exact
TINY = 1e-150  # the squares of smaller numbers lose digits, or are 0


class Dataset(NamedTuple):
    """Examples X (n, n_features), scaled float32; labels y (n,), class ids from 0.

    X = (raw - shift) / scale, per feature; `shift` and `scale` are (n_features,). `image_shape` is None for
    points in the plane and tables, else (height, width) or (height, width, 3), the order of the features in a
    row. `feature_names` are those of a table, else ().
    """

    X_train: np.ndarray | Images
    y_train: np.ndarray
    X_valid: np.ndarray | Images
    y_valid: np.ndarray
    X_test: np.ndarray | Images
    y_test: np.ndarray
    class_names: tuple[str, ...]
    image_shape: tuple[int, ...] | None
    name: str
    shift: np.ndarray
    scale: np.ndarray
    feature_names: tuple[str, ...] = ()


def load_dataset(config, *, as_bytes=False):
    """Return the Dataset that `config` describes, the same in every process.

    With `as_bytes`, the X of images are Images, which store bytes and scale rows when they are read, with
    results equal to the arrays to the bit. Datasets in `downloads.SOURCES` are downloaded on first use.
    Raise ValueError, with a one-sentence message, if the data cannot be obtained (DataUnavailable), split as
    asked or trained on.
    """
    raw, y, n_official_test, class_names, image_shape, feature_names = _pool(config)
    parts = _split(config, y, n_official_test)
    labels = [y[part] for part in parts]
    n_examples, n_classes = len(labels[0]), len(np.unique(labels[0]))
    if n_classes < 2:
        raise ValueError(f"{_has(config.name, n_examples, len(y))}; training needs at least two classes.")
    if image_shape is None:
        raw = _filled(raw, parts[0])
        shift, scale = _scaling(config.scaling, raw[parts[0]])
        X = [((raw[part] - shift) / scale).astype(np.float32) for part in parts]
    else:
        shift, scale = _image_scaling(config.scaling, raw, parts[0])
        X = [Images(raw, shift, scale, part) for part in parts]
        X = X if as_bytes else [np.asarray(images) for images in X]
    examples = (array for pair in zip(X, labels, strict=True) for array in pair)
    return Dataset(*examples, class_names, image_shape, config.name, shift, scale, feature_names)


def held_dataset(config):
    """Return `load_dataset(config, as_bytes=True)`, cached in STORE and shared: do not mutate it."""
    source = _source(config)
    return STORE.get_or_make(
        config, lambda: load_dataset(config, as_bytes=True), source, ("split", source or config)
    )


def uploaded(config):
    """Return whether the data are from a file that was uploaded: only this process has it."""
    if config.name == "own_table":
        return not config.points.startswith(own_tables.PREFIX)
    return config.name == "own_images"


def check_uploaded(config):
    """Raise DataUnavailable if the data are from an uploaded file that is not in memory (any more).

    Raise another ValueError if `points` is not that of an uploaded file, or the file cannot be used.
    """
    if uploaded(config):
        held = uploads.held if config.name == "own_images" else own_tables.held
        held(config.points)


def _has(name, n_examples, n_all):
    """Return in words that a training set of `n_examples` of the `n_all` examples has no two classes."""
    if n_all == 0:
        return f"{name} has no examples yet"
    of = f"{n_all:,} example{'s' * (n_all != 1)}"
    if n_examples == 0:
        return f"The training set of {name} has 0 of {of}"
    return f"The training set of {name} has {n_examples:,} of {of}, all of one class"


def _source(config):
    """Return the key in STORE of the raw data of images and tables, or None for points."""
    if config.name == "own_images":
        return uploads.key(config.points)
    if config.name == "own_table":
        return own_tables.key(config.points)
    return (config.name, folder_of(config.name)) if DATASETS[config.name].read else None


def _pool(config):
    """Return (X, y, n_test, class names, image shape, feature names): all raw data, unscaled.

    The n_test official test examples come last.
    """
    entry = DATASETS[config.name]
    if entry.read:
        folder = fetch(config.name)
        X, y, n_test = _read_once((config.name, folder), lambda: entry.read(folder))
        return X, y, n_test, entry.class_names, entry.image_shape, entry.feature_names
    if config.name == "own_images":
        own = uploads.held(config.points)
        return own.X, own.y, own.n_test, own.class_names, own.image_shape, ()
    if config.name == "own_table":
        table = own_tables.held(config.points)
        return table.X, table.y, 0, table.class_names, None, table.feature_names
    if config.name == "own_points":
        points = np.array(parse_points(config.points), np.float64).reshape(-1, 3)
        y, class_names = class_ids(points[:, 2], point_labels(config.points))
        if len(class_names) > MOST_CLASSES:
            found = (
                f"points has {len(class_names)} distinct labels, {', '.join(class_names[:MOST_CLASSES])}, …"
            )
            raise ValueError(f"{found}; allowed: up to {MOST_CLASSES}.")
        return points[:, :2], y, 0, class_names, None, ()
    rng = np.random.default_rng(config.seed)
    X, y = entry.generator(rng, config.n_samples, config.noise, config.n_classes)
    n_classes = max(2, int(y.max(initial=0)) + 1)
    return X, y, 0, tuple(str(k) for k in range(n_classes)), None, ()


def _read_once(key, read):
    """Return (X, y, n_test) of a set of images, cached in STORE while there is room."""

    def shared():
        X, y, n_test = read()
        X.flags.writeable = y.flags.writeable = False
        return X, y, n_test

    return STORE.get_or_make(key, shared, queue="files")


def _split(config, y, n_official_test):
    """Return the indices of the rows, of classes y (n,), for training, validation and test."""
    (sizes, per_cent), n_samples = config.split_sizes(), len(y)
    order = np.arange(n_samples)
    if config.shuffles():
        order = np.random.default_rng(config.seed).permutation(n_samples)
        order = order[_evenly(y[order])] if config.stratified else order
    if per_cent:
        cuts = [round(n_samples * share / 100) for share in (sizes[0], sizes[0] + sizes[1])]
        return np.split(order, cuts)
    n_train, n_valid, n_test = sizes
    first_test = n_samples - n_official_test if n_official_test else n_train + n_valid
    if n_train + n_valid > first_test or first_test + n_test > n_samples:
        raise ValueError(
            f"split is {config.split!r}; allowed: up to {n_samples - n_official_test} examples for "
            f"training and validation together and {n_official_test or 'the rest'} for the test, or "
            "percentages that sum to 100."
        )
    starts = (0, n_train, first_test)
    return [order[start : start + size] for start, size in zip(starts, sizes, strict=True)]


def _evenly(y):
    """Return an order of the rows of classes y (n,) in which every class is spread evenly.

    Row k, from 0, of the n_c rows of a class gets the position (k + ½) / n_c, and rows are sorted by
    position: up to a position p there are round(p n_c) rows of every class.
    """
    places = np.empty(len(y))
    for rows in (np.flatnonzero(y == label) for label in np.unique(y)):
        places[rows] = (np.arange(len(rows)) + 0.5) / len(rows)
    return np.argsort(places, kind="stable")


def _filled(raw, train):
    """Return raw (n, n_features) with missing numbers (NaN) replaced by the median of the training rows.

    If it is missing in all training rows, the median of all rows is used.
    """
    gaps = np.isnan(raw)
    if not gaps.any():
        return raw
    raw = raw.copy()
    for feature in np.flatnonzero(gaps.any(axis=0)):
        known = train[~gaps[train, feature]]
        known = known if len(known) else ~gaps[:, feature]
        raw[gaps[:, feature], feature] = np.median(raw[known, feature])
    return raw


def _scaling(scaling, train):
    """Return (shift, scale), each (n_features,), for points: X = (raw - shift) / scale.

    A feature that is constant in the training set becomes 0; its scale is 1, or 255 with unit_twice. With
    standard, so is one that varies by no more than FEW_ROUNDINGS of its largest number, up to these.
    """
    n_features = train.shape[1]
    shift, scale = np.zeros(n_features), np.ones(n_features)
    varies = np.ptp(train, axis=0) > 0  # rounding can make the deviation of equal numbers differ from 0
    if scaling in ("unit", "unit_twice"):
        shift, scale = train.min(axis=0), np.where(varies, np.ptp(train, axis=0), 1.0)
        if scaling == "unit_twice":
            scale = scale * 255
    elif scaling == "standard":
        deviation, least = _deviation(train), FEW_ROUNDINGS * np.spacing(np.abs(train).max(axis=0))
        varies = (np.ptp(train, axis=0) > least) & (deviation > 0)
        shift = np.where(varies, train.mean(axis=0, dtype=np.float64), train[0])
        scale = np.where(varies, deviation, 1.0)
    return shift, scale


def _deviation(train):
    """Return the standard deviation (n_features,), also where the squares of the numbers would be 0."""
    extent = np.ptp(train, axis=0)
    unit = np.where((extent > 0) & (extent < TINY), extent, 1.0)
    return unit * (train / unit).std(axis=0, dtype=np.float64)


def _image_scaling(scaling, raw, rows):
    """Return (shift, scale), each (n_features,) float32, for images with these rows as training set."""
    shift, scale = np.zeros((2, raw.shape[1]), np.float32)
    if scaling == "standard":
        shift[:], scale[:] = standard_scaling(raw, rows)
    else:
        scale[:] = {"none": 1, "unit": 255, "unit_twice": 255**2}[scaling]
    return shift, scale
