"""Answers of questions outside a page: their networks trained once for all tests."""

from data import load_dataset
from lab.links.pages import PAGES
from lab.questions.answer import Trained
from ui.sweeps.sweep_run import SweepRun
from ui.training import progress
from ui.training.run import Run

RUNS = {}


def trained(setups, watched=False):
    """What a page hands to a question's answer, without its cache and progress."""
    found = []
    for setup in setups:
        configs, n_epochs = setup.configs(), setup.experiment.train.epochs
        key = setup.experiment.data, configs
        if key not in RUNS:
            RUNS[key] = Run(configs, load_dataset(setup.experiment.data))
            RUNS[key].advance(n_epochs, seconds=1e9)
        found.append(Trained(RUNS[key], n_epochs))
    return found


def swept(plan):
    """The results of a sweep, run to its end."""
    experiments = tuple(plan.experiments())
    if experiments not in RUNS:
        RUNS[experiments] = SweepRun(experiments)
        RUNS[experiments].advance(1e9, None)
    return RUNS[experiments].results


trained.sweep = swept
trained.dataset = load_dataset
trained.result = lambda key, steps, *_: progress.at_once(steps())


def values_of(page, question):
    """The page's fields with what the question changes."""
    return PAGES[page].defaults | question.changes
