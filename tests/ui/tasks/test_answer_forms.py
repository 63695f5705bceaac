"""The form of a task's answer, what is stored of it, and the verdict on it."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from handed_in import ASSIGNMENT, TASKS

from lab.assignment import Assignment, Mark, Task
from lab.assignment.kinds.kind import Asked
from lab.assignment.task import NOTHING, REASON, VERDICT
from lab.questions.answer import Unanswered
from ui.tasks import answering
from ui.tasks.taken import Taken


@pytest.fixture
def page(monkeypatch):
    """A visit in which ASSIGNMENT is `own`; the widgets drawn, [(name, label, value)]; what is `said`."""
    page = SimpleNamespace(own=Taken("", ASSIGNMENT, "Ada"), drawn=[], said=[], state={})
    monkeypatch.setattr(answering, "taken", lambda: page.own)
    monkeypatch.setattr(answering, "STATE", page.state)
    for name in ("radio", "selectbox"):
        monkeypatch.setattr(
            answering.st, name, lambda label, _, index, name=name, **__: page.drawn.append((name, index))
        )
    monkeypatch.setattr(
        answering.st, "text_input", lambda label, text, key, **_: page.drawn.append((key, label, text))
    )
    for name in ("caption", "success", "error", "warning"):
        monkeypatch.setattr(
            answering.st,
            name,
            lambda text, icon="", name=name: page.said.append((name, text.replace("\\", ""))),
        )
    return page


@pytest.mark.parametrize(
    ("n_choices", "code", "widget"), [(8, "", "radio"), (9, "", "selectbox"), (9, "x = 1", "radio")]
)
def test_up_to_eight_choices_are_listed_and_lines_of_a_program_always_are(page, n_choices, code, widget):
    asked = Asked("Which?", tuple("abcdefghi"[:n_choices]), code=code)
    for answer, index in (("", None), ("0", 0), (str(n_choices - 1), n_choices - 1), (str(n_choices), None)):
        page.drawn.clear()
        read = answering.choices(asked, answer, "key")
        assert page.drawn == [(widget, index)], answer
    with pytest.raises(ValueError, match="Choose an answer first"):
        read()
    page.state["key"] = 0
    assert read() == "0", "the first choice is one"


@pytest.mark.parametrize(
    ("names", "answer", "boxes"),
    [
        (("b",), "0.5", [("Your answer", "0.5")]),
        (("W", "b"), "0.5;-1", [("W", "0.5"), ("b", "-1")]),
        (("W", "b"), "", [("W", ""), ("b", "")]),
        (("W", "b"), "1;2;3", [("W", ""), ("b", "")]),  # an answer of another form
    ],
)
def test_each_number_has_a_box_with_what_was_answered(page, names, answer, boxes):
    answering.numbers(Asked("What?", numbers=names), answer, "key")
    assert page.drawn == [(f"key_{n}", *box) for n, box in enumerate(boxes)]


def test_numbers_are_stored_as_typed_but_for_spaces_and_another_minus_and_the_first_fault_is_named(page):
    read = answering.numbers(Asked("What?", numbers=("W", "b")), "", "key")
    page.state |= {"key_0": " 1e-3 ", "key_1": "\N{MINUS SIGN}2"}
    assert read() == "1e-3;-2"
    page.state["key_1"] = "2,5"
    with pytest.raises(ValueError, match=r"^b is '2,5'; allowed: a decimal point, as in 2\.5\.$"):
        read()
    page.state["key_0"] = "x"
    with pytest.raises(ValueError, match=r"^W is 'x'; allowed"):
        read()


def test_a_number_with_all_its_digits_is_stored_with_those_that_fit(page):
    read = answering.numbers(Asked("What?", numbers=("W", "b")), "", "key")
    page.state |= {"key_0": "-0.03421875432109876", "key_1": "2"}
    assert read() == "-0.03421875432;2"


def test_an_answer_is_stored_at_its_task_and_one_that_cannot_be_read_changes_nothing(page):
    def unreadable():
        raise ValueError("It is no number.")

    answering._answer(1, lambda: "2")
    answering._answer(1, unreadable)
    assert (page.own.answers, page.own.refused) == (["", "2", "", "", ""], {1: "It is no number."})
    answering._answer(1, lambda: "2")
    assert page.own.refused == {}


def shown(page, share, how):
    page.own = Taken("", Assignment("A", (Task("hunt", {"hunt": True}, shown=how),)), "Ada", answers=["2"])
    page.own.marks[0, "2"] = Mark(share, "Because.")
    page.said.clear()
    answering.verdict(0)
    ((widget, sentence),) = page.said
    return widget, sentence.strip()


@pytest.mark.parametrize(
    ("share", "widget", "sentence"),
    [
        (1, "success", "Right."),
        (0, "error", "Not right."),
        (0.5, "warning", "This earns 50% of the points."),
        (0.999, "warning", "This earns over 99% of the points."),
        (0.001, "warning", "This earns under 1% of the points."),
    ],
)
def test_the_verdict_says_as_much_as_was_chosen_and_a_part_is_neither_right_nor_wrong(
    page, share, widget, sentence
):
    assert shown(page, share, VERDICT) == (widget, sentence)
    assert shown(page, share, REASON) == (widget, f"{sentence} Because.")
    assert shown(page, share, NOTHING) == ("caption", ":material/check: Your answer is kept.")


@pytest.mark.parametrize(
    ("share", "widget", "earns"), [(1, "success", "100%"), (0, "error", "0%"), (0.4, "warning", "40%")]
)
def test_an_experiments_verdict_says_that_the_mark_has_other_starts(page, share, widget, earns):
    task = Task("experiment", {"target": 0.95, "most_units": 8}, shown=VERDICT)
    page.own = Taken("", Assignment("A", (task,)), "Ada", answers=["start"])
    page.own.marks[0, "start"] = Mark(share, "Because.")
    answering.verdict(0)
    said = f"From 5 other starts than those of your mark, this earns {earns} of the points. "
    assert page.said == [(widget, said)]
    page.own.answers[0], page.own.marks[0, "epochs=201"] = "epochs=201", Mark(0.0, "Too many.")
    answering.verdict(0)
    assert page.said[1:] == [("error", "Not right. ")], "settings that are not trained"


def test_a_fault_is_shown_at_its_own_task_and_an_open_task_has_no_verdict(page):
    page.own.refused[1] = "It is no number."
    answering.verdict(0)
    assert page.said == []
    answering.verdict(1)
    assert page.said == [("error", "It is no number.")]


@pytest.mark.parametrize(
    ("place", "answer", "kept"),
    [(0, "0.5", "Your earlier answer, 0.5, is kept."), (1, "2", "Your earlier answer is kept.")],
)
def test_while_an_entry_is_refused_the_verdict_is_said_to_be_on_the_answer_before(page, place, answer, kept):
    assert (page.own.asked(0).form, page.own.asked(1).form) == ("numbers", "choice")
    page.own.answers[place], page.own.marks[place, answer] = answer, Mark(0.0, "")
    page.own.refused[place] = "It is no number."
    for shown, more in ((VERDICT, " The verdict on it:"), (NOTHING, "")):
        tasks = [replace(one, shown=shown) for one in TASKS]
        page.own.assignment = replace(ASSIGNMENT, tasks=tasks)
        page.own.asked = Taken("", ASSIGNMENT, "Ada").asked
        page.said.clear()
        answering.verdict(place)
        assert page.said[:2] == [("error", "It is no number."), ("caption", f":material/check: {kept}{more}")]
        assert len(page.said) == 3 - (shown == NOTHING)


QUESTION = Task("question", {"page": "decision_boundary", "question": "would-two-hidden-units-be-enough"})


def test_a_pages_question_is_marked_on_its_page_once_the_experiment_has_run_and_only_once(page, monkeypatch):
    page.own = Taken("", Assignment("A", (QUESTION,)), "Ada", answers=["2"])
    marked, computed = [], ["answer", None]

    def mark(task, seed, answer, found):
        marked.append((task, seed, answer, found))
        return Mark(1.0, "")

    monkeypatch.setattr(answering.of_page, "marked", mark)
    answering.verdict(0)
    answering.verdict(0, computed.pop)
    assert [sentence for _, sentence in page.said] == [
        ":material/check: Your answer is kept. Whether it is right is shown on its page.",
        ":material/check: Your answer is kept. Whether it is right appears here once the experiment has run.",
    ]
    assert page.own.marks == {}
    for _ in range(2):
        answering.verdict(0, computed.pop)  # which would fail the second time
    assert marked == [(QUESTION, page.own.seed, "2", "answer")]
    assert page.said[2:] == [("success", "Right. ")] * 2
    page.own.answer(0, "1")
    assert answering._mark(0, lambda: "answer") is not None
    assert marked[1][2] == "1", "another answer has a mark of its own"


def test_a_question_whose_experiment_gives_no_answer_says_why(page):
    page.own = Taken("", Assignment("A", (QUESTION,)), "Ada", answers=["2"])

    def diverged():
        raise Unanswered("Every network diverged.")

    assert answering._mark(0, diverged) == answering.of_page.unanswered(Unanswered("Every network diverged."))


def test_a_widget_of_an_answer_differs_between_students_and_tasks(page):
    keys = set()
    for name in ("Ada", "Ben"):
        page.own.student = name
        keys |= {answering._key(place) for place in range(len(TASKS))}
    assert len(keys) == 2 * len(TASKS)
