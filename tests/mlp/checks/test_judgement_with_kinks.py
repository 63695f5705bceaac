"""A derivative that crosses a kink does not count: it is no measure of errors that would go unnoticed."""

import itertools

import numpy as np
import pytest

from mlp import TrainConfig, gradient_check, init_params
from mlp.checks.gradient_check import compared
from mlp.checks.judgement import judge, judged

CENTRAL = {"scheme": "central", "step": 1e-5, "dtype": "float64"}


def test_errors_are_measured_against_the_largest_derivative_that_crosses_no_kink():
    """Rounding leaves 4 · 2⁻⁵³ / 1e-5 = 4.44e-11: of a derivative of 1e-6 that is 4.44e-5."""
    analytic, numeric = np.array([1.0, 1e-6]), np.array([0.5, 1e-6 + 4e-11])
    check = compared(np.arange(2), analytic, numeric, np.array([True, False]))
    found = judged(check, None, 0.5, **CENTRAL)
    assert found.resolution == pytest.approx(4.44e-5, rel=1e-3)
    assert (found.kind, found.hides, found.largest) == ("usual", "rounding", 1e-6)


def test_where_all_others_are_0_nothing_was_compared():
    zero = np.array([0.01, 0.0, 0.0])
    found = judged(compared(np.arange(3), zero, zero, np.array([True, False, False])), None, 0.5, **CENTRAL)
    assert (found.kind, found.passes, found.only_kinks) == ("nothing", False, False)


def test_a_share_beyond_the_largest_number_is_still_hidden_by_rounding():
    tiny = np.array([5e-324])
    found = judged(compared(np.arange(1), tiny, 0 * tiny, np.zeros(1, bool)), None, 0.5, **CENTRAL)
    assert (found.kind, found.resolution, found.hides) == ("blind", np.inf, "rounding")


def networks():
    """Networks with an L1 penalty and weights so near 0 that most of a step of h cross it; and a ReLU."""
    rng = np.random.default_rng(3)
    X, y = rng.standard_normal((5, 2)), rng.integers(0, 2, 5)
    kinds = (("tanh", "normal", 1e-3), ("softplus", "uniform_fan_out", 1e-6), ("relu", "he_normal", 1.0))
    for (activation, initializer, scale), sizes in itertools.product(kinds, ((8, 8, 8), (2,))):
        config = TrainConfig(
            hidden_layer_sizes=sizes,
            activation=activation,
            initializer=initializer,
            init_scale=scale,
            l1=0.01,
        )
        yield init_params(config, 2, 2), X, y, config


@pytest.mark.parametrize("factor", [1.0, 1.00001, 1.0001, 1.01])
@pytest.mark.parametrize(("scheme", "step"), [("central", 1e-2), ("forward", 3e-3), ("central", 1e-5)])
def test_a_check_proves_what_one_without_those_that_cross_a_kink_proves(scheme, step, factor):
    how = {"scheme": scheme, "step": step, "dtype": "float64"}
    for what in networks():
        first = np.arange(what[0][0].W.size + what[0][0].b.size)
        check = gradient_check(*what, indices=first, **how)
        check = compared(first, factor * check.analytic, check.numeric, check.crosses_kink)
        smooth = ~check.crosses_kink
        if not smooth.any():
            continue
        with_kinks = judge(check, *what, **how)
        alone = judge(type(check)(*(field[smooth] for field in check)), *what, **how)
        assert with_kinks.kind == alone.kind
        assert with_kinks.resolution == pytest.approx(alone.resolution)
        assert factor > 1 or not with_kinks.finds_error


def test_a_wrong_gradient_makes_nobody_happy_because_others_cross_a_kink():
    how = {"scheme": "central", "step": 1e-2, "dtype": "float64"}
    what = next(networks())
    first = np.arange(what[0][0].W.size + what[0][0].b.size)
    check = gradient_check(*what, indices=first, **how)
    assert 0 < check.crosses_kink.sum() < len(first)
    smooth = ~check.crosses_kink
    assert np.abs(check.analytic[smooth]).max() < 1e-3 * np.abs(check.analytic).max()
    check = compared(first, 1.00001 * check.analytic, check.numeric, check.crosses_kink)
    assert check.relative_error[smooth].min() > 1e-6
    assert judge(check, *what, **how).kind != "happy"
