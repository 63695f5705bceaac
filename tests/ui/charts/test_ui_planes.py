"""The charts of the plane: the picture, the examples, the cells, the names of regions; units and counts."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from start_charts import marked, rows_of, specification

from ui.charts import class_places, counts, following, palette, planes
from ui.figures import frames
from ui.figures.maps import BLANK, Plane

PLANE = Plane((-2.0, 2.0), (-1.0, 3.0))
SPLITS = ("train", "validation", "test")
PICTURES = following.marked(pd.DataFrame({"epoch": [3, 4], "picture": [BLANK, ""]}), 3, 2)


def map_spec(
    n_points=4, n_classes=3, told=(("output", 0.9), ("predicted", 1)), findings=None, plane=PLANE, **options
):
    classes = [str(i % n_classes) for i in range(n_points)]
    splits = [SPLITS[i % 3] for i in range(n_points)]
    points = pd.DataFrame({"x": np.linspace(-1, 1, n_points), "y": 0.0, "class": classes, "split": splits})
    reel = frames.reel((3, 4), BLANK, [[], [np.array([(-2.0, -1.0), (2.0, 3.0)])]], PLANE, findings)
    cells = pd.DataFrame({"x": np.tile([-1.0, 1.0], 2), "y": np.repeat([2.0, 0.0], 2)}).assign(**dict(told))
    drawn = (reel.assign(served=1), cells, points, plane, tuple(map(str, range(n_classes))))
    return specification(planes.boundary_map(*drawn, "A title", **options))


def data_of(layer, channels=("x", "x2", "y", "y2"), kind="datum"):
    return [layer["encoding"][channel][kind] for channel in channels]


def test_the_picture_fills_the_plane_with_its_top_at_the_largest_y_where_it_is_on_show():
    spec = map_spec()
    assert spec["title"] == "A title"
    (image,) = marked(spec, "image")
    mark = image["mark"]
    assert (mark["align"], mark["baseline"], mark["aspect"]) == ("left", "top", False)
    assert mark["clip"], "pictures of other epochs are above and below"
    assert data_of(image, ("x", "x2")) == [-2, 2]
    assert data_of(image, ("y", "y2", "url"), "field") == ["high", "low", "picture"]
    for at_epoch, ends in (("3", (3, -5)), ("4", (7, -1)), (None, (7, -1)), ("9", (7, -1))):
        row = computed(spec, image, at_epoch)
        assert (row["high"], row["low"]) == ends, "the second picture is that of the server's epoch"


@pytest.mark.parametrize(("at_epoch", "place"), [("3", 0), ("4", 1), (None, 1), ("9", 1)])
def test_the_heading_and_the_boundary_are_those_of_the_epoch_on_show(at_epoch, place):
    spec = map_spec(findings=["one", "two"])
    *_, heading = marked(spec, "text")
    assert heading["encoding"]["text"]["field"] == "findings"
    assert computed(spec, heading, at_epoch)["findings"] == ("one", "two")[place]
    _, boundary = marked(spec, "point")
    assert computed(spec, boundary, at_epoch)["paths"] == ("", "M-2000 2000l4000 -4000")[place]


class Row(dict):
    """A row whose columns are attributes, as in an expression of Vega."""

    __getattr__ = dict.__getitem__


def computed(spec, layer, at_epoch):
    """The row of a layer with what Vega computes of it: our own expressions, done in Python."""
    (row,) = map(Row, rows_of(spec, layer))

    def indexof(texts, text):
        return texts.index(text) if text in texts else -1

    for step in layer["transform"]:
        said = step["calculate"]
        if said == "datum.found < 0 ? datum.served : datum.found":
            said = "datum.served if datum.found < 0 else datum.found"
        known = {"split": str.split, "indexof": indexof, "length": len, "datum": row, "at_epoch": at_epoch}
        row[step["as"]] = eval(said, known)
    return row


def _edges(image):
    return {step["as"]: step["calculate"].replace(".0", "") for step in image["transform"]}


def per_pixel(spec, column):
    """How much of x and of y there is per pixel, for every layer, in a column so many pixels wide."""
    (height,) = [p["expr"] for p in spec["params"] if p["name"] == "height"]
    size = {"width": column, "max": max, "min": min}
    size["height"] = eval(height, size)  # our own expression, which Python reads as Vega does
    assert spec["autosize"]["type"] == "fit-x"
    for layer in spec["layer"]:
        x, y = (layer["encoding"][channel]["scale"] for channel in "xy")
        ends = (end["expr"] if isinstance(end, dict) else str(end) for end in x["domain"])
        low, high = (eval(end, size) for end in ends)
        yield (high - low) / column, abs(y["domain"][1] - y["domain"][0]) / size["height"], low, high


@pytest.mark.parametrize(
    ("section", "titles", "room"),
    [(None, ["x₁", "x₂"], 34), (SimpleNamespace(axes=("width", "length")), ["width", "length"], 48)],
)
def test_the_axes_of_a_map_are_named_and_those_of_features_have_room_for_longer_numbers(
    section, titles, room
):
    (pointer,) = marked(map_spec(plane=PLANE._replace(section=section)), "rect")
    x, y = (pointer["encoding"][channel] for channel in "xy")
    assert [x["title"], y["title"]] == titles
    assert (x["axis"]["minExtent"], y["axis"]["minExtent"], y["axis"]["maxExtent"]) == (20, room, room)
    assert [tip["title"] for tip in pointer["encoding"]["tooltip"]][:2] == titles


@pytest.mark.parametrize(("column", "shown"), [(260, (-2, 2)), (540, (-2, 2)), (1080, (-4, 4))])
def test_every_layer_of_the_map_has_the_same_plane_and_circles_are_round(column, shown):
    spec = map_spec()
    for of_x, of_y, *ends in per_pixel(spec, column):
        assert of_x == pytest.approx(of_y)
        assert ends == list(shown)
    assert {tuple(layer["encoding"]["y"]["scale"]["domain"]) for layer in spec["layer"]} == {(-1, 3)}


@pytest.mark.parametrize("n_classes", [2, 6])
def test_classes_have_their_colours_and_splits_their_shapes(n_classes):
    dots, boundary = marked(map_spec(n_classes=n_classes), "point")
    colour, shape = dots["encoding"]["color"]["scale"], dots["encoding"]["shape"]["scale"]
    assert colour["domain"] == [str(k) for k in range(n_classes)]
    assert colour["range"] == list(palette.CLASSES[:n_classes])
    assert dict(zip(shape["domain"], shape["range"], strict=True)) == palette.SPLIT_SHAPES
    assert dots["mark"]["stroke"], "outlined: the second class is pale"
    assert (boundary["encoding"]["shape"]["field"], boundary["encoding"]["shape"]["scale"]) == ("paths", None)
    assert data_of(boundary, ("x", "y")) == [0, 1], "the centre of the plane"
    assert boundary["mark"]["fill"] is None, "what lies inside it is for the pointer"


def test_marks_are_larger_where_there_are_few_and_a_map_among_others_has_no_legend():
    few, many = (marked(map_spec(n), "point")[0]["encoding"]["size"]["scale"]["range"] for n in (9, 900))
    assert all(large > small for large, small in zip(few, many, strict=True))
    for legend in (True, False):
        dots, _ = marked(map_spec(legend=legend), "point")
        for channel in ("color", "shape", "size"):
            assert bool(dots["encoding"][channel]["legend"]) == legend


def test_both_legends_of_a_map_have_a_row_of_their_own_with_the_title_beside_it():
    dots, _ = marked(map_spec(n_classes=6), "point")
    for channel in ("color", "shape", "size"):
        legend = dots["encoding"][channel]["legend"]
        assert (legend["direction"], legend["titleOrient"]) == ("horizontal", "left")
    assert map_spec(n_classes=6)["usermeta"]["legends"] == "rows", "side by side, they are cut off on a phone"


@pytest.mark.parametrize(("names", "above"), [(("abcdef", "ghijkl"), False), (("abcdef", "ghijklm"), True)])
def test_names_of_classes_that_do_not_fit_beside_the_splits_stand_above_the_map(names, above):
    points = pd.DataFrame({"x": [0.0], "y": [0.0], "class": names[0], "split": "train"})
    drawn = planes.boundary_map(
        frames.reel((3,), BLANK, [[]], PLANE).assign(served=1),
        pd.DataFrame({"x": [0.0], "y": [0.0], "output": 0.5, "predicted": 0}),
        *(points, PLANE, names, "A title"),
    )
    (marks,) = [layer for layer in marked(specification(drawn), "point") if "color" in layer["encoding"]]
    legend = marks["encoding"]["color"]["legend"]
    assert legend["orient"] == ("top" if above else "bottom")
    assert ("expr" in legend.get("columns", {})) == above, "the browser wraps it by its width"
    assert marks["encoding"]["shape"]["legend"]["orient"] == "bottom"


def test_a_map_without_classes_has_no_legend_of_them():
    dots, _ = marked(map_spec(0, n_classes=0, told=()), "point")
    assert dots["encoding"]["color"]["legend"] is None, "an empty one has no height, and spoils the chart's"
    assert dots["encoding"]["shape"]["legend"]


def test_cells_tell_the_pointer_and_a_map_that_takes_clicks_is_svg_in_which_its_plot_is_found():
    for told, titles in ((("output", 0.9), ("predicted", 1)), {"predicted class", "its output"}), ((), set()):
        (cells,) = marked(map_spec(told=told), "rect")
        assert {tip["title"] for tip in cells["encoding"]["tooltip"]} - {"x₁", "x₂"} == titles
        assert cells["mark"]["opacity"] < 0.01
    for clickable, renderer in ((False, "canvas"), (True, "svg")):
        spec = map_spec(clickable=clickable)
        assert spec["usermeta"]["embedOptions"]["renderer"] == renderer
        assert not any("select" in param for param in spec["params"])


def test_where_no_network_predicts_a_class_the_cells_say_none():
    (cells,) = marked(spec := map_spec(told=(("output", np.nan), ("predicted", -1))), "rect")
    assert {row["predicted"] for row in rows_of(spec, cells)} == {planes.NOTHING}


@pytest.mark.parametrize("n", [8, 9])
def test_every_unit_has_a_frame_of_its_own_over_its_layers_picture(n):
    columns = ["unit", "left", "right", "top", "bottom", "smallest", "largest"]
    rows = [(i + 1, i % 8, i % 8 + 0.9, i // 8, i // 8 + 0.9, -1.0, 1.0) for i in range(n)]
    spec = specification(planes.unit_maps(PICTURES, pd.DataFrame(rows, columns=columns), 3, "A title"))
    (image,), (frames,) = marked(spec, "image"), marked(spec, "rect")
    n_rows = {8: 1, 9: 2}[n]
    assert data_of(image, ("y", "y2")) == [0, n_rows]
    assert _edges(image) == {"left": "0", "right": f"{following.SHOWN} ? 8 : 0"}
    for layer in (image, frames):
        assert layer["encoding"]["y"]["scale"]["domain"] == [n_rows, 0], "the first row is on top"
    assert [(of_x, low, high) for of_x, _, low, high in per_pixel(spec, 400)] == [(0.02, 0, 8)] * 2
    assert all(of_x == pytest.approx(of_y) for of_x, of_y, *_ in per_pixel(spec, 1000))
    assert data_of(frames, kind="field") == ["left", "right", "top", "bottom"]
    assert len(rows_of(spec, frames)) == n
    assert {tip["field"] for tip in frames["encoding"]["tooltip"]} == {"unit", "smallest", "largest"}


def test_the_matrix_has_actual_classes_by_row_and_a_count_in_every_cell():
    frame = pd.DataFrame({"actual": ["0", "0", "1", "1"], "predicted": ["0", "1", "0", "1"]})
    frame = frame.assign(count=[3, 1, 0, 2], share=[0.75, 0.25, 0.0, 1.0])
    spec = specification(counts.confusion(frame, "A title"))
    (cells,), (text,) = marked(spec, "rect"), marked(spec, "text")
    for layer in (cells, text):
        assert data_of(layer, ("y", "x"), "field") == ["actual", "predicted"]
    assert text["encoding"]["text"]["field"] == "count"
    assert cells["encoding"]["color"]["field"] == "share"
    assert cells["encoding"]["color"]["scale"]["domain"] == [0, 1]
    frame = following.marked(pd.concat([frame.assign(epoch=3), frame.assign(epoch=4, count=1)]), 4, 2)
    findings = following.marked(pd.DataFrame({"epoch": [3, 4], "heading": ["one", "none"]}), 4, 2)
    spec = specification(counts.confusions(frame, findings, "A title"))
    *_, heading = spec["layer"]
    assert all(layer["transform"] == [{"filter": following.SHOWN}] for layer in spec["layer"])
    assert [row["heading"] for row in rows_of(spec, heading)] == ["one", "none"]
    assert heading["encoding"]["text"]["field"] == "heading"


# ---- the names of the regions


def named(rows, names=("0", "1", "2")):
    """Where the classes are named in a square of predicted digits, the top row first: {name: (x, y)}."""
    side = len(rows)
    at = [(x, side - 1 - y) for y in range(side) for x in range(side)]
    cells = pd.DataFrame(at, columns=["x", "y"]).assign(predicted=[int(k) for row in rows for k in row])
    return {row["class"]: (row["x"], row["y"]) for _, row in class_places.regions(cells, names).iterrows()}


def test_each_class_that_is_predicted_is_named_deep_inside_its_largest_region():
    inside = named(["0000000"] + ["0111110"] * 5 + ["0000000"])
    assert inside["class 1"] == (3, 3)
    assert set(inside) == {"class 0", "class 1"}
    split = named(["0000111"] * 7)
    assert split == {"class 0": (2, 4), "class 1": (5, 5)}, "among equals the one nearest to the top left"
    assert named(["222"] * 3) == {"class 2": (1, 1)}
    rows = ["0011111", "0011111", "1111111", "1111111", "1111000", "1111000", "1111000"]
    assert named(rows, ("left", "right"))["left"] == (5, 1), "a word stands for itself"


def test_the_names_lie_on_the_map():
    spec = map_spec()
    texts = marked(spec, "text")
    assert len(texts) == 2, "a halo and the letters"
    for text in texts:
        assert [row["class"] for row in rows_of(spec, text)] == ["class 1"]
    assert marked(map_spec(told=()), "text") == []


def test_in_the_bent_plane_each_class_is_named_where_it_is_by_itself():
    at = [(0.0, 0.0, "0"), (1.0, 0.0, "0"), (3.0, 0.0, "1"), (9.0, 0.0, "1"), (5.0, 0.0, "1")]
    examples = pd.DataFrame(at, columns=["first", "second", "class"])
    assert class_places.apart(examples).to_numpy().tolist() == [[0, "class 0"], [3, "class 1"]]
    assert class_places.apart(examples[:2]).to_numpy().tolist() == [[0, "class 0"]]


@pytest.mark.parametrize(("side", "is_named"), [(24, True), (25, False)])
def test_a_large_map_is_looked_through_for_names_at_every_second_cell(side, is_named):
    names = named(["0" * side, "1" * side, *["0" * side] * (side - 2)], ("-1", "b"))
    assert set(names) == ({"class -1", "b"} if is_named else {"class -1"}), "a number is no name"


@pytest.mark.parametrize(("n", "number"), [(599, 1), (600, 2)])
def test_of_many_examples_every_second_is_compared(n, number):
    examples = pd.DataFrame({"first": 0.0, "second": 0.0, "class": "a"}, index=range(n))
    examples.loc[1, "first"], examples.loc[2, "first"], examples.loc[0, "class"] = 9.0, 8.0, "b"
    assert class_places.apart(examples)["number"].tolist() == [0, number]
