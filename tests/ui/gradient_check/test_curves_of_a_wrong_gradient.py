"""What is said of the curves of a right and of a wrong gradient that do not both fall with the step."""

import numpy as np
import pandas as pd
import pytest

from ui.gradient_check import planted

CANNOT = "**By the curves alone, these steps cannot tell a right gradient"


def curve(*errors):
    """The errors at h = 0.1, 0.01, 0.001, …"""
    return pd.DataFrame({"h": 0.1 ** np.arange(1, len(errors) + 1), "error": errors}).sort_values("h")


def told(right, wrong):
    return planted.told_apart(right, wrong, np.zeros(len(right), bool))


def test_curves_that_both_fall_are_said_to_fall():
    said = told(curve(1e-1, 1e-2, 1e-3), curve(1e-1, 1e-2, 1.1e-3))
    assert said.startswith(CANNOT)
    assert "both curves fall" in said


@pytest.mark.parametrize("wrong", [(1e-1, 1.5e-3, 2e-2, 1e-2), (1e-1, 1.5e-3, 1e-3, 1e-4)])
def test_an_error_that_rises_again_at_shorter_steps_is_not_said_to_fall(wrong):
    said = told(curve(1e-1, 1e-3, 2e-2, 1e-2), curve(*wrong))
    assert said.startswith(CANNOT)
    assert "fall" not in said
    assert "At shorter steps they are larger again: up to 2.0e-02, at h = 0.001." in said


def test_a_curve_that_falls_to_the_last_step_but_not_at_every_one_is_not_said_to_rise_after_it():
    said = told(curve(1e-2, 5e-2, 1e-3), curve(1e-2, 5e-2, 1.1e-3))
    assert "fall" not in said
    assert "shorter" not in said


def test_derivatives_of_0_have_no_error_to_tell_apart():
    nothing = curve(0.0, 0.0, 0.0)
    assert told(nothing, nothing) == (
        "**All these derivatives are 0, and so is every difference.** A gradient that is 0.01% too large is "
        "0 as well, so there is nothing to tell apart."
    )
    assert told(nothing, curve(*[5e-5] * 3)).startswith(
        "**These steps tell them apart.** At their best step, h = 0.001, central differences are off by 0; "
        "of the same gradient made 0.01% too large by 5.0e-05. At all 3 steps the wrong gradient is at "
        "least 2 times as far off. The"
    )


LEVEL = " Its curve stops falling where truncation ends and the error of the gradient begins."


@pytest.mark.parametrize(
    ("right", "wrong", "n", "level"),
    [
        ((1e-2, 1e-4, 1e-6, 1e-8), (1e-2, 1.1e-4, 5e-5, 5e-5), "2 of these 4", True),
        ((1e-6, 1e-8, 1e-9, 1e-9), (5e-5, 5e-5, 5e-5, 5e-5), "all 4", False),  # it never falls
        ((1e-2, 2e-5, 1e-3, 1e-2), (1e-2, 5e-5, 1e-3, 1e-2), "1 of these 4", False),  # it rises again
        ((1e-2, 1e-3, 2e-4, 4e-5), (1e-2, 1e-3, 3e-4, 9e-5), "1 of these 4", False),  # it still falls
    ],
)
def test_how_far_apart_the_curves_are_is_told_by_the_steps_and_only_a_level_curve_is_called_one(
    right, wrong, n, level
):
    said = told(curve(*right), curve(*wrong))
    assert said.startswith("**These steps tell them apart.**") or right[0] == 0
    assert f" At {n} steps the wrong gradient is at least 2 times as far off." in said
    assert (LEVEL in said) == level


def test_a_curve_that_falls_with_truncation_on_a_fine_grid_is_not_called_level():
    """On N = 1 … 24 the last step shortens h by 4%, so an error of order h² falls by 8%."""
    h = 1 / np.arange(24, 0, -1)
    right = pd.DataFrame({"h": h, "error": 0.02 * h**2})
    for wrong, level in ((5e-5 + 0.02 * h**2, False), (np.maximum(2e-4, 0.02 * h**2), True)):
        said = told(right, pd.DataFrame({"h": h, "error": wrong}))
        assert said.startswith("**These steps tell them apart.**")
        assert (LEVEL in said) == level
