"""What the gradient-check page says: steps as text, the verdict in words, coursework E, further checks."""

import contextlib
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from gradient_checks import checked, subject

from data import DataConfig
from lab.gradient_check import sweeps
from lab.gradient_check.checks import Result
from lab.links.experiment import Experiment
from lab.links.pages import A_CODE, A_GRID, B_GRID, FIRST_TEN
from lab.published.steps_of_n import STEPS
from mlp import LOSSES, TrainConfig, loss_and_gradients
from mlp.checks.gradient_check import GradientCheck
from mlp.checks.judgement import CAUSES, Judgement, judge
from mlp.checks.numerical import absolute_error, relative_error
from mlp.network import evaluate
from ui.gradient_check import coursework, further_checks, largest, parts, planted, steps, verdict
from ui.gradient_check.setup import Plan, parse_step, step_text
from ui.gradient_check.subject import check_key
from ui.training import progress

PLAN = Plan("an experiment", 16, "central", 1e-5, "float64", "all")


def test_steps_are_read_and_written_as_a_person_would():
    texts = {"1e-5": 1e-5, "1/24": 1 / 24, "0.01": 0.01, "1e-30": 1e-30, "1": 1.0}
    assert {text: parse_step(f" {text}") for text in texts} == texts
    assert [step_text(step) for step in texts.values()] == list(texts)
    assert step_text(10**-4.5) == "3.16e-5"


@pytest.mark.parametrize("text", ["0", "1.001", "9e-31", "nan", "1/0", "h", "1/2/3", "1" * 400])
def test_other_steps_are_refused_in_one_sentence(text):
    with pytest.raises(ValueError, match=r"^h is .*; allowed: a number from 1e-30 to 1") as refused:
        parse_step(text)
    assert len(str(refused.value)) < 150


def test_a_check_is_cached_by_everything_that_it_depends_on():
    others = {
        "experiment": "x",
        "scheme": "forward",
        "step": 1e-6,
        "precision": "float32",
        "group": "weights",
    }
    keys = [check_key(PLAN._replace(**{name: value}), subject()) for name, value in others.items()]
    keys += [check_key(PLAN, one) for one in (subject(), subject(n=9), subject()._replace(epoch=3))]
    assert len(set(keys)) == len(keys)


def said(result, **how):
    """Return (kind, verdict, details)."""
    plan = PLAN._replace(**how)
    show, _, words = verdict.sentence(plan, result)
    return show.__name__, words, verdict.details(plan, result)


def spoiled(network, position, factor):
    """Return the Result of a check whose analytic gradient is wrong in one place."""
    check = checked(network).check
    analytic = check.analytic.copy()
    analytic[position] *= factor
    errors = {
        "error": absolute_error(analytic, check.numeric),
        "relative_error": relative_error(analytic, check.numeric),
    }
    check = check._replace(analytic=analytic, **errors)
    return Result(check, judge(check, *network.inputs, scheme="central", step=1e-5, dtype="float64"))


def made_up(kind, *causes, error=1e-9):
    """Return a Result of derivatives of 1, with these causes; only those of "agrees" have small errors."""
    n = len(causes)
    errors = np.array(
        [error * (1 if cause == "agrees" else 1000 * (i + 1)) for i, cause in enumerate(causes)]
    )
    crosses = np.array([cause == "kink" for cause in causes])
    check = GradientCheck(np.arange(n), np.ones(n), 1 + errors, errors, errors, crosses)
    cause = np.array([CAUSES.index(cause) for cause in causes])
    return Result(check, Judgement(kind, cause, int(errors.argmax()), 1e-10, 1e-8, 3.9, 0.5))


@pytest.mark.parametrize(
    ("kind", "error", "words"),
    [
        ("happy", 9.97e-8, "is 9.97e-08, below 1e-7"),
        ("happy", 3.44e-8, "is 3.4e-08, below 1e-7"),
        ("unexplained", 9.96e-5, "is 9.96e-05: less than 1e-4"),
        ("uncomfortable", 1.004e-4, "is 1.004e-04, between 1e-4 and 1e-2"),
        ("wrong", 1.04e-2, "is 1.04e-02, above 1e-2"),
        ("wrong", 0.5, "is 5.0e-01, above 1e-2"),
    ],
)
def test_an_error_is_not_rounded_to_the_limit_that_it_is_beside(kind, error, words):
    assert words in said(made_up(kind, "agrees", error=error))[1]


def test_errors_that_the_check_itself_explains_are_counted_and_named():
    result = made_up(
        "happy", "agrees", "kink", "agrees", "rounding", "truncation", "truncation", "unresolved"
    )
    _, words, (kink, rounding, truncation, hidden) = said(result)
    assert "2 of 6 derivatives agree within 1.0e-09, below 1e-7" in words
    assert kink == (
        "**1 crosses a kink** (×) within h = 1e-5: its numerical derivative mixes two branches, so it does "
        "not count (relative error 2.0e-06)."
    )
    assert rounding.startswith("**1 is at the rounding floor**")
    assert "rounding alone leaves 1.0e-10: " in rounding
    assert "(allowed: 4 times that)" in rounding
    assert truncation.startswith(
        "**2 are due to truncation** (·), with relative errors up to 6.0e-06: at h/2 their errors are 3.9×"
    )
    assert "The derivative itself is 1.0e+00." in rounding
    assert hidden.startswith("**1 is hidden** (·): its error is no larger than what")
    assert "2 derivatives agree as far" in said(made_up("usual", "agrees", "kink", "agrees"))[1]
    assert "1 derivative agrees as far" in said(made_up("usual", "agrees", "kink"))[1]
    usual = said(made_up("usual", "agrees", "agrees"))
    assert usual[:2] == ("success", usual[1])
    assert "Errors below 1e-08 would go unnoticed.** 2 derivatives agree" in usual[1]
    assert said(made_up("happy", "kink", "kink"))[2][0].startswith("**2 cross a kink**")
    _, _, words = said(made_up("blind", "too long", "too long"))
    assert words == [
        "**2 differ because h is too long** (·), with relative errors up to 2.0e-06: they agree with the "
        "complex step in float64, which has no truncation."
    ]
    assert said(made_up("blind", "too long"))[2][0].startswith("**1 differs because h is too long**")
    for scheme, factor in (("forward", 2), ("central", 4), ("complex", 4)):
        _, _, (words,) = said(made_up("usual", "truncation"), scheme=scheme)
        assert f"theory predicts {factor}× for the {scheme} scheme." in words


@pytest.mark.slow
@pytest.mark.parametrize(
    ("activation", "factor", "kind", "words"),
    [
        ("tanh", 2.0, "error", "Probably wrong"),
        ("tanh", 1.001, "warning", "feel uncomfortable"),
        ("tanh", 1.00002, "warning", "A small error, but a real one"),
        ("relu", 1.00002, "warning", "A small error, but a real one"),
    ],
)
def test_a_wrong_one_is_named_by_its_band(activation, factor, kind, words):
    network = subject(activation)
    result = spoiled(network, int(np.abs(checked(network).check.analytic).argmax()), factor)
    shown, sentence, _ = said(result)
    assert shown == kind
    assert words in sentence
    assert f"{1 - 1 / factor:.1e}" in sentence
    assert parts.row("both", *result)["verdict"] == f"✗ {result.judgement.kind}"
    right = checked(network)
    assert parts.row("both", *right)["verdict"] == "✓"
    kind, words, _ = said(right)
    assert kind == "success"
    n = 35 - right.check.crosses_kink.sum()
    assert n == (35 if activation == "tanh" else 32)
    assert f"Be happy.** The largest relative error of {n} derivatives is " in words


@pytest.mark.slow
@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize("grid", [A_GRID, A_CODE, B_GRID])
def test_the_steps_find_a_wrong_gradient_where_the_check_above_would(activation, grid):
    network = subject(activation, n=1)
    plan = PLAN._replace(experiment=Experiment(None, network.config))
    (*_, (name, _, errors)), found = progress.at_once(sweeps.sweep(plan, network, grid))
    assert name[0] == steps.charts.PLANTED
    assert len(errors) == len(found) == len(STEPS[grid])
    for h, finds, error in zip(STEPS[grid], found, errors, strict=True):
        honest = checked(network, h, index=network.sample(sweeps.SAMPLE))
        # a difference of 0.01% of the largest derivative, against what the check says it cannot see
        smooth = ~honest.check.crosses_kink
        size = np.abs(honest.check.analytic[smooth]).max(initial=0.0) / np.abs(honest.check.analytic).max()
        if honest.judgement.resolution < 0.3 * size * sweeps.PLANTED:
            assert finds
        if honest.judgement.resolution > 3 * sweeps.PLANTED:
            assert not finds
        assert not honest.judgement.finds_error
        wrong = 1.0001 * honest.check.analytic
        lengths = np.linalg.norm(wrong) + np.linalg.norm(honest.check.numeric)
        assert error == pytest.approx(np.linalg.norm(wrong - honest.check.numeric) / lengths)


@pytest.mark.slow
def test_the_largest_difference_is_that_of_the_ten_weights_asked_for():
    network = subject(n=1, hidden_layer_sizes=(4, 12))
    index = network.sample(sweeps.SAMPLE, FIRST_TEN)
    assert network.labels(index) == [f"W²[0,{j}]" for j in range(10)]
    assert len(subject().sample(24, FIRST_TEN)) == 3, "of a row of three"
    right, wrong, size = progress.at_once(sweeps.largest(network, index, STEPS[B_GRID], "float64"))
    for step, mine, planted_one in zip(STEPS[B_GRID], right, wrong, strict=True):
        check = checked(network, step, index=index).check
        assert mine == np.abs(check.analytic - check.numeric).max()
        assert planted_one == np.abs(1.0001 * check.analytic - check.numeric).max()
    assert size == np.abs(checked(network, index=index).check.analytic).max()
    assert right[-1] < right[0] / 100
    frame = largest.table(STEPS[B_GRID], right, np.full(24, np.nan), "N = 1/h")
    assert frame["at"].to_list() == pytest.approx(range(1, 25))
    assert set(frame["gradient"]) == {"right"}


@pytest.mark.parametrize(
    ("wrong", "found", "words"),
    [
        (
            1.5e-3,
            [],
            "By the curves alone, these steps cannot tell a right gradient from one that is wrong by",
        ),
        (1e-1, [], "**These steps tell them apart.** At their best step, h = 0.1"),
        (1.5e-3, [False, False], "even so, it finds this one at none of these 2 steps."),
        (1.5e-3, [True, False], "this way the wrong gradient is found at 1 of these 2 steps."),
        (1.5e-3, [True, True], "this way the wrong gradient is found at all 2 steps."),
    ],
)
def test_what_the_curves_show_and_what_halving_shows(wrong, found, words):
    right = pd.DataFrame({"h": [0.5, 0.1], "error": [1e-1, 1e-3]})
    one = pd.DataFrame({"h": [0.5, 0.1], "error": [1e-1, wrong]})
    assert words in planted.told_apart(right, one, np.array(found, bool))
    assert planted.told_apart(right[:0], one, np.array(found, bool)).startswith("Too few errors are finite")


def test_a_part_is_judged_without_what_crosses_a_kink():
    row = parts.row("both", *made_up("blind", "agrees", "kink", "rounding"))
    assert row == {
        "objective": "both",
        "verdict": "? blind",
        "largest absolute error": "3.0e-06",
        "largest relative error": "3.0e-06",
        "kinks": 1,
        "‖gradient‖": "1.73",
        "derivatives": 3,
    }
    only_kinks = parts.row("both", *made_up("happy", "kink"))
    assert (only_kinks["verdict"], only_kinks["largest absolute error"]) == ("✓", "0")


def test_float32_is_told_that_it_cannot_tell():
    network = subject()
    result = checked(network, dtype="float32")
    kind, words, details = said(result, precision="float32")
    assert kind == "warning"
    assert "rounding would hide any error of up to" in words
    share = 4 * result.judgement.floor / np.abs(result.check.analytic).max()
    assert f"{share:.1%} of the largest derivative" in words
    leaves = f"leaves {result.judgement.floor:.1e}"
    assert any("rounding floor" in line and leaves in line for line in details)


def test_a_long_step_is_told_that_truncation_or_kinks_hide_errors():
    network = subject()
    _, words, details = said(checked(network, step=0.1), step=0.1)
    assert "truncation would hide any error" in words
    assert "Choose a smaller step" in words
    assert any("due to truncation" in line for line in details)
    result = made_up("blind", "kink", "kink")
    result = result._replace(judgement=result.judgement._replace(resolution=np.inf))
    _, words, _ = said(result, step=0.5)
    assert "All 2 parameters cross a kink within h = 0.5. Choose a smaller step." in words
    _, words, _ = said(made_up("blind", "kink"), step=0.5)
    assert "The only parameter crosses a kink within h = 0.5. Choose a smaller step." in words


def test_all_derivatives_zero_is_nothing_to_compare():
    network = subject("relu")
    dead = tuple(layer._replace(b=layer.b - 100.0) for layer in network.params[:1]) + network.params[1:]
    network = network._replace(params=dead)
    _, words, (equal,) = said(checked(network, index=np.arange(12)))
    assert "Nothing to compare" in words
    assert equal == "12 agree to the last bit (0), because both are 0."


def test_numbers_beyond_float32_are_a_reason_beside_divergence_and_the_step():
    network = subject("identity")
    network = network._replace(params=tuple(layer._replace(W=layer.W * 3.6e13) for layer in network.params))
    loss = evaluate(network.params, network.X.astype(float), network.y, network.config)[0]
    assert np.finfo("f4").max < loss < np.inf, "a number in float64"
    _, words, _ = said(checked(network, dtype="float32"), precision="float32")
    assert words == (
        "**Not numbers.** Some derivatives of this network are not finite: it has diverged, the step is too "
        "small for the number format, or the numbers are too large for it."
    )


def test_derivatives_that_are_no_numbers_are_an_error_and_drawn():
    network = subject()
    first, *others = network.params
    network = network._replace(params=(first._replace(W=first.W * np.inf), *others))
    result = checked(network)
    kind, words, _ = said(result)
    assert kind == "error"
    assert "Not numbers" in words
    cells, _ = verdict.tiles(network, result)
    nan = ~np.isfinite(result.check.relative_error)
    assert nan.any()
    assert (cells.loc[nan, "mark"] == "!").all()
    assert verdict.table(network, result)["relative error"].isna().iloc[0]


@pytest.mark.parametrize("k", [1, 10])
def test_es_pairs_are_shown_to_eight_digits_of_which_the_constant_changes_some(k):
    found = coursework.pairs(k)
    table = coursework.digits(found)
    assert table["derivative"].to_list()[:5] == ["W¹[0,0]", "W¹[0,1]", "W¹[1,0]", "W¹[1,1]", "b¹[0]"]
    assert table["analytic"].to_list() == [f"{value:.8f}" for value in found.analytic]
    assert (table["numeric, −log(o)"] == table["analytic"]).all()
    changed = table["numeric, −log(o + 1e-6)"] != table["analytic"]
    assert changed.sum() == (np.abs(found.analytic - found.with_constant) > 5e-9).sum() > 8


@pytest.mark.parametrize("k", [1, 10])
def test_loops_and_matrix_show_the_same_digits(k):
    network = subject(l1=0.01, l2=0.1)
    frame, gap, largest = coursework.compare(network, k)
    _, gradients = loss_and_gradients(network.params, network.X[:k], network.y[:k], network.config)
    for form in ("matrix", "loops over units", "loop over examples"):
        assert frame[form].to_list() == [f"{value:.12f}" for value in gradients[0].W.ravel()]
    assert gap < 1e-15
    assert largest == pytest.approx(max(np.abs(a).max() for layer in gradients for a in layer))


def test_speed_ups_are_ratios_to_the_loops_over_units():
    rows = [
        ("loops over units", 4, 8e-3, 1),
        ("loop over examples", 4, 2e-3, 1),
        ("matrix", 4, 1e-4, 1),
        ("stacked matrix", 4, 1e-5, 64),
        ("matrix", 8, 1e-4, 1),
    ]
    frame = pd.DataFrame(rows, columns=["form", "k", "seconds", "n_networks"])
    ratios = coursework.speed_ups(frame).set_index(["form", "k"])["median"]
    assert ratios["matrix", 4] == pytest.approx(80)
    assert ratios["loop over examples", 4] == pytest.approx(4)
    assert ("matrix", 8) not in ratios.index, "no loop was timed there"
    bars = coursework.forms(frame, 4).set_index("form")
    assert bars.loc["loops over units", "text"] == "8,000 µs"
    assert bars.loc["stacked matrix", "text"] == "10 µs, 800×"


@pytest.mark.parametrize("loss", LOSSES)
def test_a_network_of_zeros_starts_at_the_loss_that_is_expected(loss):
    network = subject(loss=loss, initializer="zeros")
    measured, _ = evaluate(network.params, network.X, network.y, network.config)
    assert LOSSES[loss].at_zero[1](2) == pytest.approx(measured)


@pytest.mark.parametrize(
    ("losses", "accuracy", "learned"),
    [((0.7, 0.03), 1.0, True), ((0.7, 0.04), 1.0, False), ((0.7, 0.03), 0.95, False)],
)
def test_twenty_examples_are_learned_where_all_are_right_and_the_loss_is_a_twentieth(
    losses, accuracy, learned, monkeypatch
):
    said, setups = [], []
    epochs = [
        SimpleNamespace(number=n, records=[SimpleNamespace(train_loss=loss, train_accuracy=accuracy)])
        for n, loss in enumerate(losses)
    ]
    run = SimpleNamespace(n_epochs=1, up_to=lambda epoch: epochs)
    monkeypatch.setattr(further_checks.progress, "trained", lambda asked: setups.extend(asked) or [run])
    monkeypatch.setattr(further_checks, "show", lambda *_: None)
    monkeypatch.setattr(further_checks.st, "markdown", said.append)
    train = TrainConfig(hidden_layer_sizes=(4, 101), l2=0.1, optimizer="sgd", init_seed=3)
    further_checks.overfit(PLAN._replace(experiment=Experiment(DataConfig(), train)))
    (setup,) = setups
    assert (setup.experiment.data.split, setup.experiment.train.epochs) == ("20/0/0", 300)
    assert (setup.experiment.train.learning_rate, setup.experiment.train.l2) == (0.003, 0.0), "it is wide"
    narrow = Experiment(DataConfig(), TrainConfig(hidden_layer_sizes=(100,)))
    further_checks.overfit(PLAN._replace(experiment=narrow))
    assert setups[1].experiment.train.learning_rate == 0.03
    assert said[0].startswith(":green" if learned else ":red")
    assert f"accuracy is **{accuracy:.0%}** and the loss **{losses[-1]:g}**" in said[0]


@pytest.mark.parametrize(("n", "sizes"), [(16, [1, 10]), (10, [1, 10]), (5, [1, 5]), (1, [1])])
def test_loops_and_matrix_say_over_how_many_examples_they_are(monkeypatch, n, sizes):
    said, columns = [], []
    monkeypatch.setattr(coursework, "cache", lambda: SimpleNamespace(speed=SimpleNamespace(call=1e-6)))
    monkeypatch.setattr(
        coursework.progress, "result", lambda key, steps, *_: progress.at_once(steps(), said.append)
    )
    monkeypatch.setattr(
        coursework.st, "columns", lambda n, **_: columns.append(n) or [contextlib.nullcontext()] * n
    )
    monkeypatch.setattr(coursework.st, "dataframe", lambda *_, **__: None)
    for name in ("markdown", "caption"):
        monkeypatch.setattr(coursework.st, name, said.append)
    network = subject(n=n)
    coursework._show_digits(PLAN, network)
    shares, texts = said[: len(sizes)], said[len(sizes) :]
    assert shares == pytest.approx(np.cumsum(sizes) / sum(sizes))
    assert columns == [len(sizes)]
    assert texts[::2] == [f"**K = {k}**" for k in sizes]
    for k, text in zip(sizes, texts[1::2], strict=True):
        _, gradients = loss_and_gradients(network.params, network.X[:k], network.y[:k], network.config)
        largest = max(float(np.abs(a).max()) for layer in gradients for a in layer)
        assert text.startswith(":green[")
        assert "Over all 35 derivatives, the largest difference is " in text
        assert f"the largest derivative {largest:.3g}: only the order of the additions differs." in text


@pytest.mark.parametrize("form", ["by_unit", "by_example"])
def test_the_gap_is_that_of_the_form_that_is_farthest_from_the_matrix(monkeypatch, form):
    """A gap beyond 1e-12 of the largest derivative is called more than rounding."""
    right, said = getattr(coursework.loops, form), []

    def wrong(*what):
        loss, gradients = right(*what)
        *others, last = gradients
        b = np.array(last.b, float)
        b[0] += 1e-6
        return loss, (*others, last._replace(b=b))

    monkeypatch.setattr(coursework.loops, form, wrong)
    network = subject()
    _, gap, largest = coursework.compare(network, 10)
    assert gap == pytest.approx(1e-6, rel=1e-6)
    monkeypatch.setattr(coursework, "cache", lambda: SimpleNamespace(speed=SimpleNamespace(call=1e-6)))
    monkeypatch.setattr(coursework.st, "columns", lambda n, **_: [contextlib.nullcontext()] * n)
    monkeypatch.setattr(coursework.st, "dataframe", lambda *_, **__: None)
    monkeypatch.setattr(coursework.st, "markdown", lambda text: None)
    monkeypatch.setattr(coursework.st, "caption", said.append)
    for gap, good in ((1e-12 * largest, True), (1.01e-12 * largest, False)):
        compared = {10: (pd.DataFrame(), gap, largest)}
        monkeypatch.setattr(coursework.progress, "result", lambda *_, compared=compared: compared)
        monkeypatch.setattr(coursework.st, "columns", lambda *_, **__: [contextlib.nullcontext()])
        coursework._show_digits(PLAN, network)
        assert said[-1].startswith(":green" if good else ":red")
        assert said[-1].endswith("that is more than rounding.") != good
