"""What an instructor projects: the question of the link, the counts by round, and which buttons work."""

import collections
import contextlib
from types import SimpleNamespace

import pytest

from lab.assignment.kinds.questions import QUESTIONS
from lab.bugs.hunt import hunt
from lab.class_counts import MOST_ROUNDS
from lab.links.reading import Unusable
from ui import class_answers
from ui.frame import class_answers as of_students

KEY = "ABCDEFGHJKLM"
PRESET = next(one for one in QUESTIONS["derivation"] if one.choices)


def test_a_question_has_its_choices_and_a_hunt_its_answer():
    asked = class_answers.read(KEY, f"derivation:{PRESET.key}")
    assert asked.answers == dict(enumerate(PRESET.choices))
    assert (asked.right, asked.page, asked.parameters["lock"]) == (None, "derivation", "1")
    for number in ("1", "9999"):
        asked = class_answers.read(KEY, f"hunt:{number}")
        assert asked.right == hunt(int(number)).answer
        assert asked.right in asked.answers
        assert asked.parameters == {"mode": "Hunt", "hunt": number}
    assert class_answers.read(KEY, "hunt:0007") == class_answers.read(KEY, "hunt:7"), "counted together"


@pytest.mark.parametrize(
    "of",
    [
        *("", "derivation", "derivation:x", "x:y"),
        *("hunt:", "hunt:0", "hunt:10000", "hunt:000019999999", "hunt:x", "hunt:\u0661"),
    ],
)
def test_a_question_that_there_is_not_is_refused(of):
    with pytest.raises(Unusable, match="allowed"):
        class_answers.read(KEY, of)


def counts(*rounds):
    return [collections.Counter(one) for one in rounds]


@pytest.mark.parametrize(
    ("n", "totals", "rows"),
    [
        (2, counts({1: 3}), [("a0", "first round", 0), ("a1", "first round", 3)]),
        (
            2,
            counts({0: 1}, {1: 2}),
            [
                *(("a0", "first round", 1), ("a0", "second round", 0)),
                *(("a1", "first round", 0), ("a1", "second round", 2)),
            ],
        ),
        (8, counts({}), [(f"a{k}", "first round", 0) for k in range(8)]),
        (9, counts({8: 2, 3: 1}), [("a3", "first round", 1), ("a8", "first round", 2)]),
        (9, counts({}), [("a0", "first round", 0)]),
    ],
)
def test_every_answer_is_counted_and_of_more_than_eight_only_those_given(n, totals, rows):
    frame = class_answers.as_frame({k: f"a{k}" for k in range(n)}, totals)
    assert [tuple(row) for row in frame.itertuples(index=False)] == rows


@pytest.mark.parametrize(
    ("totals", "is_revealed", "title", "works"),
    [
        (counts({}), False, "### 0 answers", ["Reveal the answer"]),
        (counts({0: 1}), False, "### 1 answer", ["Ask again", "Reveal the answer", "Clear all answers"]),
        (counts({0: 2}, {}), False, "### 0 answers in round 2", ["Reveal the answer", "Clear all answers"]),
        (counts({0: 2}), True, "### 2 answers", ["Clear all answers"]),
        (
            counts(*[{0: 2, 1: 1}] * MOST_ROUNDS),
            False,
            f"### 3 answers in round {MOST_ROUNDS}",
            ["Reveal the answer", "Clear all answers"],
        ),
        (
            counts(*[{0: 1}] * (MOST_ROUNDS - 1)),
            False,
            f"### 1 answer in round {MOST_ROUNDS - 1}",
            ["Ask again", "Reveal the answer", "Clear all answers"],
        ),
    ],
)
def test_another_round_needs_answers_and_room_and_nothing_is_revealed_twice(
    monkeypatch, totals, is_revealed, title, works
):
    said, buttons = [], []
    shared = SimpleNamespace(look=lambda code, of: (totals, is_revealed))
    for name in ("ask_again", "reveal", "clear"):
        setattr(shared, name, name)
    monkeypatch.setattr(class_answers, "counts", lambda: shared)
    monkeypatch.setattr(class_answers, "show", lambda *_, **__: None)
    monkeypatch.setattr(class_answers.st, "markdown", said.append)
    monkeypatch.setattr(class_answers.st, "success", lambda *_, **__: None)
    monkeypatch.setattr(class_answers.st, "container", lambda **_: contextlib.nullcontext())
    monkeypatch.setattr(
        class_answers.st, "button", lambda label, disabled, **_: buttons.append((label, disabled))
    )
    class_answers.draw.__wrapped__(class_answers.read(KEY, f"derivation:{PRESET.key}"))
    assert said == [title]
    assert [label for label, disabled in buttons if not disabled] == works


@pytest.mark.parametrize(
    ("cookie", "token"),
    [
        ("2|0102|0306|1700000000", b"\x02\x04"),  # each byte with that of the mask
        ("2|01|0306ff|1700000000", b"\x02\x07\xfe"),  # the mask is repeated
        ("2||0306|1", b""),
        ("2|0102|0306", b""),
        ("2|01|xy|1", b""),
        (None, b""),
    ],
)
def test_the_token_of_a_browser_is_the_same_whatever_its_mask(cookie, token):
    assert of_students.browser_token(cookie) == token
