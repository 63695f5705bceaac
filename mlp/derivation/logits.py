"""The gradient of the loss with respect to the logits, for each of the three losses."""

import numpy as np

from .. import losses as engine
from ..activations import sigmoid, sigmoid_derivative, softplus
from ..network import loss_and_gradients
from .latex import matrix, number, q
from .notation import partial, ratio, shape
from .numeric import Claim, derivative, elementwise_slope, logits_derivative
from .outputs import K_TH, LOGITS, SUM, Y_TH, seen, with_fields
from .step import Line, Step, code

GRADIENTS = {
    "softmax_cross_entropy": engine.softmax_cross_entropy_gradient,
    "sigmoid_cross_entropy": engine.sigmoid_cross_entropy_gradient,
    "sigmoid_squared_error": engine.sigmoid_squared_error_gradient,
}


def delta_step(problem, loss=None, **fields):
    """2.7 and 2.8: ∂L/∂o^a, entry by entry, then as a row."""
    loss = loss or problem.loss
    values, T, o, p = seen(problem, loss)
    delta = GRADIENTS[loss](o, T)
    values["d_oa"] = delta
    d_k, os_k, t_k = partial("oa", K_TH), q("os", "o^s_k"), q("y", "T_k")
    y, k = int(T[0].argmax()), int(T[0].argmax())
    hot = r"\mathbf{1}[k = y]"
    dk = partial("oa", f"o^a_{k + 1}")
    pk, tk = q("os", number(p[0, k])), q("y", number(T[0, k]))
    result = rf"\approx {number(delta[0, k])}"
    minus_target = f"{dk} = -{number(T[0, k])}"
    final = f"{pk} - {tk} {result}"
    squared = loss == "sigmoid_squared_error"

    def entry(index):
        a, t = q("os", number(p[index])), q("y", number(T[index]))
        if squared:
            return rf"2 \cdot ({a} - {t}) \cdot {a} \cdot (1 - {a})"
        return f"{a} - {t}"

    if loss == "softmax_cross_entropy":
        e, S = np.exp(o), np.exp(o).sum()
        log_sum = derivative(lambda stack: np.log(np.exp(stack).sum(axis=-1))[:, 0], o)
        lines = (
            Line(
                rf"{d_k} = -{ratio(Y_TH, K_TH)} + {ratio('', K_TH)} \ln {SUM}",
                rf"{minus_target} + {number(log_sum[0, k])} {result}",
                "linearity of the derivative",
                -derivative(lambda stack: stack[:, 0, y], o) + log_sum,
            ),
            Line(
                rf"{d_k} = -{hot} + \frac{{1}}{{{SUM}}}\, {ratio('', K_TH)} {SUM}",
                rf"{minus_target} + \frac{{1}}{{{number(S)}}} \cdot {number(e[0, k])} {result}",
                "chain rule, derivative of ln",
                -T + 1 / S * derivative(lambda stack: np.exp(stack).sum(axis=-1)[:, 0], o),
            ),
            Line(
                rf"{d_k} = -{hot} + \frac{{e^{{{K_TH}}}}}{{{SUM}}}",
                rf"{minus_target} + \frac{{{number(e[0, k])}}}{{{number(S)}}} {result}",
                "of the sum, only the term k depends on it",
                -T + e / S,
            ),
            Line(rf"{d_k} = {os_k} - {hot}", f"{dk} = {final}", "definition of softmax", p - T),
        )
    elif squared:
        slope = sigmoid_derivative(o, p)
        lines = (
            Line(
                rf"{d_k} = 2\,({os_k} - {t_k})\, {ratio('o^s_k', K_TH)}",
                rf"{dk} = 2 \cdot ({pk} - {tk}) \cdot {number(slope[0, k])} {result}",
                "chain rule; of the sum, only the term k depends on it",
                2 * (p - T) * elementwise_slope(sigmoid, o),
            ),
            Line(
                rf"{d_k} = 2\,({os_k} - {t_k})\, {os_k}\,(1 - {os_k})",
                rf"{dk} = {entry((0, k))} {result}",
                "σ′ = σ(1 − σ)",
                2 * (p - T) * p * (1 - p),
            ),
        )
    else:
        lines = (
            Line(
                rf"{d_k} = {ratio('', K_TH)} \operatorname{{softplus}}({K_TH}) - {t_k}\, {ratio(K_TH, K_TH)}",
                rf"{dk} = {number(p[0, k])} - {number(T[0, k])} \cdot 1 {result}",
                "linearity; of the sum, only the term k depends on it",
                elementwise_slope(softplus, o) - T,
            ),
            Line(rf"{d_k} = {os_k} - {t_k}", f"{dk} = {final}", "softplus′ = σ", p - T),
        )
    row = q("os", "o^s") + " - " + q("y", r"\operatorname{onehot}(y)")
    shown = rf"{matrix(p, 'os')} - {matrix(T, 'y')}"
    if squared:
        row = rf"2\,\left({row}\right) \odot {q('os', 'o^s')} \odot (1 - {q('os', 'o^s')})"
        shown = rf"2\,\left({shown}\right) \odot {matrix(p, 'os')} \odot {matrix(1 - p)}"
    lines += (
        Line(
            rf"{partial('oa', LOGITS)} = {row}",
            rf"{matrix(delta, 'd_oa')} \approx {shown}",
            "all entries as a row",
            np.stack([(2 * a * (1 - a) if squared else 1) * (a - t) for a, t in zip(p, T, strict=True)]),
        ),
    )
    source = {
        "softmax_cross_entropy": ("p = softmax", "p -= T"),
        "sigmoid_cross_entropy": ("p = sigmoid", "p -= T"),
        "sigmoid_squared_error": ("p = sigmoid", "slope = ", "p -= T", "p *= slope"),
    }[loss]
    return Step(
        **with_fields("output_delta", problem, "2.7, 2.8", fields),
        title="The loss and the logits",
        question="How does the loss change with each logit?",
        lines=lines,
        claims={"d_oa": Claim("∂L/∂o^a", delta, logits_derivative(loss, o, T))},
        shapes=tuple(
            shape(one, ("1", "m"), o.shape) for one in (q("os", "o^s"), q("y", "T"), partial("oa", LOGITS))
        ),
        code=code(GRADIENTS[loss], *source)
        + (() if fields else code(loss_and_gradients, "delta = LOSS_GRADIENTS")),
        values=values,
        entry=entry,
        symbol=lambda index: partial("oa", f"o^a_{{{index[-1] + 1}}}"),
        lit=frozenset({"oa", "os", "L", "out", "loss"}),
    )
