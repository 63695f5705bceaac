"""Small charts: what they add to their tables, how large they are, and where their rules and marks stand."""

import numpy as np
import pandas as pd
import pytest
from start_charts import marked, rows_of, specification

from ui.charts import boxes, curves, learning, nudge, palette, pictures, range_test, steps
from ui.charts.curves import Axis
from ui.charts.label_colours import coloured


def scale(layer, channel):
    return layer["encoding"][channel]["scale"]["domain"]


def test_the_tangent_and_the_gap_to_the_curve_are_on_the_line_through_the_start():
    curve = pd.DataFrame({"weight": [-1.0, 0.0, 1.0], "loss": [1.0, 0.0, 1.0]})  # w², whose slope is 2w
    spec = specification(
        nudge.along(curve, (0.5, 0.25), (0.75, 0.5625), 1.0, (0.0, 0.75), ("w", "L"), "A title")
    )
    tangent, _ = marked(spec, "line")
    assert [(row["weight"], row["loss"]) for row in rows_of(spec, tangent)] == [(-1, -1.25), (1, 0.75)]
    kinks, gap = marked(spec, "rule")
    assert [row["weight"] for row in rows_of(spec, kinks)] == [0.0, 0.75]
    assert rows_of(spec, gap) == [{"weight": 0.75, "loss": 0.5625, "to": 0.5}]
    assert rows_of(spec, marked(spec, "point")[0]) == [{"weight": 0.5, "loss": 0.25}]
    assert rows_of(spec, marked(spec, "circle")[0]) == [{"weight": 0.75, "loss": 0.5625}]
    assert [(rows_of(spec, word)[0]["name"], word["mark"]["color"]) for word in marked(spec, "text")] == [
        ("the loss", coloured(nudge.CURVE).to_dict()),
        ("its tangent", coloured(nudge.TANGENT).to_dict()),
    ]
    assert [line["mark"]["color"] for line in marked(spec, "line")] == [nudge.TANGENT, nudge.CURVE]
    assert scale(tangent, "x") == [-1, 1]
    assert scale(tangent, "y") == pytest.approx([-0.15, 1.15])
    flat = specification(nudge.along(curve.assign(loss=2.0), (0, 2), (1, 2), 0.0, (), ("w", "L"), "A title"))
    assert scale(marked(flat, "line")[0], "y") == [1, 3]
    assert rows_of(flat, marked(flat, "rule")[0]) == []


@pytest.mark.parametrize("band", [(0.125, 0.5, "more"), None])
def test_the_range_of_rates_is_marked_if_there_is_one_and_the_rates_that_were_tried_always(band):
    frame = pd.DataFrame({"rate": [0.1, 1.0], "loss": [0.5, 0.25], "smoothed": [0.5, 0.375]})
    tried = pd.DataFrame({"rate": [0.1, 1.0], "is_best": [False, True]})
    spec = specification(range_test.range_test(frame, band and band[:2], "A title", tried))
    rects = marked(spec, "rect")
    assert [rows_of(spec, rect) for rect in rects] == ([[{"rate": 0.125, "high": 0.5}]] if band else [])
    assert spec["layer"][: len(rects)] == rects, "behind all else"
    (ticks,) = marked(spec, "tick")
    assert rows_of(spec, ticks) == tried.to_dict("records")
    assert dict(zip(scale(ticks, "color"), ticks["encoding"]["color"]["scale"]["range"], strict=True)) == {
        True: palette.NEGATIVE,
        False: palette.NEUTRAL,
    }
    assert marked(spec, "line")[0]["encoding"]["y"]["field"] == "smoothed"
    assert marked(spec, "circle")[0]["encoding"]["y"]["field"] == "loss"


def by_layer(n_layers, n_epochs):
    rows = [
        (epoch, layer, 10.0**-layer, 10.0 ** (-layer - 1), 10.0 ** (1 - layer))
        for epoch in range(1, n_epochs + 1)
        for layer in range(1, n_layers + 1)
    ]
    return pd.DataFrame(rows, columns=["epoch", "layer", "median", "low", "high"])


@pytest.mark.parametrize(
    ("n_layers", "n_epochs", "named", "layers", "epochs"),
    [(1, 1, ["layer 1"], [1, 2], [1, 2]), (3, 4, ["layer 3", "layer 1"], [1, 3], [1, 4])],
)
def test_the_first_and_the_last_layer_are_named_where_their_lines_end(
    n_layers, n_epochs, named, layers, epochs
):
    spec = specification(steps.by_layer(by_layer(n_layers, n_epochs), n_epochs, 1, "A title", "a ratio"))
    (line,), (names,), (rule,) = (marked(spec, mark) for mark in ("line", "text", "rule"))
    assert [row["name"] for row in rows_of(spec, names)] == named
    assert {row["epoch"] for row in rows_of(spec, names)} == {n_epochs}
    assert (scale(line, "color"), scale(line, "x")) == (layers, epochs)
    assert [row["epoch"] for row in rows_of(spec, rule)] == [1], "the epoch on show"
    with_rule = specification(
        steps.by_layer(by_layer(n_layers, n_epochs), n_epochs, 1, "A title", "a ratio", rule=True)
    )
    across = [one for one in marked(with_rule, "rule") if "y" in one["encoding"]]
    assert [rows_of(with_rule, one) for one in across] == [[{"value": 1e-3}]]


@pytest.mark.parametrize(("epoch", "now"), [(1, {1: 1, 2: 0}), (2, {1: 0, 2: 1}), (9, {1: 0, 2: 1})])
def test_a_profile_shows_the_epoch_on_show_at_first_and_has_room_for_every_layer(epoch, now):
    spec = specification(steps.profile(by_layer(3, 2), epoch, "A title", "a ratio"))
    ranges, line = marked(spec, "rule")[0], marked(spec, "line")[0]
    assert scale(line, "x") == [0.5, 3.5]
    assert (ranges["encoding"]["y"]["field"], ranges["encoding"]["y2"]["field"]) == ("low", "high")
    assert {row["epoch"]: row["now"] for row in rows_of(spec, line)} == now


@pytest.mark.parametrize(("n_layers", "width"), [(1, 18), (13, 18), (24, 10), (60, 4), (100, 4)])
def test_boxes_are_narrower_the_more_layers_there_are(n_layers, width):
    frame = by_layer(n_layers, 2).assign(lower=lambda one: one["low"] * 2, upper=lambda one: one["high"] / 2)
    spec = specification(boxes.by_layer(frame, 1, "A title", "layer", "size", log=False))
    thin, box = marked(spec, "rule")
    (tick,) = marked(spec, "tick")
    assert (box["mark"]["strokeWidth"], tick["mark"]["size"]) == (width, width + 4)
    fields = [(one["encoding"]["y"]["field"], one["encoding"]["y2"]["field"]) for one in (thin, box)]
    assert fields == [("low", "high"), ("lower", "upper")]
    assert tick["encoding"]["y"]["field"] == "median"
    assert scale(tick, "x") == [0.5, n_layers + 0.5]
    assert {row["epoch"]: row["now"] for row in rows_of(spec, tick)} == {1: 1, 2: 0}


def test_the_axis_of_boxes_has_the_lines_above_and_below_them_in_it():
    frame = by_layer(2, 1).assign(low=-4.0, lower=0.5, median=0.55, upper=0.6, high=5.0)
    spec = specification(boxes.by_layer(frame, 1, "A title", "layer", "size", log=False))
    (tick,) = marked(spec, "tick")
    bottom, top = scale(tick, "y")
    assert -5 < bottom <= -4
    assert 5 <= top < 6


def test_the_ends_of_lines_are_their_first_or_last_rows_whatever_the_order_of_the_rows():
    rows = [("b", 3, 0.9), ("a", 0, 0.5), ("b", 1, 0.2), ("a", 7, 0.7), ("a", 2, 0.1)]
    frame = pd.DataFrame(rows, columns=["name", "epoch", "median"])
    for at, expected in (("last", [("a", 7), ("b", 3)]), ("first", [("b", 1), ("a", 0)])):
        ends = curves.ends_of(frame, Axis(0, 1, log=False), "name", at=at)
        assert list(zip(ends["name"], ends["epoch"], strict=True)) == expected, "the lowest first"


def test_the_courses_of_twins_are_grey_and_have_no_name():
    rows = [
        *(("the link", 0, 0.7), ("the link", 9, 0.5), ("here", 0, 0.7), ("here", 9, 0.25)),
        *(("twin 1", 0, 0.7), ("twin 1", 4, 0.6)),
    ]
    frame = pd.DataFrame(rows, columns=["of", "epoch", "loss"])
    spec = specification(curves.courses(frame, "A title"))
    grey, own = marked(spec, "line")
    assert {row["of"] for row in rows_of(spec, grey)} == {"twin 1"}
    assert {row["of"] for row in rows_of(spec, own)} == {"the link", "here"}
    (names,) = marked(spec, "text")
    assert [(row["of"], row["epoch"]) for row in rows_of(spec, names)] == [("here", 9), ("the link", 9)]
    assert own["encoding"]["x"]["axis"]["values"] == [0, 4, 9]
    low, high = scale(own, "y")
    assert low < 0.25 < 0.7 < high


def test_the_network_that_learns_has_its_accuracy_at_the_epoch_on_show():
    frame = pd.DataFrame({"epoch": [0, 1, 2], "loss": [0.7, 0.5, 0.25], "accuracy": [0.5, 0.75, 1.0]})
    spec = specification(learning.learning(frame, 1, "A title"))
    (line,), (point,) = marked(spec, "line"), marked(spec, "circle")
    number, _ = marked(spec, "text")
    assert [row["past"] for row in rows_of(spec, line)] == [1, 1, 0]
    for layer in (point, number):
        assert [row["now"] for row in rows_of(spec, layer)] == [0, 1, 0]
    assert (number["encoding"]["text"]["field"], number["encoding"]["text"]["format"]) == ("accuracy", ".1%")
    assert scale(line, "x") == [0, 2]


@pytest.mark.parametrize(
    ("rows", "captions", "n_rows", "height"),
    [
        ([0, 0, 1], True, 2, 2 * (96 + 22)),
        ([0, 0, 1], False, 2, 2 * 96),
        ([0], True, 1, 96 + 22),
        ([], True, 1, 96 + 22),
    ],
)
def test_a_gallery_is_as_high_as_its_rows_of_pictures(rows, captions, n_rows, height):
    frame = pd.DataFrame({"picture": "data:", "column": range(len(rows)), "row": rows, "label": "a"})
    frame = frame.astype({"column": int, "row": int})
    spec = specification(pictures.gallery(frame, 3, "A title", captions=captions))
    (images,) = marked(spec, "image")
    assert spec["height"] == height
    assert (scale(images, "x"), scale(images, "y")) == ([0, 3], [n_rows, 0])
    assert len(marked(spec, "text")) == captions
    for n, row in enumerate(rows_of(spec, images)):
        assert n < row["left"] < row["middle"] < row["right"] < n + 1
        assert rows[n] < row["top"] < row["bottom"] < row["below"] < rows[n] + 1
    assert [tip["field"] for tip in images["encoding"]["tooltip"]] == ["label"]


def test_an_axis_pushes_names_apart_in_its_own_units():
    linear, log = Axis(0.0, 10.0, log=False, gap=0.2), Axis(1.15, 1e4 / 1.15, log=True, gap=0.25)
    assert linear.spaced(np.array([0.0, 0.0, 9.0])) == pytest.approx([0.0, 2.2, 9.0])  # a fifth of 11
    assert linear.spaced(np.array([10.5, 10.5])) == pytest.approx([8.3, 10.5])
    assert log.spaced(np.array([1.0, 1.0, 5000.0])) == pytest.approx([1.0, 10.0, 5000.0])  # of four decades
