"""Chapter 1, second part: two sums, softmax, and forms of functions that do not overflow."""

import decimal
import functools
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from lab.derivation.chapters.one_variable import of
from lab.derivation.evidence import Claim, derivative
from lab.derivation.latex import ALL, DIGITS, factor, matrix, number, printed, q
from lab.derivation.problem import trace
from lab.derivation.step import Line, Step, code
from lab.derivation.symbols import focus, ratio, shape
from mlp import losses as engine
from mlp.activations import sigmoid, softplus
from mlp.losses import softmax, softmax_cross_entropy
from mlp.network import add_penalty_gradient

SHIFT = 2.0
ALIKE = 5e-4  # largest relative difference of 1 - p_k from the sum of the other probabilities, as printed


def steps(problem):
    """Return 1.8, 1.9, two steps about softmax, and forms that do not overflow, alike for all networks."""
    makers = (square_sum, absolute_sum, softmax_jacobian, softmax_shift)
    return (*(make(problem) for make in makers), *_careful())


def square_sum(problem):
    """∇ Σ x_i² = 2x."""
    x = problem.X[0]
    return _sum_step(
        problem, "square_sum", "1.8", "The gradient of a sum of squares",
        "Where does the 2 in weight decay come from?", "x_{@}^2", r"2\, x_{@}", "power rule",
        lambda v: (v * v).sum(axis=-1), 2 * x, lambda v: rf"2 \cdot {v}",
        of(np.square, lambda v: 2 * v), "(W, 2 * l2)",
    )  # fmt: skip


def absolute_sum(problem):
    """∇ Σ |x_i| = sign(x), where no x_i is 0."""
    x = problem.X[0]
    return _sum_step(
        problem, "absolute_sum", "1.9", "The gradient of a sum of absolute values",
        "How hard does an L1 penalty pull?", "|x_{@}|", r"\operatorname{sign}(x_{@})", "|x|′ = sign(x)",
        lambda v: (v * np.sign(v.real)).sum(axis=-1), 1.0 * (x > 0) - (x < 0),
        lambda v: rf"\operatorname{{sign}}({v})", of(np.abs, np.sign, kinks=(0.0,)), "np.sign(W), l1",
        written=number,
    )  # fmt: skip


def _sum_step(
    problem, key, place, title, question, term, slope, rule, function, found, how, identity, fragment,
    *, written=factor,
):  # fmt: skip
    x, i = problem.X[0], focus(problem)[0]
    one, other, own = "x_i", term.replace("@", "i'"), slope.replace("@", "i")
    total = rf"\left(\sum_i {term.replace('@', 'i')}\right)"
    each = np.array(
        [[identity.derivative(v) if a == b else 0.0 for b in range(x.size)] for a, v in enumerate(x)]
    )

    def entry(index):
        return how(q("x", written(x[index])))

    def symbol(index):
        return rf"\partial {total} / \partial x_{{{index[0] + 1}}}"

    at = symbol((i,))
    return Step(
        key=key,
        number=place,
        title=title,
        question=question,
        lines=(
            Line(
                rf"{ratio('', one)} \sum_{{i'}} {other} = \sum_{{i'}} {ratio(other, one)}",
                f"{at} = {' + '.join(map(factor, each[i]))} = {number(found[i])}",
                "linearity of the derivative",
                each.sum(axis=1),
            ),
            Line(
                rf"{ratio('', one)} \sum_{{i'}} {other} = {own}",
                rf"{at} = {entry((i,))} = {number(found[i])}",
                f"only term i depends on it; {rule}",
                identity.derivative(x),
            ),
            Line(
                rf"\nabla \sum_i {term.replace('@', 'i')} = {slope.replace('_{@}', '')}",
                rf"{matrix(found)} = {how(matrix(x, 'x'))}",
                "all entries as a row",
                found,
            ),
        ),
        claims={
            "gradient": Claim(
                "the gradient at the first example's x", identity.derivative(x), derivative(function, x)
            )
        },
        shapes=(
            shape("x", ("d",), x.shape),
            shape(rf"\nabla \sum_i {term.replace('@', 'i')}", ("d",), x.shape),
        ),
        code=code(add_penalty_gradient, fragment),
        entry=entry,
        symbol=symbol,
        given=lambda index: rf"x = {matrix(x)}",
        identity=identity,
    )


def softmax_jacobian(problem):
    """∂p_k/∂o_l = p_k (1[k = l] - p_l): diag(p) - p pᵀ."""
    o = trace(problem, 1).z[-1][0]
    p = engine.softmax(o[np.newaxis])[0]
    e = np.exp(o)
    S, m, k = e.sum(), o.size, int(p.argmax())
    J = np.diag(p) - np.outer(p, p)
    other = (k + 1) % m

    def entry(index):
        a, b = index
        pk, pl = (factor(p[at], _digits(p, index)) for at in index)
        return rf"{pk} \cdot (1 - {pl})" if a == b else rf"-{pk} \cdot {pl}"

    def from_given(index):
        a, b = printed(p[[*index]], _digits(p, index))
        return a * (1 - a) if index[0] == index[1] else -a * b

    def along(v):
        stack = np.broadcast_to(o, (*np.shape(v), m)).astype(np.result_type(v, float)).copy()
        stack[..., k] = v
        return engine.softmax(stack)[..., k]

    definition = r"p_k = \frac{e^{o_k}}{S}, \qquad S = \sum_{k'} e^{o_{k'}}"
    quotient = np.array([[(e[a] * (a == b) * S - e[a] * e[b]) / S**2 for b in range(m)] for a in range(m)])
    return Step(
        key="softmax_jacobian",
        title="The Jacobian of softmax",
        question="How does each probability change with each logit?",
        lines=(
            Line(definition, definition, "definition"),
            Line(
                r"\frac{\partial p_k}{\partial o_l} = \frac{\mathbf{1}[k = l]\, e^{o_k} S - e^{o_k} e^{o_l}}"
                r"{S^2}",
                rf"S \approx {number(S)}: \; \frac{{\partial p_{{{k + 1}}}}}{{\partial o_{{{other + 1}}}}} "
                rf"\approx {number(quotient[k, other])}",
                "quotient rule",
                quotient,
            ),
            Line(
                r"k = l: \; p_k (1 - p_k), \qquad k \ne l: \; -p_k\, p_l",
                rf"{entry((k, k))} \approx {number(J[k, k])}, \quad "
                rf"{entry((k, other))} \approx {number(J[k, other])}",
                "definition of softmax",
                np.array(
                    [[p[a] * (1 - p[a]) if a == b else -p[a] * p[b] for b in range(m)] for a in range(m)]
                ),
            ),
            Line(
                r"\frac{\partial p}{\partial o} = \operatorname{diag}(p) - p\, p^{\top}",
                rf"{matrix(J)} \approx {matrix(np.diag(p))} - {matrix(np.outer(p, p))}",
                "all entries as a matrix",
                J,
            ),
            Line(
                r"\sum_k \frac{\partial p_k}{\partial o_l} = 0",
                " + ".join(factor(v) for v in J[:, k]) + r" \approx 0",
                "the probabilities sum to 1, a constant",
                J.sum(axis=0),
                "sum",
            ),
        ),
        claims={
            "jacobian": Claim("∂p/∂o at this network's logits", J, derivative(engine.softmax, o).T),
            "sum": Claim("the columns' sums", J.sum(axis=0), np.zeros(m), "0", small=1.0),
        },
        shapes=(shape("p", ("m",), p.shape), shape(r"\partial p / \partial o", ("m", "m"), J.shape)),
        code=code(engine.softmax, "np.exp(e", "e /= "),
        entry=entry,
        symbol=lambda index: rf"\partial p_{{{index[0] + 1}}} / \partial o_{{{index[1] + 1}}}",
        given=lambda index: rf"p = \operatorname{{softmax}}(o) = {matrix(p, digits=_digits(p, index))}",
        from_given=from_given,
        identity=of(along, lambda v: along(v) * (1 - along(v))),
        note=rf"The curve shows $p_{{{k + 1}}}$ against its own logit; the other logits stay fixed.",
    )


def _digits(p, index):
    """Return how many digits of p to print for ∂p_k/∂o_l; for k = l, so many that p sums to about 1."""
    digits, (k, other) = DIGITS, index
    while k == other and digits < ALL and _is_ambiguous(printed(p, digits), k):
        digits += 1
    return digits


def _is_ambiguous(p, k):
    """Return whether ∂p_k/∂o_k is another number with the sum of the other probabilities as 1 - p_k."""
    return abs(1 - p.sum()) > ALIKE * (1 - p[k])


def softmax_shift(problem):
    """softmax(o + c) = softmax(o)."""
    o = trace(problem, 1).z[-1]
    p, moved, k = engine.softmax(o), engine.softmax(o + SHIFT), 0
    e = np.exp(o)
    above = rf"e^{{{number(o[0, k])} + {number(SHIFT)}}}"

    def entry(index):
        below = " + ".join(rf"e^{{{number(v)} + {number(SHIFT)}}}" for v in o[0])
        return rf"\frac{{e^{{{number(o[0, index[-1]])} + {number(SHIFT)}}}}}{{{below}}}"

    def along(c):
        return engine.softmax(o[0] + np.asarray(c)[..., np.newaxis])[..., k]

    return Step(
        key="softmax_shift",
        title="The same number added to all logits",
        question="What happens to the probabilities when every logit grows by the same amount?",
        lines=(
            Line(
                r"\frac{e^{o_k + c}}{\sum_{k'} e^{o_{k'} + c}} = "
                r"\frac{e^c\, e^{o_k}}{e^c \sum_{k'} e^{o_{k'}}}",
                rf"c = {number(SHIFT)}: \; {entry((k,))} \approx {number(moved[0, k])}",
                "power of a sum",
                np.exp(SHIFT) * e / (np.exp(SHIFT) * e.sum()),
            ),
            Line(
                r"\operatorname{softmax}(o + c) = \operatorname{softmax}(o)",
                rf"{matrix(moved)} = {matrix(p)}",
                "the common factor cancels",
                e / e.sum(),
            ),
        ),
        claims={
            "shifted": Claim(
                "softmax of the shifted logits", moved, np.exp(o) / np.exp(o).sum(), "softmax of the logits"
            )
        },
        shapes=(shape("o", ("1", "m"), o.shape),),
        code=code(engine.softmax, "np.subtract(logits, _row_max"),
        entry=entry,
        symbol=lambda index: rf"\operatorname{{softmax}}(o + {number(SHIFT)})_{{{index[-1] + 1}}}",
        given=lambda index: rf"o = {matrix(o)}",
        from_given=lambda index: engine.softmax(printed(o))[index],
        identity=of(along, np.zeros_like, left=along, right=lambda c: np.full(np.shape(c), p[0, k])),
        note="So the code may subtract the largest logit, after which no exponential overflows: "
        f"${above}$ becomes a number of at most 1.",
    )


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
        _each(lambda x: 1 / (1 + (-x).exp())), "numerator and denominator divided by eˣ",
        lambda: code(sigmoid, "np.exp(np.negative", "np.reciprocal"),
    ),
    Pair(
        "softplus_careful", "softplus of large numbers", r"\operatorname{softplus}(x) = \ln(1 + e^{x})",
        r"\operatorname{softplus}(x) = \max(x, 0) + \operatorname{log1p}\left(e^{-|x|}\right)",
        lambda x: np.log(1 + np.exp(x)), softplus, LARGE, _each(lambda x: (1 + x.exp()).ln()),
        "for x > 0, ln(1 + eˣ) = x + ln(1 + e⁻ˣ); log1p(t) = ln(1 + t), accurate for tiny t",
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
        "the common factor taken out of the logarithm",
        lambda: code(softmax_cross_entropy, "shifted = logits", "np.log(_row_sum"),
    ),
)  # fmt: skip


@functools.cache
def _careful():
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
        title=pair.title,
        question="What does the computer get from the formula when a number is large?",
        lines=(
            Line(
                pair.naive_latex,
                rf"{at} \mapsto {matrix(shaped[0])}",
                "as on paper; wrong where it overflows or rounds",
            ),
            Line(pair.careful_latex, rf"{at} \mapsto {matrix(shaped[1])}", pair.rule, careful),
        ),
        claims={"careful": Claim(pair.title, careful, truth, EXACT, tolerance=1e-14, small=0)},
        code=pair.code(),
        values={"inputs": pair.inputs, "naive": naive, "careful": careful, "exact": truth},
        note=f"Of {truth.size} values, the formula as written gets {_right(naive, truth)} right and the "
        f"careful form {_right(careful, truth)}.",
    )


def _right(values, truth):
    return np.isclose(values, truth, rtol=1e-12, atol=0).sum()
