"""The activations and their slopes from their textbook definitions: what the engine is held to."""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ..activations import ACTIVATIONS


class Textbook(NamedTuple):
    """f and f' of an array, as the definition writes them, and f of one float by the math module."""

    value: Callable
    slope: Callable
    scalar: Callable


ROOT, CUBIC = math.sqrt(2 / math.pi), 0.044715


def _tanh(z):
    return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))


def _sigmoid(z):
    return np.exp(z) / (1 + np.exp(z))


def _bend(z):
    return ROOT * (z + CUBIC * z * z * z)


def _gelu_slope(z):
    t = np.tanh(_bend(z))
    return 0.5 * (1 + t) + 0.5 * z * (1 - t * t) * ROOT * (1 + 3 * CUBIC * z * z)


TEXTBOOK = {
    "relu": Textbook(lambda z: z * (z > 0), lambda z: 1.0 * (z > 0), lambda z: z if z > 0 else 0.0),
    "leaky_relu": Textbook(
        lambda z: np.where(z > 0, z, 0.01 * z),
        lambda z: np.where(z > 0, 1.0, 0.01),
        lambda z: z if z > 0 else z / 100,
    ),
    "tanh": Textbook(_tanh, lambda z: 1 - _tanh(z) ** 2, math.tanh),
    "sigmoid": Textbook(
        _sigmoid, lambda z: _sigmoid(z) * (1 - _sigmoid(z)), lambda z: (1 + math.tanh(z / 2)) / 2
    ),
    "softplus": Textbook(lambda z: np.log(1 + np.exp(z)), _sigmoid, lambda z: math.log1p(math.exp(z))),
    "gelu": Textbook(
        lambda z: 0.5 * z * (1 + np.tanh(_bend(z))),
        _gelu_slope,
        lambda z: z / 2 * (1 + math.tanh(ROOT * (z + CUBIC * z**3))),
    ),
    "identity": Textbook(lambda z: z, np.ones_like, float),
}


def scalar(name, z):
    """f(z) of one float; of an activation that is not in TEXTBOOK, the engine's."""
    return TEXTBOOK[name].scalar(float(z)) if name in TEXTBOOK else float(ACTIVATIONS[name](np.asarray(z)))


def array(name, z):
    """f(z) of an array, likewise."""
    return TEXTBOOK[name].value(z) if name in TEXTBOOK else ACTIVATIONS[name](z)
