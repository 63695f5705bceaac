"""Label entropy, and the observations of a run as tables of steps and of distinct units."""

import math
import pathlib

import numpy as np
import pytest

from data import DataConfig
from lab.links.ensemble import Ensemble, Start
from lab.links.experiment import Experiment
from mlp import TrainConfig
from ui.initialization import frames
from ui.training.history import of_records
from ui.training.run import Observation

MNIST = pathlib.Path(__file__).resolve().parents[3] / "data" / "mnist.npz"
STARTS = (Start("zeros", 1.0), Start("he_normal", 1.0))
ENSEMBLE = Ensemble(Experiment(DataConfig(), TrainConfig()), 1, STARTS)


def test_the_label_entropy_by_hand_and_of_the_digits():
    assert frames.label_entropy(np.repeat(np.arange(10), 7)) == pytest.approx(math.log(10), rel=1e-12)
    expected = -(0.75 * math.log(0.75) + 0.25 * math.log(0.25))
    assert frames.label_entropy(np.array([0, 0, 0, 5])) == pytest.approx(expected, rel=1e-12)
    assert frames.label_entropy(np.array([4, 4])) == 0
    with np.load(MNIST, allow_pickle=False) as file:
        assert frames.label_entropy(file["y_train"][:50_000]) == pytest.approx(2.3010, abs=0.5e-4)


def run_of(observations):
    return of_records([()] * len(observations), observations)


def steps(*epochs):
    """A run whose gradients are these (n_runs, n_layers) by epoch, its ratios a hundredth of them."""
    nothing = np.zeros((1, 0))
    epochs = [np.array(epoch, np.float32) for epoch in epochs]
    return run_of([Observation(epoch, epoch / 100, nothing, nothing) for epoch in epochs])


def values(frame):
    return frame[["epoch", "layer", "median", "low", "high"]].to_numpy().tolist()


UNTRAINED = [[np.nan, np.nan]] * 3


def test_steps_are_the_median_and_the_spread_of_some_runs_layer_by_layer():
    run = steps(UNTRAINED, [[1, 10], [2, 20], [9, 0.5]], [[4, 8], [4, 16], [9, 0.5]])
    frame = frames.by_layer(run, range(2), 2, "gradient")
    assert values(frame) == [[1, 1, 1.5, 1, 2], [1, 2, 15, 10, 20], [2, 1, 4, 4, 4], [2, 2, 12, 8, 16]]
    assert values(frames.by_layer(run, range(2, 3), 1, "gradient")) == [
        [1, 1, 9, 9, 9],
        [1, 2, 0.5, 0.5, 0.5],
    ]


def test_steps_are_of_the_quantity_asked_for():
    run = steps(UNTRAINED[:1], [[1, 0]])
    assert frames.by_layer(run, [0], 1, "update_ratio")["median"].tolist() == pytest.approx([0.01])
    assert run.at(1).observation.gradient.tolist() == [[1, 0]], "it is not changed"


@pytest.mark.parametrize("useless", [0.0, np.nan, np.inf])
def test_what_a_logarithmic_axis_cannot_show_is_left_out(useless):
    run = steps(
        UNTRAINED[:2], [[useless, 3], [useless, useless]], [[useless, useless]] * 2, [[5, 6], [7, useless]]
    )
    assert values(frames.by_layer(run, range(2), 3, "gradient")) == [
        [1, 2, 3, 3, 3],
        [3, 1, 6, 5, 7],
        [3, 2, 6, 6, 6],
    ]


def test_nothing_to_show_is_an_empty_table_with_its_columns():
    for run, n_epochs in ((steps(UNTRAINED, [[0, 0]] * 3), 1), (steps(UNTRAINED), 5)):
        frame = frames.by_layer(run, range(3), n_epochs, "gradient")
        assert list(frame.columns) == ["epoch", "layer", "median", "low", "high"]
        assert frame.empty


def test_a_long_run_is_thinned_and_keeps_its_first_and_its_last_epoch():
    frame = frames.by_layer(steps(UNTRAINED[:1], *[[[n, n]] for n in range(1, 1001)]), [0], 1000, "gradient")
    assert {1, 1000} <= set(frame["epoch"])
    assert 50 <= frame["epoch"].nunique() <= 100
    assert (frame["median"] == frame["epoch"]).all()


def distinct(*epochs):
    """A run of which these (n_kinds, n_hidden_layers) distinct units were seen by epoch."""
    nothing = np.zeros((1, 0))
    return run_of([Observation(nothing, nothing, np.array(epoch, float), nothing) for epoch in epochs])


def test_distinct_units_are_those_of_the_first_hidden_layer_of_each_start():
    frame = frames.distinct(ENSEMBLE, distinct([[1, 3], [8, 4]], [[2, 3], [7, 4]]), 1)
    assert frame[["epoch", "start", "median"]].to_numpy().tolist() == [
        [0, "zeros", 1],
        [0, "he_normal", 8],
        [1, "zeros", 2],
        [1, "he_normal", 7],
    ]
    assert (frame["low"] == frame["median"]).all()
    assert (frame["high"] == frame["median"]).all()


def test_distinct_units_that_could_not_be_counted_are_left_out_and_later_epochs_too():
    run = distinct([[1], [8]], [[1], [np.nan]], [[1], [8]])
    assert frames.distinct(ENSEMBLE, run, 1)[["epoch", "start"]].to_numpy().tolist() == [
        [0, "zeros"],
        [0, "he_normal"],
        [1, "zeros"],
    ]
    assert len(frames.distinct(ENSEMBLE, run, 2)) == 5
    assert frames.distinct(ENSEMBLE, distinct([[np.nan], [np.nan]]), 0).empty
