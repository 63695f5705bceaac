"""Mistakes in the list of gradients, the penalty's, the targets and the mean, each worked out by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from lab.diagnosis.mistakes import output, penalty, whole
from mlp import Layer, TrainConfig

CONFIG = TrainConfig(
    hidden_layer_sizes=(2,), learning_rate=((0.5, 0), (0.25, 3)), l1=(0.5, 0.25), l2=(0.125, 0.25)
)
FOUND = [
    Layer(np.array([[1.0, 2.0]]), np.array([3.0, -4.0])),
    Layer(np.array([[5.0], [6.0]]), np.array([7.0])),
    Layer(np.array([[8.0]]), np.array([-9.0])),
]


@pytest.mark.parametrize(
    ("mistake", "W", "b"),  # of each layer
    [
        (whole.last_layer_first, [[[8]], [[5], [6]], [[1, 2]]], [[-9], [7], [3, -4]]),
        (whole.one_layer_shifted, [[[5], [6]], [[8]], [[1, 2]]], [[7], [-9], [3, -4]]),
        (whole.steps_for_gradients, [[[-0.5, -1]], [[-2.5], [-3]], [[-4]]], [[-1.5, 2], [-3.5], [4.5]]),
        (whole.times_the_rate, [[[0.5, 1]], [[2.5], [3]], [[4]]], [[1.5, -2], [3.5], [-4.5]]),
        (whole.everything_negative, [[[-1, -2]], [[-5], [-6]], [[-8]]], [[-3, 4], [-7], [9]]),
    ],
)
def test_the_list_of_all_gradients(mistake, W, b):
    changed = mistake(SimpleNamespace(config=CONFIG), FOUND)
    assert [layer.W.tolist() for layer in changed] == W
    assert [layer.b.tolist() for layer in changed] == b


# in the second layer, of weights 2 and -4: λ1 = 0.25 and λ2 = 0.25, so the pull is 0.25 + 1 and -0.25 - 2
@pytest.mark.parametrize(
    ("mistake", "pull"),
    [
        (penalty.penalty_missing, [0.0, 0.0]),
        (penalty.factor_two_missing, [0.75, -1.25]),  # 0.25 + 0.5, -0.25 - 1
        (penalty.penalty_averaged, [0.3125, -0.5625]),
        (penalty.penalty_sign, [-1.25, 2.25]),
        (penalty.weight_for_its_sign, [1.5, -3.0]),  # 0.5 + 1, -1 - 2
        (penalty.biases_penalised, [0.75, -0.5]),  # 0.25 + 0.5·1, -0.25 - 0.5·0.5
    ],
)
def test_the_gradient_of_the_penalty(mistake, pull):
    W, b = np.array([[2.0], [-4.0]]), np.array([1.0, -0.5])
    params = (Layer(np.array([[9.0]]), np.array([9.0])), Layer(W, b))
    at = SimpleNamespace(config=CONFIG, params=params, layer=1, W=W, n=4)
    assert mistake(at, np.array([[1.25], [-2.25]])).ravel().tolist() == pull


# four examples of two classes; δ is already divided by the number of examples
@pytest.mark.parametrize(
    ("mistake", "delta"),
    [
        (output.mean_missing, [[4.0, -8.0], [16.0, 0.0], [0.0, 2.0], [1.0, -2.0]]),
        (output.mean_twice, [[0.25, -0.5], [1.0, 0.0], [0.0, 0.125], [0.0625, -0.125]]),
        (output.mean_over_classes_too, [[0.5, -1.0], [2.0, 0.0], [0.0, 0.25], [0.125, -0.25]]),
        (output.mean_over_classes, [[2.0, -4.0], [8.0, 0.0], [0.0, 1.0], [0.5, -1.0]]),
    ],
)
def test_the_mean_over_the_batch(mistake, delta):
    at = SimpleNamespace(n=4, T=np.zeros((4, 2)))
    right = np.array([[1.0, -2.0], [4.0, 0.0], [0.0, 0.5], [0.25, -0.5]])
    assert mistake(at, right).tolist() == delta


@pytest.mark.parametrize(
    ("mistake", "targets"),
    [
        (output.classes_counted_from_1, [[1, 0, 0], [0, 0, 1]]),
        (output.classes_shifted_up, [[0, 0, 1], [0, 1, 0]]),
    ],
)
def test_targets_of_another_class(mistake, targets):
    loss = SimpleNamespace(gradient=lambda logits, T: T)
    at = SimpleNamespace(loss=loss, logits=np.zeros((2, 3)), T=np.array([[0, 1, 0], [1, 0, 0]]))
    assert mistake(at, np.zeros((2, 3))).tolist() == targets
