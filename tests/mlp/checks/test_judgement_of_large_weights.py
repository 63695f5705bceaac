"""The judgement on networks with large weights, whose sums are large: what rounding leaves is no mistake."""

import itertools

import numpy as np
import pytest

from mlp import ACTIVATIONS, LOSSES, Layer, TrainConfig, gradient_check, init_params
from mlp.checks.gradient_check import compared
from mlp.checks.judgement import CAUSES, judge, judged

COMPLEX = {"scheme": "complex", "step": 1e-20, "dtype": "float32"}
FORWARD = {"scheme": "forward", "step": 1e-3, "dtype": "float32"}
CENTRAL = {"scheme": "central", "step": 1e-5, "dtype": "float64"}


def network(seed, **fields):
    config = TrainConfig(hidden_layer_sizes=(8, 8), init_seed=seed, dtype="float64", **fields)
    rng = np.random.default_rng(seed)
    return init_params(config, 2, 2), rng.standard_normal((32, 2)), rng.integers(0, 2, 32), config


@pytest.mark.parametrize(
    ("how", "scale", "fields", "seeds"),
    [
        (COMPLEX, 5.0, {"activation": "tanh"}, range(15)),
        (COMPLEX, 10.0, {"activation": "tanh"}, range(15)),
        # truncation that shrinks by half, and then rounding is added to it
        (FORWARD, 5.0, {"activation": "tanh", "loss": "sigmoid_squared_error"}, (20, 59)),
        (FORWARD, 5.0, {"activation": "relu", "loss": "sigmoid_squared_error"}, (25,)),
    ],
    ids=["complex, 5", "complex, 10", "forward, tanh", "forward, relu"],
)
def test_a_gradient_that_float64_finds_right_is_not_wrong_in_float32(how, scale, fields, seeds):
    for seed in seeds:
        what = network(seed, init_scale=scale, **fields)
        in_float64 = CENTRAL | {"scheme": "complex", "step": 1e-20}
        assert judge(gradient_check(*what, **in_float64), *what, **in_float64).kind == "happy"
        check = gradient_check(*what, **how)
        assert not judge(check, *what, **how).finds_error, seed


@pytest.mark.parametrize(("n", "seed"), [(32, 23), (64, 10)])
def test_rounding_and_truncation_that_add_up_are_no_mistake(circles, n, seed):
    fields = {"activation": "tanh", "loss": "sigmoid_cross_entropy", "dtype": "float64"}
    config = TrainConfig(hidden_layer_sizes=(16,), init_seed=seed, **fields)
    what = init_params(config, 2, 2), circles.X_train[:n].astype(float), circles.y_train[:n], config
    how = {"scheme": "forward", "step": 1e-7, "dtype": "float64"}
    assert judge(gradient_check(*what, **how), *what, **how).passes


LONG = [("central", "float32"), ("central", "float64"), ("forward", "float32"), ("complex", "float64")]


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "dtype"), LONG)
def test_with_a_step_far_too_long_no_right_gradient_is_wrong_but_one_of_twice_the_size_is(scheme, dtype):
    how, found_wrong = {"scheme": scheme, "step": 0.1, "dtype": dtype}, 0
    for activation, loss, seed in itertools.product(ACTIVATIONS, LOSSES, (2, 6)):
        what = network(seed, init_scale=10.0, activation=activation, loss=loss)
        check = gradient_check(*what, **how)
        assert not judge(check, *what, **how).finds_error, (activation, loss, seed)
        doubled = compared(check.index, 2 * check.analytic, check.numeric, check.crosses_kink)
        found_wrong += judge(doubled, *what, **how).finds_error
    assert found_wrong > 25, "of 42"


@pytest.mark.slow
@pytest.mark.parametrize(("dtype", "mistake"), [("float64", 1e-13), ("float32", 1e-5)])
def test_sums_over_large_inputs_round_more_than_one_number_and_no_mistake_hides_there(dtype, mistake):
    # every derivative is a sum over examples of x, near 100, times an output's error
    how, planted_in = {"scheme": "complex", "step": 1.0, "dtype": dtype}, 0
    for loss, seed in itertools.product(LOSSES, range(40)):
        config = TrainConfig(
            hidden_layer_sizes=(), loss=loss, init_scale=1e-3, init_seed=seed, dtype="float64"
        )
        rng = np.random.default_rng(seed)
        X, y = 100 * rng.standard_normal((32, 2)), rng.integers(0, 10, 32)
        what = init_params(config, 2, 10), X, y, config
        check = gradient_check(*what, **how)
        assert not judge(check, *what, **how).finds_error, (loss, seed)
        alone = gradient_check(*what, **how, indices=[np.abs(check.analytic).argmax()])
        if CAUSES[judge(alone, *what, **how).cause[0]] == "too long":
            planted = compared(alone.index, alone.analytic * (1 + mistake), alone.numeric, alone.crosses_kink)
            assert judge(planted, *what, **how).finds_error, (loss, seed)
            planted_in += 1
    assert planted_in > 60


def test_a_difference_is_the_steps_if_it_is_gone_without_truncation_and_the_gradients_if_not():
    """The error, 1, does not shrink with the step; without truncation 0.4 is left, 0.6, or less."""
    how, u = {"scheme": "central", "step": 0.1, "dtype": "float64"}, 2**-53
    check = compared(np.arange(1), np.array([2.0]), np.array([3.0]), np.zeros(1, bool))
    for left, rounding, cause in (
        (0.0, u, "too long"),
        (4 * u, u, "too long"),
        (8 * u, u, "unexplained"),  # more than four times what rounding leaves
        (0.4, 1.0, "too long"),
        (0.6, 1.0, "unexplained"),  # most of the error is left
        (np.nan, 1.0, "unexplained"),
    ):
        exact = np.array([2 + left]), rounding
        found = judged(check, lambda entries: check.numeric, 0.5, exact=lambda entries, e=exact: e, **how)
        assert CAUSES[found.cause[0]] == cause, left
        if cause == "too long":
            assert found.kind == "blind"
            assert found.resolution == pytest.approx((1 + 4 * u / 0.1) / 2), "as large as its own error"
            assert found.hides == "truncation"


@pytest.mark.parametrize("scale", [1.0, 5.0, 10.0])
def test_an_error_of_twice_the_resolution_is_found_whatever_the_size_of_the_weights(scale):
    for seed in range(5):
        what = network(seed, init_scale=scale, activation="tanh")
        check = gradient_check(*what, **COMPLEX)
        found = judge(check, *what, **COMPLEX)
        largest = int(np.abs(check.analytic).argmax())
        wrong = check.analytic.copy()
        away = 1 if abs(wrong[largest]) >= abs(check.numeric[largest]) else -1
        wrong[largest] *= 1 + away * 2 * found.resolution
        planted = compared(check.index, wrong, check.numeric, check.crosses_kink)
        assert judge(planted, *what, **COMPLEX).finds_error, seed


def test_the_floor_of_a_complex_step_grows_with_the_largest_sum_of_magnitudes():
    """One unit, x = 2 and -1, weights 3 and -4, biases 5 and 0: |2|·3 + |-1|·3 + 5 = 14 is above |-3|·4."""
    config = TrainConfig(hidden_layer_sizes=(), dtype="float64")
    params = (Layer(np.array([[3.0, -4.0], [3.0, 0.0]]), np.array([5.0, 0.0])),)
    X, y = np.array([[2.0, -1.0]]), np.array([0])
    for dtype, roundoff in (("float64", 2**-53), ("float32", 2**-24)):
        how = COMPLEX | {"dtype": dtype}
        found = judge(gradient_check(params, X, y, config, **how), params, X, y, config, **how)
        assert found.beside == 14
        assert found.floor == pytest.approx(14 * roundoff)
        how = CENTRAL | {"dtype": dtype}
        found = judge(gradient_check(params, X, y, config, **how), params, X, y, config, **how)
        assert found.beside == 1


def test_a_loss_beyond_float32_is_judged_by_its_size_in_float64():
    params, X, y, config = network(0, init_scale=3e19, activation="relu")
    params = tuple(Layer(W.astype(np.float32), b.astype(np.float32)) for W, b in params)
    what = params, X.astype(np.float32), y, config
    check = gradient_check(*what, **CENTRAL)
    assert np.isfinite(check.relative_error).all()
    found = judge(check, *what, **CENTRAL)
    assert not found.finds_error
    assert np.isfinite(found.loss)
    assert found.loss > float(np.finfo(np.float32).max)


@pytest.mark.parametrize("loss", [np.nan, np.inf])
def test_where_the_loss_is_no_number_no_derivative_is_judged(loss):
    check = compared(np.arange(2), np.ones(2), np.array([1.0, 1.5]), np.zeros(2, bool))
    found = judged(check, None, loss, **CENTRAL)
    assert (found.kind, found.finds_error, found.resolution) == ("not finite", False, np.inf)


def test_the_penalty_alone_is_judged_by_its_own_size():
    params, X, y, config = network(0, init_scale=1e110, activation="identity", l2=1e-200)
    how = CENTRAL | {"step": 1e100, "part": "penalty"}
    found = judge(gradient_check(params, X, y, config, **how), params, X, y, config, **how)
    assert found.loss == pytest.approx(sum(float(np.square(W * 1e-100).sum()) for W, _ in params))
    assert found.kind != "not finite"
    whole = how | {"part": "objective"}
    found = judge(gradient_check(params, X, y, config, **whole), params, X, y, config, **whole)
    assert found.kind == "not finite", "the logits overflow"
