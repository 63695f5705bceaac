"""The sentences of the range test: which rates were best, and whether its band contains them."""

import math

import numpy as np
import pytest
from swept import plan_of

from lab.sweeps import rates
from mlp import TrainConfig
from mlp.range_test import Interval, RangeTest
from mlp.sweep import Values

BAND = Interval(0.01, 1.0, 0.2, 3.0, 1470.0)
CHANGING, OTHER = ((0.1, 0), (0.01, 2)), ((0.2, 0), (0.01, 2))
TWO_FIELDS = {"learning_rate": Values((0.3, 0.1, 3.0)), "l2": Values((0.0, 0.1))}


def test_the_best_rates_are_those_of_all_trials_that_tie_for_the_best_median():
    plan = plan_of(TWO_FIELDS)  # trials 1, 2: rate 0.3; 3, 4: rate 0.1; 5, 6: rate 3
    ranked = [(4, 0.9), (5, 0.9), (3, 0.9), (1, 0.8), (2, math.nan)]
    assert rates.swept(plan, ranked) == ((0.1, 0.3, 3.0), (0.1, 3.0), True, 0)
    assert [rates.swept(plan, [(n, 0.9)]).best for n in range(1, 7)] == [
        (r,) for r in (0.3, 0.1, 3.0) for _ in "ab"
    ]
    assert rates.swept(plan, [(1, math.nan)]).best == rates.swept(plan, []).best == ()
    none = plan._replace(sweep=plan.sweep._replace(trials=()))
    assert rates.swept(none, []) == ((0.1,), (), False, 0), "that of the base"
    assert rates.swept(plan_of({"l2": Values((0.0, 0.1))}), [(1, 0.9)]) == ((0.1,), (0.1,), False, 0)


@pytest.mark.parametrize(
    ("best", "words"),
    [
        ([0.1], "0.1 is the best: it lies inside the band."),
        ([0.01, 1.0], "0.01 and 1 tie for the best: both lie inside the band."),
        ([0.03, 0.1, 0.3], "0.03, 0.1 and 0.3 tie for the best: all lie inside the band."),
        ([0.1, 3.0], "0.1 and 3 tie for the best: 3 lies outside the band."),
        ([0.001, 0.1, 3.0], "0.001, 0.1 and 3 tie for the best: 0.001 and 3 lie outside the band."),
        ([3.0], "3 is the best: it lies outside the band, which the test of the base has missed."),
    ],
)
def test_whether_the_band_contains_the_best_rates_is_told(best, words):
    told = rates.verdict(BAND, rates.Swept((0.001, 10.0), tuple(best), True))
    assert told == f"Of the learning rates of the sweep, {words}"
    without = rates.verdict(None, rates.Swept((0.001, 10.0), tuple(best), True))
    assert without == told.partition(":")[0] + "."


def test_a_rate_that_is_not_swept_and_a_sweep_without_results_are_told():
    assert rates.verdict(BAND, rates.Swept((0.1,), (0.1,), False)) == (
        "The learning rate is 0.1 in all trials, inside the band."
    )
    assert rates.verdict(None, rates.Swept((0.1,), (), False)) == "The learning rate is 0.1 in all trials."
    assert rates.verdict(BAND, rates.Swept((0.1, 1.0), (), True)).startswith(
        "No trial of the sweep has a result"
    )


def result_of(means, interval):
    """A RangeTest at rates 1, 2, 4, … whose running mean is 1 in its warm-up and then takes these values."""
    smoothed = np.array([1.0] * 9 + means)
    return RangeTest(2.0 ** np.arange(len(smoothed)), smoothed, smoothed, interval)


FLAT, FALLEN = [1.0, 0.95, 1.2], [1.0, 0.4]


def test_the_title_and_the_caption_say_the_interval_or_that_there_is_none():
    one, changing = TrainConfig(), TrainConfig(learning_rate=CHANGING)
    with_band, without = result_of(FALLEN, BAND), result_of(FLAT, None)
    assert rates.title(with_band, one) == "Learning rates from 0.01 to 1 are worth trying for this base"
    assert "reached at 0.2, after rates that sum to 3." in rates.how_to_read(with_band, one)
    assert rates.title(without, one) == "The loss falls by less than 10% at every learning rate"
    assert rates.how_to_read(without, one).endswith("or the network is too hard to train.")
    for result in (with_band, without):
        assert "the test and its band assume a constant rate." in rates.how_to_read(result, changing)
        assert "changes its learning rate" not in rates.how_to_read(result, one)


@pytest.mark.parametrize(
    ("means", "epochs", "words"),
    [
        ([], 9, "The test ends after 9 steps, too early to suggest a learning rate"),
        ([1.0], 9, "The test ends after 10 steps, too early to suggest a learning rate"),
        (FLAT, 0, "The loss falls by less than 10% at every learning rate"),
        (FALLEN, 0, "This base takes no training step, so no learning rate is suggested"),
        (FALLEN, 1, "The learning rates of this base's training add up to 0, so none is suggested"),
    ],
)
def test_without_a_band_the_title_says_why(means, epochs, words):
    result, train = result_of(means, None), TrainConfig(epochs=epochs)
    assert rates.title(result, train) == words
    assert ("too hard to train" in rates.how_to_read(result, train)) is (means is not FALLEN)


SAME = "a rate of 0.01 gives the same sum"
LOWER = f"only {SAME}. The loss of the test is least at a lower one, 0.004"


@pytest.mark.parametrize(
    ("low", "is_lost", "begins", "ends"),
    [  # 300 steps are to have the sum 3
        (0.01, True, SAME, "half of the fall is lost again."),
        (0.01, False, SAME, "the test ends."),
        (0.004, False, LOWER, "the test ends."),
    ],
)
def test_the_caption_says_why_the_band_begins_and_ends_where_it_does(low, is_lost, begins, ends):
    interval = Interval(low, 1.0, 0.2, 3.0, 300.0, is_lost)
    told = rates.how_to_read(result_of(FALLEN, interval), TrainConfig())
    assert (
        f"of the base, {begins}, so the band begins there. It ends at 1, where {ends} So the band shows"
        in told
    )


def test_trials_whose_rate_changes_are_not_compared_with_the_test_and_it_is_told():
    plan = plan_of({"learning_rate": Values((0.3, CHANGING, 3.0))})
    found = rates.swept(plan, [(2, 0.9), (3, 0.8), (1, 0.7)])  # the best trial of all changes its rate
    assert found == ((0.3, 3.0), (3.0,), True, 1)
    assert rates.verdict(BAND, found) == (
        "Of the learning rates of the sweep, 3 is the best: it lies outside the band, which the test of the "
        "base has missed. 1 trial changes its learning rate during training and is not among these."
    )
    assert rates.verdict(BAND, rates.Swept((0.3,), (0.3,), False, 2)) == (
        "The learning rate is 0.3 in all other trials, inside the band. 2 trials change their learning rate "
        "during training and are not among these."
    )
    for axes in ({"learning_rate": Values((CHANGING,))}, {"learning_rate": Values((CHANGING, OTHER))}):
        none = rates.swept(plan_of(axes), [(1, 0.9)])
        assert none == ((), (), False, len(axes["learning_rate"].values))
        assert rates.verdict(BAND, none).startswith("No trial has a constant learning rate")
