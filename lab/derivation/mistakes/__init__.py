"""Wrong answers to the questions of a derivation, each with the reason why it is wrong.

`numbers` and `signs` compute them for one entry of a step's main array; `shapes`, `line_rules` and `choices`
hold those for questions about a shape, a line's rule, and what is 0. `MISTAKES` is the registry of computed
mistakes; a new one is one decorated function.
"""

import numpy as np

from lab.derivation.mistakes import (  # noqa: F401
    at_the_output,
    backward,
    forward,
    forward_loss,
    functions,
    initial,
    optimizers,
    through,
)
from lab.derivation.mistakes.rule import MISTAKES, Asked, Mistake, Wrong, mistake, wrong_arrays
from lab.derivation.mistakes.sign_rules import SIGNS, VANISHING, sign, why_not

__all__ = [
    "MISTAKES",
    "SIGNS",
    "VANISHING",
    "Asked",
    "Mistake",
    "Wrong",
    "mistake",
    "numbers",
    "sign",
    "signs",
]

FLIPPED = ("sign_flipped", "sign_of_the_average")  # no explanation where only a sign is asked for


def numbers(asked, index):
    """Return the Wrong numbers at an entry, one per possible mistake; some may equal the right number."""
    found = ((one, float(array[index])) for one, array in wrong_arrays(asked))
    return tuple(Wrong(one.key, value, one.why) for one, value in found if np.isfinite(value))


def signs(asked, index):
    """Return the Wrong signs at an entry: of each sign the one mistake that leads to it, or why it is wrong.

    Against 0 the reason is better than any mistake. Where several mistakes lead to a sign and no reason is
    known, it has one Wrong per mistake.
    """
    given = [one._replace(answer=sign(one.answer)) for one in numbers(asked, index) if one.key not in FLIPPED]
    wrong = []
    for answer in SIGNS:
        if answer == sign(asked.right[index]):
            continue
        mistakes = [one for one in given if one.answer == answer]
        reason = why_not(asked, index, answer)
        if reason and (answer == sign(0) or len({one.why for one in mistakes}) != 1):
            mistakes = [Wrong(reason[0], answer, reason[1])]
        wrong += mistakes
    return tuple(wrong)
