"""How alike units are, on layers made by hand, and what training does to units that start equal."""

import math

import numpy as np
import pytest

from mlp import ACTIVATIONS, Layer, TrainConfig, init_params, train
from mlp.measures import LARGEST_RANKED, distinct_units, rank


def layer(*units, dtype=np.float32):
    """A layer of units given as (weight, …, bias)."""
    columns = np.array(units, dtype).T
    return Layer(columns[:-1], columns[-1])


def test_units_are_counted_once_each_however_often_they_occur():
    a, b, c = (1, 2, 0), (2, 1, 0), (0, 0, 3)
    assert distinct_units(layer(a)) == 1
    assert distinct_units(layer(a, a, a)) == 1
    assert distinct_units(layer(a, b, a, b)) == 2
    assert distinct_units(layer(c, a, b, a, c)) == 3
    assert distinct_units(layer(a, b, c)) == 3


def test_units_that_differ_by_their_bias_alone_are_different():
    assert distinct_units(layer((1, 1, 0), (1, 1, 0.5), (1, 1, 0))) == 2


def test_units_with_the_same_sum_of_weights_or_the_same_weights_in_another_order_are_different():
    assert distinct_units(layer((1, 2, 3, 0), (3, 2, 1, 0), (2, 2, 2, 0))) == 3
    assert distinct_units(layer((1, 0), (-1, 0))) == 2


def test_a_layer_of_zeros_is_one_unit():
    assert distinct_units(layer(*[(0, 0, 0)] * 7)) == 1


@pytest.mark.parametrize("scale", [1e-30, 1.0, 1e30])
def test_rounding_does_not_make_units_different_whatever_their_size(scale):
    rng = np.random.default_rng(3)
    units = scale * rng.normal(size=(2, 21))[[0, 1, 0, 1, 0]]
    rounded = units * (1 + 1e-8 * rng.normal(size=units.shape))
    assert distinct_units(layer(*rounded, dtype=np.float64)) == 2
    apart = units * (1 + 1e-3 * rng.normal(size=units.shape))
    assert distinct_units(layer(*apart, dtype=np.float64)) == 5


@pytest.mark.parametrize("n", [2, 64, 1024])
def test_random_units_are_all_different(n):
    W = np.random.default_rng(n).normal(size=(50, n)).astype(np.float32)
    assert distinct_units(Layer(W, np.zeros(n, np.float32))) == n


def test_the_order_of_the_units_does_not_matter():
    rng = np.random.default_rng(0)
    W = rng.normal(size=(9, 12))[:, rng.integers(0, 12, 40)]
    expected = len(np.unique(W, axis=1).T)
    for _ in range(5):
        W = W[:, rng.permutation(40)]
        assert distinct_units(Layer(W, np.zeros(40))) == expected


@pytest.mark.parametrize("lost", [np.nan, np.inf, -np.inf])
def test_units_that_are_not_numbers_are_not_counted(lost):
    assert math.isnan(distinct_units(layer((1, lost, 0), (1, 2, 0))))
    assert math.isnan(distinct_units(layer((1, 1, lost), (1, 2, 0))))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("r", [1, 2, 5, 10])
def test_a_sum_of_r_outer_products_has_rank_r_though_it_is_rounded(dtype, r):
    rng = np.random.default_rng(r)
    W = (rng.normal(size=(40, r)) @ rng.normal(size=(r, 10))).astype(dtype)
    assert np.linalg.matrix_rank(W.astype(np.float64)) >= r
    assert rank(W) == r
    assert rank(W.T) == r
    assert rank(1e-20 * W) == r


def test_the_rank_of_known_matrices():
    assert rank(np.zeros((5, 3), np.float32)) == 0
    assert rank(np.ones((5, 3), np.float32)) == 1
    assert rank(np.eye(6, dtype=np.float32)) == 6
    assert rank(np.diag([1.0, 0.0, 2.0, 1e-12]).astype(np.float32)) == 2
    assert rank(np.diag([1.0, 0.0, 2.0, 1e-12])) == 3, "of its own precision"
    assert isinstance(rank(np.eye(2)), int)


@pytest.mark.parametrize("lost", [np.nan, np.inf])
def test_a_matrix_that_is_not_finite_has_no_rank(lost):
    assert math.isnan(rank(np.array([[1.0, lost], [0.0, 1.0]])))


def test_a_matrix_that_takes_too_long_has_no_rank_but_a_long_and_narrow_one_has():
    n = LARGEST_RANKED + 1
    assert math.isnan(rank(np.zeros((n, n), np.float32)))
    assert rank(np.ones((3 * n, 2), np.float32)) == 1


def trained(blobs, activation, **changes):
    """(before, after): the parameters of a small network on three blobs."""
    settings = {"hidden_layer_sizes": (8, 6), "learning_rate": 0.1, "batch_size": 8, "epochs": 25}
    config = TrainConfig(activation=activation, **(settings | changes))
    *_, last = train(config, blobs)
    assert not last.diverged
    return init_params(config, 2, 3), last.params


@pytest.mark.parametrize("start", [{"initializer": "zeros"}, {"initializer": "constant", "init_scale": 0.1}])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_units_that_start_equal_stay_equal_through_training(blobs, activation, start):
    before, after = trained(blobs, activation, **start)
    for hidden in (*before[:-1], *after[:-1]):
        assert distinct_units(hidden) == 1
    # the second layer is given one and the same number by every unit, and gives one back
    assert rank(after[1].W) <= 1
    assert rank(after[0].W) <= 1
    if start["initializer"] == "constant":
        assert not np.array_equal(before[0].W, after[0].W), "the network has learned nevertheless"
        assert distinct_units(after[-1]) == 3, "the outputs are told apart by their labels"


@pytest.mark.parametrize("optimizer", ["momentum", "adam"])
def test_no_optimizer_breaks_the_symmetry(blobs, optimizer):
    _, after = trained(
        blobs, "tanh", initializer="constant", init_scale=0.1, optimizer=optimizer, learning_rate=0.01
    )
    assert [distinct_units(hidden) for hidden in after[:-1]] == [1, 1]


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_units_that_start_at_random_stay_different(blobs, activation):
    before, after = trained(blobs, activation, initializer="glorot_uniform")
    for params in (before, after):
        assert [distinct_units(hidden) for hidden in params[:-1]] == [8, 6]
        assert [rank(one.W) for one in params] == [2, 6, 3]
