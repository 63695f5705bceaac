"""One hidden unit, closer: what comes into it, and its picture."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from linear import pixels, points_dataset

from mlp import TrainConfig, forward, init_params, loss_and_gradients
from ui.charts import palette
from ui.decision_boundary import unit
from ui.figures import diagram, inside
from ui.figures.maps import Plane
from ui.frame.visit import Visit

CONFIG = TrainConfig(hidden_layer_sizes=(4, 3), activation="tanh", dtype="float64")
DATASET = points_dataset([(-1, 0, 0), (1, 0, 1), (0.5, 1.5, 1)])
PARAMS = init_params(CONFIG, 2, 2)
OTHER = TrainConfig(hidden_layer_sizes=(4, 3), activation="relu", dtype="float64", init_seed=9)


def with_parameters(epoch):
    """Two networks, of which the second is looked at; at epoch 9 its weights are those of 5, reversed."""
    sign = 1 if epoch <= 5 else -1
    params = tuple(layer._replace(W=sign * layer.W, b=sign * layer.b) for layer in PARAMS)
    records = [init_params(OTHER, 2, 2), params]
    return SimpleNamespace(records=[SimpleNamespace(params=params) for params in records])


RUN = SimpleNamespace(configs=[OTHER, CONFIG], dataset=DATASET, with_parameters=with_parameters)


@pytest.mark.parametrize(("layer", "place"), [(1, 3), (2, 0)])
def test_what_comes_into_a_unit_adds_up_to_its_pre_activation_and_has_the_engines_gradients(layer, place):
    table = unit.incoming(RUN, 5, 1, layer, place)
    X = DATASET.X_train.astype(np.float64)
    passed = forward(PARAMS, X, CONFIG)
    sources = X if layer == 1 else passed.activations[layer - 2]
    z = sources @ table["weight"].to_numpy()[:-1] + table["weight"].iloc[-1]
    np.testing.assert_allclose(z, passed.pre_activations[layer - 1][:, place])
    dW, db = loss_and_gradients(PARAMS, X, DATASET.y_train, CONFIG)[1][layer - 1]
    np.testing.assert_allclose(table["gradient"], [*dW[:, place], db[place]])
    first = "input x1" if layer == 1 else "unit 1 of layer 1"
    assert (table["source"].iloc[0], table["source"].iloc[-1]) == (first, "bias")
    assert len(table) == (3 if layer == 1 else 5)


def test_a_unit_without_a_bias_has_none_in_its_table():
    bare = replace(CONFIG, use_bias=False)
    run = SimpleNamespace(configs=[bare], dataset=DATASET, with_parameters=lambda epoch: trained)
    params = init_params(bare, 2, 2)
    trained = SimpleNamespace(records=[SimpleNamespace(params=params)])
    table = unit.incoming(run, 0, 0, 1, 2)
    assert table["source"].tolist() == ["input x1", "input x2"]
    X = DATASET.X_train.astype(np.float64)
    z = X @ table["weight"].to_numpy()
    np.testing.assert_allclose(z, forward(params, X, bare).pre_activations[0][:, 2])


def test_a_unit_that_is_clicked_on_is_the_one_looked_at_closer_and_a_click_beside_all_changes_nothing(
    monkeypatch,
):
    clicked, tab = [{"layer": 2, "unit": 0, "click": 0}], Visit()
    state = {inside.KEY: {"selection": {inside.SELECTION: clicked}}}
    monkeypatch.setattr(unit, "STATE", state)
    monkeypatch.setattr(inside.st, "session_state", state)
    monkeypatch.setattr(unit, "visit", lambda: tab)
    nodes = diagram.shown(PARAMS)
    assert unit.clicks(nodes)["closer"] is None
    unit._choose()
    assert unit.clicks(nodes)["closer"] == (2, 0)
    clicked.clear()
    unit._choose()
    assert unit.clicks(nodes)["closer"] == (2, 0)
    assert unit.clicks(nodes)["n_clicks"] == 2, "a click on the same unit is another selection"
    state["_unit"] = "unit 4 of layer 2"
    assert unit.clicks(nodes)["closer"] is None, "layer 2 has three units"


def test_the_picture_of_a_unit_is_blue_where_it_is_positive_at_each_epoch():
    PARAMS[0].W[:, 1], PARAMS[0].b[1] = (0.0, 1.0), 0.0  # the upper half of the plane
    (frame,) = unit.film(RUN, (0, 9), 1, Plane((-2.0, 2.0), (-2.0, 2.0)), 1, 1)
    assert frame["epoch"].tolist() == [0, 9]
    for picture, ends in zip(map(pixels, frame["picture"]), ("PN", "NP"), strict=True):
        colours = {"P": palette.rgb(palette.POSITIVE), "N": palette.rgb(palette.NEGATIVE)}
        assert tuple(picture[2, 30, :3]) == colours[ends[0]]
        assert tuple(picture[-3, 30, :3]) == colours[ends[1]]
        assert picture[2, 30, 3] > picture[25, 30, 3]


@pytest.mark.parametrize(
    ("w", "b", "activation", "said"),
    [
        ((0.0, 1.0), 1.0, "relu", "positive on 75% and 0 on 25%"),  # above -1, of -2 to 2
        ((0.0, 1.0), 1.0, "tanh", "positive on 75% and negative on 25%"),
        ((1.0, 0.0), 2.0, "tanh", "positive on 100%"),
        ((1.0, 0.0), -2.0, "relu", "0 on 100%"),
        ((0.0, 1.0), 1.95, "tanh", "positive on 98% and negative on 2%"),  # one of 60 rows
        ((np.nan, 1.0), 0.0, "tanh", "not finite on 100%"),
    ],
)
def test_the_words_of_a_unit_are_the_shares_of_the_plane_with_each_sign(w, b, activation, said):
    config = replace(CONFIG, activation=activation)
    params = init_params(config, 2, 2)
    params[0].W[:, 1], params[0].b[1] = w, b
    trained = SimpleNamespace(records=[SimpleNamespace(params=params)])
    run = SimpleNamespace(configs=[config], dataset=DATASET, with_parameters=lambda epoch: trained)
    words = unit.signs_in_words(run, 5, 0, Plane((-2.0, 2.0), (-2.0, 2.0)), 1, 1)
    assert words == f"it is {said} of the plane"


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [("unit 4 of layer 2", "–"), ("unit 3 of layer 2", "unit 3 of layer 2"), (None, None)],
)
def test_a_unit_of_the_network_before_is_no_longer_chosen(monkeypatch, chosen, shown):
    state = {"_unit": chosen} if chosen else {}
    monkeypatch.setattr(unit, "STATE", state)
    monkeypatch.setattr(unit.st, "selectbox", lambda *_, **__: unit.NONE)
    unit.closer(RUN, 5, 1, None, (5,), diagram.shown(PARAMS))
    assert state.get("_unit") == shown


def test_a_network_without_hidden_units_offers_none(monkeypatch):
    offered = []
    monkeypatch.setattr(unit, "STATE", {})
    monkeypatch.setattr(
        unit.st, "selectbox", lambda label, options, **_: offered.append(options) or options[0]
    )
    for sizes, options in (((), []), ((1,), [["–", "unit 1 of layer 1"]])):
        params = init_params(TrainConfig(hidden_layer_sizes=sizes), 2, 2)
        unit.closer(RUN, 5, 1, None, (5,), diagram.shown(params))
        assert offered == options
