"""Predict, then reveal: the answers are those of an independent calculation, the wrong choices wrong."""

import ast
import itertools
import math
import re

import numpy as np
import pytest
from derived import PROBLEMS, asked, steps_of

from lab.derivation import CHAPTERS, Problem, Question, choice_questions, derive, plain, right
from lab.derivation.latex import number
from lab.derivation.mistakes import MISTAKES, Asked, shapes
from lab.derivation.mistakes.rule import wrong_arrays
from lab.derivation.quiz import in_order
from mlp import loops

SOME = (*PROBLEMS[::2], PROBLEMS[-1])  # with every activation, loss and shape


@pytest.mark.slow
def test_every_step_asks_and_all_kinds_are_asked():
    for problem in SOME:
        assert all(step.asks for step in steps_of(problem).values())
    kinds = {question.kind for problem in SOME for _, question in asked(problem)}
    assert kinds == {"shape", "sign", "vanishes", "number", "rule"}


def test_choices_differ_hold_the_answer_and_one_alone_is_right():
    for problem in SOME:
        for step, question in asked(problem):
            if question.choices is None:
                assert isinstance(question.answer, float)
                assert math.isfinite(question.answer)
                continue
            assert len(set(question.choices)) == len(question.choices) >= 2, (step.key, question)
            assert [right(question, one) for one in question.choices].count(True) == 1
            assert right(question, question.answer)
            assert question.reason


def test_no_mistake_leads_to_a_right_answer_and_every_wrong_choice_has_its_reason():
    unexplained = set()
    for problem in SOME:
        for _, question in asked(problem):
            assert not any(right(question, one.answer) for one in question.wrong)
            assert all(one.why for one in question.wrong)
            if question.choices:
                told = {one.answer for one in question.wrong}
                assert told <= set(question.choices)
                if told | {question.answer} != set(question.choices):
                    unexplained.add(question.kind)
    assert unexplained <= {"sign"}


def test_every_mistake_can_happen():
    seen = set()
    for problem in (*SOME, Problem(hidden_layer_sizes=(3, 3), activation="tanh")):
        for step in steps_of(problem).values():
            seen |= {one.key for question in step.asks for one in question.wrong}
            if not step.own_asks:
                seen |= {one.key for one, _ in wrong_arrays(Asked(problem, step))}
    assert set(MISTAKES) <= seen
    assert len(MISTAKES) > 150
    assert set(shapes.SHAPE_MISTAKES) <= seen


@pytest.mark.slow
def test_questions_are_the_same_whenever_they_are_asked_and_others_for_other_seeds():
    one = [question for _, question in asked(SOME[5])]
    derive.__globals__["_chapter"].cache_clear()
    assert [question for step in derive(SOME[5]) for question in step.asks] == one
    prompts = [[question.prompt for _, question in asked(Problem(seed=seed))] for seed in (1, 2)]
    assert prompts[0] != prompts[1]


def test_the_page_begins_with_a_shape_only_where_matrices_are_multiplied():
    for problem in SOME:
        for step in steps_of(problem).values():
            order = in_order(step)
            assert sorted(order) == list(range(len(step.asks)))
            kinds = [step.asks[n].kind for n in order]
            if "vanishes" in kinds:
                assert kinds[0] == "vanishes"
            elif step.products and "shape" in kinds:
                assert kinds[0] == "shape"
            elif "sign" in kinds:
                assert kinds[0] == "sign"
    firsts = [step.asks[in_order(step)[0]].kind for step in derive(SOME[0], CHAPTERS[1:2])]
    assert firsts.count("shape") < len(firsts) / 2


def test_a_target_is_named_before_it_is_asked_about():
    for problem in (Problem(), Problem(m=4, seed=3)):
        steps = steps_of(problem)
        (y,) = problem.y[:1]
        row = " & ".join("1" if k == y else "0" for k in range(problem.m))
        target = r"T = \operatorname{onehot}(y) = \begin{bmatrix} " + row + r" \end{bmatrix}"
        assert target in steps["loss"].note
        keys = [step.key for step in derive(problem, CHAPTERS[1:2])]
        about = [key for key in keys if any("${T}$" in one.prompt for one in steps[key].asks)]
        assert all(keys.index(key) > keys.index("loss") for key in about)


def test_which_rule_is_not_asked_of_a_definition():
    for problem in SOME:
        for step in steps_of(problem).values():
            definitions = {"definition", "definition, entry by entry"}
            rules = {line.rule for line in step.lines} - definitions
            assert not rules or all(one.answer not in definitions for one in step.asks if one.kind == "rule")


def questions(kind, chapters=CHAPTERS):
    """(problem, step, question) of every question of a kind."""
    every = ((problem, *pair) for problem in SOME for pair in asked(problem, chapters))
    return [one for one in every if one[-1].kind == kind]


def test_shapes_asked_for_are_those_of_the_arrays():
    shapes = questions("shape", CHAPTERS[1:3])
    assert len(shapes) > 50
    for _, step, question in shapes:
        symbol = question.prompt.partition("What is the shape of $")[2].rpartition("$")[0]
        (dims,) = {one.dims for one in step.shapes if plain(one.symbol) == symbol}
        assert [one for one in question.choices if ast.literal_eval(one) == dims] == [question.answer]


def entries(problem):
    """What the questions ask for, by their LaTeX, from loops over units in Python floats."""
    _, gradients = loops.by_unit(problem.params, problem.X[:1], problem.y[:1], problem.without_penalty)
    return {
        rf"{{\frac{{\partial L}}{{\partial W^{{{layer}}}_{{{i + 1}{j + 1}}}}}}}": gradient.W[i, j]
        for layer, gradient in enumerate(gradients, 1)
        for i, j in np.ndindex(gradient.W.shape)
    }


def test_numbers_and_signs_asked_for_are_those_of_loops_over_units():
    expected, seen = {problem: entries(problem) for problem in SOME}, 0
    for problem, step, question in questions("number", CHAPTERS[1:2]) + questions("sign", CHAPTERS[1:2]):
        name = question.prompt.rpartition("$")[0].rpartition("$")[2]
        if step.key.endswith("weights") and name in expected[problem]:
            value = expected[problem][name]
            if question.kind == "number":
                assert question.answer == pytest.approx(value, rel=1e-10)
            else:
                assert question.answer == (
                    "0" if abs(value) < 1e-12 else "positive" if value > 0 else "negative"
                )
            seen += 1
    assert seen > 20


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_units_that_pass_nothing_back_are_those_whose_relu_is_off(seed):
    problem = Problem(hidden_layer_sizes=(4,), seed=seed)
    W, b = problem.params[0]
    z = [sum(x * w for x, w in zip(problem.X[0], column, strict=True)) for column in W.T] + b
    off = [str(j + 1) for j, value in enumerate(z) if value <= 0]
    steps = {step.key: question for step, question in asked(problem) if question.kind == "vanishes"}
    expected = {0: "none", 4: "all"}.get(len(off), f"unit{'s' * (len(off) > 1)} {', '.join(off)}")
    assert steps["hidden_delta"].answer == expected


def test_of_every_hidden_layer_it_is_asked_which_units_pass_nothing_back():
    problem = Problem(hidden_layer_sizes=(4, 3, 3))
    found = {step.key: step for step, question in asked(problem) if question.kind == "vanishes"}
    deltas = {key: found[key] for key in found if key.partition(".")[0] == "hidden_delta"}
    assert len(deltas) == 3
    assert sorted(step.values["slope"].shape[1] for step in deltas.values()) == [3, 3, 4]


def test_the_unit_that_uses_a_weight_is_the_one_of_its_column_unless_its_input_is_0():
    seen = set()
    for _, step, question in questions("vanishes"):
        if step.key == "output_weights":
            row, column = question.prompt.rpartition("_{")[2][:2]
            silent = step.values[step.products[0].left][0, int(row) - 1] == 0
            assert question.answer == ("none" if silent else f"unit {column}")
            units = step.values["oa"].shape[1]
            made = {
                "no_unit": "none",
                "input_forgotten": f"unit {column}",
                "all_units": "all of them",
                "index_of_the_row": f"unit {row}",
                "next_unit": f"unit {int(column) % units + 1}",
            }
            assert {one.answer for one in question.wrong} == {made[one.key] for one in question.wrong}
            seen |= {one.key for one in question.wrong}
    assert seen == set(made)


def test_he_keeps_the_mean_square_through_four_layers_of_relu_and_lecun_leaves_a_sixteenth():
    (question,) = [
        question
        for step, question in asked(Problem(activation="relu"), CHAPTERS[4:5])
        if (step.key, question.kind) == ("variance_layers", "rule")
    ]
    assert question.answer == "He"
    told = {whose: float(value) for value, whose in re.findall(r"\$([\d.]+)\$ with (\w+)", question.reason)}
    assert set(told) == {"LeCun", "Glorot", "He"}
    assert told["LeCun"] * 2**4 == pytest.approx(told["He"], rel=2e-3)


def test_the_line_to_remember_is_the_last_that_states_what_is_asked_for():
    seen = set()
    for problem in SOME[:4]:
        for step in steps_of(problem).values():
            stated = [
                line for line in step.lines if line.value is not None and line.claim in (None, step.main)
            ]
            for question in step.asks:
                if "The line to remember" in question.more:
                    assert question.more.startswith(f"The line to remember: ${plain(stated[-1].latex)}$.")
                    seen.add(len(stated) > 1)
    assert True in seen


@pytest.mark.slow
def test_the_penalty_changes_the_gradient_of_weights_alone_and_without_one_a_proposed_one_is_asked_about():
    zeros = (0.0, 0.0)
    for l1, l2 in (
        zeros,
        (0.1, 0.0),
        (0.0, 0.1),
        (zeros, 0.0),
        (zeros, zeros),
        ((0.0, 0.1), 0.0),
        (0.0, zeros),
    ):
        is_real = np.any(l1) or np.any(l2)
        ((_, question),) = [
            (step, question)
            for step, question in asked(Problem(l1=l1, l2=l2), CHAPTERS[2:3])
            if step.key == "elastic_net" and question.kind == "vanishes"
        ]
        assert question.answer == "only that of the weights"
        asked_of = (
            "which gradient does the" if is_real else "With $\\lambda_2 = 0.1$, which gradient would the"
        )
        assert f"{asked_of} penalty change?" in question.prompt
        which = "Both" if zeros == (l1, l2) else "All"
        assert question.prompt.startswith("With" if is_real else f"{which} strengths are 0 here.")
        assert "$W^2$" in question.reason or l1 != (0.0, 0.1), "of the layer that is penalized"


@pytest.mark.parametrize("seed", range(4))
def test_the_largest_change_by_a_penalty_of_one_tenth_is_a_fifth_of_the_largest_weight(seed):
    problem = Problem(l2=0.1, seed=seed)
    largest = [np.abs(W).max() for W, _ in problem.params]
    place = int(np.argmax(largest))
    (reason,) = [
        question.reason
        for step, question in asked(problem, CHAPTERS[2:3])
        if step.key == "elastic_net" and question.kind == "vanishes"
    ]
    assert f"The largest change is ${number(0.2 * largest[place])}$ for $W^{place + 1}$ and $0$" in reason


def test_the_rule_asked_for_is_that_of_its_line_and_no_other_choice_says_the_same():
    for _, step, question in questions("rule"):
        if step.key == "variance_layers":
            continue  # it asks for the initializer
        formulas = [f"${plain(line.latex)}$" for line in step.lines]
        prompts = [f"Which rule gives {formulas[0]}?"]
        prompts += [
            f"Which rule gives {b}? The line before it is {a}." for a, b in itertools.pairwise(formulas)
        ]
        assert question.answer == step.lines[prompts.index(question.prompt)].rule
        # h^s = f(h^a) is "by definition", and so is h^s_j = tanh(h^a_j): both would be right
        if question.answer.startswith("definition"):
            others = set(question.choices) - {question.answer}
            assert not others & {"definition", "definition, entry by entry"}


def test_no_entry_is_asked_for_that_is_given_or_compared_with_itself():
    for _, step, question in questions("sign") + questions("number"):
        if question.prompt.endswith("within 5%?"):
            assert abs(question.answer) >= 1e-4
        *given, name = question.prompt.split("$")[1:-1:2]
        left, _, other = name.partition(" - ")
        assert left != other, (step.key, question.prompt)
        assert not any(one.startswith(f"{name} =") for one in given), (step.key, question.prompt)


def test_negative_numbers_are_asked_for_too():
    assert {question.answer > 0 for _, _, question in questions("number", CHAPTERS[1:2])} == {True, False}


@pytest.mark.parametrize(
    ("which", "n", "words"),
    [([], 3, "none"), ([1], 1, "unit 1"), ([1, 2], 2, "all"), ([2], 3, "unit 2"), ([1, 3], 4, "units 1, 3")],
)
def test_units_in_words(which, n, words):
    assert choice_questions._units(which, n) == words


def test_a_shape_is_counted_in_rows_and_columns():
    told = {question.answer: question.reason for _, _, question in questions("shape", CHAPTERS[1:3])}
    for shape, reason in told.items():
        n, *columns = ast.literal_eval(shape)
        counted = f"{n} {'entry' if n == 1 else 'entries'}"
        if columns:
            counted = f"{n} row{'s' * (n > 1)} and {columns[0]} column{'s' * (columns[0] > 1)}"
        assert reason.endswith(f"here {shape}: {counted}.")
    assert {len(ast.literal_eval(shape)) for shape in told} == {1, 2}


@pytest.mark.parametrize("answer", [1.0, 0.5, 2.48, 0.4, -0.4, 1e-7])
def test_exactly_five_per_cent_off_is_right_and_a_little_more_is_not(answer):
    question = Question("number", "?", None, answer, "since")
    for sign in (1, -1):
        assert right(question, answer * (1 + 0.05 * sign))
        assert right(question, f"{answer * (1 + 0.05 * sign):.12g}")
        assert not right(question, answer * (1 + 0.050001 * sign))


def test_a_number_is_right_within_five_per_cent():
    pairs = [(2.0, 2.09), (2.0, "1.91"), (-0.4, -0.419), (100.0, 105.0), (0.0, 0.005), (2e-4, 2.1e-4)]
    assert all(right(Question("number", "?", None, answer, "since"), given) for answer, given in pairs)
    pairs = [(2.0, given) for given in (2.11, -2.0, math.nan, None, "two")]
    pairs += [(0.0, 0.006), (2e-4, 2.2e-4), (2e-4, 0.0)]
    assert not any(right(Question("number", "?", None, answer, "since"), given) for answer, given in pairs)
