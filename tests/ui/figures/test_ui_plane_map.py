"""The map of the plane at an epoch: which networks it is of, what its title says, and what lies on it."""

from types import SimpleNamespace

import numpy as np
import pytest
from linear import STRAIGHT, pixels, points_dataset, straight

from lab.links.cost import Speed
from mlp import TrainConfig
from ui.charts import palette, square
from ui.figures import inside, maps, plane_map
from ui.figures.maps import Plane

PLANE = Plane((-2.0, 2.0), (-2.0, 2.0))
NETWORKS = (straight((1, 0), 0.0, 9.0), straight((1, 0), 0.0, 9.0), straight((0, 1), 0.0, 1.0))


def run_of(*networks, name="circles", lost=(), **points):
    """A run of these networks, of which those at the places `lost` diverged in epoch 2."""
    records = [
        SimpleNamespace(params=params, valid_accuracy=np.nan, diverged=place in lost, epoch=2)
        for place, params in enumerate(networks)
    ]
    shown = SimpleNamespace(number=7, records=records)
    dataset = points_dataset(points.pop("train", [(-1, 0, 0), (1, 0, 1)]), **points)._replace(name=name)
    configs = (STRAIGHT,) * len(networks)
    return SimpleNamespace(configs=configs, dataset=dataset, with_parameters=lambda epoch: shown)


def view_of(view):
    return plane_map.plane_view(run_of(*NETWORKS), 8, view, PLANE, 4)


@pytest.mark.parametrize(
    ("view", "finding", "corner"),  # the class predicted at the top left, where the networks disagree
    [
        ("1", "Network 1 after epoch 7", 0),
        ("3", "Network 3 after epoch 7", 1),
        ("mean", "Mean of 3 networks after epoch 7", 0),
        ("disagreement", "They disagree on 50% of the plane, epoch 7", 0),
    ],
)
def test_the_map_is_of_the_network_of_the_mean_or_of_the_disagreement(view, finding, corner):
    shown = view_of(view)
    assert shown.finding == finding
    assert shown.cells["predicted"].tolist()[0] == corner
    assert len(shown.cells) == 16
    picture = pixels(shown.picture)
    colour = palette.DISAGREEMENT if view == "disagreement" else palette.CLASSES[corner]
    assert tuple(picture[2, 2, :3]) == palette.rgb(colour)
    steps = np.concatenate(shown.lines)
    assert (np.abs(steps[:, 1 if view == "3" else 0]).min() < 0.1).all()


@pytest.mark.parametrize(
    ("n", "words"), [(0, "0%"), (1, "under 1%"), (100, "25%"), (399, "over 99%"), (400, "100%")]
)
def test_a_disagreement_anywhere_is_more_than_none_and_one_that_leaves_a_place_out_less_than_all(n, words):
    p = np.zeros((2, 400, 2))
    p[0, :, 0], p[1, :n, 1], p[1, n:, 0] = 1.0, 1.0, 1.0
    said = plane_map._finding(run_of(*NETWORKS[:2]), 7, "disagreement", p.reshape(2, 20, 20, 2))
    assert said == f"They disagree on {words} of the plane, epoch 7"


@pytest.mark.parametrize(
    ("view", "lost", "finding", "corner"),  # the class predicted at the top left
    [
        ("3", [1], "Network 3 after epoch 7", 1),
        ("2", [1], "Network 2 diverged in epoch 2", None),
        ("mean", [0, 1], "Mean of 1 network after epoch 7; 2 of 3 networks diverged in epoch 2", 1),
        ("mean", [0, 1, 2], "All 3 networks diverged in epoch 2", None),
        (
            "disagreement",
            [0],
            "They disagree on 50% of the plane, epoch 7; 1 of 3 networks diverged in epoch 2",
            0,
        ),
        (
            "disagreement",
            [0, 1],
            "A single network cannot disagree with itself, epoch 7; 2 of 3 networks diverged in epoch 2",
            1,
        ),
    ],
)
def test_a_network_that_diverged_predicts_nothing_and_votes_for_nothing(view, lost, finding, corner):
    broken = tuple(type(layer)(*(np.full_like(part, np.nan) for part in layer)) for layer in NETWORKS[0])
    networks = [broken if place in lost else network for place, network in enumerate(NETWORKS)]
    shown = plane_map.plane_view(run_of(*networks, lost=lost), 8, view, PLANE, 4)
    assert "; ".join(filter(None, [shown.finding, shown.lost])) == finding
    assert ("predicted" in shown.cells) == (corner is not None)
    assert len(shown.cells) == 16, "the pointer still tells where it is"
    if corner is None:
        assert pixels(shown.picture)[..., 3].max() == 0
        assert shown.lines == []
    else:
        assert shown.cells["predicted"][0] == corner


@pytest.mark.parametrize("view", ["1", "mean", "disagreement"])
def test_a_film_has_the_map_of_each_epoch_and_stays_where_a_training_ends(monkeypatch, view):
    lost = {4: [0], 6: [0, 1, 2]}  # by epoch
    runs = {
        epoch: run_of(*NETWORKS[epoch % 3 :], *NETWORKS[: epoch % 3], lost=lost.get(epoch, ()))
        for epoch in range(8)
    }
    run = SimpleNamespace(
        configs=runs[0].configs,
        dataset=runs[0].dataset,
        with_parameters=lambda epoch: runs[epoch].with_parameters(epoch),
    )
    monkeypatch.setattr(plane_map, "_seconds_of_map", lambda *_: 1e-3)
    for at_once in (1, 3, 100):
        values = at_once * 24 * 24 * 2 * (1 if view == "1" else 3)
        monkeypatch.setattr(plane_map, "BATCH_VALUES", values)
        epochs = (0, 1, 2, 4, 5, 6, 7, 9, 12)
        ((_, reel),) = plane_map.film(run, epochs, 7, view, PLANE, 24)[0].iterrows()
        alone = [plane_map.plane_view(run, min(epoch, 7), view, PLANE, 0, 24) for epoch in epochs]
        assert reel["epochs"] == "0,1,2,4,5,6,7,9,12"
        assert reel["findings"].split("\n") == [one.finding for one in alone]
        pictures = np.split(pixels(reel["picture"]), len(epochs))
        for picture, one in zip(pictures, alone, strict=True):
            expected = pixels(one.picture)
            np.testing.assert_array_equal(picture[..., 3], np.broadcast_to(expected[..., 3], (24, 24)))
            if len(expected) == 24:
                np.testing.assert_array_equal(picture, expected)
        assert reel["paths"].split("|") == [square.path(one.lines, PLANE) for one in alone]
    assert len({picture.tobytes() for picture in pictures}) >= 3


def test_several_runs_share_a_plane_and_that_of_own_points_reaches_at_least_to_three():
    far = run_of(*NETWORKS, train=[(9, 9, 0), (8, 9, 1)])
    assert plane_map.plane_of_runs([run_of(*NETWORKS), far]).x[1] > 9
    own = plane_map.plane_of_runs([run_of(*NETWORKS, name="own_points")])
    assert own.x[0] == own.y[0] == -own.x[1] <= -maps.OWN_POINTS_REACH
    assert plane_map.plane_of_runs([run_of(*NETWORKS)]).x[1] < maps.OWN_POINTS_REACH


def test_figures_of_one_network_are_made_of_its_parameters_config_and_data():
    run = run_of(*NETWORKS)
    made = plane_map.of_network(lambda *arguments: arguments, run, 8, 2, PLANE)
    assert made == (NETWORKS[2], STRAIGHT, run.dataset, PLANE)


@pytest.mark.parametrize(
    ("n", "told"), [(3, []), (4, ["The map shows 3 of the 4 points; training and figures use all of them."])]
)
def test_a_sentence_says_how_many_points_are_drawn_if_not_all_are(monkeypatch, n, told):
    captions = []
    monkeypatch.setattr(plane_map.st, "caption", captions.append)
    plane_map.show_number_drawn(points_dataset([(k, 0, 0) for k in range(n)]), 3)
    assert captions == told


def test_the_seconds_inside_a_network_are_those_of_its_units_charts_and_bent_plane():
    speed = Speed(call=1.0, multiply_add=0.0, value=0.0, activations={"relu": 0.0})
    config = TrainConfig(hidden_layer_sizes=(100, 3), activation="relu")
    # 48 of 100 units are drawn, and 3; two charts; a forward pass makes 10 calls for each of three layers
    assert inside.seconds(config, 2, 2, speed) == 1600 * (48 + 3) + 27_000 * 2 + 30
    no_calls = speed._replace(call=0.0, multiply_add=1.0)
    assert inside.seconds(config, 2, 2, no_calls) == 1600 * (2 * 100 + 100 + 100 * 3 + 3 + 3 * 2 + 2)


@pytest.mark.parametrize(
    ("seconds", "n"),
    [(0.0, 96), (0.5, 96), (2.0, 48), (6.0, 27), (1e6, 24)],  # at 96 x 96; a quarter at 48 x 48
)
def test_a_map_that_would_take_long_is_coarser(seconds, n):
    assert plane_map.resolution(seconds) == n


def test_a_coarser_map_is_of_the_same_network():
    shown = plane_map.plane_view(run_of(*NETWORKS), 8, "3", PLANE, 4, 24)
    picture = pixels(shown.picture)
    assert picture.shape[:2] == (24, 24)
    assert tuple(picture[2, 2, :3]) == palette.rgb(palette.CLASSES[1])
    assert np.abs(np.concatenate(shown.lines)[:, 1]).max() < 4 / 24


def test_the_outputs_of_a_mean_map_are_means_over_its_networks():
    networks = (straight((1, 0), 0.5, 2.0), straight((0, 1), 0.0, 1.0), straight((-1, 2), 0.3, 1.5))
    cells = plane_map.plane_view(run_of(*networks), 8, "mean", PLANE, 4, 12).cells  # 3 pixels per cell
    for x, y, output, predicted in cells[["x", "y", "output", "predicted"]].itertuples(index=False):
        mean = np.zeros(2)
        for ((W, b),) in networks:
            powers = np.exp(np.array([x, y], float) @ W + b)
            mean += powers / powers.sum() / len(networks)
        assert output == pytest.approx(mean.max(), abs=1e-4)
        assert predicted == mean.argmax()
