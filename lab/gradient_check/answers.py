"""What the answers to the page's questions are computed from, without a page: the same checks, made here.

Each function takes the `values` of a question's answer, see `lab.questions.answer`, as those of
`ui.gradient_check.answering` do, which take them from the page's cache. There is no `seconds_per_example`: it
is measured on the machine that answers, so two machines may differ.
"""

import functools

from data import load_dataset
from lab.generators import at_once
from lab.gradient_check import checks, sweeps
from lab.gradient_check.plan import plan_of
from lab.gradient_check.subject import subject_of
from lab.links import cost
from lab.published.steps_of_n import STEPS
from mlp import train


@functools.lru_cache(maxsize=2)
def _network(plan):
    """Return the Subject of a Plan, trained as far as it asks."""
    dataset, config = load_dataset(plan.experiment.data), plan.experiment.train
    if not config.epochs:
        return subject_of(dataset, config, plan.examples)
    *_, last = train(config, dataset)
    return subject_of(dataset, config, plan.examples, last.params, last.epoch)


def network(values):
    """Return the Subject, trained as far as the question asks."""
    return _network(plan_of(values))


def index(values):
    """Return the indices of the parameters that the page checks."""
    return checks.indices(plan_of(values), network(values))


def check(values):
    """Return the Result of the check at the top of the page."""
    plan = plan_of(values)
    how = plan.scheme, plan.step, plan.precision, cost.calibrate()
    return at_once(checks.result_in_parts(network(values), index(values), *how))


def swept(values):
    """Return (steps, errors of the right gradient, errors of one made too large), the longest step first."""
    plan = plan_of(values)
    lines, _ = at_once(sweeps.sweep(plan, network(values), values["grid"]))
    return sweeps.right_and_wrong(lines, plan.precision, values["grid"])


def largest_differences(values):
    """Return the same of the largest difference, max |a - n|."""
    plan, steps = plan_of(values), STEPS[values["grid"]]
    of_sample = network(values), network(values).sample(sweeps.SAMPLE, plan.group)
    right, wrong, _ = at_once(sweeps.largest(*of_sample, steps, plan.precision))
    return steps, right, wrong


def parts(values):
    """Return {part: Result} of checks of the data loss, of the penalty, and of both."""
    plan, one = plan_of(values), network(values)
    return at_once(checks.in_parts(plan, one, one.config, cost.calibrate()))


def flagged(values):
    """Return the `lab.published.one_sided.Flagged` of coursework C's test."""
    return at_once(checks.flagged(plan_of(values), network(values), cost.calibrate()))
