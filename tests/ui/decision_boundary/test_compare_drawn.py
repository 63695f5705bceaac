"""Maps side by side: what is drawn, and drawn again once the other epochs are ready."""

from contextlib import nullcontext
from types import SimpleNamespace

import pandas as pd
import pytest

from mlp import TrainConfig
from ui.decision_boundary import compare
from ui.figures import films


class Place:
    """Stands in for a container and its placeholder."""

    def empty(self):
        return self

    def container(self):
        return nullcontext()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


@pytest.fixture
def page(monkeypatch):
    """draw(runs, filmed) draws the panels; `maps` are the (panel, epochs) of each map drawn, in order."""
    seen = SimpleNamespace(maps=[], timelines=[], findings=[], curves=[])
    curves = pd.DataFrame(
        [("loss", "train", 0.5, 0.5), ("loss", "validation", 0.25, 0.25), ("accuracy", "train", 0.9, 0.9)],
        columns=["quantity", "split", "median", "value"],
    )
    stand_ins = [
        (compare.feature_plane, "choose", lambda runs: ["plane"] * len(runs)),
        (compare.component, "epoch_number", lambda n_epochs: n_epochs),
        (compare.component, "part", lambda name: Place()),
        (compare.component, "timeline", lambda *what: seen.timelines.append(what[:2])),
        (compare.films, "kept_of", lambda runs, lasts: list(range(max(lasts) + 1))),
        (compare.plane_map, "map_of", lambda *_, panel, epochs, **__: seen.maps.append((panel, epochs))),
        (compare.plane_map, "n_points", lambda dataset: 3),
        (compare.plane_map, "show_number_drawn", lambda *_: None),
        (compare, "cached_view", lambda make, run, n_epochs: curves),
        (compare.frames, "left_out", lambda run, n_epochs: []),
        (compare, "_row", lambda *_: {}),
        (compare, "_end", lambda value, losses, records: f"{value}: {losses['median'].tolist()}"),
        (compare, "show_rows", lambda rows: None),
        (compare.baseline, "sentence", lambda dataset, splits: ""),
        (compare, "measures", lambda losses: None),
        (compare.charts, "compared", lambda frame, *_, **__: seen.curves.append(frame)),
        (compare, "show", lambda chart, title, finding: seen.findings.append(finding)),
        (compare.progress, "spinner", lambda *_: nullcontext()),
        (compare.st, "columns", lambda spec, **_: [Place() for _ in range(spec if spec == 3 else len(spec))]),
        (compare.st, "caption", lambda text: None),
        (compare.st, "markdown", lambda text: None),
    ]
    for module, name, stand_in in stand_ins:
        monkeypatch.setattr(module, name, stand_in)
    monkeypatch.setattr(films, "cached_film", lambda *_: None)

    def draw(n_valid, made=()):
        epochs = (0, 1, 2)
        film = films.Film(epochs, made, lambda: ["said"] * 3, "", 0.0, [])
        monkeypatch.setattr(compare.films, "of_panels", lambda *_: film)
        runs = [
            SimpleNamespace(
                n_epochs=2,
                dataset=SimpleNamespace(y_valid=[0] * n),
                configs=[TrainConfig()],
                at=lambda epoch: SimpleNamespace(records=[]),
                with_parameters=lambda epoch: SimpleNamespace(number=epoch),
            )
            for n in n_valid
        ]
        compare.draw(["a", "b"], runs, [2, 2], "mean", "a field", ("train",))
        return seen

    return draw


def test_maps_without_other_epochs_are_drawn_again_with_them_and_others_are_not(page):
    seen = page((4, 4))
    assert seen.maps == [(0, ()), (1, ()), (0, (0, 1, 2)), (1, (0, 1, 2))]
    assert seen.timelines == [((0, 1, 2), 2)]
    seen.maps.clear()
    page((4, 4), made=(0, 1, 2))
    assert seen.maps == [(0, (0, 1, 2)), (1, (0, 1, 2))], "they have all epochs at once"


@pytest.mark.parametrize(
    ("n_valid", "finding", "loss"),
    [
        ((4, 4), "Validation loss by epoch", 0.25),
        ((4, 0), "Validation loss by epoch", 0.25),
        ((0, 4), "Validation loss by epoch", 0.25),
        ((0, 0), "Training loss by epoch", 0.5),
    ],
)
def test_the_curves_are_of_the_validation_loss_if_any_run_has_one(page, n_valid, finding, loss):
    seen = page(n_valid)
    assert seen.findings == [f"{finding}, of one network each: a: [{loss}]; b: [{loss}]"]
    assert seen.curves[0]["median"].tolist() == [loss] * 2
