"""The derivation of backpropagation as data: every line with its rule, its numbers and its check.

`derive(problem)` returns the steps in order; `summary` counts what is verified; `graph` is the network
as nodes and edges; `sheet` is a page to print. Quantities are marked in the LaTeX: see `coloured`, `plain`.
"""

import dataclasses
import functools

from lab.derivation.answers import correction, right
from lab.derivation.chapters import (
    backward,
    batch_and_depth,
    forward,
    initialization,
    one_variable,
    optimizers,
    other_losses,
    several_variables,
)
from lab.derivation.given import givens
from lab.derivation.graph import graph
from lab.derivation.latex import coloured, plain
from lab.derivation.plain_code import plain as plain_code
from lab.derivation.problem import Problem
from lab.derivation.quiz import asks
from lab.derivation.sheet import layers_in_words, sheet, table
from lab.derivation.step import CHAPTERS, Question, code
from lab.derivation.summary import summary

__all__ = [
    "CHAPTERS",
    "Problem",
    "Question",
    "code",
    "coloured",
    "correction",
    "derive",
    "givens",
    "graph",
    "layers_in_words",
    "plain",
    "right",
    "sheet",
    "summary",
    "table",
]

PARTS = (  # of each chapter
    (one_variable, several_variables),
    (forward, backward),
    (batch_and_depth,),
    (other_losses,),
    (initialization,),
    (optimizers,),
)


def derive(problem, chapters=CHAPTERS):
    """Return the steps of a Problem, a tuple of Step in the order of CHAPTERS, limited to `chapters`."""
    return tuple(step for chapter in CHAPTERS if chapter in chapters for step in _chapter(problem, chapter))


@functools.lru_cache(maxsize=48)
def _chapter(problem, chapter):
    parts = PARTS[CHAPTERS.index(chapter)]
    steps = (step for part in parts for step in part.steps(problem))
    ask = functools.partial(asks, problem)
    return tuple(
        dataclasses.replace(step, chapter=chapter, asker=ask, plain=plain_code(problem, step.key))
        for step in steps
    )
