"""How many questions a visitor has explored and predicted right, and the text that a browser stores."""

import functools
import re

from lab.questions import derive, learn, search, verify
from lab.questions.answer import SHOWN

MOST_CHARACTERS = 12_000  # of the text that a browser sends
ENTRY = re.compile(r"([a-z0-9-]{1,120})\.(-1|[0-3])\.([01])")


@functools.cache
def answerable():
    """Return {key: number of choices} of all questions whose answer is computed."""
    of_pages = (
        learn.DECISION_BOUNDARY,
        derive.DERIVATION,
        learn.INITIALIZATION,
        learn.OPTIMIZATION,
        verify.GRADIENT_CHECK,
        verify.BUG_LAB,
        search.SWEEPS,
    )
    return {one.key: len(one.choices) for questions in of_pages for one in questions if one.choices}


def in_words(answered):
    """Return the score of {key: (choice, whether right)} in words; "" if nothing has been explored."""
    if not answered:
        return ""
    n, predicted = len(answerable()), [right for choice, right in answered.values() if choice != SHOWN]
    said = f"{len(answered)} of {n} questions explored"
    if not predicted:
        return f"{said}."
    if len(predicted) == 1:
        return f"{said}; your one prediction was {'right' if predicted[0] else 'wrong'}."
    return f"{said}; {sum(predicted)} of {len(predicted)} predictions right."


def written(answered):
    """Return {key: (choice, whether right)} as a text."""
    return ",".join(f"{key}.{choice}.{int(right)}" for key, (choice, right) in answered.items())


def read(text):
    """Return {key: (choice, whether right)} from a text by `written`, ignoring entries that are not known.

    The text comes from a browser: it may be anything.
    """
    known, found = answerable(), {}
    if not isinstance(text, str) or len(text) > MOST_CHARACTERS:
        return found
    for part in text.split(","):
        entry = ENTRY.fullmatch(part)
        if entry and int(entry[2]) < known.get(entry[1], 0):
            found[entry[1]] = int(entry[2]), entry[3] == "1" and entry[2] != str(SHOWN)
    return found
