"""Wrong answers: none of them is right, each is what its mistake gives, and each gets its own reason."""

import math

import numpy as np
import pytest
from derived import PROBLEMS, asked, steps_of

from lab.bugs import gradients as planted
from lab.bugs.program import differentiate
from lab.bugs.steps import RIGHT
from lab.derivation import Problem, Question, right
from lab.derivation.answers import correction, mistakes_behind, why_wrong
from lab.derivation.mistakes import Asked, Wrong, mistake, numbers, shapes, signs
from lab.derivation.quiz import asks

SOME = PROBLEMS[:4]


def wrong_number(problem, key, name, index):
    """What the mistake `name` gives for an entry of the main array of the step."""
    of = {one.key: one.answer for one in numbers(Asked(problem, steps_of(problem)[key]), index)}
    return of[name]


TANH = Problem(activation="tanh", hidden_layer_sizes=(3,), seed=3)
TWO = Problem(activation="sigmoid", hidden_layer_sizes=(3, 3), seed=4, l1=0.1, l2=0.3)
CROSS = Problem(loss="sigmoid_cross_entropy", m=3, seed=5)


def by_hand(problem):
    """(x, W¹, b¹, z¹, o, softmax of o, class) of the first example, in loops and the math module."""
    x, (W, b), (V, c) = problem.X[0], *problem.params[:2]
    z = [sum(x[i] * W[i, j] for i in range(len(x))) + b[j] for j in range(len(b))]
    h = [math.tanh(v) for v in z]
    o = [sum(h[j] * V[j, k] for j in range(len(h))) + c[k] for k in range(len(c))]
    p = [math.exp(v) / sum(map(math.exp, o)) for v in o]
    return x, W, b, z, h, o, p, int(problem.y[0])


def test_numbers_are_those_that_the_mistakes_give_by_hand():
    x, W, b, z, h, o, p, y = by_hand(TANH)
    V, d = TANH.params[1].W, [p[k] - (k == y) for k in range(2)]
    back = [sum(d[k] * V[j, k] for k in range(2)) for j in range(3)]
    cases = {
        ("hidden_pre_activation", "bias_forgotten", (0, 1)): z[1] - b[1],
        ("hidden_pre_activation", "bias_subtracted", (0, 1)): z[1] - 2 * b[1],
        ("hidden_pre_activation", "first_product_only", (0, 2)): x[0] * W[0, 2] + b[2],
        ("hidden_pre_activation", "activated_already", (0, 0)): h[0],
        ("hidden_activation", "slope_for_value", (0, 0)): 1 - h[0] ** 2,
        ("hidden_activation", "sigmoid_for_tanh", (0, 0)): 1 / (1 + math.exp(-z[0])),
        ("output", "sigmoid_for_softmax", (0, 0)): 1 / (1 + math.exp(-o[0])),
        ("output", "divided_by_the_others", (0, 0)): math.exp(o[0] - o[1]),
        ("output", "exponential_forgotten", (0, 1)): o[1] / (o[0] + o[1]),
        ("loss", "logarithm_of_another_class", (0,)): -math.log(p[1 - y]),
        ("loss", "logarithm_to_base_10", (0,)): -math.log10(p[y]),
        ("loss", "logarithm_of_the_sum_forgotten", (0,)): -o[y],
        ("output_delta", "target_forgotten", (0, y)): p[y],
        ("output_delta", "stopped_at_the_output", (0, y)): -1 / p[y],
        ("output_delta", "output_slope_once_more", (0, y)): d[y] * p[y] * (1 - p[y]),
        ("output_weights", "output_for_delta", (2, y)): h[2] * p[y],
        ("output_weights", "pre_activation_for_activation", (2, 0)): z[2] * d[0],
        ("output_weights", "own_activation", (2, 0)): p[0] * d[0],
        ("hidden_output", "one_way_back_only", (0, 1)): d[0] * V[1, 0],
        ("hidden_output", "output_sent_back", (0, 1)): sum(p[k] * V[1, k] for k in range(2)),
        ("hidden_delta", "slope_at_activation", (0, 1)): back[1] * (1 - math.tanh(h[1]) ** 2),
        ("hidden_delta", "square_of_tanh_forgotten", (0, 1)): back[1] * (1 - h[1]),
        ("hidden_delta", "sigmoid_slope_for_tanh", (0, 1)): back[1] * h[1] * (1 - h[1]),
        ("hidden_weights", "delta_without_slope", (1, 2)): x[1] * back[2],
        ("hidden_weights", "activation_left_out", (1, 2)): back[2] * (1 - h[2] ** 2),
    }
    for (key, name, index), expected in cases.items():
        assert wrong_number(TANH, key, name, index) == pytest.approx(expected, rel=1e-12), name


def test_mistakes_of_a_second_layer_the_penalty_and_of_other_losses_by_hand():
    a1, (W2, b2) = steps_of(TWO)["output"].values["hs1"][0], TWO.params[1]
    z1 = TWO.X[0] @ TWO.params[0].W + TWO.params[0].b
    transposed = sum(a1[i] * W2[1, i] for i in range(3)) + b2[1]
    key = "hidden_pre_activation.2"
    assert wrong_number(TWO, key, "weights_transposed", (0, 1)) == pytest.approx(transposed)
    passed_on = sum(z1[i] * W2[i, 1] for i in range(3)) + b2[1]
    assert wrong_number(TWO, key, "pre_activation_passed_on", (0, 1)) == pytest.approx(passed_on)
    w, both = TWO.params[0].W[0, 1], steps_of(TWO)["elastic_net"]
    data = both.values["d_W1"][0, 1]
    expected = {
        "penalty_forgotten": data,
        "l1_forgotten": data + 0.6 * w,
        "l2_forgotten": data + 0.1 * np.sign(w),
        "weight_for_its_sign": data + 0.1 * w + 0.6 * w,
        "penalty_averaged": data + (0.1 * np.sign(w) + 0.6 * w) / 3,
        "penalty_itself": data + 0.1 * abs(w) + 0.3 * w * w,
    }
    for name, value in expected.items():
        assert wrong_number(TWO, "elastic_net", name, (0, 1)) == pytest.approx(value, rel=1e-12), name
    p, y = steps_of(CROSS)["output"].values["os"][0], int(CROSS.y[0])
    assert wrong_number(CROSS, "loss", "right_class_alone", (0,)) == pytest.approx(-math.log(p[y]))
    # momentum and Adam, from the gradients that the question itself gives
    step = steps_of(TANH)["momentum_unrolled"]
    g = [float(one) for one in _given_gradients(step, 2)]
    expected = {"nothing_forgotten": sum(g), "one_step_back_only": g[3] + 0.9 * g[2]}
    expected["old_velocity"] = g[2] + 0.9 * g[1] + 0.81 * g[0]
    for name, value in expected.items():
        assert wrong_number(TANH, "momentum_unrolled", name, (2,)) == pytest.approx(value, rel=2e-2), name


def _given_gradients(step, i):
    """The gradients at the four steps, as the step gives them, to three digits."""
    parts = step.given((i,)).split(r",\; ")[1:]
    return [part.partition(" = ")[2].replace(r" \cdot 10^{", "e").replace("}", "") for part in parts]


def of_program(problem, n, **steps):
    """The gradients of the bug lab's program with these steps, for the first n examples."""
    T = np.eye(problem.m)[problem.y[:n]]
    program = RIGHT._replace(**steps)
    return differentiate(program, problem.params, problem.X[:n], T, problem.config)[1]


L2 = Problem(activation="tanh", hidden_layer_sizes=(3,), l2=0.2, seed=6)
DEEP = Problem(activation="tanh", hidden_layer_sizes=(3, 3), seed=7)


@pytest.mark.parametrize(
    ("problem", "n", "bug", "key", "name", "of"),
    [
        (TANH, 3, "mean_taken_twice", "batch_outer", "mean_taken_twice", lambda g: g[-1].W),
        (TANH, 1, "slope_at_rounded", "hidden_delta", "slope_at_rounded", lambda g: g[0].b[np.newaxis]),
        (TANH, 1, "squared_error_differentiated", "output_delta", "squared_error_differentiated",
         lambda g: g[1].b[np.newaxis]),
        (TANH, 1, "overwritten_by_mask", "output_weights", "mask_for_activation", lambda g: g[1].W),
        (L2, 3, "factor_two_missing", "elastic_net", "two_of_l2_forgotten", lambda g: g[0].W),
        (TANH, 1, "mask_forgotten", "hidden_delta", "slope_forgotten", lambda g: g[0].b[np.newaxis]),
        (TANH, 1, "mask_forgotten", "hidden_weights", "delta_without_slope", lambda g: g[0].W),
        (DEEP, 1, "mask_of_next_layer", "hidden_delta", "slope_of_the_layer_above",
         lambda g: g[0].b[np.newaxis]),
    ],
)  # fmt: skip
def test_a_planted_bug_computes_what_the_same_mistake_gives(problem, n, bug, key, name, of):
    found = getattr(planted, bug)
    wrong = of(of_program(problem, n, **{found.step: found.wrong}))
    for index in np.ndindex(wrong.shape):
        assert wrong_number(problem, key, name, index) == pytest.approx(wrong[index], rel=1e-10, abs=1e-15)
    # and the same program without the bug gives the step's own numbers
    np.testing.assert_allclose(of(of_program(problem, n)), Asked(problem, steps_of(problem)[key]).right)


def test_that_the_biases_are_penalised_too_is_the_reason_of_its_choice():
    (question,) = [one for step, one in asked(L2) if step.key == "elastic_net" and one.kind == "vanishes"]
    (behind,) = mistakes_behind(question, "both")
    assert behind.key == "biases_penalised"
    bug = planted.biases_penalised
    wrong, right_ = (of_program(L2, 3, **steps)[0].b for steps in ({bug.step: bug.wrong}, {}))
    np.testing.assert_allclose(wrong - right_, 2 * 0.2 * L2.params[0].b, rtol=1e-9)


def test_a_transposed_shape_is_told_of_columns_and_one_row_per_example_of_the_minibatch():
    step = steps_of(Problem(hidden_layer_sizes=(3,)))["hidden_pre_activation"]
    x, W, b, _ = step.shapes
    told = {one.answer: one.why for one in shapes.shapes(Asked(Problem(), step), W)}
    assert "right for $W x + b$" in told["(3, 2)"]
    assert "(2, 3)" not in told
    told = {one.answer: one.key for one in shapes.shapes(Asked(Problem(), step), x)}
    assert told["(2, 1)"] == "column_for_row"
    assert told["(3, 2)"] == "row_per_example"
    assert told["(2,)"] == "row_axis_dropped"
    assert {one.answer for one in shapes.shapes(Asked(Problem(), step), b)} >= {"(1, 3)", "(3, 1)", "(2,)"}


def test_a_number_within_two_per_cent_of_one_mistakes_is_told_its_reason_two_are_both_named_more_are_not():
    two = (Wrong("one", 0.5, "One."), Wrong("two", 0.505, "Two."))
    question = Question("number", "?", None, 2.0, "Since.", (*two, Wrong("three", -2.0, "Three.")))
    assert why_wrong(question, -2.02) == "Three."
    assert why_wrong(question, 0.502) == "Two mistakes lead to this number. Either: One. Or: Two."
    assert why_wrong(question, -2.0402) == why_wrong(question, -2.06)  # 2% of what the mistake gives
    assert why_wrong(question, -2.06) == "Your number does not match any of the common mistakes we check for."
    three = question._replace(wrong=(*two, Wrong("four", 0.5, "Four.")))
    assert (
        why_wrong(three, 0.5)
        == "Several mistakes lead to this number, so we cannot tell which one was yours."
    )
    same = question._replace(wrong=(two[0], Wrong("again", 0.5, "One.")))
    assert why_wrong(same, 0.5) == "One.", "two mistakes with one reason are one"
    assert mistakes_behind(question, 2.05) == (), "a right answer has no mistake behind it"
    assert mistakes_behind(question, None) == mistakes_behind(question, math.nan) == ()


def test_a_sign_is_told_to_belong_to_another_number_and_0_that_nothing_is_0():
    reason = "That is the sum without the bias. Each unit adds its own $b$ to it."
    question = Question("sign", "?", ("positive", "negative", "0"), "positive", "S.",
                        (Wrong("bias_forgotten", "negative", reason),))  # fmt: skip
    assert why_wrong(question, "negative") == f"That sign belongs to another number. {reason}"
    zero = {one.answer: one.key for one in signs(Asked(TANH, steps_of(TANH)["output_weights"]), (0, 0))}
    assert zero["0"] == "nothing_is_0"


def test_a_correction_says_the_answer_and_why_and_more_after_an_error_that_was_certain():
    question = next(one for step, one in asked(TANH) if step.key == "output_delta" and one.kind == "number")
    told = correction(question, "-0.384")
    assert told.startswith("It is $0.384$; you said -0.384. That has the wrong sign")
    assert "That has the wrong sign: you took target minus output instead" in told
    assert question.reason in told
    assert "You were certain" not in told
    fuller = correction(question, "-0.384", is_certain=True)
    assert fuller.startswith(told)
    assert "**You were certain, so take a minute over this one.** The line to remember: $" in fuller
    assert "A numerical derivative, which knows none of these rules, gives $" in fuller
    assert "To check: the entry of the right class is negative, the others are positive." in fuller


def test_adams_question_is_about_how_far_it_moves_and_not_answered_by_where_it_was():
    for problem in SOME:
        step = steps_of(problem)["adam_update"]
        question = next(one for one in step.asks if one.kind == "number")
        assert abs(question.answer) < 0.05
        i = int(question.prompt.rpartition(",")[0].rpartition("_{3,")[2].partition("}")[0]) - 1
        before = step.given((i,)).partition(" = ")[2].partition(",")[0]
        moved = float(before) + question.answer
        assert moved == pytest.approx(step.claims["theta"].analytic[i], rel=1e-2, abs=1e-2)
        assert not right(question, before)


def test_the_variance_asked_for_is_that_of_the_papers():
    papers = {
        "variance_forward": lambda n_in, n_out: 1 / n_in,
        "second_moment": lambda n_in, n_out: 2 / n_in,
        "variance_backward": lambda n_in, n_out: 2 / (n_in + n_out),
    }
    for problem in SOME:
        n_in, h, *_ = problem.sizes
        for key, variance in papers.items():
            (question,) = [one for one in steps_of(problem)[key].asks if "initializer" in one.prompt]
            widths = problem.sizes[-2:] if key == "variance_backward" else (n_in, h)
            assert question.answer == pytest.approx(variance(*widths))
            swapped = {one.key: one.answer for one in question.wrong}.get("fans_swapped")
            assert swapped is None or swapped == pytest.approx(variance(*widths[::-1]))


def test_a_new_mistake_is_one_function_and_one_whose_shapes_do_not_fit_cannot_happen(monkeypatch):
    monkeypatch.setattr("lab.derivation.mistakes.rule.MISTAKES", {})

    @mistake("pre_activation", "You added a hundred.")
    def hundred_added(at):
        return at.right + 100

    @mistake("pre_activation", "Cannot happen.")
    def impossible(at):
        return at.right @ np.ones((77, 1))

    problem = Problem(seed=8)
    step = steps_of(problem)["hidden_pre_activation"]
    (question,) = [one for one in asks(problem, step) if one.kind == "number"]
    assert why_wrong(question, question.answer + 100) == "You added a hundred."
    assert [one.key for one in question.wrong] == ["hundred_added"]
