"""The right number is that of the numbers which the question prints, to the tightest tolerance offered."""

import re

import numpy as np
import pytest
from derived import asked
from printed_numbers import calculated, read, row

from lab.assignment.kinds import KINDS
from lab.assignment.task import Task
from lab.derivation import Problem, given
from lab.derivation.chapters.several_variables import softmax_jacobian
from lab.derivation.latex import printed
from mlp.losses import softmax

TIGHTEST = 5e-4  # half of the tightest tolerance that a builder of assignments offers
GIVEN_EXACTLY = {"batch_mean", "batch_delta", "batch_outer", "recursion", "every_layer", "chain_of_layers"}
PLAIN = [Problem(seed=seed) for seed in (13, 82, 87, 103, 124)]
PENALISED = [Problem(m=3, activation="tanh", l1=0.05, l2=0.02, seed=seed) for seed in (2, 26, 36, 80)]
LARGE = [Problem(d=4, hidden_layer_sizes=(4, 4), m=4, activation="gelu", seed=seed) for seed in (8, 9, 52)]


@pytest.mark.slow
@pytest.mark.parametrize("problem", [*PLAIN, *PENALISED, *LARGE], ids=lambda problem: problem.seed)
def test_a_right_number_is_that_of_the_printed_numbers(problem):
    compared = 0
    for step, question in asked(problem):
        if question.kind != "number":
            continue
        value = calculated(problem, step, question)
        if value is not None:
            assert value == pytest.approx(question.answer, rel=TIGHTEST), (step.key, question.prompt)
            compared += 1
    assert compared >= 18


@pytest.mark.parametrize("seed", [1366, 1034])
@pytest.mark.parametrize("step", ["gelu_slope", "tanh_slope"])
def test_the_slope_at_the_printed_x_counts_as_right(step, seed):
    task = Task("step", {"step": step, "asks": "number"}, tolerance=0.001)
    x = read(re.search(r"at \$x = (-?[\d.]+)\$", KINDS["step"].ask(task, seed).prompt)[1])
    values = {"gelu_slope": gelu_slope_by_hand(x), "tanh_slope": 4 / (np.exp(x) + np.exp(-x)) ** 2}
    assert KINDS["step"].mark(task, seed, f"{values[step]:.8f}").share == 1


def gelu_slope_by_hand(x):
    u = np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)
    t = np.tanh(u)
    return (1 + t) / 2 + x / 2 * (1 - t * t) * np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * x * x)


@pytest.mark.parametrize("seed", range(40))
def test_a_probability_near_1_is_printed_with_the_digits_that_its_slope_needs(seed):
    problem = Problem(m=2 + seed % 3, seed=seed, activation="identity", hidden_layer_sizes=(5,))
    step = softmax_jacobian(problem)
    p = softmax(problem_logits(problem))[0]
    for k in range(problem.m):
        shown = row(step.given((k, k)), r"\operatorname{softmax}(o)")
        alone, others = 1 - shown[k], sum(shown) - shown[k]
        assert shown[k] * others == pytest.approx(shown[k] * alone, rel=1e-3)
        assert shown[k] * alone == pytest.approx(p[k] * (1 - p[k]), rel=0.01)


def problem_logits(problem):
    a = problem.X[:1]
    for W, b in problem.params:  # the activation is the identity
        a = a @ W + b
    return a


@pytest.mark.parametrize("problem", [*PLAIN[:2], *PENALISED[:2], *LARGE[:1]], ids=lambda one: one.seed)
def test_the_network_of_a_question_is_printed_exactly(problem):
    examples, *layers = given.givens(problem)
    assert np.array_equal(table(examples.partition(given.BESIDE)[0]), problem.X)
    for formula, (W, b) in zip(layers, problem.params, strict=True):
        of_W, of_b = formula.split(given.BESIDE)
        assert np.array_equal(table(of_W), W)
        assert np.array_equal(table(of_b)[0], b)


def table(latex):
    body = re.search(r"bmatrix\} (.*) \\end", latex)[1]
    return np.array([[read(one) for one in line.split(" & ")] for line in body.split(r" \\ ")])


@pytest.mark.parametrize(
    ("l1", "shown"), [(0.0, "0"), (0.05, "0.05"), (0.012345, "0.012345"), (1e-13, "1e-13")]
)
def test_the_strength_of_a_penalty_is_printed_exactly(l1, shown):
    problem = Problem(l1=l1)
    step, question = next((s, q) for s, q in asked(problem) if s.key == "elastic_net" and q.kind == "number")
    said = re.search(r"\\lambda_1 = (\d.*?)\$", given.sentence(problem, step, question))[1]
    assert read(said) == l1 == float(shown)


def test_a_second_calculation_says_that_it_rounds_nothing_where_that_shows():
    problem = Problem(m=3, activation="tanh", l1=0.05, l2=0.02, seed=89)
    (ask,) = [q for step, q in asked(problem) if step.key == "elastic_net" and q.kind == "number"]
    assert ask.answer == pytest.approx(-0.0992, rel=1e-9)  # from the rounded −0.186
    assert r" rules, gives $-0.0997$, with nothing rounded." in ask.more


def test_printed_values_are_those_that_are_written():
    values = np.array([[0.12345, -7.0], [123456.0, -1.23456e-7]])
    assert printed(values).tolist() == [[0.123, -7.0], [123000.0, -1.23e-7]]
    assert printed(0.99951, 5) == 0.99951
