"""Goals of an experiment: what a student may change, which starts are trained, and how many reach it."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from data import load_dataset
from lab.assignment import KINDS, Mark, Task
from lab.assignment.kinds import experiments
from lab.links.experiment import Experiment
from mlp import TrainConfig, train_many

ANN, BOB = 123456, 654321
GOAL = Task("experiment", {"target": 0.95, "most_units": 8})
HOME = Task("homework", {"homework": True, "hidden_layer_sizes": [5, 4], "activation": "tanh", "l2": 0.01})


def reached(task, seed, answer, accuracies):
    """The Mark where the marker's trainings end with these validation accuracies; None diverges."""
    pairs = experiments.needs(task, seed, answer)
    records = [
        SimpleNamespace(diverged=one is None, valid_accuracy=0.0 if one is None else one)
        for one in accuracies
    ]
    return experiments.mark(task, seed, answer, dict(zip(pairs, records, strict=True)))


def test_an_experiment_earns_the_share_of_the_starts_that_reach_the_goal():
    mark = reached(GOAL, ANN, "hidden_layer_sizes=8", [0.95, 0.949, 1.0, None, 0.2])
    assert mark == Mark(0.4, "2 of 5 starts reach 95%; the best has 100.0%. 1 start diverged.")
    assert reached(GOAL, ANN, "start", [0.9] * 5).share == 0
    assert reached(GOAL, ANN, "start", [0.96] * 5).share == 1
    assert "1 of 5 starts reaches" in reached(GOAL, ANN, "start", [0.96, *[0.1] * 4]).reason
    assert reached(GOAL, ANN, "start", [None] * 5) == Mark(0, "0 of 5 starts reach 95%. 5 starts diverged.")


@pytest.mark.parametrize(
    ("goal", "accuracy", "share", "best"),
    [
        (0.97, 160 / 165, 0, "0 of 5 starts reach 97%; the best has 96.97%."),
        (0.97, 159 / 165, 0, "0 of 5 starts reach 97%; the best has 96.4%."),
        (0.97, 0.97, 1, "5 of 5 starts reach 97%; the best has 97.0%."),
        (0.9704, 0.9704, 1, "5 of 5 starts reach 97.04%; the best has 97.04%."),
        (0.99999, 0.999986, 0, "0 of 5 starts reach 99.999%; the best has 99.9986%."),
        (1, 599 / 600, 0, "0 of 5 starts reach 100%; the best has 99.8%."),
        (1, 0.9999, 0, "0 of 5 starts reach 100%; the best has 99.99%."),
    ],
)
def test_the_best_accuracy_reads_below_the_goal_exactly_if_it_is(goal, accuracy, share, best):
    task = Task("experiment", {"target": goal, "most_units": 8})
    assert reached(task, ANN, "start", [accuracy] * 5) == Mark(share, best)


@pytest.mark.parametrize(
    ("name", "allowed", "refused"),
    [
        ("target", (0.5, 1), (0.49, 1.01)),
        ("most_units", (1, 64), (0, 65)),
        ("noise", (0, 1), (-0.1, 1.1)),
        ("n_samples", (100, 2000), (99, 2001)),
        ("epochs", (1, 200), (0, 201)),
    ],
)
def test_a_goal_is_within_its_bounds(name, allowed, refused):
    for value in allowed:
        KINDS["experiment"].check("it", GOAL.subject | {name: value})
    for value in refused:
        with pytest.raises(ValueError, match=f"^{name} of it is '{value}'; allowed: "):
            KINDS["experiment"].check("it", GOAL.subject | {name: value})


def test_a_goal_for_one_unit_starts_with_one_and_has_the_epochs_of_its_subject():
    one = Task("experiment", {"target": 0.75, "most_units": 1, "epochs": 30})
    assert experiments.start(one, ANN).train.hidden_layer_sizes == (1,)
    assert experiments.start(GOAL, ANN).train.hidden_layer_sizes == (2,)
    prompt = KINDS["experiment"].ask(one, ANN).prompt
    assert prompt.startswith("**Reach 75% with at most 1 hidden unit.** ")
    assert "in at most 30 epochs" in prompt
    short = Task("experiment", one.subject | {"epochs": 1})
    assert "in at most 1 epoch. Your" in KINDS["experiment"].ask(short, ANN).prompt
    refused = KINDS["experiment"].mark(one, ANN, "hidden_layer_sizes=2", {}).reason
    assert refused == "hidden_layer_sizes is '2'; allowed: 1 unit."
    assert (
        KINDS["experiment"]
        .ask(GOAL, ANN)
        .prompt.startswith("**Reach 95% with at most 8 hidden units in all layers together.** ")
    )
    assert experiments.read_answer(one, ANN, "epochs=30").train.epochs == 30
    assert KINDS["experiment"].mark(one, ANN, "epochs=31", {}).reason == "epochs is '31'; allowed: up to 30."


def test_the_settings_that_a_task_starts_with_break_none_of_its_rules():
    for subject, epochs in (({"epochs": 30}, 30), ({"epochs": 1}, 1), ({"epochs": 50}, 50), ({}, 50)):
        task = Task("experiment", GOAL.subject | subject)
        assert experiments.start(task, ANN).train.epochs == epochs
        assert experiments.read_answer(task, ANN, "start") == experiments.start(task, ANN)
    few = Task("experiment", GOAL.subject | {"epochs": 30})
    assert experiments.read_answer(few, ANN, "epochs=30") == experiments.start(
        few, ANN
    )  # as older answers say


@pytest.mark.parametrize("answer", ["epochs=200", "batch_size=8", "batch_size=0", "hidden_layer_sizes=7,1"])
def test_an_experiment_at_a_bound_is_trained(answer):
    assert len(experiments.needs(GOAL, ANN, answer)) == 5


def test_the_marker_trains_the_students_data_from_other_starts():
    pairs = experiments.needs(GOAL, ANN, "hidden_layer_sizes=8&init_seed=3")
    assert len(set(pairs)) == 5
    assert {data.seed for data, _ in pairs} == {ANN}
    assert len({config.init_seed for _, config in pairs}) == 5
    assert 3 not in {config.init_seed for _, config in pairs}
    assert {config.hidden_layer_sizes for _, config in pairs} == {(8,)}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [*range(40), ANN, BOB, 2**31 - 1])
@pytest.mark.parametrize("target", [0.5, 0.9, 0.95, 1])
def test_the_student_sees_other_starts_than_those_of_the_mark(seed, target):
    task = Task("experiment", {"target": target, "most_units": 8})
    for answer in ("start", "hidden_layer_sizes=8&init_seed=3"):
        tried, needed = experiments.tries(task, seed, answer), experiments.needs(task, seed, answer)
        assert tuple(tried.values()) == needed, "in the order of the starts, as they are trained together"
        of_both = [[config.init_seed for _, config in pairs] for pairs in (tried, needed)]
        assert len({*of_both[0], *of_both[1]}) == 10
        assert [config.shuffle_seed for _, config in tried] == of_both[0] == sorted(of_both[0])
        assert 0 <= of_both[0][0] < of_both[0][-1] < 2**31
        mine, marked = next(iter(tried.items()))
        train = mine[1], replace(marked[1], init_seed=of_both[0][0], shuffle_seed=of_both[0][0])
        assert (mine[0], train[0]) == (marked[0], train[1]), "but for the seeds the same"


def test_the_starts_of_the_marks_are_those_of_hand_ins_before_the_student_saw_others():
    xor = Task("experiment", {"target": 0.9, "most_units": 4, "data": "xor"})
    starts = {(GOAL, ANN): 1032772719, (GOAL, BOB): 729325345, (xor, 0): 1410053019}
    for (task, seed), first in starts.items():
        needed = experiments.needs(task, seed, "start")
        assert [config.init_seed for _, config in needed] == list(range(first, first + 5))


def test_an_answer_that_cannot_be_used_is_not_tried():
    assert experiments.tries(GOAL, ANN, "hidden_layer_sizes=9") == experiments.tries(GOAL, ANN, "") == {}


def test_eight_units_reach_the_goal_when_they_are_trained_and_one_does_not():
    for answer, least, most in (("hidden_layer_sizes=8", 0.6, 1), ("hidden_layer_sizes=1", 0, 0)):
        pairs = experiments.needs(GOAL, ANN, answer)
        *_, last = train_many([config for _, config in pairs], load_dataset(pairs[0][0]))
        assert least <= experiments.mark(GOAL, ANN, answer, dict(zip(pairs, last, strict=True))).share <= most


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("hidden_layer_sizes=9", "hidden_layer_sizes is '9'; allowed: 8 units together."),
        ("hidden_layer_sizes=5,4", "hidden_layer_sizes is '5,4'; allowed: 8 units together."),
        ("hidden_layer_sizes=9999999999", "hidden_layer_sizes is"),
        ("epochs=201", "epochs is '201'; allowed: up to 200."),
        ("batch_size=1", "batch_size is '1'; allowed: 8 or more, or 0."),
        ("seed=7", f"seed is '7'; allowed: {ANN}, as in the task."),
        ("noise=0", "noise is '0'; allowed: 0.1, as in the task."),
        ("name=linear", "name is 'linear'; allowed: circles, as in the task."),
        ("learning_rate=0,5", "learning_rate is '0,5'; allowed: a decimal point, as in 0.5."),
        ("answer=42", "a setting is 'answer'; allowed: hidden_layer_sizes"),
        ("fingerprint=fake", "fingerprint is 'fake'"),
        ("l1=0&" * 40 + "l1=0", "answer cannot be used; allowed: up to 40 settings."),
        ("nothing at all", "answer cannot be used; allowed: settings, such as hidden_layer_sizes=8."),
    ],
)
def test_an_experiment_that_breaks_a_rule_is_not_trained_and_is_told_why(answer, said):
    assert experiments.needs(GOAL, ANN, answer) == ()
    mark = experiments.mark(GOAL, ANN, answer, {})
    assert mark.share == 0
    assert mark.reason.startswith(said)


def test_a_network_may_have_thirty_layers_as_on_its_page():
    task = Task("experiment", {"target": 0.95, "most_units": 64})
    answers = [f"hidden_layer_sizes={','.join('1' * n)}" for n in (30, 31)]
    assert [len(experiments.needs(task, ANN, answer)) for answer in answers] == [5, 0]
    assert "allowed: 30 layers" in experiments.mark(task, ANN, answers[1], {}).reason


def test_an_answer_holds_what_the_student_changed():
    first = experiments.start(GOAL, ANN)
    mine = Experiment(first.data, TrainConfig(hidden_layer_sizes=(4, 4), learning_rate=0.5, epochs=80))
    answer = experiments.answer_of(GOAL, ANN, mine)
    assert answer == "hidden_layer_sizes=4,4&learning_rate=0.5&epochs=80"
    assert experiments.read_answer(GOAL, ANN, answer) == mine
    assert experiments.read_answer(GOAL, ANN, experiments.answer_of(GOAL, ANN, first)) == first


def test_each_control_that_a_student_may_change_is_open_on_the_page_and_in_the_answer():
    first = experiments.start(GOAL, ANN)
    free = {
        **{
            "hidden_layer_sizes": (3,),
            "activation": "tanh",
            "initializer": "he_normal",
            "learning_rate": 0.25,
        },
        **{
            "optimizer": "nesterov",
            "momentum": 0.5,
            "l1": 0.001,
            "l2": 0.002,
            "batch_size": 16,
            "epochs": 40,
        },
    }
    assert set(experiments.ask(GOAL, ANN).query["open"].split(",")) == set(free)
    for name, value in free.items():
        mine = replace(first, train=replace(first.train, **{name: value}))
        assert experiments.read_answer(GOAL, ANN, experiments.answer_of(GOAL, ANN, mine)) == mine, name


def test_an_answer_in_words_says_what_was_changed():
    changed = "hidden_layer_sizes=4,4&learning_rate=0.5&fingerprint=2wabc"
    assert experiments.in_words(changed) == "hidden_layer_sizes=4,4, learning_rate=0.5"
    assert experiments.in_words("&".join(["l1=0"] * 40)) == ", ".join(["l1=0"] * 40)
    assert experiments.in_words("&".join(["l1=0"] * 41)) == "settings that cannot be read"
    for same in ("start", "fingerprint=2wabc"):
        assert experiments.in_words(same) == "the settings that the task starts with"
