"""Bins, cells, the Pareto front and parallel coordinates of a sweep, against their definitions."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ui.sweeps import shapes

SETTINGS = settings(deadline=None, database=None, max_examples=80)


def test_few_numbers_and_texts_stay_as_they_are():
    for texts in (["0.1", "0.01", "0.1"], ["relu"] * 3 + ["8,8"], [str(k) for k in range(8)], []):
        assert shapes.coarse(texts) == texts
    words = [f"w{k}" for k in range(20)]
    assert shapes.coarse(words) == words


def test_many_numbers_are_put_in_five_bins_of_equal_counts_named_by_their_ends():
    assert shapes.coarse([str(k) for k in range(1, 11)]) == [
        "1 to 2", "1 to 2", "3 to 4", "3 to 4", "5 to 6", "5 to 6", "7 to 8", "7 to 8", "9 to 10", "9 to 10"
    ]  # fmt: skip


def test_the_order_in_which_numbers_come_does_not_move_them_to_another_bin():
    values = [0.001, 0.002, 0.01, 0.02, 0.1, 0.2, 1.0, 2.0, 10.0, 20.0]
    order = np.random.default_rng(1).permutation(10)
    bins = dict(zip(values, shapes.coarse([str(v) for v in values]), strict=True))
    shuffled = shapes.coarse([str(values[k]) for k in order])
    assert shuffled == [bins[values[k]] for k in order]
    assert bins[0.001] == "0.001 to 0.002"
    assert bins[20.0] == "10 to 20"


def test_bins_are_ordered_by_their_size():
    texts = shapes.coarse([str(v) for v in np.geomspace(1e-5, 10, 30)])
    places = [shapes.place(text) for text in dict.fromkeys(texts)]
    assert len(places) == 5
    assert places == sorted(places)
    assert [shapes.place(text) for text in ("3", "0.5 to 2", "relu")] == [3.0, 0.5, 0.0]


def table_of(rows, **columns):
    """A table best first: rows of (trial, median)."""
    return pd.DataFrame(rows, columns=["trial", "median"]).assign(**columns)


def test_a_cell_has_the_median_of_its_trials_their_number_and_the_best_of_them():
    table = table_of(
        [(4, 0.9), (2, 0.8), (1, 0.7), (3, 0.2), (5, np.nan)],
        rate=["0.1", "1", "0.1", "0.1", "1"],
        units=["4", "4", "4", "8", "8"],
    )
    found = shapes.cells(None, table, "rate", "units", True).set_index(["x", "y"])
    assert found["median"].to_dict() == pytest.approx({("0.1", "4"): 0.8, ("1", "4"): 0.8, ("0.1", "8"): 0.2})
    assert found["trials"].to_dict() == {("0.1", "4"): 2, ("1", "4"): 1, ("0.1", "8"): 1}
    assert found["trial"].to_dict() == {("0.1", "4"): 4, ("1", "4"): 2, ("0.1", "8"): 3}


def test_of_a_loss_the_best_trial_of_a_cell_is_the_lowest():
    table = table_of([(2, 0.1), (1, 0.5)], rate=["1", "1"], units=["4", "4"])
    (cell,) = shapes.cells(None, table, "rate", "units", False).to_dict("records")
    assert cell == {"x": "1", "y": "4", "median": pytest.approx(0.3), "trials": 2, "trial": 2}


def test_no_trial_that_came_in_gives_no_cells():
    table = table_of([(1, np.nan)], rate=["1"], units=["4"])
    assert shapes.cells(None, table, "rate", "units", True).empty


def test_a_random_search_has_at_most_five_times_five_cells_with_every_trial_in_one():
    rng = np.random.default_rng(0)
    draws = {name: [str(v) for v in rng.uniform(0, 1, 100)] for name in ("rate", "noise")}
    table = table_of([(k + 1, 1 - k / 100) for k in range(100)], **draws)
    found = shapes.cells(None, table, "rate", "noise", True)
    assert len(found) <= 25
    assert found["trials"].sum() == 100
    assert found["trial"].min() == 1


COSTS = st.lists(st.tuples(st.integers(1, 5), st.integers(0, 5)), min_size=1, max_size=12)


def dominated(one, other, larger):
    """Whether `other` is at least as cheap and as good as `one`, and more of one of the two."""
    better = other[1] >= one[1] if larger else other[1] <= one[1]
    return other[0] <= one[0] and better and other != one


@given(COSTS, st.booleans())
@example([(1, 3), (1, 3), (2, 3)], True)
@SETTINGS
def test_on_the_front_is_what_nothing_dominates(points, larger):
    table = pd.DataFrame(points, columns=["parameters", "median"]).astype({"median": float})
    front = [
        point for point, on in zip(points, shapes.pareto(table, "parameters", larger), strict=True) if on
    ]
    expected = {p for p in points if not any(dominated(p, other, larger) for other in points)}
    assert set(front) == expected
    assert len(front) == len(expected), "of equals one is enough"


def test_a_trial_without_a_result_is_not_on_the_front_and_hides_no_other():
    table = pd.DataFrame({"seconds": [1.0, 2.0, 3.0], "median": [np.nan, 0.5, 0.7]}, index=[7, 3, 5])
    assert shapes.pareto(table, "seconds", True).tolist() == [False, True, True]
    assert shapes.pareto(table, "seconds", False).tolist() == [False, True, False]


def coordinates(field, values, medians=None):
    table = table_of([(k + 1, m) for k, m in enumerate(medians or [0.5] * len(values))], **{field: values})
    frame = shapes.axes(SimpleNamespace(fields=(field,)), table)
    return frame[frame["axis"] == field], frame[frame["axis"] == "median"]


def test_numbers_that_span_a_decade_lie_on_a_logarithmic_axis():
    ours, _ = coordinates("rate", ["0.01", "0.1", "10", "1"])
    assert ours["position"].tolist() == pytest.approx([0, 1 / 3, 1, 2 / 3])
    assert ours["value"].tolist() == ["0.01", "0.1", "10", "1"]
    assert ours["trial"].tolist() == [1, 2, 3, 4]


def test_exactly_a_decade_is_enough_for_a_logarithmic_axis():
    assert coordinates("rate", ["1", "10", "2"])[0]["position"].tolist() == pytest.approx([0, 1, 0.30103])


@pytest.mark.parametrize("values", [["1", "9", "5"], ["0", "100", "50"]])
def test_numbers_of_less_than_a_decade_or_with_a_zero_lie_on_a_linear_axis(values):
    assert coordinates("rate", values)[0]["position"].tolist() == pytest.approx([0, 1, 0.5])


def test_texts_lie_in_the_order_of_their_appearance_and_one_value_at_the_bottom():
    ours, _ = coordinates("activation", ["tanh", "relu", "tanh", "gelu"])
    assert ours["position"].tolist() == [0, 0.5, 0, 1]
    assert coordinates("activation", ["relu", "relu"])[0]["position"].tolist() == [0, 0]


def test_the_last_axis_is_the_result_and_trials_without_one_have_no_line():
    ours, medians = coordinates("rate", ["1", "2", "3"], [0.9, 0.6, np.nan])
    assert ours["trial"].tolist() == medians["trial"].tolist() == [1, 2]
    assert medians["position"].tolist() == [1, 0]
    assert medians["value"].tolist() == ["0.9", "0.6"]


def test_a_table_without_any_result_gives_no_lines():
    _, medians = coordinates("rate", ["1", "2"], [np.nan, np.nan])
    assert medians.empty
