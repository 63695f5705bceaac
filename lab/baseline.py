"""The accuracy of always guessing the most common class of a split, which an accuracy has to exceed.

Splits are random, so the same data may have 51% of one class in the training set and 62% in the validation
set.
"""

import math

import numpy as np

from lab.words import to_tenths

SPLITS = {"train": "training", "valid": "validation", "test": "test"}  # {part of a field's name: its name}


def share(y):
    """Return the share of the most common class among the labels y (n,), ids from 0; NaN without examples."""
    return float(np.bincount(y).max() / len(y)) if len(y) else math.nan


def shares(dataset):
    """Return {"train": share, "valid": share, "test": share} of the splits."""
    return {split: share(getattr(dataset, f"y_{split}")) for split in SPLITS}


def exceeds(accuracy, y):
    """Return whether an accuracy on labels y is above their `share`, by more than a quarter of an example.

    Less is rounding: an accuracy is a count divided by the number of examples, and a median may lie half-way
    between two of them. False if it is NaN.
    """
    return accuracy > share(y) + 0.25 / max(1, len(y))


def sentence(dataset, digits=1, splits=tuple(SPLITS)):
    """Return the sentence with the shares of those of a dataset's splits that are in `splits`."""
    found = {SPLITS[split]: value for split, value in shares(dataset).items() if split in splits}
    known = {name: value for name, value in found.items() if not math.isnan(value)}
    parts = [f"{value:.{digits}%} of the {name}" for name, value in known.items()]
    listed = ", ".join(parts[:-1]) + " and " * (len(parts) > 1) + parts[-1]
    return f"Always guessing a split's most common class gets {listed} examples right."


def of_trials(medians, labels, what):
    """Return the sentence under a leaderboard of accuracies: the shares, and how many trials exceed theirs.

    `medians` are the trials' median accuracies, NaN without a result, `labels` each trial's labels y of the
    set that it is evaluated on, and `what` is that set's name.
    """
    known = [(median, y) for median, y in zip(medians, labels, strict=True) if not math.isnan(median)]
    gets = sorted({share(y) for _, y in known})
    if not gets:
        return ""
    n, above = len(known), sum(exceeds(median, y) for median, y in known)
    gained = (
        to_tenths(gets[0])
        if len(gets) == 1
        else f"{to_tenths(gets[0])} to {to_tenths(gets[-1])}, depending on the trial"
    )
    who = "every trial's median exceeds" if above else "no trial's median exceeds"
    if above and n < len(medians):
        who = "the median of every trial that has one exceeds"
    if 0 < above < n:
        several = above > 1
        who = f"the median{'s' * several} of {above} of {n} trials {'exceed' if several else 'exceeds'}"
    return f"Always guessing the most common class of the {what} set gets {gained}; {who} that."
