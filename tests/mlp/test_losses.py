"""Losses on the logits against the textbook's, their gradients against differences."""

import re
import warnings
from decimal import Decimal

import numpy as np
import pytest

from mlp.losses import LOSSES, one_hot, predict

NAMES = list(LOSSES)


def some_logits(n_classes, n_samples=6, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(0, 2, (n_samples, n_classes)), rng.integers(0, n_classes, n_samples)


@pytest.mark.parametrize("n_classes", [1, 2, 4, 5])
@pytest.mark.parametrize("name", NAMES)
def test_each_loss_is_that_of_the_textbook(name, n_classes):
    logits, y = some_logits(n_classes)
    T, outputs = one_hot(y, n_classes, int), LOSSES[name].output(logits)
    rows = zip(outputs.tolist(), T.tolist(), strict=True)
    expected = [float(LOSSES[name].textbook([Decimal(p) for p in row], t)) for row, t in rows]
    losses = LOSSES[name](logits, T.astype(np.float64))
    np.testing.assert_allclose(losses, expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("n_classes", [2, 5])
@pytest.mark.parametrize("name", NAMES)
def test_each_gradient_is_the_limit_of_central_differences(name, n_classes):
    logits, y = some_logits(n_classes, seed=1)
    T, step = one_hot(y, n_classes, np.float64), 1e-5
    numeric = np.empty_like(logits)
    for k in range(n_classes):
        shift = step * np.eye(n_classes)[k]
        numeric[:, k] = (LOSSES[name](logits + shift, T) - LOSSES[name](logits - shift, T)) / (2 * step)
    np.testing.assert_allclose(LOSSES[name].gradient(logits, T), numeric, rtol=1e-8, atol=2e-10)


@pytest.mark.parametrize("name", NAMES)
def test_gradients_and_outputs_written_to_out_are_those_returned(name):
    logits, y = some_logits(3)
    before = logits.copy()
    T = one_hot(y, 3, np.float64)
    for fresh, write in [
        (LOSSES[name].gradient(logits, T), lambda out: LOSSES[name].gradient(logits, T, out=out)),
        (LOSSES[name].output(logits), lambda out: LOSSES[name].output(logits, out=out)),
    ]:
        out = np.full_like(logits, np.nan)
        assert write(out) is out
        np.testing.assert_array_equal(out, fresh)
    np.testing.assert_array_equal(logits, before)


@pytest.mark.parametrize(
    ("name", "wrong", "gradient_wrong"),
    [  # logits ±800: right is T = (1, 0) on (800, -800), wrong is T = (0, 1)
        ("softmax_cross_entropy", 1600.0, (1, -1)),
        ("sigmoid_cross_entropy", 1600.0, (1, -1)),
        ("sigmoid_squared_error", 2.0, (0, 0)),
    ],
)
def test_logits_of_800_in_float32_neither_overflow_nor_lose_the_loss(name, wrong, gradient_wrong):
    logits = np.array([[800, -800]] * 2, np.float32)
    T = np.array([[1, 0], [0, 1]], np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        losses, gradients = LOSSES[name](logits, T), LOSSES[name].gradient(logits, T)
        output = LOSSES[name].output(logits)
    assert losses.dtype == gradients.dtype == output.dtype == np.float32
    np.testing.assert_array_equal(losses, [0, wrong])
    np.testing.assert_array_equal(gradients, [(0, 0), gradient_wrong])
    np.testing.assert_array_equal(output, [[1, 0], [1, 0]])


def test_one_hot_puts_the_one_at_the_class_id():
    T = one_hot(np.array([2, 0]), 3, "float32")
    np.testing.assert_array_equal(T, [[0, 0, 1], [1, 0, 0]])
    assert T.dtype == np.float32
    np.testing.assert_array_equal(one_hot(np.array([[1], [0]]), 2, "float64"), [[[0, 1]], [[1, 0]]])


@pytest.mark.parametrize("n_classes", [1, 4, 5])
def test_predict_is_the_first_of_the_largest_logits(n_classes):
    # so few distinct values that most rows hold a tie
    logits = np.random.default_rng(n_classes).integers(-2, 2, (3, 200, n_classes)).astype(np.float32)
    before = logits.copy()
    expected = [[row.index(max(row)) for row in run] for run in logits.tolist()]
    np.testing.assert_array_equal(predict(logits), expected)
    np.testing.assert_array_equal(logits, before)


@pytest.mark.parametrize("name", NAMES)
def test_the_sum_and_its_sign_reach_every_term_of_a_formula(name):
    outside, brackets = LOSSES[name].latex, r"\([^()\[\]]*\)|\\left\[[^()\[\]]*\\right\]"
    while re.search(brackets, outside):
        outside = re.sub(brackets, "", outside)
    assert "+" not in outside
