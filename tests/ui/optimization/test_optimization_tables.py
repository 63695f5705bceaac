"""The optimization page's tables: the bowl, the bounds of the curvature, the rates, and who is compared."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from data import DataConfig, load_dataset
from lab.links.cost import Speed
from lab.links.descents import MOST_PATHS, VIEW, parse_descent
from lab.links.experiment import Experiment
from lab.optimization import bowl
from mlp import TrainConfig
from ui.optimization import plane, schedules, setup, steepness, valley
from ui.optimization.valley import Descent

SPEED = Speed(call=1e-6, multiply_add=1e-9, value=1e-10, activations={"relu": 2e-9})
EPOCHS, RATES = np.array([0, 5]), np.array([0.1, 0.5])


@pytest.mark.parametrize(
    ("optimizer", "bounds"),
    [
        ("sgd", {steepness.PLAIN: [20, 4]}),
        ("momentum", {steepness.PLAIN: [20, 4], "3.5/η, momentum": [35, 7]}),  # 2 (1 + μ)/η
        ("adam", {steepness.PLAIN: [20, 4]}),
    ],
)
def test_the_bounds_are_those_of_gradient_descent_and_of_the_optimizer_if_it_has_another(optimizer, bounds):
    config = TrainConfig(optimizer=optimizer, momentum=0.75)
    frame = steepness.bounds_of(EPOCHS, RATES, config)
    assert list(dict.fromkeys(frame["name"])) == list(bounds)
    for name, values in bounds.items():
        own = frame[frame["name"] == name]
        assert own["epoch"].tolist() == [0, 5]
        assert own["value"].tolist() == pytest.approx(values)


def test_a_rate_of_0_has_no_bound_and_a_momentum_of_0_none_of_its_own():
    frame = steepness.bounds_of(EPOCHS, np.array([0.0, 1.0]), TrainConfig(optimizer="momentum", momentum=0.0))
    assert frame.to_dict("list") == {"epoch": [5], "value": [2.0], "name": [steepness.PLAIN]}
    assert steepness.bounds_of(EPOCHS, np.zeros(2), TrainConfig()).empty


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        (0.1, "constant stays at 0.1"),
        (((0.1, 0), (0.01, 2)), "constant goes from 0.1 to 0.01"),
        (((0.01, 0), (0.125, 1)), "constant goes from 0.01 to 0.125"),
    ],
)
def test_where_the_learning_rate_begins_and_ends_is_said(rate, said):
    assert schedules.rate_said(TrainConfig(learning_rate=rate, epochs=4), 84) == said


@pytest.mark.parametrize(
    ("changes", "said"),
    [  # 84 examples in batches of 21 are 4 steps an epoch; from 0.1 up to 0.5 in n steps and down in n
        ({"cycle_steps": 8}, "goes from 0.1 to 0.15; the largest rate is 0.5"),  # step 15 of 16
        ({"cycle_steps": 15}, "goes from 0.1 to 0.5"),
        ({"cycle_steps": 5}, "goes from 0.1 to 0.5"),  # step 15 is a peak
        ({"cycle_steps": 5, "epochs": 5}, "goes from 0.1 to 0.18; the largest rate is 0.5"),  # 19
        ({"cycle_steps": 1000}, "goes from 0.1 to 0.106"),
        (
            {"schedule": "constant", "learning_rate": ((0.1, 0), (0.3, 1), (0.01, 2), (0.1, 3))},
            "begins and ends at 0.1; the largest rate is 0.3; the smallest rate is 0.01",
        ),
        ({"cycle_steps": 333, "epochs": 50_000}, "the largest rate is 0.5"),  # 600 cycles, 150 points
    ],
)
def test_the_extremes_of_the_learning_rate_between_its_ends_are_said(changes, said):
    given = {"schedule": "triangular", "learning_rate": 0.5, "learning_rate_min": 0.1, "batch_size": 21}
    assert schedules.rate_said(TrainConfig(**given | {"epochs": 4} | changes), 84).endswith(said)


def test_a_loss_of_0_can_be_drawn_and_one_that_is_lost_is_left_out(monkeypatch):
    configs = [TrainConfig(schedule=name) for name in ("constant", "cosine")]
    means = np.array([[0.5, 0.25], [0.0, np.nan]])

    def train(*_):
        yield 0.5
        return SimpleNamespace(losses=None)

    monkeypatch.setattr(schedules.steps, "train", train)
    monkeypatch.setattr(schedules.steps, "smoothed", lambda losses, n: (np.array([1, 3]), means))
    monkeypatch.setattr(schedules, "ends", lambda configs, found: "the ends")
    work = schedules._train(configs, None, 4)
    assert next(work) == 0.5
    with pytest.raises(StopIteration) as finished:
        next(work)
    frame, ends = finished.value.value
    rows = [tuple(row) for row in frame.itertuples(index=False)]
    assert rows == [(1, 0.5, "constant"), (3, pytest.approx(1e-9), "constant"), (1, 0.25, "cosine")]
    assert ends == "the ends"


def descent(far, name="sgd", **changes):
    """A Descent whose points lie on the u axis at these distances."""
    points = np.stack([np.asarray(far, float), np.zeros(len(far))], axis=1)
    return Descent(bowl.Settings(name, 0.5, 0.25), points, 0.5, 0.25, 7)._replace(**changes)


def test_the_table_of_the_bowl_has_a_dash_for_what_an_optimizer_does_not_have():
    best = {
        "sgd": descent([1, *[0.5] * 1041], steps=None),
        "momentum": descent([1, 0.5], "momentum", theory=1 / 3, measured=2 / 3, steps=1234),
        "adam": descent([1, 0.5], "adam", theory=None, measured=None, steps=0),
    }
    table = valley.table(best).set_index("optimizer")
    assert table.loc["sgd"].tolist() == ["0.5", "–", "0.500000", "0.250000", "> 1,041"]
    assert table.loc["momentum"].tolist() == ["0.5", "0.25", "0.333333", "0.666667", "1,234"]
    assert table.loc["adam"].tolist()[2:] == ["–", "–", "0"]


def test_the_first_25_steps_are_drawn_in_the_bowls_own_axes():
    frame = valley.first_steps({"sgd": descent(range(1, 41)), "adam": descent([2, 1], "adam")})
    own = frame[frame["optimizer"] == "sgd"]
    assert own["step"].tolist() == list(range(26))
    np.testing.assert_allclose(np.hypot(own["x"], own["y"]), range(1, 27), rtol=1e-6)
    np.testing.assert_allclose(own["y"] / own["x"], np.tan(np.pi / 6), rtol=1e-6)
    assert frame[frame["optimizer"] == "adam"]["step"].tolist() == [0, 1]


def test_distances_are_thinned_and_end_at_a_billionth_of_the_first():
    far = np.full(1000, 4.0)
    far[3], far[-1] = 3e-9, 5e-9  # a billionth of the first is 4e-9
    frame = valley.distances({"adam": descent(far, "adam"), "sgd": descent([4, 1], "sgd")})
    own = frame[frame["optimizer"] == "adam"]
    assert own["step"].iloc[[0, 1, 2, 3, -1]].tolist() == [0, 1, 2, 4, 999]
    assert len(own) < valley.MOST_POINTS
    assert own["distance"].iloc[[0, -1]].tolist() == pytest.approx([4, 5e-9])
    assert frame[frame["optimizer"] == "sgd"]["distance"].tolist() == [4, 1]


@pytest.fixture
def compared(monkeypatch):
    """A function of the optimizers chosen and those of the link: (those compared, the problems)."""

    def read(chosen, linked=()):
        problems = []
        monkeypatch.setattr(setup.lock, "control", lambda *_, **__: list(chosen))
        params = SimpleNamespace(get_all=lambda name: list(linked))
        monkeypatch.setattr(setup, "st", SimpleNamespace(query_params=params, multiselect=None))
        monkeypatch.setattr(setup, "STATE", {})
        return setup._compared(problems), problems

    return read


def test_optimizers_are_compared_once_each_and_what_is_none_is_named(compared):
    found, problems = compared(["adam", "adam*0.1", "adam", "x", "sgd"])
    assert found == tuple(map(parse_descent, ["adam", "adam*0.1", "sgd"]))
    assert len(problems) == 1
    assert "x" in problems[0]
    assert compared([])[0] == tuple(map(parse_descent, VIEW["paths"]))


def test_a_link_may_ask_for_as_many_optimizers_as_allowed_and_no_more(compared):
    texts = [f"adam*0.{n}" for n in range(1, MOST_PATHS + 2)]
    found, problems = compared(texts[:MOST_PATHS], texts[:MOST_PATHS])
    assert (len(found), problems) == (MOST_PATHS, [])
    found, problems = compared(texts, texts)
    assert found == tuple(map(parse_descent, texts[:MOST_PATHS]))
    assert problems == [f"The link asks for {MOST_PATHS + 1} optimizers; allowed: up to {MOST_PATHS}."]


@pytest.mark.parametrize(
    ("solved", "kind", "end", "axes"),
    [
        (True, plane.PRINCIPAL, "solution", ("first principal direction", "second principal direction")),
        (False, plane.RANDOM, "last point", ("first random direction", "second random direction")),
        (True, plane.WEIGHTS, "solution", ("W1[0,1], minus the solution's", "b2[0], minus the solution's")),
        (False, plane.WEIGHTS, "last point", ("W1[0,1], minus the start's", "b2[0], minus the start's")),
    ],
)
def test_the_start_and_the_end_of_the_experiments_own_path_are_marked(monkeypatch, solved, kind, end, axes):
    drawn, shown = [], []
    monkeypatch.setattr(plane.charts, "surface", lambda *parts: drawn.append(parts))
    monkeypatch.setattr(plane, "show", lambda chart, kind, words: shown.append(words))
    rows = [("sgd", 1, 2), ("sgd", 3, 4), ("sgd", 5, 6), ("adam", 7, 8), ("adam", 9, 0)]
    paths = pd.DataFrame(rows, columns=["path", "a", "b"])
    ends = {"sgd": 0.5, "adam": 0.25}
    values = np.arange(4.0).reshape(2, 2)
    view = plane.View(values, ((0, 1), (0, 1)), paths, {"sgd": 0.9, "adam": 0.8}, ends, {}, solved)
    plane._draw(view, kind, ("W1[0,1]", "b2[0]"), 3)
    ((_, _, _, marks, _, _, directions, title, epoch),) = drawn
    (words,) = shown
    assert words.startswith(f"{title}. ")
    assert ("the solution" if solved else "the start") in words
    assert "90%" in words
    assert not words.endswith(".")
    assert marks.to_numpy().tolist() == [[1, 2, "start"], [5, 6, end]]
    assert (directions, epoch) == (axes, 3)


@pytest.mark.parametrize(
    ("names", "use_bias", "used", "warned"),
    [
        (("W1[0,1]", "b2[0]"), True, ("W1[0,1]", "b2[0]"), False),
        (("W1[0,1]", "b2[0]"), False, ("W1[0,0]", "W1[0,1]"), True),
        (("W1[0,1]", "W9[0,0]"), True, ("W1[0,0]", "W1[0,1]"), True),
        (("W1[0,1]", "W1[0,1]"), True, ("W1[0,0]", "W1[0,1]"), True),
    ],
)
def test_two_weights_that_cannot_span_a_plane_are_replaced_by_the_first_two(
    monkeypatch, names, use_bias, used, warned
):
    said = []
    monkeypatch.setattr(plane, "show_sentence", lambda show, sentence, icon: said.append(sentence))
    assert plane._usable(names, ((2, 3), (3, 2)), use_bias) == used
    assert len(said) == warned
    assert all(one.endswith(" W1[0,0] and W1[0,1] are used.") for one in said)


@pytest.fixture
def asked_for(monkeypatch):
    """A function: what `plane.section` asks the cache for, {name of the argument: value}."""

    def ask(plan, runs, how):
        asked = {}

        def result(key, make, seconds, what, doing, n_bytes):
            asked.update(key=key, seconds=seconds, n_bytes=n_bytes)

        monkeypatch.setattr(plane.progress, "result", result)
        monkeypatch.setattr(plane, "cache", lambda: SimpleNamespace(speed=SPEED))
        assert plane.section(plan, runs, how, None) is None
        return asked

    return ask


def plan_of(paths=("sgd", "adam"), data=None, epochs=9):
    data, train = data or DataConfig(n_samples=60), TrainConfig(epochs=epochs, hidden_layer_sizes=(4,))
    paths = {name: replace(train, optimizer=name) for name in paths}
    return SimpleNamespace(experiment=Experiment(data, train), paths=paths)


def test_a_surface_is_that_of_its_data_its_paths_their_epochs_and_its_plane(asked_for):
    """Each difference in what is drawn asks for another surface; what is not drawn asks for none."""
    dataset = load_dataset(DataConfig(n_samples=60))
    random, chosen = (plane.RANDOM, (), 7), (plane.WEIGHTS, ("W1[0,0]", "W1[0,1]"), 0)

    def key(trained=(3, 4), how=random, **changes):
        runs = [SimpleNamespace(n_epochs=n, dataset=dataset) for n in trained]
        return asked_for(plan_of(**changes), runs, how)["key"]

    others = [
        key((4, 4)),
        key((3, 5)),
        key((4, 3)),
        key(how=(plane.RANDOM, (), 8)),
        key(how=(plane.PRINCIPAL, (), 7)),
        key(how=chosen),
        key(how=(plane.WEIGHTS, ("W1[0,1]", "W1[0,0]"), 0)),
        key(data=DataConfig(n_samples=60, seed=1)),
        key(paths=("sgd", "momentum")),
        key(paths=("adam", "sgd")),
        key((3,), paths=("sgd",)),
    ]
    assert key() == key(epochs=9)
    assert len({key(), *others}) == 1 + len(others)
    assert key((9, 12)) == key((9, 9)), "no path goes beyond the epochs asked for"


@pytest.mark.parametrize(
    ("layers", "n_parameters", "n_steps"),
    [((), 6, 3), ((4,), 22, 3), ((4, 3), 35, 3), ((4, 3), 35, 50)],  # of 2 inputs and 2 classes
)
def test_a_surface_is_priced_by_its_networks_parameters_inputs_and_classes(
    asked_for, monkeypatch, layers, n_parameters, n_steps
):
    plan, sized, points, stepped = plan_of(), [], [], []
    train = replace(plan.experiment.train, hidden_layer_sizes=layers, batch_size=20 if n_steps == 3 else 1)
    plan.experiment = replace(plan.experiment, train=train)
    n = 42 if n_steps == 3 else 90  # training examples
    dataset = load_dataset(DataConfig(n_samples=60 if n == 42 else 128))
    assert len(dataset.y_train) == n
    monkeypatch.setattr(plane.surface, "resolution", lambda *what: sized.append(what) or 10)
    monkeypatch.setattr(plane.price, "surface", lambda *what: points.append(what) or 4.0)
    monkeypatch.setattr(plane.price, "steps", lambda paths, _, n, speed: stepped.append(n) or 1.5)
    runs = [SimpleNamespace(n_epochs=3, dataset=dataset)] * 2
    asked = asked_for(plan, runs, (plane.RANDOM, (), 7))
    assert sized == [(n_parameters, sum(layers), n)]
    # a path has at most 100 epochs and 50 steps
    assert points == [(10 * 10 + 2 * 150, train, (2, 2), n, SPEED)]
    assert stepped == [n_steps] * 2
    assert asked["seconds"] == 4.0 + 2 * 1.5
    assert asked["n_bytes"] == 3 * 8 * n_parameters * 2 * 150, "three copies of each path's points"
