"""The error against the step: slopes, floors and best steps as the theory of differences has them."""

import numpy as np
import pytest

from mlp import TrainConfig, init_params
from mlp.checks.step_sweep import best_step, step_sweep

CONFIG = TrainConfig(hidden_layer_sizes=(5, 4), activation="tanh", dtype="float64")


def example():
    rng = np.random.default_rng(0)
    return init_params(CONFIG, 2, 3), rng.standard_normal((12, 2)), rng.integers(0, 3, 12), CONFIG


def slope(steps, errors):
    return np.polyfit(np.log(steps), np.log(errors), 1)[0]


@pytest.mark.parametrize(
    ("scheme", "low", "order"), [("forward", -5, 1), ("central", -3, 2), ("complex", -4, 2)]
)
def test_truncation_has_the_slope_of_its_order(scheme, low, order):
    steps = np.logspace(low, -2, 7)
    errors = step_sweep(*example(), steps, schemes=(scheme,), dtypes=("float64",))[scheme, "float64"]
    assert slope(steps, errors) == pytest.approx(order, abs=0.02)


@pytest.mark.parametrize("scheme", ["forward", "central"])
def test_rounding_has_the_slope_minus_one(scheme):
    steps = np.logspace(-14, -9, 11)
    errors = step_sweep(*example(), steps, schemes=(scheme,), dtypes=("float64",))[scheme, "float64"]
    assert slope(steps, errors) == pytest.approx(-1, abs=0.15)


@pytest.mark.parametrize(("dtype", "floor"), [("float64", 1e-15), ("float32", 5e-7)])
def test_the_complex_step_stays_flat_at_the_roundoff(dtype, floor):
    steps = np.logspace(-20, -9, 12)
    errors = step_sweep(*example(), steps, schemes=("complex",), dtypes=(dtype,))["complex", dtype]
    assert errors.max() < floor


@pytest.mark.parametrize("scheme", ["forward", "central"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_best_step_lies_within_a_decade_or_so_of_theory(scheme, dtype):
    theory = best_step(scheme, dtype)
    steps = theory * np.logspace(-3, 3, 13)
    steps = steps[steps < 0.5]
    errors = step_sweep(*example(), steps, schemes=(scheme,), dtypes=(dtype,))[scheme, dtype]
    assert abs(np.log10(steps[errors.argmin()] / theory)) <= 1.5


def test_the_best_steps_are_the_roots_of_the_unit_roundoff():
    assert best_step("forward", "float64") == pytest.approx((2**-53) ** 0.5)
    assert best_step("central", "float64") == pytest.approx((2**-53) ** (1 / 3))
    assert best_step("central", "float32") == pytest.approx((2**-24) ** (1 / 3))
    assert best_step("complex", "float64") is None


def test_a_wrong_gradient_shows_as_a_floor_of_half_its_error():
    # ‖(1 + e) a - a‖ / (‖(1 + e) a‖ + ‖a‖) = e / (2 + e)
    how = {"schemes": ("complex",), "dtypes": ("float64",), "factor": 1.01}
    errors = step_sweep(*example(), [1e-9, 1e-20], **how)["complex", "float64"]
    np.testing.assert_allclose(errors, 0.01 / 2.01, rtol=1e-9)


def test_in_steps_of_one_over_24_and_more_an_error_of_a_ten_thousandth_hides():
    steps = 1 / np.arange(1, 25)
    right, wrong = (
        step_sweep(*example(), steps, schemes=("central",), dtypes=("float64",), factor=factor)[
            "central", "float64"
        ]
        for factor in (1.0, 1.0001)
    )
    assert (np.diff(right) < 0).all()
    assert (np.diff(wrong) < 0).all()
    assert wrong[-1] < 2 * right[-1]
