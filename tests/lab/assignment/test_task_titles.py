"""Tasks in words: their titles, points and progress, at none, one and many."""

import pytest

from lab.assignment import KINDS, Task
from lab.assignment.titles import points, progress, title


def test_a_task_has_the_title_of_its_offer_and_else_of_its_kind():
    for kind, entry in KINDS.items():
        offer = entry.catalogue()[0]
        assert title(Task(kind, offer.subject)) == offer.title
    question = {"page": "decision_boundary", "question": "would-two-hidden-units-be-enough"}
    assert title(Task("question", question | {"open": ["l2"]})) == "Would two hidden units be enough?"
    assert title(Task("hunt", {"hunt": 99})) == "Bug hunt"
    assert title(Task("repair", {"repair": True, "program": 1})) == "Repair backward(): one line is wrong"


def test_every_copy_of_a_task_has_its_title_whatever_tells_copies_apart(monkeypatch):
    for kind, entry in KINDS.items():
        monkeypatch.setitem(KINDS, kind, entry._replace(told_by="variant"))
        offer = entry.catalogue()[0]
        assert title(Task(kind, offer.subject | {"variant": 2})) == offer.title


@pytest.mark.parametrize(
    ("n", "said"), [(1, "1 point"), (2, "2 points"), (0.5, "0.5 points"), (1.0, "1 point")]
)
def test_points_in_words(n, said):
    assert points(n) == said


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (["", ""], "No task is answered yet."),
        (["1"], "The task is answered."),
        (["1", "0"], "All 2 tasks are answered."),
        (["1", ""], "1 of 2 tasks is answered; task 2 is open."),
        (["1", "", "2", "", ""], "2 of 5 tasks are answered; tasks 2, 4 and 5 are open."),
    ],
)
def test_progress_in_words(answers, said):
    assert progress(answers) == said
