"""Bug: a wrong step with everything known about it; Place: where a hunt can hide it."""

import inspect
from collections.abc import Callable
from typing import NamedTuple

from lab.bugs.steps import RIGHT


class Place(NamedTuple):
    """A dataset, its scaling, and the hidden layers and activation of a network."""

    dataset: str
    scaling: str
    hidden_layer_sizes: tuple[int, ...]
    activation: str


CIRCLES = Place("circles", "standard", (16, 16), "relu")
MOONS = Place("moons", "standard", (8, 8, 8), "tanh")
DIGITS = Place("mnist", "unit", (16, 16), "relu")
SQUARE = Place("linear", "standard", (2, 2), "tanh")  # all layers have the same shape
PLACES = (CIRCLES, MOONS, DIGITS, SQUARE)


class Bug(NamedTuple):
    """A wrong step and everything known about it; a new bug is one decorated function, see `planted`.

    `caught_by` is a claim: the test suite checks on three architectures that exactly these detectors find the
    bug. `number` is its place in the gallery and in the hunts: a new bug takes the next number and a
    `first_hunt` beyond all hunts that classes may have been given, since it changes all hunts from there on.
    Tasks of assignments draw theirs from 1 to 9,999.
    """

    number: int
    title: str
    step: str  # the field of Steps that it replaces
    caught_by: tuple[str, ...]
    why: str  # what is wrong
    gives_away: str  # how it shows
    wrong: Callable
    least_hidden_layers: int = 0  # with fewer it is no bug
    places: tuple[Place, ...] = PLACES  # where a hunt can hide it
    first_hunt: int = 1

    def steps(self):
        """Return the Steps of a program with this bug and no other."""
        return RIGHT._replace(**{self.step: self.wrong})

    def lines(self):
        """Return (right, wrong): the source code of both versions of the step, without decorators."""
        sources = map(inspect.getsource, (getattr(RIGHT, self.step), self.wrong))
        return tuple("def " + ("\n" + source).partition("\ndef ")[2].strip() for source in sources)


def planted(number, title, step, caught_by, why, gives_away, **more):
    """Return a decorator that registers a wrong step as a Bug; the arguments are the fields of the Bug."""
    if step not in RIGHT._fields:
        raise ValueError(f"Bug {number} replaces {step!r}; allowed: {', '.join(RIGHT._fields)}.")
    return lambda wrong: Bug(number, title, step, caught_by, why, gives_away, wrong, **more)
