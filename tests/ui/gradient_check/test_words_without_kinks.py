"""What a check says of derivatives that cross no kink where the others are larger, and of errors of 0."""

from types import SimpleNamespace

import numpy as np
import pytest

from lab.gradient_check.checks import Result
from lab.gradient_check.plan import Plan
from lab.questions import check_answers
from mlp.checks.gradient_check import compared
from mlp.checks.judgement import judged
from ui.decision_boundary.derivatives import in_words
from ui.gradient_check import details, parts, verdict

HOW = {"scheme": "central", "step": 1e-5, "dtype": "float64"}
PLAN = Plan("an experiment", 16, "central", 1e-5, "float64", "all")


def result(analytic, numeric, *crossing):
    analytic, numeric = np.array(analytic), np.array(numeric)
    crosses = np.isin(np.arange(len(analytic)), crossing)
    check = compared(np.arange(len(analytic)), analytic, numeric, crosses)
    return Result(check, judged(check, lambda entries: numeric[entries], 0.5, **HOW))


def test_what_would_go_unnoticed_is_a_share_of_the_largest_that_crosses_no_kink():
    """Rounding leaves 4 · 2⁻⁵³ / 1e-5 = 4.44e-11: 0.44% of 1e-8."""
    found = result([1.0, 1e-8], [0.5, 1e-8 + 4e-11], 0)
    words = verdict.sentence(PLAN, found)[2]
    hidden = "0.44% of the largest derivative that crosses no kink."
    assert f"rounding would hide any error of up to {hidden} Choose" in words
    given = SimpleNamespace(check=lambda values: found)
    assert check_answers.hidden_errors({"precision": "float64"}, given).sentence.endswith(hidden)
    found = result([1.0, 1e-6], [0.5, 1e-6 + 4e-11], 0)
    words = verdict.sentence(PLAN, found)[2]
    assert "less than 4e-05 of the largest derivative that crosses no kink is lost" in words
    found = result([1.0, 1e-6], [1.0, 1e-6 + 4e-11])
    assert "kink" not in verdict.sentence(PLAN, found)[2]


def test_where_the_others_are_0_the_verdict_and_the_table_do_not_say_all_are():
    found = result([0.01, 0.0], [0.0, 0.0], 0)
    assert verdict.sentence(PLAN, found)[2] == (
        "**Nothing to compare.** All derivatives checked that cross no kink are 0."
    )
    assert parts.row("both", *found)["verdict"] == "– all that cross no kink are 0"
    assert in_words(*found, 20).endswith("all that cross no kink are 0, so there is nothing to compare.")
    found = result([0.0, 0.0], [0.0, 0.0])
    assert verdict.sentence(PLAN, found)[2] == "**Nothing to compare.** All derivatives checked are 0."


def test_a_difference_beside_a_kink_is_a_share_of_the_derivatives_that_count():
    said = in_words(*result([1.0, 1e-3], [0.5, 1e-3 + 2e-11], 0), 20)
    assert "is 2.0e-08 of the largest derivative, without 1 whose step crosses a kink." in said


def test_a_share_beyond_the_largest_number_is_no_inf_and_a_smaller_step_no_cure():
    words = verdict.sentence(PLAN, result([5e-324], [0.0]))[2]
    assert words.endswith(
        "rounding would hide any error of up to more than 1e+308 times the largest derivative. Choose a "
        "larger step or the complex step."
    )


def test_an_error_of_0_is_written_0():
    both = result([0.5, 0.25], [0.5, 0.25])
    assert verdict.sentence(PLAN, both)[2] == (
        "**Be happy.** The largest relative error of 2 derivatives is 0, below 1e-7."
    )
    words = verdict.sentence(PLAN, result([1.0, 1e-5], [1.0, 1e-5 + 4e-11]))[2]
    assert "1 of 2 derivatives agrees within 0, below 1e-7;" in words
    row = parts.row("both", *both)
    assert (row["largest absolute error"], row["largest relative error"]) == ("0", "0")
    assert "difference is 0 of the largest" in in_words(*both, 20)
    assert "(relative error 0)" in details.details(PLAN, result([0.5, 0.5], [0.5, 0.5], 0))[0]


@pytest.mark.parametrize(("value", "said"), [(0.0, "0"), (1.24e-5, "1.2e-05"), (5e-324, "4.9e-324")])
def test_the_errors_of_a_part_have_two_digits_if_they_are_not_0(value, said):
    check = compared(np.arange(1), np.array([value]), np.zeros(1), np.zeros(1, bool))
    assert (
        parts.row("both", check, judged(check, lambda entries: entries, 0.5, **HOW))["largest absolute error"]
        == said
    )
