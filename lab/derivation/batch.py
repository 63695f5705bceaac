"""From one example to a minibatch."""

import numpy as np

from lab.derivation.latex import factor, matrix, number, q, terms
from lab.derivation.notation import focus, partial, ratio, shape, symbols, values_of
from lab.derivation.numeric import Claim, loss_derivative
from lab.derivation.step import CHAPTERS, Line, Product, Step, code
from mlp.loops import by_example
from mlp.losses import LOSSES
from mlp.network import backpropagate, loss_and_gradients

CHAPTER = CHAPTERS[2]
ROWS = (
    r"\begin{bmatrix} \partial L^{(1)} / \partial o^a_{1} \\ \vdots \\ "
    r"\partial L^{(K)} / \partial o^a_{K} \end{bmatrix}"
)
SHOWN = 3  # outer products written out


def steps(problem):
    """The minibatch form, for all K examples."""
    return (mean(problem), delta(problem), outer(problem))


def mean(problem):
    """The gradient of a mean is the mean of the gradients; that is what 1/K is for."""
    s, K, top = symbols(problem.depth), problem.K, problem.depth + 1
    values = values_of(problem, K)
    each = np.stack([_of_example(problem, n) for n in range(K)])
    name, gradient = f"d_W{top}", values[f"d_W{top}"]
    r, c = focus(problem)[-2:]
    values["each"] = each
    d_L = ratio("L^{(n)}", s.W(top, "jk"))

    more = r" + \cdots" if K > 5 else ""

    def entry(index):
        shown = [factor(v) for v in each[(slice(None), *index)][:5]]
        return rf"\frac{{1}}{{{K}}} \left({' + '.join(shown)}{more}\right)"

    doubled = _doubled(problem)
    return Step(
        key="batch_mean",
        chapter=CHAPTER,
        title="The mean over a minibatch",
        question="Why is there a 1/K?",
        lines=(
            Line(
                rf"{s.dW(top, 'jk')} = {ratio('', s.W(top, 'jk'))}\, \frac1K \sum_{{n=1}}^K L^{{(n)}} = "
                rf"\frac1K \sum_{{n=1}}^K {d_L}",
                rf"{s.dW(top, f'{r + 1}{c + 1}')} = {entry((r, c))} \approx {number(gradient[r, c])}",
                "linearity of the derivative",
                sum(each) / K,
            ),
            Line(
                rf"\frac{{1}}{{2K}} \sum_{{n=1}}^{{2K}} {d_L} = \frac{{1}}{{K}} \sum_{{n=1}}^{{K}} {d_L}",
                rf"{number(doubled[r, c])} \approx {number(gradient[r, c])}",
                "every example twice: a mean stays, a sum would double",
                np.concatenate([each, each]).mean(axis=0),
            ),
        ),
        claims={
            name: Claim(f"∂L/∂W^{top} of the minibatch", gradient, loss_derivative(problem, K, "W", top))
        },
        shapes=(
            shape(d_L, (s.width(top - 1), "m"), each[0].shape),
            shape(s.dW(top), (s.width(top - 1), "m"), gradient.shape),
        ),
        code=code(loss_and_gradients, "/ n_samples")
        + code(by_example, "np.outer(activations[layer], delta)"),
        values=values,
        entry=entry,
        symbol=lambda index: s.dW(top, f"{index[0] + 1}{index[1] + 1}"),
        lit=frozenset({f"W{top}", "L"}),
        note="With a mean, the learning rate need not change with the size of the minibatch.",
    )


def delta(problem):
    """δ = ∂L/∂o^a with one row an example, 1/K inside; everything below inherits it."""
    K, values = problem.K, values_of(problem, problem.K)
    gradient = LOSSES[problem.loss].gradient
    single = np.concatenate([gradient(values["oa"][[n]], values["y"][[n]]) for n in range(K)])
    found, k = values["d_oa"], int(problem.y[0])
    o_nk, d_nk = "o^a_{nk}", partial("oa", "o^a_{nk}")
    own, other = "L^{(n)}", "L^{(n')}"

    def entry(index):
        return rf"\frac{{1}}{{{K}}} \cdot {q('d_oa', factor(single[index]))}"

    return Step(
        key="batch_delta",
        chapter=CHAPTER,
        title="One row an example",
        question="Where does the 1/K enter, and why only once?",
        lines=(
            Line(
                rf"{d_nk} = \frac1K \sum_{{n'=1}}^K {ratio(other, o_nk)} = \frac1K\, {ratio(own, o_nk)}",
                rf"{partial('oa', f'o^a_{{1{k + 1}}}')} = {entry((0, k))} \approx {number(found[0, k])}",
                "an example's loss depends on its own row alone",
                single / K,
            ),
            Line(
                rf"{partial('oa', 'o^a')} = \frac1K " + ROWS,
                rf"{matrix(found, 'd_oa')} \approx \frac{{1}}{{{K}}} {matrix(single)}",
                "all entries as a matrix",
                np.array([row / K for row in single]),
            ),
        ),
        claims={
            "d_oa": Claim(
                "∂L/∂o^a of the minibatch", found, loss_derivative(problem, K, "z", problem.depth + 1)
            )
        },
        shapes=(shape(partial("oa", "o^a"), ("K", "m"), found.shape),),
        code=code(loss_and_gradients, "delta = LOSSES[config.loss].gradient"),
        values=values | {"single": single},
        entry=entry,
        symbol=lambda index: partial("oa", f"o^a_{{{index[0] + 1}{index[1] + 1}}}"),
        lit=frozenset({"oa", "os", "L", "loss"}),
    )


def outer(problem):
    """(h^s)ᵀ δ is the sum over the examples of their outer products; 1ᵀδ sums the rows."""
    s, K, top = symbols(problem.depth), problem.K, problem.depth + 1
    values = values_of(problem, K)
    below = s.a_key(top - 1)
    h, d, dW, db = values[below], values["d_oa"], values[f"d_W{top}"], values[f"d_b{top}"]
    r, c = focus(problem)[-2:]
    products = np.stack([np.outer(a, g) for a, g in zip(h, d, strict=True)])
    values["outer"] = products
    h_n, d_n = s.a(top - 1, "n"), s.dz(top, "n")

    def entry(index):
        return terms(h[:5, index[0]], d[:5, index[1]], below, "d_oa") + (r" + \cdots" if K > 5 else "")

    some = " + ".join(matrix(one) for one in products[:SHOWN]) + (r" + \cdots" if K > SHOWN else "")
    return Step(
        key="batch_outer",
        chapter=CHAPTER,
        title="Why a matrix product",
        question="How do K outer products become one matrix product?",
        lines=(
            Line(
                rf"{s.dW(top)} = \sum_{{n=1}}^K ({h_n})^{{\top}}\, {d_n}",
                rf"{matrix(dW, f'd_W{top}')} \approx {some}",
                "one outer product an example; δ holds the 1/K",
                products.sum(axis=0),
            ),
            Line(
                rf"{s.dW(top, 'jk')} = \sum_{{n=1}}^K {s.a(top - 1, 'nj')}\, {s.dz(top, 'nk')}",
                rf"{s.dW(top, f'{r + 1}{c + 1}')} = {entry((r, c))} \approx {number(dW[r, c])}",
                "entry of a sum of matrices",
                np.array(
                    [[sum(a * g for a, g in zip(column, e, strict=True)) for e in d.T] for column in h.T]
                ),
            ),
            Line(
                rf"{s.dW(top)} = ({s.a(top - 1)})^{{\top}}\, {s.dz(top)}",
                rf"{matrix(dW, f'd_W{top}')} \approx {matrix(h.T, below)} {matrix(d, 'd_oa')}",
                "definition of the matrix product",
                h.T @ d,
            ),
            Line(
                rf"{s.db(top)} = \sum_{{n=1}}^K {d_n} = \mathbf{{1}}^{{\top}}\, {s.dz(top)}",
                rf"{matrix(db, f'd_b{top}')} \approx {matrix(np.ones((1, K)))} {matrix(d, 'd_oa')}",
                "the bias is an input that is always 1",
                sum(d),
                f"d_b{top}",
            ),
        ),
        claims={
            f"d_W{top}": Claim(f"∂L/∂W^{top} of the minibatch", dW, loss_derivative(problem, K, "W", top)),
            f"d_b{top}": Claim(f"∂L/∂b^{top} of the minibatch", db, loss_derivative(problem, K, "b", top)),
        },
        shapes=(
            shape(rf"({s.a(top - 1)})^{{\top}}", (s.width(top - 1), "K"), h.T.shape),
            shape(s.dz(top), ("K", "m"), d.shape),
            shape(s.dW(top), (s.width(top - 1), "m"), dW.shape),
        ),
        code=code(backpropagate, "dW = np.matmul(", "np.matmul(ones, delta"),
        values=values,
        products=(Product(below, "d_oa", f"d_W{top}", left_transposed=True),),
        entry=entry,
        symbol=lambda index: s.dW(top, f"{index[0] + 1}{index[1] + 1}"),
        lit=frozenset({below, f"W{top}", f"b{top}", "oa"}),
    )


def _of_example(problem, n):
    _, gradients = loss_and_gradients(problem.params, problem.X[[n]], problem.y[[n]], problem.without_penalty)
    return gradients[-1].W


def _doubled(problem):
    twice = [np.concatenate([one, one]) for one in (problem.X, problem.y)]
    return loss_and_gradients(problem.params, *twice, problem.without_penalty)[1][-1].W
