"""Any set of starts as one stack; and starts and hidden layers as they are typed."""

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from data import DataConfig
from lab.links.ensemble import Ensemble, Start, parse_start
from lab.links.experiment import Experiment, field_text, parse_field
from lab.links.reading import MOST_LAYERS_READ, quoted
from mlp import INITIALIZERS, TrainConfig
from ui.initialization import setup

SETTINGS = settings(deadline=None, database=None, max_examples=60)
TRAIN = TrainConfig(hidden_layer_sizes=(3,), l2=0.25, init_seed=7, shuffle_seed=40, epochs=6)
ZEROS, SMALL, HE = Start("zeros", 1.0), Start("normal", 0.01), Start("he_normal", 1.0)
ENSEMBLE = Ensemble(Experiment(DataConfig(), TRAIN), 2, (ZEROS, SMALL, HE))


def test_the_configs_are_all_seeds_of_the_first_start_then_of_the_next():
    seen = [(c.initializer, c.init_scale, c.init_seed, c.shuffle_seed) for c in ENSEMBLE.configs()]
    assert seen == [
        ("zeros", 1.0, 7, 40),
        ("zeros", 1.0, 8, 41),
        ("normal", 0.01, 7, 40),
        ("normal", 0.01, 8, 41),
        ("he_normal", 1.0, 7, 40),
        ("he_normal", 1.0, 8, 41),
    ]


def test_in_all_else_the_configs_are_the_experiments():
    own = {"initializer": "zeros", "init_scale": 1.0, "init_seed": 7, "shuffle_seed": 40}
    for config in ENSEMBLE.configs():
        assert replace(config, **own) == replace(TRAIN, **own)


def test_the_configs_of_a_start_stand_at_its_positions():
    configs = ENSEMBLE.configs()
    assert [list(ENSEMBLE.positions(start)) for start in (ZEROS, SMALL, HE)] == [[0, 1], [2, 3], [4, 5]]
    for start in ENSEMBLE.starts:
        assert tuple(configs[i] for i in ENSEMBLE.positions(start)) == ENSEMBLE.of(start)


def test_changes_reach_every_config_of_a_start():
    assert [c.dtype for c in ENSEMBLE.of(SMALL, dtype="float64")] == ["float64"] * 2
    assert {c.dtype for c in ENSEMBLE.of(SMALL)} == {"float32"}


@pytest.mark.parametrize(
    ("start", "label"),
    [
        (HE, "he_normal"),
        (SMALL, "normal × 0.01"),
        (Start("normal", 1e-7), "normal × 1e-07"),
        (Start("constant", 2.0), "constant × 2"),
    ],
)
def test_a_start_is_called_by_its_initializer_and_by_a_scale_other_than_one(start, label):
    assert start.label == label


def test_a_start_has_its_initializers_colour_at_every_scale():
    assert setup.colours_of(ENSEMBLE.starts) == {
        "zeros": setup.colour_of("zeros"),
        "normal × 0.01": setup.colour_of("normal"),
        "he_normal": setup.colour_of("he_normal"),
    }


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("zeros", ("zeros", 1.0)),
        ("normal*0.01", ("normal", 0.01)),
        ("normal × 0.01", ("normal", 0.01)),
        (" constant * 2 ", ("constant", 2.0)),
        ("he_normal*1e-3", ("he_normal", 0.001)),
        ("normal*0", ("normal", 0.0)),
        ("normal*1", ("normal", 1.0)),
    ],
)
def test_a_start_is_read(text, start):
    assert parse_start(text) == start


@pytest.mark.parametrize(
    "text",
    [
        "",
        "xavier",
        "Normal",
        "normal*",
        "normal*x",
        "normal*-1",
        "normal*nan",
        "normal*inf",
        "normal*1*2",
        "*0.1",
        "normal*0.1,zeros",
        "0.1*normal",
        "normal" * 1000,
    ],
)
def test_a_start_that_cannot_be_read_is_refused_in_a_sentence_that_shows_it(text):
    with pytest.raises(ValueError, match=r"^sets holds '.*'; allowed: .*\.$") as refusal:
        parse_start(text)
    assert quoted(text) in str(refusal.value)
    assert len(str(refusal.value)) < 200


@given(st.sampled_from(sorted(INITIALIZERS)), st.floats(0, 1e6).filter(lambda s: s == float(f"{s:g}")))
@SETTINGS
def test_a_label_is_read_as_its_start(name, scale):
    assert parse_start(Start(name, scale).label) == Start(name, scale)


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("64x10", (64,) * 10),
        ("8x2,4", (8, 8, 4)),
        ("4,8x2", (4, 8, 8)),
        ("64×3", (64, 64, 64)),
        ("8x1", (8,)),
        ("2x2-3x2", (2, 2, 3, 3)),
        (" 8x2 , 4 ", (8, 8, 4)),
        ("8 x 2", (8, 8)),
        ("1x1000", (1,) * 1000),
    ],
)
def test_many_equal_layers_are_read_from_a_product(text, sizes):
    assert parse_field("hidden_layer_sizes", text) == sizes
    assert Experiment.from_query({"hidden_layer_sizes": text}).train.hidden_layer_sizes == sizes


@pytest.mark.parametrize(
    "text",
    [
        "8x0",
        "8x99999999999",
        "8x1001",
        "8x600,8x600",
        "x3",
        "8x2x2",
        "8xtwo",
        "8x2.5",
        "x",
        "0x2",
        "8*3",
        "8x2;4",
        "8x" + "9" * 5000,
    ],
)
def test_a_product_that_is_none_is_refused_in_a_short_sentence(text):
    with pytest.raises(ValueError, match=r"^hidden_layer_sizes is .*; allowed: .*\.$") as refusal:
        Experiment.from_query({"hidden_layer_sizes": text})
    assert len(str(refusal.value)) < 300


@pytest.mark.parametrize(
    ("sizes", "text"),
    [
        ((64,) * 10, "64x10"),
        ((8,) * 4, "8x4"),
        ((8, 8, 8), "8,8,8"),
        ((8, 8, 8, 4), "8,8,8,4"),
        ((16,), "16"),
        ((), "none"),
    ],
)
def test_many_equal_layers_are_written_as_a_product_and_few_as_they_are(sizes, text):
    assert field_text(sizes) == text


@given(st.integers(1, 5000), st.integers(0, MOST_LAYERS_READ))
@example(64, 10)
@SETTINGS
def test_equal_layers_come_back_from_a_link(size, n):
    experiment = Experiment(DataConfig(), TrainConfig(hidden_layer_sizes=(size,) * n))
    query = experiment.to_query()
    assert len(query["hidden_layer_sizes"]) < 20
    assert Experiment.from_query(query) == experiment


@given(st.lists(st.integers(1, 300), min_size=4, max_size=8))
@example([8, 8, 8, 8, 4])
@SETTINGS
def test_mixed_layers_come_back_from_a_link(sizes):
    experiment = Experiment(DataConfig(), TrainConfig(hidden_layer_sizes=tuple(sizes)))
    assert Experiment.from_query(experiment.to_query()) == experiment


@pytest.mark.parametrize("penalty", [0.5, 1.0])
def test_equal_penalties_of_many_layers_are_not_written_as_a_product(penalty):
    train = TrainConfig(hidden_layer_sizes=(8,) * 5, l2=(penalty,) * 6)
    experiment = Experiment(DataConfig(), train)
    assert Experiment.from_query(experiment.to_query()) == experiment
