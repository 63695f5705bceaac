"""Backpropagation on one page: its four equations in the symbols of the derivation."""

from typing import NamedTuple

from lab.derivation.latex import q
from lab.derivation.symbols import RISK, activation_formula, loss_formula, partial, symbols
from mlp.activations import ACTIVATIONS
from mlp.losses import LOSSES


class Equation(NamedTuple):
    """One of the four equations: what it computes, in a few words, and its formula in marked LaTeX."""

    name: str
    latex: str


def equations(problem):
    """Return the four Equations, for K examples: both deltas, and the gradients of the weights and biases.

    δ^l is ∂R̂/∂z of layer l, with one row per example, and R̂ is the mean loss. With several hidden layers, l
    stands for any of them.
    """
    s, top, single = symbols(problem.depth), problem.depth + 1, problem.depth == 1
    by_logits = loss_formula(LOSSES[problem.loss].gradient_latex)
    inputs = {2: s.a(1), 1: s.a(0)} if single else {"l": q("hs", "h^{s,l-1}")}  # {layer: what it gets}
    below, above, z = ("1", "2", s.z(1)) if single else ("l", "l+1", q("ha", "h^{a,l}"))
    back = rf"{_delta(above)}\, ({q('W', f'W^{{{above}}}')})^{{\top}}"
    return (
        Equation("Delta of the output layer", rf"{_delta(top)} = \frac1K \left({by_logits}\right)"),
        Equation("Delta of a hidden layer", rf"{_delta(below)} = \left({back}\right) \odot f'({z})"),
        Equation(
            "Gradient of the weights",
            r", \qquad ".join(rf"{_of('W', n)} = ({a})^{{\top}}\, {_delta(n)}" for n, a in inputs.items()),
        ),
        Equation(
            "Gradient of the biases",
            r", \qquad ".join(rf"{_of('b', n)} = \mathbf{{1}}^{{\top}}\, {_delta(n)}" for n in inputs),
        ),
    )


def symbols_in_words(problem):
    """Return what the symbols of the equations mean, in Markdown with marked LaTeX between dollars."""
    s = symbols(problem.depth)
    z, a = (s.z(1), s.a(1)) if problem.depth == 1 else (q("ha", "h^{a,l}"), q("hs", "h^{s,l}"))
    slope = activation_formula(problem.activation, z, a)[1]
    note = ACTIVATIONS[problem.activation].derivative_note
    layers = "" if problem.depth == 1 else rf" $l$ counts the layers, and ${q('hs', 'h^{s,0}')} = {s.a(0)}$."
    return (
        rf"$\delta^l$, `delta` in the code, is the gradient of the mean loss ${RISK}$ with respect to the "
        rf"pre-activation of layer $l$, with one row per example. $\mathbf{{1}}^\top$ sums the {problem.K} "
        rf"{'row' if problem.K == 1 else 'rows'}. $f'({z}) = {slope}$.{' ' * bool(note)}{note}{layers}"
    )


def _delta(layer):
    return q("d_L", rf"\delta^{{{layer}}}")


def _of(kind, layer):
    return partial(kind, f"{kind}^{{{layer}}}", RISK)
