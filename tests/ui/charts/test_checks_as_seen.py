"""Charts of checks, optimizers, times and published figures: what is where, and what the pointer is told."""

import numpy as np
import pandas as pd
import pytest
from seen import axis, seen

from ui.charts import (
    gradient_check,
    gradient_forms,
    nudge,
    optimization_bowl,
    optimization_lines,
    palette,
    published_checks,
    starts,
)
from ui.charts.label_colours import coloured, readable

GREY, BLUE, ORANGE = palette.NEUTRAL, palette.POSITIVE, palette.NEGATIVE
WORDS = coloured(GREY).to_dict()  # a colour by theme
NOW = pd.DataFrame({"epoch": [2]})
COLOURS = {"a": "#111111", "b": "#222222"}


# ---- the map and the histogram of relative errors


def tiles():
    rows = [
        ("W[0,0]", 0, 1, 0, 1, 1e-9, "rounding", "", 1e-9),
        ("W[0,1]", 1, 2, 0, 2, 0.0, "rounding", "0", np.nan),
        ("W[1,0]", 0, 1, 1, 2, 0.25, "unexplained", "×", 0.25),
        ("b[0]", 2, 3, 1, 2, np.nan, "not a number", "", np.nan),
    ]
    columns = ["name", "left", "right", "top", "bottom", "relative_error", "cause", "mark", "shade"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(analytic=2.0, numeric=3.0, error=0.5)


def test_a_tile_lies_between_its_corners_and_what_is_wrong_is_outlined_in_red():
    blocks = pd.DataFrame({"left": [0.0], "top": [0.0], "text": ["W, 2 × 2"]})
    drawing = gradient_check.error_map(tiles(), blocks, "A title")
    shaded, plain, wrong, signs, heads = seen(drawing)
    corners = ("x", "x2", "y", "y2")
    assert shaded(*corners, "color") == [(0, 1, 0, 1, 1e-9), (0, 1, 1, 2, 0.25)]
    assert plain(*corners) == [(1, 2, 0, 2), (2, 3, 1, 2)]
    assert plain.style["fill"] == GREY, "no error is a colour of the scale"
    assert wrong(*corners) == [(0, 1, 1, 2), (2, 3, 1, 2)]
    assert (wrong.style["stroke"], wrong.style["fillOpacity"]) == (palette.RED, 0)
    assert signs("x", "y", "text") == [(1.5, 1.0, "0"), (0.5, 1.5, "×")]
    assert heads("x", "y", "text") == [(0, 0, "W, 2 × 2")]
    assert wrong("tooltip")[0] == {
        "parameter": "W[1,0]",
        "analytic": "2.00000000e+00",
        "numeric": "3.00000000e+00",
        "relative error": "2.5e-01",
        "absolute error": "5.0e-01",
        "cause": "unexplained",
    }
    scale, legend = (shaded.encoding["color"][name] for name in ("scale", "legend"))
    assert (scale["type"], scale["domain"], scale["scheme"]) == ("log", [1e-13, 0.1], "viridis")
    assert scale["clamp"], "errors beyond both ends have the colours of the ends"
    assert legend["title"] == "relative error"
    assert shaded.encoding["y"]["scale"]["reverse"], "the first row is on top"


@pytest.mark.parametrize(("rows", "height"), [(2, 190), (10, 300), (99, 430)])
def test_the_map_is_as_high_as_its_rows_between_two_bounds(rows, height):
    blocks = pd.DataFrame({"left": [0.0], "top": [0.0], "text": ["W"]})
    drawing = gradient_check.error_map(tiles().assign(bottom=rows), blocks, "")
    assert drawing.parts().specification()["height"] == height


def test_a_bin_of_the_histogram_reaches_from_its_lower_to_its_upper_error():
    frame = pd.DataFrame({"tensor": ["W", "b"], "left": [1e-9, 1e-8], "right": [1e-8, 1e-7]})
    drawing = gradient_check.error_histogram(frame.assign(share=[1.0, 0.0], count=[5, 0]), "A title")
    (bins,) = seen(drawing)
    assert bins("x", "x2", "y") == [(1e-9, 1e-8, "W"), (1e-8, 1e-7, "b")]
    assert bins("opacity") == [1, 0.15], "the fullest is the darkest"
    assert bins("tooltip")[0] == {"tensor": "W", "parameters": 5}
    assert bins.encoding["y"]["sort"] == ["W", "b"]
    assert axis(drawing, "x") == ("relative error", "log", None, ".0e")


# ---- errors against the step


def steps(at=(1e-8, 1e-2), planted=True, regimes=("left", "right")):
    rows = [(at[0], 1e-9, "forward", "float64"), (at[1], 1e-3, "central", "float32")]
    rows += [(at[0], 0.5, gradient_check.PLANTED, "float64")] * planted
    frame = pd.DataFrame(rows, columns=["at", "error", "scheme", "precision"])
    labels = pd.DataFrame({"at": [at[0]], "label_at": [1e-4], "text": ["float64"], "scheme": ["central"]})
    names = pd.DataFrame(
        {"at": [at[0], at[1]], "text": ["√u", "∛u"], "height": [2.0, 0.25], "align": ["left", "right"]}
    )
    sides = pd.DataFrame({"at": [at[0], at[1]], "text": ["rounding", "truncation"], "height": 0.125})
    sides = sides.assign(align=list(regimes))
    return gradient_check.steps(frame, labels, names, sides, "step h", "A title")


def test_each_scheme_has_its_colour_each_precision_its_dash_and_the_wrong_gradient_is_red_behind():
    drawing = steps()
    rules, planted, lines, dots, names, *words = seen(drawing)
    first, second = (gradient_check.SCHEMES[name] for name in ("forward", "central"))
    assert rules("x", "y") == [(1e-8, None), (1e-2, None)]
    assert planted("x", "y", "color") == [(1e-8, 0.5, palette.RED)]
    assert all(layer.style["clip"] for layer in (planted, lines, dots)), "errors below the axis"
    assert lines("x", "y", "color", "strokeDash") == [
        (1e-8, 1e-9, first, [1, 0]),
        (1e-2, 1e-3, second, [5, 4]),
    ]
    assert dots("x", "y", "color") == [(1e-8, 1e-9, first), (1e-2, 1e-3, second)]
    told = {"scheme": "central", "precision": "float32", "step h": "1.00e-02", "relative error": "1.00e-03"}
    assert dots("tooltip")[1] == told
    assert names("x", "y", "text", "color") == [(1e-8, 1e-4, "float64", readable(second, "#FFFFFF"))]
    halos, words = words[::2], words[1::2]
    assert [layer("x", "y", "text", "color") for layer in words] == [
        [(1e-8, 2.0, "√u", WORDS)],
        [(1e-2, 0.25, "∛u", WORDS)],
        [(1e-8, 0.125, "rounding", WORDS)],
        [(1e-2, 0.125, "truncation", WORDS)],
    ]
    for halo, layer in zip(halos, words, strict=True):
        assert halo("x", "y", "text") == layer("x", "y", "text"), "no rule strikes through a name"
        assert halo.style["stroke"] == {"expr": "background"}
        assert [halo.style[name] for name in ("align", "dx")] == [
            layer.style[name] for name in ("align", "dx")
        ]
    assert [layer.style["align"] for layer in words] == ["left", "right"] * 2
    assert [layer.style.get("dx", 0) for layer in words[:2]] == [3, -3]
    ends = pytest.approx([1e-9 / 90, 6.0])
    assert axis(drawing, "y") == ("‖a − n‖ / (‖a‖ + ‖n‖)", "log", ends, ".0e")
    assert axis(drawing, "x") == ("step h", "log", None, ".0e")
    assert first != second


@pytest.mark.parametrize(("last", "format_"), [(999.0, "~g"), (1000.0, ".0e")])
def test_steps_over_three_decades_have_powers_of_ten(last, format_):
    drawing = steps((1.0, last), planted=False, regimes=("left", "left"))
    assert axis(drawing, "x")[3] == format_
    rules, lines, dots, names, *words = seen(drawing)
    assert [layer.kind for layer in (rules, lines, dots, names)] == ["rule", "line", "circle", "text"]
    assert len(words[-1].rows) == 2, "both regimes on one side"


def test_an_error_of_0_does_not_end_the_axis_of_errors():
    parts = steps().parts()
    frame = pd.DataFrame({"at": [1.0], "error": [0.0], "scheme": "forward", "precision": "float64"})
    marks_ = parts.tables["marks"]
    drawing = gradient_check.steps(frame, parts.tables["labels"], marks_, marks_, "h", "")
    assert axis(drawing, "y")[2] == pytest.approx([1e-17 / 90, 6.0])


def test_errors_at_a_kink_are_strips_with_a_tick_at_their_median():
    frame = pd.DataFrame({"group": ["y", "x"], "error": [0.5, 1e-9], "lift": [0.5, -0.5], "name": ["W", "b"]})
    medians = pd.DataFrame({"group": ["y", "x"], "error": [0.25, 1e-8]})
    drawing = gradient_check.kinks(frame, medians, "A title")
    dots, ticks = seen(drawing)
    assert dots("x", "y", "yOffset", "color") == [(0.5, "y", 0.5, ORANGE), (1e-9, "x", -0.5, BLUE)]
    assert dots("tooltip")[0] == {"parameter": "W", "error": "5.0e-01"}
    assert ticks("x", "y", "color") == [(0.25, "y", GREY), (1e-8, "x", GREY)]
    assert ticks("tooltip")[0] == {"median": "2.5e-01"}
    third = pd.DataFrame({"group": ["y", "x", "z"], "error": 0.5})
    (dots, _) = seen(gradient_check.kinks(third.assign(lift=0.0, name="W"), third, ""))
    assert dots("color") == [ORANGE, BLUE, palette.CLASSES[2]]
    assert axis(drawing, "x") == ("relative error", "log", pytest.approx([2.5e-10, 2.0]), ".0e")
    zeros = gradient_check.kinks(frame.assign(error=[0.5, 3e-17]), medians, "")
    assert axis(zeros, "x")[0] == "relative error, 0 at the left edge"
    assert (
        axis(gradient_check.kinks(frame.assign(error=[0.5, 5e-17]), medians, ""), "x")[0] == "relative error"
    )


def test_a_loss_is_drawn_by_epoch_with_every_power_of_ten_between_its_ends():
    frame = pd.DataFrame({"epoch": [0, 4], "loss": [0.5, 0.002]})
    drawing = gradient_check.loss_curve(frame, "A title")
    (line,) = seen(drawing)
    assert line("x", "y", "color") == [(0, 0.5, palette.SPLITS["train"]), (4, 0.002, palette.SPLITS["train"])]
    assert line("tooltip")[1] == {"epoch": 4, "loss": "0.002"}
    assert line.encoding["y"]["axis"]["values"] == pytest.approx([0.01, 0.1])
    assert [axis(drawing, name)[:2] for name in "xy"] == [("epoch", None), ("mean loss", "log")]
    assert gradient_check.powers_between(1, 100) == [1, 10, 100], "both ends belong to it"
    far = gradient_check.powers_between(1e-13, 1e9)
    assert (len(far), far[0], far[-1]) == (23, pytest.approx(1e-13), 1e9)


@pytest.mark.parametrize(("log", "kind", "format_"), [(True, "log", ".0e"), (False, None, "~g")])
def test_both_gradients_have_their_colour_and_their_difference_in_units_of_loss(log, kind, format_):
    frame = pd.DataFrame({"at": [1.0, 2.0], "error": [0.5, 0.25]})
    frame["gradient"] = [published_checks.RIGHT, published_checks.PLANTED]
    drawing = published_checks.largest_difference(frame, "N = 1/h", "A title", log=log)
    broad, thin, dots, rings = seen(drawing)
    right, wrong = (1.0, 0.5, palette.COMPARED[0]), (2.0, 0.25, palette.RED)
    drawn = [layer("x", "y", "color") for layer in (broad, thin, dots, rings)]
    assert drawn == [[wrong], [right], [right], [wrong]]
    told = {"gradient": published_checks.PLANTED, "N = 1/h": "2", "largest |a − n|": "2.50e-01"}
    assert rings("tooltip") == [told]
    assert dots("tooltip")[0]["largest |a − n|"] == "5.00e-01"
    assert axis(drawing, "y") == ("largest |a − n|, in units of loss", kind, None, format_)
    assert axis(drawing, "x")[::3] == ("N = 1/h", "~g")
    assert dots.encoding["color"]["legend"], "both are named below"
    scale = dots.encoding["x"]["scale"]
    assert (scale["zero"], scale["nice"]) == (False, False), "the axis of steps begins at the first"
    if not log:
        assert dots.encoding["y"]["scale"]["zero"], "an axis of differences begins at none"


# ---- times


def test_a_bar_of_a_time_reaches_from_the_axis_and_has_the_colour_of_its_form():
    frame = pd.DataFrame({"form": ["matrix", "loops over units"], "microseconds": [8.0, 800.0]})
    drawing = gradient_forms.forms(frame.assign(text=["8 µs", "800 µs"]), "A title")
    bars, words = seen(drawing)
    matrix, loops = palette.COMPARED[0], palette.COMPARED[1]
    assert bars("x", "x2", "y", "color") == [(8, 4, "matrix", matrix), (800, 4, "loops over units", loops)]
    assert bars("tooltip") == [{"text": "8 µs"}, {"text": "800 µs"}]
    assert words("x", "y", "text", "color") == [
        (8, "matrix", "8 µs", readable(matrix, "#FFFFFF")),
        (800, "loops over units", "800 µs", readable(loops, "#FFFFFF")),
    ]
    assert bars.encoding["y"]["sort"] == [
        *("loops over units", "loop over examples", "matrix", "stacked matrix")
    ]
    assert bars.encoding["x"]["axis"]["values"] == [10, 100, 1000]
    assert axis(drawing, "x") == ("µs per gradient of one network", "log", [4, 4800], "~s")


def test_the_speed_up_is_by_examples_with_the_published_one_as_a_diamond():
    rows = [
        (k, form, k * rate) for k in (1, 2, 4) for rate, form in ((5.0, "matrix"), (2.0, "stacked matrix"))
    ]
    published = pd.DataFrame({"k": [20], "median": [11.5], "text": ["E: 11.5×"]})
    frame = pd.DataFrame(rows, columns=["k", "form", "median"])
    drawing = gradient_forms.speed_up(frame, published, "")
    lines, dots, names, diamond, word = seen(drawing)
    matrix, stacked = palette.COMPARED[0], palette.COMPARED[5]
    course = [(k, k * rate, colour) for k in (1, 2, 4) for rate, colour in ((5.0, matrix), (2.0, stacked))]
    assert lines("x", "y", "color") == dots("x", "y", "color") == course
    assert dots("tooltip")[0] == {"form": "matrix", "K": 1, "median": "5"}
    on_light = [readable(colour, "#FFFFFF") for colour in (stacked, matrix)]
    assert names("x", "text") == [(2, "stacked matrix"), (2, "matrix")]
    assert names("color") == on_light
    assert names("y") == pytest.approx([4 * 1.7, 10 * 1.7]), "above their lines"
    assert diamond("x", "y", "color") == [(20, 11.5, GREY)]
    assert word("x", "y", "text") == [(20, 11.5, "E: 11.5×")]
    ends = pytest.approx((0.9 / 1.15, 60 * 1.15))
    assert axis(drawing, "y") == ("× faster than loops over units", "log", ends, "~g")
    assert axis(drawing, "x")[:2] == ("examples K in one gradient", "log")
    assert lines.encoding["x"]["scale"]["base"] == 2
    assert lines.encoding["y"]["axis"]["values"] == [1, 10]


# ---- optimizers


def by_step(column, chart, *titles):
    frame = pd.DataFrame({"step": [0, 4] * 2, "schedule": list("aabb"), column: [0.5, 0.25, 0.125, 0.75]})
    return chart(frame, COLOURS, "a", [0, 9], "A title", *titles, (NOW, 4))


@pytest.mark.parametrize("column", ["loss", "rate"])
@pytest.mark.parametrize(("at_epoch", "step"), [(None, 8), ("1", 4)])
def test_schedules_are_lines_by_step_and_the_rule_is_at_the_end_of_the_epoch(column, at_epoch, step):
    if column == "loss":
        drawing = by_step("loss", optimization_lines.loss_by_step, "minibatch loss")
        title, kind, ends = "minibatch loss", "log", (0.125 / 1.15, 0.75 * 1.15)
    else:
        drawing = by_step("rate", optimization_lines.rate_by_step)
        title, kind, ends = "learning rate η", None, (0, 0.81)
    others, own, rule = seen(drawing, at_epoch)
    assert others("x", "y", "color") == [(0, 0.125, "#222222"), (4, 0.75, "#222222")]
    assert own("x", "y", "color") == [(0, 0.5, "#111111"), (4, 0.25, "#111111")]
    assert own("tooltip")[1] == {"schedule": "a", "step": "4", column: "0.25"}
    assert own("strokeDash") != others("strokeDash")
    assert rule("x", "y", "color") == [(step, None, GREY)]
    assert axis(drawing, "y") == (title, kind, pytest.approx(ends), "~g")
    assert axis(drawing, "x") == ("step", None, [0, 9], ",d")
    extents = {own.encoding["y"]["axis"][name] for name in ("minExtent", "maxExtent")}
    assert extents == {optimization_lines.LEFT}, "both charts' steps stand one below the other"


def test_a_loss_by_step_reaches_twelve_decades_at_most():
    frame = pd.DataFrame({"step": [0, 1], "schedule": "a", "loss": [0.5, 1e30]})
    drawing = optimization_lines.loss_by_step(frame, COLOURS, "a", [0, 1], "A title", "loss", (NOW, 1))
    assert axis(drawing, "y")[2] == pytest.approx((0.5 / 1.15, 0.5e12 * 1.15))
    own, rule = seen(drawing)
    assert own.style["clip"]
    assert rule.style["clip"], "an epoch that the axis of steps does not reach has no rule"


def test_only_the_chart_of_rates_has_a_legend_and_an_own_schedule_alone_is_drawn():
    legends = {}
    for column, chart, titles in (
        ("loss", optimization_lines.loss_by_step, ("y",)),
        ("rate", optimization_lines.rate_by_step, ()),
    ):
        (_, own, _) = seen(by_step(column, chart, *titles))
        legends[column] = [bool(own.encoding[name]["legend"]) for name in ("color", "strokeDash")]
    assert legends == {"loss": [False, False], "rate": [True, True]}
    frame = pd.DataFrame({"step": [0], "schedule": "b", "rate": [0.5]})
    drawing = optimization_lines.rate_by_step(frame, COLOURS, "a", [0, 1], "", (NOW, 1))
    assert [layer.kind for layer in seen(drawing)] == ["line", "rule"]


def test_the_curvature_has_its_error_and_its_bounds_their_names_at_their_last_epoch():
    frame = pd.DataFrame({"epoch": [0, 3], "value": [2.0, 8.0], "error": [0.5, 0.25]})
    bounds = pd.DataFrame({"epoch": [3, 0, 3, 0], "value": [20.0, 21.0, 40.0, 41.0], "name": list("aabb")})
    drawing = optimization_lines.curvature(frame, bounds, COLOURS, "A title", NOW)
    across, line, words, rule = seen(drawing, "1")
    assert across("x", "y", "color") == [
        (3, 20, "#111111"),
        (0, 21, "#111111"),
        (3, 40, "#222222"),
        (0, 41, "#222222"),
    ]
    assert line("x", "y", "color") == [(0, 2, BLUE), (3, 8, BLUE)]
    assert line("tooltip")[1] == {"epoch": 3, "λ": "8", "an eigenvalue is within": "0.25"}
    assert words("x", "y", "text", "color") == [(3, 20, "a", "#111111"), (3, 40, "b", "#222222")]
    assert rule("x") == [1]
    ends = pytest.approx((2 / 1.15, 41 * 1.15))
    assert axis(drawing, "y") == ("largest eigenvalue λ of the Hessian", "log", ends, "~g")
    assert axis(drawing, "x")[0] == "epoch"
    far = optimization_lines.curvature(frame.assign(value=[1e-20, 8.0]), bounds, COLOURS, "", NOW)
    assert axis(far, "y")[2] == pytest.approx((41e-12 / 1.15, 41 * 1.15)), "twelve decades"


def test_the_paths_on_the_bowl_go_through_their_steps_in_order():
    rings = pd.DataFrame({"x": [0.0, 2.0], "y": [1.0, 0.0], "line": [5, 6], "step": [1, 0]})
    way = pd.DataFrame({"x": [1.0, 0.5], "y": [-0.25, 0.125], "optimizer": ["b", "a"], "step": [0, 7]})
    drawing = optimization_bowl.paths(rings, way, COLOURS, "A title")
    lines, ways, dots = seen(drawing)
    assert lines("x", "y", "detail", "order", "color") == [(0, 1, 5, 1, GREY), (2, 0, 6, 0, GREY)]
    assert ways("x", "y", "order", "color") == [(1, -0.25, 0, "#222222"), (0.5, 0.125, 7, "#111111")]
    assert dots("x", "y", "color") == [(1, -0.25, "#222222"), (0.5, 0.125, "#111111")]
    assert dots("tooltip")[1] == {"optimizer": "a", "step": 7, "x": "0.5", "y": "0.125"}
    assert [axis(drawing, name)[0] for name in "xy"] == ["first parameter", "second parameter"]
    assert ways("strokeDash") == [palette.DASHES[1], palette.DASHES[0]]
    assert all(layer.style["clip"] for layer in (lines, ways, dots))


def test_distances_from_the_bottom_are_by_step_with_a_rule_where_an_optimizer_has_arrived():
    frame = pd.DataFrame({"step": [0, 9], "distance": [1.0, 1e-7], "optimizer": ["a", "b"]})
    drawing = optimization_bowl.distances(frame, 1e-6, COLOURS, "A title")
    lines, rule, word = seen(drawing)
    assert lines("x", "y", "color") == [(0, 1.0, "#111111"), (9, 1e-7, "#222222")]
    assert lines("tooltip")[1] == {"optimizer": "b", "step": 9, "distance": "1e-07"}
    assert rule("y", "x") == [(1e-6, None)]
    assert word("y", "text") == [(1e-6, "a millionth of the initial distance")]
    assert axis(drawing, "y") == ("distance from the bottom", "log", pytest.approx([1e-7, 1.5]), ".0e")
    assert axis(drawing, "x") == ("step", "symlog", None, ",d")
    ticks = [0, *(digit * 10**decade for decade in range(4) for digit in (1, 3)), 10**4]
    assert lines.encoding["x"]["axis"]["values"] == ticks


# ---- published figures and the tangent


def test_a_published_figure_stands_among_the_starts():
    drawing = starts.pile([0.5, 0.75, 0.5], 0.625, "published 62.5%", "A title")
    rule, dots, text = seen(drawing)
    assert rule("x", "y", "color") == [(0.625, None, ORANGE)]
    assert dots("x", "y", "color") == [(0.5, 1, BLUE), (0.5, 2, BLUE), (0.75, 1, BLUE)]
    assert dots("tooltip")[2] == {"accuracy": "75.00%"}
    assert text("x", "y", "text", "color") == [(0.625, 5, "published 62.5%", coloured(ORANGE).to_dict())]
    assert [axis(drawing, name)[0] for name in "xy"] == ["accuracy", "starts"]


def test_starts_are_as_far_from_the_published_figure_as_their_points_say():
    rows = [("B", 1.5, "start"), ("B", 2.5, "median"), ("D", -1.0, "start")]
    drawing = starts.apart(pd.DataFrame(rows, columns=["figure", "points", "kind"]), "A title")
    zero, ticks, median, words = seen(drawing)
    assert zero("x", "y", "color") == [(0, None, ORANGE)]
    assert ticks("x", "y", "color") == [(1.5, "B", BLUE), (-1.0, "D", BLUE)]
    assert median("x", "y", "color") == [(2.5, "B", BLUE)]
    assert median("tooltip") == [{"figure": "B", "kind": "median", "points": "+2.50"}]
    assert words("x", "y", "text") == [(0, "B", "B"), (0, "D", "D")]
    assert axis(drawing, "x")[0] == "ours minus published, percentage points"
    scale = ticks.encoding["x"]["scale"]
    assert (scale["nice"], scale["padding"] > 0) == (False, True), "the outermost tick is not cut"


def test_the_accuracy_of_a_start_is_above_its_number_of_lost_digits():
    drawing = starts.lost(pd.DataFrame({"lost": [1, 0], "value": [0.5, 0.75]}), 0.625, "published", "A title")
    rule, dots, text = seen(drawing)
    assert rule("y", "x", "color") == [(0.625, None, ORANGE)]
    assert dots("x", "y", "color") == [(1, 0.5, BLUE), (0, 0.75, BLUE)]
    assert dots("tooltip")[0] == {"lost": 1, "value": "50.0%"}
    assert text("x", "y", "text") == [("width", 0.625, "published")]
    assert axis(drawing, "x")[0] == "digits never learned"
    assert axis(drawing, "y")[::3] == (["accuracy, averaged", "over all epochs"], ".0%")


def test_the_loss_along_a_weight_its_tangent_and_their_gap_have_their_names_and_colours():
    curve = pd.DataFrame({"weight": [-1.0, 1.0], "loss": [1.0, 3.0]})
    drawing = nudge.along(curve, (0.0, 1.5), (0.5, 2.5), 1.0, (0.25,), ("W[0,1]", "L"), "A title")
    kinks, tangent, line, gap, start, end, *words = seen(drawing)
    assert kinks("x", "y") == [(0.25, None)]
    assert tangent("x", "y", "color") == [(-1, 0.5, nudge.TANGENT), (1, 2.5, nudge.TANGENT)]
    assert line("x", "y", "color") == [(-1, 1, nudge.CURVE), (1, 3, nudge.CURVE)]
    assert gap("x", "y", "y2") == [(0.5, 2.5, 2.0)], "from the curve to the tangent"
    assert (start("x", "y"), end("x", "y")) == ([(0, 1.5)], [(0.5, 2.5)])
    assert end("tooltip") == [{"W[0,1]": "0.5", "L": "2.5"}]
    assert line("tooltip")[0] == {"W[0,1]": "-1", "L": "1"}
    assert [word("text", "color", "x", "y") for word in words] == [
        [("the loss", coloured(nudge.CURVE).to_dict(), 8, 10)],
        [("its tangent", coloured(nudge.TANGENT).to_dict(), 8, 26)],
    ]
    assert axis(drawing, "x")[:3] == ("W[0,1]", None, [-1, 1])
    assert axis(drawing, "y")[:3] == ("L", None, [pytest.approx(0.7), pytest.approx(3.3)])
    assert all(layer.style["clip"] for layer in (tangent, line, gap)), "a steep tangent leaves the chart"
