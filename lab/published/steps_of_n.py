"""Courseworks A and B: finite differences for ten weights of the second matrix, against N = 1/h."""

import numpy as np

from lab.links.pages import A_CODE, A_GRID, B_GRID, DECADES
from lab.words import counted, scientific

POWERS = {1: (1, 3, 5), 5: (1, 3)}  # of A's code: {k: the i of its N = k·10ⁱ}
STEPS = {  # of the gradient check, by the name of the grid
    DECADES: 10.0 ** -np.arange(0, 16.5, 0.5),
    A_GRID: 1 / np.array([k * 10**i for i in range(6) for k in range(1, 10)]),
    A_CODE: 1 / np.array(sorted(k * 10**i for k, powers in POWERS.items() for i in powers)),
    B_GRID: 1 / np.arange(1, 25),
}
NOT_RUN = (
    "Published coursework A for IFT 6135, Université de Montréal, plotted nothing: its function is never "
    "called, would loop over W³ (its list of parameters is W³, b³, W², …), and uses names that are not bound."
)
COURSEWORK = {
    A_GRID: "N = k·10ⁱ as in the assignment of courseworks A and B, which asks for the first ten entries of "
    f"the second weight matrix (p = min(10, m)). Here k is 1 to 9 and i is 0 to 5. {NOT_RUN}",
    A_CODE: f"{NOT_RUN} The N that its code writes are these five: k·10ⁱ with i = 1, 3, 5 for k = 1, and "
    "with i = 1, 3 for k = 5. The chart shows what they give for the network and parameters in the sidebar.",
    B_GRID: "Published coursework B for IFT 6135, Université de Montréal, took N = 1 … 24, central "
    "differences of W²[0, :10] for one example of MNIST, and drew the largest difference against N: only "
    "steps of 1/24 and more. B's training averaged the gradient over the batch twice. With one example the "
    "second average divides by 1, so a check for one example cannot see that.",
}
BY_EYE = 0.01  # of a chart's height: curves nowhere farther apart look like one
APART = 2.0  # ratio from which a logarithmic axis clearly shows two curves


def largest_differences(h, right, wrong, size, share):
    """Return in Markdown what the largest differences max |a − n| of some derivatives show.

    `h` are the steps, the longest first; `right` the largest difference at each, `wrong` that of the same
    gradient made too large by `share`; `size` is the largest derivative of all.
    """
    if not (np.isfinite(right).all() and np.isfinite(wrong).all() and np.isfinite(size)):
        return "**Some differences are not numbers**: this network's loss is not finite at every step."
    first, last = (f"{1 / step:,.4g}" for step in (h[0], h[-1]))
    if size == 0 and not right.any():
        return (
            f"**All these derivatives are 0, and every difference from N = {first} to N = {last} is 0.** A "
            "weight changes nothing if its unit is off for this example or if all weights are 0: a right "
            "gradient passes the check, and so does a wrong one that is 0. Take another weight seed or "
            "another example; if all weights are 0, take another initializer."
        )
    falls = int((np.diff(right) < 0).sum())
    of_first, of_last = scientific(right[0]), scientific(right[-1])
    how = "goes" if of_first == of_last else "falls" if right[-1] < right[0] else "rises"
    gap = on_linear_axis(right, wrong)
    said = (
        f"**The largest difference {how} from {of_first} at N = {first} to {of_last} at N = {last}**; from "
        f"one N to the next it falls {falls:,} of {counted(len(h) - 1, 'time')}. For the same gradient made "
        f"{share:.2%} too large it goes from {scientific(wrong[0])} to {scientific(wrong[-1])}. "
    )
    if gap < BY_EYE:
        said += (
            f"On the linear axis the two curves are nowhere farther apart than {gap:.2%} of the chart's "
            "height: **this wrong gradient looks the same.** "
        )
    else:
        said += f"On the linear axis they are up to {gap:.0%} of the chart's height apart. "
    return said + _on_log_axis(h, right, wrong)


def on_linear_axis(right, wrong):
    """Return the largest distance of two curves, as a share of the height of a chart that just fits both."""
    least, most = min(np.min(right), np.min(wrong)), max(np.max(right), np.max(wrong))
    return float(np.abs(wrong - right).max() / (most - least)) if most > least else 0.0


def apart_from(right, wrong):
    """Return the first index from which on `wrong` is always more than APART times `right`.

    If there is none, return the number of entries.
    """
    together = np.flatnonzero(wrong <= APART * right)
    return int(together[-1]) + 1 if together.size else 0


def farthest_apart(right, wrong):
    """Return (place of the largest ratio, first and last index around it where `wrong` > APART · `right`).

    None if `wrong` is nowhere more than APART times `right`.
    """
    apart = wrong > APART * right
    if not apart.any():
        return None
    ratios = np.divide(wrong, right, out=np.full(len(right), np.inf), where=right != 0)
    place = int(np.where(apart, ratios, 0.0).argmax())
    first = place - int(np.argmin([*apart[place::-1], False])) + 1
    last = place + int(np.argmin([*apart[place:], False])) - 1
    return place, first, last


def _on_log_axis(h, right, wrong):
    """Return in words at which N the wrong gradient's difference is more than APART times the right one's."""
    found = farthest_apart(right, wrong)
    if found is None:
        return (
            "The logarithmic axis does not tell them apart either: at no N is the wrong gradient more than "
            f"{APART:g} times as far off."
        )
    place, first, last = found
    n = [f"N = {1 / step:,.4g}" for step in h]
    at_last = _times(right[-1], wrong[-1])
    if first == len(h) - 1:
        return (
            f"On the logarithmic axis they separate at the last N: there the wrong gradient is {at_last} as "
            "far off."
        )
    said = "On the logarithmic axis they separate"
    if last == len(h) - 1:
        return (
            f"{said}: from {n[first]} on the wrong gradient is more than {APART:g} times as far off, and "
            f"{at_last} at the last N."
        )
    most = f"{_times(right[place], wrong[place])} as far off"
    if first == last:
        said += f" at {n[place]}: there the wrong gradient is {most}. "
    else:
        said += f" from {n[first]} to {n[last]}: the wrong gradient is up to {most}, at {n[place]}. "
    if wrong[-1] > APART * right[-1]:
        return f"{said}At the last N it is {at_last} as far off."
    return f"{said}At the last N the errors of the differences themselves hide that of the gradient."


def _times(right, wrong):
    """Return in words how many times `right` fits in `wrong`."""
    if right == 0:
        return "infinitely many times"
    ratio = wrong / right
    return f"{ratio:.2g} times" if ratio < 100 or ratio > 1e6 else f"{ratio:,.0f} times"
