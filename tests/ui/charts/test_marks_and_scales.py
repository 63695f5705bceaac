"""Which column each mark shows, in which colour and order, and how far the axes reach."""

import numpy as np
import pandas as pd
import pytest
from start_charts import marked, rows_of, specification

from ui.charts import (
    bug_lab,
    class_answers,
    curves,
    derivation,
    effects,
    gradient_forms,
    learning,
    network,
    optimization,
    optimization_bowl,
    optimization_lines,
    palette,
    pictures,
    published_checks,
    slow_motion,
    starts,
)
from ui.charts.label_colours import readable

NOW = pd.DataFrame({"epoch": [1]})


def channel(layer, name):
    return layer["encoding"][name]


def field(layer, name):
    return channel(layer, name)["field"]


def colours_of(layer, name="color"):
    """{value: colour} of a layer's scale."""
    scale = channel(layer, name)["scale"]
    return dict(zip(scale["domain"], scale["range"], strict=True))


# ---- published figures among many starts


def test_starts_of_one_accuracy_are_piled_up_and_the_published_figure_has_its_name_on_its_free_side():
    spec = specification(starts.pile([0.5, 0.9, 0.5, 0.6], 0.55, "a name", "A title"))
    (dots,), (rule,), (text,) = (marked(spec, mark) for mark in ("circle", "rule", "text"))
    heights = [(row["value"], row["height"]) for row in rows_of(spec, dots)]
    assert heights == [(0.5, 1), (0.5, 2), (0.6, 1), (0.9, 1)]
    assert (dots["mark"]["color"], rule["mark"]["color"]) == (palette.POSITIVE, palette.NEGATIVE)
    assert rows_of(spec, rule) == [{"value": 0.55, "height": 5, "label": "a name"}]
    assert channel(dots, "y")["scale"]["domain"] == [0, 5.5], "room for the name"
    assert (field(rule, "x"), field(text, "text"), text["mark"]["align"]) == ("value", "label", "left")
    assert channel(dots, "x")["scale"]["domain"] == pytest.approx([0.5 - 0.024, 0.9 + 0.024])
    assert channel(dots, "x")["axis"]["format"] == ".0%"
    beyond = specification(starts.pile([0.99, 0.96], 0.999, "a name", "A title"))
    (dots,), (text,) = marked(beyond, "circle"), marked(beyond, "text")
    assert channel(dots, "x")["scale"]["domain"] == pytest.approx([0.96 - 0.06 * 0.039, 1.0])
    assert channel(dots, "x")["axis"]["format"] == ".1%"
    assert text["mark"]["align"] == "right"
    assert rows_of(beyond, text)[0]["height"] == 5, "room for four"


def test_starts_and_their_median_stand_in_points_from_the_published_figure():
    rows = [("b", 1.0, "start"), ("b", 2.0, "median"), ("a", -1.0, "start")]
    frame = pd.DataFrame(rows, columns=["figure", "points", "kind"])
    spec = specification(starts.apart(frame, "A title"))
    (ticks,), (median,), (zero,) = (marked(spec, mark) for mark in ("tick", "point", "rule"))
    assert ticks["transform"] == [{"filter": "datum.kind == 'start'"}]
    assert median["transform"] == [{"filter": "datum.kind == 'median'"}]
    assert (rows_of(spec, zero), zero["mark"]["color"]) == ([{"points": 0}], palette.NEGATIVE)
    assert channel(ticks, "y")["sort"] == ["b", "a"]
    lost = specification(
        starts.lost(pd.DataFrame({"lost": [2, 0, 2], "value": [0.5, 0.9, 0.6]}), 0.8, "a name", "A title")
    )
    (dots,), (rule,) = marked(lost, "circle"), marked(lost, "rule")
    assert channel(dots, "x")["scale"]["domain"] == [0, 2]
    assert (field(dots, "x"), field(dots, "y"), field(rule, "y")) == ("lost", "value", "value")
    assert rows_of(lost, rule) == [{"value": 0.8, "label": "a name"}]


# ---- sweeps, classes, images and layers


def test_effects_that_matter_are_blue_and_what_nothing_would_give_is_a_tick_of_its_own():
    frame = pd.DataFrame(
        {"effect": ["z", "a"], "share": [0.7, 0.2], "noise": [0.1, np.nan], "significant": [True, False]}
    ).assign(words="w")
    spec = specification(effects.effects(frame, "A title"))
    (bars,), (ticks,) = marked(spec, "bar"), marked(spec, "tick")
    assert colours_of(bars) == {True: palette.POSITIVE, False: palette.NEUTRAL}
    assert (field(bars, "x"), field(ticks, "x")) == ("share", "noise")
    assert [row["effect"] for row in rows_of(spec, ticks)] == ["z"]
    assert channel(bars, "y")["sort"] == ["z", "a"]


def test_nobodys_answers_are_drawn_on_an_axis_of_one():
    frame = pd.DataFrame({"answer": ["yes", "no"], "round": "first", "count": [0, 0]})
    spec = specification(class_answers.distribution(frame, ["yes", "no"], "A title"))
    assert channel(marked(spec, "bar")[0], "x")["scale"]["domain"] == [0, 1]


def test_the_actual_and_the_predicted_class_have_colours_of_their_own_and_classes_keep_their_order():
    frame = pd.DataFrame({"class": ["z", "a"], "output": [0.75, 0.25], "kind": ["predicted", "actual"]})
    spec = specification(pictures.outputs(frame, "A title"))
    (bars,) = marked(spec, "bar")
    assert colours_of(bars) == {
        "actual": palette.CLASSES[2],
        "predicted": palette.CLASSES[3],
        "other": palette.NEUTRAL,
    }
    assert channel(bars, "y")["sort"] is None
    assert field(bars, "x") == "output"


@pytest.mark.parametrize(("n", "layers"), [(40, 3), (41, 2)])
def test_up_to_forty_examples_of_a_batch_are_numbered(n, layers):
    plane = pd.DataFrame({"x": np.arange(n), "y": 0.0})
    examples = plane.assign(index=np.arange(n), **{"class": "b"})
    spec = specification(slow_motion.batch(plane, examples, ("a", "b"), "A title"))
    assert len(spec["layer"]) == layers
    _, marks, *_ = spec["layer"]
    assert colours_of(marks) == dict(zip("ab", palette.CLASSES, strict=False))


@pytest.mark.parametrize(("n", "written"), [(8, True), (9, False)])
def test_numbers_are_written_into_the_cells_of_a_narrow_table(n, written):
    frame = pd.DataFrame({"row": "z", "column": np.arange(n), "value": np.arange(n) - 4.0})
    spec = specification(slow_motion.table(frame, "unit", "A title"))
    assert len(marked(spec, "text")) == written
    (cells,) = marked(spec, "rect")
    assert channel(cells, "color")["scale"]["range"] == [palette.NEGATIVE, "#80808015", palette.POSITIVE]


# ---- optimization


def test_the_own_schedule_is_in_front_thicker_and_has_no_second_legend():
    frame = pd.DataFrame({"step": [0, 1, 0, 1], "schedule": ["a", "a", "b", "b"]})
    colours = {"a": "#111111", "b": "#222222"}
    drawn = {
        "loss": optimization_lines.loss_by_step(
            frame.assign(loss=[1.0, 0.5, 2.0, 1e20]), colours, "a", [0, 2], "A title", "loss", (NOW, 5)
        ),
        "rate": optimization_lines.rate_by_step(
            frame.assign(rate=[0.1, 0.2, 0.3, 0.4]), colours, "a", [0, 2], "A title", (NOW, 5)
        ),
    }
    for name, chart in drawn.items():
        spec = specification(chart)
        others, own = marked(spec, "line")
        assert {row["schedule"] for row in rows_of(spec, own)} == {"a"}
        assert {row["schedule"] for row in rows_of(spec, others)} == {"b"}
        assert own["mark"]["strokeWidth"] > others["mark"]["strokeWidth"]
        assert own["mark"]["opacity"] > others["mark"]["opacity"]
        assert (channel(own, "color")["legend"] is None) == (name == "loss")
        assert (field(own, "y"), colours_of(own)) == (name, colours)
    low, high = channel(marked(specification(drawn["loss"]), "line")[0], "y")["scale"]["domain"]
    assert high / low < 1e13, "twelve decades at most"


def test_the_surface_names_its_axes_its_start_and_its_end_and_is_upright():
    line = pd.DataFrame({"x": [0.0], "y": [0.0], "line": [0], "step": [0], "level": [0.5]})
    paths = pd.DataFrame({"a": [0.0], "b": [0.0], "path": ["sgd"], "epoch": [0], "step": [0], "loss": [1.0]})
    marks = pd.DataFrame({"a": [0.0, 1.0], "b": [0.0, 1.0], "text": ["start", "solution"]})
    picture = pd.DataFrame({"picture": ["data:"]})
    window = ((-1.0, 3.0), (0.0, 2.0))
    titles = "first", "second"
    spec = specification(
        optimization.surface(picture, line, paths, marks, window, {"sgd": "#000000"}, titles, "A title", 0)
    )
    (image,) = marked(spec, "image")
    assert {name: channel(image, name)["datum"] for name in ("x", "x2", "y", "y2")} == {
        "x": -1.0,
        "x2": 3.0,
        "y": 2.0,
        "y2": 0.0,
    }
    (dots,) = marked(spec, "circle")
    assert [channel(dots, name)["title"] for name in "xy"] == ["first", "second"]
    assert [field(dots, name) for name in "xy"] == ["a", "b"]
    named = [(rows_of(spec, text)[0]["text"], text["mark"]["dy"]) for text in marked(spec, "text")]
    assert named == [("start", 15), ("start", 15), ("solution", -13), ("solution", -13)]


def test_the_bowl_reaches_beyond_its_rings_and_the_rule_is_where_an_optimizer_has_arrived():
    rings = pd.DataFrame({"x": [0.0, -2.0], "y": [1.0, 0.0], "line": 0, "step": [0, 1]})
    steps = pd.DataFrame({"x": [9.0], "y": [9.0], "optimizer": "sgd", "step": [0]})
    spec = specification(optimization_bowl.paths(rings, steps, {"sgd": "#000000"}, "A title"))
    for name in "xy":
        assert channel(marked(spec, "circle")[0], name)["scale"]["domain"] == pytest.approx([-2.16, 2.16])
    frame = pd.DataFrame({"step": [0, 1], "distance": [1.0, 1e-7], "optimizer": "sgd"})
    spec = specification(optimization_bowl.distances(frame, 1e-6, {"sgd": "#000000"}, "A title"))
    (rule,) = marked(spec, "rule")
    assert [row["distance"] for row in rows_of(spec, rule)] == [1e-6]
    assert channel(rule, "y")["scale"]["domain"] == pytest.approx([1e-7, 1.5])


# ---- checks and programs


def test_the_wrong_gradient_is_red_and_long_grids_of_steps_are_logarithmic():
    frame = pd.DataFrame({"at": [1.0, 999.0], "error": [1.0, 0.5], "gradient": published_checks.RIGHT})
    for most, kind in ((999.0, None), (1000.0, "log")):
        rows = frame.assign(at=[1.0, most])
        spec = specification(published_checks.largest_difference(rows, "N", "A title", log=False))
        assert channel(marked(spec, "line")[0], "x")["scale"].get("type") == kind
    assert colours_of(marked(spec, "line")[0]) == {
        "right": palette.COMPARED[0],
        published_checks.PLANTED: palette.RED,
    }


def test_bars_of_times_begin_at_the_axis_and_have_room_for_their_words():
    frame = pd.DataFrame({"form": list(gradient_forms.FORMS), "microseconds": [800.0, 80.0, 8.0, 4.0]})
    spec = specification(gradient_forms.forms(frame.assign(text="t"), "A title"))
    (bars,) = marked(spec, "bar")
    assert channel(bars, "x")["scale"]["domain"] == [2.0, 4800.0]
    assert {row["start"] for row in rows_of(spec, bars)} == {2.0}
    assert (field(bars, "x"), field(bars, "x2")) == ("microseconds", "start")
    rows = [
        (k, form, k * rate)
        for k in (1, 2, 4)
        for rate, form in ((1.0, "matrix"), (0.5, "loop over examples"))
    ]
    frame = pd.DataFrame(rows, columns=["k", "form", "median"])
    published = pd.DataFrame({"k": [20], "median": [11.4], "text": ["E"]})
    spec = specification(gradient_forms.speed_up(frame, published, "A title"))
    names, _ = marked(spec, "text")
    assert [(row["form"], row["k"]) for row in rows_of(spec, names)] == [
        ("loop over examples", 2),
        ("matrix", 2),
    ]
    low, high = channel(marked(spec, "line")[0], "y")["scale"]["domain"]
    assert (low, high) == pytest.approx((0.5 / 1.15, 12 * 1.15))


def test_a_strips_cells_lie_from_left_to_right_with_the_error_of_each_tensor_once():
    frame = pd.DataFrame(
        {"tensor": ["W2", "W2", "b1"], "tensor_error": [0.5, 0.5, 1e-9], "left": [0.0, 0.4, 0.0]}
        | {"right": [0.4, 0.8, 0.8], "entry": "1", "relative_error": [0.5, 1e-9, 1e-9]}
        | {"crosses_kink": False, "analytic": 1.0, "numeric": 1.0}
    )
    spec = specification(bug_lab.errors_by_tensor(frame, "A title"))
    (cells,), (words,) = marked(spec, "rect"), marked(spec, "text")
    assert (field(cells, "x"), field(cells, "x2")) == ("left", "right")
    assert [(row["tensor"], row["label"]) for row in rows_of(spec, words)] == [
        ("W2", "5e-01"),
        ("b1", "1e-09"),
    ]
    assert channel(cells, "y")["sort"] == ["W2", "b1"]
    assert colours_of(cells) == bug_lab.BANDS
    crossing = specification(
        bug_lab.errors_by_tensor(frame.assign(crosses_kink=[True, False, False]), "A title")
    )
    assert colours_of(marked(crossing, "rect")[0]) == bug_lab.BANDS | {bug_lab.CROSSING: palette.NEUTRAL}


def test_the_first_program_is_solid_and_the_axis_of_rates_begins_at_0():
    frame = pd.DataFrame(
        {"epoch": [0, 1] * 2, "program": ["yours"] * 2 + ["right"] * 2, "quantity": "loss"}
        | {"median": [1.0, 0.5, 1.0, 0.25], "low": 0.2, "high": 1.0}
    )
    colours = {"yours": "#111111", "right": "#222222"}
    spec = specification(bug_lab.programs(frame, "loss", "A title", colours))
    line = marked(spec, "line")[0]
    assert colours_of(line) == colours
    assert colours_of(line, "strokeDash") == {"yours": [1, 0], "right": [4, 3]}
    frame = pd.DataFrame({"step": [0, 1], "program": "yours", "rate": [0.5, 2.0]})
    spec = specification(bug_lab.rates(frame, "A title", colours))
    assert channel(marked(spec, "line")[0], "y")["scale"]["domain"] == pytest.approx([-0.1, 2.1])


# ---- curves by epoch, the derivation's graph and the diagram


def curve(values, split="validation", quantity="loss"):
    rows = {"epoch": np.arange(len(values)), "quantity": quantity, "split": split, "median": values}
    return pd.DataFrame(rows | {"low": values, "high": values})


def test_behind_the_curves_is_the_validation_curve_before_as_far_as_the_curves_reach():
    before = pd.concat(
        [curve([9.0, 8.0, 7.0, 6.0]), curve([99.0] * 4, "train"), curve([0.5] * 4, quantity="accuracy")]
    )
    now = pd.concat([curve([1.0, 0.5, 0.25]), curve([1.0, 0.6, 0.3], "train")])
    spec = specification(curves.curves(now, "loss", "A title", ghost=before))
    grey, own = marked(spec, "line")
    assert [(row["epoch"], row["median"]) for row in rows_of(spec, grey)] == [(0, 9.0), (1, 8.0), (2, 7.0)]
    assert grey["mark"]["color"] == palette.NEUTRAL
    low, high = channel(own, "y")["scale"]["domain"]
    assert (low, high) == pytest.approx((0.25 / 1.15, 9 * 1.15)), "both have room"
    word = marked(spec, "text")[0]
    assert [(row["split"], row["epoch"]) for row in rows_of(spec, word)] == [("before", 2)]
    assert colours_of(own) == palette.SPLITS
    band = marked(spec, "area")[0]
    assert (field(band, "y"), field(band, "y2")) == ("low", "high")


def test_the_axis_of_a_network_that_learns_fits_all_epochs_and_its_loss():
    frame = pd.DataFrame({"epoch": [0, 1, 5], "loss": [0.7, 0.5, 0.25], "accuracy": 0.5})
    (line,) = marked(specification(learning.learning(frame, 1, "A title")), "line")
    assert channel(line, "x")["scale"]["domain"] == [0, 5]
    assert channel(line, "y")["scale"]["domain"] == pytest.approx([0.25 / 1.15, 0.7 * 1.15])


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize(("last", "size"), [(6, 820), (7, 560)])
def test_the_graph_has_the_colour_of_its_direction_and_is_as_high_as_its_longest_column(backward, last, size):
    nodes = pd.DataFrame({"id": list("abc"), "x": [0, 0, last], "y": [0.5, -0.5, 0.0], "label": "l"})
    nodes = nodes.assign(lit=True, value=0.5, gradient=1.0, text="0.5")
    edges = pd.DataFrame({"id": ["a>c"], "x": [0], "y": [0.5], "x2": [last], "y2": [0.0]})
    edges = edges.assign(size=1.0, lit=False, text="e")
    spec = derivation.graph(nodes, edges, "title", backward=backward).to_dict()
    colour = derivation.BACKWARD if backward else derivation.FORWARD
    (circles,) = marked(spec, "circle")
    assert (circles["mark"]["size"], spec["height"]) == (size, 2 * derivation.ROW + 46)
    lit = channel(circles, "color")
    assert (lit["value"], lit["condition"]["value"]) == tuple(
        readable(one, "#FFFFFF") for one in (palette.NEUTRAL, colour)
    )
    line = marked(spec, "rule")[0]
    assert line["mark"]["color"] == colour
    assert channel(line, "opacity")["value"] < channel(line, "opacity")["condition"]["value"]
    assert channel(circles, "x")["scale"]["domain"] == pytest.approx([-0.45, last + 0.45])
    assert channel(circles, "y")["scale"]["domain"] == pytest.approx([-1.15, 1.15])


def test_an_identitys_first_side_is_thick_and_the_second_dashed():
    frame = pd.DataFrame({"x": [0.0, 1.0] * 2, "name": ["z", "z", "a", "a"], "y": [0.0, 1.0] * 2})
    spec = derivation.curves(frame, "A title", "f(x)").to_dict()
    first, second = marked(spec, "line")
    assert {row["name"] for row in rows_of(spec, first)} == {"z"}
    assert first["mark"]["strokeWidth"] > second["mark"]["strokeWidth"]
    assert (second["mark"]["strokeDash"], first["mark"]["color"]) == ([5, 4], derivation.FORWARD)
    assert [rows_of(spec, word)[0]["name"] for word in marked(spec, "text")] == ["z", "a"]


def diagram(click=None):
    letters = "abcde"
    units = pd.DataFrame({"layer": [1], "top": [0.0], "bottom": [1.0], "picture": "data:", "key": "k"})
    nodes = pd.DataFrame(
        {"kind": ["input", "hidden", "output"], "x": [0, 1, 2], "y": [1.5, 1.5, 1.5], "name": list("xhy")}
        | {"text": "t", "beside": ["width", "", ""], "layer": [0, 1, 2], "unit": 0, "closer": False}
    )
    edges = pd.DataFrame({"id": ["e"], "x": [0], "y": [1.5], "x2": [1], "y2": [1.5], "weight": ["abc"]})
    edges = edges.assign(source="x", target="h", weight_scale=2.0, weight_now=1.0, gradient_now=1.0)
    edges = edges.assign(update_now=1.0)
    drawing = network.network(
        units.assign(epoch=3, now=1), nodes, edges, "weight", letters, (0, 3), 3, "A title", click=click
    )
    return drawing.chart().to_dict()


def level(letter):
    """The share of an edge's largest magnitude: -1 for a, 0 for c, 1 for e."""
    return ("abcde".index(letter) - 2) / 2


def test_an_edges_letters_are_levels_from_minus_1_to_1_orange_below_0_and_blue_above():
    spec = diagram()
    lines = next(layer for layer in marked(spec, "rule") if "strokeWidth" in layer["encoding"])
    said = lines["transform"][0]["calculate"]
    assert said == "(indexof(letters, substring(datum.weight, place, place + 1)) - 2) / 2"
    assert [level(letter) for letter in "ace"] == [-1, 0, 1]
    for mark in ("rule", "image"):  # a browser describes, and checks, every one of them in every frame
        assert all(one["mark"].items() >= {"aria": False}.items() for one in marked(spec, mark)[:2])
        assert not any("invalid" in one["mark"] for one in marked(spec, mark))
    scale = channel(lines, "color")["scale"]
    assert (scale["domain"], scale["range"]) == ([0], [palette.NEGATIVE, palette.POSITIVE])
    (names,) = [one for one in marked(spec, "text") if one["mark"].get("limit")]
    assert (names["mark"]["align"], names["mark"]["dx"]) == ("right", -network.NODE_WIDTH / 2)
    assert [row["beside"] for row in rows_of(spec, names)] == ["width"], "left of its node"
    params = {one["name"]: one for one in spec["params"]}
    assert params["place"]["expr"] == "max(0, indexof(sent, at_epoch ? +at_epoch : 3))"
    assert "chosen" not in params


def test_the_history_of_an_edge_goes_up_for_a_larger_value_and_its_dot_is_at_the_epoch_on_show():
    spec = diagram()
    (line,), (dot,) = marked(spec, "line"), [one for one in marked(spec, "circle") if "transform" in one]
    computed = {one["as"]: one["calculate"] for one in line["transform"] if "calculate" in one}
    middle, reach = network._history_at(3.0)
    assert computed["y"] == f"{middle} - {reach} * (indexof(letters, datum.letter) - 2) / 2", "y is downwards"
    assert computed["x"] == "(datum.number - 1) / max(1, length(sent) - 1) * 2"
    assert dot["transform"][-1] == {"filter": "datum.number == place + 1"}


@pytest.mark.slow
def test_hidden_units_can_be_clicked_where_that_is_asked_for():
    squares = [layer for layer in diagram(click=5)["layer"] if layer["mark"]["type"] == "square"]
    assert squares[-1]["mark"]["cursor"] == "pointer"
    (row,) = rows_of(diagram(click=5), squares[-1]) if "data" in squares[-1] else [{"click": 5}]
    assert row["click"] == 5
    names = [one["name"] for one in diagram(click=5)["params"]]
    assert network.CHOSEN in names
    assert network.CHOSEN not in [one["name"] for one in diagram()["params"]]
