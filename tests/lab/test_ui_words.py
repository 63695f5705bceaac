"""Counts, shares and lists in words; a visitor's words as words."""

import re

import pytest

from lab.words import (
    as_plain_text,
    at_most,
    counted,
    distinct,
    listed,
    megabytes_above,
    ordinal,
    percent,
    to_tenths,
)

# what the front end makes a link, a sign or an image of where it stands in plain Markdown text
ACTIVE = re.compile(r"https?://|www\.|@|--|->|<-|>=|<=|~=|:[\w+-]+:|[$<>\[\]|~^#`]", re.IGNORECASE)
SPAN = re.compile(r"(?<!`)(`+)( ?)(.+?)\2\1(?!`)")


def test_one_is_singular_and_thousands_are_separated():
    told = [counted(n, "seed") for n in (0, 1, 2, 12_345)]
    assert told == ["0 seeds", "1 seed", "2 seeds", "12,345 seeds"]


@pytest.mark.parametrize(
    ("size", "said"), [(5_000_001, "more than 5 MB"), (5_120_000, "5.12 MB"), (123_400_000, "123 MB")]
)
def test_a_size_above_the_limit_is_not_shown_as_the_limit(size, said):
    assert megabytes_above(size, 5_000_000) == said


@pytest.mark.parametrize(
    ("value", "digits", "said"),
    [
        (0, 1, "0"),
        (1.4e-5, 1, "2e-05"),
        (1.4e-5, 2, "1.4e-05"),
        (1e-5, 1, "1e-05"),
        (1.0001e-5, 2, "1.1e-05"),
        (9.5e-5, 1, "1e-04"),
        (2, 1, "2e+00"),
        (5e-324, 1, "5e-324"),
        (float("inf"), 1, "inf"),
        (float("nan"), 1, "nan"),
    ],
)
def test_a_bound_is_rounded_up(value, digits, said):
    assert at_most(value, digits) == said


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0, "0%"),
        (0.004, "under 1%"),
        (0.01, "1%"),
        (0.05, "5%"),
        (0.25, "25%"),
        (0.99, "99%"),
        (0.991, "over 99%"),
        (0.9999, "over 99%"),
        (1, "100%"),
    ],
)
def test_a_share_is_not_rounded_to_all_or_to_nothing(share, said):
    assert percent(share) == said


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0, "0.0%"),
        (1 / 10_000, "under 0.1%"),
        (0.001, "0.1%"),
        (0.2549, "25.5%"),
        (0.999, "99.9%"),
        (9_999 / 10_000, "over 99.9%"),
        (1, "100.0%"),
        (float("nan"), "nan%"),
    ],
)
def test_one_wrong_of_ten_thousand_is_not_all_to_tenths_either(share, said):
    assert to_tenths(share) == said


def test_a_list_has_an_and_before_its_last_entry():
    told = [listed(words) for words in ([], ["a"], ["a", "b"], (1, 2, 3))]
    assert told == ["", "a", "a and b", "1, 2 and 3"]


@pytest.mark.parametrize(
    ("n", "said"),
    [
        *(
            (1, "1st"),
            (2, "2nd"),
            (3, "3rd"),
            (4, "4th"),
            (10, "10th"),
            (11, "11th"),
            (12, "12th"),
            (13, "13th"),
        ),
        *((21, "21st"), (32, "32nd"), (64, "64th"), (111, "111th"), (112, "112th"), (1024, "1,024th")),
    ],
)
def test_an_ordinal_has_the_ending_that_is_spoken(n, said):
    assert ordinal(n) == said


HOSTILE = [
    "http://evil.example/x",
    "WWW.evil.example",
    "me@evil.example",
    "a -> b <- c <-> d -- e >= f <= g ~= h",
    ":streamlit: :material/home: :smile: :red[x]",
    ":material/ x:material/ :material/:material/",
    "[x](javascript:alert(1)) ![x](http://evil.example/p.png)",
    "`` ` ``` <b>x</b> $x$ ~~x~~ **x** _x_ # x",
    "<script>alert(1)</script>",
    "a\n\n# b\n- c",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_every_word_is_shown_as_it_was_written_and_none_outside_code_is_acted_on(words):
    drawn = as_plain_text(f"lock is {words!r}; allowed: 1. {words}")
    outside = re.sub(r"\\[!-/:-@\[-`{-~]", "", SPAN.sub(" ", drawn))
    assert not ACTIVE.search(outside)
    assert not re.search(r"[*_]", outside)
    assert ":material/" not in drawn, "the front end rewrites it in code, too"
    shown = re.sub(SPAN.pattern + r"|\\([!-/:-@\[-`{-~])", lambda one: one[3] or one[4], as_plain_text(words))
    assert shown == " ".join(words.split())


def test_an_everyday_sentence_stays_text():
    sentence = "l2 is '0,001' (or 70/15/15, √10 × 2); allowed: 0;1 for hidden_layer_sizes."
    drawn = as_plain_text(sentence)
    assert "`" not in drawn
    assert drawn.replace("\\", "") == sentence


@pytest.mark.parametrize(
    ("others", "text"), [((), "all"), (("ball",), "all"), (("all",), "(all)"), (("(all)", "all"), "((all))")]
)
def test_a_text_of_ours_is_none_of_the_visitors(others, text):
    assert distinct("all", others) == text
