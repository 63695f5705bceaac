"""The estimate of a training's memory, against what NumPy allocates for it."""

from dataclasses import replace

import numpy as np
import pytest
from measuring import peak_of

from data import DataConfig, load_dataset
from lab.links import cost
from mlp import TrainConfig, gradient_check, init_params, train_many
from mlp.checks import gradient_check as checks

DATASET = load_dataset(DataConfig(n_samples=1500))
WIDE = {"hidden_layer_sizes": (300, 300)}


def configs(n_runs=4, **fields):
    return [TrainConfig(init_seed=seed, epochs=1, **WIDE | fields) for seed in range(n_runs)]


def allocated(asked, watched=False, dataset=DATASET):
    """The most bytes held at once while the configs train for an epoch, of whose records the last is kept."""
    observe = (lambda *_: None) if watched else None
    last = []

    def train():
        for records in train_many(asked, dataset, observe=observe):
            last[:] = records

    return peak_of(train)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("n_runs", "fields", "watched"),
    [
        (4, {}, False),
        (4, {"optimizer": "adam"}, False),
        (4, {"l2": 0.1}, False),
        (4, {}, True),
        (4, {"batch_size": 0}, False),
        (2, {"hidden_layer_sizes": (32,) * 30, "batch_size": 0}, False),
        (2, {"dtype": "float64"}, False),
    ],
    ids=["plain", "adam", "penalty", "watched", "whole batch", "deep", "float64"],
)
def test_the_estimate_is_what_training_allocates(n_runs, fields, watched):
    asked = configs(n_runs, **fields)
    assert 0.75 < cost.training_bytes(asked, DATASET, watched) / allocated(asked, watched) < 1.4


@pytest.mark.parametrize("n_samples", [150, 1500])
def test_one_wide_layer_needs_most_for_the_rows_that_are_evaluated_at_once(n_samples):
    dataset = load_dataset(DataConfig(n_samples=n_samples))
    asked = configs(2, hidden_layer_sizes=(3000,), batch_size=8)
    assert 0.7 < cost.training_bytes(asked, dataset) / allocated(asked, dataset=dataset) < 1.3


def test_configs_that_do_not_stack_need_the_sum_of_what_they_need_alone():
    wide, deep = configs(2), configs(2, hidden_layer_sizes=(10, 10, 10))
    apart = [cost.training_bytes(some, DATASET) for some in (wide, deep)]
    assert cost.training_bytes(wide + deep, DATASET) == sum(apart)


def test_one_network_with_a_penalty_makes_its_whole_stack_hold_two_for_each():
    *plain, last = configs(4)
    asked = [*plain, replace(last, l2=0.1)]
    every = [replace(one, l2=0.1) for one in (*plain, last)]
    assert cost.training_bytes(asked, DATASET) == cost.training_bytes(every, DATASET)
    assert allocated(asked) == pytest.approx(allocated(every), rel=0.05)


def allocated_by_a_check(config, n_checked, n_examples=500):
    X, y = DATASET.X_train[:n_examples].astype(np.float64), DATASET.y_train[:n_examples]
    params, indices = init_params(config, 2, 2), np.arange(n_checked)
    return peak_of(lambda: gradient_check(params, X, y, config, scheme="complex", indices=indices))


@pytest.mark.slow
@pytest.mark.parametrize(("activation", "least"), [("relu", 0.45), ("gelu", 0.9)])
def test_a_derivative_of_a_wide_network_needs_no_more_than_is_estimated(activation, least):
    wide = TrainConfig(hidden_layer_sizes=(2000, 1), dtype="float64", activation=activation)
    assert least < allocated_by_a_check(wide, 3) / cost.checking_bytes(wide, 500) < 1.1


def test_many_derivatives_of_a_deep_network_are_checked_in_chunks():
    deep = TrainConfig(hidden_layer_sizes=(20,) * 20, dtype="float64")
    assert allocated_by_a_check(deep, 200, n_examples=100) < 3 * 16 * checks.STACK_VALUES


def test_memory_is_named_where_it_is_why_work_waits():
    assert cost.with_memory(40, 64 * 2**20) == "about 40 s on this server"
    assert cost.with_memory(40, 210 * 2**20) == "about 40 s and 210 MB of this server's memory"
    assert cost.with_memory(40, 1, otherwise="") == "about 40 s"
