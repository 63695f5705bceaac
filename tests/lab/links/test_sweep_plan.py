"""The plan of a sweep: what is typed becomes values or a range, or one sentence; which trials are refused."""

import re

import pytest

from data import DataConfig
from lab.links import reader
from lab.links.experiment import Experiment, with_settings
from lab.links.fields import EXAMPLES, example_values
from lab.links.reading import OverLimit, quoted
from lab.links.sweep_plan import (
    DESIGNS,
    GRID,
    METRICS,
    NONE,
    ONE,
    PAIRED,
    SWEPT,
    VIEW,
    Plan,
    check,
    count,
    parse_axis,
    settings,
)
from lab.published.systems import SEARCHES
from lab.questions import search
from mlp import TrainConfig, sweep
from mlp.sweep import Between, Values
from ui.sweeps.space import RANGE_EXAMPLES

PRESETS = search.SWEEPS + SEARCHES


@pytest.mark.parametrize(
    ("field", "text", "axis"),
    [
        ("learning_rate", " 0.1/1e-2 /", Values((0.1, 0.01))),
        ("hidden_layer_sizes", "4 / 8,8 / 2x3 / none", Values(((4,), (8, 8), (2, 2, 2), ()))),
        ("use_bias", "true / false", Values((True, False))),
        ("l2", "0 / 0.1,0.2", Values((0.0, (0.1, 0.2)))),
        ("batch_size", "8 / 8 / 16 / 8", Values((8, 8, 16, 8))),
        ("learning_rate", "0.001 to 1 log", Between(0.001, 1.0, True, False)),
        ("noise", "0 to 0.4", Between(0.0, 0.4, False, False)),
        ("epochs", "10 to 50", Between(10.0, 50.0, False, True)),
        ("n_samples", "  100   to 200 log ", Between(100.0, 200.0, True, True)),
    ],
)
def test_values_are_read_as_their_field_reads_them_and_two_numbers_are_a_range(field, text, axis):
    assert repr(parse_axis(field, text)) == repr(axis), "also 1 for 1.0 would be another"


@pytest.mark.parametrize(
    ("field", "text"),
    [
        *(("learning_rate", text) for text in ("1 to 0.1", "1 to 1", "-1 to 1", "0 to 1 log", "1 to")),
        *(("learning_rate", text) for text in ("0.1 to 1 linear", "0.1 to 1 log log", "0.1 0.2 to 1")),
        *(("learning_rate", text) for text in ("fast to slow", "1 to nan")),
        *(("epochs", text) for text in ("1 to inf", "2.5 to 4", "-1 to 5", "5 to 5")),
        *(("n_samples", f"100 to {high}") for high in ("1e30", "9" * 19, "9" * 2500)),
    ],
)
def test_a_range_that_is_none_gets_one_sentence_with_what_is_allowed(field, text):
    match = f"^The range of {field} is {re.escape(quoted(text))}; allowed: .*\\.$"
    with pytest.raises(ValueError, match=match):
        parse_axis(field, text)


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("learning_rate", "0.1 / fast", "learning_rate is 'fast'; allowed: a number"),
        ("hidden_layer_sizes", "8,,8", "hidden_layer_sizes is '8,,8'"),
        ("l2", " / / ", "No values are given for l2; allowed: some"),
    ],
)
def test_values_that_cannot_be_read_get_one_sentence(field, text, words):
    with pytest.raises(ValueError, match=rf"^{words}.*\.$"):
        parse_axis(field, text)


def test_a_value_that_is_repeated_counts_once_unless_it_stands_beside_several_of_another_field():
    space = {"batch_size": Values((8, 8, 16)), "momentum": Values((0.1, 0.2, 0.1))}
    made = {design: settings(design, space, VIEW) for design in DESIGNS}
    pairs = [(8, 0.1), (8, 0.2), (16, 0.1)]
    assert made[PAIRED] == [{"batch_size": b, "momentum": m} for b, m in pairs]
    assert made[GRID] == [{"batch_size": b, "momentum": m} for b in (8, 16) for m in (0.1, 0.2)]
    assert made[ONE] == [{}, {"batch_size": 8}, {"batch_size": 16}, {"momentum": 0.1}, {"momentum": 0.2}]
    for design in DESIGNS:
        assert count(design, space, VIEW) == len(made[design])


def test_the_two_rates_of_d_have_the_momentum_that_equals_them_two_trials_in_a_link():
    link = "design=side+by+side&axis1=learning_rate&values1=0.01+/+0.001&axis2=momentum&values2=0.01+/+0.001"
    plan = reader.read(f"http://here/sweeps?{link}").plan
    pairs = [(trial.config.learning_rate, trial.config.momentum) for trial in plan.sweep.trials]
    assert pairs == [(0.01, 0.01), (0.001, 0.001)]
    told = r"^Side by side, all fields need .*: learning_rate has 3; momentum has 2\.$"
    with pytest.raises(ValueError, match=told):
        reader.read(f"http://here/sweeps?{link.replace('0.01', '1+/+0.01', 1)}")


def test_of_too_many_values_side_by_side_none_is_made():
    many = " / ".join(map(str, range(1, 10_002)))
    with pytest.raises(OverLimit, match="asks for 10,001 trials"):
        settings(PAIRED, {"epochs": parse_axis("epochs", many)}, VIEW)


def test_accuracies_are_better_if_larger_and_losses_if_smaller_each_of_its_own_split():
    for name, (figure, larger) in METRICS.items():
        split, quantity = name.split()
        assert figure == f"{ {'training': 'train', 'validation': 'valid'}[split] }_{quantity}"
        assert larger == (quantity == "accuracy")
    assert len(METRICS) == 4


def test_the_experiments_are_all_seeds_of_a_trial_then_of_the_next():
    base = Experiment(DataConfig(n_samples=120), TrainConfig(init_seed=5, shuffle_seed=9))
    axes = {"l2": Values((0.0, 0.1)), "noise": Values((0.1, 0.3))}
    built = sweep.build(sweep.grid(axes), base.data, base.train)
    plan = Plan(base, tuple(axes), GRID, built, 3)
    experiments = [(d.noise, c.l2, c.init_seed, c.shuffle_seed) for d, c in plan.experiments()]
    pairs = [(0.1, 0.0), (0.3, 0.0), (0.1, 0.1), (0.3, 0.1)]
    assert experiments == [(*pair, 5 + k, 9 + k) for pair in pairs for k in range(3)]
    assert [list(plan.rows(k)) for k in range(4)] == [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10, 11]]


def test_a_trials_experiment_is_the_base_with_its_settings_in_data_and_training():
    base = Experiment(DataConfig(seed=7), TrainConfig(momentum=0.5))
    changed = with_settings(base, (("noise", 0.3), ("learning_rate", 0.2), ("name", "moons")))
    train = TrainConfig(momentum=0.5, learning_rate=0.2)
    assert changed == Experiment(DataConfig(name="moons", noise=0.3, seed=7), train)


# hidden 4 on two features and two classes: 2·4 + 4 + 4·2 + 2 = 22 parameters; hidden 8: 42
def test_a_trial_outside_of_the_budget_of_parameters_is_told_with_its_number():
    budgets = [(22, 22), (23, 0), (0, 21)]
    reasons = [check(DataConfig(), TrainConfig(hidden_layer_sizes=(4,)), budget) for budget in budgets]
    refused = ["22 parameters; the budget is 23 or more.", "22 parameters; the budget is 0 to 21."]
    assert reasons == [None, *refused]


@pytest.mark.parametrize(
    ("data", "sizes", "reason"),
    [
        # 2·4 + 4 + 4·5 + 5; 784·10 + 10 + 10·10 + 10
        (DataConfig(name="spirals", n_classes=5), (4,), "37 parameters; the budget is 1 to 1."),
        (DataConfig(name="mnist"), (10,), "7,960 parameters; the budget is 1 to 1."),
        (DataConfig(name="own_points"), (4,), "name is 'own_points'; allowed: circles, "),
    ],
)
def test_classes_and_pixels_count_for_the_parameters_and_the_page_must_have_the_dataset(data, sizes, reason):
    assert check(data, TrainConfig(hidden_layer_sizes=sizes), (1, 1)).startswith(reason)


@pytest.mark.parametrize("field", SWEPT)
def test_a_field_just_chosen_comes_with_values_that_can_be_read(field):
    axis = parse_axis(field, example_values(field, 4, EXAMPLES | RANGE_EXAMPLES))
    assert isinstance(axis, Between) or len(axis.values) >= 2


@pytest.mark.parametrize("preset", PRESETS, ids=lambda p: p.question)
def test_the_axes_of_every_preset_can_be_read_and_none_repeats_a_field(preset):
    view = VIEW | preset.changes
    axes = [(view[f"axis{k}"], view[f"values{k}"]) for k in (1, 2, 3) if view[f"axis{k}"] != NONE]
    assert axes
    assert len({field for field, _ in axes}) == len(axes)
    for field, text in axes:
        assert field in SWEPT
        axis = parse_axis(field, text)
        assert isinstance(axis, Between) or len(axis.values) == len(text.split("/"))
