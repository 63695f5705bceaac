"""The equations of the output, the loss and its gradient, which differ from loss to loss."""

import numpy as np

from lab.derivation.names import factor, number
from lab.derivation.sources.equation import Equation, elementwise, joined
from mlp.losses import LOSSES, SIGMOID, SOFTMAX

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
    """Return the Equation of the loss from the output, or None for a loss without a formula here."""
    p, T = network.matrix("os"), network.matrix("y")
    if network.loss is LOSSES["softmax_cross_entropy"]:
        return _of_right_class(network.matrix("L"), p, T.values.argmax(axis=1))
    if network.loss is LOSSES["sigmoid_cross_entropy"]:
        return _sum_of_logarithms(network.matrix("L"), p, T)
    if network.loss is LOSSES["sigmoid_squared_error"]:
        return _sum_of_squares(network.matrix("L"), p, T)
    return None


def output_delta(network):
    """Return the Equation of ∂L/∂logits from the output, or None for a loss without a formula here."""
    p, T, K = network.matrix("os"), network.matrix("y"), network.n
    squares = network.loss is LOSSES["sigmoid_squared_error"]
    if not squares and network.loss.gradient_latex != DIFFERENCE:
        return None
    share = f" / {K}" if K > 1 else ""

    def compute(p, T):
        return (2 * (p - T) * p * (1 - p) if squares else p - T) / K

    def pieces(p, T):
        minus = ((p, 0), (" − ", None), (T, 1))
        if squares:
            own = ((") · ", None), (p, 0), (" · (1 − ", None), (p, 0), (")" + share, None))
            return (("2 · (", None), *minus, *own)
        return (("(", None), *minus, (")" + share, None)) if share else minus

    def code(p, T):
        signs = {" − ": " - ", ") · ": ") * ", " · (1 − ": " * (1 - ", "2 · (": "2 * ("}
        return tuple((signs.get(text, text), part) for text, part in pieces(p, T))

    first = "2 · (" if squares else "1/K (" if share else ""
    last = ") ⊙ oˢ ⊙ (1 − oˢ)" + " / K" * bool(share) if squares else ")" if share else ""
    return elementwise(
        network.matrix("d_oa"),
        (p, T),
        (first, "−", last),
        compute,
        lambda n, k: pieces(number(p.values[n, k]), number(T.values[n, k])),
        code,
    )


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
