"""Functions of several variables: two sums, and softmax."""

import numpy as np

from lab.derivation.identity import CHAPTER, central_slope, complex_slope
from lab.derivation.latex import factor, matrix, number, q
from lab.derivation.notation import focus, ratio, shape, values_of
from lab.derivation.numeric import Claim, derivative
from lab.derivation.step import Identity, Line, Step, code
from mlp import losses as engine
from mlp.network import add_penalty_gradient

SHIFT = 2.0


def steps(problem):
    """1.8, 1.9, the Jacobian of softmax, and its invariance."""
    return (square_sum(problem), absolute_sum(problem), softmax_jacobian(problem), softmax_shift(problem))


def square_sum(problem):
    """∇ Σ x_i² = 2x."""
    x = values_of(problem, 1)["x"][0]
    identity = Identity(
        complex_slope(np.square), lambda v: 2 * v, np.square, lambda v: 2 * v, complex_slope(np.square)
    )
    return _sum_step(
        problem, "square_sum", "1.8", "The gradient of a sum of squares",
        "Where does the 2 in weight decay come from?", "x_{@}^2", r"2\, x_{@}", "power rule",
        lambda v: (v * v).sum(axis=-1), 2 * x, lambda v: rf"2 \cdot {v}", identity, "(W, 2 * l2)",
    )  # fmt: skip


def absolute_sum(problem):
    """∇ Σ |x_i| = sign(x), where no x_i is 0."""
    x = values_of(problem, 1)["x"][0]
    numeric = central_slope(np.abs)
    identity = Identity(numeric, np.sign, np.abs, np.sign, numeric, (0.0,))
    return _sum_step(
        problem, "absolute_sum", "1.9", "The gradient of a sum of absolute values",
        "What does an l1 penalty pull with?", "|x_{@}|", r"\operatorname{sign}(x_{@})", "|x|′ = sign(x)",
        lambda v: (v * np.sign(v.real)).sum(axis=-1), 1.0 * (x > 0) - (x < 0),
        lambda v: rf"\operatorname{{sign}}({v})", identity, "np.sign(W), l1",
    )  # fmt: skip


def _sum_step(
    problem, key, place, title, question, term, slope, rule, function, found, how, identity, fragment
):
    x, i = values_of(problem, 1)["x"][0], focus(problem)[0]
    one, other, own = "x_i", term.replace("@", "i'"), slope.replace("@", "i")
    numbers = rf"\frac{{\partial}}{{\partial x_{{{i + 1}}}}} = "
    each = np.array(
        [[identity.derivative(v) if a == b else 0.0 for b in range(x.size)] for a, v in enumerate(x)]
    )

    def entry(index):
        return how(q("x", factor(x[index])))

    return Step(
        key=key,
        chapter=CHAPTER,
        number=place,
        title=title,
        question=question,
        lines=(
            Line(
                rf"{ratio('', one)} \sum_{{i'}} {other} = \sum_{{i'}} {ratio(other, one)}",
                numbers + " + ".join(factor(v) for v in each[i]) + rf" = {number(found[i])}",
                "linearity of the derivative",
                each.sum(axis=1),
            ),
            Line(
                rf"{ratio('', one)} \sum_{{i'}} {other} = {own}",
                rf"{numbers}{entry((i,))} = {number(found[i])}",
                f"only the term i depends on it; {rule}",
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
        shapes=(shape("x", ("d",), x.shape), shape(r"\nabla", ("d",), x.shape)),
        code=code(add_penalty_gradient, fragment),
        values={"x": x, "gradient": found},
        entry=entry,
        symbol=lambda index: (
            rf"\partial \left(\sum_i {term.replace('@', 'i')}\right) / \partial x_{{{index[0] + 1}}}"
        ),
        given=lambda index: rf"x = {matrix(x)}",
        identity=identity,
    )


def softmax_jacobian(problem):
    """∂p_k/∂o_l = p_k (1[k = l] - p_l): diag(p) - p pᵀ."""
    o = values_of(problem, 1)["oa"][0]
    p = engine.softmax(o[np.newaxis])[0]
    e = np.exp(o)
    S, m, k = e.sum(), o.size, int(p.argmax())
    J = np.diag(p) - np.outer(p, p)
    other = (k + 1) % m

    def entry(index):
        a, b = index
        pk, pl = factor(p[a]), factor(p[b])
        return rf"{pk} \cdot (1 - {pl})" if a == b else rf"-{pk} \cdot {pl}"

    def along(v):
        stack = np.broadcast_to(o, (*np.shape(v), m)).astype(np.result_type(v, float)).copy()
        stack[..., k] = v
        return engine.softmax(stack)[..., k]

    slope = lambda v: along(v) * (1 - along(v))  # noqa: E731
    numeric = complex_slope(along)
    quotient = np.array([[(e[a] * (a == b) * S - e[a] * e[b]) / S**2 for b in range(m)] for a in range(m)])
    return Step(
        key="softmax_jacobian",
        chapter=CHAPTER,
        title="The Jacobian of softmax",
        question="How does each probability change with each logit?",
        lines=(
            Line(
                r"\frac{\partial p_k}{\partial o_l} = \frac{\mathbf{1}[k = l]\, e^{o_k} S - e^{o_k} e^{o_l}}"
                r"{S^2}, \qquad S = \sum_{k'} e^{o_{k'}}",
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
        values={"oa": o, "os": p, "jacobian": J},
        entry=entry,
        symbol=lambda index: rf"\partial p_{{{index[0] + 1}}} / \partial o_{{{index[1] + 1}}}",
        given=lambda index: rf"p = \operatorname{{softmax}}(o) = {matrix(p)}",
        identity=Identity(numeric, slope, along, slope, numeric),
        note=rf"Drawn: $p_{{{k + 1}}}$ against its own logit, the others as they are.",
    )


def softmax_shift(problem):
    """softmax(o + c) = softmax(o)."""
    o = values_of(problem, 1)["oa"]
    p, moved, k = engine.softmax(o), engine.softmax(o + SHIFT), 0
    e = np.exp(o)
    above = rf"e^{{{number(o[0, k])} + {number(SHIFT)}}}"

    def entry(index):
        below = " + ".join(rf"e^{{{number(v)} + {number(SHIFT)}}}" for v in o[0])
        return rf"\frac{{e^{{{number(o[0, index[-1]])} + {number(SHIFT)}}}}}{{{below}}}"

    def along(c):
        return engine.softmax(o[0] + np.asarray(c)[..., np.newaxis])[..., k]

    zero, numeric = np.zeros_like, complex_slope(along)
    return Step(
        key="softmax_shift",
        chapter=CHAPTER,
        title="Softmax does not see a shift",
        question="What happens when every logit grows by the same amount?",
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
        values={"oa": o, "os": p, "shifted": moved},
        entry=entry,
        symbol=lambda index: rf"\operatorname{{softmax}}(o + {number(SHIFT)})_{{{index[-1] + 1}}}",
        given=lambda index: rf"o = {matrix(o)}",
        identity=Identity(along, lambda c: np.full(np.shape(c), p[0, k]), along, zero, numeric),
        note="So the code may subtract the largest logit, after which no exponential overflows: "
        f"${above}$ becomes a number of at most 1.",
    )
