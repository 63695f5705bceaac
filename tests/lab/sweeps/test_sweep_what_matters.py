"""What matters in a sweep: a difference in one row alone, what is left out, and the sentences at edges."""

import math

import numpy as np
import pytest
from swept import TWO, ended, outcome, plan_of, run_of

from lab.links.sweep_plan import PAIRED
from lab.sweeps import sentences, what_matters
from lab.sweeps.what_matters import analysis
from mlp import effects, sweep
from mlp.comparisons import friedman, least_p_value
from mlp.execution import Outcome
from mlp.sweep import Values

ACCURACY, LOSS = "validation accuracy", "validation loss"
RATES = {"learning_rate": Values((0.3, 0.1, 1.0))}
UNEQUAL = {
    "learning_rate": Values((0.01, 0.03, 0.1, 0.3, 1.0, 3.0)),
    "l2": Values((0.0, 0.0001, 0.001, 0.01)),
}


def shares_of(found):
    return {effect.fields: effect.share for effect in found.effects}


def one_row_differs():
    """A sweep in which l2 changes nothing but at the rate 1: there 0.01 gives 37.6 to 92.7%."""
    finals = 0.98 + 0.003 * np.random.default_rng(11).normal(size=(6, 4, 5))
    finals[4, 0] = [0.976, 0.994, 0.982, 0.988, 0.991]
    finals[4, 3] = [0.376, 0.927, 0.552, 0.812, 0.694]
    return analysis(plan_of(UNEQUAL, 5), ended(finals.ravel()), ACCURACY)


def test_a_penalty_that_matters_at_one_rate_alone_is_found_and_located():
    found = one_row_differs()
    (l2,) = [effect for effect in found.effects if effect.fields == ("l2",)]
    assert l2.p_value < 0.05
    (_, sentence) = sentences.where(found, ACCURACY)
    told = "**l2** differs most clearly at learning_rate 1: "
    assert sentence.startswith(told + "0 gives 97.6% to 99.4% and 0.01 gives 37.6% to 92.7%. ")
    gap = 100 * np.median([0.976 - 0.376, 0.994 - 0.927, 0.982 - 0.552, 0.988 - 0.812, 0.991 - 0.694])
    assert f"0 is better on 5 of 5 seeds, by {gap:.1f} percentage points in the median" in sentence
    assert "adjusted for its 6 rows" in sentence
    at_1, elsewhere = [row for row in found.rows if row.field == "l2"][:2]
    assert at_1.adjusted < 0.05 <= elsewhere.adjusted


def test_on_a_grid_the_shares_are_those_of_the_sums_of_squares():
    # cell means 1, 2, 3 for the first rate and 5, 6, 7 for the second: squares 6·2² and 4·1² of 28
    means = np.repeat([1, 2, 3, 5, 6, 7], 2)
    found = analysis(plan_of(TWO), ended(means + np.tile([-0.1, 0.1], 6)), ACCURACY)
    assert found.estimator == "grid"
    expected = {("learning_rate",): 24 / 28, ("activation",): 4 / 28, ("learning_rate", "activation"): 0.0}
    assert shares_of(found) == pytest.approx(expected)
    told = "learning_rate explains 86% of the differences in mean validation accuracy"
    in_doubt = "not distinguishable from luck at 5% with these 2 seeds"
    assert sentences.title(found, ACCURACY) == f"{told}; {in_doubt}"
    six_seeds = analysis(plan_of(TWO, 6), ended(np.repeat(means[::2], 6)), ACCURACY)
    assert sentences.title(six_seeds, ACCURACY) == told, "six seeds agree, and p is 1/32"
    assert "the shares of all 3 effects sum to 1.000" in sentences.how_to_read(found)


def test_a_grid_with_a_combination_missing_is_estimated_by_the_correlation_ratios_of_the_medians():
    run = ended([1, 1, 9, 1, 1, 5, 1, 1, 7, 3, 3, 3, 3, 3, -4, 2, 2, 2])
    run.outcomes[16] = Outcome(16, (), "It failed.")  # one seed of the last of six trials
    found = analysis(plan_of(TWO, n_seeds=3), run, ACCURACY)
    assert found.estimator == "random"
    assert (found.n_trials, found.n_used, found.n_seeds) == (6, 5, 3)
    # medians 1, 1, 1 and 3, 3: the rate explains all; relu 2, tanh 2, gelu 1 about the mean of 1.8
    expected = {("learning_rate",): 1.0, ("activation",): (4 * 0.04 + 0.64) / 4.8}
    assert shares_of(found) == pytest.approx(expected)
    assert "differences in median validation accuracy" in sentences.title(found, ACCURACY)
    assert (sentences.can_show(found), sentences.where(found, ACCURACY)) == ("", [])
    assert "with these 5 trials" in sentences.how_to_read(found)
    doubtful = [effect._replace(p_value=0.2) for effect in found.effects]
    assert sentences.title(found._replace(effects=doubtful), ACCURACY).endswith(
        "not distinguishable from luck at 5% with these 5 trials"
    )


def test_the_effects_of_a_random_search_use_the_order_of_the_numbers_not_of_their_texts():
    rates, noises = (5.0, 0.001, 30.0, 0.2, 1000.0, 0.07), (0.5, 0.02, 0.6, 0.4, 0.1, 0.3)
    chosen = [{"learning_rate": r, "noise": n} for r, n in zip(rates, noises, strict=True)]
    plan = plan_of({"learning_rate": None, "noise": None}, 1, chosen)
    found = analysis(plan, ended([3, 0, 4, 2, 5, 1]), ACCURACY)
    assert found.estimator == "random"
    # six trials in five bins: the two least share one. Of 17.5, results 0 and 1 leave 0.5 within theirs
    # in the order of the rates, 0 and 5 leave 12.5 in the order of the noises
    expected = {("learning_rate",): 17 / 17.5, ("noise",): 5 / 17.5}
    assert shares_of(found) == pytest.approx(expected)


def test_runs_that_diverged_count_as_the_worst_and_trials_without_all_results_are_left_out():
    plan = plan_of(UNEQUAL, 2)
    figures = np.random.default_rng(0).uniform(0.5, 1, 48)
    outcomes = [outcome(row, value) for row, value in enumerate(figures)]
    outcomes[47] = outcome(47, 0.9, diverged=True)
    outcomes[0] = Outcome(0, (), "It failed.")
    del outcomes[9]
    found = analysis(plan, run_of(*outcomes), ACCURACY)
    assert (found.n_used, found.n_diverged, found.left_out) == (22, 1, {"failed": 1, "not complete": 1})
    assert sum(effect.share for effect in found.effects) > 0
    told = "Of 24 trials 1 failed and 1 is not complete: what follows is about the other 22. "
    assert (
        sentences.counted_in(found) == told + "1 run diverged; it counts as the worst result of the others."
    )
    worst = [outcome(row, value) for row, value in enumerate(figures)]
    worst[47] = outcome(47, min(figures[2:8].min(), figures[10:47].min()))
    as_worst = analysis(plan, run_of(*worst[2:8], *worst[10:]), ACCURACY)
    assert shares_of(as_worst) == pytest.approx(shares_of(found))


def test_of_a_grid_that_lacks_all_trials_of_a_value_the_rest_is_a_grid():
    plan = plan_of(TWO)
    run = ended(range(12))
    for row in (0, 6):  # relu
        run.outcomes[row] = Outcome(row, (), "It failed.")
    found = analysis(plan, run, ACCURACY)
    assert (found.estimator, found.n_values) == ("grid", {"learning_rate": 2, "activation": 2})


def test_where_nothing_differs_or_nothing_can_be_compared_the_page_says_that():
    def problem(run, n_seeds=2, axes=RATES, metric=ACCURACY):
        found = analysis(plan_of(axes, n_seeds), run, metric)
        assert found.effects == []
        return found.problem

    one = {"learning_rate": Values((0.1,))}
    assert problem(ended([0.1, 0.2]), axes=one) == "There is nothing to compare."
    assert problem(ended([0.5] * 6)) == "Nothing differs: every run of all 3 trials ends at 50.0%."
    assert problem(ended([0.5] * 6), metric=LOSS) == "Nothing differs: every run of all 3 trials ends at 0.5."
    means = "Nothing differs: all 3 trials have the same mean over their seeds, 60.0%."
    assert problem(ended([0.5, 0.7, 0.6, 0.6, 0.7, 0.5])) == means
    both = {"learning_rate": Values((0.3, 0.1))}
    assert problem(ended([0.5] * 4), axes=both) == "Nothing differs: every run of both trials ends at 50.0%."
    lost = [outcome(row, 0.5, diverged=True) for row in range(6)]
    assert problem(run_of(*lost)) == "All 6 runs diverged, so there is nothing to compare."
    told = "There is nothing to compare: 1 of 3 trials has all results; 2 are not complete."
    assert problem(run_of(outcome(0, 0.5), outcome(1, 0.6), outcome(2, 0.5))) == told
    both_lost = "Both runs diverged, so there is nothing to compare. Of 3 trials 2 are not complete."
    assert problem(run_of(*lost[:2])) == both_lost
    only = "The only run diverged, so there is nothing to compare. Of 3 trials 2 are not complete."
    assert problem(run_of(lost[0]), 1) == only
    none = "There is nothing to compare: 0 of 3 trials have all results; 1 failed and 2 are not complete."
    assert problem(run_of(Outcome(2, (), "It failed."))) == none


def test_a_trial_that_is_done_without_a_validation_set_is_not_said_to_be_incomplete():
    plan = plan_of(RATES)  # three trials of two runs
    figures = [0.5, 0.6, math.nan, math.nan, 0.7]
    runs = run_of(*(outcome(row, value) for row, value in enumerate(figures)))
    found = analysis(plan, runs, ACCURACY)
    assert found.left_out == {"not complete": 1, "no validation set": 1}
    assert found.problem == (
        "There is nothing to compare: 1 of 3 trials has all results; 1 is not complete and 1 has no "
        "validation set."
    )
    none = analysis(plan, run_of(*(outcome(row, math.nan) for row in range(6))), ACCURACY)
    assert none.problem.endswith("0 of 3 trials have all results; 3 have no validation set.")
    assert what_matters.reasons({"failed": 1, "not complete": 2, "no validation set": 2}) == (
        "1 failed, 2 are not complete and 2 have no validation set"
    )


def found_of(values, axes=TWO, metric=ACCURACY):
    """The Analysis of results (n_trials, n_seeds)."""
    values = np.asarray(values, float)
    return analysis(plan_of(axes, values.shape[1]), ended(values.ravel()), metric)


def test_two_values_and_five_seeds_cannot_be_told_apart_and_six_seeds_are_needed():
    found = found_of(np.arange(6)[:, np.newaxis] + np.arange(5) / 100)
    told = sentences.can_show(found)
    assert told.startswith("5 seeds cannot show at 5% that learning_rate, with 2 values, matters: ")
    assert "all 5 has p = 0.063. It takes at least 6." in told
    assert "activation, 3 values: p = 0.00077." in told
    rate, *_ = found.effects
    assert rate.fields == ("learning_rate",)
    assert sentences.doubt(rate, found).endswith(", not distinguishable"), (
        "though the order is the same on all"
    )


@pytest.mark.parametrize("n_values", range(2, 9))
def test_with_the_seeds_that_are_needed_one_order_on_all_of_them_is_found_and_with_one_less_not(n_values):
    n_seeds = sentences.seeds_needed(n_values)
    assert least_p_value(n_values, n_seeds) <= sentences.ALPHA
    if n_seeds > 2:
        assert least_p_value(n_values, n_seeds - 1) > sentences.ALPHA
    scores = np.arange(n_values)[:, np.newaxis] + np.random.default_rng(0).normal(size=n_seeds) / 100
    scores = scores + np.random.default_rng(1).normal(size=(n_values, n_seeds)) / 100
    assert friedman(scores) <= 0.06  # of 9,999 draws


def test_one_seed_has_no_test_and_two_are_not_called_one():
    values = np.random.default_rng(0).normal(size=(6, 2))
    one, two = found_of(values[:, :1]), found_of(values)
    assert {sentences.doubt(effect, one) for effect in one.effects} == {"no test with one seed"}
    assert sentences.can_show(one).startswith("One seed cannot show any of these differences")
    assert sentences.looks(one) == ""
    assert sentences.how_to_read(one) == (
        "These shares are exact, because the grid is complete: the shares of all 3 effects sum to 1.000."
    )
    words = {effect.fields: sentences.doubt(effect, two) for effect in two.effects}
    assert words["learning_rate", "activation"] == "no test of an interaction"
    assert words["learning_rate",].startswith("p = ")
    assert "even the same order on both has p = 0.5" in sentences.can_show(two)
    assert "one seed" not in " ".join([*words.values(), sentences.how_to_read(two)])


def test_a_field_without_any_effect_is_the_same_on_every_seed():
    found = found_of(np.repeat([1.0, 2.0], 3)[:, np.newaxis] + np.arange(5) / 10)
    words = {effect.fields: sentences.doubt(effect, found) for effect in found.effects}
    assert words["activation",] == "the same on every seed"
    assert (
        sentences.where(found, ACCURACY)[1]
        == "In none of its 2 rows do the values of **activation** give different results on any seed."
    )


def test_a_single_field_is_told_as_a_test_and_not_as_a_share_of_itself():
    alike = np.random.default_rng(3).normal(size=(3, 5))
    clear = np.arange(3)[:, np.newaxis] + alike / 100
    assert sentences.title(found_of(clear, RATES), LOSS).startswith(
        "learning_rate makes a difference to mean validation"
    )
    told = sentences.title(found_of(alike, RATES), LOSS)
    assert (
        told
        == "learning_rate: no difference in mean validation loss distinguishable at 5% with these 5 seeds"
    )
    one = sentences.title(found_of(clear[:, :1], RATES), LOSS)
    assert one == "The values of learning_rate differ in validation loss; no test with one seed"
    assert sentences.looks(found_of(clear, RATES)) == ""


def test_the_p_values_say_which_effects_have_none_and_of_how_many_fields_they_are():
    values = np.random.default_rng(0).normal(size=(6, 2))
    told = sentences.how_to_read(found_of(values))
    assert "Interactions (×) have no test." in told
    assert "The p-values of the 2 fields are not adjusted for their number." in told
    one = sentences.how_to_read(found_of(values[:3], RATES))
    assert "Interactions" not in one
    assert "are not adjusted" not in one
    random = sentences.how_to_read(found_of(values)._replace(estimator="random", n_used=6))
    assert random.startswith("These shares are estimates, because there is no complete grid:")
    assert "Friedman" not in random
    assert f"into {['no', 'one', 'two', 'three', 'four', 'five'][effects.BINS]} bins" in random
    assert f"in {effects.PERMUTATIONS:,} shuffles" in random
    assert "*Not distinguishable*: not at 5% with " in told


@pytest.mark.parametrize(
    ("n_values", "n_seeds", "words"),
    [  # a null distribution has at most 2²² = 4,194,304 numbers
        ({"f": 5}, 5, "9,999 sweeps"),
        ({"f": 41}, 10, "9,999 sweeps"),
        ({"f": 50}, 10, "8,388 sweeps"),
        ({"f": 50, "g": 2}, 10, "8,388 to 9,999 sweeps"),
    ],
)
def test_so_many_sweeps_are_simulated_as_are_drawn(n_values, n_seeds, words):
    found = one_row_differs()._replace(n_values=n_values, n_seeds=n_seeds)
    assert f"It is simulated: {words} in which the field does nothing" in sentences.how_to_read(found)


@pytest.mark.parametrize(
    ("n_seeds", "n_values", "words"),
    [
        (2, 5, "2 seeds can give, where both agree on the order of the values: f, 5 values: p = 0.0083."),
        (3, 4, "3 seeds can give, where all agree on the order of the values: f, 4 values: p = 0.0017."),
    ],
)
def test_the_smallest_p_is_that_of_one_order_on_all_seeds(n_seeds, n_values, words):
    found = found_of(np.random.default_rng(0).normal(size=(6, 2)))
    found = found._replace(n_seeds=n_seeds, n_values={"f": n_values})
    assert sentences.can_show(found) == f"The smallest p that {words}"  # 1 / 5! and 1 / 4!²


def test_trials_with_one_median_do_not_differ_where_medians_are_compared():
    results = np.array([[0.5, 0.7, 0.6], [0.6, 0.5, 0.9]])
    told = what_matters._equal(results, ACCURACY, what_matters.ESTIMATED)
    assert told == "Nothing differs: both trials have the same median over their seeds, 60.0%."


def test_effects_that_tie_are_both_named():
    axes = {"learning_rate": Values((0.1, 1.0)), "activation": Values(("relu", "tanh"))}
    found = found_of(np.array([0, 1, 1, 2])[:, np.newaxis] + np.arange(2), axes)
    assert sentences.title(found, LOSS).startswith(
        "learning_rate and activation explain 50% each of the differences"
    )


def test_a_range_says_what_diverged():
    assert sentences.range_text((0.5, 0.75, 2), ACCURACY) == "50.0% to 75.0% (2 diverged)"
    assert sentences.range_text((0.5, 0.5, 0), LOSS) == "0.5"
    assert sentences.range_text((math.nan, math.nan, 3), LOSS) == "no result (diverged)"
    assert sentences.gap_text(math.nan, LOSS) == sentences.p_text(math.nan) == "–"


def test_a_row_that_is_clear_by_itself_alone_is_told_with_the_looks_it_took():
    found = one_row_differs()
    (row,) = [row for row in found.rows if row.field == "l2" and row.where == "learning_rate 1"]
    rows = [row._replace(p_value=0.015, adjusted=0.073)]
    (sentence,) = sentences.where(found._replace(rows=rows * 6, n_values={"l2": 4}), ACCURACY)
    assert "0 is better on 5 of 5 seeds" in sentence
    told = "(p = 0.015). Among 6 rows that is not distinguishable from luck at 5% (adjusted 0.073)."
    assert sentence.endswith(told)


def test_fields_side_by_side_are_compared_as_one():
    space = {"learning_rate": Values((0.1, 0.01)), "momentum": Values((0.9, 0.5))}
    plan = plan_of(space, 3, chosen=sweep.side_by_side(space))._replace(design=PAIRED)
    found = analysis(plan, ended([0.9, 0.8, 0.7, 0.6, 0.5, 0.4]), ACCURACY)
    assert found.estimator == "grid"
    assert shares_of(found) == {("learning_rate with momentum",): pytest.approx(1.0)}
    assert found.n_values == {"learning_rate with momentum": 2}
    assert sentences.how_to_read(found).startswith(
        "These shares are exact, because every value has all its results. They are shares"
    )
    assert "grid" not in sentences.how_to_read(found)
    rates = {"learning_rate": Values((0.1, 0.01)), "momentum": Values((0.9, 0.9))}
    plan = plan_of(rates, 1, chosen=sweep.side_by_side(rates))._replace(design=PAIRED)
    assert shares_of(analysis(plan, ended([0.9, 0.8]), ACCURACY)) == {("learning_rate",): 1.0}


@pytest.mark.parametrize(
    ("p_value", "words"),
    [(0.0499, "makes a difference to mean validation loss (p = 0.05)"), (0.05, ": no difference in mean ")],
)
def test_a_difference_is_told_below_five_per_cent(p_value, words):
    found = found_of(np.arange(3)[:, np.newaxis] + np.arange(5) / 100, RATES)
    (effect,) = found.effects
    effect = effect._replace(p_value=p_value)
    assert words in sentences.title(found._replace(effects=[effect]), LOSS)
    assert sentences.doubt(effect, found).endswith(", not distinguishable") == (p_value == 0.05)


@pytest.mark.parametrize(
    ("others", "words"),
    [
        ((0.4996, 0.3), "learning_rate and activation explain 50% each"),
        ((0.4996, 0.5004), "learning_rate, activation and learning_rate × activation explain 50% each"),
        ((0.4994, 0.3), "learning_rate explains 50% of the differences in mean validation loss; not"),
    ],
)
def test_shares_tie_that_agree_in_the_digits_that_are_shown(others, words):
    found = found_of(np.arange(6)[:, np.newaxis] + np.arange(2))
    fields = ("learning_rate",), ("activation",), ("learning_rate", "activation")
    effects = [
        found.effects[0]._replace(fields=names, share=share, p_value=0.05)
        for names, share in zip(fields, (0.5, *others), strict=True)
    ]
    assert sentences.title(found._replace(effects=effects), LOSS).startswith(words)


def test_the_clearest_row_of_a_field_is_the_one_with_the_smallest_adjusted_p():
    found = one_row_differs()
    row = next(row for row in found.rows if row.field == "l2")
    rows = [row._replace(where=f"row {k}", adjusted=p, p_value=p) for k, p in enumerate((0.04, 0.01))]
    unseen = row._replace(where="row 2", adjusted=math.nan, p_value=math.nan)
    one = found._replace(n_values={"l2": 4})
    (sentence,) = sentences.where(one._replace(rows=[unseen, *rows]), ACCURACY)
    assert sentence.startswith("**l2** differs most clearly at row 1: ")
    assert "adjusted for its 3 rows 0.01)" in sentence
    (sentence,) = sentences.where(one._replace(rows=[rows[0]._replace(adjusted=0.05)] * 2), ACCURACY)
    assert "Among two rows that is not distinguishable from luck at 5% (adjusted 0.05)." in sentence
    (sentence,) = sentences.where(one._replace(rows=[unseen] * 3), ACCURACY)
    assert sentence == "In none of its 3 rows do the values of **l2** give different results on any seed."


def test_rows_of_a_loss_have_the_smallest_as_the_best_and_the_clearest_first():
    finals = [
        *([0.2, 0.3, 0.7], [0.5, 0.4, 0.8], [0.6, 0.9, 0.0]),  # at the rate 0.1: relu, tanh, gelu
        *([0.5, 0.5, 0.5], [0.1, 0.6, 0.3], [0.4, 0.45, 0.2]),  # at 1.0
    ]
    run = ended(np.ravel(finals))
    run.outcomes[8] = outcome(8, 0.5, 0.0, diverged=True)  # gelu's last: it counts as 0.9
    found = analysis(plan_of(TWO, 3), run, LOSS)
    by_place = {row.where: row for row in found.rows if row.field == "activation"}
    at_tenth, at_1 = (by_place[f"learning_rate {rate}"] for rate in ("0.1", "1"))
    assert (at_tenth.best, at_tenth.best_range) == ("relu", (0.2, 0.7, 0))
    assert (at_tenth.worst, at_tenth.worst_range) == ("gelu", (0.6, 0.9, 1))
    assert at_tenth.n_better == 3
    assert math.isnan(at_tenth.gap)
    assert (at_1.best, at_1.worst, at_1.n_better) == ("tanh", "relu", 2)
    assert at_1.gap == pytest.approx(0.2)  # the median of 0.4, -0.1 and 0.2
    rows = [row for row in found.rows if row.field == "learning_rate"]
    assert [(row.where, row.best, row.n_better) for row in rows] == [
        ("activation gelu", "1", 3),
        ("activation tanh", "1", 2),  # by 0.4 in the median, and relu by 0.2
        ("activation relu", "0.1", 2),
    ]
    assert rows[0].p_value < rows[1].p_value == rows[2].p_value


def test_what_is_counted_in_is_told_for_none_and_for_several():
    found = one_row_differs()
    assert sentences.counted_in(found) == ""
    assert sentences.counted_in(found._replace(n_diverged=2)) == (
        "2 runs diverged; they count as the worst result of the others."
    )
    n = found.n_used * found.n_seeds
    assert sentences.counted_in(found._replace(n_diverged=n)) == "", "there are no others"
    assert sentences.counted_in(found._replace(n_diverged=n - 1)).startswith(f"{n - 1} runs diverged; they")
    assert sentences.looks(found._replace(rows=[])).startswith("The grid has more than 60 rows, so they are")
