"""The bug lab's experiment: what its program fixes, the data as it reads them, its tests and its verdict."""

from dataclasses import replace

import numpy as np

from lab.bugs import check, detectors, program
from lab.bugs.program import RawData
from lab.links.pages import PAGES

N_SEEDS = PAGES["bug_lab"].seeds
NO_VERDICT = "The right program fails this test too, so on this network the test shows nothing."
ALL_ENTRIES_UP_TO = 1500  # parameters; in a larger network, check.CHECKED per tensor are checked


def unscaled(data):
    """Return the DataConfig of what the program reads: it scales the data itself."""
    return replace(data, scaling="none")


def raw_data(dataset, scaling):
    """Return the RawData of an unscaled dataset, the training set sorted by class, as files often are."""
    order = np.argsort(dataset.y_train, kind="stable")
    return RawData(
        np.float64(dataset.X_train)[order],
        dataset.y_train[order],
        np.float64(dataset.X_valid),
        dataset.y_valid,
        np.float64(dataset.X_test),
        dataset.y_test,
        len(dataset.class_names),
        scaling,
    )


def judged(on):
    """Return (TensorChecks, Judgement) of the program of a Bench, or the sentence with which it stops."""
    n_parameters = sum(a.size for layer in on.params for a in layer)
    n_checked = n_parameters if n_parameters <= ALL_ENTRIES_UP_TO else check.CHECKED
    try:
        return check.judged(on, detectors.step_taken(on), n_checked)
    except program.Stopped as stopped:
        return str(stopped)


def verdicts(right, findings):
    """Return {test: Finding} of a program, beside those of the right one; a test counts if that passes it.

    With gradients of 0 or parameters that are not finite, a test fails any program.
    """
    return {
        test: finding._replace(caught=False, sentence=f"{finding.sentence} {NO_VERDICT}")
        if right[test].caught
        else finding
        for test, finding in findings.items()
    }


def caught_by(findings):
    """Return the names of the tests in {test: Finding} that find a bug."""
    return {test for test, finding in findings.items() if finding.caught}
