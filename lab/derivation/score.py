"""The score of a visit's predictions, and how often certain answers were right, in words."""

from typing import NamedTuple

from lab.words import counted

GUESS, FAIRLY, CERTAIN = LEVELS = ("guess", "fairly sure", "certain")
EVERY = 3  # every third question also asks how sure the student is
OF = {  # what is counted, (one, several)
    CERTAIN: ("answer you were certain of", "answers you were certain of"),
    FAIRLY: ("answer you were fairly sure of", "answers you were fairly sure of"),
    GUESS: ("answer you called a guess", "answers you called a guess"),
}


class Guess(NamedTuple):
    """An answer as text, whether it is right, and which of LEVELS it was given with, "" if not asked."""

    given: str
    is_right: bool
    level: str = ""


def asks_how_sure(n_answered):
    """Return whether the next question, after n_answered answers, also asks how sure the student is."""
    return n_answered % EVERY == EVERY - 1


def score(guesses, n_shown):
    """Return the score in words, of Guesses and of answers shown on request; "" before the first."""
    n_right = sum(one.is_right for one in guesses)
    n_wrong = len(guesses) - n_right
    parts = [f"{n_right} right, {n_wrong} wrong"] if guesses else []
    parts += [f"{counted(n_shown, 'answer')} shown"] if n_shown else []
    return f"Your predictions: {'; '.join(parts)}." if parts else ""


def calibration(guesses):
    """Return one sentence per level that was chosen, from certain to guess: how many of these were right."""
    sentences = []
    for level in reversed(LEVELS):
        marks = [one.is_right for one in guesses if one.level == level]
        if marks:
            sentences.append(_sentence(sum(marks), len(marks), OF[level]))
    return " ".join(sentences)


def _sentence(n_right, n, names):
    if n == 1:
        return f"The one {names[0]} was {'right' if n_right else 'wrong'}."
    if n_right == n:
        which = "both were" if n == 2 else f"all {n} were"
    elif n_right == 0:
        which = "none was"
    else:
        which = "1 was" if n_right == 1 else f"{n_right} were"
    return f"Of {n} {names[1]}, {which} right."
