"""Hidden-layer activation functions, each with everything that the lab knows about it.

`ACTIVATIONS[name](z, out=None)` maps pre-activations of any shape to activations elementwise; for
complex z (complex-step derivatives) it is the analytic continuation of the branch that the real part is
on. `ACTIVATIONS[name].derivative(z, a, out=None)` is f'(z), computed from z or a = f(z), whichever is
cheaper. At a kink the derivative is the left one: ReLU'(0) = 0.
"""

import functools
import math

import numpy as np

from mlp import listings
from mlp.entries import Activation, Textbook

LEAKY_SLOPE = 0.01
ZEROS_SIZE = 2**18
GELU_SCALE = (2 / np.pi) ** 0.5
GELU_CUBIC = 0.044715


def relu(z, out=None):
    """max(0, z)."""
    z = np.asarray(z)
    if z.dtype.kind == "c":
        return np.multiply(z, z.real > 0, out=out)
    zero = _zeros(z.shape, z.dtype) if z.size <= ZEROS_SIZE else 0
    return np.maximum(z, zero, out=out)


def relu_derivative(z, a, out=None):
    return np.greater(z, 0, out=out)


def leaky_relu(z, out=None):
    """z where z > 0, else 0.01 z (Maas, Hannun & Ng, 2013)."""
    if _is_complex(z):
        return np.multiply(z, np.where(z.real > 0, 1.0, LEAKY_SLOPE), out=out)
    return np.maximum(z, LEAKY_SLOPE * z, out=out)


def leaky_relu_derivative(z, a, out=None):
    return np.maximum(z > 0, z.dtype.type(LEAKY_SLOPE), out=out)


def tanh(z, out=None):
    """(e^z - e^-z) / (e^z + e^-z)."""
    return np.tanh(z, out=out)


def tanh_derivative(z, a, out=None):
    return np.subtract(1, np.multiply(a, a, out=out), out=out)


def sigmoid(z, out=None):
    """1 / (1 + e^-z)."""
    if _is_complex(z):
        return np.multiply(0.5, 1 + np.tanh(z / 2), out=out)
    with np.errstate(over="ignore"):  # e^-z = inf gives the right limit, 0
        e = np.exp(np.negative(z, out=out), out=out)
        return np.reciprocal(np.add(e, 1, out=out), out=out)


def sigmoid_derivative(z, a, out=None):
    return np.multiply(a, np.subtract(1, a, out=out), out=out)


def softplus(z, out=None):
    """ln(1 + e^z), computed as max(z, 0) + ln(1 + e^-|z|) so that no z overflows."""
    if _is_complex(z):
        positive = z.real > 0
        return np.add(z * positive, np.log1p(np.exp(np.where(positive, -z, z))), out=out)
    tail = np.log1p(np.exp(-np.abs(z)))
    return np.add(np.maximum(z, 0), tail, out=out)


def softplus_derivative(z, a, out=None):
    return sigmoid(z, out=out)


def gelu(z, out=None):
    """z/2 · (1 + tanh(√(2/π)(z + 0.044715 z³))), the tanh form (Hendrycks & Gimpel, 2016)."""
    return np.multiply(0.5 * z, 1 + np.tanh(GELU_SCALE * (z + GELU_CUBIC * z**3)), out=out)


def gelu_derivative(z, a, out=None):
    z = np.clip(z, -20, 20)  # beyond this the derivative is 0 or 1, and z² could overflow
    t = np.tanh(GELU_SCALE * (z + GELU_CUBIC * z**3))
    slope = 0.5 * z * (1 - t * t) * GELU_SCALE * (1 + 3 * GELU_CUBIC * z * z)
    return np.add(0.5 * (1 + t), slope, out=out)


def identity(z, out=None):
    """z: a network of such layers is a linear classifier, however deep."""
    return np.positive(z, out=out)


def identity_derivative(z, a, out=None):
    if out is None:
        return np.ones_like(z)
    out[...] = 1
    return out


def _is_complex(z):
    return np.asarray(z).dtype.kind == "c"


@functools.lru_cache(maxsize=32)
def _zeros(shape, dtype):
    """Return zeros to compare with: NumPy's maximum is three times as fast with an array as with a number."""
    zeros = np.zeros(shape, dtype)
    zeros.flags.writeable = False
    return zeros


def _textbook_tanh(z):
    return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))


def _textbook_sigmoid(z):
    return np.exp(z) / (1 + np.exp(z))


def _textbook_gelu_slope(z):
    t = np.tanh(_bend(z))
    return 0.5 * (1 + t) + 0.5 * z * (1 - t * t) * GELU_SCALE * (1 + 3 * GELU_CUBIC * z * z)


def _bend(z):
    return GELU_SCALE * (z + GELU_CUBIC * z * z * z)


ACTIVATIONS = {
    "relu": Activation(
        function=relu,
        derivative=relu_derivative,
        latex=r"\max(0, {z})",
        derivative_latex=r"\mathbf{{1}}[{z} > 0]",
        rule="derivative of a straight piece",
        textbook=Textbook(lambda z: z * (z > 0), lambda z: 1.0 * (z > 0), lambda z: z if z > 0 else 0.0),
        kinks=(0.0,),
        second_moment=0.5,
        second_moment_latex=r"c = \int_0^\infty z^2 \varphi(z)\, dz = "
        r"\tfrac12 \int_{-\infty}^{\infty} z^2 \varphi(z)\, dz = \tfrac12",
        second_moment_rule="symmetry of the normal density",
        listing=(listings.RELU,),
    ),
    "leaky_relu": Activation(
        function=leaky_relu,
        derivative=leaky_relu_derivative,
        latex=r"\max({z},\, 0.01\, {z})",
        derivative_latex=r"\mathbf{{1}}[{z} > 0] + 0.01\,\mathbf{{1}}[{z} \le 0]",
        rule="derivative of a straight piece",
        textbook=Textbook(
            lambda z: np.where(z > 0, z, 0.01 * z),
            lambda z: np.where(z > 0, 1.0, 0.01),
            lambda z: z if z > 0 else z / 100,
        ),
        kinks=(0.0,),
        second_moment=(1 + 0.01**2) / 2,
        listing=(listings.LEAKY_RELU,),
    ),
    "tanh": Activation(
        function=tanh,
        derivative=tanh_derivative,
        latex=r"\tanh({z})",
        derivative_latex=r"1 - \left({a}\right)^2",
        rule="derivative of tanh",
        textbook=Textbook(_textbook_tanh, lambda z: 1 - _textbook_tanh(z) ** 2, math.tanh),
        saturates=True,
        listing=(listings.TANH,),
    ),
    "sigmoid": Activation(
        function=sigmoid,
        derivative=sigmoid_derivative,
        latex=r"\sigma({z})",
        derivative_latex=r"{a}\,(1 - {a})",
        rule="derivative of σ",
        textbook=Textbook(
            _textbook_sigmoid,
            lambda z: _textbook_sigmoid(z) * (1 - _textbook_sigmoid(z)),
            lambda z: (1 + math.tanh(z / 2)) / 2,
        ),
        saturates=True,
        listing=(listings.SIGMOID, listings.SIGMOID_DERIVATIVE),
    ),
    "softplus": Activation(
        function=softplus,
        derivative=softplus_derivative,
        latex=r"\ln(1 + e^{{{z}}})",
        derivative_latex=r"\sigma({z})",
        rule="derivative of softplus",
        textbook=Textbook(
            lambda z: np.log(1 + np.exp(z)), _textbook_sigmoid, lambda z: math.log1p(math.exp(z))
        ),
        listing=(listings.SOFTPLUS, listings.SIGMOID, listings.SOFTPLUS_DERIVATIVE),
    ),
    "gelu": Activation(
        function=gelu,
        derivative=gelu_derivative,
        latex=r"\tfrac{{{z}}}{{2}}\,(1 + \tanh u({z}))",
        derivative_latex=r"\tfrac12\,(1 + \tanh u({z})) + \tfrac{{{z}}}{{2}}\,(1 - \tanh^2 u({z}))\, u'({z})",
        rule="product and chain rule",
        textbook=Textbook(
            lambda z: 0.5 * z * (1 + np.tanh(_bend(z))),
            _textbook_gelu_slope,
            lambda z: z / 2 * (1 + math.tanh(GELU_SCALE * (z + GELU_CUBIC * z**3))),
        ),
        note=r"Here $u(z) = \sqrt{2/\pi}\,(z + 0.044715\, z^3)$.",
        derivative_note=r"Here $u(z) = \sqrt{2/\pi}\,(z + 0.044715\, z^3)$ and "
        r"$u'(z) = \sqrt{2/\pi}\,(1 + 0.134145\, z^2)$.",
        listing=(listings.GELU,),
    ),
    "identity": Activation(
        function=identity,
        derivative=identity_derivative,
        latex=r"{z}",
        derivative_latex=r"1",
        rule="derivative of x",
        textbook=Textbook(lambda z: z, np.ones_like, float),
        second_moment=1.0,
        listing=(listings.IDENTITY,),
    ),
}
