"""How alike units are, on layers made by hand, and what training does to units that start equal."""

import math

import numpy as np
import pytest

from mlp import Layer, TrainConfig, init_params, train
from mlp.measures import distinct_units, rank


def layer(*units, dtype=np.float32):
    """A layer of units given as (weight, …, bias)."""
    columns = np.array(units, dtype).T
    return Layer(columns[:-1], columns[-1])


A, B, C = (1, 2, 0), (2, 1, 0), (0, 0, 3)


@pytest.mark.parametrize(
    ("units", "n"),
    [
        ((A,), 1),
        ((A, A, A), 1),
        ((C, A, B, A, C), 3),
        (((1, 1, 0), (1, 1, 0.5), (1, 1, 0)), 2),  # differ by the bias
        (((1, 2, 3, 0), (3, 2, 1, 0), (2, 2, 2, 0)), 3),  # of the same sum
        (((1, 0), (-1, 0)), 2),
        (((0, 0, 0),) * 7, 1),
    ],
)
def test_units_are_counted_once_each_however_often_they_occur(units, n):
    assert distinct_units(layer(*units)) == n


@pytest.mark.parametrize("scale", [1e-30, 1e30])
def test_rounding_does_not_make_units_different_whatever_their_size(scale):
    rng = np.random.default_rng(3)
    units = scale * rng.normal(size=(2, 21))[[0, 1, 0, 1, 0]]
    rounded = units * (1 + 1e-8 * rng.normal(size=units.shape))
    assert distinct_units(layer(*rounded, dtype=np.float64)) == 2
    apart = units * (1 + 1e-3 * rng.normal(size=units.shape))
    assert distinct_units(layer(*apart, dtype=np.float64)) == 5


def test_a_thousand_random_units_are_all_different():
    W = np.random.default_rng(0).normal(size=(50, 1024)).astype(np.float32)
    assert distinct_units(Layer(W, np.zeros(1024, np.float32))) == 1024


@pytest.mark.parametrize("lost", [np.nan, -np.inf])
def test_of_what_is_not_finite_there_is_neither_a_count_nor_a_rank(lost):
    assert math.isnan(distinct_units(layer((1, lost, 0), (1, 2, 0))))
    assert math.isnan(distinct_units(layer((1, 1, lost), (1, 2, 0))))
    assert math.isnan(rank(np.array([[1.0, lost], [0.0, 1.0]])))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("r", [1, 5])
def test_a_sum_of_r_outer_products_has_rank_r_though_it_is_rounded(dtype, r):
    rng = np.random.default_rng(r)
    W = (rng.normal(size=(40, r)) @ rng.normal(size=(r, 10))).astype(dtype)
    assert np.linalg.matrix_rank(W.astype(np.float64)) >= r
    assert rank(W) == r
    assert rank(W.T) == r
    assert rank(1e-20 * W) == r


def test_the_rank_of_known_matrices():
    assert rank(np.zeros((5, 3), np.float32)) == 0

    assert rank(np.diag([1.0, 0.0, 2.0, 1e-12]).astype(np.float32)) == 2
    assert rank(np.diag([1.0, 0.0, 2.0, 1e-12])) == 3, "of its own precision"
    assert isinstance(rank(np.eye(2)), int)


@pytest.mark.parametrize(
    ("start", "units", "ranks"),
    [
        ({"initializer": "zeros"}, [1, 1], [0, 0]),
        ({"initializer": "constant", "init_scale": 0.1, "optimizer": "adam"}, [1, 1], [1, 1]),
        ({"initializer": "glorot_uniform"}, [8, 6], [2, 6]),
    ],
)
def test_units_that_start_equal_stay_equal_through_training_and_others_different(blobs, start, units, ranks):
    settings = {"hidden_layer_sizes": (8, 6), "learning_rate": 0.05, "batch_size": 8, "epochs": 15}
    config = TrainConfig(activation="tanh", **settings, **start)
    *_, last = train(config, blobs)
    for params in (init_params(config, 2, 3), last.params):
        assert [distinct_units(hidden) for hidden in params[:-1]] == units
        assert [rank(hidden.W) for hidden in params[:-1]] == ranks
    assert distinct_units(last.params[-1]) == 3, "the outputs are told apart by their labels"
