"""Marks as files, from made-up marks: the best of several hand-ins, points in part, tasks that failed."""

import csv
import io
import json

import pytest
from handed_in import ASSIGNMENT

from lab.assignment import Mark, hand_in_for
from lab.marks import tables
from lab.marks.marking import Result
from lab.marks.rows import Row


def result(student, shares, *, number=1, attempts=1, **more):
    """The Result of a student with these shares of the points 2, 1, 3, 5 and 1.5."""
    own = hand_in_for(ASSIGNMENT, student, ["x"] * 5, [attempts] * 5)
    marks = tuple(Mark(share, f"reason {n}") for n, share in enumerate(shares, start=1))
    return Result(Row(number, student, ""), own, "", marks, **more)


def read(text):
    return list(csv.DictReader(io.StringIO(text)))


WORST, BEST, EQUAL = (1, 0, 0, 0, 0), (0, 1, 0, 0.6, 0), (0, 1, 1, 0, 0)  # 2, 4 and 4 points


@pytest.mark.parametrize("order", [(WORST, BEST, EQUAL), (BEST, WORST, EQUAL), (BEST, EQUAL, WORST)])
def test_the_best_of_several_hand_ins_counts_and_of_equal_ones_the_first(order):
    rows = read(tables.gradebook(ASSIGNMENT, [result("Ada", shares) for shares in order]))
    assert [(row["score"], row["task_1"], row["task_4"]) for row in rows] == [("4", "0", "3")]


def test_a_task_that_could_not_be_marked_has_no_points_and_the_others_have_theirs():
    one = result("Ada", (1, 0.125, 0, 1 / 3, 1), number=7, failed=(3,), notes=("First.", "Second."))
    (row,) = read(tables.marks(ASSIGNMENT, [one]))
    assert [row[f"task {n}"] for n in range(1, 6)] == ["2", "0.125", "", "1.66667", "1.5"]
    assert (row["row"], row["points"], row["of"]) == ("7", "5.29167", "12.5")
    assert (row["task 4: reason"], row["notes"]) == ("reason 4", "First. Second.")


def test_results_json_of_parts_of_points_and_of_nothing_handed_in():
    shares = (1, 1 - 1e-12, 0.999, 1 / 3, 0)
    found = json.loads(tables.results_json(ASSIGNMENT, result("Zoë", shares, notes=("Look.",))))
    assert [test["status"] for test in found["tests"]] == ["passed", "passed", "failed", "failed", "failed"]
    assert [test["score"] for test in found["tests"]] == [2, 1, 2.997, 1.666667, 0]
    assert [test["output"] for test in found["tests"]] == [f"reason {n}" for n in range(1, 6)]
    assert found["output"] == f"Marked: {ASSIGNMENT.title}."
    assert found["extra_data"] == {"student": "Zoë", "notes": ["Look."]}
    refused = Result(Row(3, "", ""), None, "No code was handed in.")
    found = json.loads(tables.results_json(ASSIGNMENT, refused))
    assert {found["output"], *(test["output"] for test in found["tests"])} == {"No code was handed in."}
    assert [(test["score"], test["status"]) for test in found["tests"]] == [(0, "failed")] * 5
    assert found["extra_data"]["student"] == "row 3"
