"""The cached results from which the answers to the page's questions are computed.

Each function takes the `values` of a question's answer (see `lab.questions.answer`) and raises Waiting if the
page waits for a click.
"""

import numpy as np

from lab.links.pages import PAGES
from lab.published.steps_of_n import STEPS
from lab.questions.answer import setups
from ui.charts.gradient_check import PLANTED
from ui.frame.questions import Waiting, finished, loaded
from ui.gradient_check import epochs, largest, one_sided, steps, subject
from ui.gradient_check import parts as part
from ui.gradient_check.setup import Plan, parse_step
from ui.training import progress


def network(values):
    """Return the Subject, trained as far as the question asks."""
    one = loaded(_downloaded, _plan(values))
    if one.epoch < _plan(values).experiment.train.epochs:
        raise Waiting
    return one


def index(values):
    """Return the indices of the parameters that the page checks."""
    return subject.indices(_plan(values), network(values))


def check(values):
    """Return the Result of the check at the top of the page."""
    what = _plan(values), network(values)
    if not subject.may_check(*what):
        raise Waiting
    return finished(subject.check(*what))


def swept(values):
    """Return (steps, errors of the right gradient, errors of one that is too large), longest step first."""
    plan = _plan(values)
    lines, _ = finished(steps.cached_sweep(plan, network(values), values["grid"]))
    errors = {scheme: error for (scheme, dtype), _, error in lines if dtype == plan.precision}
    return STEPS[values["grid"]], errors["central"], errors[PLANTED]


def largest_differences(values):
    """Return the same for the largest difference, max |a - n|."""
    right, wrong, _ = finished(largest.cached_sweep(_plan(values), network(values), values["grid"]))
    return STEPS[values["grid"]], np.asarray(right), np.asarray(wrong)


def parts(values):
    """Return {part: Result} of checks of the data loss, of the penalty, and of both."""
    one = network(values)
    return finished(part.checked(_plan(values), one, one.config))


def flagged(values):
    """Return the `lab.published.one_sided.Flagged` of coursework C's test."""
    return finished(one_sided.flagged(_plan(values), network(values)))


def seconds_per_example(values):
    """Return the measured seconds per example of a training step, by a loop and by matrices."""
    return epochs.per_example()


def _downloaded(plan):
    progress.download(plan.experiment.data.name)
    return subject.subject(plan)


def _plan(values):
    values = PAGES["gradient_check"].view | values
    (setup,) = setups(values)
    how = values["examples"], values["scheme"], parse_step(values["h"]), values["precision"]
    return Plan(setup.experiment, *how, values["which"])
