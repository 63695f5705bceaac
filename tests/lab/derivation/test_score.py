"""The score of a visit in words, at 0, 1 and many, and how far certainty could be trusted."""

import itertools

import pytest

from lab.derivation.score import CERTAIN, FAIRLY, GUESS, Guess, asks_how_sure, calibration, score


def guesses(n_right, n_wrong, level=""):
    return [Guess("2", True, level)] * n_right + [Guess("3", False, level)] * n_wrong


@pytest.mark.parametrize(
    ("n_right", "n_wrong", "n_shown", "told"),
    [
        (0, 0, 0, ""),
        (1, 0, 0, "Your predictions: 1 right, 0 wrong."),
        (0, 2, 1, "Your predictions: 0 right, 2 wrong; 1 answer shown."),
        (3, 1, 2, "Your predictions: 3 right, 1 wrong; 2 answers shown."),
        (0, 0, 1, "Your predictions: 1 answer shown."),
    ],
)
def test_an_answer_shown_is_neither_right_nor_wrong(n_right, n_wrong, n_shown, told):
    assert score(guesses(n_right, n_wrong), n_shown) == told


@pytest.mark.parametrize(
    ("marks", "told"),
    [
        ((3, 1), "Of 4 answers you were certain of, 3 were right."),
        ((1, 3), "Of 4 answers you were certain of, 1 was right."),
        ((4, 0), "Of 4 answers you were certain of, all 4 were right."),
        ((2, 0), "Of 2 answers you were certain of, both were right."),
        ((0, 2), "Of 2 answers you were certain of, none was right."),
        ((1, 0), "The one answer you were certain of was right."),
        ((0, 1), "The one answer you were certain of was wrong."),
        ((0, 0), ""),
    ],
)
def test_certainty_is_compared_with_what_was_right(marks, told):
    assert calibration(guesses(*marks, CERTAIN) + guesses(5, 5)) == told, "those not asked do not count"


def test_every_level_has_its_sentence_the_surest_first():
    mixed = guesses(1, 0, GUESS) + guesses(1, 1, CERTAIN) + guesses(0, 2, FAIRLY)
    assert calibration(mixed).split(". ") == [
        "Of 2 answers you were certain of, 1 was right",
        "Of 2 answers you were fairly sure of, none was right",
        "The one answer you called a guess was right.",
    ]


def test_how_sure_one_is_is_asked_on_every_third_question():
    assert list(itertools.compress(range(1, 10), map(asks_how_sure, range(9)))) == [3, 6, 9]
