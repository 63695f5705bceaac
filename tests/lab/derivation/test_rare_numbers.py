"""Questions about networks whose numbers cancel, are rounded, or are a single one."""

import re

import numpy as np
import pytest
from derived import PROBLEMS, steps_of

from lab.derivation import Problem, answers
from lab.derivation.fading import left_out

CANCELLING = [  # two weights of a unit are equal, so that what the two outputs send back cancels
    Problem(activation="tanh", seed=184),
    Problem(activation="tanh", seed=193),
    Problem(activation="relu", seed=627),
    Problem(activation="relu", seed=1207),
    Problem(activation="relu", seed=1342),
    Problem(activation="tanh", seed=184, hidden_layer_sizes=(3, 3)),
]
ROUNDING = re.compile(r"10\^\{-1[3-9]\}")
ONE_EACH = Problem(d=1, hidden_layer_sizes=(1,), activation="tanh")


@pytest.mark.slow
@pytest.mark.parametrize("problem", CANCELLING)
def test_no_sign_is_asked_of_what_only_rounding_keeps_from_0(problem):
    signs = [ask for step in steps_of(problem).values() for ask in step.asks if ask.kind == "sign"]
    assert len(signs) > 10
    said = [one.prompt + re.split(r"\\approx|= ", one.reason)[-1] for one in signs]
    assert [one for one in said if ROUNDING.search(one)] == []


@pytest.mark.slow
@pytest.mark.parametrize("problem", [*CANCELLING, *PROBLEMS])
def test_the_units_that_pass_nothing_back_are_those_on_which_the_loss_does_not_depend(problem):
    for key, step in steps_of(problem).items():
        for ask in (ask for ask in step.asks if key.startswith("hidden_delta") and ask.kind == "vanishes"):
            derivatives = np.asarray(step.claims[step.main].numeric)[0]
            none = [str(n) for n, one in enumerate(derivatives, 1) if abs(one) < 1e-9]
            said = re.findall(r"\d+", ask.answer)
            if ask.answer == "all":
                said = [str(n) for n in range(1, 1 + derivatives.size)]
            assert said == none, (key, ask)


def test_that_terms_cancel_is_said_of_the_unit_where_they_do():
    def reason(problem):
        (ask,) = [one for one in steps_of(problem)["hidden_delta"].asks if one.kind == "vanishes"]
        return ask.reason

    said = " At unit 1 the terms that arrive from above cancel, so there is nothing to pass back."
    assert reason(CANCELLING[0]).endswith(said)
    assert "cancel" not in reason(Problem(activation="tanh", seed=185))


@pytest.mark.slow
@pytest.mark.parametrize(
    "problem",
    [
        Problem(activation="tanh", m=3, seed=34),
        Problem(activation="tanh", hidden_layer_sizes=(3, 3), l1=0.01, l2=0.01, seed=46),
        *(Problem(activation="tanh", l1=0.01, l2=0.01, seed=seed) for seed in range(12)),
    ],
)
def test_a_number_can_be_computed_from_those_of_its_prompt(problem):
    for key, first, decay, outside in (
        ("momentum_unrolled", "g", 0.9, 1.0),
        ("adam_moments", "g", 0.9, 0.1),
        ("elastic_net", r"\\hat R", 1.0, 1.0),
    ):
        asks = [one for one in steps_of(problem)[key].asks if one.kind == "number"]
        if key != "elastic_net":
            assert len(asks) == 1
        for ask in asks:
            value = 0.0
            for term in re.findall(rf"{first}.*? = (-?[\d.]+(?: \\cdot 10\^\{{-?\d+\}})?)", ask.prompt):
                value = decay * value + number(term)
            if key == "elastic_net":
                row, column = (
                    int(n) - 1 for n in re.search(r"J.*?W\^\{1\}_\{(\d)(\d)\}", ask.prompt).groups()
                )
                W = problem.params[0].W[row, column]
                value += problem.l1 * np.sign(W) + 2 * problem.l2 * W
            assert outside * value == pytest.approx(ask.answer, rel=0.01), (key, ask.prompt)


def number(latex):
    mantissa, _, exponent = latex.partition(r" \cdot 10^{")
    return float(mantissa) * 10 ** int(exponent.rstrip("}") or 0)


def test_a_changed_product_that_is_the_same_number_is_not_offered_as_wrong():
    offered = {
        key: {one.key for ask in left_out(ONE_EACH, steps_of(ONE_EACH)[key], 9).values() for one in ask.wrong}
        for key in ("hidden_pre_activation", "hidden_weights", "output_weights", "inputs", "hidden_output")
    }
    products = {"transpose_dropped", "delta_first", "weights_first", "transposed_weights_first"}
    # x, W¹ and ∂L/∂hᵃ are one number each; W² and ∂L/∂oᵃ are rows of two
    assert offered["hidden_pre_activation"].isdisjoint({*products, "indices_swapped"})
    assert offered["hidden_weights"].isdisjoint(products)
    assert offered["inputs"].isdisjoint({*products, "indices_swapped"})
    assert "transpose_dropped" not in offered["output_weights"]
    assert "delta_first" in offered["output_weights"], "a row times one number is not a product of matrices"
    assert "transpose_dropped" in offered["hidden_output"]


@pytest.mark.parametrize(
    ("key", "place", "activation"),
    [
        ("momentum_unrolled", 0, "tanh"),  # v ≈ ?
        ("softmax_jacobian", 1, "tanh"),  # S ≈ 1.61: ∂p/∂o ≈ ?
        ("gradient_descent", 2, "tanh"),  # ∇R · u ≈ ?
        ("hidden_delta", 1, "identity"),  # f′ = 1 ≈ ?
        ("softmax_jacobian", 4, "tanh"),  # the sum = 0, here ≈ ?
    ],
)
def test_a_line_is_not_to_be_finished_from_nothing_or_from_its_own_result(key, place, activation):
    problem = Problem(activation=activation, seed=1)
    asked = left_out(problem, steps_of(problem)[key], 9)
    assert place not in asked or asked[place].choices


def test_a_negative_number_after_a_factor_stands_in_parentheses():
    step = steps_of(Problem(activation="leaky_relu", seed=0))["hidden_activation"]
    asked = [step.entry((0, k)) for k in range(3)]
    negative = [one for one in asked if "-" in one]
    assert negative
    for one in negative:
        z = re.search(r"-[\d.]+", one)[0]
        assert rf"0.01 \cdot \q{{ha1}}{{({z})}})" in one


def test_of_balanced_classes_nothing_is_learned_from_zeros():
    def note(**fields):
        return steps_of(Problem(**fields))["zeros_equal"].note

    balanced = {"m": 2, "K": 2, "seed": 2}
    said = "Nothing is learned: every output already equals the share of its class."
    for loss in ("softmax_cross_entropy", "sigmoid_squared_error"):
        problem = Problem(activation="relu", loss=loss, **balanced)
        assert sorted(problem.y) == [0, 1]
        assert note(activation="relu", loss=loss, **balanced).endswith(said)
    assert note(activation="relu", K=3).endswith("All weights are still 0: only the output biases learn.")
    assert note(activation="sigmoid", K=3).endswith("still compute one and the same thing.")


@pytest.mark.parametrize(
    ("fields", "prompt", "answer"),
    [
        (
            {"l2": 1e-13},
            r"With $\lambda_1 = 0$ and $\lambda_2 = 1 \cdot 10^{-13}$, which",
            "only that of the weights",
        ),
        ({}, r"Both strengths are 0 here. With $\lambda_2 = 0.1$, which", "only that of the weights"),
        (
            {"l1": (0.0, 0.0), "l2": (0.0, 0.0)},
            r"All strengths are 0 here. With $\lambda_2 = 0.1$, which",
            "only that of the weights",
        ),
    ],
)
def test_every_strength_that_is_not_0_changes_the_gradient_of_the_weights(fields, prompt, answer):
    (ask,) = [one for one in steps_of(Problem(**fields))["elastic_net"].asks if one.kind == "vanishes"]
    assert ask.prompt.startswith(prompt)
    assert ask.answer == answer
    assert answers.right(ask, answer)
