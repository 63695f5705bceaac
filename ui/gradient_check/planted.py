"""A slightly wrong gradient, to see at which steps a check can distinguish it from the right one."""

import numpy as np

from lab.gradient_check.sweeps import PLANTED
from lab.published.steps_of_n import APART
from lab.words import scientific
from ui.gradient_check.setup import step_text

SAME = 1.1  # times the least error: one that truncation falls to, down to half the step, falls to a quarter
ALL_ZERO = "**All these derivatives are 0, and so is every difference.**"


def told_apart(right, wrong, detected):
    """Return in words whether a coursework's steps show that a gradient is wrong by PLANTED.

    First, what the curves show: `right` and `wrong` have the columns h and error of the two gradients. Then,
    what halving each step shows: `found` says for each step whether the judgement finds the wrong gradient.
    """
    if right.empty or wrong.empty:
        return "Too few errors are finite to compare a right gradient with a wrong one."
    if not (right["error"].any() or wrong["error"].any()):
        return (
            f"{ALL_ZERO} A gradient that is {PLANTED:.2%} too large is 0 as well, so there is nothing to "
            "tell apart."
        )
    place = int(right["error"].to_numpy().argmin())
    right_error, wrong_error = right["error"].iloc[place], wrong["error"].iloc[place]
    best, times = right["h"].iloc[place], ""
    if right_error:
        ratio = wrong_error / right_error
        times = f", {ratio:.0f}× as much" if ratio < 1000 else f", {ratio:.0e}× as much"
    known = f"At their best step, h = {step_text(best)}, central differences are off by "
    known += scientific(right_error)
    of_wrong = f"of the same gradient made {PLANTED:.2%} too large by {wrong_error:.1e}"
    if wrong_error < APART * right_error:
        curves = (
            "**By the curves alone, these steps cannot tell a right gradient from one that is wrong by "
            f"{PLANTED:.2%}.** {known}, and {of_wrong}: {_hidden(right, wrong)}"
        )
    else:
        curves = (
            f"**These steps tell them apart.** {known}; {of_wrong}{times}. {_how_far_apart(right, wrong)}"
        )
    return f"{curves} {_by_halving(detected)}"


def _how_far_apart(right, wrong):
    """Return in words at how many steps the wrong gradient shows, and whether its curve levels off."""
    pairs = right.merge(wrong, on="h", suffixes=("", "_of_wrong"))
    apart = pairs["error_of_wrong"] >= np.maximum(APART * pairs["error"], np.finfo(float).tiny)
    n, steps = int(apart.sum()), f"{len(apart):,} steps"
    where = f"all {steps}" if n == len(apart) else f"{n:,} of these {steps}"
    said = f"At {where} the wrong gradient is at least {APART:g} times as far off."
    if _levels_off(wrong):
        said += " Its curve stops falling where truncation ends and the error of the gradient begins."
    return said


def _levels_off(line):
    """Return whether the error falls with the step and then stays the same down to the shortest step."""
    line = line.sort_values("h", ascending=False)
    errors, h = line["error"].to_numpy(), line["h"].to_numpy()
    falling = np.flatnonzero(errors > SAME * errors.min())
    if not falling.size or falling[-1] == len(errors) - 1:
        return False
    return bool(errors[0] >= APART * errors.min() and h[falling[-1] + 1] >= 2 * h[-1])


def _hidden(right, wrong):
    """Return in words why the curves look alike: both fall with the step, or other errors hide this one."""
    if _falls(right) and _falls(wrong):
        return (
            "both curves fall, because the errors from truncation and kinks shrink with the step whatever "
            "the gradient is. The error of the gradient itself shows only where truncation is smaller: there "
            "its curve would level off."
        )
    said = "the errors of the differences themselves hide that of the gradient."
    shorter = right[right["h"] < right["h"].iloc[right["error"].to_numpy().argmin()]]
    if len(shorter):
        worst = shorter.iloc[shorter["error"].to_numpy().argmax()]
        said += (
            f" At shorter steps they are larger again: up to {worst['error']:.1e}, at h = "
            f"{step_text(worst['h'])}."
        )
    return said


def _falls(line):
    """Return whether the error is smaller at every step than at the next longer one."""
    return bool((np.diff(line.sort_values("h")["error"]) > 0).all())


def _by_halving(detected):
    """Return in words at how many of the steps the check's judgement finds the gradient that is too large."""
    n, steps = int(detected.sum()), f"{len(detected):,} steps"
    how = "The check above also halves the step, which shrinks truncation but not the error of a gradient"
    if n == 0:
        return f"{how}; even so, it finds this one at none of these {steps}."
    where = f"all {steps}" if n == len(detected) else f"{n:,} of these {steps}"
    return f"{how}: this way the wrong gradient is found at {where}."
