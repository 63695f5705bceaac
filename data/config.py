"""DataConfig: everything that determines a dataset."""

import numbers
import re
from dataclasses import dataclass

from .generators import CLASS_RANGES

DATASETS = {
    "circles": "Two concentric rings",
    "moons": "Two interleaved half circles",
    "spirals": "Interleaved spirals, 2 to 5 arms",
    "xor": "Four clouds, opposite corners alike",
    "blobs": "Round clouds, 2 to 6 classes",
    "linear": "Two classes a straight line can part",
    "own_points": "Points of your own",
    "mnist": "Handwritten digits, 28 × 28 pixels",
    "fashion_mnist": "Articles of clothing, 28 × 28 pixels",
    "cifar10": "Colour photographs, 32 × 32 pixels, ten classes",
    "own_images": "Images of your own, as .npz",
}
IMAGE_SETS = ("mnist", "fashion_mnist", "cifar10", "own_images")
SCALINGS = {
    "none": "as it is",
    "unit": "0 to 1 (pixels / 255; points by the training set's range)",
    "unit_twice": "unit, then divided by 255 once more",
    "standard": "training-set mean 0, deviation 1",
}
MIN_SAMPLES, MAX_SAMPLES = 20, 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DataConfig:
    """Which data, how much of it, how it is scaled and split. Frozen, hashable, checked on creation.

    `split` "a/b/c" gives per cent of the pooled data for training, validation and test, shuffled by
    `seed`, where a + b + c = 100; else counts in file order, the last taken from the official test
    file. `scaling` is one of SCALINGS. `n_samples`, `noise` (standard deviation, in the units of
    the axes) and `seed` shape generated sets; `n_classes` the arms of spirals (2 to 5) and the
    number of blobs (2 to 6), and nothing else. `points` is the visitor's own set: for own_points
    "x,y,label;x,y,label;…", for own_images the sha256 of the file that was uploaded. The training
    batches of cifar10 are in the order 1, 3, 4, 5, 2: "40000/10000/10000" validates on batch 2.

    Raises ValueError naming the field, its value and what is allowed.
    """

    name: str = "circles"
    n_samples: int = 1100
    noise: float = 0.1
    scaling: str = "standard"
    split: str = "70/15/15"
    seed: int = 0
    points: str = ""
    n_classes: int = 3

    def __post_init__(self):
        self._one_of("name", DATASETS)
        self._one_of("scaling", SCALINGS)
        self._whole("n_samples", MIN_SAMPLES, MAX_SAMPLES)
        self._whole("seed", 0, 2**32 - 1)
        low, high = CLASS_RANGES.get(self.name, (2, 6))
        self._whole("n_classes", low, high)
        noise = self.noise
        if isinstance(noise, bool) or not isinstance(noise, numbers.Real) or not 0 <= noise <= 1:
            raise self._refusal("noise", "a number from 0 to 1")
        object.__setattr__(self, "noise", float(noise))
        self.split_sizes()
        if not isinstance(self.points, str):
            raise self._refusal("points", 'text such as "0.5,1,0;-1,0.2,1"')

    def split_sizes(self):
        """(a, b, c) of `split`, and whether they are per cent."""
        text = self.split if isinstance(self.split, str) else ""
        match = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})/([0-9]{1,6})", text)
        sizes = tuple(int(n) for n in match.groups()) if match else (0, 0, 0)
        if sizes[0] == 0:
            allowed = "three whole numbers such as 70/15/15 or 48000/12000/10000, the first not 0"
            raise self._refusal("split", allowed)
        return sizes, sum(sizes) == 100

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
        shown = repr(getattr(self, field))
        shown = shown if len(shown) <= 60 else f"{shown[:40]}…{shown[-20:]}"
        return ValueError(f"{field} is {shown}; allowed: {allowed}.")
