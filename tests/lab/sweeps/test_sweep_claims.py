"""What a sweep's sentences claim of runs that diverged, ties, the least chance, and values that are alike."""

import math

import numpy as np
import pytest
from swept import ended, outcome, plan_of, run_of

from lab.sweeps import sentences
from lab.sweeps.what_matters import analysis
from mlp.comparisons import friedman, least_p_value
from mlp.execution import Outcome
from mlp.sweep import Values

ACCURACY, LOSS = "validation accuracy", "validation loss"
RATES = {"learning_rate": Values((0.1, 1.0, 1e30))}
SQUARE = {"learning_rate": Values((0.1, 1.0)), "l2": Values((0.0, 0.1))}


def run(finals, failed=()):
    """A run whose row k ended with the k-th figure, or diverged if that is None, or failed."""
    rows = [outcome(k, 0.5, 0.3 if x is None else x, diverged=x is None) for k, x in enumerate(finals)]
    return run_of(*(Outcome(k, (), "It failed.") if k in failed else row for k, row in enumerate(rows)))


@pytest.mark.parametrize(
    ("finals", "failed", "problem"),
    [
        (
            [1, 1, 1, 1, None, None],
            (),
            "2 runs diverged; the other 4 all end at 100.0%, so nothing else differs.",
        ),
        (
            [1, None, None, 1],
            (4, 5),
            "2 runs diverged; the other 2 both end at 100.0%, so nothing else differs. ",
        ),
        ([1, None, None, None], (4,), "3 runs diverged; the other ends at 100.0%, so nothing else differs. "),
        (
            [0.5, 0.7, 0.7, None, 0.6, 0.6],
            (),
            "Nothing differs: all 3 trials have the same mean over their seeds, 60.0%. 1 run diverged; it "
            "counts as the worst result of the others.",
        ),
        ([None] * 6, (4,), "All 4 runs diverged, so there is nothing to compare. "),
        ([1, 1, 1, 1, 0, 0], (4,), "Nothing differs: every run of both trials ends at 100.0%. "),
    ],
)
def test_where_nothing_is_compared_all_is_said_at_once(finals, failed, problem):
    finals = [*finals, *[1] * (6 - len(finals))]
    found = analysis(plan_of(RATES), run(finals, failed), ACCURACY)
    assert found.problem == problem + "Of 3 trials 1 failed." * bool(failed)
    assert sentences.counted_in(found) == "", "and nothing follows"


def found_of(values, axes, metric=ACCURACY):
    values = np.asarray(values, float)
    return analysis(plan_of(axes, values.shape[1]), ended(values.ravel()), metric)


@pytest.mark.parametrize(
    ("p_values", "doubt"),
    [
        ((0.5, 0.5), "; not distinguishable from luck at 5% with these 2 seeds"),
        ((0.01, 0.5), "; l2 is not distinguishable from luck at 5% with these 2 seeds"),
        ((0.01, 0.01), ""),
        ((0.5, math.nan), "; learning_rate is not distinguishable from luck at 5% with these 2 seeds"),
    ],
)
def test_effects_that_tie_are_told_with_the_doubt_about_each(p_values, doubt):
    found = found_of(np.array([0, 1, 1, 2])[:, np.newaxis] + np.arange(2), SQUARE)
    tied = [
        effect._replace(p_value=p, fields=names)
        for effect, p, names in zip(found.effects, p_values, (("learning_rate",), ("l2",)), strict=False)
    ]
    title = sentences.title(found._replace(effects=tied), LOSS)
    assert title == f"learning_rate and l2 explain 50% each of the differences in mean validation loss{doubt}"


def test_nearly_all_is_not_said_to_be_all():
    rng = np.random.default_rng(0)
    values = np.repeat([0.0, 1.0], 2)[:, np.newaxis] + 1e-3 * rng.normal(size=(4, 6))
    found = found_of(values, SQUARE)
    assert 0.999 < found.effects[0].share < 1
    assert sentences.title(found, LOSS).startswith("learning_rate explains over 99% of the differences")
    exact = found_of(np.repeat([0.0, 1.0], 2)[:, np.newaxis] + np.zeros((4, 6)), SQUARE)
    assert sentences.title(exact, LOSS).startswith("learning_rate explains 100% of the differences")


@pytest.mark.slow
@pytest.mark.parametrize(("n_levels", "n_seeds"), [(2, 2), (2, 5), (2, 8), (3, 2), (3, 3), (4, 3)])
@pytest.mark.parametrize("deviations", ["equal", "one is large"])
def test_no_simulated_p_is_below_that_of_one_order_on_all_seeds(n_levels, n_seeds, deviations):
    """For n levels the same order has (n!)^(1 - seeds), counted here by hand."""
    exact = 1 / math.factorial(n_levels) ** (n_seeds - 1)
    assert least_p_value(n_levels, n_seeds) == pytest.approx(exact)
    levels = np.arange(n_levels)[:, np.newaxis]
    size = np.where((levels == n_levels - 1) & (deviations == "one is large"), 50, 1)
    for seed in range(12):
        noise = np.random.default_rng(seed).normal(size=(n_levels, n_seeds))
        scores = 1e4 * levels + size * noise
        assert friedman(scores, seed) >= exact * (1 - 1e-12)


def test_a_value_with_the_better_mean_that_is_worse_on_most_seeds_is_told_as_both():
    values = np.array([[0.99, 0.79, 0.79, 0.79, 0.79], [0.5, 0.8, 0.8, 0.8, 0.8]])
    found = found_of(
        np.concatenate([values, values]), {"l2": Values((0.0, 0.1)), "learning_rate": Values((0.1, 1.0))}
    )
    (_, sentence) = sentences.where(found, ACCURACY)
    assert (
        "0.1 is better on 1 of 5 seeds and in the mean, but worse by 1.0 percentage points in the median (p"
        in sentence
    )
    assert "-1.0" not in sentence


def test_values_with_the_same_mean_are_not_called_best_and_worst():
    values = [[0.8, 0.9], [0.9, 0.8], [0.5, 0.6], [0.6, 0.5]]
    found = found_of(values, SQUARE)
    (_, sentence) = sentences.where(found, ACCURACY)
    assert sentence.startswith("**l2** has the same mean for each of its values even at learning_rate ")
    assert "better" not in sentence
