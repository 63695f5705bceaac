"""An assignment in progress: its answers, how often they changed, and what is handed in of it."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from handed_in import ASSIGNMENT, TASKS, handed_in

from data import DataConfig
from lab.assignment import Assignment, Mark, link_text, read_hand_in
from lab.assignment.hand_in import MOST_ATTEMPTS
from lab.links.experiment import Experiment, Setup
from mlp import TrainConfig
from ui.frame.visit import Visit
from ui.tasks import answering
from ui.tasks import taken as module
from ui.tasks.taken import Taken


def test_an_answer_that_changes_is_an_attempt_and_the_count_ends_at_what_a_hand_in_may_say():
    own = Taken("", ASSIGNMENT, "Ada")
    own.refused[1] = "it could not be read"
    for answer in ("2", "2", "0", "2"):
        own.answer(1, answer)
    assert (own.answers, own.attempts, own.refused) == (["", "2", "", "", ""], [0, 3, 0, 0, 0], {})
    own.attempts[1] = MOST_ATTEMPTS - 1
    for answer in ("1", "0", "2"):
        own.answer(1, answer)
    assert own.attempts[1] == MOST_ATTEMPTS
    assert read_hand_in(own.hand_in().code(), ASSIGNMENT).attempts == (0, MOST_ATTEMPTS, 0, 0, 0)


def test_a_code_brings_back_the_answers_and_their_attempts_and_unfolds_the_first_open_task():
    own = Taken("", ASSIGNMENT)
    own.resume(handed_in("Ada", task_3="", task_4="").code())
    expected = handed_in("Ada", task_3="", task_4="")
    assert (own.student, tuple(own.answers), own.attempts) == ("Ada", expected.answers, [1] * 5)
    assert own.unfolded == {2}


@pytest.mark.parametrize(
    ("n_epochs", "ended", "marked"), [(5, False, True), (2, False, False), (2, True, True), (0, False, False)]
)
def test_an_experiment_is_marked_once_it_is_trained_or_has_diverged(monkeypatch, n_epochs, ended, marked):
    needed = [(DataConfig(), TrainConfig(epochs=5, init_seed=seed)) for seed in (3, 4)]
    run = SimpleNamespace(
        n_epochs=n_epochs, ended=ended, at=lambda epoch: SimpleNamespace(records=("a", "b"))
    )
    setups = []
    monkeypatch.setattr(answering.progress, "trained", lambda asked: setups.extend(asked) or [run])
    assert answering._trained(needed) == (dict(zip(needed, "ab", strict=True)) if marked else None)
    assert setups == [Setup(Experiment(*needed[0]), 2)], "the seeds from the first on, in one run"
    assert answering._trained([]) == {}


def test_with_all_answers_no_task_is_unfolded_and_with_none_the_first_is():
    own = Taken("", ASSIGNMENT)
    own.begin(" Ada ")
    assert (own.student, own.unfolded) == ("Ada", {0})
    own.resume(handed_in("Ada").code())
    assert own.unfolded == set()
    own.resume(handed_in("Ada", task_5="").code())
    assert own.unfolded == {4}


def test_a_name_or_a_code_that_is_refused_changes_nothing():
    own = Taken("", ASSIGNMENT, "Ada", answers=["1", "", "", "", "2"], attempts=[2, 0, 0, 0, 1])
    own.unfolded, own.forgotten = {3}, True
    other = Assignment("Another", TASKS)
    for refused in (
        lambda: own.begin(" "),
        lambda: own.begin("x" * 41),
        lambda: own.resume("x"),
        lambda: own.resume(handed_in("Ben", assignment=other).code()),
    ):
        with pytest.raises(ValueError, match=r"allowed|another assignment|cut off"):
            refused()
    assert (own.student, own.answers, own.attempts) == ("Ada", ["1", "", "", "", "2"], [2, 0, 0, 0, 1])
    assert (own.unfolded, own.forgotten) == ({3}, True)
    own.begin("x" * 40)
    assert (own.unfolded, own.forgotten) == ({1}, False)


def test_who_starts_again_has_no_name_answers_marks_or_hand_in_left():
    own = Taken("a link", ASSIGNMENT)
    own.resume(handed_in("Ada").code())
    own.marks, own.refused, own.finished = {(0, "1"): Mark(1, "")}, {0: "It is no number."}, True
    own.start_again()
    fresh = Taken("a link", ASSIGNMENT, forgotten=True)
    assert replace(own, unfolded=set()) == fresh


@pytest.mark.parametrize(
    ("marks", "right"),
    [
        ({}, False),
        ({(1, "2"): Mark(1.0, "")}, True),
        ({(1, "2"): Mark(0.75, "")}, False),
        ({(1, "3"): Mark(1.0, "")}, False),  # of an answer given before
        ({(0, "2"): Mark(1.0, "")}, False),  # of another task
    ],
)
def test_a_task_is_right_whose_present_answer_earns_everything(marks, right):
    own = Taken("", ASSIGNMENT, "Ada", answers=["2", "2", "", "", ""], marks=marks)
    assert own.is_right(1) == right


def test_an_assignment_in_the_address_begins_once_and_another_one_takes_its_place(monkeypatch):
    tab, address = Visit(), {}
    monkeypatch.setattr(module, "visit", lambda: tab)
    monkeypatch.setattr(module.st, "query_params", address)
    assert module.arrive() == ""
    assert tab.taken is None
    address["tasks"] = link_text(ASSIGNMENT)
    assert module.arrive() == ""
    assert not tab.taken.forgotten, "the browser may still have its answers"
    tab.taken.answer(0, "1")
    assert module.arrive() == ""
    assert tab.taken.answers[0] == "1", "it goes on"
    address["tasks"] = link_text(ASSIGNMENT)[:-1]
    assert module.arrive().startswith("The assignment's link is cut off")
    assert tab.taken.answers[0] == "1"
    other = Assignment("Another", TASKS)
    address["tasks"] = link_text(other)
    assert module.arrive() == ""
    assert (tab.taken.assignment, tab.taken.answers) == (other, [""] * 5)
