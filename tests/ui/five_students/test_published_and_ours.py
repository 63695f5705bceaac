"""The table of what a coursework published and what our starts reach."""

import math
from types import SimpleNamespace

import pytest

from ui.five_students import students


@pytest.fixture
def figures(monkeypatch):
    """One published figure of 0.9; five starts, one of which diverged, in the order of their seeds."""
    figure = SimpleNamespace(
        name="valid_accuracy", label="800 units", value=0.9, replay=0, start=0, epoch=9, decimals=2
    )
    rows = [{"valid_accuracy": value} for value in (0.91, math.nan, 0.85, 0.89, 0.88)]
    monkeypatch.setattr(students.starts, "figures", lambda: {"A": [figure]})
    monkeypatch.setattr(students.starts, "kept", lambda *_: rows)
    monkeypatch.setattr(students.starts, "of", lambda figure: None)
    monkeypatch.setattr(students, "percent", lambda figure: "90%")
    return students.published("A")


def test_the_range_is_from_the_lowest_to_the_highest_start_that_has_a_figure(figures):
    (row,) = students.table(figures).to_dict("records")
    assert row["ours, median"] == "88.50%"
    assert row["ours, range"] == "85.00% – 91.00%"
    assert row["starts"] == 4
    assert row["as good"] == "–"


def test_each_start_and_their_median_lie_so_many_points_from_the_figure(figures):
    marks = students.marks(figures)
    assert marks["kind"].tolist() == ["start"] * 4 + ["median"]
    assert marks["points"].tolist() == pytest.approx([-5.0, -2.0, -1.0, 1.0, -1.5])
    assert set(marks["figure"]) == {"800 units: published 90%"}
    ((none,),) = [students.marks([(figures[0][0], [])])["figure"].tolist()]
    assert none == "800 units: published 90%, no start is kept"
