"""Reasons and questions as sentences: what they name has been said, and is what the step is about."""

import re

import numpy as np
import pytest
from derived import PROBLEMS, asked, steps_of

from lab.derivation import CHAPTERS, Problem, derive
from lab.derivation.answers import why_wrong
from lab.derivation.fading import left_out
from lab.derivation.mistakes import Asked
from lab.derivation.mistakes.rule import BATCH, wrong_arrays

MINIBATCH = Problem(hidden_layer_sizes=(3, 3), activation="tanh", K=4, m=3, l1=0.1, l2=0.3, seed=3)


def test_in_a_step_about_a_minibatch_no_reason_writes_one_examples_gradient():
    for problem in (MINIBATCH, *PROBLEMS[::6]):
        for key, step in steps_of(problem).items():
            if key.partition(".")[0] not in BATCH:
                continue
            questions = (*step.asks, *left_out(problem, step, 1000).values())
            reasons = [one.why for question in questions for one in question.wrong]
            reasons += [one.why for one, _ in wrong_arrays(Asked(problem, step))]
            assert not [why for why in reasons if "∂L" in why or r"\partial L}" in why], key


def reasons_of(key, name):
    """The reason of a computed mistake in a step of the minibatch, with its array."""
    ((one, array),) = [
        (one, array)
        for one, array in wrong_arrays(Asked(MINIBATCH, steps_of(MINIBATCH)[key]))
        if one.key == name
    ]
    return one.why, array


def test_what_is_said_of_a_minibatchs_delta_is_so():
    K, values = 4, steps_of(MINIBATCH)["batch_delta"].values
    p, T = values["os"], values["y"]
    why, array = reasons_of("batch_delta", "target_forgotten_in_a_minibatch")
    assert "that is $o^s / K$, and a row of δ is $(o^s - T) / K$" in why
    np.testing.assert_allclose(array, p / K)
    np.testing.assert_allclose(Asked(MINIBATCH, steps_of(MINIBATCH)["batch_delta"]).right, (p - T) / K)
    for key in ("batch_delta", "recursion"):
        why, array = reasons_of(key, "mean_forgotten_in_delta")
        assert "this example's own loss" in why
        own = p - T
        if key == "recursion":
            (W, _), z = MINIBATCH.params[2], values["ha2"]
            own = own @ W.T * (1 - np.tanh(z) ** 2)
        np.testing.assert_allclose(array, own)
    why, array = reasons_of("batch_outer", "activations_left_out_of_the_sum")
    assert "that is the gradient of the bias" in why
    np.testing.assert_allclose(array, np.broadcast_to(((p - T) / K).sum(axis=0), array.shape))


def test_the_value_asked_for_is_named_with_its_formula_and_every_name_in_it():
    for step in steps_of(Problem(seed=1)).values():
        if not step.own_asks:
            continue
        (question,) = step.own_asks
        stated = step.lines[-1].latex.partition(r", \quad")[0]
        left, right = stated.split(" = ")[0], stated.rpartition(" = ")[2]
        assert question.prompt.startswith(f"What is ${left} = {right}$ at $x = ")
        if re.search(r"(?<![a-z])u(?![a-z])", right):
            assert "Here $u = " in question.prompt


@pytest.mark.slow
def test_no_question_asks_for_the_shape_of_an_entry():
    for problem in PROBLEMS[::2]:
        for step, question in asked(problem):
            if question.kind == "shape":
                assert not re.search(r"W\^\{?\d\}?_", question.prompt), (step.key, question.prompt)


def test_before_there_is_a_network_no_reason_speaks_of_a_layer():
    for problem in PROBLEMS[::3]:
        for step, question in asked(problem, CHAPTERS[:1]):
            if question.kind == "shape":
                told = " ".join(why_wrong(question, one.answer) for one in question.wrong)
                assert "layer" not in told.replace("the layer is $x W + b$", ""), step.key
                assert "the loss" not in told.lower()


def test_a_silent_weight_changes_no_unit_and_that_is_the_reason():
    found = 0
    for seed in range(8):
        problem = Problem(seed=seed, hidden_layer_sizes=(4,))
        (step,) = [one for one in derive(problem, CHAPTERS[1:2]) if one.key == "output_weights"]
        for question in step.asks:
            if question.kind == "vanishes" and question.answer == "none":
                row, column = question.prompt.rpartition("_{")[2][:2]
                assert step.values["hs1"][0, int(row) - 1] == 0
                assert "its input is 0 for this example" in why_wrong(question, f"unit {column}")
                found += 1
    assert found


def test_a_product_without_its_transpose_may_fit_so_that_is_not_the_reason_against_it():
    problem = Problem(K=3, m=3)  # all sides are 3
    for key in ("batch_outer", "hidden_output", "recursion"):
        step = steps_of(problem)[key]
        product = next((one for one in step.products), None)
        if product:
            left, right = step.values[product.left], step.values[product.right]
            assert (left @ right).shape == step.claims[step.main].analytic.shape
        told = [
            one.why
            for question in left_out(problem, step, len(step.lines)).values()
            for one in question.wrong
            if one.key in ("transpose_dropped", "delta_first")
        ]
        assert told
        assert not [why for why in told if " fit" in why or "shape" in why]


def test_against_an_absolute_value_in_place_of_a_sign_it_is_said_what_a_sign_is():
    for key in ("adam_update", "absolute_slope", "elastic_net"):
        step = steps_of(MINIBATCH)[key]
        (wrong,) = {
            one.why
            for question in left_out(MINIBATCH, step, len(step.lines)).values()
            for one in question.wrong
            if one.key == "size_for_sign"
        }
        assert wrong.startswith("That is the absolute value. A sign says only on which side of 0")


def test_what_an_optimizer_does_is_given_where_its_step_has_not_shown_it_yet():
    stated = {
        "momentum_unrolled": r"v_t = \mu\, v_{t-1} + g_t, \quad v_0 = 0",
        "momentum_constant": r"at every step",
        "adam_moments": r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t, \quad m_0 = 0",
        "adam_update": r"\theta_t = \theta_{t-1} - \eta\, \hat m / (\sqrt{\hat s} + 10^{-8})",
    }
    for problem in (MINIBATCH, Problem()):
        for key, definition in stated.items():
            of_numbers = [one for one in steps_of(problem)[key].asks if one.kind in ("number", "sign")]
            assert of_numbers
            assert all(definition in question.prompt for question in of_numbers)


def test_no_title_answers_the_first_question_of_its_step():
    for key in ("equal_units", "zeros_equal", "softmax_shift"):
        title = steps_of(Problem())[key].title.lower()
        assert not re.search("stay|keep|ignore", title)
