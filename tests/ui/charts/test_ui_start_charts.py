"""The charts of starts: valid, titled, in the starts' colours; names apart; axes cut; marks clipped."""

import numpy as np
import pandas as pd
import pytest
from start_charts import (
    COLOURS,
    ENDS,
    NOTHING,
    STARTS,
    activations,
    by_layer,
    distinct,
    domain,
    gallery,
    lines,
    marked,
    probabilities,
    rows_of,
    shares,
    signal,
    specification,
    trained,
    values,
)

from ui.charts import initialization as charts
from ui.charts import palette, pictures
from ui.charts import steps as step_charts
from ui.charts.curves import MOST_DECADES

CHARTS = {
    "forward": signal,
    "backward": lambda: signal(backward=True),
    "activations": activations,
    "shares": shares,
    "loss": trained,
    "loss, published, ends and rule": lambda: trained(
        published=values(0.5, 0.4), ends=ENDS, rule=(2.3, "label entropy")
    ),
    "accuracy": lambda: trained("accuracy", published=values(0.5, 0.4), ends=ENDS),
    "nothing published, no ends": lambda: trained(published=values(), ends=NOTHING),
    "steps": lambda: step_charts.by_layer(by_layer(), 4, 4, "A title", "‖ΔW‖ / ‖W‖", rule=True),
    "steps of one layer and epoch": lambda: step_charts.by_layer(by_layer(1, 1), 1, 1, "A title", "‖∂L/∂W‖"),
    "distinct units": distinct,
    "gallery": gallery,
    "gallery without captions": lambda: gallery(captions=False),
    "probabilities": probabilities,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_valid_and_titled_and_so_are_its_axes_and_each_start_has_its_colour(name):
    spec = specification(CHARTS[name]())
    assert spec["title"] == "A title"
    assert spec["height"] > 40
    encodings = [one["encoding"] for one in spec.get("layer", [spec])]
    for channel in ("x", "y"):
        assert name.startswith("gallery") or any(one.get(channel, {}).get("title") for one in encodings)
    for colour in [one["color"] for one in encodings if one.get("color", {}).get("field") == "start"]:
        assert dict(zip(colour["scale"]["domain"], colour["scale"]["range"], strict=True)) == COLOURS


@pytest.mark.parametrize(
    "chart",
    [
        trained(finals=[1e-6] * 4 + [1e6] * 4),
        trained("accuracy", [0.0] * 8),
        signal([1.0] * 8),
        charts.shares(lines([1.0] * 8, x="layer"), COLOURS, "A title", "share"),
    ],
    ids=["loss", "accuracy", "signal", "shares"],
)
def test_the_names_of_eight_starts_do_not_touch_and_stay_on_the_axis(chart):
    spec = specification(chart)
    low, high = domain(spec)
    (layer,) = [one for one in marked(spec, "text") if one["encoding"]["y"]["field"] == "label_at"]
    of = np.log if layer["encoding"]["y"]["scale"]["type"] == "log" else np.asarray
    rows = sorted(rows_of(spec, layer), key=lambda row: row["median"])
    heights = (of([row["label_at"] for row in rows]) - of(low)) / (of(high) - of(low))
    assert len(rows) == 8
    assert (np.diff(heights) >= 0.08).all(), "names do not touch, and keep their order"
    assert -0.01 <= heights[0] < heights[-1] <= 1.01


@pytest.mark.parametrize(
    ("backward", "layer", "title"), [(False, 5, "last = output"), (True, 1, "output back")]
)
def test_a_backward_signal_runs_from_the_last_layer_to_the_first_where_its_names_stand(
    backward, layer, title
):
    spec = specification(signal(backward=backward))
    scales = [one["encoding"]["x"]["scale"] for one in spec["layer"]]
    assert {scale.get("reverse", False) for scale in scales} == {backward}
    assert title in spec["layer"][0]["encoding"]["x"]["title"]
    (names,) = marked(spec, "text")
    assert {row["layer"] for row in rows_of(spec, names)} == {layer}


def test_a_signal_is_measured_in_points_over_a_band_and_predicted_in_dashes():
    spec = specification(signal(predicted=(0.25, 0.125)))
    assert [layer["mark"]["type"] for layer in spec["layer"]] == ["area", "point", "text", "line"]
    (dashed,) = marked(spec, "line")
    assert dashed["mark"]["strokeDash"]
    assert [row["value"] for row in rows_of(spec, dashed)] == [0.25, 0.125]


@pytest.mark.parametrize("predicted", [1e-200, 1e200])
def test_a_prediction_beyond_what_was_measured_is_cut_at_the_axis_and_does_not_stretch_it(predicted):
    spec = specification(signal((0.1, 1.0), predicted=(1.0, predicted)))
    assert domain(spec) == pytest.approx((0.095 / 1.15, 1.05 * 1.15))
    assert marked(spec, "line")[0]["mark"]["clip"] is True


@pytest.mark.parametrize(("level", "ends"), [(1e-200, (1e-30, 1.05)), (1e200, (0.95, 1e30))])
def test_the_axis_of_a_signal_spans_so_many_decades_at_most_and_is_one_wherever_it_lies(level, ends):
    low, high = domain(specification(signal((1.0, level))))
    assert (low * 1.15, high / 1.15) == pytest.approx(ends)
    assert np.log10(high / low) <= MOST_DECADES + 0.2
    far = lines([level**0.5], x="layer", first=level**0.5)
    low, high = domain(specification(charts.signal(far, values(x="layer"), COLOURS, "A title", "Var[a]")))
    assert 0 < low < high < np.inf


# ---- published figures, ends, rules; layers, units and images

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


def test_a_published_loss_is_seen_over_as_many_decades_as_are_asked_for():
    spec = specification(trained(published=values(7.66e44, 2.3), decades=60))
    assert domain(spec) == pytest.approx((LOW, 7.66e44 * 1.15))
    assert dashed(spec)[0]["encoding"]["y"]["scale"]["type"] == "log"


@pytest.mark.parametrize("quantity", ["loss", "accuracy", "reported loss"])
@pytest.mark.parametrize("nothing", [None, lines((0.5,))[:0]], ids=["none", "empty"])
def test_before_a_training_what_was_published_stands_alone_with_its_names_and_its_axis(quantity, nothing):
    frame = pd.concat([values(0.9, 0.5), values(0.8, 0.3, start=STARTS[1])])
    spec = specification(charts.trained(nothing, quantity, COLOURS, "A title", published=frame))
    assert [layer["mark"]["type"] for layer in spec["layer"]] == ["text", "line"]
    (line,) = dashed(spec)
    assert line["encoding"]["y"]["title"]
    assert line["encoding"]["y"]["scale"]["type"] == ("linear" if quantity == "accuracy" else "log")
    (named,) = marked(spec, "text")
    assert {(row["start"], row["median"]) for row in rows_of(spec, named)} == {
        (STARTS[0], 0.5),
        (STARTS[1], 0.3),
    }
    low, high = domain(spec)
    assert low < 0.3 < 0.9 < high


def test_many_published_epochs_are_a_line_without_points():
    few, many = (specification(trained(published=values(*[0.5] * n))) for n in (30, 31))
    assert [dashed(spec)[0]["mark"].get("point") for spec in (few, many)] == [True, False]


def rates(schedules=("triangular", "sawtooth"), top=0.1):
    frames = [pd.DataFrame({"step": [0, 8, 16], "rate": [0.0, top, 0.0], "schedule": s}) for s in schedules]
    return specification(charts.rates(pd.concat(frames), top, "A title"))


def test_the_rate_by_step_is_drawn_up_to_its_top_with_the_schedule_meant_in_grey_behind():
    spec = rates()
    assert [layer["mark"]["type"] for layer in spec["layer"]] == ["line", "line", "rule", "text"]
    behind, own = marked(spec, "line")
    assert {row["schedule"] for row in rows_of(spec, behind)} == {"triangular"}
    assert {row["schedule"] for row in rows_of(spec, own)} == {"sawtooth"}
    colours = own["encoding"]["color"]["scale"]
    assert dict(zip(colours["domain"], colours["range"], strict=True)) == {
        "triangular": palette.NEUTRAL,
        "sawtooth": palette.POSITIVE,
    }
    assert own["mark"]["strokeWidth"] > behind["mark"]["strokeWidth"]
    assert domain(spec) == pytest.approx((0, 0.108))
    assert [row["name"] for row in rows_of(spec, marked(spec, "text")[0])] == ["its top, 0.1"]
    assert own["encoding"]["x"]["title"] == "step"
    assert len(marked(rates(("triangular",)), "line")) == 1


@pytest.mark.parametrize(("lowest", "format_"), [(1e-6, "~g"), (1e-8, ".0e")])
def test_a_loss_over_many_decades_has_powers_of_ten_on_its_axis(lowest, format_):
    spec = specification(trained(finals=(lowest, 0.2, 0.3)))
    assert spec["layer"][1]["encoding"]["y"]["axis"]["format"] == format_


def test_the_axis_of_epochs_reaches_as_far_as_the_longest_of_what_is_drawn():
    def reach(**options):
        return domain(specification(trained(**options)), "x")

    late = ENDS.assign(epoch=9)
    assert reach() == (1, 5)
    assert reach(ends=late) == (1, 9)
    assert reach(published=values(*[0.5] * 7)) == (1, 7)
    assert reach(published=values(*[0.5] * 7).assign(epoch=range(7))) == (0, 6)


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


@pytest.mark.parametrize(
    "chart", [signal((1e200, 1.0)), trained(finals=(1e200, 0.5))], ids=["signal", "loss"]
)
def test_what_lies_beyond_an_axis_that_was_cut_is_clipped(chart):
    spec = specification(chart)
    assert domain(spec)[1] < 1e40
    names = next(one for one in marked(spec, "text") if one["encoding"]["y"]["field"] == "label_at")
    assert all(row["label_at"] <= domain(spec)[1] for row in rows_of(spec, names))
    drawn = [layer["mark"] for layer in spec["layer"] if layer["mark"]["type"] != "text"]
    assert all(mark.get("clip") for mark in drawn)


def steps(n_layers=5, n_epochs=4, epoch=3, **options):
    frame = by_layer(n_layers, n_epochs)
    return specification(step_charts.by_layer(frame, n_epochs, epoch, "A title", "‖ΔW‖ / ‖W‖", **options))


def test_steps_are_a_line_a_layer_and_the_first_and_the_last_are_named():
    spec = steps()
    line, names, at_epoch = spec["layer"]
    assert rows_of(spec, at_epoch) == [{"epoch": 3}]
    assert line["encoding"]["detail"]["field"] == "layer"
    assert {row["layer"] for row in rows_of(spec, line)} == {1, 2, 3, 4, 5}
    assert [(row["name"], row["epoch"]) for row in rows_of(spec, names)] == [("layer 1", 4), ("layer 5", 4)]
    scale = line["encoding"]["color"]["scale"]
    assert (scale["domain"], scale["range"]) == ([1, 5], list(palette.LAYERS))
    one = steps(1)
    assert [row["name"] for row in rows_of(one, one["layer"][1])] == ["layer 1"]


def test_steps_are_drawn_over_all_epochs_on_an_axis_of_so_many_decades_with_a_rule_of_a_thousandth():
    for n_epochs, last in ((1, 2), (30, 30)):
        spec = specification(step_charts.by_layer(by_layer(n_epochs=1), n_epochs, 1, "A title", "‖∂L/∂W‖"))
        assert domain(spec, "x") == (1, last)
    frame = pd.concat([by_layer(level=1e-80), by_layer(level=1.0)])
    low, high = domain(specification(step_charts.by_layer(frame, 4, 4, "A title", "‖ΔW‖")))
    assert (low * 1.15, high / 1.15) == pytest.approx((1e-30, 6.0))
    spec = steps(rule=True)
    rule, _ = marked(spec, "rule")
    assert rows_of(spec, rule) == [{"value": 0.001}]
    assert rule["mark"]["clip"] is True
    assert domain(spec) == domain(steps())
    assert [rows_of(steps(), one) for one in marked(steps(), "rule")] == [[{"epoch": 3}]]


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


@pytest.mark.parametrize("ends", [(-1, 1), None])
def test_outputs_with_other_ends_than_0_and_1_have_an_axis_of_their_own(ends):
    frame = pd.DataFrame({"class": ["a", "b"], "output": [-0.4, 0.9], "kind": ["actual", "predicted"]})
    scale = specification(pictures.outputs(frame, "A title", ends))["layer"][0]["encoding"]["x"]["scale"]
    assert scale.get("domain") == (list(ends) if ends else None)
