"""The tables of a sweep against records made by hand: trials, curves, cells, fronts, coordinates."""

from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from swept import TWO, ended, outcome, plan_of, run_of

from data import DataConfig
from lab.links.experiment import Experiment
from lab.sweeps.field_values import in_order
from mlp import TrainConfig, sweep
from mlp.execution import Outcome
from mlp.sweep import Values
from ui.sweeps import results

ACCURACY, LOSS = "validation accuracy", "validation loss"
RATES = Values((0.3, 0.1, 1.0))
SETTINGS = settings(deadline=None, database=None, max_examples=80)
SPREAD = ["median", "low", "high"]


def test_trials_are_sorted_best_first_by_the_median_of_their_seeds():
    plan, run = plan_of({"learning_rate": RATES}, 3), ended([0.1, 0.9, 0.2, 0.6, 0.4, 0.7, 0.3, 0.5, 0.0])
    table = results.trials(plan, run, ACCURACY)
    assert table["trial"].tolist() == [2, 3, 1]
    assert table["learning_rate"].tolist() == ["0.1", "1", "0.3"]
    np.testing.assert_allclose(table[SPREAD].iloc[0], [0.6, 0.4, 0.7])
    np.testing.assert_allclose(table[SPREAD].iloc[2], [0.2, 0.1, 0.9])
    assert results.trials(plan, run, LOSS)["trial"].tolist() == [1, 3, 2], "the lowest loss is the best"


def test_equal_trials_keep_their_order_and_those_without_a_result_are_last():
    plan = plan_of({"learning_rate": RATES})
    run = run_of(*(outcome(row, 0.5, 0.8) for row in (2, 3, 4, 5)))
    for metric in (ACCURACY, LOSS):
        table = results.trials(plan, run, metric)
        assert table["trial"].tolist() == [2, 3, 1]
        assert table.iloc[2][SPREAD].isna().all()


def test_what_is_not_apart_from_the_best_over_the_seeds_is_indistinct_from_it():
    # about 0.3 behind on every seed; ahead on one of three
    finals = [0.9, 0.8, 0.85, 0.6, 0.5, 0.551, 0.8, 0.9, 0.8]
    table = results.trials(plan_of({"learning_rate": RATES}, 3), ended(finals), ACCURACY).set_index("trial")
    assert table["indistinct"].to_dict() == {1: True, 3: True, 2: False}
    np.testing.assert_allclose(
        table.loc[2, ["behind", "behind_low", "behind_high"]].astype(float), 0.3, atol=2e-3
    )
    alone = results.trials(plan_of({"learning_rate": RATES}, 1), ended(finals[:3]), ACCURACY)
    assert not alone["indistinct"].any()
    assert alone["behind"].isna().all()


def test_the_status_says_how_far_a_trial_is_and_a_run_that_diverged_is_the_worst_in_its_median():
    plan = plan_of({"learning_rate": Values((1.0, 2.0, 3.0, 4.0, 5.0))}, 3)
    run = run_of(
        *(outcome(row, figure) for row, figure in enumerate((0.5, 0.6, 0.9))),
        *(outcome(row, 0.5, diverged=True) for row in (3, 4, 5)),
        outcome(6, 0.5),
        Outcome(10, (), "MemoryError: too large"),
        outcome(12, 0.4),
        outcome(13, 0.8),
        outcome(14, 0.9, 9.0, diverged=True),
    )
    table = results.trials(plan, run, ACCURACY).set_index("trial")
    assert table["status"].to_dict() == {
        1: "done", 2: "3 of 3 diverged before the first epoch",
        3: "1 of 3 finished", 4: "MemoryError: too large",
        5: "1 of 3 diverged in epoch 1"
    }  # fmt: skip
    np.testing.assert_allclose(table.loc[5, SPREAD].astype(float), [0.4, 0.4, 0.8])
    np.testing.assert_allclose(results.trials(plan, run, LOSS).set_index("trial").loc[5, "median"], 0.8)


def test_parameters_seconds_and_curve_of_a_trial():
    plan = plan_of({"hidden_layer_sizes": Values(((4,), (8,), ()))}, 3)
    run = run_of(outcome(0, 0.1, 0.2, 0.9), outcome(1, 0.3, 0.4, 0.5), outcome(2, 0.8, 0.9), outcome(3, 0.5))
    table = results.trials(plan, run, ACCURACY).set_index("trial")
    assert table["parameters"].to_dict() == {1: 22, 2: 42, 3: 6}  # 2·4+4+4·2+2, 2·8+8+8·2+2, 2·2+2
    assert table["seconds"].to_dict() == {1: 2.0, 2: 0.25, 3: 0.0}  # a quarter of a second an epoch
    assert table["curve"][1] == pytest.approx([0.3, 0.4]), "medians, as far as all seeds go"
    assert table["curve"][3] == []
    values = results.sparkline([outcome(0, *np.linspace(0, 1, 500))], "valid_accuracy")
    assert (len(values), values[0], values[-1]) == (30, 0.0, 1.0)
    assert np.diff(values).max() < 0.04


def test_a_trial_that_leaves_a_field_alone_has_the_value_of_the_base():
    axes = {"learning_rate": Values((1.0,)), "noise": Values((0.3,))}
    table = results.trials(plan_of(axes, chosen=sweep.one_at_a_time(axes)), run_of(), ACCURACY)
    assert table["learning_rate"].tolist() == ["0.1", "1", "0.1"]
    assert table["noise"].tolist() == ["0.1", "0.1", "0.3"]


def test_a_trials_link_opens_its_experiment():
    axes = {"learning_rate": Values((0.3, 0.07)), "noise": Values((0.2,)), "l2": Values((0.0, (0.1, 0.2)))}
    plan = plan_of(axes, n_seeds=3)
    links = results.trials(plan, run_of(), ACCURACY).set_index("trial")["link"].sort_index()
    asked = [(0.3, 0.0), (0.3, (0.1, 0.2)), (0.07, 0.0), (0.07, (0.1, 0.2))]
    for link, (rate, l2) in zip(links, asked, strict=True):
        query = dict(parse_qsl(urlsplit(link).query))
        assert urlsplit(link).path.endswith("/decision_boundary")
        assert query.pop("seeds") == "3"
        train = TrainConfig(hidden_layer_sizes=(4,), epochs=3, init_seed=6, learning_rate=rate, l2=l2)
        assert Experiment.from_query(query) == Experiment(DataConfig(n_samples=120, noise=0.2), train)


def test_the_figures_by_value_are_medians_and_quartiles_over_all_trials_and_seeds_with_it():
    plan = plan_of(TWO)  # trials: 0.1 with each activation, then 1
    run = ended([0.1, 0.2, 0.3, 0.4, 0.5, 1.5, 1.1, 1.2, 1.3, 1.4, 1.5, 2.5])
    frame = results.by_value(plan, run, "learning_rate", "valid_loss")
    assert frame["value"].unique().tolist() == ["0.1", "1"]
    last = frame[frame["epoch"] == 1].set_index("value")
    np.testing.assert_allclose(last.loc["0.1", ["low", "median", "high"]].astype(float), [0.225, 0.35, 0.475])
    np.testing.assert_allclose(last.loc["1", ["low", "median", "high"]].astype(float), [1.225, 1.35, 1.475])
    assert (frame[frame["epoch"] == 0]["median"] == 0.5).all()
    by_activation = results.by_value(plan, run, "activation", "valid_loss")
    last = by_activation[by_activation["epoch"] == 1].set_index("value")["median"]
    assert last.to_dict() == pytest.approx({"relu": 0.65, "tanh": 0.85, "gelu": 1.5})


def test_curves_by_value_come_in_the_order_of_the_numbers_and_end_with_what_they_have():
    plan = plan_of({"learning_rate": RATES}, 1)
    run = run_of(outcome(0, 0.5, 0.4, 0.0), outcome(1, 0.5), outcome(2, 0.5, 0.6, 9.9, diverged=True))
    frame = results.by_value(plan, run, "learning_rate", "valid_loss")
    assert list(dict.fromkeys(frame["value"])) == ["0.1", "0.3", "1"]
    assert frame.groupby("value")["epoch"].max().to_dict() == {"0.1": 0, "0.3": 2, "1": 1}, "9.9 is left out"
    assert frame["high"].max() == 0.6
    assert frame["low"].min() == 1e-9, "a loss of 0 can be drawn on a logarithmic axis"


def test_without_figures_there_are_no_curves():
    plan = plan_of({"learning_rate": RATES})
    failed, lost = run_of(Outcome(0, (), "broken")), outcome(0, np.nan, diverged=True)
    for run in (failed, run_of(lost)):
        assert results.by_value(plan, run, "learning_rate", "valid_loss").empty
    mixed = run_of(lost, outcome(2, 0.5, 0.4))
    assert results.by_value(plan, mixed, "learning_rate", "valid_loss")["value"].tolist() == ["0.1", "0.1"]
    assert results.of_trial(plan, failed, 0).empty


def curve(frame, split):
    return frame[(frame["quantity"] == "loss") & (frame["split"] == split)].set_index("epoch")


def test_the_curves_of_a_trial_are_its_own_and_have_no_test_figures():
    plan = plan_of({"learning_rate": RATES}, 3)
    run = run_of(outcome(0, 9.0, 9.0), outcome(3, 0.6, 0.4), outcome(4, 0.8, 0.2), outcome(5, 0.8, 0.25))
    frame = results.of_trial(plan, run, 1)
    assert set(frame["split"]) == {"train", "validation"}
    assert curve(frame, "validation").loc[1, SPREAD].tolist() == pytest.approx([0.25, 0.2, 0.4])
    assert curve(frame, "train").loc[1, "median"] == pytest.approx(0.025)


def thinned(row, stride, *losses):
    """An Outcome of which every `stride`-th epoch and the last are kept."""
    whole = outcome(row, *losses)
    kept = [r for r in whole.records if r.epoch % stride == 0 or r is whole.records[-1]]
    return whole._replace(records=tuple(kept))


def test_figures_of_thinned_records_stand_at_their_own_epochs():
    plan = plan_of({"learning_rate": RATES})
    losses = [1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4]
    run = run_of(thinned(0, 3, *losses), thinned(1, 3, *losses[:5]), thinned(2, 2, *losses))
    frame = results.by_value(plan, run, "learning_rate", "valid_loss")
    first = frame[frame["value"] == "0.3"].set_index("epoch")["median"]
    assert first.to_dict() == pytest.approx({0: 1.0, 3: 0.7, 4: 0.6, 6: 0.4})
    assert frame[frame["value"] == "0.1"]["epoch"].tolist() == [0, 2, 4, 6]
    trial = curve(results.of_trial(plan, run, 0), "validation")
    assert trial["low"].to_dict() == pytest.approx({0: 1.0, 3: 0.7, 4: 0.6, 6: 0.4}, rel=1e-6)
    assert trial["high"].to_dict() == pytest.approx({0: 1.0, 3: 0.7, 4: 0.7, 6: 0.6}, rel=1e-6)


def test_few_numbers_and_texts_stay_as_they_are_and_many_numbers_are_put_in_five_bins_of_equal_counts():
    words = [f"w{k}" for k in range(20)]
    for texts in (["0.1", "0.01", "0.1"], ["relu"] * 3 + ["8,8"], [str(k) for k in range(8)], [], words):
        assert results.binned(texts) == texts
    assert results.binned([str(k) for k in range(1, 11)]) == [
        "1 to 2", "1 to 2", "3 to 4", "3 to 4", "5 to 6", "5 to 6", "7 to 8", "7 to 8", "9 to 10", "9 to 10"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "labels"),
    [
        (
            [str(k) for k in range(20, 201, 20)],
            ["20 to 40", "60 to 80", "100 to 120", "140 to 160", "180 to 200"],
        ),
        (
            [str(k) for k in range(500, 1401, 100)],
            ["500 to 600", "700 to 800", "900 to 1000", "1100 to 1200", "1300 to 1400"],
        ),
        (
            [str(k) for k in range(100, 109)],
            ["100 to 101", "102 to 103", "104 to 105", "106 to 107", "108"],
        ),
        (
            [f"0.{k}" for k in range(9001, 9011)],
            [
                "0.9001 to 0.9002",
                "0.9003 to 0.9004",
                "0.9005 to 0.9006",
                "0.9007 to 0.9008",
                "0.9009 to 0.901",
            ],
        ),
        (
            ["1e-05", "1.234e-05", "0.01", "0.02", "0.1", "0.2", "1", "2.5", "150.4", "1204"],
            ["1e-05 to 1.2e-05", "0.01 to 0.02", "0.1 to 0.2", "1 to 2.5", "150 to 1200"],
        ),
    ],
)
def test_bins_of_different_numbers_have_different_labels_in_plain_numbers(texts, labels):
    assert results.binned(texts) == [labels[k * 5 // len(texts)] for k in range(len(texts))]
    assert in_order(labels[::-1]) == labels


def test_the_order_in_which_numbers_come_does_not_move_them_to_another_bin_and_bins_are_in_order():
    values = [0.001, 0.002, 0.01, 0.02, 0.1, 0.2, 1.0, 2.0, 10.0, 20.0]
    order = np.random.default_rng(1).permutation(10)
    bins = results.binned([str(v) for v in values])
    assert results.binned([str(values[k]) for k in order]) == [bins[k] for k in order]
    assert (bins[0], bins[-1]) == ("0.001 to 0.002", "10 to 20")
    assert in_order(bins[::-1]) == list(dict.fromkeys(bins))


def test_many_trials_of_one_value_take_one_place_among_the_values():
    texts = ["1"] * 30 + [str(k) for k in range(2, 10)]  # nine values, of which one is common
    bins = results.binned(texts)
    assert list(dict.fromkeys(bins)) == ["1 to 2", "3 to 4", "5 to 6", "7 to 8", "9"]
    assert bins.count("1 to 2") == 31


def test_a_sparkline_leaves_out_what_is_not_finite_and_rows_without_epochs():
    lines = [outcome(0), outcome(1, 0.5, np.nan, 0.25, np.inf), outcome(2, 0.75, 0.5, 0.25, 0.1)]
    assert results.sparkline(lines, "valid_loss") == pytest.approx([0.625, 0.25])
    assert results.sparkline([outcome(0), outcome(1, np.nan)], "valid_loss") == []


def test_a_long_run_of_which_few_epochs_are_kept_is_drawn_from_the_first_to_the_last():
    losses = np.linspace(1.0, 0.5, 101)
    run = run_of(thinned(0, 30, *losses), thinned(1, 40, *losses))
    frame = results.by_value(plan_of({"learning_rate": RATES}), run, "learning_rate", "valid_loss")
    assert frame["epoch"].tolist() == [0, 30, 40, 60, 80, 90, 100]
    assert frame["median"].is_monotonic_decreasing


def test_a_figure_that_no_run_has_is_left_out():
    plan = plan_of({"learning_rate": RATES})
    run = run_of(outcome(0, np.nan, np.nan), outcome(1, np.nan, 0.5), outcome(2, np.nan))
    frame = results.by_value(plan, run, "learning_rate", "valid_accuracy")
    assert frame[["epoch", "value", "median"]].to_numpy().tolist() == [[1, "0.3", 0.5]]


def table_of(rows, **columns):
    """A table best first: rows of (trial, median)."""
    return pd.DataFrame(rows, columns=["trial", "median"]).assign(**columns)


def test_a_cell_has_the_median_of_its_trials_their_number_and_the_best_of_them():
    table = table_of(
        [(4, 0.9), (2, 0.8), (1, 0.7), (6, 0.2), (3, 0.1), (5, np.nan)],
        learning_rate=["0.1", "1", "0.1", "0.1", "0.1", "1"],
        hidden_layer_sizes=["4", "4", "4", "4", "8", "8"],
    )
    plan = plan_of({"learning_rate": Values((0.1, 1.0)), "hidden_layer_sizes": Values(((4,), (8,)))})
    assert results.cells(plan, table, "learning_rate", "hidden_layer_sizes").to_dict("list") == {
        "x": ["0.1", "1", "0.1"],
        "y": ["4", "4", "8"],
        "median": [0.7, 0.8, 0.1],
        "trials": [3, 1, 1],
        "trial": [4, 2, 3],
    }
    none = results.cells(plan, table[-1:], "learning_rate", "hidden_layer_sizes")
    assert none.empty, "no trial has come in"
    draws = [{"learning_rate": v, "noise": v} for v in np.random.default_rng(0).uniform(0, 1, 100).tolist()]
    texts = [str(draw["noise"]) for draw in draws]
    table = table_of([(k + 1, 1 - k / 100) for k in range(100)], learning_rate=texts, noise=texts)
    cells = results.cells(plan_of(draws[0], 1, draws), table, "learning_rate", "noise")
    assert len(cells) <= 25
    assert cells["trials"].sum() == 100


COSTS = st.lists(st.tuples(st.integers(1, 5), st.integers(0, 5)), min_size=1, max_size=12)


def dominated(one, other, larger):
    """Whether `other` is at least as cheap and as good as `one`, and more of one of the two."""
    better = other[1] >= one[1] if larger else other[1] <= one[1]
    return other[0] <= one[0] and better and other != one


@given(COSTS, st.booleans())
@example([(1, 3), (1, 3), (2, 3)], True)
@SETTINGS
def test_on_the_front_is_what_nothing_dominates(points, larger):
    table = pd.DataFrame(
        [*points, (0, np.nan)], columns=["parameters", "median"], index=range(len(points), -1, -1)
    )
    on_front = results.pareto(table, "parameters", larger)
    front = [point for point, on in zip(points, on_front, strict=False) if on]
    assert front == [p for p in points if not any(dominated(p, other, larger) for other in points)]
    assert not on_front[-1], "it has no result, and hides no other"


def test_results_that_differ_by_the_rounding_of_their_median_are_on_the_front_together():
    exact, rounded = 0.75, np.nextafter(0.75, 1)
    table = pd.DataFrame({"parameters": [5, 5, 6, 6], "median": [exact, rounded, exact, 0.8]})
    assert results.pareto(table, "parameters", larger=True).tolist() == [True, True, False, True]


@pytest.mark.parametrize(
    ("field", "values", "positions"),
    [
        ("learning_rate", ["0.01", "0.1", "10", "1"], [0, 1 / 3, 1, 2 / 3]),
        ("learning_rate", ["1", "10", "2"], [0, 1, 0.30103]),  # exactly a decade: a logarithmic axis
        ("learning_rate", ["1", "9", "5"], [0, 1, 0.5]),
        ("l2", ["0", "100", "50"], [0, 1, 0.5]),
        ("activation", ["tanh", "relu", "tanh", "gelu"], [1, 0, 1, 0.5]),  # in the plan's order
        ("activation", ["tanh", "relu"], [1, 0]),  # the one between has no result
        ("activation", ["relu", "relu"], [0, 0]),
    ],
)
def test_numbers_that_span_a_decade_lie_on_a_logarithmic_axis_others_on_a_linear_one(
    field, values, positions
):
    asked = ("relu", "gelu", "tanh") if field == "activation" else tuple(map(float, values))
    table = table_of([(k + 1, 0.5) for k in range(len(values))], **{field: values})
    frame = results.coordinates(plan_of({field: Values(asked)}), table)
    ours = frame[frame["axis"] == field]
    assert ours["position"].tolist() == pytest.approx(positions)
    assert ours["value"].tolist() == values
    assert ours["trial"].tolist() == list(range(1, len(values) + 1))


def test_the_last_axis_is_the_result_and_trials_without_one_have_no_line():
    table = table_of([(1, 0.9), (2, 0.61234), (3, np.nan)], learning_rate=["1", "2", "3"])
    plan = plan_of({"learning_rate": Values((1.0, 2.0, 3.0))})
    frame = results.coordinates(plan, table)
    assert frame["axis"].tolist() == ["learning_rate"] * 2 + ["median"] * 2
    assert frame["trial"].tolist() == [1, 2] * 2
    assert frame["position"].tolist() == [0, 1, 1, 0]
    assert frame["value"].tolist() == ["1", "2", "0.9", "0.6123"]
    assert results.coordinates(plan, table[2:]).empty
