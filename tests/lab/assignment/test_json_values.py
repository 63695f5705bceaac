"""The parts of an untrusted JSON value, at every bound and one beyond it; packed texts of exactly a size."""

import pytest

from lab.assignment import reading
from lab.assignment.packing import canonical, packed, unpacked
from lab.links.reading import Unusable


def said(check, *arguments, **how):
    """The sentence of a refusal, None where the value is taken as it is."""
    try:
        assert check("it", *arguments, **how) == arguments[0]
    except Unusable as refusal:
        return str(refusal)
    return None


@pytest.mark.parametrize(
    ("value", "above", "allowed"),
    [
        (2, False, None),
        (2, True, "above 2 and up to 5"),
        (2.001, True, None),
        (5, True, None),
        (5, False, None),
        (5.001, False, "from 2 to 5"),
        (1.999, False, "from 2 to 5"),
        ("3", False, "from 2 to 5"),
        (float("nan"), False, "from 2 to 5"),
    ],
)
def test_a_number_is_within_its_bounds(value, above, allowed):
    expected = allowed and f"it is '{value}'; allowed: numbers {allowed}."
    assert said(reading.number, value, 2, 5, above=above) == expected
    assert said(reading.number, True, 0, 5) == "it is 'True'; allowed: numbers from 0 to 5."


@pytest.mark.parametrize(
    ("value", "fits"), [(0, True), (1500, True), (-1, False), (1501, False), (3.0, False)]
)
def test_a_whole_number_is_within_its_bounds(value, fits):
    expected = None if fits else f"it is '{value}'; allowed: whole numbers from 0 to 1,500."
    assert said(reading.whole, value, 0, 1500) == expected
    assert said(reading.whole, True, 0, 1500) == "it is 'True'; allowed: whole numbers from 0 to 1,500."


def test_a_text_is_counted_without_the_spaces_around_it_and_in_one_form():
    assert reading.text("it", f"  a \n {'b' * 3}  ", 1, 5) == "a bbb"
    assert reading.text("it", "e\u0301" * 5, 1, 5) == "é" * 5
    assert reading.text("it", f"abc{' ' * 47}", 3, 5) == "abc"
    assert reading.text("it", "", 0, 5) == ""
    for text, allowed in (
        ("ab", "3 to 5 characters, on one line"),
        ("abcdef", "3 to 5 characters, on one line"),
        (f"abc{' ' * 48}", "3 to 5 characters"),
        ("ab\x07c", "3 to 5 characters that can be shown"),
        ("\u200d\u200b\u200c", "3 to 5 characters, on one line"),
    ):
        with pytest.raises(Unusable) as refused:
            reading.text("it", text, 3, 5)
        assert str(refused.value).endswith(f"; allowed: {allowed}.")
    assert said(reading.text, 7, 0, 5) == "it is '7'; allowed: up to 5 characters."


def test_up_to_twelve_values_are_listed_and_of_more_one_is_named():
    twelve = dict.fromkeys("abcdefghijkl", 0)
    assert said(reading.one_of, "z", twelve) == f"it is 'z'; allowed: {', '.join('abcdefghijkl')}."
    assert said(reading.one_of, "z", twelve | {"m": 0}) == "it is 'z'; allowed: one of 13, such as a."
    assert said(reading.one_of, "m", twelve | {"m": 0}) is None
    assert said(reading.one_of, 3, "123") == "it is '3'; allowed: 1, 2, 3."


def test_the_first_strange_or_missing_key_is_named():
    keys = ("a", "b", "c")
    assert said(reading.mapping, {"a": 1, "c": 2}, keys, ("a", "c")) is None
    assert said(reading.mapping, {"a": 1, "x": 2, "y": 3}, keys) == "it has the key 'x'; allowed: a, b, c."
    missing = said(reading.mapping, {"a": 1}, keys, ("a", "b", "c"))
    assert missing == "it has no b; allowed: an object with a, b, c."


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (10**30 - 1, "9" * 30),
        (10**30, "a very large number"),
        (1 - 10**30, f"-{'9' * 30}"),
        (-(10**30), "a very large number"),
        (None, "None"),
        ({}, "an object"),
        ([1], "a list"),
        ("a", "a"),
    ],
)
def test_a_value_in_a_sentence_is_short(value, text):
    assert reading.short(value) == text


def test_a_packed_text_may_be_as_long_as_allowed_and_not_one_more():
    value = {"b": [1, "é"], "a": None}
    text, n_bytes = packed(value), len(canonical(value).encode())
    assert canonical(value) == '{"a":null,"b":[1,"é"]}'
    assert n_bytes == 23
    assert unpacked(text, "text", len(text), n_bytes) == value
    with pytest.raises(
        Unusable, match=rf"^The text has {len(text)} characters; allowed: up to {len(text) - 1}\."
    ):
        unpacked(text, "text", len(text) - 1, n_bytes)
    with pytest.raises(Unusable, match=r"^The text contains more than 22 bytes; allowed: up to 22\.$"):
        unpacked(text, "text", len(text), 22)
