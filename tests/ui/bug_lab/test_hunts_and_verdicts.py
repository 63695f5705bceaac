"""The bug lab's sentences and tables, its limits, and what a hunt records."""

import itertools
import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from data import DataConfig
from lab.bugs import BUGS, DETECTORS, table
from lab.bugs.detectors import Finding
from lab.bugs.experiment import NO_VERDICT
from lab.bugs.hunt import GIVEN_UP, NONE, SOLVED, Played, played_text
from lab.links.experiment import Experiment
from mlp import TrainConfig
from ui.bug_lab import answering, evidence, gallery, hunt, trials
from ui.frame.visit import Visit


@pytest.fixture
def tab(monkeypatch):
    tab = Visit(hunts={7: Played(("order",), ("schedule",)), 8: Played(end=SOLVED)})
    monkeypatch.setattr(hunt, "visit", lambda: tab)
    return tab


def test_what_is_opened_and_answered_is_recorded_once_and_an_ended_hunt_stays_as_it_ended(tab):
    hunt._play(7, opened=("recount",))
    hunt._play(7, opened=("order",), wrong=("schedule", NONE))
    assert tab.hunts[7] == Played(("order", "recount"), ("schedule", NONE), "")
    hunt._play(9, opened=("order",))
    hunt._play(7, end=GIVEN_UP)
    hunt._play(7, end=SOLVED)
    assert tab.hunts == {
        7: Played(("order", "recount"), ("schedule", NONE), GIVEN_UP),
        8: Played(end=SOLVED),
        9: Played(("order",)),
    }


@pytest.mark.parametrize(
    ("given", "game"),
    [
        (None, Played()),  # nothing is chosen
        ("right", Played(end=SOLVED)),
        ("other", Played(wrong=("other",))),
        ("none", Played(wrong=(NONE,))),
    ],
)
def test_an_answer_ends_the_hunt_if_it_is_right_and_no_answer_costs_nothing(tab, monkeypatch, given, game):
    names = {"right": "bug", "other": "other", "none": NONE}
    monkeypatch.setattr(hunt, "answers", lambda: names)
    monkeypatch.setattr(hunt, "hunt", lambda number: SimpleNamespace(answer="bug"))
    monkeypatch.setattr(hunt.st, "session_state", {"_answer_5": given, "_answer_7": "right"})
    hunt._judge(5)
    assert tab.hunts.get(5, Played()) == game


@pytest.mark.parametrize(("number", "following"), [(1, 2), (9998, 9999), (9999, 1)])
def test_after_the_last_hunt_comes_the_first(monkeypatch, number, following):
    state = {}
    monkeypatch.setattr(hunt.st, "session_state", state)
    hunt._next(number)
    assert state == {"hunt": following}


def test_the_answers_are_in_alphabetical_order_and_no_bug_is_the_last():
    *titles, last = hunt.answers()
    assert titles == sorted(bug.title for bug in BUGS.values())
    assert last == hunt.NOTHING_WRONG
    assert hunt.answers()[last] == NONE
    assert all(BUGS[hunt.answers()[title]].title == title for title in titles)


def named_by(advice, findings):
    """What a Finding shows of that which `advice` tells the visitor to look at."""
    if advice == "how the error depends on the step h":
        return frozenset(findings["step_sweep"].figures)
    if advice == "which splits give the example the same numbers":
        rows = findings["same_example"].figures
        return frozenset(pair for pair in itertools.combinations(rows, 2) if rows[pair[0]] == rows[pair[1]])
    if advice == "which of the reported figures differ":
        pairs = findings["recount"].figures.items()
        return frozenset(name for name, (said, found) in pairs if not math.isclose(said, found))
    assert advice == "which tensors are wrong, and by how much"
    last = next(findings[test] for test in ("one_step", "penalty_apart") if test in findings)
    return frozenset((name, f"{error:.1e}") for name, error in last.figures.items() if error > 1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("tests", sorted({tuple(sorted(bug.caught_by)) for bug in BUGS.values()}))
def test_bugs_that_the_same_tests_find_differ_in_what_a_wrong_answer_says_to_look_at(monkeypatch, tests):
    alike = [key for key, bug in BUGS.items() if tuple(sorted(bug.caught_by)) == tests]
    lab = hunt.lab_of(14)
    shown = {}
    for key in alike:
        program = trials.on_bench(lab, BUGS[key].steps())
        found = {test: DETECTORS[test](program) for test in tests}
        monkeypatch.setattr(hunt.trials, "findings", lambda *_, found=found: found)
        for other in (one for one in alike if one != key):
            said = hunt._why_not(14, other)
            start = f"The same {'test finds' if len(tests) == 1 else 'tests find'} it, but look closer at "
            shown[key] = named_by(said.removeprefix(start).rstrip("."), found)
    assert len(set(shown.values())) == len(shown)


def test_a_wrong_answer_names_the_first_test_that_speaks_against_it(monkeypatch):
    monkeypatch.setattr(hunt, "lab_of", lambda number: None)
    monkeypatch.setattr(hunt, "hunt", lambda number: SimpleNamespace(steps=lambda: None))
    monkeypatch.setattr(hunt.trials, "findings", lambda *_: None)
    caught = set()
    monkeypatch.setattr(hunt, "caught_by", lambda findings: caught)
    key = next(key for key, bug in BUGS.items() if len(bug.caught_by) > 1)
    expected = [name for name in DETECTORS if name in BUGS[key].caught_by]
    first = DETECTORS[expected[0]].title
    assert hunt._why_not(1, key) == f"{first} would show it, but it shows nothing wrong here."
    caught |= set(expected[:1])
    assert hunt._why_not(1, key).startswith(f"{DETECTORS[expected[1]].title} would show it")
    caught |= set(expected)
    assert hunt._why_not(1, key).startswith("The same tests find it, but look closer")
    other = next(name for name in DETECTORS if name not in expected)
    caught.add(other)
    says = f"{DETECTORS[other].title} would show nothing, but here it shows something wrong."
    assert hunt._why_not(1, key) == says
    assert hunt._why_not(1, NONE) == "Something is wrong with this program: keep looking."


def test_the_hunts_of_an_address_are_read_once_and_written_back(monkeypatch):
    tab, said, address = Visit(), [], {"played": f"12:order,solved;{'x' * 41}"}
    monkeypatch.setattr(hunt, "visit", lambda: tab)
    monkeypatch.setattr(hunt.st, "query_params", address)
    monkeypatch.setattr(hunt.shell, "show_sentence", lambda show, sentence, icon: said.append(sentence))
    assert hunt._games() == {12: Played(("order",), (), SOLVED)}
    assert said[0].startswith(f"played holds '{'x' * 40}…'; allowed: hunts such as 12:order,solved")
    tab.hunts[3] = Played(end=GIVEN_UP)
    address["played"] = ""
    assert hunt._games() is tab.hunts
    assert address == {"played": played_text(tab.hunts)}
    assert len(said) == 1
    tab.hunts, address["played"] = {}, "3:solved"
    assert hunt._games() == {}, "a visit that has begun without hunts does not read another's"
    tab.hunts, address["played"] = None, "x" * 40
    hunt._games()
    assert f"'{'x' * 40}'; allowed" in said[1]


def finding(caught, sentence="It says so."):
    return Finding(caught, sentence, {})


def findings(*caught, **sentences):
    return {name: finding(name in caught, sentences.get(name, f"{name} says so.")) for name in DETECTORS}


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (findings("gradient_check", "recount"), "A gradient check finds it. gradient_check says so."),
        (findings(), "On this network no test finds it."),
        (findings("schedule"), "A gradient check does not find it. Found by: {schedule}."),
        (findings("schedule", "recount"), "A gradient check does not find it. Found by: {both}."),
        (
            findings("schedule", gradient_check=f"It {NO_VERDICT}"),
            "A gradient check cannot tell here. Found by: {schedule}.",
        ),
        (findings(gradient_check=f"It {NO_VERDICT}"), "On this network no test finds it."),
    ],
)
def test_the_verdict_names_the_tests_that_find_the_bug(found, verdict):
    order = [name for name in DETECTORS if name in ("schedule", "recount")]
    titles = {name: DETECTORS[name].title.lower() for name in order}
    expected = verdict.format(schedule=titles["schedule"], both="; ".join(titles[name] for name in order))
    assert gallery._verdict(found) == expected


def test_the_tests_that_find_a_bug_come_first_and_all_keep_their_order():
    names = list(DETECTORS)
    table_of = gallery._verdict_table(findings(names[2], names[5]))
    order = [names[2], names[5], *(name for n, name in enumerate(names) if n not in (2, 5))]
    assert table_of["test"].tolist() == [DETECTORS[name].title for name in order]
    assert table_of["verdict"].tolist() == [gallery.FOUND] * 2 + [gallery.MISSED] * (len(names) - 2)
    assert table_of["what it says"].tolist() == [f"{name} says so." for name in order]
    assert [bool(gallery._tinted(word)) for word in (gallery.FOUND, gallery.MISSED, "", table.MARK)] == [
        *(True, False, False, True)
    ]


@pytest.mark.parametrize("n_hidden", [0, 1, 2, 3])
def test_every_bug_is_tested_that_the_network_has_enough_layers_for(monkeypatch, n_hidden):
    asked = []
    monkeypatch.setattr(gallery.trials, "verdicts", lambda lab, key, steps: asked.append(key) or key)
    monkeypatch.setattr(gallery, "caught_by", lambda findings: f"tests of {findings}")
    train = TrainConfig(hidden_layer_sizes=(4,) * n_hidden)
    work, shares = gallery._test_all(SimpleNamespace(experiment=Experiment(DataConfig(), train))), []
    while True:
        try:
            shares.append(next(work))
        except StopIteration as finished:
            measured = finished.value
            break
    assert asked == [key for key, bug in BUGS.items() if bug.least_hidden_layers <= n_hidden]
    assert measured == {key: f"tests of {key}" for key in asked}
    assert shares == pytest.approx([(n + 1) / len(BUGS) for n in range(len(BUGS))])
    assert {0, 1, 2} <= {bug.least_hidden_layers for bug in BUGS.values()}, "so the bound is met"


@pytest.mark.parametrize(
    ("data", "train", "kept", "said"),
    [
        ({"n_samples": 4000}, {"epochs": 100}, (4000, 100, 0.001, 0.1), []),
        (
            {"n_samples": 4001},
            {"epochs": 101},
            (4000, 100, 0.001, 0.1),
            [
                "epochs is 101; the bug lab trains at most 100.",
                "n_samples is 4001; the bug lab uses at most 4000.",
            ],
        ),
        (
            {"n_samples": 100},
            {"epochs": 5, "l2": (0.5, 0.25), "learning_rate": ((0.3, 0), (0.2, 2))},
            (100, 5, 0.5, 0.3),
            [
                "The bug lab uses one L2 penalty for all layers: that of the first layer.",
                "The bug lab trains with one learning rate: that of the first epoch, 0.3.",
            ],
        ),
    ],
)
def test_the_bug_lab_trains_up_to_its_limits_and_says_what_it_changes(monkeypatch, data, train, kept, said):
    train = {"l2": 0.001, "hidden_layer_sizes": (4,)} | train
    experiment, checked = Experiment(DataConfig(**data), TrainConfig(**train)), []
    stand_ins = {
        "group": lambda *_: None,
        "more": lambda *_: None,
        "assemble": lambda values, defaults: (experiment, []),
        "within_limits": lambda one, n, page: checked.append((n, page)) or (one, []),
        "ignored": lambda values: [],
    }
    for name, stand_in in stand_ins.items():
        monkeypatch.setattr(gallery.controls, name, stand_in)
    monkeypatch.setattr(gallery.st, "sidebar", Sidebar())
    setup, sentences = gallery.sidebar()
    own = setup.experiment
    figures = own.data.n_samples, own.train.epochs, own.train.l2, own.train.learning_rate
    assert (figures, sentences) == (kept, said)
    assert checked == [(1, "bug_lab")]


def test_all_that_could_not_be_used_is_told_once_and_a_network_too_large_is_not_trained(monkeypatch):
    asked, experiment = [], Experiment(DataConfig(n_samples=5000), TrainConfig())
    smaller = Experiment(DataConfig(), TrainConfig(hidden_layer_sizes=(2,)))
    monkeypatch.setattr(gallery.st, "sidebar", Sidebar())
    monkeypatch.setattr(gallery.controls, "group", lambda title, names, values: values.update({title: names}))
    monkeypatch.setattr(gallery.controls, "more", lambda groups, values: values.update(more=groups))
    monkeypatch.setattr(
        gallery.controls, "assemble", lambda *what: asked.append(what) or (experiment, ["Refused.", "Both."])
    )
    monkeypatch.setattr(gallery.controls, "ignored", lambda values: ["Ignored.", "Both."])
    monkeypatch.setattr(gallery.controls, "within_limits", lambda one, n, page: (smaller, ["Too large."]))
    setup, sentences = gallery.sidebar()
    assert (setup.experiment, setup.n_seeds) == (smaller, 3)
    assert sentences == [
        "n_samples is 5000; the bug lab uses at most 4000.", "Ignored.", "Both.", "Refused.", "Too large."
    ]  # fmt: skip
    ((values, defaults),) = asked
    assert values["schedule"] == "triangular", "the only one that the program has"
    assert values["more"] == gallery.MORE
    assert values.keys() == {"schedule", "more", *gallery.GROUPS}
    assert defaults is gallery.DEFAULTS


def test_the_keys_of_the_page_are_those_of_all_its_controls():
    drawn = {"name", "noise", "hidden_layer_sizes", "activation", "learning_rate", "l2", "epochs"}
    drawn |= {
        "n_samples",
        "n_classes",
        "seed",
        "initializer",
        "batch_size",
        "learning_rate_min",
        "cycle_steps",
    }
    assert {*gallery.KEYS} == drawn | {"init_seed", "shuffle_seed", "points", "seeds"}
    assert len(gallery.KEYS) == len({*gallery.KEYS})


class Sidebar:
    """A sidebar that is not drawn."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False


CURVES = pd.DataFrame(
    [
        *(("with", "loss", 0, 0.7), ("with", "loss", 1, 0.6), ("without", "loss", 0, 0.5)),
        *(("without", "loss", 1, 0.25), ("with", "accuracy", 0, 0.5), ("with", "accuracy", 2, 0.75)),
        *(("without", "accuracy", 0, 0.5), ("without", "accuracy", 3, 0.975)),
    ],
    columns=["program", "quantity", "epoch", "median"],
)


def test_the_curves_end_with_each_programs_own_last_epoch():
    said = "Validation accuracy: with 75.0% after epoch 2, without 97.5% after epoch 3"
    assert evidence._accuracies(CURVES) == said
    longer = pd.concat([CURVES, pd.DataFrame([("without", "loss", 20, 0.0227)], columns=CURVES.columns)])
    said = "Last reported loss: with 0.6 after epoch 1; without 0.0227 after epoch 20"
    assert evidence.last_losses(longer) == said


def test_an_answer_gets_the_losses_of_the_program_and_then_of_the_right_one(monkeypatch):
    frame = CURVES.replace({"program": {"with": trials.WITH, "without": trials.WITHOUT}})[::-1]
    monkeypatch.setattr(answering, "_asked", lambda values: ())
    monkeypatch.setattr(answering.trials, "curves", lambda *_: (frame, []))
    assert answering.losses({}) == [[0.6, 0.7], [0.25, 0.5]]


def test_figures_of_a_test_are_a_table_with_its_own_headings():
    made = evidence._table
    assert made("data_statistics", {"train": {"mean": -0.00001, "std": 1.23456}}).loc["train"].tolist() == [
        *(0.0, 1.2346)
    ]
    assert np.copysign(1, made("data_statistics", {"train": {"mean": -1e-9}}).loc["train", "mean"]) == 1
    recount = made("recount", {"loss": (0.5, 0.25), "accuracy": (1.0, 0.75)})
    assert recount.loc["loss"].to_dict() == {"reported": 0.5, "recounted": 0.25}
    same = made("same_example", {"train": (1.0, 2.0), "test": (3.0, 4.0)})
    assert same.loc["test"].to_dict() == {"first input": 3.0, "second input": 4.0}
    of_one = made("same_example", {"train": [1.0], "test": [2.0]})
    assert (of_one.columns.tolist(), of_one["first input"].tolist()) == (["first input"], [1.0, 2.0])
    assert made("one_step", {"W1": 0.00123, "b1": 2e-9}).loc["relative error"].tolist() == [
        "1.2e-03",
        "2.0e-09",
    ]
    assert made("penalty_apart", {"W1": 0.5}).loc["relative error"].to_dict() == {"W1": "5.0e-01"}
    assert made("order", {"n": 3, "k": 4}).loc["value"].to_dict() == {"n": 3, "k": 4}


def test_the_error_of_the_step_sweep_is_the_least_of_each_program(monkeypatch):
    figures = {"key": {1e-4: 0.5, 1e-3: 0.25}, "right": {1e-4: 3e-9, 1e-3: 2e-7}}
    drawn, faults = [], []
    monkeypatch.setattr(
        evidence, "finding", lambda lab, key, steps, test: Finding(True, "It stopped.", figures.get(key, {}))
    )
    monkeypatch.setattr(evidence.charts, "sweep", lambda frame, title, colours: drawn.append((frame, title)))
    monkeypatch.setattr(evidence, "show", lambda *_, **__: None)
    monkeypatch.setattr(evidence.st, "error", lambda sentence, icon: faults.append(sentence))
    evidence._sweep(None, "key", None, "with the bug", "here")
    frame, title = drawn[0]
    assert title == f"The smallest error over all steps h: 3e-09 ({trials.WITHOUT}) and 2e-01 (with the bug)"
    assert frame[frame["program"] == "with the bug"]["error"].tolist() == [0.5, 0.25]
    evidence._sweep(None, "stops", None, "with the bug", "here")
    assert drawn[1][1] == f"The smallest error over all steps h: 3e-09 ({trials.WITHOUT})"
    assert faults == ["It stopped."]
    figures["key"] = {1e-4: math.inf, 1e-3: math.inf}
    evidence._sweep(None, "key", None, "with the bug", "here")
    assert drawn.pop()[1].endswith(f"3e-09 ({trials.WITHOUT}) and not finite (with the bug)")
    figures.clear()
    evidence._sweep(None, "key", None, "with the bug", "here")
    assert (len(drawn), len(faults)) == (2, 3), "without any figure there is no chart"
