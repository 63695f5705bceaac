"""Which parameters of a network a gradient check looks at: groups, names, samples, differences."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from gradient_checks import subject

from data import DataConfig, load_dataset
from lab.gradient_check import answers, checks
from lab.links.pages import B_GRID, FIRST_TEN, PAGES
from mlp import TrainConfig, gradient_check, init_params, train

# of the layers 2-4-3-2 the tensors W¹ b¹ W² b² W³ b³ begin at 0, 8, 12, 24, 27, 33; there are 35 parameters


@pytest.mark.parametrize(
    ("n", "group", "expected"),
    [
        (6, "weights", [0, 7, 12, 23, 27, 32]),  # two of each of three matrices, as far apart as they can be
        (6, "biases", [8, 11, 24, 26, 33, 34]),
        (4, "layer 2", [12, 23, 24, 26]),
        (1, "layer 2", [12, 24]),  # one of every tensor, even if fewer are asked for
        (15, "layer 2", list(range(12, 27))),
        (2, FIRST_TEN, [12, 14]),
        (10, FIRST_TEN, [12, 13, 14]),  # the first row of W² has three
        (35, "all", list(range(35))),
    ],
)
def test_a_sample_has_as_many_of_each_tensor_of_its_group(n, group, expected):
    assert subject().sample(n, group).tolist() == expected


def test_names_count_layers_from_1_and_indices_from_0_and_biases_only_where_there_are_some():
    names = subject().labels(np.array([0, 5, 11, 23, 26, 34]))
    assert names == ["W¹[0,0]", "W¹[1,1]", "b¹[3]", "W²[3,2]", "b²[2]", "b³[1]"]
    ends = subject().labels(np.array([7, 8, 11, 12, 23, 24, 26, 27]))
    assert ends == ["W¹[1,3]", "b¹[0]", "b¹[3]", "W²[0,0]", "W²[3,2]", "b²[0]", "b²[2]", "W³[0,0]"]
    plain = subject(use_bias=False)
    assert [(tensor.name, tensor.start) for tensor in plain.tensors] == [("W¹", 0), ("W²", 12), ("W³", 27)]
    assert plain.n_parameters == 8 + 12 + 6
    assert plain.sample(3).tolist() == [0, 12, 27]


@pytest.mark.parametrize(
    ("sizes", "n_examples", "n_checked"),
    [
        ((4, 3), 16, 35),  # all of them
        # 5,103 parameters, more than are checked without a sample: 5,000 / 6 = 833 of each tensor at most
        ((70, 67), 1, 140 + 70 + 833 + 67 + 134 + 2),
        # 4,830 that take 2 (400 + 4) 4830 multiply-adds each: of 4e8 that is 102, 17 of each tensor
        ((70, 63), 400, 17 * 5 + 2),
    ],
)
def test_of_a_large_network_a_sample_is_checked(sizes, n_examples, n_checked):
    one = subject(hidden_layer_sizes=sizes, n=n_examples)
    assert len(checks.indices(SimpleNamespace(group="all"), one)) == n_checked


@pytest.mark.parametrize(
    ("epochs", "batch_size", "used"),
    [(0, 16, 16), (2, 42, 42), (2, 43, 0)],  # of 60 points 42 train
)
def test_a_network_is_trained_as_far_as_asked_in_batches_that_fit(epochs, batch_size, used):
    changes = {"n_samples": 60, "hidden_layer_sizes": (4,), "examples": 10, "seeds": 1}
    changes |= {"epochs": epochs, "batch_size": batch_size}
    one = answers.network(PAGES["gradient_check"].defaults | changes)
    data = load_dataset(DataConfig(n_samples=60))
    config = TrainConfig(hidden_layer_sizes=(4,), activation="tanh", epochs=epochs, batch_size=used)
    *_, last = train(config, data)
    assert (one.epoch, one.config) == (epochs, replace(config, batch_size=batch_size))
    for ours, theirs in zip(one.params, last.params, strict=True):
        assert (ours.W.dtype, ours.b.dtype) == (np.float64, np.float64)
        np.testing.assert_array_equal(ours.W, theirs.W)
        np.testing.assert_array_equal(ours.b, theirs.b)
    np.testing.assert_array_equal(one.X, data.X_train[:10])
    np.testing.assert_array_equal(one.y, data.y_train[:10])


def test_the_largest_differences_that_a_question_is_answered_by_are_those_of_its_group():
    changes = {"n_samples": 60, "hidden_layer_sizes": (4, 3), "activation": "tanh", "examples": 10}
    asked = {"which": FIRST_TEN, "grid": B_GRID, "h": "1/24"}
    steps, right, wrong = answers.largest_differences(PAGES["gradient_check"].defaults | changes | asked)
    data, config = (
        load_dataset(DataConfig(n_samples=60)),
        TrainConfig(hidden_layer_sizes=(4, 3), activation="tanh"),
    )
    what = init_params(config, 2, 2), data.X_train[:10], data.y_train[:10], config
    assert (len(steps), steps[0], steps[-1]) == (24, 1, 1 / 24)
    for place in (0, 11, 23):
        check = gradient_check(*what, indices=[12, 13, 14], step=steps[place])
        assert right[place] == pytest.approx(np.abs(check.analytic - check.numeric).max(), rel=1e-9)
        assert wrong[place] == pytest.approx(np.abs(1.0001 * check.analytic - check.numeric).max(), rel=1e-9)
