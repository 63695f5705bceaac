"""The size of the signal in an untrained network, layer by layer, measured and predicted.

z_l is a pre-activation, a_l = f(z_l) an activation, δ_l = ∂ℓ/∂z_l the gradient of one example's loss.
Each layer multiplies the variance of what passes through it, forward and backward, by a factor that
the initializer sets; over many layers the factors' product decides whether anything can be learned.
"""

import itertools
from typing import NamedTuple

import numpy as np

from mlp.activations import ACTIVATIONS
from mlp.initializers import INITIALIZERS
from mlp.losses import LOSSES, one_hot
from mlp.network import propagate

FLAT = 0.05  # a slope below this share of the activation's largest passes almost nothing back
DEAD = 1e-3  # a unit whose slope stays below this for every example passes nothing back
ROUNDED = 4.0  # times u: values apart by no more than this share of the largest differ by rounding alone
LOGIT_DRAWS = 256  # random logits per example, for the prediction of the gradient at the output


class Signal(NamedTuple):
    """One entry per layer, from the first hidden layer to the output layer, all of shape (n_layers,).

    `activation` is the variance of a_l over units and examples (of the logits, for the output layer), 0 if
    they differ by rounding alone; `gradient` is the mean square of δ_l over units and examples. `flat` is the
    share of units and examples where f'(z_l) is below 5% of its largest value, `dead` the share of units
    where it is below 0.001 for every example; both are NaN for the output layer, and for a prediction. The
    logits are few and are measured about their own mean, so their variance is a little below the prediction.
    """

    activation: np.ndarray
    gradient: np.ndarray
    flat: np.ndarray
    dead: np.ndarray


def measure(params, X, y, config):
    """Return the Signal of one network on the examples X (n_samples, n_features), y (n_samples,)."""
    derivative = ACTIVATIONS[config.activation].derivative
    largest = largest_slope(config.activation)
    n_layers = len(params)
    activation, gradient, flat, dead = (np.full(n_layers, np.nan) for _ in range(4))
    with np.errstate(all="ignore"):
        pre_activations, hidden = propagate(params, X, config)
        activation[-1] = _variance(pre_activations[-1])
        for layer, delta in deltas(params, pre_activations, hidden, y, config):
            gradient[layer] = _mean_square(delta)
        for layer, (z, a) in enumerate(zip(pre_activations, hidden, strict=False)):
            slope = np.abs(derivative(z, a) * 1.0)
            activation[layer] = _variance(a)
            flat[layer] = np.mean(slope < FLAT * largest)
            dead[layer] = np.mean((slope < DEAD).all(axis=0))
    return Signal(activation, gradient, flat, dead)


def deltas(params, pre_activations, hidden, y, config):
    """Generator: (layer, δ = ∂ℓ/∂z (n_samples, n_units)) from the output layer back to the first, layer 0.

    `pre_activations` and `hidden` are those of `propagate`; every example has the gradient of its own loss.
    """
    derivative, logits = ACTIVATIONS[config.activation].derivative, pre_activations[-1]
    delta = LOSSES[config.loss].gradient(logits, one_hot(y, logits.shape[-1], logits.dtype))
    yield len(params) - 1, delta
    for layer in reversed(range(len(params) - 1)):
        delta = (delta @ params[layer + 1].W.mT) * derivative(pre_activations[layer], hidden[layer])
        yield layer, delta


def predict(X, y, config, n_classes):
    """Return the Signal that the variance recursion predicts for wide layers, drawn as `config` says.

    For one example, every z_l is N(0, q_l) over random weights with variance σ²_l:
        q_1 = σ²_1 Σ_i x_i²,   q_{l+1} = σ²_{l+1} n_l E[f(z_l)²],
        E[δ_l²] = n_{l+1} σ²_{l+1} E[δ_{l+1}²] E[f'(z_l)²],
    where n_l is the number of units of layer l, the expectations are over z_l, and δ and f' are assumed
    independent. At the output, E[δ²] is for logits N(0, q). The result is the mean over the examples.
    (Glorot & Bengio, 2010; He et al., 2015; Poole et al., 2016; Schoenholz et al., 2017.)
    """
    sizes = config.layer_sizes(X.shape[1], n_classes)
    variances = [
        config.init_scale * config.init_scale * INITIALIZERS[config.initializer].variance(n, m)
        for n, m in itertools.pairwise(sizes)
    ]
    activation, slopes = [], []
    with np.errstate(all="ignore"):
        q = variances[0] * np.square(X, dtype=np.float64).sum(axis=1)
        for units, variance in zip(sizes[1:-1], variances[1:], strict=True):
            mean, square, spread, slope = _moments(config.activation, q)
            activation.append(np.where(q > 0, spread, 0.0).mean() + _variance(mean))
            slopes.append(slope)
            q = variance * units * square
        activation.append(q.mean())
        rng = np.random.default_rng(0)
        logits = rng.standard_normal((LOGIT_DRAWS, len(X), n_classes)) * np.sqrt(q)[:, np.newaxis]
        delta = LOSSES[config.loss].gradient(logits, one_hot(y, n_classes, np.float64))
        squares = np.square(delta).mean(axis=(0, 2))
        gradient = [squares.mean()]
        for units, variance, slope in zip(sizes[:1:-1], variances[:0:-1], slopes[::-1], strict=True):
            squares = units * variance * squares * slope
            gradient.append(squares.mean())
    unknown = np.full(len(variances), np.nan)
    return Signal(np.array(activation), np.array(gradient[::-1]), unknown, unknown)


def factor_a_layer(values):
    """Return the geometric mean of the ratios of consecutive values: the factor per layer.

    NaN if there are fewer than two values, or if one is 0 or not finite.
    """
    values = np.asarray(values, float)
    if len(values) < 2 or not np.isfinite(values).all() or (values <= 0).any():
        return np.nan
    first, last = values[[0, -1]] ** (1 / (len(values) - 1))
    return float(last / first)


def _moments(activation, q):
    """Return E[f(z)], E[f(z)²], Var[f(z)] and E[f'(z)²] for z ~ N(0, q), each with one entry per q."""
    g, weight = _gaussian_nodes()
    z = np.sqrt(q)[:, np.newaxis] * g
    a = ACTIVATIONS[activation](z)
    slope = ACTIVATIONS[activation].derivative(z, a) * 1.0
    mean = a @ weight
    spread = np.square(a - mean[:, np.newaxis]) @ weight
    spread = np.where(_by_rounding(spread, np.abs(a).max(axis=1), a.dtype), 0.0, spread)
    return mean, (a * a) @ weight, spread, (slope * slope) @ weight


def _gaussian_nodes(n=401, reach=9.0, bend=12.0):
    """Return nodes and weights for E[h(g)], g ~ N(0, 1): the trapezoid rule in t, with g ∝ sinh(bend·t).

    The nodes are dense near 0, where activations have their kinks and, for large variances, their steps.
    """
    t = np.linspace(-1, 1, n)
    g = reach * np.sinh(bend * t) / np.sinh(bend)
    weight = np.cosh(bend * t) * np.exp(-g * g / 2)
    return g, weight / weight.sum()


def _variance(values):
    """Return the variance of all these values, 0 if they differ by rounding alone."""
    variance = values.var(dtype=np.float64)
    rounded = np.ptp(values) == 0 or _by_rounding(variance, np.abs(values).max(), values.dtype)
    return 0.0 if rounded else variance


def _by_rounding(variance, largest, dtype):
    """Return whether rounding explains the variance of values up to `largest`."""
    return np.sqrt(variance) < ROUNDED * np.finfo(dtype).eps / 2 * largest


def _mean_square(delta):
    return np.square(delta, dtype=np.float64).mean()


def largest_slope(activation):
    """Return the largest |f'(z)| of an activation on a fine grid of z from -40 to 40."""
    z = np.linspace(-40, 40, 8001)
    return np.abs(ACTIVATIONS[activation].derivative(z, ACTIVATIONS[activation](z)) * 1.0).max()
