r"""Items in GIFT, the text format that Moodle and other platforms import.

The format is that of docs.moodle.org/en/GIFT_format and of Moodle's own importer,
question/format/gift/format.php: an empty line ends a question, // begins a comment, and each of
~ = # { } : and \ in a text is preceded by \.
"""

import re

from lab.quizzes.item import NUMBER, by_category
from lab.quizzes.moodle import path

CONTROL = re.compile(r"[\\~=#{}:]")


def text(items):
    """Return the Items as the text of a GIFT file."""
    parts = []
    for category, some in by_category(items):
        parts.append(f"$CATEGORY: {_on_one_line(path(category))}")
        parts += [_question(item) for item in some]
    return "\n\n".join(parts) + "\n"


def escaped(words):
    """Return a text as GIFT writes it: on one line, with a backslash before every control character."""
    return CONTROL.sub(lambda match: f"\\{match[0]}", _on_one_line(words))


def _on_one_line(words):
    return " ".join(words.split())


def _question(item):
    lines = [f"::{escaped(item.name)}::[html]{escaped(item.text)} {{" + "#" * (item.kind == NUMBER)]
    lines += [_answer(item, option) for option in item.options]
    return "\n".join([*lines, f"\t####{escaped(item.reason)}", "}"])


def _answer(item, option):
    feedback = f"#{escaped(option.feedback)}" if option.feedback else ""
    if item.kind != NUMBER:
        return f"\t{'=' if option.is_right else '~'}{escaped(option.answer)}{feedback}"
    if option.answer == "*":
        return f"\t~{feedback}"
    weight = "" if option.is_right else "%0%"
    return f"\t={weight}{option.answer!r}:{option.tolerance!r}{feedback}"
