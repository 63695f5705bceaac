"""Chapter 2, second part: the gradient of every weight, bias, unit and input, and of the penalty."""

import numpy as np

from lab.derivation import names
from lab.derivation.chapters.forward import named, of_layer
from lab.derivation.chapters.losses import delta_step
from lab.derivation.evidence import Claim, derivative, elementwise_slope, loss_derivative
from lab.derivation.latex import factor, matrix, number, printed, q, terms
from lab.derivation.problem import input_gradient, trace
from lab.derivation.step import Line, Product, code
from lab.derivation.symbols import (
    View,
    activation_formula,
    counted,
    focus,
    partial,
    ratio,
    shape,
    stated_strengths,
    strengths,
)
from mlp.activations import ACTIVATIONS
from mlp.loops import by_example, by_unit
from mlp.network import add_penalty_gradient, backpropagate, loss_and_gradients, penalty

OF_INPUTS = (
    "Every unit of the {first}hidden layer receives every input, so the sum over j stays; without it the "
    "right side would have an index j that the left side does not have. Training does not need the gradient "
    "of the inputs, so it does not compute it."
)


def steps(problem):
    """Return steps 2.7 to 2.17, for the first example, from the output down to the inputs."""
    middle = []
    for layer in range(problem.depth, 0, -1):
        middle += [weights(problem, layer + 1), below(problem, layer), through_activation(problem, layer)]
    return (delta_step(problem), *middle, weights(problem, 1), below(problem, 0))


def weights(problem, layer):
    """2.9, 2.10 (output layer) or 2.15, 2.16 (first layer): ∂L/∂W and ∂L/∂b."""
    v, at = View(problem), focus(problem)[layer - 1 : layer + 1]
    s, (i, j), output = v.s, v.s.letters(layer), layer == problem.depth + 1
    a_key, d_key, W_key, b_key = s.a_key(layer - 1), f"d_{s.z_key(layer)}", f"d_W{layer}", f"d_b{layer}"
    a, delta = v.values[a_key], v.values[d_key]
    dW_ij, d_j, other = s.dW(layer, i + j), s.dz(layer, j), j + "'"
    z_j, w_ij, b_j = s.z(layer, j), s.W(layer, i + j), s.b(layer, j)
    W, b = problem.params[layer - 1]
    jacobian = derivative(lambda stack: (a @ stack + b)[:, 0], W)  # (n_in, n_out, n_out): ∂z_j'/∂W_ij

    def entry(index):
        row, column = index
        return rf"{q(d_key, factor(delta[0, column]))} \cdot {q(a_key, factor(a[0, row]))}"

    own = rf"{q(d_key, factor(delta[0, at[1]]))} \cdot 1"
    what = "output weights" if output else "hidden weights"
    return v.step(
        key="output_weights" if output else named("hidden_weights", layer),
        number="2.9, 2.10" if output else ("2.15, 2.16" if layer == 1 else ""),
        title=f"The gradient of the {what}" + of_layer(problem, layer),
        question="How does the loss change with one weight, and with one bias?",
        lines=(
            Line(
                rf"{dW_ij} = \sum_{{{other}=1}}^{{{s.width(layer)}}} {s.dz(layer, other)}\, "
                rf"{ratio(s.z(layer, other), w_ij)}",
                v.written_out(W_key, at, terms(delta[0], jacobian[at], d_key)),
                f"chain rule, sum over {other}",
                (jacobian * delta[0]).sum(axis=-1),
            ),
            Line(
                rf"{dW_ij} = {d_j}\, {ratio(z_j, w_ij)}",
                v.written_out(W_key, at, entry(at)),
                f"only unit {j} uses this weight",
                delta * jacobian.diagonal(axis1=1, axis2=2),
            ),
            Line(
                rf"{dW_ij} = {d_j}\, {s.a(layer - 1, i)}",
                v.written_out(W_key, at, entry(at)),
                "derivative of a sum of products",
                np.array([[g * value for g in delta[0]] for value in a[0]]),
            ),
            Line(
                rf"{s.db(layer, j)} = {d_j}\, {ratio(z_j, b_j)} = {d_j} \cdot 1",
                v.written_out(b_key, at[1:], own),
                "chain rule",
                delta[0] * 1.0,
                b_key,
            ),
            Line(
                rf"{s.dW(layer)} = ({s.a(layer - 1)})^{{\top}}\, {s.dz(layer)}",
                rf"{v.matrix(W_key)} \approx {v.matrix(a_key, transposed=True)} {v.matrix(d_key)}",
                "all entries as a matrix",
                np.outer(a, delta),
            ),
            Line(
                rf"{s.db(layer)} = {s.dz(layer)}",
                rf"{v.matrix(b_key)} = {v.matrix(d_key)}",
                "all entries as a row",
                delta[0],
                b_key,
            ),
        ),
        claims={W_key: v.claim(W_key), b_key: v.claim(b_key)},
        shapes=(v.shape(a_key, transposed=True), v.shape(d_key), v.shape(W_key), v.shape(b_key)),
        code=code(backpropagate, "dW = np.matmul(", "np.matmul(ones, delta") + code(by_unit, ".W[i, j] +="),
        products=(Product(a_key, d_key, W_key, left_transposed=True),),
        entry=entry,
        lit=frozenset({a_key, f"W{layer}", f"b{layer}", s.z_key(layer)}),
    )


def below(problem, layer):
    """2.11, 2.12: ∂L/∂h^s of hidden `layer`; 2.17 for layer 0: ∂L/∂x. A sum over the units above."""
    v, at, inputs = View(problem), (0, focus(problem)[layer]), layer == 0
    s, (j, k) = v.s, v.s.letters(layer + 1)
    a_key, above_key, W_key = s.a_key(layer), f"d_{s.z_key(layer + 1)}", f"W{layer + 1}"
    name, (W, b), delta = f"d_{a_key}", problem.params[layer], v.values[above_key]
    jacobian = derivative(lambda stack: (stack @ W + b)[:, 0], v.values[a_key])
    start = rf"{s.da(layer, j)} = \sum_{{{k}=1}}^{{{s.width(layer + 1)}}} {s.dz(layer + 1, k)}\, "

    def entry(index):
        return terms(delta[0], W[index[-1]], above_key, W_key)

    return v.step(
        key="inputs" if inputs else named("hidden_output", layer),
        number="2.17" if inputs else ("2.11, 2.12" if layer == problem.depth else ""),
        title="The gradient of the "
        + ("inputs" if inputs else "hidden activations" + of_layer(problem, layer)),
        question="How does the loss change with "
        + ("an input?" if inputs else "the activation of a hidden unit?"),
        lines=(
            Line(
                start + ratio(s.z(layer + 1, k), s.a(layer, j)),
                v.written_out(name, at, entry(at)),
                f"chain rule, sum over {k}",
                (jacobian * delta[0]).sum(axis=-1),
            ),
            Line(
                start + s.W(layer + 1, j + k),
                v.written_out(name, at, entry(at)),
                "derivative of a sum of products",
                np.array([[sum(g * w for g, w in zip(delta[0], row, strict=True)) for row in W]]),
            ),
            Line(
                rf"{s.da(layer)} = {s.dz(layer + 1)}\, ({s.W(layer + 1)})^{{\top}}",
                rf"{v.matrix(name)} \approx {v.matrix(above_key)} {v.matrix(W_key, transposed=True)}",
                "matrix product",
                (W @ delta[0])[np.newaxis],
            ),
        ),
        claims={name: v.claim(name)},
        shapes=(v.shape(above_key), v.shape(W_key, transposed=True), v.shape(name)),
        code=code(input_gradient, "np.matmul(")
        if inputs
        else code(backpropagate, "delta = np.matmul(") + code(by_unit, "sum_j = sum_j +"),
        products=(Product(above_key, W_key, name, right_transposed=True),),
        entry=entry,
        lit=frozenset({a_key, W_key, s.z_key(layer + 1)}),
        note=OF_INPUTS.format(first="first " * (problem.depth > 1)) if inputs else "",
    )


def through_activation(problem, layer):
    """2.13, 2.14: ∂L/∂h^a = ∂L/∂h^s ⊙ f'(h^a)."""
    v, at = View(problem), (0, focus(problem)[layer])
    s, f, slope = v.s, ACTIVATIONS[problem.activation], trace(problem, 1).slopes[layer - 1]
    z_key, a_key = s.z_key(layer), s.a_key(layer)
    da_key, name = f"d_{a_key}", f"d_{z_key}"
    z, a, da = v.values[z_key], v.values[a_key], v.values[da_key]
    z_j, a_j, d_j = s.z(layer, "j"), s.a(layer, "j"), rf"{s.dz(layer, 'j')} = {s.da(layer, 'j')}\, "
    numeric_slope = elementwise_slope(f, z)
    v.values["slope"] = slope

    def entry(index):
        return rf"{q(da_key, factor(da[index]))} \cdot {factor(slope[index])}"

    formula = activation_formula(problem.activation, z_j, a_j)[1]
    z_at = q(z_key, number(z[at]))
    in_numbers = activation_formula(problem.activation, z_at, q(a_key, number(a[at])))[1]
    straight = f.kinks and is_as_printed(f, z[at], a[at], slope[at])
    relation = "=" if straight else r"\approx"
    result = "" if in_numbers == number(slope[at]) else f" {relation} {number(slope[at])}"
    row = ("1", s.width(layer))
    return v.step(
        key=named("hidden_delta", layer),
        number="2.13, 2.14" if layer == problem.depth else "",
        title="Through the activation" + of_layer(problem, layer),
        question="How does the loss change with a hidden pre-activation?",
        lines=(
            Line(
                d_j + ratio(a_j, z_j),
                v.written_out(name, at, entry(at)),
                "chain rule; only unit j's activation depends on it",
                da * numeric_slope,
            ),
            Line(
                rf"f'({z_j}) = {ratio(a_j, z_j)} = {formula}",
                f"f'({z_at}) = {in_numbers}{result}",
                f.rule,
                f.textbook.slope(z),
                "slope",
            ),
            Line(
                rf"{d_j}f'({z_j})",
                v.written_out(name, at, entry(at)),
                "definition of f′",
                np.array([[g * value for g, value in zip(da[0], slope[0], strict=True)]]),
            ),
            Line(
                rf"{s.dz(layer)} = {s.da(layer)} \odot f'({s.z(layer)})",
                rf"{v.matrix(name)} \approx {v.matrix(da_key)} \odot {matrix(slope)}",
                "all entries as a row",
                (np.diag(slope[0]) @ da[0])[np.newaxis],
            ),
        ),
        claims={
            name: v.claim(name),
            "slope": Claim(names.symbol(f"slope{layer}", problem.depth), slope, numeric_slope),
        },
        shapes=(v.shape(da_key), shape(rf"f'({s.z(layer)})", row, slope.shape), v.shape(name)),
        code=code(backpropagate, "delta *= derivative") + code(by_example, "delta = delta * derivative"),
        entry=entry,
        lit=frozenset({z_key, a_key, f"f{layer}"}),
        note=f.derivative_note,
    )


def is_as_printed(f, z, a, slope):
    """Return whether f' is the printed number, both of z and of the printed z and a: on a straight piece."""
    of_printed = f.derivative(np.array([printed(z)]), np.array([printed(a)]))
    return bool(np.allclose([slope, *of_printed], printed(slope), rtol=1e-12, atol=0))


def elastic_net(problem):
    """2.18: ∂J/∂W = ∂R̂/∂W + λ1 sign(W) + 2 λ2 W, for every layer's weights and all K examples."""
    v, K, layers = View(problem, batch=True), problem.K, range(1, problem.depth + 2)
    s, at, penalties = v.s, focus(problem)[:2], problem.config.penalties()
    (l1, l2), (lambda_1, lambda_2) = penalties[0], strengths(problem, 1)
    ours, gradients = loss_and_gradients(problem.params, problem.X, problem.y, problem.config)
    W, data, b = problem.params[0].W, v.values["d_W1"], v.values["d_b1"]
    w, dW, dJ = s.W(1, "ij"), s.dW(1, "ij"), _dJ("W", 1, "ij")
    penalty_slope = elementwise_slope(lambda w: l1 * w * np.sign(w.real) + l2 * w * w, W)
    risk, objective = v.values["L"].mean(), _objective(problem)

    def symbol(index):
        return _dJ("W", 1, counted(index))

    def entry(index):
        return (
            rf"{q('d_W1', factor(data[index]))} + {factor(l1)} \cdot {factor(np.sign(W[index]))} + "
            rf"2 \cdot {factor(l2)} \cdot {q('W1', factor(W[index]))}"
        )

    def given(index):
        return s.dW(1, counted(index)) + f" = {number(data[index])}"

    def from_given(index):
        return printed(data[index]) + penalty_slope[index]

    result = rf"\approx {number(gradients[0].W[at])}"
    of_l1, of_l2 = strengths(problem)
    sums = rf"{of_l1} \sum_{{i,j}} |W^{{l}}_{{ij}}| + {of_l2} \sum_{{i,j}} (W^{{l}}_{{ij}})^2"
    lines, claims, shapes = [], {}, []
    for layer, total in enumerate(gradients, 1):
        name, key, gradient = f"d_J_W{layer}", f"W{layer}", f"d_W{layer}"
        weights_, symbol_ = v.values[key], _dJ("W", layer)
        (own_l1, own_l2), (symbol_1, symbol_2) = penalties[layer - 1], strengths(problem, layer)
        v.values[name] = total.W
        claims[name] = Claim(
            names.symbol(name, problem.depth), total.W, loss_derivative(problem, K, "W", layer, True)
        )
        shapes.append(shape(symbol_, (s.width(layer - 1), s.width(layer)), total.W.shape))
        lines.append(
            Line(
                rf"{symbol_} = {s.dW(layer)} + {symbol_1} \operatorname{{sign}}({s.W(layer)}) + "
                rf"2 {symbol_2}\, {s.W(layer)}",
                rf"{matrix(total.W, gradient)} \approx {v.matrix(gradient)} + {factor(own_l1)}\, "
                rf"{matrix(np.sign(weights_))} + 2 \cdot {factor(own_l2)}\, {v.matrix(key)}",
                "all entries as a matrix" if layer == 1 else "as for W¹",
                v.values[gradient] + own_l1 * np.where(weights_ > 0, 1.0, -1.0) + 2 * own_l2 * weights_,
                name,
            )
        )
    total_b = gradients[0].b
    claims["d_b1"] = Claim("∂J/∂b¹", total_b, loss_derivative(problem, K, "b", 1, True))
    claims["J"] = Claim("the objective J", ours, objective, "term by term")
    return v.step(
        key="elastic_net",
        number="2.18",
        title="Elastic net",
        question="Which gradients does a penalty on the weights change?",
        lines=(
            Line(
                rf"J(\theta) = \hat R(\theta) + \sum_l \left({sums}\right)",
                rf"J = {number(risk)} + {factor(objective - risk)} \approx {number(objective)}",
                "definition",
                objective,
                "J",
            ),
            Line(
                rf"{dJ} = {dW} + {ratio('', w)} \left({lambda_1} |{w}| + {lambda_2} ({w})^2\right)",
                rf"{symbol(at)} = {q('d_W1', number(data[at]))} + {factor(penalty_slope[at])} {result}",
                "linearity; only one term of each sum depends on this weight",
                data + penalty_slope,
            ),
            Line(
                rf"{dJ} = {dW} + {lambda_1} \operatorname{{sign}}({w}) + 2 {lambda_2}\, {w}",
                rf"{symbol(at)} = {entry(at)} {result}",
                "|x|′ = sign(x) for x ≠ 0, (x²)′ = 2x",
                data + np.vectorize(lambda w: (l1 if w > 0 else -l1) + l2 * (w + w))(W),
            ),
            *lines,
            Line(
                rf"{_dJ('b', 1)} = {s.db(1)}",
                rf"{v.matrix('d_b1')} = {v.matrix('d_b1')}",
                "the penalty does not depend on it",
                b,
                "d_b1",
            ),
        ),
        claims=claims,
        shapes=tuple(shapes),
        code=code(add_penalty_gradient, "(W, 2 * l2)", "(np.sign(W), l1)")
        + code(penalty, "total + l1", "total + l2"),
        entry=entry,
        symbol=symbol,
        given=given,
        from_given=from_given,
        lit=frozenset(f"W{layer}" for layer in layers),
        note="The deltas and the gradients of the biases and of the inputs stay as they were. The penalty's "
        "gradient is added once, after the mean over the examples." + _strengths_in_words(problem),
    )


def _strengths_in_words(problem):
    """Return a sentence if every layer has its own penalty or if there is none; otherwise ""."""
    if problem.penalty_per_layer:
        stated = ", ".join(f"${one}$" for one in stated_strengths(problem))
        return (
            r" Each layer $l$ has its own strengths, $\lambda_{l1}$ of L1 and $\lambda_{l2}$ of L2: "
            f"{stated}."
        )
    return "" if problem.l1 or problem.l2 else " Here both strengths are 0, so nothing is added."


def _dJ(kind, layer, index=""):
    return partial(f"{kind}{layer}", f"{kind}^{{{layer}}}" + (f"_{{{index}}}" if index else ""), "J")


def _objective(problem):
    """Return J, summed weight by weight."""
    total = float(trace(problem, problem.K).losses.mean())
    for (W, _), (l1, l2) in zip(problem.params, problem.config.penalties(), strict=True):
        for w in W.ravel().tolist():
            total += l1 * abs(w) + l2 * w * w
    return np.array(total)
