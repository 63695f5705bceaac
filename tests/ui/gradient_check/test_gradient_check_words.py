"""What the gradient-check page says: steps as text, the verdict in words, the replay, loops, sanity."""

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from gradient_checks import checked, subject

from mlp import LOSSES, loss_and_gradients
from mlp.checks.judgement import judge
from mlp.checks.numerical import relative_error
from mlp.network import evaluate
from ui.gradient_check import coursework, entries, further_checks, verdict
from ui.gradient_check.setup import parse_step, step_text
from ui.gradient_check.subject import Result


@pytest.mark.parametrize(
    ("text", "step"), [("1e-5", 1e-5), ("1/24", 1 / 24), ("0.3", 0.3), (" 1e-30", 1e-30), ("1", 1.0)]
)
def test_steps_are_read(text, step):
    assert parse_step(text) == step


@pytest.mark.parametrize(
    "text", ["0", "-1e-5", "2", "1e-31", "nan", "inf", "1/0", "h", "", "1/2/3", "1" * 400]
)
def test_other_steps_are_refused_in_one_sentence(text):
    with pytest.raises(ValueError, match=r"^h is .*; allowed: a number from 1e-30 to 1") as refused:
        parse_step(text)
    assert len(str(refused.value)) < 150


@pytest.mark.parametrize(
    ("step", "text"),
    [(1e-5, "1e-5"), (1 / 24, "1/24"), (0.01, "0.01"), (1e-20, "1e-20"), (10**-4.5, "3.16e-5"), (1.0, "1")],
)
def test_steps_are_written_as_a_person_would(step, text):
    assert step_text(step) == text


def said(one, found, **how):
    asked = SimpleNamespace(**{"step": 1e-5, "scheme": "central", "precision": "float64"} | how)
    show, _, words = verdict.sentence(asked, one, found)
    return show.__name__, words, verdict.details(asked, found)


def spoiled(one, position, factor):
    """The result of a check whose analytic gradient is wrong in one place."""
    check = checked(one).check
    analytic = check.analytic.copy()
    analytic[position] *= factor
    error = np.abs(analytic - check.numeric)
    relative = error / np.maximum(np.maximum(np.abs(analytic), np.abs(check.numeric)), 1e-300)
    check = check._replace(analytic=analytic, error=error, relative_error=relative)
    what = one.params, one.X, one.y, one.config
    return Result(check, judge(check, *what, scheme="central", step=1e-5, dtype="float64"))


def test_a_right_gradient_is_a_success_with_its_largest_error():
    one = subject()
    found = checked(one)
    kind, words, _ = said(one, found)
    assert kind == "success"
    assert f"The largest relative error of 35 derivatives is {found.check.relative_error.max():.1e}" in words


@pytest.mark.parametrize(
    ("activation", "factor", "kind", "words"),
    [
        ("tanh", 2.0, "error", "Probably wrong"),
        ("tanh", 1.001, "warning", "feel uncomfortable"),
        ("tanh", 1.00002, "warning", "too high for a smooth objective"),
        ("relu", 1.00002, "success", "usually okay for one with kinks"),
    ],
)
def test_a_wrong_one_is_named_by_its_band(activation, factor, kind, words):
    one = subject(activation)
    position = int(np.abs(checked(one).check.analytic).argmax())
    shown, sentence, _ = said(one, spoiled(one, position, factor))
    assert shown == kind
    assert words in sentence
    assert f"{1 - 1 / factor:.1e}" in sentence


def test_float32_is_told_that_it_cannot_tell():
    one = subject()
    found = checked(one, dtype="float32")
    kind, words, details = said(one, found, precision="float32")
    assert kind == "warning"
    assert "rounding hides any error of up to" in words
    share = 4 * found.judgement.floor / np.abs(found.check.analytic).max()
    assert f"{share:.1%} of the largest derivative" in words
    assert any("rounding floor" in line and f"leave {found.judgement.floor:.1e}" in line for line in details)


def test_a_long_step_is_told_that_truncation_hides_errors():
    one = subject()
    _, words, details = said(one, checked(one, step=0.1), step=0.1)
    assert "truncation hides any error" in words
    assert "Take a smaller step" in words
    assert any("are truncation" in line and "promises 4" in line for line in details)


def test_derivatives_that_are_no_numbers_are_an_error_and_drawn():
    one = subject()
    one = one._replace(params=(one.params[0]._replace(W=one.params[0].W * np.inf), *one.params[1:]))
    found = checked(one)
    kind, words, _ = said(one, found)
    assert kind == "error"
    assert "Not numbers" in words
    cells, _ = entries.tiles(one, found)
    nan = ~np.isfinite(found.check.relative_error)
    assert nan.any()
    assert (cells.loc[nan, "mark"] == "!").all()
    assert entries.table(one, found)["relative error"].isna().iloc[0]


def test_all_derivatives_zero_is_nothing_to_compare():
    one = subject("relu")
    dead = tuple(layer._replace(b=layer.b - 100.0) for layer in one.params[:1]) + one.params[1:]
    one = one._replace(params=dead)
    assert "Nothing to compare" in said(one, checked(one, index=np.arange(12)))[1]


@pytest.mark.parametrize("k", [1, 10])
def test_the_constant_inside_the_log_opens_the_gap_that_theory_says(k):
    frame, outputs = coursework.derivatives(k)
    analytic, numeric, with_constant = (frame[name].to_numpy() for name in frame.columns[1:])
    alive = np.abs(analytic) > 1e-6
    without = np.abs(analytic - numeric)[alive] / np.abs(analytic)[alive]
    assert without.max() < 1e-7
    gaps = (analytic - with_constant)[alive] / analytic[alive]
    if k == 1:  # d/dθ of -ln(o + c) is o/(o + c) times that of -ln o
        np.testing.assert_allclose(gaps, 1e-6 / (outputs[0] + 1e-6), rtol=2e-3)
    assert np.median(np.abs(gaps)) > 1e-6
    table = coursework.digits(frame)
    assert table["analytic"].to_list() == [f"{value:.8f}" for value in analytic]
    assert (table["numeric, −log(o)"] == table["analytic"]).all()
    assert (table["numeric, −log(o + 1e-6)"] != table["analytic"]).any()


def test_the_published_gap_is_2_8e_6():
    assert relative_error(*coursework.PUBLISHED) == pytest.approx(2.8e-6, rel=1e-2)


@pytest.mark.parametrize("k", [1, 10])
def test_loops_and_matrix_show_the_same_digits(k):
    one = subject(l1=0.01, l2=0.1)
    frame, largest, size = coursework.compare(one, k)
    assert len(frame) == 8
    assert (
        frame["matrix"].to_list()
        == frame["loops over units"].to_list()
        == frame["loop over examples"].to_list()
    )
    assert largest < 1e-15
    _, gradients = loss_and_gradients(one.params, one.X[:k], one.y[:k], one.config)
    assert frame["matrix"].to_list() == [f"{value:.12f}" for value in gradients[0].W.ravel()]
    assert size == pytest.approx(max(np.abs(a).max() for layer in gradients for a in layer))


def test_speed_ups_are_ratios_to_the_loops_over_units():
    rows = [
        ("loops over units", 4, 8e-3, 1),
        ("loop over examples", 4, 2e-3, 1),
        ("matrix", 4, 1e-4, 1),
        ("stacked matrix", 4, 1e-5, 64),
        ("matrix", 8, 1e-4, 1),
    ]
    frame = pd.DataFrame(rows, columns=["form", "k", "seconds", "n_networks"])
    found = coursework.speed_ups(frame).set_index(["form", "k"])["median"]
    assert found["matrix", 4] == pytest.approx(80)
    assert found["loop over examples", 4] == pytest.approx(4)
    assert ("matrix", 8) not in found.index, "no loop was timed there"
    bars = coursework.forms(frame, 4).set_index("form")
    assert bars.loc["loops over units", "text"] == "8,000 µs"
    assert bars.loc["stacked matrix", "text"] == "10 µs, 800×"
    assert pytest.approx(11.4, abs=0.05) == coursework.SPEED_UP


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        ("softmax_cross_entropy", math.log(2)),
        ("sigmoid_cross_entropy", 2 * math.log(2)),
        ("sigmoid_squared_error", 0.5),
    ],
)
def test_a_network_of_zeros_starts_at_the_loss_that_is_expected(loss, expected):
    one = subject(loss=loss, initializer="zeros")
    assert LOSSES[loss].at_zero[1](2) == pytest.approx(expected)
    assert evaluate(one.params, one.X, one.y, one.config)[0] == pytest.approx(expected)


def test_a_failed_part_is_marked_in_the_table():
    one = subject()
    check, judgement = spoiled(one, int(np.abs(checked(one).check.analytic).argmax()), 3.0)
    assert "✗" in further_checks.part_row("both", check, judgement)["verdict"]
    assert further_checks.part_row("both", *checked(one))["verdict"] == "✓"
