"""Training one network: what the records say, and that the steps are those of gradient descent."""

import hashlib
import math
import os
import pathlib
import subprocess
import sys
import warnings

import numpy as np
import pytest

import mlp.training
from data import DataConfig, load_dataset
from mlp import LOSSES, TrainConfig, init_params, loss_and_gradients, train
from mlp.network import evaluate, penalty

ROOT = pathlib.Path(__file__).resolve().parents[2]


def by_batches(config, dataset, n_epochs):
    """(mean loss, accuracy) of each epoch and the final parameters, by a loop over batches."""
    X, y = dataset.X_train.astype(config.dtype), dataset.y_train
    params, figures = init_params(config, X.shape[1], len(dataset.class_names)), []
    for _ in range(n_epochs):
        losses, hits = [], []
        for start in range(0, len(X), config.batch_size):
            rows = slice(start, start + config.batch_size)
            loss, gradients = loss_and_gradients(params, X[rows], y[rows], config)
            z = X[rows] @ params[0].W + params[0].b
            logits = np.tanh(z) @ params[1].W + params[1].b
            losses += [loss - float(penalty(params, config))] * len(X[rows])
            hits += (logits.argmax(axis=1) == y[rows]).tolist()
            params = tuple(
                type(layer)(*(a - config.learning_rate * g for a, g in zip(layer, slope, strict=True)))
                for layer, slope in zip(params, gradients, strict=True)
            )
        figures.append((math.fsum(losses) / len(X), sum(hits) / len(X)))
    return figures, params


LOSSES_USED = ("softmax_cross_entropy", "sigmoid_squared_error")


@pytest.mark.parametrize(
    ("batch_size", "loss"),  # the last two sizes do not divide the 48 examples
    [(1, LOSSES_USED[0]), (12, LOSSES_USED[1]), (7, LOSSES_USED[1]), (47, LOSSES_USED[0])],
)
def test_train_figures_are_means_over_the_minibatches_before_their_steps(batch_size, loss, blobs):
    fields = {"hidden_layer_sizes": (6,), "activation": "tanh", "loss": loss, "l2": 0.01, "dtype": "float64"}
    config = TrainConfig(**fields, batch_size=batch_size, shuffle=False, epochs=3)
    records = list(train(config, blobs))
    figures, params = by_batches(config, blobs, 3)
    for record, (mean_loss, accuracy) in zip(records[1:], figures, strict=True):
        assert record.train_loss == pytest.approx(mean_loss, rel=1e-10)
        assert record.train_accuracy == pytest.approx(accuracy, rel=1e-12)
    for ours, theirs in zip(params, records[-1].params, strict=True):
        np.testing.assert_allclose(theirs.W, ours.W, rtol=1e-9, atol=1e-13)
        np.testing.assert_allclose(theirs.b, ours.b, rtol=1e-9, atol=1e-13)


def test_a_record_measures_its_own_parameters(blobs, same_parameters):
    fields = {"loss": "sigmoid_cross_entropy", "hidden_layer_sizes": (6,), "activation": "identity"}
    config = TrainConfig(l1=0.02, l2=0.01, epochs=2, init_seed=5, dtype="float64", **fields)
    # read after the training: a record keeps its parameters while the training goes on
    records = list(train(config, blobs))
    assert [r.epoch for r in records] == [0, 1, 2]
    assert same_parameters(records[0].params, init_params(config, 2, 3))
    assert not same_parameters(records[0].params, records[1].params)
    for record in records:
        (W1, b1), (W2, b2) = record.params
        for split in ("valid", "test", *["train"] * (record.epoch == 0)):
            X, y = getattr(blobs, f"X_{split}").astype(np.float64), getattr(blobs, f"y_{split}")
            logits = (X @ W1 + b1) @ W2 + b2
            losses = LOSSES[config.loss](logits, np.eye(3)[y])
            assert getattr(record, f"{split}_loss") == pytest.approx(losses.mean(), rel=1e-12)
            assert getattr(record, f"{split}_accuracy") == (logits.argmax(axis=1) == y).mean()
        weights = [float(w) for W in (W1, W2) for w in W.ravel()]
        expected = math.fsum(0.02 * abs(w) + 0.01 * w * w for w in weights)
        assert record.penalty == pytest.approx(expected, rel=1e-12)


def test_a_small_training_set_may_have_a_large_one_to_validate():
    dataset = load_dataset(DataConfig(n_samples=60, split="20/70/10"))
    (record,) = train(TrainConfig(epochs=0, batch_size=0), dataset)
    expected = evaluate(record.params, dataset.X_valid, dataset.y_valid, TrainConfig())
    assert (record.valid_loss, record.valid_accuracy) == pytest.approx([float(x) for x in expected])


def test_asking_for_more_epochs_does_not_change_the_first_ones(blobs, same_record):
    fields = {"schedule": "triangular", "optimizer": "adam", "cycle_steps": 7}
    short, long = (list(train(TrainConfig(epochs=n, **fields), blobs)) for n in (10, 15))
    assert len(long) == 16
    assert all(same_record(*pair) for pair in zip(short, long[:11], strict=True))


DIGEST = """
import hashlib
from data import DataConfig, load_dataset
from mlp import TrainConfig, train
*_, last = train(TrainConfig(hidden_layer_sizes=(32, 20), epochs=5), load_dataset(DataConfig()))
print(hashlib.sha256(b"".join(a.tobytes() for layer in last.params for a in layer)).hexdigest())
"""


def test_another_process_comes_to_the_same_weights(circles):
    environment = os.environ | {"PYTHONHASHSEED": "1"}
    command = [sys.executable, "-c", DIGEST]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    *_, last = train(TrainConfig(hidden_layer_sizes=(32, 20), epochs=5), circles)
    ours = hashlib.sha256(b"".join(a.tobytes() for layer in last.params for a in layer)).hexdigest()
    assert run.stdout.strip() == ours


def test_shuffling_visits_every_example_once_in_an_order_of_its_own(blobs):
    def last(**fields):
        *_, record = train(TrainConfig(epochs=1, dtype="float64", **fields), blobs)
        return record.params[0].W

    orders = [last(shuffle=False), *(last(shuffle_seed=seed) for seed in (0, 1))]
    assert not np.allclose(orders[0], orders[1], rtol=1e-6)
    assert not np.allclose(orders[1], orders[2], rtol=1e-6)
    # in one batch the order is immaterial, as long as each example comes once
    whole = [last(batch_size=0, shuffle=False), *(last(batch_size=0, shuffle_seed=seed) for seed in (0, 1))]
    np.testing.assert_allclose(whole[1], whole[0], rtol=1e-12)
    np.testing.assert_allclose(whole[2], whole[0], rtol=1e-12)


def test_without_biases_they_stay_zero(blobs):
    *_, record = train(TrainConfig(use_bias=False, epochs=3, optimizer="adam"), blobs)
    assert not any(b.any() for _, b in record.params)
    assert all(W.any() for W, _ in record.params)


@pytest.mark.parametrize("split", ["100/0/0", "80/20/0", "80/0/20"])
def test_figures_of_empty_splits_are_not_numbers_and_no_divergence(split):
    dataset = load_dataset(DataConfig(n_samples=40, split=split))
    *_, record = train(TrainConfig(epochs=2), dataset)
    n_examples = [len(dataset.y_valid)] * 2 + [len(dataset.y_test)] * 2
    assert [math.isnan(figure) for figure in record[4:8]] == [n == 0 for n in n_examples]
    assert math.isfinite(record.train_loss)
    assert (record.epoch, record.diverged) == (2, False)


@pytest.mark.parametrize(("optimizer", "dtype"), [("sgd", "float32"), ("nesterov", "float64")])
def test_a_diverging_run_ends_with_a_record_that_says_so(optimizer, dtype, circles):
    # the penalty multiplies the weights by 1 - 2e8 a step, however the data behave
    config = TrainConfig(optimizer=optimizer, learning_rate=1e9, l2=0.1, dtype=dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        records = list(train(config, circles))
    assert 2 <= len(records) < 51
    assert [r.diverged for r in records] == [False] * (len(records) - 1) + [True]
    arrays = [array for layer in records[-1].params for array in layer]
    assert not (math.isfinite(records[-1].train_loss) and all(np.isfinite(a).all() for a in arrays))


@pytest.mark.parametrize(
    ("fields", "finite_params", "finite_train", "finite_valid"),
    [
        # one step over all float32 can hold; train_loss was measured before it
        ({"learning_rate": 1e300}, False, True, False),
        # weights near 1e25, finite in float32, but their products are not: before the step, after it
        ({"init_scale": 1e25, "epochs": 0}, True, False, False),
        ({"learning_rate": 1e25}, True, True, False),
    ],
)
def test_any_one_figure_beyond_all_numbers_is_a_divergence(
    fields, finite_params, finite_train, finite_valid, circles
):
    base = {"activation": "identity", "batch_size": 0, "epochs": 1}
    *_, record = train(TrainConfig(**base | fields), circles)
    assert all(np.isfinite(a).all() for layer in record.params for a in layer) == finite_params
    assert math.isfinite(record.train_loss) == math.isfinite(record.train_accuracy) == finite_train
    assert math.isfinite(record.valid_loss) == math.isfinite(record.valid_accuracy) == finite_valid
    assert record.diverged


def test_some_parameters_beyond_all_numbers_are_a_divergence():
    dataset = load_dataset(DataConfig(n_samples=40, split="100/0/0"))
    *_, record = train(TrainConfig(l2=(1e300, 0.0), batch_size=0, epochs=1), dataset)
    assert not np.isfinite(record.params[0].W).any()
    assert np.isfinite(record.params[1].W).all()
    assert math.isfinite(record.train_loss)
    assert record.diverged


@pytest.mark.parametrize(
    "fields", [{"init_scale": 1e300}, {"l1": 1e300}, {"l2": 1e300}, {"learning_rate": 1e300}]
)
def test_allowed_numbers_beyond_float32_diverge_without_a_warning(fields, circles):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        *_, record = train(TrainConfig(epochs=3, **fields), circles)
    assert record.diverged


def test_neither_chunks_of_copying_nor_of_measuring_change_a_record(circles, monkeypatch, same_parameters):
    config = TrainConfig(epochs=3)
    whole = list(train(config, circles))
    monkeypatch.setattr(mlp.epochs, "GATHER_VALUES", 1)
    monkeypatch.setattr(mlp.training, "EVALUATION_ROWS", 20)
    monkeypatch.setattr(mlp.training, "MEASURED_ROWS", 41)  # a row remains of the 165 to validate
    for one, other in zip(whole, train(config, circles), strict=True):
        assert same_parameters(one.params, other.params)
        assert one[2:9] == pytest.approx(other[2:9], rel=1e-6)  # sums of float32 losses in another order
