"""Step, Line and the other parts of a derivation: every line has a rule, numbers and a check."""

import ast
import functools
import inspect
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from lab.derivation.evidence import Claim

CHAPTERS = (
    "Functions and their slopes",
    "The network",
    "Minibatch and depth",
    "Other losses",
    "Initialization",
    "Momentum and Adam",
)


class Factors(NamedTuple):
    """The two arrays of a product of matrices, and whether each is transposed in it."""

    left: np.ndarray
    right: np.ndarray
    left_transposed: bool = False
    right_transposed: bool = False

    def operands(self):
        """Return the two arrays, transposed where they are."""
        left, right = self.left, self.right
        return (left.T if self.left_transposed else left), (right.T if self.right_transposed else right)


class Line(NamedTuple):
    """One line: the formula, the same with this network's numbers, and the rule it uses.

    `value` is the right-hand side, evaluated as the line writes it; it is checked against the claim named
    `claim` of its step (the first one if None). A line without a value states no number. If no numbers can
    be put in, `numbers` equals `latex`. `factors` are those of its first product, if they are not those of
    the step's products.
    """

    latex: str
    numbers: str
    rule: str
    value: np.ndarray | None = None
    claim: str | None = None
    factors: Factors | None = None


class Shape(NamedTuple):
    """A symbol in LaTeX, its shape in symbols, LaTeX too, and in numbers."""

    symbol: str
    words: str
    dims: tuple[int, ...]


class Product(NamedTuple):
    """result = left @ right, by their names in `Step.values`; either factor may be transposed."""

    left: str
    right: str
    result: str
    left_transposed: bool = False
    right_transposed: bool = False

    def operands(self, values):
        """Return the two factors, transposed where they are."""
        return self.factors(values).operands()

    def factors(self, values):
        """Return its Factors."""
        transposed = self.left_transposed, self.right_transposed
        return Factors(values[self.left], values[self.right], *transposed)


class Code(NamedTuple):
    """A line of the running source: its module, function and number in the file, and the line itself."""

    module: str
    function: str
    number: int
    text: str


class Identity(NamedTuple):
    """Functions of x, elementwise, to draw: left(x) = right(x), and a function with its derivative.

    `derivative` is the formula for the slope of `function`, `numeric` its numerical derivative; both are
    defined everywhere except at `kinks`.
    """

    left: Callable
    right: Callable
    function: Callable
    derivative: Callable
    numeric: Callable
    kinks: tuple[float, ...] = ()


class Question(NamedTuple):
    """A question about a step; see `answers.right`.

    kind: shape, sign, vanishes, rule, line (all with choices) or number (without). Prompt, choices,
    reason and `more` (shown after a confident error) are Markdown. `wrong` are `mistakes.Wrong`.
    """

    kind: str
    prompt: str
    choices: tuple[str, ...] | None
    answer: str | float
    reason: str
    wrong: tuple = ()
    more: str = ""


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step of the derivation; its LaTeX marks quantities by key, see `latex`.

    `number` is its number in the coursework's list ("1.3", "2.7") or "". `claims` are named quantities that
    are also computed another way; the first is the one that the step is about. `values` are the arrays, by
    key, of its products, questions and tables. `symbol(index)` names one entry of the first claim,
    `entry(index)` writes it in numbers, and `given(index)` states what it needs that no earlier step states;
    `from_given(index)` is the entry computed from the numbers as `given` prints them, where it rounds them.
    `lit` are the kinds of the graph's nodes and edges that the step is about, and b1, … for biases. The graph
    shows the first example, or the `mean` of all, in the problem's network or in one with `params` or with
    another `loss`, which `network` describes in words.
    `plain` are the lines of the exported script that compute it, `code` those of the engine.
    """

    key: str
    title: str
    question: str
    lines: tuple[Line, ...]
    claims: Mapping[str, Claim]
    number: str = ""
    chapter: str = ""
    shapes: tuple[Shape, ...] = ()
    code: tuple[Code, ...] = ()
    plain: str = ""
    values: Mapping[str, np.ndarray] = field(default_factory=dict)
    products: tuple[Product, ...] = ()
    entry: Callable[[tuple[int, ...]], str] | None = None
    symbol: Callable[[tuple[int, ...]], str] | None = None
    given: Callable[[tuple[int, ...]], str] | None = None
    from_given: Callable[[tuple[int, ...]], float] | None = None
    lit: frozenset[str] = frozenset()
    mean: bool = False
    params: tuple | None = None
    loss: str = ""
    network: str = ""
    note: str = ""
    identity: Identity | None = None
    own_asks: tuple[Question, ...] = ()
    asker: Callable | None = None

    def about(self, problem):
        """Return the Problem that the step is about: with the step's own loss, if it has one."""
        return problem.under(self.loss) if self.loss else problem

    @property
    def main(self):
        """The name of the claim that the step is about."""
        return next(iter(self.claims))

    @property
    def is_exact(self):
        """Whether its numbers depend on signs alone: rounding changes none of them."""
        return bool(self.identity and self.identity.kinks)

    def relation(self, value):
        """Return the LaTeX between a formula in rounded numbers and its value: = if it is exact, else ≈."""
        return "=" if self.is_exact or value == 0 else r"\approx"

    @functools.cached_property
    def asks(self):
        """Its Questions, created on first access."""
        return self.asker(self) if self.asker else self.own_asks

    @functools.cached_property
    def line_checks(self):
        """One entry per line: its claim with the line's value, or None for a line that states no number."""
        return tuple(
            None if line.value is None else self.claims[line.claim or self.main].of(line.value)
            for line in self.lines
        )

    @functools.cached_property
    def checks(self):
        """Every Claim of the step: those of its lines, then those about the engine's values."""
        return (*filter(None, self.line_checks), *self.claims.values())


def code(function, *fragments):
    """Return a tuple of Code: the line of the function's source that contains each fragment.

    Raise LookupError if a fragment is in no line, or in more than one.
    """
    return tuple(_found(function, fragment) for fragment in fragments)


@functools.lru_cache(maxsize=64)
def whole_code(function):
    """Return a tuple of Code: every line of the function but its head, docstring and comments.

    It is empty if Python cannot find the function's source; a lambda has none.
    """
    try:
        lines, first = inspect.getsourcelines(function)
    except (OSError, TypeError):
        return ()
    if function.__name__ == "<lambda>":
        return ()
    (tree,) = ast.parse(textwrap.dedent("".join(lines))).body
    body = tree.body[1:] if ast.get_docstring(tree) is not None else tree.body
    texts = [(first + at, text.strip()) for at, text in enumerate(lines) if at + 1 >= body[0].lineno]
    return tuple(
        Code(function.__module__, function.__name__, number, text)
        for number, text in texts
        if text and not text.startswith("#")
    )


@functools.lru_cache(maxsize=256)
def _found(function, fragment):
    lines, first = inspect.getsourcelines(function)
    hits = [(first + at, line.strip()) for at, line in enumerate(lines) if fragment in line]
    if len(hits) != 1:
        raise LookupError(f"{fragment!r} is in {len(hits)} lines of {function.__name__}; it must be in one.")
    number, text = hits[0]
    return Code(function.__module__, function.__name__, number, text)
