"""The figures of some learning curves at one epoch, in words."""

import math

from lab.words import to_tenths


def sentences(frame, by, quantities):
    """Return a function of an epoch: one sentence per quantity with the median of every line of some curves.

    `frame` has columns epoch, quantity, median and `by`, the name of a line; `quantities` is {quantity: its
    name in the sentence}. A line that has ended before the epoch, because its networks all diverged, is
    reported as diverged; a line without a figure up to the epoch is left out.
    """
    curves = []
    for quantity, name in quantities.items():
        lines = frame[frame["quantity"] == quantity].groupby(by, sort=False)
        medians = {line: dict(zip(own["epoch"], own["median"], strict=True)) for line, own in lines}
        curves.append((quantity, name, medians))

    def said(epoch):
        return " ".join(
            f"Median {name}: {'; '.join(words)}."
            for quantity, name, medians in curves
            if (words := list(_words(epoch, quantity, medians)))
        )

    return said


def _words(epoch, quantity, medians):
    for line, by_epoch in medians.items():
        median = by_epoch.get(epoch, math.nan)
        if math.isfinite(median):
            yield f"{line} {_in_words(median, quantity)}"
        elif epoch > max(by_epoch, default=epoch):
            yield f"{line} diverged"


def _in_words(value, quantity):
    return to_tenths(value) if quantity == "accuracy" else f"{value:.3g}"
