"""Plan: a network after so many epochs, and how its derivatives are checked."""

import math
from typing import NamedTuple

from lab.links.experiment import Experiment
from lab.links.pages import PAGES
from lab.links.reading import quoted
from lab.questions.answer import setups

LEAST_STEP, MOST_STEP = 1e-30, 1.0


class Plan(NamedTuple):
    """A network after some epochs of training, and how to check its derivatives."""

    experiment: Experiment
    examples: int
    scheme: str
    step: float
    precision: str
    group: str
    n_seeds: int = PAGES["gradient_check"].seeds

    def configs(self):
        """Return the one TrainConfig."""
        return (self.experiment.train,)


def parse_step(text):
    """Return the step that "1e-5" or "1/24" means; raise ValueError with a one-sentence message."""
    try:
        above, _, below = text.partition("/")
        step = float(above) / float(below or 1)
    except (ValueError, ZeroDivisionError, OverflowError):
        step = math.nan
    if not LEAST_STEP <= step <= MOST_STEP:
        allowed = "a number from 1e-30 to 1, such as 1e-5, or a fraction such as 1/24"
        raise ValueError(f"h is {quoted(text)}; allowed: {allowed}.")
    return step


def plan_of(values):
    """Return the Plan of a question's values, see `lab.questions.answer`."""
    values = PAGES["gradient_check"].view | values
    (setup,) = setups(values)
    how = values["examples"], values["scheme"], parse_step(values["h"]), values["precision"]
    return Plan(setup.experiment, *how, values["which"])
