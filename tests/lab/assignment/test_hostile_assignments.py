"""Hostile texts: whatever stands in an assignment or a hand-in, it is read, or refused in one sentence."""

import copy
import json
import random

import pytest
from test_assignment_link import WHOLE
from test_hand_in_codes import ANN

from lab.assignment import KINDS, Assignment, link_text, read_hand_in, read_link
from lab.assignment.packing import canonical, checksum, packed
from lab.links.reading import Unusable

JUNK = (
    None,
    True,
    False,
    -1,
    0,
    3,
    10**40,
    10**400,
    1e308,
    0.5,
    "",
    "x",
    "x" * 5000,
    "<b>",
    "\x00",
    "=cmd",
    [],
    {},
)
JUNK += ([[]], {"a": 1}, ["relu"], "relu", "١", "𝟙", "\ud800")


def told(read, text):
    """The sentence of a refusal, None where the text is read; anything else that is raised fails the test."""
    try:
        read(text)
    except Unusable as refusal:
        sentence = str(refusal)
        assert "\n" not in sentence
        assert len(sentence) < 700
        return sentence
    return None


def places(value, path=()):
    """The paths of all values in a JSON value."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places(one, (*path, key))


def with_junk(value):
    """The value with each part of it replaced by each piece of junk."""
    for path in places(value):
        for junk in JUNK:
            if not path:
                yield junk
                continue
            changed = copy.deepcopy(value)
            inner = changed
            for key in path[:-1]:
                inner = inner[key]
            inner[path[-1]] = junk
            yield changed


def test_an_assignment_with_anything_in_any_place_is_read_or_refused():
    whole = json.loads(WHOLE.to_json())
    n_refused = sum(told(Assignment.from_json, json.dumps(one)) is not None for one in with_junk(whole))
    assert n_refused > 1000


def test_what_is_read_can_be_asked():
    """A subject that has passed its check is asked for a student."""
    whole = json.loads(WHOLE.to_json())
    n = 0
    for changed in with_junk(whole["tasks"]):
        text = json.dumps(whole | {"tasks": changed})
        if not told(Assignment.from_json, text):
            n += 1
            for task in Assignment.from_json(text).tasks:
                assert KINDS[task.kind].ask(task, 7).prompt
    assert n > 10


def test_a_hand_in_with_anything_in_any_place_is_read_or_refused():
    whole = json.loads(ANN.to_json())
    del whole["checksum"]
    n_refused = 0
    for changed in with_junk(whole):
        if isinstance(changed, dict) and changed:
            changed["checksum"] = checksum(canonical(changed).encode(errors="surrogatepass"))
        n_refused += told(read_hand_in, json.dumps(changed)) is not None
    assert n_refused > 200


def test_a_seed_that_equals_the_students_but_is_no_whole_number_is_refused():
    whole = json.loads(ANN.to_json())
    del whole["checksum"]
    whole["seed"] = float(ANN.seed)
    file = json.dumps(whole | {"checksum": checksum(canonical(whole).encode())})
    code = packed([1, ANN.assignment, ANN.student, float(ANN.seed), list(ANN.answers), list(ANN.attempts)])
    for text in (file, code):
        assert told(read_hand_in, text) == (
            f"seed is '{ANN.seed}.0'; allowed: {ANN.seed}, the seed of {ANN.student}."
        )


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "Infinity"])
def test_a_number_beyond_all_numbers_is_refused_wherever_it_is(number):
    assignment, hand_in = json.loads(WHOLE.to_json()), json.loads(ANN.to_json())
    for read, whole, what in (
        (Assignment.from_json, assignment, "assignment"),
        (read_hand_in, hand_in, "hand-in"),
    ):
        for key in whole:
            text = json.dumps(whole | {key: "HERE"}).replace('"HERE"', number)
            assert told(read, text) == f"The {what} is not valid JSON, so it cannot be read."


@pytest.mark.parametrize(("read", "text"), [(read_link, link_text(WHOLE)), (read_hand_in, ANN.code())])
def test_a_code_with_one_character_changed_is_always_refused(read, text):
    rng = random.Random(1)
    for _ in range(300):
        at = rng.randrange(len(text))
        wrong = rng.choice([one for one in "abcXYZ019-_." if one != text[at]])
        assert told(read, text[:at] + wrong + text[at + 1 :])
    for n in range(0, len(text), 7):
        assert told(read, text[:n])


def test_a_packed_value_that_is_anything_is_refused():
    for junk in JUNK:
        if junk != "\ud800":
            assert told(read_link, packed(junk))
            assert told(read_hand_in, packed([1, junk, junk, junk, junk, junk]))
