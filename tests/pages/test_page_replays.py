"""Published experiments: their figures stand beside ours."""

import csv
import pathlib

import numpy as np
import pytest
import test_downloads
from starting import chart, said_of, table, visit
from visiting import frame_with, frames, hold, said, sentences, text

from data import DataConfig, load_dataset
from lab.links.pages import PAGES
from lab.published import coursework_b, coursework_c, coursework_d, coursework_e, starts, tables
from lab.questions import preset
from mlp import TrainConfig, forward, train_many
from ui.initialization import published
from ui.training import cache as cache_module
from ui.training.cache import cache

web = test_downloads.web
PUBLISHED = pathlib.Path(__file__).resolve().parents[2] / "data" / "published_runs.csv"
COLUMNS = ["Training loss", "Training accuracy", "Validation loss", "Validation accuracy"]


@pytest.fixture
def few_images(monkeypatch):
    """A run that has 200 images a split alone: the page asks for the training as it does of all of them."""
    run = cache_module.Run

    def shortened(configs, dataset, watched):
        parts = {
            f"{array}_{split}": getattr(dataset, f"{array}_{split}")[:200]
            for array in "Xy"
            for split in ("train", "valid", "test")
        }
        return run(configs, dataset._replace(**parts), watched)

    monkeypatch.setattr(cache_module, "Run", shortened)
    cache().runs.drop(bool)
    yield
    cache().runs.drop(bool)


def opened(replay, **changes):
    """The page as the replay's button sets it, but for some changes of its link."""
    return visit(**preset.query(replay, PAGES["initialization"].defaults) | changes)


def published_rows(run, source="ift6135_b"):
    """The rows of the published table, by epoch from 1 on."""
    with PUBLISHED.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if (row["source"], row["run"]) == (source, run)]
    return {int(row["epoch"]) + 1: row for row in rows}


@pytest.mark.slow
def test_published_figures_stand_beside_ours(few_images):
    app = opened(coursework_b.SMALL, epochs="2", seeds="2")
    assert not app.exception
    assert sentences(app) == []
    rows = table(app, "published").loc[["normal × 0.001"]].set_index("figure")
    second = published_rows("small_normal")[2]
    assert len(rows) == 4
    for figure, shown in rows["published"].items():
        assert shown == f"{float(second[figure.replace(' ', '_')]):.4f}"
    assert set(rows["after epoch"]) == {2}
    assert "Dashed: published coursework B" in said_of(app, "Dashed")
    for name in COLUMNS:
        shown = chart(app, f"{name} by epoch")
        assert set(frame_with(shown, "value")["epoch"]) == {1, 2}
        assert set(frame_with(shown, "median")["epoch"]) == {0, 1, 2}


@pytest.mark.slow
def test_published_columns_are_drawn_at_once_and_ours_when_they_are_trained(few_images, monkeypatch):
    monkeypatch.setattr(starts, "curve", lambda *which: [])
    app = opened(coursework_b.THREE_STARTS, train="false", seeds="1", epochs="10")
    assert not app.exception
    before = [one for one in said(app) if "by epoch, one line per start" in one]
    assert [one.partition(" by epoch")[0] for one in before] == COLUMNS
    runs = {"normal": "normal", "glorot_uniform": "glorot", "zeros": "zeros"}
    for name, figure in zip(COLUMNS, tables.FIGURES, strict=True):
        shown = frame_with(chart(app, f"{name} by epoch"), "value")
        for start, run in runs.items():
            mine = shown[shown["start"] == start].set_index("epoch")["value"]
            expected = {epoch: float(row[figure]) for epoch, row in published_rows(run).items()}
            assert mine.to_dict() == pytest.approx(expected)
    assert "as published, normal ends at 2.3" in before[0]
    spec = chart(app, "Training loss by epoch").proto.spec
    assert '"type": "log"' in spec
    assert frame_with(chart(app, "Training loss by epoch"), "value")["value"].max() > 1e44
    assert "as published**" in text(app)
    hold(app, train=True)
    assert not app.exception
    assert "Training loss: ours, and as published (dashed)" in text(app)
    assert {"zeros", "glorot_uniform"} <= set(frame_with(chart(app, "Training loss"), "median")["start"])
    hold(app, train=False)
    assert [one for one in said(app) if "by epoch, one line per start" in one] == before, "as at first"


# ---- C and E: cost, error, the learning rate by step; on their own data, and on a stand-in


@pytest.fixture
def unobtainable(web):
    """Neither CIFAR-10 nor Fashion-MNIST can be had."""
    web.files = {}


@pytest.mark.slow
@pytest.mark.parametrize("replay", coursework_c.REPLAYS, ids=lambda replay: replay.question)
def test_c_draws_its_rate_by_step_at_once_and_its_cost_loss_and_accuracy_when_trained(
    unobtainable, few_images, replay
):
    app = opened(replay, train="false", seeds="2")
    assert not app.exception
    slow, slipped = "80,000" in replay.question, "slip" in replay.question
    shown = chart(app, "Learning rate by step")
    rates = [frame for frame in frames(shown) if "step" in frame]
    names = ["triangular", "sawtooth"] if slipped else ["triangular"]
    assert [set(frame["schedule"]) for frame in rates] == [{name} for name in names]
    highest = 1e-4 + (0.1 - 1e-4) * (9_599 / 80_000 if slow else 1)
    assert rates[-1]["rate"].max() == pytest.approx(highest)
    assert rates[-1]["step"].max() == (9_599 if slow else 11_999)
    assert ("12% of the way to its top, 0.1" if slow else "15 half-cycles of 800") in shown.proto.alt
    assert ("The slip changes" in text(app)) == slipped
    assert not [one for one in said(app) if one.startswith("Cost")]

    app = opened(replay, seeds="2", epochs="2")
    assert not app.exception
    for kind in ("Cost: loss and penalty", "Mean loss", "Accuracy"):
        frame = frame_with(chart(app, f"{kind}, by epoch, one line per split"), "median")
        assert {(split, epoch) for split, epoch in zip(frame["split"], frame["epoch"], strict=True)} == {
            (split, epoch) for split in ("train", "validation") for epoch in (1, 2)
        }
    cost, loss = (
        frame_with(chart(app, f"{kind}, by epoch"), "median").set_index(["split", "epoch"])["median"]
        for kind in ("Cost: loss and penalty", "Mean loss")
    )
    assert (cost > loss).all(), "the penalty of 50 units on 784 pixels is not nothing"
    assert chart(app, "Learning rate by step")
    assert any("MNIST is shown instead." in one for one in sentences(app))
    assert "Trained on MNIST, a stand-in for CIFAR-10" in text(app)
    assert not [one.value for one in app.dataframe if "published" in one.value]


@pytest.mark.slow
def test_e_runs_on_its_own_images_where_they_are_and_hides_the_test_set_when_asked(web):
    (replay,) = coursework_e.REPLAYS
    app = opened(replay, epochs="3", seeds="2")
    assert not app.exception
    assert sentences(app) == []
    assert "Trained on Fashion-MNIST." in text(app)
    assert "stand-in" not in text(app)
    query = {name: replay.changes[name] for name in ("name", "scaling", "split")}
    train = {
        name: replay.changes[name] for name in ("hidden_layer_sizes", "learning_rate", "schedule", "l1", "l2")
    }
    configs = [
        TrainConfig(
            **train, batch_size=32, epochs=3, initializer="uniform_fan_out", init_seed=k, shuffle_seed=k
        )
        for k in range(2)
    ]
    epochs = list(train_many(configs, load_dataset(DataConfig(**query))))[1:]
    for kind, of in (("Error in per cent", "accuracy"), ("Mean loss", "loss")):
        frame = frame_with(chart(app, f"{kind}, by epoch"), "median")
        for split, short in (("train", "train"), ("validation", "valid"), ("test", "test")):
            values = np.array([[getattr(one, f"{short}_{of}") for one in records] for records in epochs])
            values = 1 - values if of == "accuracy" else values
            mine = frame[frame["split"] == split].sort_values("epoch")
            assert mine["epoch"].tolist() == [1, 2, 3]
            np.testing.assert_allclose(mine["median"], np.median(values, axis=1), rtol=1e-5, atol=1e-6)
    hold(app, hide_test=True)
    for kind in ("Error in per cent", "Mean loss"):
        assert set(frame_with(chart(app, f"{kind}, by epoch"), "median")["split"]) == {"train", "validation"}
    assert "The test set is hidden: its error and its loss." in text(app)
    assert not [one for one in said(app) if "Confusion" in one]


def test_e_runs_on_digits_where_its_images_cannot_be_had_and_says_so(unobtainable, few_images):
    (replay,) = coursework_e.REPLAYS
    app = opened(replay, epochs="2", seeds="1")
    assert not app.exception
    assert any("MNIST is shown instead." in one for one in sentences(app))
    assert "Trained on MNIST, a stand-in for Fashion-MNIST" in text(app)
    assert set(frame_with(chart(app, "Error in per cent, by epoch"), "median")["split"]) == {
        *("train", "validation", "test")
    }
    assert not [one.value for one in app.dataframe if "published" in one.value]


# ---- D: its reported loss, its test images as they are, the losses of single images


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Keep three starts of D's 50 epochs."""
    question = coursework_d.REPLAYS[2].question
    rows = [
        dict.fromkeys(starts.COLUMNS, "")
        | {"experiment": question, "initializer": "normal", "seed": seed, "epoch": epoch}
        | {"train_loss": 300 + 100 * seed - epoch, "train_accuracy": 0.5 + 0.1 * seed}
        for seed in range(3)
        for epoch in (1, 20, 50)
    ]
    monkeypatch.setattr(starts, "STARTS_PATH", tmp_path / "starts.csv")
    with starts.STARTS_PATH.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, starts.COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    starts._rows.cache_clear()
    yield
    starts._rows.cache_clear()


def test_d_draws_its_reported_loss_beside_our_kept_one_before_and_after_training(kept, few_images):
    replay = coursework_d.REPLAYS[2]
    app = opened(replay, train="false", seeds="1")
    assert not app.exception
    assert "Reported loss: ours of up to 3 starts, kept, and as published (dashed)" in text(app)
    shown = chart(app, "Reported loss by epoch")
    theirs = frame_with(shown, "value").set_index("epoch")["value"].to_dict()
    expected = published_rows("lr_0.01_50", "mnist_sigmoid")
    assert theirs == pytest.approx({epoch: float(row["train_loss"]) for epoch, row in expected.items()})
    ours = frame_with(shown, "median").set_index("epoch")
    assert (ours.loc[50, "median"], ours.loc[50, "low"], ours.loc[50, "high"]) == (350, 250, 450)
    assert "Training accuracy: ours of up to 3 starts, kept, and as published (dashed)" in text(app)


@pytest.mark.slow
def test_d_is_compared_on_test_images_as_they_are_and_its_losses_of_single_images_explained(few_images):
    replay = coursework_d.REPLAYS[2]
    app = opened(replay, seeds="2")
    assert not app.exception
    data, config = published.experiment(replay)
    whole = load_dataset(data)
    arrays = {
        f"{a}_{split}": getattr(whole, f"{a}_{split}")[:200] for a in "Xy" for split in ("train", "test")
    }
    few = whole._replace(**arrays)
    configs = [
        TrainConfig(**{f: getattr(config, f) for f in config.__slots__ if "seed" not in f}, init_seed=k)
        for k in range(2)
    ]
    *_, records = train_many(configs, few)
    raw = [
        np.mean(
            forward(record.params, few.X_test * np.float32(255), config).output.argmax(axis=1) == few.y_test
        )
        for record in records
    ]
    scaled = [record.test_accuracy for record in records]
    rows = table(app, "published").reset_index().set_index("figure")
    assert rows.loc[published.RAW, "published"] == "0.9403"
    assert rows.loc[published.RAW, "ours, median"] == f"{np.median(raw):.4f}"
    assert rows.loc[published.SCALED, "published"] == "–"
    assert rows.loc[published.SCALED, "ours, median"] == f"{np.median(scaled):.4f}"
    assert f"our median is {np.median(raw):.4f}" in said_of(app, "Like for like")
    assert "0.94² = 88%" in text(app)

    hold(app, _image=7)
    outputs = forward(records[0].params, whole.X_test[7:8], config).output[0].astype(float)
    loss = -sum(np.log(p if k == whole.y_test[7] else 1 - p) for k, p in enumerate(outputs))
    (shown,) = [one.value for one in app.dataframe if "e^−loss" in one.value]
    assert shown["pixels"].tolist() == ["scaled", "as it is, 0 to 255"]
    vector = [float(p) for p in shown["outputs, class by class"][0].strip("[]").split()]
    np.testing.assert_allclose(vector, outputs, atol=1e-3)
    assert float(shown["loss"][0]) == pytest.approx(loss, abs=2e-3)
    assert "0.254 (77.6%), 0.493 (61.1%) and 0.029 (97.1%)" in text(app)
    hold(app, hide_test=True)
    assert not [one.value for one in app.dataframe if "e^−loss" in one.value]
    assert published.RAW not in set(table(app, "published")["figure"])
    assert "Like for like" not in text(app)
