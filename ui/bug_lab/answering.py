"""What the answers to the page's questions are computed from: the page's own cached tests and curves.

Each function takes the `values` of a question's answer, see `lab.questions.answer`, and raises Waiting where
the page waits for a click.
"""

from lab.bugs import BUGS
from lab.bugs.experiment import N_SEEDS, in_lab
from lab.links.experiment import Setup
from lab.questions.answer import setups
from ui.bug_lab import evidence, trials
from ui.frame.questions import had, made
from ui.training.cache import cache


def verdicts(values):
    """Return {test: Finding} of the question's bug."""
    made(trials.run_tests(*_asked(values)))
    return trials.verdicts(*_asked(values))


def judged(values):
    """Return (TensorChecks, Judgement) of the map of errors, or the sentence with which the program stops."""
    return evidence.judged(*_asked(values))


def losses(values):
    """Return the median training losses by epoch of the program and of the right one, two lists."""
    frame, _ = made(trials.curves(*_asked(values), trials.WITH))
    loss = frame[frame["quantity"] == "loss"]
    return [loss.loc[loss["program"] == name, "median"].tolist() for name in (trials.WITH, trials.WITHOUT)]


def _asked(values):
    """Return the lab's Setup, the key of the bug, and the Steps of its program."""
    (setup,) = setups(values)
    key = values["bug"].replace(" ", "_")
    experiment = in_lab(setup.experiment.data, setup.experiment.train)
    had(cache().dataset, experiment.data)
    return Setup(experiment, N_SEEDS), key, BUGS[key].steps()
