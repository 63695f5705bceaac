"""The equations of a network: every quantity, forward and backward, as a formula of matrices."""

import numpy as np

from lab.derivation.names import MEAN, factor, in_code, number, symbol
from lab.derivation.problem import traced
from lab.derivation.sources import losses
from lab.derivation.sources.equation import Equation, Matrix, dot, elementwise, free
from mlp.activations import ACTIVATIONS
from mlp.losses import LOSSES

WORDS = {  # f(z) and f'(z) in plain text; other activations are written by name
    "relu": ("max(0, {0})", "1[{0} > 0]"),
    "identity": ("{0}", "1"),
    "tanh": ("tanh({0})", "1 − tanh({0})²"),
    "sigmoid": ("σ({0})", "σ({0}) · (1 − σ({0}))"),
}


class Network:
    """The equations of a network on some examples.

    `values` are {key: array}, as in `View`; `loss` names their loss if it is not the problem's. With `mean`,
    gradients are those of the mean loss of several examples; otherwise of the loss of one.
    """

    def __init__(self, problem, values, loss=None, *, mean=False, params=None):
        self.problem, self.depth, self.n, self.mean = problem, problem.depth, len(values["x"]), mean
        self.loss, self.activation = LOSSES[loss or problem.loss], problem.activation
        slopes = enumerate(traced(problem, self.n, params or problem.params).slopes, 1)
        self.values = {**values, **{f"slope{layer}": slope for layer, slope in slopes}}

    def symbol(self, key, index=()):
        """Return the symbol of a quantity, or of an entry of it."""
        return symbol(key, self.depth, index, MEAN if self.mean else "L")

    def matrix(self, key, *, transposed=False):
        """Return the Matrix of a quantity; the losses of several examples are a column."""
        values, name = np.asarray(self.values[key], float), self.symbol(key)
        sides = (0, 1) if values.ndim == 2 else (0,) if key == "L" else (1,)
        values = values.reshape(-1, 1) if key == "L" else np.atleast_2d(values)
        if transposed:
            values, name = values.T, f"{name}ᵀ" if len(name) == 1 else f"({name})ᵀ"
        return Matrix(key, name, in_code(key, self.depth), values, transposed, sides)

    def entry(self, matrix, *place):
        """Return the symbol of an entry; for a single example the index is the unit's alone."""
        index = matrix.index(*place)
        of_parameters = matrix.key.removeprefix("d_").removeprefix("J_")[0] in "Wb"
        if not self.mean and not of_parameters:
            index = () if matrix.key == "L" else index[-1:]
        return self.symbol(matrix.key, index)

    def equation(self, key):
        """Return the Equation of a quantity, or None for what is given: x, W, b and the targets."""
        bare = key.removeprefix("d_")
        kind, layer = bare.rstrip("0123456789"), bare[len(bare.rstrip("0123456789")) :]
        top = self.depth + 1
        layer = int(layer) if layer else {"x": 0}.get(bare, top)
        backward = key.startswith("d_")
        if kind in ("ha", "oa") and not backward:
            return self._affine(key, layer)
        if (kind == "hs" and not backward) or kind == "slope":
            return self._function(key, layer, int(kind == "slope"))
        if key == "os":
            return losses.output(self)
        if key == "L":
            return losses.loss(self)
        if key == "d_oa":
            return losses.output_delta(self)
        if backward and kind in ("hs", "x"):
            return self._below(key, layer)
        if backward and kind == "ha":
            return self._through(key, layer)
        if backward and kind in "Wb":
            return self._weights(layer) if kind == "W" else self._biases(layer)
        return None

    def ids(self, key, index):
        """Return the ids of the nodes and edges of the graph that an entry of a quantity stands for."""
        key = key.removeprefix("d_").removeprefix("J_")
        kind, layer = key.rstrip("0123456789"), key[len(key.rstrip("0123456789")) :]
        if kind == "W":
            z = self.z_key(int(layer))
            return [f"{self.a_key(int(layer) - 1)}.{index[0]}>{z}.{index[1]}"]
        if kind == "b":
            return [f"{self.z_key(int(layer))}.{index[0]}"]
        if kind in ("L", "risk"):
            return ["L.0"]
        if kind not in ("x", "y", "ha", "hs", "oa", "os", "slope"):
            return []
        unit = index[-1]
        if kind == "slope":
            return [f"ha{layer}.{unit}>hs{layer}.{unit}"]
        return [f"os.{unit}>L.0"] if kind == "y" else [f"{key}.{unit}"]

    def z_key(self, layer):
        return "oa" if layer == self.depth + 1 else f"ha{layer}"

    def a_key(self, layer):
        return f"hs{layer}" if layer else "x"

    def _affine(self, key, layer):
        a, W, b = self.matrix(self.a_key(layer - 1)), self.matrix(f"W{layer}"), self.matrix(f"b{layer}")
        product = dot(self.matrix(key), a, W)

        def written(n, j):
            return (*product.written(n, j), (" + ", None), (factor(b.values[0, j]), 2))

        def code(*place):
            return (*product.code(*place), (" + ", None), (b.code(0, place[1]) if place else b.code(), 2))

        return product._replace(
            parts=(a, W, b),
            signs=("", "·", "+", ""),
            compute=lambda a, W, b: a @ W + b,
            sources=lambda n, j: (*product.sources(n, j), (2, 0, j)),
            written=written,
            code=code,
        )

    def _function(self, key, layer, slope):
        f, z = ACTIVATIONS[self.activation], self.matrix(self.z_key(layer))
        by_name = (f"{self.activation}({{0}})", f"{self.activation}′({{0}})")
        words = WORDS.get(self.activation, by_name)[slope]
        name, constant = self.activation + "_derivative" * slope, "{0}" not in words

        def written(n, j):
            shown = (factor if words == "{0}" else number)(z.values[n, j])
            before, *after = words.split("{0}")
            return ((before, None), *(piece for text in after for piece in ((shown, 0), (text, None))))

        made = elementwise(
            self.matrix(key),
            (z,),
            ("f′(" if slope else "f(", ")"),
            (lambda z: 1.0 * f.derivative(z, f(z))) if slope else f,
            written,
            lambda z: ((f"{name}(", None), (z, 0), (")", None)),
        )
        return made._replace(sources=lambda *_: ()) if constant else made

    def _below(self, key, layer):
        above, W = self.matrix(f"d_{self.z_key(layer + 1)}"), self.matrix(f"W{layer + 1}", transposed=True)
        return dot(self.matrix(key), above, W)

    def _through(self, key, layer):
        da, slope = self.matrix(f"d_hs{layer}"), self.matrix(f"slope{layer}")
        return elementwise(
            self.matrix(key),
            (da, slope),
            ("", "⊙", ""),
            np.multiply,
            lambda n, j: ((factor(da.values[n, j]), 0), (" · ", None), (factor(slope.values[n, j]), 1)),
            lambda da, slope: ((da, 0), (" * ", None), (slope, 1)),
        )

    def _weights(self, layer):
        a, delta = self.matrix(self.a_key(layer - 1), transposed=True), self.matrix(f"d_{self.z_key(layer)}")
        return dot(self.matrix(f"d_W{layer}"), a, delta)

    def _biases(self, layer):
        delta, result = self.matrix(f"d_{self.z_key(layer)}"), self.matrix(f"d_b{layer}")
        if self.mean:
            one, given = f"np.ones({self.n})", "a 1 for every example"
            ones = free("b", "1ᵀ", one, np.ones(self.n), entry=lambda *_: "1", given=given, sides=())
            return dot(result, ones, delta)
        return Equation(
            result,
            (delta,),
            ("", ""),
            np.copy,
            lambda _, j: ((0, 0, j),),
            lambda _, j: ((f"{self.entry(delta, 0, j)} = ", None), (number(delta.values[0, j]), 0)),
            lambda *place: ((delta.code(*(place or (0,))), 0),),
        )

    def moved(self, key, eta, symbol, theta=None):
        """Return the Equation of parameters after a step of gradient descent, by that symbol.

        `theta` is the Matrix of the parameters before, where that is to say more than the quantity itself.
        """
        theta, gradient = theta or self.matrix(key), self.matrix(f"d_{key}")
        moved = theta.values - eta * gradient.values
        return elementwise(
            theta._replace(symbol=symbol, name=f"new_{theta.name}", values=moved, given=""),
            (theta, gradient),
            ("", f"− {eta} ·", ""),
            lambda theta, gradient: theta - eta * gradient,
            lambda r, c: (
                (number(theta.values[r, c]), 0),
                (f" − {eta} · ", None),
                (factor(gradient.values[r, c]), 1),
            ),
            lambda theta, gradient: ((theta, 0), (f" - {eta} * ", None), (gradient, 1)),
        )

    def recursion(self, layer):
        """Return the Equation of δ of a hidden layer from the δ above it: (δ Wᵀ) ⊙ f'(z)."""
        below, through = self.equation(f"d_hs{layer}"), self.equation(f"d_ha{layer}")
        slope = through.parts[1]

        def last(*place):
            return (") * ", None), (slope.code(*place), 2)

        return Equation(
            through.result,
            (*below.parts, slope),
            ("(", "·", ") ⊙", ""),
            lambda delta, W, slope: delta @ W * slope,
            lambda n, j: (*below.sources(n, j), (2, n, j)),
            lambda n, j: (
                ("(", None),
                *below.written(n, j),
                (") · ", None),
                (factor(slope.values[n, j]), 2),
            ),
            lambda *place: (("(", None), *below.code(*place), *last(*place)),
        )
