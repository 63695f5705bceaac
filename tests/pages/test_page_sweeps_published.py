"""The published searches on the sweeps page: introduced, kept, concluded; and the final training."""

import re

import numpy as np
import pytest
from visiting import (
    FAST,
    FAST_DATA,
    FAST_TRAIN,
    board,
    charts,
    frames,
    labels,
    opened,
    press,
    said,
    sentences,
    text,
)

from data import load_dataset
from lab.links.sweep_plan import DEFAULTS
from lab.published import kept, systems
from lab.published import search as searches
from lab.questions.preset import query
from mlp import TrainConfig, train_many
from ui.sweeps import running

BY_NAME = {(one.key, one.form): one for one in systems.SEARCHES}
BATCH = BY_NAME["a_batch_size", searches.AS_PUBLISHED]
FINALS = {"50": (0.84, 0.86), "100": (0.2, 0.3), "150": (0.1, 0.1), "500": (0.1, 0.1)}


@pytest.fixture(autouse=True)
def drawn_when_complete(monkeypatch):
    monkeypatch.setattr(running, "REDRAW", 1e9)


@pytest.fixture
def store(monkeypatch):
    """A file in which two seeds of A's batch sizes are kept."""

    def rows(accuracy):
        figures = {"date": "2026-11-26", "version": "0.1.0", "train_loss": "1.5", "valid_loss": "1.25"}
        return [figures | {"epoch": str(epoch), "valid_accuracy": str(accuracy)} for epoch in (0, 25, 50)]

    runs = {
        (BATCH.key, value, seed): rows(accuracy)
        for value, finals in FINALS.items()
        for seed, accuracy in enumerate(finals)
    }
    monkeypatch.setattr(kept, "stored", lambda: runs)


def visit(search, **changed):
    return opened("pages/sweeps.py", query(search, DEFAULTS) | changed)


@pytest.mark.usefixtures("store", "untrained")
def test_a_search_as_published_waits_for_a_click_and_shows_its_kept_result_at_once():
    app = visit(BATCH)
    assert not app.exception
    assert f"**{BATCH.question}.** 50,000 images in file order" in text(app)
    assert "Start the sweep" in labels(app)
    assert [one.split(".")[0] for one in said(app)] == ["One line per value"] * 2 + [
        "One point per trial over batch_size, with the range of its seeds"
    ]
    for chart, words in zip(charts(app), ("Training loss", "Validation loss"), strict=False):
        assert f"{words} by batch_size; all 4 values end at the same median, " in chart.proto.alt
        (frame,) = [one for one in frames(chart) if "value" in one and "epoch" in one][:1]
        assert sorted(frame["value"].unique(), key=int) == list(FINALS)
    assert "best median 85.0% at batch_size 50" in said(app)[2]
    assert "Stored: 2 seeds of each value, trained by this engine (version 0.1.0) on 2026-11-26" in text(app)
    assert "**Published.** A concluded: “best batch 50”." in text(app)
    assert "**What the seeds say.** batch_size 50 has the best mean" in text(app)
    # 100 is behind by 0.64 and 0.56: its interval is 0.6 ± 12.7 · 0.04, which lies above 0; so do the others
    assert (
        "All of the 3 others can be distinguished from it. That is the published best, and the seeds"
        in text(app)
    )
    assert "the medians of 2 of 4 trials exceed that." in text(app)


@pytest.mark.usefixtures("store", "untrained")
def test_a_search_of_which_nothing_is_kept_and_one_that_is_no_published_one_show_no_kept_result():
    for search in (BY_NAME["a_sizes", searches.AS_PUBLISHED], BY_NAME["a_batch_size", searches.REPAIRED]):
        app = visit(search)
        assert not app.exception
        assert "Stored" not in text(app)
        assert said(app) == []
    other = visit(BATCH, momentum="0.5")
    assert "Published" not in text(other)


@pytest.mark.usefixtures("untrained")
def test_the_sizes_outside_of_the_budget_are_told_beside_the_search():
    app = visit(BY_NAME["a_sizes", searches.AS_PUBLISHED])
    assert "500-200, which is in the published list, has 494,710 parameters and lies below" in text(app)
    assert "**3 trials × 2 seeds**; 1 combination not run." in text(app)


@pytest.mark.usefixtures("untrained")
def test_the_rates_of_d_are_two_trials_and_unequal_lists_side_by_side_get_a_sentence():
    search = BY_NAME["d_rates", searches.AS_PUBLISHED]
    assert "**2 trials × 2 seeds**." in text(visit(search))
    app = visit(search, values2="0.01")
    assert not app.exception
    told = "Side by side, all fields need the same number of values: learning_rate has 2; momentum has 1."
    assert told in sentences(app)
    assert "**0 trials × 2 seeds**" in text(app)


@pytest.mark.usefixtures("untrained")
def test_without_cifar_10_the_penalties_of_c_run_on_mnist_and_the_page_says_so(monkeypatch, tmp_path):
    monkeypatch.setenv("BACKPROP_LAB_DATA", str(tmp_path))
    monkeypatch.setenv("BACKPROP_LAB_CIFAR10_URL", "http://127.0.0.1:1")
    app = visit(BY_NAME["c_penalty", searches.AS_PUBLISHED])
    assert not app.exception
    (told,) = [one for one in sentences(app) if "MNIST stands in for it here." in one]
    assert told.startswith("cifar10 cannot be loaded")
    assert "**10 trials × 2 seeds**." in text(app)
    assert "Start the sweep" in labels(app)
    assert "failed" not in text(app)


def test_a_published_search_that_has_run_is_concluded_from_its_own_results(monkeypatch):
    short = {"split": "100/50/50", "epochs": 1, "hidden_layer_sizes": (4,), "seeds": 3}
    search = BATCH._replace(changes=BATCH.changes | short | {"values1": "10 / 50 / 100"})
    monkeypatch.setattr(systems, "SEARCHES", (search,))
    app = visit(search)
    assert not app.exception
    assert "**Published.** A concluded: “best batch 50”." in text(app)
    assert "**What the seeds say.** " in text(app)
    medians = board(app).set_index("batch_size")
    assert set(medians.index) == {"10", "50", "100"}
    assert "Stored" not in text(app)


def test_after_the_search_the_best_is_trained_again_with_other_seeds_and_its_test_set_is_opened():
    app = opened("pages/sweeps.py", FAST | {"values1": "0.01 / 0.1", "axis2": "–"})
    best = board(app).iloc[0]
    number, rate = best["trial"], float(best["learning_rate"])
    assert "Test accuracy" not in text(app)
    press(app, f"Train trial {number} again with 2 other seeds and open the test set")
    assert not app.exception
    base = FAST_TRAIN | {"batch_size": 16, "learning_rate": rate}
    configs = [TrainConfig(**base, init_seed=k, shuffle_seed=k) for k in (2, 3)]
    *_, records = train_many(configs, load_dataset(FAST_DATA))
    tests = [record.test_accuracy for record in records]
    spread = f"{np.median(tests):.1%} in the median (range {min(tests):.1%} to {max(tests):.1%})"
    assert f"Trial {number}: **Test accuracy {spread}**, 2 new networks." in text(app)
    valid = [record.valid_accuracy for record in records]
    assert f"Their validation accuracy is {np.median(valid):.1%} in the median" in text(app)
    how = "in every run" if best["low"] == best["high"] else "in the median"
    assert f"In the search it was {best['median']:.1%} {how}" in text(app)
    assert "The test set has been opened for 2 networks." in text(app)
    again = opened("pages/sweeps.py", FAST | {"values1": "0.01 / 0.1", "axis2": "–"} | dict(app.query_params))
    assert f"**Test accuracy {spread}**" in text(again), "it stays open"
    assert not [one for one in labels(again) if re.match("Train trial", one)]


@pytest.mark.usefixtures("untrained")
def test_without_a_validation_set_the_kept_result_is_judged_by_its_training(monkeypatch):
    figures = {"date": "2026-11-01", "version": "0.1.0", "valid_loss": "", "valid_accuracy": ""}
    runs = {
        ("d_rates", value, seed): [
            figures | {"epoch": str(epoch), "train_loss": "9.5", "train_accuracy": str(accuracy + seed / 100)}
            for epoch in (0, 100)
        ]
        for value, accuracy in (("0.5, 0.01", 0.87), ("0.05, 0.001", 0.69))
        for seed in (0, 1)
    }
    monkeypatch.setattr(kept, "stored", lambda: runs)
    app = visit(BY_NAME["d_rates", searches.AS_PUBLISHED])
    assert not app.exception
    assert [one.split(".")[0] for one in said(app)] == [
        "One line per value",
        "One point per trial over learning_rate, with the range of its seeds",
    ]
    assert "Training loss by learning_rate; both values end at the same median, 9.5" in said(app)[0]
    assert "best median 87.5% at learning_rate 0.5, momentum 0.01" in said(app)[1]
    assert "Stored: 2 seeds of each value" in text(app)
    assert "**What the seeds say.**" in text(app)
