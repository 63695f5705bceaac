"""Any set of starts as one stack, and starts as they are typed."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data import DataConfig
from lab.links.ensemble import Ensemble, Start, parse_start
from lab.links.experiment import Experiment
from lab.links.reading import quoted
from mlp import INITIALIZERS, TrainConfig
from ui.initialization import setup

SETTINGS = settings(deadline=None, database=None, max_examples=30)
TRAIN = TrainConfig(hidden_layer_sizes=(3,), l2=0.25, init_seed=7, shuffle_seed=40, epochs=6)
ZEROS, SMALL, HE = Start("zeros", 1.0), Start("normal", 0.01), Start("he_normal", 1.0)
ENSEMBLE = Ensemble(Experiment(DataConfig(), TRAIN), 2, (ZEROS, SMALL, HE))


def test_the_configs_are_all_seeds_of_the_first_start_then_of_the_next():
    configs = ENSEMBLE.configs()
    seen = [(c.initializer, c.init_scale, c.init_seed, c.shuffle_seed) for c in configs]
    starts = [("zeros", 1.0), ("normal", 0.01), ("he_normal", 1.0)]
    assert seen == [(*start, *seeds) for start in starts for seeds in ((7, 40), (8, 41))]
    own = {"initializer": "zeros", "init_scale": 1.0, "init_seed": 7, "shuffle_seed": 40}
    for config in configs:
        assert replace(config, **own) == replace(TRAIN, **own), "all else is the experiment's"
    for start in ENSEMBLE.starts:
        assert tuple(configs[i] for i in ENSEMBLE.positions(start)) == ENSEMBLE.of(start)
    assert [c.dtype for c in ENSEMBLE.of(SMALL, dtype="float64")] == ["float64"] * 2


def test_a_start_is_called_by_its_initializer_and_by_a_scale_other_than_one():
    assert [start.label for start in ENSEMBLE.starts] == ["zeros", "normal × 0.01", "he_normal"]
    assert list(setup.colours_of(ENSEMBLE.starts)) == [start.label for start in ENSEMBLE.starts]
    assert setup.colours_of([SMALL])["normal × 0.01"] == setup.colour_of("normal")


def test_a_start_is_read():
    starts = [parse_start(text) for text in ("zeros", "normal*0.01", " constant * 2 ", "normal*0")]
    assert starts == [ZEROS, SMALL, Start("constant", 2.0), Start("normal", 0.0)]


@pytest.mark.parametrize(
    "text",
    [
        *("", "Normal", "normal*", "normal*-1", "normal*nan", "normal*1*2", "0.1*normal", "normal" * 1000),
        *("normal*1_0", "normal*٣"),
    ],
)
def test_a_start_that_cannot_be_read_is_refused_in_a_sentence_that_shows_it(text):
    with pytest.raises(ValueError, match=r"^sets contains '.*'; allowed: .*\.$") as refusal:
        parse_start(text)
    assert quoted(text) in str(refusal.value)
    assert len(str(refusal.value)) < 200


@given(st.sampled_from(sorted(INITIALIZERS)), st.floats(0, 1e6).filter(lambda s: s == float(f"{s:g}")))
@SETTINGS
def test_a_label_is_read_as_its_start(name, scale):
    assert parse_start(Start(name, scale).label) == Start(name, scale)
