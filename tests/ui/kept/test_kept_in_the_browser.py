"""What a browser has stored: answers and a hand-in, which may be anything, never replace what a visit has."""

from types import SimpleNamespace

import pytest
from handed_in import ASSIGNMENT, handed_in

from lab.questions import score
from ui.frame.visit import Visit
from ui.kept import answers, hand_ins
from ui.tasks.taken import Taken

FIRST, SECOND, THIRD = list(score.answerable())[:3]
TOLD = {"epochs": "9"}, ["A sentence about the link."]


@pytest.fixture
def tab(monkeypatch):
    tab = Visit(link_told=TOLD)
    for module in (answers, hand_ins):
        monkeypatch.setattr(module, "visit", lambda: tab)
    return tab


def sends(monkeypatch, module, **stored):
    monkeypatch.setattr(module.st, "session_state", {module.KEY: SimpleNamespace(**stored)})
    module._sent()


def test_stored_answers_come_to_those_of_the_visit_which_count_and_the_link_is_told_again(tab, monkeypatch):
    tab.answered = {FIRST: (1, False), SECOND: (0, True)}
    stored = score.written({FIRST: (0, True), THIRD: (1, True)})
    sends(monkeypatch, answers, answered=stored)
    assert tab.answered == {FIRST: (1, False), SECOND: (0, True), THIRD: (1, True)}
    assert (tab.requests, tab.link_problems) == TOLD
    sends(monkeypatch, answers, answered=None)
    assert len(tab.answered) == 3


def test_the_browser_stores_the_answers_of_the_visit_and_tells_what_it_has(tab, monkeypatch):
    sent = []
    monkeypatch.setattr(
        answers, "_kept", lambda data, key, on_answered_change: sent.append((data, key, on_answered_change))
    )
    tab.answered = {FIRST: (1, False), SECOND: (0, True)}
    answers.draw()
    assert sent == [({"answered": score.written(tab.answered)}, answers.KEY, answers._sent)]


@pytest.mark.parametrize("code", [None, 7, "", "x", handed_in("Ben").code()[:-1]])
def test_what_is_no_hand_in_is_ignored(tab, monkeypatch, code):
    tab.taken = Taken("", ASSIGNMENT)
    sends(monkeypatch, hand_ins, code=code)
    assert (tab.taken.student, tab.taken.answers) == ("", [""] * 5)
    assert (tab.requests, tab.link_problems) == TOLD


def test_a_stored_hand_in_is_gone_on_with_unless_a_name_was_typed_or_there_is_no_assignment(tab, monkeypatch):
    code = handed_in("Ben").code()
    sends(monkeypatch, hand_ins, code=code)
    assert tab.taken is None
    tab.taken = Taken("", ASSIGNMENT, "Ada")
    sends(monkeypatch, hand_ins, code=code)
    assert (tab.taken.student, tab.taken.answers) == ("Ada", [""] * 5)
    tab.taken = Taken("", ASSIGNMENT)
    sends(monkeypatch, hand_ins, code=code)
    assert tab.taken.student == "Ben"
    assert all(tab.taken.answers)


def test_what_another_tab_has_answered_since_is_added_and_nothing_is_replaced(tab, monkeypatch):
    here = handed_in("Ada", task_1="", task_3="")
    there = handed_in("Ada", task_2="", task_3="")
    tab.taken = Taken("", ASSIGNMENT, "Ada", list(here.answers), [7] * 5)
    sends(monkeypatch, hand_ins, code=there.code())
    added = there.answers[0], *here.answers[1:]
    assert (tab.taken.student, tab.taken.answers) == ("Ada", list(added))
    assert tab.taken.attempts == [1, 7, 7, 7, 7]
    assert tab.taken.answers[2] == ""
    sends(monkeypatch, hand_ins, code=handed_in("Ben").code())
    assert tab.taken.answers == list(added), "another student's answers"


@pytest.mark.parametrize("student", ["", "Ada"])
def test_the_browser_stores_the_hand_in_of_a_known_name_for_its_own_assignment(tab, monkeypatch, student):
    sent = []
    monkeypatch.setattr(hand_ins, "_kept", lambda data, **_: sent.append(data))
    hand_ins.draw()
    assert sent == []
    tab.taken = Taken("", ASSIGNMENT, student, forgotten=not student)
    hand_ins.draw()
    code = tab.taken.hand_in().code() if student else ""
    assert sent == [{"of": ASSIGNMENT.digest, "code": code, "forget": not student}]
