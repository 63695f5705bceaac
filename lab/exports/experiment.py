"""What is exported: an experiment, the last record of its first network, and its link."""

import math
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from data import DATASETS, DataConfig
from mlp import EpochRecord, TrainConfig


class Export(NamedTuple):
    """`record` is None where the network has not been trained: then nothing is asserted of its losses."""

    data: DataConfig
    train: TrainConfig
    record: EpochRecord | None
    link: str

    @property
    def address(self):
        """The link as it is written into a file: what ends a string, a comment or a Markdown link is
        percent-encoded; "" where it is no address of the web.
        """
        try:
            if urlsplit(self.link).scheme not in ("http", "https"):
                return ""
        except ValueError:
            return ""
        return quote(self.link, safe="%/:?&=+,;.-_~*@", errors="replace")

    @property
    def images(self):
        """Whether the data are images, which the script reads from a file."""
        return DATASETS[self.data.name].images

    @property
    def file_name(self):
        """The file that the images are in."""
        return f"{self.data.name}.npz"

    def expected(self):
        """{split: final loss} of what was measured and is finite."""
        if self.record is None or self.record.diverged:
            return {}
        losses = {
            "training": self.record.train_loss,
            "validation": self.record.valid_loss,
            "test": self.record.test_loss,
        }
        return {split: float(value) for split, value in losses.items() if math.isfinite(value)}

    def in_words(self):
        """The network and its data in a line."""
        sizes = "-".join(str(n) for n in self.train.hidden_layer_sizes) or "no hidden layer"
        return f"{self.data.name}, {sizes}, {self.train.activation}, {self.train.optimizer}"


class Part(NamedTuple):
    """A section of the script: its heading, a sentence or two in Markdown, its code."""

    heading: str
    prose: str
    code: str
