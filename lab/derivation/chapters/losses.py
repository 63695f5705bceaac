"""The output, the loss and its gradient with respect to the logits, for each of the losses."""

import decimal

import numpy as np

from lab.derivation.evidence import Claim, derivative, elementwise_slope, logits_derivative
from lab.derivation.latex import factor, matrix, number, q, terms
from lab.derivation.step import Line, code, whole_code
from lab.derivation.symbols import View, loss_formula, partial, ratio, shape
from mlp import losses as engine
from mlp.activations import sigmoid, sigmoid_derivative, softplus
from mlp.network import loss_and_gradients

K_TH, Y_TH, OTHER = "o^a_k", "o^a_y", "o^s_{k'}"
L, OS, OS_K, T_K = q("L", "L"), q("os", "o^s"), q("os", "o^s_k"), q("y", "T_k")
D, D_K = partial("oa", "o^a"), partial("oa", K_TH)
SUM, HOT = r"\sum_{k'=1}^m e^{o^a_{k'}}", r"\mathbf{1}[k = y]"
ONEHOT = r"\operatorname{onehot}"
ROW = OS + " - " + q("y", rf"{ONEHOT}(y)")
EXACT = "50 decimal digits"
OF_DELTA = (
    "The derivative of the loss with respect to a layer's pre-activation is called δ. "
    r"Here $\delta = \partial L / \partial o^a$, one number for each class."
)
SHIFTED = "Subtracting the largest logit first leaves the result unchanged and prevents overflow."


def output_step(problem, name=None):
    """2.3: softmax or σ of the logits, or any other output that a loss defines."""
    v, loss, T, o, p = _first_example(problem, name)
    if loss.output not in (engine.SOFTMAX, engine.SIGMOID):
        return _output_of_entry(v, loss, o, name)
    k, normed, function = int(T[0].argmax()), loss.output.coupled, loss.output.latex
    e = np.exp(o)

    def entry(index):
        shown = q("oa", number(o[index]))
        if not normed:
            return rf"\frac{{1}}{{1 + e^{{-({shown})}}}}"
        return rf"\frac{{e^{{{shown}}}}}{{{_exponentials(o)}}}"

    formula = rf"\frac{{e^{{{q('oa', K_TH)}}}}}{{{SUM}}}" if normed else rf"\frac{{1}}{{1 + e^{{-{K_TH}}}}}"
    lines = [
        Line(
            rf"{OS} = {function}({q('oa', 'o^a')})",
            rf"{v.matrix('os')} \approx {function}\left({v.matrix('oa')}\right)",
            "definition",
            e / e.sum() if normed else e / (1 + e),
        ),
        Line(
            rf"{OS_K} = {formula}",
            v.written_out("os", (0, k), entry((0, k))),
            f"definition of {'softmax' if normed else 'σ'}",
            np.array([[value / sum(e[0]) for value in e[0]]]) if normed else 1 / (1 + np.exp(-o)),
        ),
        Line(
            rf"e^{{x}} > 0 \;\Rightarrow\; {OS_K} > 0",
            rf"\min_k {OS_K} \approx {number(p.min())} > 0",
            "the exponential is positive",
            (p > 0).all(),
            "positive",
        ),
    ]
    claims = {
        "os": _output_claim(loss, o, p),
        "positive": Claim("whether every output is positive", p.min() > 0, np.array(True), "eˣ > 0"),
    }
    if normed:
        lines.append(
            Line(
                rf"\sum_k {OS_K} = \frac{{\sum_k e^{{{K_TH}}}}}{{{SUM}}} = 1",
                " + ".join(q("os", number(value)) for value in p[0]) + r" \approx 1",
                "common denominator",
                sum(e[0]) / sum(e[0]),
                "total",
            )
        )
        claims["total"] = Claim("the sum of the outputs", p.sum(), np.array(1.0), "1")
    return v.step(
        **_heading("output", "2.3", "The output", name),
        question="How do logits become class probabilities?"
        if normed
        else "How does each logit become a probability?",
        lines=tuple(lines),
        claims=claims,
        shapes=(v.shape("oa"), v.shape("os")),
        code=code(engine.softmax, "np.subtract(logits", "np.exp(e", "e /= ")
        if normed
        else code(sigmoid, "np.exp(np.negative", "np.reciprocal"),
        entry=entry,
        lit=frozenset({"oa", "os", "out"}),
        note=SHIFTED if normed else "",
    )


def _output_of_entry(v, loss, o, name):
    """The step about an output that is neither softmax nor σ: its definition."""
    p, latex = v.values["os"], loss.output.latex

    def entry(index):
        return rf"{latex}\left({v.matrix('oa')}\right)_{{{index[-1] + 1}}}"

    line = Line(
        f"{OS_K} = {loss.output.entry_latex.format(z=q('oa', 'o^a'))}",
        rf"{v.matrix('os')} \approx {latex}\left({v.matrix('oa')}\right)",
        "definition of the output",
        p,
    )
    return v.step(
        **_heading("output", "2.3", "The output", name),
        question="What is the network's output, given its logits?",
        lines=(line,),
        claims={"os": _output_claim(loss, o, p)},
        shapes=(v.shape("oa"), v.shape("os")),
        code=whole_code(loss.output.function),
        entry=entry,
        lit=frozenset({"oa", "os", "out"}),
    )


def _output_claim(loss, o, p):
    return Claim("the output", p, _with_50_digits(lambda outputs: [outputs], loss, o), EXACT)


def loss_step(problem, name=None):
    """2.4: the loss of an example, from the output and from the logits."""
    v, loss, T, o, p = _first_example(problem, name)
    y, value = int(T[0].argmax()), loss(o, T)
    truth = _with_50_digits(lambda outputs: [_textbook(loss, outputs, T)], loss, o)
    make, _ = LINES.get(name or problem.loss, (_loss_of_entry, None))
    lines, quoted = make(loss, T, o, p, rf"\approx {number(value[0])}")
    return v.step(
        **_heading("loss", "2.4", "The loss of one example", name),
        question="How wrong is the output, as one number?",
        lines=lines,
        claims={"L": Claim("the loss of the example", value, truth, EXACT)},
        shapes=(v.shape("oa"), shape(L, ("1",), value.shape)),
        code=quoted,
        entry=lambda index: lines[0].numbers.partition(r" \approx")[0],
        symbol=lambda index: L,
        lit=frozenset({"os", "L", "loss"}),
        note=rf"Here $y = {y + 1}$; the code counts classes from 0 and calls it {y}. As a row with 1 for "
        rf"that class and 0 for the others, it is the target $T = {ONEHOT}(y) = {matrix(T)}$."
        + f" {loss.note}".rstrip(),
    )


def delta_step(problem, name=None):
    """2.7 and 2.8: ∂L/∂o^a, entry by entry, then as a row."""
    v, loss, T, o, p = _first_example(problem, name)
    delta = v.values["d_oa"] = loss.gradient(o, T)
    _, make = LINES.get(name or problem.loss, (None, _delta_of_entry))
    lines, entry, quoted = make(loss, T, o, p, delta)
    if name is None:
        quoted += code(loss_and_gradients, "delta = LOSSES[config.loss].gradient")
    return v.step(
        **_heading("output_delta", "2.7, 2.8", "The loss and the logits", name),
        question="How does the loss change with each logit?",
        lines=lines,
        claims={"d_oa": Claim("∂L/∂oᵃ", delta, logits_derivative(name or problem.loss, o, T))},
        shapes=(v.shape("os"), shape(q("y", "T"), ("1", "m"), o.shape), v.shape("d_oa")),
        code=quoted,
        entry=entry,
        lit=frozenset({"oa", "os", "L", "out", "loss"}),
        note=OF_DELTA if name is None else "",
    )


def _first_example(problem, name):
    """Return (View of the first example with the output of this loss, the Loss, targets, logits, output)."""
    v, loss = View(problem.under(name) if name else problem), engine.LOSSES[name or problem.loss]
    return v, loss, v.values["y"], v.values["oa"], v.values["os"]


def _heading(key, number, title, name):
    """Return the fields that tell a step about the network's own loss from one about another, with a name."""
    if name is None:
        return {"key": key, "number": number, "title": title}
    of, key = engine.LOSSES[name].title, f"{name}.{key.removeprefix('output_')}"
    return {"key": key, "title": f"{of}: {title.lower()}", "loss": name, "network": f"under {of.lower()}"}


def _loss_of_softmax(loss, T, o, p, result):
    """Return (lines, the Code of the loss)."""
    y = int(T[0].argmax())
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


def _delta_of_softmax(loss, T, o, p, delta):
    """Return (lines, `Step.entry`, the Code of the gradient)."""
    y = k = int(T[0].argmax())
    entry, d_k, result = _difference(T, p, delta)
    minus_target = f"{d_k} = -{number(T[0, k])}"
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
            "only term k of the sum depends on it",
            -T + e / S,
        ),
        Line(rf"{D_K} = {OS_K} - {HOT}", f"{d_k} = {entry((0, k))} {result}", "definition of softmax", p - T),
        _row(T, p, delta),
    )
    return lines, entry, code(engine.softmax_cross_entropy_gradient, "p = softmax", "p -= T")


def _loss_of_cross_entropy(loss, T, o, p, result):
    pieces = " + ".join(number(value) for value in (softplus(o) - T * o)[0])
    logs = " + ".join(
        rf"\ln {q('os', number(value))}" if hot else rf"\ln(1 - {q('os', number(value))})"
        for value, hot in zip(p[0], T[0], strict=True)
    )
    lines = (
        Line(
            rf"{L} = -\sum_{{k=1}}^m \left[{T_K} \ln {OS_K} + (1 - {T_K}) \ln(1 - {OS_K})\right]",
            rf"-\left[{logs}\right] {result}",
            "definition",
            -(T * np.log(p) + (1 - T) * np.log(1 - p)).sum(axis=1),
        ),
        Line(
            rf"{L} = \sum_{{k=1}}^m \left[{T_K} \operatorname{{softplus}}(-{K_TH}) "
            rf"+ (1 - {T_K}) \operatorname{{softplus}}({K_TH})\right]",
            rf"{pieces} {result}",
            "ln σ(x) = −softplus(−x), and 1 − σ(x) = σ(−x)",
            (T * softplus(-o) + (1 - T) * softplus(o)).sum(axis=1),
        ),
        Line(
            rf"{L} = \sum_{{k=1}}^m \left[\operatorname{{softplus}}({K_TH}) - {T_K}\, {K_TH}\right]",
            rf"{pieces} {result}",
            "softplus(−x) = softplus(x) − x",
            (softplus(o) - T * o).sum(axis=1),
        ),
    )
    return lines, code(engine.sigmoid_cross_entropy, "softplus(logits) - T * logits)[")


def _delta_of_cross_entropy(loss, T, o, p, delta):
    k = int(T[0].argmax())
    entry, d_k, result = _difference(T, p, delta)
    lines = (
        Line(
            rf"{D_K} = {ratio('', K_TH)} \operatorname{{softplus}}({K_TH}) - {T_K}\, {ratio(K_TH, K_TH)}",
            rf"{d_k} = {number(p[0, k])} - {number(T[0, k])} \cdot 1 {result}",
            "linearity; only term k of the sum depends on it",
            elementwise_slope(softplus, o) - T,
        ),
        Line(rf"{D_K} = {OS_K} - {T_K}", f"{d_k} = {entry((0, k))} {result}", "softplus′ = σ", p - T),
        _row(T, p, delta),
    )
    return lines, entry, code(engine.sigmoid_cross_entropy_gradient, "p = sigmoid", "p -= T")


def _loss_of_squared_error(loss, T, o, p, result):
    shown = " + ".join(rf"({number(a)} - {number(t)})^2" for a, t in zip(p[0], T[0], strict=True))
    lines = (
        Line(
            rf"{L} = \sum_{{k=1}}^m ({OS_K} - {T_K})^2",
            rf"{shown} {result}",
            "definition",
            sum(((p - T) ** 2).T),
        ),
        Line(
            rf"{L} = \sum_{{k=1}}^m (\sigma({K_TH}) - {T_K})^2",
            rf"{shown} {result}",
            "definition of the output",
            ((1 / (1 + np.exp(-o)) - T) ** 2).sum(axis=1),
        ),
    )
    return lines, code(engine.sigmoid_squared_error, "sigmoid(logits) - T")


def _delta_of_squared_error(loss, T, o, p, delta):
    k = int(T[0].argmax())
    _, d_k, result = _difference(T, p, delta)
    slope = sigmoid_derivative(o, p)

    def entry(index):
        a, t = q("os", number(p[index])), q("y", number(T[index]))
        return rf"2 \cdot ({a} - {t}) \cdot {a} \cdot (1 - {a})"

    above = rf"{d_k} = 2 \cdot ({q('os', number(p[0, k]))} - {q('y', number(T[0, k]))})"
    row_p, row_T = matrix(p, "os"), matrix(T, "y")
    lines = (
        Line(
            rf"{D_K} = 2\,({OS_K} - {T_K})\, {ratio('o^s_k', K_TH)}",
            rf"{above} \cdot {number(slope[0, k])} {result}",
            "chain rule; only term k of the sum depends on it",
            2 * (p - T) * elementwise_slope(sigmoid, o),
        ),
        Line(
            rf"{D_K} = 2\,({OS_K} - {T_K})\, {OS_K}\,(1 - {OS_K})",
            rf"{d_k} = {entry((0, k))} {result}",
            "σ′ = σ(1 − σ)",
            2 * (p - T) * p * (1 - p),
        ),
        Line(
            rf"{D} = 2\,\left({ROW}\right) \odot {OS} \odot (1 - {OS})",
            rf"{matrix(delta, 'd_oa')} \approx 2\,\left({row_p} - {row_T}\right) \odot {row_p} "
            rf"\odot {matrix(1 - p)}",
            "all entries as a row",
            np.stack([(2 * a * (1 - a)) * (a - t) for a, t in zip(p, T, strict=True)]),
        ),
    )
    fragments = ("p = sigmoid", "slope = ", "p -= T", "p *= slope")
    return lines, entry, code(engine.sigmoid_squared_error_gradient, *fragments)


def _loss_of_entry(loss, T, o, p, result):
    """Lines of a loss that has none of its own: its definition."""
    line = Line(
        f"{L} = {loss_formula(loss.latex)}",
        rf"\ell\left({matrix(p, 'os')},\; {matrix(T, 'y')}\right) {result}",
        "definition",
        np.array([_textbook(loss, [decimal.Decimal(float(value)) for value in p[0]], T)]),
    )
    return (line,), whole_code(loss.function)


def _delta_of_entry(loss, T, o, p, delta):
    """Lines of a gradient that has none of its own: the chain rule through the output, and its formula."""
    k = int(T[0].argmax())
    above, jacobian = loss.output_gradient(p[0], T[0]), loss.output.jacobian(p[0])

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
            rf"{D} = {loss_formula(loss.gradient_latex)}",
            rf"{D} \approx {matrix(delta, 'd_oa')}",
            "the same, all entries as a row",
            loss.gradient(o, T),
        ),
    )
    return lines, entry, whole_code(loss.gradient)


LINES = {  # losses whose definition and gradient are simplified line by line
    "softmax_cross_entropy": (_loss_of_softmax, _delta_of_softmax),
    "sigmoid_cross_entropy": (_loss_of_cross_entropy, _delta_of_cross_entropy),
    "sigmoid_squared_error": (_loss_of_squared_error, _delta_of_squared_error),
}


def _difference(T, p, delta):
    """Where the gradient is p - T, return `Step.entry`, the true class's entry as a symbol, and its value."""
    k = int(T[0].argmax())

    def entry(index):
        return f"{q('os', number(p[index]))} - {q('y', number(T[index]))}"

    return entry, partial("oa", f"o^a_{k + 1}"), rf"\approx {number(delta[0, k])}"


def _row(T, p, delta):
    return Line(
        rf"{D} = {ROW}",
        rf"{matrix(delta, 'd_oa')} \approx {matrix(p, 'os')} - {matrix(T, 'y')}",
        "all entries as a row",
        np.stack([a - t for a, t in zip(p, T, strict=True)]),
    )


def _exponentials(o):
    return " + ".join(rf"e^{{{q('oa', number(value))}}}" for value in o[0])


def _with_50_digits(function, loss, o):
    """Return function(outputs of the first example, with 50 digits), as float64."""
    with decimal.localcontext(prec=50):
        outputs = loss.output.textbook([decimal.Decimal(float(value)) for value in o[0]])
        return np.array(function(outputs), dtype=float)


def _textbook(loss, p, T):
    return float(loss.textbook(p, [int(t) for t in T[0]]))
