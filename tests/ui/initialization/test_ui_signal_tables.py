"""The signal before training, as tables and in words: hand-made signals, and small real networks."""

import math
import statistics
from contextlib import nullcontext
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from data import DataConfig, load_dataset
from lab.links.ensemble import Ensemble, Start
from lab.links.experiment import Experiment
from mlp import TrainConfig
from mlp.signal import Signal
from ui.initialization import before
from ui.initialization.factors import largest_share, undrawn
from ui.training.cache import cache

ZEROS, HE, SMALL = Start("zeros", 1.0), Start("he_normal", 1.0), Start("normal", 0.01)
DATA = DataConfig(n_samples=400, split="300/50/50")
DATASET = load_dataset(DATA)
ENSEMBLE = Ensemble(Experiment(DATA, TrainConfig()), 3, (ZEROS, HE))


def stacked(*seeds, **changes):
    """The Signal of some seeds: `seeds` are rows of a value a layer, the output layer last."""
    rows = np.array(seeds, float)
    unknown = np.full(rows.shape, np.nan)
    return Signal(rows, rows, unknown, unknown)._replace(
        **{k: np.array(v, float) for k, v in changes.items()}
    )


def signals_of(**starts):
    """{start: (measured, predicted)}, the prediction three times the first seed's."""
    named = {"zeros": ZEROS, "he": HE, "small": SMALL}
    return {
        named[name]: (signal, Signal(*(3 * part[0] for part in signal))) for name, signal in starts.items()
    }


def powers(factor, n_layers=6):
    """A signal that every layer multiplies by the factor, forward and backward, but for the output's.

    Forward it is the variance that is multiplied, backward the gradient, of which a Signal has the square.
    """
    forward = [factor**layer for layer in range(n_layers)]
    signal = stacked([*forward, 77.0])
    return signal._replace(gradient=np.array([[*forward[::-1], 77.0]]) ** 2)


def test_the_table_by_layer_has_the_median_and_the_spread_of_the_seeds_and_the_prediction():
    signals = signals_of(he=stacked([1, 10], [4, 40], [2, 50], gradient=[[25, 49]]))
    drawn = [frame.iloc[:, 2].tolist() for frame in before.by_layer(signals, "gradient")]
    assert drawn == [[5, 7], pytest.approx([5 * 3**0.5, 7 * 3**0.5])], "the root of the mean square"
    measured, predicted = before.by_layer(signals, "activation")
    assert measured[["layer", "start", "median", "low", "high"]].to_numpy().tolist() == [
        [1, "he_normal", 2, 1, 4],
        [2, "he_normal", 40, 10, 50],
    ]
    assert predicted[["layer", "start", "value"]].to_numpy().tolist() == [
        [1, "he_normal", 3],
        [2, "he_normal", 30],
    ]


@pytest.mark.parametrize("useless", [0.0, np.nan, np.inf])
def test_a_layer_where_any_seed_has_nothing_for_a_logarithmic_axis_is_left_out(useless):
    signals = signals_of(he=stacked([1, 2, 3], [1, useless, 3]), zeros=stacked([useless] * 3))
    measured, predicted = before.by_layer(signals, "activation")
    assert measured[["start", "layer"]].to_numpy().tolist() == [["he_normal", 1], ["he_normal", 3]]
    assert predicted[["start", "layer"]].to_numpy().tolist() == [["he_normal", n] for n in (1, 2, 3)]


@pytest.mark.parametrize(
    ("quantity", "name"),
    [("activation", "variance of the activations"), ("gradient", "gradient")],
)
def test_the_headline_tells_the_extremes_each_with_its_factor_per_layer(quantity, name):
    signals = signals_of(zeros=powers(0.5), he=powers(1.0), small=powers(20.0))
    assert before.headline(signals, quantity) == (
        f"zeros: the {name} shrinks × 0.5 per layer, × 0.031 over 5 layers; "  # 0.5⁵ = 0.03125
        f"normal × 0.01: the {name} grows × 20 per layer, × 3e+06 over 5 layers"  # 20⁵ = 3 200 000
    )


def test_the_headline_names_all_starts_with_the_same_extreme_factor():
    signals = signals_of(zeros=powers(0.5), he=powers(2.0), small=powers(0.5))
    shrinks, grows = before.headline(signals, "gradient").split("; ")
    assert shrinks.startswith("zeros and normal × 0.01: the gradient shrinks × 0.5 per layer")
    assert grows.startswith("he_normal: the gradient grows × 2 per layer")
    signals = signals_of(zeros=powers(0.5), he=powers(0.5))
    assert before.headline(signals, "gradient").startswith("zeros and he_normal: the gradient shrinks")


@pytest.mark.parametrize(
    ("medians", "words"),
    [
        ({"a": [0.1, 0.28], "b": [0.1, 0.28]}, "The largest share is 28%, of a and b in layer 2"),
        (
            {"a": [0.28, 0.28], "b": [0.1, 0.28]},
            "The largest share is 28%, of a in layers 1 and 2; of b in layer 2",
        ),
        ({"a": [1.0, 1.0], "b": [1.0, 1.0]}, "The largest share is 100%, of a and b in layers 1 and 2"),
        ({"a": [0.004], "b": [0.0]}, "The largest share is under 1%, of a in layer 1"),
        ({"a": [0.0, 0.0]}, "Nothing is dead in the median over the seeds"),
    ],
)
def test_all_starts_and_layers_with_the_largest_share_are_named(medians, words):
    rows = [(name, k, value) for name, values in medians.items() for k, value in enumerate(values, 1)]
    frame = pd.DataFrame(rows, columns=["start", "layer", "median"]).assign(high=1.0)
    assert largest_share(frame, "Nothing is dead") == words
    assert largest_share(frame.assign(median=0.0, high=0.0), "Nothing is dead") == "Nothing is dead"


@pytest.mark.parametrize(
    ("factor", "n_layers", "words"),
    [
        (1.09, 2, "keeps its size, × 1.09 per layer"),
        (1.11, 2, "grows × 1.1 per layer"),
        (0.95, 30, "shrinks × 0.95 per layer, × 0.23 over 29 layers"),  # 0.95²⁹ = 0.2259
        (1.004, 30, "grows × 1.004 per layer, × 1.1 over 29 layers"),  # 1.004²⁹ = 1.1227
        (0.998, 30, "keeps its size, × 0.998 per layer, × 0.94 over 29 layers"),  # 0.998²⁹ = 0.9436
        (1.0, 6, "keeps its size, × 1.00 per layer, × 1.00 over 5 layers"),
        (2.0, 4, "grows × 2 per layer, × 8 over 3 layers"),
        (2.0, 3, "grows × 2 per layer, × 4 over 2 layers"),
        (1e-3, 5, "shrinks × 1e-03 per layer, × 1e-12 over 4 layers"),
    ],
)
def test_the_headline_judges_a_signal_by_what_all_layers_do_to_it(factor, n_layers, words):
    signals = signals_of(he=powers(factor, n_layers))
    assert before.headline(signals, "activation") == f"he_normal: the variance of the activations {words}"


def test_the_headline_leaves_out_what_is_no_signal_and_may_have_none():
    dead = stacked([0.0, 0.0, 0.0, 0.0])
    assert before.headline(signals_of(zeros=dead, he=powers(2.0, 3)), "activation").startswith("he_normal: ")
    passes = "No start passes {} through all of its layers"
    assert before.headline(signals_of(zeros=dead), "activation") == passes.format("a signal")
    assert before.headline(signals_of(zeros=dead), "gradient") == passes.format("a gradient back")
    assert before.headline(signals_of(he=stacked([1.0, 2.0])), "gradient").startswith(
        "With fewer than two hidden layers"
    )


def test_the_headline_says_that_a_signal_overflows_and_not_that_it_is_lost():
    dead, huge = stacked([0.0, 0.0, 0.0, 0.0]), stacked([1e40, np.inf, np.nan, np.nan])
    lost = "{}: numbers overflow, so the variance of the activations is not finite in some layers"
    assert before.headline(signals_of(he=huge), "activation") == lost.format("he_normal")
    both = before.headline(signals_of(zeros=dead, he=huge, small=huge), "activation")
    assert both == lost.format("he_normal and normal × 0.01") + (
        "; zeros does not pass a signal through all layers"
    )
    gradient = before.headline(signals_of(he=huge), "gradient")
    assert gradient == "he_normal: numbers overflow, so the gradient is not finite in some layers"
    assert undrawn({"he_normal": huge.gradient}, "gradient") == [
        "Not drawn in some layers: he_normal, whose gradient is not a finite number there."
    ]


def test_the_table_of_starts_has_factors_measured_and_predicted_and_the_units_without_slope():
    dead = np.array([[0.0, 0.2, 0.4, 0.4, 0.4, 0.6, np.nan]])
    signal = powers(0.5)._replace(dead=dead, flat=1 - dead / 2)
    measured, predicted = signal, Signal(*(part[0] ** 2 for part in signal))
    (row,) = before.table({HE: (measured, predicted)}).to_dict("records")
    assert row == {
        "initializer": "he_normal",
        "Var[a], factor per layer": "0.5",
        "Var[a], factor per layer, predicted": "0.25",
        "√E[δ²], factor per layer, backward": "0.5",
        "√E[δ²], factor per layer, backward, predicted": "0.25",
        "dead units": "40%",
        "flat": "80%",
    }


def test_the_table_of_starts_says_nothing_where_there_is_no_factor():
    dead = stacked([0.0, 0.0], dead=[[1, np.nan]], flat=[[1, np.nan]])
    (row,) = before.table(signals_of(zeros=dead)).to_dict("records")
    assert {value for name, value in row.items() if "factor" in name} == {"–"}
    assert row["dead units"] == "100%"
    few = stacked([1.0, 0.0], dead=[[0.004, np.nan]], flat=[[0.996, np.nan]])
    (row,) = before.table(signals_of(he=few)).to_dict("records")
    assert (row["dead units"], row["flat"]) == ("under 1%", "over 99%")
    (row,) = before.table(signals_of(he=stacked([2.0]))).to_dict("records")
    assert "dead units" not in row, "there is no hidden layer"


@pytest.mark.parametrize("n", [1, 200, 201, 300])
def test_the_sample_is_of_two_hundred_training_examples_at_most_evenly_from_first_to_last(n):
    dataset = DATASET._replace(X_train=DATASET.X_train[:n], y_train=np.arange(n))
    X, rows = before.sample(dataset)
    assert len(rows) == len(X) == min(n, 200)
    assert (rows[0], rows[-1]) == (0, n - 1)
    assert set(np.diff(rows)) <= {1, 2}
    assert X.dtype == np.float64
    np.testing.assert_array_equal(X, DATASET.X_train[rows])


def ensemble_of(*starts, n_seeds=2, **changes):
    train = TrainConfig(**({"hidden_layer_sizes": (30, 20, 10)} | changes))
    return Ensemble(Experiment(DATA, train), n_seeds, starts)


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_the_shares_of_a_layers_activations_add_up_to_one_and_lie_in_their_bins(activation):
    frame = before.histogram(ensemble_of(HE, activation=activation), DATASET, HE)
    assert frame["layer"].unique().tolist() == [1, 2, 3]
    for _, layer in frame.groupby("layer"):
        assert layer["share"].sum() == pytest.approx(1.0, rel=1e-9)
        assert (layer["share"] > 0).all()
        np.testing.assert_allclose(layer["scaled"] ** 2, layer["share"] / layer["share"].max(), rtol=1e-5)
        largest = layer.loc[layer["share"].idxmax()]
        assert largest["scaled"] == 1
    widths = frame["right"] - frame["left"]
    assert widths.max() == pytest.approx(widths.min(), rel=1e-3)
    bounds = {"relu": (0, math.inf), "tanh": (-1, 1), "sigmoid": (0, 1)}[activation]
    assert bounds[0] - 1e-6 <= frame["left"].min() < frame["right"].max() <= bounds[1] + 1e-6


@pytest.mark.parametrize("scale", [1.0, 0.01])
def test_the_deviations_in_words_are_those_of_the_activations_not_of_the_bins(scale):
    start = Start("normal", scale)
    ensemble = ensemble_of(start, hidden_layer_sizes=(64,) * 10)
    X, layers = before.sample(DATASET)[0], []
    for W, b in before.draw_weights(ensemble.of(start, dtype="float64")[0], DATASET)[:-1]:
        X = np.maximum(X @ W + b, 0)
        layers.append(math.sqrt(statistics.pvariance(X.ravel().tolist())))
    first, last = layers[0], layers[-1]
    assert max(first, last) / min(first, last) > 1e4, "bins common to all layers cannot resolve both"
    said = before._deviations(before.histogram(ensemble, DATASET, start))
    assert said == f"Standard deviation, layer 1: {first:.2g}, layer 10: {last:.2g}"


def test_the_deviation_of_equal_activations_is_0_and_a_single_layer_is_named_once():
    start = Start("zeros", 1.0)
    ensemble = ensemble_of(start, activation="softplus", hidden_layer_sizes=(7,))
    frame = before.histogram(ensemble, DATASET, start)
    assert before._deviations(frame) == "Standard deviation, layer 1: 0"


def test_a_layer_keeps_its_number_if_an_earlier_one_cannot_be_drawn(monkeypatch):
    params = [(np.full((2, 1), 1e31), np.zeros(1)), (np.full((1, 1), -1.0), np.zeros(1))]
    params.append((np.ones((1, 2)), np.zeros(2)))
    monkeypatch.setattr(before, "draw_weights", lambda config, dataset: params)
    ensemble = ensemble_of(HE, hidden_layer_sizes=(1, 1))
    dataset = DATASET._replace(X_train=np.ones((5, 2)), y_train=DATASET.y_train[:5])
    assert before.histogram(ensemble, dataset, HE)["layer"].unique().tolist() == [2]


def test_units_that_all_say_the_same_crowd_in_one_bin_that_holds_it():
    frame = before.histogram(ensemble_of(ZEROS, activation="sigmoid"), DATASET, ZEROS)
    assert frame["share"].tolist() == [1.0, 1.0, 1.0]
    assert (frame["left"] < frame["right"]).all(), "it can be seen"
    assert ((frame["left"] <= 0.5) & (frame["right"] >= 0.5)).all()


def test_a_histogram_of_no_hidden_layer_or_of_no_numbers_is_empty():
    assert before.histogram(ensemble_of(HE, hidden_layer_sizes=()), DATASET, HE).empty
    huge = Start("normal", 1e300)
    with np.errstate(all="ignore"):
        frame = before.histogram(ensemble_of(huge, hidden_layer_sizes=(5, 5)), DATASET, huge)
    assert set(frame["layer"] if len(frame) else ()) <= {1}


def test_the_signals_of_the_seeds_are_measured_and_predicted_once(monkeypatch):
    cache.clear()
    signals = before.signals(ensemble_of(HE, ZEROS, n_seeds=3), DATASET)
    assert list(signals) == [HE, ZEROS]
    measured, predicted = signals[HE]
    assert {part.shape for part in measured} == {(3, 4)}
    assert {part.shape for part in predicted} == {(4,)}
    assert len(np.unique(measured.activation[:, 0])) == 3, "every seed has its own weights"
    assert (signals[ZEROS][0].activation == 0).all()
    monkeypatch.setattr(before, "measure", None)
    slower = ensemble_of(ZEROS, HE, n_seeds=3, learning_rate=0.7, epochs=99, batch_size=8, l2=0.1)
    again = before.signals(slower, DATASET)
    assert again[HE] is signals[HE], "training does not matter before it"
    assert list(again) == [ZEROS, HE]


@pytest.mark.parametrize("n_classes", [2, 3, 5])
@pytest.mark.parametrize(("loss", "passes"), [("softmax_cross_entropy", 0), ("sigmoid_cross_entropy", 1)])
def test_equal_output_weights_pass_no_gradient_back_from_probabilities_that_sum_to_one(
    n_classes, loss, passes
):
    data = replace(DATA, name="blobs", n_classes=n_classes)
    start, dataset = Start("constant", 0.1), load_dataset(data)
    ensemble = ensemble_of(start, loss=loss, hidden_layer_sizes=(64,) * 4)
    ensemble = ensemble._replace(experiment=Experiment(data, ensemble.experiment.train))
    measured, _ = before.signals(ensemble, dataset)[start]
    assert measured.gradient.shape[1] == 5
    assert ((measured.gradient[:, :-1] > 0) == passes).all()
    assert (measured.gradient[:, -1] > 0).all()
    assert (measured.activation > 0).all()
    huge = Start("constant", 1e300)
    measured, _ = before.signals(ensemble._replace(starts=(huge,)), dataset)[huge]
    assert not np.isfinite(measured.gradient[:, :-1]).any(), "what overflows is not 0"


@pytest.mark.parametrize(
    "change",
    [{"activation": "tanh"}, {"hidden_layer_sizes": (30, 20)}, {"init_seed": 3}, {"n_seeds": 4}],
    ids=str,
)
def test_other_networks_have_signals_of_their_own(change):
    elsewhere = ensemble_of(HE)
    elsewhere = elsewhere._replace(experiment=Experiment(replace(DATA, seed=9), elsewhere.experiment.train))
    assert before._key(elsewhere, HE) != before._key(ensemble_of(HE), HE), "of other data"
    one = before.signals(ensemble_of(HE), DATASET)[HE]
    other = before.signals(ensemble_of(HE, **change), DATASET)[HE]
    assert other is not one
    assert not np.array_equal(one[0].activation, other[0].activation)


def test_a_start_that_is_not_finite_is_said_to_be_left_out_of_either_chart():
    huge = Start("he_normal", 1e20)
    deep = ensemble_of(huge, activation="relu", hidden_layer_sizes=(8,) * 20)
    measured, _ = before.signals(deep, DATASET)[huge]
    n_finite = np.isfinite(measured.activation).all(axis=0).sum()
    assert 0 < n_finite < 21
    assert not np.isfinite(measured.gradient).any()
    assert undrawn({huge.label: measured.gradient}, "gradient") == [
        "Not drawn in any layer: he_normal × 1e+20, whose gradient is not a finite number there."
    ]
    assert undrawn({huge.label: measured.activation}, "activation") == [
        "Not drawn in some layers: he_normal × 1e+20, whose variance is beyond the largest number there."
    ]
    some = {"a": np.array([[1.0, np.inf], [1.0, 1.0]]), "b": np.ones((2, 2))}
    assert undrawn(some, "gradient") == [
        "Not drawn in some layers: a, whose gradient is not a finite number there."
    ]
    none = {"a": np.array([[np.inf, 1.0], [1.0, np.nan]]), "b": np.ones((2, 2))}
    assert undrawn(none, "activation") == [
        "Not drawn in any layer: a, whose variance is beyond the largest number there."
    ]


def test_starts_that_let_nothing_vary_are_named_and_each_chart_is_of_its_quantity(monkeypatch):
    drawn, said, keys = [], [], []
    frames = pd.DataFrame({"median": [0.5]}), pd.DataFrame({"value": [0.5]})
    monkeypatch.setattr(
        before, "cache", lambda: SimpleNamespace(view=lambda key, make: keys.append(key) or frames)
    )
    monkeypatch.setattr(before.st, "columns", lambda n, **_: [nullcontext()] * n)
    monkeypatch.setattr(before.st, "caption", said.append)
    monkeypatch.setattr(before.charts, "signal", lambda *_, backward: drawn.append(backward))
    monkeypatch.setattr(before, "headline", lambda by_start, quantity: quantity)
    monkeypatch.setattr(before, "show", lambda chart, kind, finding: drawn.append(finding))
    signals = {
        ZEROS: (stacked([0.0, 0.0, 0.0], gradient=[[0.0, 0.0, 0.5]]), None),
        HE: (stacked([0.5, 0.25, 0.1]), None),
        SMALL: (stacked([0.5, 0.1, 0.1], [0.5, 0.0, 0.0], gradient=np.ones((2, 3))), None),
        Start("constant", 0.1): (stacked([0.5, 0.5, 0.5], gradient=[[0.0, 0.0, 0.5]]), None),
        Start("constant", 1.0): (stacked([0.5, 0.5, 0.5], gradient=[[0.0, 0.0, 0.0]]), None),
        Start("normal", 1e30): (stacked([0.5, 0.5, np.nan]), None),
        Start("he_normal", 1e30): (stacked([0.5, 0.5, np.inf]), None),
    }
    before.charts_by_layer(ENSEMBLE, signals, 20)
    assert drawn == [False, "activation", True, "gradient"]
    assert len(set(keys)) == 2
    assert said[1:] == [
        "Not on a logarithmic axis, which has no 0: zeros, with activations that are equal or differ by "
        "rounding alone.",
        "Not drawn in some layers, where a network's activations are equal or differ by rounding alone (a "
        "logarithmic axis has no 0): normal × 0.01.",
        "Not drawn in some layers: normal × 1e+30, he_normal × 1e+30, whose variance is beyond the largest "
        "number there.",
        "Not on a logarithmic axis, which has no 0: constant, whose gradient is 0 in every layer.",
        "Not drawn in some layers, where a network's gradient is 0 (a logarithmic axis has no 0): zeros, "
        "constant × 0.1.",
        "Not drawn in some layers: normal × 1e+30, he_normal × 1e+30, whose gradient is not a finite number "
        "there.",
    ]
    assert said[0].startswith(
        "**Points**: measured on 20 training examples, the median over the random seeds (3)"
    )
    said.clear()
    before.charts_by_layer(ENSEMBLE, {HE: signals[HE]}, 20)
    assert len(said) == 1
    drawn.clear()
    monkeypatch.setattr(before.st, "info", drawn.append)
    frames = frames[0][:0], frames[1]
    before.charts_by_layer(ENSEMBLE, signals, 20)
    assert drawn == [
        "Forward: variance of the activations by layer: no positive finite value to draw on a "
        "logarithmic axis.",
        "Backward: root mean square of the gradient by layer: no positive finite value to draw on a "
        "logarithmic axis.",
    ]


@pytest.mark.parametrize(("activation", "share"), [("relu", "dead"), ("tanh", "flat")])
def test_the_largest_share_of_units_without_slope_is_said_with_its_start_and_layer(
    monkeypatch, activation, share
):
    shown, keys, told = [], [], []
    shared = SimpleNamespace(view=lambda key, make: keys.append(key) or pd.DataFrame())
    monkeypatch.setattr(before, "cache", lambda: shared)
    monkeypatch.setattr(before.st, "columns", lambda n, **_: [nullcontext()] * n)
    monkeypatch.setattr(before.st, "info", told.append)
    monkeypatch.setattr(before.charts, "shares", lambda *_: None)
    monkeypatch.setattr(before, "show", lambda chart, kind, finding: shown.append(finding))
    high = np.array([[0.1, 0.75, 0.2, 1.0], [0.1, 0.5, 0.2, 1.0], [0.1, 0.25, 0.2, 1.0]])  # the output's last
    other = {"dead": "flat", "flat": "dead"}[share]
    signals = {
        ZEROS: (SimpleNamespace(**{share: high / 2, other: np.ones((3, 4))}), None),
        HE: (SimpleNamespace(**{share: high, other: np.ones((3, 4))}), None),
    }
    train = TrainConfig(activation=activation)
    ensemble = ENSEMBLE._replace(experiment=Experiment(DataConfig(), train))
    before.distributions(ensemble, None, HE, signals)
    before.distributions(ensemble, None, ZEROS, signals)
    assert shown == ["The largest share is 50%, of he_normal in layer 2"] * 2
    assert len(set(keys)) == 2
    assert told == ["There is no hidden layer, or its activations are not finite numbers."] * 2
