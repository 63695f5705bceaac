"""A printed solution, typed as it stands, is right in its own task and in its own quiz."""

import re

import pytest

from lab.assignment import KINDS, Task
from lab.derivation import Problem, derive
from lab.quizzes.item import NUMBER, of_derivation

PRINTED = r"(-?[0-9.]+)(?: \\cdot 10\^\{(-?[0-9]+)\})?"  # a number in LaTeX
TOLERANCES = (0.05, 0.005, 0.001, 1e-6, 1e-9)


def typed(latex):
    """The number that a formula shows, as a student would type it."""
    mantissa, exponent = re.fullmatch(PRINTED, latex).groups()
    return f"{mantissa}e{exponent}" if exponent else mantissa


def shown(solution):
    """The numbers of a Solution in words, as typed."""
    if "$" in solution.in_words:
        return typed(solution.in_words.strip("$"))
    return ";".join(one.rpartition(" = ")[2] for one in solution.in_words.split("; "))


NUMBERS = [
    Task(kind, offer.subject)
    for kind in ("step", "chapter", "homework")
    for offer in KINDS[kind].catalogue()
    if offer.subject.get("asks", "number") == "number"
    and KINDS[kind].ask(Task(kind, offer.subject), 1).numbers
]


@pytest.mark.slow
@pytest.mark.parametrize("tolerance", TOLERANCES)
@pytest.mark.parametrize("seed", [3, 1_000_003])
def test_a_printed_solution_is_right_at_every_tolerance(seed, tolerance):
    assert {task.kind for task in NUMBERS} == {"step", "chapter", "homework"}
    refused = []
    for one in NUMBERS:
        task = Task(one.kind, one.subject, tolerance=tolerance)
        solved = KINDS[task.kind].solve(task, seed)
        if not KINDS[task.kind].ask(task, seed).numbers:
            continue  # another question of the chapter
        for answer in (solved.answer, shown(solved)):
            if KINDS[task.kind].mark(task, seed, answer).share != 1:
                refused.append((task.subject, answer))
    assert not refused


@pytest.mark.slow
@pytest.mark.parametrize("tolerance", TOLERANCES)
def test_the_number_in_a_quizs_feedback_is_right_in_the_quiz(tolerance):
    problem = Problem(seed=3)
    items = of_derivation(
        problem, [step.key for step in derive(problem)], 2, kinds=(NUMBER,), tolerance=tolerance
    )
    for item in items:
        right = item.options[0]
        precise = re.search(r"the tolerance needs: \\\((.*?)\\\)", item.reason)
        number = float(typed(precise[1]) if precise else f"{right.answer:.3g}")
        assert abs(number - right.answer) <= right.tolerance * (1 + 1e-9), (item.key, item.reason)
    assert any("the tolerance needs:" in item.reason for item in items) == (tolerance < 0.005)
