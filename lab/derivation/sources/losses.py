"""The equations of the output, the loss and its gradient, which differ from loss to loss."""

import decimal

import numpy as np

from lab.derivation.names import factor, number
from lab.derivation.sources.equation import Equation, dot, elementwise, free, joined
from mlp.losses import LOSSES, SIGMOID, SOFTMAX

BY_ITS_OWN = "the derivative of the loss by its own formula"
DIFFERENCE = "{p} - {t}"  # the gradient of a loss with its matching output


def output(network):
    """Return the Equation of the output from the logits."""
    o, f = network.matrix("oa"), network.loss.output
    coupled = f.coupled

    def written(n, k):
        x = [number(value) for value in o.values[n]]
        if f is SOFTMAX:
            below = joined([((f"e^({value})", 0),) for value in x])
            return ((f"e^({x[k]})", 0), (" / (", None), *below, (")", None))
        if f is SIGMOID:
            return (("1 / (1 + e^(−", None), (factor(o.values[n, k]), 0), ("))", None))
        return (("output(", None), (", ".join(x) if coupled else x[k], 0), (")", None))

    def code(*place):
        if f is SOFTMAX and place:
            own, row = o.code(*place), o.code(place[0])
            return (("np.exp(", None), (own, 0), (") / np.exp(", None), (row, 0), (").sum()", None))
        name = "softmax" if f is SOFTMAX else "sigmoid" if f is SIGMOID else "output"
        if not place:
            return ((f"{name}(", None), (o.code(), 0), (")", None))
        if coupled:
            return ((f"{name}(", None), (o.code(place[0]), 0), (f")[{place[1]}]", None))
        return ((f"{name}(", None), (o.code(*place), 0), (")", None))

    name = "softmax" if f is SOFTMAX else "σ" if f is SIGMOID else "output"
    row = range(o.values.shape[1])
    return Equation(
        network.matrix("os"),
        (o,),
        (f"{name}(", ")"),
        f,
        lambda n, k: tuple((0, n, j) for j in row) if coupled else ((0, n, k),),
        written,
        code,
    )


def loss(network):
    """Return the Equation of the loss from the output."""
    p, T = network.matrix("os"), network.matrix("y")
    if network.loss is LOSSES["softmax_cross_entropy"]:
        return _of_right_class(network.matrix("L"), p, T.values.argmax(axis=1))
    if network.loss is LOSSES["sigmoid_cross_entropy"]:
        return _sum_of_logarithms(network.matrix("L"), p, T)
    if network.loss is LOSSES["sigmoid_squared_error"]:
        return _sum_of_squares(network.matrix("L"), p, T)
    return _of_textbook(network, network.matrix("L"), p, T)


def output_delta(network, n=None):
    """Return the Equation of ∂L/∂logits from the output: of the mean loss; if n is 1, of each example.

    A loss without a formula here has that by the output's Jacobian, for one example, and None for several.
    """
    p, T, K = network.matrix("os"), network.matrix("y"), n or network.n
    squares = network.loss is LOSSES["sigmoid_squared_error"]
    if not squares and network.loss.gradient_latex != DIFFERENCE:
        return _by_jacobian(network) if network.n == 1 else None
    share = f" / {K}" if K > 1 else ""
    rest = p._replace(
        symbol=f"1 − {p.symbol}",
        name="(1 - p)",
        values=1 - p.values,
        entry=lambda *at: f"1 − {network.entry(p, *at)}",
        written=lambda *at: f"1 − {factor(p.values[at])}",
        lit=lambda *at: network.ids("os", p.index(*at)),
    )

    def pieces(p, T, *rest):
        minus = ((p, 0), (" − ", None), (T, 1))
        if squares:
            own = ((") · ", None), (p, 0), (" · ", None), (*rest, 2), (share, None))
            return tuple(piece for piece in (("2 · (", None), *minus, *own) if piece[0])
        return (("(", None), *minus, (")" + share, None)) if share else minus

    def code(*parts):
        signs = {" − ": " - ", ") · ": ") * ", " · ": " * ", "2 · (": "2 * ("}
        return tuple((signs.get(text, text), part) for text, part in pieces(*parts))

    first = "2 · (" if squares else "1/K (" if share else ""
    last = " / K" * bool(share) if squares else ")" if share else ""
    return elementwise(
        network.matrix("d_oa"),
        (p, T, rest) if squares else (p, T),
        (first, "−", ") ⊙ oˢ ⊙", last) if squares else (first, "−", last),
        (lambda p, T, rest: 2 * (p - T) * p * rest / K) if squares else lambda p, T: (p - T) / K,
        lambda *at: pieces(number(p.values[at]), number(T.values[at]), *[factor(rest.values[at])] * squares),
        code,
    )


def _by_jacobian(network):
    """Return the Equation of ∂L/∂logits of one example by the chain rule through the output."""
    loss, p, T = network.loss, network.values["os"], network.values["y"]
    above, jacobian = loss.output_gradient(p[0], T[0]), loss.output.jacobian(p[0])
    left = free("d_os", "∂L/∂oˢ", "dL_dp", above, given=BY_ITS_OWN)
    right = free(
        "os", "∂oˢ/∂oᵃ", "jacobian", jacobian, given="the derivative of the output by its own formula"
    )
    return dot(network.matrix("d_oa")._replace(sides=(0, 1)), left, right)


def _of_textbook(network, L, p, T):
    """Return the Equation of any loss: ℓ of the output and the targets."""

    def compute(p, T):
        rows = zip(p, T, strict=True)
        exact = [
            ([decimal.Decimal(float(v)) for v in row], [round(float(t)) for t in t_row])
            for row, t_row in rows
        ]
        return np.array([[float(network.loss.textbook(*one))] for one in exact])

    def written(n, _):
        shown = [", ".join(map(number, side.values[n])) for side in (p, T)]
        return (("ℓ(", None), (shown[0], 0), ("; ", None), (shown[1], 1), (")", None))

    def code(*place):
        (a, t) = _rows(p, T, place)
        return (("loss(", None), a, (", ", None), t, (")", None))

    return Equation(L, (p, T), ("ℓ(", ",", ")"), compute, lambda n, _: _both_rows(p, n), written, code)


def _of_right_class(L, p, y):
    def code(*place):
        own = p.code(place[0], y[place[0]]) if place else f"{p.name}[range(len({p.name})), y]"
        return (("-np.log(", None), (own, 0), (")", None))

    return Equation(
        L,
        (p,),
        ("−ln of the right class in", ""),
        lambda p: -np.log(p[range(len(p)), y])[:, np.newaxis],
        lambda n, _: ((0, n, int(y[n])),),
        lambda n, _: (("−ln ", None), (number(p.values[n, y[n]]), 0)),
        code,
    )


def _sum_of_logarithms(L, p, T):
    def term(p, t):
        shown = (number(p), 0)
        if t == 1:
            return (("−", None), (number(t), 1), (" · ln ", None), shown)
        return (("−(1 − ", None), (number(t), 1), (") · ln(1 − ", None), shown, (")", None))

    def code(*place):
        (a, t), axis = _rows(p, T, place), "" if place else "axis=1"
        pieces = (("-(", None), t, (" * np.log(", None), a, (") + (1 - ", None), t)
        return (*pieces, (") * np.log(1 - ", None), a, (f")).sum({axis})", None))

    return Equation(
        L,
        (p, T),
        ("−Σ (T ln oˢ + (1 − T) ln(1 − oˢ)) of", "and", ""),
        lambda p, T: -(T * np.log(p) + (1 - T) * np.log(1 - p)).sum(axis=1, keepdims=True),
        lambda n, _: _both_rows(p, n),
        lambda n, _: joined([term(*pair) for pair in zip(p.values[n], T.values[n], strict=True)], " "),
        code,
    )


def _sum_of_squares(L, p, T):
    def term(p, t):
        return (("(", None), (number(p), 0), (" − ", None), (number(t), 1), (")²", None))

    def code(*place):
        (a, t), axis = _rows(p, T, place), "" if place else "axis=1"
        return (("((", None), a, (" - ", None), t, (f") ** 2).sum({axis})", None))

    return Equation(
        L,
        (p, T),
        ("Σ (", "−", ")²"),
        lambda p, T: ((p - T) ** 2).sum(axis=1, keepdims=True),
        lambda n, _: _both_rows(p, n),
        lambda n, _: joined([term(*pair) for pair in zip(p.values[n], T.values[n], strict=True)]),
        code,
    )


def _rows(p, T, place):
    return tuple((side.code(*place[:1]), part) for part, side in enumerate((p, T)))


def _both_rows(p, n):
    return tuple((part, n, k) for part in (0, 1) for k in range(p.values.shape[1]))
