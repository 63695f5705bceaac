"""The visitor's own images: an uploaded .npz file, checked before it is unpacked, and stored in memory.

The file contains x_train and x_test, uint8 of shape (n, height, width), (n, height, width, 3) or
(n, values), and y_train and y_test, integers of shape (n,) or (n, 1), the labels: see `data.labels`.
"""

import hashlib
import math
import re
from typing import NamedTuple

import numpy as np

from data.archive import Refusal, array, header, named, opened, short
from data.labels import LARGEST, class_ids
from data.store import STORE

ARRAYS = ("x_train", "y_train", "x_test", "y_test")
NEEDED = f"an .npz file with {', '.join(ARRAYS)}"
IMAGE_SHAPES = "uint8 of shape (n, height, width), (n, height, width, 3) or (n, values)"
MOST_PIXEL_BYTES = 2**28
MOST_VALUES = 12_288  # per image: 64 × 64 in colour
MOST_IMAGES = 500_000  # for training or for test; bounds the labels as well
FEWEST_IMAGES = {"x_train": 20, "x_test": 1}
MOST_CLASSES = 100


def key(digest):
    """Return the key of STORE for the images of the file with this digest."""
    return "own_images", digest


class OwnImages(NamedTuple):
    """X (n, n_features) uint8 and y (n,) int64, ids of `class_names`; the last n_test are the test images."""

    X: np.ndarray
    y: np.ndarray
    n_test: int
    class_names: tuple[str, ...]
    image_shape: tuple[int, ...]

    @property
    def n_classes(self):
        """The number of classes."""
        return len(self.class_names)


def keep(file_bytes):
    """Check and store the images of an .npz file; return its sha256 hex digest, the key for `held`.

    The sizes are read from the headers in the archive before anything is unpacked. Raise ValueError, with a
    one-sentence message naming the array, what it is and what is allowed.
    """
    digest = hashlib.sha256(file_bytes).hexdigest()
    if STORE.get(key(digest)) is None:
        STORE.put(key(digest), _read(file_bytes))
    return digest


def held(digest):
    """Return the OwnImages with this digest; raise ValueError if they are not stored, or no longer."""
    if not re.fullmatch("[0-9a-f]{64}", digest):
        shown = repr(digest[:20]) + "…" * (len(digest) > 20)
        raise ValueError(
            f"points is {shown}; allowed: the sha256 of an .npz file of images that was uploaded."
        )
    images = STORE.get(key(digest))
    if images is not None:
        return images
    raise ValueError(f"own_images needs the file whose sha256 begins with {digest[:12]}…; upload it again.")


def _read(file_bytes):
    with opened(file_bytes, NEEDED) as archive:
        return _unpacked(archive, _checked_headers(archive))


def _checked_headers(archive):
    """Return {array: its shape} after checking types, shapes and sizes; raise Refusal."""
    headers = {name: header(archive, name, NEEDED) for name in ARRAYS}
    for kind in ("train", "test"):
        x, y = f"x_{kind}", f"y_{kind}"
        (shape, dtype), (label_shape, label_dtype) = headers[x], headers[y]
        if dtype != np.uint8 or len(shape) not in (2, 3, 4) or (len(shape) == 4 and shape[3] != 3):
            raise Refusal(f"{x} is {named(headers[x])}", IMAGE_SHAPES)
        if label_dtype.kind not in "iu" or label_shape not in ((shape[0],), (shape[0], 1)):
            allowed = f"whole numbers of shape ({shape[0]},), one for each image of {x}"
            raise Refusal(f"{y} is {named(headers[y])}", allowed)
        if not FEWEST_IMAGES[x] <= shape[0] <= MOST_IMAGES:
            raise Refusal(f"{x} has {short(shape[0])} images", f"{FEWEST_IMAGES[x]} to {MOST_IMAGES}")
        if not 1 <= math.prod(shape[1:]) <= MOST_VALUES:
            raise Refusal(f"{x} has {short(math.prod(shape[1:]))} values an image", f"1 to {MOST_VALUES}")
    (train_shape, _), (test_shape, _) = headers["x_train"], headers["x_test"]
    if train_shape[1:] != test_shape[1:]:
        raise Refusal(f"x_test has images of shape {test_shape[1:]}", f"{train_shape[1:]}, that of x_train")
    n_bytes = math.prod(train_shape) + math.prod(test_shape)
    if n_bytes > MOST_PIXEL_BYTES:
        found = f"x_train and x_test have {n_bytes / 2**20:.0f} MB of pixels"
        raise Refusal(found, f"{MOST_PIXEL_BYTES >> 20} MB")
    return {name: shape for name, (shape, _) in headers.items()}


def _unpacked(archive, shapes):
    """Return the OwnImages of an archive whose headers have been checked; raise Refusal for bad labels."""
    n_train, n_test = shapes["x_train"][0], shapes["x_test"][0]
    X = np.empty((n_train + n_test, math.prod(shapes["x_train"][1:])), np.uint8)
    y = np.empty(n_train + n_test, np.int64)
    for kind, rows in (("train", slice(0, n_train)), ("test", slice(n_train, None))):
        X[rows] = array(archive, f"x_{kind}").reshape(-1, X.shape[1])
        labels = array(archive, f"y_{kind}").reshape(-1)
        if not -LARGEST <= labels.min() <= labels.max() <= LARGEST:
            found = f"y_{kind} has labels from {labels.min()} to {labels.max()}"
            raise Refusal(found, f"{-LARGEST} to {LARGEST}")
        y[rows] = labels
    y, class_names = class_ids(y)
    if not 2 <= len(class_names) <= MOST_CLASSES:
        found = f"y_train and y_test have {len(class_names)} distinct label{'s' * (len(class_names) > 1)}"
        raise Refusal(found, f"2 to {MOST_CLASSES}")
    X.flags.writeable = y.flags.writeable = False
    return OwnImages(X, y, n_test, class_names, _image_shape(shapes["x_train"][1:]))


def _image_shape(shape):
    """Return (height, width[, channels]); for flat images a square if their values fill one, else one row."""
    if len(shape) > 1:
        return shape
    side = math.isqrt(shape[0])
    return (side, side) if side**2 == shape[0] else (1, shape[0])
