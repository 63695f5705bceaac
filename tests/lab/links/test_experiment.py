"""A link holds the whole experiment, says it in words when it cannot, and outlives the defaults."""

import copy
import dataclasses
import re
from urllib.parse import parse_qsl, urlencode

import pytest
from experiments import experiments
from hypothesis import example, given, settings
from hypothesis import strategies as st

from data import DataConfig
from lab.links.experiment import Experiment
from mlp import TrainConfig

DEFAULT = Experiment(DataConfig(), TrainConfig())
NAMES = [field.name for config in (DataConfig, TrainConfig) for field in dataclasses.fields(config)]
SETTINGS = settings(deadline=None, database=None, max_examples=60)

BAD_VALUES = {
    "name": ["iris", "", "Circles", "circles,moons"],
    "n_samples": ["many", "", "19", "20001", "1e3", "100.0", "-100"],
    "noise": ["loud", "", "-0.1", "5.5", "nan", "inf", "0,1"],
    "scaling": ["minmax", ""],
    "split": ["70", "", "a/b/c", "0/50/50", "70,15,15"],
    "seed": ["-1", "", "0.5", "one"],
    "n_classes": ["1", "7", "", "three"],
    "hidden_layer_sizes": ["", "eight", "8;8", "0", "-8", "8,,8", "8.5", "0,0"],
    "activation": ["swish", "", "ReLU"],
    "use_bias": ["", "maybe", "1", "2"],
    "initializer": ["", "xavier"],
    "init_scale": ["", "-1", "nan", "inf", "big"],
    "loss": ["", "hinge"],
    "optimizer": ["", "sgd2"],
    "learning_rate": ["", "0", "-0.1", "nan", "inf", "fast"],
    "momentum": ["", "1", "-0.1", "nan", "heavy"],
    "schedule": ["", "warm"],
    "learning_rate_min": ["", "-1", "nan", "inf"],
    "cycle_steps": ["", "0", "1.5", "ten"],
    "l1": ["", "-1", "nan", "0.1,0.2,0.3", "0.1;0,2", "0.1,,"],
    "l2": ["", "-1", "inf", "0.1,0.2,0.3", "weak"],
    "batch_size": ["", "-1", "1.5", "all"],
    "epochs": ["", "-1", "1e2", "9" * 5000],
    "shuffle": ["", "perhaps", "0"],
    "init_seed": ["", "-1", "x"],
    "shuffle_seed": ["", "-1", "3.0"],
    "dtype": ["", "float16"],
}


@given(experiments())
@example(Experiment(DataConfig(), TrainConfig(hidden_layer_sizes=())))
@example(Experiment(DataConfig(), TrainConfig(hidden_layer_sizes=(8, 3), l1=(0.0, 1e-300, 1.0))))
@example(Experiment(DataConfig(noise=0.1 + 0.2 - 0.2), TrainConfig(learning_rate=1e16, l2=5e-324)))
@example(Experiment(DataConfig(noise=1.0, points="-1,0.5,0;1,2,5"), TrainConfig(learning_rate=10.0)))
@example(Experiment(DataConfig(), TrainConfig(hidden_layer_sizes=(), l1=(0.25,))))
@example(Experiment(DataConfig(), TrainConfig(hidden_layer_sizes=(8,) * 5, l2=(0.5,) * 6)))
@example(Experiment(DataConfig(), TrainConfig(hidden_layer_sizes=(8,) * 5, l2=(1.0,) * 6)))
@example(Experiment(DataConfig(), TrainConfig(hidden_layer_sizes=(8, 8, 8, 8, 4))))
@example(Experiment(DataConfig(name="own_points", points="1,2,0\n-1,0,1\n"), TrainConfig()))
@SETTINGS
def test_a_link_states_every_field_and_gives_its_experiment_back_to_the_bit(experiment):
    query = experiment.to_query()
    assert sorted(query) == sorted(["v", *NAMES])
    found = Experiment.from_query(dict(parse_qsl(urlencode(query), keep_blank_values=True)))
    assert repr(found) == repr(experiment), "also 1 for 1.0 would be another"


def test_there_is_a_bad_value_for_every_field_that_can_have_one():
    assert set(BAD_VALUES) == set(NAMES) - {"points"}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name in BAD_VALUES for text in BAD_VALUES[name]])
def test_a_bad_value_is_refused_in_a_short_sentence_that_names_its_field(name, text):
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


def test_too_many_arms_for_spirals_are_refused_by_the_name_of_their_field():
    query = {"name": "spirals", "n_classes": "6"}
    with pytest.raises(ValueError, match=r"^n_classes is 6; allowed: whole numbers from 2 to 5"):
        Experiment.from_query(query)
    assert Experiment.from_query(query | {"name": "blobs"}).data.n_classes == 6


@pytest.mark.parametrize("version", ["0", "2", "1.0", "", "one", "01"])
def test_a_version_that_is_not_known_is_refused(version):
    with pytest.raises(ValueError, match=r"^v is .*allowed: ") as refusal:
        Experiment.from_query(DEFAULT.to_query() | {"v": version})
    assert repr(version) in str(refusal.value)


@pytest.mark.parametrize("stranger", [{}, {"utm_source": "mail"}, {"seeds": "3", "view": "mean"}, {"V": "9"}])
def test_what_is_not_a_field_is_passed_over(stranger):
    assert Experiment.from_query(stranger) == DEFAULT
    assert Experiment.from_query(DEFAULT.to_query() | stranger) == DEFAULT


@given(experiments(), st.sets(st.sampled_from(sorted(set(NAMES) - {"l1", "l2"}))))
@SETTINGS
def test_what_a_link_leaves_out_has_its_default(experiment, left_out):
    # the penalties, arms and least rate depend on other fields: they are left out with them
    if "hidden_layer_sizes" in left_out:
        left_out = left_out | {"l1", "l2"}
    if "name" in left_out or "n_classes" in left_out:
        left_out = left_out | {"name", "n_classes"}
    if left_out & {"learning_rate", "learning_rate_min", "schedule"}:
        left_out = left_out | {"learning_rate", "learning_rate_min", "schedule"}
    query = {name: text for name, text in experiment.to_query().items() if name not in left_out}
    found = Experiment.from_query(query)
    for name in NAMES:
        source = DEFAULT if name in left_out else experiment
        part = "data" if hasattr(DEFAULT.data, name) else "train"
        assert getattr(getattr(found, part), name) == getattr(getattr(source, part), name)


def test_a_link_says_what_the_defaults_were_and_so_outlives_them():
    query = DEFAULT.to_query()
    assert (query["hidden_layer_sizes"], query["learning_rate"], query["use_bias"]) == ("16", "0.1", "true")
    assert (query["noise"], query["split"]) == ("0.1", "70/15/15")
