"""Why a sign is wrong: each reason is given where it is true, and only there."""

import numpy as np
import pytest
from derived import PROBLEMS, steps_of

from lab.derivation import Problem
from lab.derivation.answers import why_wrong
from lab.derivation.mistakes import SIGNS, Asked, sign, signs
from lab.derivation.mistakes.sign_rules import BOTH_SIGNS, KEPT, MINUS_SIGNS, NEVER, not_opposite

ABOUT_SIGNS = ("sign_of_the_argument", "never_negative", "terms_of_both_signs", "minus_signs_miscounted")


def reasons(problem, key):
    """{index: (value, key of the reason against the other sign)} of the main array of a step."""
    asked = Asked(problem, steps_of(problem)[key])
    found = {index: not_opposite(asked, index) for index in np.ndindex(asked.right.shape)}
    return {index: (asked.right[index], reason and reason[0]) for index, reason in found.items()}


@pytest.mark.parametrize("problem", PROBLEMS[::2], ids=lambda problem: problem.seed)
def test_what_is_said_to_be_never_negative_never_is(problem):
    for key in (
        "output",
        "loss",
        "softmax_shift",
        "variance_forward",
        "variance_backward",
        "second_moment",
        "stall",
    ):
        for value, reason in reasons(problem, key).values():
            assert value >= 0
            assert reason == ("never_negative" if value > 0 else None)
    for value, reason in reasons(problem, "hidden_activation").values():
        never = problem.activation in ("relu", "sigmoid", "softplus")
        expected = "never_negative" if never else "sign_of_the_argument"
        assert reason == (expected if value else None), "of 0 neither is true"
        assert value >= 0 or not never


def test_a_step_of_another_loss_is_judged_by_that_loss():
    problem = Problem(seed=3, m=3)
    for name in ("sigmoid_cross_entropy", "sigmoid_squared_error"):
        asked = Asked(problem, steps_of(problem)[f"{name}.delta"])
        assert asked.problem.loss == asked.loss_name == name
        np.testing.assert_allclose(asked.delta(2)[0], asked.right[0])


def test_terms_of_both_signs_are_counted_with_the_bias_by_hand():
    for seed in range(12):
        problem = Problem(seed=seed, activation="tanh", d=3)
        x, (W, b) = problem.X[0], problem.params[0]
        for (_, j), (value, reason) in reasons(problem, "hidden_pre_activation").items():
            terms = [*(x[i] * W[i, j] for i in range(3)), b[j]]
            assert value == pytest.approx(sum(terms))
            mixed = min(terms) < 0 < max(terms)
            assert reason == ("terms_of_both_signs" if mixed else "minus_signs_miscounted")


def test_a_gradient_of_one_example_is_a_product_whose_minus_signs_count():
    problem = Problem(seed=5, activation="tanh")
    for key in ("hidden_weights", "output_weights", "hidden_delta"):
        assert {reason for _, reason in reasons(problem, key).values()} == {"minus_signs_miscounted"}


def test_against_a_sign_of_0_no_minus_sign_counts():
    found = [
        (value, reason)
        for seed in range(8)
        for key in ("hidden_weights", "hidden_delta", "hidden_activation")
        for value, reason in reasons(Problem(seed=seed, activation="relu"), key).values()
    ]
    assert {reason for value, reason in found if value == 0} == {None}
    assert {reason for value, reason in found if value} == {"minus_signs_miscounted", "never_negative"}


def test_the_slope_of_a_square_has_the_sign_of_its_argument_and_equal_units_stay_equal():
    problem = Problem(seed=6, activation="tanh")
    for key in ("square_sum", "absolute_sum"):
        assert {reason for _, reason in reasons(problem, key).values()} == {"sign_of_the_argument"}
    zeros = reasons(problem, "zeros_equal").values()
    assert {(sign(value), reason) for value, reason in zeros} == {("0", "equal_stays_equal")}


def test_a_reason_about_the_sign_stands_alone_and_one_about_a_number_says_that_it_is():
    seen = set()
    asked = [
        question for problem in PROBLEMS[:12] for step in steps_of(problem).values() for question in step.asks
    ]
    for question in (one for one in asked if one.kind == "sign"):
        for one in question.wrong:
            if [other for other in question.wrong if other.answer == one.answer] != [one]:
                continue  # several mistakes lead to this sign
            if one.key in ABOUT_SIGNS:
                assert why_wrong(question, one.answer) == one.why
                seen.add(one.why)
            elif one.key not in ("zero_of_nothing", "equal_stays_equal"):
                assert why_wrong(question, one.answer) == f"That sign belongs to another number. {one.why}"
    assert seen >= {NEVER, KEPT, BOTH_SIGNS, MINUS_SIGNS}


def test_each_sign_has_one_reason_of_its_own_at_most_and_none_is_the_right_one():
    for problem in PROBLEMS[::5]:
        for key, step in steps_of(problem).items():
            if step.chapter == "functions" or not step.entry:
                continue
            asked = Asked(problem, step)
            for index in np.ndindex(asked.right.shape):
                found = [one for one in signs(asked, index) if one.key in ABOUT_SIGNS]
                assert len(found) <= 1, key
                assert all(one.answer in SIGNS and one.answer != sign(asked.right[index]) for one in found)
