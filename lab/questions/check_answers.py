"""The computed answers to the questions about the gradient check; `given` offers the page's own results."""

import math

import numpy as np

from lab.gradient_check.in_words import largest_compared
from lab.published import eight_digits, looped_epoch, one_sided
from lab.published.steps_of_n import APART, BY_EYE, apart_from, on_linear_axis
from lab.questions.answer import Answer
from lab.words import at_most, counted, percent, scientific, share_of
from mlp import loss_and_gradients
from mlp.checks.judgement import CAUSES, UNCOMFORTABLE, WRONG

KINK = CAUSES.index("kink")
CLEARLY = 2.0  # ratio from which on one counts as larger
FEW_DIGITS, MOST_DIGITS = 4, 12  # of sixteen digits: bounds between the choices
FASTER = 3.0, 30.0  # ratios: bounds between the choices
SURE, HARDLY = 0.9, 0.1  # probabilities: bounds between the choices
EARLY, LATE = 100, 10_000  # N = 1/h: bounds between the choices
ONE_IN = 1000  # one derivative in so many is wrong


def who_crosses(values, given):
    """Say how many parameters cross a kink within the step: none, fewer than half, or at least half."""
    found = given.check(values).check
    n, crossing = len(found.index), found.crosses_kink
    n_crossing = int(crossing.sum())
    verb = "crosses" if n_crossing == 1 else "cross"
    said = f"{n_crossing} of {n} {verb} a kink at h = {values['h']}."
    if 0 < n_crossing < n:
        errors = [scientific(found.relative_error[mask].max()) for mask in (crossing, ~crossing)]
        largest = "Its" if n_crossing == 1 else "Their largest"
        others = "other's" if n - n_crossing == 1 else "others'"
        said += f" {largest} relative error is {errors[0]}, the {others} is {errors[1]}."
    return Answer(_half(n_crossing, n), said)


def _half(n, n_all):
    """Return 0 for none, 1 for fewer than half, 2 for at least half."""
    return 0 if n == 0 else 1 if 2 * n < n_all else 2


def hidden_errors(values, given):
    """Say how large an error of a derivative this check would miss."""
    judgement = given.check(values).judgement
    share = judgement.resolution
    return Answer(
        0 if share < UNCOMFORTABLE else 1 if share <= WRONG else 2,
        f"At this h, {judgement.hides} in {values['precision']} hides any error of up to "
        f"{share_of(share, largest_compared(judgement))}.",
    )


def told_apart(values, given):
    """Say whether these steps tell a wrong gradient from the right one: yes or no."""
    h, right, wrong = given.swept(values)
    place = int(np.nanargmin(right))
    ratio = wrong[place] / right[place]
    return Answer(
        int(ratio < APART),
        f"The right gradient comes closest at N = {_n(h[place])}. There it is off by {right[place]:.2e}, and "
        f"the wrong one by {wrong[place]:.2e}: {_times(ratio)} as far.",
    )


def where_they_part(values, given):
    """Say from which N on the wrong gradient's error is the larger: early, later, late, or nowhere."""
    h, right, wrong = given.swept(values)
    start = apart_from(right, wrong)
    if start == len(h):
        return Answer(
            3,
            f"Even at the last N the wrong gradient is at most {APART:g} times as far off as the right one.",
        )
    n = 1 / h[start]
    return Answer(
        0 if n < EARLY else 1 if n <= LATE else 2,
        f"From N = {_n(h[start])} on the wrong gradient is more than {APART:g} times as far off as the right "
        f"one. At N = {_n(h[-1])} they are {scientific(wrong[-1])} and {scientific(right[-1])}.",
    )


def told_by_eye(values, given):
    """Say which axis shows that one gradient is wrong: either, only the logarithmic one, or neither."""
    h, right, wrong = given.largest_differences(values)
    gap, start = on_linear_axis(right, wrong), apart_from(right, wrong)
    said = f"On the linear axis the curves are nowhere farther apart than {gap:.2%} of the chart's height. "
    if start == len(h):
        said += f"Even at the last N the wrong gradient is at most {APART:g} times as far off."
    else:
        said += f"From N = {_n(h[start])} on the wrong gradient is more than {APART:g} times as far off."
    return Answer(0 if gap >= BY_EYE else 1 if start < len(h) else 2, said)


def reported_least(values, given):
    """Say for which gradient coursework C's test reports the fewest derivatives."""
    rows = {row.gradient: row for row in given.flagged(values) if row.step == one_sided.STEP}
    right, high, low = (rows[gradient] for gradient in one_sided.PLANTED)
    reported = [row.one_sided for row in (right, high, low)]
    return Answer(
        int(np.argmin(reported)),
        f"With h = {one_sided.STEP:g} it reports {reported[0]:,} of {counted(right.n, 'derivative')} of "
        f"the right gradient, {reported[1]:,} of one that is {one_sided.OFFSET:g} too high, and "
        f"{reported[2]:,} of one that is {one_sided.OFFSET:g} too low.",
    )


def digits_that_differ(values, given):
    """Say whether rounding and printing explain coursework E's gap."""
    gap, rounding = eight_digits.unexplained()
    return Answer(
        int(gap > rounding + eight_digits.PRINTED),
        f"The two numbers are {gap:.1e} apart. Rounding explains at most {at_most(rounding)} of that, and "
        f"printing eight digits {eight_digits.PRINTED:.0e}.",
    )


def times_faster(values, given):
    """Say how many times faster matrices are than a loop over examples, as measured on this server."""
    loop, matrices = given.seconds_per_example(values)
    ratio = loop / matrices
    return Answer(
        sum(ratio > limit for limit in FASTER),
        f"On this server an image took {1e6 * loop:,.0f} µs with a loop and {1e6 * matrices:,.0f} µs with "
        f"matrices: {ratio:.1f} times as fast. E published {looped_epoch.SPEED_UP:.1f} times.",
    )


def harder_part(values, given):
    """Say which part's derivatives have the larger relative error: the data loss, the penalty, or neither."""
    results = given.parts(values)
    data, penalty = (_largest_error(results[part]) for part in ("data", "penalty"))
    n_kinks = int((results["penalty"].judgement.cause == KINK).sum())
    near = "No weight" if n_kinks == 0 else counted(n_kinks, "weight")
    return Answer(
        _larger(data, penalty),
        f"The largest relative error is {scientific(data)} for the data loss and {scientific(penalty)} for "
        "the penalty. "
        f"{near} {'are' if n_kinks > 1 else 'is'} within h of the kink of |w| at 0.",
    )


def before_and_after(values, given):
    """Say whether the relative errors are smaller after training than before, larger, or neither."""
    before, after = (given.check(changed) for changed in (values | {"epochs": 0}, values))
    errors = [_largest_error(result) for result in (before, after)]
    sizes = [float(np.abs(result.check.analytic).max()) for result in (before, after)]
    return Answer(
        _larger(*errors),
        f"The largest relative error goes from {scientific(errors[0])} to {scientific(errors[1])}, and the "
        f"largest derivative from {sizes[0]:.2g} to {sizes[1]:.2g}.",
    )


def _largest_error(result):
    """Return the largest relative error among the derivatives of a Result that cross no kink."""
    counts = result.judgement.cause != KINK
    return float(result.check.relative_error[counts].max(initial=0.0))


def _larger(first, second):
    """Return 0 if the first is CLEARLY larger, 1 if the second is, else 2."""
    return 0 if first > CLEARLY * second else 1 if second > CLEARLY * first else 2


def digits_left(values, given):
    """Say how many digits of the numerical derivative agree: hardly any, some, or most."""
    result = given.check(values)
    largest = _largest_error(result)
    n_digits = 16 if largest == 0 else max(0, math.floor(-math.log10(largest)))
    return Answer(
        0 if n_digits < FEW_DIGITS else 1 if n_digits < MOST_DIGITS else 2,
        f"The largest relative error of {counted(len(result.check.index), 'derivative')} is "
        f"{scientific(largest)}: they agree to {counted(n_digits, 'digit')} or more.",
    )


def derivatives_of_zero(values, given):
    """Say how many weights of the first layer have a derivative of 0: none, fewer than half, or more."""
    network = given.network(values)
    (first, *_), zero = loss_and_gradients(*network.inputs)[1], given.check(values).check.analytic == 0
    n_zero = int((first.W == 0).sum())
    n_checked = len(zero)
    return Answer(
        _half(n_zero, first.W.size),
        f"{n_zero:,} of the {first.W.size:,} weights of W¹, {percent(n_zero / first.W.size)}: with these "
        f"{counted(len(network.y), 'image')} a small change of them leaves the loss unchanged. The page "
        f"checks {n_checked:,} parameters, and {int(zero.sum()):,} of those derivatives "
        f"{'is' if zero.sum() == 1 else 'are'} 0.",
    )


def in_the_sample(values, given):
    """Say whether the sample contains a wrong derivative if one in ONE_IN is wrong: surely, perhaps, hardly.

    If K of N derivatives are wrong at random places, a sample of n contains none with probability
    Π_{i < n} (N - K - i) / (N - i).
    """
    n_all, n = given.network(values).n_parameters, len(given.index(values))
    n_wrong = n_all // ONE_IN
    i = np.arange(n)
    chance = float(1 - np.prod((n_all - n_wrong - i) / (n_all - i)))
    return Answer(
        0 if chance >= SURE else 1 if chance > HARDLY else 2,
        f"{counted(n, 'derivative')} of {n_all:,} are checked: the chance that a wrong one is among them "
        f"is {percent(chance)}. Every tensor contributes some, so a tensor that is wrong as a whole would "
        f"show.",
    )


def _n(h):
    return f"{round(1 / h):,}"


def _times(ratio):
    return f"{ratio:.2f} times" if ratio < 100 else f"{ratio:.0e} times"
