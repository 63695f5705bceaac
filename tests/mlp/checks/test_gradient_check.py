"""The gradient checker: right numbers, the parameters asked for, and an eye for a wrong gradient."""

import math
from dataclasses import replace

import numpy as np
import pytest

from mlp import ACTIVATIONS, LOSSES, OPTIMIZERS, Layer, TrainConfig, forward, gradient_check, init_params
from mlp.checks import gradient_check as checking

CONFIG = TrainConfig(hidden_layer_sizes=(4,), activation="tanh", l1=0.02, l2=(0.05, 0.01), dtype="float64")
# The parameters count W1 (2×4), b1 (4), W2 (4×3), b2 (3), row by row: 0-7, 8-11, 12-23, 24-26.
N_PARAMETERS = 27


def example(seed=0):
    rng = np.random.default_rng(seed)
    params = tuple(Layer(rng.normal(0, 0.8, (n, m)), rng.normal(0, 0.3, m)) for n, m in [(2, 4), (4, 3)])
    return params, rng.normal(size=(7, 2)), rng.integers(0, 3, 7)


def objective(params, X, y):
    """CONFIG's loss and penalty in Python floats."""
    (W1, b1), (W2, b2) = [(W.tolist(), b.tolist()) for W, b in params]
    losses = []
    for x, label in zip(X.tolist(), y.tolist(), strict=True):
        a = [math.tanh(x[0] * W1[0][j] + x[1] * W1[1][j] + b1[j]) for j in range(4)]
        o = [math.fsum(a[j] * W2[j][k] for j in range(4)) + b2[k] for k in range(3)]
        losses.append(math.log(math.fsum(math.exp(v) for v in o)) - o[label])
    first, second = ([w for row in W for w in row] for W in (W1, W2))
    l1 = math.fsum(0.02 * abs(w) for w in first + second)
    return (
        math.fsum(losses) / len(X)
        + l1
        + math.fsum(rate * w * w for rate, weights in [(0.05, first), (0.01, second)] for w in weights)
    )


def nudged(params, index, amount):
    """The parameters with that one, counted as above, moved."""
    arrays = [array.copy() for layer in params for array in layer]
    for array in arrays:
        if index < array.size:
            array.flat[index] += amount
            break
        index -= array.size
    return tuple(Layer(*arrays[i : i + 2]) for i in (0, 2))


def test_both_columns_are_the_derivatives_of_the_objective_written_out():
    params, X, y = example()
    h = 1e-5
    expected = [
        (objective(nudged(params, i, h), X, y) - objective(nudged(params, i, -h), X, y)) / (2 * h)
        for i in range(N_PARAMETERS)
    ]
    check = gradient_check(params, X, y, CONFIG, step=h)
    np.testing.assert_array_equal(check.index, np.arange(N_PARAMETERS))
    # the same quotient, up to the rounding of losses near 2 divided by 2h
    np.testing.assert_allclose(check.numeric, expected, atol=2e-10)
    np.testing.assert_allclose(check.analytic, expected, rtol=1e-7, atol=2e-10)


def test_errors_are_the_distances_of_the_two_columns():
    check = gradient_check(*example(), CONFIG, step=0.3)  # so large a step that they differ visibly
    for a, n, error, relative in zip(*check[1:5], strict=True):
        assert error == pytest.approx(abs(a - n), rel=1e-12)
        assert relative == pytest.approx(abs(a - n) / max(abs(a), abs(n)), rel=1e-12)
    assert check.relative_error.max() > 1e-3


def test_the_error_falls_with_the_square_of_the_step():
    params, X, y = example()
    smooth = TrainConfig(hidden_layer_sizes=(4,), activation="tanh", dtype="float64")
    coarse, fine = (gradient_check(params, X, y, smooth, step=h).error.max() for h in (2e-2, 1e-2))
    assert coarse / fine == pytest.approx(4, rel=0.01)


def test_relative_error_is_zero_where_both_derivatives_are():
    params, X, y = example()
    check = gradient_check(params, X, y, TrainConfig(hidden_layer_sizes=(4,), use_bias=False))
    biases = np.r_[8:12, 24:27]
    assert not check.analytic[biases].any()
    assert not check.numeric[biases].any()
    assert not check.relative_error[biases].any()


@pytest.mark.parametrize("indices", [[26, 0, 9, 9], [13], [], range(5, 20, 3)])
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


def test_parameters_and_inputs_are_left_as_they_were():
    params, X, y = example()
    gradient_check(params, X, y, CONFIG)
    for one, other in zip(params, example()[0], strict=True):
        np.testing.assert_array_equal(one.W, other.W)
        np.testing.assert_array_equal(one.b, other.b)
    np.testing.assert_array_equal(X, example()[1])


def test_float32_networks_are_checked_in_float64():
    _, X, y = example()
    config = TrainConfig(hidden_layer_sizes=(4,), activation="tanh", dtype="float32")
    check = gradient_check(init_params(config, 2, 3), X.astype(np.float32), y, config)
    assert check.analytic.dtype == check.numeric.dtype == np.float64
    assert check.relative_error.max() < 1e-6  # in float32 it would be near 1e-2 with this step


@pytest.mark.parametrize("loss", list(LOSSES))
@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_every_activation_and_loss_passes(activation, loss):
    # A seed that keeps every hidden z away from the kinks of ReLU and leaky ReLU, all at 0:
    # the first layer's z do not depend on the activation.
    params, X, y = example(0)
    config = TrainConfig(hidden_layer_sizes=(4,), activation=activation, loss=loss, l1=0.01, l2=0.02)
    assert np.abs(forward(params, X, config).pre_activations[0]).min() > 1e-3
    check = gradient_check(params, X, y, config)
    np.testing.assert_allclose(check.analytic, check.numeric, rtol=1e-7, atol=1e-10)


def test_a_wrong_activation_derivative_shows_below_the_output_layer(monkeypatch):
    wrong = replace(ACTIVATIONS["tanh"], derivative=lambda z, a, out=None: 1 - a)
    monkeypatch.setitem(ACTIVATIONS, "tanh", wrong)
    relative_error = gradient_check(*example(), CONFIG).relative_error
    assert relative_error[:12].max() > 0.01
    assert relative_error[12:].max() < 1e-6


def test_a_wrong_loss_gradient_shows_everywhere(monkeypatch):
    right = LOSSES["softmax_cross_entropy"]
    wrong = replace(right, gradient=lambda logits, T, out=None: 1.001 * right.gradient(logits, T))
    monkeypatch.setitem(LOSSES, "softmax_cross_entropy", wrong)
    params, X, y = example()
    config = TrainConfig(hidden_layer_sizes=(4,), activation="tanh")
    relative_error = gradient_check(params, X, y, config).relative_error
    np.testing.assert_allclose(relative_error, 1 - 1 / 1.001, rtol=1e-3)


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_how_the_network_is_trained_does_not_matter_to_its_gradient(name):
    params, X, y = example()
    other = TrainConfig(
        hidden_layer_sizes=(4,), activation="tanh", l1=0.02, l2=(0.05, 0.01), optimizer=name, batch_size=3
    )
    expected = gradient_check(params, X, y, CONFIG)
    np.testing.assert_array_equal(gradient_check(params, X, y, other).analytic, expected.analytic)


@pytest.mark.parametrize("scheme", ["sideways", "", None, "Central"])
def test_an_unknown_scheme_is_refused(scheme):
    with pytest.raises(ValueError, match=r"^scheme is .*; allowed: .*central"):
        gradient_check(*example(), CONFIG, scheme=scheme)


@pytest.mark.parametrize("step", [0, -1e-5, math.nan, math.inf])
def test_a_step_that_is_no_positive_number_is_refused(step):
    with pytest.raises(ValueError, match=r"^step is .*; allowed: a finite number greater than 0"):
        gradient_check(*example(), CONFIG, step=step)


@pytest.mark.parametrize("indices", [[27], [0, -1], [1000, 3], [1.5], [True, False]])
def test_an_index_that_is_none_of_the_parameters_is_refused(indices):
    with pytest.raises(ValueError, match=r"^indices .*; allowed: .*0 to 26"):
        gradient_check(*example(), CONFIG, indices=indices)
