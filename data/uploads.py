"""The visitor's own images: an uploaded .npz file, checked before it is unpacked, and stored in memory.

The file contains x_train and x_test, the pixels, and y_train and y_test, the labels, or arrays under other
common names: see `data.upload_arrays` for the forms they can have, and `data.labels` for what a class is.
"""

import hashlib
import math
import re
from typing import NamedTuple

import numpy as np

from data import upload_arrays
from data.archive import LABELS, REAL, Refusal, array, header, opened, short
from data.downloads import DataUnavailable
from data.labels import class_ids
from data.store import STORE
from data.upload_arrays import ARRAYS

NEEDED = f"an .npz file with {', '.join(ARRAYS)}"
MOST_PIXEL_BYTES = 2**28
MOST_LABEL_BYTES = 2**26
MOST_VALUES = 12_288  # per image: 64 × 64 in colour
MOST_IMAGES = 500_000  # for training or for test; limits the labels as well
FEWEST_IMAGES = {"x_train": 20, "x_test": 1}
MOST_CLASSES = 100
EMPTY = "(empty)"  # the name of the class of the empty label, in more brackets if another has it


def key(digest):
    """Return the key in STORE of the images from the file with this digest."""
    return "own_images", digest


class OwnImages(NamedTuple):
    """X (n, n_features) uint8 and y (n,) int64, ids of `class_names`; the last n_test are the test images.

    `understood` are sentences on how the file differs from `NEEDED`.
    """

    X: np.ndarray
    y: np.ndarray
    n_test: int
    class_names: tuple[str, ...]
    image_shape: tuple[int, ...]
    understood: tuple[str, ...] = ()

    @property
    def n_classes(self):
        """The number of classes."""
        return len(self.class_names)


def keep(file_bytes):
    """Check and store the images of an .npz file; return its sha256 hex digest, the key for `held`.

    The sizes are read from the headers in the archive before anything is unpacked. Raise ValueError, with a
    one-sentence message that names the array, what it is and what is allowed.
    """
    digest = hashlib.sha256(file_bytes).hexdigest()
    STORE.get_or_make(key(digest), lambda: _read(file_bytes), queue="own_images")
    return digest


def held(digest):
    """Return the OwnImages with this digest; raise DataUnavailable if they are not stored (any more)."""
    if not re.fullmatch("[0-9a-f]{64}", digest):
        shown = repr(digest[:20]) + "…" * (len(digest) > 20)
        raise ValueError(
            f"points is {shown}; allowed: the sha256 of an .npz file of images that was uploaded."
        )
    images = STORE.get(key(digest))
    if images is not None:
        return images
    raise DataUnavailable(
        f"own_images needs the file whose sha256 begins with {digest[:12]}…; upload it again, or in the "
        "terminal give it with --images."
    )


def _read(file_bytes):
    with opened(file_bytes, NEEDED) as archive:
        members = [name.removesuffix(".npy") for name in archive.namelist() if name.endswith(".npy")]
        names, told = upload_arrays.roles(members)
        axes, shape = _checked_headers(archive, names)
        return _unpacked(archive, names, axes, shape, told)


def _checked_headers(archive, names):
    """Return ({array of pixels: the order of its axes}, shape of an image); raise Refusal.

    `names` are those of `upload_arrays.roles`. Types, shapes and sizes are checked.
    """
    headers = {
        role: header(archive, name, NEEDED, REAL if role[0] == "x" else LABELS)
        for role, name in names.items()
    }
    axes, shapes, n_bytes = {}, {}, 0
    for role in [role for role in names if role[0] == "x"]:
        x, (shape, dtype) = names[role], headers[role]
        shapes[role], axes[x] = upload_arrays.image_shape(x, headers[role])
        labels = role.replace("x", "y", 1)
        upload_arrays.label_shape(names[labels], headers[labels], shape[0])
        if not FEWEST_IMAGES[role] <= shape[0] <= MOST_IMAGES:
            raise Refusal(f"{x} has {short(shape[0])} images", f"{FEWEST_IMAGES[role]} to {MOST_IMAGES}")
        if not 1 <= math.prod(shape[1:]) <= MOST_VALUES:
            raise Refusal(f"{x} has {short(math.prod(shape[1:]))} values per image", f"1 to {MOST_VALUES}")
        if shapes[role] != shapes["x_train"]:
            allowed = f"{shapes['x_train']}, that of {names['x_train']}"
            raise Refusal(f"{x} has images of shape {shapes[role]}", allowed)
        n_bytes += math.prod(shape) * dtype.itemsize
        label_bytes = math.prod(headers[labels][0]) * headers[labels][1].itemsize
        if label_bytes > MOST_LABEL_BYTES:
            found = f"{names[labels]} has {label_bytes / 2**20:.0f} MB of labels"
            raise Refusal(found, f"{MOST_LABEL_BYTES >> 20} MB")
    if n_bytes > MOST_PIXEL_BYTES:
        found = f"{' and '.join(axes)} ha{'ve' if len(axes) > 1 else 's'} {n_bytes / 2**20:.0f} MB of pixels"
        raise Refusal(found, f"{MOST_PIXEL_BYTES >> 20} MB")
    return axes, shapes["x_train"]


def _unpacked(archive, names, axes, shape, told):
    """Return the OwnImages in an archive whose headers have been checked; raise Refusal for bad values."""
    arrays = {name: array(archive, name) for name in axes}
    X, converted = upload_arrays.pixels(arrays, axes)
    n_test = len(arrays[names["x_test"]]) if "x_test" in names else 0
    del arrays
    of_labels = [name for role, name in names.items() if role[0] == "y"]
    parts, said = zip(*(upload_arrays.labels(name, array(archive, name)) for name in of_labels), strict=True)
    if len({part.dtype.kind for part in parts}) > 1:
        raise Refusal(f"{' and '.join(of_labels)} mix numbers and text", "both numbers or both text")
    y = np.concatenate(parts)
    if y.dtype.kind == "U":
        texts, y = np.unique(y, return_inverse=True)
        empty = EMPTY
        while empty in texts:
            empty = f"({empty})"
        class_names = tuple(text or empty for text in texts.tolist())
        said += tuple(
            [f"{name} has empty labels: they are the class {empty}."]
            for name, part in zip(of_labels, parts, strict=True)
            if "" in part
        )
    else:
        y, class_names = class_ids(y)
    if not 2 <= len(class_names) <= MOST_CLASSES:
        verb = "have" if len(of_labels) > 1 else "has"
        distinct = f"{len(class_names)} distinct label{'s' * (len(class_names) > 1)}"
        raise Refusal(f"{' and '.join(of_labels)} {verb} {distinct}", f"2 to {MOST_CLASSES}")
    X.flags.writeable = y.flags.writeable = False
    understood = (*told, *converted, *dict.fromkeys(text for texts in said for text in texts))
    return OwnImages(X, y, n_test, class_names, _image_shape(shape), understood)


def _image_shape(shape):
    """Return (height, width[, channels]); flat images are a square if their values fill one, else a row."""
    if len(shape) > 1:
        return shape
    side = math.isqrt(shape[0])
    return (side, side) if side**2 == shape[0] else (1, shape[0])
