"""Whether a right answer can be picked without knowing: from its length, its place, or its form."""

import collections
import functools
import re

import pytest
from derived import PROBLEMS, asked, steps_of

from lab.derivation.fading import left_out

SOME = PROBLEMS[::2]
MARKUP = re.compile(r"\\[a-zA-Z]+|[{}$\\^_]")  # what LaTeX writes and nobody sees


def lengths(choices):
    return [len(MARKUP.sub("", one)) for one in choices]


@functools.cache
def every(kind):
    """The questions of a kind, each once."""
    asked_ = (question for problem in SOME for _, question in asked(problem))
    if kind == "line":
        asked_ = (
            question
            for problem in SOME[::2]
            for step in steps_of(problem).values()
            for question in left_out(problem, step, len(step.lines)).values()
        )
    found = (one for one in asked_ if one.kind == kind and one.choices)
    return list({(one.prompt, one.choices): one for one in found}.values())


def share(questions, is_so):
    """The share of the questions whose right answer alone is so, and that of answers picked by chance."""
    hits = [is_so(one.choices) for one in questions]
    alone = [
        hit.count(True) == 1 and hit[one.choices.index(one.answer)]
        for one, hit in zip(questions, hits, strict=True)
    ]
    return sum(alone) / len(alone), sum(1 / len(one.choices) for one in questions) / len(questions)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["rule", "shape", "vanishes", "line"])
def test_the_longest_answer_is_right_about_as_often_as_any(kind):
    questions = every(kind)
    longest, chance = share(questions, lambda choices: [n == max(lengths(choices)) for n in lengths(choices)])
    assert len(questions) >= 40
    assert longest <= chance + 0.05


@pytest.mark.parametrize("kind", ["rule", "shape", "vanishes"])
def test_the_shortest_answer_is_right_about_as_often_as_any(kind):
    shortest, chance = share(
        every(kind), lambda choices: [n == min(lengths(choices)) for n in lengths(choices)]
    )
    assert shortest <= chance + 0.05


def test_a_formula_among_words_is_rarely_the_answer():
    alone, _ = share(every("rule"), lambda choices: [bool(re.search("[=$]", one)) for one in choices])
    assert alone < 0.05


@pytest.mark.parametrize("kind", ["rule", "shape", "vanishes", "line"])
def test_the_right_answer_stands_in_every_place_about_equally_often(kind):
    places = collections.Counter(
        one.choices.index(one.answer) for one in every(kind) if len(one.choices) == 4
    )
    n = sum(places.values())
    error = (n * 3 / 16) ** 0.5  # of a binomial count with p = 1/4
    assert all(abs(places[place] - n / 4) < 3 * error for place in range(4)), places


def test_no_question_about_a_rule_has_fewer_than_four_answers():
    assert {len(one.choices) for one in every("rule")} <= {3, 4}
    assert all(one.prompt.startswith("Inputs") for one in every("rule") if len(one.choices) == 3)


def test_a_penalty_of_0_is_not_asked_about():
    for one in every("vanishes"):
        if "penalty" in one.prompt:
            asked_about = one.prompt.partition("With ")[2]
            assert re.search(r"= 0\.\d*[1-9]", asked_about), one.prompt
