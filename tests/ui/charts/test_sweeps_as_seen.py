"""Charts of sweeps: which trial is where, on which axis, in which colour, and what the pointer is told."""

import numpy as np
import pandas as pd
import pytest
from seen import axis, marks, seen
from values_swept import of_fields, of_map

from ui.charts import effects, palette, range_test, sensitivity, sweeps
from ui.charts.label_colours import coloured, readable

GREY, BLUE, ORANGE = palette.NEUTRAL, palette.POSITIVE, palette.NEGATIVE
WORDS = coloured(GREY).to_dict()  # a colour by theme
FIRST, LAST = (shade.lower() for shade in palette.LAYERS)
ACCURACY, LOSS = "validation accuracy", "validation loss"


def trials():
    columns = {
        "trial": [7, 8, 9],
        "learning_rate": ["0.1", "0.5", "1"],
        "activation": ["relu", "tanh", "relu"],
    }
    columns |= {"median": [0.5, 0.75, 0.875], "low": [0.25, 0.5, 0.75], "high": [0.625, 0.8125, 0.9375]}
    return pd.DataFrame(columns | {"parameters": [10, 1000, 100], "front": [True, False, True]})


def against(field, metric=ACCURACY, frame=None, **options):
    frame = trials() if frame is None else frame
    values = of_fields(frame, *filter(None, (field, options.get("other"))))
    return sweeps.against(frame, field, metric, "A title", values, **options)


def test_a_trials_point_is_its_median_on_the_range_of_its_seeds():
    drawing = against("learning_rate", selected=8)
    rule, line, dots, ring = seen(drawing)
    assert rule("x", "y", "y2") == [(0.1, 0.25, 0.625), (0.5, 0.5, 0.8125), (1.0, 0.75, 0.9375)]
    assert line("x", "y") == dots("x", "y") == [(0.1, 0.5), (0.5, 0.75), (1.0, 0.875)]
    assert ring("x", "y", "color") == [(0.5, 0.75, GREY)]
    assert dots("tooltip")[1] == {
        "trial": 8,
        "learning_rate": "0.5",
        "activation": "tanh",
        "median": "0.75",
        "parameters": 1000,
    }
    assert axis(drawing, "x") == ("learning_rate", "log", None, "~g")
    assert axis(drawing, "y") == ("validation accuracy, median", "linear", None, "~%")
    assert rule.encoding["y"]["scale"] == dots.encoding["y"]["scale"]
    assert [layer.encoding["y"]["scale"]["zero"] for layer in (rule, dots)] == [False, False]


def test_the_other_field_has_a_colour_and_a_shape_for_each_value():
    drawing = against("activation", LOSS, other="learning_rate", joined=False)
    rule, dots = seen(drawing)
    ends = zip(palette.rgb(FIRST), palette.rgb(LAST), strict=True)
    first, middle, last = dots("color")
    assert (first, last) == (FIRST, LAST)
    assert palette.rgb(middle) == pytest.approx([(a + b) / 2 for a, b in ends], abs=0.5)
    assert rule("color") == [first, middle, last], "the range of the seeds has the colour of its point"
    assert dots("x", "y", "shape") == [
        ("relu", 0.5, "circle"),
        ("tanh", 0.75, "square"),
        ("relu", 0.875, "triangle-up"),
    ]
    legends = [dots.encoding[name]["legend"]["title"] for name in ("color", "shape")]
    assert legends == ["learning_rate"] * 2
    assert axis(drawing, "x")[0] == "activation"
    assert axis(drawing, "y")[1:] == ("log", None, "~g")


@pytest.mark.parametrize("values", [("0", "0.001", "10"), ("tanh", "relu", "gelu"), ("4", "64", "8,8")])
def test_colours_and_names_are_in_the_order_of_the_plan_whichever_trial_is_best(values):
    asked = {"field": [*values, "without a result"], "other": values}
    for ranked in (values, values[::-1]):
        frame = trials().assign(field=ranked, other=ranked)
        *_, dots = seen(sweeps.against(frame, "field", ACCURACY, "A title", asked, other="other"))
        assert dots.encoding["color"]["scale"]["domain"] == list(values)
        assert [name for name in dots.encoding["x"]["sort"] if name in values] == list(values)


def test_every_name_below_the_axis_is_written_and_takes_no_height_from_the_plot():
    spec = against("activation").parts().specification()
    assert spec["autosize"]["type"] == "fit-x"
    named = [layer["encoding"]["x"]["axis"] for layer in spec["layer"]]
    assert all(axis["labelOverlap"] is False and "width" in axis["labelAngle"]["expr"] for axis in named)


def test_whole_numbers_are_named_by_their_field_and_seven_values_begin_again_with_the_first_shape():
    frame = pd.DataFrame(
        {"trial": range(7), "units": list("1234567"), "median": 0.5, "low": 0.5, "high": 0.5}
    )
    drawing = against("units", frame=frame, other="units")
    assert axis(drawing, "x") == ("units", "linear", None, "d")
    shapes = marks(drawing, "point")[0]("shape")
    assert shapes[0] == shapes[6] == "circle"
    assert len(set(shapes[:6])) == 6


def losses(values=("0.1", "1")):
    rows = [(epoch, value, level / (epoch + 1)) for level, value in enumerate(values, 2) for epoch in (0, 3)]
    frame = pd.DataFrame(rows, columns=["epoch", "value", "median"])
    return frame.assign(low=frame["median"] / 2, high=frame["median"] * 2)


def test_a_loss_by_epoch_has_a_line_and_a_name_in_the_colour_of_its_value():
    drawing = sweeps.by_value(losses(), "A title")
    band, line, names = seen(drawing)
    assert band("x", "y", "y2", "color")[0] == (0, 1.0, 4.0, FIRST)
    assert line("x", "y", "color") == [(0, 2.0, FIRST), (3, 0.5, FIRST), (0, 3.0, LAST), (3, 0.75, LAST)]
    first, last = (readable(colour, "#FFFFFF") for colour in (FIRST, LAST))
    assert names("x", "text", "color") == [(3, "0.1", first), (3, "1", last)]
    assert axis(drawing, "y") == ("mean loss", "log", pytest.approx((0.25 / 1.15, 6 * 1.15)), "~g")


def test_small_charts_are_titled_by_their_field_in_order_and_their_lines_coloured_by_split():
    frame = losses(("10", "9")).assign(split=["train", "validation"] * 2)
    spec = sweeps.multiples(frame, "learning_rate", "A title").parts().specification()
    assert spec["facet"]["field"] == "value"
    assert (spec["facet"]["sort"], spec["facet"]["header"]["title"]) == (["10", "9"], "learning_rate")
    encoding = spec["spec"]["encoding"]
    assert [encoding[name]["field"] for name in ("x", "y", "color")] == ["epoch", "median", "split"]
    assert [encoding[name]["title"] for name in "xy"] == ["epoch", "mean loss"]
    assert (encoding["y"]["scale"]["type"], encoding["y"]["axis"]["format"]) == ("log", "~g")
    scale = encoding["color"]["scale"]
    assert dict(zip(scale["domain"], scale["range"], strict=True)) == palette.SPLITS
    assert encoding["color"]["legend"]["title"] is None


def heat(metric, medians=(0.25, 0.5, 0.75)):
    rows = [("0.1", "4", 3, 7), ("0.1", "8", 2, 8), ("1", "4", 1, 9)]
    frame = pd.DataFrame(rows, columns=["x", "y", "trials", "trial"]).assign(median=medians)
    fields = "learning_rate", "units"
    return sweeps.heat(frame, *fields, metric, "A title", of_map(frame, *fields))


@pytest.mark.parametrize(
    ("metric", "written"), [(ACCURACY, ["25.0%", "50.0%", "75.0%"]), (LOSS, ["0.25", "0.5", "0.75"])]
)
def test_a_cell_of_the_map_has_its_median_as_colour_and_number(metric, written):
    drawing = heat(metric)
    tiles, words = seen(drawing)
    assert tiles("x", "y", "color") == [("0.1", "4", 0.25), ("0.1", "8", 0.5), ("1", "4", 0.75)]
    assert (words("x", "y"), words("text")) == (tiles("x", "y"), written)
    assert tiles("tooltip")[1] == {"learning_rate": "0.1", "units": "8", metric: "0.5", "trials": 2}
    assert tiles.encoding["color"]["title"] == metric
    assert [axis(drawing, name)[0] for name in "xy"] == ["learning_rate", "units"]


def parallel(metric, selected=None):
    rows = [
        ("rate", 7, 0.0, "0.1"),
        ("median", 7, 1.0, "0.9"),
        ("rate", 8, 0.5, "1"),
        ("median", 8, 0.0, "0.2"),
    ]
    frame = pd.DataFrame(rows, columns=["axis", "trial", "position", "value"])
    return sweeps.parallel(frame.assign(median=[0.9, 0.9, 0.2, 0.2]), metric, "A title", selected=selected)


def test_a_trials_line_goes_through_its_positions_to_its_metric():
    drawing = parallel(LOSS, selected=8)
    lines, words, chosen = seen(drawing)
    course = [("rate", 0.5), (LOSS, 0.0)]
    assert lines("x", "y", "detail", "color") == [
        ("rate", 0.0, 7, 0.9),
        (LOSS, 1.0, 7, 0.9),
        *[(*place, 8, 0.2) for place in course],
    ]
    assert lines("tooltip")[2] == {"trial": 8, LOSS: "0.2"}
    assert lines.encoding["color"]["title"] == LOSS
    assert words("x", "y", "text", "color") == [
        (*one, WORDS) for one in (("rate", 0.0, "0.1"), ("rate", 0.5, "1"))
    ]
    assert chosen("x", "y", "color") == [(*place, ORANGE) for place in course]
    assert lines.encoding["x"]["sort"] == chosen.encoding["x"]["sort"] == ["rate", LOSS]


def test_a_loss_of_0_is_drawn_at_a_billionth_on_a_logarithmic_axis_and_an_accuracy_of_0_at_0():
    frame = trials().assign(median=[0.5, 0.0, 0.25], low=[0.0, 0.0, 0.125])
    for metric, least in ((LOSS, 1e-9), (ACCURACY, 0.0)):
        rule, _, dots, ring = seen(against("learning_rate", metric, frame, selected=8))
        assert rule("y") == [least, least, 0.125]
        assert dots("y") == [0.5, least, 0.25]
        assert ring("y") == [least]
        front, dots = seen(sweeps.cost(frame.assign(front=[True, True, False]), "parameters", metric, ""))
        assert (front("y"), dots("y")) == ([0.5, least], [0.5, least, 0.25])
    tiles, words = seen(heat(LOSS, (0.0, 0.5, 0.25)))
    assert (tiles("color"), words("text")) == ([1e-9, 0.5, 0.25], ["0", "0.5", "0.25"])
    assert tiles("tooltip")[0][LOSS] == "0"
    assert seen(heat(ACCURACY, (0.0, 0.5, 0.25)))[0]("color") == [0.0, 0.5, 0.25]
    losses = pd.DataFrame({"rate": [0.1, 1.0], "loss": [0.0, 1.0], "smoothed": [0.0, 0.5]})
    _, dots, line, _ = seen(
        range_test.range_test(losses, (0.1, 1), "", pd.DataFrame({"rate": [], "is_best": []}))
    )
    assert (dots("y"), line("y")) == ([1e-9, 1.0], [1e-9, 0.5])


def test_the_front_is_orange_steps_over_the_costs_and_the_others_grey():
    drawing = sweeps.cost(trials(), "parameters", LOSS, "A title", selected=9)
    front, dots, ring = seen(drawing)
    assert front("x", "y", "color") == [(10, 0.5, ORANGE), (100, 0.875, ORANGE)]
    assert front.style["interpolate"] == "step-after", "the best so far, until a better one costs more"
    assert dots("x", "y", "color") == [(10, 0.5, ORANGE), (1000, 0.75, GREY), (100, 0.875, ORANGE)]
    assert dots("tooltip")[0]["parameters"] == 10
    assert not {"front", "low", "high"} & set(dots("tooltip")[0])
    assert ring("x", "y", "color") == [(100, 0.875, GREY)]
    assert axis(drawing, "x") == ("parameters", "log", None, "~s")
    assert axis(drawing, "y") == ("validation loss, median", "log", None, "~g")


def test_what_matters_is_a_bar_with_its_words_and_a_tick_of_what_nothing_would_give():
    frame = pd.DataFrame({"effect": ["rate", "l2"], "share": [0.75, 0.125], "noise": [0.25, np.nan]})
    drawing = effects.effects(frame.assign(significant=[True, False], words=["strong", "weak"]), "A title")
    bars, ticks, words = seen(drawing)
    assert bars("x", "y", "color") == [(0.75, "rate", BLUE), (0.125, "l2", GREY)]
    assert bars("tooltip") == [{"share": "75.0%"}, {"share": "12.5%"}]
    assert ticks("x", "y", "color") == [(0.25, "rate", ORANGE)]
    assert ticks("tooltip") == [{"if it did nothing": "25.0%"}]
    assert words("x", "y", "text") == [(0.75, "rate", "strong"), (0.125, "l2", "weak")]
    assert axis(drawing, "x") == ("share of the differences", None, None, ".0%")
    assert [layer.encoding["y"]["sort"] for layer in (bars, ticks, words)] == [["rate", "l2"]] * 3


def test_the_words_beside_a_bar_begin_right_of_its_tick():
    effect, words = ["short", "level", "long", "without"], [""] * 4
    frame = pd.DataFrame(
        {"effect": effect, "share": [0.1, 0.2, 0.3, 0.4], "noise": [0.15, 0.2, 0.25, np.nan]}
    )
    _, _, drawn = seen(effects.effects(frame.assign(significant=True, words=words), ""))
    assert drawn("x", "y") == [(0.15, "short"), (0.2, "level"), (0.3, "long"), (0.4, "without")]
    assert (drawn.style["align"], drawn.style["dx"]) == ("left", 6)


def test_a_range_test_has_the_loss_as_dots_smoothed_as_a_line_and_the_best_rate_in_orange():
    frame = pd.DataFrame({"rate": [0.01, 1.0], "loss": [0.9, 0.1], "smoothed": [0.8, 0.5]})
    tried = pd.DataFrame({"rate": [0.1, 0.5], "is_best": [True, False]})
    drawing = range_test.range_test(frame, (0.02, 0.2), "A title", tried)
    band, dots, line, ticks = seen(drawing)
    assert band("x", "x2") == [(0.02, 0.2)]
    assert band.style["opacity"] < 0.5, "what lies behind is seen"
    assert dots("x", "y", "color") == [(0.01, 0.9, GREY), (1.0, 0.1, GREY)]
    assert line("x", "y", "color") == [(0.01, 0.8, BLUE), (1.0, 0.5, BLUE)]
    assert ticks("x", "y", "color") == [(0.1, "height", ORANGE), (0.5, "height", GREY)]
    assert ticks("tooltip")[0] == {"learning rate of the sweep": "0.1"}
    assert axis(drawing, "x") == ("learning rate", "log", None, "~g")
    assert axis(drawing, "y") == ("mean loss", "log", None, "~g")


def test_bars_of_a_feature_are_as_long_as_its_slope_and_coloured_by_its_sign():
    frame = pd.DataFrame({"feature": ["width", "age"], "value": [0.5, -2.0]})
    (signed,), (plain,) = (seen(chart(frame, "")) for chart in (sensitivity.signed, sensitivity.magnitudes))
    assert signed("x", "y", "color") == [(0.5, "width", BLUE), (-2.0, "age", ORANGE)]
    assert signed("tooltip")[1] == {"feature": "age", "∂z/∂x per standard deviation": "-2"}
    assert plain("x", "y", "color") == [(0.5, "width", GREY), (-2.0, "age", GREY)]
    titles = [axis(chart(frame, ""), "x")[0] for chart in (sensitivity.signed, sensitivity.magnitudes)]
    assert titles == ["∂z/∂x per standard deviation", "mean |∂z/∂x| per standard deviation"]
