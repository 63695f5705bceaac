"""Mistakes in questions about a shape: the shape that each leads to, and why it is wrong."""

from collections.abc import Callable
from typing import NamedTuple

from lab.derivation.mistakes.rule import Wrong
from lab.derivation.step import CHAPTERS
from lab.derivation.symbols import symbols


class ShapeMistake(NamedTuple):
    """`wrong(asked, shape)` is the shape that the mistake leads to, or None where it cannot happen."""

    why: str
    wrong: Callable


def _turned(at, shape):
    return shape.dims[::-1] if len(shape.dims) == 2 else None


def _only(condition, make):
    """Return make(asked, shape) where the condition on (asked, shape) holds, else None."""
    return lambda at, shape: make(at, shape) if condition(at, shape) else None


def _is_row(at, shape):
    return len(shape.dims) == 2 and shape.words.startswith("(1,")


def _is_batch(at, shape):
    return shape.words.startswith("(K,")


def _is_turned(at, shape):
    return r"\top" in shape.symbol


def _is_turned_row(at, shape):
    return _is_turned(at, shape) and shape.words.endswith(", 1)")


def _is_turned_batch(at, shape):
    return _is_turned(at, shape) and shape.words.endswith(", K)")


def _is_turned_matrix(at, shape):
    return _is_turned(at, shape) and not (_is_turned_row(at, shape) or _is_turned_batch(at, shape))


def _is_jacobian(at, shape):
    return shape.symbol.startswith(r"\partial p")


def _is_matrix(at, shape):
    others = (_is_row, _is_batch, _is_turned, _is_jacobian)
    return not any(is_other(at, shape) for is_other in others)


def _is_gradient(at, shape):
    """Return whether it is a derivative of one number."""
    derivative = r"\partial" in shape.symbol or r"\nabla" in shape.symbol
    return derivative and not _is_jacobian(at, shape)


def _neighbour(step):
    """Return the shape with the width of a neighbouring layer in place of its last width."""

    def make(at, shape):
        if at.step.chapter == CHAPTERS[0] or _is_turned(at, shape):  # its numbers count no units of a layer
            return None
        s, depth = symbols(at.problem.depth), at.problem.depth
        widths = [s.width(n) for n in range(depth + 2)]
        last = shape.words.strip("()").rpartition(",")[2].strip()
        if widths.count(last) != 1:
            return None
        n = widths.index(last) + step
        return (*shape.dims[:-1], at.problem.sizes[n]) if 0 <= n < len(widths) else None

    return make


SHAPE_MISTAKES = {
    "columns_convention": ShapeMistake(
        "That is right for $W x + b$ with $x$ as a column. Here $x$ is a row, and the layer is $x W + b$: "
        "the matrix has one row per unit below and one column per unit above.",
        _only(_is_matrix, _turned),
    ),
    "transpose_forgotten": ShapeMistake(
        "That is the shape before $\\top$ swaps rows and columns.",
        _only(_is_turned, _turned),
    ),
    "turned_axis_dropped": ShapeMistake(
        "You dropped an axis. A row that is turned into a column still has two.",
        _only(_is_turned_row, lambda at, shape: shape.dims[:1]),
    ),
    "turned_one_column": ShapeMistake(
        "That is right for one example. This step is about all of them, one column each.",
        _only(_is_turned_batch, lambda at, shape: (shape.dims[0], 1)),
    ),
    "turned_bias_as_a_column": ShapeMistake(
        "That has one more column, for the bias. Some books put it into $W$; here $b$ is separate.",
        _only(_is_turned_matrix, lambda at, shape: (shape.dims[0], shape.dims[1] + 1)),
    ),
    "column_for_row": ShapeMistake(
        "That is a column. Here an example is a row, and so is everything computed from it.",
        _only(_is_row, _turned),
    ),
    "examples_as_columns": ShapeMistake(
        "You gave each example a column. Here each example is a row.", _only(_is_batch, _turned)
    ),
    "row_per_example": ShapeMistake(
        "That has a row for every example of the minibatch. This step is about one example.",
        _only(_is_row, lambda at, shape: (at.problem.K, shape.dims[1])),
    ),
    "one_row": ShapeMistake(
        "That is right for one example. This step is about all of them, one row each.",
        _only(_is_batch, lambda at, shape: (1, *shape.dims[1:])),
    ),
    "row_axis_dropped": ShapeMistake(
        "You dropped the row. One example is still a matrix, with one row.",
        _only(_is_row, lambda at, shape: shape.dims[1:]),
    ),
    "row_for_vector": ShapeMistake(
        "You made it a matrix with one row. It is a plain vector, with one axis.",
        lambda at, shape: (1, *shape.dims) if len(shape.dims) == 1 else None,
    ),
    "gradient_as_a_number": ShapeMistake(
        "What is differentiated is one number, but its gradient has one entry for every number that it is "
        "differentiated by.",
        _only(_is_gradient, lambda at, shape: (1,)),
    ),
    "layer_below": ShapeMistake(
        "Your last number counts the units of the layer below. It should count those of this layer.",
        _neighbour(-1),
    ),
    "layer_above": ShapeMistake(
        "Your last number counts the units of the layer above. It should count those of this layer.",
        _neighbour(1),
    ),
    "bias_as_a_row": ShapeMistake(
        "That has one more row, for the bias. Some books put it into $W$; here $b$ is separate.",
        _only(
            lambda at, shape: _is_matrix(at, shape) and len(shape.dims) == 2,
            lambda at, shape: (shape.dims[0] + 1, shape.dims[1]),
        ),
    ),
    "one_per_class": ShapeMistake(
        "That has one number per class. The loss adds them up to one number per example.",
        lambda at, shape: (1, at.problem.m) if shape.words == "(1)" else None,
    ),
    "no_axis": ShapeMistake(
        "That is a number without an axis. The losses are a vector, here with one entry.",
        lambda at, shape: () if shape.words == "(1)" else None,
    ),
    "hessian": ShapeMistake(
        "That has an entry for every *pair* of entries, like a matrix of second derivatives.",
        lambda at, shape: shape.dims * 2 if len(shape.dims) == 1 < shape.dims[0] else None,
    ),
    "square": ShapeMistake(
        "That would be a matrix of weights from a layer to itself.",
        lambda at, shape: (
            (shape.dims[-1],) * 2
            if len(shape.dims) == 2
            and not (_is_turned_row(at, shape) or _is_turned_batch(at, shape))
            and at.step.chapter != CHAPTERS[0]
            else None
        ),
    ),
    "diagonal_alone": ShapeMistake(
        "That says how each probability changes with its own logit. It changes with every logit.",
        _only(_is_jacobian, lambda at, shape: shape.dims[:1]),
    ),
    "one_probability": ShapeMistake(
        "That is the gradient of one probability. Here there is one row for each of them.",
        _only(_is_jacobian, lambda at, shape: (1, shape.dims[1])),
    ),
    "own_axis": ShapeMistake(
        "That has one axis more than an entry has indices.",
        lambda at, shape: (*shape.dims, 1) if shape.dims != (1,) else None,
    ),
}


def shapes(asked, shape):
    """Return the Wrong shapes that the mistakes lead to, in the order of SHAPE_MISTAKES."""
    made = ((key, one.wrong(asked, shape), one.why) for key, one in SHAPE_MISTAKES.items())
    return tuple(Wrong(key, str(dims), why) for key, dims, why in made if dims not in (None, shape.dims))
