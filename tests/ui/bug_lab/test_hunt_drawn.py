"""What the page of a hunt says before the answer, after a wrong one and at the end."""

import contextlib
import itertools
from types import SimpleNamespace

import pytest

from lab.bugs import BUGS, DETECTORS
from lab.bugs.bug import Place
from lab.bugs.detectors import Finding
from lab.bugs.hunt import GIVEN_UP, NONE, SOLVED, Hunt, Played, completion_code
from ui.bug_lab import hunt
from ui.frame.visit import Visit

BUG = next(key for key, bug in BUGS.items() if len(bug.caught_by) > 1)
MOONS = Place("moons", "standard", (8, 4), "tanh")


@pytest.fixture
def page(monkeypatch):
    """Hunt 7 hides `answer`; what is `drawn`, in order; the buttons, {label: (on_click, args, how)}."""
    page = SimpleNamespace(answer=BUG, drawn=[], buttons={}, tab=Visit(hunts={}), kind="", index=None)
    page.arrived = []

    def button(label, on_click, args, kwargs=None, **how):
        page.buttons[label] = (on_click, args, kwargs or {}, how)

    def selectbox(label, options, index, key, **_):
        page.index, page.key = index, key

    class Column:
        __enter__ = __exit__ = lambda *_: None

    def metric(*figures, width="stretch", **_):
        page.drawn.append(figures)
        assert width == "content", "a column of fixed width cuts a long score"

    st = SimpleNamespace(
        metric=metric,
        columns=lambda *_, **__: (Column(), Column()),
        container=lambda **_: contextlib.nullcontext(),
        query_params={},
        button=button,
        selectbox=selectbox,
        session_state={},
        code=lambda text, **_: page.drawn.append(text),
        **{
            name: lambda text, icon="", help="", name=name: page.drawn.append((name, text))
            for name in ("markdown", "caption", "subheader", "error", "success", "info", "warning")
        },
    )
    monkeypatch.setattr(hunt, "st", st)
    monkeypatch.setattr(hunt, "visit", lambda: page.tab)
    monkeypatch.setattr(hunt, "hunt", lambda number: Hunt(page.answer, MOONS))
    monkeypatch.setattr(hunt.box, "kind", lambda: page.kind)
    monkeypatch.setattr(hunt.lock, "hides", lambda key: False)
    monkeypatch.setattr(hunt.class_answers, "code", lambda: "")
    for name in ("learning", "draw"):
        monkeypatch.setattr(
            hunt.evidence,
            name,
            lambda *what, name=name: page.drawn.append((name, *what)) or Finding(True, "Says.", {}),
        )
    monkeypatch.setattr(hunt.arriving, "here", lambda *what, **how: page.arrived.append((what, how)))
    monkeypatch.setattr(hunt.repair, "offer", lambda *what: page.drawn.append(("repair", *what)))
    return page


def said(page, kind):
    return [one[1] for one in page.drawn if one[0] == kind]


def test_a_hunt_takes_place_where_its_number_says(page):
    lab = hunt.lab_of(7)
    train = lab.experiment.train
    assert (lab.experiment.data.name, train.hidden_layer_sizes, train.activation) == ("moons", (8, 4), "tanh")
    assert (train.schedule, train.l2, train.epochs, lab.n_seeds) == ("triangular", 0.001, 20, 3)


def test_the_number_of_a_hunt_goes_from_1_to_the_most(monkeypatch):
    asked = []
    monkeypatch.setattr(hunt.lock, "control", lambda *what, **how: asked.append((what, how)) or 7)
    assert hunt.number() == 7
    ((what, how),) = asked
    assert what[1:] == ("Hunt number", 1, 9999)
    assert how["key"] == "hunt"


def test_what_is_shared_is_the_link_of_this_hunt_with_the_problems_of_its_lock(monkeypatch):
    drawn = []
    monkeypatch.setattr(hunt.lock, "problems", lambda: ["One.", "Two."])
    monkeypatch.setattr(hunt.shell, "show_sentence", lambda draw, text, icon: drawn.append(text))
    monkeypatch.setattr(hunt.panel, "share_page", drawn.append)
    hunt.share(12)
    assert drawn == ["One.", "Two.", {"mode": "Hunt", "hunt": "12"}]


def test_a_wrong_answer_is_judged_by_the_tests_of_this_hunts_own_program(page, monkeypatch):
    asked = []
    monkeypatch.setattr(hunt.trials, "findings", lambda *what: asked.append(what) or {})
    key = next(key for key in BUGS if key != BUG)
    hunt._why_not(7, key)
    assert asked == [(hunt.lab_of(7), ("hunt", 7), BUGS[BUG].steps())]


def test_before_the_answer_the_program_is_described_and_every_closed_instrument_can_be_opened(page):
    lab, first = hunt.lab_of(7), next(iter(DETECTORS))
    page.tab.hunts[7] = Played(opened=(first, "order"))
    hunt.hunt_down(7, lab)
    assert page.drawn[0] == (
        "markdown",
        "Somebody wrote this program: moons, hidden layers 8-4, tanh, softmax cross-entropy, an L2 penalty "
        "of 0.001, a triangular schedule, minibatches of 32. One step of it may be wrong. "
        "**What do you suspect?**",
    )
    steps = BUGS[BUG].steps()
    assert page.drawn[1] == ("learning", lab, ("hunt", 7), steps, "this program", "hunt")
    closed = [name for name in DETECTORS if name not in (first, "order")]
    for name in closed:
        on_click, args, kwargs, how = page.buttons[DETECTORS[name].title]
        assert (on_click, args, kwargs, how["disabled"]) == (hunt._play, (7,), {"opened": (name,)}, False)
    assert DETECTORS[first].title not in page.buttons
    shown = [one for one in page.drawn if one[0] == "draw"]
    assert shown == [
        ("draw", name, lab, ("hunt", 7), steps, "this program", "hunt_7") for name in ("order", first)
    ], "the one opened last is the first"
    assert said(page, "caption") == ["Says."] * 2
    assert ("This hunt is worth", "90 points") in page.drawn
    assert "Open what you need: each costs 5 points of 100, a wrong answer 20." in said(page, "markdown")
    assert not [one for one in page.drawn if one[0] == "repair"]
    page.drawn.clear()
    page.kind = "hunt"  # a task of an assignment, which has points of its own
    hunt.hunt_down(7, lab)
    assert "Answer in the box of the task, above." in said(page, "caption")
    assert "Open what you need." in said(page, "markdown")
    assert not [one for one in page.drawn if one[0] == "This hunt is worth"]


def test_the_focus_goes_to_an_instrument_when_it_is_opened_and_not_to_those_of_another_hunt(page):
    title = DETECTORS["order"].title
    page.tab.hunts[8] = Played(opened=("recount",))
    hunt.hunt_down(7, hunt.lab_of(7))
    hunt._play(7, opened=("order",))
    hunt.hunt_down(7, hunt.lab_of(7))
    hunt.hunt_down(8, hunt.lab_of(8))
    hunt._play(8, end=GIVEN_UP)
    hunt.hunt_down(8, hunt.lab_of(8))
    names, arrivals = ([what[place] for what, _ in page.arrived] for place in (1, 2))
    assert names[:2] == ["", title]
    assert [one != before for before, one in itertools.pairwise(arrivals)] == [True, False, False]
    assert all(what[3] == what[2] for what, _ in page.arrived), "the page as it was opened moves nothing"


def test_a_class_whose_answers_are_only_counted_is_told_of_no_costs(page, monkeypatch):
    monkeypatch.setattr(hunt.class_answers, "code", lambda: "ABCDEF")
    monkeypatch.setattr(hunt.class_answers, "waits", lambda *_: True)
    hunt.hunt_down(7, hunt.lab_of(7))
    assert not [text for text in said(page, "markdown") if "costs" in text]
    assert "Open what you need." in said(page, "markdown")


@pytest.mark.parametrize(("answer", "n_repairs"), [(BUG, 1), (NONE, 0)])
def test_after_the_end_nothing_more_is_opened_and_a_bug_can_be_repaired(page, answer, n_repairs):
    lab, page.answer = hunt.lab_of(7), answer
    page.tab.hunts[7] = Played(end=GIVEN_UP)
    hunt.hunt_down(7, lab)
    assert all(page.buttons[test.title][3]["disabled"] for test in DETECTORS.values())
    assert [one for one in page.drawn if one[0] == "repair"] == [("repair", lab, BUG, "hunt_7")] * n_repairs


def test_a_solved_hunt_says_its_points_the_bug_and_its_tests_and_one_given_up_none(page):
    bug = BUGS[BUG]
    tests = "; ".join(DETECTORS[name].title.lower() for name in bug.caught_by)
    page.tab.hunts = {
        7: Played(("order",), ("schedule",), SOLVED),
        3: Played(end=SOLVED),
        4: Played(end=GIVEN_UP),
    }
    hunt._answer(7, page.tab.hunts[7])
    assert page.drawn == [
        ("This hunt is worth", "75 points"),
        ("Your score", "175 points", "2 solved"),
        ("markdown", f"Completion code: `{completion_code(page.tab.hunts)}`"),
        ("success", "Found, for 75 points."),
        ("markdown", f"**{bug.title}.** {bug.why} {bug.gives_away}"),
        bug.lines()[1],
        ("caption", f"Found by: {tests}."),
    ]
    assert page.buttons["Start the next hunt"][:2] == (hunt._next, (7,))
    page.drawn.clear()
    page.answer = NONE
    hunt._explain(7, Played(end=GIVEN_UP))
    assert page.drawn == [
        ("info", "Given up: no points."),
        ("markdown", "**There is no bug.** Every test passes: the program is right."),
    ]


@pytest.mark.parametrize(("wrong", "title"), [(NONE, hunt.NOTHING_WRONG), ("schedule", "")])
def test_the_last_wrong_answer_is_named_and_nothing_is_chosen_yet(page, monkeypatch, wrong, title):
    wrong = wrong if wrong == NONE else next(key for key in BUGS if key != BUG)
    monkeypatch.setattr(hunt, "_why_not", lambda number, key: f"Not {key} in {number}.")
    monkeypatch.setattr(hunt.class_answers, "given", lambda question: NONE)  # in no class
    page.tab.hunts = {7: Played((), (BUG, wrong))}
    hunt._answer(7, page.tab.hunts[7])
    (fault,) = said(page, "error")
    assert fault == f"“{title or BUGS[wrong].title}” is not the answer. Not {wrong} in 7."
    assert (page.index, page.key) == (None, "_answer_7")
    assert page.buttons["Submit"][:2] == (hunt._judge, (7,))
    assert page.buttons["Give up"][:3] == (hunt._play, (7,), {"end": GIVEN_UP})


def test_in_a_class_the_answer_is_counted_first_and_then_stands_in_the_box(page, monkeypatch):
    waiting, asked = [True, False, False], []
    monkeypatch.setattr(hunt.class_answers, "code", lambda: "ABCDEF")
    monkeypatch.setattr(hunt.class_answers, "waits", lambda *what: asked.append(what) or waiting.pop(0))
    given = [NONE, "gone"]
    monkeypatch.setattr(hunt.class_answers, "given", lambda question: given.pop(0))
    titles = {key: title for title, key in hunt.answers().items()}
    hunt._answer(7, Played())
    assert (page.drawn, asked) == ([], [("hunt:7", titles)])
    hunt._answer(7, Played())
    assert page.index == list(titles).index(NONE)
    hunt._answer(7, Played())
    assert page.index is None
