"""Hand-ins as codes and files: what comes back, how long they are, and what is refused."""

import dataclasses
import hashlib
import json
import random
import string

import pytest
from test_assignment_link import TASKS, WHOLE, refused

from lab.assignment import KINDS, Assignment, HandIn, Task, hand_in_for, read_hand_in, student_seed
from lab.assignment.assignment import MOST_TASKS
from lab.assignment.hand_in import MOST_BYTES, MOST_CODE, MOST_STUDENT
from lab.assignment.packing import canonical, checksum, packed

ANSWERS = ("2", "-0.25", "0", "17", "hidden_layer_sizes=8&epochs=100", "", "0.1;0.2;0.3;0.4")
ATTEMPTS = (1, 3, 1, 2, 1, 0, 1)
ANN = hand_in_for(WHOLE, "Ann Lee 4711", ANSWERS, ATTEMPTS)


def as_file(**changes):
    """The file of ANN with other values, and a checksum that fits them."""
    value = {k: v for k, v in json.loads(ANN.to_json()).items() if k != "checksum"} | changes
    return json.dumps(value | {"checksum": checksum(canonical(value).encode())})


def test_code_and_file_bring_back_the_same_hand_in():
    assert read_hand_in(ANN.code()) == ANN == read_hand_in(ANN.to_json(), WHOLE)
    assert read_hand_in(f"\ufeff{ANN.to_json()}\r\n") == ANN
    code = ANN.code()
    assert read_hand_in(f"\n {code[:50]}\r\n{code[50:]} ") == ANN
    assert read_hand_in(ANN.to_json().ljust(MOST_BYTES)) == ANN


def test_the_code_of_the_largest_hand_in_is_shorter_than_two_kilobytes():
    """Answers of random characters, which cannot be compressed, as long as their kinds allow."""
    rng = random.Random(0)
    letters = string.ascii_letters + string.digits + string.punctuation
    tasks = [Task("experiment", {"target": 0.95, "most_units": n}) for n in (1, 2)]
    tasks += [Task("hunt", {"hunt": n}) for n in range(1, MOST_TASKS - 1)]
    largest = Assignment("x" * 80, tasks)
    answers = ["".join(rng.choices(letters, k=KINDS[task.kind].longest)) for task in tasks]
    student = "".join(chr(rng.randrange(0x4E00, 0x9FFF)) for _ in range(MOST_STUDENT))
    code = hand_in_for(largest, student, answers, [999] * len(tasks)).code()
    assert 1200 < len(code) < MOST_CODE == 2000
    assert code.isascii()
    assert read_hand_in(code, largest).answers == tuple(answers)


def test_a_seed_is_the_students_own_in_this_assignment():
    name = "annlee4711"
    digest = hashlib.sha256(f"backprop-lab student {WHOLE.digest} {name}".encode()).digest()
    assert ANN.seed == student_seed(WHOLE, "Ann Lee 4711") == int.from_bytes(digest[:4], "big") % 2**31
    assert student_seed(WHOLE, " ANN  lee 4711") == ANN.seed
    assert student_seed(WHOLE, "Weiß") == student_seed(WHOLE, "WEISS"), "as capitals it has no other spelling"
    assert student_seed(WHOLE, "Ｆｉｎ ４") == student_seed(WHOLE, "fin4"), (
        "wide letters are the same letters"
    )
    assert student_seed(WHOLE.digest, "Ann Lee 4711") == ANN.seed
    assert student_seed(Assignment("Other", TASKS), "Ann Lee 4711") != ANN.seed
    seeds = {student_seed(WHOLE, f"student {n}") for n in range(300)}
    assert len(seeds) == 300
    assert all(0 <= seed < 2**31 for seed in seeds)


@pytest.mark.parametrize(
    ("typed", "shown", "plain"),
    [
        ("علی\u200cرضا", "علی\u200cرضا", "علیرضا"),
        ("ක්\u200dෂ", "ක්\u200dෂ", "ක්ෂ"),
        ("\ufeffAnn\u200b Lee\u200e", "Ann Lee", "Ann Lee"),
        ("Ann \u200f\u200c Lee", "Ann \u200c Lee", "Ann Lee"),
        ("Wei\u00adß", "Weiß", "weiss"),
        ("e\u200b\u0301", "é", "é"),
    ],
)
def test_characters_without_width_do_not_change_a_students_numbers(typed, shown, plain):
    one = hand_in_for(WHOLE, typed, ANSWERS, ATTEMPTS)
    assert one.student == shown
    assert one.seed == student_seed(WHOLE, typed) == student_seed(WHOLE, plain)
    assert read_hand_in(one.code(), WHOLE) == read_hand_in(one.to_json(), WHOLE) == one


def test_a_copied_code_with_another_name_has_the_wrong_seed():
    copied = as_file(student="Bob")
    assert refused(read_hand_in, copied) == (
        f"seed is '{ANN.seed}'; allowed: {student_seed(WHOLE, 'Bob')}, the seed of Bob."
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The hand-in is empty; allowed: letters, digits"),
        (
            ANN.code()[:-1],
            "The hand-in is cut off, or one of its characters is wrong: its checksum does not match.",
        ),
        (ANN.code()[:100], "The hand-in is cut off"),
        (ANN.code()[:-1] + "z", "The hand-in is cut off"),
        (ANN.code().replace(".", ""), "The hand-in is cut off"),
        ("Ünlesbar", "The hand-in has the character 'Ü'; allowed: letters, digits, - and _"),
        ("=cmd|' /C calc'!A0", "The hand-in has the character '='; allowed"),
        ("x" * 5_000_000, f"The hand-in has 5,000,000 characters; allowed: up to {MOST_BYTES:,}."),
        (packed(7), "This is not a Backprop Lab hand-in"),
        (packed(["a", "b"]), "This is not a Backprop Lab hand-in"),
        (packed([2, *["x"] * 5]), "the hand-in's version is '2'; allowed: 1, that of this lab."),
        ("{}", "This is not a Backprop Lab hand-in"),
        ('{"format": ', "The hand-in is not valid JSON"),
        (
            ANN.to_json().replace("-0.25", "-0.26"),
            "The hand-in was changed after it was written: its checksum",
        ),
        (as_file(version="2"), "the hand-in's version is '2'; allowed: 1, that of this lab."),
        (as_file(student=""), "student is ''; allowed: 1 to 40 characters, on one line."),
        (as_file(student="A" * 41), "student is"),
        (as_file(answers=[]), "answers is 'a list'; allowed: a list of 1 to 20."),
        (as_file(answers=["x"] * 21), "answers is 'a list'; allowed: a list of 1 to 20."),
        (as_file(answers=["1"]), "The number of attempts is 7, for 1 answer; allowed: as many as answers."),
        (as_file(answers=[1] * 7), "an answer is '1'; allowed: texts of up to 320 plain characters."),
        (as_file(answers=[*ANSWERS[:6], "é"]), "an answer is 'é'; allowed: texts of up to 320 plain charac"),
        (as_file(answers=[*ANSWERS[:6], "x" * 321]), "an answer is 'xxx"),
        (as_file(attempts=[*ATTEMPTS[:6], -1]), "attempts is '-1'; allowed: whole numbers from 0 to 999."),
        (
            as_file(attempts=[*ATTEMPTS[:6], 1000]),
            "attempts is '1000'; allowed: whole numbers from 0 to 999.",
        ),
        (as_file().ljust(MOST_BYTES + 1), "The hand-in has 12,001 characters; allowed: up to 12,000."),
        (as_file(assignment="../../etc"), "assignment is '../../etc'; allowed: 12 hex digits."),
        (as_file(more=1), "hand-in has the key 'more'; allowed: format"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(text, said):
    assert refused(read_hand_in, text).startswith(said)


def test_a_hand_in_for_another_version_of_the_assignment_is_refused():
    later = dataclasses.replace(WHOLE, tasks=TASKS[:-1])
    assert refused(read_hand_in, ANN.code(), later) == (
        "The hand-in of Ann Lee 4711 is for another assignment, or another version of it: it says "
        f"{WHOLE.digest}; allowed: {later.digest}."
    )
    short = HandIn(WHOLE.digest, ANN.student, ANN.seed, ANSWERS[:2], ATTEMPTS[:2])
    assert refused(read_hand_in, short.code(), WHOLE) == (
        "The hand-in of Ann Lee 4711 has 2 answers; allowed: 7."
    )
    short = HandIn(WHOLE.digest, ANN.student, ANN.seed, ANSWERS[:1], ATTEMPTS[:1])
    assert refused(read_hand_in, short.code(), WHOLE).endswith(" has 1 answer; allowed: 7.")
