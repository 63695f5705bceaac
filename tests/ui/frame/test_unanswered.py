"""A button that needs an answer, pressed without one, says so."""

from types import SimpleNamespace

import pytest

from lab.derivation.quiz import Question
from ui.bug_lab import hunt
from ui.derivation import asking, choosing
from ui.frame import unanswered
from ui.frame.visit import Visit
from ui.tasks import answering
from ui.tasks.taken import Taken

CHOOSE, TYPE = "Choose an answer first.", "Type a number first."


@pytest.fixture
def page(monkeypatch):
    """A visit `tab`, the session's `state`, and the sentences `said`."""
    page = SimpleNamespace(tab=Visit(arrival="first", hunts={}), state={}, said=[])
    for module in (unanswered, asking, choosing, hunt):
        monkeypatch.setattr(module, "visit", lambda: page.tab)
    for module in (asking, choosing, answering):
        monkeypatch.setattr(module, "STATE", page.state)
    monkeypatch.setattr(unanswered, "show_sentence", lambda element, text, icon: page.said.append(text))
    return page


def said(page, form, sentence=CHOOSE):
    page.said.clear()
    unanswered.draw(form, sentence)
    return page.said


def test_it_is_said_at_the_form_last_sent_until_it_is_answered_or_the_visitor_leaves(page):
    assert said(page, "one") == []
    unanswered.note("one", True)
    assert said(page, "one") == [CHOOSE]
    assert said(page, "one", TYPE) == [TYPE]
    assert said(page, "another") == []
    unanswered.note("another", True)
    assert said(page, "one") == []
    page.tab.arrival = "second"
    assert said(page, "another") == []
    unanswered.note("another", True)
    assert said(page, "another") == [CHOOSE]
    unanswered.note("another", False)
    assert said(page, "another") == []


def test_it_is_not_said_again_at_a_form_that_was_out_of_sight(page):
    unanswered.note("one", True)
    for _ in range(2):  # it stays while the page runs again with the form on it
        assert said(page, "one") == [CHOOSE]
        unanswered.leave()
    assert said(page, "another") == []
    unanswered.leave()  # of another step, which has a form of its own
    assert said(page, "one") == []


def test_check_without_a_guess_says_so_and_with_one_does_not(page):
    key, question = ("problem", "step", 0), Question("sign", "Which?", ("a", "b"), "a", "Because.")
    place = asking._place(key)
    asking._guess(key, question, None)
    assert said(page, place) == [CHOOSE]
    page.state[f"_guess_{place}"] = "a"
    asking._guess(key, question, None)
    assert said(page, place) == []


def test_submit_in_a_hunt_and_run_it_without_a_choice_say_so(page, monkeypatch):
    state = {}
    monkeypatch.setattr(hunt, "st", SimpleNamespace(session_state=state))
    hunt._judge(5)
    assert said(page, "hunt_5") == [CHOOSE]
    assert page.tab.hunts == {}
    state["_answer_5"] = next(iter(hunt.answers()))
    hunt._judge(5)
    assert said(page, "hunt_5") == []
    choosing._run()
    assert said(page, "lines") == [CHOOSE]


def test_an_assignments_answer_without_one_says_so_and_changes_nothing(page, monkeypatch):
    own = Taken("", SimpleNamespace(tasks=(None, None)), "Ada", answers=["", "1"])
    monkeypatch.setattr(answering, "taken", lambda: own)
    answering._answer(0, lambda: answering._chosen("choice"))
    answering._answer(1, lambda: answering._typed(("W", "b"), "number"))
    assert own.refused == {0: CHOOSE, 1: TYPE}
    page.state |= {"number_0": "1", "number_1": " "}
    answering._answer(1, lambda: answering._typed(("W", "b"), "number"))
    assert own.refused == {0: CHOOSE, 1: TYPE}
    assert own.answers == ["", "1"]
    page.state |= {"choice": 0, "number_1": "2"}
    answering._answer(0, lambda: answering._chosen("choice"))
    answering._answer(1, lambda: answering._typed(("W", "b"), "number"))
    assert (own.answers, own.refused) == (["0", "1;2"], {})
