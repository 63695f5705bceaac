"""The initialization page's sections: of which networks and epochs they are, and what they are cached by."""

from contextlib import nullcontext
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from data import DataConfig
from lab.links.ensemble import Ensemble, Start
from lab.links.experiment import Experiment
from mlp import TrainConfig
from ui.initialization import distributions, panels, setup, symmetry, training

ZEROS, HE = Start("zeros", 1.0), Start("he_normal", 1.0)
TRAIN = TrainConfig(epochs=7)
ENSEMBLE = Ensemble(Experiment(DataConfig(), TRAIN), 3, (ZEROS, HE))


# ---- the results of a training


@pytest.fixture
def results(monkeypatch):
    """A function of the epochs trained and the guesses: (what was called with what, the run or None)."""

    def draw(n_epochs=9, guesses=("zeros",), ended=False, replay=None, asked=7):
        called = {}
        table = pd.DataFrame(
            {"initializer": ["a"], "you said": ["learns"], "right": [1], "lost": [0], "below": [0]}
        )
        run = SimpleNamespace(n_epochs=n_epochs, ended=ended)
        epochs = [SimpleNamespace(number=k) for k in (2, 5)]

        def noted(name, value=None):
            return lambda *how, **more: called.update({name: (*how, *more.values())}) or value

        for module, name, fake in (
            (training.progress, "trained", lambda ensembles, watched: [run] if watched else None),
            (training.frames, "verdicts", noted("verdicts", (table, 0.6))),
            (training.frames, "observed", noted("observed", epochs)),
            (training.of_curves, "choose", noted("choose", SimpleNamespace(epoch=5))),
            (training.panels, "draw", noted("panels")),
            (training.of_curves, "draw", noted("timeline")),
            (training.distributions, "section", noted("distributions")),
            (training, "_answer", noted("answer")),
            (training, "_said", noted("said")),
            (training, "_steps", noted("steps")),
            (training, "_compare", noted("compare")),
            (training.st, "container", nullcontext),
            (training.st, "markdown", lambda text: None),
            (training.st, "error", noted("error")),
            (training.st, "info", noted("info")),
            (training.st, "dataframe", noted("table")),
        ):
            monkeypatch.setattr(module, name, fake)
        ensemble = ENSEMBLE._replace(experiment=Experiment(DataConfig(), replace(TRAIN, epochs=asked)))
        found = training.results(ensemble, list(guesses), HE, replay, "place", with_test=False)
        return called, found, run

    return draw


@pytest.mark.parametrize(("trained", "last"), [(9, 7), (7, 7), (4, 4), (1, 1)])
def test_results_are_of_the_last_epoch_asked_for_or_trained_and_the_epoch_on_show(results, trained, last):
    called, found, run = results(trained)
    assert found is run
    assert called["verdicts"] == (ENSEMBLE, run, last, ["zeros"])
    assert called["observed"] == (run, last)
    assert called["choose"] == ([2, 5],)
    _, _, shown, *_ = called["panels"]
    assert shown == panels.Trained(run, last, 0.6, 5)
    assert called["steps"] == called["distributions"] == (ENSEMBLE, run, HE, last, 5)
    assert called["answer"][2:] == (0.6, last)


def test_the_table_has_what_was_guessed_if_anything_was(results):
    for guesses, columns in ((("zeros",), ["initializer", "you said"]), ((), ["initializer"])):
        called, *_ = results(guesses=guesses)
        assert called["table"][0].columns.tolist() == columns


@pytest.mark.parametrize(
    ("n_epochs", "ended", "asked", "told"),
    [
        (0, True, 7, {"error"}),
        (0, False, 7, set()),
        (-1, False, 7, set()),
        (5, False, 0, {"info"}),
        (1, True, 0, {"info"}),  # the longer training that diverged is kept, but nothing is asked of it
    ],
)
def test_without_an_epoch_there_are_no_results(results, n_epochs, ended, asked, told):
    called, found, _ = results(n_epochs, ended=ended, asked=asked)
    assert found is None
    assert called.keys() == told


@pytest.mark.parametrize(
    ("curves", "finals", "compared"), [({}, {}, False), ({"a": 1}, {}, True), ({}, {"a": 1}, True)]
)
def test_ours_are_compared_with_what_was_published(results, curves, finals, compared):
    called, *_ = results(replay=SimpleNamespace(curves=curves, finals=finals))
    assert ("compare" in called) == compared


@pytest.mark.parametrize(("n_valid", "split"), [(5, "validation"), (0, "train")])
def test_each_epoch_says_the_training_loss_and_the_accuracy_on_validation_or_else_training(
    monkeypatch, n_valid, split
):
    frame = pd.DataFrame(
        [(q, s, 0.5) for q in ("loss", "accuracy") for s in ("train", "validation", "test")],
        columns=["quantity", "split", "median"],
    )
    asked = []
    monkeypatch.setattr(training.frames, "curves", lambda *_: frame)
    monkeypatch.setattr(training, "of_epochs", lambda epochs: epochs)
    monkeypatch.setattr(training.epoch_in_words, "sentences", lambda *what: asked.append(what))
    run = SimpleNamespace(dataset=SimpleNamespace(y_valid=np.zeros(n_valid)))
    training._said(ENSEMBLE, run, [], 7)
    ((rows, name, names),) = asked
    assert rows[["quantity", "split"]].to_numpy().tolist() == [["loss", "train"], ["accuracy", split]]
    assert (name, names) == ("start", {"loss": "training loss", "accuracy": f"{split} accuracy"})


def test_a_comparison_is_that_of_its_run_its_epoch_and_whether_the_test_set_counts(monkeypatch):
    keys, seconds = [], []

    def forward_seconds(config, n_features, n_classes, n_examples, speed):
        return float(n_examples)

    shared = SimpleNamespace(speed=None, note=lambda key, make: keys.append(key) or ())
    monkeypatch.setattr(training, "cache", lambda: shared)
    monkeypatch.setattr(training.cost, "forward_seconds", forward_seconds)
    monkeypatch.setattr(training.progress, "spinner", lambda n, text: seconds.append(n) or nullcontext())
    monkeypatch.setattr(training.published, "like_for_like", lambda *_: [])
    monkeypatch.setattr(training.st, "caption", lambda text: None)
    dataset = SimpleNamespace(X_test=np.zeros((20, 4)), y_test=np.zeros(20), class_names="ab")
    replay = SimpleNamespace(question="q", unscaled_test=True)
    other = SimpleNamespace(question="other", unscaled_test=False)
    run, again = (SimpleNamespace(stamp=k, dataset=dataset, n_epochs=9) for k in range(2))
    training._compare(replay, ENSEMBLE, run, 7, True)
    training._compare(replay, ENSEMBLE, run, 7, False)
    training._compare(replay, ENSEMBLE, run, 6, True)
    training._compare(replay, ENSEMBLE, again, 7, True)
    training._compare(other, ENSEMBLE, run, 7, True)
    training._compare(replay, ENSEMBLE._replace(starts=(HE, ZEROS)), run, 7, True)
    assert len(set(keys)) == 6
    assert seconds[:2] == [6 * 20, 0], "six networks; a hidden test set is not classified"
    assert seconds[4] == 0


def test_the_steps_are_those_of_the_start_that_is_looked_at_and_lie_between_the_last_epochs_extremes(
    monkeypatch,
):
    frame = pd.DataFrame(
        {"epoch": [1, 1, 6, 6, 6], "layer": [1, 2, 1, 2, 3], "median": [9.0, 1e-9, 3e-3, 2e-2, 1e-3]}
    )
    asked, drawn, shown = [], [], []
    monkeypatch.setattr(training, "cached_view", lambda make, run, *what: asked.append(what) or frame)
    monkeypatch.setattr(training.st, "columns", lambda n, **_: [nullcontext()] * n)
    monkeypatch.setattr(training.st, "caption", lambda text: None)
    monkeypatch.setattr(
        training.steps, "by_layer", lambda *what, **how: drawn.append((what[1:4], how["rule"]))
    )
    monkeypatch.setattr(training.steps, "profile", lambda *what, **how: drawn.append((what[1], how["rule"])))
    monkeypatch.setattr(training, "show", lambda chart, kind, finding: shown.append(finding))
    training._steps(ENSEMBLE, "run", HE, 6, 5)
    assert asked == [(range(3, 6), 6, "gradient"), (range(3, 6), 6, "update_ratio")]
    assert shown == ["At epoch 6 the layers lie between 1.0e-03 and 2.0e-02"] * 4
    assert drawn == [
        ((6, 5, "he_normal: gradient norm by layer"), False),
        (5, False),
        ((6, 5, "he_normal: update-to-weight ratio by layer"), True),
        (5, True),
    ]


def test_as_many_networks_as_starts_and_seeds_are_trained_and_old_guesses_do_not_count(monkeypatch):
    labels = []
    monkeypatch.setattr(training.st, "pills", lambda *_, **__: ["normal", "he_normal"])
    monkeypatch.setattr(training.lock, "control", lambda draw, label, **_: labels.append(label) or True)
    assert training.predict(ENSEMBLE) == (["he_normal"], True)
    assert labels == ["Train 6 networks"]


# ---- the distributions by layer, and symmetry


def test_the_distributions_are_those_of_a_starts_first_network_over_the_epochs_of_the_timeline(monkeypatch):
    asked, shared = [], SimpleNamespace(speed=None)
    monkeypatch.setattr(distributions, "cache", lambda: shared)
    monkeypatch.setattr(distributions.st, "expander", lambda *_, **__: Open())
    monkeypatch.setattr(
        distributions.signal_over_training, "seconds", lambda config, data, epochs, speed: epochs
    )
    monkeypatch.setattr(distributions.cost, "training_bytes", lambda configs, dataset: configs)
    monkeypatch.setattr(distributions.progress, "result", lambda *how: asked.append(how))
    observed, lost_in = {7: (1, 4, 7), 6: (1, 3, 6)}, 99

    def epoch(k):
        records = [SimpleNamespace(diverged=i == 3 and k >= lost_in, epoch=min(k, lost_in)) for i in range(6)]
        return SimpleNamespace(number=k, records=records)

    monkeypatch.setattr(distributions.frames, "observed", lambda run, n: [epoch(k) for k in observed[n]])
    run = SimpleNamespace(configs=ENSEMBLE.configs(), dataset=None)
    other_data = ENSEMBLE._replace(experiment=Experiment(DataConfig(seed=1), TRAIN))
    for ensemble, start, n_epochs in (
        (ENSEMBLE, HE, 7),
        (ENSEMBLE, ZEROS, 7),
        (ENSEMBLE, HE, 6),
        (other_data, HE, 7),
    ):
        distributions.section(ensemble, run, start, n_epochs, 2)
    assert len({key for key, *_ in asked}) == 4
    (_, _, epochs, *_, (config,)) = asked[0]
    assert (epochs, config) == ((1, 4, 7), ENSEMBLE.of(HE)[0])
    lost_in, said = 4, []
    monkeypatch.setattr(distributions.st, "info", said.append)
    distributions.section(ENSEMBLE, run, HE, 7, 2)
    assert asked[-1][2] == (1,), "those before it diverged"
    lost_in = 1
    distributions.section(ENSEMBLE, run, HE, 7, 2)
    assert said == ["he_normal, the first seed, diverged in epoch 1: there is nothing to show."]
    distributions.section(ENSEMBLE, run, ZEROS, 7, 2)
    assert asked[-1][2] == (1, 4, 7)


class Open(nullcontext):
    open = True


def test_equal_units_are_counted_at_the_last_epoch_beside_the_training_loss(monkeypatch):
    shown, said = [], []
    units = pd.DataFrame({"start": ["zeros"] * 2 + ["he"] * 2, "median": [8.0, 1.0, 7.0, 8.0]})
    curves = pd.DataFrame(
        {"quantity": ["loss", "loss", "accuracy"], "split": ["train", "validation", "train"]}
        | {"median": [0.5, 0.6, 0.7]}
    )
    run = SimpleNamespace(n_epochs=9)
    rows, tables = [], []
    monkeypatch.setattr(symmetry.st, "toggle", lambda *_, **__: True)
    monkeypatch.setattr(symmetry.st, "markdown", said.append)
    monkeypatch.setattr(symmetry.st, "columns", lambda n, **_: [nullcontext()] * n)
    monkeypatch.setattr(symmetry, "show_rows", lambda rows: None)
    monkeypatch.setattr(symmetry.progress, "trained", lambda few, watched: [run])
    monkeypatch.setattr(
        symmetry, "cached_view", lambda make, *what: units if make is symmetry.frames.distinct else curves
    )
    monkeypatch.setattr(symmetry.charts, "distinct", lambda *_: None)
    monkeypatch.setattr(
        symmetry.charts,
        "trained",
        lambda frame, *_, rule, **__: rows.append((frame["median"].tolist(), rule)),
    )
    monkeypatch.setattr(symmetry, "show", lambda chart, kind, finding: shown.append(finding))
    monkeypatch.setattr(symmetry, "symmetry_table", lambda few, run, n: tables.append(n))
    monkeypatch.setattr(symmetry, "_say_what_zeros_learn", lambda *what: tables.append(what[3]))
    dataset = SimpleNamespace(y_train=np.array([0, 0, 0, 1]))
    symmetry.section(ENSEMBLE, dataset)
    entropy = -(0.75 * np.log(0.75) + 0.25 * np.log(0.25))
    assert shown == ["he: 8; zeros: 1", f"The label entropy is {entropy:.4f}"]
    ((medians, (height, word)),) = rows
    assert (medians, height, word) == ([0.5], pytest.approx(entropy), f"label entropy {entropy:.4f}")
    assert tables == [7, 7], "no further than was asked for"
    assert "still be equal after 7 epochs?" in said[0]


# ---- the sidebar, the panels and the signal before training


def test_the_limit_is_that_of_all_networks_of_all_starts(monkeypatch):
    limited = []

    def group(title, names, values):
        values |= dict.fromkeys(names, None)

    monkeypatch.setattr(setup.st, "sidebar", nullcontext())
    monkeypatch.setattr(setup, "_depth_and_width", lambda text: None)
    monkeypatch.setattr(setup, "_starts", lambda problems: (HE, ZEROS))
    for name, fake in (
        ("group", group),
        ("draw", lambda name: "tanh"),
        ("more", lambda *_, **__: nullcontext()),
        ("seeds", lambda: 3),
        ("assemble", lambda values, defaults: (Experiment(DataConfig(), TRAIN), [defaults["epochs"]])),
        ("ignored", lambda values: []),
        ("within_limits", lambda one, n, page: limited.append((one.train.initializer, n, page)) or (one, [])),
    ):
        monkeypatch.setattr(setup.controls, name, fake)
    monkeypatch.setattr(setup.lock, "hides", lambda name: False)
    ensemble, problems = setup.sidebar()
    assert limited == [("he_normal", 6, "initialization")]
    assert (ensemble.n_seeds, ensemble.starts, problems) == (3, (HE, ZEROS), [20])


def replay_of(**changes):
    plain = {"panels": (), "splits": ("train", "test"), "curves": {"a": 1}, "cumulative": False}
    return SimpleNamespace(**plain | changes)


@pytest.mark.parametrize(
    ("replay", "published", "with_test", "starts", "drawn"),
    [
        (None, [], True, 2, ["loss train", "accuracy validation"]),
        (replay_of(), [("error", "test")], True, 2, ["error test"]),
        (replay_of(), [(panels.REPORTED, "train")], True, 1, ["reported loss train", "loss train"]),
        (replay_of(panels=("loss", "rate")), [], True, 1, ["loss of ['train', 'test']"]),
        (
            replay_of(panels=("loss",)),
            [],
            False,
            2,
            ["loss train", "accuracy validation", "loss of ['train']", "hidden"],
        ),
        (replay_of(panels=("loss",), splits=("train",)), [], False, 1, ["loss of ['train']"]),
    ],
)
def test_a_replay_draws_what_was_published_or_its_own_panels_and_without_the_test_set_says_so(
    monkeypatch, replay, published, with_test, starts, drawn
):
    called = []

    def by_start(ensemble, replay, quantity, split, trained):
        called.append(f"{quantity} {split}")

    def by_split(ensemble, trained, start, quantity, splits):
        called.append(f"{quantity} of {splits}")

    monkeypatch.setattr(panels.published, "columns", lambda replay: published)
    monkeypatch.setattr(panels, "_by_start", by_start)
    monkeypatch.setattr(panels, "_by_split", by_split)
    monkeypatch.setattr(panels, "_rates", lambda *_: None)
    monkeypatch.setattr(panels, "left_out", lambda *_: [])
    monkeypatch.setattr(panels.st, "columns", lambda n, **_: [nullcontext()] * n)
    monkeypatch.setattr(panels.st, "caption", lambda text: called.append(text.split("set is ")[1][:6]))
    place = SimpleNamespace(container=nullcontext)
    run = SimpleNamespace(dataset=SimpleNamespace(y_train=()))
    shown = panels.Trained(run, 7, 0.5, 7)
    ensemble = ENSEMBLE._replace(starts=(HE, ZEROS)[:starts])
    panels.draw(place, ensemble, shown, replay, HE, with_test=with_test)
    assert called == drawn


@pytest.mark.parametrize(
    ("n_epochs", "ended", "trains", "waits"),
    [
        (None, False, True, True),
        (6, False, True, True),
        (7, False, True, False),
        (3, True, True, False),
        (3, True, False, True),
    ],
)
def test_published_figures_alone_are_drawn_until_the_training_is_done(
    monkeypatch, n_epochs, ended, trains, waits
):
    called, said, pairs = [], [], [("loss", "train")] * 3
    run = None if n_epochs is None else SimpleNamespace(n_epochs=n_epochs, ended=ended)
    monkeypatch.setattr(panels, "cache", lambda: SimpleNamespace(peek=lambda ensemble, watched: run))
    monkeypatch.setattr(panels.published, "introduction", lambda replay: "what it is")
    monkeypatch.setattr(panels.published, "columns", lambda replay: pairs)
    monkeypatch.setattr(panels.published, "kept_comparison", lambda *_, **__: ())
    monkeypatch.setattr(panels, "_by_start", lambda *_: called.append("chart"))
    monkeypatch.setattr(panels, "_rates", lambda *_: None)
    monkeypatch.setattr(panels.st, "markdown", said.append)
    monkeypatch.setattr(panels.st, "caption", lambda text: called.append("hint"))
    monkeypatch.setattr(panels.st, "columns", lambda n, **_: [nullcontext()] * n)
    monkeypatch.setattr(panels.st, "empty", lambda: SimpleNamespace(container=nullcontext))
    panels.at_once(replay_of(), ENSEMBLE, 100, trains=trains, with_test=True)
    assert called == ["chart", "chart", "chart", "hint"] * waits
    assert said == ["what it is"]
    called.clear()
    pairs.pop()
    panels.at_once(replay_of(), ENSEMBLE, 100, trains=trains, with_test=True)
    assert called == ["chart", "chart"] * waits, "few enough to be looked at closely"
    called.clear()
    panels.at_once(replay_of(), ENSEMBLE._replace(starts=(HE,)), 100, trains=trains, with_test=True)
    assert "hint" not in called
    called.clear()
    panels.at_once(None, ENSEMBLE, 100, trains=trains, with_test=True)
    assert called == []
    assert len(said) == 3, "where there is no replay it is not introduced"


@pytest.mark.parametrize("theirs", [True, False])
def test_before_the_training_our_kept_curves_are_drawn_with_what_was_published(monkeypatch, theirs):
    drawn, shown = [], []
    ours = pd.DataFrame({"start": "he_normal", "epoch": [1, 3, 2], "median": [0.9, 0.25, 0.5]})
    published = pd.DataFrame({"start": ["he_normal"], "epoch": [1], "value": [0.75]}) if theirs else None
    monkeypatch.setattr(panels.published, "by_epoch", lambda *_: published)
    monkeypatch.setattr(panels.published, "kept", lambda *_: (ours, 5))
    monkeypatch.setattr(panels.charts, "trained", lambda *how, **marks: drawn.append((how, marks)))
    monkeypatch.setattr(panels, "show", lambda chart, kind, said: shown.append((kind, said)))
    panels._by_start(ENSEMBLE, replay_of(), "loss", "train")
    (((rows, quantity, _, title), marks),) = drawn
    assert (rows is ours, quantity, marks.get("published") is published) == (True, "loss", True)
    dashed = ", and as published (dashed)" * theirs
    assert title == f"Training loss: ours of up to 5 starts, kept{dashed}"
    assert shown == [("Training loss by epoch, one line per start", "he_normal ends at 0.25")]


@pytest.mark.parametrize(("n_valid", "split"), [(5, "validation"), (0, "train")])
def test_without_validation_the_accuracy_by_start_is_that_of_training(monkeypatch, n_valid, split):
    frame = pd.DataFrame(
        [("accuracy", s, "he_normal", 1, v) for s, v in (("train", 0.25), ("validation", 0.5))],
        columns=["quantity", "split", "start", "epoch", "median"],
    )
    drawn, shown, cumulative = [], [], []
    run = SimpleNamespace(dataset=SimpleNamespace(y_valid=np.zeros(n_valid)))
    monkeypatch.setattr(panels, "cached_view", lambda *_, **how: cumulative.append(how) or frame)
    monkeypatch.setattr(panels.frames, "ends", lambda ensemble, run, n, quantity, split: split)
    monkeypatch.setattr(panels, "finding", lambda ensemble, run, rows, *_: rows["median"].tolist())
    monkeypatch.setattr(panels.charts, "trained", lambda rows, *_, **marks: drawn.append(marks))
    monkeypatch.setattr(panels, "show", lambda chart, kind, said: shown.append((kind, said)))
    panels._by_start(ENSEMBLE, None, "accuracy", "validation", panels.Trained(run, 7, 0.6, 5))
    name = {"validation": "Validation", "train": "Training"}[split]
    median = {"validation": [0.5], "train": [0.25]}[split]
    assert shown == [(f"{name} accuracy by epoch, one line per start", median)]
    assert drawn[0].pop("losses") == (("cross-entropy", "nats"),)
    assert drawn == [
        {"epoch": 5, "ends": split, "rule": (0.6, "most common class 60.0%"), "height": panels.WIDE}
    ]
    monkeypatch.setattr(panels.published, "by_epoch", lambda *_: None)
    for replay in (replay_of(cumulative=True), replay_of(curves={})):
        panels._by_start(ENSEMBLE, replay, "accuracy", "validation", panels.Trained(run, 7, 0.6, 5))
    assert [how["cumulative"] for how in cumulative] == [False, True, False]
    assert [how["height"] for how in drawn] == [panels.WIDE, panels.SMALL, panels.WIDE]


def test_the_curves_of_a_split_go_to_the_last_epoch_whichever_is_on_show(monkeypatch):
    asked, rules = [], []
    rows = pd.DataFrame({"epoch": [1], "median": [0.5], "split": ["train"]})
    monkeypatch.setattr(panels, "cached_view", lambda make, *of: asked.append(of) or rows)
    monkeypatch.setattr(panels.curve_charts, "curves", lambda *_, epoch, losses: rules.append(epoch))
    monkeypatch.setattr(panels, "show", lambda *_: None)
    panels._by_split(ENSEMBLE, panels.Trained("the run", 7, 0.5, 3), HE, "loss", ["train"])
    assert asked == [(ENSEMBLE, "the run", HE, 7, "loss", ("train",))]
    assert rules == [3]
