"""TrainConfig refuses what it cannot use, in words, and keeps what it can."""

import dataclasses
import math
import re
from fractions import Fraction

import numpy as np
import pytest

from mlp import ACTIVATIONS, INITIALIZERS, LOSSES, OPTIMIZERS, SCHEDULES, TrainConfig, init_params
from mlp.config import seeds_of

NOT_A_NUMBER = (math.nan, math.inf, -math.inf, True, None, "0.1", 1j, [0.1])
NOT_WHOLE = (1.5, 2.0, True, None, "3", [3])
FROM_ZERO = "finite number, 0 or more"
EACH_FROM_ZERO = "finite numbers, 0 or more"
NAMES = {
    "activation": tuple(ACTIVATIONS),
    "initializer": tuple(INITIALIZERS),
    "loss": tuple(LOSSES),
    "optimizer": tuple(OPTIMIZERS),
    "schedule": tuple(SCHEDULES),
    "dtype": ("float32", "float64"),
}
BAD_VALUES = [  # fields, what they allow, what they refuse
    ("cycle_steps", "whole numbers, 1 or more", (0, *NOT_WHOLE)),
    ("batch_size epochs init_seed shuffle_seed", "whole numbers, 0 or more", (-1, *NOT_WHOLE)),
    ("hidden_layer_sizes", "whole numbers", (16, None, "16", {16})),
    ("hidden_layer_sizes", "whole numbers, 1 or more", [(8, value) for value in (0, *NOT_WHOLE)]),
    ("learning_rate", "finite number greater than 0", (0, 0.0, -0.1, *NOT_A_NUMBER)),
    ("init_scale learning_rate_min", FROM_ZERO, (-1e-9, *NOT_A_NUMBER)),
    ("momentum", "number from 0 to below 1", (-0.1, 1, 2.5, *NOT_A_NUMBER)),
    ("l1 l2", EACH_FROM_ZERO, (-1e-9, *NOT_A_NUMBER[:-1])),
    ("l1 l2", EACH_FROM_ZERO, [(0.1, value) for value in (-1e-9, *NOT_A_NUMBER[:-1], (0.1, 0.2))]),
    ("l1 l2", "one number, or one per layer: 2", ((), (0.1,), (0.1,) * 3, [0.1])),
    ("use_bias shuffle", "True or False", (2, 1, None, "True", ())),
    *[(name, ", ".join(NAMES[name]) + ".", ("magic", NAMES[name][0].upper(), None)) for name in NAMES],
]


@pytest.mark.parametrize(
    ("field", "value", "allowed"),
    [(name, bad, words) for names, words, values in BAD_VALUES for name in names.split() for bad in values],
)
def test_a_bad_value_is_refused_naming_the_field_the_value_and_what_is_allowed(field, value, allowed):
    with pytest.raises(ValueError, match=rf"^{field} is .*; allowed: .*{re.escape(allowed)}") as refusal:
        TrainConfig(**{field: value})
    shown = value[-1] if isinstance(value, tuple) and value else value
    assert repr(shown) in str(refusal.value)


@pytest.mark.parametrize("field", NAMES)
def test_every_name_of_a_registry_is_taken(field):
    assert all(getattr(TrainConfig(**{field: name}), field) == name for name in NAMES[field])


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("activation", "x" * 10_000, "'x{39}…x{19}'"),
        ("learning_rate", 10**400, "10{39}…0{20}"),  # below infinity, and yet no float holds it
        ("l1", 10**400, "10{39}…0{20}"),
        ("epochs", -(10**5000), "a number too long to print"),
    ],
    ids=["text", "rate", "penalty", "more digits than Python prints"],
)
def test_a_long_value_is_cut_and_one_too_large_is_refused(field, value, shown):
    with pytest.raises(ValueError, match=rf"^{field} is {shown}; allowed: ") as refusal:
        TrainConfig(**{field: value})
    assert len(str(refusal.value)) < 300


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_the_least_rate_must_not_exceed_the_rate_where_the_schedule_uses_it(schedule):
    rates = {"schedule": schedule, "learning_rate": 0.1}
    assert TrainConfig(**rates, learning_rate_min=0.1).learning_rate_min == 0.1
    if schedule in ("cosine", "triangular", "sawtooth"):
        with pytest.raises(ValueError, match=rf"^learning_rate_min is 0.2; .* at most .* 0.1 .*{schedule}"):
            TrainConfig(**rates, learning_rate_min=0.2)
    else:
        assert TrainConfig(**rates, learning_rate_min=0.2).learning_rate_min == 0.2


def test_the_defaults_are_the_documented_ones():
    assert repr(TrainConfig()) == (
        "TrainConfig(hidden_layer_sizes=(16,), activation='relu', use_bias=True, "
        "initializer='glorot_uniform', init_scale=1.0, loss='softmax_cross_entropy', optimizer='sgd', "
        "learning_rate=0.1, momentum=0.9, schedule='constant', learning_rate_min=0.0001, cycle_steps=500, "
        "l1=0.0, l2=0.0, batch_size=32, epochs=50, shuffle=True, init_seed=0, shuffle_seed=0, "
        "dtype='float32')"
    )


def test_lists_become_tuples_and_numbers_plain_python_ones():
    numbers = {"learning_rate": Fraction(1, 4), "momentum": np.float64(0.5), "batch_size": np.int32(8)}
    config = TrainConfig(hidden_layer_sizes=[np.int64(4), 3], l1=[0, np.float32(0.5), 1], l2=2, **numbers)
    plain = {"learning_rate": 0.25, "momentum": 0.5, "batch_size": 8}
    expected = TrainConfig(hidden_layer_sizes=(4, 3), l1=(0.0, 0.5, 1.0), l2=2.0, **plain)
    assert (config, hash(config), repr(config)) == (expected, hash(expected), repr(expected))
    assert config != dataclasses.replace(expected, l1=(0.0, 1.0, 0.5))


def test_a_config_cannot_be_changed_and_takes_keywords_only():
    with pytest.raises(dataclasses.FrozenInstanceError):
        TrainConfig().epochs = 3
    with pytest.raises(TypeError):
        TrainConfig((16,))


@pytest.mark.parametrize(
    ("sizes", "use_bias", "n_features", "n_classes", "count"),
    [
        ((16,), True, 2, 3, 99),  # (2·16 + 16) + (16·3 + 3)
        ((16,), False, 2, 3, 80),  # 2·16 + 16·3
        ((), True, 784, 10, 7_850),
    ],
)
def test_n_parameters_counts_weights_and_the_biases_in_use(sizes, use_bias, n_features, n_classes, count):
    config = TrainConfig(hidden_layer_sizes=sizes, use_bias=use_bias)
    assert config.n_parameters(n_features, n_classes) == count
    layers = init_params(config, n_features, n_classes)
    assert sum(W.size + use_bias * b.size for W, b in layers) == count


def test_layers_and_their_penalties_are_listed_input_first():
    config = TrainConfig(hidden_layer_sizes=(5, 4), l1=0.25, l2=(1.0, 0.0, 0.5))
    assert config.n_layers == 3
    assert config.layer_sizes(2, 3) == (2, 5, 4, 3)
    assert config.penalties() == ((0.25, 1.0), (0.25, 0.0), (0.25, 0.5))


def test_seeds_count_up_from_those_of_the_config_and_nothing_else_changes():
    config = TrainConfig(init_seed=7, shuffle_seed=2, learning_rate=0.3)
    seeds = [dataclasses.replace(config, init_seed=7 + i, shuffle_seed=2 + i) for i in range(3)]
    assert seeds_of(config, 3) == tuple(seeds)
    assert seeds_of(config, 0) == ()
