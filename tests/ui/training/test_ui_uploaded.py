"""What uploaded files leave in memory: counted by the arrays themselves, not by what the store says."""

import gc
import io
import weakref

import numpy as np
import pytest

from data import STORE, DataConfig, held_images, keep_images, store
from data.store import Store
from lab.links import cost
from lab.links.cost import Speed
from lab.links.ensemble import Ensemble, Start
from lab.links.experiment import Experiment
from mlp import TrainConfig
from ui.figures import frames
from ui.training.cache import Cache

SHAPE, N_TRAIN, N_TEST = (32, 32, 3), 300, 30
N_BYTES = (N_TRAIN + N_TEST) * (32 * 32 * 3 + 8)  # pixels and labels of a file


@pytest.fixture
def cache(monkeypatch):
    monkeypatch.setattr(cost, "calibrate", lambda: Speed(1e-6, 1e-9, 1e-9, {}))
    STORE.clear()
    yield Cache()
    STORE.clear()


def uploaded(k):
    """(digest, file size) of a file that is small as it travels and large once it is here."""
    file = io.BytesIO()
    labels = {"y_train": np.arange(N_TRAIN) % 2, "y_test": np.arange(N_TEST) % 2}
    blank = {
        "x_train": np.full((N_TRAIN, *SHAPE), k, np.uint8),
        "x_test": np.full((N_TEST, *SHAPE), k, np.uint8),
    }
    np.savez_compressed(file, **blank, **labels)
    return keep_images(file.getvalue()), len(file.getvalue())


def trained(cache, digest, split):
    """A page's work on a file: its dataset, a watched run of one epoch, and the table behind a button."""
    train = TrainConfig(hidden_layer_sizes=(2,), batch_size=0, epochs=1)
    data = DataConfig(name="own_images", points=digest, split=split)
    ensemble = Ensemble(Experiment(data, train), 1, (Start("he_normal", 1.0),))
    run = cache.run(data, cache.fitting(ensemble), watched=True)
    run.advance(1, 1e6)
    cache.keep_within_bounds()
    return frames.tables([(run, 1)])


@pytest.mark.slow
@pytest.mark.parametrize("split", ["80/10/10", "200/50/30"])
def test_files_that_were_trained_on_are_let_go_when_others_come(cache, monkeypatch, split):
    most = 3 * N_BYTES
    monkeypatch.setattr(store, "MOST_BYTES", most)
    pixels, buttons = [], []
    for k in range(7):
        digest, n_sent = uploaded(k)
        assert n_sent < N_BYTES / 50
        pixels.append(weakref.ref(held_images(digest).X))
        buttons.append(trained(cache, digest, split))
        gc.collect()
        alive = [one() for one in pixels if one() is not None]
        assert sum(X.nbytes for X in alive) <= most
        assert pixels[-1]() is not None, "the last one is there"
        del alive
    assert all(button().startswith("run,initializer") for button in buttons), "tabs that are still open"
    assert len(cache.runs.items()) == sum(one() is not None for one in pixels)


def test_a_file_that_is_trained_on_again_outlives_those_that_are_not(cache, monkeypatch):
    monkeypatch.setattr(store, "MOST_BYTES", 3 * N_BYTES)
    first, _ = uploaded(0)
    for k in range(1, 6):
        trained(cache, first, "80/10/10")
        trained(cache, uploaded(k)[0], "80/10/10")
    assert len(held_images(first).X) == N_TRAIN + N_TEST


def test_memory_is_counted_once_however_many_views_of_it_are_held(monkeypatch):
    held, raw = Store(), np.zeros((100, 10), np.uint8)
    held.put("raw", (raw,))
    held.put("a", (raw[:50], raw[50:], np.arange(4)), "raw")
    held.put("b", (raw.reshape(-1)[::2], None, "text"), "raw")
    assert held.n_bytes() == 1000 + 32


def test_what_is_used_keeps_what_it_is_made_of(monkeypatch):
    monkeypatch.setattr(store, "MOST_ENTRIES", 3)
    held = Store()
    held.put("raw", (np.zeros(3),))
    held.put("derived", (np.zeros(3),), "raw")
    held.put("other", (np.zeros(3),))
    assert held.get("derived") is not None
    held.put("more", (np.zeros(3),))
    assert list(held) == ["raw", "derived", "more"]


def test_the_last_one_is_held_with_what_it_is_made_of_however_large(monkeypatch):
    monkeypatch.setattr(store, "MOST_BYTES", 10)
    held = Store()
    held.put("raw", (np.zeros(30),))
    held.put("other", (np.zeros(30),))
    held.put("raw", (np.zeros(30),))
    held.put("derived", (np.zeros(30),), "raw")
    assert list(held) == ["raw", "derived"]
