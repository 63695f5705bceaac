"""H·v: against differences of the gradient, and at kinks against networks whose pieces are held fixed."""

import itertools

import made_up
import numpy as np
import pytest

from data import DataConfig, load_dataset
from lab.optimization import curvature, sentences, steepness
from mlp import ACTIVATIONS, LOSSES, TrainConfig, loss_and_gradients, train
from mlp.network import flatten, propagate, unflatten
from ui.training.progress import at_once

KINKED_SLOPES = {"relu": 0.0, "leaky_relu": 0.01}  # left of the kink; 1 on its right


def whole(point, shapes, X, y, config):
    """The Hessian, from its products with all unit vectors."""
    units = np.eye(len(point))
    return curvature.product(np.tile(point, (len(point), 1)), units, shapes, X, y, config)


def differences(gradient, point, h):
    return np.array(
        [(gradient(point + h * e) - gradient(point - h * e)) / (2 * h) for e in np.eye(len(point))]
    )


def small(config):
    """A network with biases, of which no kink is near: (point, shapes, X, y)."""
    shapes, kinks = tuple(itertools.pairwise(config.layer_sizes(2, 3))), ACTIVATIONS[config.activation].kinks
    for seed in range(100):
        rng = np.random.default_rng(seed)
        X, y = rng.normal(size=(7, 2)), rng.integers(0, 3, 7)
        point = rng.normal(size=sum(n * m + m for n, m in shapes))
        z, _ = propagate(unflatten(point, shapes), X, config)
        if all(np.abs(one - kink).min() > 1e-3 for one in z[:-1] for kink in kinks):
            return point, shapes, X, y
    raise AssertionError("no such network")


def agree_with_differences(config):
    point, shapes, X, y = small(config)

    def gradient(at):
        return flatten(loss_and_gradients(unflatten(at, shapes), X, y, config)[1])

    ours = whole(point, shapes, X, y, config)
    np.testing.assert_allclose(ours, differences(gradient, point, 1e-5), rtol=1e-6, atol=2e-9)
    np.testing.assert_allclose(ours, ours.T, rtol=1e-11, atol=1e-14)


@pytest.mark.slow
@pytest.mark.parametrize("hidden", [(), (4,), (5, 4, 3)])
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_of_every_activation_and_loss_it_is_the_difference_of_gradients(activation, loss, hidden):
    agree_with_differences(
        TrainConfig(
            hidden_layer_sizes=hidden,
            activation=activation,
            loss=loss,
            l1=0.01,
            l2=(0.1,) * len(hidden) + (0.3,),
            use_bias=len(hidden) != 1,
            dtype="float64",
        )
    )


@pytest.mark.parametrize("loss", made_up.MADE_UP_LOSSES)
def test_so_it_is_of_entries_that_are_added(loss):
    with made_up.registered():
        config = TrainConfig(hidden_layer_sizes=(5, 4), activation="crooked", loss=loss, dtype="float64")
        agree_with_differences(config)


def pieces_gradient(at, slopes, shapes, X, y):
    """The gradient of softmax with cross-entropy if every hidden unit multiplies by its given slope."""
    params, inputs = unflatten(at, shapes), [X]
    for (W, b), slope in zip(params, [*slopes, 1.0], strict=True):
        inputs.append((inputs[-1] @ W + b) * slope)
    e = np.exp(inputs.pop())
    delta, parts = (e / e.sum(axis=1, keepdims=True) - np.eye(e.shape[1])[y]) / len(y), []
    for layer in range(len(params) - 1, -1, -1):
        parts = [(inputs[layer].T @ delta).ravel(), delta.sum(axis=0), *parts]
        if layer:
            delta = (delta @ params[layer].W.T) * slopes[layer - 1]
    return np.concatenate(parts)


def most_of_pieces(point, shapes, X, y, config):
    """The largest eigenvalue of the Hessian with every unit on the piece that it is on at the point."""
    z, _ = propagate(unflatten(point, shapes), X, config)
    slopes = [np.where(one > 0, 1.0, KINKED_SLOPES[config.activation]) for one in z[:-1]]
    H = differences(lambda at: pieces_gradient(at, slopes, shapes, X, y), point, 1e-4)
    return np.linalg.eigvalsh((H + H.T) / 2)[-1]


def along_training(config, dataset):
    """(epochs, points, shapes, X in float64) of a training of its own."""
    records = list(train(config, dataset))
    places = np.unique(np.linspace(0, len(records) - 1, steepness.MOST_EPOCHS).round().astype(int))
    points = np.array([flatten(records[place].params) for place in places], float)
    shapes = tuple(W.shape for W, _ in records[0].params)
    return np.array([records[place].epoch for place in places]), points, shapes


@pytest.mark.slow
@pytest.mark.parametrize(
    "changes",
    [
        {"hidden_layer_sizes": (16,), "epochs": 3},
        {"hidden_layer_sizes": (8, 8), "batch_size": 0, "learning_rate": 0.5, "epochs": 30},
        {"hidden_layer_sizes": (8, 8), "epochs": 30},
        {"hidden_layer_sizes": (8, 8), "activation": "leaky_relu", "epochs": 12},
    ],
)
def test_a_kink_close_by_does_not_count_as_curvature(changes):
    # some unit is always within 1e-5 of its kink at some of the 165 examples
    config, dataset = TrainConfig(**changes), load_dataset(DataConfig())
    X, y = dataset.X_train.astype(float), dataset.y_train
    epochs, points, shapes = along_training(config, dataset)
    found = at_once(curvature.along(points, shapes, X, y, config))
    expected = [most_of_pieces(point, shapes, X, y, config) for point in points]
    np.testing.assert_allclose(found.largest, expected, rtol=2e-4)
    rates = steepness.rates_at(epochs, config, len(y))
    said = sentences.curvature(found.largest, rates, config, len(y))
    assert ("below 2/η" in said) == (max(expected) < 2 / config.learning_rate)


def test_one_example_beside_the_kink_by_hand():
    # z = b₁ = 1e-7 is just right of ReLU's kink; o = (uz, vz), class 0: L = ln(1 + e^-(u - v)z), so at z ≈ 0
    # ∂²L/∂z² = (u - v)²/4, ∂²L/∂z∂u = -1/2 and ∂²L/∂z∂v = 1/2
    config = TrainConfig(hidden_layer_sizes=(1,), activation="relu", dtype="float64")
    point = np.array([0.7, 1e-7, 3.0, -3.0, 0.0, 0.0])  # w₁, b₁, u, v and the output biases
    H = whole(point, ((1, 1), (1, 2)), np.array([[0.0]]), np.array([0]), config)
    np.testing.assert_allclose(H[1, 1:4], [9.0, -0.5, 0.5], rtol=1e-5)
    np.testing.assert_array_equal(H[0], 0.0)  # its input is 0


@pytest.mark.parametrize("size", [0.0, 1e-7, 1e-3])
def test_an_l1_penalty_does_not_bend_beside_0_nor_at_it(size):
    # all weights (nearly) 0: nothing but the two output biases matters, and their Hessian at p = ½ is
    # ¼ [[1, -1], [-1, 1]], whose largest eigenvalue is ½
    config = TrainConfig(hidden_layer_sizes=(3,), l1=0.001, dtype="float64")
    dataset = load_dataset(DataConfig())
    shapes = ((2, 3), (3, 2))
    point = np.zeros((1, 17))
    point[0, [0, 3, 9, 14]] = [size, -size, size, -size]
    found = at_once(curvature.along(point, shapes, dataset.X_train, dataset.y_train, config))
    assert found.largest[0] == pytest.approx(0.5, rel=2e-3)
    assert found.residual[0] < 1e-5
