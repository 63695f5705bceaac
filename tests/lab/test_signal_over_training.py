"""The distributions of activations and gradients over a training, against sums written out by hand."""

import numpy as np
import pytest
from finishing import finished

from data import DataConfig, load_dataset
from lab.signal_over_training import MOST_EPOCHS, Spread, n_examples, over_training, sentences
from mlp import TrainConfig, train

DATASET = load_dataset(DataConfig(n_samples=60, seed=3))
PERCENT = [5, 25, 50, 75, 95]


def raw(params, activation):
    """([a of each hidden layer], [δ of each layer]) of the training set, by the chain rule written out."""
    f = {"tanh": np.tanh, "relu": lambda z: np.where(z > 0, z, 0)}[activation]
    slope = {"tanh": lambda z: 1 - np.tanh(z) ** 2, "relu": lambda z: (z > 0) * 1.0}[activation]
    inputs, sums = [DATASET.X_train.astype(float)], []
    for W, b in params:
        sums.append(inputs[-1] @ W + b)
        inputs.append(f(sums[-1]))
    shares = np.exp(sums[-1]) / np.exp(sums[-1]).sum(axis=1, keepdims=True)
    deltas = [shares - np.eye(shares.shape[1])[DATASET.y_train]]
    for (W, _), z in zip(params[:0:-1], sums[-2::-1], strict=True):
        deltas.insert(0, deltas[0] @ W.T * slope(z))
    return inputs[1:-1], deltas


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_the_quantiles_are_those_of_all_units_and_examples_after_each_epoch(activation):
    config = TrainConfig(hidden_layer_sizes=(5, 3), activation=activation, epochs=9, dtype="float64")
    epochs = (1, 4, 7)
    shares, spread = finished(over_training(config, DATASET, epochs))
    assert spread.epochs == epochs
    assert shares == sorted(shares)
    assert shares[-1] == 1
    records = {record.epoch: record.params for record in train(config, DATASET)}
    for place, epoch in enumerate(epochs):
        activations, deltas = raw(records[epoch], activation)
        for layer, a in enumerate(activations):
            assert spread.activation[place, layer] == pytest.approx(
                np.percentile(a, PERCENT), rel=1e-5, abs=1e-7
            )
        for layer, delta in enumerate(deltas):
            sizes = np.abs(delta[delta != 0])
            assert spread.gradient[place, layer] == pytest.approx(np.percentile(sizes, PERCENT), rel=1e-5)
            assert spread.zero[place, layer] == np.mean(delta == 0)
    assert (spread.zero[:, 0].min() > 0) == (activation == "relu")


@pytest.mark.parametrize(
    ("sizes", "n"), [((), 500), ((8,), 500), ((64, 8), 128), ((8, 64), 128), ((512,), 16), ((1000,), 16)]
)
def test_of_wide_layers_fewer_examples_are_measured_and_never_fewer_than_sixteen(sizes, n):
    assert n_examples(TrainConfig(hidden_layer_sizes=sizes), 500) == n  # 8,192 activations of the widest
    assert n_examples(TrainConfig(hidden_layer_sizes=sizes), 10) == 10


def test_a_layer_that_passes_nothing_back_has_no_size_of_a_gradient():
    config = TrainConfig(hidden_layer_sizes=(3,), initializer="zeros", epochs=1)
    _, spread = finished(over_training(config, DATASET, (1,)))
    assert spread.zero[0].tolist() == [1, 0]
    assert np.isnan(spread.gradient[0, 0]).all()
    assert np.isfinite(spread.gradient[0, 1]).all()
    assert sentences(spread) == [
        "After epoch 1, the middle half of the activations lies at 0 in hidden layer 1.",
        "In the first layer, 100% of the gradients are exactly 0.",
    ]


def test_it_ends_before_a_divergence_and_refuses_too_many_epochs():
    config = TrainConfig(hidden_layer_sizes=(3,), learning_rate=1e9, activation="identity", epochs=50)
    *_, last = train(config, DATASET)
    assert last.diverged
    _, spread = finished(over_training(config, DATASET, tuple(range(51))))
    assert spread.epochs == tuple(range(last.epoch))
    with pytest.raises(ValueError, match="121 epochs"):
        next(over_training(config, DATASET, tuple(range(MOST_EPOCHS + 1))))


def test_the_sentences_are_about_the_last_epoch_and_say_nothing_of_what_is_not_finite():
    activation = np.array([[[0, 0, 0, 0, 0]] * 2, [[-9, -0.5, 0, 0.25, 9], [0, 0, 1, 2, 3]]])
    gradient = np.array([[[1, 1, 1, 1, 1]] * 3, [[0, 0, 0.002, 0, 0], [0, 0, 7, 0, 0], [0, 0, 0.5, 0, 0]]])
    spread = Spread((1, 8), activation, gradient, np.array([[0, 0, 0], [0.25, 0, 0]]))
    assert sentences(spread) == [
        "After epoch 8, the middle half of the activations lies between -0.5 and 0.25 in hidden layer 1 and "
        "between 0 and 2 in hidden layer 2.",
        "The typical size (median) of a gradient that is not 0 is 0.5 in the output layer and 0.002 in "
        "the first layer.",
        "In the first layer, 25% of the gradients are exactly 0.",
    ]
    rare = spread._replace(zero=np.array([[0, 0, 0], [0.002, 0, 0]]))
    assert sentences(rare)[-1] == "In the first layer, under 1% of the gradients are exactly 0."
    nearly = spread._replace(zero=np.array([[0, 0, 0], [0.998, 0, 0]]))
    assert sentences(nearly)[-1] == "In the first layer, over 99% of the gradients are exactly 0."
    nothing = np.full((1, 1, 5), np.nan)
    assert sentences(Spread((3,), nothing, nothing, np.array([[np.nan]]))) == [
        "After epoch 3, not all values are finite."
    ]


def test_of_a_network_without_a_hidden_layer_the_output_layer_is_described():
    gradient, none = np.array([[[0.1, 0.2, 0.3, 0.4, 0.5]]]), np.empty((1, 0, 5))
    typical = (
        "After epoch 3, the typical size (median) of a gradient that is not 0 is 0.3 in the output layer."
    )
    assert sentences(Spread((3,), none, gradient, np.array([[0.0]]))) == [typical]
    assert sentences(Spread((3,), none, gradient, np.array([[0.5]]))) == [
        typical,
        "In the output layer, 50% of the gradients are exactly 0.",
    ]
