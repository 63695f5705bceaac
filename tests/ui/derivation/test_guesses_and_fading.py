"""What a visit remembers of the derivation: guesses, lines left out, the order of lines, and the place."""

from types import SimpleNamespace

import numpy as np
import pytest

from lab.derivation import fading as levels
from lab.derivation import score
from lab.derivation.problem import Problem
from lab.derivation.step import Question
from lab.recall import LINES, RIGHT, outcome
from lab.recall import choices as choices_of
from ui.derivation import asking, chain, choosing, contents, fading, ordering
from ui.frame.visit import Visit

NUMBER = Question("number", "What is it?", None, 0.5, "Because.")
SIGN = Question("sign", "Which sign?", ("negative", "positive"), "positive", "Because.")
STEP = SimpleNamespace(
    key="step", asks=(NUMBER, SIGN), products=(), is_exact=False
)  # the sign is asked first
KEY = ("problem", "step", 1)


@pytest.fixture
def page(monkeypatch):
    """A visit, the session `state`, and what is `said`, [(name of the element, text), …]."""
    page = SimpleNamespace(tab=Visit(), state={}, said=[])
    monkeypatch.setattr(asking.box, "asks_step", lambda: False)
    for module in (asking, fading, ordering, choosing, contents):
        monkeypatch.setattr(module, "visit", lambda: page.tab)
    for module in (asking, fading, choosing, contents, chain):
        monkeypatch.setattr(module, "STATE", page.state)
    for module in (asking, fading, ordering, choosing):
        for name in ("success", "error", "info", "warning", "caption", "markdown"):
            monkeypatch.setattr(module.st, name, lambda text, name=name, **_: page.said.append((name, text)))
    return page


def test_the_numbers_of_a_step_are_shown_after_an_answer_on_request_or_if_nothing_is_asked(page, monkeypatch):
    silent = SimpleNamespace(key="silent", asks=())
    assert not asking.revealed("problem", STEP, True)
    assert asking.revealed("problem", STEP, False)
    assert asking.revealed("problem", silent, True)
    page.tab.revealed.add(("problem", "step"))
    assert asking.revealed("problem", STEP, True)
    assert not asking.revealed("another", STEP, True)
    monkeypatch.setattr(asking.box, "asks_step", lambda: True)
    for reveals in (True, False):
        monkeypatch.setattr(asking.box, "reveals", lambda reveals=reveals: reveals)
        assert asking.revealed("problem", STEP, False) == reveals


@pytest.mark.parametrize(
    ("question", "given", "guess"),
    [
        (NUMBER, None, None),
        (NUMBER, 0.5, score.Guess("0.5", True)),
        (NUMBER, 0.0, score.Guess("0", False)),
        (SIGN, "positive", score.Guess("positive", True)),
        (SIGN, "negative", score.Guess("negative", False)),
    ],
)
@pytest.mark.parametrize("level", [None, score.CERTAIN])
def test_a_guess_is_kept_with_how_sure_it_was_and_reveals_its_step_and_no_guess_changes_nothing(
    page, question, given, guess, level
):
    place, marks = asking._place(KEY), []
    page.state |= {f"_guess_{place}": given, f"_sure_{place}": level}
    asking._guess(KEY, question, marks.append)
    if guess is None:
        assert (page.tab.guesses, page.tab.revealed, marks) == ({}, set(), [])
    else:
        assert page.tab.guesses == {KEY: guess._replace(level=level or "")}
        assert page.tab.revealed == {("problem", "step")}
        assert marks == [guess.is_right]
    asking._guess(KEY, question, None)


def test_each_answer_gets_its_own_verdict_and_a_shown_one_none(page):
    assert not asking.answered(KEY, NUMBER)
    asking._show(KEY)
    assert page.tab.revealed == {("problem", "step")}
    assert asking.answered(KEY, NUMBER)
    page.tab.guesses[KEY] = score.Guess("0.5", True)
    assert asking.answered(KEY, NUMBER)
    page.tab.guesses[KEY] = score.Guess("0.7", False, score.CERTAIN)
    assert asking.answered(KEY, NUMBER._replace(more="Look again."))
    page.tab.guesses[KEY] = score.Guess("0.7", False, score.FAIRLY)
    assert asking.answered(KEY, NUMBER._replace(more="Look again."))
    assert [name for name, _ in page.said] == ["info", "success", "error", "error"]
    info, right, certain, unsure = (text for _, text in page.said)
    assert info.endswith("Because. *Shown, so it counts neither as right nor as wrong.*")
    assert right.startswith("Right: ")
    assert right.endswith(" Because.")
    assert ("Look again." in certain, "Look again." in unsure) == (True, False)


def test_the_next_question_hides_the_step_until_it_is_answered_and_after_the_last_comes_the_first(page):
    place = "problem", "step"
    first, second = asking.in_order(STEP)
    page.tab.revealed.add(place)
    page.tab.guesses[(*place, first)] = score.Guess("0.5", True)
    asking._another("problem", STEP)
    assert (page.tab.questions[place], page.tab.revealed) == (1, set())
    asking._show((*place, second))
    asking._another("problem", STEP)
    assert page.tab.questions[place] == 0
    asking._another("problem", STEP)
    assert (page.tab.questions[place], page.tab.revealed) == (1, {place}), "both were answered before"


def test_a_score_is_told_with_what_was_shown_and_none_before_the_first(page):
    asking.tell_score()
    assert page.said == []
    page.tab.shown = {(1,), (2,)}
    page.tab.guesses = {1: score.Guess("a", True, score.CERTAIN), 2: score.Guess("b", False)}
    asking.tell_score()
    assert page.said == [
        (
            "caption",
            "Your predictions: 1 right, 1 wrong; 2 answers shown. "
            "The one answer you were certain of was right.",
        )
    ]


def test_two_right_answers_leave_out_one_more_line_and_a_wrong_one_fewer_from_the_next_step_on(
    page, monkeypatch
):
    monkeypatch.setattr(
        fading.fading, "left_out", lambda problem, step, n: {0: NUMBER._replace(answer=float(n))}
    )
    other = SimpleNamespace(key="other", asks=(), is_exact=False)
    page.state[fading.KEY] = "The last"
    n_lines = levels.MODES["The last"]
    assert fading.left_out("problem", STEP)[0].args[1].answer == n_lines
    fading._answered("first", True)
    assert (page.state[fading.KEY], page.tab.lines_in_a_row) == ("The last", 1)
    fading._answered("second", True)
    assert (page.state[fading.KEY], page.tab.lines_in_a_row) == ("The last two", 0)
    assert fading.left_out("problem", STEP)[0].args[1].answer == n_lines, "this step stays as it was"
    assert fading.left_out("problem", other)[0].args[1].answer == levels.MODES["The last two"]
    for key in ("first", "second"):
        fading._tell_moved(key)
    assert page.said == [
        ("caption", "Two right in a row. From the next step on, the last two lines are yours.")
    ]
    fading._answered("third", False)
    fading._tell_moved("third")
    assert page.said[1:] == [("caption", "From the next step on, the last line is yours.")]
    fading._chosen()
    assert (page.tab.lines_moved, page.tab.fading) == (None, {}), "the visitor's own choice counts at once"
    fading._tell_moved("third")
    page.state[fading.KEY] = levels.LEVELS[0]
    fading._answered("fourth", False)
    fading._tell_moved("fourth")
    assert len(page.said) == 2, "nothing has changed"
    page.state.clear()
    assert fading._level() == 0


def test_a_number_is_open_until_its_line_is_answered_and_one_that_a_prediction_told_is_not_asked_for(
    page, monkeypatch
):
    own = {1: NUMBER._replace(answer=-0.607), 2: SIGN._replace(kind="line")}
    monkeypatch.setattr(fading.fading, "left_out", lambda problem, step, n: own)
    assert fading.open_numbers("problem", STEP) == ("-0.607",)
    page.tab.shown = {("problem", "step", "line 1")}
    assert fading.open_numbers("problem", STEP) == ()
    for reason, places in ((r"$f(-0.704) \approx -0.607$", [2]), (r"$x \approx 0.607$", [1, 2])):
        step = SimpleNamespace(**vars(STEP) | {"asks": (SIGN, NUMBER._replace(reason=reason))})
        page.tab.guesses, page.tab.shown = {}, set()
        assert list(fading.left_out("problem", step)) == [1, 2], "nothing is told yet"
        page.tab.guesses[("problem", "step", 1)] = score.Guess("1", False)
        assert list(fading.left_out("problem", step)) == places


def test_a_step_asks_until_it_is_answered_and_then_offers_its_other_questions(page, monkeypatch):
    forms, buttons, prompts = [], [], []
    monkeypatch.setattr(asking, "form", lambda key, question, **_: forms.append((key, question)))
    monkeypatch.setattr(asking.st, "button", lambda label, **_: buttons.append(label))
    monkeypatch.setattr(asking.st, "markdown", prompts.append)
    asking.ask("problem", STEP)
    assert (forms, buttons) == ([(KEY, SIGN)], [])
    asking._show(KEY)
    asking.ask("problem", STEP)
    assert (len(forms), buttons) == (1, ["Ask another question"])
    alone = SimpleNamespace(key="alone", asks=(NUMBER,), products=())
    asking._show(("problem", "alone", 0))
    asking.ask("problem", alone)
    assert (len(forms), len(buttons)) == (1, 1), "it has one question"
    assert prompts[0] == f"**Predict first.** {SIGN.prompt}"
    assert prompts[2] == "**Predict first.** What is it? Give it within 5%."


def test_formulas_to_choose_from_have_letters_and_words_have_none(monkeypatch):
    formulas, asked = [], []

    def radio(label, choices, format_func=str, **_):
        asked.append([format_func(one) for one in choices])

    monkeypatch.setattr(asking.st, "latex", lambda formula, **_: formulas.append(formula))
    monkeypatch.setattr(asking.st, "radio", radio)
    asking._choices("Your answer", ("negative", "positive"), "key", stacked=False)
    assert (asked, formulas) == ([["negative", "positive"]], [])
    asking._choices("Your answer", ("$x$", "$y + 1$"), "key", stacked=True)
    assert asked[1:] == [["A", "B"]]
    assert formulas == [r"\textbf{A} \quad x", r"\textbf{B} \quad y + 1"]


def test_a_line_that_is_left_out_is_asked_for_until_it_is_answered_or_shown(page, monkeypatch):
    forms = []
    monkeypatch.setattr(asking, "form", lambda key, question, **how: forms.append((key, question, how)))
    assert fading._ask(KEY, NUMBER) is False
    ((key, question, how),) = forms
    assert (key, question, how["stacked"]) == (KEY, NUMBER, True)
    how["after"](True)
    assert page.tab.lines_in_a_row == 1, "the answer counts"
    page.tab.lines_moved = None
    asking._show(KEY)
    assert fading._ask(KEY, NUMBER) is True
    assert len(forms) == 1
    assert [name for name, _ in page.said] == ["markdown", "markdown", "info"]


def test_a_pressed_line_takes_the_first_free_place_and_leaves_it_again(page):
    n = len(LINES)
    lines = [SimpleNamespace(key=key) for key in "abcd"]
    assert ordering._places(lines) == (None,) * n
    for key in "ab":
        ordering._press(key, ordering._places(lines))
    assert page.tab.ordered == ("a", "b", *(None,) * (n - 2))
    ordering._press("a", ordering._places(lines))
    ordering._press("c", ordering._places(lines))
    assert page.tab.ordered == ("c", "b", *(None,) * (n - 2))
    assert ordering._places(lines[1:3]) == ("c", "b", *(None,) * (n - 2))
    assert ordering._places(lines[:2]) == (None, "b", *(None,) * (n - 2)), "one of another network"
    ordering._check(ordering._places(lines))
    assert (page.tab.checked, page.tab.n_runs) == (page.tab.ordered, 1)
    full = ("d",) * n
    ordering._press("a", full)
    assert page.tab.ordered == full
    ordering._clear()
    assert ordering._places(lines) == (None,) * n


@pytest.mark.parametrize(
    ("places", "misplaced", "said"),
    [
        ((LINES[0], None), None, ["So far so good: this line is in place."]),
        ((*LINES[:3], None, LINES[4]), None, ["So far so good: these 3 lines are in place."]),
        ((*LINES[:1], None), 0, [f"Line {ordering.FIRST}, `"]),
        ((*LINES[:2], None), 1, [f"Line {ordering.FIRST + 1}, `", "The line before it can stay."]),
        ((*LINES[:4], None), 3, [f"Line {ordering.FIRST + 3}, `", "The 3 lines before it can stay."]),
        (LINES, None, ["**Right.** Every line has what it needs. They agree."]),
    ],
)
def test_the_first_line_out_of_place_is_named_and_up_to_a_gap_the_order_may_be_right(
    page, monkeypatch, places, misplaced, said
):
    seen = []
    found = misplaced if misplaced is None else SimpleNamespace(position=misplaced, why="Why.")
    monkeypatch.setattr(ordering, "judged", lambda keys: seen.append(keys) or found)
    monkeypatch.setattr(ordering, "outcome", lambda *_: None)
    monkeypatch.setattr(ordering.sentences, "agreement", lambda outcome: "They agree.")
    ordering._judge(SimpleNamespace(activation="tanh"), tuple(places))
    assert seen == [tuple(places[: places.index(None)] if None in places else places)]
    assert [text[: len(start)] for (_, text), start in zip(page.said, said, strict=True)] == said


def test_the_chosen_lines_are_kept_with_those_that_have_no_choice_once_one_is_chosen(page):
    alone = [line for line in LINES if len(choices_of(line, 0)) == 1]
    line = next(line for line in LINES if line not in alone)
    choosing._run()
    assert (page.tab.n_runs, page.tab.chosen) == (1, {})
    page.state[f"_choice_{line}"] = "its choice"
    choosing._run()
    assert (page.tab.n_runs, page.tab.chosen) == (2, {line: "its choice"} | {one: one for one in alone})
    page.state.clear()
    choosing._run()
    assert page.tab.chosen[line] == "its choice", "an empty form forgets nothing"


@pytest.mark.parametrize(
    ("wrong", "right", "name"),
    [((), True, "success"), (("W1",), False, "error"), ((), False, "warning")],
)
def test_what_a_program_does_is_said_by_how_right_it_is(page, monkeypatch, wrong, right, name):
    monkeypatch.setattr(choosing.sentences, "said", lambda result: ["First.", "Then."])
    choosing._say(SimpleNamespace(wrong=wrong, right=right))
    assert page.said == [(name, "First."), ("markdown", "Then.")]


@pytest.mark.parametrize(
    ("change", "n_curves", "said"),
    [
        ({"loop": "stops_early"}, 1, ". It starts from this page's weights. "),
        ({"slope": "slope_forgotten"}, 2, ". Both start from this page's weights. "),
        ({}, 1, "; yours is the same. Both start from this page's weights. "),
    ],
)
def test_the_start_of_the_training_is_told_of_the_programs_that_train(
    page, monkeypatch, change, n_curves, said
):
    problem, drawn = Problem(seed=1), []
    chosen = {fragment.line: fragment.key for fragment in RIGHT} | change
    monkeypatch.setattr(choosing, "show", lambda *_, **__: None)
    monkeypatch.setattr(choosing.charts, "programs", lambda frame, *_, **__: drawn.append(frame))
    result = outcome(problem, [chosen[line] for line in LINES])
    choosing._show(result, problem)
    assert drawn[0]["program"].nunique() == n_curves
    assert said in page.said[-1][1]


def test_a_program_without_a_loss_has_no_line():
    frame = choosing._frame({"yours": np.array([]), "right": np.array([0.5, 0.0])})
    assert frame["program"].tolist() == ["right"] * 2
    assert frame["epoch"].tolist() == [0, 1]
    assert frame[["median", "low", "high"]].to_numpy().tolist() == [[0.5] * 3, [0.0] * 3]


def test_a_click_on_the_graph_chooses_its_mark_and_a_second_click_unchooses_it(page, monkeypatch):
    monkeypatch.setattr(chain.paths, "starts", lambda problem: {"W": "its weight", "h": "its unit"})
    click, place = chain.on_click("problem", STEP, "graph"), chain._key(STEP)
    for edges, nodes, chosen in (
        (["W"], [], "its weight"),
        (["W"], ["h"], "its unit"),
        (["W"], [], chain.NONE),  # the unit again
        ([], [], "its weight"),  # the weight was marked before
        (["y"], [], chain.NONE),  # which is no start
        ([], [], chain.NONE),
        (["W"], ["h"], chain.NONE),  # two marks have changed
    ):
        marks = {"edge": [{"id": one} for one in edges], "node": [{"id": one} for one in nodes] or None}
        page.state["graph"] = {"selection": marks}
        click()
        assert page.state[place] == chosen, (edges, nodes)


def test_paths_with_a_product_of_0_are_left_out_unless_all_are(monkeypatch):
    def path(product):
        return SimpleNamespace(product=product, edges=("a>b", "b>c"))

    every = [path(0.5), path(-0.25), path(0.0), path(0.1), path(0.05)]
    monkeypatch.setattr(chain.paths, "SHOWN", 3)
    monkeypatch.setattr(chain.paths, "chain", lambda *_: SimpleNamespace(paths=every))
    assert [one.product for one in chain._written_out(None, None)] == [0.5, -0.25, 0.1]
    assert chain.lit(None, None) == {"a>b", "b>c", "a", "b", "c"}
    every[:] = [path(0.0), path(0.0)]
    assert len(chain._written_out(None, None)) == 1


def test_moving_to_a_step_closes_the_contents_and_to_the_section_below_it_is_counted(page):
    contents._go("next")
    assert page.state == {"step": "next", contents.OPEN: False}
    assert (page.tab.moves, page.tab.n_recalled, page.tab.recall_due) == (1, 0, False)
    contents._go("last", to_recall=True)
    assert (page.tab.moves, page.tab.n_recalled, page.tab.recall_due) == (2, 1, True)


@pytest.mark.parametrize(("at", "moves"), [(0, ["Next: b"]), (1, ["Back: a", "Next: c"]), (2, ["Back: b"])])
def test_there_is_nothing_before_the_first_step_and_after_the_last(page, monkeypatch, at, moves):
    buttons = []
    steps = [SimpleNamespace(key=key, title=key) for key in "abc"]
    monkeypatch.setattr(contents.lock, "hides", lambda name: False)
    monkeypatch.setattr(contents.st, "button", lambda label, **how: buttons.append((label, how["args"])))
    contents.moves(steps, steps[at], shown=False)
    assert [label for label, _ in buttons] == moves
    assert [args for _, args in buttons] == [(label[-1],) for label in moves]
    assert page.tab.read == set()
    contents.moves(steps, steps[at], shown=True)
    assert page.tab.read == {"abc"[at]}
    monkeypatch.setattr(contents.lock, "hides", lambda name: True)
    contents.moves(steps, steps[at], shown=False)
    assert len(buttons) == 2 * len(moves)
