"""The checks of a network: of the parameters asked for, of the objective in parts, and of one side."""

from typing import NamedTuple

import numpy as np

from lab.generators import part as part_of
from lab.links import cost
from lab.published import one_sided
from mlp import gradient_check
from mlp.checks.gradient_check import ALL_UP_TO, GradientCheck
from mlp.checks.judgement import Judgement, judge

WHOLE, SAMPLED = 1_500_000_000, 400_000_000  # multiply-adds of a check of all parameters, and of a sample
SECONDS_OF_A_PART = 0.12  # of a check, between two reports of its progress
PARTS = {"data": "data loss alone", "penalty": "penalty alone", "objective": "both"}
PENALTIES = 1e-3, 1e-2  # used if a network has no penalty
SAMPLE_OF_PARTS, WORK_OF_PARTS = 200, 300_000_000  # most derivatives; most multiply-adds of all checks
SAMPLE_OF_SIDES, WORK_OF_SIDES = 300, 600_000_000  # likewise, of both checks


class Result(NamedTuple):
    """A check and the judgement on it."""

    check: GradientCheck
    judgement: Judgement


def indices(plan, subject):
    """Return the indices of the parameters to check: all of the group, or a sample if there are many."""
    n = sum(tensor.size for tensor in subject.members(plan.group))
    if n > ALL_UP_TO or n * subject.cost() > WHOLE:
        n = min(ALL_UP_TO, max(1, SAMPLED // subject.cost()))
    return subject.sample(n, plan.group)


def check_in_parts(params, X, y, config, indices, speed, **how):
    """Generator: yield the share done; return the GradientCheck of these indices."""
    n_parameters = sum(array.size for layer in params for array in layer)
    size = int(max(1, SECONDS_OF_A_PART / cost.checking_seconds(1, n_parameters, len(y), config, speed)))
    parts = []
    for start in range(0, max(1, len(indices)), size):
        parts.append(gradient_check(params, X, y, config, indices=indices[start : start + size], **how))
        yield min(1.0, (start + size) / max(1, len(indices)))
    return GradientCheck(*map(np.concatenate, zip(*parts, strict=True)))


def result_in_parts(subject, index, scheme, step, dtype, speed, config=None, part="objective"):
    """Generator: yield the share done; return the Result of one check."""
    how = {"scheme": scheme, "step": step, "dtype": dtype, "part": part}
    what = *subject.inputs[:3], config or subject.config
    check = yield from check_in_parts(*what, index, speed, **how)
    return Result(check, judge(check, *what, **how))


def parts_sample(plan, subject):
    """Return the indices of the parameters that are checked in parts."""
    return subject.sample(min(SAMPLE_OF_PARTS, max(1, WORK_OF_PARTS // (3 * subject.cost()))), plan.group)


def in_parts(plan, subject, config, speed):
    """Generator: yield the share that is done; return {part: Result} of the network with this config."""
    index, results = parts_sample(plan, subject), {}
    for n_done, name in enumerate(PARTS):
        how = plan.scheme, plan.step, plan.precision, speed, config, name
        results[name] = yield from part_of(result_in_parts(subject, index, *how), n_done, len(PARTS))
    return results


def sides_sample(plan, subject):
    """Return the indices of the parameters that coursework C's test of one side looks at."""
    return subject.sample(min(SAMPLE_OF_SIDES, max(1, WORK_OF_SIDES // (2 * subject.cost()))), plan.group)


def flagged(plan, subject, speed):
    """Generator: yield the share that is done; return the `lab.published.one_sided.Flagged` of both steps."""
    index, found, steps = sides_sample(plan, subject), {}, (one_sided.STEP, one_sided.SHORT_STEP)
    for number, step in enumerate(steps):
        check = check_in_parts(*subject.inputs, index, speed, scheme="central", step=step)
        result = yield from part_of(check, number, len(steps))
        found[step] = result.analytic, result.numeric
    return one_sided.flagged(found)
