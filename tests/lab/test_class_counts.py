"""Counts of a class: each visitor once, bounded, forgotten after a day, revealed with the key alone."""

import threading
from unittest.mock import MagicMock

import pytest

from lab import class_counts
from lab.class_counts import (
    FORGOTTEN_AFTER,
    IDLE_AFTER,
    LETTERS,
    MOST_ANSWERS,
    MOST_CLASSES,
    MOST_QUESTIONS,
    MOST_ROUNDS,
    ClassCounts,
    Full,
    code_of,
    draw_key,
    read_code,
    read_key,
)
from lab.links.reading import Unusable

KEY = "ABCDEFGHJKLM"
CODE = code_of(KEY)


class Clock:
    def __init__(self):
        self.now = 100_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def counts(clock):
    return ClassCounts(clock)


def test_each_visitor_counts_once_and_may_change_the_answer(counts):
    for visitor, answer in (("a", "x"), ("b", "x"), ("c", "y"), ("a", "y"), ("a", "y")):
        counts.answer(CODE, "q", visitor, answer)
    assert counts.look(CODE, "q") == ([{"x": 1, "y": 2}], False)
    assert counts.look(CODE, "another") == ([{}], False)
    assert counts.look(code_of("another"), "q") == ([{}], False)
    assert counts.own(CODE, "q", "a") == ("y", 1, False)
    assert counts.own(CODE, "q", "d") == (None, 1, False)


def test_a_second_round_is_counted_apart_and_one_without_answers_does_not_end(counts):
    counts.ask_again(KEY, "q")
    counts.answer(CODE, "q", "a", "x")
    counts.ask_again(KEY, "q")
    counts.ask_again(KEY, "q")
    assert counts.own(CODE, "q", "a") == (None, 2, False)
    counts.answer(CODE, "q", "b", "y")
    assert counts.look(CODE, "q") == ([{"x": 1}, {"y": 1}], False)
    counts.reveal(KEY, "q")
    assert counts.own(CODE, "q", "a") == ("x", 2, True)
    assert counts.own(CODE, "q", "b") == ("y", 2, True)
    for _ in range(9):
        counts.ask_again(KEY, "p")
        counts.answer(CODE, "p", "a", "x")
    assert len(counts.look(CODE, "p")[0]) == MOST_ROUNDS


def test_after_the_reveal_nothing_changes_until_it_is_cleared(counts):
    counts.answer(CODE, "q", "a", "x")
    counts.reveal(KEY, "q")
    counts.answer(CODE, "q", "a", "y")
    counts.answer(CODE, "q", "b", "y")
    counts.ask_again(KEY, "q")
    assert counts.look(CODE, "q") == ([{"x": 1}], True)
    counts.clear(KEY, "q")
    assert counts.look(CODE, "q") == ([{}], False)


def test_only_the_key_of_the_class_reveals(counts):
    counts.answer(CODE, "q", "a", "x")
    counts.reveal(CODE, "q")  # a student who takes the code for a key reveals nothing
    counts.reveal(draw_key(), "q")
    assert counts.look(CODE, "q") == ([{"x": 1}], False)


def test_a_class_is_forgotten_a_day_after_it_was_last_used(counts, clock):
    counts.answer(CODE, "q", "a", "x")
    clock.now += FORGOTTEN_AFTER - 1
    assert counts.look(CODE, "q") == ([{"x": 1}], False)  # a look counts as use
    clock.now += FORGOTTEN_AFTER
    assert counts.look(CODE, "q") == ([{"x": 1}], False)
    clock.now += FORGOTTEN_AFTER + 1
    assert counts.look(CODE, "q") == ([{}], False)


def test_there_are_so_many_classes_and_an_idle_one_gives_way(counts, clock):
    codes = [f"{n:06}" for n in range(MOST_CLASSES)]
    for code in codes:
        counts.answer(code, "q", "a", "x")
    with pytest.raises(Full, match="counting for 200 classes at the moment"):
        counts.answer("new", "q", "a", "x")
    counts.answer(codes[0], "q", "b", "x")  # still goes on
    clock.now += IDLE_AFTER + 1
    counts.look(codes[0], "q")
    counts.answer("new", "q", "a", "x")
    assert counts.look(codes[0], "q") == ([{"x": 2}], False)
    assert counts.look(codes[1], "q") == ([{}], False)
    assert counts.look("new", "q") == ([{"x": 1}], False)


def test_looking_makes_no_class_and_no_question(counts):
    for n in range(3 * MOST_CLASSES):
        counts.look(f"{n}", "q")
        counts.own(f"{n}", "q", "a")
        counts.clear(draw_key(), "q")
    counts.answer("new", "q", "a", "x")  # there is room


def test_there_are_so_many_questions_and_answers(counts):
    for n in range(MOST_QUESTIONS):
        counts.answer(CODE, f"{n}", "a", "x")
    with pytest.raises(Full, match="asked 50 questions today"):
        counts.answer(CODE, "new", "a", "x")
    for n in range(1, MOST_ANSWERS):
        counts.answer(CODE, "0", f"{n}", "x")
    with pytest.raises(Full, match="already has 1,000 answers"):
        counts.answer(CODE, "0", "one more", "x")
    counts.answer(CODE, "0", "a", "y")  # changing is no new answer
    assert counts.look(CODE, "0") == ([{"x": MOST_ANSWERS - 1, "y": 1}], False)


def test_a_hundred_threads_are_all_counted(counts):
    def answer(n):
        for k in range(20):
            counts.answer(CODE, "q", f"{n}", f"{(n + k) % 4}")

    threads = [threading.Thread(target=answer, args=(n,)) for n in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ((total,), _) = counts.look(CODE, "q")
    assert total == {f"{k}": 25 for k in range(4)}


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("answer", (CODE, "q", "a", "x")),
        ("look", (CODE, "q")),
        ("own", (CODE, "q", "a")),
        ("ask_again", (KEY, "q")),
        ("reveal", (KEY, "q")),
        ("clear", (KEY, "q")),
    ],
)
def test_the_counts_are_read_and_changed_under_their_lock_alone(counts, name, given):
    counts._lock = MagicMock()
    getattr(counts, name)(*given)
    assert [call[0] for call in counts._lock.mock_calls] == ["__enter__", "__exit__"]


def test_codes_and_keys_are_validated():
    assert read_code(f" {CODE.lower()} ") == CODE
    assert read_key(KEY.lower()) == KEY
    assert read_key(draw_key()) != draw_key()
    assert len({code_of(draw_key()) for _ in range(100)}) == 100
    codes = [code_of(f"key {number}") for number in range(400)]
    assert all(set(letters) == set(LETTERS) for letters in zip(*codes, strict=True)), "32⁶ codes"
    for text in ("", "ABC", "ABCDEFG", "ABCDE0", "<b>abc", "ÄBCDEF", "A" * 10_000):
        with pytest.raises(Unusable, match=r"^class is .*; allowed: six letters and digits, such as K7MXPA"):
            read_code(text)
    with pytest.raises(Unusable, match=r"^key is 'A'; allowed: twelve letters and digits"):
        read_key("A")
    assert class_counts.CODE.fullmatch("K7MXPA")
