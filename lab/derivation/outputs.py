"""The output and the loss of one example, for each of the losses."""

import decimal

import numpy as np

from lab.derivation.latex import factor, matrix, number, q
from lab.derivation.notation import loss_formula, shape, values_of
from lab.derivation.numeric import Claim
from lab.derivation.step import CHAPTERS, Line, Step, code
from mlp import losses as engine
from mlp.activations import sigmoid, softplus

LOGITS, K_TH, Y_TH = "o^a", "o^a_k", "o^a_y"
SUM = r"\sum_{k'=1}^m e^{o^a_{k'}}"
EXACT = "50 decimal digits"


def output_step(problem, loss=None, **fields):
    """2.3: softmax or σ of the logits."""
    loss = loss or problem.loss
    values, T, o, p = first_example(problem, loss)
    k = int(T[0].argmax())
    output = engine.LOSSES[loss].output
    normed = output.coupled
    e = np.exp(o)

    def entry(index):
        shown = q("oa", number(o[index]))
        if not normed:
            return rf"\frac{{1}}{{1 + e^{{-({shown})}}}}"
        below = " + ".join(rf"e^{{{q('oa', number(v))}}}" for v in o[0])
        return rf"\frac{{e^{{{shown}}}}}{{{below}}}"

    formula = rf"\frac{{e^{{{q('oa', K_TH)}}}}}{{{SUM}}}" if normed else rf"\frac{{1}}{{1 + e^{{-{K_TH}}}}}"
    name, called = output.latex, f"definition of {'softmax' if normed else 'σ'}"
    lines = [
        Line(
            rf"{q('os', 'o^s')} = {name}({q('oa', LOGITS)})",
            rf"{matrix(p, 'os')} \approx {name}\left({matrix(o, 'oa')}\right)",
            "definition",
            e / e.sum() if normed else e / (1 + e),
        ),
        Line(
            rf"{q('os', 'o^s_k')} = {formula}",
            rf"{q('os', f'o^s_{k + 1}')} = {entry((0, k))} \approx {number(p[0, k])}",
            called,
            np.array([[v / sum(e[0]) for v in e[0]]]) if normed else 1 / (1 + np.exp(-o)),
        ),
    ]
    claims = {"os": Claim("the output", p, _exact_output(o, normed), EXACT)}
    positive = r"e^{x} > 0 \;\Rightarrow\; " + q("os", "o^s_k") + " > 0"
    lines.append(
        Line(
            positive,
            rf"\min_k {q('os', 'o^s_k')} \approx {number(p.min())} > 0",
            "the exponential is positive",
            np.array(bool((p > 0).all())),
            "positive",
        )
    )
    claims["positive"] = Claim(
        "whether every output is positive", np.array(bool(p.min() > 0)), np.array(True)
    )
    if normed:
        lines.append(
            Line(
                rf"\sum_k {q('os', 'o^s_k')} = \frac{{\sum_k e^{{{K_TH}}}}}{{{SUM}}} = 1",
                " + ".join(q("os", number(v)) for v in p[0]) + r" \approx 1",
                "common denominator",
                sum(e[0]) / sum(e[0]) * np.ones(()),
                "total",
            )
        )
        claims["total"] = Claim("the sum of the outputs", p.sum(), np.array(1.0), "1")
    return Step(
        **with_fields("output", problem, "2.3", fields),
        title="The output",
        question="What makes class probabilities of the logits?"
        if normed
        else "What makes each logit a probability?",
        lines=tuple(lines),
        claims=claims,
        shapes=(shape(q("oa", LOGITS), ("1", "m"), o.shape), shape(q("os", "o^s"), ("1", "m"), p.shape)),
        code=code(engine.softmax, "np.subtract(logits", "np.exp(e", "e /= ")
        if normed
        else code(sigmoid, "np.exp(np.negative", "np.reciprocal"),
        values=values,
        entry=entry,
        symbol=lambda index: q("os", f"o^s_{{{index[-1] + 1}}}"),
        lit=frozenset({"oa", "os", "out"}),
        note="Subtracting the largest logit first changes nothing but the overflow." if normed else "",
    )


def loss_step(problem, loss=None, **fields):
    """2.4: the loss of an example, from the output and from the logits."""
    loss = loss or problem.loss
    values, T, o, p = first_example(problem, loss)
    y = int(T[0].argmax())
    value = engine.LOSSES[loss](o, T)
    lines, quoted = LOSS_LINES.get(loss, _loss_of_entry)(loss, T, o, p, rf"\approx {number(value[0])}")
    return Step(
        **with_fields("loss", problem, "2.4", fields),
        title="The loss of one example",
        question="How wrong is the output, as one number?",
        lines=lines,
        claims={"L": Claim("the loss of the example", value, _exact_loss(loss, o, T), EXACT)},
        shapes=(shape(q("oa", LOGITS), ("1", "m"), o.shape), shape(q("L", "L"), ("1",), value.shape)),
        code=quoted,
        values=values,
        entry=lambda index: lines[0].numbers.partition(r" \approx")[0],
        symbol=lambda index: q("L", "L"),
        lit=frozenset({"os", "L", "loss"}),
        note=rf"Here $y = {y + 1}$; the code counts classes from 0 and calls it {y}.",
    )


def first_example(problem, loss):
    """Return (values, T, logits, output) of the first example, with the output of this loss."""
    values = values_of(problem, 1)
    o = values["oa"]
    p = engine.LOSSES[loss].output(o)
    values |= {"os": p, "L": engine.LOSSES[loss](o, values["y"])}
    return values, values["y"], o, p


def with_fields(key, problem, place, fields):
    return {"key": key, "chapter": CHAPTERS[1], "number": place} | fields


def _softmax_cross_entropy(loss, T, o, p, result):
    """Return (lines, the Code of the loss)."""
    y, L = int(T[0].argmax()), q("L", "L")
    lines = (
        Line(
            rf"{L} = -\ln {q('os', 'o^s_y')}",
            rf"-\ln {q('os', number(p[0, y]))} {result}",
            "definition",
            -np.log(p[:, y]),
        ),
        Line(
            rf"{L} = -\ln \frac{{e^{{{Y_TH}}}}}{{{SUM}}}",
            rf"-\ln \frac{{e^{{{q('oa', number(o[0, y]))}}}}}{{{_exponentials(o)}}} {result}",
            "definition of softmax",
            -np.log(np.exp(o[:, y]) / np.exp(o).sum(axis=1)),
        ),
        Line(
            rf"{L} = -{q('oa', Y_TH)} + \ln {SUM}",
            rf"-{factor(o[0, y])} + \ln\left({_exponentials(o)}\right) {result}",
            "logarithm of a quotient",
            -o[:, y] + np.log(np.exp(o).sum(axis=1)),
        ),
    )
    return lines, code(engine.softmax_cross_entropy, "shifted = logits", "np.log(_row_sum")


def _sigmoid_cross_entropy(loss, T, o, p, result):
    L, os_k, t_k = q("L", "L"), q("os", "o^s_k"), q("y", "T_k")
    pieces = " + ".join(number(v) for v in (softplus(o) - T * o)[0])
    lines = (
        Line(
            rf"{L} = -\sum_{{k=1}}^m \left[{t_k} \ln {os_k} + (1 - {t_k}) \ln(1 - {os_k})\right]",
            rf"-\left[{_logs(p, int(T[0].argmax()))}\right] {result}",
            "definition",
            -(T * np.log(p) + (1 - T) * np.log(1 - p)).sum(axis=1),
        ),
        Line(
            rf"{L} = \sum_{{k=1}}^m \left[{t_k} \operatorname{{softplus}}(-{K_TH}) "
            rf"+ (1 - {t_k}) \operatorname{{softplus}}({K_TH})\right]",
            rf"{pieces} {result}",
            "ln σ(x) = −softplus(−x), and 1 − σ(x) = σ(−x)",
            (T * softplus(-o) + (1 - T) * softplus(o)).sum(axis=1),
        ),
        Line(
            rf"{L} = \sum_{{k=1}}^m \left[\operatorname{{softplus}}({K_TH}) - {t_k}\, {K_TH}\right]",
            rf"{pieces} {result}",
            "softplus(−x) = softplus(x) − x",
            (softplus(o) - T * o).sum(axis=1),
        ),
    )
    return lines, code(engine.sigmoid_cross_entropy, "softplus(logits) - T * logits)[")


def _sigmoid_squared_error(loss, T, o, p, result):
    L, os_k, t_k = q("L", "L"), q("os", "o^s_k"), q("y", "T_k")
    shown = " + ".join(rf"({number(a)} - {number(t)})^2" for a, t in zip(p[0], T[0], strict=True))
    lines = (
        Line(
            rf"{L} = \sum_{{k=1}}^m ({os_k} - {t_k})^2",
            rf"{shown} {result}",
            "definition",
            sum(((p - T) ** 2).T),
        ),
        Line(
            rf"{L} = \sum_{{k=1}}^m (\sigma({K_TH}) - {t_k})^2",
            rf"{shown} {result}",
            "definition of the output",
            ((1 / (1 + np.exp(-o)) - T) ** 2).sum(axis=1),
        ),
    )
    return lines, code(engine.sigmoid_squared_error, "sigmoid(logits) - T")


def _loss_of_entry(loss, T, o, p, result):
    """The one line that any loss has: its definition."""
    line = Line(
        f"{q('L', 'L')} = {loss_formula(engine.LOSSES[loss].latex)}",
        rf"\ell\left({matrix(p, 'os')},\; {matrix(T, 'y')}\right) {result}",
        "definition",
        np.array([_textbook(loss, [decimal.Decimal(float(v)) for v in p[0]], T)]),
    )
    return (line,), ()


LOSS_LINES = {  # the losses whose definition is rewritten, line by line; see also logits.DELTA_LINES
    "softmax_cross_entropy": _softmax_cross_entropy,
    "sigmoid_cross_entropy": _sigmoid_cross_entropy,
    "sigmoid_squared_error": _sigmoid_squared_error,
}


def _exponentials(o):
    return " + ".join(rf"e^{{{q('oa', number(v))}}}" for v in o[0])


def _logs(p, y):
    each = [
        rf"\ln {q('os', number(v))}" if k == y else rf"\ln(1 - {q('os', number(v))})"
        for k, v in enumerate(p[0])
    ]
    return " + ".join(each)


def _exact_output(o, normed):
    with decimal.localcontext(prec=50):
        e = [decimal.Decimal(float(v)).exp() for v in o[0]]
        return np.array([[float(v / (sum(e) if normed else 1 + v)) for v in e]])


def _exact_loss(loss, o, T):
    with decimal.localcontext(prec=50):
        e = [decimal.Decimal(float(v)).exp() for v in o[0]]
        normed = engine.LOSSES[loss].output.coupled
        return np.array([_textbook(loss, [v / (sum(e) if normed else 1 + v) for v in e], T)])


def _textbook(loss, p, T):
    return float(engine.LOSSES[loss].textbook(p, [int(t) for t in T[0]]))
