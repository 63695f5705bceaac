"""Export: an experiment with the last record of its first network, and its link; Part: a section of it."""

import io
import math
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import numpy as np

from data import DATASETS, DataConfig, held_images, held_table
from mlp import EpochRecord, TrainConfig

MOST_CARRIED = 20_000  # numbers of a table that are written into the script
MOST_OFFERED = 60 * 2**20  # bytes of a file that a page offers


class Export(NamedTuple):
    """What is exported. `record` is None if the network has not been trained; then no losses are compared."""

    data: DataConfig
    train: TrainConfig
    record: EpochRecord | None
    link: str

    @property
    def address(self):
        """The link as written into a file; "" if it is not a web address.

        Characters that could end a string, a comment or a Markdown link are percent-encoded.
        """
        try:
            if urlsplit(self.link).scheme not in ("http", "https"):
                return ""
        except ValueError:
            return ""
        return quote(self.link, safe="%/:?&=+,;.-_~*@", errors="replace")

    @property
    def images(self):
        """Whether the data are images."""
        return DATASETS[self.data.name].images

    @property
    def reads(self):
        """What the script reads from a file: "images", "table", or "" if it has the data itself."""
        large = self.data.name == "own_table" and held_table(self.data.points).X.size > MOST_CARRIED
        return "images" if self.images else "table" * large

    @property
    def is_written(self):
        """Whether the script's file is written from the visitor's own, as `arrays` has it."""
        if self.data.name == "own_images":
            return bool(held_images(self.data.points).understood)
        return self.reads == "table"

    @property
    def is_offered(self):
        """Whether the page offers the script's file."""
        return self.is_written and sum(one.nbytes for one in arrays(self.data).values()) <= MOST_OFFERED

    @property
    def file_name(self):
        """The name of the file with the images or the table."""
        return f"{self.data.name}.npz"

    def expected(self):
        """Return {split: final loss} for the finite losses of a training that has not diverged."""
        if self.record is None or self.record.diverged:
            return {}
        losses = {
            "training": self.record.train_loss,
            "validation": self.record.valid_loss,
            "test": self.record.test_loss,
        }
        return {split: float(value) for split, value in losses.items() if math.isfinite(value)}

    @property
    def has_result(self):
        """Whether there is something of the lab's to compare with: final losses, or that it diverged."""
        return bool(self.expected()) or (self.record is not None and self.record.diverged)

    def in_words(self):
        """Return the data and the network in one line."""
        sizes = "-".join(str(n) for n in self.train.hidden_layer_sizes) or "no hidden layer"
        return f"{self.data.name}, {sizes}, {self.train.activation}, {self.train.optimizer}"


def arrays(data):
    """Return {name: array} for the file from which an exported script reads a visitor's own data.

    For a table X and y; for images x_train, y_train and, if there is a test set, x_test and y_test. Raise
    ValueError for data that come with the lab.
    """
    if data.name not in ("own_table", "own_images"):
        raise ValueError(f"The data of this link, {data.name}, need no file: they come with the lab.")
    if data.name == "own_table":
        table = held_table(data.points)
        return {"X": table.X, "y": table.y}
    own = held_images(data.points)
    X, n_train = own.X.reshape(-1, *own.image_shape), len(own.y) - own.n_test
    found = {"x_train": X[:n_train], "y_train": own.y[:n_train]}
    return found | ({"x_test": X[n_train:], "y_test": own.y[n_train:]} if own.n_test else {})


def arrays_file(data):
    """Return the bytes of the .npz file with the `arrays` of a visitor's own data; raise as they do."""
    file = io.BytesIO()
    np.savez(file, **arrays(data))
    return file.getvalue()


class Part(NamedTuple):
    """A section of the script: its heading, a sentence or two in Markdown, its code."""

    heading: str
    prose: str
    code: str
