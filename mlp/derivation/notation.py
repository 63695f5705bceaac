"""The symbols of a network in LaTeX, by layer, and its functions as formulas.

The course's names: W^1, b^1, h^a (hidden pre-activation), h^s (hidden activation), o^a, o^s (the
output layer's). With several hidden layers their number follows, h^{a,2}. Indices count from 1: i over
the units below, j over a layer's own, k over those above, or over the classes.
"""

import functools

import numpy as np

from ..activations import ACTIVATIONS
from .latex import q
from .problem import trace
from .step import Shape

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


def activation_formula(name, z, a):
    """(f(z), f'(z), rule) of an activation, in LaTeX."""
    entry = ACTIVATIONS[name]
    return entry.latex.format(z=z, a=a), entry.derivative_latex.format(z=z, a=a), entry.rule


def loss_formula(formula):
    """A formula of a Loss in the course's symbols, with the output of class k o^s_k and its target T_k."""
    p, t = q("os", "o^s"), q("y", r"\operatorname{onehot}(y)")
    entries = {"p_k": q("os", "o^s_k"), "t_k": q("y", "T_k"), "p_y": q("os", "o^s_y")}
    return formula.format(p=p, t=t, **entries)


class Symbols:
    """LaTeX for the quantities of a network with `depth` hidden layers; layer 0 is the input."""

    def __init__(self, depth):
        self.depth = depth

    def letters(self, layer):
        """(of the units below, of the layer's own units): i and j, or j and k at the output."""
        return ("j", "k") if layer == self.depth + 1 else ("i", "j")

    def width(self, layer):
        """The number of units of a layer, in LaTeX."""
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
    """∂L/∂body, marked by the key d_<key>."""
    return q(f"d_{key}", rf"\frac{{\partial {loss}}}{{\partial {body}}}")


def ratio(above, below):
    """∂above/∂below."""
    return rf"\frac{{\partial {above}}}{{\partial {below}}}"


def shape(symbol, words, dims):
    """A Shape; words are the symbols of its sides."""
    return Shape(symbol, f"({', '.join(words)})", tuple(dims))


def values_of(problem, n):
    """The named arrays of the first n examples: the keys of the marks, gradients with d_ before them."""
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
    """The unit of each layer that the lines write out, from layer 0; at the output, the true class.

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
