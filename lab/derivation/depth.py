"""From one hidden layer to many: backpropagation as a recursion."""

import numpy as np

from lab.derivation.latex import factor, matrix, number, terms
from lab.derivation.notation import focus, partial, shape, symbols, values_of
from lab.derivation.numeric import Claim, loss_derivative
from lab.derivation.problem import slopes, trace
from lab.derivation.step import CHAPTERS, Line, Step, code
from mlp.network import backpropagate

CHAPTER = CHAPTERS[2]


def steps(problem):
    """The recursion of δ, the weights of every layer, and the product of all layers."""
    return (recursion(problem), all_weights(problem), chain(problem))


def recursion(problem):
    """δ^l = (δ^{l+1} W^{l+1}ᵀ) ⊙ f'(z^l), for every hidden layer, all K examples."""
    s, K, values = symbols(problem.depth), problem.K, values_of(problem, problem.K)
    slope = slopes(problem, trace(problem, K))
    general = (
        r"\delta^{l}_{j} = \sum_{k} \delta^{l+1}_{k}\, W^{l+1}_{jk}\, f'(z^{l}_{j}), \qquad "
        r"\delta^{l} = \frac{\partial L}{\partial z^{l}}"
    )
    lines = [Line(general, general, "chain rule, sum over the units above")]
    claims, shapes = {}, []
    for layer in range(problem.depth, 0, -1):
        name, W, f = f"d_{s.z_key(layer)}", problem.params[layer].W, slope[layer - 1]
        above, found = values[f"d_{s.z_key(layer + 1)}"], values[f"d_{s.z_key(layer)}"]
        values[f"slope{layer}"] = f
        lines.append(
            Line(
                rf"{s.dz(layer)} = \left({s.dz(layer + 1)}\, ({s.W(layer + 1)})^{{\top}}\right) \odot "
                rf"f'({s.z(layer)})",
                rf"{matrix(found, name)} \approx \left({matrix(above, f'd_{s.z_key(layer + 1)}')} "
                rf"{matrix(W.T, f'W{layer + 1}')}\right) \odot {matrix(f)}",
                f"the recursion at l = {layer}",
                np.einsum("nk,jk,nj->nj", above, W, f),
                name,
            )
        )
        claims[name] = Claim(
            f"∂L/∂h^a of layer {layer}, minibatch", found, loss_derivative(problem, K, "z", layer)
        )
        shapes.append(shape(s.dz(layer), ("K", s.width(layer)), found.shape))
    top = problem.depth

    def entry(index):
        n, j = index
        inner = terms(values["d_oa"][n], problem.params[top].W[j], f"d_{s.z_key(top + 1)}", f"W{top + 1}")
        return rf"\left({inner}\right) \cdot {factor(slope[top - 1][n, j])}"

    return Step(
        key="recursion",
        chapter=CHAPTER,
        title="Backpropagation is a recursion",
        question="How does the error of a layer follow from that of the layer above?",
        lines=tuple(lines),
        claims=claims,
        shapes=tuple(shapes),
        code=code(backpropagate, "for layer in reversed", "delta = np.matmul(", "delta *= derivative"),
        values=values,
        entry=entry,
        symbol=lambda index: s.dz(top, f"{index[0] + 1}{index[1] + 1}"),
        lit=frozenset(key for layer in range(1, top + 1) for key in (s.z_key(layer), f"W{layer + 1}"))
        | {"oa"},
    )


def all_weights(problem):
    """∂L/∂W^l = (a^{l-1})ᵀ δ^l and ∂L/∂b^l = 1ᵀ δ^l for every layer."""
    s, K, values = symbols(problem.depth), problem.K, values_of(problem, problem.K)
    general = (
        r"\frac{\partial L}{\partial W^{l}} = (a^{l-1})^{\top}\, \delta^{l}, \qquad "
        r"\frac{\partial L}{\partial b^{l}} = \mathbf{1}^{\top}\, \delta^{l}"
    )
    lines, claims, shapes = [Line(general, general, "as for one layer")], {}, []
    for layer in range(1, problem.depth + 2):
        a, d = values[s.a_key(layer - 1)], values[f"d_{s.z_key(layer)}"]
        dW, db = values[f"d_W{layer}"], values[f"d_b{layer}"]
        lines += [
            Line(
                rf"{s.dW(layer)} = ({s.a(layer - 1)})^{{\top}}\, {s.dz(layer)}",
                rf"{matrix(dW, f'd_W{layer}')} \approx {matrix(a.T, s.a_key(layer - 1))} "
                rf"{matrix(d, f'd_{s.z_key(layer)}')}",
                "matrix product",
                np.einsum("ni,nj->ij", a, d),
                f"d_W{layer}",
            ),
            Line(
                rf"{s.db(layer)} = \mathbf{{1}}^{{\top}}\, {s.dz(layer)}",
                rf"{matrix(db, f'd_b{layer}')} \approx {matrix(np.ones((1, K)))} "
                rf"{matrix(d, f'd_{s.z_key(layer)}')}",
                "sum over the examples",
                np.ones(K) @ d,
                f"d_b{layer}",
            ),
        ]
        for name, kind, array in ((f"d_W{layer}", "W", dW), (f"d_b{layer}", "b", db)):
            claims[name] = Claim(
                f"∂L/∂{kind}^{layer}, minibatch", array, loss_derivative(problem, K, kind, layer)
            )
        shapes.append(shape(s.dW(layer), (s.width(layer - 1), s.width(layer)), dW.shape))
    x, d = values["x"], values["d_ha1"]

    def entry(index):
        return terms(x[:5, index[0]], d[:5, index[1]], "x", "d_ha1") + (r" + \cdots" if K > 5 else "")

    return Step(
        key="every_layer",
        chapter=CHAPTER,
        title="Every layer's weights",
        question="What does each layer need to know to find its own gradient?",
        lines=tuple(lines),
        claims=claims,
        shapes=tuple(shapes),
        code=code(backpropagate, "dW = np.matmul(", "np.matmul(ones, delta"),
        values=values,
        entry=entry,
        symbol=lambda index: s.dW(1, f"{index[0] + 1}{index[1] + 1}"),
        lit=frozenset(f"{kind}{layer}" for kind in "Wb" for layer in range(1, problem.depth + 2)),
        note="Its input, kept from the way forward, and its δ, which comes from above. Nothing else.",
    )


def chain(problem):
    """The first example's ∂L/∂x as one product of Jacobians, a matrix a layer."""
    s, values, passed = symbols(problem.depth), values_of(problem, 1), trace(problem, 1)
    slope = slopes(problem, passed)
    row, factors, shown = values["d_oa"], [], [matrix(values["d_oa"], "d_oa")]
    for layer in range(problem.depth, -1, -1):
        W = problem.params[layer].W
        row = row @ W.T
        factors.append(f"({s.W(layer + 1)})^{{\\top}}")
        shown.append(matrix(W.T, f"W{layer + 1}"))
        if layer:
            row = row @ np.diag(slope[layer - 1][0])
            factors.append(rf"\operatorname{{diag}}\left(f'({s.z(layer)})\right)")
            shown.append(rf"\operatorname{{diag}}{matrix(slope[layer - 1])}")
    i = focus(problem)[0]
    return Step(
        key="chain_of_layers",
        chapter=CHAPTER,
        title="The whole network as one product",
        question="Why can a gradient vanish or explode in a deep network?",
        lines=(
            Line(
                rf"{s.da(0)} = {s.dz(problem.depth + 1)}\, " + r"\, ".join(factors),
                rf"{matrix(values['d_x'], 'd_x')} \approx {' '.join(shown)}",
                "the recursion, put into itself",
                row,
            ),
        ),
        claims={
            "d_x": Claim("∂L/∂x through every layer", values["d_x"], loss_derivative(problem, 1, "x", 1))
        },
        shapes=(shape(partial("x", "x"), ("1", "d"), values["d_x"].shape),),
        code=code(backpropagate, "delta *= derivative"),
        values=values,
        entry=lambda index: terms(values["d_ha1"][0], problem.params[0].W[index[-1]], "d_ha1", "W1"),
        symbol=lambda index: s.da(0, index[-1] + 1),
        lit=frozenset({"x", "L"} | {f"W{layer}" for layer in range(1, problem.depth + 2)}),
        note=rf"The error passes {problem.depth} time(s) through slopes $f'$: where these are small, little "
        rf"arrives. Entry {i + 1} is ${number(values['d_x'][0, i])}$.",
    )
