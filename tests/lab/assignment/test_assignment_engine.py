"""What a page's question is answered from without a page: the same trainings, by another route."""

from types import SimpleNamespace

import pytest
from answering import trained as on_a_page
from answering import values_of

from data import DataConfig, load_dataset
from lab.assignment import engine
from lab.assignment.kinds.questions import QUESTIONS
from lab.links import cost
from lab.links.experiment import Experiment, Setup
from lab.published.search import plan_of
from lab.questions.answer import setups
from mlp import TrainConfig, train

SMALL = {"n_samples": 100, "epochs": 2, "values1": "0.1 / 1", "axis2": "–", "axis3": "–"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "key"),
    [
        ("derivation", "what-does-relu-let-back-through"),
        ("initialization", "what-if-all-weights-are-equal"),
        ("optimization", "how-much-is-a-memory-worth-in-a-narrow-valley"),
        ("decision_boundary", "which-rate-is-too-high"),
    ],
)
def test_a_question_has_the_answer_that_it_has_on_its_page(page, key):
    preset = next(one for one in QUESTIONS[page] if one.key == key)
    found = engine.answer(page, preset)
    assert found == preset.answer(values_of(page, preset), on_a_page)
    assert engine.answer(page, preset) is found, "computed once"


def test_a_training_has_every_epoch_and_its_last_parameters():
    config = TrainConfig(hidden_layer_sizes=(3,), epochs=4)
    data = DataConfig(n_samples=100)
    (found,) = engine.given([Setup(Experiment(data, config), 2)])
    alone = list(train(found.run.configs[1], load_dataset(data)))
    assert [one.number for one in found.history] == [0, 1, 2, 3, 4]
    assert [one.records[1].valid_loss for one in found.history] == pytest.approx(
        [record.valid_loss for record in alone], rel=1e-5
    )
    assert pytest.approx(alone[-1].params[0].W, rel=1e-4) == found.records[1].params[0].W
    assert found.run.with_parameters(99).number == 4
    assert found.run.with_parameters(2).number == 2
    assert all(one.params for epoch in found.history for one in epoch.records)
    assert [one.number for one in found.run.up_to(1)] == [0, 1]


def test_of_images_only_the_last_epoch_has_its_parameters(monkeypatch):
    data = DataConfig(n_samples=100)
    images = load_dataset(data)._replace(image_shape=(1, 2))
    monkeypatch.setattr(engine, "load_dataset", lambda _: images)
    config = TrainConfig(hidden_layer_sizes=(3,), epochs=3)
    (found,) = engine.given([Setup(Experiment(data, config), 2)])
    assert [[len(one.params) for one in epoch.records] for epoch in found.run.epochs] == [[0, 0]] * 3 + [
        [2, 2]
    ]
    assert [[one.epoch for one in epoch.records] for epoch in found.run.epochs] == [[n, n] for n in range(4)]
    assert [epoch.number for epoch in found.run.epochs] == [0, 1, 2, 3]


def test_a_sweep_has_an_outcome_for_every_network():
    plan = plan_of(tuple(sorted(SMALL.items())))
    outcomes = engine.given.sweep(plan).outcomes
    experiments = plan.experiments()
    assert sorted(outcomes) == list(range(len(experiments)))
    for row in (0, len(experiments) - 1):
        data, config = experiments[row]
        *_, last = train(config, load_dataset(data))
        assert outcomes[row].records[-1].valid_loss == pytest.approx(last.valid_loss, rel=1e-5)


def test_work_in_parts_is_run_to_its_end():
    def steps():
        yield 0.5
        yield 1.0
        return "done"

    assert engine.given.result("key", steps, lambda speed: 1.0, "words") == "done"


@pytest.fixture
def speed(monkeypatch):
    """The speed of a made-up machine, and no answer that has been computed before."""
    own = cost.Speed(1e-6, 1e-10, 1e-9, {"tanh": 1e-8})
    monkeypatch.setattr(cost, "calibrate", lambda: own)
    monkeypatch.setattr(engine, "_answers", {})
    return own


@pytest.mark.parametrize(
    ("page", "key"),
    [("decision_boundary", "3-20-or-128-hidden-units"), ("sweeps", "how-large-may-the-learning-rate-be")],
)
def test_the_estimate_of_an_answer_is_that_of_the_trainings_that_it_asks_for(page, key, speed):
    preset = next(one for one in QUESTIONS[page] if one.key == key)
    if page == "sweeps":
        experiments = plan_of(tuple(sorted(preset.changes.items()))).experiments()
        asked = [(experiments[0][0], [config for _, config in experiments])]
    else:
        asked = [(one.experiment.data, one.configs()) for one in setups(values_of(page, preset))]
    expected = 0.0
    for data, configs in asked:
        dataset, n_epochs = load_dataset(data), max(config.epochs for config in configs)
        expected += cost.beginning(configs, dataset, speed) + cost.seconds(configs, dataset, n_epochs, speed)
    assert engine.seconds(page, preset) == pytest.approx(expected)


def test_an_answer_that_needs_no_training_or_is_known_costs_nothing_more(speed):
    preset = next(one for one in QUESTIONS["derivation"] if one.choices)
    assert engine.seconds("derivation", preset) == engine.KNOWN
    assert engine.answer("derivation", preset) == preset.answer(values_of("derivation", preset), on_a_page)
    assert engine.seconds("derivation", preset) == engine.KNOWN


def test_the_estimate_of_a_check_is_the_mean_of_all_and_that_of_work_in_parts_its_own(speed):
    assert engine.seconds("bug_lab", QUESTIONS["bug_lab"][0]) == engine.SECONDS_OF_A_CHECK
    with pytest.raises(engine._Counted) as counted:
        engine._Counting().result("key", None, lambda given: 7 if given == speed else 0, "words")
    assert counted.value.seconds == 7


def test_a_sweep_over_several_datasets_is_estimated_by_each(monkeypatch):
    first, second = DataConfig(n_samples=100), DataConfig(n_samples=200)
    plan = SimpleNamespace(experiments=lambda: [(first, 1), (second, 2), (first, 4)])
    each = {first: (30, [1, 4]), second: (5, [2])}

    def seconds(data, configs):
        cost_of, expected = each[data]
        assert configs == expected
        return cost_of

    monkeypatch.setattr(engine, "_seconds", seconds)
    with pytest.raises(engine._Counted) as counted:
        engine._Counting().sweep(plan)
    assert counted.value.seconds == 35
