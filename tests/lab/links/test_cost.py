"""The estimate counts each NumPy call, each layer, each state and each penalty as often as it happens."""

import math

import pytest

from data import DataConfig, load_dataset
from lab.links import cost
from mlp import TrainConfig

DATASET = load_dataset(DataConfig(n_samples=120))  # 84 training examples: 3 batches of up to 32
CALLS_ALONE = cost.Speed(call=1.0, multiply_add=0.0, value=0.0, activations={"relu": 0.0})


def calls(n_configs=1, n_epochs=1, watched=False, **changes):
    """The estimate on a machine where only NumPy calls take time, one second each."""
    config = TrainConfig(**{"hidden_layer_sizes": (4,)} | changes)
    return cost.seconds([config] * n_configs, DATASET, n_epochs, CALLS_ALONE, watched)


@pytest.mark.parametrize(
    ("changes", "more"),
    [
        ({"hidden_layer_sizes": (4, 4)}, 3 * cost.CALLS_PER_LAYER),
        ({"optimizer": "momentum"}, 3 * cost.CALLS_PER_STATE),
        ({"optimizer": "adam"}, 3 * 2 * cost.CALLS_PER_STATE),
        ({"l2": 0.1}, 3 * cost.CALLS_PER_PENALTY),
        ({"batch_size": 42}, -(2 * cost.CALLS_PER_LAYER)),
        ({"batch_size": 0}, -2 * (2 * cost.CALLS_PER_LAYER)),
        ({"n_configs": 2}, cost.CALLS_PER_RECORD),
        ({"watched": True}, 2 * cost.CALLS_PER_WATCHED_LAYER),
    ],
)
def test_what_a_training_does_more_often_costs_its_calls(changes, more):
    assert calls(**changes) - calls() == more
    assert calls(n_epochs=7, **changes) == 7 * calls(**changes)


def test_drawing_orthogonal_weights_costs_their_factorization():
    speed = cost.Speed(0.0, 1.0, 0.0, {"relu": 0.0})
    sizes = {"n_features": 2, "n_classes": 3, "speed": speed}
    assert cost.drawing(TrainConfig(hidden_layer_sizes=(4,)), **sizes) == 0
    orthogonal = TrainConfig(hidden_layer_sizes=(4,), initializer="orthogonal")
    assert cost.drawing(orthogonal, **sizes) == 8 * (2 * 4 * 2 + 4 * 3 * 3)


def test_a_network_costs_its_drawing_its_record_and_a_pass_over_all_examples_before_any_epoch():
    config = TrainConfig(hidden_layer_sizes=(4,), epochs=0)
    n = config.n_parameters(2, 2)
    arithmetic, copying = cost.Speed(0.0, 1.0, 0.0, {"relu": 0.0}), cost.Speed(0.0, 0.0, 1.0, {"relu": 0.0})
    wide = [TrainConfig(hidden_layer_sizes=(4,), dtype="float64")] * 3
    assert cost.beginning([config], DATASET, arithmetic) == 120 * n
    assert cost.beginning(wide, DATASET, arithmetic) == 3 * 2 * 120 * n
    assert cost.beginning([config], DATASET, copying) == (60 + cost.COPIES_BEFORE) * n


def test_many_small_stacks_cost_their_making_although_they_compute_next_to_nothing():
    calling = cost.Speed(1.0, 0.0, 0.0, {"relu": 0.0})

    def price(n_stacks, n_runs):
        return cost.beginning(
            [
                TrainConfig(hidden_layer_sizes=(width,), epochs=0, init_seed=seed)
                for width in range(1, n_stacks + 1)
                for seed in range(n_runs)
            ],
            DATASET,
            calling,
        )

    assert price(40, 10) == 40 * price(1, 10)
    assert price(1, 400) < price(400, 1) / 5, "one stack is made once"


def test_measuring_a_network_is_one_pass_over_all_examples():
    config = TrainConfig(hidden_layer_sizes=(4,))
    n = config.n_parameters(2, 2)
    assert math.isclose(cost.measuring([config], DATASET, cost.Speed(0.0, 1.0, 0.0, {"relu": 0.0})), 120 * n)
    double = [TrainConfig(hidden_layer_sizes=(4,), dtype="float64")]
    assert math.isclose(cost.measuring(double, DATASET, cost.Speed(0.0, 1.0, 0.0, {"relu": 0.0})), 240 * n)
    assert math.isclose(cost.measuring([config] * 2, DATASET, cost.Speed(0.0, 0.0, 0.0, {"relu": 1.0})), 960)


ARITHMETIC = cost.Speed(0.0, 1.0, 0.0, {"relu": 0.0})
ACTIVATING = cost.Speed(0.0, 0.0, 0.0, {"relu": 1.0})


@pytest.mark.parametrize(
    ("changes", "more"),
    [
        ({}, 1),
        ({"dtype": "float64"}, 2),
        ({"batch_size": 0}, 1),
        ({"batch_size": 1000}, 1),
    ],
)
def test_an_epoch_is_three_products_per_training_example_and_one_per_other(changes, more):
    """84 examples train, 36 are evaluated; a weight or a bias costs a multiply-add."""
    config = TrainConfig(hidden_layer_sizes=(4, 3), **changes)
    n = config.n_parameters(2, 2)
    assert n == 2 * 4 + 4 + 4 * 3 + 3 + 3 * 2 + 2
    assert cost.seconds([config], DATASET, 1, ARITHMETIC) == more * (3 * 84 + 36) * n
    assert cost.seconds([config] * 3, DATASET, 2, ARITHMETIC) == 6 * more * (3 * 84 + 36) * n
    watched = cost.seconds([config], DATASET, 1, ARITHMETIC, watched=True)
    batch = {0: 84, 1000: 84, 32: 32}[config.batch_size]
    assert watched == more * (3 * 84 + 36 + 3 * batch) * n
    activated = cost.seconds([config], DATASET, 1, ACTIVATING)
    assert activated == pytest.approx(more * cost.PASSES_PER_ACTIVATION * (84 + 18) * 7)


def test_an_activation_that_was_not_timed_costs_as_much_as_the_slowest():
    speed = cost.Speed(0.0, 0.0, 2.0, {"relu": 1.0, "gelu": 5.0, "tanh": 3.0})
    assert [speed.activation(name) for name in ("tanh", "swish")] == [3.0, 5.0]
    assert speed._replace(activations={}).activation("relu") == 20.0


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        *((0.2, "1 s"), (1.6, "2 s"), (89.9, "90 s"), (90, "2 min")),
        *((5399, "90 min"), (5400, "2 h"), (36_000, "10 h")),
    ],
)
def test_a_duration_in_words(seconds, text):
    assert cost.in_words(seconds) == text
    assert cost.with_memory(seconds, 64 * 2**20) == f"about {text} on this server"
    told = cost.with_memory(seconds, 64 * 2**20 + 2**19 + 1)
    assert told == f"about {text} and 65 MB of this server's memory"


@pytest.mark.parametrize(
    ("speed", "seconds"),
    [  # 3 of 11 parameters, 5 examples, (4 + 2)·5 = 30 hidden activations; two networks per derivative
        (cost.Speed(0.0, 0.0, 1.0, {"relu": 0.0}), 3 * (2 * 11 * 12 + 30 * 300)),
        (cost.Speed(0.0, 1.0, 0.0, {"relu": 0.0}), 3 * 2 * 11 * 2 * 5),
        (cost.Speed(0.0, 0.0, 0.0, {"relu": 1.0}), 3 * 2 * 30),
        (cost.Speed(1.0, 0.0, 0.0, {"relu": 0.0}), 12 * 4 * (3 + 2 * 3 / (2**21 // 41))),
    ],
    ids=["values", "products", "activations", "calls"],
)
def test_a_check_where_only_one_thing_takes_time(speed, seconds):
    config = TrainConfig(hidden_layer_sizes=(4, 2))
    assert cost.checking_seconds(3, 11, 5, config, speed) == pytest.approx(seconds)
