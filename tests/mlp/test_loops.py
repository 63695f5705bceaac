"""The loops and the matrices: the same loss and the same gradients, and the time that each takes."""

import itertools

import numpy as np
import pytest

from mlp import ACTIVATIONS, LOSSES, Layer, TrainConfig, init_params, loops, loss_and_gradients
from mlp.loops import EXAMPLES, MATRIX, STACKED, UNITS, time_forms


def example(n, config, n_features=3, n_classes=4):
    rng = np.random.default_rng(5)
    params = tuple(
        Layer(W, rng.normal(0, 0.3, b.shape) * config.use_bias)
        for W, b in init_params(config, n_features, n_classes)
    )
    return params, rng.normal(size=(n, n_features)), rng.integers(0, n_classes, n)


@pytest.mark.parametrize("form", [loops.by_example, loops.by_unit])
@pytest.mark.parametrize("n", [1, 10])
@pytest.mark.parametrize(("activation", "loss"), list(itertools.product(ACTIVATIONS, LOSSES)))
def test_loops_and_matrices_agree_to_the_last_digits(activation, loss, n, form):
    config = TrainConfig(
        hidden_layer_sizes=(4, 3), activation=activation, loss=loss, l1=0.02, l2=0.1, dtype="float64"
    )
    params, X, y = example(n, config)
    expected_loss, expected = loss_and_gradients(params, X, y, config)
    found_loss, found = form(params, X, y, config)
    assert found_loss == pytest.approx(expected_loss, rel=1e-13)
    for mine, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(mine.W, theirs.W, rtol=1e-11, atol=1e-15)
        np.testing.assert_allclose(mine.b, theirs.b, rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize("form", [loops.by_example, loops.by_unit])
def test_without_biases_their_gradient_is_zero_in_loops_too(form):
    config = TrainConfig(hidden_layer_sizes=(4,), use_bias=False, dtype="float64")
    params, X, y = example(5, config)
    _, expected = loss_and_gradients(params, X, y, config)
    _, found = form(params, X, y, config)
    for mine, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(mine.W, theirs.W, rtol=1e-12)
        assert not mine.b.any()


def test_a_loop_by_hand_on_one_example():
    # x = 2, w = 0.5, one hidden unit (identity): a = 1; logits (1, -1); class 0
    config = TrainConfig(hidden_layer_sizes=(1,), activation="identity", dtype="float64")
    params = (Layer(np.array([[0.5]]), np.zeros(1)), Layer(np.array([[1.0, -1.0]]), np.zeros(2)))
    p1 = 1 / (1 + np.exp(2))  # softmax of the second logit; delta = (-p1, p1)
    for form in (loops.by_example, loops.by_unit):
        loss, (first, second) = form(params, np.array([[2.0]]), np.array([0]), config)
        assert loss == pytest.approx(np.log(1 + np.exp(-2)))
        np.testing.assert_allclose(second.W, [[-p1, p1]])
        np.testing.assert_allclose(second.b, [-p1, p1])
        np.testing.assert_allclose(first.W, [[2 * -2 * p1]])  # x · (1·(-p1) + (-1)·p1)
        np.testing.assert_allclose(first.b, [-2 * p1])


CONFIG = TrainConfig(hidden_layer_sizes=(3,), activation="tanh", dtype="float64")


def subject(n=7):
    rng = np.random.default_rng(0)
    return init_params(CONFIG, 2, 2), rng.standard_normal((n, 2)), rng.integers(0, 2, n), CONFIG


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(loops, "REPEATED", 0.0)


def test_every_form_is_timed_at_every_size():
    found = [timing for timing in time_forms(*subject(), sizes=(1, 4, 16)) if timing]
    assert [(t.k, t.form) for t in found] == [
        (k, form) for k in (1, 4, 16) for form in (UNITS, EXAMPLES, MATRIX, STACKED)
    ]
    assert all(0 < timing.seconds < 5 for timing in found)
    assert {t.n_networks for t in found if t.form == STACKED} == {64}
    assert {t.n_networks for t in found if t.form != STACKED} == {1}


def test_a_loop_is_timed_over_all_its_examples_in_slices(monkeypatch):
    seen = []

    def loop(params, X, y, config):
        seen.append(len(X))

    monkeypatch.setattr(loops, "by_unit", loop)
    monkeypatch.setattr(loops, "HEARTBEAT", 3.5e-5)  # three of the fastest loops there may be
    list(time_forms(*subject(), sizes=(10,)))
    assert sum(seen) == 10
    assert max(seen) == 3


def test_what_would_take_too_long_is_left_out(monkeypatch):
    monkeypatch.setattr(loops, "MOST_SECONDS", 0.0)
    found = [timing for timing in time_forms(*subject(), sizes=(1, 2)) if timing]
    assert [(t.k, t.form) for t in found if t.form in (UNITS, EXAMPLES)] == [(1, UNITS), (1, EXAMPLES)]
    assert len([t for t in found if t.form in (MATRIX, STACKED)]) == 4


def test_a_stack_holds_no_more_parameters_than_fit(monkeypatch):
    n = sum(a.size for layer in subject()[0] for a in layer)
    monkeypatch.setattr(loops, "STACK_VALUES", 5 * n)
    found = [timing for timing in time_forms(*subject(), sizes=(1,)) if timing]
    assert {t.n_networks for t in found if t.form == STACKED} == {5}
