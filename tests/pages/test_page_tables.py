"""The decision-boundary page with a table: the plane of its map, what is held fixed, and the sensitivity."""

import numpy as np
import pytest
from visiting import FAST, charts, frame_with, hold, ok, said, sentences, shared, text, visit, widget

from data import DataConfig, keep_table, load_dataset
from lab import feature_planes, leakage, sensitivity
from lab.links.experiment import Experiment, Setup
from lab.links.feature_plane import COMPONENTS, FEATURES
from mlp import TrainConfig, forward, train_many

IRIS = FAST | {"name": "iris"}
DATASET = load_dataset(DataConfig(name="iris"))


def records(n_seeds=2):
    setup = Setup(
        Experiment(DataConfig(name="iris"), TrainConfig(epochs=3, hidden_layer_sizes=(4,))), n_seeds
    )
    *_, last = train_many(setup.configs(), DATASET)
    return setup.configs(), last


def test_a_table_is_shown_on_the_plane_of_two_features_with_the_others_at_their_medians():
    app = ok(visit(**IRIS))
    medians = np.median(DATASET.X_train * DATASET.scale + DATASET.shift, axis=0)
    held = f"sepal length at {medians[0]:.4g} cm, sepal width at {medians[1]:.4g} cm"
    assert f"Network 1 after epoch 3 (plane of petal length and petal width; {held})" in said(app)[0]
    assert f"**Plane of petal length and petal width; {held}**" in text(app)
    examples = frame_with(charts(app)[0], "distance")
    raw = np.concatenate([DATASET.X_train, DATASET.X_valid, DATASET.X_test]) * DATASET.scale + DATASET.shift
    np.testing.assert_allclose(examples["x"], raw[:, 2], rtol=1e-5)
    np.testing.assert_allclose(examples["y"], raw[:, 3], rtol=1e-5)
    away = (raw[:, :2] - medians[:2]) / (DATASET.X_train * DATASET.scale).std(axis=0)[:2]
    np.testing.assert_allclose(examples["distance"], np.linalg.norm(away, axis=1), rtol=1e-3, atol=1e-6)
    # the cells of the map say what the network says of their features
    cells = frame_with(charts(app)[0], "predicted")
    at = np.column_stack([np.full((len(cells), 2), medians[:2]), cells["x"], cells["y"]])
    configs, last = records()
    X = ((at - DATASET.shift) / DATASET.scale).astype(np.float32)
    p = forward(last[0].params, X, configs[0]).output.max(axis=1)
    np.testing.assert_allclose(cells["output"], p, atol=0.02)  # of the pixel that is nearest to the centre
    assert "The network takes the 4 features of an example" in text(app)
    assert leakage.warning(DATASET) in text(app)
    found = sensitivity.measured(last[0].params, configs[0], DATASET, 0)
    assert sensitivity.finding(DATASET, found.mean) in text(app)
    assert sensitivity.agreement_in_words(found) in text(app)


@pytest.mark.slow
def test_a_link_says_which_plane_and_where_the_others_are_held():
    app = visit(**IRIS, across="sepal width (cm)", up="sepal length (cm)", held="3=1.5;4=0.25")
    assert sentences(app) == []
    assert "sepal width and sepal length; petal length at 1.5 cm, petal width at 0.25 cm" in said(app)[0]
    assert widget(app, "_held_2").value == 1.5
    hold(app, _held_2=2.0)
    assert "petal length at 2 cm, petal width at 0.25 cm" in said(app)[0]
    assert widget(app, "held").value == "3=2;4=0.25"
    link = shared(app)
    assert {name: link[name] for name in ("plane_of", "across", "up", "held")} == {
        "plane_of": "two features",
        "across": "sepal width (cm)",
        "up": "sepal length (cm)",
        "held": "3=2;4=0.25",
    }
    hold(app, plane_of=COMPONENTS)
    assert feature_planes.of_components(DATASET).said in said(app)[0]
    hold(app, name="circles")
    assert sentences(app) == []
    assert "held" not in shared(app)
    hold(app, name="penguins")
    hold(app, plane_of=FEATURES)
    assert sentences(app) == []
    assert "bill depth at 17.2 mm, body mass at 4150 g" in said(app)[0], "not where petals were held"


@pytest.mark.parametrize("held", ["9=1", "wide"])
def test_held_values_that_cannot_be_used_get_one_sentence_and_the_medians_until_a_slider_moves(held):
    app = visit(**IRIS, held=held)
    assert sentences(app) == [
        f"held is '{held}'; allowed: numbers of features from 1 to 4, each with a value, such as 1=5.8;2=3. "
        "The medians are used instead."
    ]
    assert "sepal length at 5.7 cm, sepal width at 3 cm" in said(app)[0]
    hold(app, _held_0=6.0)
    assert not app.exception
    assert sentences(app) == []
    assert "sepal length at 6 cm, sepal width at 3 cm" in said(app)[0]


@pytest.mark.parametrize("held", ["9=1", "x"])
def test_a_slider_moved_after_held_values_that_cannot_be_used_replaces_them(held):
    app = hold(visit(**IRIS, held=held), _held_0=6.0)
    assert not app.exception
    assert sentences(app) == []
    assert "sepal length at 6 cm, sepal width at 3 cm" in said(app)[0]
    assert widget(app, "held").value == "1=6"


def test_the_one_feature_of_a_table_goes_across_although_it_is_chosen_to_go_up():
    table = keep_table(b"n,kind\n" + b"\n".join(b"%d,%c" % (k * 7 % 31, b"uv"[k % 2]) for k in range(40)))
    app = visit(**FAST, name="own_table", points=table)
    before = said(app)[0]
    assert "(plane of n)" in before
    assert said(hold(app, up="n"))[0] == before


def test_a_feature_called_automatic_is_an_axis_like_any_other():
    rows = [f"{k % 7},{k * k % 11},{k % 2 + k % 3},{'uv'[k % 2]}" for k in range(40)]
    table = keep_table("\n".join(["a,automatic,b,kind", *rows]).encode())
    app = visit(**FAST, name="own_table", points=table)
    assert "(plane of b and a; automatic at " in said(app)[0], "it separates the classes least"
    app = hold(app, across="(automatic)", up="a")
    assert "(plane of automatic and a" in said(app)[0]
    assert (widget(app, "across").value, widget(app, "up").value) == ("(automatic)", "a")
    assert shared(app)["across"] == "(automatic)"


@pytest.mark.parametrize(("names", "n_tables"), [("iris / circles", 1), ("iris / penguins", 2)])
def test_tables_are_compared_each_on_its_own_plane(names, n_tables):
    app = visit(**FAST, mode="Compare", compare="name", values=names)
    assert not app.exception
    assert sentences(app) == []
    maps = said(app)[:2]
    assert "petal length and petal width" in maps[0]
    assert ("bill length" in maps[1]) == (n_tables == 2)
    assert ("These controls set the plane of iris." in text(app)) == (n_tables == 2)


@pytest.mark.slow
def test_of_many_features_some_are_chosen_to_be_moved():
    app = ok(visit(**FAST, name="breast_cancer"))
    dataset = load_dataset(DataConfig(name="breast_cancer"))
    order = feature_planes.by_separation(dataset)
    assert widget(app, "_to_move").value == [dataset.feature_names[k] for k in order[2:4]]
    assert "28 other features at their medians" in said(app)[0]
    hold(app, _to_move=[dataset.feature_names[order[5]]])
    low = float(dataset.X_train[:, order[5]].min() * dataset.scale[order[5]] + dataset.shift[order[5]])
    hold(app, **{f"_held_{order[5]}": widget(app, f"_held_{order[5]}").min})
    assert (
        f"{dataset.feature_names[order[5]]} at {low:.4g}, 27 other features at their medians" in said(app)[0]
    )
    assert "The 15 features with the largest means, of 30, are shown." in text(app)
    hold(app, name="wine")
    wine = load_dataset(DataConfig(name="wine"))
    first = [wine.feature_names[k] for k in feature_planes.by_separation(wine)[2:4]]
    assert widget(app, "_to_move").value == first, "as for a table that is the first"
