"""Comparisons of results by seed: hand-made ranks, printed tables, and simulations of pure noise."""

import itertools
import math
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlp import comparisons
from mlp.comparisons import finite, friedman, holm, least_p_value, wilson, with_best

SETTINGS = settings(deadline=None, database=None, max_examples=60)
N_NULL = 2_000
GRID = (6, 4, 5)  # levels of two fields, seeds
DEVIATIONS = {  # of the seeds, by cell of a 6 × 4 grid
    "one row of thirty times": np.where(np.arange(6) == 5, 30.0, 1.0)[:, np.newaxis] * np.ones(4),
    "one column of thirty times": np.ones(6)[:, np.newaxis] * np.where(np.arange(4) == 3, 30.0, 1.0),
    "one cell of ninety times": np.where(np.outer(np.arange(6) == 5, np.arange(4) == 3), 90.0, 1.0),
    "growing with both": np.outer(np.logspace(-1, 1, 6), np.logspace(-0.5, 0.5, 4)),
}


@pytest.mark.slow
@pytest.mark.parametrize("deviations", DEVIATIONS.values(), ids=list(DEVIATIONS))
def test_where_nothing_differs_but_the_deviations_three_to_seven_per_cent_are_found_at_five(deviations):
    rng = np.random.default_rng(0)
    found = np.zeros(2)
    with mock.patch.object(comparisons, "DRAWS", 99):
        for number in range(N_NULL):
            results = rng.normal(size=GRID) * deviations[..., np.newaxis] + rng.normal(size=5)
            p_values = friedman(results.mean(axis=1), number), friedman(results.mean(axis=0), number)
            found += np.array(p_values) <= 0.05
    assert (found / N_NULL).min() >= 0.03
    assert (found / N_NULL).max() <= 0.07


def test_with_equal_deviations_the_p_value_is_that_of_all_orders():
    scores = np.array([[1.0, 1, 2, 1], [2, 3, 1, 2], [3, 2, 3, 3]])  # they are their ranks
    orders = list(itertools.permutations((1, 2, 3)))
    sums = [np.sum(columns, axis=0) for columns in itertools.product(orders, repeat=4)]
    statistics = np.array([((total - 8) ** 2).sum() for total in sums])
    exact = (statistics >= ((scores.sum(axis=1) - 8) ** 2).sum()).mean()
    with mock.patch.object(comparisons, "LEAST_DEVIATION", 1.0):  # all as the largest
        assert friedman(scores) == pytest.approx(exact, abs=0.02)


def test_seeds_units_and_the_size_of_the_differences_do_not_matter():
    rng = np.random.default_rng(4)
    scores = rng.normal(size=(4, 6)) + np.arange(4)[:, np.newaxis]
    assert friedman(scores + 50 * rng.normal(size=6)) == pytest.approx(friedman(scores), abs=0.01)
    assert friedman(7 * scores) == friedman(scores)
    assert friedman(scores[::-1]) == pytest.approx(friedman(scores), abs=0.01)


def test_one_seed_one_level_or_equal_scores_show_nothing():
    for scores in (np.ones((3, 4)), np.arange(3)[:, np.newaxis], np.arange(4)[np.newaxis], np.ones((2, 1))):
        assert math.isnan(friedman(scores))


def test_two_values_cannot_differ_at_five_per_cent_on_five_seeds_but_on_six():
    for n_seeds, p_value in [(5, 2 / 32), (6, 2 / 64)]:
        scores = np.array([np.zeros(n_seeds), np.linspace(1, 2, n_seeds)])
        assert friedman(scores) == pytest.approx(p_value, abs=0.01)
        assert least_p_value(2, n_seeds) == pytest.approx(p_value)


def test_the_least_p_value_is_that_of_one_order_in_every_seed():
    assert least_p_value(3, 2) == pytest.approx(1 / 6)
    assert least_p_value(3, 3) == pytest.approx(1 / 36)
    assert least_p_value(6, 10) == 1 / (1 + comparisons.DRAWS)
    assert math.isnan(least_p_value(4, 1))
    assert math.isnan(least_p_value(1, 5))


def test_many_levels_and_seeds_draw_fewer_numbers_and_an_order_in_all_seeds_still_has_the_least_p_value():
    n_levels, n_seeds = 250, 10
    n = comparisons.n_draws(n_levels, n_seeds)
    assert 99 < n < comparisons.DRAWS
    assert n * n_levels * n_seeds <= comparisons.MOST_NUMBERS
    ordered = np.arange(n_levels)[:, np.newaxis] + 0.1 * np.random.default_rng(0).normal(size=(250, 10))
    assert friedman(ordered) == least_p_value(n_levels, n_seeds) == 1 / (1 + n)
    assert comparisons.n_draws(8, 5) == comparisons.DRAWS
    assert comparisons.n_draws(10**6, 10**3) == 99


def test_constant_results_come_in_any_order():
    assert friedman(np.outer([1.0, 2, 3], np.ones(5))) == pytest.approx(6**-4, abs=0.002)
    mixed = np.array([np.ones(5), np.full(5, 2.0), [0.9, 3, 1.1, 2.5, 1.5]])
    assert friedman(mixed) > 0.05


def test_p_values_are_adjusted_as_by_holm():
    # four p-values times 4, 3, 2, 1, none below the one before it
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    # of three: what is no number does not count
    assert holm([0.6, math.nan, 0.7, 0.02]) == pytest.approx([1.0, math.nan, 1.0, 0.06], nan_ok=True)
    assert holm([]).size == 0
    rng = np.random.default_rng(0)
    wrong = np.mean([holm(rng.uniform(size=8)).min() < 0.05 for _ in range(4000)])
    assert wrong == pytest.approx(0.05, abs=0.012)


def test_the_best_trial_is_compared_seed_by_seed():
    results = np.array([[0.9, 0.8, 0.7], [0.8, 0.7, 0.59], [0.2, 0.9, 0.4]])
    itself, shifted, scattered = with_best(results, larger=True)
    assert itself == (0.0, 0.0, 0.0, False)
    # differences 0.1, 0.1, 0.11: mean 0.31/3, deviation 0.01/√3
    mean, half = 0.31 / 3, 4.303 * 0.01 / 3
    assert shifted[:3] == pytest.approx((mean, mean - half, mean + half))
    assert shifted.apart
    # differences 0.7, -0.1, 0.3: mean 0.3, deviation 0.4, t of 2 degrees 4.303
    half = 4.303 * 0.4 / math.sqrt(3)
    assert scattered[:3] == pytest.approx((0.3, 0.3 - half, 0.3 + half))
    assert not scattered.apart
    turned = with_best(1 - results, larger=False)
    assert [one.mean for one in turned] == pytest.approx([0, mean, 0.3])


def test_the_interval_covers_the_true_difference_in_95_of_100_sweeps():
    rng = np.random.default_rng(2)
    for n_seeds in (2, 5, 10):
        covered = 0
        for _ in range(3000):
            seeds = rng.normal(size=n_seeds)
            results = np.array([seeds + 100, seeds + 90 + rng.normal(size=n_seeds)])
            *_, other = with_best(results, larger=True)
            covered += other.low <= 10 <= other.high
        assert covered / 3000 == pytest.approx(0.95, abs=0.015)


@pytest.mark.slow
@pytest.mark.parametrize("n_seeds", [2, 3, 5, 6, 10])
@pytest.mark.parametrize(("n_examples", "accuracy"), [(6, 0.7), (18, 0.6), (18, 0.9), (200, 0.9)])
def test_two_trials_as_good_are_rarely_found_apart_also_with_few_examples(n_seeds, n_examples, accuracy):
    rng = np.random.default_rng(3)
    shares = rng.binomial(n_examples, accuracy, (3000, 2, n_seeds)) / n_examples
    assert np.mean([any(one.apart for one in with_best(each, larger=True)) for each in shares]) < 0.062


@pytest.mark.parametrize(("n_seeds", "apart"), [(2, False), (5, False), (6, True), (12, True)])
def test_the_same_difference_on_all_seeds_has_no_interval_and_few_seeds_show_nothing(n_seeds, apart):
    # by luck alone n seeds all prefer the same of two in 2 of 2ⁿ cases: 6.25% for 5, 3.1% for 6
    shared = np.linspace(0.5, 0.8, n_seeds)
    best, other, same = with_best([shared + 1 / 6, shared, shared + 1 / 6], larger=True)
    assert other.mean == pytest.approx(1 / 6)
    assert np.isnan([other.low, other.high]).all()
    assert other.apart == apart
    assert best == same == (0.0, 0.0, 0.0, False)


def test_one_seed_gives_no_interval_and_a_run_that_diverged_is_the_worst():
    best, other = with_best([[0.9], [0.5]], larger=True)
    assert (other.mean, other.apart, best.apart) == (pytest.approx(0.4), False, False)
    assert math.isnan(other.low)
    assert finite([[0.3, math.nan], [0.9, 0.7]], larger=True).tolist() == [[0.3, 0.3], [0.9, 0.7]]
    assert finite([[0.3, math.inf], [0.9, 0.7]], larger=False).tolist() == [[0.3, 0.9], [0.9, 0.7]]
    assert finite([[math.nan]], larger=True).tolist() == [[0.0]]


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [
        (10, 10, 0.7225, 1.0),
        (81, 263, 0.2553, 0.3662),  # Newcombe (1998), Statistics in Medicine 17, 857-872: his examples,
        (0, 20, 0.0, 0.1611),  # method 3, the score interval without continuity correction
    ],
)
def test_the_interval_is_the_published_one(right, n, low, high):
    assert wilson(right / n, n) == pytest.approx((low, high), abs=6e-5)


@given(st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
@SETTINGS
def test_the_ends_are_the_proportions_from_which_the_observed_one_is_1_96_deviations_away(drawn):
    right, n = drawn
    share = right / n
    low, high = wilson(share, n)
    assert 0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1
    for end in (low, high):
        if 0 < end < 1:
            assert (share - end) ** 2 == pytest.approx(1.959964**2 * end * (1 - end) / n, rel=1e-6, abs=1e-12)
