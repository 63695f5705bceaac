"""Wrong answers to the questions of a derivation, each with the reason why it is wrong.

`numbers` and `signs` compute them for one entry of a step's main array; `choices` holds those for questions
about shapes, rules and units. `MISTAKES` is the registry of computed mistakes; a new one is one decorated
function.
"""

import numpy as np

from lab.derivation.mistakes import backward, forward, functions, initial, optimizers, through  # noqa: F401
from lab.derivation.mistakes.rule import MISTAKES, Asked, Mistake, Wrong, mistake, wrong_arrays
from lab.derivation.mistakes.sign_rules import NOTHING_IS_0, VANISHING, not_opposite

__all__ = ["MISTAKES", "VANISHING", "Asked", "Mistake", "Wrong", "mistake", "numbers", "signs"]

SIGNS = ("positive", "negative", "0")
FLIPPED = ("sign_flipped", "sign_of_the_average")  # no explanation where only a sign is asked for


def sign(value):
    """Return "positive", "negative" or "0"; below VANISHING in magnitude a number counts as 0."""
    return SIGNS[2] if abs(value) < VANISHING else SIGNS[0 if value > 0 else 1]


def numbers(asked, index):
    """Return the Wrong numbers at an entry, one per possible mistake; some may equal the right number."""
    found = ((one, float(array[index])) for one, array in wrong_arrays(asked))
    return tuple(Wrong(one.key, value, one.why) for one, value in found if np.isfinite(value))


def signs(asked, index):
    """Return the Wrong signs at an entry: one per mistake that changes the sign, else one per reason."""
    right = sign(asked.right[index])
    given = ((one, sign(one.answer)) for one in numbers(asked, index) if one.key not in FLIPPED)
    wrong = [one._replace(answer=answer) for one, answer in given if answer != right]
    if right != SIGNS[2]:
        wrong.append(Wrong("zero_of_nothing", SIGNS[2], NOTHING_IS_0))
    known = {right, SIGNS[2], *(one.answer for one in wrong)}
    reason = not_opposite(asked, index)
    wrong += [Wrong(reason[0], other, reason[1]) for other in SIGNS if reason and other not in known]
    return tuple(one for one in wrong if one.answer)
