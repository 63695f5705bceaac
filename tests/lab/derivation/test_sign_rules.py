"""Why a sign is wrong: each reason is given where it is true, and only there."""

import numpy as np
import pytest
from derived import PROBLEMS, steps_of

from lab.derivation import Problem
from lab.derivation.answers import OF_THE_SIGN, why_wrong
from lab.derivation.mistakes import MISTAKES, SIGNS, Asked, sign, signs
from lab.derivation.mistakes.sign_rules import BOTH_SIGNS, KEPT, MINUS_SIGNS, NEGATIVE_SLOPE, NEVER, why_not
from lab.derivation.quiz import GRADIENTS
from mlp import forward


def opposite(value):
    return "negative" if value > 0 else "positive"


def reasons(problem, key):
    """{index: (value, key of the reason against the other sign)} of the main array of a step."""
    asked = Asked(problem, steps_of(problem)[key])
    found = {
        index: why_not(asked, index, opposite(asked.right[index])) for index in np.ndindex(asked.right.shape)
    }
    return {index: (asked.right[index], reason and reason[0]) for index, reason in found.items()}


@pytest.mark.parametrize("problem", PROBLEMS[::2], ids=lambda problem: problem.seed)
def test_what_is_said_to_be_never_negative_never_is(problem):
    never_negative = ("output", "loss", "softmax_shift", "stall")
    for key in (*never_negative, "variance_forward", "variance_backward", "second_moment"):
        for value, reason in reasons(problem, key).values():
            assert value >= 0
            assert reason == "never_negative" or not value
    for value, reason in reasons(problem, "hidden_activation").values():
        never = problem.activation in ("relu", "sigmoid", "softplus")
        expected = "never_negative" if never else "sign_of_the_argument"
        assert reason == (expected if value else "unit_is_off")
        assert value >= 0 or not never


def test_a_step_of_another_loss_is_judged_by_that_loss():
    problem = Problem(seed=3, m=3)
    for name in ("sigmoid_cross_entropy", "sigmoid_squared_error"):
        asked = Asked(problem, steps_of(problem)[f"{name}.delta"])
        assert asked.problem.loss == asked.loss_name == name
        np.testing.assert_allclose(asked.delta(2)[0], asked.right[0])


def expected_of(terms):
    return "terms_of_both_signs" if min(terms) < 0 < max(terms) else "terms_of_one_sign"


@pytest.mark.slow
def test_terms_of_both_signs_are_counted_with_the_bias_by_hand():
    for seed in range(12):
        problem = Problem(seed=seed, activation="tanh", d=3)
        x, (W, b) = problem.X[0], problem.params[0]
        for (_, j), (value, reason) in reasons(problem, "hidden_pre_activation").items():
            terms = [*(x[i] * W[i, j] for i in range(3)), b[j]]
            assert value == pytest.approx(sum(terms))
            assert reason == expected_of(terms)


def test_terms_of_gradients_of_a_minibatch_a_penalty_and_a_velocity_by_hand():
    problem = Problem(seed=5, activation="tanh", K=4, m=3, d=3, l1=0.1, l2=0.3)
    steps = steps_of(problem)
    h, d = (steps["batch_outer"].values[key] for key in ("hs1", "d_oa"))
    for (j, k), (value, reason) in reasons(problem, "batch_outer").items():
        terms = [h[n, j] * d[n, k] for n in range(4)]
        assert value == pytest.approx(sum(terms))
        assert reason == expected_of(terms)
    data, W = steps["elastic_net"].values["d_W1"], problem.params[0].W
    for at, (value, reason) in reasons(problem, "elastic_net").items():
        terms = [data[at], 0.1 * np.sign(W[at]), 0.6 * W[at]]
        assert value == pytest.approx(sum(terms))
        assert reason == expected_of(terms)
    seen = set()
    for (i,), (value, reason) in reasons(problem, "momentum_unrolled").items():
        given = steps["momentum_unrolled"].given((i,)).split(r",\; ")[1:]
        g = [float(one.partition(" = ")[2].replace(r" \cdot 10^{", "e").strip("}")) for one in given]
        assert value == pytest.approx(sum(0.9 ** (3 - t) * g[t] for t in range(4)), abs=2e-3)
        assert reason == expected_of(g)
        seen.add(reason)
    assert seen == {"terms_of_both_signs", "terms_of_one_sign"}
    d1, W1 = steps["inputs"].values["d_ha1"][0], problem.params[0].W
    for (_, i), (value, reason) in reasons(problem, "inputs").items():
        terms = [d1[j] * W1[i, j] for j in range(3)]
        assert value == pytest.approx(sum(terms))
        assert reason == expected_of(terms)


def test_in_the_recursion_the_terms_of_the_sum_are_counted_and_a_negative_slope_is_told_by_hand():
    for problem in (Problem(seed=5, activation="tanh", K=K) for K in (1, 2)):
        asked = Asked(problem, steps_of(problem)["recursion"])
        assert why_not(asked, (0, 0), "0")[1] == "It is a slope times a sum, and neither of them is 0."
    seen, sizes = set(), {"d": 4, "hidden_layer_sizes": (4, 4), "m": 4, "K": 5}
    for activation in ("softplus", "gelu"):
        problem = Problem(**sizes, activation=activation, l2=0.05, seed=4)
        asked = Asked(problem, steps_of(problem)["recursion"])
        *_, (W, _) = problem.params
        passed = forward(problem.params, problem.X, problem.config)
        p = np.exp(passed.pre_activations[-1])
        d = p / p.sum(axis=1, keepdims=True) - np.eye(4)[problem.y]
        for (n, j), value in np.ndenumerate(asked.right):
            terms = d[n] * W[j]
            key, why = why_not(asked, (n, j), opposite(value))
            assert key == expected_of(terms)
            is_turned = sum(terms) * value < 0
            assert is_turned == (NEGATIVE_SLOPE in why)
            assert not (is_turned and activation == "softplus"), "its slope is positive"
            seen.add((key, is_turned))
    assert {("terms_of_both_signs", turned) for turned in (False, True)} < seen
    assert ("terms_of_one_sign", False) in seen


def test_a_gradient_of_one_example_is_a_product_whose_minus_signs_count():
    problem = Problem(seed=5, activation="tanh")
    for key in ("hidden_weights", "output_weights", "hidden_delta"):
        assert {reason for _, reason in reasons(problem, key).values()} == {"minus_signs_miscounted"}


def test_against_a_sign_of_0_it_is_said_what_is_0():
    seen = set()
    for seed in range(8):
        problem = Problem(seed=seed, activation="relu")
        steps = steps_of(problem)
        a, slope = steps["hidden_weights"].values["x"][0], steps["hidden_delta"].values["slope"][0]
        delta = steps["hidden_weights"].values["d_ha1"][0]
        for (i, j), (value, reason) in reasons(problem, "hidden_weights").items():
            if value == 0:
                assert reason == "factor_is_0"
                assert a[i] == 0 or delta[j] == 0
        for (_, j), (value, reason) in reasons(problem, "hidden_delta").items():
            assert (reason == "factor_is_0") == (value == 0) == (slope[j] == 0)
        h, d = (steps["batch_outer"].values[key] for key in ("hs1", "d_oa"))
        for (j, k), (value, reason) in reasons(problem, "batch_outer").items():
            if value == 0:
                assert reason == "terms_are_0"
                assert not (h[:, j] * d[:, k]).any()
                seen.add(reason)
    assert seen == {"terms_are_0"}


def test_of_a_gradient_with_a_penalty_the_terms_are_0_of_a_single_example_too():
    for seed in range(8):
        problem = Problem(seed=seed, activation="relu", K=1)
        found = [reason for value, reason in reasons(problem, "elastic_net").values() if value == 0]
        if found:
            break
    assert set(found) == {"terms_are_0"}


def test_a_delta_has_the_sign_of_output_minus_target_and_is_never_0():
    own = ("softmax_cross_entropy", "sigmoid_cross_entropy", "sigmoid_squared_error")
    for problem in [one for one in PROBLEMS if one.loss in own][:9]:
        for key in ("output_delta", "batch_delta", "factor_that_stays"):
            step = steps_of(problem)[key]
            asked = Asked(problem, step)
            for index in np.ndindex(asked.right.shape):
                value, hot = asked.right[index], index[1] == problem.y[index[0]]
                assert (value < 0) == hot
                assert why_not(asked, index, opposite(value))[0] == "sign_of_the_target"
                assert why_not(asked, index, "0") == ("nothing_is_0", why_not(asked, index, "0")[1])
                assert "between" in why_not(asked, index, "0")[1]


def test_signs_that_are_those_of_another_number():
    problem = Problem(seed=6, activation="tanh")
    for key in ("square_sum", "absolute_sum", "momentum_constant", "adam_correction", "equal_units"):
        assert {reason for _, reason in reasons(problem, key).values()} == {"sign_of_the_argument"}
    zeros = reasons(problem, "zeros_equal").values()
    assert {(sign(value), reason) for value, reason in zeros} == {("0", "always_0")}
    g = Asked(problem, steps_of(problem)["momentum_constant"])
    first = steps_of(problem)["momentum_constant"].given
    for i, value in enumerate(g.right):
        assert np.sign(value) == np.sign(float(first((i,)).rpartition(" = ")[2].partition(r" \cdot")[0]))
    jacobian = reasons(problem, "softmax_jacobian")
    assert all((value > 0) == (k == j) for (k, j), (value, _) in jacobian.items())


def test_what_is_said_of_0_is_true():
    """A sum of terms that are not all 0, a product without a factor of 0, and so on, written out."""
    problem = Problem(seed=2, activation="relu")
    steps = steps_of(problem)
    told = {}
    for key in ("output_pre_activation", "hidden_delta", "recursion", "output", "hidden_activation"):
        asked = Asked(problem, steps[key])
        for index in np.ndindex(asked.right.shape):
            if abs(asked.right[index]) > 1e-9:
                told[key] = why_not(asked, index, "0")[1]
    assert told == {
        "output_pre_activation": "A sum is 0 only if all its terms are 0, or if they cancel. Neither happens "
        "here.",
        "hidden_delta": "A product is 0 only if one of its factors is 0. Here none is.",
        "recursion": "It is a slope times a sum, and neither of them is 0.",
        "output": "An output is made of exponentials, which are positive: it lies between 0 and 1.",
        "hidden_activation": "At this pre-activation the activation is not 0.",
    }


def test_a_reason_about_the_sign_stands_alone_and_one_about_a_number_says_that_it_is():
    seen = set()
    asked = [
        question for problem in PROBLEMS[:12] for step in steps_of(problem).values() for question in step.asks
    ]
    for question in (one for one in asked if one.kind == "sign"):
        for one in question.wrong:
            if [other for other in question.wrong if other.answer == one.answer] != [one]:
                continue  # several mistakes lead to this sign
            if one.key not in MISTAKES:
                assert why_wrong(question, one.answer) == one.why
                seen.add(one.why)
            elif one.key not in OF_THE_SIGN:
                assert why_wrong(question, one.answer) == f"That sign belongs to another number. {one.why}"
    assert seen >= {NEVER, KEPT, BOTH_SIGNS, MINUS_SIGNS}


def test_almost_every_wrong_sign_has_a_reason_and_0_always():
    n, unexplained = 0, 0
    for problem in PROBLEMS[::2]:
        for step in steps_of(problem).values():
            for question in (one for one in step.asks if one.kind == "sign"):
                explained = {one.answer for one in question.wrong}
                missing = set(SIGNS) - explained - {question.answer}
                assert "0" not in missing, step.key
                n, unexplained = n + 2, unexplained + len(missing)
    assert unexplained <= n / 50


def test_each_sign_has_one_reason_of_its_own_at_most_and_none_is_the_right_one():
    for problem in PROBLEMS[::5]:
        for key, step in steps_of(problem).items():
            if not step.entry or step.own_asks:
                continue
            asked = Asked(problem, step)
            for index in np.ndindex(asked.right.shape):
                found = signs(asked, index)
                assert all(one.answer in SIGNS and one.answer != sign(asked.right[index]) for one in found)
                for answer in SIGNS:
                    own = [one for one in found if one.answer == answer and one.key not in MISTAKES]
                    assert len(own) <= 1, key


def test_whether_the_loss_rises_is_asked_of_gradients_alone():
    advice = "Does the loss rise or fall?"
    for problem in PROBLEMS[::4]:
        for step in steps_of(problem).values():
            for question in (one for one in step.asks if one.kind == "sign"):
                is_gradient = (
                    r"\partial" in question.prompt.rpartition("Is $")[2] and "p_" not in question.prompt
                )
                if advice in question.more:
                    assert Asked(problem, step).topic in GRADIENTS
                    assert is_gradient


def test_of_optimizers_it_is_said_which_given_number_is_0():
    problem, seen = Problem(seed=0, activation="relu"), {}
    for key in ("momentum_constant", "adam_correction"):
        asked = Asked(problem, steps_of(problem)[key])
        for (i,) in np.ndindex(asked.right.shape):
            if asked.right[i] == 0:
                assert " = 0" in steps_of(problem)[key].given((i,))
                seen[key] = why_not(asked, (i,), "positive")
    assert seen == {
        "momentum_constant": ("always_0", "The gradient is 0, so every step adds 0."),
        "adam_correction": ("always_0", "$m$ is 0, and a fraction with 0 above is 0."),
    }
