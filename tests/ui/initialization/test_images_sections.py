"""Which parts of the inside of an image model are drawn."""

from contextlib import nullcontext
from types import SimpleNamespace

import numpy as np
import pytest

from ui.initialization import images

VERB = {0: "are", 1: "is"}
REPLAY = SimpleNamespace(looked_at=(0.5,))


@pytest.mark.parametrize(
    ("replay", "index", "n_wrong", "n", "hidden", "drawn"),
    [
        (REPLAY, 2, 1, 3, False, ["image", ("answers", 2, (0.5,)), "mistakes", "weights"]),
        (REPLAY, None, 1, 3, False, ["image", "mistakes", "weights"]),
        (SimpleNamespace(looked_at=()), 2, 1, 3, False, ["image", "mistakes", "weights"]),
        (None, 2, 0, 3, False, ["image", "weights"]),
        (REPLAY, 2, 1, 3, True, ["weights"]),
        (REPLAY, None, 0, 0, False, ["image", "weights"]),
    ],
)
def test_an_images_own_losses_are_drawn_where_some_were_printed_and_mistakes_where_there_are_any(
    monkeypatch, replay, index, n_wrong, n, hidden, drawn
):
    called = []
    outputs = np.eye(2)[[0, 1, 1]][:n]
    labels = np.array([0, 1, 1 - n_wrong])[:n]
    dataset = SimpleNamespace(X_test=np.zeros((n, 4)), y_test=labels, class_names=("a", "b"))
    record = SimpleNamespace(diverged=False, epoch=3, params="params")
    run = SimpleNamespace(n_epochs=3, with_parameters=lambda n: SimpleNamespace(records=[record]))
    experiment = SimpleNamespace(train=SimpleNamespace(epochs=3))
    ensemble = SimpleNamespace(positions=lambda _: [0], configs=lambda: ["config"], experiment=experiment)
    for name in ("caption", "error"):
        monkeypatch.setattr(images.st, name, lambda text: None)
    monkeypatch.setattr(images.st, "columns", lambda *_, **__: (nullcontext(), nullcontext()))
    monkeypatch.setattr(images, "cache", lambda: SimpleNamespace(speed=None))
    monkeypatch.setattr(images.cost, "forward_seconds", lambda *_: 0.0)
    monkeypatch.setattr(images.progress, "spinner", lambda *_: nullcontext())
    monkeypatch.setattr(images, "forward_in_chunks", lambda *_: outputs)
    monkeypatch.setattr(images, "confusion", lambda *_: None)
    monkeypatch.setattr(images.counts, "confusion", lambda *_: None)
    monkeypatch.setattr(images, "show", lambda _, kind, finding: called.append((kind, finding)))
    monkeypatch.setattr(images, "_one_image", lambda *_: called.append("image") or index)
    monkeypatch.setattr(images, "_answers", lambda *what: called.append(("answers", *what[-2:])))
    monkeypatch.setattr(images, "_mistakes", lambda *_: called.append("mistakes"))
    monkeypatch.setattr(images, "_weights", lambda *_: called.append("weights"))
    images.section(ensemble, run, SimpleNamespace(label="zeros"), dataset, hidden=hidden, replay=replay)
    matrix = ("Confusion matrix", f"{n_wrong} of 3 test images {VERB[n_wrong]} misclassified")
    shown = [] if hidden or not n else [matrix]
    assert called == shown + drawn
