"""What each mistake gives where a step is a function of one number, written out here."""

import math

import pytest
from derived import steps_of

from lab.derivation import Problem
from lab.derivation.mistakes import Asked
from lab.derivation.mistakes.rule import wrong_arrays

PROBLEM = Problem(d=2, hidden_layer_sizes=(3, 3), m=3, K=6, activation="tanh", seed=5)


def sigma(z):
    return 1 / (1 + math.exp(-z))


def gelu_slope(x, inner=1.0, product=True):
    """GELU′, perhaps without the inner derivative or the second term, by the tanh approximation."""
    u = math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)
    return (1 + math.tanh(u)) / 2 + product * inner * x / 2 * (1 - math.tanh(u) ** 2)


@pytest.mark.parametrize("x", [0.7, -0.4])
def test_functions_of_one_number(x):
    s, t, positive = sigma(x), math.tanh(x), float(x > 0)
    softplus = math.log(1 + math.exp(x))
    expected = {
        "sigmoid_tanh": {
            "exponent_negated": sigma(-x), "not_shifted_and_halved": math.tanh(x / 2),
            "argument_not_halved": (t + 1) / 2, "exponential_alone": math.exp(x),
        },
        "log_sigmoid": {
            "inner_minus_forgotten": -softplus, "outer_minus_forgotten": math.log(1 + math.exp(-x)),
            "logarithm_of_sigmoid_forgotten": s, "relu_for_softplus": -max(-x, 0),
        },
        "sigmoid_slope": {
            "value_of_the_function": s, "slope_of_sigmoid_with_x": x * (1 - x),
            "one_factor_of_the_slope": 1 - s, "slope_rule_of_tanh": 1 - s * s,
        },
        "tanh_slope": {
            "value_of_the_function": t, "slope_rule_of_sigmoid": t * (1 - t), "square_forgotten": 1 - t,
            "slope_of_tanh_with_x": 1 - x * x, "one_minus_forgotten": t * t,
        },
        "rect_slope": {"value_of_the_function": max(x, 0), "other_side": 1 - positive},
        "absolute_slope": {"value_of_the_function": abs(x), "other_side": 1 - 2 * positive},
        "leaky_relu_slope": {
            "value_of_the_function": x if x > 0 else 0.01 * x, "slope_of_relu": positive,
            "other_side": 0.01 if x > 0 else 1.0,
        },
        "softplus_slope": {
            "value_of_the_function": softplus, "exponent_negated": sigma(-x), "step_for_sigmoid": positive,
        },
        "gelu_slope": {
            "product_rule_half_done": gelu_slope(x, product=False),
            "inner_derivative_forgotten": gelu_slope(x),
        },
        "sign_cases": {"size_for_sign": abs(x), "indicators_swapped": 1 - 2 * positive},
    }  # fmt: skip
    for key, mistakes in expected.items():
        asked = Asked(PROBLEM, steps_of(PROBLEM)[key], right=0.0, x=x)
        found = {one.key: float(array) for one, array in wrong_arrays(asked)}
        assert {name: found[name] for name in mistakes} == pytest.approx(mistakes, rel=1e-9), key


def test_variances_that_are_drawn_with():
    asked = Asked(PROBLEM, steps_of(PROBLEM)["variance_forward"], right=1 / 3, x=("lecun_normal", 3, 7))
    asked.topic = "initial_variance"
    expected = {
        "standard_deviation": math.sqrt(1 / 3), "fans_swapped": 1 / 7, "variance_of_he": 2 / 3,
        "variance_of_glorot": 2 / 10, "variance_of_lecun": 1 / 3, "fraction_turned_over": 3,
    }  # fmt: skip
    assert {one.key: float(array) for one, array in wrong_arrays(asked)} == pytest.approx(expected)
