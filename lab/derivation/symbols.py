"""A network in LaTeX: its symbols by layer, its functions as formulas, and its quantities with values.

The coursework's names: W^1, b^1, h^a (hidden pre-activation), h^s (hidden activation), o^a, o^s (the
output layer's). With several hidden layers their number follows, h^{a,2}. Indices count from 1: i over
the units below, j over a layer's own, k over those above, or over the classes.
"""

import functools

import numpy as np

from lab.derivation import names
from lab.derivation.evidence import Claim, loss_derivative
from lab.derivation.latex import in_full, matrix, number, q
from lab.derivation.problem import trace, traced
from lab.derivation.step import Shape, Step
from mlp.activations import ACTIVATIONS

RISK = r"\hat R"  # the mean loss of the minibatch


def activation_formula(name, z, a):
    """Return (f(z), f'(z)) of an activation, in LaTeX."""
    entry = ACTIVATIONS[name]
    return entry.latex.format(z=z, a=a), entry.derivative_latex.format(z=z, a=a)


def loss_formula(formula):
    """Return a formula of a Loss in the coursework's symbols: output o^s_k and target T_k of class k."""
    p, t = q("os", "o^s"), q("y", r"\operatorname{onehot}(y)")
    entries = {"p_k": q("os", "o^s_k"), "t_k": q("y", "T_k"), "p_y": q("os", "o^s_y")}
    return formula.format(p=p, t=t, **entries)


def strengths(problem, layer="l"):
    """Return (λ₁, λ₂) in LaTeX, or (λ_{l1}, λ_{l2}) of layer l if each layer has its own strengths."""
    if problem.penalty_per_layer:
        return rf"\lambda_{{{layer}1}}", rf"\lambda_{{{layer}2}}"
    return r"\lambda_1", r"\lambda_2"


def stated_strengths(problem):
    """Return every strength of the penalty with its value, a list of LaTeX: λ₁ = 0, …"""
    penalties = problem.config.penalties()
    layers = range(1, problem.depth + 2) if problem.penalty_per_layer else (1,)
    return [
        f"{symbol} = {in_full(value)}"
        for layer in layers
        for symbol, value in zip(strengths(problem, layer), penalties[layer - 1], strict=True)
    ]


def partial(key, body, loss="L"):
    """Return ∂L/∂body in LaTeX, marked with the key d_<key>."""
    return q(f"d_{key}", rf"\frac{{\partial {loss}}}{{\partial {body}}}")


class Symbols:
    """LaTeX for the quantities of a network with `depth` hidden layers; layer 0 is the input.

    W, b, z and a take a layer and the index of an entry ("" for all); dW, db, dz and da are the derivatives
    of `loss` with respect to them: of L, the loss of one example, or of RISK, the mean loss of the minibatch.
    """

    def __init__(self, depth, loss="L"):
        self.depth, self.loss = depth, loss

    def letters(self, layer):
        """Return the index letters of the units below and of the layer itself: i, j; at the output j, k."""
        return ("j", "k") if layer == self.depth + 1 else ("i", "j")

    def width(self, layer):
        """Return the LaTeX symbol of a layer's number of units."""
        if layer == 0:
            return "d"
        if layer == self.depth + 1:
            return "m"
        return "d_h" if self.depth == 1 else f"d_{{{layer}}}"

    def _latex(self, kind, mark, layer, index=""):
        if kind in "Wb":
            key, symbol = f"{kind}{layer}", f"{kind}^{{{layer}}}"
        elif kind == "z":
            key, symbol = self.z_key(layer), self._unit("a", layer)
        else:
            key, symbol = self.a_key(layer), self._unit("s", layer)
        return mark(key, symbol if index == "" else f"{symbol}_{{{index}}}")

    def _derivative(self, kind, layer, index=""):
        return self._latex(kind, functools.partial(partial, loss=self.loss), layer, index)

    W, dW = functools.partialmethod(_latex, "W", q), functools.partialmethod(_derivative, "W")
    b, db = functools.partialmethod(_latex, "b", q), functools.partialmethod(_derivative, "b")
    z, dz = functools.partialmethod(_latex, "z", q), functools.partialmethod(_derivative, "z")
    a, da = functools.partialmethod(_latex, "a", q), functools.partialmethod(_derivative, "a")

    def z_key(self, layer):
        return "oa" if layer == self.depth + 1 else f"ha{layer}"

    def a_key(self, layer):
        if layer == 0:
            return "x"
        return "os" if layer == self.depth + 1 else f"hs{layer}"

    def _unit(self, kind, layer):
        if layer == 0:
            return "x"
        if layer == self.depth + 1:
            return f"o^{kind}"
        return f"h^{kind}" if self.depth == 1 else f"h^{{{kind},{layer}}}"


class View:
    """The first example of a problem, or all K: the values of each quantity, and how it is written.

    Gradients are those of L, the loss of the example, or of RISK, the mean loss of all K.

    The key of a gradient is d_<key>; `values` are {key: array}, and `s` the Symbols. `params`, if given,
    replace the problem's.
    """

    def __init__(self, problem, *, batch=False, params=None):
        self.problem, self.batch = problem, batch
        self.s = symbols(problem.depth, RISK if batch else "L")
        self.n = problem.K if batch else 1
        passed, s = traced(problem, self.n, params) if params else trace(problem, self.n), self.s
        self.values = {"x": passed.X, "y": passed.T, "L": passed.losses, "d_x": passed.dX}
        self._places = {"x": ("a", 0)}
        pairs = zip(params or problem.params, passed.gradients, strict=True)
        for layer, (own, gradients) in enumerate(pairs, 1):
            pre, post = s.z_key(layer), s.a_key(layer)
            keys = {f"W{layer}": "W", f"b{layer}": "b", pre: "z", post: "a"}
            self._places |= {key: (kind, layer) for key, kind in keys.items()}
            self.values |= zip(keys, (*own, passed.z[layer - 1], passed.a[layer - 1]), strict=True)
            self.values |= {f"d_W{layer}": gradients.W, f"d_b{layer}": gradients.b}
            self.values[f"d_{pre}"] = passed.dz[layer - 1]
            if layer <= problem.depth:
                self.values[f"d_{post}"] = passed.da[layer - 1]

    def latex(self, key, index=""):
        """Return the symbol of a quantity, or of its entry at that index, counted from 1."""
        kind, layer = self._places[key.removeprefix("d_")]
        return getattr(self.s, f"d{kind}" if key.startswith("d_") else kind)(layer, index)

    def step(self, *, claims, **fields):
        """Return the Step with these fields; `values` and `symbol` default to those of this View."""
        symbol = functools.partial(self.symbol, next(iter(claims)))
        return Step(claims=claims, **{"values": self.values, "symbol": symbol, "mean": self.batch} | fields)

    def symbol(self, key, index):
        """Return the symbol of the entry at an index from 0; for one example, with the unit's index alone."""
        unit_alone = not self.batch and self._places[key.removeprefix("d_")][0] in "az"
        return self.latex(key, counted(index[-1:] if unit_alone else index))

    def written_out(self, key, index, numbers):
        """Return an entry's symbol, the numbers that it is computed from, and its value."""
        return rf"{self.symbol(key, index)} = {numbers} \approx {number(self.values[key][index])}"

    def matrix(self, key, *, transposed=False):
        """Return the values of a quantity as a marked matrix."""
        values = self.values[key]
        return matrix(values.T if transposed else values, key)

    def shape(self, key, *, transposed=False):
        """Return the Shape of a quantity."""
        kind, layer = self._places[key.removeprefix("d_")]
        width, rows = self.s.width(layer), "K" if self.batch else "1"
        words = {"W": (self.s.width(layer - 1), width), "b": (width,)}.get(kind, (rows, width))
        symbol, dims = self.latex(key), self.values[key].shape
        if transposed:
            symbol, words, dims = rf"({symbol})^{{\top}}", words[::-1], dims[::-1]
        return shape(symbol, words, dims)

    def claim(self, key, of=""):
        """Return the Claim that a gradient is the numerical derivative of the mean loss, named with `of`."""
        what = names.symbol(key, self.problem.depth, loss=names.MEAN if self.batch else "L") + of
        kind, layer = self._places[key.removeprefix("d_")]
        at = (kind, layer) if layer else ("x", 1)
        return Claim(what, self.values[key], loss_derivative(self.problem, self.n, *at))


def counted(index):
    """Return an index from 0 as it is written, from 1: (0, 1) is "12"."""
    return "".join(str(i + 1) for i in index)


def ratio(above, below):
    """Return ∂above/∂below."""
    return rf"\frac{{\partial {above}}}{{\partial {below}}}"


def shape(symbol, words, dims):
    """Return a Shape; `words` are the symbols of its sides."""
    return Shape(symbol, f"({', '.join(words)})", tuple(dims))


def focus(problem):
    """Return the unit of each layer that the lines write out, from layer 0; at the output, the true class.

    In the other layers it is the unit with the largest activation for the first example.
    """
    passed = trace(problem, 1)
    hidden = [int(np.abs(a[0]).argmax()) for a in (passed.X, *passed.a[:-1])]
    return (*hidden, int(passed.y[0]))


@functools.cache
def symbols(depth, loss="L"):
    """Return the Symbols of a network; its gradients are those of `loss`."""
    return Symbols(depth, loss)
