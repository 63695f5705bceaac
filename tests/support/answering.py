"""Answers of questions outside a page: their networks trained once for all tests."""

from data import load_dataset
from lab.links.pages import PAGES
from lab.questions.answer import Trained
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


trained.dataset = load_dataset


def values_of(page, question):
    """The page's fields with what the question changes."""
    return PAGES[page].defaults | question.changes
