"""Optimizers against their definitions, applied by hand to single floats."""

import math

import numpy as np
import pytest

from mlp import OPTIMIZERS, TrainConfig, init_params, loss_and_gradients, train
from mlp.network import flatten, unflatten


# The definitions of the textbook, one parameter at a time: given the gradients g_0 … g_t so far,
# the amount that step t subtracts. No state is carried along; sums are written out.
def sgd(g, rate, momentum):
    return rate * g[-1]


def one_step_momentum(g, rate, momentum):
    return rate * (g[-1] + momentum * (g[-2] if len(g) > 1 else 0.0))


def velocity(g, momentum):
    return math.fsum(momentum**age * past for age, past in enumerate(reversed(g)))


def heavy_ball(g, rate, momentum):
    return rate * velocity(g, momentum)


def nesterov(g, rate, momentum):
    return rate * (g[-1] + momentum * velocity(g, momentum))


def decayed(values, decay):
    return math.fsum((1 - decay) * decay**age * past for age, past in enumerate(reversed(values)))


def rmsprop(g, rate, momentum):
    return rate * g[-1] / (math.sqrt(decayed([x * x for x in g], 0.99)) + 1e-8)


def adam(g, rate, momentum):
    m = decayed(g, 0.9) / (1 - 0.9 ** len(g))
    s = decayed([x * x for x in g], 0.999) / (1 - 0.999 ** len(g))
    return rate * m / (math.sqrt(s) + 1e-8)


BY_HAND = {
    "sgd": sgd,
    "one_step_momentum": one_step_momentum,
    "momentum": heavy_ball,
    "nesterov": nesterov,
    "rmsprop": rmsprop,
    "adam": adam,
}


def subtracted(name, gradients, rate, momentum):
    assert name in BY_HAND, f"give this test a definition of {name}"
    return BY_HAND[name](gradients, rate, momentum)


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_a_column_of_rates_and_momenta_serves_each_run_its_own(name):
    rates, momenta = [0.1, 0.02], [0.9, 0.3]
    gradients = np.random.default_rng(0).normal(size=(4, 2, 3)) * [1.0, 1e-8, 30.0]  # the least near ε
    together = np.ones((2, 3))
    state, scratch = [np.zeros((2, 3)) for _ in range(OPTIMIZERS[name].n_states)], np.full((2, 3), np.nan)
    column = [np.array(values)[:, np.newaxis] for values in (rates, momenta)]
    for t, g in enumerate(gradients):
        OPTIMIZERS[name](together, g.copy(), state, scratch, *column, t)
    for run in (0, 1):
        for i in range(3):
            past = gradients[:, run, i].tolist()
            steps = [subtracted(name, past[: t + 1], rates[run], momenta[run]) for t in range(4)]
            assert together[run, i] == pytest.approx(1 - math.fsum(steps), rel=1e-12)


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_two_epochs_of_training_equal_a_loop_by_hand(name, blobs):
    config = TrainConfig(
        hidden_layer_sizes=(4,),
        activation="tanh",
        optimizer=name,
        learning_rate=0.05,
        momentum=0.8,
        l1=0.001,
        l2=(0.01, 0.002),
        batch_size=0,
        shuffle=False,
        epochs=2,
        init_seed=3,
        dtype="float64",
    )
    X = blobs.X_train.astype(np.float64)
    params = init_params(config, 2, 3)
    past = []
    for record in list(train(config, blobs))[1:]:
        _, gradients = loss_and_gradients(params, X, blobs.y_train, config)
        past.append(flatten(gradients))
        steps = [subtracted(name, [*slopes], 0.05, 0.8) for slopes in np.transpose(past)]
        params = unflatten(flatten(params) - steps, [(2, 4), (4, 3)])
        np.testing.assert_allclose(flatten(record.params), flatten(params), rtol=1e-9, atol=1e-12)
