"""The symbols of a network in LaTeX, by layer, and its functions as formulas.

The course's names: W^1, b^1, h^a (hidden pre-activation), h^s (hidden activation), o^a, o^s (the
output layer's). With several hidden layers their number follows, h^{a,2}. Indices count from 1: i over
the units below, j over a layer's own, k over those above, or over the classes.
"""

import functools
from typing import NamedTuple

import numpy as np

from lab.derivation.latex import q
from lab.derivation.problem import trace
from lab.derivation.step import Shape
from mlp.activations import ACTIVATIONS
from mlp.losses import LOSSES

QUANTITIES = {
    "x": "the inputs",
    "y": "the target, one-hot",
    "W": "weights",
    "b": "biases",
    "ha": "hidden pre-activations",
    "hs": "hidden activations",
    "oa": "output pre-activations, the logits",
    "os": "the output",
    "L": "the loss",
    "d_x": "gradient with respect to the inputs",
    "d_W": "gradient with respect to weights",
    "d_b": "gradient with respect to biases",
    "d_ha": "gradient with respect to hidden pre-activations",
    "d_hs": "gradient with respect to hidden activations",
    "d_oa": "gradient with respect to the logits",
}

MOST_WRITTEN = 30  # characters of an activation's formula in a table
HIDDEN = ("the first hidden layer", "the second", "the third")


class Notation(NamedTuple):
    """A quantity: its symbol in the course, in marked LaTeX; its name in the code; its meaning; its shape."""

    course: str
    code: str
    meaning: str
    shape: str


def notation(problem):
    """Return the Notation of every quantity of the forward pass, a tuple, from the inputs to the output.

    With several hidden layers one l stands for each of them; layer 0 is the input.
    """
    s, last, one = symbols(problem.depth), problem.depth + 1, problem.depth == 1
    layer, below, width = ("1", "d", "d_h") if one else ("l", "d_{l-1}", "d_l")
    which = "the hidden layer" if one else "hidden layer $l$"
    W, b = q("W", f"W^{{{layer}}}"), q("b", f"b^{{{layer}}}")
    ha, hs = (q(f"h{kind}", f"h^{kind}" if one else f"h^{{{kind},l}}") for kind in "as")
    enters = s.a(0) if one else q("hs", "h^{s,l-1}")
    start = "" if one else f"; $h^{{s,0}} = {s.a(0)}$, $d_0 = d$"
    template = ACTIVATIONS[problem.activation].latex
    f = template.format(z=ha) if len(template) <= MOST_WRITTEN else f"f({ha})"
    output = LOSSES[problem.loss].output.latex
    return (
        Notation(s.a(0), "X[:1]", "one example, a row of $d$ inputs", "(1, d)"),
        Notation(W, "W", f"weights of {which}", f"({below}, {width})"),
        Notation(b, "b", "its biases, one for each unit", f"({width}{{,}})"),
        Notation(ha, "z", f"its pre-activation, ${enters}\\, {W} + {b}${start}", f"(1, {width})"),
        Notation(hs, "a", f"its activation, ${f}$: what it passes on", f"(1, {width})"),
        Notation(s.W(last), "W", "weights of the output layer", f"({s.width(problem.depth)}, m)"),
        Notation(s.b(last), "b", "its biases, one for each class", "(m{,})"),
        Notation(
            s.z(last),
            "logits",
            f"its pre-activation, ${s.a(problem.depth)}\\, {s.W(last)} + {s.b(last)}$",
            "(1, m)",
        ),
        Notation(s.a(last), "p", f"the output, ${output}({s.z(last)})$: a number for each class", "(1, m)"),
    )


def layers_in_words(problem):
    """Return what every layer computes, with its sizes, in Markdown with LaTeX between dollars."""
    s = symbols(problem.depth)
    hidden = [
        f"${s.width(layer)} = {n}$ {'unit' if n == 1 else 'units'} in {name}"
        for layer, (n, name) in enumerate(zip(problem.hidden_layer_sizes, HIDDEN, strict=False), start=1)
    ]
    if problem.depth == 1:
        hidden[0] = hidden[0].replace(" first", "")
    inputs = f"$d = {problem.d}$ {'input' if problem.d == 1 else 'inputs'}"
    return (
        r"A layer computes $x\, W + b$: each of its units multiplies what comes in by its weights, adds the "
        "products up, and adds its bias. An example is a row, so $x$ stands on the left, and the weights of "
        f"a unit are a column of $W$. Here there are {', '.join([inputs, *hidden])} and "
        f"$m = {problem.m}$ classes."
    )


def activation_formula(name, z, a):
    """Return (f(z), f'(z), rule) of an activation, in LaTeX."""
    entry = ACTIVATIONS[name]
    return entry.latex.format(z=z, a=a), entry.derivative_latex.format(z=z, a=a), entry.rule


def loss_formula(formula):
    """Return a formula of a Loss in the course's symbols: the output of class k is o^s_k, its target T_k."""
    p, t = q("os", "o^s"), q("y", r"\operatorname{onehot}(y)")
    entries = {"p_k": q("os", "o^s_k"), "t_k": q("y", "T_k"), "p_y": q("os", "o^s_y")}
    return formula.format(p=p, t=t, **entries)


class Symbols:
    """LaTeX for the quantities of a network with `depth` hidden layers; layer 0 is the input."""

    def __init__(self, depth):
        self.depth = depth

    def letters(self, layer):
        """Return the index letters of the units below and of the layer itself: i, j; at the output j, k."""
        return ("j", "k") if layer == self.depth + 1 else ("i", "j")

    def width(self, layer):
        """Return the symbol for the number of units of a layer, in LaTeX."""
        if layer == 0:
            return "d"
        if layer == self.depth + 1:
            return "m"
        return "d_h" if self.depth == 1 else f"d_{{{layer}}}"

    def W(self, layer, index=""):
        return q(f"W{layer}", f"W^{{{layer}}}" + _sub(index))

    def b(self, layer, index=""):
        return q(f"b{layer}", f"b^{{{layer}}}" + _sub(index))

    def z(self, layer, index=""):
        return q(self.z_key(layer), self._unit("a", layer) + _sub(index))

    def a(self, layer, index=""):
        return q(self.a_key(layer), self._unit("s", layer) + _sub(index))

    def z_key(self, layer):
        return "oa" if layer == self.depth + 1 else f"ha{layer}"

    def a_key(self, layer):
        if layer == 0:
            return "x"
        return "os" if layer == self.depth + 1 else f"hs{layer}"

    def dW(self, layer, index=""):
        return partial(f"W{layer}", f"W^{{{layer}}}" + _sub(index))

    def db(self, layer, index=""):
        return partial(f"b{layer}", f"b^{{{layer}}}" + _sub(index))

    def dz(self, layer, index=""):
        return partial(self.z_key(layer), self._unit("a", layer) + _sub(index))

    def da(self, layer, index=""):
        return partial(self.a_key(layer), self._unit("s", layer) + _sub(index))

    def _unit(self, kind, layer):
        if layer == 0:
            return "x"
        if layer == self.depth + 1:
            return f"o^{kind}"
        return f"h^{kind}" if self.depth == 1 else f"h^{{{kind},{layer}}}"


def partial(key, body, loss="L"):
    """Return ∂L/∂body, marked by the key d_<key>."""
    return q(f"d_{key}", rf"\frac{{\partial {loss}}}{{\partial {body}}}")


def ratio(above, below):
    """Return ∂above/∂below."""
    return rf"\frac{{\partial {above}}}{{\partial {below}}}"


def shape(symbol, words, dims):
    """Return a Shape; `words` are the symbols of its sides."""
    return Shape(symbol, f"({', '.join(words)})", tuple(dims))


def values_of(problem, n):
    """Return {key: array} of the first n examples, by the keys of the marks; gradients are d_<key>."""
    passed, s = trace(problem, n), Symbols(problem.depth)
    values = {"x": passed.X, "y": passed.T, "L": passed.losses, "d_x": passed.dX}
    for at, (W, b) in enumerate(problem.params):
        layer = at + 1
        values |= {f"W{layer}": W, f"b{layer}": b, s.z_key(layer): passed.z[at], s.a_key(layer): passed.a[at]}
        values |= {f"d_W{layer}": passed.gradients[at].W, f"d_b{layer}": passed.gradients[at].b}
        values[f"d_{s.z_key(layer)}"] = passed.dz[at]
        if layer <= problem.depth:
            values[f"d_{s.a_key(layer)}"] = passed.da[at]
    return values


def focus(problem):
    """Return the unit of each layer that the lines write out, from layer 0; at the output, the true class.

    It is the unit of the first example with the largest activation.
    """
    passed = trace(problem, 1)
    hidden = [int(np.abs(a[0]).argmax()) for a in (passed.X, *passed.a[:-1])]
    return (*hidden, int(passed.y[0]))


@functools.cache
def symbols(depth):
    return Symbols(depth)


def _sub(index):
    return f"_{{{index}}}" if index != "" else ""
