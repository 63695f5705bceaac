"""What matters in a sweep: effects against hand-computed tables, F and permutation chances, pure noise."""

import itertools
import math
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlp import comparisons
from mlp import effects as module
from mlp.effects import anova, by_slice, correlation_ratios, is_complete

TWO_BY_TWO = list(itertools.product("ab", "xy"))
TWO_BY_THREE = list(itertools.product("ab", "xyz"))


def by_fields(effects):
    assert [e.share for e in effects] == sorted((e.share for e in effects), reverse=True)
    assert len({e.fields for e in effects}) == len(effects)
    return {e.fields: e for e in effects}


def shares(effects):
    return {fields: effect.share for fields, effect in by_fields(effects).items()}


def quick_anova(*arguments):
    with mock.patch.object(comparisons, "DRAWS", 99):
        return anova(*arguments)


def indices(sizes):
    return list(itertools.product(*map(range, sizes)))


def test_a_two_by_two_table_worked_by_hand():
    # means 1 2 | 3 8, of mean 3.5: rows 1.5 and 5.5, 2(4 + 4) = 16; columns 2 and 5, 2(2.25 + 2.25) = 9;
    # interaction ±1, 4. The second seed less the first is 2 in cell a x alone: residuals ±(0.75, -0.25 …)
    # have squares 1.5 on 3 degrees of freedom, σ² = 0.5; an effect of one degree expects 0.5/2.
    results = [[0, 2], [2, 2], [3, 3], [8, 8]]
    effects = by_fields(anova(("p", "q"), TWO_BY_TWO, results))
    for fields, squares in ((("p",), 16), (("q",), 9), (("p", "q"), 4)):
        effect = effects[fields]
        assert effect.share == pytest.approx(squares / 29)
        assert effect.noise == pytest.approx(0.25 / 29)
    # both levels have the same order in both seeds, as they have by chance in one of two
    assert effects[("p",)].p_value == pytest.approx(0.5, abs=0.02)
    assert effects[("q",)].p_value == pytest.approx(0.5, abs=0.02)
    assert math.isnan(effects[("p", "q")].p_value)


tables = st.tuples(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.integers(0, 2**32 - 1)).filter(
    lambda drawn: 2 <= math.prod(drawn[0]) <= 48
)


@settings(max_examples=30, deadline=None)
@given(tables, st.integers(1, 3))
def test_the_shares_sum_to_one_and_none_is_negative(table, n_seeds):
    sizes, seed = table
    results = np.random.default_rng(seed).normal(size=(math.prod(sizes), n_seeds))
    effects = quick_anova([str(i) for i in range(len(sizes))], indices(sizes), results)
    assert sum(e.share for e in effects) == pytest.approx(1)
    assert min(e.share for e in effects) >= 0
    varied = [str(i) for i, size in enumerate(sizes) if size > 1]
    assert len(effects) == 2 ** len(varied) - 1
    assert set().union(*(e.fields for e in effects)) == set(varied)


@settings(max_examples=30, deadline=None)
@given(tables)
def test_an_additive_table_has_no_interaction_and_each_field_its_own_variance(table):
    sizes, seed = table
    rng = np.random.default_rng(seed)
    parts = [rng.normal(size=size) for size in sizes]
    levels = indices(sizes)
    results = [[sum(part[i] for part, i in zip(parts, row, strict=True))] for row in levels]
    total = sum(part.var() for part in parts)
    for fields, share in shares(quick_anova(range(len(sizes)), levels, results)).items():
        expected = parts[fields[0]].var() / total if len(fields) == 1 else 0
        assert share == pytest.approx(expected, abs=1e-9)


def test_neither_what_a_seed_adds_nor_the_order_of_the_cells_nor_the_unit_matters():
    rng = np.random.default_rng(2)
    results = rng.normal(size=(6, 3)) + np.arange(6)[:, np.newaxis]
    order, seeds = rng.permutation(6), rng.normal(size=3) * 30
    before = by_fields(anova(("p", "q"), TWO_BY_THREE, results))
    moved = 100 - 40 * (results[order] + seeds)
    after = by_fields(anova(("p", "q"), [TWO_BY_THREE[i] for i in order], moved))
    for fields, effect in before.items():
        assert after[fields][1:3] == pytest.approx(effect[1:3], rel=1e-6)
        assert after[fields].p_value == pytest.approx(effect.p_value, abs=0.02, nan_ok=True)  # of 9,999 draws


def test_fields_may_mix_labels_and_numbers_and_one_value_is_no_field():
    levels = [("relu", 0.1, 3), ("relu", 0.01, 3), ("tanh", 0.1, 3), ("tanh", 0.01, 3)]
    found = shares(anova(("f", "rate", "epochs"), levels, [[1], [2], [3], [8]]))
    assert found == pytest.approx({("f",): 16 / 29, ("rate",): 9 / 29, ("f", "rate"): 4 / 29})


def test_under_pure_noise_squares_are_the_expected_ones_on_average():
    rng = np.random.default_rng(3)
    squares, expected = [], []
    for _ in range(250):
        results = rng.normal(size=(6, 4)) + rng.normal(size=4)
        total = ((results.mean(axis=1) - results.mean()) ** 2).sum()
        effects = by_fields(quick_anova(("p", "q"), TWO_BY_THREE, results))
        ordered = [effects[fields] for fields in (("p",), ("q",), ("p", "q"))]
        squares.append([e.share * total for e in ordered])
        expected.append([e.noise * total for e in ordered])
    np.testing.assert_allclose(np.mean(expected, axis=0), [0.25, 0.5, 0.5], rtol=0.1)
    np.testing.assert_allclose(np.mean(squares, axis=0), [0.25, 0.5, 0.5], rtol=0.4)  # of 250 χ²(1)


def test_a_chance_is_at_least_one_of_the_draws():
    (effect,) = correlation_ratios(["p"], [range(50)], range(50))
    assert effect.p_value == 1 / (1 + module.PERMUTATIONS)


def unequal():
    """(levels, results) of six rates and four penalties, of which one makes one rate's accuracies worse.

    They are 37.6 to 92.7% there, and 97.6 to 99.4% without a penalty; elsewhere the penalty does nothing.
    """
    rng = np.random.default_rng(11)
    levels = indices((6, 4))
    results = 0.98 + 0.003 * rng.normal(size=(24, 5))
    results[levels.index((5, 0))] = [0.976, 0.994, 0.982, 0.988, 0.991]
    results[levels.index((5, 3))] = [0.376, 0.927, 0.552, 0.812, 0.694]
    return levels, results


def test_a_difference_in_one_row_is_found_though_the_deviations_are_unequal_and_is_located():
    levels, results = unequal()
    effects = by_fields(anova(("rate", "l2"), levels, results))
    assert effects[("l2",)].p_value < 0.05
    slices = by_slice(("rate", "l2"), levels, results)
    assert len(slices) == 4 + 6
    clearest, second, *_ = sorted((one for one in slices if one.field == "l2"), key=lambda one: one.p_value)
    assert [levels[cell] for cell in clearest.cells] == [(5, k) for k in range(4)]
    assert clearest.p_value < 0.05
    assert clearest.p_value < second.p_value
    assert clearest.adjusted == pytest.approx(min(1, 6 * clearest.p_value))


def test_a_slice_holds_the_cells_in_which_one_field_alone_differs():
    levels = indices((2, 3, 2))
    results = np.random.default_rng(0).normal(size=(12, 3))
    for one in by_slice("pqr", levels, results):
        axis = "pqr".index(one.field)
        rows = np.array([levels[cell] for cell in one.cells])
        assert len(set(rows[:, axis])) == len(rows) == (2, 3, 2)[axis]
        assert np.ptp(np.delete(rows, axis, axis=1), axis=0).tolist() == [0, 0]
    assert by_slice("p", indices((3,)), results[:3]) == []
    with mock.patch.object(module, "MOST_SLICES", 15):
        assert by_slice("pqr", levels, results) == []
    with mock.patch.object(module, "MOST_SLICES", 16):
        assert len(by_slice("pqr", levels, results)) == 6 + 4 + 6


def test_from_one_seed_the_noise_is_unknown():
    effects = anova(("p", "q"), TWO_BY_TWO, [[1], [2], [3], [8]])
    assert all(math.isnan(e.noise) and math.isnan(e.p_value) for e in effects)
    assert sum(e.share for e in effects) == pytest.approx(1)


@pytest.mark.parametrize("levels", [TWO_BY_TWO[:3], [*TWO_BY_TWO[:3], ("a", "x")], [*TWO_BY_TWO, ("a", "x")]])
def test_a_grid_that_lacks_or_repeats_a_cell_is_refused(levels):
    assert not is_complete(levels)
    with pytest.raises(ValueError, match=r"^The effects need a complete grid of finite results\.$"):
        anova(("p", "q"), levels, np.zeros((len(levels), 2)))


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_results_that_are_not_finite_are_refused(wrong):
    assert is_complete(TWO_BY_TWO)
    with pytest.raises(ValueError, match="finite results"):
        anova(("p", "q"), TWO_BY_TWO, [[1], [2], [3], [wrong]])
    with pytest.raises(ValueError, match="finite results"):
        correlation_ratios(["p"], [[1, 2, 3]], [0, 1, wrong])


def test_correlation_ratio_of_labels_worked_by_hand():
    # of mean 5: Σ 16 + 4 + 0 + 1 + 25 = 46; a means 2 and b 7, 2·9 + 3·4 = 30; of the ten pairs that a
    # could have been, {1, 3} and {6, 10} part the results as far
    (effect,) = correlation_ratios(["p"], [["a", "b", "a", "b", "b"]], [1, 5, 3, 6, 10])
    assert effect.share == pytest.approx(30 / 46)
    assert effect.noise == pytest.approx(1 / 4)
    assert effect.p_value == pytest.approx(0.2, abs=0.045)


def test_numbers_are_cut_into_five_bins_of_equal_counts_and_only_their_order_counts():
    # in the order of the numbers 0 2 | 4 4 | 6 8 | 8 8 | 10 10, of mean 6: Σ = 104; bins 1 4 7 8 10, 2·50
    ordered = np.array([0, 2, 4, 4, 6, 8, 8, 8, 10, 10])
    shuffled = np.random.default_rng(0).permutation(10)
    for numbers in (shuffled, 10.0 ** (shuffled - 6), -shuffled):
        (effect,) = correlation_ratios(["p"], [numbers], ordered[shuffled])
        assert effect.share == pytest.approx(100 / 104)
        assert effect.noise == pytest.approx(4 / 9)


def test_equal_numbers_share_the_bin_of_their_mean_rank():
    # ranks 0 | 1 2 3 4 | 5 | 6 7 | 8 9: the four ones, of mean rank 2.5, are in the second fifth
    numbers, results = [0, 1, 1, 1, 1, 2, 3, 4, 5, 6], [9, 1, 1, 1, 1, 5, 2, 2, 7, 7]
    (effect,) = correlation_ratios(["p"], [numbers], results)
    assert effect.share == pytest.approx(1)
    assert effect.noise == pytest.approx(4 / 9)


def test_of_six_numbers_in_five_bins_the_two_smallest_share_one():
    (effect,) = correlation_ratios(["p"], [[30, 10, 20, 60, 50, 40]], [2, 1, 1, 5, 4, 3])
    assert effect.share == pytest.approx(1)


def test_a_field_that_matters_has_a_small_chance_and_the_others_chances_of_any_size():
    rng = np.random.default_rng(5)
    n_idle = 200
    rate, kind = rng.uniform(size=60), rng.choice(["relu", "tanh"], size=60)
    idle = rng.uniform(size=(n_idle, 60))
    results = 2 * rate + (kind == "tanh") + 0.3 * rng.normal(size=60)
    names = ["rate", "kind", *map(str, range(n_idle))]
    effects = by_fields(correlation_ratios(names, [rate, kind, *idle], results))
    assert max(effects[("rate",)].p_value, effects[("kind",)].p_value) < 0.01
    others = [effects[(str(i),)] for i in range(n_idle)]
    for level in (0.1, 0.25, 0.5, 0.75):
        assert np.mean([e.p_value < level for e in others]) == pytest.approx(level, abs=0.12)
    assert np.mean([e.share for e in others]) == pytest.approx(others[0].noise, rel=0.15)  # (5 - 1)/(60 - 1)


def test_a_field_of_one_value_explains_nothing():
    effects = by_fields(correlation_ratios("pq", [[3, 3, 3, 3], [1, 1, 2, 2]], [0, 0, 1, 1]))
    assert effects[("q",)].share == pytest.approx(1)
    assert effects[("p",)].share == 0
    assert math.isnan(effects[("p",)].p_value)


def test_each_of_seven_labels_is_a_bin_of_its_own():
    labels = list("abcdefg") * 10
    (effect,) = correlation_ratios(["p"], [labels], ["bdf".count(label) for label in labels])
    assert effect.share == pytest.approx(1)


@pytest.mark.parametrize("result", [0.5, 0.1, 0.3, 0.9583])
def test_results_that_are_all_equal_have_no_effects(result):
    (effect,) = correlation_ratios(["p"], [list("ab") * 10], np.full(20, result))
    assert effect.share == 0
    effects = anova(("p", "q"), TWO_BY_THREE, np.full((6, 3), result))
    assert [e.share for e in effects] == [0, 0, 0]
    assert all(math.isnan(e.p_value) for e in [effect, *effects])
