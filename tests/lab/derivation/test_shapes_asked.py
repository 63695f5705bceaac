"""A question about a shape says all that its answer depends on: sizes, and which axes there are."""

import re

import numpy as np
import pytest
from derived import PROBLEMS, asked, steps_of

from lab.assignment.kinds import KINDS
from lab.assignment.task import Task
from lab.derivation import CHAPTERS, Problem, given, sheet
from mlp.losses import LOSSES, one_hot


def of_shapes(problem, chapters=CHAPTERS):
    return [(step, one) for step, one in asked(problem, chapters) if one.kind == "shape"]


@pytest.mark.parametrize("problem", [Problem(seed=seed) for seed in (1, 2, 3)] + list(PROBLEMS[:8:3]))
def test_the_same_words_never_have_two_answers(problem):
    answers = {}
    for _, one in of_shapes(problem):
        answers.setdefault(re.sub(r"[{}]", "", one.prompt), set()).add(one.answer)
    assert len(answers) > 10
    assert [prompt for prompt, some in answers.items() if len(some) > 1] == []


@pytest.mark.parametrize("seed", [1, 1450448593])
@pytest.mark.parametrize("step", ["loss", "sigmoid_cross_entropy.loss", "sigmoid_squared_error.loss"])
def test_the_losses_are_asked_for_as_the_vector_of_a_minibatch_of_one(step, seed):
    asks = KINDS["step"].ask(Task("step", {"step": step, "asks": "shape"}), seed)
    if "{L}" in asks.prompt:
        assert "$L$ is the vector of a minibatch's losses, and the minibatch has one example" in asks.prompt
        logits = np.zeros((1, 2))
        losses = LOSSES["sigmoid_squared_error"](logits, one_hot(np.array([0]), 2, float))
        right = KINDS["step"].solve(Task("step", {"step": step, "asks": "shape"}), seed).in_words
        assert right == str(np.shape(losses)) == "(1,)"


def test_the_losses_are_asked_for_at_least_once():
    asks = [steps_of(Problem(seed=seed))["loss"].asks for seed in range(4)]
    assert any("minibatch's losses" in one.prompt for some in asks for one in some if one.kind == "shape")


@pytest.mark.parametrize("problem", PROBLEMS[:8])
def test_the_first_chapter_gives_the_sizes_in_the_question(problem):
    for step, one in of_shapes(problem, CHAPTERS[:1]):
        assert given.sentence(problem, step, one) == ""
        before = one.prompt.partition("What is")[0]
        sizes = {int(n) for n in re.findall(r"\d+", one.answer)} - {1}
        assert sizes <= {int(n) for n in re.findall(r"\d+", before)}, one.prompt
        assert ("plain vector" in before) != ("a matrix with one row" in before)


def test_a_question_about_the_network_says_what_is_a_matrix_and_what_a_vector():
    problem = Problem()
    told = {one.kind: given.sentence(problem, step, one) for step, one in asked(problem, CHAPTERS[1:2])}
    said = "One example is a matrix with one row, and so is what a layer computes from it"
    assert said in told["shape"]
    assert said not in told["number"]
    assert problem.X[:1].ndim == 2
    assert problem.params[0].b.ndim == 1


@pytest.mark.parametrize(
    "title", ["The gradient of a sum of squares", "The gradient of a sum of absolute values"]
)
def test_a_sheet_says_where_x_is_a_plain_vector_and_not_the_row_of_its_table(title):
    problem = Problem()
    tasks, solutions = sheet(problem, tuple(steps_of(problem).values()))
    assert "| one example, a row of $d$ inputs | $(1, d)$ |" in tasks
    task = tasks.partition(f"{title}.**")[2].partition("\n\n")[0]
    assert "$x$ is a plain vector, with one axis" in task
    assert "Give the shapes of $x$" in task
    assert "$x$: $(d) = (2,)$" in solutions.partition(f"{title}.**")[2]
