"""Marks as files, from made-up marks: the best of several hand-ins, points in part, tasks that failed."""

import csv
import io
import json
from dataclasses import replace
from decimal import Decimal

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


def refused(listed, number=1):
    return Result(Row(number, listed, ""), None, "The hand-in is cut off.")


@pytest.mark.parametrize("good_first", [True, False])
@pytest.mark.parametrize("cut_off", ["Ada Lee", "ADA  LEE ", "4711", "4711\u200b"])
def test_a_hand_in_that_cannot_be_read_is_one_of_the_students_it_is_listed_as(good_first, cut_off):
    good = result("Ada Lee", BEST)._replace(row=Row(2, "4711", ""))
    both = [good, refused(cut_off)] if good_first else [refused(cut_off), good]
    (row,) = read(tables.gradebook(ASSIGNMENT, [*both, refused(cut_off)]))
    assert (row["student_id"], row["score"], row["listed_as"]) == ("Ada Lee", "4", "4711")


def test_students_without_a_readable_hand_in_have_one_row_each_and_unnamed_rows_their_own():
    every = [refused("Ben"), refused("ben", 2), refused("", 3), refused("", 4), result("Ada", BEST, number=5)]
    rows = read(tables.gradebook(ASSIGNMENT, every))
    assert [(row["student_id"], row["listed_as"], row["score"]) for row in rows] == [
        ("Ben", "Ben", ""),
        ("row 3", "", ""),
        ("row 4", "", ""),
        ("Ada", "Ada", "4"),
    ]


def test_who_hands_in_somebody_elses_code_keeps_a_row_and_takes_none():
    ada, copied = (
        result("Ada", BEST, number=n)._replace(row=Row(n, name, "")) for n, name in ((1, "Ada"), (2, "Dee"))
    )
    for every in ([copied, ada, refused("Dee", 3)], [refused("Dee", 3), ada, copied]):
        rows = read(tables.gradebook(ASSIGNMENT, every))
        found = sorted((row["student_id"], row["listed_as"], row["score"]) for row in rows)
        assert found == [("Ada", "Ada", "4"), ("Dee", "Dee", "")]


def test_rows_that_share_a_row_of_the_gradebook_are_named():
    two_of_a_name = [result("Ann Lee", BEST), refused("ann lee", 2)]
    assert len(read(tables.gradebook(ASSIGNMENT, two_of_a_name))) == 1
    said = tables.shared(two_of_a_name)
    assert said.startswith("The gradebook has one row, the best, for: rows 1 and 2 (Ann Lee). If two")
    copied = result("Ada", BEST, number=4)._replace(row=Row(4, "Dee", ""))
    every = [*two_of_a_name, result("Ada", BEST, number=3), copied, refused("Ben", 5), refused("", 6)]
    assert "for: rows 1 and 2 (Ann Lee); rows 3 and 4 (Ada and Dee). If" in tables.shared(every)
    assert tables.shared(every[2:3] + every[4:]) == ""
    many = [refused(f"S{n % 7}", n) for n in range(14)]
    assert tables.shared(many).count("rows") == 5
    assert "rows 4 and 11 (S4); and 2 more students. If" in tables.shared(many)


def test_a_task_that_could_not_be_marked_is_empty_in_a_gradebook():
    (row,) = read(tables.gradebook(ASSIGNMENT, [result("Ada", (1, 0, 0, 1, 0), failed=(2, 5))]))
    assert [row[f"task_{n}"] for n in range(1, 6)] == ["2", "", "0", "5", ""]
    assert (row["score"], row["task_2_max"]) == ("7", "1")


def test_a_task_that_could_not_be_marked_has_no_points_and_the_others_have_theirs():
    one = result("Ada", (1, 0.125, 0, 1 / 3, 1), number=7, failed=(3,), notes=("First.", "Second."))
    (row,) = read(tables.marks(ASSIGNMENT, [one]))
    assert [row[f"task {n}"] for n in range(1, 6)] == ["2", "0.125", "", "1.666667", "1.5"]
    assert (row["row"], row["points"], row["of"]) == ("7", "5.291667", "12.5")
    assert (row["task 4: reason"], row["notes"]) == (
        "reason 4",
        "Task 3: reason 3 First. Second.",
    )


@pytest.mark.parametrize("each", [(7, 3, 2.5, 2, 0.333333), (100, 100, 0.000002, 33.1, 99.999999)])
def test_the_total_is_the_sum_of_the_tasks_to_six_decimals(each):
    tasks = [replace(task, points=n) for task, n in zip(ASSIGNMENT.tasks, each, strict=True)]
    assignment, one = replace(ASSIGNMENT, tasks=tasks), result("Ada", (1,) * 5)
    (row,), (score,) = (read(write(assignment, [one])) for write in (tables.marks, tables.gradebook))
    total = str(sum(Decimal(str(n)) for n in each))
    assert (row["points"], row["of"]) == (score["score"], score["max_score"]) == (total, total)
    assert [row[f"task {n}"] for n in range(1, 6)] == [f"{Decimal(str(n)):f}" for n in each]


def test_a_reason_shown_to_students_does_not_say_what_is_right_and_the_instructors_table_does():
    one = result("Ada", (0,) * 5)
    wrong = tuple(mark._replace(reason="", right="It is 7.") for mark in one.marks)
    one = one._replace(marks=wrong)
    (row,) = read(tables.marks(ASSIGNMENT, [one]))
    assert [row[f"task {n}: reason"] for n in range(1, 6)] == ["It is 7."] * 5
    for shown, output, visible in (
        ("reason", "Not right.", "visible"),
        ("verdict", "It is 7.", "after_published"),
    ):
        tasks = [replace(task, shown=shown) for task in ASSIGNMENT.tasks]
        found = json.loads(tables.results_json(replace(ASSIGNMENT, tasks=tasks), one))
        assert {(test["output"], test["visibility"]) for test in found["tests"]} == {(output, visible)}


@pytest.mark.parametrize(
    ("failed", "said"),
    [
        ((3,), "Task 3 could not be marked and has no score."),
        ((1, 3, 5), "Tasks 1, 3 and 5 could not be marked and have no score."),
    ],
)
def test_a_task_that_could_not_be_marked_is_neither_passed_nor_failed_for_gradescope(failed, said):
    """Its format allows a test without a score if there is one at the top, which is the sum."""
    one = result("Ada", (0, 0.5, 0, 1, 0), failed=failed)
    found = json.loads(tables.results_json(ASSIGNMENT, one))
    for n, test in enumerate(found["tests"], start=1):
        assert bool({"score", "max_score", "status"} & set(test)) == (n not in failed)
        assert test["output"] == f"reason {n}"
    assert found["score"] == 5.5 == sum(test.get("score", 0) for test in found["tests"])
    assert found["output"] == f"Marked: {ASSIGNMENT.title}. {said}"
    assert "score" not in json.loads(tables.results_json(ASSIGNMENT, one._replace(failed=())))


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


def test_formulas_are_written_in_plain_signs_where_no_latex_is_drawn():
    one = result("Ada", (1,) * 5)
    reason = r"It is *that*: ${\frac{\partial L}{\partial o^a_{2}}} = {0.0896} - {1} \approx -0.91$"
    one = one._replace(marks=tuple(mark._replace(reason=reason) for mark in one.marks))
    plain = "It is that: ∂L/∂o^a_2 = 0.0896 − 1 ≈ −0.91"
    (row,) = read(tables.marks(ASSIGNMENT, [one]))
    assert [row[f"task {n}: reason"] for n in range(1, 6)] == [plain] * 5
    found = json.loads(tables.results_json(ASSIGNMENT, one))
    assert {test["output"] for test in found["tests"]} == {plain}
