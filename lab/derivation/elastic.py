"""The elastic-net penalty and its gradient."""

import numpy as np

from lab.derivation.latex import factor, matrix, number, q
from lab.derivation.notation import focus, partial, ratio, shape, symbols, values_of
from lab.derivation.numeric import Claim, elementwise_slope, loss_derivative
from lab.derivation.problem import trace
from lab.derivation.step import CHAPTERS, Line, Step, code
from mlp.network import add_penalty_gradient, penalty


def steps(problem):
    """2.18, for the mean loss of all examples."""
    return (elastic_net(problem),)


def elastic_net(problem):
    """∂J/∂W = ∂L/∂W + λ1 sign(W) + 2 λ2 W, on every layer's weights."""
    s, values, n_layers = symbols(problem.depth), values_of(problem, problem.K), problem.depth + 1
    passed, units = trace(problem, problem.K), focus(problem)
    r, c = units[0], units[1]
    lines, claims, shapes = [_objective(problem)], {}, []
    for layer in range(1, n_layers + 1):
        W, (l1, l2) = problem.params[layer - 1].W, problem.config.penalties()[layer - 1]
        name = f"d_J_W{layer}"
        data, total = passed.gradients[layer - 1].W, passed.objective_gradients[layer - 1].W
        values[name] = total
        claims[name] = Claim(f"∂J/∂W^{layer}", total, loss_derivative(problem, problem.K, "W", layer, True))
        d_J = partial(f"W{layer}", f"W^{{{layer}}}", "J")
        shapes.append(shape(d_J, (s.width(layer - 1), s.width(layer)), W.shape))
        lines.append(
            Line(
                rf"{d_J} = {s.dW(layer)} + \lambda_1 \operatorname{{sign}}({s.W(layer)}) + 2 \lambda_2\, "
                rf"{s.W(layer)}",
                rf"{matrix(total, f'd_W{layer}')} \approx {matrix(data, f'd_W{layer}')} + {factor(l1)}\, "
                rf"{matrix(np.sign(W))} + 2 \cdot {factor(l2)}\, {matrix(W, f'W{layer}')}",
                "all entries as a matrix",
                data + l1 * np.where(W > 0, 1.0, -1.0) + 2 * l2 * W,
                name,
            )
        )
    W, data = problem.params[0].W, passed.gradients[0].W
    (l1, l2), i_j = problem.config.penalties()[0], f"{r + 1}{c + 1}"
    w, d_w = s.W(1, "ij"), partial("W1", "W^{1}_{ij}", "J")
    term = elementwise_slope(lambda v: l1 * v * np.sign(v.real) + l2 * v * v, W.reshape(1, -1))
    slopes = term.reshape(W.shape)
    found = number(passed.objective_gradients[0].W[r, c])
    start = rf"{partial('W1', f'W^{{1}}_{{{i_j}}}', 'J')} = {q('d_W1', number(data[r, c]))} + "

    def entry(index):
        sign = factor(np.sign(W[index]))
        return (
            rf"{q('d_W1', factor(data[index]))} + {factor(l1)} \cdot {sign} + "
            rf"2 \cdot {factor(l2)} \cdot {q('W1', factor(W[index]))}"
        )

    def given(index):
        weight = f"W^{{1}}_{{{index[0] + 1}{index[1] + 1}}}"
        return ratio(r"\hat R", weight) + f" = {number(data[index])}"

    lines[1:1] = [
        Line(
            rf"{d_w} = {s.dW(1, 'ij')} + {ratio('', w)} \left(\lambda_1 |{w}| + \lambda_2 ({w})^2\right)",
            rf"{start}{factor(slopes[r, c])} \approx {found}",
            "linearity; of the sums, only one term depends on this weight",
            data + slopes,
        ),
        Line(
            rf"{d_w} = {s.dW(1, 'ij')} + \lambda_1 \operatorname{{sign}}({w}) + 2 \lambda_2\, {w}",
            rf"{partial('W1', f'W^{{1}}_{{{i_j}}}', 'J')} = {entry((r, c))} \approx {found}",
            "|x|′ = sign(x) for x ≠ 0, (x²)′ = 2x",
            data + np.vectorize(lambda w: (l1 if w > 0 else -l1) + l2 * (w + w))(W),
        ),
    ]
    b = passed.gradients[0].b
    lines.append(
        Line(
            rf"{partial('b1', 'b^{1}', 'J')} = {s.db(1)}",
            rf"{matrix(b, 'd_b1')} = {matrix(b, 'd_b1')}",
            "the penalty does not depend on it",
            b,
            "d_b1",
        )
    )
    claims["d_b1"] = Claim(
        "∂J/∂b^1", passed.objective_gradients[0].b, loss_derivative(problem, problem.K, "b", 1, True)
    )
    claims["J"] = Claim("the objective J", passed.objective, _by_hand(problem), "sums one by one")
    return Step(
        key="elastic_net",
        chapter=CHAPTERS[1],
        number="2.18",
        title="Elastic net",
        question="What does a penalty on the weights change, and what not?",
        lines=tuple(lines),
        claims=claims,
        shapes=tuple(shapes),
        code=code(add_penalty_gradient, "(W, 2 * l2)", "(np.sign(W), l1)")
        + code(penalty, "total + l1", "total + l2"),
        values=values,
        entry=entry,
        symbol=lambda index: partial("W1", f"W^{{1}}_{{{index[0] + 1}{index[1] + 1}}}", "J"),
        given=given,
        lit=frozenset(f"W{layer}" for layer in range(1, n_layers + 1)),
        note=(
            "Every gradient before this one stays as it was: the deltas, those of the biases and of the "
            "inputs. The penalty is added once, after the mean over the examples."
            + ("" if problem.l1 or problem.l2 else " Here both strengths are 0, so nothing is added.")
        ),
    )


def _objective(problem):
    risk = trace(problem, problem.K).losses.mean()
    sums = r"\sum_l \left(\lambda_1 \sum_{i,j} |W^{l}_{ij}| + \lambda_2 \sum_{i,j} (W^{l}_{ij})^2\right)"
    value = _by_hand(problem)
    return Line(
        rf"J(\theta) = \hat R(\theta) + {sums}",
        rf"J = {number(risk)} + {factor(value - risk)} \approx {number(value)}",
        "definition",
        value,
        "J",
    )


def _by_hand(problem):
    total = float(trace(problem, problem.K).losses.mean())
    for (W, _), (l1, l2) in zip(problem.params, problem.config.penalties(), strict=True):
        for w in W.ravel().tolist():
            total += l1 * abs(w) + l2 * w * w
    return np.array(total)
