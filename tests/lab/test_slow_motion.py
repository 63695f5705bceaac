import itertools
import tracemalloc

import numpy as np
import pytest
from finishing import finished

from data import DataConfig, load_dataset
from lab import slow_motion
from lab.links import cost
from mlp import Layer, TrainConfig, train
from mlp.network import flatten

DATASET = load_dataset(DataConfig(n_samples=120))
N = len(DATASET.X_train)
SMALL = {"hidden_layer_sizes": (5, 3), "batch_size": 16, "epochs": 2}


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"optimizer": "momentum", "l2": 0.01},
        {"optimizer": "adam", "schedule": "cosine"},
        {"batch_size": 0},
        {"dtype": "float64", "shuffle": False},
    ],
    ids=str,
)
def test_the_steps_of_an_epoch_end_where_training_records_it(how):
    config = TrainConfig(**SMALL | how)
    per_epoch = -(-N // (config.batch_size or N))
    steps = list(slow_motion.first_steps(config, DATASET))
    records = list(train(config, DATASET))
    assert len(steps) == 2 * per_epoch
    for record in records[1:]:
        step = steps[record.epoch * per_epoch - 1]
        assert np.array_equal(flatten(step.after), flatten(record.params))
        assert step.learning_rate == record.learning_rate
        seen = np.concatenate([one.batch for one in steps if one.epoch == record.epoch])
        assert sorted(seen) == list(range(N))
    assert np.array_equal(flatten(steps[0].before), flatten(records[0].params))
    for one, following in itertools.pairwise(steps):
        assert np.array_equal(flatten(one.after), flatten(following.before))


def test_the_batch_gives_the_pre_activations_the_deltas_and_the_gradients():
    config = TrainConfig(**SMALL, dtype="float64")
    for step in slow_motion.first_steps(config, DATASET):
        inputs = (DATASET.X_train[step.batch].astype("float64"), *step.activations)
        for a, z, delta, (W, b), (dW, db) in zip(
            inputs, step.pre_activations, step.deltas, step.before, step.gradients, strict=True
        ):
            np.testing.assert_allclose(z, a @ W + b, atol=1e-12)
            np.testing.assert_allclose(dW, a.T @ delta, atol=1e-12)
            np.testing.assert_allclose(db, delta.sum(axis=0), atol=1e-12)


def test_the_two_losses_are_those_of_the_batch_with_the_penalty_before_and_after():
    config = TrainConfig(**SMALL, dtype="float64", l2=0.01)
    for step in slow_motion.first_steps(config, DATASET):
        y = DATASET.y_train[step.batch]
        for params, loss in ((step.before, step.loss_before), (step.after, step.loss_after)):
            a = DATASET.X_train[step.batch].astype(float)
            for W, b in params[:-1]:
                a = np.maximum(a @ W + b, 0)
            z = a @ params[-1].W + params[-1].b
            data = np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(y)), y]
            penalty = 0.01 * sum((W**2).sum() for W, _ in params)
            assert loss == pytest.approx(data.mean() + penalty, rel=1e-9)


@pytest.mark.parametrize(("number", "shares"), [(1, [1]), (4, [0.25, 0.5, 0.75, 1])])
def test_a_step_is_reached_after_those_before_it(number, shares):
    config = TrainConfig(**SMALL)
    found, step = finished(slow_motion.step_at(config, DATASET, number))
    assert (found, step.number) == (shares, number)
    assert step.loss_after == list(slow_motion.first_steps(config, DATASET))[number - 1].loss_after


def test_of_a_training_with_fewer_steps_the_last_is_given():
    config = TrainConfig(**SMALL | {"batch_size": 0})
    found, step = finished(slow_motion.step_at(config, DATASET, 8))
    assert (found, step.number, step.epoch) == ([0.125, 0.25], 2, 2)


def test_a_step_of_a_2_2_2_network_by_hand(monkeypatch):
    # x = (1, 2), class 0; every weight of the first layer 0.5 and -0.5, of the second the identity
    start = (
        Layer(np.array([[0.5, -0.5], [0.5, -0.5]]), np.zeros(2)),
        Layer(np.array([[1.0, 0.0], [0.0, 1.0]]), np.zeros(2)),
    )
    monkeypatch.setattr("mlp.stack.init_params", lambda *_: start)
    data = DATASET._replace(X_train=np.array([[1.0, 2.0]]), y_train=np.array([0]), class_names=("a", "b"))
    config = TrainConfig(
        hidden_layer_sizes=(2,), activation="relu", loss="softmax_cross_entropy", optimizer="sgd",
        learning_rate=0.1, batch_size=1, epochs=1, dtype="float64",
    )  # fmt: skip
    (step,) = slow_motion.first_steps(config, data)
    p = 1 / (1 + np.exp(-1.5))  # of class 0: softmax of the logits (1.5, 0)
    np.testing.assert_allclose(step.pre_activations[0], [[1.5, -1.5]])
    np.testing.assert_allclose(step.activations[0], [[1.5, 0]])
    np.testing.assert_allclose(step.pre_activations[1], [[1.5, 0]])
    np.testing.assert_allclose(step.deltas[1], [[p - 1, 1 - p]])
    np.testing.assert_allclose(step.deltas[0], [[p - 1, 0]])
    np.testing.assert_allclose(step.gradients[1].W, [[1.5 * (p - 1), 1.5 * (1 - p)], [0, 0]])
    np.testing.assert_allclose(step.gradients[0].W, [[p - 1, 0], [2 * (p - 1), 0]])
    np.testing.assert_allclose(step.after[0].W, [[0.5 + 0.1 * (1 - p), -0.5], [0.5 + 0.2 * (1 - p), -0.5]])
    np.testing.assert_allclose(step.loss_before, -np.log(p))
    assert step.loss_after < step.loss_before


def test_an_excerpt_has_the_batch_and_its_first_example_and_at_most_16_units():
    config = TrainConfig(**SMALL | {"hidden_layer_sizes": (20,)})
    step = next(slow_motion.first_steps(config, DATASET))
    cut = slow_motion.excerpt(step)
    assert [W.shape for W, _ in cut.before] == [(2, 16), (16, step.before[1].W.shape[1])]
    np.testing.assert_allclose(cut.activations[0][0], step.activations[0].mean(axis=0)[:16], rtol=1e-5)
    np.testing.assert_array_equal(cut.activations[0][1], step.activations[0][0, :16])
    np.testing.assert_allclose(cut.deltas[-1][0], step.gradients[-1].b, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("epochs", "batch_size", "n"), [(0, 16, 0), (1, 0, 1), (5, 0, 5), (1, 50, 2), (9, 1, 12)]
)
def test_no_more_steps_than_training_takes(epochs, batch_size, n):
    assert slow_motion.n_steps(TrainConfig(epochs=epochs, batch_size=batch_size), 100) == n


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (0.7, 0.65, "fell from 0.7 to 0.65."),
        (0.65, 0.7, "rose from 0.65 to 0.7."),
        (0.5, 0.5, "did not change: it is 0.5 before and after"),
        (0.123456, 0.123456, "did not change: it is 0.1235 before and after the step."),
        (0.123456, 0.123444, "fell from 0.1235 to 0.1234."),
        (0.5, -np.inf, "has diverged."),
        (0.5, 0.5000001, "rose from 0.5 to 0.5000001."),
        (0.5, np.inf, "has diverged."),
        (np.nan, np.nan, "has diverged."),
    ],
)
def test_the_loss_in_words(before, after, said):
    assert said in slow_motion.what_the_loss_did(before, after)


@pytest.mark.parametrize(
    ("how", "share"),
    [({"batch_size": 16}, 16 / N), ({"batch_size": 0}, 1.0), ({"batch_size": 10_000}, 1.0)],
    ids=["a minibatch", "the whole set", "more than there are"],
)
def test_a_recorded_step_is_estimated_at_four_steps_of_training(how, share):
    config = TrainConfig(**SMALL | how)
    speed = cost.Speed(1e-6, 1e-9, 1e-9, {})
    epoch = cost.seconds([config], DATASET, 1, speed)
    for number in (1, 12):
        expected = 4 * number * share * epoch
        assert slow_motion.seconds(config, DATASET, number, speed) == pytest.approx(expected)


@pytest.mark.parametrize(
    "how",
    [
        {"hidden_layer_sizes": (128, 128), "batch_size": 0},
        {"hidden_layer_sizes": (16,), "batch_size": 512},
        {"hidden_layer_sizes": (256, 256), "batch_size": 64, "optimizer": "adam"},
    ],
    ids=str,
)
def test_it_takes_no_more_memory_than_estimated(how):
    config, dataset = TrainConfig(**how), load_dataset(DataConfig(n_samples=4000))
    tracemalloc.start()
    for _ in slow_motion.step_at(config, dataset, 2):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 0.2 * slow_motion.n_bytes(config, dataset) < peak < slow_motion.n_bytes(config, dataset)
