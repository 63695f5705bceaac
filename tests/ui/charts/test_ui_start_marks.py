"""What is drawn over the curves of starts: published figures, ends, rules; and layers, units and images."""

import pandas as pd
import pytest
from start_charts import (
    COLOURS,
    STARTS,
    activations,
    by_layer,
    distinct,
    domain,
    gallery,
    marked,
    probabilities,
    rows_of,
    shares,
    signal,
    specification,
    trained,
    values,
)

from ui import charts
from ui.charts import palette

LOW, HIGH = 0.095 / 1.15, 0.9 * 1.05 * 1.15  # of `trained` alone: its band from 0.1 and to 0.9, a tenth wide


def dashed(spec):
    return [layer for layer in marked(spec, "line") if layer["mark"].get("strokeDash")]


def ends(value):
    return pd.DataFrame({"epoch": [2, 3], "start": STARTS[:2], "value": value, "runs": [4, 1]})


def test_what_was_published_is_dashed_clipped_and_in_its_starts_colour():
    spec = specification(trained(published=values(0.5, 0.25, start=STARTS[1])))
    (layer,) = dashed(spec)
    assert layer["mark"]["clip"] is True
    assert rows_of(spec, layer) == [
        {"epoch": 1, "start": STARTS[1], "value": 0.5},
        {"epoch": 2, "start": STARTS[1], "value": 0.25},
    ]
    scale = layer["encoding"]["color"]["scale"]
    assert dict(zip(scale["domain"], scale["range"], strict=True)) == COLOURS


def test_ends_are_crosses_clipped_to_the_axis_that_tell_how_many_diverged():
    spec = specification(trained(ends=ends([0.7, 0.6])))
    (crosses,) = [layer for layer in marked(spec, "point") if layer["mark"]["shape"] == "cross"]
    assert crosses["mark"]["clip"] is True
    assert [row["runs"] for row in rows_of(spec, crosses)] == [4, 1]
    assert "runs diverged" in [tip.get("title") for tip in crosses["encoding"]["tooltip"]]


@pytest.mark.parametrize(
    ("options", "low", "high"),
    [
        ({}, LOW, HIGH),
        ({"published": values(5.0, 0.01)}, 0.01 / 1.15, 5 * 1.15),
        ({"ends": ends([5.0, 0.01])}, 0.01 / 1.15, 5 * 1.15),
        ({"rule": (5.0, "a rule")}, LOW, 5 * 1.15),
        ({"rule": (0.01, "a rule")}, 0.01 / 1.15, HIGH),
        # a loss beyond all sense is cut at twelve decades
        ({"published": values(7.66e44, 2.3)}, LOW, 0.095e12 * 1.15),
        ({"ends": ends([7.66e44, 2.3])}, LOW, 0.095e12 * 1.15),
    ],
)
def test_the_axis_reaches_as_far_as_what_was_published_the_ends_and_the_rule(options, low, high):
    assert domain(specification(trained(**options))) == pytest.approx((low, high))


def test_nothing_published_and_no_ends_draw_nothing():
    none = {"published": values(), "ends": ends([1, 2])[:0]}
    plain, empty = (specification(trained(**options)) for options in ({}, none))
    assert len(empty["layer"]) == len(plain["layer"])
    assert domain(empty) == domain(plain)


def test_a_rule_stands_at_its_value_under_its_name():
    spec = specification(trained(rule=(2.3026, "label entropy 2.3026")))
    (rule,) = marked(spec, "rule")
    assert [row["value"] for row in rows_of(spec, rule)] == [2.3026]
    assert rule["encoding"]["y"]["field"] == "value"
    (word,) = [layer for layer in marked(spec, "text") if layer["encoding"]["text"]["field"] == "name"]
    assert [row["name"] for row in rows_of(spec, word)] == ["label entropy 2.3026"]


@pytest.mark.parametrize(("quantity", "type_"), [("loss", "log"), ("accuracy", "linear")])
def test_a_loss_and_only_a_loss_is_on_a_logarithmic_axis(quantity, type_):
    spec = specification(trained(quantity, published=values(0.5, 0.4), ends=ends([0.7, 0.6])))
    assert {layer["encoding"]["y"]["scale"]["type"] for layer in spec["layer"]} == {type_}


@pytest.mark.parametrize(
    "chart", [signal((1e200, 1.0)), trained(finals=(1e200, 0.5))], ids=["signal", "loss"]
)
def test_what_lies_beyond_an_axis_that_was_cut_is_clipped(chart):
    spec = specification(chart)
    assert domain(spec)[1] < 1e40
    drawn = [layer["mark"] for layer in spec["layer"] if layer["mark"]["type"] != "text"]
    assert all(mark.get("clip") for mark in drawn)


def test_a_name_stays_on_an_axis_that_was_cut_below():
    spec = specification(signal((1e-200, 1.0)))
    (names,) = marked(spec, "text")
    low, high = domain(spec)
    assert all(low <= row["label_at"] <= high for row in rows_of(spec, names))


def steps(n_layers=5, n_epochs=4, **options):
    frame = by_layer(n_layers, n_epochs)
    return specification(charts.by_layer(frame, n_epochs, "A title", "‖ΔW‖ / ‖W‖", **options))


def test_steps_are_a_line_a_layer_and_the_first_and_the_last_are_named():
    spec = steps()
    line, names = spec["layer"]
    assert line["encoding"]["detail"]["field"] == "layer"
    assert {row["layer"] for row in rows_of(spec, line)} == {1, 2, 3, 4, 5}
    assert [(row["name"], row["epoch"]) for row in rows_of(spec, names)] == [("layer 1", 4), ("layer 5", 4)]
    scale = line["encoding"]["color"]["scale"]
    assert (scale["domain"], scale["range"]) == ([1, 5], list(palette.LAYERS))
    one = steps(1)
    assert [row["name"] for row in rows_of(one, one["layer"][1])] == ["layer 1"]


def test_steps_are_drawn_over_all_epochs_on_an_axis_of_so_many_decades_with_a_rule_of_a_thousandth():
    for n_epochs, last in ((1, 2), (30, 30)):
        spec = specification(charts.by_layer(by_layer(n_epochs=1), n_epochs, "A title", "‖∂L/∂W‖"))
        assert domain(spec, "x") == (1, last)
    frame = pd.concat([by_layer(level=1e-80), by_layer(level=1.0)])
    low, high = domain(specification(charts.by_layer(frame, 4, "A title", "‖ΔW‖")))
    assert (low * 1.15, high / 1.15) == pytest.approx((1e-30, 6.0))
    spec = steps(rule=True)
    (rule,) = marked(spec, "rule")
    assert rows_of(spec, rule) == [{"value": 0.001}]
    assert rule["mark"]["clip"] is True
    assert domain(spec) == domain(steps())
    assert marked(steps(), "rule") == []


@pytest.mark.parametrize(
    ("spec", "high", "ends_with"),
    [(distinct(8.0), 8.4, "d"), (distinct(1.0), 2.0, "d"), (shares(), 1.0, "%")],
    ids=["units", "one unit", "shares"],
)
def test_distinct_units_and_shares_are_counted_from_none(spec, high, ends_with):
    spec = specification(spec)
    low, top = domain(spec)
    assert -0.5 < low < 0.001
    assert high <= top <= high + 0.5
    assert spec["layer"][1]["encoding"]["y"]["axis"]["format"].endswith(ends_with)


def test_activations_are_cells_from_left_to_right_a_row_a_layer_dark_where_they_crowd():
    encoding = specification(activations())["encoding"]
    assert [encoding[c]["field"] for c in ("x", "x2", "y", "opacity")] == ["left", "right", "layer", "scaled"]
    least, most = encoding["opacity"]["scale"]["range"]
    assert 0 < least < most == 1


@pytest.mark.parametrize("captions", [True, False])
def test_pictures_lie_side_by_side_within_the_gallery_and_their_captions_below_them(captions):
    spec = specification(gallery(8, 6, captions=captions))
    (pictures,) = marked(spec, "image")
    rows = rows_of(spec, pictures)
    width, depth = domain(spec, "x"), domain(spec, "y")
    assert (width, depth) == ((0, 6), (2, 0)), "the first row stands on top"
    for row in rows:
        assert row["column"] < row["left"] < row["right"] < row["column"] + 1
        assert row["row"] < row["top"] < row["bottom"] < row["below"] < row["row"] + 1
        assert row["left"] < row["middle"] < row["right"]
    assert len(marked(spec, "text")) == captions
    assert pictures["encoding"]["url"]["field"] == "picture"
    assert {tip["field"] for tip in pictures["encoding"]["tooltip"]} == {"label", "index"}


def test_a_gallery_is_as_high_as_its_rows():
    one, three = (specification(gallery(n, 6, side=50))["height"] for n in (6, 18))
    assert three == 3 * one
    assert one > 50
    assert specification(gallery(6, 6, side=50, captions=False))["height"] == 50
    assert specification(gallery(0, 6))["height"] > 0


def test_probabilities_are_bars_in_the_order_of_the_classes_from_zero_to_one():
    spec = specification(probabilities())
    bars, words = spec["layer"]
    assert [row["class"] for row in rows_of(spec, bars)] == ["cat", "dog"]
    assert bars["encoding"]["y"]["sort"] is None
    assert bars["encoding"]["x"]["scale"]["domain"] == [0, 1]
    assert words["encoding"]["text"]["format"] == ".3f"
    scale = bars["encoding"]["color"]["scale"]
    assert scale["domain"] == ["actual", "predicted", "other"]
    assert len(set(scale["range"])) == 3
