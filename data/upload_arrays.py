"""The arrays of a visitor's own images: their roles, and pixels and labels in a common form.

Pixels become bytes of shape (n, values), channels last; labels become whole numbers or texts of shape (n,).
"""

import math

import numpy as np

from data.archive import LABELS, REAL, Refusal, named
from data.labels import LARGEST
from data.table_cells import on_one_line

TRAIN, TEST = ("x_train", "y_train"), ("x_test", "y_test")
ARRAYS = (*TRAIN, *TEST)
OTHER_NAMES = {  # in lower case; in order of preference
    "x_train": (
        "train_x",
        "train_images",
        "images_train",
        "training_images",
        "train_data",
        "xtrain",
        "trainx",
    ),
    "y_train": (
        "train_y",
        "train_labels",
        "labels_train",
        "training_labels",
        "train_targets",
        "ytrain",
        "trainy",
    ),
    "x_test": ("test_x", "test_images", "images_test", "test_data", "xtest", "testx"),
    "y_test": ("test_y", "test_labels", "labels_test", "test_targets", "ytest", "testy"),
}
ALONE = {  # if there are no arrays for training and test
    "x_train": ("images", "x", "data", "arr_0"),
    "y_train": ("labels", "y", "targets", "target", "label", "arr_1"),
}
IMAGE_SHAPES = (
    "numbers of shape (n, height, width), (n, height, width, 3), (n, 3, height, width) or (n, values)"
)
PIXEL_VALUES = "0 to 1, or whole numbers from 0 to 255"
MOST_LABEL = 60  # characters of a text
CHUNK = 4096  # images converted at a time
MOST_NAMED = 3


def roles(names):
    """Return ({one of ARRAYS: the name of that array in the file}, sentences on what was understood).

    A role that no name matches keeps its own name. There is no test set if neither of TEST is found.
    """
    by_lower = {name.lower(): name for name in reversed(names)}
    found = {}
    for role in ARRAYS:
        fitting = [name for name in (role, *OTHER_NAMES[role]) if name in by_lower]
        found |= {role: role if role in names else by_lower[fitting[0]]} if fitting else {}
    if not found:
        for role, others in ALONE.items():
            fitting = [name for name in others if name in by_lower]
            found |= {role: by_lower[fitting[0]]} if fitting else {}
    found |= {role: role for role in TRAIN if role not in found}
    if any(role in found for role in TEST):
        found |= {role: role for role in TEST if role not in found}
    return found, _told(names, found)


def _told(names, found):
    told = []
    for what, pair in (("training", TRAIN), ("test", TEST)):
        theirs = [found[role] for role in pair if role in found]
        if theirs and theirs != list(pair):
            told.append(f"{' and '.join(theirs)} are the {what} set.")
    if TEST[0] not in found:
        told.append("There is no test set: the images are split.")
    unused = [on_one_line(name)[:40] for name in names if name not in found.values()]
    if unused:
        more = f" and {len(unused) - MOST_NAMED} more" if len(unused) > MOST_NAMED else ""
        told.append(f"Not used: {', '.join(unused[:MOST_NAMED])}{more}.")
    return told


def image_shape(name, header):
    """Return (shape of an image, channels last; the order of axes that gives it) from the pixels' header.

    Raise Refusal for shapes and types that images cannot have.
    """
    shape, dtype = header
    if dtype.kind in REAL:
        if len(shape) in (2, 3):
            return shape[1:], tuple(range(len(shape)))
        if len(shape) == 4 and shape[3] in (1, 3):
            return shape[1 : 3 + (shape[3] == 3)], (0, 1, 2, 3)
        if len(shape) == 4 and shape[1] in (1, 3):
            return (*shape[2:], *(3,) * (shape[1] == 3)), (0, 2, 3, 1)
    raise Refusal(f"{name} is {named(header)}", IMAGE_SHAPES)


def pixels(arrays, axes):
    """Return (bytes (n, values) of all images in `arrays` {name: pixels}, sentences); raise Refusal.

    Fractions from 0 to 1 are multiplied by 255; so are whole numbers up to 1 if those of another array are.
    `axes` {name: the order of its axes}.
    """
    ends = {name: _ends(name, array) for name, array in arrays.items()}
    fractions = [name for name, array in arrays.items() if array.dtype.kind == "f"]
    to_one = all(ends[name][1] <= 1 for name in fractions)
    scaled = [
        name for name, array in arrays.items() if array.dtype.kind == "b" or (name in fractions and to_one)
    ]
    if scaled:
        scaled += [name for name, array in arrays.items() if array.dtype.kind in "iu" and ends[name][1] <= 1]
    n_values = math.prod(next(iter(arrays.values())).shape[1:])
    X, end = np.empty((sum(map(len, arrays.values())), n_values), np.uint8), 0
    for name, array in arrays.items():
        ordered = array.transpose(axes[name])
        for start in range(0, len(array), CHUNK):
            chunk = ordered[start : start + CHUNK].reshape(-1, n_values)
            if name in scaled:
                chunk = np.rint(chunk * np.float32(255))
            elif name in fractions and (chunk % 1).any():
                raise _values(name, ends)
            X[end : end + len(chunk)] = chunk
            end += len(chunk)
    told = []
    if any(arrays[name].dtype.kind != "b" for name in scaled):
        told.append("Pixels from 0 to 1 are stored as the nearest of 256 levels.")
    if any(array.dtype.kind == "b" for array in arrays.values()):
        told.append("Pixels that are True or False are stored as levels 255 and 0.")
    if all(array.dtype.kind in "iu" and ends[name][1] <= 1 for name, array in arrays.items()):
        told.append("All pixels are whole numbers up to 1: they are stored as levels 0 and 1 of 255.")
    if any(order == (0, 2, 3, 1) for order in axes.values()):
        told.append("Channels come first in the file; here they are moved to the end.")
    return X, told


def _ends(name, array):
    """Return the smallest and the largest value of pixels; raise Refusal if not within 0 to 255."""
    least, most = array.min(), array.max()
    if not (np.isfinite(least) and np.isfinite(most)):
        raise _not_finite(name, array)
    least, most = float(least), float(most)
    if not 0 <= least <= most <= 255:
        raise _values(name, {name: (least, most)})
    return least, most


def _not_finite(name, array):
    """Return the Refusal of pixels that are NaN or infinite, with the number of the first image from 1."""
    n_wrong = np.count_nonzero(~np.isfinite(array.reshape(len(array), -1)), axis=1)
    image = np.flatnonzero(n_wrong)[0] + 1
    n, where = int(n_wrong.sum()), f"in image {image:,}"
    found = f"{n:,} values that are not finite numbers, first {where}"
    if n == 1:
        found = f"1 value that is not a finite number, {where}"
    return Refusal(f"{name} has {found}", PIXEL_VALUES)


def _values(name, ends):
    """Return the Refusal of the values of `name`, given the (smallest, largest) values by name."""
    low, high = (f"{end:g}" for end in ends[name])
    larger = [f", {other} up to {most:g}" for other, (_, most) in ends.items() if ends[name][1] <= 1 < most]
    alike = ", the same in every array" if larger else ""
    return Refusal(f"{name} has values from {low} to {high}{''.join(larger)}", PIXEL_VALUES + alike)


def label_shape(name, header, n):
    """Raise Refusal unless a header fits the labels of n images, one per image or one-hot."""
    shape, dtype = header
    one_hot = len(shape) == 2 and shape[0] == n and shape[1] > 1 and dtype.kind not in "US"
    if dtype.kind not in LABELS or not (shape in ((n,), (n, 1)) or one_hot):
        allowed = f"numbers or texts of shape ({n},), one per image, or one-hot of shape ({n}, classes)"
        raise Refusal(f"{name} is {named(header)}", allowed)


def labels(name, array):
    """Return (labels (n,), int64 or text; sentences) from a row, a column or one-hot rows; raise Refusal."""
    if array.ndim == 2 and array.shape[1] > 1:
        wrong = np.flatnonzero(((array != 0) & (array != 1)).any(axis=1) | ((array == 1).sum(axis=1) != 1))
        if len(wrong):
            raise Refusal(
                f"{name} is not one-hot in row {wrong[0] + 1}", "one 1 in each row, and 0 elsewhere"
            )
        return array.argmax(axis=1), [f"{name} is one-hot: the position of the 1, from 0, is the class."]
    array = array.reshape(-1)
    if array.dtype.kind in "US":
        texts = array.tolist()
        texts = [text.decode("utf-8", "replace") if isinstance(text, bytes) else text for text in texts]
        lines = [on_one_line(text) for text in texts]
        told = [
            f"{name} has texts: they are stored as numbers from 0, sorted by character code, so capital "
            "letters come before lower-case ones."
        ]
        if len({line[:MOST_LABEL] for line in lines}) < len({*lines}):
            told.append(
                f"{name} has labels that begin with the same {MOST_LABEL} characters: they are one class."
            )
        return np.array([line[:MOST_LABEL] for line in lines]), told
    if array.dtype.kind == "f":
        wrong = array[~np.isfinite(array) | (np.floor(array) != array)]
        if len(wrong):
            raise Refusal(f"{name} has the label {wrong[0]:g}", "whole numbers or texts")
    least, most = int(array.min()), int(array.max())
    if not -LARGEST <= least <= most <= LARGEST:
        ends = " to ".join(str(end) if abs(end) < 2**64 else f"{end:g}" for end in (least, most))
        raise Refusal(f"{name} has labels from {ends}", f"{-LARGEST} to {LARGEST}")
    return array.astype(np.int64), []
