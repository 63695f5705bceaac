"""Problem: the small network of the derivation, its examples, and what the engine computes for them."""

import dataclasses
import functools
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mlp.activations import ACTIVATIONS
from mlp.config import NotAllowed, TrainConfig
from mlp.losses import LOSSES, one_hot
from mlp.network import Layer, Workspace, backpropagate, forward, init_params, loss_and_gradients

MARGIN = 2e-3  # minimum distance of every hidden pre-activation from 0 and from a kink
DRAWS = 500  # tries to draw a network that meets these conditions
LARGEST_PENALTY = 10
SHARED = ("hidden_layer_sizes", "activation", "loss", "l1", "l2")  # fields that the TrainConfig has as well
LARGEST_SEED = 2**32 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A small network with K examples: d inputs, hidden layers, m classes, all drawn from `seed`.

    Inputs, weights and biases have two decimals, so that the numbers shown are exactly those computed with.
    No bias and no weight is 0, no hidden pre-activation is at a kink, and the first example's loss depends
    on its inputs. `drawn_for` is the loss for which that holds, `loss` if empty. The sizes are those that
    `lab.links.pages` allows. Raise NotAllowed (field, value and what is allowed) for any other field that
    cannot be used.
    """

    d: int = 2
    hidden_layer_sizes: tuple[int, ...] = (3,)
    m: int = 2
    activation: str = "relu"
    loss: str = "softmax_cross_entropy"
    l1: float | tuple[float, ...] = 0.0  # one number, or one per layer
    l2: float | tuple[float, ...] = 0.0
    K: int = 3
    seed: int = 0
    drawn_for: str = ""

    def __post_init__(self):
        if not 0 <= self.seed <= LARGEST_SEED:
            raise NotAllowed("seed", self.seed, f"whole numbers from 0 to {LARGEST_SEED}")
        for name in ("l1", "l2"):
            value = getattr(self, name)
            each = value if isinstance(value, tuple) else (value,)
            if not all(0 <= one <= LARGEST_PENALTY for one in each):
                raise NotAllowed(name, value, f"numbers from 0 to {LARGEST_PENALTY}")
        _config(self)  # checks the fields that the TrainConfig has as well

    def under(self, loss):
        """Return the Problem with the same network and examples and another loss."""
        return dataclasses.replace(self, loss=loss, drawn_for=self.drawn_for or self.loss)

    @property
    def config(self):
        """The TrainConfig of this network, in float64, with all K examples as one batch."""
        return _config(self)

    @property
    def without_penalty(self):
        """The config with l1 = l2 = 0, for the gradients of the data loss alone."""
        return _config(dataclasses.replace(self, l1=0.0, l2=0.0))

    @property
    def penalty_per_layer(self):
        """Whether a penalty strength is given layer by layer instead of as one number for all layers."""
        return isinstance(self.l1, tuple) or isinstance(self.l2, tuple)

    @property
    def sizes(self):
        """(d, hidden sizes …, m)."""
        return (self.d, *self.hidden_layer_sizes, self.m)

    @property
    def depth(self):
        """The number of hidden layers; layer depth + 1 is the output layer."""
        return len(self.hidden_layer_sizes)

    @property
    def params(self):
        """Tuple of Layer; no bias is 0."""
        return _drawn(self)[0]

    @property
    def X(self):
        """The inputs, (K, d)."""
        return _drawn(self)[1]

    @property
    def y(self):
        """The class ids, (K,), from 0."""
        return _drawn(self)[2]


class Pass(NamedTuple):
    """What the engine computes for some examples, forward and backward; L is their mean loss.

    z, a, dz, da have one entry per layer, index 0 for layer 1, with one row per example. a[-1] is the
    output; da (∂L/∂a) and `slopes` (f'(z)) exist for hidden layers only. `gradients` are ∂L/∂W and ∂L/∂b
    without penalty.
    """

    X: np.ndarray
    y: np.ndarray
    T: np.ndarray
    z: tuple[np.ndarray, ...]
    a: tuple[np.ndarray, ...]
    losses: np.ndarray
    dz: tuple[np.ndarray, ...]
    da: tuple[np.ndarray, ...]
    dX: np.ndarray
    gradients: tuple[Layer, ...]
    slopes: tuple[np.ndarray, ...]


def input_gradient(delta, W):
    """Return ∂L/∂x = δ Wᵀ from the first layer's δ (n_samples, units) and W (n_features, units)."""
    return np.matmul(delta, W.mT)


@functools.lru_cache(maxsize=64)
def trace(problem, n):
    """Return the Pass of the first n examples."""
    return traced(problem, n, problem.params)


def traced(problem, n, params):
    """Return the Pass of the first n examples through a network with other parameters."""
    config, X, y = problem.config, problem.X[:n], problem.y[:n]
    passed = forward(params, X, config)
    z, hidden = passed.pre_activations, passed.activations[:-1]
    T = one_hot(y, problem.m, X.dtype)
    delta = LOSSES[config.loss].gradient(z[-1], T) / n
    buffers = [tuple(np.empty_like(one) for one in z[:-1]) for _ in range(2)]
    work = Workspace((), (), *buffers, np.ones(len(X), X.dtype))
    gradients = backpropagate(params, X, z, hidden, delta, config, out=work)
    dz = (*work.deltas, delta)
    da = tuple(np.matmul(above, W.mT) for above, (W, _) in zip(dz[1:], params[1:], strict=True))
    derivative = ACTIVATIONS[config.activation].derivative
    return Pass(
        X=X,
        y=y,
        T=T,
        z=z,
        a=passed.activations,
        losses=LOSSES[config.loss](z[-1], T),
        dz=dz,
        da=da,
        dX=input_gradient(dz[0], params[0].W),
        gradients=tuple(gradients),
        slopes=tuple(1.0 * derivative(pre, a) for pre, a in zip(z[:-1], hidden, strict=True)),
    )


@functools.lru_cache(maxsize=64)
def _config(problem):
    shared = {name: getattr(problem, name) for name in SHARED}
    return TrainConfig(**shared, init_seed=problem.seed, batch_size=0, dtype="float64")


@functools.lru_cache(maxsize=64)
def _drawn(problem):
    """Return (params, X, y) of the problem: the first draw that meets its conditions."""
    rng = np.random.default_rng(problem.seed)
    config = _config(dataclasses.replace(problem, loss=problem.drawn_for or problem.loss))
    weights = [W for W, _ in init_params(config, problem.d, problem.m)]
    for _ in range(DRAWS):
        params = tuple(
            Layer(_two_decimals(W), _two_decimals(rng.normal(0, 0.4, W.shape[1]))) for W in weights
        )
        X = _two_decimals(rng.uniform(-1.5, 1.5, (problem.K, problem.d)))
        y = rng.integers(0, problem.m, problem.K)
        if _regular(params, X, y, config):
            break
        weights = [rng.uniform(-1, 1, W.shape) * (6 / sum(W.shape)) ** 0.5 for W in weights]
    for array in (X, y, *(array for layer in params for array in layer)):
        array.flags.writeable = False
    return params, X, y


def _regular(params, X, y, config):
    passed = forward(params, X, config)
    kinks = {0.0, *ACTIVATIONS[config.activation].kinks}
    if min(np.abs(z - kink).min() for z in passed.pre_activations[:-1] for kink in kinks) < MARGIN:
        return False
    _, gradients = loss_and_gradients(params, X[:1], y[:1], config)
    return bool(np.abs(gradients[0].b).max() > MARGIN)


def _two_decimals(values):
    rounded = np.round(values, 2)
    return np.where(rounded == 0, np.copysign(0.01, values), rounded)
