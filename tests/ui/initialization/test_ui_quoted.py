"""Published experiments: what each button sets, which is recognised, and its figures beside ours."""

from dataclasses import replace

import numpy as np
import pytest

from lab.links.ensemble import Ensemble, parse_start
from lab.links.experiment import Experiment
from lab.published import starts
from lab.published.systems import REPLAYS
from ui.initialization import published
from ui.initialization.published import REPORTED

RELU = {"activation": "relu", "use_bias": True, "loss": "softmax_cross_entropy", "optimizer": "sgd"}
IN_ORDER = {"name": "mnist", "schedule": "constant", "shuffle": False, "l1": 0.0}
SIGMOIDS = {"activation": "sigmoid", "use_bias": False, "loss": "sigmoid_squared_error", "init_scale": 1.0}
COMMON = {
    "A": RELU | IN_ORDER | {"scaling": "unit_twice", "split": "50000/10000/10000", "l2": 0.0},
    "B": RELU | IN_ORDER | {"scaling": "none", "split": "48000/12000/10000"},
    "C": {"name": "cifar10", "scaling": "standard", "split": "40000/10000/10000", "activation": "relu"}
    | {"learning_rate_min": 0.0001, "l2": 0.01, "l1": 0.0, "init_seed": 111, "shuffle": False}
    | {"loss": "softmax_cross_entropy", "optimizer": "sgd", "use_bias": True},
    "E": {"name": "fashion_mnist", "scaling": "unit", "split": "70/15/15", "shuffle": True}
    | {"schedule": "inverse_epoch", "l1": 1e-4, "l2": 1e-4}
    | RELU,
    "D": SIGMOIDS
    | IN_ORDER
    | {"scaling": "unit", "split": "60000/0/10000", "optimizer": "one_step_momentum", "l2": 0.0},
}
TWICE = "100 epochs, pixels divided twice"
FIELDS = ("hidden_layer_sizes", "initializer", "learning_rate", "batch_size", "epochs")
# B: η once more over the batch, because the gradient was averaged twice; λ₂ = wd · batch / 2
EXPECTED = [
    ("B: N(0, 1), Glorot or zeros?", (512, 512), "normal", 0.001, 100, 10, {"init_scale": 1.0, "l2": 0.0}),
    ("B: the network that found 97%", (600, 250), "glorot_uniform", 0.0028, 50, 10, {"l2": 0.025}),
    ("B: N(0, 0.001²), small and successful", (512, 512), "normal", 0.002, 50, 10, {"init_scale": 0.001}),
    ("A: zeros, N(0, 1) or Glorot, pixels divided twice", (500, 300), "zeros", 0.1, 100, 10, {}),
    *(
        (f"A: {a} and {b} units, {TWICE}", (a, b), "glorot_uniform", 0.1, 100, 100, {})
        for a, b in ((500, 200), (500, 300), (800, 200))
    ),
    *(
        (f"C: {epochs} epochs with n_s = {n_s:,}{slip}", (50,), "lecun_normal", 0.1, 100, epochs, changes)
        for slip, schedule in (("", "triangular"), (", and its slip", "sawtooth"))
        for epochs, n_s in ((24, 80_000), (30, 800))
        for changes in ({"cycle_steps": n_s, "schedule": schedule},)
    ),
    ("D: sigmoids everywhere, η = 0.01, 100 epochs", (100, 100), "normal", 0.5, 50, 100, {"momentum": 0.01}),
    ("D: the same, η = 0.001", (100, 100), "normal", 0.05, 50, 100, {"momentum": 0.001}),
    ("D: the same, η = 0.01, 50 epochs", (100, 100), "normal", 0.5, 50, 50, {"momentum": 0.01}),
    ("E: Fashion-MNIST, 64 hidden units, 30 epochs", (64,), "uniform_fan_out", 0.1, 32, 30, {}),
]
BUT = {"epochs": 0, "sets": []}  # what may differ
THREE, FOUND, SMALL, COMPARED, NARROW, *_, LONG, SLOW, SHORT, CLOTHES = REPLAYS


def ensemble_of(replay, n_seeds=2, sets=None, data=None, **changes):
    data_config, train = published.experiment(replay)
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
    data, train = published.experiment(replay)
    assert {name: getattr(data if hasattr(data, name) else train, name) for name in expected} == expected


@pytest.mark.parametrize("replay", REPLAYS, ids=lambda replay: replay.question)
def test_it_is_recognised_as_itself_with_other_seeds_and_fewer_or_more_epochs(replay):
    assert published.matching(ensemble_of(replay)) is replay
    other = {"init_seed": 5, "shuffle_seed": 6, "data": {"seed": 7}, "n_seeds": 9}
    assert published.matching(ensemble_of(replay, **other)) is replay
    found = published.matching(ensemble_of(replay, epochs=7))
    assert found.source == replay.source
    assert {**found.changes, **BUT} == {**replay.changes, **BUT}


def test_it_is_recognised_by_any_of_its_starts_among_others_but_by_none_that_is_not_its_own():
    for sets in (["zeros"], ["he_normal", "zeros", "normal"]):
        assert published.matching(ensemble_of(THREE, sets=sets)) is THREE
    assert published.matching(ensemble_of(THREE, sets=["he_normal", "normal*0.5"])) is None
    assert published.matching(ensemble_of(FOUND, sets=["normal"])) is None


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
    assert published.matching(ensemble_of(THREE, **change)) is None


def test_among_those_that_differ_in_epochs_alone_the_one_with_as_many_is_recognised_else_the_first():
    assert published.matching(ensemble_of(LONG, epochs=100)) is LONG
    assert published.matching(ensemble_of(LONG, epochs=50)) is SHORT
    assert published.matching(ensemble_of(SHORT, epochs=7)) is LONG
    assert published.matching(ensemble_of(SLOW, epochs=50)) is SLOW


def test_published_epochs_are_counted_from_one_and_end_with_those_asked_for():
    frame = published.by_epoch(
        THREE, ensemble_of(THREE, sets=["zeros", "he_normal"], epochs=2), "loss", "train"
    )
    assert frame.to_dict("records") == [
        {"epoch": 1, "start": "zeros", "value": 2.3025},
        {"epoch": 2, "start": "zeros", "value": 2.3024},
    ]


def test_published_figures_are_those_of_each_start_and_of_the_split():
    frame = published.by_epoch(THREE, ensemble_of(THREE), "accuracy", "validation")
    last = frame[frame["epoch"] == 10].set_index("start")["value"].to_dict()
    assert last["zeros"] == 0.1060
    assert last["glorot_uniform"] == 0.9452
    assert len(frame) == 30
    assert set(frame.groupby("start")["epoch"].agg(tuple)) == {tuple(range(1, 11))}
    (only,) = published.by_epoch(SMALL, ensemble_of(SMALL, epochs=1), "accuracy", "train")["value"]
    assert only == 0.6514


def test_published_figures_that_no_logarithmic_axis_can_show_are_left_out(monkeypatch):
    figures = {"train_loss": np.array([0.0, np.nan, np.inf, 0.5, -1.0])}
    runs = dict.fromkeys(published.published_runs(), figures)
    monkeypatch.setattr(published, "published_runs", lambda: runs)
    frame = published.by_epoch(THREE, ensemble_of(THREE, sets=["zeros"]), "loss", "train")
    assert frame.to_dict("records") == [{"epoch": 4, "start": "zeros", "value": 0.5}]


def test_a_loss_that_is_not_the_one_minimised_is_a_figure_of_its_own():
    ensemble = ensemble_of(LONG, epochs=3)
    assert published.by_epoch(LONG, ensemble, "loss", "train") is None
    reported = published.by_epoch(LONG, ensemble, REPORTED, "train")
    assert reported[["epoch", "value"]].to_numpy().tolist()[:2] == [[1, 254.18], [2, 199.00]]
    frame = published.by_epoch(LONG, ensemble, "accuracy", "train")
    assert frame[["epoch", "value"]].to_numpy().tolist() == [[1, 0.47], [2, 0.59], [3, 0.65]]


def test_all_columns_that_were_published_are_drawn_and_no_others():
    four = [(quantity, split) for split in ("train", "validation") for quantity in ("loss", "accuracy")]
    assert published.columns(THREE) == published.columns(SMALL) == four
    assert published.columns(LONG) == [(REPORTED, "train"), ("accuracy", "train")]
    assert published.columns(NARROW) == published.columns(CLOTHES) == []


@pytest.mark.parametrize("replay", [one for one in REPLAYS if one.changes["name"] != "mnist"])
def test_on_mnist_an_experiment_on_other_images_is_recognised_as_a_stand_in(replay):
    found = published.matching(ensemble_of(replay, data={"name": "mnist"}, init_seed=4))
    assert (found.question, found.stand_in) == (replay.question, "mnist")
    own = {"fashion_mnist": "Fashion-MNIST", "cifar10": "CIFAR-10"}[replay.changes["name"]]
    assert f"**Trained on MNIST, a stand-in for {own}**" in published.introduction(found)
    assert f"Trained on {own}." in published.introduction(replay)
    assert published.matching(ensemble_of(replay)).stand_in == ""
    other = "cifar10" if own == "Fashion-MNIST" else "fashion_mnist"
    assert published.matching(ensemble_of(replay, data={"name": other})) is None


def test_nothing_that_was_published_stands_beside_a_stand_in(monkeypatch):
    quoted = {
        "curves": {"uniform_fan_out": "zeros"},
        "finals": {"uniform_fan_out": ("test_accuracy", 1, 0.8)},
    }
    monkeypatch.setattr(published, "REPLAYS", (CLOTHES._replace(source="ift6135_b", **quoted),))
    own, other = (ensemble_of(CLOTHES, data={"name": name}) for name in ("fashion_mnist", "mnist"))
    assert published.figures(published.matching(own), own.starts)
    assert published.figures(published.matching(other), other.starts) == []
    assert published.columns(published.matching(other)) == []


def test_a_kept_curve_is_that_of_the_replays_own_start_as_far_as_its_epochs(monkeypatch):
    rows = [{"epoch": e, "seeds": 25 - e, "median": 9.0 - e, "low": 1.0, "high": 9.0} for e in (1, 2, 3)]
    kept = {(LONG.question, "normal", "train_loss"): rows}
    monkeypatch.setattr(starts, "curve", lambda replay, *which: kept.get((replay.question, *which), []))
    frame, n_starts = published.kept(LONG, ensemble_of(LONG, epochs=2), REPORTED, "train")
    assert n_starts == 24
    assert frame[["epoch", "start", "median"]].to_numpy().tolist() == [[1, "normal", 8.0], [2, "normal", 7.0]]
    assert published.kept(LONG, ensemble_of(LONG), "accuracy", "train") is None
    assert published.kept(SLOW, ensemble_of(SLOW), REPORTED, "train") is None
    without = ensemble_of(LONG, sets=["zeros"])
    assert published.kept(LONG, without, REPORTED, "train") is None


def test_a_final_figure_is_one_point_once_its_epoch_is_reached():
    frame = published.by_epoch(NARROW, ensemble_of(NARROW), "accuracy", "validation")
    assert frame.to_dict("records") == [{"epoch": 100, "start": "glorot_uniform", "value": 0.7943}]
    for ensemble, quantity in ((ensemble_of(NARROW, epochs=99), "accuracy"), (ensemble_of(NARROW), "loss")):
        assert published.by_epoch(NARROW, ensemble, quantity, "validation") is None
    assert published.by_epoch(COMPARED, ensemble_of(COMPARED), "accuracy", "validation") is None
