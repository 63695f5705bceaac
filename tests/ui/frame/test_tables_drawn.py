"""Tables whose numbers stand right."""

import csv
import io
import json

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from ui.frame import tables


@pytest.mark.parametrize(
    "column",
    [
        ["0.0031", "31"],
        ["1e-5", "2.0e+10"],
        ["−0.5", "-0.203", "+3", "±1"],
        ["19%", "under 1%", "over 99.9%", "100.0%"],
        ["12,345", "–", "—", "", None],
        ["infinite", "0.25", "nan", "inf"],
    ],
)
def test_texts_that_are_numbers_stand_right(column):
    found = tables.flush_right(pd.DataFrame({"η": column}))
    assert {name: config["alignment"] for name, config in found.items()} == {"η": "right"}


@pytest.mark.parametrize(
    "column",
    [
        ["adam", "sgd"],
        ["0.3", "right"],
        ["0.03: 98.2% to 100.0%"],
        ["5 of 5 seeds"],
        ["2-8-2"],
        ["v1.2"],
        ["8 8"],
        ["", "—", None],
        [None, float("nan")],
        [0.5, 1.0],
        [1, "2"],
        [[1.0], [2.0]],
        [],
    ],
)
def test_words_lists_nothing_and_what_stands_right_already_keep_their_place(column):
    assert tables.flush_right(pd.DataFrame({"η": column})) == {}


def test_a_columns_own_format_is_kept_and_the_others_are_told_apart():
    def script():
        import streamlit as st

        from ui.frame import tables

        rows = [
            {"name": "a", "at": "0.1", "as": "5", "p": 0.5},
            {"name": "b", "at": "10", "as": "7", "p": 1.0},
        ]
        own = {"as": st.column_config.TextColumn("n", alignment="center"), "p": None}
        tables.show_rows(rows, column_config=own, height=200)

    (drawn,) = AppTest.from_function(script).run().dataframe
    assert drawn.value["at"].tolist() == ["0.1", "10"]
    columns = json.loads(drawn.proto.columns)
    assert columns["at"]["alignment"] == "right"
    fitting = columns["as"].pop("width")
    assert columns["as"] == {"label": "n", "alignment": "center", "type_config": {"type": "text"}}
    assert columns["p"]["hidden"] is True
    assert columns["name"].keys() == {"width"}
    assert 50 <= fitting < columns["name"]["width"] < 70
    assert columns["_index"]["hidden"] is True


HOSTILE = ('=HYPERLINK("http://a";"b")', "@SUM(1)", "+cmd|' /C calc'!A0", "-2+3", "\t=1", "Ann;=1")


@pytest.mark.parametrize("kind", [list, pd.DataFrame, lambda rows: pd.DataFrame(rows, dtype="category")])
def test_no_text_of_a_table_is_a_formula_in_the_toolbars_csv(monkeypatch, kind):
    drawn = []
    monkeypatch.setattr(tables.st, "dataframe", lambda rows, **_: drawn.append(pd.DataFrame(rows)))
    tables.show_rows(kind([{"n": 1, "student": text, text: "0.5"} for text in HOSTILE[:1]]))
    tables.show_rows(kind([{"n": n, "student": text} for n, text in enumerate(HOSTILE)]))
    for frame in drawn:
        written = csv.reader(io.StringIO(frame.to_csv(index=False)))
        parts = [part.lstrip() for row in written for cell in row for part in cell.split(";")]
        assert parts
        assert not [part for part in parts if part.startswith(("=", "+", "-", "@"))]
    assert [text.replace("'", "") for text in drawn[1]["student"]] == [
        one.replace("'", "") for one in HOSTILE
    ]
    assert drawn[1]["n"].tolist() == list(range(len(HOSTILE)))


def test_numbers_and_ordinary_texts_of_a_table_stay_as_they_are(monkeypatch):
    drawn = []
    monkeypatch.setattr(tables.st, "dataframe", lambda rows, **_: drawn.append(rows))
    rows = [{"a": "-0.5%", "b": "+3", "c": "–", "d": "Ann-Lee", "e": -1.5, "f": None, "g": [-1.0]}]
    tables.show_rows(rows)
    assert drawn == [rows]


def test_the_height_is_that_of_the_rows_until_the_table_scrolls(monkeypatch):
    heights = []
    monkeypatch.setattr(tables.st, "dataframe", lambda rows, height, **_: heights.append(height))
    for n in (0, 1, 2, 10, 11, 500):
        tables.show_rows(pd.DataFrame({"n": range(n)}), tables.st)
    tables.show_rows([{"n": 1}, {"n": 2}], tables.st)
    tables.show_rows([], tables.st, height=300)
    # a heading and at least one row of 35 pixels, and the two lines of the frame
    assert heights == [72, 72, 107, 387, 400, 400, 107, 300]


# pixels, as a browser measures them in the table's font
DIGIT, POINT, PERCENT, MINUS, HYPHEN, SPACES = 6.95, 3.5, 11.5, 6.95, 4.4, 16


@pytest.mark.parametrize(
    ("longest", "needed"),
    [
        ("−133.23%", MINUS + 5 * DIGIT + POINT + PERCENT),
        ("-12,345.6", HYPHEN + 6 * DIGIT + 2 * POINT),
        ("0.0000000012345", 14 * DIGIT + POINT),
        (-12345.67891, HYPHEN + 9 * DIGIT + POINT),  # a number has up to four decimals
        (1234567890, 10 * DIGIT),
        ("WWWWWWWWWW", 110),
        ("мммммммммм", 10 * 9.3),
    ],
)
def test_a_column_is_wide_enough_for_a_text_that_comes_later_or_below_the_tenth_row(longest, needed):
    for rows in ([longest], [longest[:1] if isinstance(longest, str) else 1] * 30 + [longest]):
        frame = pd.DataFrame({"v": rows, "w": "x"})
        columns = tables.fitted(frame, tables.flush_right(frame))
        assert needed + SPACES <= columns["v"]["width"] <= 1.35 * needed + SPACES + 8
        assert columns["w"]["width"] == 50, "the table's own narrowest column"


def test_a_number_with_a_format_of_its_own_and_a_label_are_measured_as_they_are_shown():
    frame = pd.DataFrame({"p": [1.3323, float("nan")], "x": [1e-9, 1.0], "a": [0, 1], "l": [[1], [2]]})
    number = st.column_config.NumberColumn
    own = {"p": number(format="percent"), "x": number(format="%.8e"), "a": number("differences in means")}
    columns = tables.fitted(frame, own | {"hidden": None, "l": None})
    needed = {"p": 5 * DIGIT + POINT + PERCENT, "x": 12 * DIGIT + POINT, "a": 20 * 5.5}
    for name, pixels in needed.items():
        assert pixels + SPACES <= columns[name]["width"] <= 1.4 * pixels + SPACES, name
    assert columns["x"]["type_config"]["format"] == "%.8e"
    assert columns["l"] is None, "a hidden column stays hidden"
