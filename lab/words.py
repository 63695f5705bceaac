"""Counts, shares and lists as text, and a visitor's text as Markdown that shows it literally."""

import math
import re
from decimal import ROUND_CEILING, Decimal

EVERYDAY = re.compile(r"""[\w.,;:!?'"()/*+=%\u0080-\U0010ffff-]+""")
ACTIVE = re.compile(r"""--|//|www\.|:(?!['")]*$)""", re.IGNORECASE)
PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def counted(n, noun):
    """Return a number with its noun, such as "1 job" or "2,000 jobs"; the plural takes an s."""
    return f"{n:,} {noun}{'s' * (n != 1)}"


def between(low, high):
    """Return "between 1 and 2" of two numbers as text, or "at 1" if they are the same."""
    return f"at {low}" if low == high else f"between {low} and {high}"


def percent(share):
    """Return a share as a percentage; less than all never becomes 100%, more than nothing never 0%."""
    if 0 < share < 0.01:
        return "under 1%"
    if 0.99 < share < 1 - 1e-9:
        return "over 99%"
    return f"{share:.0%}"


def to_tenths(share):
    """Return a share as a percentage to one decimal, as `percent`: neither 100.0% nor 0.0% unless it is."""
    text = f"{share:.1%}"
    if text == "100.0%" and share < 1 - 1e-9:
        return "over 99.9%"
    return "under 0.1%" if text == "0.0%" and share > 0 else text


def share_of(share, whole):
    """Return a share above 0 of `whole` in words: "0.02% of", "25.0% of" or "12 times" it, or the whole.

    A share beyond the largest number is infinite.
    """
    if share == math.inf:
        return f"more than 1e+308 times {whole}"
    if share < 1e-6:
        return f"{share:.1e} times {whole}"
    if share < 0.9995:
        return f"{100 * share:.2g}% of {whole}" if share < 0.01 else f"{share:.1%} of {whole}"
    if share < 1.05:
        return whole
    if share < 10:
        return f"{share:.2g} times {whole}"
    return f"{share:,.0f} times {whole}" if share < 1e6 else f"{share:.0e} times {whole}"


def megabytes_above(size, most):
    """Return a size in bytes above `most`, such as "5.12 MB", or "more than 5 MB" if it rounds to `most`."""
    shown, limit = (f"{n / 1e6:.3g} MB" for n in (size, most))
    return f"more than {limit}" if shown == limit else shown


def scientific(value, digits=2):
    """Return a number to so many digits, such as "1.4e-05", or "0" if it is 0."""
    return f"{value:.{digits - 1}e}" if value else "0"


def at_most(value, digits=1):
    """Return the least number of so many digits that is not below `value`: "2e-05" for 1.4e-5, "0" for 0."""
    number = Decimal(repr(float(value)))
    if value and math.isfinite(value):
        number = number.quantize(Decimal(1).scaleb(number.adjusted() - digits + 1), ROUND_CEILING)
    return scientific(float(number), digits)


def inside(title):
    """Return a title as it is written inside a sentence, with a small letter first."""
    return title[:1].lower() + title[1:]


def distinct(text, others):
    """Return a text, in as many brackets as make it none of the `others`, a visitor's own names."""
    while text in others:
        text = f"({text})"
    return text


def ordinal(n):
    """Return a number as an ordinal, such as "1st", "12th" or "1,032nd"."""
    ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n:,}{ending}"


def listed(words, conjunction="and"):
    """Return "a", "a and b" or "a, b and c"; "" for no words."""
    *firsts, last = map(str, words) if words else [""]
    return f"{', '.join(firsts)} {conjunction} {last}" if firsts else last


def as_plain_text(sentence):
    """Return the sentence as Markdown that shows it exactly as written.

    Escaping punctuation is not enough: after unescaping, Streamlit turns `http://…`, `www.…`, `me@…`, `->`,
    `--` and `:name:` into links and symbols. So a word with anything but letters, digits and everyday
    punctuation becomes a code span, which Streamlit leaves alone.
    """
    return " ".join(map(_word, sentence.split()))


def _word(word):
    if EVERYDAY.fullmatch(word) and not ACTIVE.search(word):
        return _escaped(word)
    quoted = word.rstrip(";,.")
    # the front end rewrites ":material/" everywhere, even in code
    return r"\/".join(map(_code, re.split("(?<=:material)/", quoted))) + _escaped(word[len(quoted) :])


def _escaped(text):
    return PUNCTUATION.sub(r"\\\1", text)


def _code(text):
    """Return a code span, fenced by more backticks than the text has in a row."""
    if not text:
        return ""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    pad = " " if "`" in text or not text.strip() else ""
    return f"{fence}{pad}{text}{pad}{fence}"
