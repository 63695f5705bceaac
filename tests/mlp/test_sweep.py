"""Which experiments a sweep runs: grids, random search, one field at a time; what it refuses and repeats."""

import dataclasses
import decimal

import numpy as np
import pytest

from data import DataConfig
from mlp import TrainConfig
from mlp.sweep import Between, Values, build, grid, one_at_a_time, random_search

DATA, BASE = DataConfig(), TrainConfig()


def column(settings, field):
    return [chosen[field] for chosen in settings]


def shares(values, edges):
    """The share of the values that falls between each pair of edges."""
    counts, _ = np.histogram(values, edges)
    assert counts.sum() == len(values)
    return counts / len(values)


def test_a_grid_is_every_combination_the_last_field_changing_fastest():
    space = {"activation": Values(("relu", "tanh")), "epochs": Values((1, 2, 3))}
    assert grid(space) == [
        {"activation": "relu", "epochs": 1},
        {"activation": "relu", "epochs": 2},
        {"activation": "relu", "epochs": 3},
        {"activation": "tanh", "epochs": 1},
        {"activation": "tanh", "epochs": 2},
        {"activation": "tanh", "epochs": 3},
    ]


def test_a_grid_has_as_many_settings_as_the_product_of_its_fields():
    space = {"l1": Between(0, 1), "l2": Between(1e-4, 1, log=True), "use_bias": Values((True, False))}
    settings = grid(space, points=7)
    assert len(settings) == 7 * 7 * 2
    assert len({tuple(chosen.items()) for chosen in settings}) == 98


def test_of_no_fields_there_is_one_setting_and_of_a_field_without_values_none():
    assert grid({}) == [{}]
    assert grid({"epochs": Values(()), "use_bias": Values((True, False))}) == []


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
    ],
)
def test_a_range_gives_evenly_spaced_points_and_its_ends(axis, points, expected):
    values = column(grid({"x": axis}, points), "x")
    assert values == expected
    assert {type(value) for value in values} == {int if axis.whole else float}


def test_the_ends_of_a_range_are_exact_however_many_digits_they_have():
    values = column(grid({"x": Between(0.12344, 0.99999)}, 3), "x")
    assert (values[0], values[-1]) == (0.12344, 0.99999)


def test_values_are_given_as_they_are():
    sizes = ((), (16,), (8, 8))
    assert column(grid({"hidden_layer_sizes": Values(sizes)}), "hidden_layer_sizes") == list(sizes)
    drawn = column(random_search({"l2": Values((0, 0.123456789))}, 50), "l2")
    assert set(drawn) == {0, 0.123456789}


SPACE = {
    "learning_rate": Between(1e-4, 1, log=True),
    "momentum": Between(0.2, 0.6),
    "batch_size": Between(8, 512, log=True, whole=True),
    "activation": Values(("relu", "tanh", "gelu")),
}


def test_the_same_seed_draws_the_same_settings_and_another_seed_others():
    assert random_search(SPACE, 20, seed=3) == random_search(SPACE, 20, seed=3)
    assert random_search(SPACE, 20, seed=3) != random_search(SPACE, 20, seed=4)


def test_drawn_settings_keep_to_their_bounds_and_kinds():
    for chosen in random_search(SPACE, 2000):
        assert list(chosen) == list(SPACE)
        assert 1e-4 <= chosen["learning_rate"] <= 1
        assert 0.2 <= chosen["momentum"] <= 0.6
        assert 8 <= chosen["batch_size"] <= 512
        assert type(chosen["batch_size"]) is int
        assert len(decimal.Decimal(repr(chosen["learning_rate"])).normalize().as_tuple().digits) <= 4


def test_draws_are_uniform_on_the_scale_of_the_range():
    settings = random_search(SPACE, 4000)  # a share of a quarter deviates by 0.007
    decades = shares(column(settings, "learning_rate"), [1e-4, 1e-3, 1e-2, 1e-1, 1])
    np.testing.assert_allclose(decades, 0.25, atol=0.035)
    quarters = shares(column(settings, "momentum"), [0.2, 0.3, 0.4, 0.5, 0.6])
    np.testing.assert_allclose(quarters, 0.25, atol=0.035)
    doublings = shares(column(settings, "batch_size"), [8, 16, 32, 64, 128, 256, 512])
    np.testing.assert_allclose(doublings, 1 / 6, atol=0.035)


def test_values_are_drawn_with_equal_chances():
    drawn = column(random_search(SPACE, 3000), "activation")
    assert [drawn.count(name) / 3000 for name in ("relu", "tanh", "gelu")] == pytest.approx(
        [1 / 3] * 3, abs=0.04
    )


def test_whole_numbers_are_drawn_with_equal_chances():
    drawn = column(random_search({"n": Between(1, 3, whole=True)}, 3000), "n")
    assert [drawn.count(n) / 3000 for n in (1, 2, 3)] == pytest.approx([1 / 3] * 3, abs=0.04)


def test_fields_are_drawn_independently():
    settings = random_search({"l1": Between(0, 1), "l2": Between(0, 1)}, 2000)
    correlation = np.corrcoef(column(settings, "l1"), column(settings, "l2"))[0, 1]
    assert abs(correlation) < 0.1  # its deviation is 0.022


def test_one_field_at_a_time_begins_with_the_base_and_changes_one_field_each():
    space = {"activation": Values(("tanh", "gelu")), "learning_rate": Between(0.01, 1, log=True)}
    assert one_at_a_time(space, points=3) == [
        {},
        {"activation": "tanh"},
        {"activation": "gelu"},
        {"learning_rate": 0.01},
        {"learning_rate": 0.1},
        {"learning_rate": 1.0},
    ]


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


@pytest.mark.parametrize("chosen", [{"momentum": 1.5}, {"batch_size": -1}, {"activation": "sine"}])
def test_what_the_train_config_refuses_is_refused_in_its_words(chosen):
    with pytest.raises(ValueError, match="allowed") as refusal:
        TrainConfig(**chosen)
    sweep = build([chosen, {"epochs": 3}], DATA, BASE)
    assert sweep.refused == ((tuple(chosen.items()), str(refusal.value)),)
    assert [trial.config.epochs for trial in sweep.trials] == [3]


def test_what_the_data_config_refuses_is_refused_in_its_words():
    refused = build([{"noise": 2}], DATA, BASE).refused
    assert refused == (((("noise", 2),), "noise is 2; allowed: a number from 0 to 1."),)


def test_fields_that_are_refused_only_together_are_refused_only_together():
    rates = {"learning_rate": Values((0.1, 0.001)), "schedule": Values(("constant", "cosine"))}
    sweep = build(grid(rates), DATA, TrainConfig(learning_rate_min=0.01))
    assert len(sweep.trials) == 3
    assert [dict(refused.settings) for refused in sweep.refused] == [
        {"learning_rate": 0.001, "schedule": "cosine"}
    ]


def test_a_field_of_neither_config_is_refused_by_name():
    (refused,) = build([{"lerning_rate": 0.1}], DATA, BASE).refused
    assert "lerning_rate" in refused.reason


def million(data, config):
    n = config.n_parameters(784, 10)
    return None if 500_000 <= n <= 1_000_000 else f"It has {n} parameters; allowed: 0.5 to 1 million."


def test_the_check_refuses_networks_outside_half_a_million_to_a_million_parameters():
    sizes = Values(((500, 200), (500, 300), (800, 200), (800, 300), (1000, 300)))
    sweep = build(grid({"hidden_layer_sizes": sizes}), DataConfig(name="mnist"), BASE, million)
    # 785·500 + 501·200 + 201·10 = 494 710 is too few, 785·1000 + 1001·300 + 301·10 = 1 088 310 too many;
    # between them 545 810, 790 210 and 871 310
    assert [trial.config.hidden_layer_sizes for trial in sweep.trials] == [(500, 300), (800, 200), (800, 300)]
    assert [refused.reason for refused in sweep.refused] == [
        "It has 494710 parameters; allowed: 0.5 to 1 million.",
        "It has 1088310 parameters; allowed: 0.5 to 1 million.",
    ]


def test_the_check_sees_the_configs_as_changed_and_may_raise_its_reason():
    def no_small_batches_of_much_data(data, config):
        if data.n_samples > 500 and config.batch_size < 10:
            raise ValueError("That takes too long.")

    space = {"n_samples": Values((100, 1000)), "batch_size": Values((5, 50))}
    sweep = build(grid(space), DATA, BASE, no_small_batches_of_much_data)
    assert sweep.refused == (((("n_samples", 1000), ("batch_size", 5)), "That takes too long."),)


def test_what_is_repeated_runs_once_where_it_came_first():
    settings = [{"epochs": 3}, {"noise": 0.2}, {}, {"epochs": 3, "noise": 0.1}, {"epochs": 50}, {"epochs": 3}]
    sweep = build(settings, DATA, BASE)  # noise 0.1 and 50 epochs are the base
    assert [dict(trial.settings) for trial in sweep.trials] == [{"epochs": 3}, {"noise": 0.2}, {}]
    assert sweep.n_repeated == 3


def test_equal_values_in_other_words_are_repeated():
    settings = [{"hidden_layer_sizes": [4]}, {"hidden_layer_sizes": (4,)}, {"l1": 0}, {"l1": 0.0}]
    sweep = build(settings, DATA, BASE)
    assert (len(sweep.trials), sweep.n_repeated) == (2, 2)


def test_a_refusal_without_words_is_a_refusal():
    def check(data, config):
        raise ValueError

    sweep = build([{"epochs": 3}], DATA, BASE, check)
    assert (len(sweep.trials), len(sweep.refused)) == (0, 1)
