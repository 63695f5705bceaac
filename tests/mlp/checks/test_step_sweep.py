"""The error against the step: slopes, floors and best steps as the theory of differences has them."""

import numpy as np
import pytest

from mlp import TrainConfig, init_params
from mlp.checks.step_sweep import best_step, step_sweep

CONFIG = TrainConfig(hidden_layer_sizes=(5, 4), activation="tanh", dtype="float64")


def example():
    rng = np.random.default_rng(0)
    return init_params(CONFIG, 2, 3), rng.standard_normal((12, 2)), rng.integers(0, 3, 12), CONFIG


@pytest.mark.parametrize(
    ("scheme", "low", "high", "order"),
    [
        *[("forward", -5, -2, 1), ("central", -3, -2, 2), ("complex", -4, -2, 2)],  # truncation
        *[("forward", -14, -9, -1), ("central", -14, -9, -1)],  # rounding
    ],
)
def test_errors_have_the_slope_of_their_order(scheme, low, high, order):
    steps = np.logspace(low, high, 9)
    errors = step_sweep(*example(), steps, schemes=(scheme,), dtypes=("float64",))[scheme, "float64"]
    slope = np.polyfit(np.log(steps), np.log(errors), 1)[0]
    assert slope == pytest.approx(order, abs=0.02 if order > 0 else 0.2)


def test_the_complex_step_stays_flat_at_the_roundoff_and_the_others_are_best_where_theory_says():
    steps = np.logspace(-12, -0.5, 24)
    for (scheme, dtype), errors in step_sweep(*example(), steps).items():
        if scheme == "complex":
            assert errors[:8].max() < (1e-15 if dtype == "float64" else 5e-7)
        else:
            assert abs(np.log10(steps[errors.argmin()] / best_step(scheme, dtype))) <= 1.5


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
