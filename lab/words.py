"""Counts in words, and a visitor's words as words."""

import re

EVERYDAY = re.compile(r"""[\w.,;:!?'"()/*+=%\u0080-\U0010ffff-]+""")
ACTIVE = re.compile(r"""--|//|www\.|:(?!['")]*$)""", re.IGNORECASE)
PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def counted(n, noun):
    """A number and what it counts, "1 job", "2,000 jobs"; the plural takes an s."""
    return f"{n:,} {noun}{'s' * (n != 1)}"


def as_plain_text(sentence):
    """The sentence as Markdown that shows it as it is written.

    Escaped punctuation is not enough: Streamlit turns `http://…`, `www.…`, `me@…`, `->`, `--` and `:name:`
    into links and signs after it has unescaped. A word of anything but letters, digits and everyday
    punctuation is therefore set as code, which it leaves alone.
    """
    return " ".join(map(_word, sentence.split()))


def _word(word):
    if EVERYDAY.fullmatch(word) and not ACTIVE.search(word):
        return _escaped(word)
    quoted = word.rstrip(";,.")
    # the front end rewrites ":material/" wherever it stands, code too
    return r"\/".join(map(_code, re.split("(?<=:material)/", quoted))) + _escaped(word[len(quoted) :])


def _escaped(text):
    return PUNCTUATION.sub(r"\\\1", text)


def _code(text):
    """A code span, fenced by more backticks than the text holds in a row."""
    if not text:
        return ""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    pad = " " if "`" in text or not text.strip() else ""
    return f"{fence}{pad}{text}{pad}{fence}"
