"""The summary of a class, from made-up marks: parts of points, several mistakes, more than are listed."""

import collections
import csv
import io

import pytest
from handed_in import TASKS

from lab.assignment import KINDS, Assignment, Mark, Task, hand_in_for, student_seed
from lab.marks import summary, tables
from lab.marks.marking import Result
from lab.marks.rows import Row

GOALS = Assignment("Two goals", (TASKS[3], TASKS[1]))  # a goal has no solution that explains a mistake


def results(*marks, answer="x"):
    """One Result per (share, mistake), each of another student; the second task is open."""
    own = [hand_in_for(GOALS, f"S{n}", (answer, ""), (1, 0)) for n in range(len(marks))]
    open_task = Mark(0.0, "Not answered.", "open")
    return [
        Result(Row(n, "", ""), hand_in, "", (Mark(share, "", wrong), open_task))
        for n, (hand_in, (share, wrong)) in enumerate(zip(own, marks, strict=True))
    ]


def test_tasks_have_the_titles_that_students_read_and_wrong_choices_are_told_in_words():
    subject = {"page": "decision_boundary", "question": "would-two-hidden-units-be-enough"}
    asked = Assignment("A question", (Task("question", subject | {"open": ["l2"]}),))
    (task,), seed = asked.tasks, student_seed(asked, "Ada")
    choices = KINDS["question"].ask(task, seed).choices
    right = int(KINDS["question"].solve(task, seed).answer)
    wrong = (right + 1) % len(choices)
    marked = [
        Result(
            Row(place, "", ""),
            hand_in_for(asked, "Ada", (str(place),), (1,)),
            "",
            (KINDS["question"].mark(task, seed, str(place), {}),),
        )
        for place in (right, wrong)
    ]
    (found,) = summary.summaries(asked, marked)
    assert found.title == "Would two hidden units be enough?"
    assert [(count, why) for count, _, why in found.mistakes] == [(1, choices[wrong])]


def test_an_answer_right_in_part_adds_its_share_but_is_not_a_right_one():
    first, second = summary.summaries(GOALS, results((1.0, ""), (0.6, ""), (0.0, ""), (0.8, "")))
    assert (first.n_answered, first.n_right, first.mean_share) == (4, 1, pytest.approx(0.6))
    assert first.in_words().endswith("): 1 of 4 answers right, 60% of the points on average.")
    assert (second.n_answered, second.n_right, second.mean_share, second.mistakes) == (0, 0, 0, ())
    assert [one.number for one in (first, second)] == [1, 2]


def test_the_five_most_common_mistakes_are_listed_from_the_most_common_on():
    keys = "f" + "cc" + "a" * 4 + "bbb" + "d" + "e"
    first, _ = summary.summaries(GOALS, results((1.0, ""), *((0.0, key) for key in keys)))
    assert first.mistakes == (
        (4, ("a",), "a"),
        (3, ("b",), "b"),
        (2, ("c",), "c"),
        (1, ("f",), "f"),
        (1, ("d",), "d"),
    )


def test_an_answer_that_two_mistakes_lead_to_is_counted_with_both_and_told_in_its_cell():
    asked = Assignment("|x|", (Task("step", {"step": "absolute_sum", "asks": "number"}),))
    (task,), seed = asked.tasks, student_seed(asked, "Ada")
    wrong = KINDS["step"].solve(task, seed).wrong
    (answer, n), *_ = collections.Counter(one.answer for one in wrong).most_common(1)
    assert n == 2
    number, absolute = (one for one in wrong if one.answer == answer)
    marked = [
        Result(
            Row(place, "", ""),
            hand_in_for(asked, "Ada", (given,), (1,)),
            "",
            (KINDS["step"].mark(task, seed, given),),
        )
        for place, given in enumerate((answer, answer + "0"))
    ]
    (found,) = summary.summaries(asked, marked)
    why = f"one of 2 mistakes with the same answer. Either: {number.why} Or: {absolute.why}"
    assert found.mistakes == ((2, (number.key, absolute.key), why),)
    table = csv.DictReader(io.StringIO(tables.marks(asked, marked)))
    assert [row["task 1: mistake"] for row in table] == [f"{number.key} or {absolute.key}"] * 2


def test_answers_that_could_not_be_marked_are_neither_right_nor_wrong():
    first, second, third = results((1.0, ""), (0.0, "slip"), (0.0, "slip"))
    failed = [one._replace(failed=(1, 2)) for one in (second, third)]
    (found, _), (nothing, _) = (summary.summaries(GOALS, some) for some in ([first, *failed], failed))
    assert (found.n_answered, found.n_right, found.mean_share, found.mistakes) == (1, 1, 1.0, ())
    assert found.in_words().endswith(
        "1 of 1 answer right, 100% of the points on average; 2 answers could not be marked."
    )
    (wrong, _) = summary.summaries(GOALS, results((0.0, "slip")))
    assert wrong.in_words().endswith("): 0 of 1 answer right, 0% of the points on average.")
    assert nothing.in_words().endswith(": 2 answers could not be marked.")
    (one, _) = summary.summaries(GOALS, failed[:1])
    assert one.in_words().endswith(": 1 answer could not be marked.")
