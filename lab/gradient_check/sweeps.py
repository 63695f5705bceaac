"""The error against the step, of the right gradient and of one that is a little too large."""

import itertools

import numpy as np

from lab.gradient_check import WRONG
from lab.links.pages import DECADES
from lab.published.steps_of_n import STEPS
from mlp.checks.gradient_check import compared, gradient_check
from mlp.checks.judgement import judge
from mlp.checks.numerical import SCHEMES, norm_wise

SAMPLE = 24  # derivatives
PLANTED = 1e-4  # the share by which the wrong gradient is too large


def too_large(check):
    """Return the GradientCheck of the same gradient, too large by the share PLANTED."""
    return compared(check.index, (1 + PLANTED) * check.analytic, check.numeric, check.crosses_kink)


def sweep(plan, subject, grid):
    """Generator: yield the share done; return (lines, found).

    `lines` is a list of ((scheme, dtype), steps, errors).
    On the grid of decades, every scheme is swept in every precision. On the other grids, forward and central
    differences are swept in the Plan's precision, and central differences of a gradient that is too large;
    `found` says for each step whether the judgement of the check above finds that gradient wrong.
    """
    dtypes = ("float64", "float32") if grid == DECADES else (plan.precision,)
    schemes = SCHEMES if grid == DECADES else ("forward", "central")
    what, index, steps = subject.inputs, subject.sample(SAMPLE, plan.group), STEPS[grid]
    swept, of_wrong, detected = [], [], []
    n_lines = len(schemes) * len(dtypes)
    for scheme, dtype in itertools.product(schemes, dtypes):
        errors = []
        for step in steps:
            how = {"scheme": scheme, "step": step, "dtype": dtype}
            check = gradient_check(*what, indices=index, **how)
            errors.append(norm_wise(check.analytic, check.numeric))
            if grid != DECADES and scheme == "central":
                wrong = too_large(check)
                of_wrong.append(norm_wise(wrong.analytic, wrong.numeric))
                detected.append(judge(wrong, *what, **how).finds_error)
            yield (len(swept) + len(errors) / len(steps)) / n_lines
        swept.append(((scheme, dtype), steps, np.array(errors)))
    if of_wrong:
        swept.append(((WRONG, plan.precision), steps, np.array(of_wrong)))
    return swept, np.array(detected, bool)


def right_and_wrong(lines, precision, grid):
    """Return (steps, errors of the right gradient, errors of one made too large), the longest step first.

    The lines are those of a `sweep` of this grid, whose central differences in `precision` are compared.
    """
    errors = {scheme: errors for (scheme, dtype), _, errors in lines if dtype == precision}
    return STEPS[grid], errors["central"], errors[WRONG]


def largest(subject, index, steps, dtype):
    """Generator: yield the share done; return (right, wrong, size).

    `right` is max |a − n| over the derivatives at `index` for every step of central differences; `wrong` is
    the same for a gradient that is too large; `size` is the largest |a|.
    """
    right, wrong, size = [], [], 0.0
    for step in steps:
        check = gradient_check(*subject.inputs, indices=index, scheme="central", step=step, dtype=dtype)
        right.append(check.error.max())
        wrong.append(too_large(check).error.max())
        size = float(np.abs(check.analytic).max())
        yield len(right) / len(steps)
    return np.array(right, float), np.array(wrong, float), size
