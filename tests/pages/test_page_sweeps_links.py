"""The sweeps page among the others: links, presets, widgets that share a name; data it cannot judge by."""

from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from visiting import FAST, go, hold, opened, press, sentences

from data import DataConfig, load_dataset
from mlp import TrainConfig, train_many
from ui.sweeps import running
from ui.training import progress

ONE_FIELD = FAST | {"axis2": "–", "values1": "0.1"}


@pytest.fixture(autouse=True)
def drawn_when_complete(monkeypatch):
    monkeypatch.setattr(running, "REDRAW", 1e9)


def visit(**query):
    return opened("pages/sweeps.py", query)


def board(app):
    return next(one.value for one in app.dataframe if "trial" in one.value)


def test_a_preset_of_the_sweeps_leaves_another_page_its_own_points(monkeypatch):
    monkeypatch.setattr(progress, "ASK_ABOVE", 0.0)
    app = visit(**ONE_FIELD)
    press(app, "Is any of it more than noise?")
    app.switch_page("pages/decision_boundary.py")
    go(app)
    hold(app, name="own_points")
    assert not app.exception
    assert any("two classes" in one for one in sentences(app))


def test_a_range_can_be_varied_on_ones_own_images():
    app = visit(**ONE_FIELD | {"name": "own_images", "values1": "0.01 to 0.1"})
    assert not app.exception


def test_the_shared_link_of_a_sweep_of_ones_own_images_keeps_their_fingerprint():
    fingerprint = "0123456789abcdef" * 4
    app = visit(**ONE_FIELD | {"name": "own_images", "points": fingerprint})
    link = next(code.value for code in app.code if "axis1" in code.value)
    assert parse_qs(urlsplit(link).query)["points"] == [fingerprint]


def test_a_field_asked_for_twice_does_not_lose_values_without_a_word():
    app = visit(**ONE_FIELD | {"axis1": "l2", "values1": "0 / 1", "axis2": "l2", "values2": "0.1 / 0.2"})
    assert not app.exception
    told = [one for one in sentences(app) if one.startswith("l2 ")]
    assert len(told) == 1 or set(board(app)["l2"]) == {"0", "1", "0.1", "0.2"}


def test_a_sweep_without_a_validation_set_can_be_judged_by_its_training():
    app = visit(**FAST | {"split": "80/0/20", "values1": "0.1 / 1", "axis2": "–", "metric": "training loss"})
    assert not app.exception
    dataset = load_dataset(DataConfig(n_samples=120, split="80/0/20"))
    for _, row in board(app).iterrows():
        train = {"hidden_layer_sizes": (4,), "epochs": 3, "batch_size": 16}
        train |= {"learning_rate": float(row["learning_rate"])}
        *_, records = train_many([TrainConfig(**train, init_seed=k, shuffle_seed=k) for k in (0, 1)], dataset)
        assert row["median"] == pytest.approx(np.mean([r.train_loss for r in records]))


def test_a_sweep_without_a_validation_set_does_not_say_that_nothing_has_come_in():
    app = visit(**FAST | {"split": "80/0/20", "values1": "0.1 / 1", "axis2": "–"})
    assert not app.exception
    assert board(app)["status"].tolist() == ["done", "done"]
    told = sentences(app)
    assert told[0] == "There is no validation set in this split: trials are judged by the training set."
    assert not any("come in" in one for one in told)


def test_a_batch_larger_than_the_training_set_fails_its_own_trial_alone():
    app = visit(**ONE_FIELD | {"axis1": "batch_size", "values1": "8 / 500"})
    assert not app.exception
    table = board(app).set_index("batch_size")
    assert table.loc["8", "status"] == "done"
    assert table.loc["500", "status"].startswith("batch_size is 500; allowed: at most the 84 examples")
    assert np.isnan(table.loc["500", "median"])
