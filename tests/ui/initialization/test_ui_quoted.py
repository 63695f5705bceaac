"""Published experiments: what each button sets, which is recognised, and its figures beside ours."""

from dataclasses import replace

import numpy as np
import pytest

from lab.links.ensemble import Ensemble, parse_start
from lab.links.experiment import Experiment
from lab.published.systems import REPLAYS
from ui.initialization import frames

RELU = {"activation": "relu", "use_bias": True, "loss": "softmax_cross_entropy", "optimizer": "sgd"}
IN_ORDER = {"name": "mnist", "schedule": "constant", "shuffle": False, "l1": 0.0}
SIGMOIDS = {"activation": "sigmoid", "use_bias": False, "loss": "sigmoid_squared_error", "init_scale": 1.0}
COMMON = {
    "A": RELU | IN_ORDER | {"scaling": "unit_twice", "split": "50000/10000/10000", "l2": 0.0},
    "B": RELU | IN_ORDER | {"scaling": "none", "split": "48000/12000/10000"},
    "C": {"name": "cifar10", "scaling": "standard", "split": "40000/10000/10000", "activation": "relu"}
    | {"schedule": "triangular", "learning_rate_min": 0.0001, "cycle_steps": 800, "l2": 0.01}
    | {"init_seed": 111},
    "D": SIGMOIDS
    | IN_ORDER
    | {"scaling": "unit", "split": "60000/0/10000", "optimizer": "one_step_momentum", "l2": 0.0},
}
TWICE = "100 epochs, pixels divided twice"
FIELDS = ("hidden_layer_sizes", "initializer", "learning_rate", "batch_size", "epochs")
# B: η once more over the batch, because the gradient was averaged twice; λ₂ = wd · batch / 2
EXPECTED = [
    ("B: N(0, 1), Glorot or zeros?", (512, 512), "normal", 0.001, 100, 10, {"init_scale": 1.0, "l2": 0.0}),
    ("B: the network that found 97 %", (600, 250), "glorot_uniform", 0.0028, 50, 10, {"l2": 0.025}),
    ("B: N(0, 0.001²), small and successful", (512, 512), "normal", 0.002, 50, 10, {"init_scale": 0.001}),
    ("A: zeros, N(0, 1) or Glorot, pixels divided twice", (500, 300), "zeros", 0.1, 100, 10, {}),
    *(
        (f"A: {a} and {b} units, {TWICE}", (a, b), "glorot_uniform", 0.1, 100, 100, {})
        for a, b in ((500, 200), (500, 300), (800, 200))
    ),
    ("C: CIFAR-10 with a triangular learning rate", (50,), "lecun_normal", 0.1, 100, 24, {}),
    ("D: sigmoids everywhere, η = 0.01, 100 epochs", (100, 100), "normal", 0.5, 50, 100, {"momentum": 0.01}),
    ("D: the same, η = 0.001", (100, 100), "normal", 0.05, 50, 100, {"momentum": 0.001}),
    ("D: the same, η = 0.01, 50 epochs", (100, 100), "normal", 0.5, 50, 50, {"momentum": 0.01}),
]
BUT = {"epochs": 0, "sets": []}  # what may differ
THREE, FOUND, SMALL, COMPARED, NARROW, *_, LONG, SLOW, SHORT = REPLAYS


def ensemble_of(replay, n_seeds=2, sets=None, data=None, **changes):
    data_config, train = frames.experiment(replay)
    starts = tuple(map(parse_start, sets or replay.changes["sets"]))
    train = replace(train, initializer=starts[0].initializer, init_scale=starts[0].scale)
    return Ensemble(
        Experiment(replace(data_config, **data or {}), replace(train, **changes)), n_seeds, starts
    )


@pytest.mark.parametrize(("replay", "told"), list(zip(REPLAYS, EXPECTED, strict=True)))
def test_an_experiment_is_the_published_one_field_by_field(replay, told):
    question, *values, others = told
    assert replay.question == question
    expected = COMMON[question[0]] | dict(zip(FIELDS, values, strict=True)) | others
    data, train = frames.experiment(replay)
    assert {name: getattr(data if hasattr(data, name) else train, name) for name in expected} == expected


@pytest.mark.parametrize("replay", REPLAYS, ids=lambda replay: replay.question)
def test_it_is_recognised_as_itself_with_other_seeds_and_fewer_or_more_epochs(replay):
    assert frames.matching(ensemble_of(replay)) is replay
    other = {"init_seed": 5, "shuffle_seed": 6, "data": {"seed": 7}, "n_seeds": 9}
    assert frames.matching(ensemble_of(replay, **other)) is replay
    found = frames.matching(ensemble_of(replay, epochs=7))
    assert found.source == replay.source
    assert {**found.changes, **BUT} == {**replay.changes, **BUT}


def test_it_is_recognised_by_any_of_its_starts_among_others_but_by_none_that_is_not_its_own():
    for sets in (["zeros"], ["he_normal", "zeros", "normal"]):
        assert frames.matching(ensemble_of(THREE, sets=sets)) is THREE
    assert frames.matching(ensemble_of(THREE, sets=["he_normal", "normal*0.5"])) is None
    assert frames.matching(ensemble_of(FOUND, sets=["normal"])) is None


@pytest.mark.parametrize(
    "change",
    [
        {"learning_rate": 0.0011},
        {"shuffle": True},
        {"use_bias": False},
        {"loss": "sigmoid_cross_entropy"},
        {"data": {"split": "50000/10000/10000"}},
        {"data": {"name": "fashion_mnist"}},
    ],
    ids=str,
)
def test_another_experiment_is_not_recognised(change):
    assert frames.matching(ensemble_of(THREE, **change)) is None


def test_among_those_that_differ_in_epochs_alone_the_one_with_as_many_is_recognised_else_the_first():
    assert frames.matching(ensemble_of(LONG, epochs=100)) is LONG
    assert frames.matching(ensemble_of(LONG, epochs=50)) is SHORT
    assert frames.matching(ensemble_of(SHORT, epochs=7)) is LONG
    assert frames.matching(ensemble_of(SLOW, epochs=50)) is SLOW


def test_published_epochs_are_counted_from_one_and_end_with_those_asked_for():
    frame = frames.published(
        THREE, ensemble_of(THREE, sets=["zeros", "he_normal"], epochs=2), "loss", "train"
    )
    assert frame.to_dict("records") == [
        {"epoch": 1, "start": "zeros", "value": 2.3025},
        {"epoch": 2, "start": "zeros", "value": 2.3024},
    ]


def test_published_figures_are_those_of_each_start_and_of_the_split():
    frame = frames.published(THREE, ensemble_of(THREE), "accuracy", "validation")
    last = frame[frame["epoch"] == 10].set_index("start")["value"].to_dict()
    assert last["zeros"] == 0.1060
    assert last["glorot_uniform"] == 0.9452
    assert len(frame) == 30
    assert set(frame.groupby("start")["epoch"].agg(tuple)) == {tuple(range(1, 11))}
    (only,) = frames.published(SMALL, ensemble_of(SMALL, epochs=1), "accuracy", "train")["value"]
    assert only == 0.6514


def test_published_figures_that_no_logarithmic_axis_can_show_are_left_out(monkeypatch):
    figures = {"train_loss": np.array([0.0, np.nan, np.inf, 0.5, -1.0])}
    runs = dict.fromkeys(frames.published_runs(), figures)
    monkeypatch.setattr(frames, "published_runs", lambda: runs)
    frame = frames.published(THREE, ensemble_of(THREE, sets=["zeros"]), "loss", "train")
    assert frame.to_dict("records") == [{"epoch": 4, "start": "zeros", "value": 0.5}]


def test_means_since_the_first_epoch_are_drawn_of_the_accuracy_but_not_of_another_loss():
    ensemble = ensemble_of(LONG, epochs=3)
    assert frames.published(LONG, ensemble, "loss", "train") is None
    frame = frames.published(LONG, ensemble, "accuracy", "train")
    assert frame[["epoch", "value"]].to_numpy().tolist() == [[1, 0.47], [2, 0.59], [3, 0.65]]


def test_a_final_figure_is_one_point_once_its_epoch_is_reached():
    frame = frames.published(NARROW, ensemble_of(NARROW), "accuracy", "validation")
    assert frame.to_dict("records") == [{"epoch": 100, "start": "glorot_uniform", "value": 0.7943}]
    for ensemble, quantity in ((ensemble_of(NARROW, epochs=99), "accuracy"), (ensemble_of(NARROW), "loss")):
        assert frames.published(NARROW, ensemble, quantity, "validation") is None
    assert frames.published(COMPARED, ensemble_of(COMPARED), "accuracy", "validation") is None
