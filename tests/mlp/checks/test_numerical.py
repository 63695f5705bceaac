"""Difference quotients and errors, worked out by hand."""

import numpy as np
import pytest

from mlp.checks.numerical import (
    absolute_error,
    difference_quotient,
    norm_wise,
    relative_error,
    relative_norm,
    spread,
)


def cubes(stack):
    """Σ_i i θ_i³ of every row, i from 1."""
    return (np.arange(1, stack.shape[1] + 1) * stack**3).sum(axis=1)


@pytest.mark.parametrize(
    ("scheme", "slopes"),
    [  # of θ³ at 2 and -1 with h = 1/2: 3θ² + 3θh + h², 3θ² + h², 3θ² - h²
        ("forward", (12 + 3 + 0.25, 3 - 1.5 + 0.25)),
        ("central", (12.25, 3.25)),
        ("complex", (11.75, 2.75)),
    ],
)
def test_the_quotients_of_a_cube_by_hand(scheme, slopes):
    theta = np.array([2.0, 5.0, -1.0], np.float32)
    found = difference_quotient(cubes, theta, [2, 0], scheme, 0.5)
    np.testing.assert_array_equal(found, [3 * slopes[1], slopes[0]])
    assert theta.tolist() == [2.0, 5.0, -1.0]
    ones = difference_quotient(lambda stack: stack[:, 0], theta, [0], scheme, 0.5)
    assert (ones.dtype, ones.tolist()) == (np.float32, [1.0])  # single precision stays single


def test_a_function_of_several_values_has_a_row_of_slopes_for_each_entry():
    found = difference_quotient(
        lambda stack: stack[:, :1] * stack, np.array([2.0, 3.0]), [0, 1], "central", 1
    )
    assert found.tolist() == [[4.0, 3.0], [0.0, 2.0]]  # of θ₁² and θ₁θ₂


@pytest.mark.parametrize(("scheme", "calls"), [("forward", 2), ("central", 2), ("complex", 1)])
def test_all_entries_are_moved_in_one_stack_a_point(scheme, calls):
    seen = []
    difference_quotient(lambda stack: seen.append(stack) or cubes(stack), np.zeros(4), [0, 3], scheme, 0.25)
    assert [stack.shape for stack in seen] == [(2, 4)] * calls
    moved = {"forward": (0.25, 0), "central": (0.25, -0.25), "complex": (0.25j,)}[scheme]
    assert [(stack[0, 0], stack[1, 3]) for stack in seen] == [(h, h) for h in moved]
    assert [np.count_nonzero(stack) for stack in seen] == [2 if h else 0 for h in moved]


def test_no_entries_have_no_slopes_and_infinite_values_none_that_is_finite():
    assert difference_quotient(cubes, np.ones(3), [], "central", 0.1).shape == (0,)
    assert np.isnan(difference_quotient(lambda stack: stack[:, 0] / 0, np.ones(1), [0], "central", 0.1)).all()


@pytest.mark.parametrize(
    ("size", "n", "indices"),
    [
        (5, 9, [0, 1, 2, 3, 4]),
        (9, 3, [0, 4, 8]),
        (4, 3, [0, 2, 3]),
        (5, 1, [0]),
    ],
)
def test_indices_are_spread_with_both_ends(size, n, indices):
    assert spread(size, n).tolist() == indices


def test_the_errors_of_entries_by_hand():
    a = np.array([3.0, -1.0, 0.0, 0.0, 1e-200, np.nan, np.inf, np.inf])
    n = np.array([4.0, 1.0, 0.0, 2.0, 0.0, 1.0, np.inf, 1.0])
    np.testing.assert_array_equal(absolute_error(a, n), [1, 2, 0, 2, 1e-200, np.nan, np.nan, np.inf])
    np.testing.assert_array_equal(relative_error(a, n), [0.25, 2, 0, 1, 1, np.nan, np.nan, np.nan])
    np.testing.assert_array_equal(relative_error(a, n), relative_error(n, a))
    np.testing.assert_array_equal(relative_error(a[:3], n[:3], 5.0), [0.2, 0.4, 0])  # where 5 is larger
    assert f"{relative_error(4.0, 5.0):.2f} {relative_error(0.0, 0.0):.1f}" == "0.20 0.0"


@pytest.mark.parametrize(
    ("a", "n", "by_the_larger", "by_the_sum"),
    [
        ([3.0, 0.0], [0.0, 4.0], 5 / 4, 5 / 7),
        ([0.0], [0.0], 0, 0),
        ([1.0], [-1.0], 2, 1),
        ([0.0, 0.0], [6.0, 8.0], 1, 1),
        ([6.0, 8.0], [0.0, 0.0], 1, 1),
        ([np.nan, 0.0], [1.0, 0.0], np.inf, np.nan),
        ([1.0], [np.inf], np.inf, np.nan),
    ],
)
def test_the_errors_of_whole_gradients_by_hand(a, n, by_the_larger, by_the_sum):
    assert relative_norm(a, n) == pytest.approx(by_the_larger)
    with np.errstate(invalid="ignore"):
        assert norm_wise(a, n) == pytest.approx(by_the_sum, nan_ok=True)
