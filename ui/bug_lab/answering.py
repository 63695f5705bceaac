"""The cached tests and curves from which the answers to the page's questions are computed.

Each function takes the `values` of a question's answer (see `lab.questions.answer`) and raises Waiting if the
page waits for a click.
"""

from lab.bugs import BUGS
from lab.bugs.experiment import N_SEEDS
from lab.links.experiment import Setup
from lab.links.fixed_fields import in_lab
from lab.questions.answer import setups
from ui.bug_lab import evidence, trials
from ui.frame.questions import finished, loaded
from ui.training.cache import cache


def verdicts(values):
    """Return {test: Finding} of the question's bug."""
    finished(trials.run_tests(*_asked(values)))
    return trials.verdicts(*_asked(values))


def judged(values):
    """Return (TensorChecks, Judgement) of the map of errors, or a sentence: why the program stopped."""
    return evidence.judged(*_asked(values))


def losses(values):
    """Return two lists, the median training loss by epoch of the program and of the right one."""
    frame, _ = finished(trials.curves(*_asked(values), trials.WITH))
    loss = frame[frame["quantity"] == "loss"]
    return [loss.loc[loss["program"] == name, "median"].tolist() for name in (trials.WITH, trials.WITHOUT)]


def _asked(values):
    """Return the lab's Setup, the key of the bug, and the Steps of its program."""
    (setup,) = setups(values)
    key = values["bug"].replace(" ", "_")
    experiment = in_lab(setup.experiment.data, setup.experiment.train)
    loaded(cache().dataset, experiment.data)
    return Setup(experiment, N_SEEDS), key, BUGS[key].steps()
