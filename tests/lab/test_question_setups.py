"""Which experiments the fields of a question name, against experiments written by hand."""

from data import DataConfig
from lab.links.experiment import BOTH_PENALTIES, Experiment, Setup
from lab.links.fields import DEFAULT_SEEDS
from lab.published import eight_digits, looped_epoch
from lab.questions import verify
from lab.questions.answer import setups
from mlp import TrainConfig

VALUES = {"name": "moons", "noise": 0.3, "learning_rate": 0.25, "epochs": 7, "open": "maps"}


def by_hand(**train):
    config = TrainConfig(learning_rate=0.25, epochs=7, **train)
    return Setup(Experiment(DataConfig(name="moons", noise=0.3), config), DEFAULT_SEEDS)


def test_fields_of_the_data_and_of_the_training_make_one_experiment():
    assert setups(VALUES) == [by_hand()]
    assert setups(VALUES | {"mode": "Explore", "compare": "l2", "values": "0/1"}) == [by_hand()]


def test_a_comparison_is_one_experiment_per_value_in_its_order():
    asked = VALUES | {"mode": "Compare", "compare": "batch_size", "values": "32 / 0/ 8"}
    assert setups(asked) == [by_hand(batch_size=32), by_hand(batch_size=0), by_hand(batch_size=8)]


def test_a_comparison_of_both_penalties_sets_both():
    asked = VALUES | {"mode": "Compare", "compare": BOTH_PENALTIES, "values": "0/0.01"}
    assert setups(asked) == [by_hand(), by_hand(l1=0.01, l2=0.01)]
    alone = VALUES | {"mode": "Compare", "compare": "l2", "values": "0/0.01"}
    assert setups(alone) == [by_hand(), by_hand(l2=0.01)]


def test_the_questions_about_e_have_the_start_of_its_own_network():
    about_e = [preset for preset in verify.GRADIENT_CHECK if preset.question.startswith("E:")]
    assert len(about_e) == 2
    for preset, network in zip(about_e, (eight_digits.CONFIG, looped_epoch.CONFIG), strict=True):
        for name in ("hidden_layer_sizes", "activation", "initializer"):
            assert preset.changes[name] == getattr(network, name)
