"""The schemes of numerical differentiation: their orders, their precision, and where they cannot agree."""

import numpy as np
import pytest

from mlp import ACTIVATIONS, LOSSES, Layer, TrainConfig, gradient_check, init_params
from mlp.checks.numerical import SCHEMES, best_step, norm_wise
from mlp.config import DTYPES

SMOOTH = TrainConfig(hidden_layer_sizes=(5, 4), activation="tanh", l2=(0.01, 0.0, 0.1), dtype="float64")


def example(n=10, config=SMOOTH, n_features=2):
    rng = np.random.default_rng(3)
    X, y = rng.standard_normal((n, n_features)), rng.integers(0, 3, n)
    return init_params(config, n_features, 3), X, y


@pytest.mark.parametrize("loss", list(LOSSES))
@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_the_complex_step_is_exact_to_rounding_for_everything_in_the_registries(activation, loss):
    config = TrainConfig(
        hidden_layer_sizes=(5, 4), activation=activation, loss=loss, l1=1e-3, l2=1e-2, dtype="float64"
    )
    check = gradient_check(*example(config=config), config, scheme="complex", step=1e-20)
    assert check.error.max() < 1e-14 * max(1.0, np.abs(check.analytic).max())
    assert not check.crosses_kink.any()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_differences_are_best_where_theory_says_and_the_complex_step_stays_at_the_roundoff(scheme, dtype):
    steps = np.logspace(-12, -0.5, 24)
    checks = [gradient_check(*example(), SMOOTH, scheme=scheme, step=step, dtype=dtype) for step in steps]
    errors = np.array([norm_wise(check.analytic, check.numeric) for check in checks])
    if scheme == "complex":
        assert errors[:8].max() < (1e-15 if dtype == "float64" else 5e-7)
    else:
        assert abs(np.log10(steps[errors.argmin()] / best_step(scheme, dtype))) <= 1.5


def test_the_best_steps_are_the_roots_of_the_unit_roundoff():
    assert best_step("forward", "float64") == pytest.approx((2**-53) ** 0.5)
    assert best_step("central", "float64") == pytest.approx((2**-53) ** (1 / 3))
    assert best_step("central", "float32") == pytest.approx((2**-24) ** (1 / 3))
    assert best_step("complex", "float64") is None


def test_of_many_parameters_a_sample_of_every_tensor_is_checked():
    config = TrainConfig(hidden_layer_sizes=(90, 80), activation="tanh", dtype="float64")
    params, X, y = example(3, config)
    sizes = [array.size for layer in params for array in layer]
    check = gradient_check(params, X, y, config)
    ends = np.cumsum([0, *sizes])
    counts = np.histogram(check.index, ends)[0]
    assert sum(sizes) > 5000 >= len(check.index)
    assert (counts == np.minimum(sizes, 5000 // 6)).all()
    assert len(set(check.index.tolist())) == len(check.index)
    assert {0, sum(sizes) - 1} <= set(check.index.tolist()), "from the first entry to the last"


@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_the_imaginary_part_of_an_activation_is_its_derivative(activation):
    z = np.array([-900.0, -9.0, -1.3, -0.2, 0.4, 2.1, 30.0, 900.0])
    f, h = ACTIVATIONS[activation], 1e-30
    continued = f(z + 1j * h)
    np.testing.assert_allclose(continued.real, f(z), rtol=1e-12, atol=1e-80)
    np.testing.assert_allclose(continued.imag / h, f.derivative(z, f(z)) * 1.0, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("activation", "weight", "l1", "crosses"),
    [
        ("relu", 1e-4, 0.0, [0, 1]),  # z = w + b passes 0 where either is moved by 1e-3
        ("relu", 1e-2, 0.0, []),
        ("tanh", 1e-4, 0.0, []),
        ("tanh", 1e-4, (0.5, 0.0), [0]),  # a weight under an l1 penalty has a kink at 0, a bias has none
    ],
)
def test_what_passes_a_kink_within_the_step_is_flagged_and_spoiled(activation, weight, l1, crosses):
    config = TrainConfig(hidden_layer_sizes=(1,), activation=activation, l1=l1, dtype="float64")
    params = Layer(np.array([[weight]]), np.zeros(1)), Layer(np.array([[1.0, -1.0]]), np.zeros(2))
    check = gradient_check(params, np.array([[1.0]]), np.array([0]), config, step=1e-3)
    assert np.flatnonzero(check.crosses_kink).tolist() == crosses
    assert (np.flatnonzero(check.relative_error > 0.1)).tolist() == crosses
