"""A backward pass divided into steps, each of which a mistake can change.

Without mistakes its gradients equal those of `mlp.loss_and_gradients`; a test checks this.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mlp.activations import ACTIVATIONS
from mlp.config import TrainConfig
from mlp.losses import LOSSES, one_hot
from mlp.network import Layer

FORWARD, DELTA, MEAN, INPUTS, DW, DB, DA, SLOPE, PENALTY_W, PENALTY_B, ALL = (
    *("activations", "delta", "mean", "inputs", "dW", "db", "da", "slope"),
    *("penalty_W", "penalty_b", "all"),
)
LAYERED = (INPUTS, DW, DB, DA, SLOPE, PENALTY_W, PENALTY_B)  # the steps that every layer has


@dataclass
class At:
    """The state of the backward pass that the steps can read.

    `z`, `inputs` and `params` have one entry per layer, from 0; inputs[0] is X. `layer` is the layer whose
    gradient is computed, `delta` its ∂L/∂z, and `dW` its gradient once it is known.
    """

    config: TrainConfig
    params: tuple[Layer, ...]
    X: np.ndarray
    y: np.ndarray
    T: np.ndarray
    z: list = field(default_factory=list)
    inputs: list = field(default_factory=list)
    layer: int = 0
    delta: Any = None
    dW: Any = None

    @property
    def n(self):
        """The number of examples in the batch."""
        return len(self.X)

    @property
    def logits(self):
        """The pre-activations of the output layer."""
        return self.z[-1]

    @property
    def loss(self):
        """The Loss of the network, from the registry."""
        return LOSSES[self.config.loss]

    @property
    def activation(self):
        """The Activation of the network, from the registry."""
        return ACTIVATIONS[self.config.activation]

    @property
    def output(self):
        """The network's output, such as softmax of the logits."""
        return self.loss.output(self.logits)

    @property
    def W(self):
        """The weights of the layer."""
        return self.params[self.layer].W


def gradients(batch, effects=()):
    """Return the gradients of a `Batch` from a program with mistakes, a list of Layer; [] if it stops.

    `effects` are pairs (step, function(at, value)): the function returns the wrong value in place of the
    right one. Effects on the same step apply one after the other.
    """
    changes = {}
    for step, effect in effects:
        changes.setdefault(step, []).append(effect)

    def taken(step, value):
        for effect in changes.get(step, ()):
            value = effect(at, value)
        return value

    config, params = batch.config, batch.params
    T = one_hot(batch.y, params[-1].W.shape[1], batch.X.dtype)
    at = At(config, params, batch.X, batch.y, T)
    try:
        with np.errstate(all="ignore"):
            _forward(at, taken)
            return _backward(at, taken)
    except ValueError:  # shapes that do not fit: such a program stops and saves nothing
        return []


def _forward(at, taken):
    a = at.X
    for layer, (W, b) in enumerate(at.params):
        at.layer = layer
        at.inputs.append(a)
        at.z.append(a @ W + b if at.config.use_bias else a @ W)
        a = taken(FORWARD, at.activation(at.z[-1]))


def _backward(at, taken):
    at.delta = taken(MEAN, taken(DELTA, at.loss.gradient(at.logits, at.T)) / at.n)
    found = []
    for layer in reversed(range(len(at.params))):
        at.layer, (W, b) = layer, at.params[layer]
        at.dW = taken(DW, taken(INPUTS, at.inputs[at.layer]).T @ at.delta)
        db = taken(DB, at.delta.sum(axis=0) if at.config.use_bias else np.zeros_like(b))
        l1, l2 = at.config.penalties()[at.layer]
        pull = taken(PENALTY_W, l1 * np.sign(W) + 2 * l2 * W)
        found.append(Layer(at.dW + pull, db + taken(PENALTY_B, np.zeros_like(b))))
        if at.layer > 0:
            da = taken(DA, at.delta @ W.T)
            at.delta = da * taken(SLOPE, slope(at, at.layer - 1))
    found = taken(ALL, found[::-1])
    for (dW, db), (W, b) in zip(found, at.params, strict=True):
        if dW.shape != W.shape or db.shape != b.shape:
            raise ValueError("A gradient does not have the shape of its parameter.")
    return found


def slope(at, layer):
    """Return f'(z) of a hidden layer, counted from 0."""
    z = at.z[layer]
    return at.activation.derivative(z, at.activation(z))
