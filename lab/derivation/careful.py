"""Functions in a naive form that fails at large numbers, and in a careful form that does not."""

import decimal
import functools
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from lab.derivation.identity import CHAPTER
from lab.derivation.latex import matrix
from lab.derivation.numeric import Claim
from lab.derivation.step import Line, Step, code
from mlp.activations import sigmoid, softplus
from mlp.losses import softmax, softmax_cross_entropy

EXACT = "50 decimal digits"
LARGE = np.array([-1000.0, -40.0, 0.5, 40.0, 1000.0])
LOGITS = np.array([[1000.0, 999.0, 0.0], [-1000.0, -1001.0, -1003.0], [1.0, 2.0, 3.0]])


class Pair(NamedTuple):
    """A function in two forms, their LaTeX, where they are tried, and its exact values there."""

    key: str
    title: str
    naive_latex: str
    careful_latex: str
    naive: Callable
    careful: Callable
    inputs: np.ndarray
    exact: Callable
    rule: str
    code: Callable


def _naive_softmax(o):
    return np.exp(o) / np.exp(o).sum(axis=-1, keepdims=True)


def _first_class(o):
    """−ln p_1 by the engine."""
    return softmax_cross_entropy(o, np.eye(o.shape[-1])[np.zeros(len(o), int)])


def _each(function):
    return lambda x: [function(v) for v in x]


def _exact_softmax(o):
    return [[e / sum(row) for e in row] for row in ([v.exp() for v in row] for row in o)]


PAIRS = (
    Pair(
        "sigmoid_careful", "σ of large numbers", r"\sigma(x) = \frac{e^{x}}{1 + e^{x}}",
        r"\sigma(x) = \frac{1}{1 + e^{-x}}", lambda x: np.exp(x) / (1 + np.exp(x)), sigmoid, LARGE,
        _each(lambda x: 1 / (1 + (-x).exp())), "division of both by eˣ",
        lambda: code(sigmoid, "np.exp(np.negative", "np.reciprocal"),
    ),
    Pair(
        "softplus_careful", "softplus of large numbers", r"\operatorname{softplus}(x) = \ln(1 + e^{x})",
        r"\operatorname{softplus}(x) = \max(x, 0) + \operatorname{log1p}\left(e^{-|x|}\right)",
        lambda x: np.log(1 + np.exp(x)), softplus, LARGE, _each(lambda x: (1 + x.exp()).ln()),
        "for x > 0, ln(1 + eˣ) = x + ln(1 + e⁻ˣ); log1p keeps a small term beside 1",
        lambda: code(softplus, "tail = np.log1p", "np.maximum(z, 0), tail"),
    ),
    Pair(
        "log_sigmoid_careful", "ln σ of large numbers", r"\ln \sigma(x)", r"-\operatorname{softplus}(-x)",
        lambda x: np.log(1 / (1 + np.exp(-x))), lambda x: -softplus(-x), LARGE,
        _each(lambda x: -(1 + (-x).exp()).ln()), "ln σ(x) = −softplus(−x)",
        lambda: code(softplus, "tail = np.log1p"),
    ),
    Pair(
        "softmax_careful", "Softmax of large logits", r"p_k = \frac{e^{o_k}}{\sum_{k'} e^{o_{k'}}}",
        r"p_k = \frac{e^{o_k - \max o}}{\sum_{k'} e^{o_{k'} - \max o}}", _naive_softmax, softmax, LOGITS,
        _exact_softmax, "softmax(o + c) = softmax(o), with c = −max o",
        lambda: code(softmax, "np.subtract(logits, _row_max"),
    ),
    Pair(
        "log_sum_exp_careful", "The loss of large logits",
        r"-\ln p_1 = -\ln \frac{e^{o_1}}{\sum_{k} e^{o_{k}}}",
        r"-\ln p_1 = \ln \sum_{k} e^{o_{k} - \max o} - (o_1 - \max o)",
        lambda o: -np.log(_naive_softmax(o)[:, 0]), _first_class, LOGITS,
        lambda o: [sum(v.exp() for v in row).ln() - row[0] for row in o],
        "a common factor before the logarithm",
        lambda: code(softmax_cross_entropy, "shifted = logits", "np.log(_row_sum"),
    ),
)  # fmt: skip


def steps(problem):
    """Return one step per Pair; they are the same for every network."""
    return _steps()


@functools.cache
def _steps():
    return tuple(_step(pair) for pair in PAIRS)


def exact(pair):
    """Return the function at the inputs, computed to 50 digits and then rounded to float64."""
    with decimal.localcontext(prec=50, Emin=-decimal.MAX_EMAX, Emax=decimal.MAX_EMAX):
        one = np.vectorize(lambda v: decimal.Decimal(float(v)), otypes=[object])
        return np.array(pair.exact(one(pair.inputs)), dtype=float)


def _step(pair):
    with np.errstate(all="ignore"):
        naive, careful = pair.naive(pair.inputs), pair.careful(pair.inputs)
    truth = exact(pair)
    at = matrix(pair.inputs)
    column = truth[:, np.newaxis] if pair.inputs.ndim > truth.ndim else truth
    shaped = [values.reshape(column.shape) for values in (naive, careful, truth)]
    return Step(
        key=pair.key,
        chapter=CHAPTER,
        title=pair.title,
        question="What does the computer make of the formula when a number is large?",
        lines=(
            Line(
                pair.naive_latex,
                rf"{at} \mapsto {matrix(shaped[0])}",
                "as on paper: wrong where it overflows",
            ),
            Line(pair.careful_latex, rf"{at} \mapsto {matrix(shaped[1])}", pair.rule, careful),
        ),
        claims={"careful": Claim(pair.title, careful, truth, EXACT, tolerance=1e-14, small=0)},
        code=pair.code(),
        values={"inputs": pair.inputs, "naive": naive, "careful": careful, "exact": truth},
        note=f"Of {truth.size} values the formula as written gets {_right(naive, truth)} right, the careful "
        f"one {_right(careful, truth)}.",
    )


def _right(values, truth):
    return int(
        sum(np.isclose(a, b, rtol=1e-12, atol=0) for a, b in zip(values.ravel(), truth.ravel(), strict=True))
    )
