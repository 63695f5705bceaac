"""A question or a hunt for a whole class, a student's completion code, and one question as a locked link."""

import hashlib
from types import SimpleNamespace

import pytest

from lab.assignment.kinds.questions import QUESTIONS
from lab.class_counts import code_of
from lab.questions.preset import TRAIN
from lab.questions.rooms import query, rooms
from ui.frame.visit import Visit
from ui.instructors import counting, hunts, one_question


class Column:
    """A column of a page that is not drawn; a box of text in it holds `text`."""

    text = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False

    def text_input(self, *_, **__):
        return self.text


@pytest.fixture
def page(monkeypatch):
    """The pages' links that are offered, [(label, page, query)], and what is said."""
    page = SimpleNamespace(offered=[], said=[], tab=Visit(), column=Column())
    for module in (counting, hunts):
        monkeypatch.setattr(module.links, "offer", lambda *link: page.offered.append(link))
        monkeypatch.setattr(module.st, "columns", lambda *_, **__: (page.column, Column()))
    monkeypatch.setattr(counting, "visit", lambda: page.tab)
    monkeypatch.setattr(hunts.st, "success", lambda sentence, icon: page.said.append(sentence))
    monkeypatch.setattr(hunts, "show_sentence", lambda show, sentence, icon: page.said.append(sentence))
    return page


def ask(monkeypatch, kind, question=0, number=7):
    options = []

    def selectbox(label, offered, key):
        options.extend(offered)
        return offered[question]

    monkeypatch.setattr(counting.st, "segmented_control", lambda *_, **__: kind)
    monkeypatch.setattr(counting.st, "number_input", lambda *_, **__: number)
    monkeypatch.setattr(counting.st, "selectbox", selectbox)
    counting.draw()
    return options


def test_a_class_is_asked_every_question_that_has_choices_with_everything_locked(page, monkeypatch):
    offered = ask(monkeypatch, counting.QUESTION, -1)
    several = {room.page: [one for one in QUESTIONS[room.page] if one.choices] for room in rooms()}
    assert offered == [one.question for questions in several.values() for one in questions]
    (student, projected), room = page.offered, rooms()[-1]
    preset = several[room.page][-1]
    code = {"class": code_of(page.tab.class_key)}
    assert student[1:] == (room.page, query(room, preset) | {"lock": "1", "open": ""} | code)
    of = f"{room.page}:{preset.key}"
    assert projected[1:] == ("class_answers", {"key": page.tab.class_key, "of": of} | code)


def test_a_class_keeps_its_key_from_one_question_to_the_next_and_a_hunt_is_asked_by_its_number(
    page, monkeypatch
):
    ask(monkeypatch, counting.QUESTION)
    ask(monkeypatch, counting.HUNT, number=42)
    *_, (_, student_page, student), (_, _, projected) = page.offered
    assert {link["class"] for _, _, link in page.offered} == {code_of(page.tab.class_key)}
    assert (student_page, student["mode"], student["hunt"]) == ("bug_lab", "Hunt", "42")
    assert projected["of"] == "hunt:42"
    own, page.tab = projected["key"], Visit()
    ask(monkeypatch, counting.HUNT)
    assert len({own, page.offered[-1][-1]["key"], ""}) == 3, "another visit's class is another"


@pytest.mark.parametrize(
    ("solved", "said"),
    [
        ("12-1", "1 hunt solved: 12; 1 point."),
        ("3+12-175", "2 hunts solved: 3, 12; 175 points."),
        ("7-0", "1 hunt solved: 7; 0 points."),
    ],
)
def test_a_completion_code_says_its_hunts_and_their_points(page, monkeypatch, solved, said):
    monkeypatch.setattr(hunts.st, "number_input", lambda *_, **__: 9)
    checksum = hashlib.sha256(f"backprop-lab hunts {solved}".encode()).hexdigest()[:8]
    page.column.text = f"{solved}-{checksum}"
    hunts.draw()
    assert page.said == [said]
    page.column.text += "x"
    hunts.draw()
    assert page.said[1].startswith("This is not a completion code")
    page.column.text = ""
    hunts.draw()
    assert len(page.said) == 2, "an empty box has no fault"
    link = "Open hunt 9 as a student", "bug_lab", {"mode": "Hunt", "hunt": "9"}
    assert page.offered == [link] * 3


def test_a_locked_question_opens_what_is_left_open_and_trains_only_at_the_students_word():
    for room in rooms():
        for preset in room.questions:
            asked = query(room, preset)
            assert one_question.assignment(room, preset) == asked
            locked = one_question.assignment(room, preset, ["l2", "epochs"])
            assert locked == asked | {"lock": "1", "open": "l2,epochs"} | (
                {TRAIN: "false"} if TRAIN in asked else {}
            )
            assert one_question.assignment(room, preset, [])["lock"] == "1", "nothing is left open"
    assert any(TRAIN in query(room, preset) for room in rooms() for preset in room.questions)


@pytest.mark.parametrize(
    ("name", "label"),
    [("learning_rate", "Learning rate η"), ("K", "Examples K"), ("h", "Step h"), ("bug", "Bug")],
)
def test_a_control_left_open_is_named_as_its_page_names_it(name, label):
    assert one_question.label(name) == label
