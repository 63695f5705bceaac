"""What the layers of a chart are: the ghost, the rule, the picture, the marks, the counts."""

import pathlib
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from ui import charts
from ui.charts import palette, planes
from ui.figures.maps import BLANK, Plane

ROOT = pathlib.Path(__file__).resolve().parents[3]
PLANE = Plane((-2.0, 2.0), (-1.0, 3.0))
SPLITS = ("train", "validation", "test")


def curve_frame(level, n_epochs=4, quantity="loss"):
    frames = [
        pd.DataFrame(
            {"epoch": np.arange(n_epochs + 1), "quantity": quantity, "split": split, "median": level}
        )
        for split in SPLITS
    ]
    return pd.concat(frames, ignore_index=True).assign(quantity=quantity, low=level * 0.9, high=level * 1.1)


def specification(chart):
    return chart.to_dict(validate=True)


def marked(spec, type_):
    return [layer for layer in spec["layer"] if layer["mark"]["type"] == type_]


def rows_of(spec, layer):
    return spec["datasets"][layer.get("data", spec.get("data"))["name"]]


def map_spec(n_points=4, n_classes=3, **options):
    points = pd.DataFrame(
        {
            "x": np.linspace(-1, 1, n_points),
            "y": 0.0,
            "class": [str(i % n_classes) for i in range(n_points)],
            "split": [SPLITS[i % 3] for i in range(n_points)],
        }
    )
    line = pd.DataFrame({"x": [0.0, 1.0], "y": [0.0, 1.0], "line": [0, 0], "step": [0, 1]})
    cells = pd.DataFrame({"x": [0.0], "y": [1.0], "x1": [-2.0], "x2": [2.0], "y1": [-1.0], "y2": [3.0]})
    cells = cells.assign(**options.pop("told", {"output": 0.9, "predicted": 1}))
    drawn = (pictures(), line, cells, points, PLANE, tuple(map(str, range(n_classes))))
    return specification(charts.boundary_map(*drawn, "A title", **options))


def pictures():
    return pd.DataFrame({"key": ["3", "4"], "picture": [BLANK, ""], "opacity": [1.0, 0.0]})


# ---- curves


def test_the_ghost_is_the_validation_curve_before_and_goes_no_farther_than_the_one_now():
    ghost = curve_frame(2.0, n_epochs=9)
    ghost.loc[ghost["split"] != "validation", ["median", "low", "high"]] = 3.0
    spec = specification(charts.curves(curve_frame(0.5), "loss", "A title", ghost=ghost))
    grey = [line for line in marked(spec, "line") if line["mark"].get("color") == palette.NEUTRAL]
    assert len(grey) == 1
    rows = rows_of(spec, grey[0])
    assert [row["epoch"] for row in rows] == [0, 1, 2, 3, 4]
    assert {row["median"] for row in rows} == {2.0}
    names = [row["split"] for text in marked(spec, "text") for row in rows_of(spec, text)]
    assert sorted(names) == sorted([*SPLITS, "before"])


def test_the_axis_has_room_for_the_ghost():
    chart = charts.curves(curve_frame(0.5), "loss", "A title", ghost=curve_frame(20.0))
    low, high = marked(specification(chart), "line")[0]["encoding"]["y"]["scale"]["domain"]
    assert low <= 0.45
    assert high >= 20


def test_a_ghost_without_epochs_is_not_drawn():
    empty = curve_frame(2.0).iloc[:0]
    spec = specification(charts.curves(curve_frame(0.5), "loss", "A title", ghost=empty))
    assert len(marked(spec, "line")) == 1


def test_the_epoch_on_show_is_a_rule():
    spec = specification(charts.curves(curve_frame(0.5), "loss", "A title", epoch=3))
    (rule,) = marked(spec, "rule")
    assert [row["epoch"] for row in rows_of(spec, rule)] == [3]
    assert marked(specification(charts.curves(curve_frame(0.5), "loss", "A title")), "rule") == []


def test_only_the_quantity_asked_for_is_drawn():
    both = pd.concat([curve_frame(0.5), curve_frame(0.75, quantity="accuracy")])
    for quantity, level in (("loss", 0.5), ("accuracy", 0.75)):
        spec = specification(charts.curves(both, quantity, "A title"))
        for layer in marked(spec, "line") + marked(spec, "area"):
            assert {row["median"] for row in rows_of(spec, layer)} == {level}


def test_a_band_reaches_from_the_lowest_to_the_highest():
    (band,) = marked(specification(charts.curves(curve_frame(0.5), "loss", "A title")), "area")
    assert (band["encoding"]["y"]["field"], band["encoding"]["y2"]["field"]) == ("low", "high")


# ---- the map


def test_the_picture_fills_the_plane_with_its_top_at_the_largest_y():
    spec = map_spec()
    (image,) = marked(spec, "image")
    assert (image["mark"]["align"], image["mark"]["baseline"]) == ("left", "top")
    assert image["mark"]["aspect"] is False
    at = {channel: image["encoding"][channel]["datum"] for channel in ("x", "x2", "y", "y2")}
    assert at == {"x": -2, "x2": 2, "y": 3, "y2": -1}
    assert image["encoding"]["x"]["scale"]["domain"] == [-2, 2]
    assert image["encoding"]["y"]["scale"]["domain"] == [-1, 3]


def test_a_picture_sent_ahead_is_out_of_sight_and_keeps_its_key():
    (image,) = marked(map_spec(), "image")
    shown = image["encoding"]
    assert (shown["url"]["field"], shown["opacity"]["field"], shown["key"]["field"]) == (
        "picture",
        "opacity",
        "key",
    )
    assert shown["opacity"]["scale"] is None, "0 is 0"


def test_every_layer_of_the_map_has_the_same_plane():
    spec = map_spec()
    for layer in spec["layer"]:
        assert layer["encoding"]["x"]["scale"] == {"domain": [-2, 2], "nice": False}
        assert layer["encoding"]["y"]["scale"] == {"domain": [-1, 3], "nice": False}


@pytest.mark.parametrize("n_classes", [2, 6])
def test_classes_have_their_colours_and_splits_their_shapes(n_classes):
    (dots,) = marked(map_spec(n_classes=n_classes), "point")
    colour, shape = dots["encoding"]["color"]["scale"], dots["encoding"]["shape"]["scale"]
    assert colour["domain"] == [str(k) for k in range(n_classes)]
    assert colour["range"] == list(palette.CLASSES[:n_classes])
    assert dict(zip(shape["domain"], shape["range"], strict=True)) == palette.SPLIT_SHAPES
    assert dots["mark"]["stroke"], "outlined: the second class is pale"


def test_marks_are_larger_where_there_are_few():
    few, many = (marked(map_spec(n), "point")[0]["encoding"]["size"]["scale"]["range"] for n in (9, 900))
    assert all(large > small for large, small in zip(few, many, strict=True))


def test_cells_tell_the_pointer_the_class_and_its_output_where_there_is_one():
    for told, titles in (({"output": 0.9, "predicted": 1}, {"predicted class", "its output"}), ({}, set())):
        (cells,) = marked(map_spec(told=told), "rect")
        shown = {tooltip["title"] for tooltip in cells["encoding"]["tooltip"]}
        assert shown - {"x₁", "x₂"} == titles
        assert cells["mark"]["opacity"] < 0.01


def test_a_map_that_takes_clicks_has_its_cells_on_top_and_gives_the_place():
    spec = map_spec(click=3)
    assert spec["layer"][-1]["mark"]["type"] == "rect"
    (click,) = spec["params"]
    assert click["name"] == "click"
    assert click["select"]["fields"] == ["x", "y", "click"]
    assert "params" not in map_spec()
    rows = spec["datasets"][spec["layer"][-1]["data"]["name"]]
    assert {row["click"] for row in rows} == {3}, "the same cell, clicked again, is another choice"


def test_a_map_among_others_has_no_legend():
    for legend in (True, False):
        (dots,) = marked(map_spec(legend=legend), "point")
        for channel in ("color", "shape", "size"):
            assert bool(dots["encoding"][channel]["legend"]) == legend


# ---- inside the network


@pytest.mark.parametrize("n", [1, 8, 9, 48])
def test_every_unit_has_a_frame_of_its_own_over_its_layers_picture(n):
    columns = ["unit", "left", "right", "top", "bottom", "smallest", "largest"]
    rows = [(i + 1, i % 8, i % 8 + 0.9, i // 8, i // 8 + 0.9, -1.0, 1.0) for i in range(n)]
    spec = specification(charts.unit_maps(pictures(), pd.DataFrame(rows, columns=columns), "A title"))
    (image,), (frames,) = marked(spec, "image"), marked(spec, "rect")
    n_rows = (n + 7) // 8
    at = {channel: image["encoding"][channel]["datum"] for channel in ("x", "x2", "y", "y2")}
    assert at == {"x": 0, "x2": 8, "y": 0, "y2": n_rows}
    for layer in (image, frames):
        assert layer["encoding"]["x"]["scale"]["domain"] == [0, 8]
        assert layer["encoding"]["y"]["scale"]["domain"] == [n_rows, 0], "the first row is on top"
    shown = {channel: frames["encoding"][channel]["field"] for channel in ("x", "x2", "y", "y2")}
    assert shown == {"x": "left", "x2": "right", "y": "top", "y2": "bottom"}
    assert len(rows_of(spec, frames)) == n
    assert {tooltip["field"] for tooltip in frames["encoding"]["tooltip"]} == {"unit", "smallest", "largest"}


def test_the_matrix_has_actual_classes_by_row_and_a_count_in_every_cell():
    frame = pd.DataFrame({"actual": ["0", "0", "1", "1"], "predicted": ["0", "1", "0", "1"]})
    frame = frame.assign(count=[3, 1, 0, 2], share=[0.75, 0.25, 0.0, 1.0])
    spec = specification(charts.confusion(frame, "A title"))
    (cells,), (text,) = marked(spec, "rect"), marked(spec, "text")
    for layer in (cells, text):
        assert layer["encoding"]["y"]["field"] == "actual"
        assert layer["encoding"]["x"]["field"] == "predicted"
    assert text["encoding"]["text"]["field"] == "count"
    assert sorted(row["count"] for row in rows_of(spec, text)) == [0, 1, 2, 3]
    assert cells["encoding"]["color"]["field"] == "share"
    assert cells["encoding"]["color"]["scale"]["domain"] == [0, 1]


def test_the_bent_plane_has_its_lines_in_order_below_the_examples():
    examples = pd.DataFrame({"first": [0.0], "second": [1.0], "class": ["0"], "split": ["train"]})
    grid = pd.DataFrame({"first": [0.0, 1.0], "second": [0.0, 1.0], "line": [0, 0], "step": [0, 1]})
    spec = specification(charts.hidden_view(examples, grid, ("0", "1"), "A title"))
    lines, dots, *names = spec["layer"]
    assert lines["mark"]["type"] == "line"
    assert lines["encoding"]["order"]["field"] == "step"
    assert lines["encoding"]["detail"]["field"] == "line"
    assert dots["encoding"]["color"]["scale"]["range"] == list(palette.CLASSES[:2])
    assert [rows_of(spec, text) for text in names] == [
        [{"class": "class 0", "first": 0.0, "second": 1.0}]
    ] * 2


def test_charts_load_neither_the_server_nor_the_engine():
    code = "import sys, ui.charts; print(sorted({m.split('.')[0] for m in sys.modules}))"
    command = [sys.executable, "-c", code]
    loaded = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "'altair'" in loaded
    assert "'streamlit'" not in loaded
    assert "'mlp'" not in loaded


# ---- the names of the regions


def cells_of(rows):
    """Cells of a square plane from rows of digits, the top one first: predicted class by cell."""
    side = len(rows)
    at = [(x, side - 1 - y) for y in range(side) for x in range(side)]
    predicted = [int(digit) for row in rows for digit in row]
    return pd.DataFrame({"x": [x for x, _ in at], "y": [y for _, y in at], "predicted": predicted})


def named(rows, names=("0", "1", "2")):
    found = planes.regions(cells_of(rows), names)
    return {row["class"]: (row["x"], row["y"]) for _, row in found.iterrows()}


def test_each_class_is_named_deep_inside_its_region():
    inside = named(["0000000"] + ["0111110"] * 5 + ["0000000"])
    assert inside["class 1"] == (3, 3)
    assert set(inside) == {"class 0", "class 1"}
    split = named(["0000111"] * 7)
    assert split["class 0"] == (2, 4), "among equals the one nearest to the top left"
    assert split["class 1"] == (5, 5)


def test_a_class_that_is_predicted_nowhere_has_no_name_and_one_alone_is_named_in_the_middle():
    assert named(["222"] * 3) == {"class 2": (1, 1)}


def test_the_largest_of_two_parts_is_named_and_a_word_stands_for_itself():
    rows = ["0011111", "0011111", "1111111", "1111111", "1111000", "1111000", "1111000"]
    assert named(rows, ("left", "right"))["left"] == (5, 1)


def test_the_names_lie_on_the_map():
    spec = map_spec()
    texts = marked(spec, "text")
    assert len(texts) == 2, "a halo and the letters"
    for text in texts:
        assert [row["class"] for row in rows_of(spec, text)] == ["class 1"]
        assert text["encoding"]["x"]["scale"]["domain"] == [-2, 2]
    assert marked(map_spec(told={}), "text") == []


def test_in_the_bent_plane_each_class_is_named_where_it_is_by_itself():
    at = [(0.0, 0.0, "0"), (1.0, 0.0, "0"), (3.0, 0.0, "1"), (9.0, 0.0, "1"), (5.0, 0.0, "1")]
    found = planes.apart(pd.DataFrame(at, columns=["first", "second", "class"]))
    assert [tuple(row) for row in found.to_numpy()] == [(0.0, 0.0, "class 0"), (9.0, 0.0, "class 1")]
    alone = planes.apart(pd.DataFrame(at[:2], columns=["first", "second", "class"]))
    assert [tuple(row) for row in alone.to_numpy()] == [(0.0, 0.0, "class 0")]
