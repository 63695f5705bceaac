"""The equations of the chapter about functions: two sums, softmax, and forms that do not overflow."""

import numpy as np

from lab.derivation.chapters.several_variables import PAIRS, SHIFT
from lab.derivation.names import factor, number, subscripts
from lab.derivation.sources.equation import Equation, elementwise, free
from lab.derivation.sources.network import Network
from lab.derivation.symbols import View
from mlp.losses import softmax

LOGIT = "a logit of the first example"
CHOSEN = "chosen to be large or small"


def square_sum(problem, step):
    """∇ Σ x² = 2 x."""
    return [_gradient(problem, "xᵢ²", ("2 ·", ""), lambda x: 2 * x, "2 · {1}", "2 * {0}")]


def absolute_sum(problem, step):
    """∇ Σ |x| = sign(x)."""
    return [_gradient(problem, "|xᵢ|", ("sign(", ")"), np.sign, "sign({0})", "np.sign({0})")]


def _gradient(problem, term, signs, compute, words, code):
    network = Network(problem, View(problem).values)
    x = network.matrix("x")
    result = free(
        "d_x",
        f"∇ Σ {term}",
        "gradient",
        compute(x.values),
        entry=lambda _, i: f"∂(Σ {term})/∂{network.entry(x, 0, i)}",
    )
    made = elementwise(
        result,
        (x,),
        signs,
        compute,
        lambda *place: _filled(words, number(x.values[place]), factor(x.values[place])),
        lambda x: _filled(code, x),
    )
    return network, made


def softmax_jacobian(problem, step):
    """∂p/∂o = diag(p) − p pᵀ, of p = softmax(o)."""
    o = free("oa", "o", "o", View(problem).values["oa"][0], given=LOGIT)
    p = softmax(o.values)[0]

    def on_diagonal(k, column):
        return number(p[k]) if k == column else "0"

    diagonal = free("os", "diag(p)", "np.diag(p)", np.diag(p), written=on_diagonal)
    outer = free(
        "os",
        "p pᵀ",
        "np.outer(p, p)",
        np.outer(p, p),
        written=lambda k, column: f"{factor(p[k])} · {factor(p[column])}",
    )
    jacobian = elementwise(
        free("d_oa", "∂p/∂o", "jacobian", diagonal.values - outer.values, entry=_ratio),
        (diagonal, outer),
        ("", "−", ""),
        np.subtract,
        lambda *at: ((number(diagonal.values[at]), 0), (" − ", None), (factor(outer.values[at]), 1)),
        lambda diagonal, outer: ((diagonal, 0), (" - ", None), (outer, 1)),
    )
    return [(None, jacobian), (None, _softmax(free("os", "p", "p", p), o))]


def _ratio(k, column):
    return f"∂p{subscripts(k)}/∂o{subscripts(column)}"


def softmax_shift(problem, step):
    """softmax(o + c) = softmax(o)."""
    o = free("oa", "o", "o", View(problem).values["oa"][0], given=LOGIT)
    p = softmax(o.values)[0]
    moved = free("os", f"softmax(o + {SHIFT:g})", "moved", p)
    return [(None, _softmax(moved, o, SHIFT)), (None, _softmax(free("os", "softmax(o)", "p", p), o))]


def _softmax(result, o, shift=0.0):
    """Return the Equation result = softmax(o + shift) of one row."""
    plus = f" + {shift:g}" if shift else ""
    return _by_row(
        result,
        o,
        ("softmax(", f"{plus})"),
        lambda o: softmax(o + shift),
        lambda row, k: _share(row, k, lambda value: f"{number(value)}{plus}"),
        f"np.exp({{0}}{plus}) / np.exp({{1}}{plus}).sum()",
        f"np.exp(o{plus}) / np.exp(o{plus}).sum()",
    )


def careful(problem, step):
    """Return both forms of a function, as on paper and as in the engine."""
    pair = next(pair for pair in PAIRS if pair.key == step.key)
    rows = pair.inputs.ndim > 1
    x = (
        free("oa", "o", "o", pair.inputs, given=CHOSEN)
        if rows
        else free("x", "x", "x", pair.inputs, given=CHOSEN)
    )
    titles = ("as on paper", pair.naive), ("in the code", pair.careful)
    return [
        (None, _form(x, title, function, *form))
        for (title, function), form in zip(titles, FORMS[step.key], strict=True)
    ]


def _form(x, title, function, words, *code):
    """Return the Equation of a function of x in one form: entry by entry, or by the rows of x."""

    def compute(x):
        with np.errstate(all="ignore"):
            values = function(x)
        return values[:, np.newaxis] if values.ndim < x.ndim else values

    values = compute(x.values)
    sides = (0,) if values.shape[1] == 1 else x.sides
    result = free(
        "os", title, title.replace(" ", "_"), values, sides=sides, entry=lambda *at: _named(title, sides, *at)
    )
    if len(code) > 1:
        return _by_row(result, x, ("f(", ")"), compute, words, *code)
    return elementwise(
        result,
        (x,),
        ("f(", ")"),
        compute,
        lambda *at: _filled(words, number(x.values[at]), factor(x.values[at])),
        lambda x: _filled(*code, x),
    )


def _named(title, sides, *place):
    return f"f{subscripts(*(place[side] for side in sides))}, {title}"


def _by_row(result, o, signs, compute, written, code, whole):
    """Return the Equation of a function of each row of o.

    `written(row, column)` is an entry in numbers, `code` an entry's: {0} stands for the entry of o, {1} for
    its row.
    """
    columns = range(o.values.shape[1])
    one = result.values.shape[1] == 1

    def in_code(*place):
        if not place:
            return ((whole, 0),)
        row, column = place
        return ((code.format(o.code(row, 0 if one else column), o.code(row)), 0),)

    return Equation(
        result,
        (o,),
        signs,
        compute,
        lambda row, _: tuple((0, row, column) for column in columns),
        lambda row, column: ((written(o.values[row], column), 0),),
        in_code,
    )


def _share(row, k, exponent):
    below = " + ".join(f"e^({exponent(value)})" for value in row)
    return f"e^({exponent(row[k])}) / ({below})"


def _minus_largest(row):
    return lambda value: f"{number(value)} − {factor(row.max())}"


def _log_sum(row, _):
    exponent = _minus_largest(row)
    return f"ln({' + '.join(f'e^({exponent(value)})' for value in row)}) − ({exponent(row[0])})"


def _filled(template, *shown):
    """Return the pieces of a template with something shown of the part in its places {0}, {1}."""
    pieces, rest = [], template
    while "{" in rest:
        before, _, after = rest.partition("{")
        pieces += [(before, None), (shown[int(after[0])], 0)]
        rest = after[2:]
    return tuple(piece for piece in (*pieces, (rest, None)) if piece[0])


SHARES, LARGEST = ".sum(axis=1, keepdims=True)", "o.max(axis=1, keepdims=True)"
# Both forms of each function: in words, and in code, of an entry and, where a row is needed, of the whole. In
# words {0} is a number and {1} a factor; in code {0} is the entry and {1} its row.
FORMS = {
    "sigmoid_careful": (
        ("e^({0}) / (1 + e^({0}))", "np.exp({0}) / (1 + np.exp({0}))"),
        ("1 / (1 + e^(−{1}))", "1 / (1 + np.exp(-{0}))"),
    ),
    "softplus_careful": (
        ("ln(1 + e^({0}))", "np.log(1 + np.exp({0}))"),
        ("max({0}, 0) + log1p(e^(−|{0}|))", "np.maximum({0}, 0) + np.log1p(np.exp(-np.abs({0})))"),
    ),
    "log_sigmoid_careful": (
        ("ln(1 / (1 + e^(−{1})))", "np.log(1 / (1 + np.exp(-{0})))"),
        ("−softplus(−{1})", "-softplus(-{0})"),
    ),
    "softmax_careful": (
        (
            lambda row, k: _share(row, k, number),
            "np.exp({0}) / np.exp({1}).sum()",
            f"np.exp(o) / np.exp(o){SHARES}",
        ),
        (
            lambda row, k: _share(row, k, _minus_largest(row)),
            "np.exp({0} - {1}.max()) / np.exp({1} - {1}.max()).sum()",
            f"np.exp(o - {LARGEST}) / np.exp(o - {LARGEST}){SHARES}",
        ),
    ),
    "log_sum_exp_careful": (
        (
            lambda row, _: f"−ln({_share(row, 0, number)})",
            "-np.log(np.exp({0}) / np.exp({1}).sum())",
            "-np.log(np.exp(o[:, 0]) / np.exp(o).sum(axis=1))",
        ),
        (
            _log_sum,
            "np.log(np.exp({1} - {1}.max()).sum()) - ({0} - {1}.max())",
            "np.log(np.exp(o - o.max(axis=1, keepdims=True)).sum(axis=1)) - (o[:, 0] - o.max(axis=1))",
        ),
    ),
}
MAKERS = {
    "square_sum": square_sum,
    "absolute_sum": absolute_sum,
    "softmax_jacobian": softmax_jacobian,
    "softmax_shift": softmax_shift,
} | dict.fromkeys(FORMS, careful)
