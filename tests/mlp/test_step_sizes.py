"""The sizes of steps, and what training hands to those who observe its steps."""

import dataclasses
import math

import numpy as np
import pytest

import mlp.epochs
from mlp import OPTIMIZERS, Layer, TrainConfig, loss_and_gradients, train_many
from mlp.measures import step_sizes

BASE = TrainConfig(
    hidden_layer_sizes=(6, 4),
    activation="tanh",
    learning_rate=0.05,
    l1=0.003,
    l2=(0.02, 0.0, 0.001),
    shuffle=False,
    epochs=3,
    dtype="float64",
)
FIRST_STEP_PLAIN = ("one_step_momentum", "momentum")


def with_biases(*weights):
    """A stack of runs whose biases, far larger than the weights, must not count."""
    return tuple(Layer(np.array(W), np.full((len(W), len(W[0][0])), 1e6)) for W in weights)


def run_of(params, run):
    return tuple(Layer(*(np.array(array[run]) for array in layer)) for layer in params)


def observed(configs, dataset, **options):
    """The epochs' records after the first, and by epoch {position: (before, gradients, after)}."""
    epochs, current = [], {}

    def observe(positions, *stacked):
        assert {len(array) for layers in stacked for layer in layers for array in layer} == {len(positions)}
        for run, position in enumerate(positions):
            assert position not in current  # once an epoch
            current[position] = tuple(run_of(layers, run) for layers in stacked)

    training = train_many(configs, dataset, observe=observe, **options)
    untrained = next(training)
    assert not current
    records = [untrained]
    for record in training:
        if record:
            records.append(record)
            epochs.append(dict(current))
            current.clear()
    return records, epochs


def assert_layers_close(ours, theirs, rtol=1e-9):
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one.W, other.W, rtol=rtol, atol=1e-14)
        np.testing.assert_allclose(one.b, other.b, rtol=rtol, atol=1e-14)


def test_two_runs_of_two_layers_worked_out_by_hand():
    before = with_biases(
        [[[3.0, 0.0], [0.0, 4.0]], [[1.0, 2.0], [2.0, 0.0]]], [[[2.0], [0.0]], [[0.0], [5.0]]]
    )
    gradients = with_biases([[[0.0, 6.0], [8.0, 0.0]], [[0.0] * 2] * 2], [[[1.0], [1.0]], [[-2.0], [0.0]]])
    after = with_biases(
        [[[3.0, 0.3], [-0.4, 4.0]], [[1.0, 2.0], [2.0, 6.0]]], [[[2.0], [0.0]], [[3.0], [1.0]]]
    )
    sizes = step_sizes(before, gradients, after)
    np.testing.assert_allclose(sizes.gradient, [[10, math.sqrt(2)], [0, 2]], rtol=1e-12)
    np.testing.assert_allclose(sizes.update_ratio, [[0.1, 0], [2, 1]], rtol=1e-12)  # 0.5/5, 0/2; 6/3, 5/5


def test_a_step_from_zero_is_infinitely_large_and_none_is_none():
    before = with_biases([[[0.0, 0.0]]], [[[0.0], [0.0]]], [[[1.0]]])
    after = with_biases([[[0.0, 1e-9]]], [[[0.0], [0.0]]], [[[np.nan]]])
    sizes = step_sizes(before, after, after)
    np.testing.assert_array_equal(sizes.update_ratio, [[np.inf, 0.0, np.nan]])


def test_weights_whose_squares_are_beyond_float32_have_a_size():
    before, after = ((Layer(np.full((1, 2, 2), w, np.float32), np.zeros((1, 2))),) for w in (1e25, 3e25))
    sizes = step_sizes(before, after, after)
    np.testing.assert_allclose([sizes.gradient, sizes.update_ratio], [[[6e25]], [[2]]], rtol=1e-6)


@pytest.mark.parametrize(
    ("optimizer", "batch_size", "n_last", "judged"),  # so many logits at a time: one batch, three, all
    [
        *[("sgd", 0, 48, 1), ("sgd", 47, 1, 1), ("sgd", 10, 8, 90), ("sgd", 16, 16, 10_000)],
        *[(name, 20, 8, 1) for name in OPTIMIZERS],
        *[(name, 0, 48, 1) for name in FIRST_STEP_PLAIN],
    ],
)
def test_the_gradient_is_that_of_the_objective_on_the_last_minibatch(
    optimizer, batch_size, n_last, judged, blobs, same_parameters, monkeypatch
):
    monkeypatch.setattr(mlp.epochs, "GATHER_VALUES", 1)
    monkeypatch.setattr(mlp.epochs, "TALLY_VALUES", judged)
    config = dataclasses.replace(BASE, optimizer=optimizer, batch_size=batch_size)
    records, epochs = observed([config], blobs)
    X, y = blobs.X_train[-n_last:].astype(np.float64), blobs.y_train[-n_last:]
    assert len(epochs) == 3
    for epoch, seen in enumerate(epochs):
        before, gradients, after = seen[0]
        assert_layers_close(gradients, loss_and_gradients(before, X, y, config)[1])
        assert same_parameters(after, records[epoch + 1][0].params)
        if batch_size == 0:  # the last step is the only one
            assert same_parameters(before, records[epoch][0].params)
        plain = optimizer == "sgd" or (optimizer in FIRST_STEP_PLAIN and epoch == 0 and batch_size == 0)
        for (W, _), (dW, _), (new, _) in zip(before, gradients, after, strict=True):
            assert np.allclose(new, W - 0.05 * dW, rtol=1e-9) == plain


MIXED = [
    {"epochs": 2},
    {"hidden_layer_sizes": (), "l2": 0.01},
    {"learning_rate": 0.4, "init_seed": 3, "epochs": 4},
    {"optimizer": "adam", "learning_rate": 0.01},
    {"l1": 0.0, "l2": (0.0, 0.1, 0.0), "epochs": 1},
    {"hidden_layer_sizes": (), "l2": 0.0, "init_seed": 2, "epochs": 5},
    {"init_seed": 8, "epochs": 0},
    {"optimizer": "adam", "init_seed": 6, "epochs": 1},
]


def test_positions_are_those_in_the_list_and_leave_out_the_runs_that_have_ended(blobs, same_parameters):
    configs = [dataclasses.replace(BASE, batch_size=20, **fields) for fields in MIXED]
    records, epochs = observed(configs, blobs)
    assert len(epochs) == 5
    X, y = blobs.X_train[40:].astype(np.float64), blobs.y_train[40:]
    for epoch, seen in enumerate(epochs, start=1):
        assert seen.keys() == {i for i, config in enumerate(configs) if config.epochs >= epoch}
        for position, (before, gradients, after) in seen.items():
            assert same_parameters(after, records[epoch][position].params)
            assert_layers_close(gradients, loss_and_gradients(before, X, y, configs[position])[1])
    assert epochs[0][0][0][0].W.shape == (2, 6)
    assert epochs[0][1][0][0].W.shape == (2, 3)


def test_observing_changes_no_number_of_the_training(blobs, same_record):
    configs = [dataclasses.replace(BASE, batch_size=20, shuffle=True, dtype="float32", **f) for f in MIXED]
    quiet = list(train_many(configs, blobs))
    for heartbeat in (None, 0.0):
        records, epochs = observed(configs, blobs, heartbeat=heartbeat)
        assert len(epochs) == 5
        for ours, theirs in zip(records, quiet, strict=True):
            assert all(same_record(*pair) for pair in zip(ours, theirs, strict=True))


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_step_at_a_learning_rate_of_zero_has_a_gradient_and_leads_nowhere(
    optimizer, blobs, same_parameters
):
    rates = {"schedule": "triangular", "learning_rate_min": 0.0, "cycle_steps": 1}
    config = dataclasses.replace(BASE, optimizer=optimizer, epochs=2, batch_size=0, **rates)
    records, epochs = observed([config], blobs)
    assert records[1][0].learning_rate == 0
    (before, gradients, after), (_, _, later) = epochs[0][0], epochs[1][0]
    X = blobs.X_train.astype(np.float64)
    assert_layers_close(gradients, loss_and_gradients(before, X, blobs.y_train, config)[1])
    assert same_parameters(before, after)
    assert not same_parameters(after, later)
