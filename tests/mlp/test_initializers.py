"""Initializers against the laws they are named for."""

import math

import numpy as np
import pytest

from mlp import INITIALIZERS, TrainConfig, init_params

FAN_IN, FAN_OUT = 400, 300
N = FAN_IN * FAN_OUT
VARIANCES = {
    "normal": 1.0,
    "uniform_fan_in": 1 / (3 * 400),
    "uniform_fan_out": 1 / (3 * 300),
    "lecun_normal": 1 / 400,
    "glorot_uniform": 2 / 700,
    "glorot_normal": 2 / 700,
    "he_uniform": 2 / 400,
    "he_normal": 2 / 400,
}
LIMITS = {
    "uniform_fan_in": math.sqrt(1 / 400),
    "uniform_fan_out": math.sqrt(1 / 300),
    "glorot_uniform": math.sqrt(6 / 700),
    "he_uniform": math.sqrt(6 / 400),
}


def draw(name, seed=0, fan_in=FAN_IN, fan_out=FAN_OUT):
    return INITIALIZERS[name](np.random.default_rng(seed), fan_in, fan_out)


@pytest.mark.parametrize("name", list(VARIANCES))
def test_mean_and_variance_are_those_of_the_law_and_as_stated(name):
    W, variance = draw(name), VARIANCES[name]
    assert INITIALIZERS[name].variance(FAN_IN, FAN_OUT) == pytest.approx(variance)
    # Standard errors of the mean, √(var/N), and of the variance, var·√((kurtosis - 1)/N); the
    # kurtosis is 3 for the normal law and 9/5 for the uniform. Five of them: one wrong alarm in 10⁶.
    kurtosis = 9 / 5 if name in LIMITS else 3
    assert abs(W.mean()) < 5 * math.sqrt(variance / N)
    assert abs(W.var() - variance) < 5 * variance * math.sqrt((kurtosis - 1) / N)


@pytest.mark.parametrize("name", [name for name in INITIALIZERS if INITIALIZERS[name].variance(1, 1) >= 0])
def test_every_entry_states_the_variance_of_its_draws_whose_mean_is_0(name):
    W = np.stack([draw(name, seed, 40, 30) for seed in range(200)])
    for power, expected in ((1, 0.0), (2, INITIALIZERS[name].variance(40, 30))):
        of_seeds = (W**power).mean(axis=(1, 2))  # independent, whatever the law
        error = of_seeds.std(ddof=1) / math.sqrt(len(of_seeds))
        assert of_seeds.mean() == pytest.approx(expected, rel=1e-12, abs=5 * error)


@pytest.mark.parametrize("name", list(LIMITS))
def test_uniform_laws_fill_their_interval_evenly_and_never_leave_it(name):
    W, limit = draw(name), LIMITS[name]
    assert np.abs(W).max() <= limit
    # P(no draw within 1e-4 of an end) = (1 - 1e-4 / 2)^N = 0.25 per cent for either end
    assert W.max() > (1 - 1e-4) * limit
    assert W.min() < -(1 - 1e-4) * limit
    counts, _ = np.histogram(W, bins=10, range=(-limit, limit))
    assert np.abs(counts - N / 10).max() < 5 * math.sqrt(N * 0.1 * 0.9)


@pytest.mark.parametrize("name", sorted(VARIANCES.keys() - LIMITS.keys()))
def test_normal_laws_have_the_tails_of_a_normal_law(name):
    W = draw(name) / math.sqrt(VARIANCES[name])
    for bound in (1, 2, 3):
        p = math.erfc(bound / math.sqrt(2))  # P(|Z| > bound)
        assert abs((np.abs(W) > bound).mean() - p) < 5 * math.sqrt(p * (1 - p) / N)


@pytest.mark.parametrize(("fan_in", "fan_out"), [(40, 30), (30, 40), (1, 5)])
def test_orthogonal_draws_have_orthonormal_rows_or_columns(fan_in, fan_out):
    Q = draw("orthogonal", 3, fan_in, fan_out)
    assert Q.shape == (fan_in, fan_out)
    gram = Q.T @ Q if fan_in >= fan_out else Q @ Q.T
    np.testing.assert_allclose(gram, np.eye(min(fan_in, fan_out)), atol=1e-13)


@pytest.mark.parametrize(("fan_in", "fan_out"), [(6, 2), (2, 6)])
def test_every_entry_of_orthogonal_draws_has_the_variance_that_is_stated(fan_in, fan_out):
    W = np.stack([draw("orthogonal", seed, fan_in, fan_out) for seed in range(1000)])
    # an entry is a coordinate of a uniform unit vector in n dimensions: E[w⁴] = 3/(n(n + 2))
    n = max(fan_in, fan_out)
    deviations = np.sqrt([1 / n, 3 / (n * (n + 2)) - 1 / n**2]) / math.sqrt(1000)
    assert np.abs(W.mean(axis=0)).max() < 5 * deviations[0]
    stated = INITIALIZERS["orthogonal"].variance(fan_in, fan_out)
    assert np.abs((W**2).mean(axis=0) - stated).max() < 5 * deviations[1]


@pytest.mark.parametrize(("name", "value", "variance"), [("zeros", 0, 0), ("constant", 1, math.nan)])
def test_zeros_are_zero_and_constants_one(name, value, variance):
    np.testing.assert_array_equal(draw(name, 0, 3, 2), np.full((3, 2), value))
    assert INITIALIZERS[name].variance(5, 3) == pytest.approx(variance, nan_ok=True)


@pytest.mark.parametrize("name", list(INITIALIZERS))
def test_every_initializer_depends_on_its_generator_alone(name):
    W = draw(name, 1, 2, 9)
    assert (W.shape, W.dtype) == ((2, 9), np.float64)
    np.testing.assert_array_equal(W, draw(name, 1, 2, 9))
    assert np.array_equal(W, draw(name, 2, 2, 9)) == (name in ("zeros", "constant"))


@pytest.mark.parametrize("name", list(INITIALIZERS))
def test_init_scale_multiplies_the_weights_drawn(name):
    plain, scaled = (
        init_params(TrainConfig(initializer=name, init_scale=scale, dtype="float64"), 6, 3)
        for scale in (1.0, 0.3)
    )
    for layer, shrunk in zip(plain, scaled, strict=True):
        np.testing.assert_allclose(shrunk.W, 0.3 * layer.W, rtol=1e-15)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_init_params_shapes_types_and_zero_biases(dtype):
    params = init_params(TrainConfig(hidden_layer_sizes=(5, 4), dtype=dtype), 2, 3)
    assert [layer.W.shape for layer in params] == [(2, 5), (5, 4), (4, 3)]
    assert [layer.b.shape for layer in params] == [(5,), (4,), (3,)]
    assert {a.dtype for layer in params for a in layer} == {np.dtype(dtype)}
    assert not any(layer.b.any() for layer in params)
    assert all(layer.W.any() for layer in params)


def test_init_params_depends_on_the_init_seed_and_on_no_other(same_parameters):
    def drawn(**fields):
        return init_params(TrainConfig(hidden_layer_sizes=(5, 5), **fields), 5, 5)

    assert same_parameters(drawn(init_seed=7), drawn(init_seed=7, shuffle_seed=9, epochs=3))
    assert not same_parameters(drawn(init_seed=7), drawn(init_seed=8))
    first, second, third = (layer.W for layer in drawn(init_seed=7))
    assert not np.array_equal(first, second)  # one stream for all layers, not the same seed for each
    assert not np.array_equal(second, third)


def test_float32_weights_are_the_float64_ones_rounded():
    single, double = (init_params(TrainConfig(dtype=dtype), 4, 3) for dtype in ("float32", "float64"))
    for narrow, wide in zip(single, double, strict=True):
        np.testing.assert_array_equal(narrow.W, wide.W.astype(np.float32))
