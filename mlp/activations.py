"""Hidden-layer activation functions and their derivatives.

`ACTIVATIONS[name](z, out=None)` maps pre-activations of any shape to activations elementwise; of
complex z, for complex-step derivatives, it is the analytic continuation of the branch that the real
part is on.
`DERIVATIVES[name](z, a, out=None)` is f'(z), given z and a = f(z), whichever is cheaper to start
from. At a kink the derivative is the left one: ReLU'(0) = 0.
"""

import functools

import numpy as np

LEAKY_SLOPE = 0.01
ZEROS_SIZE = 2**18
GELU_SCALE = (2 / np.pi) ** 0.5
GELU_CUBIC = 0.044715


def relu(z, out=None):
    """max(0, z)."""
    z = np.asarray(z)
    if np.iscomplexobj(z):
        return np.multiply(z, z.real > 0, out=out)
    zero = _zeros(z.shape, z.dtype) if z.size <= ZEROS_SIZE else 0
    return np.maximum(z, zero, out=out)


def relu_derivative(z, a, out=None):
    return np.greater(z, 0, out=out)


def leaky_relu(z, out=None):
    """z where z > 0, else 0.01 z (Maas, Hannun & Ng, 2013)."""
    if np.iscomplexobj(z):
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
    if np.iscomplexobj(z):
        return np.multiply(0.5, 1 + np.tanh(z / 2), out=out)
    with np.errstate(over="ignore"):  # e^-z = inf gives the right limit, 0
        e = np.exp(np.negative(z, out=out), out=out)
        return np.reciprocal(np.add(e, 1, out=out), out=out)


def sigmoid_derivative(z, a, out=None):
    return np.multiply(a, np.subtract(1, a, out=out), out=out)


def softplus(z, out=None):
    """ln(1 + e^z), computed as max(z, 0) + ln(1 + e^-|z|) so that no z overflows."""
    if np.iscomplexobj(z):
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
    z = np.clip(z, -20, 20)  # beyond, the derivative is 0 or 1, but z² would overflow
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


@functools.lru_cache(maxsize=32)
def _zeros(shape, dtype):
    """Zeros to compare with: NumPy's maximum of two arrays is three times as fast as with a number."""
    zeros = np.zeros(shape, dtype)
    zeros.flags.writeable = False
    return zeros


ACTIVATIONS = {
    "relu": relu,
    "leaky_relu": leaky_relu,
    "tanh": tanh,
    "sigmoid": sigmoid,
    "softplus": softplus,
    "gelu": gelu,
    "identity": identity,
}

DERIVATIVES = {
    "relu": relu_derivative,
    "leaky_relu": leaky_relu_derivative,
    "tanh": tanh_derivative,
    "sigmoid": sigmoid_derivative,
    "softplus": softplus_derivative,
    "gelu": gelu_derivative,
    "identity": identity_derivative,
}
