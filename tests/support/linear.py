"""Networks and data small enough to know everything about them, and what a picture holds."""

import base64
import io

import numpy as np
from PIL import Image

from data import Dataset
from mlp import Layer, TrainConfig

STRAIGHT = TrainConfig(hidden_layer_sizes=())


def pixels(address):
    """(h, w, 4), uint8, of a picture's data address, which names its kind."""
    kind, _, data = address.partition(";base64,")
    image = Image.open(io.BytesIO(base64.b64decode(data, validate=True)))
    assert kind == f"data:image/{image.format.lower()}"
    return np.array(image.convert("RGBA"))


def straight(w, b, strength=1.0):
    """A network without hidden layer that draws the line w·x + b = 0, class 1 where that is positive."""
    w = strength * np.asarray(w, np.float32) / 2
    W = np.stack([-w, w], axis=1)
    return (Layer(W, np.array([-b, b], np.float32) * strength / 2),)


def points_dataset(train, valid=(), test=(), n_classes=2, shift=(0.0, 0.0), scale=(1.0, 1.0)):
    """A Dataset of rows (x, y, class) in scaled units."""
    parts = []
    for rows in (train, valid, test):
        rows = np.array(rows, np.float64).reshape(-1, 3)
        parts += [rows[:, :2].astype(np.float32), rows[:, 2].astype(np.int64)]
    names = tuple(str(k) for k in range(n_classes))
    return Dataset(*parts, names, None, "own_points", np.array(shift), np.array(scale))
