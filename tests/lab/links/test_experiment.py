"""A link holds the whole experiment, says it in words when it cannot, and outlives the defaults."""

import copy
import dataclasses
import re
from urllib.parse import parse_qsl, urlencode

import pytest
from experiments import experiments
from hypothesis import example, given, settings

from data import DataConfig
from lab.links.experiment import Experiment, upgraded, with_settings
from mlp import TrainConfig

DEFAULT = Experiment(DataConfig(), TrainConfig())
NAMES = [field.name for config in (DataConfig, TrainConfig) for field in dataclasses.fields(config)]
SETTINGS = settings(deadline=None, database=None, max_examples=30)

BAD_VALUES = {  # texts that are none of the field; the bounds of numbers are the configs' own tests'
    "name": ["", "Circles", "circles,moons"],
    "n_samples": ["", "19", "1e3", "100.0"],
    "noise": ["", "-0.1", "nan", "0,1"],
    "scaling": ["", "minmax"],
    "split": ["", "70", "a/b/c", "70,15,15"],
    "seed": ["", "-1", "0.5"],
    "n_classes": ["", "7", "three"],
    "hidden_layer_sizes": ["", "8;8", "0", "-8", "8,,8"],
    "activation": ["", "ReLU"],
    "use_bias": ["", "maybe", "1"],
    "initializer": ["", "xavier"],
    "init_scale": ["", "-1", "big"],
    "loss": ["", "hinge"],
    "optimizer": ["", "sgd2"],
    "learning_rate": ["", "0", "nan", "inf"],
    "momentum": ["", "1", "heavy"],
    "schedule": ["", "warm"],
    "learning_rate_min": ["", "-1"],
    "cycle_steps": ["", "0", "1.5"],
    "l1": ["", "nan", "0.1,0.2,0.3", "0.1;0,2", "0.1,,"],
    "l2": ["", "-1", "weak"],
    "batch_size": ["", "-1", "all"],
    "epochs": ["", "1e2", "9" * 5000],
    "shuffle": ["", "0"],
    "stratified": ["", "1"],
    "init_seed": ["", "x"],
    "shuffle_seed": ["", "3.0"],
    "dtype": ["", "float16"],
}


@given(experiments())
@example(Experiment(DataConfig(), TrainConfig(hidden_layer_sizes=())))
@example(Experiment(DataConfig(), TrainConfig(hidden_layer_sizes=(8, 3), l1=(0.0, 1e-300, 1.0))))
@example(Experiment(DataConfig(noise=0.1 + 0.2 - 0.2), TrainConfig(learning_rate=1e16, l2=5e-324)))
@example(Experiment(DataConfig(noise=1.0, points="-1,0.5,0;1,2,5"), TrainConfig(learning_rate=10.0)))
@example(Experiment(DataConfig(), TrainConfig(hidden_layer_sizes=(), l1=(0.25,))))
@example(Experiment(DataConfig(), TrainConfig(hidden_layer_sizes=(8,) * 5, l2=(1.0,) * 6)))
@example(Experiment(DataConfig(), TrainConfig(hidden_layer_sizes=(8, 8, 8, 8, 4))))
@example(Experiment(DataConfig(name="own_points", points="1,2,0\n-1,0,1\n"), TrainConfig()))
@SETTINGS
def test_a_link_states_every_field_and_gives_its_experiment_back_to_the_bit(experiment):
    query = experiment.to_query()
    assert sorted(query) == sorted(["v", *NAMES])
    found = Experiment.from_query(dict(parse_qsl(urlencode(query), keep_blank_values=True)))
    assert repr(found) == repr(experiment), "also 1 for 1.0 would be another"


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"points"}))
def test_a_bad_value_is_refused_in_a_short_sentence_that_names_its_field(name):
    for text in BAD_VALUES[name]:
        with pytest.raises(ValueError, match=rf"^{name} is .+; allowed: .+\.$") as refusal:
            Experiment.from_query(DEFAULT.to_query() | {name: text})
        sentence = str(refusal.value)
        assert len(sentence) < 300
        assert "\n" not in sentence
        assert refusal.value.field == name
        assert refusal.value.allowed in sentence
        assert str(copy.copy(refusal.value)) == sentence, "a worker process can hand it on"
        assert all(part in sentence for part in re.findall(r"[\w.-]+", text[:20])), "it shows the value"


def test_a_number_beyond_all_floats_is_refused():
    with pytest.raises(ValueError, match=r"^learning_rate is inf; allowed: "):
        Experiment.from_query({"learning_rate": "1e400"})


@pytest.mark.parametrize("version", ["0", "3", "", "01"])
def test_a_version_that_is_not_known_is_refused(version):
    with pytest.raises(ValueError, match=rf"^v is '{version}'; allowed: "):
        Experiment.from_query(DEFAULT.to_query() | {"v": version})


def test_what_is_not_a_field_is_passed_over_and_a_field_left_out_has_its_default():
    assert Experiment.from_query({}) == DEFAULT
    assert Experiment.from_query(DEFAULT.to_query() | {"seeds": "3", "V": "9"}) == DEFAULT
    changed = Experiment(DataConfig(noise=0.2), TrainConfig(epochs=3))
    assert Experiment.from_query({"noise": "0.2", "epochs": "3", "utm_source": "mail"}) == changed


def test_a_link_says_what_the_defaults_were_and_so_outlives_them():
    query = DEFAULT.to_query()
    assert (query["hidden_layer_sizes"], query["learning_rate"], query["use_bias"]) == ("16", "0.1", "true")
    assert (query["noise"], query["split"]) == ("0.1", "70/15/15")


@pytest.mark.parametrize(
    ("query", "now"),
    [
        ({"compare": "l1", "values": "0,1 / 0"}, {"values": "0;1 / 0"}),
        ({"compare": "l1 and l2", "values": "0,1 / 0"}, {"values": "0;1 / 0"}),
        ({"compare": "hidden_layer_sizes", "values": "8,8 / 16"}, {}),
        ({"values": "8,8 / 16"}, {}),
        ({"l1": "0,1", "l2": "0,2", "hidden_layer_sizes": "8,8"}, {"l1": "0;1", "l2": "0;2"}),
        (
            {"axis1": "l1", "values1": "0,1", "values2": "0,2", "values3": "8,8"},
            {"values1": "0;1", "values2": "0;2"},
        ),
        ({"axis2": "epochs", "values2": "1,2", "axis3": "l2", "values3": "0,1"}, {"values3": "0;1"}),
    ],
)
def test_only_penalties_of_the_first_version_had_commas_between_layers(query, now):
    assert upgraded(query | {"v": "1"}) == query | {"v": "1"} | now
    for version in ({}, {"v": "2"}):
        assert upgraded(query | version) == query | version


def test_settings_change_the_data_or_the_training_and_leave_the_rest():
    base = Experiment(DataConfig(n_samples=60), TrainConfig(epochs=3))
    changed = with_settings(base, (("noise", 0.3), ("l2", 0.1), ("seed", 4)))
    assert changed == Experiment(DataConfig(n_samples=60, noise=0.3, seed=4), TrainConfig(epochs=3, l2=0.1))
    assert with_settings(base, ()) == base
