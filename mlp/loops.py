"""The same gradients with loops, over examples and over units; an epoch with them; the time each form takes.

The matrix form's few products are written out here as sums, to be compared with them. Both give the results
of `loss_and_gradients`, up to the order of the additions.
"""

import time
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from mlp.activations import ACTIVATIONS
from mlp.config import seeds_of
from mlp.losses import LOSSES, one_hot
from mlp.network import Layer, add_penalty_gradient, init_params, loss_and_gradients, penalty

SIZES = tuple(2**k for k in range(10))  # 1 to 512 examples
UNITS, EXAMPLES, MATRIX, STACKED = "loops over units", "loop over examples", "matrix", "stacked matrix"
STACK = 64
STACK_VALUES = 2**22  # parameters in all networks of a stack
HEARTBEAT = 0.12  # seconds of looping between two yields
REPEATED = 0.004  # seconds for which a fast form is repeated
MOST_SECONDS = 0.7  # of one gradient: forms that take longer are left out


def by_example(params, X, y, config):
    """Return (loss, gradients) with a loop over examples: ∂L/∂W = (1/n) Σ_i a_i δ_iᵀ, outer products."""
    activation, derivative = ACTIVATIONS[config.activation], ACTIVATIONS[config.activation].derivative
    gradients = _zeros_like(params)
    total = 0.0
    for x, t in zip(X, one_hot(y, params[-1].b.size, X.dtype), strict=True):
        activations, pre_activations = [x], []
        for layer, (W, b) in enumerate(params):
            pre_activations.append(activations[-1] @ W + b)
            if layer < len(params) - 1:
                activations.append(activation(pre_activations[-1]))
        logits = pre_activations[-1]
        total += LOSSES[config.loss](logits[np.newaxis], t[np.newaxis])[0]
        delta = LOSSES[config.loss].gradient(logits[np.newaxis], t[np.newaxis])[0]
        for layer in reversed(range(len(params))):
            gradients[layer].W[...] += np.outer(activations[layer], delta) / len(X)
            gradients[layer].b[...] += delta / len(X)
            if layer > 0:
                delta = params[layer].W @ delta
                delta = delta * derivative(pre_activations[layer - 1], activations[layer])
    return _with_penalty(total / len(X), gradients, params, config)


def by_unit(params, X, y, config):
    """Return (loss, gradients) with loops over the examples, the layers, and both ends of every weight."""
    activation, derivative = ACTIVATIONS[config.activation], ACTIVATIONS[config.activation].derivative
    gradients = _zeros_like(params)
    total = 0.0
    for x, t in zip(X, one_hot(y, params[-1].b.size, X.dtype), strict=True):
        activations, pre_activations = [list(x)], []
        for layer, (W, b) in enumerate(params):
            z = []
            for j in range(W.shape[1]):
                z_j = b[j]
                for i in range(W.shape[0]):
                    z_j = z_j + activations[-1][i] * W[i, j]
                z.append(z_j)
            pre_activations.append(z)
            if layer < len(params) - 1:
                activations.append([activation(z_j) for z_j in z])
        logits = np.array(pre_activations[-1])[np.newaxis]
        total += LOSSES[config.loss](logits, t[np.newaxis])[0]
        delta = list(LOSSES[config.loss].gradient(logits, t[np.newaxis])[0])
        for layer in reversed(range(len(params))):
            W = params[layer].W
            for j in range(W.shape[1]):
                gradients[layer].b[j] += delta[j] / len(X)
                for i in range(W.shape[0]):
                    gradients[layer].W[i, j] += activations[layer][i] * delta[j] / len(X)
            if layer > 0:
                back = []
                for i in range(W.shape[0]):
                    sum_j = 0.0
                    for j in range(W.shape[1]):
                        sum_j = sum_j + W[i, j] * delta[j]
                    slope = derivative(pre_activations[layer - 1][i], activations[layer][i])
                    back.append(sum_j * slope)
                delta = back
    return _with_penalty(total / len(X), gradients, params, config)


def _zeros_like(params):
    return tuple(Layer(np.zeros_like(W), np.zeros_like(b)) for W, b in params)


def _with_penalty(loss, gradients, params, config):
    for (W, b), gradient, (l1, l2) in zip(params, gradients, config.penalties(), strict=True):
        add_penalty_gradient(gradient.W, W, l1, l2)
        if not config.use_bias:
            gradient.b[...] = np.zeros_like(b)
    return float(loss + penalty(params, config)), gradients


class Epoch(NamedTuple):
    """The parameters after an epoch, and the seconds that its steps took."""

    params: tuple[Layer, ...]
    seconds: float


def train_epoch(form, params, X, y, config):
    """Generator: train one epoch; yield the share done, several times a second; return an Epoch.

    One step per config.batch_size examples, in the given order: the gradient from `form` (by_example, by_unit
    or loss_and_gradients), then W ← W - η ∂L/∂W and b ← b - η ∂L/∂b. The given `params` are not changed.
    """
    params = tuple(Layer(W.copy(), b.copy()) for W, b in params)
    seconds = since_yield = 0.0
    for start in range(0, len(X), config.batch_size):
        batch = slice(start, start + config.batch_size)
        inputs = X[batch].astype(config.dtype)
        before = time.perf_counter()
        _, gradients = form(params, inputs, y[batch], config)
        for (W, b), (dW, db) in zip(params, gradients, strict=True):
            W -= config.learning_rate * dW
            b -= config.learning_rate * db
        passed = time.perf_counter() - before
        seconds, since_yield = seconds + passed, since_yield + passed
        if since_yield > HEARTBEAT:
            since_yield = 0.0
            yield min(1.0, batch.stop / len(X))
    return Epoch(params, seconds)


class Timing(NamedTuple):
    """Seconds per gradient of one network over k examples; `n_networks` were computed at once."""

    form: str
    k: int
    seconds: float
    n_networks: int


def time_forms(params, X, y, config, sizes=SIZES):
    """Generator: yield the share done; return a Timing of every form at every size.

    A gradient over k examples is a sum over them, so a loop is timed in slices. A fast form is repeated, and
    the shortest time counts.
    """
    n_networks = max(1, min(STACK, STACK_VALUES // sum(a.size for layer in params for a in layer)))
    stack = _stacked(params, config, n_networks)
    each = {UNITS: 0.0, EXAMPLES: 0.0}  # seconds per example, as last measured
    timings, n_done = [], 0
    for k in sizes:
        rows = np.arange(k) % len(y)
        batch = X[rows], y[rows]
        for form, loop in ((UNITS, by_unit), (EXAMPLES, by_example)):
            if each[form] * k > MOST_SECONDS:
                continue
            seconds = 0.0
            size = int(max(1, HEARTBEAT // max(each[form], 1e-5)))
            repeated = REPEATED if k * each[form] < REPEATED else 0.0
            for start in range(0, k, size):
                cut = slice(start, start + size)
                seconds += _shortest(repeated, loop, params, batch[0][cut], batch[1][cut], config)
                yield n_done / sum(sizes)
            each[form] = seconds / k
            timings.append(Timing(form, k, seconds, 1))
        timings.append(Timing(MATRIX, k, _shortest(REPEATED, loss_and_gradients, params, *batch, config), 1))
        n_done += k
        yield n_done / sum(sizes)
        seconds = _shortest(REPEATED, loss_and_gradients, stack, *batch, config)
        timings.append(Timing(STACKED, k, seconds / n_networks, n_networks))
    return timings


def estimate(seconds_per_example):
    """Return the estimated seconds of `time_forms`: two loops, if short enough, and repetitions."""
    looped = sum(2 * seconds_per_example * k for k in SIZES if seconds_per_example * k <= MOST_SECONDS)
    return looped + 4 * len(SIZES) * REPEATED


def _shortest(seconds, function, *args):
    """Return the shortest time of one call, over as many calls as fit into `seconds`."""
    best, started = np.inf, time.perf_counter()
    while True:
        before = time.perf_counter()
        function(*args)
        now = time.perf_counter()
        best = min(best, now - before)
        if now - started >= seconds:
            return best


def _stacked(params, config, n_networks):
    """Return networks of these shapes with different weights, stacked along a leading axis."""
    n_features, n_classes = params[0].W.shape[0], params[-1].W.shape[1]
    drawn = [
        init_params(one, n_features, n_classes)
        for one in seeds_of(replace(config, dtype="float64"), n_networks)
    ]
    return tuple(Layer(*map(np.stack, zip(*layers, strict=True))) for layers in zip(*drawn, strict=True))
