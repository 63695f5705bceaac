"""What stands around the small charts: titles of axes and legends, and the colours of marks of one colour."""

import pandas as pd
import pytest
from seen import seen

from ui.charts import (
    boxes,
    class_answers,
    counts,
    effects,
    gradient_forms,
    learning,
    optimization_bowl,
    palette,
    pictures,
    published_checks,
    range_test,
    sensitivity,
    slow_motion,
    starts,
    steps,
)
from ui.charts.label_colours import coloured, coloured_by, on_shades

GREY, BLUE, ORANGE = palette.NEUTRAL, palette.POSITIVE, palette.NEGATIVE
GREEN = palette.CLASSES[2]
WORDS, PUBLISHED = (coloured(colour).to_dict() for colour in (GREY, ORANGE))  # by theme
OF_FORMS = coloured_by("datum.form", gradient_forms.FORMS).to_dict()
OF_LAYERS = coloured_by(  # of the names of the first and the last layer
    "datum.layer > 1", dict(zip(("false", "true"), palette.LAYERS, strict=True))
).to_dict()
COLOURS = {"a": "#111111"}
# every column that a chart reads
ROW = pd.DataFrame({"x": [0.5], "y": 0.25, "line": 1, "step": 2, "optimizer": "a", "distance": 0.5})
ROW = ROW.assign(actual="a", predicted="a", count=3, share=0.5, picture="", column=0, row=0, label="a")
ROW = ROW.assign(output=0.5, kind="other", epoch=4, layer=1, low=0.25, lower=0.3, median=0.5, upper=0.6)
ROW = ROW.assign(high=0.75, form="matrix", microseconds=5.0, text="5 µs", k=1, at=2.0, error=0.5)
ROW = ROW.assign(gradient="right", index=7, value=0.5, answer="a", round="1", effect="a", noise=0.1, words="")
ROW = ROW.assign(significant=True, rate=0.1, loss=0.5, smoothed=0.5, is_best=True, feature="a", accuracy=0.5)
ROW["class"] = "a"


def around(drawing):
    """(title of x, title of y), titles of the legends, [(kind, colour) of each layer], clipped kinds.

    A title that is no layer's is "of its column"; a colour is None where it is each mark's own.
    """
    layers, legends = seen(drawing), []
    titles = {"x": set(), "y": set()}
    for layer in layers:
        for channel, said in titles.items():
            encoded = layer.encoding.get(channel, {})
            title = encoded.get("title")
            said |= {" ".join(title) if isinstance(title, list) else title} if "title" in encoded else set()
        colour = layer.encoding.get("color", {})
        if "field" in colour and colour.get("legend", "its own") is not None:
            legends.append(colour.get("legend", {}).get("title", colour.get("title", "of its column")))
    (across,), (upwards,) = ((*said,) or ("of its column",) for said in titles.values())
    marks = [(one.kind, None if "color" in one.encoding else one.style.get("color")) for one in layers]
    return (across, upwards), legends, marks, {one.kind for one in layers if one.style.get("clip")}


AROUND = {
    "paths on the bowl": (
        lambda: optimization_bowl.paths(ROW, ROW, COLOURS, ""),
        ("first parameter", "second parameter"),
        [None, None],
        [("line", GREY), ("line", None), ("circle", None)],
        {"line", "circle"},
    ),
    "distances from its bottom": (
        lambda: optimization_bowl.distances(ROW, 1e-6, COLOURS, ""),
        ("step", "distance from the bottom"),
        [None],
        [("line", None), ("rule", GREY), ("text", WORDS)],
        {"line"},
    ),
    "a pile of starts": (
        lambda: starts.pile([0.5], 0.6, "", ""),
        ("accuracy", "starts"),
        [],
        [("rule", ORANGE), ("circle", BLUE), ("text", PUBLISHED)],
        set(),
    ),
    "starts apart": (
        lambda: starts.apart(ROW.assign(figure="B", points=1.0), ""),
        ("ours minus published, percentage points", None),
        [],
        [("rule", ORANGE), ("tick", BLUE), ("point", BLUE), ("text", WORDS)],
        set(),
    ),
    "lost digits": (
        lambda: starts.lost(ROW.assign(lost=1), 0.5, "", ""),
        ("digits never learned", "accuracy, averaged over all epochs"),
        [],
        [("rule", ORANGE), ("circle", BLUE), ("text", PUBLISHED)],
        set(),
    ),
    "a confusion matrix": (
        lambda: counts.confusion(ROW, ""),
        ("predicted class", "actual class"),
        [],
        [("rect", None), ("text", on_shades("datum.share").to_dict())],
        set(),
    ),
    "a gallery": (
        lambda: pictures.gallery(ROW[["picture", "column", "row", "label"]], 1, ""),
        ("of its column", "of its column"),
        [],
        [("image", None), ("text", WORDS)],
        set(),
    ),
    "outputs": (
        lambda: pictures.outputs(ROW, ""),
        ("output of the network", "class"),
        [None],
        [("bar", None), ("text", WORDS)],
        set(),
    ),
    "steps": (
        lambda: steps.by_layer(ROW, 9, 4, "", "a ratio", rule=True),
        ("epoch", "a ratio"),
        [],
        [("line", None), ("text", OF_LAYERS), ("rule", GREY), ("rule", GREY)],
        {"line", "rule"},
    ),
    "a profile": (
        lambda: steps.profile(ROW, 4, "", "a ratio", rule=True),
        ("layer (last = output)", "a ratio"),
        [],
        [("rule", BLUE), ("line", BLUE), ("rule", GREY)],
        {"rule", "line"},
    ),
    "boxes": (
        lambda: boxes.by_layer(ROW, 4, "", "a layer", "a size", log=False),
        ("a layer", "a size"),
        [],
        [("rule", BLUE), ("rule", BLUE), ("tick", GREY)],
        {"rule", "tick"},
    ),
    "times": (
        lambda: gradient_forms.forms(ROW, ""),
        ("µs per gradient of one network", None),
        [],
        [("bar", None), ("text", OF_FORMS)],
        set(),
    ),
    "a speed-up": (
        lambda: gradient_forms.speed_up(ROW, ROW, ""),
        ("examples K in one gradient", "× faster than loops over units"),
        [],
        [("line", None), ("circle", None), ("text", OF_FORMS), ("point", GREY), ("text", WORDS)],
        set(),
    ),
    "differences": (
        lambda: published_checks.largest_difference(ROW, "h", "", log=True),
        ("h", "largest |a − n|, in units of loss"),
        [None] * 4,
        [("line", None), ("line", None), ("circle", None), ("point", None)],
        set(),
    ),
    "a batch": (
        lambda: slow_motion.batch(ROW, ROW, ("a",), ""),
        ("x₁", "x₂"),
        ["class"],
        [("circle", GREY), ("circle", None), ("text", WORDS)],
        set(),
    ),
    "a table": (
        lambda: slow_motion.table(ROW, "unit", ""),
        ("unit", None),
        [],
        [("rect", None), ("text", on_shades("(isFinite(datum.value) ? datum.value / 0.5 : 0)").to_dict())],
        set(),
    ),
    "answers": (
        lambda: class_answers.distribution(ROW, ["a"], ""),
        ("answers", None),
        [],
        [("bar", None), ("text", WORDS)],
        set(),
    ),
    "effects": (
        lambda: effects.effects(ROW, ""),
        ("share of the differences", None),
        [],
        [("bar", None), ("tick", ORANGE), ("text", WORDS)],
        set(),
    ),
    "a range test": (
        lambda: range_test.range_test(ROW, (0.1, 0.2), "", ROW),
        ("learning rate", "mean loss"),
        [],
        [("rect", GREEN), ("circle", GREY), ("line", BLUE), ("tick", None)],
        set(),
    ),
    "magnitudes": (
        lambda: sensitivity.magnitudes(ROW, ""),
        ("mean |∂z/∂x| per standard deviation", None),
        [],
        [("bar", None)],
        set(),
    ),
    "signed": (
        lambda: sensitivity.signed(ROW, ""),
        ("∂z/∂x per standard deviation", None),
        [],
        [("bar", None)],
        set(),
    ),
    "learning": (
        lambda: learning.learning(ROW, 4, ""),
        ("epoch", "validation loss"),
        [],
        [("line", BLUE), ("circle", BLUE), ("text", WORDS), ("text", WORDS)],
        set(),
    ),
}


@pytest.mark.parametrize("name", AROUND)
def test_axes_and_legends_have_their_titles_and_a_mark_of_one_colour_has_it(name):
    draw, *expected = AROUND[name]
    assert [*around(draw())] == expected


def axes(layer):
    return [layer.encoding.get(channel, {}).get("axis") or {} for channel in ("x", "y")]


@pytest.mark.parametrize("name", AROUND)
def test_a_text_stands_beside_its_mark_and_whole_numbers_have_no_ticks_between(name):
    for layer in seen(AROUND[name][0]()):
        to_the_right = layer.style.get("dx", 0)
        assert {"left": to_the_right >= 0, "right": to_the_right <= 0}.get(layer.style.get("align"), True)
        assert all(axis.get("tickMinStep") == 1 for axis in axes(layer) if axis.get("format") == "d")


@pytest.mark.parametrize("name", ["distances from its bottom", "lost digits"])
def test_the_name_of_a_horizontal_rule_is_above_it(name):
    (words,) = (layer for layer in seen(AROUND[name][0]()) if layer.kind == "text")
    assert words.style["dy"] < 0


@pytest.mark.parametrize("name", ["times", "answers", "effects", "magnitudes", "signed"])
def test_the_long_names_of_rows_are_not_cut(name):
    drawn, *_ = seen(AROUND[name][0]())
    assert drawn.encoding["y"]["axis"]["labelLimit"] >= 160


@pytest.mark.parametrize("name", ["a confusion matrix", "outputs"])
def test_every_class_has_its_name_however_close_the_rows(name):
    drawn, *_ = seen(AROUND[name][0]())
    assert drawn.encoding["y"]["axis"]["labelOverlap"] is False
