"""The parts of an assignment's page: its link, its tasks folded and unfolded, and what is handed in."""

import contextlib
from types import SimpleNamespace

import pytest
from handed_in import ASSIGNMENT

from lab.assignment import read_hand_in
from ui import assignment as parts
from ui.tasks.taken import Taken


@pytest.fixture
def page(monkeypatch):
    """A page of `own` with the session state `state`; `pressed` buttons by label; what is `drawn`."""
    page = SimpleNamespace(own=Taken("", ASSIGNMENT, "Ada"), state={}, pressed=set(), drawn=[], address={})
    monkeypatch.setattr(parts, "taken", lambda: page.own)
    monkeypatch.setattr(parts, "STATE", page.state)
    st = SimpleNamespace(
        form=lambda *_, **__: contextlib.nullcontext(),
        text_input=lambda *_, **__: None,
        form_submit_button=lambda label, **_: label in page.pressed,
        button=lambda label, **_: label in page.pressed,
        query_params=page.address,
        rerun=lambda: page.drawn.append("rerun"),
        subheader=lambda *_, **__: None,
        caption=lambda *_: None,
        markdown=lambda text, **_: page.drawn.append(text),
        text=lambda text, **_: page.drawn.append(text),
        container=lambda **_: contextlib.nullcontext(),
        code=lambda text, **_: page.drawn.append(text),
        download_button=lambda label, data, *_, **__: page.drawn.append(data),
    )
    monkeypatch.setattr(parts, "st", st)
    return page


@pytest.mark.parametrize(
    "typed",
    [
        " abc-_.123 ",
        "http://lab/assignment?tasks=abc-_.123",
        "http://lab/derivation?d=2&tasks=abc-_.123&task=4",
    ],
)
def test_a_link_or_its_text_opens_the_assignment_after_the_click(page, typed):
    page.state[parts.PASTED] = typed
    parts.ask_for_link()
    assert (page.address, page.drawn) == ({}, [])
    page.pressed.add("Open")
    parts.ask_for_link()
    assert (page.address, page.drawn) == ({"tasks": "abc-_.123"}, ["rerun"])
    page.state[parts.PASTED] = "  "
    parts.ask_for_link()
    assert page.drawn == ["rerun"]


@pytest.mark.parametrize(
    ("before", "is_open", "after"),
    [({0}, False, set()), ({0}, True, {0}), (set(), True, {0}), ({2}, True, {0, 2}), ({2}, False, {2})],
)
def test_a_task_stays_as_it_was_folded(page, before, is_open, after):
    page.own.unfolded, page.state["key"] = before, is_open
    parts._fold("key", 0)
    assert page.own.unfolded == after


def test_every_task_has_its_number_its_points_and_whether_it_is_answered(page, monkeypatch):
    boxes, drawn = [], []

    def expander(label, icon, key, on_change, args):
        boxes.append((label, icon))
        box = contextlib.nullcontext()
        box.open = page.state[key]
        return box

    parts.st.expander = expander
    monkeypatch.setattr(parts, "_task", lambda place, *, is_open: drawn.append(place))
    page.own.answers[1:3], page.own.unfolded = ["3", "0"], {2, 4}
    parts.tasks()
    labels = [label.split(" · ")[1:] for label, _ in boxes]
    worth = ("2 points", "1 point", "3 points", "5 points", "1.5 points")
    done = ("open", "answered", "answered", "open", "open")
    assert labels == [list(pair) for pair in zip(worth, done, strict=True)]
    assert [label[:5] for label, _ in boxes] == [f"**{n}. " for n in range(1, 6)]
    assert [icon == parts.DONE for _, icon in boxes] == [one == "answered" for one in done]
    assert drawn == [2, 4]


def test_a_task_that_is_folded_again_keeps_its_form_but_not_its_verdict(page, monkeypatch):
    drawn = []

    def expander(label, key, **_):
        box = contextlib.nullcontext()
        box.open = page.state[key]
        return box

    parts.st.expander = expander
    for name in ("show", "form", "verdict"):
        monkeypatch.setattr(parts.answering, name, lambda *what, name=name: drawn.append(name))
    page.own.unfolded = {1}
    parts.tasks()
    assert drawn == ["show", "form", "verdict"]
    drawn.clear()
    page.own.unfolded = set()
    parts.tasks()
    assert drawn == ["show", "form"], "what was typed and not yet sent is in the form alone"
    drawn.clear()
    page.own.start_again()
    parts.tasks()
    assert drawn == []


def test_a_tasks_page_opens_with_the_tasks_number_from_one(page, monkeypatch):
    opened, drawn = [], []
    monkeypatch.setattr(parts.answering, "show", lambda *what: drawn.append(what))
    monkeypatch.setattr(parts.answering, "form", lambda *what: drawn.append(what))
    monkeypatch.setattr(parts.answering, "verdict", lambda place: opened.append(("verdict", place)))
    monkeypatch.setattr(parts, "open_page", lambda *page: opened.append(page))
    parts._task(3)
    assert opened == [("verdict", 3)]
    assert drawn == [(page.own.asked(3), 3), (3, page.own.asked(3))]
    page.pressed.add("Open the experiment")
    parts._task(3)
    (script, query), _ = opened[1:]
    assert (script, query["task"], query["lock"]) == ("pages/decision_boundary.py", "4", "1")
    page.pressed = {"Open its page"}
    parts._task(0)
    assert opened[3][0] == "pages/derivation.py"
    assert opened[3][1]["task"] == "1"


@pytest.mark.parametrize(
    ("name", "said"),
    [("", "5 tasks, 12.5 points."), ("Ada", "5 tasks, 12.5 points. 1 of 5 tasks is answered; ")],
)
def test_the_heading_says_what_all_tasks_are_worth_and_how_far_a_student_is(page, name, said):
    page.own.student, page.own.answers[0] = name, "0.5"
    parts.heading()
    assert page.drawn[0].startswith(said)
    assert page.drawn[1:] == [name] * bool(name)
    assert (page.drawn[0] == said) == (not name)


def test_a_hand_in_is_drawn_once_it_is_asked_for_with_the_answers_as_they_are_now(page):
    page.own.finished = False
    parts.hand_in()
    assert len(page.drawn) == 1
    page.own.finish()
    page.own.answer(1, "3")
    parts.hand_in()
    *_, code, file = page.drawn
    for text in (code, file):
        assert read_hand_in(text, ASSIGNMENT).answers == ("", "3", "", "", "")


def test_a_name_begins_the_assignment_and_one_that_cannot_be_used_says_why(page, monkeypatch):
    page.own.student, clicks, said = "", {}, []
    parts.st.form_submit_button = lambda label, on_click, **_: clicks.update({label: on_click})
    parts.st.button = lambda label, on_click, **_: clicks.update({label: on_click})
    monkeypatch.setattr(parts, "show_sentence", lambda show, sentence, icon: said.append(sentence))
    parts.st.error = None
    parts.ask_for_name()
    assert said == []
    page.state[parts.NAME] = "x" * 41
    clicks["Begin"]()
    parts.ask_for_name()
    assert said == [page.own.name_refused]
    assert "allowed" in said[0]
    page.state[parts.NAME] = " Ben "
    clicks["Begin"]()
    assert (page.own.student, page.own.name_refused) == ("Ben", "")
    page.own.answer(0, "1")
    parts.heading()
    parts.hand_in()
    clicks["Hand in"]()
    assert page.own.finished
    clicks["Start again"]()
    assert (page.own.student, page.own.answers[0], page.own.finished) == ("", "", False)
