"""The table of what a coursework published and what our starts reach."""

import math
from types import SimpleNamespace

import pytest

from ui.five_students import students
from ui.frame import tables


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
    assert (row["starts"], row["diverged"]) == (5, 1)
    assert row["as good"] == "–"


def test_each_start_and_their_median_lie_so_many_points_from_the_figure(figures):
    marks = students.marks(figures)
    assert marks["kind"].tolist() == ["start"] * 4 + ["median"]
    assert marks["points"].tolist() == pytest.approx([-5.0, -2.0, -1.0, 1.0, -1.5])
    assert set(marks["figure"]) == {"800 units: published 90%"}
    ((none,),) = [students.marks([students.Compared(figures[0].figure, [])])["figure"].tolist()]
    assert none == "800 units: published 90%, no start is kept"
    ((all_lost,),) = [students.marks([students.Compared(figures[0].figure, [], 2)])["figure"].tolist()]
    assert all_lost == "800 units: published 90%, every start diverged"


def test_the_table_in_words_says_how_many_starts_diverged(figures):
    words = students.in_words(figures)
    assert words == ("800 units, validation accuracy: published 90%, ours 88.50% (1 of 5 starts diverged)")


def test_every_stored_start_is_counted_once_in_its_row():
    """B's N(0, 1): three of five starts diverge in data/starts.csv, and none is as good as none of five."""
    rows = students.table(students.published("B")).to_dict("records")
    (row,) = [row for row in rows if row["figure"] == "512-512, normal"]
    assert (row["starts"], row["diverged"], row["as good"]) == (5, 3, "0 of 5")
    for letter in "ABD":
        for one in students.table(students.published(letter)).to_dict("records"):
            assert one["as good"] in ("–", f"{one['as good'].split()[0]} of {one['starts']}")


def test_a_figure_is_named_in_words_once_and_its_row_begins_with_the_short_name():
    rows = students.table(students.published("D"))
    assert rows[["figure", "measured"]].to_numpy().tolist()[:2] == [
        ["η 0.01, 100 epochs, training", "accuracy, averaged over all epochs"],
        ["η 0.01, 100 epochs, test", "accuracy on unscaled images"],
    ]
    first, second, *_ = names = students.in_words(students.published("D")).split("; ")
    assert first.startswith("η 0.01, 100 epochs, training accuracy, averaged over all epochs: published 95%,")
    assert second.startswith("η 0.01, 100 epochs, test accuracy on unscaled images: published 94.24%,")
    for name in names:
        assert name.count("training") + name.count("test") == 1


@pytest.mark.parametrize("letter", "ABD")
def test_the_names_of_rows_leave_room_for_a_number_on_a_phone(letter):
    column = max(map(tables._width, students.table(students.published(letter))["figure"])) + tables.PADDING
    assert column < 240, "so a phone shows numbers beside them"


def test_the_courseworks_without_figures_are_those_that_have_a_caption():
    without = {system.letter for system in students.SYSTEMS if not students.published(system.letter)}
    assert without == students.WITHOUT_FIGURES.keys()
    text = " ".join(" ".join(pair) for pair in students.SYSTEMS[-1].judged())
    assert "0.53615986" in text, "E published figures, and its conclusions quote them"
    assert "no figures" not in students.WITHOUT_FIGURES["E"]
