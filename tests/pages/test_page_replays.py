"""The buttons of published experiments, and CIFAR-10, which one of them has to download first."""

import csv
import hashlib
import pathlib
import threading

import numpy as np
import pytest
import streamlit as st
from starting import QUICK, QUICK_TRAIN, chart, said_of, table, trained, visit
from test_downloads import Web
from test_image_files import TAR, cifar10_archive, small_batches
from visiting import frame_with, hold, press, sentences

from data import STORE, DataConfig, downloads
from lab.links.fields import widget_value
from lab.published import REPLAYS
from ui.initialization import setup, training
from ui.training import cache as cache_module
from ui.training import progress
from ui.training.cache import cache

PUBLISHED = pathlib.Path(__file__).resolve().parents[2] / "data" / "published_runs.csv"


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


@pytest.fixture
def no_network(monkeypatch, tmp_path):
    """CIFAR-10 is neither here nor to be had."""
    monkeypatch.setenv("BACKPROP_LAB_CIFAR10_URL", "http://127.0.0.1:9")  # nothing listens there
    monkeypatch.setenv("BACKPROP_LAB_DATA", str(tmp_path))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return tmp_path / "cifar10"


@pytest.fixture
def small_cifar10(monkeypatch, tmp_path):
    """A server of 120 photographs, in whose place the published ones are."""
    archive = cifar10_archive(small_batches()[0])
    server = Web()
    server.files = {TAR: archive}
    source = downloads.SOURCES["cifar10"]
    monkeypatch.setitem(
        downloads.SOURCES, "cifar10", source._replace(files={TAR: hashlib.md5(archive).hexdigest()})
    )
    monkeypatch.setenv(source.variable, server.address)
    monkeypatch.setenv("BACKPROP_LAB_DATA", str(tmp_path))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    STORE.clear()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()
    STORE.clear()


def test_a_button_sets_every_control_to_its_experiment(monkeypatch, few_images):
    monkeypatch.setattr(progress, "ASK_ABOVE", 0.0)
    monkeypatch.setattr(training, "symmetry", lambda *_: None)  # a second Train beside the first fails yet
    replay = REPLAYS[8]
    app = visit(**QUICK | {"activation": "gelu", "l1": "0.01", "noise": "0.4"}, sets=["orthogonal"])
    press(app, replay.question)
    assert not app.exception
    values = setup.DEFAULTS | replay.changes
    for name in set(setup.KEYS) & set(setup.DEFAULTS):
        assert app.session_state[name] == widget_value(name, values[name])
    assert app.session_state["sets"] == replay.changes["sets"]
    assert app.session_state["train"] is True
    assert app.session_state["seeds"] == 5
    assert any(one.startswith("This training takes about ") for one in sentences(app)), "it waits for a click"


def test_published_figures_stand_beside_ours(few_images):
    replay = REPLAYS[0]
    changes = {key: value for key, value in replay.changes.items() if key not in ("sets", "train")}
    link = {key: str(widget_value(key, value)) for key, value in changes.items()}
    link |= {"shuffle": "false", "epochs": "2", "seeds": "2"}
    app = visit(**link, sets=replay.changes["sets"], train="true")
    assert not app.exception
    assert sentences(app) == []
    rows = table(app, "published").loc[["glorot_uniform"]].set_index("figure")
    with PUBLISHED.open(encoding="utf-8") as file:
        found = {
            int(row["epoch"]): row
            for row in csv.DictReader(file)
            if (row["source"], row["run"]) == (replay.source, "glorot")
        }
    second = found[sorted(found)[1]]
    for figure, shown in rows["published"].items():
        assert shown == f"{float(second[figure.replace(' ', '_')]):.4f}"
    assert set(rows["after epoch"]) == {2}
    assert "Dashed: published coursework B" in said_of(app, "Dashed")
    dashed = frame_with(chart(app, "Training loss by epoch"), "value")
    assert set(dashed["epoch"]) == {1, 2}


def test_without_the_network_cifar10_gets_one_sentence_and_digits_are_shown(no_network):
    link = QUICK | {"name": "cifar10", "split": "300/100/100"}
    app = visit(**link, sets=["he_normal"], train="true")
    assert not app.exception
    (sentence,) = sentences(app)
    assert TAR in sentence
    assert str(no_network) in sentence
    assert sentence.endswith("MNIST is shown instead.")
    data = DataConfig(name="mnist", split="300/100/100")
    (records,) = trained(data, ["he_normal"], **QUICK_TRAIN).values()
    median = np.median([record.valid_accuracy for record in records])
    assert table(app, "measured").loc["he_normal", "validation accuracy"].startswith(f"{median:.1%} ")


def test_cifar10_is_downloaded_with_progress_and_trained_on(monkeypatch, small_cifar10):
    told, progress = [], st.delta_generator.DeltaGenerator.progress

    def noted(self, value, text=None, **options):
        told.append(text)
        return progress(self, value, text, **options)

    monkeypatch.setattr(st.delta_generator.DeltaGenerator, "progress", noted)
    schedule = {"schedule": "triangular", "learning_rate_min": 1e-4, "cycle_steps": 20, "learning_rate": 0.1}
    link = QUICK | {"name": "cifar10", "split": "80/20/20", "batch_size": "10"}
    link |= {key: str(value) for key, value in schedule.items()}
    app = visit(**link, sets=["lecun_normal"], train="true")
    assert not app.exception
    assert sentences(app) == []
    assert small_cifar10.requests == [TAR]
    assert any(str(one).startswith(f"Downloading {TAR}: ") for one in told)
    data = DataConfig(name="cifar10", split="80/20/20")
    train = QUICK_TRAIN | schedule | {"batch_size": 10}
    (records,) = trained(data, ["lecun_normal"], **train).values()
    loss = np.median([record.train_loss for record in records])
    assert f"lecun_normal ends at {loss:.3g}" in chart(app, "Training loss by epoch").proto.alt
    (steady,) = trained(data, ["lecun_normal"], **train | {"schedule": "constant"}).values()
    assert f"{np.median([record.train_loss for record in steady]):.3g}" != f"{loss:.3g}"
    assert frame_with(chart(app, "Confusion matrix"), "count")["count"].sum() == 20
    assert "airplane" in set(frame_with(chart(app, "Outputs by class"), "output")["class"])
    hold(app, epochs=2)
    assert small_cifar10.requests == [TAR], "it is downloaded once"
