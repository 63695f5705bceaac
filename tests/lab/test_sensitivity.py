"""The gradient of a logit at the input, against differences and against networks whose gradient is known."""

import numpy as np
import pytest
from tables import table_dataset

from lab import feature_planes, sensitivity
from mlp import ACTIVATIONS, Layer, TrainConfig, forward, init_params

TABLE = table_dataset()
LINEAR = TrainConfig(hidden_layer_sizes=())


def network(seed=0, dataset=TABLE, **settings):
    config = TrainConfig(init_seed=seed, dtype="float64", **settings)
    params = init_params(config, dataset.X_train.shape[1], len(dataset.class_names))
    rng = np.random.default_rng(seed)
    return config, tuple(Layer(W, rng.standard_normal(b.shape)) for W, b in params)


def by_differences(config, params, X, classes, h=1e-6):
    """∂z_c/∂X, one entry at a time, from the forward pass alone."""
    slopes = np.zeros(X.shape)
    for i, k in np.ndindex(X.shape):
        ends = []
        for sign in (1, -1):
            moved = X[i].copy()
            moved[k] += sign * h
            ends.append(forward(params, moved[np.newaxis], config).pre_activations[-1][0, classes[i]])
        slopes[i, k] = (ends[0] - ends[1]) / (2 * h)
    return slopes


@pytest.mark.parametrize("activation", list(ACTIVATIONS))
@pytest.mark.parametrize("sizes", [(), (5,), (6, 4, 3)])
def test_the_gradient_at_the_input_is_that_of_the_forward_pass(activation, sizes):
    config, params = network(3, activation=activation, hidden_layer_sizes=sizes)
    X, classes = TABLE.X_train[:6].astype(np.float64), np.array([0, 1, 2, 2, 1, 0])
    found = sensitivity.input_gradients(params, X, config, classes)
    np.testing.assert_allclose(found, by_differences(config, params, X, classes), atol=1e-6)


def test_of_a_linear_network_it_is_the_weights_per_standard_deviation():
    W = np.array([[1.0, 0, 0], [0, -2, 0], [0, 3, 0], [0, 0, 4]])
    found = sensitivity.measured((Layer(W, np.zeros(3)),), LINEAR, TABLE, 0, label=1)
    sigma = feature_planes.raw_features(TABLE).std(axis=0)
    np.testing.assert_allclose(
        found.at, [0, -2 * sigma[1] / TABLE.scale[1], 3 * sigma[2] / TABLE.scale[2], 0]
    )
    np.testing.assert_allclose(found.mean, np.abs(found.at))
    assert (found.of, found.n_kinks) == (1, 0)
    assert found.agreement < 1e-9


@pytest.mark.parametrize(("sizes", "seed"), [((7,), 1), ((6, 4, 3), 2)])
@pytest.mark.parametrize("label", [None, 2])
def test_the_mean_is_over_the_training_examples_each_with_its_own_class(label, sizes, seed, monkeypatch):
    config, params = network(seed, activation="tanh", hidden_layer_sizes=sizes)
    X = TABLE.X_train.astype(np.float64)
    predicted = forward(params, X, config).output.argmax(axis=1)
    assert len(set(predicted.tolist())) > 1
    classes = predicted if label is None else np.full(len(X), label)
    sigma = feature_planes.raw_features(TABLE).std(axis=0) / TABLE.scale
    slopes = by_differences(config, params, X, classes) * sigma
    found = sensitivity.measured(params, config, TABLE, 4, label)
    np.testing.assert_allclose(found.mean, np.abs(slopes).mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(found.at, slopes[4], rtol=1e-5, atol=1e-8)
    assert found.of == classes[4]
    for most in (40, 1):
        monkeypatch.setattr(sensitivity, "CHUNK_VALUES", most)
        np.testing.assert_allclose(sensitivity.measured(params, config, TABLE, 4, label).mean, found.mean)


def test_a_step_that_crosses_a_kink_is_not_compared():
    x = TABLE.X_train[0].astype(np.float64)
    first = Layer(np.eye(4)[:, :2], np.array([-x[0] + 3e-6, -x[1] + 1.0]))
    out = Layer(np.array([[1.0, 0, 0], [2.0, 0, 0]]), np.zeros(3))
    config = TrainConfig(hidden_layer_sizes=(2,), activation="relu")
    found = sensitivity.measured((first, out), config, TABLE, 0, label=0)
    assert found.n_kinks == 1
    assert found.agreement < 1e-9, "the others, which are smooth"
    numeric, crosses = sensitivity.central_differences((first, out), x, config, 0)
    assert crosses.tolist() == [True, False, False, False]
    assert numeric[0] == pytest.approx(0.65), "of the way 2h, 1.3h has the slope 1"


@pytest.mark.parametrize(
    ("values", "label", "sentence"),
    [
        (
            [1.0, 3.0, 0.5, 2.0],
            1,
            "width (cm) changes the logit of b most: by 3 per standard deviation, on average over the "
            "training examples",
        ),
        (
            [3.0, 3.0, 0.5, 2.0],
            None,
            "length (cm) and width (cm) change the predicted class's logit most: by 3 per standard "
            "deviation, on average over the training examples",
        ),
        (
            [3.0, 3.0 + 1e-12, 3.0 - 1e-6, 2.0],
            None,
            "length (cm) and width (cm) change the predicted class's logit most: by 3 per standard "
            "deviation, on average over the training examples",
        ),
        ([0.0, 0.0, 0.0, 0.0], 0, "No feature changes the logit of a"),
        (
            [1.0, np.nan, 0.5, 2.0],
            0,
            "The gradient of the logit of a is not a finite number: the network's numbers are too large",
        ),
    ],
)
def test_the_finding_names_the_feature_with_the_largest_mean(values, label, sentence):
    assert sensitivity.finding(TABLE, np.array(values), label) == sentence


def test_a_class_named_by_a_number_is_called_a_class():
    table = TABLE._replace(class_names=("1", "b", "-2"))
    assert [sensitivity.class_name(table, k) for k in range(3)] == ["class 1", "b", "class -2"]


@pytest.mark.parametrize(
    ("agreement", "n_kinks", "n", "words"),
    [
        (
            2.5e-10,
            0,
            4,
            "4 derivatives at this example, by backpropagation and by central differences (h = 1e-5 in X): "
            "the largest difference is 2.5e-10 of the largest derivative.",
        ),
        (
            2.5e-10,
            1,
            4,
            "difference is 2.5e-10 of the largest derivative, without 1 whose step crosses a kink.",
        ),
        (np.nan, 4, 4, "every step crosses a kink, so there is nothing to compare."),
        (np.inf, 0, 4, "they are not finite numbers."),
        (
            0.0,
            0,
            1,
            "1 derivative at this example, by backpropagation and by central differences (h = 1e-5 in X): "
            "they are equal.",
        ),
    ],
)
def test_the_agreement_is_told(agreement, n_kinks, n, words):
    found = sensitivity.Sensitivity(np.ones(n), np.ones(n), 0, agreement, n_kinks)
    assert sensitivity.agreement_in_words(found).endswith(words)


def test_a_network_that_diverged_has_no_finite_gradient():
    broken = tuple(Layer(np.full_like(W, np.nan), b) for W, b in network(hidden_layer_sizes=(3,))[1])
    found = sensitivity.measured(broken, TrainConfig(hidden_layer_sizes=(3,)), TABLE, 0)
    assert np.isnan(found.mean).all()
    assert "not finite" in sensitivity.agreement_in_words(found)
