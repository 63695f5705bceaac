"""The range test: its rates, its losses against hand-written steps, its running mean, its suggestion."""

import itertools
import math

import numpy as np
import pytest

from data import DataConfig, load_dataset
from mlp import TrainConfig, init_params
from mlp import range_test as module
from mlp.range_test import range_test, smooth

DATASET = load_dataset(DataConfig(name="linear", n_samples=60, split="50/25/25"))  # 30 to train on
LINEAR = TrainConfig(hidden_layer_sizes=(), batch_size=7, init_seed=3, shuffle_seed=11)


def batches(n, size, seed):
    """The rows of one minibatch after the other, of orders that are shuffled anew and joined end to end."""
    rng = np.random.default_rng(seed)
    rows = itertools.chain.from_iterable(rng.permutation(n).tolist() for _ in itertools.count())
    while True:
        yield list(itertools.islice(rows, size))


def by_hand(dataset, config, rates, batch):
    """The losses of softmax regression under gradient descent, example by example, in Python floats."""
    W, b = (np.array(a, np.float64) for a in init_params(config, 2, 2)[0])
    X, y = dataset.X_train.astype(np.float64), dataset.y_train
    losses = []
    for rate, rows in zip(rates, batches(len(y), batch, config.shuffle_seed), strict=False):
        total, dW, db = 0.0, np.zeros_like(W), np.zeros_like(b)
        for row in rows:
            powers = [math.exp(z) for z in X[row] @ W + b]
            shares = np.array(powers) / sum(powers)
            total -= math.log(shares[y[row]])
            shares[y[row]] -= 1
            dW += np.outer(X[row], shares) / batch
            db += shares / batch
        losses.append(total / batch)
        W -= rate * dW
        b -= rate * db
    return losses


@pytest.mark.parametrize(("batch_size", "batch"), [(7, 7), (0, 30), (500, 30)])
def test_the_losses_are_those_of_steps_taken_by_hand_each_at_its_own_rate(batch_size, batch):
    config = TrainConfig(hidden_layer_sizes=(), batch_size=batch_size, init_seed=3, shuffle_seed=11)
    found = range_test(config, DATASET, low=1e-3, high=2.0, n_steps=20)
    expected = by_hand(DATASET, config, [1e-3 * 2000 ** (t / 19) for t in range(20)], batch)
    np.testing.assert_allclose(found.losses, expected, rtol=2e-4)
    assert found.losses[-1] < found.losses[0] / 2, "steps of that size do learn"
    np.testing.assert_allclose(found.smoothed, smooth(found.losses))


def test_the_rates_grow_by_the_same_factor_from_the_lowest_to_the_highest():
    rates = range_test(LINEAR, DATASET, low=0.001, high=0.1, n_steps=5).rates
    np.testing.assert_allclose(rates, [0.001, 0.00316227766, 0.01, 0.0316227766, 0.1])
    by_default = range_test(LINEAR, DATASET).rates
    assert (by_default[0], by_default[-1], len(by_default)) == (pytest.approx(1e-5), pytest.approx(10), 200)
    np.testing.assert_allclose(by_default[1:] / by_default[:-1], 10 ** (6 / 199))


def test_the_running_mean_has_the_weights_of_its_definition():
    rng = np.random.default_rng(0)
    losses = rng.uniform(0.1, 5, 40)
    weights = [0.9 ** np.arange(t, -1, -1) for t in range(40)]
    np.testing.assert_allclose(smooth(losses), [np.average(losses[: len(w)], weights=w) for w in weights])
    assert len(smooth([])) == 0


@pytest.mark.parametrize(
    ("smoothed", "suggestion"),
    [
        ([1.0, 1.0, 0.9, 0.5, 0.2, 0.6], (2, 4)),  # a tenth of the fall of 0.8 is made at 0.92
        ([1.0, 0.5, 0.1, 2.0], (1, 2)),
        ([2.0, 1.9, 1.0, 0.0], (2, 3)),  # 1.9 is above 2 - 0.2
        ([1.0, 3.0, 0.4, 3.0], (2, 2)),
        ([10.0, 9.5, 9.2, 9.9], None),  # falls by 8 %
        ([1.0, 1.1, 1.2, 4.0], None),
        ([1.0, 0.1], None),  # too short to tell
        ([], None),
    ],
)
def test_the_suggestion_reaches_from_a_tenth_of_the_fall_to_the_least_loss(smoothed, suggestion):
    rates = 10.0 ** np.arange(len(smoothed))
    found = module._suggest(rates, np.array(smoothed))
    assert found == (suggestion and tuple(10.0**place for place in suggestion))


def test_rates_that_are_suggested_lie_among_those_tried_and_one_that_explodes_does_not():
    config = TrainConfig(hidden_layer_sizes=(8,), batch_size=10)
    found = range_test(config, DATASET)
    low, high = found.suggestion
    assert found.rates[0] < low < high <= found.rates[-1]
    assert high == found.rates[found.smoothed.argmin()]


def test_the_test_ends_at_the_first_loss_above_four_times_the_first_one():
    rings = load_dataset(DataConfig(n_samples=120))  # which no straight line parts: the loss grows slowly
    config = TrainConfig(hidden_layer_sizes=(), batch_size=0, initializer="zeros")
    found = range_test(config, rings, low=1.0, high=1e4, n_steps=400)
    assert found.losses[0] == pytest.approx(math.log(2))
    assert 3 < len(found.losses) < 400
    assert (found.losses[:-1] < 4 * found.losses[0]).all()
    assert 4 * found.losses[0] <= found.losses[-1] < 8 * found.losses[0]
    np.testing.assert_allclose(found.rates, np.geomspace(1, 1e4, 400)[: len(found.losses)])


@pytest.mark.parametrize(
    ("init_scale", "n"), [(1.0, 1), (1e300, 0)]
)  # finite before the first step; never finite
def test_a_loss_that_is_no_number_is_left_out_and_ends_the_test(init_scale, n):
    config = TrainConfig(hidden_layer_sizes=(8,), batch_size=10, init_scale=init_scale)
    found = range_test(config, DATASET, low=1e37, high=1e38, n_steps=30)
    assert [len(part) for part in found[:3]] == [n] * 3
    assert np.isfinite(found.losses).all()
    assert found.suggestion is None
