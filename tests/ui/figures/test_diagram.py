"""The diagram of a network: which nodes and edges it has, and what their texts and pictures stand for."""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest
from linear import pixels, points_dataset
from tables import table_dataset

from lab import feature_planes
from mlp import TrainConfig, init_params, loss_and_gradients
from ui.charts import palette
from ui.figures import diagram
from ui.figures.maps import Plane

PLANE = Plane((-2.0, 2.0), (-2.0, 2.0))
DATASET = points_dataset([(-1, 0, 0), (1, 0, 1), (0.5, 1.5, 1)])


def run_of(sizes, n_epochs=4, **settings):
    """A run whose networks are drawn anew for every epoch, and the networks."""
    config = TrainConfig(hidden_layer_sizes=sizes, activation="tanh", l2=0.1, **settings)
    networks = [
        init_params(TrainConfig(hidden_layer_sizes=sizes, init_seed=seed), 2, 2) for seed in range(n_epochs)
    ]
    epochs = [
        SimpleNamespace(number=number, records=[SimpleNamespace(params=params)])
        for number, params in enumerate(networks)
    ]
    return SimpleNamespace(configs=[config], dataset=DATASET, with_parameters=epochs.__getitem__), networks


def read(text, scale):
    """The numbers that a text of letters stands for."""
    return np.array([diagram.LETTERS.index(letter) - 44 for letter in text]) / 44 * scale


def test_letters_are_different_and_there_are_as_many_of_negative_as_of_positive_numbers():
    assert len({*diagram.LETTERS}) == len(diagram.LETTERS) == 2 * 44 + 1
    letters = "".join(diagram.LETTERS[place] for place in (0, 22, 44, 66, 88))
    assert diagram.written(np.array([[-2.0, -1.0, 0.0, 1.0, 2.0]]), 2.0) == [letters]


@pytest.mark.parametrize("sizes", [(), (3,), (3, 5)])
def test_every_weight_has_an_edge_with_its_value_gradient_and_update_at_every_epoch(sizes):
    run, networks = run_of(sizes)
    _, edges = diagram.film(run, (0, 2, 3), 0, PLANE)
    widths = [2, *sizes, 2]
    assert len(edges) == sum(n * m for n, m in itertools.pairwise(widths))
    exact = diagram.at_epoch(run, 3, 0, diagram.shown(networks[3]))
    for place, epoch in enumerate((0, 2, 3)):
        X, config = DATASET.X_train.astype(np.float32), run.configs[0]
        _, slopes = loss_and_gradients(networks[epoch], X, DATASET.y_train, config)
        earlier = networks[max(0, epoch - 1)]
        expected = {
            "weight": np.concatenate([layer.W.ravel() for layer in networks[epoch]]),
            "gradient": np.concatenate([layer.W.ravel() for layer in slopes]),
            "update": np.concatenate(
                [(a.W - b.W).ravel() for a, b in zip(networks[epoch], earlier, strict=True)]
            ),
        }
        for name, values in expected.items():
            scale = float(edges[f"{name}_scale"][0])
            told = np.array([read(text, scale)[place] for text in edges[name]])
            np.testing.assert_allclose(told, values, atol=scale / 80)
            if epoch == 3:
                np.testing.assert_allclose(exact[f"{name}_now"], values, rtol=1e-5, atol=1e-7)
    of_first = edges[(edges["source"] == "input x2")]["target"].tolist()
    assert of_first[0] == ("unit 1 of layer 1" if sizes else "output 1")


def test_an_edge_runs_from_its_source_to_its_target():
    run, networks = run_of((3,))
    _, edges = diagram.film(run, (0, 1), 0, PLANE)
    places = diagram.nodes_of(diagram.shown(networks[1]), ("no", "yes")).set_index("name")[["x", "y"]]
    for ends, names in ((("x", "y"), "source"), (("x2", "y2"), "target")):
        at = places.loc[edges[names]].to_numpy()
        np.testing.assert_allclose(edges[list(ends)].to_numpy(), at)
    assert places["y"].groupby(places["x"]).mean().nunique() == 1, "every layer is centred"


def test_of_a_wide_layer_the_units_with_the_largest_outgoing_weights_are_drawn():
    run, networks = run_of((20,))
    networks[-1][1].W[:] = 0.01
    networks[-1][1].W[[19, 2]] = 5.0
    networks[-1][1].W[[0, 1, 3, 4]] = 0.0
    nodes = diagram.shown(networks[-1])
    assert nodes.nodes[1] == (2, *range(5, 20))
    _, edges = diagram.film(run, (0, 3), 0, PLANE)
    assert len(edges) == 16 * 4
    assert "unit 20 of layer 1" in set(edges["target"])
    assert "unit 1 of layer 1" not in set(edges["target"])


def test_a_unit_is_pictured_where_its_frame_is_blue_where_it_is_positive():
    run, networks = run_of((3,), n_epochs=2)
    W, b = networks[1][0]
    W[:], b[:] = [[1.0, 0.0, -1.0], [0.0, 1.0, 0.0]], 0.0  # right, up, left
    units, _ = diagram.film(run, (0, 1), 0, PLANE)
    assert units["epoch"].tolist() == [0, 1]
    picture = pixels(units["picture"][1])
    side = picture.shape[0] // 3
    for row, (dy, dx) in enumerate([(0, 1), (-1, 0), (0, -1)]):
        centre = np.array([row * side + side // 2, picture.shape[1] // 2])
        for sign, colour in ((1, palette.POSITIVE), (-1, palette.NEGATIVE)):
            y, x = centre + sign * 7 * np.array([dy, dx])
            assert tuple(picture[y, x, :3]) == palette.rgb(colour)
            assert picture[y, x, 3] > 150


def test_numbers_that_are_not_finite_are_drawn_as_nothing():
    run, networks = run_of((3,), n_epochs=2)
    networks[1][0].W[0, 0] = np.inf
    _, edges = diagram.film(run, (0, 1), 0, PLANE)
    assert np.isfinite(edges["weight_scale"]).all()
    assert edges["weight"][0][1] == diagram.LETTERS[44]


def test_the_inputs_of_a_table_have_its_names_and_of_many_those_with_the_largest_weights_are_drawn():
    table = table_dataset(n_features=20)
    params = init_params(TrainConfig(hidden_layer_sizes=(3,)), 20, 3)
    shown = diagram.shown(params)
    sizes = [float((row**2).sum()) for row in params[0].W]
    assert shown.nodes[0] == tuple(sorted(sorted(range(20), key=lambda k: -sizes[k])[: diagram.MOST_UNITS]))
    nodes = diagram.nodes_of(shown, ("a", "long name", "b"), features=table.feature_names)
    inputs = nodes[nodes["kind"] == "input"]
    assert inputs["name"].tolist() == [table.feature_names[k] for k in shown.nodes[0]]
    for name, text, beside in zip(inputs["name"], inputs["text"], inputs["beside"], strict=True):
        assert (text, beside) == ((name, "") if len(name) <= 3 else ("", name))
    outputs = nodes[nodes["kind"] == "output"]
    assert outputs[["text", "beside"]].to_numpy().tolist() == [["a", ""], ["", "long name"], ["b", ""]]
    run = SimpleNamespace(
        configs=[TrainConfig(hidden_layer_sizes=(3,))],
        dataset=table,
        with_parameters=lambda epoch: SimpleNamespace(number=epoch, records=[SimpleNamespace(params=params)]),
    )
    section = feature_planes.of_features(table, 0, 1, {})
    _, edges = diagram.film(run, (0,), 0, Plane((0.0, 1.0), (0.0, 1.0), section))
    first = edges[edges["x"] == 0]
    assert first["source"].tolist() == [name for name in inputs["name"] for _ in range(3)]


def test_the_nodes_of_points_have_short_names_and_the_unit_looked_at_closer_is_marked():
    nodes = diagram.nodes_of(diagram.Shown(((0, 1), (0, 4), (0, 1))), ("no", "yes"), closer=(1, 4))
    assert nodes["name"].tolist() == [
        *("input x1", "input x2", "unit 1 of layer 1", "unit 5 of layer 1", "output 1", "output 2")
    ]
    assert nodes["text"].tolist() == ["x₁", "x₂", "", "", "no", "yes"]
    assert nodes["kind"].tolist() == ["input"] * 2 + ["hidden"] * 2 + ["output"] * 2
    assert nodes["closer"].tolist() == [0, 0, 0, 1, 0, 0]
    assert nodes[["layer", "unit"]].to_numpy().tolist() == [[0, 0], [0, 1], [1, 0], [1, 4], [2, 0], [2, 1]]
    wide = diagram.nodes_of(diagram.Shown(((0, 2), (0,))), ("abc", "abcd"))
    assert wide["text"].tolist() == ["x₁", "", "abc"], "a third input of points has no sign"
    assert diagram.nodes_of(diagram.Shown(((0,), (1,))), ("abc", "abcd"))["beside"].tolist() == ["", "abcd"]


def test_hidden_units_are_found_by_their_names_and_layers_are_centred():
    shown = diagram.Shown(((0, 1), (0, 4, 5), (2,), (0, 1)))
    assert shown.hidden() == {
        "unit 1 of layer 1": (1, 0),
        "unit 5 of layer 1": (1, 4),
        "unit 6 of layer 1": (1, 5),
        "unit 3 of layer 2": (2, 2),
    }
    assert shown.rows == 3
    assert [shown.height(layer).tolist() for layer in range(4)] == [[1, 2], [0.5, 1.5, 2.5], [1.5], [1, 2]]


def test_where_epochs_are_not_kept_the_update_is_the_mean_change_per_epoch_since_the_last_one_that_is():
    run, networks = run_of((3,), n_epochs=9)
    kept = {0: 0, 1: 1, 4: 4, 8: 8}
    each = run.with_parameters
    run.with_parameters = lambda epoch: each(max(one for one in kept if one <= epoch))
    nodes = diagram.shown(networks[8])

    def change(last, before, n):
        pairs = zip(networks[last], networks[before], strict=True)
        return np.concatenate([(a.W - b.W).ravel() / n for a, b in pairs])

    for epoch, expected in ((8, change(8, 4, 4)), (4, change(4, 1, 3)), (1, change(1, 0, 1)), (0, 0.0)):
        update = diagram.at_epoch(run, epoch, 0, nodes)["update_now"]
        np.testing.assert_allclose(update, np.broadcast_to(expected, update.shape), atol=1e-6)
    between = diagram.at_epoch(run, 6, 0, nodes)["update_now"]
    np.testing.assert_allclose(between, change(4, 1, 3), atol=1e-6)


@pytest.mark.parametrize(
    ("sizes", "once", "each"),
    [((), 2 * 3, 0), ((5,), 2 * 5 + 5 * 3, 5), ((16, 40), 2 * 16 + 16 * 16 + 16 * 3, 32)],
)
def test_the_bytes_of_a_diagram_grow_with_its_units_and_edges_at_every_epoch(sizes, once, each):
    config = TrainConfig(hidden_layer_sizes=sizes)
    one, two = (diagram.bytes_sent(config, 2, 3, n) for n in (1, 2))
    assert two - one == diagram.BYTES_OF_UNIT * each + diagram.BYTES_OF_EDGE * once
    assert one - (two - one) == diagram.BYTES_OF_EDGE_ONCE * once
