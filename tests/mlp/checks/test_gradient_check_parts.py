"""A gradient check of the data loss alone, of the penalty alone, and of both."""

import numpy as np
import pytest

from mlp import Layer, TrainConfig, gradient_check

CONFIG = TrainConfig(hidden_layer_sizes=(2,), activation="tanh", l1=0.5, l2=(0.1, 0.0), dtype="float64")
PARAMS = (
    Layer(np.array([[0.3, -0.7], [1.1, 0.2]]), np.array([0.1, 0.0])),
    Layer(np.array([[-0.4, 0.9], [0.6, -1.2]]), np.zeros(2)),
)
X, Y = np.array([[0.5, -1.0], [2.0, 0.3]]), np.array([0, 1])


def check(part, **how):
    return gradient_check(PARAMS, X, Y, CONFIG, part=part, **how)


@pytest.mark.parametrize("scheme", ["central", "complex"])
def test_the_penalty_alone_has_the_gradient_of_the_definition_by_hand(scheme):
    found = check("penalty", scheme=scheme)
    first = 0.5 * np.sign(PARAMS[0].W) + 2 * 0.1 * PARAMS[0].W
    second = 0.5 * np.sign(PARAMS[1].W)
    expected = np.concatenate([first.ravel(), np.zeros(2), second.ravel(), np.zeros(2)])
    np.testing.assert_allclose(found.analytic, expected, rtol=1e-14)
    np.testing.assert_allclose(found.numeric, expected, atol=1e-10)
    assert not found.crosses_kink.any()


def test_the_data_loss_alone_is_that_of_a_network_without_penalty():
    free = TrainConfig(hidden_layer_sizes=(2,), activation="tanh", dtype="float64")
    expected = gradient_check(PARAMS, X, Y, free)
    found = check("data")
    np.testing.assert_array_equal(found.analytic, expected.analytic)
    np.testing.assert_array_equal(found.numeric, expected.numeric)


def test_the_parts_add_up_to_the_whole():
    data, penalty, whole = (check(part).analytic for part in ("data", "penalty", "objective"))
    np.testing.assert_allclose(data + penalty, whole, rtol=1e-12, atol=1e-15)
    np.testing.assert_array_equal(gradient_check(PARAMS, X, Y, CONFIG).analytic, whole)


def test_an_unknown_part_is_refused():
    with pytest.raises(ValueError, match=r"^part is 'loss'; allowed: objective, data, penalty"):
        check("loss")
