"""The sidebar: what its widgets hold becomes an experiment, field by field, within limits."""

from dataclasses import fields, replace

import pytest
from experiments import experiments
from hypothesis import given, settings
from hypothesis import strategies as st

from data import DataConfig
from lab.links import limits
from lab.links.experiment import Experiment
from lab.links.fields import DEFAULTS, FIELDS, widget_value
from mlp import TrainConfig
from ui.sidebar.controls import GROUPS, MORE, Setup, assemble, within_limits

DEFAULT = Experiment(DataConfig(), TrainConfig())
ORDER = [name for names in (*GROUPS.values(), *MORE.values()) for name in names]
SETTINGS = settings(deadline=None, database=None, max_examples=60)

# what a widget could hold by mistake or by a link, each of them of no use to its field
BAD = {
    "name": "iris",
    "noise": 7.0,
    "n_samples": 5,
    "n_classes": 9,
    "scaling": "minmax",
    "split": "half/half",
    "seed": -1,
    "hidden_layer_sizes": "eight",
    "activation": "swish",
    "use_bias": None,
    "initializer": "xavier",
    "init_scale": -1.0,
    "loss": "hinge",
    "optimizer": "sgd2",
    "learning_rate": 0.0,
    "momentum": 1.0,
    "schedule": "warm",
    "learning_rate_min": -0.5,
    "cycle_steps": 0,
    "l1": "weak",
    "l2": "0.1,0.2,0.3",
    "batch_size": -8,
    "epochs": -1,
    "shuffle": "no",
    "init_seed": -1,
    "shuffle_seed": None,
    "dtype": "float16",
}
OTHER = {  # another good value each
    "name": "moons",
    "noise": 0.2,
    "n_samples": 300,
    "n_classes": 4,
    "scaling": "unit",
    "split": "60/20/20",
    "seed": 3,
    "hidden_layer_sizes": "8",
    "activation": "tanh",
    "use_bias": False,
    "initializer": "he_normal",
    "init_scale": 0.5,
    "loss": "sigmoid_cross_entropy",
    "optimizer": "adam",
    "learning_rate": 0.01,
    "momentum": 0.5,
    "schedule": "step",
    "learning_rate_min": 0.001,
    "cycle_steps": 100,
    "l1": "0.001",
    "l2": "0.01,0.02",
    "batch_size": 16,
    "epochs": 10,
    "shuffle": False,
    "init_seed": 5,
    "shuffle_seed": 6,
    "dtype": "float64",
}


def held(experiment):
    """What the sidebar's widgets hold when they show the experiment, in the order of drawing."""
    values = {f.name: getattr(c, f.name) for c in (experiment.data, experiment.train) for f in fields(c)}
    return {name: widget_value(name, values[name]) for name in ORDER}


def figures(experiment):
    return {f.name: getattr(c, f.name) for c in (experiment.data, experiment.train) for f in fields(c)}


def test_the_groups_hold_every_field_once():
    assert sorted(ORDER) == sorted(FIELDS)


def test_at_most_seven_controls_are_outside_more():
    assert 1 <= sum(len(names) for names in GROUPS.values()) <= 7


def test_untouched_widgets_make_the_default_experiment():
    assert assemble(held(DEFAULT)) == (DEFAULT, [])


def test_changed_widgets_make_another_in_every_field():
    found, problems = assemble(OTHER)
    assert problems == []
    assert {name for name in FIELDS if figures(found)[name] == DEFAULTS[name]} == set()
    assert found.train.l2 == (0.01, 0.02)
    assert found.train.hidden_layer_sizes == (8,)


@given(experiments())
@SETTINGS
def test_widgets_that_show_an_experiment_make_it_again(experiment):
    experiment = replace(experiment, data=replace(experiment.data, points=""))
    assert assemble(held(experiment)) == (experiment, [])


def test_a_small_rate_is_taken_with_a_schedule_whose_least_rate_is_smaller_still():
    train = TrainConfig(learning_rate=5e-5, schedule="cosine", learning_rate_min=1e-6)
    experiment = Experiment(DataConfig(), train)
    assert assemble(held(experiment)) == (experiment, [])


def test_a_bad_value_costs_fields_that_depend_on_each_other_nothing():
    train = TrainConfig(learning_rate=5e-5, schedule="cosine", learning_rate_min=1e-6)
    found, problems = assemble(held(Experiment(DataConfig(), train)) | {"momentum": 2.0})
    assert found.train == train
    assert [problem.split()[0] for problem in problems] == ["momentum"]


def test_a_schedule_that_a_small_rate_rules_out_gets_one_sentence():
    found, problems = assemble(held(DEFAULT) | {"learning_rate": 5e-5, "schedule": "cosine"})
    assert found.train == TrainConfig(learning_rate=5e-5)
    assert len(problems) == 1
    assert "schedule" in problems[0]


@pytest.mark.parametrize("name", FIELDS)
def test_a_bad_value_gets_one_sentence_and_leaves_its_field_alone_at_the_default(name):
    good = {other: OTHER[other] for other in ORDER}
    expected = figures(assemble(good)[0]) | {name: DEFAULTS[name]}
    if name == "hidden_layer_sizes":  # the default has as many layers, so penalties a layer still fit
        assert len(DEFAULTS[name]) == 1
    found, problems = assemble(good | {name: BAD[name]})
    assert figures(found) == expected
    assert len(problems) == 1
    assert problems[0].startswith(f"{name} is ")
    assert "allowed: " in problems[0]
    assert "default" in problems[0]


def test_every_field_bad_gets_a_sentence_each_and_the_default_experiment():
    found, problems = assemble({name: BAD[name] for name in ORDER})
    assert found == DEFAULT
    assert sorted(problem.split()[0] for problem in problems) == sorted(ORDER)


@given(st.sampled_from(["hidden_layer_sizes", "l1", "l2", "split"]), st.text(max_size=300))
@settings(SETTINGS, max_examples=200)
def test_whatever_is_typed_gives_an_experiment_or_a_sentence(name, text):
    found, problems = assemble(held(DEFAULT) | {name: text})
    assert len(problems) <= 1
    if problems:
        assert found == DEFAULT
        assert problems[0].startswith(f"{name} is ")
        assert len(problems[0]) < 400


@pytest.mark.parametrize("name", ["hidden_layer_sizes", "l1", "l2", "split"])
@pytest.mark.parametrize("nothing", ["", None])
def test_an_emptied_box_means_the_default(name, nothing):
    assert assemble(held(DEFAULT) | {name: nothing}) == (DEFAULT, [])


def limited(n_seeds=5, data=None, **train):
    data = data or DataConfig()
    return within_limits(Experiment(data, TrainConfig(**train)), n_seeds)


@pytest.mark.parametrize(
    "sizes", [(), (128,), (1,) * limits.MAX_LAYERS, (500, 300)], ids=["none", "wide", "deep", "coursework"]
)
def test_what_is_within_the_limits_is_left_alone(sizes):
    experiment = Experiment(DataConfig(), TrainConfig(hidden_layer_sizes=sizes, l2=0.1, batch_size=16))
    assert within_limits(experiment, 5) == (experiment, [])


@pytest.mark.parametrize("sizes", [(10**6,), (2,) * 50, (10**30,), (2000, 2000), (1,) * 31])
def test_a_network_too_large_becomes_the_default_with_one_sentence(sizes):
    found, problems = limited(hidden_layer_sizes=sizes, activation="tanh", batch_size=8)
    assert found.train == TrainConfig(activation="tanh", batch_size=8)
    assert len(problems) == 1
    assert problems[0].startswith("hidden_layer_sizes ")
    assert "allowed: " in problems[0]


def test_a_network_too_large_with_a_penalty_a_layer_becomes_the_default():
    found, problems = limited(hidden_layer_sizes=(10**6, 10**6), l1=(0.1, 0.2, 0.3))
    assert found.train == TrainConfig()
    assert len(problems) == 1


def test_a_network_too_large_costs_the_other_settings_nothing():
    found, problems = limited(hidden_layer_sizes=(10**6,), l1=0.001, l2=0.01)
    assert (found.train.l1, found.train.l2) == (0.001, 0.01)
    assert len(problems) == 1


def test_what_one_start_may_do_ten_may_not():
    assert limited(n_seeds=1, hidden_layer_sizes=(1000, 1000))[1] == []
    assert len(limited(n_seeds=10, hidden_layer_sizes=(1000, 1000))[1]) == 1


def test_a_whole_batch_of_a_wide_network_becomes_a_small_one():
    data = DataConfig(n_samples=20_000)
    found, problems = limited(data=data, hidden_layer_sizes=(5000,), batch_size=0)
    assert found.train == TrainConfig(hidden_layer_sizes=(5000,), batch_size=32)
    assert len(problems) == 1
    assert problems[0].startswith("batch_size 0 ")
    assert limited(data=data, hidden_layer_sizes=(16,), batch_size=0)[1] == []


@given(
    st.lists(st.integers(1, 10**7), max_size=40).map(tuple), st.integers(0, 10**9), st.integers(20, 20_000)
)
@SETTINGS
def test_what_comes_out_is_within_the_limits_whatever_goes_in(sizes, batch_size, n_samples):
    experiment = Experiment(
        DataConfig(n_samples=n_samples), TrainConfig(hidden_layer_sizes=sizes, batch_size=batch_size)
    )
    found, problems = within_limits(experiment, 10)
    train = found.train
    assert len(train.hidden_layer_sizes) <= limits.MAX_LAYERS
    assert 10 * train.n_parameters(2, 2) <= limits.MAX_PARAMETERS["decision_boundary"]
    rows = min(train.batch_size or n_samples, n_samples)
    assert rows * 10 * sum(train.hidden_layer_sizes) <= limits.MAX_ACTIVATIONS
    assert (found == experiment) == (problems == [])


def test_a_setup_counts_the_seeds_up_and_changes_nothing_else():
    train = TrainConfig(init_seed=7, shuffle_seed=40, activation="tanh")
    configs = Setup(Experiment(DataConfig(), train), 3).configs()
    assert [(c.init_seed, c.shuffle_seed) for c in configs] == [(7, 40), (8, 41), (9, 42)]
    assert {replace(c, init_seed=7, shuffle_seed=40) for c in configs} == {train}
