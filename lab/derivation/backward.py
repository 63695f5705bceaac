"""The network backwards: the gradient of every weight, bias, hidden unit and input."""

import numpy as np

from lab.derivation.forward import named, of_layer
from lab.derivation.latex import factor, matrix, number, q, terms
from lab.derivation.logits import delta_step
from lab.derivation.notation import activation_formula, focus, ratio, shape, symbols, values_of
from lab.derivation.numeric import Claim, derivative, elementwise_slope, loss_derivative
from lab.derivation.problem import input_gradient, slopes, trace
from lab.derivation.step import CHAPTERS, Line, Product, Step, code
from lab.derivation.weights import weights
from mlp.activations import ACTIVATIONS
from mlp.loops import by_example, by_unit
from mlp.network import backpropagate

CHAPTER = CHAPTERS[1]


def steps(problem):
    """Steps 2.7 to 2.17, for the first example, from the output layer down to the inputs."""
    middle = []
    for layer in range(problem.depth, 0, -1):
        middle += [
            weights(problem, layer + 1),
            below(problem, layer),
            through_activation(problem, layer),
        ]
    return (delta_step(problem), *middle, weights(problem, 1), below(problem, 0))


def below(problem, layer):
    """2.11, 2.12: ∂L/∂h^s of hidden `layer`; 2.17 for layer 0: ∂L/∂x. A sum over the units above."""
    s, values, units = symbols(problem.depth), values_of(problem, 1), focus(problem)
    j, k = s.letters(layer + 1)
    W, delta = problem.params[layer].W, values[f"d_{s.z_key(layer + 1)}"]
    name = f"d_{s.a_key(layer)}"
    gradient, at = values[name], units[layer]
    n_out, n_in = s.width(layer + 1), s.width(layer)
    a_j, d_k, w_jk = s.a(layer, j), s.dz(layer + 1, k), s.W(layer + 1, j + k)

    def entry(index):
        return terms(delta[0], W[index[-1]], f"d_{s.z_key(layer + 1)}", f"W{layer + 1}")

    above = derivative(lambda stack: (stack @ W + problem.params[layer].b)[:, 0], values[s.a_key(layer)])
    found = rf"{s.da(layer, at + 1)} = {entry((0, at))} \approx {number(gradient[0, at])}"
    return Step(
        key="inputs" if layer == 0 else named("hidden_output", layer),
        chapter=CHAPTER,
        number="2.17" if layer == 0 else ("2.11, 2.12" if layer == problem.depth else ""),
        title="The gradient of the inputs"
        if layer == 0
        else "The gradient of the hidden activations" + of_layer(problem, layer, False),
        question="How does the loss change with an input?"
        if layer == 0
        else "How does the loss change with what a hidden unit passes on?",
        lines=(
            Line(
                rf"{s.da(layer, j)} = \sum_{{{k}=1}}^{{{n_out}}} {d_k}\, {ratio(s.z(layer + 1, k), a_j)}",
                found,
                f"chain rule, sum over {k}",
                (above * delta[0]).sum(axis=-1),
            ),
            Line(
                rf"{s.da(layer, j)} = \sum_{{{k}=1}}^{{{n_out}}} {d_k}\, {w_jk}",
                found,
                "derivative of a sum of products",
                np.array([[sum(g * w for g, w in zip(delta[0], row, strict=True)) for row in W]]),
            ),
            Line(
                rf"{s.da(layer)} = {s.dz(layer + 1)}\, ({s.W(layer + 1)})^{{\top}}",
                rf"{matrix(gradient, name)} \approx {matrix(delta, f'd_{s.z_key(layer + 1)}')} "
                rf"{matrix(W.T, f'W{layer + 1}')}",
                "matrix product",
                (W @ delta[0])[np.newaxis],
            ),
        ),
        claims={
            name: Claim(
                "∂L/∂x" if layer == 0 else f"∂L/∂h^s, layer {layer}",
                gradient,
                loss_derivative(problem, 1, "x" if layer == 0 else "a", max(layer, 1)),
            )
        },
        shapes=(
            shape(s.dz(layer + 1), ("1", n_out), delta.shape),
            shape(rf"({s.W(layer + 1)})^{{\top}}", (n_out, n_in), W.T.shape),
            shape(s.da(layer), ("1", n_in), gradient.shape),
        ),
        code=code(input_gradient, "np.matmul(")
        if layer == 0
        else code(backpropagate, "delta = np.matmul(") + code(by_unit, "sum_j = sum_j +"),
        values=values,
        products=(Product(f"d_{s.z_key(layer + 1)}", f"W{layer + 1}", name, right_transposed=True),),
        entry=entry,
        symbol=lambda index: s.da(layer, index[-1] + 1),
        lit=frozenset({s.a_key(layer), f"W{layer + 1}", s.z_key(layer + 1)}),
        note=NO_CODE if layer == 0 else "",
    )


NO_CODE = (
    "Every hidden unit sees every input, so the sum over j stays; without it each entry would need a j "
    "that its left side does not have. Training needs no gradient of the inputs, and computes none."
)


def through_activation(problem, layer):
    """2.13, 2.14: ∂L/∂h^a = ∂L/∂h^s ⊙ f'(h^a)."""
    s, values, units = symbols(problem.depth), values_of(problem, 1), focus(problem)
    passed = trace(problem, 1)
    slope = slopes(problem, passed)[layer - 1]
    z, a = passed.z[layer - 1], passed.a[layer - 1]
    da_key, dz_key = f"d_{s.a_key(layer)}", f"d_{s.z_key(layer)}"
    da, dz = values[da_key], values[dz_key]
    values["slope"] = slope
    at = units[layer]
    z_j, a_j = s.z(layer, "j"), s.a(layer, "j")
    _, formula, rule = activation_formula(problem.activation, z_j, a_j)
    f = ACTIVATIONS[problem.activation]
    numeric_slope = elementwise_slope(f, z)

    def entry(index):
        return rf"{q(da_key, factor(da[index]))} \cdot {factor(slope[index])}"

    found = rf"{s.dz(layer, at + 1)} = {entry((0, at))} \approx {number(dz[0, at])}"
    shown = activation_formula(
        problem.activation, q(s.z_key(layer), number(z[0, at])), q(s.a_key(layer), number(a[0, at]))
    )[1]
    return Step(
        key=named("hidden_delta", layer),
        chapter=CHAPTER,
        number="2.13, 2.14" if layer == problem.depth else "",
        title="Through the activation" + of_layer(problem, layer, False),
        question="How does the loss change with a hidden pre-activation?",
        lines=(
            Line(
                rf"{s.dz(layer, 'j')} = {s.da(layer, 'j')}\, {ratio(a_j, z_j)}",
                found,
                "chain rule; of the activations, only unit j's depends on it",
                da * numeric_slope,
            ),
            Line(
                rf"f'({z_j}) = {ratio(a_j, z_j)} = {formula}",
                rf"f'({q(s.z_key(layer), number(z[0, at]))}) = {shown} \approx {number(slope[0, at])}",
                rule,
                f.textbook.slope(z),
                "slope",
            ),
            Line(
                rf"{s.dz(layer, 'j')} = {s.da(layer, 'j')}\, f'({z_j})",
                found,
                "definition of f′",
                np.array([[g * v for g, v in zip(da[0], slope[0], strict=True)]]),
            ),
            Line(
                rf"{s.dz(layer)} = {s.da(layer)} \odot f'({s.z(layer)})",
                rf"{matrix(dz, dz_key)} \approx {matrix(da, da_key)} \odot {matrix(slope)}",
                "all entries as a row",
                (np.diag(slope[0]) @ da[0])[np.newaxis],
            ),
        ),
        claims={
            dz_key: Claim(f"∂L/∂h^a, layer {layer}", dz, loss_derivative(problem, 1, "z", layer)),
            "slope": Claim("f′(h^a)", slope, numeric_slope),
        },
        shapes=tuple(
            shape(symbol, ("1", s.width(layer)), dz.shape)
            for symbol in (s.da(layer), rf"f'({s.z(layer)})", s.dz(layer))
        ),
        code=code(backpropagate, "delta *= derivative") + code(by_example, "delta = delta * derivative"),
        values=values,
        entry=entry,
        symbol=lambda index: s.dz(layer, index[-1] + 1),
        lit=frozenset({s.z_key(layer), s.a_key(layer), f"f{layer}"}),
        note=f.derivative_note,
    )
