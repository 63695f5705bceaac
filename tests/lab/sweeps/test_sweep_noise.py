"""What the seeds say about a published conclusion: upheld, refuted, undecided; one seed, ties, divergence."""

import math

import numpy as np
import pytest
from swept import ended, outcome, plan_of, run_of

from lab.sweeps.noise import in_words
from mlp.sweep import Values

ACCURACY, LOSS = "validation accuracy", "validation loss"
RATES = {"learning_rate": Values((0.3, 0.1, 1.0))}
TWO = {"learning_rate": Values((0.3, 0.1))}
SCATTER = np.array([-0.01, 0.0, 0.01])


def said(means, published=(), metric=ACCURACY, scatter=(SCATTER,) * 3, axes=RATES):
    """Of three seeds around these means, with nearly the same or another scatter for each trial."""
    parts = [
        part * (1 + 1e-5 * k) for k, part in enumerate(scatter)
    ]  # no two differ by the same on all seeds
    finals = np.array([mean + part for mean, part in zip(means, parts, strict=False)])
    return in_words(plan_of(axes, 3), ended(finals.ravel()).outcomes, metric, published)


def test_a_published_best_that_is_the_best_on_every_seed_is_borne_out():
    assert said([0.9, 0.8, 0.7], ("0.3",)) == (
        "learning_rate 0.3 has the best mean validation accuracy over 3 seeds, 90.0%. Both others can be "
        "distinguished from it. That is the published best, and the seeds confirm it."
    )
    assert said([0.9, 0.8], ("0.3",), axes=TWO).endswith(
        "The other trial can be distinguished from it. "
        + ("That is the published best, and the seeds confirm it.")
    )


def test_a_published_best_that_is_behind_on_every_seed_does_not_hold():
    sentence = said([0.9, 0.8, 0.7], ("1",))
    # almost the same scatter in both: the differences are 0.2 on every seed
    gap = "learning_rate 1, the published best, is 20.0 percentage points behind on average"
    assert sentence.endswith(f"{gap} (95% interval 20.0 to 20.0): the conclusion does not hold here.")


def test_a_gap_that_every_seed_has_is_not_said_to_be_zero():
    sentence = said([0.9, 0.8999, 0.7], ("0.1",))  # of ten thousand examples, one
    gap = "learning_rate 0.1, the published best, is 0.01 percentage points behind on average"
    assert sentence.endswith(f"{gap} (95% interval 0.01 to 0.01): the conclusion does not hold here.")


def test_the_same_gap_on_three_seeds_has_no_interval_and_shows_nothing_but_on_six_it_does():
    none = "all seeds differ by the same amount, which gives no interval"
    gap = f"is 20.0 percentage points behind on average ({none})"
    for n, follows in (
        (3, "it cannot be distinguished from the best."),
        (6, "the conclusion does not hold here."),
    ):
        finals = [0.9] * n + [0.7] * n
        sentence = in_words(plan_of(TWO, n), ended(finals).outcomes, ACCURACY, ("0.1",))
        assert sentence.endswith(f"learning_rate 0.1, the published best, {gap}: {follows}")


def test_a_published_best_within_the_scatter_can_neither_be_upheld_nor_refuted():
    opposite = (SCATTER, -SCATTER, SCATTER)
    half = 4.303 * 0.02 / math.sqrt(3)  # the differences are 0.01 plus -0.02, 0 and 0.02
    sentence = said([0.9, 0.89, 0.5], ("0.1",), scatter=opposite)
    assert "1 of the 2 others can be distinguished from it." in sentence
    interval = f"95% interval {100 * (0.01 - half):.1f} to {100 * (0.01 + half):.1f}"
    gap = "learning_rate 0.1, the published best, is 1.0 percentage points behind on average"
    assert sentence.endswith(f"{gap} ({interval}): it cannot be distinguished from the best.")
    upheld = said([0.9, 0.89, 0.5], ("0.3",), scatter=opposite)
    told_so = "That is the published best, but these seeds cannot show that it is better than all others."
    assert upheld.endswith(told_so)
    of_two = said([0.9, 0.89], ("0.3",), scatter=opposite, axes=TWO)
    assert of_two.endswith("but these seeds cannot show that it is better than the other.")
    none = said([0.9, 0.89], (), scatter=opposite, axes=TWO)
    assert none.endswith("The other trial cannot be distinguished from it.")


def test_a_loss_is_best_where_it_is_least():
    sentence = said([0.9, 0.8, 0.7], ("0.3",), LOSS)
    assert sentence.startswith("learning_rate 1 has the best mean validation loss over 3 seeds, 0.7.")
    assert "0.2 behind on average (95% interval 0.2 to 0.2)" in sentence


@pytest.mark.parametrize(
    ("means", "axes", "words"),
    [
        ([0.5] * 3, RATES, "All 3 trials have the same mean {}: none of them is better than the others."),
        ([0.5] * 2, TWO, "Both trials have the same mean {}: neither is better than the other."),
    ],
)
def test_where_all_have_the_same_mean_none_is_best_and_the_conclusion_is_not_judged(means, axes, words):
    mean = "validation accuracy over 3 seeds, 50.0%"
    assert said(means, ("0.1",), axes=axes) == words.format(mean)


def test_of_some_that_tie_the_published_best_is_one_or_is_not():
    tie = "2 of 3 trials tie for the best mean validation accuracy over 3 seeds, 90.0%."
    one_of = "learning_rate 0.1, the published best, is one of them, but these seeds cannot show that it is "
    assert said([0.9, 0.9, 0.5], ("0.1",)) == f"{tie} {one_of}better than all others."
    assert said([0.9, 0.9, 0.5], ("1",)).startswith(f"{tie} learning_rate 1, the published best, is 40.0 ")


def test_with_one_seed_the_figures_are_told_and_nothing_is_judged():
    plan = plan_of(RATES, 1)
    luck = "Without a second seed we cannot tell how much of such a gap is luck."
    best = "With one seed learning_rate 0.1 has the best validation accuracy, 90.0%."
    run = ended([0.8, 0.9, 0.7])
    assert in_words(plan, run.outcomes, ACCURACY, ("1",)) == f"{best} learning_rate 1 has 70.0%. {luck}"
    assert in_words(plan, run.outcomes, ACCURACY, ("0.1",)) == f"{best} {luck}"
    both = in_words(plan_of(TWO, 1), ended([0.9, 0.9]).outcomes, ACCURACY, ("0.1",))
    differ = "Without a second seed we cannot tell whether they differ."
    assert both == f"With one seed both trials tie for the best validation accuracy, 90.0%. {differ}"
    every = in_words(plan, ended([0.9] * 3).outcomes, ACCURACY)
    assert every == f"With one seed all 3 trials tie for the best validation accuracy, 90.0%. {differ}"
    some = in_words(plan, ended([0.9, 0.9, 0.7]).outcomes, ACCURACY)
    assert some == f"With one seed 2 of 3 trials tie for the best validation accuracy, 90.0%. {luck}"
    nothing = "Fewer than two trials have a result, so nothing can be compared yet."
    assert in_words(plan, ended([0.9]).outcomes, ACCURACY) == nothing
    assert in_words(plan, {}, ACCURACY) == nothing


def test_what_diverged_or_has_not_come_in_is_not_compared_and_counted():
    plan = plan_of(RATES, 2)
    lost = [outcome(row, 0.5, diverged=True) for row in (2, 3)]
    run = run_of(outcome(0, 0.9), outcome(1, 0.8), *lost, outcome(4, 0.7), outcome(5, 0.601))
    sentence = in_words(plan, run.outcomes, ACCURACY, ("0.1",))
    assert "The other trial can be distinguished from it." in sentence
    assert "learning_rate 0.1, the published best, is among those that are not compared." in sentence
    assert sentence.endswith("1 trial is not compared: results are missing, or runs diverged.")
    few = in_words(plan, run_of(outcome(0, 0.9), outcome(1, 0.8), *lost).outcomes, ACCURACY, ("0.3",))
    assert few == "Fewer than two trials have all their results, so nothing can be compared yet."


FOUR = {"learning_rate": Values((0.3, 0.1, 1.0, 3.0))}


@pytest.mark.parametrize(
    ("means", "scatter", "words"),
    [
        ([0.9, 0.8, 0.7, 0.6], (SCATTER,) * 4, "All of the 3 others can be distinguished from it."),
        ([0.9, 0.895, 0.7, 0.6], (SCATTER, -SCATTER, SCATTER, SCATTER), "2 of the 3 others can be"),
        ([0.9, 0.895, 0.895, 0.895], (SCATTER, *(-SCATTER,) * 3), "None of the 3 others can be"),
    ],
)
def test_how_many_of_several_others_can_be_told_from_the_best(means, scatter, words):
    assert f". {words}" in said(means, scatter=scatter, axes=FOUR)


def test_several_trials_that_diverged_are_not_compared():
    lost = [outcome(row, 0.5, diverged=True) for row in (1, 6)]
    ends = [outcome(row, 0.9 - 0.01 * row) for row in (0, 2, 3, 4, 5, 7)]
    sentence = in_words(plan_of(FOUR, 2), run_of(*lost, *ends).outcomes, ACCURACY)
    assert sentence.endswith(" 2 trials are not compared: results are missing, or runs diverged.")


def test_with_one_seed_a_published_best_that_diverged_has_no_figure():
    run = run_of(outcome(0, 0.8), outcome(1, 0.9), outcome(2, 0.5, diverged=True))
    assert in_words(plan_of(RATES, 1), run.outcomes, ACCURACY, ("1",)) == (
        "With one seed learning_rate 0.1 has the best validation accuracy, 90.0%. Without a second seed we "
        "cannot tell how much of such a gap is luck."
    )
