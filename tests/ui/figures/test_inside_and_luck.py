"""The inside of a network: the clicked unit and the units drawn; published figures in per cent."""

from types import SimpleNamespace

import pandas as pd
import pytest

from mlp import TrainConfig
from ui.figures import diagram, inside, luck, maps


@pytest.mark.parametrize(
    ("state", "unit"),
    [
        ({}, None),
        ({inside.KEY: {}}, None),
        ({inside.KEY: {"selection": {}}}, None),
        ({inside.KEY: {"selection": {inside.SELECTION: []}}}, None),
        ({inside.KEY: {"selection": {inside.SELECTION: [{"layer": 2, "unit": 0}]}}}, (2, 0)),
    ],
)
def test_the_clicked_unit_is_that_of_the_selection(monkeypatch, state, unit):
    monkeypatch.setattr(inside.st, "session_state", state)
    assert inside.clicked() == unit


@pytest.mark.parametrize(("n_layers", "is_drawn"), [(0, True), (8, True), (9, False)])
def test_a_network_of_up_to_eight_layers_is_a_diagram(n_layers, is_drawn):
    assert inside.draws_diagram(TrainConfig(hidden_layer_sizes=(4,) * n_layers)) == is_drawn
    assert diagram.MOST_LAYERS == 8


def run_of(*sizes):
    return SimpleNamespace(configs=[None, TrainConfig(hidden_layer_sizes=sizes)])


def test_every_layer_has_its_units_and_a_wide_one_says_how_many_are_drawn(monkeypatch):
    shown, made = [], []
    layers = [("p1", [(0.0, 1.0)] * 3), ("p2", [(0.0, 1.0)] * maps.MOST_UNITS)]
    films = [pd.DataFrame({"epoch": [0, 4], "picture": [f"a{k}", f"b{k}"]}) for k in (1, 2)]
    monkeypatch.setattr(inside, "cached_view", lambda *args: made.append(args) or layers)
    monkeypatch.setattr(inside, "cached_film", lambda *args: films)
    monkeypatch.setattr(inside.planes, "unit_maps", lambda *what: what)
    monkeypatch.setattr(inside, "show", lambda chart, kind, finding: shown.append((*chart, finding)))
    for epochs in ((), (0, 4)):
        inside.draw_units(run_of(3, maps.MOST_UNITS + 1), 4, 1, "plane", epochs)
    first = "Hidden layer 1: its units over the plane"
    more = f"the first {maps.MOST_UNITS} of {maps.MOST_UNITS + 1}"
    second = f"Hidden layer 2: its units over the plane, {more}"
    few, many = (f"of {n} units {n} are positive somewhere" for n in (3, maps.MOST_UNITS))
    assert [finding for *_, finding in shown] == [
        f"{first}: after epoch 4, {few}",
        f"{second}: after epoch 4, {many}",
        f"{first}: after epoch 0, {few}; after epoch 4, {few}",
        f"{second}: after epoch 0, {many}; after epoch 4, {many}",
    ]
    assert {(epoch, title) for *_, epoch, title, _ in shown} == {(4, first), (4, second)}
    assert [what[3] for what in made] == [4, 4, 0, 4, 4], "what is shown, and both ends of the timeline"
    assert [pictures["picture"].tolist() for pictures, *_ in shown] == [
        *(["p1"], ["p2"], ["a1", "b1"], ["a2", "b2"])
    ]
    assert [len(ranges) for _, ranges, *_ in shown[:2]] == [3, maps.MOST_UNITS]
    assert [pictures["now"].tolist() for pictures, *_ in shown[1:3]] == [[2], [0, 1]]


@pytest.mark.parametrize(
    ("ranges", "said"),
    [
        ([(0.0, 2.0), (0.0, 0.0), (0.0, 0.5)], "of 3 units 2 are positive somewhere and 1 is 0 everywhere"),
        (
            [(-1.0, 2.0), (-2.0, -1.0), (0.0, 0.0), (0.0, 0.0)],
            "of 4 units 1 is positive somewhere, 2 are negative somewhere and 2 are 0 everywhere",
        ),
        ([(-0.0, 0.0)], "the unit is 0 everywhere"),
        ([(-1.0, 2.0)], "the unit is positive somewhere and negative somewhere"),
        (
            [(float("nan"), float("nan")), (1.0, 2.0)],
            "of 2 units 1 is positive somewhere and 1 is not finite",
        ),
    ],
)
def test_the_words_of_units_are_how_many_have_each_sign_on_the_plane(ranges, said):
    assert inside.signs_in_words(ranges) == said


def test_the_film_of_units_has_a_frame_a_layer_with_the_picture_of_each_epoch(monkeypatch):
    def of_network(make, run, epoch, index, plane):
        return [(f"layer {layer} of network {index} at {epoch}", ()) for layer in (1, 2)]

    monkeypatch.setattr(inside.plane_map, "of_network", of_network)
    one, two = inside.units_film(None, (0, 3), 1, None)
    assert one["epoch"].tolist() == [0, 3]
    assert two["picture"].tolist() == [f"layer 2 of network 1 at {epoch}" for epoch in (0, 3)]


@pytest.mark.parametrize(
    ("value", "decimals", "words"), [(0.97, 2, "97%"), (0.9755, 4, "97.55%"), (0.5, 3, "50.0%")]
)
def test_a_published_share_has_the_digits_that_were_published(value, decimals, words):
    assert luck.percent(SimpleNamespace(value=value, decimals=decimals)) == words


def test_both_published_figures_are_named_and_their_starts_are_those_of_their_own_replay():
    standings = luck.edges()
    assert list(standings) == ["B", "D"]
    for letter, (standing, title) in standings.items():
        replay, name, expected = luck.EDGES[letter]
        assert (standing.figure.replay, standing.figure.name, title) == (replay, name, expected)
        assert f" {standing.figure.epoch} epochs" in title
        assert title.startswith(f"{letter}'s ")
        assert ("validation accuracy after" in title) == (name == "valid_accuracy")
        assert ("accuracy averaged over" in title) == replay.cumulative
