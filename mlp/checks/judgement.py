"""What a gradient check proves: each difference judged against what the check itself can see."""

from typing import NamedTuple

import numpy as np

from mlp.activations import ACTIVATIONS
from mlp.checks.gradient_check import gradient_check
from mlp.checks.numerical import UNIT_ROUNDOFF, absolute_error
from mlp.network import objective

WRONG, UNCOMFORTABLE, HAPPY = 1e-2, 1e-4, 1e-7  # Stanford CS231n, "Gradient checks"
ORDERS = {"forward": 1, "central": 2, "complex": 2}
ROUNDINGS = 4.0  # times the rounding floor: measured errors of difference quotients stay below
SLACK = 1.5  # on the factor by which truncation shrinks when the step is halved
AGREES, KINK, ROUNDING, TRUNCATION, UNRESOLVED, UNEXPLAINED, NOT_A_NUMBER = range(7)
CAUSES = ("agrees", "kink", "rounding", "truncation", "unresolved", "unexplained", "not a number")


class Judgement(NamedTuple):
    """The verdict on a GradientCheck.

    `kind` is "wrong", "uncomfortable", "usual" or "happy" by the bands of `band`; "blind" where nothing
    is unexplained, but the check could not have seen an error of 1e-4; "not finite". `cause`
    (n_checked,) indexes CAUSES. `worst` is the position of the entry that decides: the largest relative
    error among those unexplained, else among those that cross no kink, else of all. `floor` is the
    rounding error expected of one derivative, `resolution` the share of the largest derivative below
    which an error would hide; `shrinkage` by how much halving the step divided the truncated errors, in
    the median, NaN where there are none.
    """

    kind: str
    cause: np.ndarray
    worst: int
    floor: float
    resolution: float
    shrinkage: float
    loss: float


def band(relative_error):
    """The name of the band that a relative error is in."""
    limits = (("wrong", WRONG), ("uncomfortable", UNCOMFORTABLE), ("usual", HAPPY))
    return next((name for name, least in limits if relative_error > least), "happy")


def has_kinks(config):
    """Whether the objective is not differentiable everywhere."""
    return bool(ACTIVATIONS[config.activation].kinks) or any(l1 > 0 for l1, _ in config.penalties())


def rounding_floor(scheme, step, dtype, loss, largest):
    """The rounding error to expect of a numerical derivative.

    u·max(1, |L|)/h for differences: the log-sum-exp inside the loss adds numbers near 1, so its value is
    uncertain by u even where L is far below 1. With a complex step nothing is divided by h, and what is
    left is the rounding of the gradient itself, u·max(1, |∂L/∂θ|): its output error p - 1 is uncertain by
    u however small.
    """
    u = UNIT_ROUNDOFF[dtype]
    return u * max(1.0, largest) if scheme == "complex" else u * max(1.0, abs(loss)) / step


def judge(check, params, X, y, config, *, scheme, step, dtype, part="objective"):
    """The Judgement on `check`, made with these arguments.

    A relative error above 1e-7 has a cause. The entry crosses a kink; or the absolute error is no more
    than ROUNDINGS times the floor; or it is truncation, which halving the step divides by 2 (forward) or
    4 (central, complex); or it is no larger than those of other entries, so that this step cannot
    resolve it; else it is unexplained. The numerical derivative is taken again with half the step where
    that matters, so that `check.analytic` may be any gradient, a wrong one too.
    """
    loss = float(objective(params, X, y, config)[0])
    finite = np.isfinite(check.relative_error)
    largest = float(np.abs(check.analytic[finite]).max(initial=0.0))
    floor = rounding_floor(scheme, step, dtype, loss, largest)
    cause = np.full(check.index.size, UNEXPLAINED)
    cause[check.error <= ROUNDINGS * floor] = ROUNDING
    cause[check.relative_error <= HAPPY] = AGREES
    cause[check.crosses_kink] = KINK
    cause[~finite] = NOT_A_NUMBER
    shrinkage = np.nan
    open_ = np.flatnonzero(cause == UNEXPLAINED)
    if open_.size:
        how = {"scheme": scheme, "step": step / 2, "dtype": dtype, "part": part}
        again = gradient_check(params, X, y, config, indices=check.index[open_], **how)
        before, after = check.error[open_], absolute_error(check.analytic[open_], again.numeric)
        slack = ROUNDINGS * rounding_floor(scheme, step / 2, dtype, loss, largest)
        shrank = (after <= SLACK * before / 2 ** ORDERS[scheme] + slack) & (after < 0.75 * before)
        cause[open_[shrank]] = TRUNCATION
        if shrank.any():
            shrinkage = float(np.median(before[shrank] / np.maximum(after[shrank], np.finfo(float).tiny)))
    excused = (cause == ROUNDING) | (cause == TRUNCATION)
    unseen = max(ROUNDINGS * floor, float(check.error[excused].max(initial=0.0)))
    cause[(cause == UNEXPLAINED) & (check.error <= unseen)] = UNRESOLVED
    judged = (cause != KINK) & (cause != NOT_A_NUMBER)
    resolution = unseen / largest if largest > 0 and judged.any() else np.inf
    kind, worst = _verdict(check, cause, resolution, finite)
    return Judgement(kind, cause, worst, floor, resolution, shrinkage, loss)


def _verdict(check, cause, resolution, finite):
    """(kind, position of the entry that decides)."""
    if not finite.all():
        return "not finite", int(np.flatnonzero(~finite)[0])
    for among in (cause == UNEXPLAINED, cause != KINK, cause >= 0):
        if among.any():
            worst = int(np.flatnonzero(among)[np.argmax(check.relative_error[among])])
            break
    if (cause == UNEXPLAINED).any():
        return band(float(check.relative_error[worst])), worst
    return ("blind" if resolution > UNCOMFORTABLE else band(resolution)), worst
