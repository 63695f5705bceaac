"""load_dataset: from a DataConfig to scaled and split arrays."""

import functools
import pathlib
from typing import NamedTuple

import numpy as np

from .config import parse_points
from .generators import GENERATORS

MNIST_PATH = pathlib.Path(__file__).with_name("mnist.npz")


class Dataset(NamedTuple):
    """Examples in rows, (n, n_features) float32 and scaled; labels (n,), class ids from 0.

    X = (raw - shift) / scale, feature by feature. `image_shape` is None for points in the plane.
    """

    X_train: np.ndarray
    y_train: np.ndarray
    X_valid: np.ndarray
    y_valid: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray
    class_names: tuple[str, ...]
    image_shape: tuple[int, ...] | None
    name: str
    shift: np.ndarray
    scale: np.ndarray


def load_dataset(config):
    """The Dataset that `config` describes, the same in every process.

    Raises ValueError, in one sentence, when the set cannot be split or trained on as asked.
    """
    raw, y, n_official_test, class_names, image_shape = _pool(config)
    (train, valid, test) = _split(config, len(raw), n_official_test)
    if len(train) == 0 or len(np.unique(y[train])) < 2:
        raise ValueError(
            f"The training set of {config.name} has {len(train)} examples of "
            f"{len(np.unique(y[train]))} classes; training needs two classes at least."
        )
    shift, scale = _scaling(config.scaling, raw[train], is_image=image_shape is not None)
    parts = []
    for rows in (train, valid, test):
        parts += [((raw[rows] - shift) / scale).astype(np.float32), y[rows]]
    return Dataset(*parts, class_names, image_shape, config.name, shift, scale)


def _pool(config):
    """Raw inputs, labels, size of the official test file at their end, class names, image shape."""
    if config.name == "mnist":
        X, y = _mnist()
        return X, y, 10_000, tuple("0123456789"), (28, 28)
    if config.name == "own_points":
        points = np.array(parse_points(config.points), np.float64).reshape(-1, 3)
        X, y = points[:, :2], points[:, 2].astype(np.int64)
    else:
        rng = np.random.default_rng(config.seed)
        X, y = GENERATORS[config.name](rng, config.n_samples, config.noise, config.n_classes)
    n_classes = max(2, int(y.max(initial=0)) + 1)
    return X, y, 0, tuple(str(k) for k in range(n_classes)), None


@functools.cache
def _mnist():
    """All of MNIST, training file first: (70000, 784) uint8 and labels; read once a process."""
    with np.load(MNIST_PATH, allow_pickle=False) as file:
        X = np.concatenate([file["x_train"], file["x_test"]]).reshape(70_000, 784)
        y = np.concatenate([file["y_train"], file["y_test"]]).astype(np.int64)
    X.flags.writeable = y.flags.writeable = False
    return X, y


def _split(config, n_samples, n_official_test):
    """Indices of the training, validation and test examples."""
    sizes, per_cent = config.split_sizes()
    if per_cent:
        order = np.random.default_rng(config.seed).permutation(n_samples)
        cuts = [round(n_samples * share / 100) for share in (sizes[0], sizes[0] + sizes[1])]
        return np.split(order, cuts)
    n_train, n_valid, n_test = sizes
    first_test = n_samples - n_official_test if n_official_test else n_train + n_valid
    if n_train + n_valid > first_test or first_test + n_test > n_samples:
        raise ValueError(
            f"split is {config.split!r}; allowed: up to {n_samples - n_official_test} examples for "
            f"training and validation together and {n_official_test or 'the rest'} for the test, or per "
            "cents that sum to 100."
        )
    order = np.arange(n_samples)
    return order[:n_train], order[n_train : n_train + n_valid], order[first_test : first_test + n_test]


def _scaling(scaling, train, is_image):
    """(shift, scale), each (n_features,): raw becomes (raw - shift) / scale.

    A feature that does not vary in the training set becomes 0, unscaled.
    """
    n_features = train.shape[1]
    shift, scale = np.zeros(n_features), np.ones(n_features)
    varies = np.ptp(train, axis=0) > 0  # the deviation of equal numbers need not be exactly 0
    if scaling in ("unit", "unit_twice"):
        if is_image:
            scale = np.full(n_features, 255.0)
        else:
            shift, scale = train.min(axis=0), np.where(varies, np.ptp(train, axis=0), 1.0)
        if scaling == "unit_twice":
            scale = scale * 255
    elif scaling == "standard":
        shift = np.where(varies, train.mean(axis=0, dtype=np.float64), train[0])
        scale = np.where(varies, train.std(axis=0, dtype=np.float64), 1.0)
    return shift, scale
