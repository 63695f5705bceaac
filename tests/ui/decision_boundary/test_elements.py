"""Elements of the page in a frame of their own, and the map of a network from a file."""

from contextlib import nullcontext
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from linear import STRAIGHT, points_dataset, straight

from data import DataConfig
from lab.links.experiment import Experiment, Setup
from mlp import TrainConfig
from ui.decision_boundary import embedded, opened
from ui.figures.maps import Plane

SETUP = Setup(Experiment(DataConfig(), TrainConfig(epochs=7)), 3)


@pytest.fixture
def frame(monkeypatch):
    """A function of an element, the link's epoch and the epochs trained: (what is drawn, the query)."""

    def draw(view="map", own="2", epoch=None, trained=9, diverged=False, n_seeds=3):
        drawn = []
        records = [SimpleNamespace(diverged=diverged and k == 1, epoch=3) for k in range(3)]
        run = SimpleNamespace(
            n_epochs=trained, with_parameters=lambda n: SimpleNamespace(number=n, records=records)
        )
        film = SimpleNamespace(
            parts=["maps", "units"], epochs=(0, 4), epochs_made=(0, 4), said=lambda: ["a", "b"], left_out=""
        )
        film.may_be_made, film.made, film.seconds = lambda: False, None, 0.0
        film._replace = lambda parts: drawn.append(("film", parts)) or film
        for module, name, fake in (
            (embedded.controls, "row", lambda: (SETUP._replace(n_seeds=n_seeds), ["a problem"])),
            (embedded.boundary, "choose_splits", lambda: ("train",)),
            (embedded.address, "page_query", lambda experiment, n_seeds: {"seeds": str(n_seeds)}),
            (embedded.progress, "trained", lambda setups: [run]),
            (embedded.lock, "linked_value", lambda key, default: default if epoch is None else epoch),
            (embedded.boundary, "curves_by_epoch", lambda run, *what: drawn.append(("curves", *what))),
            (embedded.feature_plane, "choose", lambda runs: ("plane",)),
            (embedded.films, "of", lambda run, *what, **how: drawn.append(("of", *what, how)) or film),
            (embedded.inside, "draw", lambda run, *what: drawn.append(("units", *what))),
            (embedded.plane_map, "map_of", lambda run, *what, **how: drawn.append(("map", *what, how))),
            (embedded.component, "timeline", lambda *what, **how: drawn.append(("timeline", *what, how))),
            (embedded.st, "container", nullcontext),
            (embedded.st, "info", drawn.append),
            (embedded, "show_sentence", lambda show, text, icon: drawn.append(text)),
        ):
            monkeypatch.setattr(module, name, fake)
        query = embedded.draw(SimpleNamespace(view=view, own=own))
        return drawn, query

    return draw


@pytest.mark.parametrize(
    ("asked", "trained", "epoch", "in_link"),
    [(None, 9, 7, None), (4, 9, 4, "4"), (0, 9, 0, "0"), (-3, 9, 0, "0"), (99, 9, 7, None), (6, 5, 5, None)],
)
def test_an_element_shows_the_links_epoch_where_it_is_trained_and_passes_it_on(
    frame, asked, trained, epoch, in_link
):
    drawn, query = frame("curves", "", asked, trained)
    assert drawn == ["a problem", ("curves", min(trained, 7), epoch, ("train",))]
    assert query == {"seeds": "3", "view": ""} | ({"epoch": in_link} if in_link else {})


def test_a_frame_has_its_own_part_of_the_timeline_for_the_network_that_it_names(frame):
    drawn, query = frame("map", "3", 4)
    assert drawn[1] == ("of", 7, 4, "3", "plane", 2, {"diagrams": False})
    assert drawn[2:] == [
        ("film", ["maps"]),
        ("map", 4, "3", "plane", {"epochs": (0, 4), "until": 7, "splits": ("train",), "tells": False}),
        ("timeline", (0, 4), 4, ["a", "b"], "", {"tells": False}),
    ]
    assert query["view"] == "3"
    drawn, _ = frame("network", "2", 4)
    assert drawn[1:4] == [
        ("of", 7, 4, "2", "plane", 1, {"diagrams": True}),
        ("film", ["units"]),
        ("units", 4, 1, "plane", (0, 4)),
    ]
    drawn, _ = frame("network", "2", 4, diverged=True)
    assert drawn[3] == "Network 2 diverged in epoch 3: its units cannot be drawn."
    assert frame("map", "mean", 4)[0][1] == ("of", 7, 4, "mean", "plane", 0, {"diagrams": False})


def test_a_network_that_there_is_not_is_refused_and_one_that_waits_is_not_drawn(frame):
    drawn, query = frame("map", "4")
    assert drawn == ["a problem", "view is 'map:4'; allowed: networks 1 to 3."]
    assert query == {"seeds": "3", "view": "4"}, "the experiment is opened in the lab all the same"
    assert frame("map", "2", n_seeds=1)[0] == ["a problem", "view is 'map:2'; allowed: network 1."]
    drawn, query = frame("map", "2", 4, trained=-1)
    assert (drawn, query) == (["a problem"], {"seeds": "3", "view": "2"})


def test_the_map_of_a_file_says_its_networks_name_and_accuracy(monkeypatch):
    shown, charts = [], []
    figure = SimpleNamespace(picture="picture", lines="lines", cells="cells", finding="the name")
    examples = pd.DataFrame({"x": [0.0]})
    network = SimpleNamespace(dataset=points_dataset([(0, 0, 0)]), name="the name", right="2 of 3 are right")
    plane = SimpleNamespace(section=None)
    for module, name, fake in (
        (opened.feature_plane, "shown", lambda network: plane),
        (opened, "cached_view", lambda make, *_: figure),
        (opened.frames, "reel", lambda epochs, sheet, lines, plane: (epochs, sheet, lines)),
        (opened.frames, "points_of", lambda network, most, splits, section: examples),
        (opened.section_planes, "told", lambda plane: "plane of a and b"),
        (opened.planes, "boundary_map", lambda *parts: charts.append(parts)),
        (opened.plane_map, "show_number_drawn", lambda *_: None),
        (opened.st, "columns", lambda *_, **__: (nullcontext(), nullcontext())),
        (opened, "show", lambda chart, kind, finding, key: shown.append(finding)),
    ):
        monkeypatch.setattr(module, name, fake)
    opened.draw(network, ("train",))
    plane.section = "a section"
    opened.draw(network, ("train",))
    assert [parts[0] for parts in charts] == [([0], "picture", ["lines"])] * 2
    assert [parts[-1] for parts in charts] == ["the name", "the name. plane of a and b"]
    assert shown == ["the name: 2 of 3 are right"] * 2


def test_the_map_of_a_file_is_that_of_its_own_weights():
    dataset = points_dataset([(-1, 0, 0), (1, 0, 1)])
    network = SimpleNamespace(
        params=straight((1.0, 0.0), 0.0), config=STRAIGHT, dataset=dataset, name="the name", right="right"
    )
    figure = opened.of_network(network, Plane((-2.0, 2.0), (-2.0, 2.0)))
    assert figure.finding == "the name"
    cells = figure.cells
    assert (cells["predicted"] == (cells["x"] > 0)).all()
    assert np.abs(np.concatenate(figure.lines)[:, 0]).max() < 0.05, "the boundary is the vertical axis"
