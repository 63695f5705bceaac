"""What the gradient-check page checks: the network at the epoch asked for, and what waits for a click."""

import itertools
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from gradient_checks import subject as small

from data import DataConfig
from lab.gradient_check.plan import Plan
from lab.links.experiment import Experiment
from lab.links.fields import widget_value
from mlp import TrainConfig
from ui.gradient_check import answering, setup, subject


def plan_of(epochs):
    return Plan(Experiment(DataConfig(), TrainConfig(epochs=epochs)), 16, "central", 1e-5, "float64", "all")


@pytest.fixture
def trained(monkeypatch):
    """A function of (epochs asked, epochs trained, whether it diverged): (params, epoch, what is said)."""

    def train(epochs, n_epochs, diverged=False):
        said, setups = [], []

        def with_parameters(epoch):
            return epoch, (SimpleNamespace(params=f"of {epoch}", diverged=diverged),), None, 0.0

        run = SimpleNamespace(n_epochs=n_epochs, with_parameters=with_parameters)
        shared = SimpleNamespace(dataset=lambda data: "data", fitting=lambda plan: plan.configs())
        monkeypatch.setattr(subject, "cache", lambda: shared)
        monkeypatch.setattr(subject.progress, "trained", lambda asked: setups.extend(asked) or [run])
        monkeypatch.setattr(subject, "subject_of", lambda data, config, k, params, epoch: (params, epoch))
        monkeypatch.setattr(subject.st, "warning", lambda text, icon: said.append(text))
        found = subject.subject(plan_of(epochs))
        assert len(setups) == bool(epochs)
        assert all(setup.n_seeds == 1 for setup in setups)
        return *found, said

    return train


@pytest.mark.parametrize(
    ("asked", "n_epochs", "params", "epoch"),
    [(0, 9, None, 0), (1, 1, "of 1", 1), (5, 9, "of 5", 5), (5, 3, "of 3", 3), (5, -1, None, 0)],
)
def test_the_network_is_that_of_the_epoch_asked_for_as_far_as_it_is_trained(
    trained, asked, n_epochs, params, epoch
):
    assert trained(asked, n_epochs) == (params, epoch, [])


def test_a_training_that_diverged_is_checked_where_it_did_and_says_so(trained):
    params, epoch, (said,) = trained(7, 4, diverged=True)
    assert (params, epoch) == ("of 4", 4)
    assert said.startswith("The training diverged in epoch 4 of 7; the network is checked as it was")


def test_a_check_that_needs_memory_waits_for_its_network_and_its_examples(monkeypatch):
    asked = []

    def may_start(kind, work, seconds, messages, **how):
        asked.append((work, how["n_bytes"], messages.asked))
        assert not how["trains"], "it is a check that has to be started"
        return True

    monkeypatch.setattr(subject, "may_start", may_start)
    monkeypatch.setattr(subject, "cache", lambda: SimpleNamespace(speed=None))
    monkeypatch.setattr(subject, "indices", lambda plan, one: range(5))
    monkeypatch.setattr(subject, "checking_bytes", lambda config, n: 1_000_000 * n)
    monkeypatch.setattr(type(small()), "seconds", lambda self, n, speed: float(n))
    for one in (small(), small(n=9), small("relu")):
        assert subject.may_check(plan_of(0), one)
    assert len({work for work, *_ in asked}) == 3
    assert [n_bytes for _, n_bytes, _ in asked] == [16_000_000, 9_000_000, 16_000_000]
    assert asked[0][2].startswith("Checking this network takes about 10 s"), "most are checked twice"


def test_a_check_is_announced_with_the_seconds_of_checking_each_derivative_twice(monkeypatch):
    asked = []
    monkeypatch.setattr(subject, "cache", lambda: SimpleNamespace(speed=0.25))
    monkeypatch.setattr(subject, "indices", lambda plan, one: range(6))
    monkeypatch.setattr(type(small()), "seconds", lambda self, n, speed: n * speed)
    monkeypatch.setattr(subject.progress, "result", lambda name, work, seconds, *_: asked.append(seconds))
    subject.check(plan_of(0), small())
    assert asked == [2 * 6 * 0.25]


@pytest.mark.parametrize(
    ("large", "on", "wanted"), [(False, False, True), (True, False, False), (True, True, True)]
)
def test_a_section_of_a_large_network_waits_for_its_switch(monkeypatch, large, on, wanted):
    monkeypatch.setattr(subject.st, "toggle", lambda *_, **__: on)
    assert subject.is_wanted(SimpleNamespace(large=large, n_parameters=9), "name") == wanted


@pytest.mark.parametrize(("epoch", "waits"), [(0, True), (4, True), (5, False)])
def test_an_answer_waits_for_the_epoch_that_its_question_asks_for(monkeypatch, epoch, waits):
    one = SimpleNamespace(epoch=epoch)
    monkeypatch.setattr(answering, "plan_of", lambda values: plan_of(5))
    monkeypatch.setattr(answering, "_downloaded", lambda plan: one)
    if waits:
        with pytest.raises(answering.Waiting):
            answering.network({})
    else:
        assert answering.network({}) is one


@pytest.mark.parametrize(("may", "checked"), [(False, "a result"), (True, None), (True, "a result")])
def test_an_answer_waits_for_a_check_that_waits_for_a_click_or_was_stopped(monkeypatch, may, checked):
    monkeypatch.setattr(answering, "plan_of", lambda values: "plan")
    monkeypatch.setattr(answering, "network", lambda values: "network")
    monkeypatch.setattr(answering.subject, "may_check", lambda *what: what == ("plan", "network") and may)
    monkeypatch.setattr(answering.subject, "check", lambda plan, network: checked)
    if may and checked:
        assert answering.check({}) == checked
    else:
        with pytest.raises(answering.Waiting):
            answering.check({})


def test_the_largest_differences_are_answered_right_before_wrong(monkeypatch):
    monkeypatch.setattr(answering, "network", lambda values: None)
    monkeypatch.setattr(answering, "plan_of", lambda values: None)
    monkeypatch.setattr(answering.largest, "cached_sweep", lambda *_: ([0.5], [0.25], 9.0))
    grid = next(iter(answering.STEPS))
    steps, right, wrong = answering.largest_differences({"grid": grid})
    assert (steps, right.tolist(), wrong.tolist()) == (answering.STEPS[grid], [0.5], [0.25])


@pytest.fixture
def sidebar(monkeypatch):
    """A function of the hidden controls and the fields' values: (the Plan, sentences, headings)."""

    def read(hidden=(), text="1e-4", which="all", **values):
        drawn = []
        how = {"examples": 16.0, "scheme": "central", "h": text, "precision": "float64", "which": which}

        def group(title, names, held):
            held |= {name: widget_value(name, setup.DEFAULTS[name]) for name in names} | values

        monkeypatch.setattr(setup.st, "sidebar", nullcontext())
        monkeypatch.setattr(setup.st, "markdown", drawn.append)
        monkeypatch.setattr(setup.lock, "hides", lambda key: key in hidden)
        monkeypatch.setattr(setup.lock, "control", lambda *_, key, **__: how[key])
        monkeypatch.setattr(setup.controls, "group", group)
        monkeypatch.setattr(setup.controls, "more", lambda *_: None)
        monkeypatch.setattr(setup.controls, "ignored", lambda held: [])
        return *setup.sidebar(), drawn

    return read


def test_the_group_of_the_check_has_its_title_where_any_of_its_controls_is_shown(sidebar):
    assert sidebar()[2] == sidebar(setup.IN_SIDEBAR[1:])[2] == ["**Check**"]
    assert sidebar(setup.IN_SIDEBAR)[2] == []


def test_every_field_of_the_experiment_has_one_control_or_comes_with_its_data():
    groups = (*setup.GROUPS.values(), *setup.MORE.values())
    drawn = ["epochs", *itertools.chain.from_iterable(groups)]
    assert len(set(drawn)) == len(drawn)
    assert set(setup.KEYS) - set(drawn) == {"points"}
    assert set(drawn) <= set(setup.KEYS)


def test_a_plan_is_read_with_the_pages_defaults_and_a_sentence_for_each_that_cannot_be_used(sidebar):
    plan, sentences, _ = sidebar()
    assert plan == Plan(plan.experiment, 16, "central", 1e-4, "float64", "all")
    assert (plan.experiment.train.hidden_layer_sizes, sentences) == ((8, 8), [])
    plan, (sentence,), _ = sidebar(which="layer 4")
    assert sentence == (
        "which is 'layer 4', but this network has none of these; all parameters are checked instead."
    )
    assert plan.group == "all"
    assert sidebar(which="layer 3")[0].group == "layer 3"
    plan, (sentence,), _ = sidebar(text="5")
    assert plan.step == 1e-5
    assert sentence.startswith("h is '5'; allowed: ")
    assert sentence.endswith(" 1e-5 is used instead.")
    assert sidebar(text=None)[0].step == 1e-5
    plan, (sentence,), _ = sidebar(hidden_layer_sizes="x")
    assert plan.experiment.train.hidden_layer_sizes == (8, 8), "the page's own default"
