"""Mistakes in multiple-choice questions: about shapes, rules, what is 0 and what a penalty changes."""

from collections.abc import Callable
from typing import NamedTuple

from lab.derivation.latex import plain
from lab.derivation.mistakes.rule import Wrong
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


def _is_matrix(at, shape):
    return not (_is_row(at, shape) or _is_batch(at, shape) or _is_turned(at, shape))


def _is_gradient(at, shape):
    return r"\partial" in shape.symbol or r"\nabla" in shape.symbol


def _neighbour(step):
    """Return the shape with the width of a neighbouring layer in place of its last width."""

    def make(at, shape):
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
        "The loss is one number, but its gradient has one entry for every number that the loss is "
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
    "hessian": ShapeMistake(
        "That has an entry for every *pair*, like a matrix of second derivatives.",
        lambda at, shape: shape.dims * 2 if len(shape.dims) == 1 else None,
    ),
    "square": ShapeMistake(
        "That would be a matrix from this layer to itself.",
        lambda at, shape: (shape.dims[-1],) * 2 if len(shape.dims) == 2 else None,
    ),
    "own_axis": ShapeMistake(
        "That has one axis too many: there is one axis for every index of an entry.",
        lambda at, shape: (*shape.dims, 1),
    ),
}


def shapes(asked, shape):
    """Return the Wrong shapes that the mistakes lead to, in the order of SHAPE_MISTAKES."""
    made = ((key, one.wrong(asked, shape), one.why) for key, one in SHAPE_MISTAKES.items())
    return tuple(Wrong(key, str(dims), why) for key, dims, why in made if dims and dims != shape.dims)


# Rules that no line uses where it does not say so, and what each is for
STRANGE_RULES = {
    "geometric series": "A geometric series adds up powers of one number. Nothing here is such a sum.",
    "matrix product": "No two matrices are multiplied here.",
    "symmetry of the normal density": "No normal density occurs here.",
    "Euler's formula": "Euler's formula is about $e^{ix}$. All numbers here are real.",
    "quotient rule": "The quotient rule differentiates a fraction. Here nothing is differentiated that way.",
    "integration by parts": "Nothing is integrated here.",
}


def rules(step, line):
    """Return the Wrong rules for a line: those of the step's other lines, then STRANGE_RULES."""
    own = [
        Wrong(
            "rule_of_another_line",
            other.rule,
            f"This step uses that rule, but for another line: ${plain(other.latex)}$.",
        )
        for other in step.lines
    ]
    return (*own, *(Wrong(rule.replace(" ", "_"), rule, why) for rule, why in STRANGE_RULES.items()))


def flat_units(flat, n):
    """Return {key: (units, why)}: wrong answers to which of n units pass nothing back."""
    rest = [j for j in range(1, n + 1) if j not in flat]
    return {
        "active_for_flat": (
            rest,
            "Those are the units that do let the gradient through: their slope is not 0.",
        ),
        "nothing_is_flat": (
            [],
            "Look at the slopes: where $f' = 0$, the gradient from above is multiplied by 0.",
        ),
        "everything_is_flat": (
            list(range(1, n + 1)),
            "Look at the slopes: a unit whose slope is not 0 passes something back.",
        ),
        "first_alone": ([1], "Look at every slope, not only at the first unit's."),
        "last_alone": ([n], "Look at every slope, not only at the last unit's."),
    }


def units_of_a_weight(row, column, n):
    """Return {key: (units, why)}: wrong answers to which of n units depend on the weight (row, column)."""
    return {
        "all_units": (
            list(range(1, n + 1)),
            "Every unit adds up everything that comes from below, but with its own weights: this weight "
            "leads into one unit only.",
        ),
        "index_of_the_row": (
            [row],
            "The first index is the unit *below*, where the weight starts; the second is where it leads.",
        ),
        "no_unit": ([], "The weight leads into one of these units, and its input is not 0."),
        "next_unit": ([column % n + 1], "The second index of the weight names the unit into which it leads."),
    }


PENALTY_REASONS = {
    "only that of the weights": (
        "weights_penalised",
        "A strength of 0 changes nothing.",
    ),
    "only that of the biases": (
        "weights_and_biases_swapped",
        "It is the other way round: the penalty is a sum over weights and contains no bias.",
    ),
    "both": (
        "biases_penalised",
        "No term of the penalty contains a bias, so the gradient of the biases stays the same.",
    ),
    "neither": (
        "penalty_not_differentiated",
        "The penalty grows with the size of the weights, so it has a slope.",
    ),
}
