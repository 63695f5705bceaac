"""The schemes of numerical differentiation: their orders, their precision, and where they cannot agree."""

import numpy as np
import pytest

from mlp import ACTIVATIONS, LOSSES, Layer, TrainConfig, gradient_check, init_params
from mlp.network import objective

SMOOTH = TrainConfig(hidden_layer_sizes=(5, 4), activation="tanh", l2=(0.01, 0.0, 0.1), dtype="float64")


def example(n=10, config=SMOOTH, n_features=2):
    rng = np.random.default_rng(3)
    X, y = rng.standard_normal((n, n_features)), rng.integers(0, 3, n)
    return init_params(config, n_features, 3), X, y


def one_weight(w, b=0.0):
    """A network of one input, one hidden unit and two classes, whose first weight is w."""
    return (
        Layer(np.array([[w]]), np.array([b])),
        Layer(np.array([[1.0, -1.0]]), np.zeros(2)),
    )


@pytest.mark.parametrize("loss", list(LOSSES))
@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_the_complex_step_is_exact_to_rounding_for_everything_in_the_registries(activation, loss):
    config = TrainConfig(
        hidden_layer_sizes=(5, 4), activation=activation, loss=loss, l1=1e-3, l2=1e-2, dtype="float64"
    )
    check = gradient_check(*example(config=config), config, scheme="complex", step=1e-20)
    assert check.error.max() < 1e-14 * max(1.0, np.abs(check.analytic).max())
    assert not check.crosses_kink.any()


@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_the_imaginary_part_of_an_activation_is_its_derivative(activation):
    z = np.array([-9.0, -1.3, -0.2, 0.4, 2.1, 30.0])
    f, h = ACTIVATIONS[activation], 1e-30
    continued = f(z + 1j * h)
    np.testing.assert_allclose(continued.real, f(z), rtol=1e-12, atol=1e-80)
    np.testing.assert_allclose(
        continued.imag / h, ACTIVATIONS[activation].derivative(z, f(z)) * 1.0, rtol=1e-9, atol=1e-12
    )


@pytest.mark.parametrize("activation", ["sigmoid", "softplus"])
def test_complex_arguments_far_out_stay_finite(activation):
    continued = ACTIVATIONS[activation](np.array([-900.0, 900.0]) + 1e-20j)
    assert np.isfinite(continued).all()
    np.testing.assert_allclose(
        continued.real, ACTIVATIONS[activation](np.array([-900.0, 900.0])), atol=1e-300
    )


@pytest.mark.parametrize(("scheme", "factor"), [("forward", 2), ("central", 4), ("complex", 4)])
def test_halving_the_step_divides_the_truncation_error_by_two_to_the_order(scheme, factor):
    params, X, y = example()
    coarse, fine = (gradient_check(params, X, y, SMOOTH, scheme=scheme, step=h).error for h in (2e-3, 1e-3))
    large = coarse > 0.3 * coarse.max()
    np.testing.assert_allclose(coarse[large] / fine[large], factor, rtol=0.03)


@pytest.mark.parametrize("scheme", ["forward", "central"])
def test_a_difference_loses_its_digits_in_steps_that_are_too_small_where_the_complex_step_does_not(scheme):
    params, X, y = example()
    assert gradient_check(params, X, y, SMOOTH, scheme=scheme, step=1e-13).error.max() > 1e-5
    assert gradient_check(params, X, y, SMOOTH, scheme="complex", step=1e-13).error.max() < 1e-14


def test_in_single_precision_the_differences_are_a_billion_times_coarser():
    params, X, y = example()
    double, single = (
        gradient_check(params, X, y, SMOOTH, step=1e-5, dtype=dtype).error.max()
        for dtype in ("float64", "float32")
    )
    # rounding of about u/h: 1e-11 and 6e-3
    assert double < 1e-9
    assert 1e-4 < single < 0.1


def test_the_forward_difference_is_the_textbooks_quotient():
    params, X, y = example()
    check = gradient_check(params, X, y, SMOOTH, scheme="forward", step=1e-3, indices=[1])
    W = params[0].W.copy()
    W[0, 1] += 1e-3
    above = objective((Layer(W, params[0].b), *params[1:]), X, y, SMOOTH)[0]
    assert check.numeric[0] == pytest.approx((above - objective(params, X, y, SMOOTH)[0]) / 1e-3, rel=1e-12)


def test_a_kink_within_the_step_is_flagged_and_spoils_the_derivative():
    X, y = np.array([[1.0]]), np.array([0])
    relu = TrainConfig(hidden_layer_sizes=(1,), activation="relu", dtype="float64")
    near, far = (gradient_check(one_weight(w), X, y, relu, step=1e-3, indices=[0]) for w in (1e-4, 1e-2))
    assert near.crosses_kink.tolist() == [True]
    assert near.relative_error[0] > 0.1
    assert far.crosses_kink.tolist() == [False]
    assert far.relative_error[0] < 1e-5


def test_a_smooth_activation_has_no_kinks():
    X, y = np.array([[1.0]]), np.array([0])
    config = TrainConfig(hidden_layer_sizes=(1,), activation="tanh", dtype="float64")
    check = gradient_check(one_weight(1e-4), X, y, config, step=1e-3)
    assert not check.crosses_kink.any()
    assert check.relative_error.max() < 1e-4


def test_a_weight_within_a_step_of_zero_is_at_the_kink_of_an_l1_penalty_and_a_bias_is_not():
    X, y = np.array([[1.0]]), np.array([0])
    config = TrainConfig(hidden_layer_sizes=(1,), activation="tanh", l1=(0.5, 0.0), dtype="float64")
    check = gradient_check(one_weight(1e-4, b=1e-4), X, y, config, step=1e-3)
    assert check.crosses_kink.tolist() == [True] + [False] * 5
    assert check.relative_error[0] > 0.1


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


@pytest.mark.parametrize("dtype", ["float16", "double", None])
def test_an_unknown_precision_is_refused(dtype):
    params, X, y = example()
    with pytest.raises(ValueError, match=r"^dtype is .*; allowed: float32, float64"):
        gradient_check(params, X, y, SMOOTH, dtype=dtype)
