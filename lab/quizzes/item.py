"""Item: a question for a quiz on a learning platform, with feedback for each known mistake."""

import dataclasses
import itertools
from typing import NamedTuple

from lab.derivation import derive
from lab.derivation.answers import CLOSE, MATCH, NEAR_ZERO, ROUNDING, answer_in_words, why_wrong, within
from lab.derivation.deck import as_html, front
from lab.derivation.problem import LARGEST_SEED
from lab.links.reading import OverLimit

NUMBER, CHOICE = "number", "choice"
MOST_SEEDS, MOST_ITEMS = 100, 5000
SAME = 1e-9  # relative difference below which two numbers are the same wrong answer
UNKNOWN = "This number does not match any of the common mistakes we check for."


class Option(NamedTuple):
    """An answer: a number, a choice as HTML, or "*" for any other number; the tolerance is absolute."""

    answer: float | str
    is_right: bool
    feedback: str = ""
    tolerance: float = 0.0


class Item(NamedTuple):
    """A question. Texts are HTML with LaTeX between \\( and \\); the right Option of a number comes first.

    `key` is unique among all Items; `category` is the path of its category, a tuple of names.
    """

    key: str
    name: str
    category: tuple[str, ...]
    kind: str
    text: str
    options: tuple[Option, ...]
    reason: str


def of_derivation(problem, wanted, n_seeds, *, kinds=(NUMBER, CHOICE), tolerance=CLOSE):
    """Return a tuple of Items about the steps with keys in `wanted`, for n_seeds seeds from the problem's.

    `tolerance` is the relative error up to which a number is right. A question that is the same for several
    seeds is one Item. Raise OverLimit for a number of seeds that is not allowed or if there would be more
    than MOST_ITEMS, and ValueError for a tolerance that cannot be used.
    """
    if not 1 <= n_seeds <= MOST_SEEDS:
        raise OverLimit("seeds", f"{n_seeds}", f"whole numbers from 1 to {MOST_SEEDS}")
    if not 0 < tolerance < 1:
        raise ValueError(f"The tolerance is {tolerance:g}; allowed: a share between 0 and 1.")
    items, known = [], set()
    chapters = {step.chapter for step in derive(problem) if step.key in wanted}
    for seed in range(problem.seed, min(problem.seed + n_seeds, LARGEST_SEED + 1)):
        of_seed = dataclasses.replace(problem, seed=seed)
        for step in derive(of_seed, chapters):
            for n, question in enumerate(step.asks if step.key in wanted else ()):
                told = question._replace(prompt=within(question, tolerance))
                text = front(of_seed, step, told, with_choices=False)
                if _kind(question) in kinds and text not in known:
                    known.add(text)
                    items.append(_item(seed, step, n, question, text, tolerance))
        if len(items) > MOST_ITEMS:
            allowed = f"up to {MOST_ITEMS:,}, so choose fewer steps or fewer seeds"
            raise OverLimit("questions", f"{len(items)}", allowed)
    return tuple(items)


def _kind(question):
    return NUMBER if question.choices is None else CHOICE


def _item(seed, step, n, question, text, tolerance):
    """Return question number `n` of a step as an Item with the given text."""
    is_number = question.choices is None
    return Item(
        key=f"backprop-{step.key}-{n + 1}-{seed}",
        name=f"{step.title} ({question.kind} {n + 1}, seed {seed})",
        category=("Backprop Lab", step.chapter, f"{step.title}: {question.kind} {n + 1}"),
        kind=_kind(question),
        text=text,
        options=_numbers(question, tolerance) if is_number else _choices(question),
        reason=as_html(f"{question.reason}{_more_digits(question, tolerance)}"),
    )


def _more_digits(question, tolerance):
    """Return the answer once more if three digits, those of the reason, are not within the tolerance."""
    to_three, enough = answer_in_words(question), answer_in_words(question, tolerance)
    return "" if to_three == enough else f" With as many digits as the tolerance needs: {enough}."


def _choices(question):
    return tuple(
        Option(as_html(choice), choice == question.answer, _why(question, choice))
        for choice in question.choices
    )


def _why(question, answer):
    """Return the feedback on an answer as HTML; the right one has none."""
    return "" if answer == question.answer else as_html(why_wrong(question, answer))


def _numbers(question, tolerance):
    """Return Options: the right number, one per number that a mistake leads to, and one for all others.

    A platform takes the first Option whose interval contains the answer. So the right one is first, and the
    others, with the tolerance of `lab.derivation.answers`, follow in the order in which it tries them. Of
    these, a number that is 0 but for rounding is 0.
    """
    right = float(question.answer)
    options = [Option(right, True, "", tolerance * abs(right) or NEAR_ZERO)]
    for one in question.wrong:
        answer = float(one.answer) if abs(one.answer) > ROUNDING else 0.0
        known = any(abs(answer - other.answer) <= SAME * abs(answer) for other in options)
        counts_as_right = abs(answer - right) <= options[0].tolerance
        if not (known or counts_as_right):
            options.append(Option(answer, False, _why(question, answer), MATCH * abs(answer) or ROUNDING))
    return (*options, Option("*", False, as_html(UNKNOWN)))


def by_category(items):
    """Return [(category, its Items), …] in the order in which the categories appear first."""
    order = list(dict.fromkeys(item.category for item in items))
    ranked = sorted(items, key=lambda item: order.index(item.category))
    return [(path, list(some)) for path, some in itertools.groupby(ranked, key=lambda item: item.category)]
