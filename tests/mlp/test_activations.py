"""Activation functions against closed forms, their derivatives against differences."""

import warnings

import made_up
import numpy as np
import pytest

from mlp.activations import ACTIVATIONS

NAMES = list(ACTIVATIONS)
# Irregular numbers on both sides of 0, none within 0.03 of it, where ReLU and leaky ReLU have a kink.
Z = np.array([-9.7, -4.3, -2.5, -1.1, -0.63, -0.2, -0.03, 0.03, 0.17, 0.71, 1.3, 2.9, 4.4, 9.1])


def test_values_are_those_of_the_definitions(scalar_activations):
    for name, definition in scalar_activations.items():
        expected = [definition(z) for z in Z.tolist()]
        np.testing.assert_allclose(ACTIVATIONS[name](Z), expected, rtol=1e-12, atol=1e-15, err_msg=name)


@pytest.mark.parametrize("name", NAMES)
def test_the_derivative_is_the_limit_of_central_differences(name):
    f, step = ACTIVATIONS[name], 1e-5
    numeric = (f(Z + step) - f(Z - step)) / (2 * step)
    analytic = np.asarray(ACTIVATIONS[name].derivative(Z, f(Z)), np.float64)
    assert analytic.shape == Z.shape
    # rounding alone leaves about |f| · 1e-16 / step, here up to 1e-10
    np.testing.assert_allclose(analytic, numeric, rtol=1e-8, atol=2e-10)


@pytest.mark.parametrize(("name", "left"), [("relu", 0.0), ("leaky_relu", 0.01)])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_derivative_at_the_kink_is_the_left_one(name, left, dtype):
    z = np.array([0.0, -0.0], dtype)
    derivative = ACTIVATIONS[name].derivative(z, ACTIVATIONS[name](z))
    np.testing.assert_array_equal(np.asarray(derivative, dtype), np.full(2, left, dtype))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_far_from_zero_sigmoid_and_softplus_reach_their_limits_without_a_warning(dtype):
    z = np.array([-1000.0, 1000.0], dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        results = {name: ACTIVATIONS[name](z) for name in ("sigmoid", "softplus")}
        slopes = {name: ACTIVATIONS[name].derivative(z, results[name]) for name in results}
    np.testing.assert_array_equal(results["sigmoid"], np.array([0, 1], dtype))
    np.testing.assert_array_equal(results["softplus"], np.array([0, 1000], dtype))
    np.testing.assert_array_equal(slopes["sigmoid"], np.array([0, 0], dtype))
    np.testing.assert_array_equal(slopes["softplus"], np.array([0, 1], dtype))


def test_small_values_of_sigmoid_and_softplus_keep_their_digits():
    # both are e^z to first order, which 1 - 1/(1 + e^z) or ln(1 + e^z) taken literally would round away
    z = np.array([-40.0, -300.0])
    for name in ("sigmoid", "softplus"):
        np.testing.assert_allclose(ACTIVATIONS[name](z), np.exp(z), rtol=1e-13)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_to_out_is_what_is_returned_and_the_inputs_survive(name):
    f, derivative, out = ACTIVATIONS[name], ACTIVATIONS[name].derivative, np.full_like(Z, np.nan)
    z, a = Z.copy(), f(Z)
    assert f(z, out=out) is out
    np.testing.assert_array_equal(out, a)
    assert not np.shares_memory(a, Z)
    assert derivative(z, a, out=out) is out
    np.testing.assert_array_equal(out, derivative(Z, a) * 1.0)
    np.testing.assert_array_equal(z, Z)  # the backward pass still reads both
    np.testing.assert_array_equal(a, f(Z))


@pytest.mark.parametrize("name", NAMES)
def test_float32_goes_in_and_float32_comes_out(name):
    z = np.linspace(-3, 3, 7, dtype=np.float32)
    a = ACTIVATIONS[name](z)
    assert a.dtype == np.float32
    np.testing.assert_allclose(a, ACTIVATIONS[name](z.astype(np.float64)), rtol=2e-6, atol=1e-6)
    # a derivative may be a truth value (0 or 1), but must not widen the delta it multiplies
    assert np.result_type(np.float32, ACTIVATIONS[name].derivative(z, a)) == np.float32


def test_relu_is_the_same_for_large_arrays_as_for_small():
    z = np.linspace(-1, 1, 2**18 + 10)
    np.testing.assert_array_equal(ACTIVATIONS["relu"](z), np.where(z > 0, z, 0))


def jumps(entry):
    """The middles of the intervals of 1e-3 over which the slope changes by more than a smooth one could."""
    z = np.arange(-6.0005, 6, 1e-3)
    slope = np.array([1.0 * entry.derivative(np.array([v]), entry(np.array([v])))[0] for v in z])
    return (z[:-1] + 5e-4)[np.abs(np.diff(slope)) > 5e-3]


@pytest.mark.parametrize("name", list(ACTIVATIONS))
def test_the_kinks_that_an_entry_names_are_all_that_its_slope_has(name):
    np.testing.assert_allclose(jumps(ACTIVATIONS[name]), ACTIVATIONS[name].kinks, atol=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_an_entry_saturates_if_its_slope_vanishes_on_both_sides(name):
    far = np.array([-1e4, 1e4])
    slopes = np.abs(ACTIVATIONS[name].derivative(far, ACTIVATIONS[name](far)) * 1.0)
    assert ACTIVATIONS[name].saturates == bool((slopes < 1e-3).all())


def test_a_kink_that_an_entry_does_not_name_is_seen():
    crooked = next(entry for _, name, entry in made_up.ENTRIES if name == "crooked")
    np.testing.assert_allclose(jumps(crooked), crooked.kinks, atol=1e-9)


@pytest.mark.parametrize("name", [name for name in NAMES if ACTIVATIONS[name].second_moment is not None])
def test_the_second_moment_is_the_mean_square_over_standard_normal_numbers(name):
    z, width = np.linspace(-12, 12, 240_001, retstep=True)
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    mean = (ACTIVATIONS[name](z) ** 2 * density).sum() * width
    assert ACTIVATIONS[name].second_moment == pytest.approx(mean, rel=1e-6)
