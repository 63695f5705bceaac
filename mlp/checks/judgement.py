"""What a gradient check proves: each difference is judged against the accuracy of the check itself.

Every verdict of the lab on derivatives compared with difference quotients is one of KINDS: from `judge` for
the engine's own checks, from `judged` for those of another program.
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from mlp.activations import ACTIVATIONS
from mlp.checks.gradient_check import gradient_check
from mlp.checks.numerical import UNIT_ROUNDOFF, absolute_error
from mlp.network import Layer, objective, penalty, propagate

WRONG, UNCOMFORTABLE, HAPPY = 1e-2, 1e-4, 1e-7  # Stanford CS231n, "Gradient checks"
ORDERS = {"forward": 1, "central": 2, "complex": 2}
ROUNDINGS = 4.0  # times the rounding floor: measured errors of difference quotients stay below this
SUMMED = 16.0  # times u, of a sum over the examples: with ROUNDINGS 64 u, where up to 15 u were measured
SLACK = 1.5  # tolerance on the factor by which truncation shrinks when the step is halved
SHORTEST = 1e-20  # a complex step without truncation and without a difference that could cancel
CHANCE = 3.0  # an error that shrinks this many times too much is wrong, not truncation
AGREES, KINK, ROUNDING, TRUNCATION, UNRESOLVED, UNEXPLAINED, NOT_A_NUMBER, TOO_LONG = range(8)
CAUSES = ("agrees", "kink", "rounding", "truncation", "unresolved", "unexplained", "not a number", "too long")
ERRORS = ("wrong", "uncomfortable", "unexplained")  # the kinds of a gradient with an error
PASSES = ("usual", "happy")
KINDS = ("not finite", *ERRORS, "nothing", "blind", *PASSES)


class Judgement(NamedTuple):
    """The verdict on a GradientCheck.

    `kind` is "not finite" if a derivative or the loss is not finite. If a difference is unexplained, it is
    "wrong", "uncomfortable" or "unexplained", by the largest such relative error: above 1e-2, above 1e-4, or
    less. Otherwise it is "nothing" if all derivatives compared are 0, "blind" if the check could not have
    seen an error of 1e-4, "usual" if it could not have seen one of 1e-7, and else "happy". Compared are the
    derivatives that cross no kink.

    `cause` (n_checked,) indexes CAUSES. `worst` is the position of the entry that decides: the largest
    relative error among those unexplained, else among those that cross no kink, else of all. `floor` is the
    rounding error expected of one derivative; errors below `resolution`, a share of `largest`, the largest
    derivative compared, would go unnoticed, and `hides`, "rounding" or "truncation", is what limits that;
    `shrinkage` is the median factor by which halving the step divided the truncated errors, NaN if there are
    none. For `beside` see `rounding_floor`.
    """

    kind: str
    cause: np.ndarray
    worst: int
    floor: float
    resolution: float
    shrinkage: float
    loss: float
    beside: float = 1.0
    hides: str = "rounding"
    largest: float = 0.0

    @property
    def passes(self):
        """Whether no error was found by a check that would have seen one of 1e-4."""
        return self.kind in PASSES

    @property
    def finds_error(self):
        """Whether there is a difference that the check's own errors do not explain."""
        return self.kind in ERRORS

    @property
    def only_kinks(self):
        """Whether no derivative can be judged because all cross a kink."""
        return bool((self.cause == KINK).all())


def band(relative_error):
    """Return the name of the band that a relative error is in."""
    limits = (("wrong", WRONG), ("uncomfortable", UNCOMFORTABLE), ("usual", HAPPY))
    return next((name for name, least in limits if relative_error > least), "happy")


def has_kinks(config):
    """Return whether the objective has points where it is not differentiable; every Loss is smooth."""
    return bool(ACTIVATIONS[config.activation].kinks) or any(l1 > 0 for l1, _ in config.penalties())


def rounding_floor(scheme, step, dtype, loss, largest, beside=1.0):
    """Return the rounding error to expect in a numerical derivative.

    u·max(1, |L|)/h for central differences, which divide by 2h, and twice that for forward ones: the
    log-sum-exp inside the loss adds numbers near 1, so its value is uncertain by u even if L is far below 1;
    for another function, `beside` is the size of the numbers added to it. A complex step has no difference
    divided by h; what remains is the rounding of the gradient itself, u·max(1, |∂L/∂θ|), since its output
    error p - 1 is uncertain by u however small it is. The rounding of the pre-activations multiplies that by
    `beside`, the largest sum of magnitudes in one of them, Σ|a||W| + |b|, if it is above 1. A penalty alone,
    to which nothing is added, has `beside` 0 and the rounding u·|∂L/∂θ|.
    """
    u = UNIT_ROUNDOFF[dtype]
    if scheme == "complex":
        return u * max(1.0, beside) * max(1.0 if beside else 0.0, largest)
    return (2 if scheme == "forward" else 1) * u * max(beside, abs(loss)) / step


def judge(check, params, X, y, config, *, scheme, step, dtype, part="objective"):
    """Return the Judgement on `check`, made with these arguments; `check.analytic` may be any gradient.

    The derivatives at half the step, those without truncation (complex step) and the loss are computed in
    float64, whatever the `dtype` of the check: so rounding does not hide how an error shrinks.
    """
    params = tuple(Layer(W.astype(np.float64), b.astype(np.float64)) for W, b in params)
    X = np.asarray(X, np.float64)

    def halved(entries):
        how = {"scheme": scheme, "step": step / 2, "part": part}
        return gradient_check(params, X, y, config, indices=check.index[entries], **how).numeric

    if part == "penalty":
        with np.errstate(over="ignore"):
            loss, sums, beside = float(penalty(params, config)), 0.0, 0.0
    else:
        counted = config if part == "objective" else replace(config, l1=0.0, l2=0.0)
        loss, sums = float(objective(params, X, y, counted)[0]), max(1.0, _largest_sum(params, X, config))
        beside = sums if scheme == "complex" else 1.0

    def exact(entries):
        how = {"scheme": "complex", "step": SHORTEST, "part": part}
        derivatives = gradient_check(params, X, y, config, indices=check.index[entries], **how).numeric
        largest = float(np.abs(check.analytic[np.isfinite(check.analytic)]).max(initial=0.0))
        rounding = rounding_floor("complex", SHORTEST, dtype, loss, largest, sums)
        return derivatives, max(rounding, SUMMED * UNIT_ROUNDOFF[dtype] * largest)

    return judged(check, halved, loss, scheme=scheme, step=step, dtype=dtype, beside=beside, exact=exact)


def _largest_sum(params, X, config):
    """Return the largest Σ|a||W| + |b| over all units and examples; the bias only if the network has any."""
    with np.errstate(all="ignore"):
        inputs = (X, *propagate(params, X, config)[1])
        sums = [
            np.abs(a) @ np.abs(W) + config.use_bias * np.abs(b)
            for a, (W, b) in zip(inputs, params, strict=True)
        ]
    return max(float(one.max(initial=0.0)) for one in sums)


def judged(check, halved, loss, *, scheme, step, dtype, beside=1.0, exact=None):
    """Return the Judgement on a GradientCheck of any program.

    A relative error above 1e-7 gets a cause: the entry crosses a kink; or the absolute error is at most
    ROUNDINGS times the floor; or it is truncation, which halving the step divides by 2 (forward) or 4
    (central, complex); or it is no larger than such errors of other entries, so that this step cannot resolve
    it; or the step is too long to show truncation shrink, but most of the error is truncation; otherwise it
    is unexplained. `halved(entries)` must return the numerical derivatives at these positions with half the
    step; `exact(entries)`, if given, derivatives without truncation, and the rounding error to expect between
    them and right ones. Both are called only if needed. For `beside` see `rounding_floor`.
    """
    finite = np.isfinite(check.relative_error) & np.isfinite(loss)
    largest = float(np.abs(check.analytic[finite]).max(initial=0.0))
    floor = rounding_floor(scheme, step, dtype, loss, largest, beside)
    cause = np.full(check.index.size, UNEXPLAINED)
    cause[check.error <= ROUNDINGS * floor] = ROUNDING
    cause[check.relative_error <= HAPPY] = AGREES
    cause[check.crosses_kink] = KINK
    cause[~finite] = NOT_A_NUMBER
    shrinkage = np.nan
    open_ = np.flatnonzero(cause == UNEXPLAINED)
    if open_.size:
        before, after = check.error[open_], absolute_error(check.analytic[open_], halved(open_))
        slack = ROUNDINGS * rounding_floor(scheme, step / 2, dtype, loss, largest, beside)
        left = before / 2 ** ORDERS[scheme]
        shrank = (after <= SLACK * left + slack) & (after >= left / CHANCE - slack) & (after < 0.75 * before)
        cause[open_[shrank]] = TRUNCATION
        if shrank.any():
            shrinkage = float(np.median(before[shrank] / np.maximum(after[shrank], np.finfo(float).tiny)))
    # what is more than rounding in others, small as it may be of them; it and rounding can add up in one
    # entry, whose error then shrinks too little to be told from that of a wrong derivative
    unseen = _unseen(check, cause, floor)
    cause[(cause == UNEXPLAINED) & (check.error <= unseen)] = UNRESOLVED
    open_ = np.flatnonzero(cause == UNEXPLAINED)
    if open_.size and exact:
        derivatives, rounding = exact(open_)
        left = absolute_error(check.analytic[open_], derivatives)
        cause[open_[(left <= ROUNDINGS * rounding) & (left <= check.error[open_] / 2)]] = TOO_LONG
        unseen = _unseen(check, cause, floor)
    # one that crosses a kink does not count: it may be far larger than those in which an error would show
    comparable = (cause != KINK) & (cause != NOT_A_NUMBER)
    largest = float(np.abs(check.analytic[comparable]).max(initial=0.0))
    resolution = unseen / largest if largest > 0 else np.inf
    hides = "rounding" if unseen <= 1.01 * ROUNDINGS * floor else "truncation"
    worst = _worst(check, cause, finite)
    kind = _kind(check.relative_error[worst] if check.index.size else 0.0, cause, resolution, largest)
    return Judgement(kind, cause, worst, floor, resolution, shrinkage, loss, beside, hides, largest)


def _unseen(check, cause, floor):
    """Return the largest error that would go unnoticed: what rounding and truncation leave in others."""
    seen_elsewhere = np.isin(cause, (AGREES, TRUNCATION, TOO_LONG)) & (check.error > ROUNDINGS * floor)
    return ROUNDINGS * floor + float(check.error[seen_elsewhere].max(initial=0.0))


def _worst(check, cause, finite):
    """Return the position of the entry that decides the verdict."""
    if not finite.all():
        return int(np.flatnonzero(~finite)[0])
    for among in (cause == UNEXPLAINED, cause != KINK, cause >= 0):
        if among.any():
            return int(np.flatnonzero(among)[np.argmax(check.relative_error[among])])
    return 0


def _kind(worst_error, cause, resolution, largest):
    if (cause == NOT_A_NUMBER).any():
        return "not finite"
    if (cause == UNEXPLAINED).any():
        name = band(float(worst_error))
        return name if name in ERRORS else "unexplained"
    if largest == 0 and not (cause == KINK).all():
        return "nothing"
    return "blind" if resolution > UNCOMFORTABLE else band(resolution)
