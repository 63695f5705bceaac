"""What a test says of an error that does not fall, of derivatives that are not finite, of small shares."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from data import DataConfig, load_dataset
from lab.bugs import BUGS, DETECTORS, RIGHT, bench, check, experiment
from lab.links.fixed_fields import in_lab
from mlp import TrainConfig
from mlp.checks.judgement import CAUSES

LAB = in_lab(DataConfig(), TrainConfig(cycle_steps=20))
RAW = experiment.raw_data(load_dataset(experiment.unscaled(LAB.data)), LAB.data.scaling)
CHECK = check.TensorCheck("W1", (2,), np.arange(2), np.ones(2), np.ones(2), np.zeros(2, bool))


def program(key, **changes):
    """The Bench of a bug's program in the lab's usual experiment, with these changes."""
    return bench(RIGHT, replace(LAB.train, **changes), RAW)._replace(steps=BUGS[key].steps())


def test_an_error_that_does_not_fall_with_the_step_is_not_said_to_fall():
    finding = DETECTORS["step_sweep"](program("mean_taken_twice"))
    errors = list(finding.figures.values())
    assert max(errors) < 1.5 * min(errors), "it is the same at every step"
    assert (
        finding.sentence == f"The smallest error over all steps h, from 1e-10 to 0.1, is {min(errors):.1e}."
    )


def test_a_sentence_begins_with_a_capital_whatever_share_it_begins_with():
    assert DETECTORS["order"](program("mean_taken_twice")).sentence.startswith("Under 1% of the positions")


@pytest.mark.parametrize(
    ("causes", "said"),
    [
        (["agrees", "unexplained", "rounding", "agrees"], "Wrong in W1"),
        (["not a number", "not a number", "agrees", "not a number"], "Not finite in W1, b1"),
        (["unexplained", "agrees", "not a number", "agrees"], "Wrong in W1; not finite in b1"),
    ],
)
def test_derivatives_that_are_not_numbers_are_not_called_wrong(causes, said):
    verdict = SimpleNamespace(cause=np.array([CAUSES.index(cause) for cause in causes]))
    checks = [CHECK, CHECK._replace(name="b1")]
    assert check.verdict_in_words(checks, verdict) == said


def test_a_network_that_has_diverged_has_no_derivatives_to_be_wrong():
    diverged = program("mean_taken_twice", learning_rate=1e6, activation="identity")
    assert not np.isfinite(diverged.params[0].W).all() or np.abs(diverged.params[0].W).max() > 1e6
    finding = DETECTORS["gradient_check"](diverged)
    assert "Wrong" not in finding.sentence
    assert finding.sentence.endswith("Not finite in W1, b1, W2, b2.")
