"""Where an entry of a matrix comes from: the entries it is computed from, the sum in numbers, the code.

An Equation is drawn as result = a formula of matrices; `compute` is the formula, so that a test can change
one entry of one matrix and see which entries of the result follow.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from lab.derivation.names import factor, subscripts


class Matrix(NamedTuple):
    """A matrix of an equation: the key of its quantity, its symbol, its name in code, its values (2-D).

    `transposed`: the values are the quantity's transpose. `sides` are the axes used in the quantity's index:
    (1,) for a vector drawn as a row, (0,) as a column, () for a number.

    A matrix that is no quantity of the network brings its own functions of (row, column): `entry`, the symbol
    of an entry; `written`, how it is computed; `lit`, the ids of the graph that it corresponds to; `told`, a
    sentence. If it is not computed, `given` says what it is. The column `kept` is always shown.
    """

    key: str
    symbol: str
    name: str
    values: np.ndarray
    transposed: bool = False
    sides: tuple[int, ...] = (0, 1)
    entry: Callable | None = None
    given: str = ""
    written: Callable | None = None
    lit: Callable | None = None
    told: Callable | None = None
    kept: int | None = None

    def index(self, *place):
        """Return the index of the quantity itself at this row and column of the matrix."""
        place = place[::-1] if self.transposed else place
        return tuple(place[side] for side in self.sides)

    def code(self, row=None, column=None):
        """Return the code of an entry, a row or a column; of the whole matrix if neither is given."""
        if row is None and column is None:
            return self.name + ".T" * self.transposed
        index = self.index(*(":" if side is None else side for side in (row, column)))
        return f"{self.name}[{', '.join(map(str, index))}]" if index else self.name


class Equation(NamedTuple):
    """result = a formula of `parts`; `signs` are drawn before, between and after them.

    `compute(*arrays)` is the formula; `sources(row, column)` are the (part, row, column) that this entry is
    computed from. `written` and `code` take the same place and return pieces (text, part or None); code()
    is the line for the whole matrix.
    """

    result: Matrix
    parts: tuple[Matrix, ...]
    signs: tuple[str, ...]
    compute: Callable
    sources: Callable
    written: Callable
    code: Callable


def free(key, symbol, name, values, **fields):
    """Return a Matrix that is no quantity of the network; a row, of which one index counts, if 1-D.

    Its entries are named by its symbol and their index, which counts from 1. `key` gives it its colour.
    """
    values = np.asarray(values, float)
    sides = (1,) if values.ndim == 1 else (0, 1)
    made = Matrix(key, symbol, name, np.atleast_2d(values), **{"sides": sides} | fields)
    return (
        made if made.entry else made._replace(entry=lambda *place: symbol + subscripts(*made.index(*place)))
    )


def dot(result, left, right):
    """Return the Equation result = left · right: an entry comes from a row of left and a column of right."""
    inner = range(left.values.shape[1])

    def written(row, column):
        pairs = zip(left.values[row], right.values[:, column], strict=True)
        return joined([((factor(a), 0), (" · ", None), (factor(b), 1)) for a, b in pairs])

    def code(*place):
        sides = (left.code(place[0]), right.code(None, place[1])) if place else (left.code(), right.code())
        return ((sides[0], 0), (" @ ", None), (sides[1], 1))

    return Equation(
        result,
        (left, right),
        ("", "·", ""),
        np.matmul,
        lambda row, column: (*((0, row, at) for at in inner), *((1, at, column) for at in inner)),
        written,
        code,
    )


def elementwise(result, parts, signs, compute, written, code):
    """Return the Equation of an operation entry by entry; `code` takes the parts in code, or an entry's."""
    return Equation(
        result,
        parts,
        signs,
        compute,
        lambda row, column: tuple((part, row, column) for part in range(len(parts))),
        written,
        lambda *place: code(*(part.code(*place) for part in parts)),
    )


def joined(terms, sign=" + "):
    """Return the pieces of several terms as those of one sum."""
    pieces = list(terms[0])
    for term in terms[1:]:
        pieces += [(sign, None), *term]
    return tuple(pieces)
