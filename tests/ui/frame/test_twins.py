"""The twins that decide about a fingerprint: of which kind they are, their estimate, and their progress."""

from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from data import DataConfig, load_dataset
from lab.generators import at_once
from lab.links import rounding
from lab.links.fingerprint import Fingerprint
from lab.questions.learn import ANOTHER_COMPUTER
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


# ---- the verdict


def print_of(losses=(0.5, 0.5, 0.5), figures=(0.7, 0.5), epochs=(0, 2), digest="d"):
    return Fingerprint("w", digest, losses, "settings", figures, epochs)


@pytest.fixture
def judged(monkeypatch):
    """A function of (the link's, ours, the twins): (the sentences, the chart's data frame or None)."""

    def judge(linked, ours, twins=None):
        said, drawn, asked, links = [], [], [], []
        monkeypatch.setattr(verdict, "_twins", lambda *what: asked.append(what) or twins)
        monkeypatch.setattr(verdict.st, "empty", lambda: SimpleNamespace(container=nullcontext, empty=list))
        monkeypatch.setattr(verdict.st, "caption", lambda text: None)
        monkeypatch.setattr(verdict.st, "page_link", lambda page, **how: links.append(how["label"]))
        monkeypatch.setattr(verdict, "show_sentence", lambda look, text, icon: said.append((look, text)))
        monkeypatch.setattr(verdict.charts, "courses", lambda frame, *_: drawn.append(frame))
        monkeypatch.setattr(verdict, "show", lambda *_: None)
        verdict.draw_verdict(linked, ours, TRAINED, "trained", "one network")
        ((look, text),) = said
        assert text.endswith(" The fingerprint is that of one network.")
        return look, text, (drawn or [None])[0], asked, links

    return judge


def test_twins_are_trained_where_only_they_can_decide_and_their_courses_are_drawn(judged):
    ours = print_of(digest="ours")
    look, text, frame, asked, _ = judged(print_of(), print_of())
    assert (look, frame, asked) == (verdict.st.success, None, [])
    assert text.startswith("Reproduced exactly")
    linked = print_of(losses=(0.6, 0.6, 0.6), figures=(0.7, 0.6))
    look, text, frame, asked, _ = judged(linked, ours)
    assert (look, frame) == (verdict.st.warning, None)
    assert text.startswith("Not the same")
    assert asked == [("w", TRAINED, "trained")]
    chaotic = [print_of(losses=(0.9,) * 3, figures=(0.7, 0.9 + n / 10)) for n in range(2)]
    look, text, frame, _, links = judged(linked, ours, chaotic)
    assert look == verdict.st.warning
    assert text.startswith("The same experiment")
    courses = {name: rows["loss"].tolist() for name, rows in frame.groupby("of", sort=False)}
    assert courses == {"the link": [0.7, 0.6], "here": [0.7, 0.5], "twin 1": [0.7, 0.9], "twin 2": [0.7, 1.0]}
    assert frame["epoch"].tolist() == [0, 2] * 4
    assert links == [ANOTHER_COMPUTER.question]
    with pytest.MonkeyPatch.context() as patch:
        own = ANOTHER_COMPUTER._replace(changes={"fingerprint": linked.text()})
        patch.setattr(verdict, "ANOTHER_COMPUTER", own)
        assert judged(linked, ours, chaotic)[-1] == [], "it is that question's own link"
    still = [print_of(digest="twin")] * 2
    look, text, *_ = judged(linked, ours, still)
    assert look == verdict.st.error
    lost = [print_of(figures=(0.0, float("nan")), losses=(0.9,) * 3)] * 2
    *_, frame, _, _ = judged(linked, ours, lost)
    assert set(frame["of"]) == {"the link", "here"}, "a log axis has no 0"
