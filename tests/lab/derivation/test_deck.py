"""The deck for Anki: every question of every seed once, with all that answering it needs."""

import csv
import re

import pytest

from lab.derivation import Problem, derive
from lab.derivation.deck import SETTINGS, as_html, deck, front

PROBLEM = Problem(activation="tanh", seed=2**32 - 3)
N_SETTINGS = len(SETTINGS)


def cards(text):
    """The rows as Anki reads them: after the settings, columns front, back, tags."""
    lines = text.split("\n")
    assert lines[:N_SETTINGS] == list(SETTINGS)
    return list(csv.reader("\n".join(lines[N_SETTINGS:]).splitlines(keepends=True)))


@pytest.fixture(scope="module")
def two():
    return deck(PROBLEM, derive, 2)


def test_every_question_is_a_card_and_one_that_is_alike_for_two_seeds_is_one_card(two):
    rows = cards(two)
    assert {len(row) for row in rows} == {3}
    fronts = [front for front, _, _ in rows]
    asked = [front.partition("<br><br>A. ")[0] for front in fronts]
    assert len(set(asked)) == len(fronts), "other choices make no other card"
    one = cards(deck(PROBLEM, derive, 1))
    assert rows[: len(one)] == one
    assert len(one) < len(rows) < 2 * len(one)
    every = [(step, question) for step in derive(PROBLEM) for question in step.asks]
    assert len(one) == len({(step.key, question.prompt) for step, question in every})
    for step, question in every:
        found = [row for row in one if as_html(question.prompt) in row[0] and step.key in row[2].split()]
        assert any(as_html(question.reason) in back for _, back, _ in found), (step.key, question.prompt)


def test_a_card_with_a_number_states_every_number_of_its_network(two):
    (front, back, tags), *_ = [row for row in cards(two) if row[2].endswith("output_delta number")]
    arrays = (PROBLEM.X, *(array for layer in PROBLEM.params for array in layer))
    assert all(f"{value:g}" in front for array in arrays for value in array.flat)
    assert r"\tanh" in front
    assert r"\(\lambda_1 = 0\), \(\lambda_2 = 0\)" in front
    assert tags == "backprop the_network output_delta number"
    assert re.match(r"<b>\\\(-?[\d.]+\\\)</b><br><br>\\\(", back)


def test_formulas_are_ankis_and_nothing_else_is_html_or_a_formula_of_a_spreadsheet(two):
    assert as_html("Is $a < b$, at 5 $ & more?") == r"Is \(a &lt; b\), at 5 $ &amp; more?"
    assert as_html("*every* unit: $a * b$ * $c^*$") == r"<i>every</i> unit: \(a * b\) * \(c^*\)"
    for row in cards(two):
        for cell in row:
            assert "$" not in cell
            assert "*" not in re.sub(r"\\\(.*?\\\)|\\\[.*?\\\]", "", cell)
            assert cell.count(r"\(") == cell.count(r"\)")
            assert set(re.findall(r"<[^>]*>", cell)) <= {"<b>", "</b>", "<br>", "<i>", "</i>"}
            assert cell[0] not in "=+-@"


def test_what_a_front_states_depends_on_what_is_asked():
    problem = Problem(d=1, hidden_layer_sizes=(3,), m=2, K=4, activation="tanh", seed=5)
    network, functions = (
        next(step for step in derive(problem) if step.key == key)
        for key in ("hidden_pre_activation", "tanh_slope")
    )
    of_kind = {question.kind: question for question in network.asks}
    states = "A network with "
    for kind, has_numbers in (("shape", False), ("number", True), ("rule", False)):
        shown = front(problem, network, of_kind[kind])
        assert states in shown
        assert (r"\[W^{1}" in shown) == has_numbers
    told = r"\(K = 4\) examples, one in each row. A question is about the first one unless it says otherwise."
    assert told in front(problem, network, of_kind["shape"])
    assert states not in front(problem, functions, functions.asks[0])
    choices = front(problem, network, of_kind["shape"])
    assert "A. " in choices.rpartition("<br><br>")[2]
    assert "A. " not in front(problem, network, of_kind["shape"], with_choices=False)


@pytest.mark.slow
def test_the_last_seeds_end_where_seeds_end():
    seeds = []
    deck(PROBLEM, lambda problem: seeds.append(problem.seed) or (), 9)
    assert seeds == [2**32 - 3, 2**32 - 2, 2**32 - 1]
    assert cards(deck(PROBLEM, derive, 9)) == cards(deck(PROBLEM, derive, 3))
