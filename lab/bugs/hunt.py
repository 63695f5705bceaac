"""Hunts: the number of a hunt decides which bug its program hides; and how a hunt is scored."""

import hashlib
import re
from typing import NamedTuple

import numpy as np

from lab.bugs import BUGS, DETECTORS, RIGHT
from lab.bugs.bug import PLACES, Place

NONE = "none"  # the answer if the program has no bug
STREAM = 0xB06  # makes a hunt's draws independent of weights and orders with the same seed
MOST_HUNTS = 9999  # largest number that a class is given
SOLVED, GIVEN_UP = "solved", "given_up"
FULL_SCORE, INSTRUMENT_COSTS, WRONG_ANSWER_COSTS = 100, 5, 20


class Hunt(NamedTuple):
    """The answer, a key of BUGS or NONE, and the place."""

    answer: str
    place: Place

    def steps(self):
        """Return the Steps of the hunt's program."""
        return RIGHT if self.answer == NONE else BUGS[self.answer].steps()


def hunt(number):
    """Return the Hunt with a number, from 1.

    Numbers run through shuffled decks in which every answer, NONE included, occurs once; a bug is in the
    decks that begin with its `first_hunt` or later.
    """
    deck, first, answers = 0, 1, _answers(1)
    while number >= first + len(answers):
        deck, first = deck + 1, first + len(answers)
        answers = _answers(first)
    order = np.random.default_rng([STREAM, deck]).permutation(len(answers))
    answer = answers[order[number - first]]
    places = PLACES if answer == NONE else BUGS[answer].places
    generator = np.random.default_rng([STREAM, deck, number - first])
    return Hunt(answer, places[generator.integers(len(places))])


def _answers(first):
    """Return the answers of the deck whose first hunt has the number `first`."""
    return (*(key for key, bug in BUGS.items() if bug.first_hunt <= first), NONE)


def score(n_instruments, n_wrong_answers):
    """Return the points for the right answer: 100, minus 5 per instrument and 20 per wrong answer, or 0."""
    return max(0, FULL_SCORE - INSTRUMENT_COSTS * n_instruments - WRONG_ANSWER_COSTS * n_wrong_answers)


class Played(NamedTuple):
    """The state of a hunt: instruments opened and wrong answers, in order, and how it ended.

    `end` is "" while the hunt goes on, else SOLVED or GIVEN_UP.
    """

    opened: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    end: str = ""

    @property
    def points(self):
        """The points the hunt has earned, or would earn with the right answer now."""
        return 0 if self.end == GIVEN_UP else score(len(self.opened), len(self.wrong))


def played_text(played):
    """Return {number: Played} as text, "12:order,-mask_forgotten,solved;15:schedule".

    Hunts that have not been started are left out.
    """
    return ";".join(
        f"{number}:" + ",".join(filter(None, [*game.opened, *(f"-{key}" for key in game.wrong), game.end]))
        for number, game in sorted(played.items())
        if game != Played()
    )


def read_played(text):
    """Return ({number: Played}, [words that could not be read, …]); the inverse of `played_text`.

    A repeated instrument or answer counts once; of a repeated hunt, the first counts.
    """
    played, unread = {}, []
    for part in filter(None, text.split(";")):
        number, _, rest = part.partition(":")
        words = list(dict.fromkeys(filter(None, rest.split(","))))
        wrong = tuple(word[1:] for word in words if word[:1] == "-" and word[1:] in {*BUGS, NONE})
        opened = tuple(word for word in words if word in DETECTORS)
        ends = [word for word in words if word in (SOLVED, GIVEN_UP)]
        unread += [word for word in words if word not in {*opened, *ends, *(f"-{key}" for key in wrong)}]
        if re.fullmatch("[1-9][0-9]{0,3}", number):
            played.setdefault(int(number), Played(opened, wrong, ends[0] if ends else ""))
        else:
            unread.append(part)
    return played, unread


def completion_code(played):
    """Return the code of the solved hunts of {number: Played}, "12+15-175-3f9ac2d1"; "" without any.

    It contains the hunts' numbers and the sum of their points, and ends with a checksum of both, so that a
    mistyped digit is noticed. It does not stop cheating: the program is public, and anyone can run it to make
    a code.
    """
    solved = sorted(number for number, game in played.items() if game.end == SOLVED)
    if not solved:
        return ""
    said = f"{'+'.join(map(str, solved))}-{sum(played[number].points for number in solved)}"
    return f"{said}-{_checksum(said)}"


def read_code(code):
    """Return ((hunt numbers), points) of a completion code. Raise ValueError if it is not one."""
    match = re.fullmatch(r"([1-9]\d{0,3}(?:\+[1-9]\d{0,3})*)-(\d{1,6})-([0-9a-f]{8})", code.strip().lower())
    if not match:
        raise ValueError("This is not a completion code; one looks like 12+15-175-3f9ac2d1.")
    numbers, points = tuple(map(int, match[1].split("+"))), int(match[2])
    right = _checksum(f"{match[1]}-{match[2]}") == match[3]
    if not right or len(set(numbers)) < len(numbers) or points > FULL_SCORE * len(numbers):
        raise ValueError(
            "The code's checksum does not match its hunts and points: at least one character is wrong."
        )
    return numbers, points


def _checksum(said):
    return hashlib.sha256(f"backprop-lab hunts {said}".encode()).hexdigest()[:8]
