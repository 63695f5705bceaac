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


def test_a_task_about_a_step_has_its_title_whatever_its_network_is():
    """Else different tasks of an assignment would have one title."""
    for kind in ("step", "chapter"):
        for offer in KINDS[kind].catalogue():
            changed = offer.subject | {"d_h": 4, "activation": "relu", "l2": 0.1}
            assert title(Task(kind, changed)) == offer.title


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ({"target": 0.95, "most_units": 8, "data": "circles"}, "Reach 95% on circles with at most 8 units"),
        ({"target": 0.975, "most_units": 8, "data": "moons"}, "Reach 97.5% on moons with at most 8 units"),
        ({"target": 1, "most_units": 1, "data": "xor"}, "Reach 100% on xor with at most 1 unit"),
        ({"target": 0.9, "most_units": 3}, "Reach 90% on circles with at most 3 units"),
    ],
)
def test_a_goal_has_its_own_title_whether_or_not_it_is_in_the_catalogue(subject, said):
    assert title(Task("experiment", subject)) == said


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
