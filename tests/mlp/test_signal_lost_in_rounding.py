"""Activations that are equal, or differ by rounding alone, have no variance; a small true one is kept."""

import dataclasses
import math

import numpy as np
import pytest

from mlp import ACTIVATIONS, Layer, TrainConfig, init_params
from mlp.signal import measure, predict

DEEP = TrainConfig(hidden_layer_sizes=(64,) * 10, dtype="float64")
RNG = np.random.default_rng(2)
X, Y = RNG.normal(size=(200, 2)), RNG.integers(0, 2, 200)


@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_with_weights_of_zero_every_activation_is_equal_and_its_variance_is_0(activation):
    config = dataclasses.replace(DEEP, activation=activation, initializer="zeros")
    for signal in (measure(init_params(config, 2, 2), X, Y, config), predict(X, Y, config, 2)):
        assert signal.activation.tolist() == [0] * 11


def test_a_variance_that_shrinks_below_rounding_is_0_and_above_it_is_that_of_the_slopes():
    """With weights c, z is 64 c σ(z) of the layer before, so its variance is (64 c σ')² times as large."""
    c = 0.001
    config = dataclasses.replace(DEEP, activation="sigmoid", initializer="constant", init_scale=c)
    signal = measure(init_params(config, 2, 2), X, Y, config)
    expected, a = [float(np.var(1 / (1 + np.exp(-c * X.sum(axis=1)))))], 0.5
    for _ in range(9):
        a = 1 / (1 + math.exp(-64 * c * a))
        expected.append(expected[-1] * (64 * c * a * (1 - a)) ** 2)
    kept = signal.activation[:-1] > 0
    assert kept.tolist() == [True] * 7 + [False] * 3
    np.testing.assert_allclose(signal.activation[:-1][kept], np.array(expected)[kept], rtol=0.01)
    assert expected[7] < (4 * 2**-53 * 0.5) ** 2, "less than a unit in the last place of 0.5 or two"


@pytest.mark.parametrize(("gap", "variance"), [(1e-12, 2.5e-25), (4e-15, 4e-30), (2**-52, 0.0)])
def test_values_apart_by_more_than_rounding_have_a_variance(gap, variance):
    """Two examples, one unit, a = 1 and 1 + gap: their variance is gap²/4."""
    params = (Layer(np.ones((1, 1)), np.zeros(1)), Layer(np.ones((1, 2)), np.zeros(2)))
    config = dataclasses.replace(DEEP, hidden_layer_sizes=(1,), activation="identity")
    signal = measure(params, np.array([[1.0], [1.0 + gap]]), np.array([0, 1]), config)
    assert signal.activation[0] == pytest.approx(variance, rel=0.1, abs=0)


@pytest.mark.parametrize("activation", ["sigmoid", "softplus"])
def test_the_variance_predicted_of_a_small_signal_is_that_of_a_line(activation):
    """Near 0, f(z) is f(0) + z/4 or f(0) + z/2: of q = 1e-24 a variance of q/16 or q/4."""
    config = dataclasses.replace(
        DEEP, hidden_layer_sizes=(4, 4), activation=activation, initializer="normal", init_scale=1e-12
    )
    signal = predict(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([0, 1]), config, 2)
    slope = {"sigmoid": 1 / 4, "softplus": 1 / 2}[activation]
    assert signal.activation[0] == pytest.approx(1e-24 * slope**2, rel=0.01, abs=0)
