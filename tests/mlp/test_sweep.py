"""Which experiments a sweep runs: grids, random search, one field at a time; what it refuses and repeats."""

import dataclasses
import decimal

import numpy as np
import pytest

from data import DataConfig
from mlp import TrainConfig
from mlp.sweep import Between, Values, build, grid, n_combinations, one_at_a_time, random_search, side_by_side

DATA, BASE = DataConfig(), TrainConfig()


def column(settings, field):
    return [chosen[field] for chosen in settings]


def shares(values, edges):
    """The share of the values that falls between each pair of edges."""
    counts, _ = np.histogram(values, edges)
    assert counts.sum() == len(values)
    return counts / len(values)


def test_a_grid_is_every_combination_and_one_at_a_time_changes_one_field_each():
    space = {"activation": Values(("relu", "tanh")), "epochs": Between(1, 3, whole=True)}
    rows = [("relu", 1), ("relu", 2), ("relu", 3), ("tanh", 1), ("tanh", 2), ("tanh", 3)]
    expected = [{"activation": activation, "epochs": epochs} for activation, epochs in rows]
    assert grid(space, points=3) == expected  # the last field changes fastest
    assert grid(space, points=3, most=4) == expected[:4]
    assert n_combinations(space, points=3) == 6
    ones = [{"activation": "relu"}, {"activation": "tanh"}, {"epochs": 1}, {"epochs": 2}, {"epochs": 3}]
    assert one_at_a_time(space, points=3) == [{}, *ones]
    assert grid({}) == one_at_a_time({}) == [{}]
    assert grid(space | {"l1": Values(())}) == []


def test_a_range_has_five_points_unless_told_otherwise():
    space = {"noise": Between(0, 1)}
    assert (len(grid(space)), n_combinations(space), len(side_by_side(space))) == (5, 5, 5)
    assert len(one_at_a_time(space)) == 1 + 5


def test_side_by_side_pairs_the_values_one_by_one_and_refuses_unequal_numbers_of_them():
    space = {"momentum": Values((0.9, 0.0, 0.9)), "learning_rate": Between(0.01, 1, log=True)}
    pairs = [(0.9, 0.01), (0.0, 0.1), (0.9, 1.0)]
    assert side_by_side(space, points=3) == [{"momentum": m, "learning_rate": r} for m, r in pairs]
    assert side_by_side({"epochs": Values((3, 5))}) == [{"epochs": 3}, {"epochs": 5}]
    assert side_by_side({}) == [{}]
    assert side_by_side({"l1": Values(()), "l2": Values(())}) == []
    with pytest.raises(
        ValueError, match=r"all fields need the same number of values: momentum has 3; learning_rate has 4\.$"
    ):
        side_by_side(space, points=4)


@pytest.mark.parametrize(
    ("axis", "points", "expected"),
    [
        (Between(0, 1), 5, [0.0, 0.25, 0.5, 0.75, 1.0]),
        (Between(0.1, 0.3), 3, [0.1, 0.2, 0.3]),
        (Between(0.001, 10, log=True), 5, [0.001, 0.01, 0.1, 1.0, 10.0]),
        (Between(1, 3, log=True), 3, [1.0, 1.732, 3.0]),  # √3
        (Between(10, 40, whole=True), 4, [10, 20, 30, 40]),
        (Between(4, 64, log=True, whole=True), 5, [4, 8, 16, 32, 64]),
        (Between(1, 3, whole=True), 5, [1, 2, 3]),  # there are no more
        (Between(20, 12_345, whole=True), 2, [20, 12_345]),
        (Between(5, 5), 4, [5.0]),
        (Between(2, 8), 1, [2.0]),
        (Between(0.12344, 0.99999), 2, [0.12344, 0.99999]),  # the ends are exact
        (Values((0.123456, (8, 8))), 3, [0.123456, (8, 8)]),  # and values as they are given
    ],
)
def test_a_range_gives_evenly_spaced_points_and_its_ends(axis, points, expected):
    values = column(grid({"x": axis}, points), "x")
    assert values == expected
    assert list(map(type, values)) == list(map(type, expected))


SPACE = {
    "learning_rate": Between(1e-4, 1, log=True),
    "momentum": Between(0.2, 0.6),
    "batch_size": Between(8, 512, log=True, whole=True),
    "epochs": Between(1, 3, whole=True),
    "activation": Values(("relu", "tanh", "gelu")),
}


def test_the_same_seed_draws_the_same_settings_and_another_seed_others():
    assert random_search(SPACE, 20, seed=3) == random_search(SPACE, 20, seed=3)
    assert random_search(SPACE, 20, seed=3) != random_search(SPACE, 20, seed=4)


def test_draws_are_uniform_on_the_scale_of_the_range_and_of_few_digits():
    settings = random_search(SPACE, 4000)  # a share of a quarter deviates by 0.007
    assert {tuple(chosen) for chosen in settings} == {tuple(SPACE)}
    decades = shares(column(settings, "learning_rate"), [1e-4, 1e-3, 1e-2, 1e-1, 1])
    np.testing.assert_allclose(decades, 0.25, atol=0.035)
    quarters = shares(column(settings, "momentum"), [0.2, 0.3, 0.4, 0.5, 0.6])
    np.testing.assert_allclose(quarters, 0.25, atol=0.035)
    doublings = shares(column(settings, "batch_size"), [8, 16, 32, 64, 128, 256, 512])
    np.testing.assert_allclose(doublings, 1 / 6, atol=0.035)
    for field, values in (("activation", ("relu", "tanh", "gelu")), ("epochs", (1, 2, 3))):
        drawn = column(settings, field)
        np.testing.assert_allclose([drawn.count(value) / 4000 for value in values], 1 / 3, atol=0.035)
    assert {type(value) for value in column(settings, "batch_size")} == {int}
    rates = column(settings, "learning_rate")
    assert max(len(decimal.Decimal(repr(rate)).normalize().as_tuple().digits) for rate in rates) == 4


def test_fields_are_drawn_independently():
    settings = random_search({"l1": Between(0, 1), "l2": Between(0, 1)}, 2000)
    correlation = np.corrcoef(column(settings, "l1"), column(settings, "l2"))[0, 1]
    assert abs(correlation) < 0.1  # its deviation is 0.022


def test_each_setting_changes_its_own_config_and_leaves_the_rest_of_the_base():
    base = TrainConfig(epochs=7, init_seed=5)
    sweep = build([{"noise": 0.3, "learning_rate": 0.5}, {}], DataConfig(seed=9), base)
    changed, untouched = sweep.trials
    assert changed.data == DataConfig(seed=9, noise=0.3)
    assert changed.config == TrainConfig(epochs=7, init_seed=5, learning_rate=0.5)
    assert changed.settings == (("noise", 0.3), ("learning_rate", 0.5))
    assert (untouched.settings, untouched.data, untouched.config) == ((), DataConfig(seed=9), base)
    assert (sweep.refused, sweep.n_repeated) == ((), 0)


def test_every_field_of_both_configs_can_be_swept():
    for config in (DATA, BASE):
        for name, value in dataclasses.asdict(config).items():
            sweep = build([{name: value}], DATA, BASE)
            assert sweep.trials[0][1:] == (DATA, BASE), sweep.refused


@pytest.mark.parametrize(
    ("chosen", "reason"),
    [
        ({"momentum": 1.5}, "momentum is 1.5; allowed: a number from 0 to below 1."),
        ({"noise": 2}, "noise is 2; allowed: a number from 0 to 1."),
        ({"lerning_rate": 0.1}, "lerning_rate"),  # of neither config
        ({"batch_size": 5, "n_samples": 1000}, "That takes too long."),  # by the check of both configs
        ({"batch_size": 4}, "ValueError"),  # without words
    ],
)
def test_what_a_config_or_the_check_refuses_is_refused_in_its_words(chosen, reason):
    def check(data, config):
        if config.batch_size == 4:
            raise ValueError
        return "That takes too long." if data.n_samples == 1000 and config.batch_size == 5 else None

    sweep = build([chosen, {"epochs": 3}], DATA, BASE, check)
    assert [trial.config.epochs for trial in sweep.trials] == [3]
    ((settings, words),) = sweep.refused
    assert settings == tuple(chosen.items())
    assert words == reason if " " in reason else reason in words


def test_what_is_repeated_runs_once_where_it_came_first():
    settings = [{"epochs": 3}, {"noise": 0.2}, {}, {"epochs": 3, "noise": 0.1}, {"epochs": 50}, {"l1": 0}]
    sweep = build(settings, DATA, BASE)  # noise 0.1, 50 epochs and l1 of 0.0 are the base
    assert [dict(trial.settings) for trial in sweep.trials] == [{"epochs": 3}, {"noise": 0.2}, {}]
    assert sweep.n_repeated == 3
