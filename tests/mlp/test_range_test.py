"""The range test: its rates, its losses against hand-written steps, its running mean, its interval."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from data import DataConfig, load_dataset
from mlp import SCHEDULES, TrainConfig, init_params, train_many
from mlp import range_test as module
from mlp.epochs import learning_rates
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


BEFORE = [1.0] * 9  # steps before the running mean is looked at


@pytest.mark.parametrize(
    ("means", "places"),  # of half of the fall, and of the last mean at which half is not lost again
    [
        ([1.0, 0.9, 0.6, 0.2, 0.3, 0.61, 0.2], (2, 4)),
        ([1.0, 0.5, 0.1, 0.2], (1, 3)),
        ([2.0, 1.9, 1.0, 0.0, 3.0], (2, 3)),
        ([1.0, 3.0, 0.4, 3.0], (2, 2)),
        ([10.0, 9.5, 9.2, 9.9], None),  # falls by 8%
        ([1.0, 1.1, 1.2, 4.0], None),
        ([1.0], None),  # too short to tell
    ],
)
def test_the_interval_reaches_from_the_sum_of_rates_at_half_of_the_fall_to_where_it_is_lost(means, places):
    smoothed = np.array([*BEFORE, *means])
    rates = 2.0 ** np.arange(len(smoothed))
    found = module._interval(rates, smoothed, n_training=10_000.0)
    if places is None:
        assert found is None
        return
    half, last = places
    assert found.halfway == rates[9 + half]
    assert found.high == rates[9 + last]
    assert found.is_lost is any(mean > (means[0] + min(means)) / 2 for mean in means[last + 1 :])
    assert not found.is_short
    assert found.low * 10_000 == pytest.approx(sum(2.0**k for k in range(10 + half))) == found.total


def test_a_lucky_first_minibatch_is_no_fall_and_a_short_training_begins_at_the_least_loss():
    assert module._interval(np.arange(12.0), np.array([0.2, *[1.0] * 11]), 100.0) is None
    found = module._interval(2.0 ** np.arange(13), np.array([*BEFORE, 1.0, 0.8, 0.4, 3.0]), 1.0)
    assert (found.low, found.high) == (2.0**11, 2.0**11)
    assert found.is_short, "the rates before sum to 2^11 - 1 and more"
    assert module._interval(2.0 ** np.arange(13), np.array([*BEFORE, 1.0, 0.8, 0.4, 3.0]), 0.0) is None


@pytest.mark.parametrize("schedule", sorted(SCHEDULES))
def test_a_trainings_rates_are_those_of_its_schedule_added_up(schedule):
    config = TrainConfig(hidden_layer_sizes=(), schedule=schedule, learning_rate=0.5, learning_rate_min=1e-9)
    config = replace(config, batch_size=7, epochs=6, cycle_steps=4)
    total = learning_rates([config], np.arange(5 * 6), 5).sum()  # 30 examples are 5 steps per epoch
    assert module.full_steps(config, 30) == pytest.approx(total / 0.5, rel=1e-6)
    if schedule == "constant":
        assert module.full_steps(replace(config, batch_size=0), 30) == 6


BASE = TrainConfig(hidden_layer_sizes=(8, 8), epochs=30, batch_size=16)
BASES = {
    "circles": (DataConfig(), BASE),
    "moons": (DataConfig(name="moons"), BASE),
    "xor": (DataConfig(name="xor"), BASE),
    "momentum": (DataConfig(), replace(BASE, optimizer="momentum")),
    "adam": (DataConfig(), replace(BASE, optimizer="adam")),
    "the whole training set at once": (DataConfig(), replace(BASE, batch_size=0)),
    "cosine": (DataConfig(), replace(BASE, schedule="cosine")),
    "tanh on spirals": (DataConfig(name="spirals"), replace(BASE, activation="tanh")),
}


@pytest.mark.slow
@pytest.mark.parametrize(("data", "base"), BASES.values(), ids=list(BASES))
def test_the_interval_contains_the_rates_that_a_sweep_finds_best(data, base):
    dataset, rates = load_dataset(data), 10.0 ** np.arange(-4, 2.5, 0.5)
    configs = [replace(base, learning_rate=rate, init_seed=k) for rate in rates.tolist() for k in range(3)]
    *_, records = train_many(configs, dataset)
    interval = range_test(base, dataset).interval
    for name, sign in (("valid_loss", 1), ("valid_accuracy", -1)):
        figures = [sign * getattr(r, name) if not r.diverged else math.inf for r in records]
        medians = np.median(np.reshape(figures, (len(rates), 3)), axis=1)
        best = rates[medians == medians.min()]
        assert interval.low <= best.min()
        assert best.max() <= interval.high
    assert interval.high < 1e4 * interval.low, "or it would say nothing"


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
    assert found.interval is None


@pytest.mark.parametrize(
    ("means", "fall"), [([4.0, 5.0, 3.0, 3.5], 0.25), ([4.0, 5.0], 0.0), ([4.0], math.nan), ([], math.nan)]
)
def test_the_fall_is_from_the_first_mean_of_enough_minibatches_to_the_least(means, fall):
    smoothed = np.array([*[9.0] * 9, *means])
    assert module.RangeTest(smoothed, smoothed, smoothed, None).fall == pytest.approx(fall, nan_ok=True)
