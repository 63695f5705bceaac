"""Charts of a sweep over layers: their axes, colours and positions follow the plan, not the results."""

import numpy as np
import pytest
from seen import axis, marks
from swept import ended, outcome, plan_of, run_of

from mlp.sweep import Values
from ui.frame.visit import Visit
from ui.sweeps import results, views

LAYERS = ((4,), (16,), (64,), (128, 128), (128,) * 3)
NAMES = ["4", "16", "64", "128,128", "128,128,128"]
PLAN = plan_of({"hidden_layer_sizes": Values(LAYERS)}, 1)
METRIC = "validation accuracy"
DEEP_FIRST, SHALLOW_FIRST = (0.5, 0.6, 0.7, 0.9, 0.8), (0.8, 0.9, 0.7, 0.5, 0.6)


@pytest.fixture
def shown(monkeypatch):
    drawings = []
    monkeypatch.setattr(views, "visit", lambda: Visit())
    monkeypatch.setattr(views, "cached_view", lambda make, *args: make(*args))
    monkeypatch.setattr(views, "show", lambda drawing, *_, **__: drawings.append(drawing))
    monkeypatch.setattr(views.st, "selectbox", lambda label, options, **_: options[0])
    monkeypatch.setattr(views.lock, "choose", lambda label, names, key: "Map")
    return drawings


@pytest.mark.parametrize("finals", [DEEP_FIRST, SHALLOW_FIRST])
def test_the_axis_of_layers_has_the_order_in_which_they_were_typed(shown, finals):
    views.overview(PLAN, ended(finals), METRIC)
    (points,) = marks(shown[0], "point")
    assert points.encoding["x"]["sort"] == NAMES
    assert dict(points("x", "y")) == dict(zip(NAMES, finals, strict=True))


@pytest.mark.parametrize("so_far", [[0], [0, 1, 2], [2, 4], range(5)])
def test_whether_the_axis_has_numbers_or_names_does_not_depend_on_which_networks_have_ended(shown, so_far):
    run = run_of(*(outcome(row, 0.5, DEEP_FIRST[row]) for row in so_far))
    views.overview(PLAN, run, METRIC)
    (points,) = marks(shown[0], "point")
    assert points.encoding["x"]["type"] == "nominal"
    assert sorted(points("x")) == sorted(NAMES[row] for row in so_far)
    views.overview(plan_of({"hidden_layer_sizes": Values(((4,), (8,), (64,)))}, 1), ended([0.5]), METRIC)
    assert axis(shown[1], "x")[1] == "log", "of one decade, though only one of its networks has ended"


@pytest.mark.parametrize("finals", [DEEP_FIRST, SHALLOW_FIRST])
def test_colours_and_the_map_have_layers_in_their_order(shown, finals):
    plan = plan_of({"learning_rate": Values((1.0, 0.1)), "hidden_layer_sizes": Values(LAYERS)}, 1)
    run = ended([*finals, *np.array(finals) / 2])
    views.overview(plan, run, METRIC)
    (points,) = marks(shown[0], "point")
    assert points.encoding["color"]["scale"]["domain"] == NAMES
    assert points.encoding["shape"]["scale"]["domain"] == NAMES
    views.chosen_view(plan, run, results.trials(plan, run, METRIC), METRIC)
    (tiles,) = marks(shown[1], "rect")
    assert (tiles.encoding["x"]["sort"], tiles.encoding["y"]["sort"]) == (["0.1", "1"], NAMES[::-1])
    missing = run_of(*(run.outcomes[row] for row in (2, 5, 9)))  # (1, 64), (0.1, 4) and (0.1, 128,128,128)
    views.chosen_view(plan, missing, results.trials(plan, missing, METRIC), METRIC)
    (tiles,) = marks(shown[2], "rect")
    assert tiles.encoding["y"]["sort"] == ["128,128,128", "64", "4"]


@pytest.mark.parametrize("finals", [DEEP_FIRST, SHALLOW_FIRST])
def test_curves_and_coordinates_have_layers_in_their_order(finals):
    run = ended(finals)
    curves = results.by_value(PLAN, run, "hidden_layer_sizes", "valid_loss")
    assert list(dict.fromkeys(curves["value"])) == NAMES
    frame = results.coordinates(PLAN, results.trials(PLAN, run, METRIC))
    places = frame[frame["axis"] == "hidden_layer_sizes"].set_index("value")["position"]
    assert places[NAMES].tolist() == [0, 0.25, 0.5, 0.75, 1]


def test_bins_of_a_map_do_not_depend_on_which_trials_have_ended():
    rates = Values(tuple(float(k) for k in range(1, 21)))
    plan = plan_of({"learning_rate": rates, "activation": Values(("relu", "tanh"))}, 1)
    whole, half = (ended([0.9] * n) for n in (40, 20))
    cells = [
        results.cells(plan, results.trials(plan, run, METRIC), "learning_rate", "activation")
        for run in (whole, half)
    ]
    assert set(cells[0]["x"]) == {"1 to 4", "5 to 8", "9 to 12", "13 to 16", "17 to 20"}
    assert set(cells[1]["x"]) == {"1 to 4", "5 to 8", "9 to 12"}
