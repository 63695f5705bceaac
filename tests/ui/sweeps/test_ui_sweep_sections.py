"""The smaller sections of the sweeps page: space, effects, final training, rates, stored results."""

import contextlib
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from swept import TWO, plan_of

from data import DataConfig, DataUnavailable
from lab.links.experiment import Experiment
from lab.sweeps import sentences, tested
from lab.sweeps.what_matters import Row
from mlp import TrainConfig
from mlp.effects import Effect
from mlp.range_test import Interval, RangeTest
from mlp.sweep import Between, Values
from ui.frame.visit import Visit
from ui.sweeps import final, learning_rates, most_common, published, space, what_matters


@pytest.fixture
def said(monkeypatch):
    """What any of the sections says, in order."""
    found = []
    for module in (final, learning_rates, most_common, published, space, what_matters):
        for name in ("markdown", "caption", "info"):
            monkeypatch.setattr(module.st, name, found.append)
    return found


@pytest.mark.parametrize(
    ("n_trials", "n_seeds", "repeated", "refused", "words"),
    [
        (1, 1, 0, 0, "**1 trial × 1 seed**."),
        (2, 5, 1, 0, "**2 trials × 5 seeds**; 1 repeated combination runs once."),
        (2, 5, 3, 1, "**2 trials × 5 seeds**; 3 repeated combinations run once; 1 combination not run."),
        (0, 2, 0, 2, "**0 trials × 2 seeds**; 2 combinations not run."),
    ],
)
def test_the_trials_are_counted_and_what_is_left_out_says_why(
    said, monkeypatch, n_trials, n_seeds, repeated, refused, words
):
    boxes, tables, is_open = [], [], []

    def expander(label, on_change):
        boxes.append(label)
        return SimpleNamespace(open=is_open[0], dataframe=lambda rows, **_: tables.append(rows))

    monkeypatch.setattr(space.st, "expander", expander)
    one = SimpleNamespace(settings=(("l2", (0.1, 0.0)), ("use_bias", True)), reason="It is too large.")
    built = SimpleNamespace(trials=[None] * n_trials, refused=[one] * refused, n_repeated=repeated)
    for open_now in (False, True):
        is_open[:] = [open_now]
        assert tables == [], "a closed box has no table"
        space.show_trials(SimpleNamespace(sweep=built, n_seeds=n_seeds))
    assert said == [words] * 2
    assert len(boxes) == 2 * bool(refused)
    if refused:
        (rows,) = tables
        assert rows == [{"l2": "0.1;0", "use_bias": "true", "why": "It is too large."}] * refused


@pytest.fixture
def sidebar(monkeypatch):
    """Controls with these texts by their key, in place of the sidebar's."""
    texts = {}
    monkeypatch.setattr(space.lock, "control", lambda draw, label, *_, key, **__: texts[key])
    return texts


def test_of_a_field_chosen_twice_the_first_values_count_and_one_that_cannot_be_read_is_not_varied(sidebar):
    sidebar |= {"axis1": "l2", "values1": "0 / 1", "axis2": space.NONE, "values2": "x"}
    sidebar |= {"axis3": "l2", "values3": "5 / 6"}
    problems = []
    assert space._axes(problems) == {"l2": Values((0.0, 1.0))}
    assert problems == ["l2 is chosen twice; its first values are used."]
    sidebar |= {"values1": "0 / x", "axis3": "epochs", "values3": "5"}
    problems = []
    assert space._axes(problems) == {"epochs": Values((5,))}
    assert problems[0].startswith("l2 ")
    assert problems[0].endswith(" l2 is not varied.")
    sidebar |= {"axis3": "l2", "values3": "5 / 6"}
    problems = []
    assert space._axes(problems) == {"l2": Values((5.0, 6.0))}
    (problem,) = problems
    assert problem.startswith("l2 ")
    assert "not varied" not in problem


def test_a_design_has_its_own_controls_and_a_sweep_that_is_cut_says_how_far(sidebar, monkeypatch):
    asked = []
    monkeypatch.setattr(
        space.lock, "control", lambda draw, label, *_, key, **__: asked.append(key) or sidebar[key]
    )
    sidebar |= {"design": "grid", "range_points": 3, "draws": 4, "sweep_seed": 1}
    values = {"l2": Values((0.0, 0.1)), "epochs": Values((1, 2, 3))}
    between = {"learning_rate": Between(0.01, 1.0, log=True)} | values
    for space_asked, keys, n in (
        (values, ["design"], 6),
        (between, ["design", "range_points"], 18),
    ):
        asked.clear()
        problems = []
        design, settings = space._design(space_asked, problems)
        assert (design, len(settings), asked, problems) == ("grid", n, keys, [])
    sidebar["design"] = "random"
    asked.clear()
    assert len(space._design(between, problems)[1]) == 4
    assert asked == ["design", "draws", "sweep_seed"]
    monkeypatch.setattr(space.plans, "count", lambda *_: 5)
    space._design(between, problems)
    assert problems == ["The sweep asks for 5 trials; only the first 4 are run."]


def row_of(field, p_value, adjusted=0.5):
    return Row(field, "at it", p_value, adjusted, "a", (0.5, 0.75, 0), "b", (0.25, 0.5, 1), 3, 0.125)


def test_twelve_effects_are_drawn_and_those_below_the_level_stand_out(said, monkeypatch):
    drawn, tables = [], []
    p_values = [0.0, 0.049, sentences.ALPHA, *[0.2] * 10]
    found = [Effect((f"f{n}", "g"), 0.1, 0.05 if n else 1.5, p) for n, p in enumerate(p_values)]
    nan = float("nan")
    rows = [
        *(row_of("one", nan), row_of("one", 0.1), row_of("one", 0.2), row_of("one", 0.3), row_of("one", 0.4)),
        *(row_of("two", 0.01), row_of("two", nan)),
    ]
    result = SimpleNamespace(effects=found, problem="", n_values={"one": 2, "two": 3}, rows=rows, n_seeds=4)
    monkeypatch.setattr(what_matters, "cached_view", lambda *_: result)
    monkeypatch.setattr(what_matters, "show", lambda chart, *_: drawn.append(chart))
    monkeypatch.setattr(what_matters.st, "dataframe", lambda table, **_: tables.append(table))
    for name in ("counted_in", "can_show"):
        monkeypatch.setattr(sentences, name, lambda result, name=name: name)
    for name in ("title", "doubt", "how_to_read", "looks"):
        monkeypatch.setattr(sentences, name, lambda *_, name=name: name)
    monkeypatch.setattr(sentences, "where", lambda *_: ["first", "second"])
    what_matters.effects_of_fields(None, None, "validation accuracy")
    frame = drawn[0]._args[0]
    assert frame["effect"].tolist() == [f"f{n} × g" for n in range(12)]
    assert frame["significant"].tolist() == [True, True] + [False] * 10
    assert np.isnan(frame["noise"][0]), "a tick beyond 100% of the differences is not drawn"
    assert set(frame["noise"][1:]) == {0.05}
    (table,) = tables
    assert table["field"].tolist() == ["one"] * 3 + ["two"]
    assert table["p"].tolist() == [sentences.p_text(p) for p in (0.1, 0.2, 0.3, 0.01)]
    assert set(table["adjusted"]) == {sentences.p_text(0.5)}
    assert table["better on"][0] == "3 of 4 seeds"
    assert table["best"][0].startswith("a: 50")
    assert table["worst"][0].startswith("b: 25")
    assert said == [
        *("counted_in", "can_show", "how_to_read", "**Where in the grid**", "- first", "- second", "looks")
    ]
    result.rows = [row_of("one", nan), row_of("two", nan)]
    what_matters.effects_of_fields(None, None, "validation accuracy")
    assert len(tables) == 1, "no row can be tested"
    monkeypatch.setattr(sentences, "looks", lambda *_: "")
    said.clear()
    what_matters.effects_of_fields(None, None, "validation accuracy")
    assert said == ["counted_in", "can_show", "how_to_read"], "there are no rows"
    said.clear()
    result.effects, result.problem = [], "There is one trial."
    what_matters.effects_of_fields(None, None, "validation accuracy")
    assert said == ["There is one trial.", "counted_in"]


@pytest.fixture
def page(said, monkeypatch):
    """A visit with the test set of `n_test` examples, `runs` trained, `buttons` drawn, and `offers`."""
    page = SimpleNamespace(n_test=5, runs=[], buttons=[], tab=Visit(tested=set()), approved=[])

    def dataset(data):
        return SimpleNamespace(y_test=range(page.n_test), y_train=range(84), X_train=None)

    shared = SimpleNamespace(dataset=dataset, speed="speed")
    for module in (final, learning_rates, most_common):
        monkeypatch.setattr(module, "cache", lambda: shared)
    monkeypatch.setattr(final.board, "opened", lambda: page.tab.tested)
    monkeypatch.setattr(final.progress, "trained", lambda setups: page.runs)
    monkeypatch.setattr(final.cost, "seconds", lambda configs, *_: 1.0 * len(configs))
    monkeypatch.setattr(final, "approve", lambda *what: page.approved.append(what))
    monkeypatch.setattr(final.st, "button", lambda label, **how: page.buttons.append((label, how)))
    return page


PLAN = plan_of(TWO, 3)
TABLE = pd.DataFrame({"trial": [2, 1, 3], "median": [0.9, 0.8, np.nan]})


def run_until(n_epochs, ended=False):
    record = SimpleNamespace(record=n_epochs)
    return SimpleNamespace(n_epochs=n_epochs, ended=ended, at=lambda epoch: SimpleNamespace(records=[record]))


def test_the_best_trial_is_trained_again_after_the_click_which_opens_the_test_set(page, said, monkeypatch):
    told = []
    monkeypatch.setattr(final.leaderboard, "finals", lambda *_: ["of trial 1", "of trial 2", "of trial 3"])
    monkeypatch.setattr(
        final.final,
        "in_words",
        lambda searched, records, metric, n: told.append((searched, records, n)) or "Done.",
    )
    run = SimpleNamespace(complete=True, outcomes={})
    final.train_again(PLAN, run, TABLE, "validation accuracy")
    offer = "on 3 other seeds that had no part in the choice, and open the test set for these networks: 3 "
    assert f"{offer}trainings, about 3 s." in said[0]
    ((label, how),) = page.buttons
    assert label == "Train trial 2 again with 3 other seeds and open the test set"
    how["on_click"](*how["args"])
    (setups,) = [setups for kind, setups in page.approved if kind == "train"]
    first = setups[0].experiment
    assert (first.train.activation, first.train.init_seed) == ("tanh", 9), "trial 2, with the next seeds"
    assert tested.digest((first.data, first.train)) in page.tab.tested
    assert len(page.tab.tested) == 3, "the test set of three networks is opened"
    for unfinished in (
        [run_until(3), run_until(3), run_until(2)],
        [run_until(2), run_until(3), run_until(3)],
    ):
        page.runs = unfinished
        final.train_again(PLAN, run, TABLE, "validation accuracy")
    assert told == []
    page.runs = [run_until(3), run_until(1, ended=True), run_until(9)]
    final.train_again(PLAN, run, TABLE, "validation accuracy")
    ((searched, records, n),) = told
    assert (searched, [one.record for one in records], n) == ("of trial 2", [3, 1, 9], 6)
    assert said[-1] == "Trial 2: Done."
    assert len(page.buttons) == 1


def test_nothing_is_trained_again_before_the_sweep_is_complete_or_without_a_result_or_a_test_set(page, said):
    complete = SimpleNamespace(complete=True, outcomes={})
    final.train_again(PLAN, SimpleNamespace(complete=False), TABLE, "validation accuracy")
    final.train_again(PLAN, complete, TABLE.assign(median=np.nan), "validation accuracy")
    page.n_test = 0
    final.train_again(PLAN, complete, TABLE, "validation accuracy")
    assert (said, page.buttons) == ([], [])
    page.n_test = 1
    final.train_again(plan_of(TWO, 1), complete, TABLE, "validation accuracy")
    assert (
        "on another seed that had no part in the choice, and open the test set for this network: 1 "
        in (said[0])
    )
    assert page.buttons[0][0] == "Train trial 2 again with another seed and open the test set"


def test_the_test_set_is_that_of_the_best_trials_own_data(page, monkeypatch):
    def dataset(data):
        return SimpleNamespace(y_test=range(data.noise == 0.2))

    monkeypatch.setattr(final, "cache", lambda: SimpleNamespace(dataset=dataset, speed="speed"))
    plan = plan_of({"noise": Values((0.1, 0.2, 0.3))}, 1)
    for number, n in ((1, 0), (2, 1), (3, 1)):
        table = TABLE.assign(trial=[number, *({1, 2, 3} - {number})])
        final.train_again(plan, SimpleNamespace(complete=True, outcomes={}), table, "validation accuracy")
        assert len(page.buttons) == n


@pytest.mark.parametrize(("batch_size", "n_epochs"), [(0, 200), (84, 200), (21, 50), (1, 200 / 84)])
def test_the_estimate_of_the_range_test_is_of_its_steps(page, monkeypatch, batch_size, n_epochs):
    estimates, started = [], []
    base = Experiment(DataConfig(n_samples=120), TrainConfig(batch_size=batch_size))
    learning_rates.cache().fitting = lambda setup: [setup.experiment.train]
    monkeypatch.setattr(
        learning_rates.cost, "seconds", lambda configs, dataset, n, speed: estimates.append(n) or 4.0
    )
    monkeypatch.setattr(learning_rates, "may_start", lambda *what: started.append(what) or False)
    assert learning_rates._range_test(base) is None
    assert estimates == [pytest.approx(n_epochs)]
    assert started[0][:3] == ("range", base, 4.0)


def test_the_best_rates_of_the_sweep_are_marked_on_the_range_test(page, said, monkeypatch):
    shown = []
    plan = plan_of({"learning_rate": Values((0.1, 1.0, 3.0))}, 1)
    result = RangeTest(np.array([0.1, 1.0]), np.array([0.5, 0.25]), np.array([0.5, 0.3]), None)
    learning_rates.cache().noted = {("range", plan.base): result}.get
    monkeypatch.setattr(learning_rates, "show", lambda drawing, *_: shown.append(drawing._args))
    monkeypatch.setattr(learning_rates.told, "verdict", lambda *_: "verdict")
    monkeypatch.setattr(learning_rates.told, "how_to_read", lambda *_: "how to read it")
    learning_rates.learning_rates(plan, pd.DataFrame({"trial": [3, 1, 2], "median": [0.9, 0.9, 0.2]}))
    learning_rates.learning_rates(plan, None)
    (frame, band, _, marks, losses), (*_, unmarked, _) = shown
    assert losses == (("cross-entropy", "nats"),)
    assert (frame["rate"].tolist(), frame["smoothed"].tolist(), band) == ([0.1, 1.0], [0.5, 0.3], None)
    assert dict(zip(marks["rate"], marks["is_best"], strict=True)) == {0.1: True, 1.0: False, 3.0: True}
    assert not unmarked["is_best"].any()
    assert said == ["verdict", "how to read it"] * 2
    learning_rates.cache().noted = lambda key: result._replace(interval=Interval(0.2, 2.0, 0.5, 1.5, 200))
    learning_rates.learning_rates(plan, None)
    assert shown[-1][1] == (0.2, 2.0)
    empty = RangeTest(np.array([]), np.array([]), np.array([]), None)
    learning_rates.cache().noted = lambda key: empty
    learning_rates.learning_rates(plan, None)
    assert said[-1] == "The loss is not a number at the first step."


def test_the_most_common_class_is_that_of_each_trials_own_data_and_judged_split(said, monkeypatch):
    labels, asked = [], []
    plan = plan_of({"noise": Values((0.1, 0.2, 0.3))}, 1)

    def dataset(data):
        asked.append(data.noise)
        if data.noise == 0.2:
            raise ValueError("It cannot be loaded.")
        return SimpleNamespace(y_train=f"training {data.noise}", y_valid=f"validation {data.noise}")

    monkeypatch.setattr(most_common, "cache", lambda: SimpleNamespace(dataset=dataset))
    monkeypatch.setattr(
        most_common.baseline, "of_trials", lambda medians, y, what: labels.append((y, what)) or "It."
    )
    table = pd.DataFrame({"trial": [3, 1, 2], "median": [0.9, 0.8, np.nan]})
    for metric in ("validation accuracy", "training accuracy", "validation loss", "training loss"):
        most_common.caption(plan, table, metric)
    assert labels == [
        (["validation 0.3", "validation 0.1", None], "validation"),
        (["training 0.3", "training 0.1", None], "training"),
    ]
    assert said == ["It.", "It."]
    assert asked == [0.1, 0.2, 0.3] * 2, "each once"
    monkeypatch.setattr(most_common, "MOST_DATASETS", 3)
    most_common.caption(plan, table, "validation accuracy")
    monkeypatch.setattr(most_common, "MOST_DATASETS", 2)
    most_common.caption(plan, table, "validation accuracy")
    assert len(labels) == 3


@pytest.mark.parametrize(
    ("n_complete", "n_outcomes", "said"),
    [
        (3, 30, "Stored: 3 seeds of each value, trained by this engine (version 1 and 2) on a and b with "),
        (1, 6, "Stored: 1 seed of each value, trained "),
        (0, 4, "Stored: one seed of 4 of 6 values, trained "),
    ],
)
def test_a_stored_result_says_how_many_seeds_it_has_and_where_they_are_from(n_complete, n_outcomes, said):
    kept = SimpleNamespace(
        n_complete=n_complete, plan=PLAN, outcomes=range(n_outcomes), dates=("a", "b"), versions=("1", "2")
    )
    assert published._origin(kept).startswith(said)


def test_a_published_search_whose_data_are_missing_is_of_mnist(said, monkeypatch):
    def download(name):
        if name == "cifar10":
            raise DataUnavailable("It is not there.")

    warnings = []
    monkeypatch.setattr(published.progress, "download", download)
    monkeypatch.setattr(published, "show_sentence", lambda show, text, icon: warnings.append(text))
    monkeypatch.setattr(published.searches, "stand_in", lambda plan: f"MNIST for {plan.base.data.name}")
    plans = {
        name: SimpleNamespace(base=SimpleNamespace(data=DataConfig(name=name)))
        for name in ("mnist", "cifar10")
    }
    assert published.obtainable(None, plans["cifar10"]) is plans["cifar10"], "the sweep itself says it"
    assert published.obtainable("a search", plans["mnist"]) is plans["mnist"]
    assert warnings == []
    assert published.obtainable("a search", plans["cifar10"]) == "MNIST for cifar10"
    assert warnings == ["It is not there. MNIST stands in for it here."]


@pytest.mark.parametrize(
    ("asked", "stored", "metric", "titles"),
    [
        ("training loss", "all", "training loss", ["Training", "Validation"]),
        ("validation loss", ("train_loss", "train_accuracy"), "training accuracy", ["Training"]),
        ("validation loss", ("valid_accuracy", "train_accuracy"), "validation accuracy", []),
        ("validation accuracy", ("train_loss",), "training loss", ["Training"]),
    ],
)
def test_a_stored_result_is_judged_as_asked_or_by_the_next_best_that_is_stored(
    said, monkeypatch, asked, stored, metric, titles
):
    judged, shown, kept = [], [], SimpleNamespace(plan=PLAN)
    kept.has = lambda figure: stored == "all" or figure in stored
    monkeypatch.setattr(published.kept_results, "of", lambda search: kept)
    monkeypatch.setattr(published.st, "subheader", lambda *_: None)
    monkeypatch.setattr(published.st, "columns", lambda n, **_: [contextlib.nullcontext()] * n)
    monkeypatch.setattr(published, "cached_view", lambda make, *args: args[-1])
    monkeypatch.setattr(published.charts, "by_value", lambda figure, title, losses: figure)
    monkeypatch.setattr(published.views, "lowest", lambda figure, field, run: "")
    monkeypatch.setattr(published, "show", lambda figure, kind, title: shown.append((figure, title)))
    monkeypatch.setattr(published, "_origin", lambda kept: "")
    monkeypatch.setattr(published, "conclude", lambda search, plan, kept, metric: judged.append(metric))
    for module, name in ((published.views, "overview"), (published.most_common, "caption")):
        monkeypatch.setattr(module, name, lambda plan, kept, metric, **_: judged.append(metric))
    published.show_kept("a search", asked)
    assert judged == [metric] * 3
    figures = {"Training": "train_loss", "Validation": "valid_loss"}
    assert shown == [(figures[one], f"{one} loss by learning_rate") for one in titles]
