"""The figures of some learning curves at one epoch, in words."""

import numpy as np


def figures(frame, epoch, by, quantities):
    """Return one sentence per quantity with the median of every line of some curves at an epoch.

    `frame` has columns epoch, quantity, median and `by`, the name of a line; `quantities` is {quantity: its
    name in the sentence}. A line that has ended before the epoch, because its networks all diverged, is
    reported as diverged; a line without a figure up to the epoch is left out.
    """
    sentences = []
    for quantity, name in quantities.items():
        rows = frame[frame["quantity"] == quantity]
        words = []
        for line, own in rows.groupby(by, sort=False):
            now = own.loc[own["epoch"] == epoch, "median"].to_numpy(float)
            if now.size and np.isfinite(now[0]):
                words.append(f"{line} {_in_words(now[0], quantity)}")
            elif epoch > own["epoch"].max():
                words.append(f"{line} diverged")
        if words:
            sentences.append(f"Median {name}: {'; '.join(words)}.")
    return " ".join(sentences)


def _in_words(value, quantity):
    return f"{value:.1%}" if quantity == "accuracy" else f"{value:.3g}"
