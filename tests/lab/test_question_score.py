"""How many questions were explored and predicted right; and what a browser sends back of them."""

import pytest

from lab.questions import score
from lab.questions.answer import SHOWN
from lab.questions.rooms import rooms

KEYS = sorted(score.answerable())
N = len(KEYS)


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        ([], ""),
        ([(SHOWN, False)], f"1 of {N} questions explored."),
        ([(0, True)], f"1 of {N} questions explored; your one prediction was right."),
        ([(0, False), (SHOWN, False)], f"2 of {N} questions explored; your one prediction was wrong."),
        ([(0, True), (1, False)], f"2 of {N} questions explored; 1 of 2 predictions right."),
        ([(0, True)] * 3 + [(SHOWN, False)], f"4 of {N} questions explored; 3 of 3 predictions right."),
    ],
)
def test_the_score_in_words(verdicts, said):
    assert score.in_words(dict(zip(KEYS, verdicts, strict=False))) == said


def test_the_questions_with_choices_of_every_page_count():
    asked = [one for room in rooms() for one in room.questions if getattr(one, "choices", ())]
    assert score.answerable().items() >= {one.key: len(one.choices) for one in asked}.items()


def test_what_a_browser_keeps_is_read_back_and_fits():
    answered = {key: (n % 2, n % 2 == 0) for n, key in enumerate(KEYS)} | {KEYS[0]: (SHOWN, False)}
    text = score.written(answered)
    assert len(text) < score.MOST_CHARACTERS
    assert score.read(text) == answered
    assert score.read("") == {}


@pytest.mark.parametrize(
    "text",
    [
        None,
        7,
        ["a"],
        "<script>.0.1",
        "what-is-love.0.1",
        f"{KEYS[0]}.9.1",
        f"{KEYS[0]}.-2.1",
        f"{KEYS[0]}.0.2",
        f"{KEYS[0]}.0",
        f" {KEYS[0]}.0.1",
        f"{KEYS[0]}.٣.1",
        f"{KEYS[0]}.0.1," * 2000,
    ],
)
def test_of_anything_else_a_browser_sends_nothing_is_kept(text):
    assert score.read(text) == {}


def test_a_choice_that_the_question_does_not_have_and_a_right_show_me_are_not_believed():
    two = next(key for key, n in score.answerable().items() if n == 2)
    assert score.read(f"{two}.2.1,{KEYS[1]}.0.1") == ({KEYS[1]: (0, True)} if two != KEYS[1] else {})
    assert score.read(f"{two}.-1.1") == {two: (SHOWN, False)}


def test_no_two_questions_share_a_key():
    assert len(KEYS) == len(set(KEYS))
    assert all(2 <= n <= 4 for n in score.answerable().values())
