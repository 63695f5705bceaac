"""The accuracy of always guessing the most common class of a split: what an accuracy has to exceed.

Splits are drawn by chance, so that the same data may have 51 % of one class for training and 62 % for
validation.
"""

import math

import numpy as np

SPLITS = {"train": "training", "valid": "validation", "test": "test"}  # {part of a field's name: its name}


def share(y):
    """Return the share of the most common class among the labels y (n,), ids from 0; NaN without examples."""
    return float(np.bincount(y).max() / len(y)) if len(y) else math.nan


def shares(dataset):
    """Return {"train", "valid", "test": the `share` of that split}."""
    return {split: share(getattr(dataset, f"y_{split}")) for split in SPLITS}


def exceeds(accuracy, y):
    """Return whether an accuracy on labels y is above their `share`, by half an example at least.

    Less is rounding: an accuracy is a number of examples, divided by all. False if it is NaN.
    """
    return accuracy > share(y) + 0.5 / max(1, len(y))


def told(dataset, digits=1):
    """Return the sentence that says the shares of a dataset's splits."""
    known = {SPLITS[split]: value for split, value in shares(dataset).items() if not math.isnan(value)}
    parts = [f"{value:.{digits}%} of the {name}" for name, value in known.items()]
    listed = ", ".join(parts[:-1]) + " and " * (len(parts) > 1) + parts[-1]
    return f"Always guessing a split's most common class gets {listed} examples right."
