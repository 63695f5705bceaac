"""The charts of the gradient-check page: what they are given is what they draw, and they are valid."""

import functools

import numpy as np
import pandas as pd
import pytest
from gradient_checks import checked, subject

from lab.gradient_check import sweeps
from lab.links.experiment import Experiment
from lab.links.pages import A_GRID, B_GRID, DECADES
from mlp import TrainConfig
from ui.charts import gradient_check as charts
from ui.charts import gradient_forms, published_checks
from ui.gradient_check import further_checks, steps, verdict
from ui.gradient_check.setup import Plan
from ui.training import progress

CONFIG = TrainConfig(hidden_layer_sizes=(4, 3), activation="tanh", dtype="float64")


@functools.cache
def lines(grid=DECADES, against="h", precision="float64"):
    plan = Plan(Experiment(None, CONFIG), 16, "central", 1e-5, precision, "all")
    swept, _ = progress.at_once(sweeps.sweep(plan, subject(), grid))
    return plan, steps.table(swept, against)


def line(frame, scheme, precision="float64"):
    return frame[(frame["scheme"] == scheme) & (frame["precision"] == precision)].sort_values("h")


def test_every_scheme_is_swept_in_every_precision_and_falls_with_its_order_but_the_complex_one_to_the_end():
    _, frame = lines()
    counts = frame.groupby(["scheme", "precision"]).size()
    assert len(counts) == 6
    assert set(counts) == {33}
    for scheme, order in (("forward", 1), ("central", 2), ("complex", 2)):
        rows = line(frame, scheme)
        rows = rows[(rows["h"] > 9e-4) & (rows["h"] < 2e-2)]
        assert steps.slope(rows["h"], rows["error"]) == pytest.approx(order, abs=0.05)
    small = frame[frame["h"] < 1e-9]
    assert line(small, "complex")["error"].max() < 1e-15
    assert line(small, "central")["error"].min() > 1e-9
    best = {scheme: line(frame, scheme)["error"].min() for scheme in ("forward", "central")}
    for sentence, (scheme, error) in zip(steps._best(frame)[::2], best.items(), strict=False):
        assert sentence.startswith(f"{scheme} in float64: least error {error:.0e} at h = ")


@pytest.mark.parametrize(
    ("grid", "numbers"),
    [(B_GRID, range(1, 25)), (A_GRID, [k * 10**i for i in range(6) for k in range(1, 10)])],
)
def test_the_published_grids_are_what_is_drawn_against_n(grid, numbers):
    _, frame = lines(grid, "N = 1/h")
    assert set(frame["scheme"]) == {"forward", "central", charts.PLANTED}
    for _, rows in frame.groupby("scheme"):
        np.testing.assert_allclose(sorted(rows["at"]), sorted(numbers), rtol=1e-12)
        np.testing.assert_allclose(rows["at"] * rows["h"], 1, rtol=1e-12)
    if grid == A_GRID:  # ‖1.0001 a - n‖ / (1.0001 ‖a‖ + ‖n‖), a and n nearly equal
        assert line(frame, charts.PLANTED)["error"].min() == pytest.approx(0.5e-4, rel=1e-3)
        assert line(frame, "central")["error"].min() < 1e-8


@pytest.mark.parametrize(
    ("grid", "against"), [(DECADES, "h"), (A_GRID, "N = 1/h"), (B_GRID, "N = 1/h"), (B_GRID, "h")]
)
def test_the_chart_of_the_steps_is_valid_and_names_every_line(grid, against):
    plan, frame = lines(grid, against)
    labels = steps._labels(frame, grid)
    marks = steps._marks(plan, frame, against, grid)
    chart = charts.steps(frame, labels, marks, steps._regimes(frame, against), against, "A title")
    spec = chart.to_dict()
    (dashed,) = [layer for layer in spec["layer"] if "strokeDash" in layer["encoding"]]
    scale = dashed["encoding"]["strokeDash"]["scale"]
    dashes = dict(zip(scale["domain"], scale["range"], strict=True))
    assert dashes == {"float64": [1, 0], "float32": [5, 4]}
    thin = spec["datasets"][dashed["data"]["name"]]
    assert charts.PLANTED not in {row["scheme"] for row in thin}
    wide = [layer for layer in spec["layer"] if layer["mark"].get("strokeWidth") == 7]
    assert len(wide) == (grid != DECADES), "the wrong gradient, behind the others"
    assert labels["text"].is_unique
    assert set(labels["text"]) == set(frame["scheme"])
    assert ("h of the check" in set(marks["text"])) == (grid != B_GRID)
    assert {"√u 64", "∛u 64", "√u 32", "∛u 32"} <= set(marks["text"]) or grid != DECADES
    assert marks["at"].between(frame["at"].min(), frame["at"].max()).all()


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("most", [24, 10**5])
def test_the_chart_of_the_largest_difference_is_valid_and_draws_both_gradients(log, most):
    frame = pd.DataFrame(
        {
            "at": [1.0, most] * 2,
            "error": [1.0, 0.1, 1.0, 0.2],
            "gradient": ["right"] * 2 + [charts.PLANTED] * 2,
        }
    )
    spec = published_checks.largest_difference(frame, "N = 1/h", "A title", log=log).to_dict()
    drawn = [spec["datasets"][layer["data"]["name"]] for layer in spec["layer"]]
    lines, points = ([{row["gradient"] for row in rows} for rows in half] for half in (drawn[:2], drawn[2:]))
    assert lines == [{charts.PLANTED}, {"right"}], "the wrong one's line is behind"
    assert {charts.PLANTED} in points
    assert {"right"} in points
    for layer in spec["layer"]:
        assert (layer["encoding"]["y"]["scale"].get("type") == "log") == log
        assert (layer["encoding"]["x"]["scale"].get("type") == "log") == (most > 1000)


def test_the_regimes_change_sides_with_the_axis():
    _, frame = lines()
    by_h = steps._regimes(frame, "h").sort_values("at", kind="stable")["text"].to_list()
    frame = frame.assign(at=1 / frame["h"])
    by_n = steps._regimes(frame, "N = 1/h").sort_values("at", kind="stable")["text"].to_list()
    assert by_h == ["← rounding", "dashed: float32", "truncation →"]
    assert by_n == ["← truncation", "rounding →", "dashed: float32"]


def test_the_map_has_a_tile_an_entry_in_its_matrix_and_the_bias_below():
    network = subject()
    result = checked(network)
    cells, blocks = verdict.tiles(network, result)
    assert len(cells) == network.n_parameters == 4 * 3 + 3 * 5 + 2 * 4
    assert blocks["text"].to_list() == ["W¹, 2 × 4", "W², 4 × 3", "W³, 3 × 2"]
    by_name = cells.set_index("name")
    for name, row, column, block in (("W¹[1,3]", 1, 3, 0), ("W²[3,0]", 3, 0, 1), ("b²[2]", 4.3, 2, 1)):
        tile = by_name.loc[name]
        assert tile["top"] == pytest.approx(row)
        assert tile["left"] == pytest.approx(blocks["left"][block] + column)
    weights = network.params[1].W.size
    start = network.params[0].W.size + network.params[0].b.size
    assert by_name.loc["b²[2]", "analytic"] == result.check.analytic[start + weights + 2]
    assert not cells.duplicated(["left", "top"]).any()
    one_layer, blocks_of_one = verdict.tiles(network, checked(network, index=network.sample(5000, "layer 2")))
    assert (len(one_layer), blocks_of_one["text"].to_list()) == (15, ["W², 4 × 3"])
    charts.error_map(cells, blocks, "A title").to_dict()


def test_a_derivative_that_is_wrong_or_no_number_is_outlined():
    network = subject()
    cells, blocks = verdict.tiles(network, checked(network))
    causes = ["unexplained", "rounding", "not a number", *["rounding"] * (len(cells) - 3)]
    drawing = charts.error_map(cells.assign(cause=causes), blocks, "A title")
    assert drawing.parts().tables["wrong"]["name"].tolist() == cells["name"].iloc[[0, 2]].tolist()


def test_kinks_and_zeros_are_marked_by_more_than_colour():
    network = subject("relu", n=3)
    result = checked(network, step=0.05)
    cells, blocks = verdict.tiles(network, result)
    crossing = result.check.crosses_kink & (result.check.error > 0)
    assert crossing.any()
    assert (cells.loc[crossing, "mark"] == "×").all()
    zero = cells["relative_error"] == 0
    assert zero.any()
    assert (cells.loc[zero, "mark"] == "0").all()
    assert cells.loc[zero, "shade"].isna().all()
    charts.error_map(cells, blocks, "A title").to_dict()


def test_the_table_begins_with_the_worst():
    network = subject()
    result = checked(network, step=1e-3)
    table = verdict.table(network, result)
    assert table["relative error"].is_monotonic_decreasing
    worst = result.check.relative_error.argmax()
    assert table["parameter"].iloc[0] == network.labels(result.check.index)[worst]
    assert table["absolute error"].iloc[0] == result.check.error[worst]


def test_the_histogram_counts_every_derivative_once():
    network = subject()
    result = checked(network)
    frame = verdict.histogram(network, result)
    assert frame["count"].sum() == network.n_parameters
    for row in frame[frame["tensor"].str.startswith("W²")].itertuples():
        errors = result.check.relative_error[12:24]
        assert row.count == ((errors >= row.left) & (errors < row.right)).sum()
    assert (frame.groupby("tensor")["share"].max() == 1).all()
    charts.error_histogram(frame, "A title").to_dict()


def test_large_networks_are_sampled_from_every_tensor():
    network = subject(hidden_layer_sizes=(60, 50))
    index = network.sample(60)
    starts = [tensor.start for tensor in network.tensors] + [network.n_parameters]
    assert (np.histogram(index, starts)[0] == 10)[[0, 1, 2, 3, 4]].all()
    assert set(network.sample(network.n_parameters)) == set(range(network.n_parameters))


def test_the_groups_of_parameters_and_without_biases_none_is_checked_or_named():
    groups = {"weights": 8 + 12 + 6, "biases": 4 + 3 + 2, "layer 2": 15, "layer 3": 8, "all": 35}
    assert {group: len(subject().sample(5000, group)) for group in groups} == groups
    network = subject(use_bias=False)
    assert network.n_parameters == groups["weights"]
    assert network.labels(network.sample(5000))[8] == "W²[0,0]"  # past the places of the four biases


def test_the_strips_hold_who_crosses_and_who_does_not():
    network = subject("relu", n=64)
    check = checked(network, step=0.02).check
    smooth = checked(network.with_activation("tanh"), step=0.02).check
    frame, medians = further_checks.strips(network, check, smooth, "relu")
    crosses, there = check.crosses_kink, (check.analytic != 0) | (check.numeric != 0)
    counts = frame["group"].value_counts()
    assert counts["relu, crosses"] == crosses.sum() > 0
    assert counts["relu, does not"] == (~crosses & there).sum()
    by_group = medians.set_index("group")["error"]
    crossing, others = (np.median(check.relative_error[mask]) for mask in (crosses, ~crosses & there))
    assert list(by_group) == [crossing, others, np.median(smooth.relative_error)]
    assert crossing > 100 * others
    words = further_checks._medians(medians)
    assert f"**{crossing:.0e}**, {crossing / others:.0e} times that of the others ({others:.0e})" in words
    assert further_checks._medians(medians[1:]) == "", "none crosses"
    charts.kinks(frame, medians, "A title").to_dict()


def test_the_charts_of_losses_and_times_are_valid():
    curve = pd.DataFrame({"epoch": [0, 1, 2], "loss": [0.7, 0.1, 0.002]})
    charts.loss_curve(curve, "A title").to_dict()
    names = list(gradient_forms.FORMS)
    times = pd.DataFrame({"form": names, "microseconds": [9000.0, 2000.0, 90.0, 6.0], "text": names})
    spec = gradient_forms.forms(times, "A title").to_dict()
    assert [layer["mark"]["type"] for layer in spec["layer"]] == ["bar", "text"]
    rows = [(k, form, k * (3.0 + n)) for k in (1, 2, 4) for n, form in enumerate(names[1:])]
    rates = pd.DataFrame(rows, columns=["k", "form", "median"])
    quoted = pd.DataFrame({"k": [20], "median": [11.4], "text": ["E: 11.4×"]})
    assert "layer" in gradient_forms.speed_up(rates, quoted, "A title").to_dict()
