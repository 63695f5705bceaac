"""What a map is drawn from, alone, among several and with a timeline: sizes, examples, epochs and words."""

from types import SimpleNamespace

import numpy as np
import pytest
from linear import STRAIGHT, pixels, points_dataset, straight

from lab.links.cost import Speed
from mlp import TrainConfig
from ui.charts import planes
from ui.figures import maps, plane_map
from ui.figures.maps import Plane
from ui.training.cache import cache

PLANE = Plane((-2.0, 2.0), (-1.0, 3.0))
NETWORKS = (straight((1, 0), 0.0, 9.0), straight((1, 0), 0.0, 9.0), straight((0, 1), 0.0, 1.0))


def run_of(n_train=3, n_valid=2, lost=()):
    records = [
        SimpleNamespace(params=params, valid_accuracy=0.5 + place / 8, diverged=place in lost, epoch=2)
        for place, params in enumerate(NETWORKS)
    ]
    rows = [(k / 100, 1, k % 2) for k in range(n_train)]
    dataset = points_dataset(rows, rows[:n_valid], rows[:1])._replace(name="circles")

    def at(epoch):
        return SimpleNamespace(number=epoch, records=records)

    return SimpleNamespace(configs=(STRAIGHT,) * 3, dataset=dataset, with_parameters=at, at=at)


@pytest.fixture
def drawn(monkeypatch):
    """What is drawn: `charts` with their arguments, what is `shown` and the `captions`."""
    seen = SimpleNamespace(charts=[], shown=[], captions=[])
    for name in ("cached_view", "cached_film"):
        monkeypatch.setattr(plane_map, name, lambda make, *args: make(*args))
    monkeypatch.setattr(plane_map, "_seconds_of_map", lambda *_: 1e-3)
    monkeypatch.setattr(planes, "boundary_map", lambda *args, **more: seen.charts.append((*args, more)))
    monkeypatch.setattr(plane_map, "show", lambda chart, *words, key: seen.shown.append((*words, key)))
    monkeypatch.setattr(plane_map.st, "caption", seen.captions.append)
    return seen


@pytest.mark.parametrize(
    ("panel", "n_pixels", "n_cells", "kind", "key"),
    [(None, 96, 576, "Map of the plane", "_map_None"), (2, 72, 144, "Map 3 of the plane", "_map_2")],
)
def test_one_of_several_maps_is_smaller_and_has_its_number(drawn, panel, n_pixels, n_cells, kind, key):
    plane_map.map_of(run_of(), 7, "3", PLANE, panel=panel)
    ((reel, cells, examples, plane, names, _, more),) = drawn.charts
    assert pixels(reel["picture"][0]).shape[:2] == (n_pixels, n_pixels)
    assert len(cells) == n_cells
    assert (len(examples), plane, names) == (6, PLANE, ("0", "1"))
    assert more["legend"] is (panel is None)
    assert more["height"] == (planes.MAP_HEIGHT if panel is None else planes.PANEL_HEIGHT)
    right = ": 75.0% of the validation examples are classified correctly"
    assert drawn.shown == [(kind, f"Network 3 after epoch 7{right}", key)]
    assert drawn.captions == []


@pytest.mark.parametrize(("panel", "most"), [(None, 600), (1, 200)])
@pytest.mark.parametrize("more", [0, 1])
def test_of_many_examples_some_are_drawn_and_a_single_map_says_so(drawn, panel, most, more):
    plane_map.map_of(run_of(n_train=most - 3 + more), 7, "1", PLANE, panel=panel)
    examples = drawn.charts[0][2]
    assert len(examples) == most
    words = f"The map shows 600 of the {600 + more} points; training and figures use all of them."
    assert drawn.captions == [words] * (panel is None and more)


def test_only_examples_of_the_splits_are_drawn(drawn):
    plane_map.map_of(run_of(), 7, "1", PLANE, splits=("validation", "test"))
    assert drawn.charts[0][2]["split"].tolist() == ["validation", "validation", "test"]


def test_with_a_timeline_the_map_has_its_epochs_and_begins_at_the_servers(drawn):
    plane_map.map_of(run_of(), 5, "1", PLANE, epochs=(0, 3, 5, 9), until=5, at=9)
    plane_map.map_of(run_of(), 5, "1", PLANE, headed=False)
    (reel, cells, *_), (alone, alone_cells, *_) = drawn.charts
    assert reel[["epochs", "served"]].values.tolist() == [["0,3,5,9", 3]]
    assert reel["findings"][0].split("\n") == [f"Network 1 after epoch {epoch}" for epoch in (0, 3, 5, 5)]
    assert set(zip(cells["epoch"], cells["now"], strict=True)) == {(9, 1)}
    assert alone[["epochs", "served"]].values.tolist() == [["5", 0]]
    assert set(zip(alone_cells["epoch"], alone_cells["now"], strict=True)) == {(5, 2)}
    assert "findings" not in alone


@pytest.mark.parametrize("headed", [True, False])
def test_the_words_of_a_map_tell_both_ends_of_a_timeline_that_does_not_tell_the_server(drawn, headed):
    for tells in (True, False):
        plane_map.map_of(
            run_of(), 5, "1", PLANE, epochs=(0, 5, 9), until=8, panel=0, headed=headed, tells=tells
        )
    plane_map.map_of(run_of(), 5, "1", PLANE, panel=0, headed=headed, tells=False)
    at = "Network 1 after epoch {}: 50.0% of the validation examples are classified correctly".format
    both = f"The map follows the timeline, from its first epoch to its last. {at(0)}. {at(8)}"
    assert [words for _, words, _ in drawn.shown] == [at(5), both, at(5)]


def test_points_that_can_be_clicked_come_with_the_same_words(drawn, monkeypatch):
    run, words = run_of(), []
    run.dataset = run.dataset._replace(name="own_points")
    monkeypatch.setattr(plane_map.own_data, "clickable", lambda: True)
    monkeypatch.setattr(plane_map.own_data, "draw", lambda chart, plane, said: words.append(said))
    plane_map.map_of(run, 7, "3", PLANE)
    assert words == ["Network 3 after epoch 7: 75.0% of the validation examples are classified correctly"]


def test_networks_left_out_are_named_below_the_map_and_in_its_alternative(drawn):
    plane_map.map_of(run_of(lost=(0, 2)), 7, "mean", PLANE)
    assert drawn.shown[0][1] == "Mean of 1 network after epoch 7; 2 of 3 networks diverged in epoch 2"
    assert drawn.captions == ["2 of 3 networks diverged in epoch 2."]


def test_a_coarser_map_is_told_once(drawn, monkeypatch):
    monkeypatch.setattr(plane_map, "_seconds_of_map", lambda *_: 2.0)
    plane_map.map_of(run_of(), 7, "1", PLANE)
    plane_map.map_of(run_of(), 7, "1", PLANE, panel=0)
    words = "This network is large, so its map is coarser than usual: 48 × 48 pixels."
    assert drawn.captions == [words]
    assert [pixels(one[0]["picture"][0]).shape[0] for one in drawn.charts] == [48, 48]


@pytest.mark.parametrize(
    ("seconds", "panel", "frame"),
    [
        (0.1, None, 0.005 + 0.1),
        (0.1, 0, 0.005 + 0.1 * (72 / 96) ** 2),
        (1.0, None, 0.005 + (67 / 96) ** 2),  # 96 / √2 pixels
        (1.0, 1, 0.005 + (67 / 96) ** 2),
    ],
)
def test_the_seconds_of_a_frame_are_those_of_its_pixels(monkeypatch, seconds, panel, frame):
    monkeypatch.setattr(plane_map, "_seconds_of_map", lambda *_: seconds)
    assert plane_map.seconds_of_frame(None, "1", panel) == pytest.approx(frame)


def test_the_bytes_of_a_frame_are_those_of_its_picture_its_boundary_and_its_finding(monkeypatch):
    lines = [np.array([[-2.0, 3.0], [0.0, 1.0], [0.5, 1.25]])]
    shown = plane_map.Map("p" * 103, lines, None, "found")
    asked = []
    monkeypatch.setattr(plane_map, "cached_view", lambda *args: asked.append(args[1:]) or shown)
    monkeypatch.setattr(plane_map, "_seconds_of_map", lambda *_: 1e-3)
    sizes = [plane_map.bytes_of_frame("run", 4, "mean", PLANE, panel) for panel in (None, 0)]
    assert sizes == [77 + len("M-2000 -2000l2000 2000 500 -250") + len("found")] * 2
    assert asked == [("run", 4, "mean", PLANE, 24, 96), ("run", 4, "mean", PLANE, 12, 72)]


def test_the_seconds_of_maps_and_units_are_those_of_their_networks(monkeypatch):
    config = TrainConfig(hidden_layer_sizes=(100, 3), activation="relu")
    dataset = points_dataset([(0, 0, 0), (1, 1, 1), (2, 0, 3)], n_classes=4)
    run = SimpleNamespace(configs=[config, STRAIGHT, STRAIGHT], dataset=dataset)
    products = 2 * 100 + 100 + 100 * 3 + 3 + 3 * 4 + 4  # of one example
    nothing = {"value": 0.0, "activations": {"relu": 0.0}}
    monkeypatch.setattr(cache(), "speed", Speed(call=0.0, multiply_add=1.0, **nothing))
    assert plane_map._seconds_of_map(run, "1") == 96**2 * products
    assert plane_map._seconds_of_map(run, "mean") == 3 * 96**2 * products
    assert plane_map.seconds_of_units(run, 0) == maps.UNIT_RESOLUTION**2 * products
    assert plane_map.seconds_of_units(run, 1) == maps.UNIT_RESOLUTION**2 * (2 * 4 + 4)
    monkeypatch.setattr(cache(), "speed", Speed(call=1.0, multiply_add=0.0, **nothing))
    # 48 of 100 units are drawn, and 3; a forward pass makes 10 calls for each of three layers
    assert plane_map.seconds_of_units(run, 0) == 150 * (48 + 3) + 30
