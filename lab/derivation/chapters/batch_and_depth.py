"""Chapter 3: from one example to a minibatch, and from one hidden layer to many."""

import numpy as np

from lab.derivation.chapters.backward import elastic_net
from lab.derivation.latex import factor, matrix, number, q, terms
from lab.derivation.problem import trace
from lab.derivation.step import Factors, Line, Product, code
from lab.derivation.symbols import RISK, View, focus, partial, ratio, shape
from mlp.loops import by_example
from mlp.losses import LOSSES
from mlp.network import backpropagate, loss_and_gradients

ROWS = (
    r"\begin{bmatrix} \partial L^{(1)} / \partial o^a_{1} \\ \vdots \\ "
    r"\partial L^{(K)} / \partial o^a_{K} \end{bmatrix}"
)
TIMES = ("once", "twice", "three times", "four times")
WRITTEN, OUTER = 5, 3  # terms of a sum over the examples that are written out; outer products


def steps(problem):
    """Return the steps about the minibatch, 2.18 (which uses its gradients), then those about many layers."""
    makers = (mean, delta, outer, recursion, all_weights, elastic_net, chain)
    return tuple(make(problem) for make in makers)


def mean(problem):
    """∂R̂/∂W = (1/K) Σ_n ∂L⁽ⁿ⁾/∂W: the gradient of a mean is the mean of the gradients."""
    v, K, top = View(problem, batch=True), problem.K, problem.depth + 1
    name, at = f"d_W{top}", focus(problem)[-2:]
    each = np.stack([_output_gradient(problem, [n]) for n in range(K)])
    twice = _output_gradient(problem, [*range(K), *range(K)])
    d_L = ratio("L^{(n)}", v.s.W(top, "jk"))

    def entry(index):
        shown = [factor(value) for value in each[(slice(None), *index)][:WRITTEN]]
        return rf"\frac{{1}}{{{K}}} \left({' + '.join(shown)}{_more(K, WRITTEN)}\right)"

    return v.step(
        key="batch_mean",
        title="The mean over a minibatch",
        question="Why is there a 1/K?",
        lines=(
            Line(
                rf"{v.s.dW(top, 'jk')} = {ratio('', v.s.W(top, 'jk'))}\, \frac1K \sum_{{n=1}}^K L^{{(n)}} = "
                rf"\frac1K \sum_{{n=1}}^K {d_L}",
                v.written_out(name, at, entry(at)),
                "linearity of the derivative",
                sum(each) / K,
            ),
            Line(
                rf"\frac{{1}}{{2K}} \sum_{{n=1}}^{{2K}} {d_L} = \frac{{1}}{{K}} \sum_{{n=1}}^{{K}} {d_L}",
                rf"{number(twice[at])} \approx {number(v.values[name][at])}",
                "with every example twice the mean stays; a sum would double",
                np.concatenate([each, each]).mean(axis=0),
            ),
        ),
        claims={name: v.claim(name, " of the minibatch")},
        shapes=(
            shape(ratio("L^{(n)}", v.s.W(top)), (v.s.width(top - 1), "m"), each[0].shape),
            v.shape(name),
        ),
        code=code(loss_and_gradients, "/ n_samples")
        + code(by_example, "np.outer(activations[layer], delta)"),
        entry=entry,
        lit=frozenset({f"W{top}", "L"}),
        note="A mean does not grow with the size of the minibatch. A sum would, and the learning rate would "
        "have to shrink to make up for it.",
    )


def delta(problem):
    """δ = ∂R̂/∂o^a with one row per example, 1/K inside; everything below inherits it."""
    v, K, k = View(problem, batch=True), problem.K, int(problem.y[0])
    gradient, o, T = LOSSES[problem.loss].gradient, v.values["oa"], v.values["y"]
    single = np.concatenate([gradient(o[[n]], T[[n]]) for n in range(K)])
    o_nk, own, other = "o^a_{nk}", "L^{(n)}", "L^{(n')}"

    def entry(index):
        return rf"\frac{{1}}{{{K}}} \cdot {q('d_oa', factor(single[index]))}"

    return v.step(
        key="batch_delta",
        title="One row per example",
        question="Where does the 1/K enter, and why only once?",
        lines=(
            Line(
                rf"{partial('oa', o_nk, RISK)} = \frac1K \sum_{{n'=1}}^K {ratio(other, o_nk)} = "
                rf"\frac1K\, {ratio(own, o_nk)}",
                v.written_out("d_oa", (0, k), entry((0, k))),
                "an example's loss depends on its own row alone",
                single / K,
            ),
            Line(
                rf"{partial('oa', 'o^a', RISK)} = \frac1K " + ROWS,
                rf"{v.matrix('d_oa')} \approx \frac{{1}}{{{K}}} {matrix(single)}",
                "all entries as a matrix",
                np.array([row / K for row in single]),
            ),
        ),
        claims={"d_oa": v.claim("d_oa", " of the minibatch")},
        shapes=(v.shape("d_oa"),),
        code=code(loss_and_gradients, "delta = LOSSES[config.loss].gradient"),
        entry=entry,
        lit=frozenset({"oa", "os", "L", "loss"}),
        note=r"From here on δ is the derivative of $\hat R$: a row for each example, with the 1/K in it. "
        "Every gradient below is computed from δ, so none is divided by K again.",
    )


def outer(problem):
    """(h^s)ᵀ δ is the sum over the examples of their outer products; 1ᵀδ sums the rows."""
    v, K, top = View(problem, batch=True), problem.K, problem.depth + 1
    s, below, dW, db, at = v.s, v.s.a_key(top - 1), f"d_W{top}", f"d_b{top}", focus(problem)[-2:]
    h, d = v.values[below], v.values["d_oa"]
    products = np.stack([np.outer(a, g) for a, g in zip(h, d, strict=True)])
    h_n, d_n = s.a(top - 1, "n"), s.dz(top, "n")
    entry = _sum_over_examples(v, below, "d_oa")
    return v.step(
        key="batch_outer",
        title="Why a matrix product",
        question="How do K outer products become one matrix product?",
        lines=(
            Line(
                rf"{s.dW(top)} = \sum_{{n=1}}^K ({h_n})^{{\top}}\, {d_n}",
                rf"{v.matrix(dW)} \approx {' + '.join(map(matrix, products[:OUTER]))}{_more(K, OUTER)}",
                "one outer product per example; δ contains the 1/K",
                products.sum(axis=0),
                factors=Factors(h[:1], d[:1], left_transposed=True),
            ),
            Line(
                rf"{s.dW(top, 'jk')} = \sum_{{n=1}}^K {s.a(top - 1, 'nj')}\, {s.dz(top, 'nk')}",
                v.written_out(dW, at, entry(at)),
                "entry of a sum of matrices",
                np.array(
                    [[sum(a * g for a, g in zip(column, e, strict=True)) for e in d.T] for column in h.T]
                ),
            ),
            Line(
                rf"{s.dW(top)} = ({s.a(top - 1)})^{{\top}}\, {s.dz(top)}",
                rf"{v.matrix(dW)} \approx {v.matrix(below, transposed=True)} {v.matrix('d_oa')}",
                "definition of the matrix product",
                h.T @ d,
            ),
            Line(
                rf"{s.db(top)} = \sum_{{n=1}}^K {d_n} = \mathbf{{1}}^{{\top}}\, {s.dz(top)}",
                rf"{v.matrix(db)} \approx {matrix(np.ones((1, K)))} {v.matrix('d_oa')}",
                "the bias is the weight of an input that is always 1",
                sum(d),
                db,
                Factors(np.ones((K, 1)), d, left_transposed=True),
            ),
        ),
        claims={
            dW: v.claim(dW, " of the minibatch"),
            db: v.claim(db, " of the minibatch"),
        },
        shapes=(v.shape(below, transposed=True), v.shape("d_oa"), v.shape(dW)),
        code=code(backpropagate, "dW = np.matmul(", "np.matmul(ones, delta"),
        products=(Product(below, "d_oa", dW, left_transposed=True),),
        entry=entry,
        lit=frozenset({below, f"W{top}", f"b{top}", "oa"}),
    )


def recursion(problem):
    """δ^l = (δ^{l+1} W^{l+1}ᵀ) ⊙ f'(z^l), for every hidden layer, all K examples."""
    v, top = View(problem, batch=True), problem.depth
    s, slope = v.s, trace(problem, problem.K).slopes
    general = (
        r"\delta^{l}_{j} = \sum_{k} \delta^{l+1}_{k}\, W^{l+1}_{jk}\, f'(z^{l}_{j}), \qquad "
        r"\delta^{l} = \frac{\partial \hat R}{\partial z^{l}}"
    )
    lines, claims = [Line(general, general, "chain rule, sum over the units above")], {}
    for layer in range(top, 0, -1):
        name, above, W = f"d_{s.z_key(layer)}", f"d_{s.z_key(layer + 1)}", f"W{layer + 1}"
        f = slope[layer - 1]
        lines.append(
            Line(
                rf"{s.dz(layer)} = \left({s.dz(layer + 1)}\, ({s.W(layer + 1)})^{{\top}}\right) \odot "
                rf"f'({s.z(layer)})",
                rf"{v.matrix(name)} \approx \left({v.matrix(above)} {v.matrix(W, transposed=True)}\right) "
                rf"\odot {matrix(f)}",
                f"the recursion at l = {layer}",
                np.einsum("nk,jk,nj->nj", v.values[above], v.values[W], f),
                name,
                Factors(v.values[above], v.values[W], right_transposed=True),
            )
        )
        claims[name] = v.claim(name, " of the minibatch")

    def entry(index):
        n, j = index
        inner = terms(v.values["d_oa"][n], problem.params[top].W[j], "d_oa", f"W{top + 1}")
        return rf"\left({inner}\right) \cdot {factor(slope[top - 1][n, j])}"

    return v.step(
        key="recursion",
        title="Backpropagation is a recursion",
        question="How does the error of a layer follow from that of the layer above?",
        lines=tuple(lines),
        claims=claims,
        shapes=tuple(map(v.shape, claims)),
        code=code(backpropagate, "for layer in reversed", "delta = np.matmul(", "delta *= derivative"),
        entry=entry,
        lit=frozenset(key for layer in range(1, top + 1) for key in (s.z_key(layer), f"W{layer + 1}"))
        | {"oa"},
    )


def all_weights(problem):
    """∂R̂/∂W^l = (a^{l-1})ᵀ δ^l and ∂R̂/∂b^l = 1ᵀ δ^l for every layer."""
    v, K, layers = View(problem, batch=True), problem.K, range(1, problem.depth + 2)
    general = (
        r"\frac{\partial \hat R}{\partial W^{l}} = (a^{l-1})^{\top}\, \delta^{l}, \qquad "
        r"\frac{\partial \hat R}{\partial b^{l}} = \mathbf{1}^{\top}\, \delta^{l}, \qquad a^{0} = x"
    )
    s, lines, claims = v.s, [Line(general, general, "as for one layer")], {}
    for layer in layers:
        below, above, dW, db = s.a_key(layer - 1), f"d_{s.z_key(layer)}", f"d_W{layer}", f"d_b{layer}"
        d = v.values[above]
        lines += [
            Line(
                rf"{s.dW(layer)} = ({s.a(layer - 1)})^{{\top}}\, {s.dz(layer)}",
                rf"{v.matrix(dW)} \approx {v.matrix(below, transposed=True)} {v.matrix(above)}",
                "matrix product",
                np.einsum("ni,nj->ij", v.values[below], d),
                dW,
                Factors(v.values[below], d, left_transposed=True),
            ),
            Line(
                rf"{s.db(layer)} = \mathbf{{1}}^{{\top}}\, {s.dz(layer)}",
                rf"{v.matrix(db)} \approx {matrix(np.ones((1, K)))} {v.matrix(above)}",
                "sum over the examples",
                np.ones(K) @ d,
                db,
                Factors(np.ones((K, 1)), d, left_transposed=True),
            ),
        ]
        claims[dW] = v.claim(dW, " of the minibatch")
        claims[db] = v.claim(db, " of the minibatch")
    return v.step(
        key="every_layer",
        title="Every layer's weights",
        question="What does a layer need in order to compute its own gradient?",
        lines=tuple(lines),
        claims=claims,
        shapes=tuple(v.shape(f"d_W{layer}") for layer in layers),
        code=code(backpropagate, "dW = np.matmul(", "np.matmul(ones, delta"),
        entry=_sum_over_examples(v, "x", "d_ha1"),
        lit=frozenset(f"{kind}{layer}" for kind in "Wb" for layer in layers),
        note="Its input, stored during the forward pass, and its δ, which comes from above. Nothing else.",
    )


def chain(problem):
    """The first example's ∂L/∂x as one product of Jacobians, one matrix per layer."""
    v, slope, top = View(problem), trace(problem, 1).slopes, problem.depth + 1
    s, row, factors, shown = v.s, v.values["d_oa"], [], [v.matrix("d_oa")]
    for layer in range(problem.depth, -1, -1):
        row = row @ problem.params[layer].W.T
        factors.append(f"({s.W(layer + 1)})^{{\\top}}")
        shown.append(v.matrix(f"W{layer + 1}", transposed=True))
        if layer:
            row = row @ np.diag(slope[layer - 1][0])
            factors.append(rf"\operatorname{{diag}}\left(f'({s.z(layer)})\right)")
            shown.append(rf"\operatorname{{diag}}{matrix(slope[layer - 1])}")
    i, times = focus(problem)[0], TIMES[problem.depth - 1]
    weights = TIMES[problem.depth]
    return v.step(
        key="chain_of_layers",
        title="The whole network as one product",
        question="Why can a gradient vanish or explode in a deep network?",
        lines=(
            Line(
                rf"{s.da(0)} = {s.dz(top)}\, " + r"\, ".join(factors),
                rf"{v.matrix('d_x')} \approx {' '.join(shown)}",
                "the recursion, substituted into itself",
                row,
                factors=Factors(v.values["d_oa"], problem.params[-1].W, right_transposed=True),
            ),
        ),
        claims={"d_x": v.claim("d_x", " through every layer")},
        shapes=(v.shape("d_x"),),
        code=code(backpropagate, "delta *= derivative"),
        entry=lambda index: terms(v.values["d_ha1"][0], problem.params[0].W[index[-1]], "d_ha1", "W1"),
        lit=frozenset({"x", "L"} | {f"W{layer}" for layer in range(1, top + 1)}),
        note=rf"On its way back the error is multiplied {times} by slopes $f'$ and {weights} by weights: "
        rf"where these are small, little of it arrives at the inputs; where they are large, a lot does. "
        f"Entry {i + 1} of the result is ${number(v.values['d_x'][0, i])}$.",
    )


def _sum_over_examples(view, left, right):
    """Return the entry of leftᵀ right in numbers, a function of its index."""
    a, d = view.values[left], view.values[right]

    def entry(index):
        i, j = index
        return terms(a[:WRITTEN, i], d[:WRITTEN, j], left, right) + _more(view.n, WRITTEN)

    return entry


def _more(n, written):
    return r" + \cdots" if n > written else ""


def _output_gradient(problem, rows):
    """Return ∂L/∂W of the output layer for these examples."""
    X, y = problem.X[rows], problem.y[rows]
    return loss_and_gradients(problem.params, X, y, problem.without_penalty)[1][-1].W
