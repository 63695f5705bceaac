"""Training many networks at once: each gets the numbers it would get alone."""

import dataclasses
import itertools
import warnings
from types import SimpleNamespace

import pytest
from measuring import peak_of

import mlp.stack
import mlp.training
from data import DataConfig, load_dataset
from mlp import (
    ACTIVATIONS,
    INITIALIZERS,
    LOSSES,
    OPTIMIZERS,
    SCHEDULES,
    TrainConfig,
    init_params,
    train,
    train_many,
)
from mlp.config import seeds_of
from mlp.training import stack_key

BASE = TrainConfig(hidden_layer_sizes=(12, 5), epochs=4, batch_size=20)
STACKING = [
    {},
    {"learning_rate": 0.02, "momentum": 0.5},
    {"l1": 0.003},
    {"l2": 0.01, "learning_rate": 0.3},
    {"l1": (0.0, 0.01, 0.0), "l2": (0.02, 0.0, 0.001)},
    {"initializer": "orthogonal", "init_scale": 1.5},
    {"initializer": "zeros"},
    {"init_seed": 4, "shuffle_seed": 4},
    {"shuffle_seed": 9, "epochs": 2},
    {"epochs": 0},
    {"epochs": 7, "init_seed": 1},
]
SEPARATE = [
    {"hidden_layer_sizes": ()},
    {"hidden_layer_sizes": (40, 33)},
    {"activation": "gelu", "learning_rate": 0.05},
    {"batch_size": 7},
    {"batch_size": 0, "epochs": 9},
    {"optimizer": "adam", "learning_rate": 0.01},
    {"use_bias": False},
    {"shuffle": False},
    {"dtype": "float64"},
    {"loss": "sigmoid_squared_error"},
    {"schedule": "cosine"},
]


def varied(base, changes):
    return [dataclasses.replace(base, **change) for change in changes]


def assert_as_alone(configs, dataset, same_record, **options):
    """Each record is that of the run alone, or its last one where it has ended."""
    alone = [list(train(config, dataset)) for config in configs]
    together = [records for records in train_many(configs, dataset, **options) if records]
    assert len(together) == max(len(records) for records in alone)
    for epoch, records in enumerate(together):
        expected = [records[min(epoch, len(records) - 1)] for records in alone]
        for ours, theirs, config in zip(records, expected, configs, strict=True):
            assert same_record(ours, theirs), (epoch, config, ours[:10], theirs[:10])


def test_a_mixture_of_configs_trains_as_each_would_alone(blobs, same_record):
    configs = varied(BASE, [*STACKING, *SEPARATE])
    assert len({stack_key(c) for c in configs}) == 1 + len(SEPARATE)  # else it would test less than it says
    assert len({stack_key(c) for c in varied(BASE, STACKING)}) == 1
    assert_as_alone(configs, blobs, same_record)


def test_a_new_field_refuses_to_stack_until_it_is_named_among_those_that_may_differ(monkeypatch, blobs):
    new = dataclasses.make_dataclass(
        "Warmed", [("warmup", int, 0)], bases=(TrainConfig,), frozen=True, kw_only=True, slots=True
    )
    configs = [new(hidden_layer_sizes=(4,), epochs=1, warmup=n, init_seed=n) for n in (0, 3, 3)]
    stacks = []
    whole = mlp.training._train_stack
    monkeypatch.setattr(
        mlp.training,
        "_train_stack",
        lambda group, *rest: stacks.append(group.values()) or whole(group, *rest),
    )
    list(train_many(configs, blobs))
    assert [[config.warmup for config in stack] for stack in stacks] == [[0], [3, 3]]
    stacks.clear()
    monkeypatch.setattr(mlp.training, "MAY_DIFFER", mlp.training.MAY_DIFFER | {"warmup"})
    list(train_many(configs, blobs))
    assert [[config.warmup for config in stack] for stack in stacks] == [[0, 3, 3]]


def test_what_may_differ_are_fields_of_a_config_and_all_others_are_told_apart():
    names = {field.name for field in dataclasses.fields(TrainConfig)}
    assert names > mlp.training.MAY_DIFFER
    told = {name for change in SEPARATE for name in change} - mlp.training.MAY_DIFFER
    assert told == names - mlp.training.MAY_DIFFER


RATES = [
    {},
    {"learning_rate": 0.05, "learning_rate_min": 0.01, "cycle_steps": 5},
    {"learning_rate_min": 0.02},  # under cosine its rates part after the first step
    {"momentum": 0.3, "epochs": 2, "l2": 0.01},
    {"shuffle_seed": 3, "l1": (0.001, 0.0, 0.0)},
]
SEEDS = [{}, {"init_seed": 1}, {"learning_rate": 0.01, "shuffle_seed": 1}]


@pytest.mark.parametrize(
    ("fields", "changes"),
    [
        *[({"optimizer": name, "schedule": "triangular", "cycle_steps": 3}, RATES) for name in OPTIMIZERS],
        *[({"optimizer": "momentum", "schedule": name, "cycle_steps": 3}, RATES) for name in SCHEDULES],
        ({"schedule": "cosine"}, [{}, {"learning_rate_min": 0.02}]),
        *[({"activation": name}, SEEDS) for name in ACTIVATIONS],
        *[({"loss": name}, SEEDS) for name in LOSSES],
    ],
)
def test_whatever_the_functions_a_stack_trains_as_its_runs_alone(fields, changes, blobs, same_record):
    base = dataclasses.replace(BASE, learning_rate=0.02, **fields)
    assert_as_alone(varied(base, changes), blobs, same_record)


@pytest.mark.parametrize("n_classes", [2, 6])  # few classes and many are handled differently
def test_wider_layers_and_more_classes_stack(n_classes, same_record):
    labels = DataConfig(name="blobs", n_classes=n_classes, n_samples=300, noise=0.3)
    base = TrainConfig(hidden_layer_sizes=(40, 24), epochs=3, momentum=0.5, optimizer="nesterov")
    changes = [{"initializer": name, "init_scale": 0.5} for name in INITIALIZERS]
    assert_as_alone(varied(base, changes), load_dataset(labels), same_record)


def test_blocks_that_cut_through_layers_change_nothing(blobs, monkeypatch, same_record):
    monkeypatch.setattr(mlp.stack, "BLOCK_SIZE", 70)  # 11 runs: pieces of 6 parameters each, alone of 70
    assert_as_alone(varied(BASE, STACKING), blobs, same_record)


def test_given_parameters_reach_their_own_run_whichever_stack_it_is_in(blobs, same_parameters):
    configs = varied(BASE, [{}, {"activation": "tanh"}, {"l2": 0.01}, {"activation": "tanh", "l2": 0.01}])
    assert [stack_key(config) for config in configs[:2]] == [stack_key(config) for config in configs[2:]]
    given = [init_params(dataclasses.replace(BASE, init_seed=seed), 2, 3) for seed in (5, 6, 7, 8)]
    untrained = next(train_many(configs, blobs, initial=given))
    for record, params in zip(untrained, given, strict=True):
        assert same_parameters(record.params, params)


def test_a_run_that_has_ended_repeats_its_last_record(blobs):
    together = list(train_many(varied(BASE, [{"epochs": 1}, {"epochs": 3}]), blobs))
    assert [[r.epoch for r in records] for records in together] == [[0, 0], [1, 1], [1, 2], [1, 3]]
    assert together[3][0] is together[1][0]


def test_a_diverging_run_leaves_its_stack_and_the_others_go_on_unchanged(circles, same_record):
    base = TrainConfig(activation="identity", hidden_layer_sizes=(6, 4), epochs=6)
    configs = varied(
        base, [{}, {"learning_rate": 1e9}, {"learning_rate": 0.01, "l2": 0.01}, {"shuffle_seed": 2}]
    )
    assert len({stack_key(c) for c in configs}) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        together = list(train_many(configs, circles))
    ended = [next((i for i, r in enumerate(run) if r.diverged), None) for run in zip(*together, strict=True)]
    assert ended[0] is ended[2] is ended[3] is None
    assert 0 < ended[1] < 6
    assert_as_alone(configs, circles, same_record)


def test_heartbeats_are_empty_tuples_and_leave_the_numbers_alone(blobs, same_record):
    configs = varied(BASE, [{}, {"learning_rate": 0.01}, {"batch_size": 7}, {"epochs": 2}])
    assert_as_alone(configs, blobs, same_record, heartbeat=0.0)  # due after every step
    run = train_many(configs, blobs, heartbeat=0.0)
    assert [len(next(run)), next(run)] == [4, ()]
    assert sum(records == () for records in run) > 5
    left = train_many(configs, blobs, heartbeat=0.0)
    next(left)
    left.close()
    assert list(left) == []


def test_the_runs_of_a_stack_divide_its_time(blobs, monkeypatch):
    clock = itertools.count()
    monkeypatch.setattr(mlp.training, "time", SimpleNamespace(perf_counter=lambda: next(clock)))
    alone, *together = (
        [[record.seconds for record in records] for records in train_many(seeds_of(BASE, n), blobs)]
        for n in (1, 4)
    )
    assert together == [[[seconds / 4] * 4 for (seconds,) in alone]]
    assert all(seconds > 0 for (seconds,) in alone)


def test_no_configs_train_nothing(blobs):
    assert list(train_many([], blobs)) == []


def test_a_batch_size_larger_than_the_training_set_is_the_whole_of_it(blobs):
    sizes = (0, 48, 49, 10**12)
    whole, *others = [
        [record._replace(seconds=0.0, params=()) for record in train(config, blobs)]
        for config in (dataclasses.replace(BASE, batch_size=size) for size in sizes)
    ]
    assert others == [whole] * 3


def test_measuring_untrained_networks_needs_the_memory_of_two_layers_not_of_all():
    n_runs = 3
    # 1500 rows: 1024 at once and a rest; the first network would take 20 MB with arrays for every layer
    dataset = load_dataset(DataConfig(n_samples=1500, split="1500/0/0"))
    base = TrainConfig(hidden_layer_sizes=(64,) * 40, epochs=0, optimizer="adam")
    configs = [dataclasses.replace(base, init_seed=seed) for seed in range(n_runs)]
    parameters = 4 * base.n_parameters(2, 2) * n_runs
    layer = 4 * 64 * 1024 * n_runs
    list(train_many(configs, dataset))  # what is made once and for all
    peak = peak_of(lambda: list(train_many(configs, dataset)))
    # parameters, gradient, two states, those of the record; two layers; the scratch of a block, small arrays
    assert peak < 5 * parameters + 2 * layer + 600_000 * n_runs


def test_a_stack_is_drawn_in_place():
    configs = [TrainConfig(hidden_layer_sizes=(300, 300), init_seed=seed) for seed in range(8)]
    theta = 4 * configs[0].n_parameters(300, 300) * 8
    # theta and the gradient; while they are made, a network and its draw in float64; the blocks' scratch
    assert peak_of(lambda: mlp.stack.Stack(configs, 300, 300)) < 2 * theta + 3 * theta / 8 + 500_000
