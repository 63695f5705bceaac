"""The cached results from which the answers to the page's questions are computed.

Each function takes the `values` of a question's answer (see `lab.questions.answer`) and raises Waiting if the
page waits for a click.
"""

import numpy as np

from lab.gradient_check import checks, sweeps
from lab.gradient_check.plan import plan_of
from lab.published.steps_of_n import STEPS
from ui.frame.questions import Waiting, finished, loaded
from ui.gradient_check import epochs, largest, one_sided, steps, subject
from ui.gradient_check import parts as part
from ui.training import progress


def network(values):
    """Return the Subject, trained as far as the question asks."""
    one = loaded(_downloaded, plan_of(values))
    if one.epoch < plan_of(values).experiment.train.epochs:
        raise Waiting
    return one


def index(values):
    """Return the indices of the parameters that the page checks."""
    return checks.indices(plan_of(values), network(values))


def check(values):
    """Return the Result of the check at the top of the page."""
    what = plan_of(values), network(values)
    if not subject.may_check(*what):
        raise Waiting
    return finished(subject.check(*what))


def swept(values):
    """Return (steps, errors of the right gradient, errors of one that is too large), longest step first."""
    plan = plan_of(values)
    lines, _ = finished(steps.cached_sweep(plan, network(values), values["grid"]))
    return sweeps.right_and_wrong(lines, plan.precision, values["grid"])


def largest_differences(values):
    """Return the same for the largest difference, max |a - n|."""
    right, wrong, _ = finished(largest.cached_sweep(plan_of(values), network(values), values["grid"]))
    return STEPS[values["grid"]], np.asarray(right), np.asarray(wrong)


def parts(values):
    """Return {part: Result} of checks of the data loss, of the penalty, and of both."""
    one = network(values)
    return finished(part.checked(plan_of(values), one, one.config))


def flagged(values):
    """Return the `lab.published.one_sided.Flagged` of coursework C's test."""
    return finished(one_sided.flagged(plan_of(values), network(values)))


def seconds_per_example(values):
    """Return the measured seconds per example of a training step, by a loop and by matrices."""
    return epochs.per_example()


def _downloaded(plan):
    progress.download(plan.experiment.data.name)
    return subject.subject(plan)
