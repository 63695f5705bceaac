"""Hunts: programs with a hidden bug, the same for everyone with the same number, and their score."""

import re
from typing import NamedTuple

import numpy as np

from lab.bugs.catalogue import BUGS
from lab.bugs.detectors import DETECTORS
from lab.bugs.steps import RIGHT

NONE = "none"  # the answer of a hunt whose program is right
STREAM = 0xB06  # keeps a hunt's draws independent of weights and orders with the same seed
SOLVED, GIVEN_UP = "solved", "given_up"
FULL_SCORE, INSTRUMENT_COSTS, WRONG_ANSWER_COSTS = 100, 5, 20


class Place(NamedTuple):
    """Where a hunt takes place: dataset, its scaling, hidden layers, activation."""

    dataset: str
    scaling: str
    hidden_layer_sizes: tuple[int, ...]
    activation: str


CIRCLES = Place("circles", "standard", (16, 16), "relu")
MOONS = Place("moons", "standard", (8, 8, 8), "tanh")
DIGITS = Place("mnist", "unit", (16, 16), "relu")
SQUARE = Place("linear", "standard", (2, 2), "tanh")  # all layers have one shape
ONLY_AT = {"last_layer_first": (SQUARE,), "own_statistics": (CIRCLES, MOONS, SQUARE)}


class Hunt(NamedTuple):
    """The answer, a key of BUGS or NONE, and the place."""

    answer: str
    place: Place

    def steps(self):
        """Return the Steps of the hunt's program."""
        return RIGHT if self.answer == NONE else BUGS[self.answer].steps()


def hunt(number):
    """Return the Hunt of a number from 1 on.

    Numbers run through shuffled decks in which every answer, NONE included, occurs once.
    """
    answers = (*BUGS, NONE)
    deck, card = divmod(number - 1, len(answers))
    generator = np.random.default_rng([STREAM, deck])
    answer = answers[generator.permutation(len(answers))[card]]
    generator = np.random.default_rng([STREAM, deck, card])
    places = ONLY_AT.get(answer, (CIRCLES, MOONS, DIGITS, SQUARE))
    return Hunt(answer, places[generator.integers(len(places))])


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

    Hunts that have not begun are left out.
    """
    return ";".join(
        f"{number}:" + ",".join(filter(None, [*game.opened, *(f"-{key}" for key in game.wrong), game.end]))
        for number, game in sorted(played.items())
        if game != Played()
    )


def read_played(text):
    """Return ({number: Played}, [words that cannot be read, …]); the inverse of `played_text`.

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
