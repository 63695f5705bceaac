"""TrainConfig refuses what it cannot use, in words, and keeps what it can."""

import dataclasses
import math
from fractions import Fraction

import numpy as np
import pytest

from mlp import ACTIVATIONS, INITIALIZERS, LOSSES, OPTIMIZERS, SCHEDULES, TrainConfig, init_params
from mlp.config import seeds_of

NOT_A_NUMBER = [math.nan, math.inf, -math.inf, True, None, "0.1", 1j, [0.1]]
NOT_WHOLE = [1.0, 1.5, True, None, "3", math.nan, [3]]
FROM_ZERO = r"finite numbers?, 0 or more"
POSITIVE = "finite number greater than 0"

BAD_VALUES = [
    *[(name, value, "whole numbers, 1 or more") for name in ["cycle_steps"] for value in [0, -1, *NOT_WHOLE]],
    *[
        (name, value, "whole numbers, 0 or more")
        for name in ["batch_size", "epochs", "init_seed", "shuffle_seed"]
        for value in [-1, *NOT_WHOLE]
    ],
    *[("hidden_layer_sizes", value, "whole numbers") for value in [16, 16.0, None, "16", {16}]],
    *[("hidden_layer_sizes", (8, value), "whole numbers, 1 or more") for value in [0, -3, *NOT_WHOLE]],
    *[("learning_rate", value, POSITIVE) for value in [0, 0.0, -0.1, -1, *NOT_A_NUMBER]],
    *[
        (name, value, FROM_ZERO)
        for name in ["init_scale", "learning_rate_min"]
        for value in [-1e-9, -1, *NOT_A_NUMBER]
    ],
    *[("momentum", value, "number from 0 to below 1") for value in [-0.1, 1, 1.0, 2.5, *NOT_A_NUMBER]],
    *[(name, value, FROM_ZERO) for name in ["l1", "l2"] for value in [-1e-9, *NOT_A_NUMBER[:-1]]],
    *[(name, (0.1, value), FROM_ZERO) for name in ["l1", "l2"] for value in [-1e-9, *NOT_A_NUMBER[:-1]]],
    *[
        (name, value, "a tuple of 2, one a layer")
        for name in ["l1", "l2"]
        for value in [(), (0.1,), (0.1,) * 3, [0.1]]
    ],
    *[
        (name, value, "True or False")
        for name in ["use_bias", "shuffle"]
        for value in [2, -1, None, "True", ()]
    ],
]


@pytest.mark.parametrize(("field", "value", "allowed"), BAD_VALUES)
def test_a_bad_value_is_refused_naming_the_field_the_value_and_what_is_allowed(field, value, allowed):
    with pytest.raises(ValueError, match=rf"^{field} is .*allowed: .*{allowed}") as refusal:
        TrainConfig(**{field: value})
    shown = value[-1] if isinstance(value, tuple) and value else value
    assert repr(shown) in str(refusal.value)


@pytest.mark.parametrize(
    ("field", "names"),
    [
        ("activation", ACTIVATIONS),
        ("initializer", INITIALIZERS),
        ("loss", LOSSES),
        ("optimizer", OPTIMIZERS),
        ("schedule", SCHEDULES),
        ("dtype", ("float32", "float64")),
    ],
)
def test_an_unknown_name_is_refused_with_the_list_of_names(field, names):
    for unknown in ["magic", "", None, 3, ["relu"], next(iter(names)).upper()]:
        with pytest.raises(ValueError, match=f"^{field} is ") as refusal:
            TrainConfig(**{field: unknown})
        allowed = str(refusal.value).split("allowed: ")[1]
        assert allowed.rstrip(".").split(", ") == list(names)
    for name in names:
        assert getattr(TrainConfig(**{field: name}), field) == name


def test_a_long_value_shows_its_beginning_and_its_end():
    with pytest.raises(ValueError, match=r"^activation is 'x{39}…x{19}'; allowed: ") as refusal:
        TrainConfig(activation="x" * 10_000)
    assert len(str(refusal.value)) < 300


@pytest.mark.parametrize(
    "field", ["learning_rate", "learning_rate_min", "init_scale", "momentum", "l1", "l2"]
)
def test_a_whole_number_too_large_for_a_float_is_refused(field):
    # 10**400 is below infinity as Python compares them, and yet no float holds it
    with pytest.raises(ValueError, match=f"^{field} is 1000.*allowed: "):
        TrainConfig(**{field: 10**400})


@pytest.mark.parametrize("field", ["l1", "l2"])
def test_a_tuple_within_a_tuple_of_penalties_is_refused(field):
    with pytest.raises(ValueError, match=f"^{field} is .*allowed: "):
        TrainConfig(**{field: ((0.1, 0.2), 0.1)})


@pytest.mark.parametrize("schedule", ["cosine", "triangular"])
def test_the_least_rate_must_not_exceed_the_rate_where_the_schedule_uses_it(schedule):
    with pytest.raises(
        ValueError, match=r"^learning_rate_min is 0\.2; allowed: at most .* 0\.1 .*" + schedule
    ):
        TrainConfig(schedule=schedule, learning_rate=0.1, learning_rate_min=0.2)
    assert TrainConfig(schedule=schedule, learning_rate=0.1, learning_rate_min=0.1).learning_rate_min == 0.1


@pytest.mark.parametrize("schedule", ["constant", "inverse_epoch", "step"])
def test_the_least_rate_is_free_where_the_schedule_ignores_it(schedule):
    config = TrainConfig(schedule=schedule, learning_rate=0.1, learning_rate_min=0.2)
    assert config.learning_rate_min == 0.2


def test_the_defaults_are_the_documented_ones():
    assert dataclasses.asdict(TrainConfig()) == {
        "hidden_layer_sizes": (16,),
        "activation": "relu",
        "use_bias": True,
        "initializer": "glorot_uniform",
        "init_scale": 1.0,
        "loss": "softmax_cross_entropy",
        "optimizer": "sgd",
        "learning_rate": 0.1,
        "momentum": 0.9,
        "schedule": "constant",
        "learning_rate_min": 1e-4,
        "cycle_steps": 500,
        "l1": 0.0,
        "l2": 0.0,
        "batch_size": 32,
        "epochs": 50,
        "shuffle": True,
        "init_seed": 0,
        "shuffle_seed": 0,
        "dtype": "float32",
    }


def test_lists_become_tuples_and_numbers_plain_python_ones():
    config = TrainConfig(
        hidden_layer_sizes=[np.int64(4), 3],
        l1=[0, np.float32(0.5), 1],
        l2=2,
        learning_rate=Fraction(1, 4),
        momentum=np.float64(0.5),
        batch_size=np.int32(8),
    )
    assert config.hidden_layer_sizes == (4, 3)
    assert config.l1 == (0.0, 0.5, 1.0)
    assert (config.l2, config.learning_rate, config.momentum, config.batch_size) == (2.0, 0.25, 0.5, 8)
    values = [*config.hidden_layer_sizes, config.batch_size, *config.l1, config.l2, config.learning_rate]
    assert [type(v) for v in values] == [int] * 3 + [float] * 5
    assert type(config.momentum) is float


def test_equal_configs_are_one_key_and_different_ones_are_not():
    runs = {TrainConfig(hidden_layer_sizes=[4], l1=[0, 1]): "a run"}
    assert runs[TrainConfig(hidden_layer_sizes=(4,), l1=(0.0, 1.0))] == "a run"
    assert TrainConfig(hidden_layer_sizes=(4,), l1=(1.0, 0.0)) not in runs


def test_a_config_cannot_be_changed_and_takes_keywords_only():
    config = TrainConfig()
    with pytest.raises(dataclasses.FrozenInstanceError):
        config.epochs = 3
    with pytest.raises(TypeError):
        TrainConfig((16,))
    with pytest.raises(ValueError, match=r"^epochs is -1"):
        dataclasses.replace(config, epochs=-1)


@pytest.mark.parametrize(
    ("sizes", "use_bias", "n_features", "n_classes", "count"),
    [
        ((16,), True, 2, 3, 99),  # (2·16 + 16) + (16·3 + 3)
        ((16,), False, 2, 3, 80),  # 2·16 + 16·3
        ((), True, 784, 10, 7_850),
        ((500, 300), True, 784, 10, 545_810),  # 392,500 + 150,300 + 3,010
        ((1, 1), False, 1, 2, 4),
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
    configs = seeds_of(config, 3)
    assert [(c.init_seed, c.shuffle_seed) for c in configs] == [(7, 2), (8, 3), (9, 4)]
    assert {dataclasses.replace(c, init_seed=7, shuffle_seed=2) for c in configs} == {config}
    assert seeds_of(config, 0) == ()
