"""The diagram of a network on a page: its finding, its captions and its clicks; and D's starts by digits."""

from contextlib import nullcontext
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from linear import points_dataset

from mlp import TrainConfig, init_params
from ui.figures import diagram, inside, luck
from ui.figures.maps import Plane

SCALES = {"weight": 4.0, "gradient": 0.25, "update": 0.5}
EDGES = pd.DataFrame({f"{name}_scale": [scale, scale] for name, scale in SCALES.items()})
EDGES[[*SCALES]] = "0!"
UNITS = pd.DataFrame({"epoch": [2, 1200, 2, 1200], "layer": [1.0, 1.0, 2.0, 2.0]})


def run_of(*sizes, n_features=2):
    """A run whose second network is drawn; it has other parameters at every epoch."""
    config = TrainConfig(hidden_layer_sizes=sizes)
    dataset = points_dataset([(0, 0, 0), (1, 1, 1)])
    dataset = dataset._replace(X_train=np.zeros((2, n_features), np.float32), class_names=("no", "yes"))
    dataset = dataset._replace(feature_names=tuple(f"f{k}" for k in range(n_features)))

    def with_parameters(epoch):
        params = init_params(TrainConfig(hidden_layer_sizes=sizes, init_seed=epoch), n_features, 2)
        return SimpleNamespace(records=[None, SimpleNamespace(params=params)])

    return SimpleNamespace(configs=[None, config], dataset=dataset, with_parameters=with_parameters)


@pytest.fixture
def drawn(monkeypatch):
    """What is drawn: `charts` (arguments), what is `shown`, the `captions`, the `exact` values asked."""
    seen = SimpleNamespace(charts=[], shown=[], captions=[], exact=[])
    monkeypatch.setattr(inside, "cached_film", lambda make, run, epochs, *_: (UNITS, EDGES))
    values = {"weight_now": [1.0, 2.0]}
    monkeypatch.setattr(inside, "cached_view", lambda make, *args: seen.exact.append(args[1:3]) or values)
    monkeypatch.setattr(inside.network, "network", lambda *args, click: seen.charts.append((*args, click)))
    monkeypatch.setattr(inside, "show", lambda chart, *words, **more: seen.shown.append((*words, more)))
    monkeypatch.setattr(inside.component, "part", lambda name: nullcontext())
    monkeypatch.setattr(inside.st, "caption", seen.captions.append)
    monkeypatch.setattr(inside.st, "session_state", {})
    return seen


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({}, "a weight of magnitude 4"),
        ({"_edges": None}, "a weight of magnitude 4"),
        ({"_edges": "gradient"}, "a gradient of magnitude 0.25"),
        ({"_edges": "update"}, "an update of magnitude 0.5"),
    ],
)
def test_the_finding_of_the_diagram_is_the_widest_edge_of_the_chosen_quantity(
    monkeypatch, drawn, state, said
):
    monkeypatch.setattr(inside.st, "session_state", state)
    run = run_of(3, 4)
    inside.draw(run, 2, 1, None, (2, 1200), closer=(2, 1))
    finding = f"Network 2, with 2 hidden layers: over all epochs of the timeline, the widest edge is {said}"
    ((units, nodes, edges, quantity, letters, epochs, epoch, title, click),) = drawn.charts
    assert (title, drawn.shown) == (finding, [("Diagram of the network", finding, {})])
    assert (quantity, letters) == (said.split()[1], diagram.LETTERS)
    assert (epochs, epoch, click, drawn.exact) == ((2, 1200), 2, None, [(2, 1)])
    assert units["now"].tolist() == [1, 0, 1, 0], "the rows of the server's epoch"
    assert edges["weight_now"].tolist() == [1.0, 2.0]
    assert nodes[nodes["closer"] == 1]["name"].tolist() == ["unit 2 of layer 2"]
    assert nodes["name"].tolist()[:2] == ["f0", "f1"]
    assert nodes["text"].tolist()[-2:] == ["no", "yes"]
    assert drawn.captions == [inside.EXPLAINED]


@pytest.mark.parametrize(
    ("epochs", "when"), [((0, 1), "over all epochs of the timeline"), ((1,), "after epoch 1")]
)
def test_the_widest_edge_is_the_largest_magnitude_at_the_epochs_that_are_named(epochs, when):
    largest = {0: 0.5, 1: -2.0, 2: 9.0}  # the first weight of the first layer at each epoch; others are 0

    def with_parameters(epoch):
        params = [layer._replace(W=np.zeros_like(layer.W)) for layer in init_params(config, 2, 2)]
        params[0].W[0, 0] = largest[epoch]
        return SimpleNamespace(number=epoch, records=[SimpleNamespace(params=params)])

    config, dataset = TrainConfig(hidden_layer_sizes=(3,)), points_dataset([(0, 0, 0), (1, 1, 1)])
    run = SimpleNamespace(configs=[config], dataset=dataset, with_parameters=with_parameters)
    _, edges = diagram.film(run, epochs, 0, Plane((-2.0, 2.0), (-2.0, 2.0)))
    assert inside.widest(edges, "weight", epochs) == f"{when}, the widest edge is a weight of magnitude 2"
    assert inside.widest(edges, "update", epochs) == f"{when}, the widest edge is an update of magnitude 2.5"


@pytest.mark.parametrize(
    ("quantity", "said"),
    [("weight", "every edge is a weight of 0"), ("update", "every edge is an update of 0")],
)
def test_edges_that_are_all_0_have_no_widest_one(quantity, said):
    config, dataset = TrainConfig(hidden_layer_sizes=(3,)), points_dataset([(0, 0, 0), (1, 1, 1)])
    params = [layer._replace(W=np.zeros_like(layer.W)) for layer in init_params(config, 2, 2)]
    run = SimpleNamespace(
        configs=[config],
        dataset=dataset,
        with_parameters=lambda epoch: SimpleNamespace(number=epoch, records=[SimpleNamespace(params=params)]),
    )
    _, edges = diagram.film(run, (0,), 0, Plane((-2.0, 2.0), (-2.0, 2.0)))
    assert inside.widest(edges, quantity, (0,)) == f"after epoch 0, {said}"
    assert inside.widest(edges, quantity, (0, 1)) == f"over all epochs of the timeline, {said}"


def test_the_nodes_are_those_of_the_last_epoch_on_show_and_without_a_timeline_of_the_epoch(drawn):
    run = run_of(20)
    expected = {epoch: diagram.shown(run.with_parameters(epoch).records[1].params) for epoch in (2, 1200)}
    assert expected[2] != expected[1200]
    assert inside.nodes(run, (2, 1200), 1) == expected[1200]
    for epochs, last in (((), 2), ((2, 1200), 1200)):
        inside.draw(run, 2, 1, None, epochs)
        nodes = drawn.charts[-1][1]
        units = tuple(nodes[nodes["kind"] == "hidden"]["unit"])
        assert units == expected[last].nodes[1]
        assert drawn.charts[-1][5] == (epochs or (2,))


@pytest.mark.parametrize(
    ("sizes", "n_features", "thinned"),
    [((16, 3), 16, False), ((17, 3), 2, True), ((3, 17), 2, True), ((3,), 17, True), ((), 16, False)],
)
def test_captions_say_how_to_read_the_diagram_and_that_a_wide_layer_is_not_all_there(
    drawn, sizes, n_features, thinned
):
    inside.draw(run_of(*sizes, n_features=n_features), 2, 1, None, (2, 1200), on_unit=print, n_clicks=5)
    read, *more = drawn.captions
    clickable = bool(sizes)
    straight = "There is no hidden layer: the boundary is straight."
    assert read == (inside.EXPLAINED + inside.CLOSER if clickable else straight)
    assert more == thinned * [
        "The diagram shows at most 16 inputs, and as many units per layer: those with the largest norm of "
        "outgoing weights after epoch 1,200."
    ]
    assert drawn.charts[0][-1] == (5 if clickable else None)
    selecting = {"key": inside.KEY, "on_select": print, "selection": inside.SELECTION}
    assert drawn.shown[0][-1] == (selecting if clickable else {})


def test_a_very_deep_network_is_drawn_layer_by_layer_at_the_same_epoch(monkeypatch, drawn):
    asked = []
    monkeypatch.setattr(inside, "draw_units", lambda *args: asked.append(args))
    deep = run_of(*[2] * 9)
    inside.draw(deep, 2, 1, "plane", (2, 1200), on_unit=print)
    assert (asked, drawn.charts) == ([(deep, 2, 1, "plane", (2, 1200))], [])


def test_the_starts_that_lose_digits_are_those_of_d_with_its_smaller_rate(monkeypatch):
    asked, drawn, said = [], [], []
    monkeypatch.setattr(luck.starts, "lost", lambda *args: asked.append(args) or [(0, 0.9), (2, 0.5)])
    monkeypatch.setattr(luck.starts, "lost_in_words", lambda pairs: f"{len(pairs)} starts.")
    monkeypatch.setattr(luck.charts, "lost", lambda *args: drawn.append(args))
    monkeypatch.setattr(luck, "show", lambda chart, kind, words: said.extend([kind, words]))
    for name in ("markdown", "caption"):
        monkeypatch.setattr(luck.st, name, said.append)
    luck.draw_lost()
    ((replay, start, epoch, name),) = asked
    assert (replay.changes["momentum"], name) == (0.001, "train_accuracy")
    assert replay.cumulative, "the chart and its words say that it is an average"
    ((frame, value, label, title),) = drawn
    assert title == "D, η = 0.001: do the starts that average low miss a digit?"
    figures = luck.starts.figures()["D"]
    (figure,) = (one for one in figures if one.replay is replay and one.name == name)
    assert (start, epoch, value) == (figure.start, figure.epoch, figure.value)
    assert label == f"published {value:.0%}"
    assert frame.to_dict("list") == {"lost": [0, 2], "value": [0.9, 0.5]}
    assert said[:3] == ["A dot per start", "2 starts.", "2 starts."]
    asked.clear()
    monkeypatch.setattr(luck.starts, "lost", lambda *args: [])
    luck.draw_lost()
    assert len(drawn) == 1, "without starts there is nothing to draw"


def test_a_copy_without_starts_says_how_to_train_them_and_others_have_a_column_for_each_figure(monkeypatch):
    said, shown, columns = [], [], []
    monkeypatch.setattr(luck.st, "info", said.append)
    monkeypatch.setattr(luck.st, "markdown", said.append)
    monkeypatch.setattr(luck.st, "columns", lambda n, gap: columns.append(n) or [nullcontext()] * n)
    monkeypatch.setattr(luck.charts, "pile", lambda *args: args)
    monkeypatch.setattr(luck, "show", lambda chart, kind, words: shown.append((*chart, kind, words)))
    figure = SimpleNamespace(value=0.97, decimals=4)
    standing = SimpleNamespace(values=(0.5, 0.9), figure=figure, sentence=lambda: "Said.")
    monkeypatch.setattr(luck, "edges", lambda: {"B": (standing, "B's")})
    luck.draw()
    assert (columns, said) == ([1], ["Said."])
    assert shown == [((0.5, 0.9), 0.97, "published 97.00%", "B's", "B's: one dot per start", "Said.")]
    monkeypatch.setattr(luck, "edges", dict)
    luck.draw()
    assert said[1].startswith("No starts are kept in this copy")
