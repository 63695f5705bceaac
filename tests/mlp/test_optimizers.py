"""Optimizers against their definitions, applied by hand to single floats."""

import math

import numpy as np
import pytest

from mlp import OPTIMIZERS, Layer, TrainConfig, init_params, loss_and_gradients, train, train_many


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


def state_of(name, shape):
    return [np.zeros(shape) for _ in range(OPTIMIZERS[name].n_states)], np.full(shape, np.nan)


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_three_steps_down_a_bowl_are_those_computed_by_hand(name):
    # f(u, v) = u² + 10 v², gradient (2u, 20v), from (1, -2)
    rate, momentum, slopes = 0.04, 0.7, (2.0, 20.0)
    point, seen = [1.0, -2.0], [[], []]
    theta = np.array(point)
    state, scratch = state_of(name, 2)
    for t in range(3):
        gradient = theta * slopes
        OPTIMIZERS[name](theta, gradient, state, scratch, rate, momentum, t)
        for i in (0, 1):
            seen[i].append(slopes[i] * point[i])
            point[i] -= subtracted(name, seen[i], rate, momentum)
        np.testing.assert_allclose(theta, point, rtol=1e-13, err_msg=f"step {t}")


@pytest.mark.parametrize(
    ("name", "expected"),
    [  # from θ = 1 with η = 0.1, μ = 0.5 and the gradients 1, 2, worked out on paper
        ("sgd", [0.9, 0.7]),
        ("one_step_momentum", [0.9, 0.65]),  # 0.9 - 0.1 (2 + 0.5·1)
        ("momentum", [0.9, 0.65]),  # v = 1, 2.5
        ("nesterov", [0.85, 0.525]),  # 1 + 0.5·1 and 2 + 0.5·2.5
        ("rmsprop", [0.0, -2 / math.sqrt(4.99)]),  # s = 0.01, 0.0499: 0.1·2/√0.0499 = 2/√4.99
        ("adam", [0.9, 0.9 - 0.1 * (0.29 / 0.19) / math.sqrt(0.004999 / 0.001999)]),
    ],
)
def test_two_steps_worked_out_on_paper(name, expected):
    theta = np.array([1.0])
    state, scratch = state_of(name, 1)
    path = []
    for t, g in enumerate([1.0, 2.0]):
        OPTIMIZERS[name](theta, np.array([g]), state, scratch, 0.1, 0.5, t)
        path.append(theta[0])
    assert path == pytest.approx(expected, abs=2e-7)  # on paper the 1e-8 was left out


@pytest.mark.parametrize(
    ("name", "expected"), [("rmsprop", 1e-8 / (math.sqrt(0.01) * 1e-8 + 1e-8)), ("adam", 0.5)]
)
def test_the_small_constant_stands_outside_the_root(name, expected):
    # With a gradient of 1e-8 the constant is as large as the root: inside it would not matter,
    # as √(1e-16 + 1e-8) is 1e-4 and the step 1e-4.
    theta = np.array([0.0])
    state, scratch = state_of(name, 1)
    OPTIMIZERS[name](theta, np.array([1e-8]), state, scratch, 1.0, 0.9, 0)
    assert -theta[0] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_a_column_of_rates_and_momenta_serves_each_run_its_own(name):
    rates, momenta = [0.1, 0.02], [0.9, 0.3]
    gradients = np.random.default_rng(0).normal(size=(4, 2, 3))
    together = np.ones((2, 3))
    state, scratch = state_of(name, (2, 3))
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
        past.append(gradients)
        moved = []
        for layer, (W, b) in enumerate(params):
            arrays = []
            for kind, values in enumerate((W, b)):
                step = np.empty_like(values)
                for at in np.ndindex(values.shape):
                    seen = [float(g[layer][kind][at]) for g in past]
                    step[at] = subtracted(name, seen, 0.05, 0.8)
                arrays.append(values - step)
            moved.append(type(params[0])(*arrays))
        params = tuple(moved)
        for ours, theirs in zip(params, record.params, strict=True):
            np.testing.assert_allclose(theirs.W, ours.W, rtol=1e-9, atol=1e-12)
            np.testing.assert_allclose(theirs.b, ours.b, rtol=1e-9, atol=1e-12)


def test_plain_steps_of_a_stack_subtract_each_runs_rate_times_its_gradient_and_penalties(blobs):
    shared = {
        "hidden_layer_sizes": (5,),
        "activation": "tanh",
        "batch_size": 0,
        "shuffle": False,
        "epochs": 3,
    }
    shared |= {"dtype": "float64", "optimizer": "sgd"}
    runs = [  # learning rate, l1 and l2 by layer, initializer
        (0.05, (0.02, 0.0), (0.0, 0.3), "he_normal"),
        (0.4, (0.0, 0.01), (0.1, 0.0), "he_normal"),
        (0.1, (0.5, 0.5), (0.5, 0.5), "zeros"),  # sign(0) = 0
        (0.2, (0.0, 0.0), (0.0, 0.0), "constant"),
    ]
    configs = [
        TrainConfig(**shared, learning_rate=rate, l1=l1, l2=l2, initializer=name)
        for rate, l1, l2, name in runs
    ]
    X = blobs.X_train.astype(np.float64)
    expected = [init_params(config, 2, 3) for config in configs]
    for records in list(train_many(configs, blobs))[1:]:
        for run, (rate, l1, l2, _) in enumerate(runs):
            slopes = loss_and_gradients(expected[run], X, blobs.y_train, TrainConfig(**shared))[
                1
            ]  # no penalty
            moved = []
            for layer, ((W, b), (dW, db)) in enumerate(zip(expected[run], slopes, strict=True)):
                pull = l1[layer] * np.sign(W) + 2 * l2[layer] * W
                moved.append(Layer(W - rate * (dW + pull), b - rate * db))
            expected[run] = moved
            for ours, theirs in zip(records[run].params, moved, strict=True):
                np.testing.assert_allclose(ours.W, theirs.W, rtol=1e-11, atol=1e-15)
                np.testing.assert_allclose(ours.b, theirs.b, rtol=1e-11, atol=1e-15)


def test_the_pinned_optimizers_are_there():
    assert BY_HAND.keys() <= OPTIMIZERS.keys()
