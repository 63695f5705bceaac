"""Published experiments: their figures stand beside ours."""

import csv
import pathlib

import pytest
from starting import chart, said_of, table, visit
from visiting import frame_with, sentences

from lab.links.fields import widget_value
from lab.published.systems import REPLAYS
from ui.training import cache as cache_module
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


def test_published_figures_stand_beside_ours(few_images):
    replay = REPLAYS[2]
    changes = {key: value for key, value in replay.changes.items() if key not in ("sets", "train")}
    link = {key: str(widget_value(key, value)) for key, value in changes.items()}
    link |= {"shuffle": "false", "epochs": "2", "seeds": "2"}
    app = visit(**link, sets=replay.changes["sets"], train="true")
    assert not app.exception
    assert sentences(app) == []
    rows = table(app, "published").loc[["normal × 0.001"]].set_index("figure")
    with PUBLISHED.open(encoding="utf-8") as file:
        found = {
            int(row["epoch"]): row
            for row in csv.DictReader(file)
            if (row["source"], row["run"]) == (replay.source, "small_normal")
        }
    second = found[sorted(found)[1]]
    for figure, shown in rows["published"].items():
        assert shown == f"{float(second[figure.replace(' ', '_')]):.4f}"
    assert set(rows["after epoch"]) == {2}
    assert "Dashed: published coursework B" in said_of(app, "Dashed")
    dashed = frame_with(chart(app, "Training loss by epoch"), "value")
    assert set(dashed["epoch"]) == {1, 2}
