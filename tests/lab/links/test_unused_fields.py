"""Which fields of a sweep change nothing: the networks that are trained decide."""

from dataclasses import fields, replace

import numpy as np
import pytest
from swept import plan_of

from data import DataConfig, load_dataset
from lab.links.unused import has_no_effect, sentences
from mlp import OPTIMIZERS, SCHEDULES, TrainConfig, sweep, train
from mlp.network import flatten
from mlp.sweep import Values

NOTHING = "{} has no effect here: trials that differ only in it train the same networks."


def plan(axes, chosen=None, name="circles", **changes):
    """The Plan of these axes around a base with some `changes`."""
    found = plan_of(axes, 1)
    config = replace(found.base.train, **changes)
    built = sweep.build(chosen or sweep.grid(axes), DataConfig(name=name, n_samples=120), config)
    return found._replace(sweep=built)


def n_networks(plan):
    """How many different networks the trials of a sweep end with."""
    ends = set()
    for trial in plan.sweep.trials:
        *_, record = train(trial.config, load_dataset(trial.data))
        ends.add(np.asarray(flatten(record.params)).tobytes())
    return len(ends)


@pytest.mark.parametrize(
    ("field", "values", "base"),
    [
        ("n_samples", (100, 200), {"name": "iris"}),
        ("noise", (0.1, 0.3), {"name": "iris"}),
        ("n_classes", (2, 4), {}),
        ("momentum", (0.5, 0.9), {"optimizer": "sgd"}),
        ("learning_rate_min", (0.0, 0.1), {"schedule": "constant"}),
        ("cycle_steps", (5, 10), {"schedule": "cosine"}),
        ("activation", ("relu", "tanh"), {"hidden_layer_sizes": ()}),
    ],
)
def test_a_field_that_nothing_uses_is_named_and_changes_no_network(field, values, base):
    swept = plan({"learning_rate": Values((0.1, 1.0)), field: Values(values)}, **base)
    assert sentences(swept) == [NOTHING.format(field)]
    assert (len(swept.sweep.trials), n_networks(swept)) == (4, 2)


@pytest.mark.parametrize(
    ("field", "values", "base"),
    [
        ("n_samples", (100, 200), {}),
        ("noise", (0.1, 0.3), {}),
        ("n_classes", (2, 4), {"name": "blobs"}),
        ("momentum", (0.5, 0.9), {"optimizer": "momentum"}),
        ("learning_rate_min", (0.0, 0.1), {"schedule": "cosine"}),
        ("activation", ("relu", "tanh"), {}),
    ],
)
def test_a_field_that_is_used_is_not_named_and_changes_the_network(field, values, base):
    swept = plan({field: Values(values)}, **base)
    assert (sentences(swept), n_networks(swept)) == ([], 2)


def test_of_a_field_that_some_trials_use_the_others_are_counted():
    axes = {"optimizer": Values(("sgd", "momentum", "adam")), "momentum": Values((0.5, 0.9))}
    swept = plan(axes)
    assert sentences(swept) == ["momentum has no effect in 4 of the 6 trials that set it."]
    assert n_networks(swept) == 4
    # one at a time: the trial of the optimizer does not set the momentum, and that of the momentum is sgd's
    axes = {"optimizer": Values(("momentum",)), "momentum": Values((0.5,))}
    assert sentences(plan(axes, sweep.one_at_a_time(axes))) == [NOTHING.format("momentum")]


VALUES = {  # of each field
    "noise": (0.1, 0.2, 0.3),
    "n_samples": (60, 70, 80),
    "n_classes": (2, 3, 4),
    "scaling": ("standard", "unit", "none"),
    "split": ("70/15/15", "60/20/20", "50/25/25"),
    "stratified": (False, True),
    "seed": (0, 1, 2),
    "hidden_layer_sizes": ((4,), (3,), ()),
    "activation": ("sigmoid", "tanh", "softplus"),
    "use_bias": (True, False),
    "initializer": ("glorot_uniform", "normal", "he_uniform"),
    "init_scale": (1.0, 0.5, 2.0),
    "loss": ("softmax_cross_entropy", "sigmoid_squared_error"),
    "optimizer": ("sgd", "adam", "rmsprop"),
    "learning_rate": (0.1, 0.2, 0.4),
    "momentum": (0.9, 0.5, 0.0),
    "schedule": ("constant", "step", "inverse_epoch"),
    "learning_rate_min": (0.0001, 0.01, 0.05),
    "cycle_steps": (5, 7, 500),
    "l1": (0.0, 0.01, 0.1),
    "l2": (0.0, 0.01, 0.1),
    "epochs": (3, 4, 6),
    "shuffle": (True, False),
    "init_seed": (0, 1, 2),
    "shuffle_seed": (0, 1, 2),
}
SETTINGS = (
    *({"optimizer": name} for name in OPTIMIZERS),
    *({"schedule": name} for name in SCHEDULES),
    {"schedule": "triangular", "learning_rate_min": 0.1},
    {"schedule": "triangular", "learning_rate_min": 0.1, "learning_rate": ((0.1, 0), (0.3, 1))},
    {"batch_size": 0},
    {"batch_size": 41},
    {"batch_size": 42},
    {"batch_size": 4096, "optimizer": "adam"},
    {"shuffle": False},
    {"shuffle": False, "batch_size": 0},
    {"initializer": "zeros"},
    {"initializer": "constant"},
    {"initializer": "orthogonal"},
    {"init_scale": 0.0},
    {"hidden_layer_sizes": ()},
    {"hidden_layer_sizes": (), "initializer": "zeros"},
    {"use_bias": False},
    {"epochs": 0},
    {"name": "spirals"},
    {"name": "iris"},
    {"name": "iris", "split": "60/30/40"},
    {"split": "30/15/15"},
    {"split": "30/15/15", "batch_size": 30, "stratified": True},
    {"name": "digits", "split": "40/5/5"},
)


def ended(changes):
    """The final parameters and losses of the network with these settings."""
    values = {
        "n_samples": 60,
        "hidden_layer_sizes": (4,),
        "activation": "sigmoid",
        "epochs": 3,
        "batch_size": 16,
    }
    values |= {"dtype": "float64"} | changes
    of_data = {one.name for one in fields(DataConfig)}
    data = DataConfig(**{name: value for name, value in values.items() if name in of_data})
    config = TrainConfig(**{name: value for name, value in values.items() if name not in of_data})
    dataset = load_dataset(data)
    *_, record = train(config, dataset)
    figures = [record.train_loss, record.valid_loss, record.test_loss]
    return data, config, np.concatenate([flatten(record.params), figures])


@pytest.mark.slow
@pytest.mark.parametrize("setting", SETTINGS, ids=lambda one: " ".join(map(str, one.values())))
def test_a_field_has_no_effect_exactly_where_the_networks_are_the_same_whatever_its_value(setting):
    data, config, _ = ended(setting)
    told = {field for field in VALUES if has_no_effect(field, data, config)}
    same = set()
    for field, values in VALUES.items():
        different = dict.fromkeys((setting.get(field, values[0]), *values))
        ends = [ended(setting | {field: value})[-1] for value in different]
        if all(end.shape == ends[0].shape and np.allclose(end, ends[0], 1e-9, 1e-12) for end in ends):
            same.add(field)
    assert told == same


def test_batch_sizes_of_the_whole_training_set_are_told_together():
    whole = "A batch_size of {} is the whole training set: trials that differ only in these train the same "
    whole += "networks."
    for sizes, said, n in (
        ((0, 16, 84), [whole.format("0 and 84")], 2),
        ((16, 84, 4096), [whole.format("84 and 4096")], 2),
        ((0, 16), [], 2),
        ((16, 83, 84), [], 3),
        ((84, 0), [NOTHING.format("batch_size")], 1),
    ):
        swept = plan({"batch_size": Values(sizes)}, dtype="float64")
        assert (sentences(swept), n_networks(swept)) == (said, n)


def test_what_changes_only_the_order_of_a_sum_is_told_with_its_rounding():
    swept = plan({"shuffle": Values((True, False))}, batch_size=0)
    assert sentences(swept) == [
        NOTHING.format("shuffle").replace(" networks.", " networks, apart from rounding.")
    ]
