"""What the gradient-check page says where a check sees little or cannot be made, and which one sees more."""

import contextlib
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from gradient_checks import checked, subject

from data import DataConfig, keep_table
from lab.gradient_check.checks import Result
from lab.gradient_check.plan import Plan
from lab.links.experiment import Experiment
from mlp import Layer, TrainConfig, forward
from mlp.checks.gradient_check import GradientCheck
from mlp.checks.judgement import CAUSES, Judgement
from ui.gradient_check import coursework, details, further_checks, steps, verdict
from ui.training.progress import at_once

PLAN = Plan("an experiment", 16, "central", 1e-5, "float64", "all")


def blind(largest, hides, resolution):
    """The Result of a check that sees no error below `resolution`, a share of its `largest` derivative."""
    one = np.array([largest])
    check = GradientCheck(np.arange(1), one, one, 0 * one, 0 * one, np.array([False]))
    causes = np.array([CAUSES.index("rounding")])
    return Result(check, Judgement("blind", causes, 0, 1e-9, resolution, np.nan, 0.5, 1.0, hides, largest))


@pytest.mark.parametrize(
    ("scheme", "precision", "cure"),
    [
        ("central", "float32", "Choose a larger step, float64, or the complex step."),
        ("forward", "float32", "Choose a larger step, float64, or the complex step."),
        ("central", "float64", "Choose a larger step or the complex step."),
        ("forward", "float64", "Choose a larger step or the complex step."),
        ("complex", "float32", "Choose float64."),
        ("complex", "float64", "No other step or format here sees more: the largest derivative is 2e-13."),
    ],
)
def test_a_check_that_rounding_blinds_names_only_what_would_see_more(scheme, precision, cure):
    plan = PLAN._replace(scheme=scheme, precision=precision)
    _, _, words = verdict.sentence(plan, blind(2e-13, "rounding", 2e-3))
    assert words.endswith(f"rounding would hide any error of up to 0.2% of the largest derivative. {cure}")


def test_a_check_that_hides_more_than_a_derivatives_size_says_how_many_times_it():
    _, _, words = verdict.sentence(PLAN, blind(1e-3, "rounding", 4.0))
    assert "any error of up to 4 times the largest derivative. Choose " in words
    _, _, words = verdict.sentence(PLAN, blind(1e-3, "truncation", 4.0))
    assert words.endswith(
        "truncation would hide any error of up to 4 times the largest derivative. Choose a smaller step."
    )


@pytest.mark.parametrize("scale", [0.01, 50.0])
def test_the_floor_of_the_complex_step_is_said_with_the_largest_derivative_that_raises_it(scale):
    network = subject(init_scale=scale, l2=0.1)
    result = checked(network, scheme="complex", dtype="float32")
    largest, u = np.abs(result.check.analytic).max(), 2.0**-24
    assert (largest > 1) == (scale > 1)
    activations = network.X, *forward(network.params, network.X, network.config).activations
    sums = [np.abs(a) @ np.abs(W) + np.abs(b) for a, (W, b) in zip(activations, network.params, strict=False)]
    beside = max(1, *(one.max() for one in sums))
    every = details.details(PLAN._replace(scheme="complex", precision="float32"), result)
    (said,) = [line for line in every if "rounding floor" in line]
    floor = u * max(1, largest) * beside
    assert f"rounding alone leaves {floor:.1e}: u·max(1, |∂L/∂θ|) with |∂L/∂θ| up to {largest:.3g}" in said
    times = f", times {beside:.3g}, the largest Σ|a||W| + |b| of a unit," if beside > 1 else ""
    assert f"{largest:.3g}{times} and u = {u:.1e} (allowed: 4 times that)." in said


def test_medians_are_compared_without_tanh_where_tanh_has_no_slope_left():
    medians = pd.DataFrame({"group": ["relu, crosses", "relu, does not"], "error": [1e-3, 1e-5]})
    assert further_checks._medians(medians) == (
        "The median relative error of the parameters that cross is **1e-03**, 1e+02 times that of the others "
        "(1e-05)."
    )


def test_loops_and_matrix_are_not_said_to_differ_where_a_network_has_diverged(monkeypatch):
    said = []
    monkeypatch.setattr(coursework, "cache", lambda: SimpleNamespace(speed=SimpleNamespace(call=1e-6)))
    monkeypatch.setattr(coursework.progress, "result", lambda key, steps, *_: at_once(steps()))
    monkeypatch.setattr(coursework.st, "columns", lambda n, **_: [contextlib.nullcontext()] * n)
    for name in ("dataframe", "markdown"):
        monkeypatch.setattr(coursework.st, name, lambda *_, **__: None)
    monkeypatch.setattr(coursework.st, "caption", said.append)
    network = subject("relu")
    network = network._replace(params=tuple(Layer(W * np.nan, b) for W, b in network.params))
    coursework._show_digits(PLAN, network)
    assert said == ["Some derivatives of this network are not numbers, so they cannot be compared."] * 2


@pytest.mark.parametrize(("n", "cross"), [(1, "1 of the sample crosses"), (4, "4 of the sample cross")])
def test_those_that_bend_a_slope_by_crossing_a_kink_are_counted(monkeypatch, n, cross):
    crossing = SimpleNamespace(crosses_kink=np.arange(35) < n)
    monkeypatch.setattr(steps, "gradient_check", lambda *_, indices, step: crossing)
    line = {10.0**-k: 10.0**-k for k in range(2, 9)}
    of_line = np.array([*line]), np.array([*line.values()])
    lines = [((scheme, "float64"), *of_line) for scheme in ("forward", "central")]
    said = steps._slopes_in_words(subject("relu"), steps.table(lines, "h"), np.arange(35))
    assert said.endswith(f"not the 2 of truncation of order h²: {cross} a kink at h = 0.01.")
    assert said.count("kink") == 1, "not where the slope is that of truncation"


def rows(n, *labels):
    """The points of a table of n rows, whose labels follow one another."""
    lines = (f"{k},{k * k % 7},{labels[k % len(labels)]}\n" for k in range(n))
    return keep_table(("a,b,kind\n" + "".join(lines)).encode(), target="kind")


@pytest.fixture
def by_heart(monkeypatch):
    """A function of a DataConfig: (the Setup that is trained, what is said), the training refused or not."""

    def overfit(data, refused="", n_epochs=1, ended=True):
        setups, said = [], []
        epochs = [
            SimpleNamespace(number=n, records=[SimpleNamespace(train_loss=loss, train_accuracy=1.0)])
            for n, loss in enumerate((0.7, 0.01))
        ]

        def trained(asked):
            setups.extend(asked)
            if refused:
                raise ValueError(refused)
            return [SimpleNamespace(n_epochs=n_epochs, ended=ended, up_to=lambda epoch: epochs)]

        monkeypatch.setattr(further_checks.progress, "trained", trained)
        monkeypatch.setattr(further_checks, "show", lambda chart, kind, finding: said.append(finding))
        monkeypatch.setattr(further_checks.st, "markdown", said.append)
        monkeypatch.setattr(further_checks, "show_sentence", lambda show, words, icon: said.append(words))
        further_checks.overfit(PLAN._replace(experiment=Experiment(data, TrainConfig())))
        return setups[0], said

    return overfit


@pytest.mark.parametrize(("n", "learned"), [(16, 16), (20, 20), (60, 20)])
def test_of_a_table_with_fewer_than_twenty_rows_all_are_learned_by_heart(by_heart, n, learned):
    setup, (title, said) = by_heart(DataConfig(name="own_table", points=rows(n, "x", "y")))
    assert setup.experiment.data.split == f"{learned}/0/0"
    assert title.startswith(f"{learned} examples, by heart: loss 0.7 ")
    assert f"all {learned} at once" in said


def test_examples_that_cannot_be_trained_on_get_their_sentence_alone(by_heart):
    _, said = by_heart(DataConfig(), refused="All are of one class.")
    assert said == ["All are of one class."]


@pytest.mark.parametrize("n_epochs", [-1, 0])
def test_of_a_training_that_has_not_begun_nothing_is_said(by_heart, n_epochs):
    assert by_heart(DataConfig(), n_epochs=n_epochs, ended=False)[1] == []


def test_of_a_training_that_ended_before_its_first_epoch_it_is_said_why(by_heart):
    (said,) = by_heart(DataConfig(), n_epochs=0)[1]
    assert said.startswith(":red[")
    assert said.endswith("The loss is not a number at the first step: nothing is learned.")


def test_the_histogram_of_a_group_has_its_tensors_alone_and_the_ends_hold_what_is_beyond():
    network = subject()
    check = checked(network, index=network.sample(5000, "layer 2")).check
    errors = np.full(15, 3e-9)
    errors[:4], errors[-2:] = (0.0, 1e-30, 2.0, np.nan), (0.0, np.inf)
    frame = verdict.histogram(network, Result(check._replace(relative_error=errors), None))
    assert frame["tensor"].unique().tolist() == ["W²: 12 of 12", "b²: 3 of 3"]
    weights, bias = (bars for _, bars in frame.groupby("tensor"))
    assert weights["left"].to_list() == pytest.approx([1e-17, 1e-9, 1.0])
    assert (weights["right"] / weights["left"]).to_list() == pytest.approx([10**0.5] * 3)
    assert weights[["count", "share"]].to_numpy().tolist() == [[2, 2 / 8], [8, 1.0], [1, 1 / 8]]
    assert bias[["count", "share"]].to_numpy().tolist() == [[1, 1.0], [1, 1.0]]
