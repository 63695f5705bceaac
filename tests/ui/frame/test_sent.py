"""What of a data frame is sent to the browser."""

import csv
import io

import numpy as np
import pandas as pd
import pytest

from ui.charts import plane_layers
from ui.charts.template import specified
from ui.frame.sent import safe, tables

SPEC = {
    "encoding": {"x": {"field": "mean\\.loss"}, "color": {"field": "split"}, "y": {"field": "η"}},
    "transform": [{"filter": "datum.epoch == 3"}, {"calculate": "datum.loss_now + 1", "as": "level"}],
}
SPLITS = ["train", "test", "train", "train"]
FRAME = pd.DataFrame(
    {
        "mean.loss": [0.5, 0.25, 0.125, 0.0],
        "split": SPLITS,
        "η": [1, 2, 3, 4],
        "epoch": [3, 3, 3, 3],
        "loss": [9.0, 9.0, 9.0, 9.0],
        "spl": SPLITS,
    },
    index=[7, 3, 5, 1],
)


def test_only_the_columns_that_a_chart_names_are_sent_and_their_values_are_the_frames():
    (table,) = tables({"frame_0": FRAME}, SPEC).values()
    assert table.column_names == ["mean.loss", "split", "η", "epoch"], "neither an index nor parts of words"
    for name in table.column_names:
        assert table[name].to_pylist() == FRAME[name].tolist()


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["train", "test"] * 200, "dictionary"),
        (["train", "test"], "string"),
        ([f"text {i}" for i in range(400)], "string"),
        (["train", None] * 200, "string"),
        (np.repeat(np.float32([0.25, 0.5]), 200), "dictionary"),
        (np.repeat(np.float32([0.25, np.nan]), 200), "float"),
        (np.arange(400, dtype=np.int32), "int32"),
        (np.zeros(400, np.int64), "dictionary"),
        (np.arange(400, dtype=np.int64), "int32"),
        (np.arange(400) * 2**40, "int64"),
        (2**31 - 1 - np.arange(400), "int32"),  # the largest and the least of 32 bits, and one beyond
        (2**31 - np.arange(400), "int64"),
        (np.arange(400) - 2**31, "int32"),
        (np.arange(400) - 2**31 - 1, "int64"),
        (np.zeros(400, np.uint8), "uint8"),
        (np.zeros(400, bool), "bool"),
        (pd.date_range("2024-02-28", periods=400), "timestamp"),
    ],
)
def test_few_values_are_sent_once_if_that_is_shorter_and_all_arrive_as_they_are(values, kind):
    frame = pd.DataFrame({"split": values})
    (column,) = tables({"frame_0": frame}, SPEC)["frame_0"].columns
    assert str(column.type).replace("large_", "").startswith(kind)
    arrived = pd.Series(column.to_pylist())
    pd.testing.assert_series_equal(arrived, pd.Series(frame["split"].tolist()), check_dtype=False)
    if kind == "dictionary":
        assert str(column.type.value_type) in ("large_string", "string", "float", "int32"), "not of 64 bits"


def test_a_frame_without_rows_keeps_its_columns():
    empty = tables({"frame_0": FRAME[:0]}, SPEC)["frame_0"]
    assert (empty.num_rows, empty.column_names) == (0, ["mean.loss", "split", "η", "epoch"])


@pytest.mark.parametrize(
    ("values", "kind"),  # bytes: one or two a code, each value once, and 200; against all values
    [
        (np.zeros(68, np.int32), "int32"),  # 68 + 4 + 200 = 4 · 68
        (np.zeros(69, np.int32), "dictionary"),
        (np.arange(236, dtype=np.int32) % 127, "int32"),  # 236 + 4 · 127 + 200 = 4 · 236
        (np.arange(237, dtype=np.int32) % 127, "dictionary"),
        (np.arange(356, dtype=np.int32) % 128, "int32"),  # 2 · 356 + 4 · 128 + 200 = 4 · 356
        (np.arange(357, dtype=np.int32) % 128, "dictionary"),
        (["ab"] * 23, "string"),  # 23 + 10 + 200 > 10 · 23
        (["ab"] * 24, "dictionary"),
        (["a", "abc"] * 11, "string"),  # of two letters on average: 22 + 20 + 200 > 10 · 22
        (["a", "abc"] * 13, "dictionary"),
    ],
)
def test_values_are_sent_once_from_the_first_number_of_rows_on_for_which_that_is_shorter(values, kind):
    (column,) = tables({"frame_0": pd.DataFrame({"split": values})}, SPEC)["frame_0"].columns
    assert str(column.type).replace("large_", "").startswith(kind)
    assert column.to_pylist() == list(values)


@pytest.mark.parametrize(
    "expression",
    ["datum['loss now'] > 1", 'datum["loss now"] > 1', "isValid(datum.other) && datum['loss now']"],
)
def test_a_column_is_named_by_an_expression_in_brackets_too_and_the_second_one_as_well_as_the_first(
    expression,
):
    frame = pd.DataFrame({"loss now": [1.0], "loss": [2.0], "now": [3.0]})
    (table,) = tables({"frame_0": frame}, {"transform": [{"filter": expression}]}).values()
    assert table.column_names == ["loss now"]


def test_every_frame_has_the_columns_that_the_chart_names_whatever_layer_names_them():
    spec = {"layer": [{"encoding": {"x": {"field": "a"}}}, {"encoding": {"y": [{"field": "b"}]}}]}
    frames = {"frame_0": pd.DataFrame({"a": [1], "b": [2]}), "frame_1": pd.DataFrame({"c": [1], "b": [2]})}
    sent = tables(frames, spec)
    assert {name: table.column_names for name, table in sent.items()} == {
        "frame_0": ["a", "b"],
        "frame_1": ["b"],
    }


def spreadsheet_cells(frame):
    """The cells of the CSV that the toolbar of a chart makes of a data frame."""
    return [cell for row in csv.reader(io.StringIO(frame.to_csv(index=False))) for cell in row]


HOSTILE = ('=HYPERLINK("http://a";"b")', "@SUM(1)", "+cmd|' /C calc'!A0", "-2+3", "\t=1")


@pytest.mark.parametrize("kind", ["object", "category", "str"])
def test_no_class_name_in_a_charts_data_is_a_formula_and_its_colour_stays_its_own(kind):
    frame = pd.DataFrame({"x": [-0.5] * 10, "y": 1.0, "class": pd.Series(HOSTILE * 2, dtype=kind)})
    frame["split"] = "train"
    chart = plane_layers.examples(frame, "x:Q", "y:Q", **plane_layers.kind_of(frame, HOSTILE))
    before = specified(chart, {"frame": frame})
    frames, after = safe({"frame": frame}, before)
    written = spreadsheet_cells(frames["frame"])
    assert not [one for one in written if one.lstrip().startswith(("=", "@", "+", "-2"))]
    assert written.count("-0.5") == 10, "a number is no formula"
    colours = [spec["encoding"]["color"]["scale"] for spec in (before, after)]
    assert colours[0]["domain"] == list(HOSTILE)
    assert colours[1]["range"] == colours[0]["range"]
    assert colours[1]["domain"] == list(dict.fromkeys(frames["frame"]["class"]))
    assert [one.lstrip("'") for one in colours[1]["domain"]] == list(HOSTILE)


def test_letters_that_an_expression_reads_and_ordinary_names_stay_as_they_are():
    frame = pd.DataFrame({"weight": ["=+-", "@ab"], "class": ["+", "-"], "change": ["-0.5%", "+3"]})
    spec = {"transform": [{"calculate": "substring(datum.weight, 0, 1)", "as": "level"}]}
    spec |= {"encoding": {name: {"field": name} for name in ("class", "change", "level")}}
    frames, after = safe({"frame": frame}, spec)
    assert frames["frame"] is frame
    assert after is spec
    frames, _ = safe({"frame": frame.assign(**{"class": ["=1+1", "-"]})}, spec)
    assert frames["frame"]["weight"].tolist() == ["=+-", "@ab"]
    assert frames["frame"]["class"].tolist() == ["'=1+1", "-"]
