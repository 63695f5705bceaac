"""Optimizers: `OPTIMIZERS[name](theta, g, state, scratch, learning_rate, momentum, t)`.

Each updates the parameters theta (..., n_parameters) in place, given their gradient g of the same shape,
which it may overwrite. `state` are the arrays kept between steps (`OPTIMIZERS[name].n_states` of them, zero
before the first step), `scratch` is one more array of that shape. `learning_rate` and `momentum` are numbers
or columns with one entry per run; t counts the steps from 0. η is the learning rate.
"""

import numpy as np

from mlp.entries import Optimizer

EPSILON = 1e-8
RMSPROP_DECAY = 0.99
ADAM_DECAY_1, ADAM_DECAY_2 = 0.9, 0.999


def sgd(theta, g, state, scratch, learning_rate, momentum, t):
    """θ ← θ - ηg."""
    g *= learning_rate
    theta -= g


def one_step_momentum(theta, g, state, scratch, learning_rate, momentum, t):
    """θ ← θ - η(g_t + μ g_{t-1}): only the last gradient is remembered, not a sum of all."""
    (previous,) = state
    previous *= momentum
    previous += g
    previous *= learning_rate
    theta -= previous
    previous[...] = g


def momentum(theta, g, state, scratch, learning_rate, momentum, t):
    """v ← μv + g, θ ← θ - ηv (Polyak, 1964)."""
    (v,) = state
    v *= momentum
    v += g
    np.multiply(v, learning_rate, out=g)
    theta -= g


def nesterov(theta, g, state, scratch, learning_rate, momentum, t):
    """v ← μv + g, θ ← θ - η(g + μv) (Nesterov, 1983, in the form of Bengio et al., 2013)."""
    (v,) = state
    v *= momentum
    v += g
    np.multiply(v, momentum, out=scratch)
    g += scratch
    g *= learning_rate
    theta -= g


def rmsprop(theta, g, state, scratch, learning_rate, momentum, t):
    """s ← 0.99 s + 0.01 g², θ ← θ - ηg/(√s + 1e-8) (Tieleman & Hinton, 2012)."""
    (s,) = state
    _decay_towards(s, np.multiply(g, g, out=scratch), RMSPROP_DECAY)
    np.sqrt(s, out=scratch)
    scratch += EPSILON
    g /= scratch
    g *= learning_rate
    theta -= g


def adam(theta, g, state, scratch, learning_rate, momentum, t):
    """m ← 0.9 m + 0.1 g, s ← 0.999 s + 0.001 g², θ ← θ - η m̂/(√ŝ + 1e-8) (Kingma & Ba, 2015)."""
    m, s = state
    _decay_towards(s, np.multiply(g, g, out=scratch), ADAM_DECAY_2)
    np.multiply(s, 1 / (1 - ADAM_DECAY_2 ** (t + 1)), out=scratch)
    np.sqrt(scratch, out=scratch)
    scratch += EPSILON
    _decay_towards(m, g, ADAM_DECAY_1)
    np.divide(m, scratch, out=g)
    g *= 1 / (1 - ADAM_DECAY_1 ** (t + 1))
    g *= learning_rate
    theta -= g


def _decay_towards(average, value, decay):
    """average ← decay·average + (1 - decay)·value, overwriting value."""
    average *= decay
    value *= 1 - decay
    average += value


OPTIMIZERS = {
    "sgd": Optimizer(sgd, plain=True),
    "one_step_momentum": Optimizer(one_step_momentum, n_states=1, uses=("momentum",)),
    "momentum": Optimizer(momentum, n_states=1, uses=("momentum",)),
    "nesterov": Optimizer(nesterov, n_states=1, uses=("momentum",)),
    "rmsprop": Optimizer(rmsprop, n_states=1),
    "adam": Optimizer(adam, n_states=2),
}
