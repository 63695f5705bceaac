"""The signal: measured against differences of the loss, predicted against closed forms and drawings."""

import dataclasses
import math

import numpy as np
import pytest

from data import DataConfig, load_dataset
from mlp import ACTIVATIONS, LOSSES, Layer, TrainConfig, init_params, loss_and_gradients
from mlp.signal import factor_a_layer, measure, predict

DOUBLE = TrainConfig(hidden_layer_sizes=(7, 5, 4), dtype="float64")


def config_of(*sizes, **fields):
    return dataclasses.replace(DOUBLE, hidden_layer_sizes=sizes, **fields)


def examples(*squares, n_features=6):
    """Rows whose Σx² are those numbers."""
    rows = np.random.default_rng(5).normal(size=(len(squares), n_features))
    return rows * np.sqrt(np.array(squares) / (rows**2).sum(axis=1))[:, np.newaxis]


@pytest.fixture(scope="module")
def mnist():
    dataset = load_dataset(DataConfig(name="mnist", scaling="unit", split="200/0/0"))
    return dataset.X_train[:100].astype(np.float64), dataset.y_train[:100]


@pytest.mark.parametrize("initializer", ["glorot_uniform", "he_normal"])
@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_prediction_lies_within_the_spread_of_twelve_seeds_on_mnist(activation, initializer, mnist):
    config = config_of(*[128] * 6, initializer=initializer, activation=activation)
    networks = [init_params(dataclasses.replace(config, init_seed=seed), 784, 10) for seed in range(12)]
    measured = [measure(params, *mnist, config) for params in networks]
    for figure in (0, 1):  # activations, gradients
        drawn = np.array([signal[figure] for signal in measured])
        expected = predict(*mnist, config, 10)[figure]
        assert expected.shape == (7,)
        assert ((drawn.min(axis=0) <= expected) & (expected <= drawn.max(axis=0))).all(), figure


def test_identity_with_glorot_is_a_compromise_between_the_two_directions():
    config = config_of(4, 12, activation="identity", initializer="glorot_normal", init_scale=3.0)
    signal = predict(examples(5.0), [1], config, 3)
    # 9·2/(6 + 4)·5, then times 9·2·4/(4 + 12), then times 9·2·12/(12 + 3)
    np.testing.assert_allclose(signal.activation, [9, 40.5, 583.2], rtol=1e-12)
    # backward: times 9·2·3/(12 + 3), then times 9·2·12/(4 + 12)
    np.testing.assert_allclose(signal.gradient[:2] / signal.gradient[1:], [13.5, 3.6], rtol=1e-12)


def test_variance_of_an_activation_counts_the_spread_between_examples():
    signal = predict(examples(6.0, 24.0), [0, 0], config_of(5, activation="relu", initializer="he_normal"), 3)
    # q = 2 and 8: the mean of q/2 less the square of the mean of √(q/2π), and the mean of 2q/2
    assert signal.activation[0] == pytest.approx(2.5 - (3 / 2 / math.sqrt(math.pi)) ** 2, rel=1e-9)
    assert signal.activation[1] == pytest.approx(5.0, rel=1e-12)


@pytest.mark.parametrize("activation", list(ACTIVATIONS))
@pytest.mark.parametrize("q", [0.25, 100.0])
def test_moments_of_a_hidden_layer_are_integrals_over_the_normal_law(activation, q, scalar_activations):
    # midpoints of 4000 steps over ten deviations, g = 10 u³, which crowd at a kink or a bend at 0
    u = (np.arange(4000) - 1999.5) / 2000
    g = 10 * u**3
    density = np.exp(-g * g / 2) / math.sqrt(2 * math.pi) * 30 * u * u / 2000
    f, z = scalar_activations[activation], g * math.sqrt(q)
    value = np.array([f(x) for x in z.tolist()])
    slope = np.array([(f(x + 1e-5) - f(x - 1e-5)) / 2e-5 for x in z.tolist()])
    mean, square, slope_square = density @ value, density @ value**2, density @ slope**2
    config = config_of(7, activation=activation, initializer="normal", init_scale=0.5)
    # the engine's nodes crowd at 0; a kink elsewhere falls somewhere between two of them
    within = 1e-4 if set(ACTIVATIONS[activation].kinks) <= {0.0} else 0.02
    signal = predict(examples(4 * q, 4 * q), [0, 1], config, 3)
    assert signal.activation[0] == pytest.approx(square - mean**2, rel=within)
    assert signal.activation[1] == pytest.approx(0.25 * 7 * square, rel=within)
    assert signal.gradient[0] / signal.gradient[1] == pytest.approx(3 * 0.25 * slope_square, rel=within)


@pytest.mark.parametrize(("activation", "integral"), [("tanh", 4 / 3), ("sigmoid", 1 / 6)])
@pytest.mark.parametrize("q", [1e4, 1e8])
def test_a_saturated_unit_passes_back_what_its_narrow_flank_lets_through(activation, integral, q):
    # for large q the density is 1/√(2πq) all over the flank, and E[f'²] = ∫f'² / √(2πq)
    signal = predict(examples(q), [0], config_of(9, activation=activation, initializer="normal"), 3)
    expected = 3 * integral / math.sqrt(2 * math.pi * q)
    assert signal.gradient[0] / signal.gradient[1] == pytest.approx(expected, rel=2e-3)
    assert signal.activation[0] == pytest.approx(1 if activation == "tanh" else 1 / 4, rel=0.02)


def delta_of(loss, logits, T):
    """∂ℓ/∂o by the complex step, one logit after the other."""
    steps = 1e-30j * np.eye(logits.shape[1])
    return np.stack([LOSSES[loss](logits + step, np.array(T)).imag / 1e-30 for step in steps], axis=1)


@pytest.mark.parametrize("loss", list(LOSSES))
def test_gradient_at_the_output_is_that_of_normal_logits(loss):
    logits = np.random.default_rng(77).normal(0, math.sqrt(5.0), size=(100_000, 4))
    expected = np.mean(delta_of(loss, logits, [0, 0, 1, 0]) ** 2)
    # with 25 units of variance 1 the logits have 5
    config = config_of(25, activation="identity", initializer="normal", init_scale=25**-0.25, loss=loss)
    signal = predict(np.repeat(examples(5.0), 100, axis=0), np.full(100, 2), config, 4)
    assert signal.activation[-1] == pytest.approx(5.0, rel=1e-12)
    assert signal.gradient[-1] == pytest.approx(expected, rel=0.02)


def test_examples_of_different_size_are_averaged_only_at_the_end():
    config = config_of(8, 8, activation="tanh", initializer="normal", loss="sigmoid_squared_error")
    X = examples(*[0.01] * 300, *[400.0] * 300)
    y = np.arange(600) % 3
    both, small, large = (predict(X[rows], y[rows], config, 3) for rows in np.s_[:, :300, 300:])
    assert large.gradient[1] < 0.5 * small.gradient[1]  # else an average too early would not show
    np.testing.assert_allclose(both.gradient, (small.gradient + large.gradient) / 2, rtol=0.03)
    assert both.activation[2] == pytest.approx((small.activation[2] + large.activation[2]) / 2, rel=1e-12)


@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_measured_gradient_is_that_of_single_examples_by_their_pre_activations(activation):
    config = dataclasses.replace(DOUBLE, activation=activation, l2=0.3, initializer="he_normal")
    params = init_params(config, 6, 3)
    X, y = examples(6.0, 2.0, 9.0, 4.0), np.array([0, 2, 1, 2])
    each = [loss_and_gradients(params, X[[row]], y[[row]], config)[1] for row in range(4)]
    # a bias moves the pre-activation of its unit, by as much
    expected = [np.mean([layer.b**2 for layer in layers]) for layers in zip(*each, strict=True)]
    np.testing.assert_allclose(measure(params, X, y, config).gradient, expected, rtol=1e-12)
    narrow, X = dataclasses.replace(config, dtype="float32"), X.astype(np.float32)
    np.testing.assert_allclose(measure(init_params(narrow, 6, 3), X, y, narrow).gradient, expected, rtol=1e-4)


def test_measured_variance_and_dead_units_of_a_network_made_by_hand():
    # three units: on for every example, on for one of the three, on for none
    W = np.array([[1.0, 1.0, -1.0], [2.0, -3.0, -1.0]])
    b, X = np.array([0.0, 0.0, -0.5]), np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    output = Layer(np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 5.0]]), np.array([0.0, 2.0]))
    config = config_of(3, activation="relu", loss="sigmoid_cross_entropy")
    signal = measure((Layer(W, b), output), X, np.zeros(3, int), config)
    # a = (1, 1, 0), (2, 0, 0), (3, 0, 0): mean 7/9, mean square 15/9; logits (1, 2), (2, 2), (3, 2)
    np.testing.assert_allclose(signal.activation, [15 / 9 - 49 / 81, 26 / 6 - 4], rtol=1e-12)
    np.testing.assert_allclose([signal.flat, signal.dead], [[5 / 9, np.nan], [1 / 3, np.nan]])
    wrong = [1 / (1 + math.exp(o)) for o in (1, 2, 3)]  # σ(o) - 1 for class 0, σ(2) for class 1
    squares = [sum(p * p for p in wrong), 3 / (1 + math.exp(-2)) ** 2]  # of the two logits
    np.testing.assert_allclose(signal.gradient, [squares[0] / 9, sum(squares) / 6], rtol=1e-12)


@pytest.mark.parametrize(
    ("activation", "z", "flat", "dead"),
    [
        ("tanh", [2.1, 2.3, -2.1, -2.3], [0, 1, 0, 1], 0),  # 1 - tanh² = 0.05 at 2.178, 0.001 at 4.147
        *[("tanh", [4.2, -4.2], [1, 1], 1), ("tanh", [4.1, -4.2], [1, 1], 0)],
        ("sigmoid", [4.3, 4.4, -4.3, -4.4], [0, 1, 0, 1], 0),  # σ' = 0.0125 at 4.357, 0.001 at 6.906
        *[("sigmoid", [6.95, -6.95], [1, 1], 1), ("sigmoid", [6.85, -6.95], [1, 1], 0)],
        ("softplus", [-2.9, -3.0, 9.0], [0, 1, 0], 0),  # σ = 0.05 at -2.944
        ("gelu", [-1.0, -6.0, 2.0], [0, 1, 0], 0),  # its slope at -1 is -0.083: what is negative passes
        ("leaky_relu", [-1.0, -2.0], [1, 1], 0),
    ],
)
def test_flat_and_dead_begin_where_the_slope_falls_below_its_bounds(activation, z, flat, dead):
    params = (Layer(np.ones((1, 1)), np.zeros(1)), Layer(np.ones((1, 2)), np.zeros(2)))
    config = config_of(1, activation=activation)
    signal = measure(params, np.array(z)[:, np.newaxis], np.zeros(len(z), int), config)
    assert (signal.flat[0], signal.dead[0]) == pytest.approx((np.mean(flat), dead))


def test_with_weights_of_zero_nothing_passes_in_either_direction():
    X, y = examples(1.0, 30.0), np.array([0, 1])
    for activation in ACTIVATIONS:
        config = dataclasses.replace(DOUBLE, activation=activation, initializer="zeros")
        for signal in (measure(init_params(config, 6, 3), X, y, config), predict(X, y, config, 3)):
            np.testing.assert_allclose(signal.activation, 0)
            np.testing.assert_allclose(signal.gradient, [0, 0, 0, 2 / 9], rtol=1e-12)  # of 2/3, 1/3, 1/3


def test_nothing_is_predicted_of_weights_that_are_not_drawn():
    config, y = dataclasses.replace(DOUBLE, initializer="constant"), np.array([0, 1])
    assert np.isnan(np.concatenate(predict(examples(1.0, 2.0), y, config, 3))).all()
    # all units alike: z = Σx, then times the number of units
    X = np.array([[1.0, 0, 0, 0, 0, 1.0], [2.0, 2.0, 0, 0, 0, 0]])
    signal = measure(init_params(config, 6, 3), X, y, config)
    np.testing.assert_allclose(signal.activation, [1, 7**2, 35**2, 140**2], rtol=1e-12)
    np.testing.assert_allclose(signal.gradient, [0, 0, 0, 2 / 9], rtol=1e-12, atol=1e-25)


def test_without_hidden_layers_there_is_one_entry_a_figure():
    X, y, config = examples(6.0, 18.0), np.array([1, 0]), config_of(initializer="he_normal")
    assert [len(part) for part in measure(init_params(config, 6, 3), X, y, config)] == [1, 1, 1, 1]
    predicted = predict(X, y, config, 3)
    np.testing.assert_allclose(predicted.activation, [4.0])  # 2/6 · (6 + 18)/2
    np.testing.assert_array_equal(predicted[2:], [[np.nan], [np.nan]])
    np.testing.assert_array_equal(predicted, predict(X, y, config, 3))  # no draw of its own each time


def test_a_signal_beyond_all_numbers_is_infinite_without_a_warning():
    config = dataclasses.replace(DOUBLE, activation="identity", initializer="normal", init_scale=1e120)
    X, y = examples(1.0, 2.0), np.array([0, 1])
    for signal in (measure(init_params(config, 6, 3), X, y, config), predict(X, y, config, 3)):
        assert np.isfinite(signal.activation).tolist() == [True, False, False, False]


@pytest.mark.parametrize(
    ("values", "factor"),
    [
        ([2, 6, 18], 3),
        ([8.0, 1.0, 2.0], 0.5),  # the ratios 1/8 and 2 have the geometric mean 1/2
        (np.array([5.0, 5.0, 5.0, 5.0]), 1),
        *[([], np.nan), ([3.0], np.nan)],
        ([1.0, 0.0, 2.0], np.nan),
        ([1.0, np.inf, 4.0], np.nan),
        ([-1.0, 1.0, -4.0], np.nan),
    ],
)
def test_factor_a_layer_is_the_geometric_mean_of_the_ratios(values, factor):
    assert factor_a_layer(values) == pytest.approx(factor, rel=1e-12, nan_ok=True)
