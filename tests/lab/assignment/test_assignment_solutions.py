"""Solutions need the key, and are those of the student's own numbers."""

from dataclasses import replace

import pytest
from test_assignment_link import WHOLE, refused

from lab.assignment import KINDS, key_of, student_seed
from lab.assignment.key import digest_of
from lab.assignment.kinds.kind import Kind
from lab.assignment.solutions import solutions
from lab.assignment.titles import title
from lab.questions.answer import Unanswered

KEY = key_of("a secret")
MINE = replace(WHOLE, key=digest_of(KEY))


@pytest.mark.parametrize("student", ["Ann", "Bob"])
def test_every_task_has_the_solution_of_the_students_numbers(student):
    found, seed = solutions(MINE, student, KEY), student_seed(MINE, student)
    parts = found.split("\n## ")
    assert len(parts) == 1 + len(MINE.tasks)
    for number, (task, part) in enumerate(zip(MINE.tasks, parts[1:], strict=True), 1):
        worth = "1 point" if task.points == 1 else f"{task.points:g} points"
        assert part.startswith(
            f"{number}. {title(task)} ({worth})\n\n{KINDS[task.kind].ask(task, seed).prompt}"
        )
        solved = KINDS[task.kind].solve(task, seed)
        assert (solved.in_words if solved else "There are many right answers") in part


def test_a_question_that_has_no_answer_here_says_why(monkeypatch):
    def solve(task, seed):
        raise Unanswered("Two rows tie.")

    monkeypatch.setitem(KINDS, "hunt", KINDS["hunt"]._replace(solve=solve))
    assert "\n\nTwo rows tie. So every answer counts as right.\n\n## 5. " in solutions(MINE, "Ann", KEY)


def test_only_a_kind_that_trains_says_that_answers_are_trained_again(monkeypatch):
    said = "There are many right answers; a student's answer is marked by training it again."
    assert said in solutions(MINE, "Ann", KEY)
    for name, kind in KINDS.items():
        bare = Kind(kind.label, kind.catalogue, kind.check, kind.ask, kind.mark, versions="Any.")
        monkeypatch.setitem(KINDS, name, bare)
    found = solutions(MINE, "Ann", KEY)
    assert found.count("There are many right answers.") == len(MINE.tasks)
    assert said not in found


def test_without_the_key_there_are_none():
    assert refused(solutions, MINE, "Ann", key_of("another")).startswith("That key does not belong to this")
    without = replace(WHOLE, key="")
    assert refused(solutions, without, "Ann", KEY).startswith("This assignment was made without a key")
