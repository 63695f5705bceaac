"""The leaderboard: what counts as the best, ties, divergence, and the grammar of its sentences."""

import math

import numpy as np
import pytest
from swept import ended, outcome, plan_of, run_of

from lab.sweeps import leaderboard
from mlp.execution import Outcome
from mlp.sweep import Values

ACCURACY, LOSS = "validation accuracy", "validation loss"
RATES = {"learning_rate": Values((0.3, 0.1, 1.0))}
NAN = math.nan


def test_the_finals_are_the_last_figures_and_a_run_that_diverged_is_worse_than_any():
    plan, run = plan_of(RATES), ended([0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
    finals = leaderboard.finals(plan, run.outcomes, ACCURACY)
    np.testing.assert_allclose(finals, [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]])
    np.testing.assert_allclose(leaderboard.finals(plan, run.outcomes, "training loss")[2], [0.05, 0.06])
    run = run_of(outcome(0, 0.5, 0.7), outcome(1, 0.5, 0.9, diverged=True), Outcome(2, (), "broken"))
    for metric, worst in ((ACCURACY, -np.inf), (LOSS, np.inf)):
        finals = leaderboard.finals(plan, run.outcomes, metric)
        np.testing.assert_array_equal(finals, [[0.7, worst], [NAN] * 2, [NAN] * 2])


def test_a_trials_status_is_its_first_error_then_what_is_missing_then_what_diverged():
    broken, torn = (Outcome(row, (), error) for row, error in enumerate(("broken", "torn")))
    fine, lost = outcome(2, 0.5), outcome(3, 0.5, 0.1, diverged=True)
    assert leaderboard.status([fine, broken, torn], 3) == "broken"
    assert leaderboard.status([fine, lost], 3) == "2 of 3 finished"
    assert leaderboard.status([fine, lost], 2) == "1 of 2 diverged in epoch 1"
    assert leaderboard.status([fine, fine], 2) == leaderboard.DONE


@pytest.mark.parametrize("metric", [ACCURACY, LOSS])
def test_a_trial_of_which_one_run_of_five_is_the_best_and_four_diverged_is_last(metric):
    plan = plan_of({"learning_rate": Values((0.3, 0.1))}, 5)
    best = 0.99 if metric == ACCURACY else 0.01
    lucky = [outcome(0, best), *(outcome(row, 0.5, diverged=True) for row in range(1, 5))]
    run = run_of(*lucky, *(outcome(row, 0.6) for row in range(5, 10)))
    first, last = leaderboard.trials(plan, run.outcomes, metric)
    assert (first.number, first.median) == (2, 0.6)
    spread = run_of(*(outcome(row, 0.6 + row / 100) for row in range(10)))
    apart = [(one.low, one.median, one.high) for one in leaderboard.trials(plan, spread.outcomes, metric)]
    assert sorted(apart) == [pytest.approx((0.6, 0.62, 0.64)), pytest.approx((0.65, 0.67, 0.69))]
    assert (last.number, last.low, last.high, last.status) == (
        1,
        best,
        best,
        "4 of 5 diverged before the first epoch",
    )
    assert math.isnan(last.median)
    assert last.behind is None, "a run that diverged is behind by no number"


def test_two_seeds_are_compared_and_their_interval_is_wide():
    plan = plan_of({"learning_rate": Values((0.3, 0.1))}, 2)
    best, other = leaderboard.trials(plan, ended([0.9, 0.8, 0.8, 0.5]).outcomes, ACCURACY)
    assert best.behind == (0.0, 0.0, 0.0, False)
    half = 12.706 * 0.1  # Student's t of one degree of freedom times the standard error of 0.1 and 0.3
    assert other.behind[:3] == pytest.approx((0.2, 0.2 - half, 0.2 + half), rel=1e-4)
    assert not other.behind.apart


def test_a_trial_is_compared_with_the_best_mean_though_the_best_median_leads():
    plan = plan_of({"learning_rate": Values((0.3, 0.1))}, 3)
    run = ended([0.9, 0.9, 0.3, 0.8, 0.8, 0.8])  # medians 0.9 and 0.8, means 0.7 and 0.8
    lead, other = leaderboard.trials(plan, run.outcomes, ACCURACY)
    assert (lead.number, other.number) == (1, 2)
    assert other.behind == (0.0, 0.0, 0.0, False)
    half = 4.303 * np.std([-0.1, -0.1, 0.5], ddof=1) / math.sqrt(3)
    assert lead.behind[:3] == pytest.approx((0.1, 0.1 - half, 0.1 + half))
    one = leaderboard.trials(plan_of(RATES, 1), ended([0.1, 0.2, 0.3]).outcomes, ACCURACY)
    assert [trial.behind for trial in one] == [None] * 3


@pytest.mark.parametrize(
    ("medians", "n_seeds", "words"),
    [
        ([0.994, 0.99, 0.9], 5, "best median 99.4% at rate 1"),
        ([0.994, 0.99], 1, "best 99.4% at rate 1"),
        ([0.994, NAN], 5, "median 99.4% at rate 1"),
        ([0.994], 1, "99.4% at rate 1"),
        ([0.994] * 7 + [0.99] * 17, 5, "7 of 24 trials tie at the best median, 99.4%"),
        ([0.994, 0.994, 0.99], 1, "2 of 3 trials tie at 99.4%"),
        ([0.994, 0.994, 0.99, NAN], 2, "2 of the 3 trials with a result tie at the best median, 99.4%"),
        ([0.994, 0.994], 2, "both trials tie at a median of 99.4%"),
        ([0.994] * 3, 1, "all 3 trials tie at 99.4%"),
        ([0.994] * 3 + [NAN], 3, "all 3 trials with a result tie at a median of 99.4%"),
    ],
)
def test_the_headline_names_one_best_trial_only_where_there_is_one(medians, n_seeds, words):
    assert (
        leaderboard.headline(np.array(medians), ACCURACY, n_seeds, "rate 1")
        == f"Validation accuracy: {words}"
    )


def test_what_is_not_drawn_is_counted():
    def told(n_seeds, *statuses):
        medians = [NAN if "diverged" in one or "in" in one.split() else 0.5 for one in statuses]
        return leaderboard.without_median(statuses, medians, n_seeds)

    assert told(5, "done", "1 of 5 finished") == ""
    assert told(5, "done", "4 of 5 diverged") == "1 trial is not drawn: half or more of its runs diverged."
    assert told(1, "1 of 1 diverged") == "1 trial is not drawn: its run diverged."
    assert told(1, *["1 of 1 diverged"] * 2) == "2 trials are not drawn: their runs diverged."
    assert told(4, *["2 of 4 diverged in epoch 3"] * 2) == (
        "2 trials are not drawn: half or more of their runs diverged."
    )


def test_what_is_not_drawn_without_a_validation_set_is_counted_too():
    def told(n_seeds, *statuses):
        return leaderboard.without_median(statuses, [NAN] * len(statuses), n_seeds)

    assert told(2, "done") == "1 trial is not drawn: it has no validation set."
    assert told(1, "done", "done") == "2 trials are not drawn: they have no validation set."
    assert told(3, "done", "1 of 3 diverged in epoch 2", "1 of 3 finished", "It failed.") == (
        "2 trials are not drawn: they have no validation set."
    )
    assert told(3, "3 of 3 diverged in epoch 2", "done") == (
        "1 trial is not drawn: half or more of its runs diverged. "
        "1 trial is not drawn: it has no validation set."
    )


@pytest.mark.parametrize(
    ("behind", "low", "words"),
    [
        ([0.0, 0.1], [0.0, 0.05], "the other trial is not shaded."),
        ([0.0, 0.1], [0.0, -0.05], "the other trial is shaded."),
        ([0.1, 0.0, 0.2], [0.05, 0.0, 0.1], "trial 8, which has the best mean"),
        ([0.0, 0.1, 0.2], [0.0, -0.1, 0.1], "1 of the 2 others is shaded."),
        ([0.0, 0.0, 0.2], [0.0, 0.0, -0.1], "both others are shaded."),
        ([0.0, 0.1, 0.2, 0.3], [0.0, -0.1, -0.1, -0.1], "all 3 others are shaded."),
        ([0.0, 0.1, 0.2], [0.0, 0.05, 0.1], "none of the 2 others is shaded."),
        ([0.1, 0.0, 0.0], [0.05, 0.0, 0.0], "trial 8, one of 2 with the best mean, is on average"),
        ([0.0, 0.0, 1e-17], [0.0, 0.0, 0.0], "trial 7, one of 3 with the best mean, is on average"),
        ([0.0, 0.1, NAN], [0.0, 0.1, NAN], "1 trial is not compared: not all of its runs ended"),
        ([0.0, 0.1, NAN, NAN], [0.0, 0.1, NAN, NAN], "2 trials are not compared: not all of their runs"),
        ([0.0, 0.1], [0.0, NAN], "the other trial is shaded."),
        (
            [0.0, 0.1],
            [0.0, NAN],
            "1 trial differs from the best by the same amount on all seeds. That gives no",
        ),
        ([0.0, 0.1, 0.2], [0.0, NAN, NAN], "2 trials differ from the best by the same amount on all seeds. "),
        ([0.0, 0.1, 0.2], [0.0, NAN, NAN], "That gives no interval; they are shaded too."),
        ([0.0, 0.1, 0.2], [0.0, NAN, 0.1], "1 of the 2 others is shaded."),
        ([0.0, NAN], [0.0, NAN], "There are no two trials whose runs all ended with a finite result"),
        ([NAN, NAN], [NAN, NAN], "There are no two trials whose runs all ended with a finite result"),
        ([NAN], [NAN], "There is only one trial, so there is nothing to compare it with."),
        ([0.0], [0.0], "There is only one trial, so there is nothing to compare it with."),
    ],
)
def test_the_comparison_with_the_best_is_told_for_one_two_and_more_trials(behind, low, words):
    numbers = np.arange(7, 7 + len(low))
    assert words in leaderboard.comparison(numbers, np.array(behind), np.array(low), 5)
    assert "one seed" in leaderboard.comparison(numbers, np.array(behind), np.array(low), 1)


def test_six_seeds_that_agree_on_the_same_difference_distinguish_a_trial_without_an_interval():
    words = leaderboard.comparison([7, 8], np.array([0.0, 0.1]), np.array([0.0, NAN]), 6)
    assert "the other trial is not shaded." in words
    assert "no interval; it is not shaded, because so many seeds agree." in words


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([0.5, 0.9, 0.6], (0.6, 0.5, 0.9)),
        ([NAN, 0.5, 0.7], (0.6, 0.5, 0.7)),
        ([0.5, 0.9, -math.inf], (0.5, 0.5, 0.9)),  # a run that diverged is the worst in the median alone
        ([0.5, 0.9, math.inf], (0.9, 0.5, 0.9)),
        ([0.5, -math.inf], (NAN, 0.5, 0.5)),
        ([NAN, NAN], (NAN, NAN, NAN)),
        ([-math.inf, NAN], (NAN, NAN, NAN)),
    ],
)
def test_the_figures_of_a_trial_over_its_seeds(values, found):
    assert leaderboard.over_seeds(np.array(values)) == pytest.approx(found, nan_ok=True)


@pytest.mark.parametrize(
    ("medians", "n"),
    [
        ([0.5, 0.5 - 0.9e-9, 0.5 - 1.2e-9], 2),
        ([0.5, 0.5 + 0.9e-9], 2),  # the best loss is the lowest
        ([1000.0, 1000 - 0.9e-6, 1000 - 1.2e-6, NAN], 2),
        ([-1000.0, -1000 - 0.9e-6, -1000 - 1.2e-6], 2),
        ([0.0, 0.0, 1e-12], 3),
    ],
)
def test_medians_tie_up_to_rounding(medians, n):
    assert leaderboard.leaders(medians) == n


def test_a_field_has_the_value_of_its_trial_or_of_the_base():
    plan = plan_of(RATES)
    trial = plan.sweep.trials[0]
    values = [leaderboard.field_value(plan, name, trial) for name in ("learning_rate", "epochs", "n_samples")]
    assert values == ["0.3", "3", "120"]
    assert leaderboard.field_value(plan, "learning_rate") == "0.1"


def test_with_one_seed_no_trial_is_compared_and_the_caption_says_so():
    plan, run = plan_of(RATES, 1), ended([0.3, 0.2, 0.1])
    assert [one.behind for one in leaderboard.trials(plan, run.outcomes, ACCURACY)] == [None] * 3
    said = leaderboard.comparison([1, 2, 3], [NAN] * 3, [NAN] * 3, 1)
    assert said.startswith("Each trial has one seed, so there is no interval")
