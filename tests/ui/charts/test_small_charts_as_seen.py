"""Small charts: how high they are, where dots are piled up, and which epochs and headings are on show."""

import pandas as pd
import pytest
from seen import axis, evaluated, marks, seen

from ui.charts import (
    class_answers,
    clicking,
    counts,
    effects,
    following,
    gradient_forms,
    palette,
    pictures,
    sensitivity,
    slow_motion,
    starts,
    steps,
)

GREY, BLUE, ORANGE = palette.NEUTRAL, palette.POSITIVE, palette.NEGATIVE


def of_rows(n):
    """A frame with the columns of every chart that has a row for each of its n names."""
    names = dict.fromkeys(("row", "feature", "effect", "answer", "class", "form", "actual"))
    frame = pd.DataFrame({column: [f"name {k}" for k in range(n)] for column in names})
    numbers = dict.fromkeys(("value", "share", "noise", "output", "microseconds"), 0.5)
    return frame.assign(
        **numbers, column=1, count=1, round="1", kind="other", text="", words="", significant=True
    )


OF_ROWS = {  # a chart of a row for each name, the pixels of a row, and of the rest
    "a table": (lambda frame: slow_motion.table(frame, "unit", ""), 26, 90),
    "answers": (lambda frame: class_answers.distribution(frame, list(frame["answer"]), ""), 56, 0),
    "effects": (lambda frame: effects.effects(frame, ""), 34, 50),
    "forms": (lambda frame: gradient_forms.forms(frame, ""), 44, 40),
    "magnitudes": (lambda frame: sensitivity.magnitudes(frame, ""), 22, 70),
    "signed": (lambda frame: sensitivity.signed(frame, ""), 22, 70),
    "outputs": (lambda frame: pictures.outputs(frame, ""), 24, 0),
    "a confusion matrix": (lambda frame: counts.confusion(frame.assign(predicted="a"), ""), 28, -80),
}


@pytest.mark.parametrize("name", OF_ROWS)
@pytest.mark.parametrize("n", [8, 11])
def test_every_row_has_the_same_height(name, n):
    draw, row, rest = OF_ROWS[name]
    assert draw(of_rows(n)).parts().specification()["height"] == row * n + rest


@pytest.mark.parametrize(("n_rounds", "height"), [(1, 56 * 3), (2, 84 * 3), (3, 112 * 3)])
def test_a_further_round_needs_half_the_room_of_the_first_and_each_has_its_colour(n_rounds, height):
    frame = pd.concat([of_rows(3).assign(round=f"round {k}", count=k + 1) for k in range(n_rounds)])
    drawing = class_answers.distribution(frame, ["name 2", "name 0", "name 1"], "")
    bars, numbers = seen(drawing)
    colours = [BLUE, ORANGE, GREY][:n_rounds]
    assert bars("x", "color", "yOffset") == [
        (k + 1, colour, f"round {k}") for k, colour in enumerate(colours) for _ in range(3)
    ]
    assert bars("tooltip")[-1] == {"answer": "name 2", "round": f"round {n_rounds - 1}", "count": n_rounds}
    assert numbers("text", "x") == [(x, x) for x in bars("x")]
    assert bars.encoding["yOffset"]["sort"] == [f"round {k}" for k in range(n_rounds)]
    legend = bars.encoding["color"]["legend"]
    assert legend == (None if n_rounds == 1 else {"title": None, "orient": "bottom"})
    assert drawing.parts().specification()["height"] == height


def test_accuracies_in_the_same_48th_of_the_chart_are_piled_up():
    values = [0, 9, 9.55, 10.45, 11, 48]
    drawing = starts.pile([value / 64 for value in values], 0.25, "a name", "")
    (dots,) = marks(drawing, "circle")
    assert dots("x", "y") == [(v / 64, n) for v, n in zip(values, (1, 1, 1, 2, 1, 1), strict=True)]


@pytest.mark.parametrize(("published", "align"), [(0.5, "left"), (0.546, "left"), (0.5625, "right")])
def test_the_name_of_a_published_figure_is_where_there_is_more_room(published, align):
    (name,) = marks(starts.pile([0.25, 0.75], published, "a name", ""), "text")
    assert (name.style["align"], name.style["dx"]) == (align, 5 if align == "left" else -5)


@pytest.mark.parametrize(("captions", "bottom"), [(True, 3.8), (False, 3.94)])
def test_a_picture_of_a_gallery_leaves_room_for_its_caption_and_keeps_its_proportions(captions, bottom):
    frame = pd.DataFrame({"picture": ["data:"], "column": [2], "row": [3], "label": ["a"]})
    drawing = pictures.gallery(frame, 4, "", side=50, captions=captions)
    assert [axis(drawing, name)[2] for name in "xy"] == [[0, 4], [4, 0]]
    image, *words = seen(drawing)
    assert image("x", "x2", "y", "y2") == [pytest.approx((2.03, 2.97, 3.01, bottom))]
    assert image("url") == ["data:"]
    assert image.style["aspect"]
    assert [word("x", "y", "text") for word in words] == [[(2.5, pytest.approx(3.9), "a")]] * captions


def test_a_batch_is_drawn_on_a_square_around_all_examples():
    others = pd.DataFrame({"x": [0.0, 2.0], "y": [5.0, 5.0]})
    batch = pd.DataFrame({"x": [1.0], "y": [15.0], "class": ["b"], "index": [7]})
    drawing = slow_motion.batch(others, batch, ("a", "b"), "")
    grey, dots, numbers = seen(drawing)
    assert (grey("x", "y"), dots("x", "y")) == ([(0, 5), (2, 5)], [(1, 15)])
    assert dots("color", "tooltip") == [(palette.CLASSES[1], {"example": 7, "class": "b"})]
    assert numbers("x", "y", "text") == [(1, 15, 7)]
    for layer in (grey, dots, numbers):
        ends = [
            evaluated(end["expr"], {"width": 2, "height": 1})
            for end in layer.encoding["x"]["scale"]["domain"]
        ]
        assert ends == [1 - 11, 1 + 11], "twice as wide as high"
        assert layer.encoding["y"]["scale"]["domain"] == [4.5, 15.5]
    spec = drawing.parts().specification()
    assert spec["autosize"] == {"type": "fit-x", "contains": "padding"}, "the height is the chart's own"
    (height,) = [param["expr"] for param in spec["params"] if param["name"] == "height"]
    assert [evaluated(height, {"width": width}) for width in (300, 400)] == [300, 340]


@pytest.mark.parametrize(("epoch", "on_show"), [(0, 3), (3, 3), (6, 3), (7, 7), (8, 7)])
def test_the_last_epoch_up_to_the_servers_is_on_show_or_else_the_first(epoch, on_show):
    frame = following.marked_up_to(pd.DataFrame({"epoch": [7, 3, 3]}), epoch)
    assert set(frame["epoch"][frame["now"] == following.SERVED]) == {on_show}
    assert set(frame["epoch"][frame["now"] == 0]) == {3, 7} - {on_show}


def test_a_heading_is_in_the_themes_ink_above_the_chart_from_its_left_to_its_right_edge():
    frame = following.marked(of_rows(2).assign(predicted="a"), 3)
    headings = following.marked(pd.DataFrame({"heading": ["2 of 3"]}), 3)
    drawing = counts.confusions(frame, headings, "")
    *_, words = seen(drawing)
    assert words("text", "x", "y") == [("2 of 3", 0, -8)]
    style = {"color": following.INK.to_dict(), "limit": {"expr": "width"}}
    assert (style | {"align": "left", "baseline": "bottom"}).items() <= words.style.items()
    assert drawing.parts().specification()["padding"]["top"] > 8 + words.style["fontSize"]


def test_a_click_or_a_tap_that_ends_no_swipe_selects_one_mark():
    (name, select) = clicking.selection("unit", ["layer", "unit"]).param.to_dict().values()
    events = "click, touchend[event.cancelable]"
    expected = {"type": "point", "fields": ["layer", "unit"], "on": events, "toggle": False}
    assert (name, select) == ("unit", expected)


def test_a_profile_has_a_rule_of_thumb_where_that_is_asked_for_and_tells_layer_and_epoch():
    frame = pd.DataFrame({"epoch": [4], "layer": [2], "median": [0.5], "low": [0.25], "high": [0.75]})
    ranges, line = seen(steps.profile(frame, 4, "", "a ratio"))
    told = {"layer": 2, "epoch": 4, "median": "0.5", "low": "0.25", "high": "0.75"}
    assert line("tooltip") == [told]
    assert all(layer.style["clip"] for layer in (ranges, line))
