"""The box of a task on its locked page: which task it is, and what its page may show."""

from types import SimpleNamespace

import pytest
from handed_in import TASKS

from lab.assignment import Assignment, Mark, Task
from lab.assignment.kinds.questions import preset_of
from lab.assignment.task import NOTHING, REASON, VERDICT
from ui.tasks import box
from ui.tasks.taken import Taken

QUESTION = Task("question", {"page": "decision_boundary", "question": "would-two-hidden-units-be-enough"})
ONE_OF_EACH = Assignment("One of each", (*TASKS, QUESTION))
KINDS = ["step", "step", "hunt", "experiment", "repair", "question"]


@pytest.fixture
def page(monkeypatch):
    """A page of `own` whose link has the number of a task, `text`."""
    page = SimpleNamespace(own=Taken("", ONE_OF_EACH, "Ada"), text="1")
    monkeypatch.setattr(box, "taken", lambda: page.own)
    monkeypatch.setattr(box.lock, "text", lambda name: {"task": page.text}.get(name))
    return page


@pytest.mark.parametrize(
    ("text", "place"),
    [
        *(("1", 0), ("6", 5), ("06", 5), ("7", None), ("0", None), ("-1", None), ("1.0", None)),
        *((None, None), ("", None), (" 1", None), ("\u0661", None), ("\u00b2", None), ("1" * 5000, None)),
    ],
)
def test_the_task_is_that_of_the_number_in_the_link_from_one_to_their_number(page, text, place):
    page.text = text
    assert box.place() == place
    assert box.kind() == ("" if place is None else KINDS[place])
    page.own = None
    assert box.place() is None


@pytest.mark.parametrize("kind", ["step", "chapter", "hunt"])
def test_a_step_is_asked_by_a_task_of_a_step_or_of_a_chapter(page, kind):
    subject = {"step": "output_delta", "asks": "number"} if kind == "step" else {"chapter": "x"}
    page.own = SimpleNamespace(assignment=SimpleNamespace(tasks=[Task(kind, subject)]), answers=[""])
    assert box.asks_step() == (kind != "hunt")


@pytest.mark.parametrize("how", [NOTHING, VERDICT, REASON])
@pytest.mark.parametrize("share", [1.0, 0.5, 0.0])
def test_the_page_gives_the_answer_away_after_a_right_one_if_reasons_are_shown(page, how, share):
    asked = Assignment("A", (TASKS[1], Task("hunt", {"hunt": True}, shown=how)))
    page.own, page.text = Taken("", asked, "Ada"), "2"
    assert (box.answered(), box.reveals()) == (False, False)
    page.own.answer(0, "1")
    assert not box.answered(), "another task"
    page.own.answer(1, "1")
    assert (box.answered(), box.reveals()) == (True, False)
    page.own.marks[1, "1"] = Mark(share, "")
    assert box.reveals() == (how == REASON and share == 1)


def test_the_question_of_a_page_is_that_of_its_task_once_the_student_is_known(page):
    asked = preset_of(QUESTION)
    others = SimpleNamespace(key="other"), SimpleNamespace(key="another")
    page.text = "6"
    assert box.asked_among([*others, asked]) is asked
    assert box.asked_among(others) is None
    page.own.student = ""
    assert box.asked_among([*others, asked]) is None
    page.own.student, page.text = "Ada", "1"
    assert box.asked_among([*others, asked]) is None


def test_settings_that_cannot_be_the_answer_are_refused_at_their_task_and_others_are_stored(
    page, monkeypatch
):
    page.own.answers[3], taken = "epochs=5", []

    def answer_of(task, seed, experiment, fingerprint):
        taken.append((task, seed, fingerprint))
        if experiment == "too large":
            raise ValueError("It is too large.")
        return f"settings of {experiment}"

    monkeypatch.setattr(box.experiments, "answer_of", answer_of)
    prints = [None, SimpleNamespace(text=lambda: "abc")]
    monkeypatch.setattr(box.proof, "network_fingerprint", lambda setup: prints.pop())
    box._take(3, SimpleNamespace(experiment="too large"))
    assert (page.own.answers[3], page.own.refused) == ("epochs=5", {3: "It is too large."})
    box._take(3, SimpleNamespace(experiment="a"))
    assert (page.own.answers[3], page.own.refused) == ("settings of a", {})
    assert taken == [(TASKS[3], page.own.seed, "abc"), (TASKS[3], page.own.seed, "")]
