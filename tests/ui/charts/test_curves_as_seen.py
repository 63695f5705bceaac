"""Curves by epoch, by layer and by step: where lines, bands, names and rules are, and in which unit."""

import pandas as pd
import pytest
from seen import axis, evaluated, marks, seen

from ui.charts import boxes, bug_lab, curves, initialization, learning, palette, steps
from ui.charts.label_colours import coloured, readable
from ui.charts.loss_axes import TITLES


def on_light(colour):
    """The colour of words about a mark with this colour, in the light theme."""
    return readable(colour, "#FFFFFF")


GREY, BLUE, ORANGE = palette.NEUTRAL, palette.POSITIVE, palette.NEGATIVE
COLOURS = {"a": "#111111", "b": "#222222"}
NOTHING = pd.DataFrame({"layer": [], "start": [], "value": []})


def spread(name, rows, **columns):
    """A frame of rows (name, x, low, median, high)."""
    x = columns.pop("x", "epoch")
    return pd.DataFrame(rows, columns=[name, x, "low", "median", "high"]).assign(**columns)


def by_split(quantity="loss"):
    rows = [("train", 0, 0.5, 0.6, 0.7), ("train", 1, 0.1, 0.2, 0.3)]
    rows += [("validation", 0, 0.8, 0.9, 0.95), ("validation", 1, 0.4, 0.45, 0.48)]
    return spread("split", rows, quantity=quantity)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("x > 1 ? 'a ? b' : 'c'", "a ? b"),
        ("max(0, (x == 2 ? 5 : 6), -1)", 5),
        ("x < 0 || x == 2 && x > 1", True),
        ("at ? +at : -1", -1),
        ("indexof(split('0,7', ','), '7')", 1),
    ],
)
def test_expressions_are_read_as_vega_reads_them(said, value):
    assert evaluated(said, {"x": 2, "at": None}) == value


# ---- curves of an experiment


def test_a_curve_has_its_band_its_line_and_its_name_in_the_colour_and_dash_of_its_split():
    drawing = curves.curves(by_split(), "loss", "A title")
    band, line, names = seen(drawing)
    train, validation = palette.SPLITS["train"], palette.SPLITS["validation"]
    assert band("x", "y", "y2", "color") == [
        (0, 0.5, 0.7, train),
        (1, 0.1, 0.3, train),
        (0, 0.8, 0.95, validation),
        (1, 0.4, 0.48, validation),
    ]
    assert line("x", "y", "color", "strokeDash") == [
        (0, 0.6, train, [2, 2]),
        (1, 0.2, train, [2, 2]),
        (0, 0.9, validation, [1, 0]),
        (1, 0.45, validation, [1, 0]),
    ]
    assert line("tooltip")[1] == {"epoch": 1, "split": "train", "median": "0.2", "low": "0.1", "high": "0.3"}
    assert names("x", "text", "color") == [(1, "train", train), (1, "validation", on_light(validation))]
    assert names("y") == pytest.approx([0.2, 0.45])
    for layer in (band, line):
        assert layer.style["clip"], "what is beyond the axis is not drawn beside the chart"
    ends = pytest.approx((0.1 / 1.15, 0.95 * 1.15))
    assert axis(drawing, "y") == ("mean loss", "log", ends, "~g")
    assert axis(drawing, "x") == ("epoch", None, [0, 1], "d")


def test_accuracies_are_in_per_cent_on_a_linear_axis_also_those_of_the_experiment_before():
    drawing = curves.curves(by_split("accuracy"), "accuracy", "A title", ghost=by_split("accuracy"))
    assert axis(drawing, "y") == ("accuracy", "linear", pytest.approx((0.08, 0.97)), ".0%")
    assert axis(curves.curves(by_split(), "loss", "", ghost=by_split()), "y")[3] == "~g"


@pytest.mark.parametrize("quantity", ["cost", "error", "reported loss"])
def test_every_quantity_has_its_name_and_its_unit(quantity):
    title, kind = {
        "cost": ("mean loss + penalty", "log"),
        "error": ("error, share of examples", "linear"),
        "reported loss": (["loss per batch of 50", "(nats)"], "log"),
    }[quantity]
    assert axis(curves.curves(by_split(quantity), quantity, ""), "y")[:2] == (title, kind)


def test_the_experiment_before_is_a_grey_line_with_its_name_at_its_end_behind_all_others():
    before = by_split().assign(median=[9, 9, 7.0, 8.0])
    grey, word, *others = seen(curves.curves(by_split(), "loss", "A title", ghost=before))
    assert grey.encoding["y"]["axis"]["format"] == "~g"
    assert grey("x", "y", "color") == [(0, 7.0, GREY), (1, 8.0, GREY)]
    assert word("x", "text", "color") == [(1, "before", coloured(GREY).to_dict())]
    assert word("y") == pytest.approx([8.0 if 8 < 0.95 * 1.15 else 0.95 * 1.15])
    assert [layer.kind for layer in others] == ["area", "line", "text"]


def test_names_stand_at_the_first_layer_of_a_signal_that_runs_backward():
    rows = [("a", 1, 1.0, 2.0, 3.0), ("a", 2, 4.0, 5.0, 6.0)]
    measured = spread("start", rows, x="layer")
    for backward, place in ((True, (1, 2.0)), (False, (2, 5.0))):
        drawing = initialization.signal(measured, NOTHING, COLOURS, "", "Var[δ]", backward=backward)
        (names,) = marks(drawing, "text")
        assert names("x", "y") == [pytest.approx(place)]
        assert bool(names.encoding["x"]["scale"]["reverse"]) == backward


@pytest.mark.parametrize(("at_epoch", "where"), [(None, 1), ("0", 0)])
def test_the_rule_is_at_the_timelines_epoch_and_grey(at_epoch, where):
    (rule,) = marks(curves.curves(by_split(), "loss", "", epoch=1), "rule", at_epoch)
    assert rule("x", "y", "color") == [(where, None, GREY)]


def event(drawing):
    (bound,) = [one["bind"] for one in drawing.parts().specification()["params"] if "bind" in one]
    return bound["event"]


def test_a_part_has_an_event_of_its_own_and_a_whole_chart_that_of_all():
    frame = by_split()
    compared = curves.compared(frame.rename(columns={"split": "value"}), "", epoch=1)
    assert event(curves.curves(frame, "loss", "", epoch=1)) == "epoch"
    assert event(curves.curves(frame, "loss", "", epoch=1, part="loss")) == "epoch_loss"
    assert event(compared) == "epoch_compared"
    assert marks(compared, "rule")[0]("x") == [1]


def test_compared_values_have_their_colours_in_order_and_the_unit_of_a_loss():
    frame = by_split().rename(columns={"split": "value"})
    drawing = curves.compared(frame, "A title")
    band, line, names = seen(drawing)
    first, second = palette.COMPARED[:2]
    assert line("y", "color") == [(0.6, first), (0.2, first), (0.9, second), (0.45, second)]
    assert band("y", "y2")[0] == (0.5, 0.7)
    assert names("text", "color") == [("train", on_light(first)), ("validation", on_light(second))]
    assert axis(drawing, "y")[:2] == ("mean loss", "log")
    assert axis(drawing, "x")[2] == [0, 1]


def test_the_courses_of_the_link_and_of_this_page_are_coloured_over_those_of_twins():
    rows = [
        ("here", 0, 0.5),
        ("here", 8, 0.25),
        ("the link", 0, 0.5),
        ("the link", 8, 0.75),
        ("twin", 8, 0.6),
    ]
    drawing = curves.courses(pd.DataFrame(rows, columns=["of", "epoch", "loss"]), "A title")
    twins, own, names = seen(drawing)
    assert twins("x", "y", "color", "detail") == [(8, 0.6, GREY, "twin")]
    assert own("x", "y", "color") == [(0, 0.5, BLUE), (8, 0.25, BLUE), (0, 0.5, ORANGE), (8, 0.75, ORANGE)]
    assert own("tooltip")[3] == {"epoch": 8, "of": "the link", "loss": 0.75}
    assert names("x", "text", "color") == [(8, "here", BLUE), (8, "the link", on_light(ORANGE))]
    assert axis(drawing, "y") == ("mean loss", "log", pytest.approx((0.25 / 1.15, 0.75 * 1.15)), "~g")
    assert axis(drawing, "x")[:2] == ("epoch", "symlog")


# ---- by layer, and from different starts


def test_a_signal_is_measured_and_predicted_at_its_layers_with_the_spread_of_what_was_measured():
    measured = spread("start", [("a", 1, 1.0, 2.0, 3.0), ("b", 2, 4.0, 5.0, 6.0)], x="layer")
    predicted = pd.DataFrame({"layer": [2], "start": ["b"], "value": [5.5]})
    drawing = initialization.signal(measured, predicted, COLOURS, "A title", "Var[z]")
    band, points, names, dashed = seen(drawing)
    assert band("x", "y", "y2", "color") == [(1, 1.0, 3.0, "#111111"), (2, 4.0, 6.0, "#222222")]
    assert points("x", "y", "color") == [(1, 2.0, "#111111"), (2, 5.0, "#222222")]
    assert points("tooltip")[1] == {"layer": 2, "start": "b", "median": "5", "low": "4", "high": "6"}
    assert dashed("x", "y", "color") == [(2, 5.5, "#222222")]
    assert dashed("tooltip") == [{"layer": 2, "start": "b", "predicted": "5.5"}]
    assert names("text", "color") == [("a", "#111111"), ("b", "#222222")]
    assert axis(drawing, "y") == ("Var[z]", "log", pytest.approx((1 / 1.15, 6 * 1.15)), ".0e")
    assert axis(drawing, "x")[0] == "layer (last = output)"


def test_a_cell_of_activations_tells_its_ends_and_its_share():
    bins = {"layer": [2], "left": [0.5], "right": [0.75], "share": [0.125], "scaled": [0.5]}
    drawing = initialization.activations(pd.DataFrame(bins), "A title")
    (cells,) = seen(drawing)
    assert cells("x", "x2", "y", "opacity", "color") == [(0.5, 0.75, 2, pytest.approx(0.52), BLUE)]
    assert cells("tooltip") == [{"layer": 2, "from": "0.5", "to": "0.75", "share of activations": "12.5%"}]
    assert (axis(drawing, "x")[0], axis(drawing, "y")[0]) == ("activation a", "hidden layer")
    assert not cells.encoding["x"]["scale"]["zero"], "activations far from 0 fill the axis"


def test_shares_of_units_are_by_layer_and_distinct_units_by_epoch():
    rows = [("a", 1, 0.25, 0.5, 0.75), ("b", 2, 0.0, 0.25, 1.0)]
    drawing = initialization.shares(spread("start", rows, x="layer"), COLOURS, "A title", "dead units")
    band, line, _ = seen(drawing)
    assert band("x", "y", "y2") == [(1, 0.25, 0.75), (2, 0.0, 1.0)]
    assert line("x", "y", "color") == [(1, 0.5, "#111111"), (2, 0.25, "#222222")]
    assert line.style["point"], "a layer is a point"
    assert axis(drawing, "y") == ("dead units", "linear", pytest.approx((-0.02, 1.02)), ".0%")
    assert axis(drawing, "x")[0] == "hidden layer"
    drawing = initialization.distinct(spread("start", [("a", 3, 1, 2, 4)]), COLOURS, "A title")
    assert marks(drawing, "line")[0]("x", "y", "color") == [(3, 2, "#111111")]
    assert axis(drawing, "y") == ("distinct hidden units", "linear", pytest.approx((-0.2, 4.2)), "d")
    assert axis(drawing, "x")[0] == "epoch"


def test_trained_starts_have_their_lines_what_was_published_their_ends_and_a_rule_in_their_places():
    frame = spread("start", [("a", 1, 0.5, 0.6, 0.7), ("a", 2, 0.1, 0.2, 0.3)])
    published = pd.DataFrame({"epoch": [2], "start": ["b"], "value": [0.25]})
    ends = pd.DataFrame({"epoch": [1], "start": ["b"], "value": [0.4], "runs": [3]})
    drawing = initialization.trained(
        frame, "loss", COLOURS, "", published=published, ends=ends, rule=(0.35, "chance"), epoch=2
    )
    band, line, names, dashed, crosses, across, word, rule = seen(drawing)
    assert band("y", "y2") == [(0.5, 0.7), (0.1, 0.3)]
    assert line("x", "y", "color") == [(1, 0.6, "#111111"), (2, 0.2, "#111111")]
    assert names("x", "text") == [(2, "a")]
    assert dashed("x", "y", "color") == [(2, 0.25, "#222222")]
    assert dashed("tooltip") == [{"epoch": 2, "start": "b", "published": "0.25"}]
    assert crosses("x", "y", "color") == [(1, 0.4, "#222222")]
    assert crosses("tooltip") == [{"start": "b", "epoch": 1, "runs diverged": 3}]
    assert across("y", "x", "color") == [(0.35, None, GREY)]
    assert word("y", "x", "text", "color") == [(0.35, 0, "chance", coloured(GREY).to_dict())]
    assert rule("x", "y") == [(2, None)]
    assert axis(drawing, "y") == ("mean loss", "log", pytest.approx((0.1 / 1.15, 0.7 * 1.15)), "~g")
    assert axis(drawing, "x")[0] == "epoch"


@pytest.mark.parametrize(("quantity", "format_"), [("accuracy", ".0%"), ("loss", "~g")])
def test_published_figures_alone_have_the_axis_and_the_names_of_their_quantity(quantity, format_):
    published = pd.DataFrame({"epoch": [1, 2], "start": "b", "value": [0.5, 0.25]})
    drawing = initialization.trained(None, quantity, COLOURS, "", published=published)
    names, dashed = seen(drawing)
    assert names("x", "text", "color") == [(2, "b", "#222222")]
    assert dashed("x", "y", "color") == [(1, 0.5, "#222222"), (2, 0.25, "#222222")]
    assert axis(drawing, "y")[::3] == (TITLES[quantity], format_)


def test_the_own_schedule_is_blue_at_its_rates_and_the_axis_ends_above_the_largest():
    frame = pd.DataFrame({"step": [0, 5, 0, 5], "rate": [0.5, 0.25, 0.1, 0.2], "schedule": list("bbaa")})
    drawing = initialization.rates(frame, 0.5, "A title")
    other, own, across, word = seen(drawing)
    assert other("x", "y", "color") == [(0, 0.5, GREY), (5, 0.25, GREY)]
    assert own("x", "y", "color") == [(0, 0.1, BLUE), (5, 0.2, BLUE)]
    assert own("tooltip")[1] == {"step": 5, "η": "0.2", "schedule": "a"}
    assert (across("y"), word("y", "text")) == ([0.5], [(0.5, "its top, 0.5")])
    assert axis(drawing, "y") == ("learning rate η", None, [0, pytest.approx(0.54)], "~g")
    legends = [layer.encoding["color"]["legend"] for layer in (other, own)]
    assert all(legends)
    (alone, *_) = seen(initialization.rates(frame[2:], 0.5, "A title"))
    assert alone.encoding["color"]["legend"] is None, "one line needs none"


# ---- steps and boxes


def by_layer():
    rows = [(1, 1, 0.1, 0.2, 0.4), (1, 3, 0.5, 1.0, 2.0), (2, 1, 0.3, 0.6, 0.9), (2, 3, 5.0, 7.0, 8.0)]
    return pd.DataFrame(rows, columns=["epoch", "layer", "low", "median", "high"])


def test_steps_are_lines_by_epoch_between_the_colours_of_the_layers_with_a_rule_of_thumb():
    drawing = steps.by_layer(by_layer(), 5, 2, "A title", "‖ΔW‖ / ‖W‖", rule=True)
    line, names, thumb, rule = seen(drawing)
    first, last = palette.LAYERS
    assert line("x", "y", "color", "detail") == [
        (1, 0.2, first, 1),
        (1, 1.0, last, 3),
        (2, 0.6, first, 1),
        (2, 7.0, last, 3),
    ]
    assert line("tooltip")[3] == {"layer": 3, "epoch": 2, "median": "7"}
    assert names("x", "text", "color") == [(2, "layer 1", on_light(first)), (2, "layer 3", last)]
    assert (thumb("y"), thumb("x"), rule("x"), rule("y")) == ([0.001], [None], [2], [None])
    assert axis(drawing, "y") == ("‖ΔW‖ / ‖W‖", "log", pytest.approx((0.1 / 1.15, 8 * 1.15)), ".0e")
    assert axis(drawing, "x") == ("epoch", None, [1, 5], "d")
    assert len(seen(steps.by_layer(by_layer(), 5, 2, "A title", "‖ΔW‖"))) == 3, "no rule of thumb"


@pytest.mark.parametrize(("at_epoch", "rows"), [(None, slice(2, 4)), ("1", slice(0, 2))])
def test_a_profile_and_its_boxes_are_those_of_the_epoch_on_show(at_epoch, rows):
    frame = by_layer().assign(lower=lambda one: one["low"] * 1.5, upper=lambda one: one["high"] * 0.9)
    shown = frame[rows]

    def expected(*columns):
        return [tuple(row) for row in shown[list(columns)].to_numpy().tolist()]

    drawing = steps.profile(frame, 2, "A title", "‖∂L/∂W‖", rule=True)
    ranges, line, thumb = seen(drawing, at_epoch)
    assert ranges("x", "y", "y2") == expected("layer", "low", "high")
    assert line("x", "y") == expected("layer", "median")
    assert line("tooltip")[0]["median"] == f"{shown['median'].iloc[0]:.3g}"
    assert thumb("y") == [0.001]
    ends = pytest.approx((0.1 / 1.15, 8 * 1.15))
    assert axis(drawing, "y") == ("‖∂L/∂W‖", "log", ends, ".0e")
    assert axis(drawing, "x") == ("layer (last = output)", None, [0.5, 3.5], "d")
    assert [layer.style["color"] for layer in (ranges, line)] == [BLUE, BLUE]
    for log in (True, False):
        drawing = boxes.by_layer(frame, 2, "A title", "hidden layer", "|g|", log=log)
        thin, box, tick = seen(drawing, at_epoch)
        assert thin("x", "y", "y2") == expected("layer", "low", "high")
        assert box("x", "y", "y2") == expected("layer", "lower", "upper")
        assert tick("x", "y", "color") == [(*row, GREY) for row in expected("layer", "median")]
        assert (thin.style["color"], box.style["color"], tick.style["orient"]) == (BLUE, BLUE, "horizontal")
        told = tick("tooltip")[1]
        names = ["layer", "epoch", "low", "lower", "median", "upper", "high"]
        assert list(told) == names
        assert list(told.values()) == [
            *shown[names[:2]].iloc[1].to_list(),
            *(f"{value:.3g}" for value in shown[names[2:]].iloc[1]),
        ]
        assert axis(drawing, "x") == ("hidden layer", None, [0.5, 3.5], "d")
        title, kind, _, said = axis(drawing, "y")
        assert (title, kind, said) == ("|g|", *(("log", ".0e") if log else ("linear", "~g")))


# ---- one network that learns, and programs


@pytest.mark.parametrize(("at_epoch", "n", "accuracy"), [(None, 2, "75.0%"), ("0", 1, "50.0%")])
def test_the_line_of_a_network_that_learns_ends_at_the_epoch_on_show_under_its_accuracy(
    at_epoch, n, accuracy
):
    frame = pd.DataFrame({"epoch": [0, 1, 2], "loss": [0.8, 0.4, 0.2], "accuracy": [0.5, 0.75, 1.0]})
    drawing = learning.learning(frame, 1, "A title", [("cross-entropy", "nats")])
    line, point, number, words = seen(drawing, at_epoch)
    course = [(0, 0.8), (1, 0.4)][:n]
    assert line("x", "y") == course
    assert point("x", "y") == course[-1:]
    assert (line.style["color"], point.style["color"]) == (BLUE, BLUE)
    assert number("text", "y") == [(accuracy, 6)]
    assert words("text", "y") == [("validation accuracy", 40)]
    assert {layer.style["x"]["expr"] for layer in (number, words)} == {"width - 6"}
    title, kind, ends, said = axis(drawing, "y")
    assert (title, kind, said) == (["validation", "cross-entropy (nats)"], "log", "~g")
    room = learning.HEIGHT - 56  # the axis of epochs and its title are below
    assert max(map(len, title)) * 6 <= room, "at 6 pixels per letter no line is cut off"
    assert ends == pytest.approx((0.2 / 1.15, 0.8 * 1.15))
    assert axis(drawing, "x")[2] == [0, 2]


def programs(quantity):
    rows = [("yours", 0, 0.1, 0.2, 0.3), ("yours", 9, 0.4, 0.5, 0.6), ("right", 9, 0.7, 0.8, 0.9)]
    frame = pd.concat(
        [spread("program", rows, quantity=one, scale=1.0) for one in ("loss", "accuracy")], ignore_index=True
    )
    frame.loc[3:, ["low", "median", "high"]] /= 10  # accuracies differ from losses
    colours = {"yours": "#111111", "right": "#222222"}
    return bug_lab.programs(frame, quantity, "A title", colours, epoch=9)


@pytest.mark.parametrize(("quantity", "factor"), [("loss", 1), ("accuracy", 0.1)])
def test_programs_have_the_curves_of_the_quantity_asked_for(quantity, factor):
    drawing = programs(quantity)
    band, line, names, rule = seen(drawing)
    assert band("y", "y2")[2] == pytest.approx((0.7 * factor, 0.9 * factor))
    assert [(x, colour) for x, colour in line("x", "color")] == [
        (0, "#111111"),
        (9, "#111111"),
        (9, "#222222"),
    ]
    assert line("y") == pytest.approx([0.2 * factor, 0.5 * factor, 0.8 * factor])
    assert names("x", "text", "color") == [(9, "yours", "#111111"), (9, "right", "#222222")]
    assert rule("x") == [9]
    solid, dashed = [1, 0], line("strokeDash")[2]
    assert line("strokeDash") == [solid, solid, dashed]
    assert dashed != solid
    expected = ("mean loss", "log", "~g") if factor == 1 else ("accuracy", "linear", ".0%")
    title, kind, _, said = axis(drawing, "y")
    assert (title, kind, said) == expected
    assert axis(drawing, "x")[2] == [0, 9]


def test_a_program_that_reports_a_loss_of_0_or_less_is_drawn_at_a_billionth():
    frame = spread("program", [("yours", 0, -0.5, 0.0, 0.25)], quantity="loss")
    drawing = bug_lab.programs(frame, "loss", "A title", {"yours": "#111111"})
    band, line, names = seen(drawing)
    assert band("y", "y2") == [(1e-9, 0.25)]
    assert (line("y"), names("y")) == ([1e-9], [pytest.approx(1e-9)])
    assert axis(drawing, "y")[2] == pytest.approx((1e-9 / 1.15, 0.25 * 1.15))


def test_a_checks_error_is_drawn_against_its_step_in_decades():
    frame = pd.DataFrame({"h": [0.1, 0.001], "error": [1e-3, 1e-7], "program": ["yours", "right"]})
    drawing = bug_lab.sweep(frame, "A title", {"yours": "#111111", "right": "#222222"})
    line, names = seen(drawing)
    assert line("x", "y", "color") == [(0.1, 1e-3, "#111111"), (0.001, 1e-7, "#222222")]
    assert line("tooltip")[0] == {"program": "yours", "h": "0.1", "error": "0.001"}
    assert names("x", "text", "color") == [(0.001, "right", "#222222"), (0.1, "yours", "#111111")]
    assert axis(drawing, "x") == ("step h", "log", None, "~e")
    ends = pytest.approx((1e-7 / 1.15, 1e-3 * 1.15))
    assert axis(drawing, "y") == ("largest relative error", "log", ends, "~e")


def test_the_rates_of_programs_are_by_step_and_each_has_its_name_at_its_last():
    frame = pd.DataFrame(
        {"step": [1, 4, 4], "program": ["yours", "yours", "right"], "rate": [0.5, 0.25, 0.1]}
    )
    drawing = bug_lab.rates(frame, "A title", {"yours": "#111111", "right": "#222222"})
    line, names = seen(drawing)
    assert line("x", "y", "color") == [(1, 0.5, "#111111"), (4, 0.25, "#111111"), (4, 0.1, "#222222")]
    assert line("tooltip")[0] == {"step": 1, "rate": "0.5"}
    assert names("x", "text", "color") == [(4, "right", "#222222"), (4, "yours", "#111111")]
    assert axis(drawing, "x")[0] == "step t"
    assert axis(drawing, "y")[:3] == ("learning rate η", "linear", pytest.approx((-0.02, 0.52)))


def test_the_cells_of_a_strip_have_the_colours_of_their_bands_and_tell_both_derivatives():
    frame = pd.DataFrame(
        {
            "tensor": "W2",
            "tensor_error": 0.5,
            "left": [0.0, 0.4],
            "right": [0.4, 0.8],
            "entry": ["1, 2", "1, 3"],
        }
        | {"relative_error": [0.25, 1e-9], "crosses_kink": [False, True], "analytic": 2.0, "numeric": 3.0}
    )
    drawing = bug_lab.errors_by_tensor(frame, "A title")
    cells, words = seen(drawing)
    assert cells("x", "x2", "y", "color") == [(0.0, 0.4, "W2", "#D55E00"), (0.4, 0.8, "W2", GREY)]
    told = {"tensor": "W2", "entry": "1, 2", "band": "more than 1e-2", "relative_error": "0.25"}
    assert cells("tooltip")[0] == told | {"analytic": "2", "numeric": "3"}
    assert words("x", "y", "text") == [(0.89, "W2", "5e-01")]
    assert axis(drawing, "x")[2] == [0, 1]
    assert cells.encoding["color"]["title"] == "relative error"
    assert cells.encoding["color"]["legend"]
