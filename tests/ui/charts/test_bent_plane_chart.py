"""The chart of the bent plane: what the browser is told to compute from the texts of the places."""

import pandas as pd
import pytest
from seen import seen
from start_charts import marked, rows_of, specification

from ui.charts import bent_plane, following

ENDS = ((-2.0, 6.0), (0.0, 1.0))
FIRST, SECOND = "00zzi0", "zz0001"
EPOCHS = (0, 5, 10)


def spec(**how):
    at = {"first": [FIRST], "second": [SECOND]}
    examples = pd.DataFrame(at | {"class": ["0"], "split": ["train"]})
    grid, names = pd.DataFrame(at | {"line": [0], "step": [0]}), pd.DataFrame(at | {"class": ["class 0"]})
    shares = following.marked(pd.DataFrame({"epoch": EPOCHS, "share": [0.5, 0.0, 0.75]}), 10, 3)
    classes = "0", "1"
    drawing = bent_plane.bent_plane(examples, grid, names, shares, ENDS, 36**2, EPOCHS, 10, classes, **how)
    return specification(drawing.chart())


def place(layer, axis, at, row):
    """The number that Vega computes; our own expression, which Python reads as Vega does, but for ?:."""
    (said,) = [one["calculate"] for one in layer["transform"] if one["as"] == axis]
    said = said.replace("datum.", "")

    def substring(text, start, end):
        return text[start:end]

    return eval(said, {"parseInt": int, "substring": substring, "at": at} | row)


@pytest.mark.parametrize(
    ("at", "x", "y"),
    [(2, -2, 1), (4, 6, 0), (6, -2 + 8 * 18 * 36 / 1295, 1 / 1295), (0, -2 + 8 * 18 * 36 / 1295, 1 / 1295)],
)
def test_every_mark_is_at_its_place_of_the_timelines_epoch_and_without_it_of_the_servers(at, x, y):
    found = spec()
    layers = [layer for layer in found["layer"] if "first" in rows_of(found, layer)[0]]
    assert [layer["mark"]["type"] for layer in layers] == ["line", "point", "text", "text"]
    for layer in layers:
        (row,) = rows_of(found, layer)
        assert place(layer, "x", at, row) == pytest.approx(x)
        assert place(layer, "y", at, row) == pytest.approx(y)
        assert [layer["encoding"][axis]["scale"]["domain"] for axis in "xy"] == [[-2, 6], [0, 1]]


@pytest.mark.parametrize("on_line", [False, True])
def test_one_number_per_example_has_no_second_axis_and_no_directions(on_line):
    found = spec(on_line=on_line)
    axes = [
        (
            layer["encoding"]["x"]["title"],
            layer["encoding"]["y"].get("title"),
            layer["encoding"]["y"].get("axis", 0),
        )
        for layer in found["layer"]
        if "first" in rows_of(found, layer)[0]
    ]
    alone = ("the one number, minus its mean", None, None)
    both = ("first principal component", "second principal component", 0)
    assert set(axes) == {alone if on_line else both}
    (said,) = [
        one["calculate"]
        for layer in found["layer"]
        for one in layer.get("transform", ())
        if one.get("as") == "heading"
    ]
    assert ("one number per example" in said, "variance" in said) == (on_line, not on_line)
    assert "cannot tell any two examples apart" in said


def test_it_is_a_part_of_its_own_and_its_parameter_counts_the_digits_of_an_epoch():
    found = spec()
    params = {one["name"]: one for one in found["params"]}
    assert params["at_epoch"]["bind"]["event"] == "epoch_bent"
    assert params["sent"]["value"] == list(EPOCHS)
    assert params["at"]["expr"] == "at_epoch ? 2 + 2 * indexof(sent, +at_epoch) : 0"
    (lines,) = marked(found, "line")
    assert [lines["encoding"][name]["field"] for name in ("order", "detail")] == ["step", "line"]


@pytest.mark.parametrize(("n", "many"), [(150, False), (151, True)])
def test_marks_in_the_bent_plane_are_small_from_151_examples_on(n, many):
    one = pd.DataFrame({"first": ["00"], "second": ["00"]})
    examples = pd.concat([one] * n).assign(**{"class": "b", "split": "test"})
    grid, shares = one.assign(line=0, step=0), pd.DataFrame({"epoch": [9], "share": [0.5], "now": [1]})
    told = examples, grid, one.assign(**{"class": "b"}), shares, ((0, 8), (1, 5)), 17, (9,), 9, ("a", "b")
    drawing = bent_plane.bent_plane(*told)
    _, dots, *_ = seen(drawing)
    assert (dots("size")[0] < 50) == many
    parts = drawing.parts()
    assert parts.title == "The plane as the last hidden layer bends it"
    assert bent_plane.bent_plane(*told, bent_plane.UNBENT).parts().title == "The inputs, projected"
    (event,) = [one["bind"]["event"] for one in parts.specification()["params"] if "bind" in one]
    assert event == "epoch_bent"
