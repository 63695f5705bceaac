"""Lines left to the student: the right one is the step's, the others wrong; answers move their number."""

import re

import numpy as np
import pytest
from derived import ONE_EACH, PER_LAYER, steps_of

from lab.derivation import Problem, plain, right
from lab.derivation.answers import mistakes_behind
from lab.derivation.fading import LEVELS, MODES, left_out, masked, moved, numbers_of, wrong_lines
from lab.derivation.mistakes.lines import LINE_MISTAKES

PROBLEMS = (*ONE_EACH[:4], PER_LAYER)
ALL = MODES["All"]
TANH, RELU = Problem(activation="tanh"), Problem(activation="relu")


def questions(problem, key, n=ALL):
    return left_out(problem, steps_of(problem)[key], n)


def test_the_last_lines_are_left_out_first_and_none_of_a_whole_step():
    every = questions(TANH, "output_weights")
    places = list(every)
    assert len(places) >= 3
    assert questions(TANH, "output_weights", 0) == {}
    assert list(questions(TANH, "output_weights", 1)) == places[-1:]
    assert list(questions(TANH, "output_weights", 2)) == places[-2:]
    left = [list(questions(TANH, "output_weights", n)) for n in MODES.values()]
    assert dict(zip(MODES, left, strict=True)) == {
        "None": [],
        "The last": places[-1:],
        "The last two": places[-2:],
        "All": places,
    }


def test_of_each_line_one_choice_is_the_steps_and_every_other_has_its_reason():
    seen = set()
    for problem in PROBLEMS:
        for step in steps_of(problem).values():
            for place, question in left_out(problem, step, ALL).items():
                seen |= {one.key for one in question.wrong}
                if question.choices is None:
                    assert step.lines[place].numbers.endswith(
                        f"{'=' if step.key == 'sign_cases' else 'approx'} {question.answer:g}"
                    )
                    continue
                assert question.answer == f"${plain(step.lines[place].latex)}$"
                assert {one.answer for one in question.wrong} == set(question.choices) - {question.answer}
                assert [right(question, one) for one in question.choices].count(True) == 1
                assert all(mistakes_behind(question, one.answer) == (one,) for one in question.wrong)
    assert seen >= {one.key for one in LINE_MISTAKES} - {
        "sign_of_the_others",
        "root_forgotten",
        "product_added",
    }


@pytest.mark.parametrize(
    ("key", "place", "expected"),
    [
        ("hidden_pre_activation", 0, {
            "weights_first": r"{W^{1}}\, {x} + {b^{1}}", "bias_subtracted": r"{x}\, {W^{1}} - {b^{1}}",
            "bias_forgotten": r"{x}\, {W^{1}}"}),
        ("hidden_output", 2, {
            "transpose_dropped": r"{\frac{\partial L}{\partial o^a}}\, ({W^{2}})",
            "transposed_weights_first": r"({W^{2}})^{\top}\, {\frac{\partial L}{\partial o^a}}"}),
        ("output_delta", 4, {
            "target_added": r"{o^s} + {\operatorname{onehot}(y)}",
            "target_first": r"{\operatorname{onehot}(y)} - {o^s}", "target_forgotten": "{o^s}"}),
        ("hidden_delta", 2, {
            "slope_at_activation": r"{\frac{\partial L}{\partial h^s_{j}}}\, f'({h^s_{j}})",
            "value_as_slope": r"{\frac{\partial L}{\partial h^s_{j}}}\, f({h^a_{j}})"}),
        ("adam_update", 0, {
            "root_forgotten": r"\theta_{t-1} - \eta\, \frac{\hat m_t}{\hat s_t + \varepsilon}",
            "uphill": r"\theta_{t-1} + \eta\, \frac{\hat m_t}{\sqrt{\hat s_t} + \varepsilon}"}),
    ],
)  # fmt: skip
def test_a_line_keeps_its_symbols_and_gets_one_mistake(key, place, expected):
    step = steps_of(TANH)[key]
    latex = plain(step.lines[place].latex)
    start = re.match(r".*? (= |.leftarrow )", latex)[0]
    found = {one.key: one.answer for one in wrong_lines(TANH, step, latex)}
    for name, changed in expected.items():
        assert found[name] == f"${start}{changed}$"


@pytest.mark.parametrize(
    ("key", "activation", "slopes"),
    [
        ("leaky_relu_slope", "relu", (1.0, 0.01)),
        ("hidden_delta", "leaky_relu", (1.0, 0.01)),
        ("rect_slope", "relu", (1.0, 0.0)),
        ("hidden_delta", "relu", (1.0, 0.0)),
        ("sign_cases", "relu", None),  # its lines are not changed in that way
    ],
)
def test_a_line_with_the_sides_of_0_swapped_has_each_slope_on_the_other_side(key, activation, slopes):
    """`slopes` are what the changed line gives for negative and for positive numbers."""
    problem, changed = Problem(activation=activation), []
    step = steps_of(problem)[key]
    for line in step.lines:
        found = {one.key: one.answer for one in wrong_lines(problem, step, plain(line.latex))}
        changed += [found["cases_swapped"]] if "cases_swapped" in found else []
    assert len(changed) == (slopes is not None)
    for text in changed:
        side = text.rpartition(" = ")[2].partition(", ")[0].strip("$").replace(r"\,", " * ")
        for is_positive in (False, True):
            signs = {">": is_positive, "<": not is_positive, r"\le": not is_positive}
            number = side
            for sign, holds in signs.items():
                number = re.sub(rf"\\mathbf\{{1\}}\[\S+ {re.escape(sign)} 0\]", str(float(holds)), number)
            assert eval(number) == slopes[is_positive]


def test_a_mistake_changes_the_first_place_alone():
    step = steps_of(TANH)["elastic_net"]
    found = {one.key: one.answer for one in wrong_lines(TANH, step, r"y = a + \lambda_1 + \lambda_2")}
    assert found == {"penalty_subtracted": r"$y = a - \lambda_1 + \lambda_2$"}


def test_no_line_is_offered_as_wrong_that_is_right_for_this_network():
    def keys(problem, key):
        return {one.key for question in questions(problem, key).values() for one in question.wrong}

    assert "slope_at_activation" in keys(TANH, "hidden_delta")
    assert "slope_at_activation" not in keys(RELU, "hidden_delta"), "ReLU's slope is the same at h^s"
    assert "mean_forgotten" in keys(TANH, "batch_mean")
    assert "mean_forgotten" not in keys(Problem(activation="tanh", K=1), "batch_mean")
    assert questions(TANH, "equal_units") == questions(TANH, "zeros_equal") == {}
    # 2σ' <= 1/2 holds without the 2 as well, and 1[x > 0] - 1[x < 0] = 1 + 0 = 1
    assert 2 not in questions(TANH, "factor_that_stays")
    assert {question.kind for question in questions(TANH, "sign_cases").values()} == {"number"}
    p = 1 / (1 + np.exp(-np.linspace(-9, 9, 99)))
    assert (p * (1 - p) <= 0.5).all()


def test_two_right_in_a_row_leave_one_more_line_out_and_a_wrong_one_fewer():
    level, in_a_row, levels = 1, 0, []
    for is_right in (True, True, True, False, True, True, True, True, True, True, False, False, False, False):
        level, in_a_row = moved(level, in_a_row, is_right)
        levels.append(level)
    assert levels == [1, 2, 2, 1, 1, 2, 2, 3, 3, 3, 2, 1, 0, 0]
    assert len(LEVELS) == 4


ORDER = {"transpose_dropped", "delta_first"}
ONE_UNIT = {"hidden_layer_sizes": (1, 1)}


@pytest.mark.parametrize(
    ("fields", "key", "place", "harmless"),
    [
        ({}, "batch_outer", 0, set()),  # 3 hidden units: a row of 3 times a row of 2 is no product
        (ONE_UNIT, "batch_outer", 0, {"transpose_dropped"}),  # 1 × 1 times 1 × 2
        (ONE_UNIT, "batch_outer", 2, set()),  # but all examples: 3 × 1 times 3 × 2 is no product
        ({}, "batch_outer", 3, set()),
        ({"K": 1}, "batch_outer", 3, {"transpose_dropped"}),  # 1 is 1 × 1
        ({"K": 1}, "every_layer", 2, {"transpose_dropped"}),
        ({}, "every_layer", 2, set()),
        ({"K": 1}, "every_layer", 1, set()),
        (ONE_UNIT | {"K": 1, "d": 1}, "every_layer", 1, ORDER),  # all are 1 × 1
        (ONE_UNIT | {"K": 1, "d": 1}, "every_layer", 0, {"transpose_dropped"}),  # every a is 1 × 1
        ({"hidden_layer_sizes": (1,), "K": 1, "d": 1}, "every_layer", 0, {"transpose_dropped"}),
        (ONE_UNIT | {"K": 1}, "every_layer", 0, set()),  # x is 1 × 2
        ({"hidden_layer_sizes": (2, 1), "K": 1, "d": 1}, "every_layer", 0, set()),  # and here h^{s,1}
        ({}, "every_layer", 0, set()),
        (ONE_UNIT, "recursion", 2, {"transpose_dropped"}),  # W² is 1 × 1
        (ONE_UNIT, "recursion", 1, set()),  # W³ is 1 × 2
        ({}, "recursion", 1, set()),
    ],
)
def test_no_product_of_a_line_is_offered_as_wrong_that_comes_to_the_same(fields, key, place, harmless):
    problem = Problem(activation="tanh", **fields)
    step = steps_of(problem)[key]
    line = step.lines[place]
    possible = {one.key for one in LINE_MISTAKES if re.search(one.pattern, right_side(line))} & ORDER
    offered = {one.key for one in wrong_lines(problem, step, plain(line.latex), line.factors)} & ORDER
    assert harmless <= possible
    assert offered == possible - harmless


@pytest.mark.parametrize(
    ("fields", "key", "is_offered"),
    [
        ({}, "elastic_net", True),
        ({"d": 1, "hidden_layer_sizes": (1,)}, "elastic_net", False),  # W¹ has one entry: ij is ji
        ({"d": 1, "hidden_layer_sizes": (1,)}, "batch_mean", True),  # its W² has two
        ({"d": 2, "hidden_layer_sizes": (1,)}, "elastic_net", True),
    ],
)
def test_the_indices_of_a_weight_are_not_swapped_where_both_are_the_same(fields, key, is_offered):
    problem = Problem(activation="tanh", l2=0.1, **fields)
    step = steps_of(problem)[key]
    keys = {one.key for line in step.lines for one in wrong_lines(problem, step, plain(line.latex))}
    assert ("indices_swapped" in keys) == is_offered


def test_no_number_is_asked_for_that_is_written_times_1():
    """Where ReLU is active and at the identity, f′ is 1: what arrives from above is the answer already."""
    n_slopes = 0
    for activation, slope in (("relu", 1), ("identity", 1), ("leaky_relu", 1), ("tanh", None)):
        problem = Problem(activation=activation)
        line = steps_of(problem)["hidden_delta"].lines[0]
        is_one = plain(line.numbers).partition(" \\approx ")[0].endswith(r" \cdot 1")
        asked = questions(problem, "hidden_delta").get(0)
        assert is_one == (slope == 1)
        assert (asked is None) == is_one, activation
        n_slopes += is_one
    assert n_slopes == 3


def right_side(line):
    return plain(line.latex).partition(" = ")[2]


def test_a_number_is_asked_for_at_most_once_in_a_step_and_no_line_above_prints_it():
    n_asked = 0
    for problem in (TANH, RELU, *PROBLEMS):
        for step in steps_of(problem).values():
            every = left_out(problem, step, ALL)
            asked = {place: numbers_of(step, [question]) for place, question in every.items()}
            for place, numbers in asked.items():
                above = [masked(line.numbers, numbers) for line in step.lines[:place]]
                tokens = re.findall(
                    r"-?\d*\.?\d+", re.sub(r"[_^](\{[^{}]*\}|\w)", "", plain(" ".join(above)))
                )
                assert not {float(one) for one in numbers} & set(map(float, tokens)), (step.key, place)
                told = [line for n, line in enumerate(step.lines[:place]) if n in asked]
                assert all(masked(line.numbers, numbers) == line.numbers for line in told), step.key
                n_asked += len(numbers)
    assert n_asked >= 10


@pytest.mark.parametrize(
    ("latex", "number", "expected"),
    [
        (r"\q{hs1}{[0.0826 & -0.607]} \approx f", "-0.607", r"\q{hs1}{[0.0826 & ?]} \approx f"),
        ("-0.607 + 0.607 - 0.607", "0.607", "-0.607 + ? - ?"),
        (r"\q{W1}{W^{1}_{12}}^1 \cdot 1 + 1.5 + 0.1", "1", r"\q{W1}{W^{1}_{12}}^1 \cdot ? + 1.5 + 0.1"),
        (r"0.5 \cdot 10^{-3} + 0.5 \cdot 2", "0.5", r"0.5 \cdot 10^{-3} + ? \cdot 2"),
        ("10^{2} + 20 + 2", "2", "10^{2} + 20 + ?"),
    ],
)
def test_a_hidden_number_is_no_index_no_exponent_and_no_part_of_another_number(latex, number, expected):
    assert masked(latex, [number]) == expected
