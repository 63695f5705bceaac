"""Numerical derivatives of the loss with respect to any intermediate, and the comparison with them."""

import functools
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from mlp.activations import ACTIVATIONS
from mlp.checks.numerical import difference_quotient, relative_error
from mlp.losses import LOSSES, one_hot
from mlp.network import Layer, penalty

STEP = 1e-30  # of the complex step, where nothing cancels
COMPLEX = "complex step, h = 1e-30"
CENTRAL = "central difference, h = 1/1024"
SUMMED = "sums one by one, exactly rounded"
TOLERANCE = 1e-9
SMALL = 1e-6  # of two numbers below this the absolute difference counts
TINY = 1e-300  # in place of 0 where nothing is to be added to the sizes
DERIVATIVE, RECOMPUTED, SAMPLED = "derivative", "recomputed", "sampled"  # kinds of Claim
SHARE = 1e-2  # of an array's largest entry: smaller entries are held to that


@dataclass(frozen=True, eq=False)
class Claim:
    """A quantity as the engine or a line computes it (`analytic`), and found another way (`numeric`).

    `sampled` marks a numeric value that is a mean of random draws; its tolerance is a sampling error.
    """

    what: str
    analytic: np.ndarray
    numeric: np.ndarray
    scheme: str = COMPLEX
    tolerance: float = TOLERANCE
    small: float = SMALL
    sampled: bool = False

    def of(self, value):
        """Return the claim that `value` is the quantity."""
        return replace(self, analytic=np.asarray(value))

    @property
    def kind(self):
        """How it is checked: by a numerical DERIVATIVE, as a quantity RECOMPUTED, or SAMPLED."""
        if self.sampled:
            return SAMPLED
        return DERIVATIVE if self.scheme in (COMPLEX, CENTRAL) else RECOMPUTED

    @functools.cached_property
    def error(self):
        """The largest error of an entry, see `largest_error`."""
        return largest_error(self.analytic, self.numeric, self.small)

    @property
    def ok(self):
        """Whether the error is within the tolerance."""
        return self.error <= self.tolerance


def largest_error(analytic, numeric, small=SMALL):
    """max_i |a_i - n_i| / max(|a_i|, |n_i|, 0.01 max_j |n_j|, small): relative to the larger of both.

    An entry that is small beside the others of its array is held to a hundredth of the largest, since
    it inherits their rounding; what is below `small` altogether counts by its absolute size. `small`
    0 means every entry by its own size. Infinite where shapes differ or a value is not finite.
    """
    a, n = np.asarray(analytic, float), np.asarray(numeric, float)
    if a.shape != n.shape:
        return np.inf
    floor = max(small, SHARE * np.abs(n).max(initial=0.0)) if small else TINY
    error = relative_error(a, n, floor).max(initial=0.0)
    return float(error) if np.isfinite(error) else np.inf


def derivative(function, at):
    """Return ∂function/∂at by the complex step.

    `function` maps a stack (n, *at.shape) to (n, …); the result has shape (*at.shape, …).
    """
    at = np.asarray(at, float)

    def values(stack):
        return np.asarray(function(stack.reshape(-1, *at.shape)))

    slopes = difference_quotient(values, at.ravel(), np.arange(at.size), "complex", STEP)
    return slopes.reshape(at.shape + slopes.shape[1:])


def elementwise_slope(function, at):
    """Return function'(at) for every entry of `at` by the complex step; `function` acts entry by entry."""
    return derivative(function, at.ravel()).diagonal().reshape(at.shape)


def loss_derivative(problem, n, kind, layer, with_penalty=False, params=None):
    """∂L/∂quantity for the first n examples, with L recomputed from that quantity onwards.

    kind: x, z, a, W or b, of `layer` (from 1). Everything before the quantity is kept as it is. Other
    `params` may take the place of the problem's.
    """
    params = params or problem.params
    return derivative(
        lambda stack: _loss(problem, n, params, {(kind, layer): stack}, with_penalty),
        _values(problem, n, params)[kind, layer],
    )


def mean_loss(problem, n, params):
    """L of the first n examples for other parameters, which may be complex and stacked."""
    return _loss(problem, n, params, {}, with_penalty=False)


def logits_derivative(loss, logits, T):
    """∂Σ_n L_n/∂o of another loss, the logits (n, m) as they are."""
    return derivative(lambda stack: LOSSES[loss](stack, T).sum(axis=-1), logits)


def _values(problem, n, params, given=MappingProxyType({})):
    """Every quantity of the forward pass by (kind, layer), in plain NumPy; the `given` ones as they are."""
    f, a = ACTIVATIONS[problem.activation], given.get(("x", 1), problem.X[:n])
    values = {("x", 1): a}
    for layer, pair in enumerate(params, 1):
        W, b = (given.get((kind, layer), array) for kind, array in zip("Wb", pair, strict=True))
        z = given.get(("z", layer), a @ W + b[..., np.newaxis, :])
        a = given.get(("a", layer), f(z))
        values |= {("W", layer): W, ("b", layer): b, ("z", layer): z, ("a", layer): a}
    return values


def _loss(problem, n, params, given, with_penalty):
    """The mean loss of parameters with the `given` quantities in place of those computed."""
    values = _values(problem, n, params, given)
    layers = [Layer(values["W", layer], values["b", layer]) for layer in range(1, len(params) + 1)]
    T = one_hot(problem.y[:n], problem.m, float)
    loss = LOSSES[problem.loss](values["z", len(params)], T).mean(axis=-1)
    return loss + penalty(layers, problem.config) if with_penalty else loss
