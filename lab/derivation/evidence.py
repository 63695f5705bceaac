"""Numerical derivatives of the loss with respect to any intermediate, and the comparison with them."""

import functools
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from mlp.activations import ACTIVATIONS
from mlp.checks.numerical import difference_quotient, relative_error
from mlp.losses import LOSSES, one_hot
from mlp.network import Layer, penalty

STEP = 1e-30  # of the complex step, which has no cancellation
COMPLEX = "complex step, h = 1e-30"
CENTRAL = "central difference, h = 1/1024"
SUMMED = "summed term by term, exactly rounded"
TOLERANCE = 1e-9
SMALL = 1e-6  # below this size numbers are compared by their absolute difference
TINY = 1e-300  # in place of 0, to avoid a division by 0
DERIVATIVE, RECOMPUTED, SAMPLED = "derivative", "recomputed", "sampled"  # kinds of Claim
SHARE = 1e-2  # of an array's largest entry: smaller entries are compared relative to this


@dataclass(frozen=True, eq=False)
class Claim:
    """A quantity as the engine or a line computes it (`analytic`), and computed another way (`numeric`).

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
        """Return this claim with `value` as the analytic one."""
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

    An entry that is small next to the others of its array is compared relative to a hundredth of the
    largest, since it inherits their rounding; below `small`, errors are relative to `small`. With small=0
    every entry is compared relative to its own size. Infinite if shapes differ or a value is not finite.
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

    kind: x, z, a, W or b, of `layer` (from 1). Everything before the quantity stays fixed. `params`, if
    given, replace the problem's.
    """
    params = params or problem.params
    return derivative(
        lambda stack: _loss(problem, n, params, {(kind, layer): stack}, with_penalty),
        _values(problem, n, params)[kind, layer],
    )


def mean_loss(problem, n, params):
    """Return the mean loss of the first n examples for these parameters, which may be complex and stacked."""
    return _loss(problem, n, params, {}, with_penalty=False)


def logits_derivative(loss, logits, T):
    """Return ∂Σ_n L_n/∂o of any loss, by the complex step, at the logits (n, m)."""
    return derivative(lambda stack: LOSSES[loss](stack, T).sum(axis=-1), logits)


def _values(problem, n, params, given=MappingProxyType({})):
    """Return every quantity of the forward pass by (kind, layer), in plain NumPy; `given` replaces some."""
    f, a = ACTIVATIONS[problem.activation], given.get(("x", 1), problem.X[:n])
    values = {("x", 1): a}
    for layer, pair in enumerate(params, 1):
        W, b = (given.get((kind, layer), array) for kind, array in zip("Wb", pair, strict=True))
        z = given.get(("z", layer), a @ W + b[..., np.newaxis, :])
        a = given.get(("a", layer), f(z))
        values |= {("W", layer): W, ("b", layer): b, ("z", layer): z, ("a", layer): a}
    return values


def _loss(problem, n, params, given, with_penalty):
    """Return the mean loss with the `given` quantities in place of the computed ones."""
    values = _values(problem, n, params, given)
    layers = [Layer(values["W", layer], values["b", layer]) for layer in range(1, len(params) + 1)]
    T = one_hot(problem.y[:n], problem.m, float)
    loss = LOSSES[problem.loss](values["z", len(params)], T).mean(axis=-1)
    return loss + penalty(layers, problem.config) if with_penalty else loss
