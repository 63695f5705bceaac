"""Charts of the plane: pictures, examples, boundaries, paths and names, at the epoch on show."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from seen import axis, evaluated, marks, seen

from lab.words import percent
from ui.charts import (
    bent_plane,
    following,
    optimization,
    palette,
    planes,
    square,
)
from ui.figures import frames
from ui.figures.maps import Plane

GREY, BLUE, ORANGE = palette.NEUTRAL, palette.POSITIVE, palette.NEGATIVE
PLANE = Plane((0.0, 4.0), (10.0, 14.0))
CLICKED = {"clickable": True, "part": "panel"}


def boundary_map(plane=PLANE, now=False, names=("cat", "dog"), clickable=False, part=None, **columns):
    reel = frames.reel(
        (3, 5), "a sheet", [[], [np.array([(0.0, 10.0), (4.0, 14.0)])]], plane, ["three", "five"]
    )
    cells = {"x": [1.0, 3.0, 1.0, 3.0], "y": [13.0, 13.0, 11.0, 11.0], "predicted": [1, -1, 1, 1]}
    cells = pd.DataFrame(cells | {"output": [0.75, np.nan, 0.5, 0.625]})
    if now:
        cells = following.marked(cells, 5, 2)
    points = {"x": [1.0, 2.0, 3.0], "y": [11.0, 12.0, 13.0], "class": ["dog", "cat", "dog"]}
    points = pd.DataFrame(points | {"split": ["test", "train", "validation"]} | columns)
    how = {"clickable": clickable, "part": part}
    return planes.boundary_map(reel.assign(served=1), cells, points, plane, names, "A title", **how)


def test_examples_have_the_colour_of_their_class_and_the_shape_and_size_of_their_split():
    image, pointer, dots, line, halo, letters, heading = seen(boundary_map())
    cat, dog = palette.CLASSES[:2]
    assert dots("x", "y", "color", "shape") == [
        (1, 11, dog, "square"),
        (2, 12, cat, "circle"),
        (3, 13, dog, "triangle-up"),
    ]
    test, train, validation = dots("size")
    assert train < test < validation, "a triangle looks smaller than a square"
    assert dots("tooltip")[0] == {"class": "dog", "split": "test"}
    titles = {name: dots.encoding[name]["legend"]["title"] for name in ("color", "shape", "size")}
    assert titles == {"color": "class", "shape": "split", "size": "split"}
    assert dots.style["filled"], "not a ring"
    assert line.style["stroke"] == GREY
    assert [layer.style["color"] for layer in (halo, letters)] == ["white", "#222222"]
    assert halo("x", "y", "text") == letters("x", "y", "text")
    assert [layer.kind for layer in (image, pointer, heading)] == ["image", "rect", "text"]


def test_a_cell_tells_its_place_the_predicted_class_and_the_epoch_that_it_belongs_to():
    pointer = marks(boundary_map(), "rect")[0]
    assert pointer("x", "y") == [(1, 13), (3, 13), (1, 11), (3, 11)]
    assert pointer("tooltip")[0] == {
        "x₁": "1.00",
        "x₂": "13.00",
        "predicted class": "dog",
        "its output": "0.750",
    }
    assert pointer("tooltip")[1]["predicted class"] == "none"
    assert marks(boundary_map(now=True), "rect")[0]("tooltip")[0]["at epoch"] == 5
    assert pointer.style["opacity"] == 0, "it is for the pointer alone"
    assert pointer.style["width"]["expr"] == pointer.style["height"]["expr"] == "height / 2"


def test_a_map_of_features_has_their_names_and_their_digits_and_one_axis_alone_is_told_once():
    section = SimpleNamespace(axes=("width", "length"))
    pointer = marks(boundary_map(PLANE._replace(section=section)), "rect")[0]
    assert {"width": "1", "length": "13"}.items() <= pointer("tooltip")[0].items()
    section = SimpleNamespace(axes=("width", ""))
    pointer = marks(boundary_map(PLANE._replace(section=section)), "rect")[0]
    assert list(pointer("tooltip")[0]) == ["width", "predicted class", "its output"]


@pytest.mark.parametrize(("at_epoch", "place"), [(None, 1), ("3", 0), ("5", 1)])
def test_picture_boundary_and_heading_are_of_the_epoch_on_show(at_epoch, place):
    image, *_ = marks(boundary_map(), "image", at_epoch)
    assert image("x", "x2", "y", "y2", "url") == [(0, 4, 14 + 4 * place, 6 + 4 * place, "a sheet")]
    line = marks(boundary_map(), "point", at_epoch)[1]
    assert line("x", "y", "shape") == [(2, 12, ("", "M-2000 2000l4000 -4000")[place])]
    heading = marks(boundary_map(), "text", at_epoch)[-1]
    assert heading("text", "x", "y") == [(("three", "five")[place], 0, -8)]
    assert not image.style["aspect"], "a picture fills the plane, whose axes may have different units"


@pytest.mark.parametrize(
    ("options", "expected"), [({}, ("epoch", "canvas")), (CLICKED, ("epoch_panel", "svg"))]
)
def test_a_map_among_others_has_an_event_of_its_own_and_one_that_takes_clicks_is_svg(options, expected):
    spec = boundary_map(**options).parts().specification()
    (event,) = [one["bind"]["event"] for one in spec["params"] if "bind" in one]
    assert (event, spec["usermeta"]["embedOptions"]["renderer"]) == expected
    assert spec["resolve"] == {"scale": {"shape": "independent", "size": "independent"}}


def test_the_names_of_classes_go_with_the_cells_epoch():
    shown = [marks(boundary_map(now=True), "text", at)[0]("text") for at in (None, "5", "3")]
    assert shown == [["dog"], ["dog"], []]


def test_examples_far_from_the_plane_are_fainter_and_say_how_far():
    drawing = boundary_map(distance=[0.0, 1.0, 2.346], opacity=[0.9, 0.5, 0.15])
    dots = marks(drawing, "point")[0]
    assert dots("opacity") == [0.9, 0.5, 0.15]
    assert dots("tooltip")[2] == {"class": "dog", "split": "validation", "deviations from the plane": "2.35"}


@pytest.mark.parametrize(("n", "many"), [(150, False), (151, True)])
def test_marks_are_small_from_151_examples_on(n, many):
    points = pd.DataFrame({"x": np.zeros(n), "y": 0.0, "class": "a", "split": "train"})
    others = pd.DataFrame({"x": np.zeros(n), "y": 0.0})
    reel = frames.reel((0,), "", [[]], PLANE)
    drawing = planes.boundary_map(reel, others[:1], points, PLANE, ("a",), "", legend=False)
    dots = marks(drawing, "point")[0]
    assert (dots("size")[0] < 50) == many
    assert [dots.encoding[name]["legend"] for name in ("color", "shape", "size")] == [None] * 3


def test_a_layers_units_are_told_by_number_and_range_over_the_picture_of_the_epoch():
    sent = following.marked(pd.DataFrame({"epoch": [3, 5], "picture": ["three", "five"]}), 5, 2)
    units = frames.units([(-1.0, 2.0), (0.0, 0.5)])
    drawing = planes.unit_maps(sent, units, 1200, "A title")
    for at_epoch, widths in ((None, [0, 8]), ("3", [8, 0])):
        image, frame = seen(drawing, at_epoch)
        assert image("x", "x2", "y", "y2", "url", "key") == [
            (0, widths[0], 0, 1, "three", 3),
            (0, widths[1], 0, 1, "five", 5),
        ]
    side = pytest.approx(1 / 1.1)
    assert frame("x", "x2", "y", "y2") == [(0, side, 0, side), (1, pytest.approx(1 + 1 / 1.1), 0, side)]
    assert frame("tooltip") == [
        {"unit": 1, "smallest, epoch 1,200": -1.0, "largest, epoch 1,200": 2.0},
        {"unit": 2, "smallest, epoch 1,200": 0.0, "largest, epoch 1,200": 0.5},
    ]
    assert frame.style["stroke"] == GREY


def test_a_unit_is_pictured_from_corner_to_corner_of_the_plane_on_named_axes():
    sent = following.marked(pd.DataFrame({"epoch": [3, 5], "picture": ["three", "five"]}), 5, 2)
    drawing = planes.unit_map(sent, PLANE, "A title")
    (image,) = seen(drawing, "3")
    assert image("x", "x2", "y", "y2", "url") == [(0, 4, 14, 10, "three"), (0, 0, 14, 10, "five")]
    axes = [image.encoding[name]["axis"]["title"] for name in "xy"]
    assert axes == ["x₁", "x₂"]
    assert image.encoding["y"]["scale"]["domain"] == [10, 14]
    for size, ends in (({"width": 400, "height": 400}, [0, 4]), ({"width": 800, "height": 400}, [-2, 6])):
        shown = [evaluated(end["expr"], size) for end in image.encoding["x"]["scale"]["domain"]]
        assert shown == ends, "a wider chart shows more on either side"
    bound = [one["bind"]["event"] for one in drawing.parts().specification()["params"] if "bind" in one]
    assert bound == ["epoch_unit"]
    section = SimpleNamespace(axes=("width", "length"))
    (image,) = seen(planes.unit_map(sent, PLANE._replace(section=section), ""))
    assert [image.encoding[name]["axis"]["title"] for name in "xy"] == ["width", "length"]


def test_the_square_around_points_is_as_large_as_their_larger_side_with_a_margin():
    found = square.around(pd.DataFrame({"x": [0.0, 2.0], "y": [5.0, 15.0]}))
    assert found == [(-4.5, 6.5), (4.5, 15.5)]
    assert square.around(pd.DataFrame({"x": [3.0], "y": [4.0]})) == [(2, 4), (3, 5)]
    assert square.ends(PLANE) == {"middle": 2, "half": 2, "heights": (10, 14)}


# ---- the loss over a plane of parameters, and the bent plane


@pytest.mark.parametrize(("at_epoch", "n"), [(None, 2), ("0", 1), ("2", 3)])
def test_paths_on_the_surface_reach_the_epoch_on_show_in_order(at_epoch, n):
    picture = pd.DataFrame({"picture": ["a picture"]})
    rings = pd.DataFrame(
        {"x": [0.5, 1.5], "y": [2.5, 3.5], "line": [7, 8], "step": [1, 0], "level": [0.25, 0.5]}
    )
    paths = pd.DataFrame({"a": [0.0, 1.0, 2.0], "b": [5.0, 6.0, 7.0], "path": "sgd", "epoch": [0, 1, 2]})
    paths = paths.assign(step=[0, 10, 20], loss=[0.9, 0.5, 0.125])
    places = pd.DataFrame({"a": [0.0, 2.0], "b": [5.0, 7.0], "text": ["start", "solution"]})
    drawing = optimization.surface(
        picture, rings, paths, places, ((0, 4), (1, 9)), {"sgd": "#111111"}, ("α", "β"), "A title", 1
    )
    image, lines, halo, way, dots, crosses, *names = seen(drawing, at_epoch)
    assert image("x", "x2", "y", "y2", "url") == [(0, 4, 9, 1, "a picture")]
    assert lines("x", "y", "detail", "order") == [(0.5, 2.5, 7, 1), (1.5, 3.5, 8, 0)]
    assert lines("tooltip")[1] == {"loss on this line": "0.5"}
    course = [(0, 5, 0), (1, 6, 10), (2, 7, 20)][:n]
    assert halo("x", "y", "order") == way("x", "y", "order") == dots("x", "y", "order") == course
    assert (way("color")[0], dots("color")[0], halo("color")[0]) == ("#111111", "#111111", "white")
    assert halo("detail")[0] == "sgd", "a line for each path"
    told = {
        "path": "sgd",
        "epoch": n - 1,
        "step": 10 * (n - 1),
        "training loss": ("0.9", "0.5", "0.125")[n - 1],
    }
    assert dots("tooltip")[-1] == told
    assert crosses("x", "y", "shape") == [(0, 5, "cross"), (2, 7, "cross")]
    assert [name("x", "y", "text", "color") for name in names] == [
        [(*place, colour)]
        for place in ((0, 5, "start"), (2, 7, "solution"))
        for colour in ("white", "#222222")
    ]
    assert all(layer.style["clip"] for layer in (halo, way, dots, crosses, *names)), "a path can leave it"
    assert [name.style["dy"] > 0 for name in names] == [True, True, False, False], "below, and above"
    assert (crosses.style["filled"], crosses.style["color"]) == (True, "#222222")
    assert not image.style["aspect"], "the picture fills a window of other proportions"
    assert axis(drawing, "x")[:3] == ("α", None, [0, 4])
    assert axis(drawing, "y")[:3] == ("β", None, [1, 9])


@pytest.mark.parametrize(("at_epoch", "place"), [(None, (8, 1)), ("0", (0, 5)), ("9", (8, 1))])
def test_in_the_bent_plane_a_mark_is_where_its_epochs_digits_say(at_epoch, place):
    # two digits of base 36 an epoch; 0, 1, … 16 of 17 places from 0 to 8, and from 1 to 5
    texts = {"first": ["000g"], "second": ["0g00"]}
    examples = pd.DataFrame(texts | {"class": ["b"], "split": ["test"]})
    grid, names = (
        pd.DataFrame(texts | {"line": [4], "step": [2]}),
        pd.DataFrame(texts | {"class": ["class b"]}),
    )
    shares = following.marked(pd.DataFrame({"epoch": [0, 9], "share": [0.0, 0.875]}), 9, 2)
    drawing = bent_plane.bent_plane(
        examples, grid, names, shares, ((0, 8), (1, 5)), 17, (0, 9), 9, ("a", "b")
    )
    lines, dots, halo, letters, heading = seen(drawing, at_epoch)
    assert lines("x", "y", "detail", "order", "color") == [(*place, 4, 2, GREY)]
    assert dots("x", "y", "color", "shape") == [(*place, palette.CLASSES[1], "square")]
    assert halo("x", "y", "text") == letters("x", "y", "text") == [(*place, "class b")]
    ends = [axis(drawing, name)[::2] for name in "xy"]
    assert ends == [("first principal component", [0, 8]), ("second principal component", [1, 5])]
    words = "After epoch 0 the output layer cannot tell any two examples apart"
    assert heading("text") == [words if at_epoch == "0" else "After epoch 9: 88% of the variance"]


@pytest.mark.parametrize("share", [0.004, 0.0101, 0.5, 0.99, 0.997, 0.9999, 1.0])
def test_the_share_of_the_variance_is_told_in_the_browser_as_on_the_server(share):
    examples = pd.DataFrame({"first": ["00"], "second": ["00"], "class": ["b"], "split": ["test"]})
    grid = examples[["first", "second"]].assign(line=0, step=0)
    shares = following.marked(pd.DataFrame({"epoch": [9], "share": [share]}), 9, 2)
    drawing = bent_plane.bent_plane(
        examples, grid, grid.assign(**{"class": "class b"}), shares, ((0, 8), (1, 5)), 17, (9,), 9, ("a", "b")
    )
    *_, heading = seen(drawing, None)
    assert heading("text") == [f"After epoch 9: {percent(share)} of the variance"]
