"""Gradients compared array by array: hand-computed errors, factors and shapes; the batch they start from."""

import io

import numpy as np
import pytest

from data import DataConfig, load_dataset
from lab.diagnosis import batch as batches
from lab.diagnosis.arrays import TOLERANCE, Arrays, Row, rows_of
from lab.diagnosis.batch import Batch
from lab.links.reading import OverLimit
from mlp.config import TrainConfig
from mlp.network import Layer, init_params


def of(*values):
    """The gradients of a network 2-2-1 from the numbers of dW1, db1, dW2 and db2."""
    dW1, db1, dW2, db2 = (np.array(one, np.float64) for one in values)
    return [Layer(dW1.reshape(2, 2), db1), Layer(dW2.reshape(2, 1), db2)]


RIGHT = of([3, 4, 0, 0], [0.003, 0.004], [0.5, 0], [0])


def rows(theirs, right=RIGHT):
    config = TrainConfig(hidden_layer_sizes=(2,))
    arrays = Arrays(Batch(config, tuple(right), np.zeros((5, 2)), np.zeros(5, int)))
    return list(rows_of(arrays, arrays.flat(right), arrays.flat(theirs)))


def test_an_array_agrees_up_to_the_tolerance_and_no_further():
    assert Row("dW1", TOLERANCE, 1.0, 0.0, False).agrees
    assert not Row("dW1", TOLERANCE * (1 + 1e-9), 1.0, 0.0, False).agrees


def test_errors_are_relative_to_the_larger_norm_or_to_a_thousandth_of_the_largest_array():
    """The norms are 5, 0.005, 0.5 and 0; db1 is a thousandth of dW1, and db2 is compared with that."""
    found = rows(of([6, 8, 0, 0], [0.003, 0.002], [0, 0], [0]))
    assert [one.name for one in found] == ["dW1", "db1", "dW2", "db2"]
    assert [one.error for one in found] == pytest.approx([5 / 10, 0.002 / 0.01, 1, 0])
    found = rows(of([3, 4, 0, 0], [0.003, 0.004], [0.5, 0], [0.001]))
    assert [one.error for one in found] == pytest.approx([0, 0, 0, 0.001 / 0.005])
    nothing = of([0] * 4, [0, 0], [0, 0], [0])
    assert [one.error for one in rows(nothing, nothing)] == [0, 0, 0, 0]
    assert all(np.isnan([one.factor, one.rest]).all() for one in rows(nothing, nothing))


def test_the_factor_is_that_of_the_nearest_multiple():
    """(0.5, 0.5) is nearest to 1 · (0.5, 0), and the rest is (0, 0.5)."""
    dW1, db1, dW2, db2 = rows(of([-6, -8, 0, 0], [0, 0], [0.5, 0.5], [7]))
    assert (dW1.factor, dW1.rest) == (pytest.approx(-2), pytest.approx(0))
    assert (db1.factor, db1.rest) == (0, 0)
    assert (dW2.factor, dW2.rest) == (pytest.approx(1), pytest.approx(0.5**0.5))
    assert np.isnan([db2.factor, db2.rest]).all()


def test_only_a_square_matrix_that_differs_can_be_the_transpose():
    right = of([1, 2, 3, 4], [1, 2], [1, 2], [1])
    turned = of([1, 3, 2, 4], [1, 2], [2, 1], [1])
    assert [one.transposed for one in rows(turned, right)] == [True, False, False, False]
    assert not rows(right, right)[0].transposed
    same = of([1, 2, 2, 4], [1, 2], [1, 2], [1])
    assert not rows(same, same)[0].transposed


def test_a_network_without_biases_has_no_arrays_of_biases():
    config = TrainConfig(hidden_layer_sizes=(2,), use_bias=False)
    batch = Batch(config, tuple(RIGHT), np.zeros((5, 2)), np.zeros(5, int))
    arrays = Arrays(batch)
    assert arrays.names == ["dW1", "dW2"]
    assert arrays.flat(RIGHT).tolist() == [3, 4, 0, 0, 0.5, 0]
    assert arrays.errors(arrays.flat(RIGHT), np.array([3, 4, 0, 0, 0, 0])).tolist() == [0, 1]
    with np.load(io.BytesIO(batches.as_file(batch)), allow_pickle=False) as file:
        assert set(file) == {"X", "y", "W1", "W2"}


@pytest.mark.parametrize(
    ("n_samples", "batch_size", "n"),
    [(600, 8, 8), (600, 0, 256), (600, 300, 256), (100, 0, 70), (100, 99, 70)],
)
def test_a_batch_has_the_first_examples_of_a_minibatch_and_drawn_biases(n_samples, batch_size, n):
    data = DataConfig(n_samples=n_samples)
    config = TrainConfig(hidden_layer_sizes=(40,), batch_size=batch_size, init_seed=3)
    found, dataset = batches.batch_of(data, config), load_dataset(data)
    np.testing.assert_array_equal(found.X, dataset.X_train[:n])
    np.testing.assert_array_equal(found.y, dataset.y_train[:n])
    for (W, b), (drawn, _) in zip(found.params, init_params(config, 2, 2), strict=True):
        np.testing.assert_array_equal(W, drawn)
        assert W.dtype == found.X.dtype == np.float64
        assert (b >= 0.02).all()
        assert (b <= 0.1).all()
    assert np.ptp(found.params[0].b) > 0.05
    without = batches.batch_of(data, TrainConfig(hidden_layer_sizes=(40,), use_bias=False))
    assert not any(layer.b.any() for layer in without.params)


def test_as_many_parameters_as_are_allowed_and_not_one_more(monkeypatch):
    config = TrainConfig(hidden_layer_sizes=(4,))  # 2·4 + 4 + 4·2 + 2 = 22
    monkeypatch.setattr(batches, "MOST_PARAMETERS", 22)
    batches.check_size(config, 2, 2)
    monkeypatch.setattr(batches, "MOST_PARAMETERS", 21)
    with pytest.raises(OverLimit, match=r"up to 21 parameters; this network has 22 parameters"):
        batches.check_size(config, 2, 2)
