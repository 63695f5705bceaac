"""How many tasks of which kinds fit into one hand-in, and what is said of those that do not."""

import pathlib
import re

import pytest

from lab.assignment import KINDS, Assignment, Task, hand_in_for
from lab.assignment.hand_in import MOST_CODE
from lab.links.reading import Unusable

DOCS = pathlib.Path(__file__).resolve().parents[3] / "docs" / "assignments.md"
RULE = (
    r"at most 20 tasks, and their answers together at most ([\d,]+) characters: a goal counts (\d+), a "
    r"homework (\d+), any other task (\d+)"
)
GOALS = [Task("experiment", {"target": 0.95, "most_units": n}) for n in range(1, 5)]
HOMEWORKS = [Task("homework", {"homework": True, "hidden_layer_sizes": [n]}) for n in range(1, 10)]
OTHERS = [Task("hunt", {"hunt": n}) for n in range(1, 21)]


def refused(tasks):
    with pytest.raises(Unusable, match="characters") as caught:
        Assignment("A", tasks)
    return str(caught.value)


def test_the_rule_in_the_documentation_is_the_one_that_refuses():
    text = " ".join(DOCS.read_text(encoding="utf-8").split())
    most, goal, homework, other = (int(n.replace(",", "")) for n in re.search(RULE, text).groups())
    for n_goals in range(4):
        for n_homeworks in range(9):
            for n_others in range(20):
                tasks = GOALS[:n_goals] + HOMEWORKS[:n_homeworks] + OTHERS[:n_others]
                if not 1 <= len(tasks) <= 20:
                    continue
                n = n_goals * goal + n_homeworks * homework + n_others * other
                if n > most:
                    assert f"may take {n:,} characters; allowed: up to {most:,}" in refused(tasks)
                else:
                    assert Assignment("A", tasks)
    for name, longest in (("experiment", goal), ("homework", homework)):
        assert KINDS[name].longest == longest
    assert {KINDS[name].longest for name in KINDS if name not in ("experiment", "homework")} == {other}


@pytest.mark.parametrize(
    ("tasks", "n", "kind", "each"),
    [
        (GOALS, "1,280", "Reach a goal with an experiment", 320),
        (HOMEWORKS, "1,080", "Homework, as numbers", 120),
        (GOALS[:3] + OTHERS[:3], "1,002", "Reach a goal with an experiment", 320),
        (GOALS[:1] + HOMEWORKS[:6], "1,040", "Homework, as numbers", 120),
    ],
)
def test_answers_that_would_not_fit_into_a_short_code_are_refused_by_the_kind_that_takes_most(
    tasks, n, kind, each
):
    assert refused(tasks) == (
        f"The answers of these tasks may take {n} characters; allowed: up to 1,000, so that a hand-in fits "
        f'into one short code. Choose fewer tasks of the kind "{kind}", which may take {each} each.'
    )


def test_the_longest_answers_that_are_allowed_fit_into_a_code():
    """Characters without a pattern, as no answer that a page writes is."""
    signs = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.,;=&"
    state, answers = 1, []
    tasks = GOALS[:3] + OTHERS[:2]
    for task in tasks:
        answer = ""
        for _ in range(KINDS[task.kind].longest):
            state = state * 16807 % 2147483647
            answer += signs[state % len(signs)]
        answers.append(answer)
    assert len(hand_in_for(Assignment("A", tasks), "N" * 40, answers, [999] * 5).code()) < MOST_CODE
