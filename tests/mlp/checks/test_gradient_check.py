"""The gradient checker: right numbers, the parameters asked for, and an eye for a wrong gradient."""

import math
from dataclasses import replace

import numpy as np
import pytest

from mlp import ACTIVATIONS, LOSSES, Layer, TrainConfig, gradient_check, init_params, loss_and_gradients
from mlp.checks import gradient_check as checking
from mlp.network import flatten

CONFIG = TrainConfig(hidden_layer_sizes=(4,), activation="tanh", l1=0.02, l2=(0.05, 0.01), dtype="float64")
# The parameters count W1 (2×4), b1 (4), W2 (4×3), b2 (3), row by row: 0-7, 8-11, 12-23, 24-26.
N_PARAMETERS = 27


def example(seed=0):
    rng = np.random.default_rng(seed)
    params = tuple(Layer(rng.normal(0, 0.8, (n, m)), rng.normal(0, 0.3, m)) for n, m in [(2, 4), (4, 3)])
    return params, rng.normal(size=(7, 2)), rng.integers(0, 3, 7)


def test_both_columns_are_the_derivatives_of_the_objective():
    params, X, y = example()
    check = gradient_check(params, X, y, CONFIG)
    np.testing.assert_array_equal(check.index, np.arange(N_PARAMETERS))
    exact = flatten(loss_and_gradients(params, X, y, CONFIG)[1])  # tests/mlp/test_network.py checks it
    np.testing.assert_allclose(check.analytic, exact, rtol=1e-13, atol=1e-16)
    # rounding of losses near 2 divided by 2h
    np.testing.assert_allclose(check.numeric, exact, atol=2e-10)
    for one, other in zip([*params, X], [*example()[0], example()[1]], strict=True):
        np.testing.assert_equal(one, other)  # they are left as they were


def test_the_penalty_alone_and_the_data_loss_alone_add_up_to_the_objective():
    what = *example(), CONFIG
    (W1, _), (W2, _) = what[0]
    pulls = 0.02 * np.sign(W1) + 0.1 * W1, np.zeros(4), 0.02 * np.sign(W2) + 0.02 * W2, np.zeros(3)
    expected = np.concatenate([pull.ravel() for pull in pulls])
    for scheme in ("central", "complex"):
        penalty = gradient_check(*what, scheme=scheme, part="penalty")
        np.testing.assert_allclose(penalty.analytic, expected, rtol=1e-14)
        np.testing.assert_allclose(penalty.numeric, expected, atol=1e-10)
        assert not penalty.crosses_kink.any()
    data, free = gradient_check(*what, part="data"), replace(CONFIG, l1=0.0, l2=0.0)
    np.testing.assert_array_equal(data, gradient_check(*what[:3], free))
    np.testing.assert_allclose(data.analytic + expected, gradient_check(*what).analytic, rtol=1e-12)


def test_errors_are_the_distances_of_the_two_columns():
    check = gradient_check(*example(), CONFIG, step=0.3)  # so large a step that they differ visibly
    for a, n, error, relative in zip(*check[1:5], strict=True):
        assert error == pytest.approx(abs(a - n), rel=1e-12)
        assert relative == pytest.approx(abs(a - n) / max(abs(a), abs(n)), rel=1e-12)
    assert check.relative_error.max() > 1e-3


def test_relative_error_is_zero_where_both_derivatives_are():
    params, X, y = example()
    check = gradient_check(params, X, y, TrainConfig(hidden_layer_sizes=(4,), use_bias=False))
    biases = np.r_[8:12, 24:27]
    assert not check.analytic[biases].any()
    assert not check.numeric[biases].any()
    assert not check.relative_error[biases].any()


@pytest.mark.parametrize("indices", [[26, 0, 9, 9], [], range(5, 20, 3)])
def test_indices_pick_parameters_in_the_order_given(indices):
    everything = gradient_check(*example(), CONFIG)
    check = gradient_check(*example(), CONFIG, indices=indices)
    np.testing.assert_array_equal(check.index, list(indices))
    for part, whole in zip(check[1:], everything[1:], strict=True):
        assert part.shape == (len(indices),)
        np.testing.assert_allclose(part, whole[list(indices)], rtol=1e-6, atol=1e-15)


def test_checking_in_chunks_gives_the_same_numbers(monkeypatch):
    whole = gradient_check(*example(), CONFIG)
    monkeypatch.setattr(checking, "STACK_VALUES", 2 * N_PARAMETERS * 4)
    for part, expected in zip(gradient_check(*example(), CONFIG), whole, strict=True):
        np.testing.assert_allclose(part, expected, rtol=1e-9, atol=1e-15)


def test_float32_networks_are_checked_in_float64():
    _, X, y = example()
    config = TrainConfig(hidden_layer_sizes=(4,), activation="tanh", dtype="float32")
    check = gradient_check(init_params(config, 2, 3), X.astype(np.float32), y, config)
    assert check.analytic.dtype == check.numeric.dtype == np.float64
    assert check.relative_error.max() < 1e-6  # in float32 it would be near 1e-2 with this step


def test_a_wrong_derivative_shows_in_the_layers_that_it_enters(monkeypatch):
    wrong = replace(ACTIVATIONS["tanh"], derivative=lambda z, a, out=None: 1 - a)
    with monkeypatch.context() as patch:
        patch.setitem(ACTIVATIONS, "tanh", wrong)
        relative_error = gradient_check(*example(), CONFIG).relative_error
    assert relative_error[:12].max() > 0.01
    assert relative_error[12:].max() < 1e-6
    right = LOSSES["softmax_cross_entropy"]
    wrong = replace(right, gradient=lambda logits, T, out=None: 1.001 * right.gradient(logits, T))
    monkeypatch.setitem(LOSSES, "softmax_cross_entropy", wrong)
    relative_error = gradient_check(*example(), replace(CONFIG, l1=0.0, l2=0.0)).relative_error
    np.testing.assert_allclose(relative_error, 1 - 1 / 1.001, rtol=1e-3)


@pytest.mark.parametrize(
    ("argument", "values", "allowed"),
    [
        ("scheme", ["sideways", None], "forward, central, complex"),
        ("dtype", ["float16", None], "float32, float64"),
        ("part", ["loss", None], "objective, data, penalty"),
        (
            "step",
            [0, -1e-5, math.nan, math.inf, "a", None, 1j, True, [1e-5]],
            "a finite number greater than 0",
        ),
        ("indices", [[27], [0, -1], [1.5], [True, False]], "whole numbers from 0 to 26"),
    ],
)
def test_arguments_that_are_none_are_refused(argument, values, allowed):
    for value in values:
        with pytest.raises(ValueError, match=rf"^{argument} is .*; allowed: {allowed}\.$"):
            gradient_check(*example(), CONFIG, **{argument: value})
