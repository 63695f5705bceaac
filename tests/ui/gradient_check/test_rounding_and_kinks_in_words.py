"""What is said of derivatives at the rounding floor, of errors that a check hides, of units at a kink."""

from types import SimpleNamespace

import numpy as np
import pytest
from gradient_checks import checked, subject

from lab.gradient_check.checks import Result
from lab.gradient_check.plan import Plan
from lab.questions import check_answers
from mlp.checks.gradient_check import GradientCheck
from mlp.checks.judgement import CAUSES, Judgement
from ui.gradient_check import details, parts, verdict

PLAN = Plan("an experiment", 16, "central", 1e-5, "float64", "all")


def floor_of(result, **how):
    """The sentence about the derivatives at the rounding floor."""
    (said,) = [one for one in details.details(PLAN._replace(**how), result) if "rounding floor" in one]
    return said


def made(analytic, *causes):
    """The Result of a check with these derivatives and causes."""
    values = np.array(analytic)
    check = GradientCheck(np.arange(len(values)), values, values, *np.zeros((2, len(values))), values < 0)
    causes = np.array([CAUSES.index(cause) for cause in causes])
    return Result(check, Judgement("blind", causes, 0, 1e-6, 1e-3, np.nan, 0.5))


def test_derivatives_at_the_floor_are_small_only_beside_larger_ones():
    assert floor_of(made([1.0, 2e-3, 5e-9], "agrees", "rounding", "rounding")).endswith(
        " The derivatives themselves are small, down to 5.0e-09."
    )
    assert floor_of(made([1.0, 5e-9], "agrees", "rounding")).endswith(
        " The derivative itself is small, 5.0e-09."
    )
    assert floor_of(made([1.0, 0.5, 5e-9], "agrees", "rounding", "rounding")).endswith(
        " The derivatives are between 5.0e-09 and 5.0e-01."
    )
    assert floor_of(made([0.25, -0.25], "rounding", "rounding")).endswith(" The derivatives are all 2.5e-01.")
    assert floor_of(made([0.25], "rounding")).endswith(" The derivative itself is 2.5e-01.")


def test_a_step_so_short_that_rounding_hides_all_makes_no_derivative_small():
    result = checked(subject(), step=1e-12)
    sizes = np.abs(result.check.analytic[result.judgement.cause == CAUSES.index("rounding")])
    assert sizes.max() == np.abs(result.check.analytic).max()
    said = floor_of(result, step=1e-12)
    assert said.endswith(f"The derivatives are between {sizes.min():.1e} and {sizes.max():.1e}.")


def test_no_step_is_promised_to_help_a_unit_whose_z_is_exactly_at_the_kink():
    result = made([1.0, 1.0], "kink", "kink")
    result = result._replace(judgement=result.judgement._replace(resolution=np.inf))
    _, _, words = verdict.sentence(PLAN._replace(step=1e-20), result)
    assert words.endswith(
        "All 2 parameters cross a kink within h = 1e-20. Choose a smaller step. If a z is exactly at the "
        "kink, as with weights of 0, no step is small enough."
    )


@pytest.mark.parametrize(
    ("resolution", "hidden"),
    [
        (4.04e-4, "0.04% of the largest"),
        (1.36e-4, "0.014% of the largest"),
        (0.0099, "0.99% of the largest"),
        (0.25, "25.0% of the largest"),
        (0.9994, "99.9% of the largest"),
        (0.9996, "the largest"),
        (1.04, "the largest"),
        (1.44, "1.4 times the largest"),
        (12.4, "12 times the largest"),
        (1234.4, "1,234 times the largest"),
        (1916295813002984.0, "2e+15 times the largest"),
    ],
)
def test_errors_that_a_check_hides_are_a_share_of_the_largest_derivative_or_times_it(resolution, hidden):
    result = made([1.0], "rounding")
    result = result._replace(judgement=result.judgement._replace(resolution=resolution))
    given = SimpleNamespace(check=lambda values: result)
    answer = check_answers.hidden_errors({"precision": "float32"}, given)
    assert f"hides any error of up to {hidden} derivative." in answer.sentence
    assert f"would hide any error of up to {hidden} derivative." in verdict.sentence(PLAN, result)[2]


@pytest.mark.parametrize(("penalty", "words"), [(0.0, "0%"), (1e-4, "under 1%"), (1e4, "over 99%")])
def test_a_small_penalty_has_a_share_of_the_gradient(monkeypatch, penalty, words):
    said = []
    norms = {"data": 1.0, "penalty": penalty, "objective": 1.0}
    results = {part: made([norm], "agrees") for part, norm in norms.items()}
    monkeypatch.setattr(parts, "checked", lambda *_: results)
    monkeypatch.setattr(parts, "show_rows", lambda rows: None)
    monkeypatch.setattr(parts.st, "markdown", said.append)
    parts.section(PLAN, subject(l2=0.1))
    assert said[-1].startswith(f"The penalty's gradient accounts for **{words}** of")
