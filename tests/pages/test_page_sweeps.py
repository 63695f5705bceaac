"""The sweeps page against networks trained apart: its views, the test set, the CSV, links, the range test."""

import io
import itertools
import re

import numpy as np
import pandas as pd
import pytest
import visiting
from visiting import (
    FAST,
    board,
    charts,
    frame_with,
    frames,
    go,
    hold,
    labels,
    opened,
    payload,
    press,
    query_of,
    ruled,
    said,
    sentences,
    shared,
    text,
    timeline,
    widget,
)

from data import DataConfig, load_dataset
from mlp import TrainConfig, train_many
from mlp.range_test import range_test
from ui.frame import shell
from ui.frame.visit import KEY
from ui.sweeps import running

RATES, PENALTIES = ("0.01", "0.03", "0.1", "0.3", "1", "3"), ("0", "0.0001", "0.001", "0.01")
FAST_DATA, FAST_TRAIN = DataConfig(n_samples=120), {"hidden_layer_sizes": (4,), "epochs": 3, "batch_size": 16}
GRID = {"values1": "0.01 / 0.1", "values2": "0 / 0.1"}
ONE_FIELD = FAST | {"axis2": "–", "values1": "0.1"}


@pytest.fixture(autouse=True, scope="module")
def drawn_when_complete():
    """No drawing in between, whose number depends on the machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "REDRAW", 1e9)
        yield


def visit(**query):
    return opened("pages/sweeps.py", query)


def trained(data, n_seeds, axes, **base):
    """{values as text: last records}, each network of a grid of values trained apart from the page."""
    records = {}
    for texts in itertools.product(*axes.values()):
        changed = base | {name: float(value) for name, value in zip(axes, texts, strict=True)}
        configs = [TrainConfig(**changed, init_seed=k, shuffle_seed=k) for k in range(n_seeds)]
        *_, records[texts] = train_many(configs, load_dataset(data))
    return records


def accuracies(records):
    return np.array([np.nan if r.diverged else r.valid_accuracy for r in records])


def chart(app, words):
    return next(one for one in charts(app) if words in one.proto.alt)


@pytest.fixture(scope="module")
def first_view():
    return visit(n_samples="300", epochs="5", seeds="3")


@pytest.fixture(scope="module")
def first_records():
    axes = {"learning_rate": RATES, "l2": PENALTIES}
    return trained(DataConfig(n_samples=300), 3, axes, hidden_layer_sizes=(8, 8), epochs=5, batch_size=16)


def test_every_trial_has_the_figures_of_networks_trained_apart_and_the_best_is_named(
    first_view, first_records
):
    assert not first_view.exception
    assert sentences(first_view) == []
    assert "**24 trials × 3 seeds**." in text(first_view)
    assert "72 trainings in 2 jobs, all done." in text(first_view)
    table = board(first_view).set_index(["learning_rate", "l2"])
    assert len(table) == 24
    for pair, records in first_records.items():
        values = accuracies(records)
        row = table.loc[pair]
        expected = [np.median(values), values.min(), values.max()]
        np.testing.assert_allclose(row[["median", "low", "high"]].astype(float), expected, atol=1e-6)
        assert row["status"] == "done"
        assert row["parameters"] == 3 * 8 + 9 * 8 + 9 * 2
    medians = {pair: np.median(accuracies(records)) for pair, records in first_records.items()}
    best = max(medians, key=medians.get)
    n_best = sum(median == medians[best] for median in medians.values())
    words = f"best median {medians[best]:.1%} at learning_rate {best[0]}, l2 {best[1]}."
    if n_best > 1:
        words = f"{n_best} of 24 trials tie at the best median, {medians[best]:.1%}"
    assert words in said(first_view)[0]
    number = list(first_records).index(best) + 1
    tie = f"; one of {n_best} that tie for the best median" if n_best > 1 else ""
    assert f"**Trial {number}**: learning_rate {best[0]}, l2 {best[1]}{tie}." in text(first_view)
    assert "the shares of all 3 effects sum to 1.000" in text(first_view)
    assert "of the differences in mean validation accuracy" in said(first_view)[1]
    assert "Friedman's test" in text(first_view)
    assert "from noise" not in text(first_view)


def test_the_open_trial_has_a_timeline_with_its_figures_of_each_epoch(first_view):
    sent, curves = timeline(first_view), [one for one in charts(first_view) if " of trial " in one.proto.alt]
    assert (sent["epochs"], sent["epoch"], sent["tells"]) == ([0, 1, 2, 3, 4, 5], 5, True)
    assert len(curves) == 2
    assert all('"at_epoch"' in one.proto.spec for one in curves)
    median = frame_with(curves[0], "median").query("epoch == 2").set_index("split")["median"]
    words = "; ".join(f"{split} {median[split]:.3g}" for split in ("train", "validation"))
    assert sent["said"][2].startswith(f"Median loss: {words}. Median accuracy: train ")


def test_the_open_trial_is_shown_at_the_epoch_of_the_link_also_without_the_timelines_javascript():
    app = visit(**FAST | {"values1": "0.1 / 1", "axis2": "–", "epoch": "1"})
    curves = [one for one in charts(app) if " of trial " in one.proto.alt]
    assert [ruled(one) for one in curves] == [1, 1]
    assert timeline(app)["epoch"] == widget(app, "epoch").value == 1
    assert shared(app, "axis1")["epoch"] == "1"
    assert "epoch" not in shared(hold(app, epoch=3), "axis1"), "the last one"


def test_the_first_view_is_light_and_so_are_four_hundred_trials(first_view):
    assert 5_000 < payload(first_view) < 400_000
    many = {"design": "random", "draws": "400", "values1": "0.001 to 1 log", "values2": "0 to 0.1"}
    app = visit(**FAST | many | {"seeds": "1", "epochs": "1", "view": "Coordinates"})
    assert not app.exception
    assert len(board(app)) == 400
    assert 5_000 < payload(app) < 400_000


@pytest.mark.slow
def test_the_test_set_is_locked_until_the_button_and_then_counts_what_was_opened():
    app = visit(**FAST | {"values1": "0.01 / 0.1", "axis2": "–"})
    records = trained(FAST_DATA, 2, {"learning_rate": ("0.01", "0.1")}, **FAST_TRAIN)
    assert "Test accuracy" not in text(app)
    splits = [set(frame["split"]) for one in charts(app) for frame in frames(one) if "split" in frame]
    assert set().union(*splits) == {"train", "validation"}
    for number in (1, 2):
        app.session_state[KEY].trial = number
        go(app)
        assert "Test accuracy" not in text(app)
        assert "Nothing on this page has used the test set yet." in text(app) or number == 2
        press(app, f"Open the test set for trial {number}")
        assert "Nothing on this page has used the test set yet." not in text(app)
        assert f"Open the test set for trial {number}" not in labels(app)
        accuracy = records[("0.01", "0.1")[number - 1],][0].test_accuracy
        n = len(load_dataset(FAST_DATA).y_test)
        assert f"**Test accuracy {accuracy:.1%}** of its first seed on {n} examples" in text(app)
        warned = [one for one in sentences(app) if "test set has been opened for" in one]
        assert [re.search("for ([0-9]+) networks", one)[1] for one in warned] == ["2"] * (number - 1)
    tested = app.query_params["tested"]
    opened_again = visit(**FAST | {"values1": "0.01 / 0.1", "axis2": "–", "tested": tested})
    for reloaded in (opened_again, visit(**shared(app, "axis1"))):
        assert [one for one in sentences(reloaded) if "has been opened for 2 networks" in one]
        assert "Test accuracy" in text(reloaded), "it stays open"


@pytest.mark.slow
def test_a_trial_arrives_as_an_experiment_without_its_test_set_until_it_is_asked_for():
    app = visit(**ONE_FIELD)
    experiment = visiting.visit(**query_of(board(app)["link"][0]))
    drawn = [frame for one in charts(experiment) for frame in frames(one) if "split" in frame]
    assert set().union(*(frame["split"] for frame in drawn)) == {"train", "validation"}
    shown = [metric.label for metric in experiment.metric]
    assert "validation accuracy" in shown
    assert "test accuracy" not in shown
    assert not any("Confusion" in one for one in said(experiment))
    assert "The test set is hidden: its accuracy" in text(experiment)
    hold(experiment, hide_test=False)
    assert "test accuracy" in [metric.label for metric in experiment.metric]
    assert any("Confusion" in one for one in said(experiment))
    assert "The test set is hidden" not in text(experiment)
    hold(experiment, hide_test=True, mode="Compare")
    assert not any("test accuracy" in one.value for one in experiment.dataframe)


def test_the_leaderboard_compares_every_trial_with_the_best_by_seed():
    app = visit(**FAST | GRID | {"seeds": "3"})
    records = trained(FAST_DATA, 3, {"learning_rate": ("0.01", "0.1"), "l2": ("0", "0.1")}, **FAST_TRAIN)
    values = np.array([accuracies(one) for one in records.values()])
    best = values[values.mean(axis=1).argmax()]
    for _, row in board(app).iterrows():
        gaps = best - values[row["trial"] - 1]
        assert row["behind"] == pytest.approx(gaps.mean(), abs=1e-6)
        half = 4.303 * gaps.std(ddof=1) / np.sqrt(3)
        assert (row["behind_low"], row["behind_high"]) == pytest.approx(
            (gaps.mean() - half, gaps.mean() + half), abs=1e-5
        )
    assert "*Behind*" in text(app)


@pytest.mark.slow
def test_every_view_the_csv_and_the_links_have_the_figures_of_all_trials(monkeypatch):
    written = []
    monkeypatch.setattr(shell.st, "download_button", lambda label, data, *_, **__: written.append(data))
    app = visit(**FAST | GRID)
    records = trained(FAST_DATA, 2, {"learning_rate": ("0.01", "0.1"), "l2": ("0", "0.1")}, **FAST_TRAIN)
    medians = {k + 1: np.median(accuracies(r)) for k, r in enumerate(records.values())}
    n_best = list(medians.values()).count(max(medians.values()))
    on_front = "1 of 4 trials is" if n_best == 1 else f"{n_best} of 4 trials are"
    for view, finding in {
        "Curves": "Validation loss by learning_rate: median and quartiles",
        "Small multiples": "Training loss by learning_rate: median; ",
        "Map": "Median validation accuracy by learning_rate and l2: click a cell",
        "Coordinates": "Every trial across the fields, coloured by validation accuracy",
        "Cost": f"{on_front} on the front",  # all four have as many parameters
    }.items():
        hold(app, view=view)
        assert not app.exception
        assert sentences(app) == []
        drawn = frames(chart(app, finding))
        if view in ("Map", "Coordinates", "Cost"):
            rows = max((frame for frame in drawn if "median" in frame and "trial" in frame), key=len)
            assert dict(zip(rows["trial"], rows["median"], strict=True)) == pytest.approx(medians)
    table, shown = pd.read_csv(io.StringIO(written[-1])), board(app)
    assert table["trial"].tolist() == shown["trial"].tolist()
    assert table["median"].tolist() == pytest.approx(shown["median"].tolist(), abs=1e-6)
    for _, row in table.iterrows():
        assert float(query_of(row["link"])["learning_rate"]) == row["learning_rate"]
    other = visiting.visit(**query_of(row["link"]))
    assert not other.exception
    words = f"median {row['median']:.1%}, from {row['low']:.1%} to {row['high']:.1%}"
    assert words in visiting.verdict(other)


def test_a_sweep_in_which_all_diverge_says_so_in_every_view_and_keeps_its_table():
    app = visit(**FAST | {"axis1": "init_scale", "values1": "1e38 / 1e39", "values2": "0 / 0.1"})
    for view in ("Curves", "Small multiples", "Map", "Coordinates", "Cost"):
        hold(app, view=view)
        assert not app.exception
        assert len(app.error) == 0
        assert board(app)["status"].tolist() == ["2 of 2 diverged before the first epoch"] * 4
        assert "All 8 runs diverged, so there is nothing to compare." in sentences(app)
        assert "No trial has a result by which to choose it, so there is nothing to test." in sentences(app)


def test_a_sweep_that_is_drawn_again_and_again_while_it_fills_in_ends_with_every_trial(monkeypatch):
    monkeypatch.setattr(running, "REDRAW", 0.0)
    monkeypatch.setattr(running, "SLICE", 0.0)
    activations = {"axis1": "activation", "values1": "relu / tanh / gelu / sigmoid", "axis2": "–"}
    app = visit(**FAST | activations | {"init_seed": "71"})
    assert not app.exception
    assert len(board(app)) == 4


def test_a_sweep_without_a_validation_set_is_judged_by_its_training():
    app = visit(**ONE_FIELD | {"split": "80/0/20"})
    assert not app.exception
    words = "There is no validation set in this split: trials are judged by the training set."
    assert sentences(app)[0] == words
    data = DataConfig(n_samples=120, split="80/0/20")
    ((_, records),) = trained(data, 2, {"learning_rate": ("0.1",)}, **FAST_TRAIN).items()
    assert board(app)["median"].tolist() == pytest.approx([np.mean([r.train_accuracy for r in records])])


def range_tested(**query):
    """The page with its range test open, once the sweep is done."""
    app = visit(**ONE_FIELD | query)
    app.session_state["_rates"] = True
    return go(app)


def test_the_range_test_is_of_the_base_with_a_batch_of_at_most_the_training_set():
    app = range_tested(batch_size="1000", axis1="batch_size", values1="16")
    tried = range_test(TrainConfig(**FAST_TRAIN | {"batch_size": 0}), load_dataset(FAST_DATA))
    low, high, *_ = tried.interval
    assert any(f"Learning rates from {low:.2g} to {high:.2g} are worth trying" in one for one in said(app))
    where = "inside" if low <= 0.1 <= high else "outside"
    assert f"The learning rate is 0.1 in all trials, {where} the band." in text(app)
    swept = range_tested(values1="0.01 / 0.1 / 0.3")
    marks = frame_with(chart(swept, "Loss against a growing learning rate"), "is_best")
    medians = board(swept).set_index("learning_rate")["median"]
    assert dict(zip(marks["rate"], marks["is_best"], strict=True)) == {
        float(rate): median == medians.max() for rate, median in medians.items()
    }
    assert "Of the learning rates of the sweep, " in text(swept)


def test_a_base_too_large_is_refused_before_its_range_test_is_made():
    app = range_tested(hidden_layer_sizes="3000,3000", axis1="hidden_layer_sizes", values1="4 / 8")
    assert not app.exception
    assert any("parameters in 1 network; allowed: 30 layers and 4,000,000" in one for one in sentences(app))
