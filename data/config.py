"""DataConfig, everything that determines a dataset, and DATASETS, the registry of all datasets."""

import numbers
import re
from dataclasses import dataclass

from data.built_in import PAGES as TABLE_PAGES
from data.built_in import TABLES, read_digits
from data.entries import Entry
from data.generators import GENERATED
from data.image_files import (
    CIFAR10_CLASSES,
    FASHION_MNIST_CLASSES,
    read_cifar10,
    read_fashion_mnist,
    read_mnist,
)
from data.points import MAX_OWN_POINTS, MOST_CLASSES
from data.table_text import MOST_ROWS

PUBLISHED = {"images": True, "n_classes": 10}
EVERYWHERE = ("initialization", "gradient_check", "sweeps")  # the pages that accept any published images
DATASETS = GENERATED | {
    "own_points": Entry(
        "Points of your own",
        own=True,
        pages=("decision_boundary",),
        n_classes=MOST_CLASSES,
        most_samples=MAX_OWN_POINTS,
    ),
    **TABLES,
    "digits": Entry(
        "Handwritten digits, 8 × 8 pixels",
        **PUBLISHED,
        pages=EVERYWHERE,
        n_features=64,
        most_samples=1797,
        read=read_digits,
        class_names=tuple("0123456789"),
        image_shape=(8, 8),
        file_note="It is data/digits.npz of the lab's repository.",
    ),
    "mnist": Entry(
        "Handwritten digits, 28 × 28 pixels",
        **PUBLISHED,
        pages=("bug_lab", *EVERYWHERE),
        n_features=784,
        most_samples=70_000,
        read=read_mnist,
        class_names=tuple("0123456789"),
        image_shape=(28, 28),
        file_note="It is the file that Keras distributes: "
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
    ),
    "fashion_mnist": Entry(
        "Articles of clothing, 28 × 28 pixels",
        **PUBLISHED,
        pages=EVERYWHERE,
        n_features=784,
        most_samples=70_000,
        read=read_fashion_mnist,
        class_names=FASHION_MNIST_CLASSES,
        image_shape=(28, 28),
        file_note="Create it from the four files at "
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/, or with np.savez from what "
        "Keras' fashion_mnist.load_data() returns.",
    ),
    "cifar10": Entry(
        "Colour photographs, 32 × 32 pixels, ten classes",
        **PUBLISHED,
        pages=EVERYWHERE,
        n_features=3072,
        most_samples=60_000,
        read=read_cifar10,
        class_names=CIFAR10_CLASSES,
        image_shape=(32, 32, 3),
        file_note="Create it from https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz, with the training "
        "batches in the order 1, 3, 4, 5, 2.",
    ),
    "own_table": Entry(
        "A table of your own, as CSV",
        table=True,
        own=True,
        pages=TABLE_PAGES,
        n_features=None,
        n_classes=None,
        most_samples=MOST_ROWS,
        file_note="It is the file that was uploaded.",
    ),
    "own_images": Entry(
        "Images of your own, as .npz",
        images=True,
        own=True,
        pages=("initialization", "sweeps"),
        n_features=None,
        n_classes=None,
        most_samples=100_000,
        file_note="It is the file that was uploaded.",
    ),
}
SCALINGS = {
    "none": "unchanged",
    "unit": "0 to 1 (pixels / 255; points by the training set's range)",
    "unit_twice": "unit, then divided by 255 once more",
    "standard": "training-set mean 0, deviation 1",
}
MIN_SAMPLES, MAX_SAMPLES = 20, 20_000


def offered(page):
    """Return the names of the datasets that a page offers."""
    return tuple(name for name, entry in DATASETS.items() if page in entry.pages)


class NotAllowed(ValueError):
    """A value that a config field cannot have; `allowed` says in words which values it can.

    The engine has an identical class, because neither package imports the other.
    """

    def __init__(self, field, value, allowed):
        super().__init__(field, value, allowed)
        self.field, self.value, self.allowed = field, value, allowed

    def __str__(self):
        try:
            shown = repr(self.value)
        except ValueError:  # a whole number with more digits than Python prints
            shown = "a number too long to print"
        shown = shown if len(shown) <= 60 else f"{shown[:40]}…{shown[-20:]}"
        return f"{self.field} is {shown}; allowed: {self.allowed}."


@dataclass(frozen=True, slots=True, kw_only=True)
class DataConfig:
    """Which data, how much, and how it is scaled and split. Frozen, hashable, checked on creation.

    `split` "a/b/c" is for training, validation and test: per cent of the pooled data, shuffled by `seed`, if
    a + b + c = 100; else counts in file order, the last one from the official test file. The rows of a
    table, which is often sorted by class, are shuffled for counts as well. If rows are shuffled and
    `stratified`, each part has the classes in the proportions of the whole, to within a row or two.
    `scaling` is one of SCALINGS. `n_samples`, `noise` (standard deviation, in the units of the axes) and
    `seed` apply to generated datasets, `n_classes` only to those with a class range. `points` is the
    visitor's own data: for own_points "x,y,label;x,y,label;…", for own_images the sha256 of the uploaded
    file, for own_table the table or its sha256, see `data.own_tables`. The training batches of cifar10 are in
    the order 1, 3, 4, 5, 2, so "40000/10000/10000" validates on batch 2.

    Raise NotAllowed, which names the field, its value and what is allowed.
    """

    name: str = "circles"
    n_samples: int = 1100
    noise: float = 0.1
    scaling: str = "standard"
    split: str = "70/15/15"
    seed: int = 0
    points: str = ""
    n_classes: int = 3
    stratified: bool = False

    def __post_init__(self):
        self._one_of("name", DATASETS)
        self._one_of("scaling", SCALINGS)
        self._whole("n_samples", MIN_SAMPLES, MAX_SAMPLES)
        self._whole("seed", 0, 2**32 - 1)
        low, high = DATASETS[self.name].class_range or (2, 6)
        self._whole("n_classes", low, high)
        noise = self.noise
        if isinstance(noise, bool) or not isinstance(noise, numbers.Real) or not 0 <= noise <= 1:
            raise self._refusal("noise", "a number from 0 to 1")
        object.__setattr__(self, "noise", float(noise))
        self.split_sizes()
        if not isinstance(self.stratified, bool):
            raise self._refusal("stratified", "true or false")
        if not isinstance(self.points, str):
            raise self._refusal("points", 'text such as "0.5,1,0;-1,0.2,1"')

    def split_sizes(self):
        """Return (a, b, c) of `split`, and whether they are per cent."""
        text = self.split if isinstance(self.split, str) else ""
        match = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})/([0-9]{1,6})", text)
        sizes = tuple(int(n) for n in match.groups()) if match else (0, 0, 0)
        if sizes[0] == 0:
            allowed = "three whole numbers such as 70/15/15 or 48000/12000/10000, the first not 0"
            raise self._refusal("split", allowed)
        return sizes, sum(sizes) == 100

    def shuffles(self):
        """Return whether the rows are shuffled before they are split."""
        return self.split_sizes()[1] or DATASETS[self.name].table

    def _one_of(self, field, allowed):
        value = getattr(self, field)
        if not isinstance(value, str) or value not in allowed:
            raise self._refusal(field, ", ".join(allowed))

    def _whole(self, field, least, most):
        value = getattr(self, field)
        if isinstance(value, bool) or not isinstance(value, numbers.Integral) or not least <= value <= most:
            raise self._refusal(field, f"whole numbers from {least} to {most}")
        object.__setattr__(self, field, int(value))

    def _refusal(self, field, allowed):
        return NotAllowed(field, getattr(self, field), allowed)
