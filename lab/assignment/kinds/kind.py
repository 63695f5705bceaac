"""Kind: how a sort of task is offered, asked, marked and solved; with Asked, Mark, Solution and Offer."""

import math
import zlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from lab.assignment.packing import canonical
from lab.derivation.latex import enough_digits
from lab.links.reading import NUMBER, number, with_point
from lab.words import counted

ROUNDING = 1e-9
NEAR_ZERO = 0.005  # largest distance from 0 of a right answer if the right number is 0
CHOICE, NUMBERS, LINK = "choice", "numbers", "link"  # the forms of an answer
DIGITS = 6  # of a number in a solution, at least
LONGEST_NUMBER = 14  # characters of a number in an answer
MOST_TYPED = 40  # characters of a number as typed, with all digits that a program prints


class Asked(NamedTuple):
    """What one student is asked.

    `prompt` and `given` (what is needed to answer) are Markdown. `choices` are the answers to choose from, ()
    if there are none; if the answer is numbers, `numbers` are their names. `code` is a program to read.
    `page` ("" if there is none) and `query` {parameter: text or list} open the page that the task is about,
    with all controls locked that it does not need. `file` returns the bytes of a file to start
    from, `file_name`.
    """

    prompt: str
    choices: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    page: str = ""
    query: Mapping = MappingProxyType({})
    given: str = ""
    code: str = ""
    file: Callable | None = None
    file_name: str = ""

    @property
    def form(self):
        """CHOICE, NUMBERS or LINK: the form of an answer."""
        return CHOICE if self.choices else NUMBERS if self.numbers else LINK


class Mark(NamedTuple):
    """The `share` of the points, 0 to 1; the `reason` in Markdown, which never quotes the student and, for a
    wrong answer, does not give the right one away; `wrong`, the key of the buggy rule that explains a wrong
    answer, or ""; `right`, what is right, in Markdown and for the instructor alone, or ""; `either`, the keys
    of the buggy rules if several lead to the answer, so that none explains it alone.
    """

    share: float
    reason: str
    wrong: str = ""
    right: str = ""
    either: tuple[str, ...] = ()

    @property
    def mistakes(self):
        """The keys of all buggy rules that lead to a wrong answer, () if there are none."""
        return self.either or ((self.wrong,) if self.wrong else ())

    def of_mistakes(self, keys):
        """Return the Mark with the keys of the buggy rules that lead to the answer."""
        keys = tuple(keys)
        return self._replace(wrong=keys[0]) if len(keys) == 1 else self._replace(either=keys)

    @property
    def for_instructor(self):
        """The reason, with what is right."""
        return f"{self.reason} {self.right}".strip()


class Wrong(NamedTuple):
    """A wrong answer that a buggy rule leads to: the rule's key, the answer as text, why it is wrong."""

    key: str
    answer: str
    why: str


class Solution(NamedTuple):
    """The right answer, as in a hand-in and in words; the reason; the known wrong answers."""

    answer: str
    in_words: str
    reason: str
    wrong: tuple[Wrong, ...] = ()


class Offer(NamedTuple):
    """A task in the catalogue: its title, its heading, and its subject."""

    title: str
    group: str
    subject: dict


def no_trainings(task, seed, answer):
    """Return no pairs: marking needs no training."""
    return ()


def no_solution(task, seed):
    """Return None: there are many right answers."""
    return None


class Kind(NamedTuple):
    """A sort of task; its functions take the Task and the student's `seed`, which numbers depend on.

    `catalogue()` returns Offers. `check(name, subject)` raises Unusable, starting with the name, if a subject
    cannot be used. `ask(task, seed)` returns the Asked. `needs(task, seed, answer)` returns the trainings
    that marking needs, as pairs (DataConfig, TrainConfig); none for an answer that cannot be used.
    `tries(task, seed, answer)` returns {pair to train for what the student sees: the pair of `needs` whose
    place it takes}, so that a student cannot try the starts of the mark.
    `mark(task, seed, answer, trained)` returns the Mark; `trained` is {pair: its last EpochRecord}.
    `solve(task, seed)` returns the Solution, or None if there are many. `claims(task, seed, answer)` returns
    the experiment whose fingerprint an answer has, as a pair, and the Fingerprint; None if it has none.
    `several(subject)` is how many different tasks there are on one subject, told apart by its key `told_by`.
    `title(subject)` is a task's title if it is not the one in the catalogue, where a subject has the same
    title whatever its `settings` are. `versions` says how students' versions of a task differ, if that is not
    found by comparing them; a kind without `solve` has no answers to compare. `longest` is the most
    characters of an answer. `seconds(task)` estimates the first mark of a task, whose work the others share;
    0 if every answer is marked by itself.
    """

    label: str
    catalogue: Callable
    check: Callable
    ask: Callable
    mark: Callable
    solve: Callable = no_solution
    needs: Callable = no_trainings
    tries: Callable = lambda task, seed, answer: {}
    claims: Callable = lambda task, seed, answer: None
    several: Callable = lambda subject: 1
    told_by: str = ""
    title: Callable | None = None
    settings: tuple[str, ...] = ()
    versions: str = ""
    longest: int = LONGEST_NUMBER
    seconds: Callable = lambda task: 0.0


def complete(kinds):
    """Return {key: Kind}; raise ValueError if one has neither answers to compare nor says how they differ."""
    for kind in kinds.values():
        if kind.solve is no_solution and not kind.versions:
            raise ValueError(
                f"The kind {kind.label!r} has neither a function solve nor versions, a sentence on how the "
                "students' versions of a task differ."
            )
    return kinds


def drawn(task, seed):
    """Return the random Generator for a student's task; it depends on the task and the seed."""
    return np.random.default_rng([seed, zlib.crc32(canonical([task.kind, task.subject]).encode())])


def chosen(answer, asked):
    """Return the index of the choice that an answer names, or None."""
    fits = answer.isascii() and answer.isdigit() and len(answer) <= 3
    return int(answer) if fits and int(answer) < len(asked.choices) else None


def read_numbers(answer, names):
    """Return the numbers of an answer, one per name; raise ValueError, with one sentence, if unreadable."""
    parts = [part.strip() for part in answer.split(";")]
    if len(parts) != len(names):
        raise ValueError(f"The answer has {counted(len(parts), 'number')}; allowed: {len(names)}.")
    return tuple(map(read_number, parts, names))


def read_number(text, name="The answer"):
    """Return the number that a student has typed; raise ValueError, with one sentence, if unreadable."""
    text = text.strip().replace("\N{MINUS SIGN}", "-")
    if pointed := with_point(text):
        raise ValueError(f"{name} is {text!r}; allowed: a decimal point, as in {pointed}.")
    if len(text) > MOST_TYPED:
        raise ValueError(f"{name} has {len(text)} characters; allowed: up to {MOST_TYPED}.")
    if not NUMBER.fullmatch(text) or not math.isfinite(number(text)):
        shown = repr(text[:30])
        raise ValueError(f"{name} is {shown}; allowed: a number such as -0.25 or 1.5e-3.")
    return number(text)


def shortened(text):
    """Return a number that `read_number` accepts as an answer has it: rounded if it is too long."""
    text = text.strip().replace("\N{MINUS SIGN}", "-")
    if len(text) <= LONGEST_NUMBER:
        return text
    rounded = [f"{number(text):.{digits}g}" for digits in range(LONGEST_NUMBER, 0, -1)]
    return next(short for short in rounded if len(short) <= LONGEST_NUMBER)


def near(given, right, tolerance):
    """Return whether a number is right: within the relative tolerance, or near 0 if the right one is 0."""
    allowed = tolerance * abs(right) if right else NEAR_ZERO
    return abs(given - right) <= allowed * (1 + ROUNDING)


def written(number, tolerance):
    """Return a number as an answer: six digits, or more if it needs them to be right within the tolerance."""
    return f"{number:.{enough_digits(number, tolerance, DIGITS)}g}"


NO_NUMBER = "One answer is not a number such as -0.25 or 1.5e-3."


def unreadable(answer):
    """Return the Mark of an answer that is not one of the choices."""
    return Mark(0.0, "Not answered." if not answer else "The answer is not one of the choices.")
