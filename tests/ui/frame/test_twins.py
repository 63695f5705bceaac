"""The twins that decide about a fingerprint: of which kind they are, their estimate, and their progress."""

from types import SimpleNamespace

import pytest

from data import DataConfig, load_dataset
from lab.generators import at_once
from lab.links import rounding
from mlp import TrainConfig
from ui.frame import verdict

DATA = DataConfig(n_samples=40)
TRAINED = [(DATA, TrainConfig(hidden_layer_sizes=(2,), batch_size=0, epochs=2))]


@pytest.fixture
def server(monkeypatch):
    """A server's cache: results kept by key in `kept`; `asked` are the [(seconds, n_bytes), …] of work."""
    server = SimpleNamespace(kept={}, asked=[])
    datasets = {DATA: load_dataset(DATA)}

    def result(key, steps, seconds, what, doing, n_bytes):
        server.asked.append((seconds, n_bytes))
        if key not in server.kept:
            server.kept[key] = at_once(steps())
        return server.kept[key]

    shared = SimpleNamespace(datasets=datasets, dataset=datasets.get, speed=None)
    monkeypatch.setattr(verdict, "cache", lambda: shared)
    monkeypatch.setattr(verdict.progress, "result", result)
    monkeypatch.setattr(verdict.cost, "beginning", lambda configs, dataset, speed: 0.25 * len(configs))
    monkeypatch.setattr(verdict.cost, "seconds", lambda configs, dataset, n, speed: len(configs) * n)
    monkeypatch.setattr(verdict.cost, "training_bytes", lambda configs, dataset: 100 * configs[0].epochs)
    return server


def test_a_sweep_of_one_training_and_its_network_have_twins_of_their_own(server):
    """One visitor opens the sweep's link, another the network's: the same training, other fingerprints."""
    for kind in ("r", "w", "r"):
        twins = verdict._twins(kind, TRAINED, TRAINED)
        assert [twin.kind for twin in twins] == [kind] * rounding.N_TWINS


def test_the_estimate_is_that_of_all_twins_and_the_memory_that_of_one_training_after_another(server):
    longer = (DATA, TrainConfig(hidden_layer_sizes=(2,), batch_size=0, epochs=3))
    verdict._twins("r", [*TRAINED, longer], [*TRAINED, longer])
    n = rounding.N_TWINS
    assert server.asked == [(n * (0.25 + 2) + n * (0.25 + 3), 300)]


def test_data_that_are_not_loaded_are_not_loaded_for_an_estimate(server, monkeypatch):
    monkeypatch.setattr(verdict.progress, "result", lambda *how: how)
    missing = [(DataConfig(n_samples=44), TRAINED[0][1])]
    _, _, seconds, *_, n_bytes = verdict._twins("r", missing, missing)
    assert (seconds, n_bytes) == (0.0, 0)
