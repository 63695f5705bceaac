"""The gradient of a layer's weights and biases, for one example."""

import numpy as np

from lab.derivation.forward import named, of_layer
from lab.derivation.latex import factor, matrix, number, q, terms
from lab.derivation.notation import focus, ratio, shape, symbols, values_of
from lab.derivation.numeric import Claim, derivative, loss_derivative
from lab.derivation.step import CHAPTERS, Line, Product, Step, code
from mlp.loops import by_unit
from mlp.network import backpropagate

CHAPTER = CHAPTERS[1]


def weights(problem, layer):
    """2.9, 2.10 (output layer) or 2.15, 2.16 (first layer): ∂L/∂W and ∂L/∂b."""
    s, values, units = symbols(problem.depth), values_of(problem, 1), focus(problem)
    i, j = s.letters(layer)
    a, delta = values[s.a_key(layer - 1)], values[f"d_{s.z_key(layer)}"]
    dW, db = values[f"d_W{layer}"], values[f"d_b{layer}"]
    z_j, w_ij, b_j = s.z(layer, j), s.W(layer, i + j), s.b(layer, j)
    d_j = s.dz(layer, j)
    r, c = units[layer - 1], units[layer]
    n_in, n_out = s.width(layer - 1), s.width(layer)
    other = j + "'"

    def entry(index):
        row, column = index
        shown = q(f"d_{s.z_key(layer)}", factor(delta[0, column]))
        return rf"{q(s.a_key(layer - 1), factor(a[0, row]))} \cdot {shown}"

    W, b = problem.params[layer - 1]
    jacobian = derivative(lambda stack: (a @ stack + b)[:, 0], W)  # (n_in, n_out, n_out): ∂z_j'/∂W_ij
    found = rf"{s.dW(layer, f'{r + 1}{c + 1}')} = {entry((r, c))} \approx {number(dW[r, c])}"
    own = q(f"d_{s.z_key(layer)}", factor(delta[0, c]))
    zeros = terms(delta[0], jacobian[r, c], f"d_{s.z_key(layer)}")
    output = layer == problem.depth + 1
    place = "2.9, 2.10" if output else ("2.15, 2.16" if layer == 1 else "")
    what = "output weights" if output else "hidden weights"
    return Step(
        key="output_weights" if output else named("hidden_weights", layer),
        chapter=CHAPTER,
        number=place,
        title=f"The gradient of the {what}" + of_layer(problem, layer, output),
        question="How does the loss change with one weight, and with one bias?",
        lines=(
            Line(
                rf"{s.dW(layer, i + j)} = \sum_{{{other}=1}}^{{{n_out}}} {s.dz(layer, other)}\, "
                rf"{ratio(s.z(layer, other), w_ij)}",
                rf"{s.dW(layer, f'{r + 1}{c + 1}')} = {zeros} \approx {number(dW[r, c])}",
                f"chain rule, sum over {other}",
                (jacobian * delta[0]).sum(axis=-1),
            ),
            Line(
                rf"{s.dW(layer, i + j)} = {d_j}\, {ratio(z_j, w_ij)}",
                found,
                f"only unit {j} uses this weight",
                delta * jacobian.diagonal(axis1=1, axis2=2),
            ),
            Line(
                rf"{s.dW(layer, i + j)} = {d_j}\, {s.a(layer - 1, i)}",
                found,
                "derivative of a sum of products",
                np.array([[g * v for g in delta[0]] for v in a[0]]),
            ),
            Line(
                rf"{s.db(layer, j)} = {d_j}\, {ratio(z_j, b_j)} = {d_j} \cdot 1",
                rf"{s.db(layer, c + 1)} = {own} \cdot 1 \approx {number(db[c])}",
                "chain rule",
                delta[0] * 1.0,
                f"d_b{layer}",
            ),
            Line(
                rf"{s.dW(layer)} = ({s.a(layer - 1)})^{{\top}}\, {s.dz(layer)}",
                rf"{matrix(dW, f'd_W{layer}')} \approx {matrix(a.T, s.a_key(layer - 1))} "
                rf"{matrix(delta, f'd_{s.z_key(layer)}')}",
                "all entries as a matrix",
                np.outer(a, delta),
            ),
            Line(
                rf"{s.db(layer)} = {s.dz(layer)}",
                rf"{matrix(db, f'd_b{layer}')} = {matrix(delta, f'd_{s.z_key(layer)}')}",
                "all entries as a row",
                delta[0],
                f"d_b{layer}",
            ),
        ),
        claims={
            f"d_W{layer}": Claim(f"∂L/∂W^{layer}", dW, loss_derivative(problem, 1, "W", layer)),
            f"d_b{layer}": Claim(f"∂L/∂b^{layer}", db, loss_derivative(problem, 1, "b", layer)),
        },
        shapes=(
            shape(f"({s.a(layer - 1)})" + r"^{\top}", (n_in, "1"), a.T.shape),
            shape(s.dz(layer), ("1", n_out), delta.shape),
            shape(s.dW(layer), (n_in, n_out), dW.shape),
            shape(s.db(layer), (n_out,), db.shape),
        ),
        code=code(backpropagate, "dW = np.matmul(", "np.matmul(ones, delta") + code(by_unit, ".W[i, j] +="),
        values=values,
        products=(Product(s.a_key(layer - 1), f"d_{s.z_key(layer)}", f"d_W{layer}", left_transposed=True),),
        entry=entry,
        symbol=lambda index: s.dW(layer, f"{index[0] + 1}{index[1] + 1}"),
        lit=frozenset({s.a_key(layer - 1), f"W{layer}", f"b{layer}", s.z_key(layer)}),
    )
