"""A step's lines, shapes and code: what is drawn where, and what a line that is left out hides."""

import contextlib
from types import SimpleNamespace

import numpy as np
import pytest
from derived import steps_of

from lab.derivation import Problem, layers_in_words
from lab.derivation.evidence import Claim
from ui.derivation import walkthrough

PROBLEM = Problem(activation="tanh")


@pytest.fixture
def drawn(monkeypatch):
    """What is drawn, [(place, text), …]: the place is that of the columns, box or page around it."""
    found, around = [], ["page"]

    @contextlib.contextmanager
    def place(name):
        around.append(name)
        yield
        around.pop()

    def draw(text, **_):
        found.append((around[-1], text))

    def columns(spec, gap):
        return place("left"), place("right")

    for name in ("markdown", "caption", "latex", "code", "success", "error"):
        monkeypatch.setattr(walkthrough.st, name, draw)
    monkeypatch.setattr(walkthrough.st, "columns", columns)
    monkeypatch.setattr(walkthrough.st, "container", lambda: place(around[-1]))
    monkeypatch.setattr(walkthrough.st, "popover", lambda label, **_: place("in the engine"))
    return found


@pytest.fixture
def named(drawn, monkeypatch):
    """Lines that are drawn by their names and checks."""
    monkeypatch.setattr(walkthrough, "_line", lambda line, check: walkthrough.st.caption(f"{line}, {check}"))


def step_of(**fields):
    claim = Claim("the value", np.array(1.0), np.array(1.0))
    step = {"lines": ("one", "two", "three"), "line_checks": ("a", "b", "c"), "claims": {"c": claim}}
    step |= {"shapes": (), "code": (), "plain": "", "note": ""}
    return SimpleNamespace(**step | fields)


ENGINE = (("mlp.network", "forward", 12, "a = f(z)"), ("mlp.losses", "value", 7, "L = -log(p)"))


@pytest.mark.parametrize(("plain", "place"), [("a = f(z)", "right"), ("a\nb", "right"), ("a\nb\nc", "page")])
def test_short_code_stands_beside_the_formulas_and_longer_code_below_with_the_engines_behind_a_click(
    named, drawn, plain, place
):
    assert walkthrough.lines(step_of(code=ENGINE, plain=plain, note="A note."))
    assert drawn[:3] == [("left", "one, a"), ("left", "two, b"), ("left", "three, c")]
    assert drawn[3:-2] == [
        (place, "**Code**"),
        (place, plain),
        ("in the engine", "a = f(z)"),
        ("in the engine", "mlp.network.forward, line 12"),
        ("in the engine", "L = -log(p)"),
        ("in the engine", "mlp.losses.value, line 7"),
    ]
    values, note = drawn[-2:]
    assert values[1].startswith("The engine's own values: the value :green[")
    assert note == ("page", "A note.")


def test_without_an_exported_line_the_engines_stand_there_themselves(named, drawn):
    assert walkthrough.lines(step_of(code=ENGINE[:1]))
    assert drawn[3:6] == [
        ("right", "**Code**"),
        ("right", "a = f(z)"),
        ("right", "mlp.network.forward, line 12"),
    ]
    drawn.clear()
    assert walkthrough.lines(step_of(shapes=(("z", r"K \times m", "3 × 2"),)))
    assert ("right", "**Shapes**") in drawn
    assert any(text.endswith(r"$: $K \times m$ = 3 × 2") for _, text in drawn)
    assert ("right", "**Code**") not in drawn


@pytest.mark.parametrize(
    ("answered", "shown", "n_lines"),
    [
        ({1: False}, False, 1),
        ({0: False, 1: True}, False, 0),
        ({1: True, 2: False}, False, 2),
        ({0: True, 2: True}, True, 3),
        ({}, True, 3),
    ],
)
def test_nothing_is_drawn_below_a_line_that_is_left_out_until_it_is_answered(
    named, drawn, answered, shown, n_lines
):
    left_out = {place: lambda is_given=is_given: is_given for place, is_given in answered.items()}
    step = step_of(code=ENGINE, plain="a = f(z)", shapes=(("z", "K", "3"),), note="A note.")
    assert walkthrough.lines(step, left_out) == shown
    assert [text for place, text in drawn if place == "left"] == ["one, a", "two, b", "three, c"][:n_lines]
    assert (("page", "A note.") in drawn) == shown
    assert (("right", "**Code**") in drawn) == shown


def test_the_lines_above_one_that_asks_for_a_number_have_a_question_mark_for_it(drawn):
    step = steps_of(PROBLEM)["hidden_activation"]
    ((*_, asked),) = step.claims[step.main].analytic
    numbers = (f"{asked:.3g}",)
    assert not walkthrough.lines(step, {1: lambda: False}, numbers)
    (above,) = [text for _, text in drawn if "bmatrix" in text]
    assert numbers[0] not in above
    assert above.count("?") == 1
    drawn.clear()
    walkthrough.lines(step, {1: lambda: False})
    assert numbers[0] in "".join(text for _, text in drawn)


@pytest.mark.parametrize(
    ("key", "folded", "is_box"),
    [
        (walkthrough.OPENS, False, False),
        (walkthrough.OPENS, True, True),
        ("hidden_activation", False, True),
    ],
)
@pytest.mark.parametrize("is_open", [False, True])
def test_the_symbols_are_told_at_the_first_step_and_behind_a_click_at_others(
    monkeypatch, key, folded, is_box, is_open
):
    said, boxes = [], []
    place = SimpleNamespace(markdown=said.append, open=is_open)
    monkeypatch.setattr(walkthrough.st, "container", lambda: place)
    monkeypatch.setattr(walkthrough.st, "expander", lambda label, **_: boxes.append(label) or place)
    walkthrough.notation(PROBLEM, steps_of(PROBLEM)[key], folded)
    assert boxes == ["What the symbols mean"] * is_box
    assert len(said) == 2 * (is_open or not is_box)
    if said:
        assert said[0] == layers_in_words(PROBLEM)


def test_what_the_checks_showed_is_green_or_names_the_steps_that_failed_once_each(drawn):
    class Result:
        failed = ()

        def __str__(self):
            return "Checked."

    result = Result()
    walkthrough.verified(result)
    result.failed = (("loss", "L"), ("hidden_delta", "a"), ("hidden_delta", "b"))
    walkthrough.verified(result)
    assert [text for _, text in drawn] == ["Checked.", "Checked. Not verified: hidden_delta, loss."]


@pytest.mark.parametrize(
    ("latex", "numbers", "places"),
    [
        ("z = 1", "1 = 2", ("left", "right")),
        ("z = 1", "1" * (walkthrough.BESIDE + 1), ("page", "page")),
        ("1" * (walkthrough.FORMULA + 1), "1 = 2", ("page", "page")),
        ("1" * walkthrough.FORMULA, "1" * walkthrough.BESIDE, ("left", "right")),
        ("z = 1", "z = 1", ("left", "right")),  # which would say the same again
    ],
)
@pytest.mark.parametrize("check", [None, Claim("it", np.array(1.0), np.array(1.0))])
def test_a_line_has_its_rule_its_formula_its_check_and_the_formula_in_numbers(
    drawn, latex, numbers, places, check
):
    line = SimpleNamespace(latex=latex, numbers=numbers, rule="The rule.")
    walkthrough._line(line, check)
    left, right = places
    expected = [(left, "The rule."), (left, latex)]
    if check or left != right:  # beside a formula, its column would be empty
        expected.append((right, walkthrough.mark(check)))
    if numbers != latex:
        expected.append((right, walkthrough.sized(numbers)))
    assert drawn == expected
