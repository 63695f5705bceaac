"""Figures of a run's second network and of epochs that are not kept: its own values, and only its own."""

from types import SimpleNamespace

import numpy as np
import pytest
from histories import of_records
from linear import STRAIGHT, points_dataset
from test_bent_plane import CROSS, linear, places
from test_ui_frames import record

from mlp import TrainConfig, init_params, loss_and_gradients
from ui.figures import bent_plane, diagram, films, frames
from ui.figures.maps import Plane

PLANE = Plane((-2.0, 2.0), (-1.0, 3.0))
DATASET = points_dataset([(-1, 0, 0), (1, 0, 1), (0.5, 1.5, 1)])


def run_of(by_epoch, config, dataset=DATASET):
    """A run that keeps the second network's parameters of some epochs, and nothing of the first."""

    def with_parameters(epoch):
        number = max(kept for kept in by_epoch if kept <= epoch)
        params = by_epoch[number]
        return SimpleNamespace(
            number=number, records=[None, SimpleNamespace(params=params, diverged=params is None)]
        )

    return SimpleNamespace(configs=[None, config], dataset=dataset, with_parameters=with_parameters)


def test_an_update_since_an_earlier_epoch_is_the_mean_change_per_epoch():
    config = TrainConfig(hidden_layer_sizes=(3,), l2=0.1)
    kept = {
        epoch: init_params(TrainConfig(hidden_layer_sizes=(3,), init_seed=epoch), 2, 2)
        for epoch in (0, 4, 10, 11)
    }
    run, nodes = run_of(kept, config), diagram.shown(kept[11])

    def weights(layers):
        return np.concatenate([layer.W.ravel() for layer in layers])

    for epoch, earlier, n_between in ((0, 0, 1), (4, 0, 4), (10, 4, 6), (11, 10, 1)):
        exact = diagram.at_epoch(run, epoch, 1, nodes)
        change = (weights(kept[epoch]) - weights(kept[earlier])) / n_between
        np.testing.assert_allclose(exact["update_now"], change, rtol=1e-5, atol=1e-7)
        slopes = loss_and_gradients(kept[epoch], DATASET.X_train, DATASET.y_train, config)[1]
        np.testing.assert_allclose(exact["gradient_now"], weights(slopes), rtol=1e-5, atol=1e-7)
    units, edges = diagram.film(run, (0, 4, 11), 1, PLANE)
    letters = [text[2] for text in edges["update"]]
    scale = edges["update_scale"][0]
    told = np.array([diagram.LETTERS.index(letter) - 44 for letter in letters]) / 44 * scale
    np.testing.assert_allclose(told, weights(kept[11]) - weights(kept[10]), atol=scale / 80)
    assert units["epoch"].tolist() == [0, 4, 11]
    faint = tuple(layer._replace(W=layer.W / 64) for layer in kept[0])
    small = diagram.film(run_of({0: faint}, config), (0,), 1, PLANE)[1]
    assert small["weight_scale"][0] == np.abs(weights(kept[0])).max() / 64, "also of small weights"


def test_the_layers_of_a_diagram_are_centred_on_the_layer_with_most_nodes():
    config = TrainConfig(hidden_layer_sizes=(5, 2))
    units, edges = diagram.film(
        run_of({0: init_params(config, 2, 3), 1: init_params(config, 2, 3)}, config), (0, 1), 1, PLANE
    )
    sizes = units[units["epoch"] == 1].set_index("layer")[["top", "bottom"]]
    assert sizes.to_numpy().tolist() == [[0.0, 5.0], [1.5, 3.5]]
    assert units["key"].tolist() == ["1 0", "1 1", "2 0", "2 1"]
    outputs = edges[edges["x2"] == 3.0]
    assert sorted(set(outputs["y2"])) == [1.5, 2.5, 3.5]
    assert edges["id"].tolist() == list(range(2 * 5 + 5 * 2 + 2 * 3))


def test_the_bytes_of_a_diagram_are_those_of_the_units_and_edges_that_are_drawn():
    config = TrainConfig(hidden_layer_sizes=(20, 3))
    edges = 2 * 16 + 16 * 3 + 3 * 4
    assert diagram.bytes_sent(config, 2, 4, 7) == 7 * (85 * (16 + 3) + edges) + 28 * edges


def test_the_bytes_of_the_bent_plane_are_four_for_each_place():
    assert bent_plane.bytes_sent(1) == 4 * (2 * 81 + 150)
    assert bent_plane.bytes_sent(100) == 4 * 100 * (2 * 81 + 80), "32,000 bytes are 80 examples at 100 epochs"


@pytest.mark.parametrize("n_columns", [3, 8])  # more columns than rows
def test_the_share_of_two_components_is_that_of_their_variances(n_columns):
    A = np.zeros((6, n_columns))
    A[[0, 1], 0], A[[2, 3], 1], A[[4, 5], 2] = (3, -3), (2, -2), (1, -1)
    centre, components, share = bent_plane._principal(A + 7.0, None)
    assert share == pytest.approx((9 + 4) / (9 + 4 + 1))
    np.testing.assert_allclose(centre, 7.0)
    np.testing.assert_allclose(np.abs(components), np.eye(2, n_columns), atol=1e-12)


def test_the_axes_of_the_bent_plane_reach_a_fiftieth_beyond_all_that_is_finite():
    points = np.array([[[1.0, -10.0], [3.0, 20.0]], [[np.nan, 99.0], [2.0, 0.0]]])
    low, high = bent_plane._ends(points)
    assert (low.tolist(), high.tolist()) == (
        pytest.approx([-0.06, -10.6]),
        pytest.approx([3.06, 20.6]),
    ), "the examples' mean, 0, is always there"
    low, high = bent_plane._ends(np.zeros((1, 2, 2)))
    assert (low.tolist(), high.tolist()) == ([-1.0] * 2, [1.0] * 2), "with ticks that are round numbers"


def test_the_bent_plane_is_that_of_the_second_network_and_of_the_epochs_before_it_diverged():
    networks = {
        epoch: linear(*rows)[0]
        for epoch, rows in ((0, ([3.0, 0.0], [0.0, 1.0])), (2, ([1.0, 0.0], [0.0, 4.0])))
    }
    run = run_of(networks | {5: None}, linear([1.0, 0.0], [0.0, 1.0])[1], CROSS)
    examples, _, names, shares, axes = bent_plane.film(run, (0, 2, 5), 1, PLANE, ("train",))
    at = np.abs(places(examples, axes))
    half = (axes["high"] - axes["low"]).max() / 36**2
    np.testing.assert_allclose(at[:, 0], [(3, 0), (3, 0), (0, 1), (0, 1)], atol=half)
    np.testing.assert_allclose(at[:, 1], [(0, 1), (0, 1), (4, 0), (4, 0)], atol=half)
    assert np.isnan(at[:, 2]).all()
    assert shares["epoch"].tolist() == [0, 2]
    assert len(names) == 2


def test_examples_on_a_map_are_those_of_the_splits_in_view():
    rows = [(k, 0, 0) for k in range(4)]
    run = SimpleNamespace(dataset=points_dataset(rows, rows[:3], rows[:2]))
    for splits, n in ((("train",), 4), (("validation", "test"), 5), ((), 0)):
        assert len(frames.points_of(run, 100, splits)) == n


def test_where_all_epochs_are_kept_nothing_is_said_to_be_left_out():
    history = of_records([(record(number),) for number in range(6)])
    assert frames.left_out(history, 5) == []
    assert frames.left_out(history, 3) == []


def test_a_network_that_diverged_has_no_further_rows_in_the_export():
    configs = [
        TrainConfig(initializer=name, init_scale=scale, init_seed=seed)
        for name, scale, seed in (("he_normal", 1.0, 3), ("glorot_normal", 2.0, 5))
    ]
    end = record(1, 9.0, diverged=True)
    epochs = [(record(0, 1.0), record(0, 2.0)), (record(1, 0.5), end), (record(2, 0.25), end)]
    run = SimpleNamespace(configs=configs, up_to=lambda n: of_records(epochs).up_to(n))
    rows = frames.table([(run, 2, {"train": 0.6}), (run, 1, {"train": 0.7})])
    found = [line.split(",") for line in rows.splitlines()]
    columns = {name: [row[place] for row in found[1:]] for place, name in enumerate(found[0])}
    assert columns["run"] == ["0"] * 5 + ["1"] * 4
    assert columns["epoch"] == ["0", "0", "1", "1", "2", "0", "0", "1", "1"]
    assert columns["init_seed"] == ["3", "5", "3", "5", "3", "3", "5", "3", "5"]
    assert columns["initializer"][:2] == ["he_normal", "glorot_normal"]
    assert columns["init_scale"][:2] == ["1.0", "2.0"]
    assert columns["train_loss"] == ["1.0", "2.0", "0.5", "9.0", "0.25", "1.0", "2.0", "0.5", "9.0"]
    assert columns["train_most_common_class"] == ["0.6"] * 5 + ["0.7"] * 4


@pytest.mark.parametrize(
    ("sizes", "n_test", "diagrams", "splits", "parts"),
    [
        ((3,), 2, True, ("train",), ["diagram", "confusion", "bent plane"]),
        ((3,), 0, True, ("train",), ["diagram", "bent plane"]),
        ((3,), 2, True, (), ["diagram", "confusion"]),
        ((3,), 2, False, (), ["units", "confusion"]),
        ((3,) * 9, 0, True, (), ["units"]),
        ((33,), 0, True, ("train",), ["diagram"]),
    ],
)
def test_a_film_has_the_parts_that_the_page_draws(monkeypatch, sizes, n_test, diagrams, splits, parts):
    asked = []
    for name, value in (
        ("seconds_of_frame", 0.01),
        ("seconds_of_units", 0.02),
        ("pixels", 80),
        ("bytes_of_frame", 100),
    ):
        monkeypatch.setattr(films.plane_map, name, lambda *_, value=value: value)
    monkeypatch.setattr(films.cost, "forward_seconds", lambda c, m, k, n, s: asked.append((m, k, n)) or 0.03)
    monkeypatch.setattr(films, "is_filmed", lambda *part: False)
    rows = [(0, 0, 0), (1, 1, 2)]
    dataset = points_dataset([*rows, *rows, (2, 2, 1)], test=rows[:n_test], n_classes=3)
    epochs = [SimpleNamespace(number=n, records=[SimpleNamespace(params=n % 2 == 0)]) for n in range(20)]
    run = SimpleNamespace(
        configs=[STRAIGHT, TrainConfig(hidden_layer_sizes=sizes)],
        dataset=dataset,
        up_to=lambda last: epochs[: last + 1],
    )
    film = films.of(run, 12, 4, "mean", PLANE, 1, diagrams=diagrams, splits=splits)
    kept = tuple(range(0, 13, 2))
    assert film.epochs == kept
    whole = {
        "diagram": (diagram.film, run, kept, 1, PLANE),
        "units": (films.inside.units_film, run, kept, 1, PLANE),
        "confusion": (films.confusion, run, kept, 1),
        "bent plane": (bent_plane.film, run, kept, 1, PLANE, splits),
    }
    assert film.parts == [
        (films.plane_map.film, run, kept, 12, "mean", PLANE, 80),
        *(whole[name] for name in parts),
    ]
    drawn = "diagram" in parts
    assert film.seconds == pytest.approx(7 * (0.06 if drawn else 0.03))
    assert asked == [(2, 3, 15)] * drawn
