"""What is drawn of a task: the form that its answer needs, its box on a locked page, and its verdict."""

import contextlib
from types import SimpleNamespace

import pytest
from handed_in import TASKS

from lab.assignment import Assignment, Mark, Task
from lab.assignment.kinds.kind import CHOICE, LINK, NUMBERS, Asked
from lab.links.experiment import Experiment, Setup
from ui.frame.visit import Visit
from ui.tasks import answering, box
from ui.tasks import taken as module
from ui.tasks.taken import Taken

QUESTION = Task("question", {"page": "decision_boundary", "question": "would-two-hidden-units-be-enough"})
ONE_OF_EACH = Assignment("One of each", (*TASKS, QUESTION))


@pytest.fixture
def page(monkeypatch):
    """The page of task `text` of `own`; what is drawn, in order, in `drawn`."""
    page = SimpleNamespace(own=Taken("t", ONE_OF_EACH, "Ada"), text="1", drawn=[], tab=Visit(), pressed=False)
    for room in (answering, box, module):
        monkeypatch.setattr(room, "taken", lambda: page.own)
    monkeypatch.setattr(box, "visit", lambda: page.tab)
    monkeypatch.setattr(box.lock, "text", lambda name: {"task": page.text}.get(name))

    def noted(name, value=None):
        def draw(*args, **how):
            page.drawn.append((name, *args))
            return value() if value else None

        return draw

    st = SimpleNamespace(
        container=lambda **_: contextlib.nullcontext(),
        form=lambda *_, **__: contextlib.nullcontext(),
        form_submit_button=lambda label, on_click, args, **_: page.drawn.append((label, on_click, *args)),
        markdown=lambda text: page.drawn.append(text),
        code=lambda text, **_: page.drawn.append(("code", text)),
        download_button=lambda label, data, name, *_, **__: page.drawn.append((name, data)),
        caption=lambda text, **_: page.drawn.append(text),
        button=lambda label, on_click=None, args=(), **_: (
            page.drawn.append((label, on_click, args)) or page.pressed
        ),
    )
    for room in (answering, box):
        monkeypatch.setattr(room, "st", st)
    page.noted = noted
    return page


@pytest.mark.parametrize("form", [CHOICE, NUMBERS, LINK])
def test_the_form_is_of_the_kind_that_the_task_asks_for_with_what_was_answered(page, monkeypatch, form):
    fields = {CHOICE: {"choices": ("a", "b")}, NUMBERS: {"numbers": ("W", "b")}, LINK: {}}
    asked, read = Asked("Which?", **fields[form]), object()
    assert asked.form == form
    page.own.answers[:2] = ["0", "1"]
    for name in ("choices", "numbers"):
        monkeypatch.setattr(answering, name, page.noted(name, lambda: read))
    answering.form(1, asked)
    widgets = {CHOICE: "choices", NUMBERS: "numbers"}
    if form == LINK:
        assert page.drawn == []
        return
    key = f"_answer_{page.own.seed}_1"
    assert page.drawn == [(widgets[form], asked, "1", key), ("Answer", answering._answer, 1, read)]


def test_a_task_shows_its_prompt_and_what_of_it_there_is(page):
    answering.show(Asked("What is it?"), 1)
    assert page.drawn == ["What is it?"]
    page.drawn.clear()
    answering.show(Asked("What?", given="Given.", code="x = 1", file=b"npz", file_name="start.npz"), 1)
    assert page.drawn == ["What?", "Given.", ("code", "x = 1"), ("start.npz", b"npz")]


def test_a_task_is_marked_by_its_kind_with_the_students_numbers_and_what_it_needs_to_be_trained(
    page, monkeypatch
):
    marked, trained = [], ["not yet", None]

    class Kind:
        def tries(self, *asked):
            marked.append(("tries", *asked))
            return {"other start": "pair"}

        def mark(self, *asked):
            marked.append(("mark", *asked))
            return Mark(0.5, "")

    page.own.answers[3] = "epochs=5"
    monkeypatch.setattr(answering, "KINDS", {TASKS[3].kind: Kind()})
    monkeypatch.setattr(answering, "_trained", lambda needed: trained[-1] and {needed[0]: "record"})
    assert answering._mark(3, None) is None
    assert page.own.marks == {}
    trained[-1] = "trained"
    assert answering._mark(3, None) == Mark(0.5, "")
    asked = TASKS[3], page.own.seed, "epochs=5"
    assert marked == [("tries", *asked), ("tries", *asked), ("mark", *asked, {"pair": "record"})]
    assert page.own.marks == {(3, "epochs=5"): Mark(0.5, "")}


def test_the_box_asks_for_the_name_first_and_then_shows_the_task_its_form_and_its_verdict(page, monkeypatch):
    page.own.student = ""
    box.draw()
    head, _, sentence = page.drawn
    assert head == f"Task 1 of 6 · 2 points · {box.title(TASKS[0])}"
    assert sentence.startswith("Your numbers come from your name.")
    page.own.student = "Ada"
    for name in ("show", "form", "verdict"):
        monkeypatch.setattr(answering, name, page.noted(name))
    asked = page.own.asked(0)
    page.drawn.clear()
    box.draw()
    assert page.drawn[2:] == [("show", asked, 0), ("form", 0, asked), ("verdict", 0)]
    assert page.tab.task_place is not None
    page.drawn.clear()
    page.text = "4"  # an experiment, which the page itself asks and judges
    box.draw()
    assert [one[0] for one in page.drawn[2:]] == ["show"]
    page.drawn.clear()
    page.text = "6"  # a question of the page, which judges it
    box.draw()
    assert [one[0] for one in page.drawn[2:]] == ["show", "form"]
    page.drawn.clear()
    page.text = "7"
    box.draw()
    assert page.drawn == []


def test_the_way_back_leads_to_the_assignment_of_the_link(page, monkeypatch):
    opened = []
    monkeypatch.setattr(
        module.st, "switch_page", lambda script, query_params: opened.append((script, query_params))
    )
    box._head(0)
    assert opened == []
    page.pressed = True
    box._head(0)
    module.open_page("pages/derivation.py", {"task": "2", "tasks": "another"})
    assert opened == [
        ("pages/assignment.py", {"tasks": "t"}),
        ("pages/derivation.py", {"task": "2", "tasks": "t"}),
    ]


def test_a_pages_question_waits_for_the_answer_and_then_has_its_verdict_from_the_page(page, monkeypatch):
    monkeypatch.setattr(answering, "verdict", page.noted("verdict"))
    page.text, given = "6", object()
    assert box.asks_first(given)
    assert page.drawn == ["The experiment opens with your answer."]
    page.own.answers[5] = "1"
    monkeypatch.setattr(box.changed, "tell", lambda preset: page.drawn.append(preset.key))
    assert not box.asks_first(given)
    assert page.drawn[1:] == [("verdict", 5, given), QUESTION.subject["question"]]


def test_the_experiment_of_a_question_stays_closed_if_nothing_is_to_be_shown(page, monkeypatch):
    question = Task("question", QUESTION.subject, shown="nothing")
    page.own, page.text = Taken("t", Assignment("One", (question,)), "Ada"), "1"
    closed = "The experiment stays closed, because it would show the answer."
    assert box.asks_first(None)
    assert page.drawn == [closed]
    page.own.answers[0] = "1"
    assert box.asks_first(None), "the page ends here, before the experiment"
    assert page.drawn[1:] == [":material/check: Your answer is kept.", closed]


def test_the_settings_of_an_experiments_page_are_submitted_at_its_task(page, monkeypatch):
    monkeypatch.setattr(answering, "verdict", page.noted("verdict"))
    monkeypatch.setattr(box.experiments, "in_words", lambda answer: f"*{answer}*")
    setup = Setup(Experiment(None, None), 1)
    for text, student in (("1", "Ada"), ("4", "")):
        page.text, page.own.student = text, student
        box.settings(setup)
        assert page.drawn == []
    page.own.student = "Ada"
    box.settings(setup)
    submit = "Submit these settings as my answer", box._take, (3, setup)
    assert page.drawn == [submit, ("verdict", 3)]
    page.own.answers[3] = "epochs=5"
    box.settings(setup)
    assert page.drawn[2:] == [submit, r"Your answer: \*epochs\=5\*", ("verdict", 3)]
