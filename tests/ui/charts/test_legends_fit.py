"""A legend wraps where its names would not fit beside each other: the browser knows the width of the plot."""

import math

import pytest
from expressions import parsed, value

from ui.charts import legends, plane_layers

IRIS = ("Iris-setosa", "Iris-versicolor", "Iris-virginica")
FOUR = ("northern gannet", "southern gannet", "eastern gannet", "western gannet")


def columns(names, width, **options):
    named = {
        "width": width,
        "floor": math.floor,
        "clamp": lambda number, low, high: min(max(number, low), high),
    }
    return value(parsed(legends.columns(names, **options).expr), named)


@pytest.mark.parametrize(
    ("names", "width", "entry", "most", "expected"),
    [  # pixels of a plot and of the widest entry, as a browser drew them
        (IRIS, 265, 101, 221, {1, 2}),  # on a phone
        (IRIS, 362, 101, 317, {2, 3}),
        (FOUR, 265, 108, 221, {1, 2}),
        (FOUR, 362, 108, 317, {2}),
        (FOUR, 900, 108, 855, {4}),
        (("abcdef", "ghijklm"), 265, 60, 221, {2}),
        (("a" * 60, "b"), 80, 108, 80, {1}),
    ],
)
def test_the_names_above_a_map_are_no_wider_than_its_plot(names, width, entry, most, expected):
    n = columns(names, width, title=plane_layers.TITLE, label=plane_layers.ABOVE["labelLimit"])
    assert n in expected
    assert n * entry <= most or n == 1


def test_values_below_a_plot_stand_in_one_row_where_there_is_room_and_wrap_elsewhere():
    layers = [",".join(["64"] * n) for n in range(1, 9)]  # the longest has 23 characters
    assert columns(["0.1", "0.3", "1"], 265) == 3
    assert columns(layers, 2000) == 8
    assert columns(layers, 265) == 1
    assert 3 <= columns(layers, 640) <= 4


def below(names, width):
    """The angle, alignment and baseline of the names below a plot, as the browser finds them."""
    options = legends.below(names)
    assert options["labelOverlap"] is False, "no name is left out"
    found = []
    for name in ("labelAngle", "labelAlign", "labelBaseline"):
        condition, one, other = options[name].expr.replace(" : ", " ? ").split(" ? ")
        chosen = one if value(parsed(condition), {"width": width}) else other
        found.append(chosen.strip("'"))
    return tuple(found)


UPWARDS, LEVEL = ("-90", "right", "middle"), ("0", "center", "top")


@pytest.mark.parametrize(
    ("names", "width", "expected"),
    [
        (FOUR, 299, UPWARDS),  # 75 pixels each; the longest takes about 90
        (FOUR, 900, LEVEL),
        (("a", "b"), 200, LEVEL),
        (("hidden_layer_sizes", "init_scale", "validation accuracy"), 200, UPWARDS),
        (("hidden_layer_sizes", "init_scale", "validation accuracy"), 700, LEVEL),
        ([str(digit) for digit in range(10)], 250, LEVEL),
    ],
)
def test_names_below_a_plot_stand_upwards_where_they_do_not_fit_beside_each_other(names, width, expected):
    assert below(names, width) == expected
