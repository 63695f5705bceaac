"""What the steps, and the reasons why an answer is wrong, say in words, against what is computed."""

import ast
import importlib
import inspect
import re
from types import SimpleNamespace

import numpy as np
import pytest
from derived import PROBLEMS, chapters_of, steps_of

from lab.derivation import CHAPTERS, Problem
from lab.derivation.chapters import other_losses
from lab.derivation.mistakes.shapes import SHAPE_MISTAKES
from lab.derivation.mistakes.sign_rules import NEVER_NEGATIVE
from lab.derivation.problem import trace
from lab.derivation.step import Shape
from lab.derivation.symbols import symbols

OF_A_LOSS = ("output", "loss", "delta", "output_delta")  # steps that show a whole function of the engine


def statements(module, function):
    """The numbers of the lines in a function that compute something."""
    tree = ast.parse(inspect.getsource(importlib.import_module(module)))
    (body,) = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == function)
    plain = [node for node in ast.walk(body) if isinstance(node, ast.Assign | ast.AugAssign | ast.Return)]
    calls = [
        node for node in ast.walk(body) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    ]
    named = [node for node in plain if isinstance(node.value, ast.Name) and isinstance(node, ast.Return)]
    return {node.lineno for node in [*plain, *calls] if node not in named}


@pytest.mark.parametrize("problem", PROBLEMS[:3], ids=lambda problem: problem.loss)
def test_a_loss_its_output_and_its_delta_show_every_line_of_their_functions(problem):
    checked = set()
    for key, step in steps_of(problem).items():
        shown = {}
        for line in step.code:
            shown.setdefault((line.module, line.function), set()).add(line.number)
        for (module, function), numbers in shown.items():
            if key.rpartition(".")[2] in OF_A_LOSS and module != "mlp.network":
                every = statements(module, function)
                if function == "sigmoid":  # whose first line makes room
                    every.remove(min(every))
                assert numbers == every, (key, function)
                checked.add(function)
    assert len(checked) >= 8


@pytest.mark.parametrize("problem", PROBLEMS[:3], ids=lambda problem: problem.loss)
def test_the_shapes_of_a_step_end_with_its_result_and_a_bias_at_most(problem):
    seen = 0
    for step in chapters_of(problem, (CHAPTERS[1], "Other losses")):
        marks = [mark for shape in step.shapes for mark in re.findall(r"\\q\{(\w+)\}", shape.symbol)]
        if step.main in marks:
            after = marks[marks.index(step.main) + 1 :]
            assert all(mark.startswith("d_b") for mark in after), step.key
            seen += len(marks) > 1
    assert seen > 12


def test_a_derivative_of_a_probability_is_numbered_from_1():
    for problem in PROBLEMS:
        step = steps_of(problem)["softmax_jacobian"]
        ((k, other, value),) = re.findall(
            r"partial p_\{+(\d)\}+\{\\partial o_\{+(\d)\}+ \\approx (-?[\d.]+)$", step.lines[1].numbers
        )
        e = np.exp(trace(problem, 1).z[-1][0])
        p = e / e.sum()
        assert float(value) == pytest.approx(-p[int(k) - 1] * p[int(other) - 1], rel=0.01)


def test_without_the_largest_logit_softmax_stays_and_does_not_overflow():
    note = next(steps_of(p)["output"].note for p in PROBLEMS if p.loss == "softmax_cross_entropy")
    assert note == "Subtracting the largest logit first leaves the result unchanged and prevents overflow."
    logits = np.array([1000.0, 0.0])
    assert np.exp(logits - logits.max()).tolist() == [1, 0]
    with np.errstate(over="ignore"):
        assert np.isinf(np.exp(logits - logits.min())).any()


def test_squared_error_stalls_where_the_output_is_confidently_wrong():
    step = steps_of(PROBLEMS[0])["stall"]
    outputs = 1 / (1 + np.exp(-other_losses.WRONG))  # the target is 0
    squared, cross = (step.claims[name].analytic for name in ("d_oa", "cross"))
    assert (outputs >= 0.5).all()
    assert np.argmax(outputs) == np.argmin(squared) == np.argmax(cross)
    assert step.question == "How fast does a confidently wrong output learn?"
    assert step.note.startswith("Where the output is most wrong, squared error passes the smallest gradient")


def test_the_name_of_an_entry_is_no_equation_itself():
    for step in steps_of(PROBLEMS[0]).values():
        if step.symbol:
            name = step.symbol((0,) * np.ndim(step.claims[step.main].analytic))
            while (inner := re.sub(r"\{[^{}]*\}", "", name)) != name:
                name = inner
            assert "=" not in name, step.key


def test_why_a_number_is_never_negative_says_what_it_is_made_of():
    steps = steps_of(PROBLEMS[0])
    for topic, why in NEVER_NEGATIVE.items():
        formulas = " ".join(line.latex for line in steps[topic].lines)
        assert ("expectation of a square" in why) == (r"\mathbb{E}" in formulas), topic
        assert ("made of exponentials" in why) == (topic in ("output", "softmax_shift")), topic
        assert ("A loss is 0" in why) == (topic == "loss")


PROBLEM = Problem(d=2, hidden_layer_sizes=(3, 6), m=5, K=7)
WIDTHS = [symbols(2).width(layer) for layer in range(4)]
MATRIX = Shape("W^2", f"({WIDTHS[1]}, {WIDTHS[2]})", (3, 6))
TURNED = Shape(r"(W^2)^{\top}", f"({WIDTHS[2]}, {WIDTHS[1]})", (6, 3))
ROW, BATCH = Shape("z^2", f"(1, {WIDTHS[2]})", (1, 6)), Shape("z^2", f"(K, {WIDTHS[2]})", (7, 6))
TURNED_ROW = Shape(r"(z^2)^{\top}", f"({WIDTHS[2]}, 1)", (6, 1))
TURNED_BATCH = Shape(r"(z^2)^{\top}", f"({WIDTHS[2]}, K)", (6, 7))
BIAS, LOSS = Shape("b^2", f"({WIDTHS[2]})", (6,)), Shape("L", "(1)", (1,))
GRADIENT = Shape(r"\frac{\partial L}{\partial z^2}", f"(1, {WIDTHS[2]})", (1, 6))
JACOBIAN = Shape(r"\partial p", "(m, m)", (5, 5))


SHAPES = [  # key, words of the reason, the right shape, the wrong one
    ("columns_convention", "as a column", MATRIX, (6, 3)),
    ("transpose_forgotten", r"before $\top$ swaps rows and columns", TURNED, (3, 6)),
    ("turned_axis_dropped", "dropped an axis", TURNED_ROW, (6,)),
    ("turned_one_column", "all of them, one column each", TURNED_BATCH, (6, 1)),
    ("turned_bias_as_a_column", "one more column, for the bias", TURNED, (6, 4)),
    ("column_for_row", "That is a column", ROW, (6, 1)),
    ("examples_as_columns", "gave each example a column", BATCH, (6, 7)),
    ("row_per_example", "a row for every example of the minibatch", ROW, (7, 6)),
    ("one_row", "all of them, one row each", BATCH, (1, 6)),
    ("row_axis_dropped", "dropped the row", ROW, (6,)),
    ("row_for_vector", "a matrix with one row. It is a plain vector", BIAS, (1, 6)),
    ("gradient_as_a_number", "is one number, but its gradient has one entry for every", GRADIENT, (1,)),
    ("layer_below", "units of the layer below", MATRIX, (3, 3)),
    ("layer_above", "units of the layer above", MATRIX, (3, 5)),
    ("bias_as_a_row", "one more row, for the bias", MATRIX, (4, 6)),
    ("one_per_class", "one number per class", LOSS, (1, 5)),
    ("no_axis", "a number without an axis", LOSS, ()),
    ("hessian", "every *pair* of entries", BIAS, (6, 6)),
    ("square", "from a layer to itself", MATRIX, (6, 6)),
    ("diagonal_alone", "with its own logit. It changes with every logit", JACOBIAN, (5,)),
    ("one_probability", "the gradient of one probability. Here there is one row for each", JACOBIAN, (1, 5)),
    ("own_axis", "one axis more", BIAS, (6, 1)),
]


@pytest.mark.parametrize(("key", "words", "shape", "wrong"), SHAPES)
def test_a_wrong_shape_is_the_one_that_the_reason_speaks_of(key, words, shape, wrong):
    asked = SimpleNamespace(problem=PROBLEM, step=SimpleNamespace(chapter="The network"))
    assert SHAPE_MISTAKES[key].wrong(asked, shape) == wrong
    assert words in SHAPE_MISTAKES[key].why


def test_every_wrong_shape_is_tested():
    assert [case[0] for case in SHAPES] == list(SHAPE_MISTAKES)
