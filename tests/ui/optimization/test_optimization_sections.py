"""The optimization page's sections: the view of a plane, and of which runs, epochs and settings they are."""

import re
from contextlib import nullcontext
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from data import DataConfig, load_dataset
from lab.links.cost import Speed
from lab.links.experiment import Experiment
from lab.optimization import bowl, surface
from mlp import OPTIMIZERS, TrainConfig
from mlp.network import objective
from ui.optimization import epochs, plane, schedules, steepness, valley
from ui.training.run import Run

DATA = DataConfig(n_samples=40)
DATASET = load_dataset(DATA)  # 28 training examples
TRAIN = TrainConfig(hidden_layer_sizes=(3,), epochs=2, batch_size=10, learning_rate=0.2)
SPEED = Speed(1e-6, 1e-9, 1e-10, {"relu": 1e-9})


def run_of(n_epochs=2, **changes):
    run = Run((replace(TRAIN, epochs=99, **changes),), DATASET)
    run.advance(n_epochs, 1e6)
    return run


@pytest.mark.parametrize(
    ("kind", "names"), [(plane.RANDOM, ()), (plane.PRINCIPAL, ()), (plane.WEIGHTS, ("W1[0,0]", "b2[1]"))]
)
def test_a_view_has_each_paths_own_losses_and_the_experiments_own_end_in_its_middle(kind, names):
    runs = {"sgd": run_of(4), "adam": run_of(3, optimizer="adam")}
    shares = []
    view = plane.progress.at_once(plane._view(runs, (2, 3), (kind, names, 7), 5), shares.append)
    assert shares == sorted(shares)
    assert 0 <= shares[0] < shares[-1] == 1
    assert view.values.shape == (5, 5)
    assert view.lost == {"sgd": None, "adam": None}
    assert view.solved
    for (label, run), last in zip(runs.items(), (2, 3), strict=True):
        own = view.paths[view.paths["path"] == label]
        assert (own["epoch"].iloc[0], own["epoch"].iloc[-1]) == (0, last)
        for place, epoch in ((0, 0), (-1, last)):
            params = run.at(epoch).records[0].params
            loss = float(objective(params, DATASET.X_train, DATASET.y_train, run.configs[0])[0])
            assert own["loss"].iloc[place] == pytest.approx(loss, rel=1e-5)
        assert view.ends[label] == pytest.approx(loss, rel=1e-5)
        assert 0 <= view.shares[label] <= 1
    end = view.paths[view.paths["path"] == "sgd"].iloc[-1]
    assert (end["a"], end["b"]) == pytest.approx((0, 0), abs=1e-6)
    (left, right), (bottom, top) = view.window
    assert left < 0 < right
    assert bottom < 0 < top


def test_a_view_lies_in_the_plane_that_is_asked_for():
    runs = {"sgd": run_of(4), "adam": run_of(3, optimizer="adam")}

    def view(kind, names=(), seed=7):
        return plane.progress.at_once(plane._view(runs, (2, 3), (kind, names, seed), 3))

    (own, _), (other, _) = (
        [(layer.W[0, 0], layer.b[-1]) for layer in runs[name].at(last).records[0].params]
        for name, last in (("sgd", 2), ("adam", 3))
    )
    end = view(plane.WEIGHTS, ("W1[0,0]", "b1[2]")).paths.iloc[-1]
    assert (end["a"], end["b"]) == pytest.approx(np.subtract(other, own), rel=1e-4)
    principal, *random = view(plane.PRINCIPAL), view(plane.RANDOM), view(plane.RANDOM, seed=8)
    assert principal.paths.equals(view(plane.PRINCIPAL, seed=8).paths)
    assert not random[0].paths.equals(random[1].paths)
    assert min(principal.shares.values()) > 0.5
    assert max(share for one in random for share in one.shares.values()) < 0.5


def test_a_run_that_was_lost_has_no_end_and_says_when(monkeypatch):
    runs = {"sgd": run_of(2), "wild": run_of(9, learning_rate=1e9)}
    view = plane.progress.at_once(plane._view(runs, (2, runs["wild"].n_epochs), (plane.RANDOM, (), 0), 3))
    assert np.isfinite(view.ends["sgd"])
    assert np.isnan(view.ends["wild"])
    assert view.lost == {"sgd": None, "wild": runs["wild"].at(99).records[0].epoch}
    assert view.beyond == ("wild",), "its parameters are large, but finite"


def test_a_path_cut_off_at_its_start_is_not_said_to_rest_and_its_training_not_to_have_diverged(monkeypatch):
    runs = {"sgd": run_of(3, activation="tanh", learning_rate=1e3)}
    assert not runs["sgd"].at(3).records[0].diverged
    said = []
    for name in ("markdown", "caption"):
        monkeypatch.setattr(plane.st, name, said.append)
    for kind, names in ((plane.RANDOM, ()), (plane.WEIGHTS, ("W1[0,0]", "b2[1]"))):
        view = plane.progress.at_once(plane._view(runs, (3,), (kind, names, 0), 3))
        assert (view.shares, view.lost, view.solved) == ({"sgd": None}, {"sgd": 1}, False)
        plane._say(view, kind, 3)
    told = " ".join(said)
    assert (
        "Not followed to the end: sgd in epoch 1, where the parameters have changed by more than 20" in told
    )
    for wrong in ("diverged", "not move", "the solution", "no longer finite"):
        assert wrong not in told
    with pytest.raises(
        ValueError, match=r"^No path has a point besides its start, .* Not followed to the end: sgd in"
    ):
        plane.progress.at_once(plane._view(runs, (3,), (plane.PRINCIPAL, (), 0), 3))


@pytest.mark.parametrize(("n", "told"), [(surface.FINE, False), (surface.FINE - 1, True)])
@pytest.mark.parametrize("solved", [True, False])
def test_a_coarse_surface_and_one_through_the_start_say_so(monkeypatch, n, told, solved):
    said = []
    for name in ("markdown", "caption"):
        monkeypatch.setattr(plane.st, name, said.append)
    for name in ("in_plane", "lost", "holes"):
        monkeypatch.setattr(plane.sentences, name, lambda *_, name=name: name if name != "lost" else "")
    view = plane.View(np.zeros((n, n)), None, None, {}, {}, {}, solved)
    plane._say(view, plane.WEIGHTS, n)
    start = " The experiment's own path is not followed to its end, so the plane goes through its start "
    start += "instead of a solution."
    assert said[0] == "in_plane holes" + start * (not solved)
    others = f"every other parameter is that of the {'solution' if solved else 'start'}. Each point"
    assert said[1].startswith(f"Only these two parameters vary; {others}")
    assert said[1].endswith(f"the loss is computed at only {n} × {n} points.") == told


@pytest.mark.parametrize(
    ("kind", "how"),
    [
        (plane.WEIGHTS, (plane.WEIGHTS, ("W1[0,0]", "W1[0,1]"), 0)),
        (plane.RANDOM, (plane.RANDOM, (), 7)),
        (plane.PRINCIPAL, (plane.PRINCIPAL, (), 0)),
    ],
)
def test_a_plane_is_chosen_by_two_weights_or_a_seed_and_weights_that_are_none_are_replaced(
    monkeypatch, kind, how
):
    def control(draw, label, *choices, key, **_):
        assert key != "plane_seed" or choices == (0, 4_294_967_295)
        return {"plane": kind, "plane_seed": 7.0, "weight1": "W9[0,0]", "weight2": "b1[0]"}[key]

    monkeypatch.setattr(plane.lock, "control", control)
    monkeypatch.setattr(plane, "show_sentence", lambda *_: None)
    assert plane.choose(SimpleNamespace(experiment=Experiment(DATA, TRAIN))) == how


# ---- schedules by step


@pytest.fixture
def by_step(monkeypatch):
    """A function: what `schedules.section` asks of the cache and draws."""

    def draw(data=DATA, result=None, **changes):
        asked, drawn, said = [], [], []
        train = replace(TRAIN, **changes)
        losses = pd.DataFrame({"step": [0.0], "loss": [1.0], "schedule": [train.schedule]})
        result = (losses, {"constant": 1.0}) if result is None else result
        monkeypatch.setattr(schedules, "cache", lambda: SimpleNamespace(speed=SPEED))
        monkeypatch.setattr(schedules.price, "steps", lambda configs, dataset, n, speed: n)
        monkeypatch.setattr(schedules.cost, "training_bytes", lambda configs, dataset: len(configs))
        monkeypatch.setattr(schedules.progress, "result", lambda *how: asked.append(how) or result)
        monkeypatch.setattr(schedules.sentences, "schedules", lambda last, whole: f"whole: {whole}")
        for name in ("loss_by_step", "rate_by_step"):
            monkeypatch.setattr(schedules.charts, name, lambda *what, name=name: drawn.append((name, *what)))
        monkeypatch.setattr(schedules, "show", lambda *shown: None)
        monkeypatch.setattr(schedules.st, "markdown", said.append)
        plan = SimpleNamespace(experiment=Experiment(data, train))
        schedules.section(plan, DATASET, epochs.Shown(1, 2))
        return asked, drawn, said

    return draw


def test_the_steps_of_all_schedules_are_counted_from_the_minibatches_of_an_epoch(by_step):
    ((_, _, n_steps, *_),), drawn, said = by_step(epochs=100)
    assert n_steps == 100 * 3, "28 examples in batches of 10"
    (_, _, _, own, domain, title, y_title, (frame, per_epoch)), (_, rates, *_, at) = drawn
    assert (own, domain, per_epoch) == ("constant", [0, 300], 3)
    assert title.startswith("Loss, mean of 2 steps: "), "of 150 points at most"
    assert y_title == "mean cross-entropy (nats)", "short enough for the height of the chart"
    assert frame["epoch"].tolist() == [1]
    assert at[1] == 3
    assert rates["step"].max() == 299
    assert said == ["whole: False"]
    ((_, _, n_steps, *_),), ((*_, title, _, _), _), said = by_step(batch_size=0, epochs=50)
    assert (n_steps, said) == (50, ["whole: True"])
    assert title.startswith("Loss of each step: ")
    assert by_step(epochs=0) == ([], [], [])


def test_the_losses_by_step_are_cached_by_the_data_and_every_setting(by_step):
    changes = [{}, {"learning_rate": 0.3}, {"data": DataConfig(n_samples=40, seed=1)}, {"epochs": 3}]
    changes += [{"optimizer": "adam"}, {"learning_rate_min": 0.01}]
    keys = [by_step(**change)[0][0][0] for change in changes]
    assert len(set(keys)) == len(keys)


# ---- curvature, and the bowl


@pytest.mark.parametrize(
    ("diverged", "changes", "kinks"),
    [
        (False, {"activation": "tanh"}, ""),
        (True, {}, "kinks"),
        (False, {"activation": "tanh", "l1": 0.1}, "kinks"),
    ],
)
def test_curvature_is_drawn_where_it_is_positive_with_its_error_and_says_when_the_path_was_lost(
    monkeypatch, diverged, changes, kinks
):
    drawn, said, asked = [], [], []
    curvature = SimpleNamespace(
        largest=np.array([2.0, 0.0, -1.0, 5.0]), residual=np.array([0.1, 0.2, 0.3, 0.4])
    )
    record = SimpleNamespace(epoch=4, diverged=diverged)
    run = SimpleNamespace(dataset=DATASET, up_to=lambda n: n, at=lambda n: SimpleNamespace(records=[record]))
    monkeypatch.setattr(steepness, "measured", lambda epochs: (np.array([0, 1, 2, 4]), "points"))
    monkeypatch.setattr(
        steepness, "work", lambda *what: asked.append(what) or ("key", None, lambda speed: speed, "a", "b")
    )
    monkeypatch.setattr(steepness, "cache", lambda: SimpleNamespace(speed=3.0))
    monkeypatch.setattr(steepness.progress, "result", lambda *how: asked.append(how) or curvature)
    monkeypatch.setattr(steepness.sentences, "curvature", lambda *what: f"lost: {what[-1]}.")
    monkeypatch.setattr(steepness.charts, "curvature", lambda *what: drawn.append(what))
    monkeypatch.setattr(steepness, "show", lambda chart, kind, finding: said.append(finding))
    monkeypatch.setattr(steepness.st, "markdown", said.append)
    monkeypatch.setattr(steepness.st, "expander", lambda *_, **__: SimpleNamespace(open=False))
    plan = SimpleNamespace(experiment=Experiment(DATA, replace(TRAIN, **changes)))
    steepness.section(plan, run, epochs.Shown(1, 2))
    ((frame, bounds, *_),) = drawn
    assert frame.to_numpy().tolist() == [[0, 2.0, 0.1], [4, 5.0, 0.4]]
    assert bounds["value"].tolist() == pytest.approx([10.0] * 4)  # 2/η
    finding = f"lost: {4 if diverged else None}"
    assert said[1:] == [finding, f"{finding}. {steepness.KINKS}" if kinks else f"{finding}."]
    assert asked[1][:3] == ("key", None, 3.0)


def test_the_bowl_is_that_of_its_condition_number_and_the_line_a_millionth_of_the_way(monkeypatch):
    keys, drawn, said, shared = [], [], [], []
    monkeypatch.setattr(
        valley, "cache", lambda: SimpleNamespace(view=lambda key, make: keys.append(key) or make())
    )
    for name in ("paths", "distances"):
        monkeypatch.setattr(valley.charts, name, lambda *what, name=name: drawn.append((name, *what)))
    shown = []
    monkeypatch.setattr(valley, "show", lambda chart, kind, finding: shown.append((kind, finding)))
    monkeypatch.setattr(valley.st, "columns", lambda *_, **__: (nullcontext(), nullcontext()))
    monkeypatch.setattr(valley.st, "markdown", said.append)
    monkeypatch.setattr(valley.st, "dataframe", lambda *_, **__: None)
    why, formulas = [], []
    box = SimpleNamespace(open=False, latex=formulas.append, markdown=why.append)
    monkeypatch.setattr(valley.st, "expander", lambda *_, **__: box)
    monkeypatch.setattr(
        valley.bowl, "rate_of", lambda settings, kappa: shared.append((settings, kappa)) or 0.5
    )
    for kappa in (4, 9):
        monkeypatch.setattr(valley.lock, "control", lambda *_, kappa=kappa, **__: kappa)
        valley.section()
    assert len(set(keys)) == 2
    for kappa, (_, frame, reached, *_) in zip((4, 9), drawn[1::2], strict=True):
        assert reached == pytest.approx(1e-6 * np.hypot(*bowl.start(kappa)))
        assert frame["distance"].iloc[0] == pytest.approx(np.hypot(*bowl.start(kappa)))
    for kappa, (settings, of) in zip((4, 9), shared, strict=True):
        best = bowl.best("momentum", kappa)
        assert (settings, of) == (best._replace(name="one_step_momentum"), kappa)
    assert (why, formulas) == ([], [])
    kinds = (
        "Map of a bowl, with a path for each optimizer",
        "Line chart of the distance from the bottom by step",
    )
    for (map_kind, finding), (line_kind, same), words in zip(
        shown[::2], shown[1::2], said[1::3], strict=True
    ):
        assert (map_kind, line_kind) == kinds
        assert finding == same
        assert words.startswith(f"**{finding}")
    box.open = True
    valley.section()
    assert formulas == list(valley.FORMULAS)
    (explained,) = why
    n, low, high = len(bowl.RATES), min(bowl.RATES), max(bowl.RATES)
    assert f"For them, the best of {n} learning rates from {low:g} to {high:g} is shown." in explained
    named = re.search(r"([\w, ]+) have no such rate", explained)[1]
    assert set(re.findall(r"\w+", named)) - {"and"} == set(filter(scales_by_the_gradient, OPTIMIZERS))


def scales_by_the_gradient(name):
    """Whether the first step does not double when the gradient does, or is another one later."""
    optimizer, steps = OPTIMIZERS[name], []
    for gradient, t in ((1.0, 0), (2.0, 0), (1.0, 7)):
        theta, state = np.zeros(1), [np.zeros(1) for _ in range(optimizer.n_states)]
        optimizer(theta, np.array([gradient]), state, np.empty(1), 0.1, 0.5, t)
        steps.append(theta[0])
    return abs(steps[1] / steps[0] - 2) > 1e-9 or abs(steps[2] / steps[0] - 1) > 1e-9


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], ""),
        (["adam"], "adam has no such rate: its steps do not shrink in proportion. For it, the"),
        (
            ["a", "b", "c"],
            "a, b and c have no such rate: their steps do not shrink in proportion. For them, the",
        ),
    ],
)
def test_the_words_about_optimizers_without_a_rate_count_them(names, said):
    assert " ".join(valley.without_rate(names)).startswith(said)
    assert bool(valley.without_rate(names)) == bool(names)


def test_it_is_said_of_optimizers_with_momentum_which_momenta_are_tried():
    told = valley.without_rate(["adam", "nadam"], ["nadam"])
    assert told[-1] == "For nadam, each of these rates is tried with μ = 0, 0.5, 0.9 and 0.99."
    assert not any("μ" in one for one in valley.without_rate(["adam"]))


def test_only_optimizers_whose_steps_shrink_in_proportion_have_a_measured_rate():
    measured = {name: one.measured for name, one in valley.descents(2).items()}
    without = {name for name, rate in measured.items() if rate is None}
    assert without == set(filter(scales_by_the_gradient, OPTIMIZERS)) > {"rmsprop"}
    assert measured["sgd"] == pytest.approx(1 / 3, rel=1e-6)  # (κ - 1)/(κ + 1)
