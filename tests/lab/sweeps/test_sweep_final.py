"""The final training after a search: its seeds, and what it gave beside the search's own best."""

import math

import pytest
from swept import TWO, outcome, plan_of

from lab.sweeps.final import in_words, setups

ACCURACY, LOSS = "validation accuracy", "validation loss"


def networks(*figures, lost=0):
    """The last records of networks with these validation figures; a hundredth of them on the test set."""
    ended = [outcome(0, figure).records[-1] for figure in figures]
    return ended + [outcome(0, 0.5, 0.1, diverged=True).records[-1] for _ in range(lost)]


def test_the_best_trial_is_trained_with_the_seeds_that_follow_those_of_the_search():
    plan = plan_of(TWO, 3)
    searched = [config for _, config in plan.experiments()]
    again = [setup.experiment.train for setup in setups(plan, 4)]
    assert [(c.learning_rate, c.activation) for c in again] == [(1.0, "tanh")] * 3
    assert [(c.init_seed, c.shuffle_seed) for c in again] == [(9, 3), (10, 4), (11, 5)]
    assert not {c.init_seed for c in again} & {c.init_seed for c in searched}
    assert [setup.n_seeds for setup in setups(plan, 4)] == [1, 1, 1]
    assert len(setups(plan_of(TWO, 1), 0)) == 1


def test_it_gives_the_test_accuracy_and_the_difference_from_the_search():
    sentence = in_words([0.9, 0.8, 0.85], networks(0.7, 0.9, 0.8), ACCURACY, 6)
    assert sentence == (
        "**Test accuracy 0.8% in the median (range 0.7% to 0.9%)**, 3 new networks. Their validation "
        "accuracy is 80.0% in the median (range 70.0% to 90.0%). In the search it was 85.0% in the median "
        "(range 80.0% to 90.0%): the new networks are 5.0 percentage points lower. The search's figure is "
        "that of the best of 6 trials, and a lucky trial is more likely to be chosen. The new seeds had no "
        "part in the choice."
    )


def test_runs_that_end_alike_have_no_range():
    sentence = in_words([0.9, 0.8], networks(0.7, 0.7), ACCURACY, 1)
    assert "is 70.0% in every run. In the search it was 85.0% in the median (range 80.0% to" in sentence


@pytest.mark.parametrize(
    ("before", "after", "metric", "words"),
    [
        (
            0.8,
            0.9,
            ACCURACY,
            "is 90.0%. In the search it was 80.0%: the new network is 10.0 percentage points higher.",
        ),
        (0.8, 0.8, ACCURACY, "is 80.0%. In the search it was 80.0%: no difference in the figures shown."),
        (0.8, 0.80001, ACCURACY, "no difference in the figures shown."),
        (0.5, 0.25, LOSS, "is 0.25. In the search it was 0.5: the new network is 0.25 lower."),
    ],
)
def test_one_network_of_one_trial_is_told_without_a_median_or_a_choice(before, after, metric, words):
    sentence = in_words([before], networks(after), metric, 1)
    assert ", 1 new network. Its " in sentence
    assert sentence.endswith(words)


def test_networks_that_diverge_are_told_and_left_out():
    some = in_words([0.9, 0.8], networks(0.7, lost=1), ACCURACY, 2)
    assert some.startswith("**Test accuracy 0.7%**, 2 new networks. 1 of 2 networks diverged in epoch 1; ")
    assert "these figures are for the other. Its validation accuracy is 70.0%." in some
    assert (
        in_words([0.9], networks(lost=2), ACCURACY, 2)
        == "No test accuracy: both networks diverged in epoch 1."
    )


@pytest.mark.parametrize(
    ("searched", "metric", "told"),
    [
        # as in the leaderboard, a run that diverged is the worst of the three
        (
            [0.9, 0.95, math.inf],
            LOSS,
            "it was 0.95 in the median (range 0.9 to 0.95; 1 run diverged and counts",
        ),
        (
            [-math.inf, 0.8, 0.9, 0.9, -math.inf],
            ACCURACY,
            "80.0% in the median (range 80.0% to 90.0%; 2 runs ",
        ),
        (
            [-math.inf, 0.8],
            ACCURACY,
            "In the search 1 of 2 runs diverged, so there is no validation accuracy to",
        ),
        ([math.inf], LOSS, "In the search the run diverged, so there is no validation loss to compare."),
    ],
)
def test_runs_of_the_search_that_diverged_are_told_and_count(searched, metric, told):
    assert told in in_words(searched, networks(0.7, 0.7, 0.7), metric, 2)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            (0.97251, 0.97251),
            (0.97249, 0.97249),
            "the new networks are less than 0.1 percentage points lower.",
        ),
        ((0.97251, 0.97251), (0.97349, 0.97349), "no difference in the medians shown."),
        ((0.9, 0.97), (0.934, 0.936), "no difference in the medians shown."),
        ((0.5, 0.5), (0.6, 0.6), "the new networks are 10.0 percentage points higher."),
    ],
)
def test_the_difference_agrees_with_the_figures_that_are_shown(before, after, told):
    """97.251% is shown as 97.3%, 97.249% as 97.2% and 97.349% as 97.3%."""
    assert in_words(before, networks(*after), ACCURACY, 1).endswith(told)


def test_of_several_networks_one_is_lost_and_the_figures_are_for_the_others():
    some = in_words([0.9, 0.8, 0.4], networks(0.6, 0.9, 0.8, lost=1), ACCURACY, 2)
    assert some.startswith(
        "**Test accuracy 0.8% in the median (range 0.6% to 0.9%)**, 4 new networks. 1 of 4 networks diverged "
        "in epoch 1; these figures are for the others. Their validation accuracy is 80.0% in the median "
        "(range 60.0% to 90.0%). In the search it was 80.0% in the median"
    )
    assert "is that of the best of 2 trials, and a lucky trial" in some


def test_without_a_validation_set_the_test_accuracy_is_all_that_is_told():
    blind = [one._replace(valid_accuracy=math.nan) for one in networks(0.7, 0.9)]
    told = in_words([0.9, 0.8], blind, ACCURACY, 4)
    assert told == "**Test accuracy 0.8% in the median (range 0.7% to 0.9%)**, 2 new networks."
