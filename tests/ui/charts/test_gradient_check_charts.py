"""The charts of the gradient-check page: what they are given is what they draw, and they are valid."""

import altair as alt
import numpy as np
import pandas as pd
import pytest
from gradient_checks import checked, subject

from lab.links.experiment import Experiment
from lab.links.pages import A_GRID, B_GRID, DECADES
from mlp import TrainConfig
from ui.charts import gradient_check as charts
from ui.gradient_check import entries, further_checks, steps
from ui.gradient_check.setup import Plan
from ui.training import progress

CONFIG = TrainConfig(hidden_layer_sizes=(4, 3), activation="tanh", dtype="float64")


def lines(grid=DECADES, against="h", precision="float64"):
    one = Plan(Experiment(None, CONFIG), 16, "central", 1e-5, precision, "all")
    return one, steps.table(progress.at_once(steps.sweep(one, subject(), grid)), against)


@pytest.fixture(scope="module")
def everywhere():
    return lines()


def line(frame, scheme, precision="float64"):
    return frame[(frame["scheme"] == scheme) & (frame["precision"] == precision)].sort_values("h")


@pytest.mark.parametrize(("scheme", "order"), [("forward", 1), ("central", 2), ("complex", 2)])
def test_the_lines_fall_with_the_order_of_their_scheme(everywhere, scheme, order):
    rows = line(everywhere[1], scheme)
    rows = rows[(rows["h"] > 9e-4) & (rows["h"] < 2e-2)]
    assert steps.slope(rows["h"], rows["error"]) == pytest.approx(order, abs=0.05)


def test_the_complex_line_is_flat_where_the_others_rise(everywhere):
    _, frame = everywhere
    rows = {scheme: line(frame, scheme) for scheme in ("complex", "central")}
    small = {scheme: one[one["h"] < 1e-9]["error"] for scheme, one in rows.items()}
    assert small["complex"].max() < 1e-15
    assert small["central"].min() > 1e-9


def test_every_scheme_in_every_precision_is_swept(everywhere):
    counts = everywhere[1].groupby(["scheme", "precision"]).size()
    assert len(counts) == 6
    assert set(counts) == {33}


@pytest.mark.parametrize(
    ("grid", "numbers"),
    [(B_GRID, range(1, 25)), (A_GRID, [k * 10**i for i in range(6) for k in range(1, 10)])],
)
def test_the_published_grids_are_what_is_drawn_against_n(grid, numbers):
    _, frame = lines(grid, "N = 1/h")
    assert set(frame["scheme"]) == {"forward", "central", charts.PLANTED}
    for _, rows in frame.groupby("scheme"):
        np.testing.assert_allclose(sorted(rows["at"]), sorted(numbers), rtol=1e-12)


@pytest.mark.parametrize(
    ("grid", "against"), [(DECADES, "h"), (A_GRID, "N = 1/h"), (B_GRID, "N = 1/h"), (B_GRID, "h")]
)
def test_the_chart_of_the_steps_is_valid_and_names_every_line(grid, against):
    one, frame = lines(grid, against)
    labels = steps._labels(frame, grid)
    marks = steps._marks(one, frame, against, grid)
    chart = charts.steps(frame, labels, marks, steps._regimes(frame, against), against, "A title")
    chart.to_dict()
    assert len(labels) == len(frame.groupby(["scheme", "precision"]))
    assert ("h on show" in set(marks["text"])) == (grid != B_GRID)
    assert {"√u 64", "∛u 64", "√u 32", "∛u 32"} <= set(marks["text"]) or grid != DECADES
    assert marks["at"].between(frame["at"].min(), frame["at"].max()).all()


def test_the_regimes_change_sides_with_the_axis(everywhere):
    _, frame = everywhere
    by_h = steps._regimes(frame, "h").sort_values("at")["text"].to_list()
    by_n = steps._regimes(frame.assign(at=1 / frame["h"]), "N = 1/h").sort_values("at")["text"].to_list()
    assert by_h == ["← rounding", "truncation →"]
    assert by_n == ["← truncation", "rounding →"]


def test_the_map_has_a_tile_an_entry_in_its_matrix_and_the_bias_below():
    one = subject()
    found = checked(one)
    cells, blocks = entries.tiles(one, found)
    assert len(cells) == one.n_parameters == 4 * 3 + 3 * 5 + 2 * 4
    assert blocks["text"].to_list() == ["W¹, 2 × 4", "W², 4 × 3", "W³, 3 × 2"]
    by_name = cells.set_index("name")
    for name, row, column, block in (("W¹[1,3]", 1, 3, 0), ("W²[3,0]", 3, 0, 1), ("b²[2]", 4.3, 2, 1)):
        tile = by_name.loc[name]
        assert tile["top"] == pytest.approx(row)
        assert tile["left"] == pytest.approx(blocks["left"][block] + column)
    weights = one.params[1].W.size
    start = one.params[0].W.size + one.params[0].b.size
    assert by_name.loc["b²[2]", "analytic"] == found.check.analytic[start + weights + 2]
    assert not cells.duplicated(["left", "top"]).any()
    charts.error_map(cells, blocks, "A title").to_dict()


def test_kinks_and_zeros_are_marked_by_more_than_colour():
    one = subject("relu", n=3)
    found = checked(one, step=0.05)
    cells, blocks = entries.tiles(one, found)
    crossing = found.check.crosses_kink & (found.check.error > 0)
    assert crossing.any()
    assert (cells.loc[crossing, "mark"] == "×").all()
    zero = cells["relative_error"] == 0
    assert zero.any()
    assert (cells.loc[zero, "mark"] == "0").all()
    assert cells.loc[zero, "shade"].isna().all()
    charts.error_map(cells, blocks, "A title").to_dict()


def test_of_one_layer_one_block_is_drawn():
    one = subject()
    cells, blocks = entries.tiles(one, checked(one, index=one.sample(5000, "layer 2")))
    assert blocks["text"].to_list() == ["W², 4 × 3"]
    assert len(cells) == 15


def test_the_table_begins_with_the_worst():
    one = subject()
    found = checked(one, step=1e-3)
    table = entries.table(one, found)
    assert table["relative error"].is_monotonic_decreasing
    worst = found.check.relative_error.argmax()
    assert table["parameter"].iloc[0] == one.labels(found.check.index)[worst]
    assert table["absolute error"].iloc[0] == found.check.error[worst]


def test_the_histogram_counts_every_derivative_once():
    one = subject()
    found = checked(one)
    frame = entries.histogram(one, found)
    assert frame["count"].sum() == one.n_parameters
    for row in frame[frame["tensor"].str.startswith("W²")].itertuples():
        errors = found.check.relative_error[12:24]
        assert row.count == ((errors >= row.left) & (errors < row.right)).sum()
    charts.error_histogram(frame, "A title").to_dict()


def test_large_networks_are_sampled_from_every_tensor():
    one = subject(hidden_layer_sizes=(60, 50))
    index = one.sample(60)
    starts = [tensor.start for tensor in one.tensors] + [one.n_parameters]
    assert (np.histogram(index, starts)[0] == 10)[[0, 1, 2, 3, 4]].all()
    assert set(one.sample(10**6)) == set(range(one.n_parameters))


@pytest.mark.parametrize(
    ("which", "expected"),
    [("weights", 8 + 12 + 6), ("biases", 4 + 3 + 2), ("layer 2", 15), ("layer 3", 8), ("all", 35)],
)
def test_the_groups_of_parameters(which, expected):
    assert len(subject().sample(5000, which)) == expected


def test_without_biases_none_is_checked_or_named():
    one = subject(use_bias=False)
    assert one.n_parameters == 8 + 12 + 6
    assert one.labels(one.sample(5000))[8] == "W²[0,0]"  # past the places of the four biases


def test_the_strips_hold_who_crosses_and_who_does_not():
    one = subject("relu", n=64)
    found = checked(one, step=0.02).check
    smooth = checked(subject("tanh", n=64), step=0.02).check
    frame, medians = further_checks.strips(one, found, smooth, "relu")
    counts = frame["group"].value_counts()
    assert counts["relu, crosses"] == found.crosses_kink.sum() > 0
    assert counts["relu, does not"] == (~found.crosses_kink & further_checks.not_zero(found)).sum()
    by_group = medians.set_index("group")["error"]
    assert by_group["relu, crosses"] == np.median(found.relative_error[found.crosses_kink])
    assert by_group["relu, crosses"] > 100 * by_group["relu, does not"]
    charts.kinks(frame, medians, "A title").to_dict()


def test_the_charts_of_losses_and_times_are_valid():
    curve = pd.DataFrame({"epoch": [0, 1, 2], "loss": [0.7, 0.1, 0.002]})
    charts.loss_curve(curve, "A title").to_dict()
    names = list(charts.FORMS)
    times = pd.DataFrame({"form": names, "microseconds": [9000.0, 2000.0, 90.0, 6.0], "text": names})
    spec = charts.forms(times, "A title").to_dict()
    assert [layer["mark"]["type"] for layer in spec["layer"]] == ["bar", "text"]
    rows = [(k, form, k * (3.0 + n)) for k in (1, 2, 4) for n, form in enumerate(names[1:])]
    rates = pd.DataFrame(rows, columns=["k", "form", "median"])
    quoted = pd.DataFrame({"k": [20], "median": [11.4], "text": ["E: 11.4×"]})
    chart = charts.speed_up(rates, quoted, "A title").chart()
    assert isinstance(chart, alt.LayerChart)
    chart.to_dict()
