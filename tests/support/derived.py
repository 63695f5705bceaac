"""Problems in which every activation meets every loss; their derivations, each made once; their formulas."""

import functools
import itertools
import re

import numpy as np

from lab.derivation import CHAPTERS, Problem, derive, plain, sheet
from lab.derivation.fading import left_out
from mlp import ACTIVATIONS, LOSSES

SIZES = ((3,), (5, 2), (1, 4, 2), (1,), (2, 3))
PROBLEMS = tuple(
    Problem(
        d=1 + n % 4,
        hidden_layer_sizes=SIZES[n % 5],
        m=2 + n // 2 % 3,
        activation=activation,
        loss=loss,
        l1=(0.0, 0.01, 0.3)[n // 4 % 3],
        l2=(0.0, 0.5, 0.02)[n // 5 % 3],
        K=1 + 3 * n % 7,
        seed=n,
    )
    for n, (activation, loss) in enumerate(itertools.product(ACTIVATIONS, LOSSES))
)

PER_LAYER = Problem(
    hidden_layer_sizes=(3, 2), activation="tanh", l1=(0.0, 0.01, 0.3), l2=(0.5, 0.0, 0.02), seed=900
)
PROBLEMS = (*PROBLEMS, PER_LAYER)

ONE_EACH = tuple(PROBLEMS[len(LOSSES) * n + n % len(LOSSES)] for n in range(len(ACTIVATIONS)))


@functools.cache
def steps_of(problem):
    """Return the steps by their keys."""
    return {step.key: step for step in derive(problem)}


def chapters_of(problem, chapters):
    """Return the steps of these chapters."""
    return [step for step in steps_of(problem).values() if step.chapter in chapters]


def asked(problem, chapters=CHAPTERS):
    """Return every (step, question) of these chapters."""
    return [(step, question) for step in chapters_of(problem, chapters) for question in step.asks]


def marked_formulas(problem):
    """Yield every formula that a page may show, with its marks."""
    steps = tuple(steps_of(problem).values())
    for step in steps:
        for line in step.lines:
            yield from (line.latex, line.numbers)
        for shape in step.shapes:
            yield from (shape.symbol, shape.words)
        for question in (*step.asks, *left_out(problem, step, len(step.lines)).values()):
            told = (question.prompt, question.reason, question.more, *(question.choices or ()))
            yield from _within(" ".join((*told, *(one.why for one in question.wrong))))
        yield from _within(step.note)
        for index in np.ndindex(np.shape(step.claims[step.main].analytic)):
            if step.entry and step.symbol:
                yield from (step.entry(index), step.symbol(index))
    for markdown in sheet(problem, steps):
        yield from _within(markdown)


def structures(formulas):
    """Return one formula of each kind: those that differ in their numbers alone are set alike."""
    return list({re.sub(r"-?\d+(\.\d+)?", "0", plain(formula)): formula for formula in formulas}.values())


def _within(markdown):
    return [display or inline for display, inline in re.findall(r"\$\$(.+?)\$\$|\$(.+?)\$", markdown, re.S)]
