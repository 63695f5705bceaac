"""A class that answers together: what is counted, what a student sees, and which class it is."""

from types import SimpleNamespace

import pytest

from data import DataConfig
from lab.class_counts import ClassCounts, Full, code_of
from lab.links.experiment import Experiment
from lab.questions.answer import SHOWN
from mlp import TrainConfig
from ui.frame import class_answers
from ui.frame.visit import Visit

KEY = "ABCDEFGHJKLM"
EXPERIMENT = Experiment(DataConfig(), TrainConfig())


@pytest.fixture
def tab(monkeypatch):
    tab = Visit(page="decision_boundary")
    monkeypatch.setattr(class_answers, "visit", lambda: tab)
    return tab


# ---- a class that answers together


@pytest.fixture
def classroom(tab, monkeypatch):
    """A class with one question, whose student's page is drawn: `drawn` choices, texts `said`."""
    room = SimpleNamespace(counts=ClassCounts(), drawn=[], said=[], looks=[], state={})
    tab.classes[tab.page] = code_of(KEY)
    for draw in ("radio", "selectbox"):
        monkeypatch.setattr(
            class_answers.st,
            draw,
            lambda label, options, index, draw=draw, **how: room.drawn.append((draw, index, how)),
        )
    for name in ("caption", "markdown"):
        monkeypatch.setattr(class_answers.st, name, room.said.append)
    monkeypatch.setattr(class_answers, "counts", lambda: room.counts)
    monkeypatch.setattr(class_answers, "_look", lambda *what: room.looks.append(what))
    monkeypatch.setattr(class_answers, "_look_again", lambda *what: room.looks.append(what))
    monkeypatch.setattr(class_answers, "_visitor", lambda: "me")
    monkeypatch.setattr(class_answers, "STATE", room.state)
    monkeypatch.setattr(class_answers, "show_sentence", lambda show, text, icon: room.said.append(text))
    return room


QUESTION = "decision_boundary:key"
ANSWERS = {"a": "Yes", "b": "No"}
WAITS = "The page continues when your instructor reveals the answer."


def test_a_students_answer_is_counted_kept_through_a_round_and_shown_once_revealed(classroom, tab):
    assert class_answers.waits(QUESTION, ANSWERS)
    (draw, index, how) = classroom.drawn[-1]
    assert (draw, index, classroom.said) == ("radio", None, [WAITS])
    classroom.state[how["key"]] = "b"
    tab.class_refused = {("a code", "_class_another_0_1"): "of the answer before"}
    how["on_change"](*how["args"])
    assert tab.class_refused == {}
    assert class_answers.waits(QUESTION, ANSWERS)
    assert classroom.drawn[-1][1] == 1
    counted = "Your answer is counted, without your name. You can change it. "
    assert classroom.said[-1] == counted + WAITS
    classroom.counts.ask_again(KEY, QUESTION)
    assert class_answers.waits(QUESTION, ANSWERS)
    assert classroom.drawn[-1][1] is None
    assert classroom.drawn[-1][2]["key"] != how["key"], "the widget does not keep the answer before"
    again = "Discuss it with your neighbours, then answer once more. "
    assert classroom.said[-1] == again + WAITS
    assert [state for _, state in classroom.looks] == [(0, 1, False), (0, 1, False), (0, 2, False)]
    classroom.counts.reveal(KEY, QUESTION)
    assert not class_answers.waits(QUESTION, ANSWERS)
    assert class_answers.given(QUESTION) == "b"
    assert classroom.looks[-1] == (QUESTION, (0, 2, True)), "it may be asked once more"


def test_deleted_answers_are_asked_for_again_by_a_widget_without_one(classroom):
    assert class_answers.waits(QUESTION, ANSWERS)
    how = classroom.drawn[-1][2]
    classroom.state[how["key"]] = "b"
    how["on_change"](*how["args"])
    classroom.counts.reveal(KEY, QUESTION)
    assert not class_answers.waits(QUESTION, ANSWERS)
    classroom.counts.clear(KEY, QUESTION)
    assert class_answers.waits(QUESTION, ANSWERS)
    assert classroom.said[-1] == WAITS
    _, index, again = classroom.drawn[-1]
    assert index is None
    assert again["key"] != how["key"], "a choice of the same answer is a change"
    assert len({state for _, state in classroom.looks}) == 3


def test_an_answer_for_which_there_is_no_room_is_told_until_one_is_counted(classroom, monkeypatch):
    def full(*_):
        raise Full("The server counts no more classes.")

    class_answers.waits(QUESTION, ANSWERS)
    how = classroom.drawn[-1][2]
    classroom.state[how["key"]] = "b"
    with monkeypatch.context() as patched:
        patched.setattr(classroom.counts, "answer", full)
        how["on_change"](*how["args"])
    assert class_answers.waits(QUESTION, ANSWERS)
    assert classroom.said[-2:] == ["The server counts no more classes.", WAITS]
    classroom.said.clear()
    assert class_answers.waits("decision_boundary:another", ANSWERS)
    assert classroom.said == [WAITS], "it was about the question before"
    how["on_change"](*how["args"])
    classroom.said.clear()
    assert class_answers.waits(QUESTION, ANSWERS)
    assert len(classroom.said) == 1


def test_a_browser_is_known_by_its_token_whatever_the_mask_and_without_one_by_its_visit(tab, monkeypatch):
    def visitor(cookie, name):
        tab.name = name
        cookies = {class_answers.COOKIE: cookie} if cookie else {}
        monkeypatch.setattr(class_answers, "st", SimpleNamespace(context=SimpleNamespace(cookies=cookies)))
        return class_answers._visitor()

    same = {visitor("2|01|0306|1", "a"), visitor("2|02|0005|9", "b")}
    assert len(same) == 1
    others = {visitor("2|01|0307|1", "a"), visitor(None, "a"), visitor(None, "b"), visitor("nonsense", "c")}
    assert len(others | same) == 5
    assert visitor(None, "a") in others


def test_a_students_page_looks_for_another_round_the_answer_or_a_new_beginning(classroom, monkeypatch):
    reruns, counts, code = [], classroom.counts, code_of(KEY)
    monkeypatch.setattr(class_answers.st, "rerun", lambda: reruns.append(True))

    def is_run_again(*, by):
        drawn = counts.state(code, QUESTION)
        by()
        reruns.clear()
        class_answers._rerun_on_change(QUESTION, drawn)
        return bool(reruns)

    assert not is_run_again(by=lambda: None)
    assert not is_run_again(by=lambda: counts.answer(code, QUESTION, "somebody", "a"))
    assert is_run_again(by=lambda: counts.ask_again(KEY, QUESTION))
    assert is_run_again(by=lambda: counts.reveal(KEY, QUESTION))
    assert is_run_again(by=lambda: counts.clear(KEY, QUESTION))


@pytest.mark.parametrize(("n", "draw"), [(8, "radio"), (9, "selectbox")])
def test_many_answers_are_a_menu(classroom, n, draw):
    class_answers.waits(QUESTION, {k: str(k) for k in range(n)})
    assert classroom.drawn[-1][0] == draw


@pytest.mark.parametrize(("answer", "choice"), [(None, SHOWN), (0, 0), (1, 1)])
def test_a_revealed_question_is_drawn_with_the_answer_that_was_given(classroom, tab, answer, choice):
    preset = SimpleNamespace(key="key", question="Who?", predict="Guess.", choices=("x", "y"))
    if answer is not None:
        classroom.counts.answer(code_of(KEY), QUESTION, "me", answer)
    assert class_answers.asks_first(preset)
    assert classroom.said[0] == "**Who?** Guess."
    assert tab.asked == {}
    classroom.counts.reveal(KEY, QUESTION)
    assert not class_answers.asks_first(preset)
    assert tab.asked == {"decision_boundary": ("key", choice)}
    classroom.counts.clear(KEY, QUESTION)
    classroom.counts.answer(code_of(KEY), QUESTION, "me", 1)
    classroom.counts.reveal(KEY, QUESTION)
    assert not class_answers.asks_first(preset)
    assert tab.asked == {"decision_boundary": ("key", 1)}, "the answer of the last time"
    tab.asked["decision_boundary"] = "another", SHOWN
    assert not class_answers.asks_first(preset)
    assert tab.asked == {"decision_boundary": ("another", SHOWN)}, "what the visitor has asked since"
    tab.classes.clear()
    assert not class_answers.asks_first(preset)


def test_the_class_is_that_of_the_link_that_opened_the_page(tab, monkeypatch):
    query = {"class": code_of(KEY).lower()}
    monkeypatch.setattr(class_answers, "st", SimpleNamespace(query_params=query))
    assert class_answers.arrive("sweeps", True) == "", "the navigation has copied it"
    assert tab.classes == {}
    assert class_answers.arrive("sweeps", False) == ""
    tab.page = "sweeps"
    assert class_answers.code() == code_of(KEY)
    query["class"] = "?"
    assert class_answers.arrive("sweeps", False).startswith("class is '?'; allowed: ")
    assert class_answers.code() == ""
