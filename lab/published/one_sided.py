"""Coursework C: a gradient check with a step of 1 and a one-sided test, `difference > 1e-7`."""

from typing import NamedTuple

import numpy as np

from lab.words import counted

LIMIT = 1e-7
STEP, SHORT_STEP = 1.0, 1e-5
OFFSET = 0.01
PLANTED = {  # what is added to every derivative
    "right": 0.0,
    f"{OFFSET:g} too high": OFFSET,
    f"{OFFSET:g} too low": -OFFSET,
}
SOURCE = (
    "Published coursework C for DD2424, KTH Stockholm, compares with a step h = 1 and reports an error "
    "where `difference > 1e-7`; the cell cannot run as it stands. We take the difference as analytic minus "
    "numeric, of central differences; the other way round, *too high* and *too low* swap places."
)


class Flagged(NamedTuple):
    """How many of `n` derivatives two tests report: one_sided a − n > LIMIT, two_sided |a − n| > LIMIT.

    Neither reports the `n_lost` differences that are not numbers.
    """

    gradient: str
    step: float
    one_sided: int
    two_sided: int
    n: int
    n_lost: int = 0


def flagged(derivatives):
    """Return a Flagged for every step and every gradient of PLANTED; `derivatives` {step: (a, n)}."""
    rows = []
    for step, (analytic, numeric) in derivatives.items():
        for gradient, offset in PLANTED.items():
            difference = np.asarray(analytic) + offset - numeric
            one, two = (int((value > LIMIT).sum()) for value in (difference, np.abs(difference)))
            rows.append(Flagged(gradient, step, one, two, len(difference), int(np.isnan(difference).sum())))
    return rows


def verdict(rows):
    """Return what the two tests say of the right gradient and of the wrong ones, in Markdown."""
    found = {(row.step, row.gradient): row for row in rows}
    right, high, low = (found[STEP, gradient] for gradient in PLANTED)
    if right.n_lost == right.n:
        return (
            "**With h = 1 no derivative of this network can be compared: the differences are not numbers.** "
            "Neither `difference > 1e-7` nor `|difference| > 1e-7` reports one of those."
        )
    first = (
        f"**With h = 1, C's test reports {right.one_sided:,} of {counted(right.n, 'derivative')} of the "
        f"right gradient**, {high.one_sided:,} of one that is {OFFSET:g} too high, and {low.one_sided:,} of "
        f"one that is {OFFSET:g} too low. "
    )
    if right.n_lost:
        first += f"{counted(right.n_lost, 'difference')} of each, not a number, cannot be reported. "
    if right.two_sided:
        first += (
            "At that step the right one differs from the numerical derivatives by more than 1e-7 in "
            f"{counted(right.two_sided, 'place')}: over a step of 1 the loss is not even a parabola, "
            "and that is what the test measures. "
        )
    right, high, low = (found[SHORT_STEP, gradient] for gradient in PLANTED)
    second = (
        f"With h = 1e-5 it reports {right.one_sided:,}, {high.one_sided:,} and {low.one_sided:,}; "
        f"`|difference| > 1e-7`, a test of both sides, reports {right.two_sided:,}, {high.two_sided:,} and "
        f"{low.two_sided:,}. "
    )
    if low.one_sided == 0 < low.two_sided:
        second += (
            "**So a gradient that is too low passes**: its differences are negative, and no negative number "
            "is greater than 1e-7."
        )
    return first + second
