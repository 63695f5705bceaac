"""How many derivatives each check of a network computes, its progress, and what its parts and sweeps are."""

from types import SimpleNamespace

import numpy as np
import pytest
from finishing import finished
from gradient_checks import subject

from data import DataConfig, load_dataset
from lab.gradient_check import checks, sweeps
from lab.gradient_check import subject as subjects
from lab.gradient_check.plan import Plan, parse_step
from lab.links import cost
from lab.links.experiment import Experiment
from lab.links.pages import B_GRID, DECADES
from lab.published.one_sided import SHORT_STEP, STEP
from lab.published.steps_of_n import STEPS
from mlp import TrainConfig, gradient_check
from mlp.checks.gradient_check import compared
from mlp.checks.judgement import judge
from mlp.checks.numerical import norm_wise

PLAN = Plan("an experiment", 16, "central", 1e-5, "float64", "weights")
SPEED = cost.calibrate()


def priced(n_parameters, each):
    """A subject of so many parameters in two tensors, each of which costs so much; a sample is its size."""
    sizes = [SimpleNamespace(size=2), SimpleNamespace(size=n_parameters - 2)]
    return SimpleNamespace(members=lambda group: sizes, cost=lambda: each, sample=lambda n, group: (n, group))


@pytest.mark.parametrize(
    ("n_parameters", "each", "checked"),
    [
        (5000, 1, 5000),
        (5001, 1, 5000),
        (5000, 100_000, 5000),  # 5e8 multiply-adds in all, of up to 1.5e9
        (5001, 100_000, 4000),  # a sample may take 4e8
        (3000, 500_000, 3000),
        (3000, 500_001, 799),
        (10, 10**9, 1),
    ],
)
def test_all_are_checked_while_that_is_quick_and_else_a_sample(n_parameters, each, checked):
    assert checks.indices(PLAN, priced(n_parameters, each)) == (checked, "weights")


@pytest.mark.parametrize(("each", "n_parts", "n_sides"), [(1, 200, 300), (2_000_000, 50, 150), (10**9, 1, 1)])
def test_checks_of_parts_and_of_sides_share_their_work(each, n_parts, n_sides):
    one = priced(9000, each)
    assert checks.parts_sample(PLAN, one) == (n_parts, "weights")  # three checks, 3e8 multiply-adds
    assert checks.sides_sample(PLAN, one) == (n_sides, "weights")  # two, 6e8


def test_a_derivative_costs_two_passes_of_all_examples_and_copies(monkeypatch):
    one = subject()  # 35 parameters, 16 examples
    assert one.cost() == 2 * (16 + 4) * 35
    for large, limit in ((False, 1400), (True, 1399)):
        monkeypatch.setattr(subjects, "LARGE", limit)
        assert one.large == large
    assert one.seconds(7, SPEED) == cost.checking_seconds(7, 35, 16, one.config, SPEED)
    assert one.with_activation("relu").config.activation == "relu"
    assert one.config.activation == "tanh"


def test_an_untrained_network_has_an_output_for_every_class_though_the_training_set_lacks_one():
    dataset = load_dataset(DataConfig(n_samples=60))
    few = dataset._replace(class_names=(*dataset.class_names, "one without an example"))
    made = subjects.subject_of(few, TrainConfig(hidden_layer_sizes=(5,)), 10)
    assert [one.W.shape for one in made.params] == [(2, 5), (5, 3)]


def test_a_check_is_of_one_network():
    config = TrainConfig()
    plan = PLAN._replace(experiment=Experiment(DataConfig(), config))
    assert plan.configs() == (config,)
    assert plan.n_seeds == 1


def test_a_check_is_reported_about_every_tenth_of_a_second(monkeypatch):
    one, asked = subject(), []
    monkeypatch.setattr(checks.cost, "checking_seconds", lambda *how: asked.append(how) or 0.03)
    shares, found = finished(checks.check_in_parts(*one.inputs, np.arange(10), SPEED))
    assert shares == [0.4, 0.8, 1.0]  # 0.12 s are four of them
    assert asked == [(1, 35, 16, one.config, SPEED)]
    assert found.index.tolist() == list(range(10))


def test_the_parts_of_an_objective_add_up_to_it():
    one = subject(l1=0.02, l2=0.1)
    shares, found = finished(checks.in_parts(PLAN, one, one.config, SPEED))
    assert list(found) == ["data", "penalty", "objective"]
    assert [shares[-1], *shares] == [1.0, *sorted(shares)]
    data, penalty, both = (result.check for result in found.values())
    np.testing.assert_array_equal(both.index, one.sample(200, "weights"))
    np.testing.assert_allclose(data.analytic + penalty.analytic, both.analytic, rtol=1e-12)
    W = one.params[0].W.ravel()
    np.testing.assert_allclose(penalty.analytic[:8], 0.02 * np.sign(W) + 0.2 * W, rtol=1e-12)
    assert all(result.judgement.passes for result in found.values())


def test_both_steps_of_one_side_are_central_differences():
    one = subject()
    shares, rows = finished(checks.flagged(PLAN, one, SPEED))
    assert [shares[-1], *shares] == [1.0, *sorted(shares)]
    index = one.sample(300, "weights")
    for step in (STEP, SHORT_STEP):
        check = gradient_check(*one.inputs, indices=index, scheme="central", step=step)
        (right,) = [row for row in rows if (row.step, row.gradient) == (step, "right")]
        assert right.one_sided == (check.analytic - check.numeric > 1e-7).sum()
        assert right.n == len(index) == 26


@pytest.mark.slow
def test_a_sweep_of_a_courseworks_grid_has_three_lines_and_one_of_decades_every_scheme():
    one, steps = subject(), STEPS[B_GRID]
    shares, (lines, detected) = finished(sweeps.sweep(PLAN, one, B_GRID))
    assert shares == pytest.approx(np.arange(1, 49) / 48)
    index = one.sample(sweeps.SAMPLE, "weights")
    wrong = "wrong by 0.01%"
    assert [name for name, _, _ in lines] == [(s, "float64") for s in ("forward", "central", wrong)]
    for place in (0, 23):
        for (scheme, _), _, errors in lines:
            of = "forward" if scheme == "forward" else "central"
            check = gradient_check(*one.inputs, indices=index, scheme=of, step=steps[place])
            analytic = check.analytic * (1.0001 if scheme == wrong else 1)
            assert errors[place] == pytest.approx(norm_wise(analytic, check.numeric), rel=1e-9)
    assert detected.shape == (24,)
    for step, found in zip(steps, detected, strict=True):
        how = {"scheme": "central", "step": step, "dtype": "float64"}
        right = gradient_check(*one.inputs, indices=index, **how)
        wrong = compared(index, 1.0001 * right.analytic, right.numeric, right.crosses_kink)
        assert found == judge(wrong, *one.inputs, **how).finds_error
    float32 = PLAN._replace(precision="float32")
    _, (lines, detected) = finished(sweeps.sweep(float32, one, DECADES))
    schemes = [(s, d) for s in ("forward", "central", "complex") for d in ("float64", "float32")]
    assert [name for name, _, _ in lines] == schemes
    assert detected.size == 0
    _, (lines, _) = finished(sweeps.sweep(float32, one, B_GRID))
    assert {dtype for (_, dtype), _, _ in lines} == {"float32"}


def test_the_lines_that_are_compared_are_those_of_one_precision():
    names = [("central", "float64"), ("central", "float32"), ("wrong by 0.01%", "float64")]
    lines = [(name, None, np.array([n])) for n, name in enumerate(names)]
    steps, right, wrong = sweeps.right_and_wrong(lines, "float64", B_GRID)
    assert (right, wrong, len(steps)) == (0, 2, 24)


@pytest.mark.parametrize(("text", "step"), [("1e-30", 1e-30), ("1", 1.0), ("1/4", 0.25), (" 2e-3 ", 0.002)])
def test_a_step_is_a_number_or_a_fraction_up_to_its_bounds(text, step):
    assert parse_step(text) == step
