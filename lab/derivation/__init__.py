"""The derivation of backpropagation as data: every line with its rule, its numbers and its check.

`derive(problem)` gives the steps in order; `summary` counts what is verified; `graph` is the network
as nodes and edges; `sheet` a page to print. LaTeX marks quantities, see `coloured` and `plain`.
"""

import functools

from lab.derivation import (
    adam,
    backward,
    batch,
    careful,
    depth,
    elastic,
    forward,
    identities,
    layers,
    momentum,
    other_losses,
    symmetry,
    variance,
    vectors,
)
from lab.derivation.graph import Edge, Graph, Node, graph
from lab.derivation.latex import coloured, plain
from lab.derivation.notation import QUANTITIES, layers_in_words
from lab.derivation.numeric import Check, Claim, largest_error
from lab.derivation.problem import Pass, Problem, trace
from lab.derivation.questions import asked, right
from lab.derivation.sheet import givens, sheet, table
from lab.derivation.step import (
    CHAPTERS,
    Code,
    Identity,
    Line,
    Product,
    Question,
    Shape,
    Step,
    Summary,
    code,
    summary,
)

__all__ = [
    "CHAPTERS",
    "QUANTITIES",
    "Check",
    "Claim",
    "Code",
    "Edge",
    "Graph",
    "Identity",
    "Line",
    "Node",
    "Pass",
    "Problem",
    "Product",
    "Question",
    "Shape",
    "Step",
    "Summary",
    "code",
    "coloured",
    "derive",
    "givens",
    "graph",
    "largest_error",
    "layers_in_words",
    "plain",
    "right",
    "sheet",
    "summary",
    "table",
    "trace",
]

_PARTS = (
    (identities.steps, vectors.steps, careful.steps),
    (forward.steps, backward.steps, elastic.steps),
    (batch.steps, depth.steps),
    (other_losses.steps,),
    (variance.steps, layers.steps, symmetry.steps),
    (momentum.steps, adam.steps),
)


def derive(problem, chapters=CHAPTERS):
    """Return the steps of a Problem, a tuple of Step in the order of CHAPTERS; only those of `chapters`."""
    return tuple(step for chapter in CHAPTERS if chapter in chapters for step in _chapter(problem, chapter))


@functools.lru_cache(maxsize=48)
def _chapter(problem, chapter):
    parts = _PARTS[CHAPTERS.index(chapter)]
    return tuple(asked(problem, step) for part in parts for step in part(problem))
