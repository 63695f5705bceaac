"""The gradient of the loss with respect to the logits, for each of the losses."""

import numpy as np

from lab.derivation.latex import matrix, number, q, terms
from lab.derivation.notation import loss_formula, partial, ratio, shape
from lab.derivation.numeric import Claim, derivative, elementwise_slope, logits_derivative
from lab.derivation.outputs import K_TH, LOGITS, SUM, Y_TH, first_example, with_fields
from lab.derivation.step import Line, Step, code
from mlp import losses as engine
from mlp.activations import sigmoid, sigmoid_derivative, softplus
from mlp.network import loss_and_gradients

D_K, OS_K, T_K, OTHER = partial("oa", K_TH), q("os", "o^s_k"), q("y", "T_k"), "o^s_{k'}"
HOT = r"\mathbf{1}[k = y]"
ROW = q("os", "o^s") + " - " + q("y", r"\operatorname{onehot}(y)")


def delta_step(problem, loss=None, **fields):
    """2.7 and 2.8: ∂L/∂o^a, entry by entry, then as a row."""
    loss = loss or problem.loss
    values, T, o, p = first_example(problem, loss)
    gradient = engine.LOSSES[loss].gradient
    delta = gradient(o, T)
    values["d_oa"] = delta
    lines, entry, quoted = DELTA_LINES.get(loss, _of_entry)(loss, T, o, p, delta)
    return Step(
        **with_fields("output_delta", problem, "2.7, 2.8", fields),
        title="The loss and the logits",
        question="How does the loss change with each logit?",
        lines=lines,
        claims={"d_oa": Claim("∂L/∂o^a", delta, logits_derivative(loss, o, T))},
        shapes=tuple(
            shape(one, ("1", "m"), o.shape) for one in (q("os", "o^s"), q("y", "T"), partial("oa", LOGITS))
        ),
        code=quoted + (() if fields else code(loss_and_gradients, "delta = LOSSES[config.loss].gradient")),
        values=values,
        entry=entry,
        symbol=lambda index: partial("oa", f"o^a_{{{index[-1] + 1}}}"),
        lit=frozenset({"oa", "os", "L", "out", "loss"}),
    )


def _softmax_cross_entropy(loss, T, o, p, delta):
    """Return (lines, `Step.entry`, the Code of the gradient)."""
    y = k = int(T[0].argmax())
    entry, dk, final, result = _difference(T, p, delta)
    minus_target = f"{dk} = -{number(T[0, k])}"
    e, S = np.exp(o), np.exp(o).sum()
    log_sum = derivative(lambda stack: np.log(np.exp(stack).sum(axis=-1))[:, 0], o)
    lines = (
        Line(
            rf"{D_K} = -{ratio(Y_TH, K_TH)} + {ratio('', K_TH)} \ln {SUM}",
            rf"{minus_target} + {number(log_sum[0, k])} {result}",
            "linearity of the derivative",
            -derivative(lambda stack: stack[:, 0, y], o) + log_sum,
        ),
        Line(
            rf"{D_K} = -{HOT} + \frac{{1}}{{{SUM}}}\, {ratio('', K_TH)} {SUM}",
            rf"{minus_target} + \frac{{1}}{{{number(S)}}} \cdot {number(e[0, k])} {result}",
            "chain rule, derivative of ln",
            -T + 1 / S * derivative(lambda stack: np.exp(stack).sum(axis=-1)[:, 0], o),
        ),
        Line(
            rf"{D_K} = -{HOT} + \frac{{e^{{{K_TH}}}}}{{{SUM}}}",
            rf"{minus_target} + \frac{{{number(e[0, k])}}}{{{number(S)}}} {result}",
            "of the sum, only the term k depends on it",
            -T + e / S,
        ),
        Line(rf"{D_K} = {OS_K} - {HOT}", f"{dk} = {final}", "definition of softmax", p - T),
        _row(T, p, delta),
    )
    return lines, entry, code(engine.softmax_cross_entropy_gradient, "p = softmax", "p -= T")


def _sigmoid_cross_entropy(loss, T, o, p, delta):
    k = int(T[0].argmax())
    entry, dk, final, result = _difference(T, p, delta)
    lines = (
        Line(
            rf"{D_K} = {ratio('', K_TH)} \operatorname{{softplus}}({K_TH}) - {T_K}\, {ratio(K_TH, K_TH)}",
            rf"{dk} = {number(p[0, k])} - {number(T[0, k])} \cdot 1 {result}",
            "linearity; of the sum, only the term k depends on it",
            elementwise_slope(softplus, o) - T,
        ),
        Line(rf"{D_K} = {OS_K} - {T_K}", f"{dk} = {final}", "softplus′ = σ", p - T),
        _row(T, p, delta),
    )
    return lines, entry, code(engine.sigmoid_cross_entropy_gradient, "p = sigmoid", "p -= T")


def _sigmoid_squared_error(loss, T, o, p, delta):
    k = int(T[0].argmax())
    dk, result = partial("oa", f"o^a_{k + 1}"), rf"\approx {number(delta[0, k])}"
    pk, tk = q("os", number(p[0, k])), q("y", number(T[0, k]))
    slope = sigmoid_derivative(o, p)

    def entry(index):
        a, t = q("os", number(p[index])), q("y", number(T[index]))
        return rf"2 \cdot ({a} - {t}) \cdot {a} \cdot (1 - {a})"

    o_s = q("os", "o^s")
    shown = rf"2\,\left({matrix(p, 'os')} - {matrix(T, 'y')}\right) \odot {matrix(p, 'os')}"
    lines = (
        Line(
            rf"{D_K} = 2\,({OS_K} - {T_K})\, {ratio('o^s_k', K_TH)}",
            rf"{dk} = 2 \cdot ({pk} - {tk}) \cdot {number(slope[0, k])} {result}",
            "chain rule; of the sum, only the term k depends on it",
            2 * (p - T) * elementwise_slope(sigmoid, o),
        ),
        Line(
            rf"{D_K} = 2\,({OS_K} - {T_K})\, {OS_K}\,(1 - {OS_K})",
            rf"{dk} = {entry((0, k))} {result}",
            "σ′ = σ(1 − σ)",
            2 * (p - T) * p * (1 - p),
        ),
        Line(
            rf"{partial('oa', LOGITS)} = 2\,\left({ROW}\right) \odot {o_s} \odot (1 - {o_s})",
            rf"{matrix(delta, 'd_oa')} \approx {shown} \odot {matrix(1 - p)}",
            "all entries as a row",
            np.stack([(2 * a * (1 - a)) * (a - t) for a, t in zip(p, T, strict=True)]),
        ),
    )
    fragments = ("p = sigmoid", "slope = ", "p -= T", "p *= slope")
    return lines, entry, code(engine.sigmoid_squared_error_gradient, *fragments)


def _of_entry(loss, T, o, p, delta):
    """The two lines that any loss has: the chain rule through the output, and its formula."""
    k = int(T[0].argmax())
    found = engine.LOSSES[loss]
    above, jacobian = found.output_gradient(p[0], T[0]), found.output.jacobian(p[0])

    def entry(index):
        return terms(above, jacobian[:, index[-1]])

    lines = (
        Line(
            rf"{D_K} = \sum_{{k'=1}}^m {ratio('L', OTHER)}\, {ratio(OTHER, K_TH)}",
            rf"{partial('oa', f'o^a_{k + 1}')} = {entry((0, k))} \approx {number(delta[0, k])}",
            "chain rule, sum over the outputs",
            (above @ jacobian)[np.newaxis],
        ),
        Line(
            rf"{partial('oa', LOGITS)} = {loss_formula(found.gradient_latex)}",
            rf"{partial('oa', LOGITS)} \approx {matrix(delta, 'd_oa')}",
            "the same, all entries as a row",
            found.gradient(o, T),
        ),
    )
    return lines, entry, ()


def _difference(T, p, delta):
    """Where the gradient is p - T: `entry`, the symbol of an entry, the difference, what it comes to."""
    k = int(T[0].argmax())

    def entry(index):
        return f"{q('os', number(p[index]))} - {q('y', number(T[index]))}"

    result = rf"\approx {number(delta[0, k])}"
    return entry, partial("oa", f"o^a_{k + 1}"), f"{entry((0, k))} {result}", result


def _row(T, p, delta):
    """Return p - T as a row."""
    return Line(
        rf"{partial('oa', LOGITS)} = {ROW}",
        rf"{matrix(delta, 'd_oa')} \approx {matrix(p, 'os')} - {matrix(T, 'y')}",
        "all entries as a row",
        np.stack([a - t for a, t in zip(p, T, strict=True)]),
    )


DELTA_LINES = {  # the losses whose gradient is derived line by line
    "softmax_cross_entropy": _softmax_cross_entropy,
    "sigmoid_cross_entropy": _sigmoid_cross_entropy,
    "sigmoid_squared_error": _sigmoid_squared_error,
}
