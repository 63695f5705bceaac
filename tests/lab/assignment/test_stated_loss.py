"""What a prompt says about the loss is enough to compute it, whatever a reader's own book puts in front."""

import re

import numpy as np
import pytest
from derived import asked, steps_of

from lab.assignment import KINDS, Task
from lab.derivation import Problem, given, sheet
from lab.derivation.deck import front

SEED = 7
SUMMED = "The loss of an example is the cross-entropy summed over the classes."
NO_HALF = "The loss of an example is the squared error summed over the classes, with no ½ in front."
SAID = {"sigmoid_cross_entropy": SUMMED, "sigmoid_squared_error": NO_HALF, "softmax_cross_entropy": ""}
MATRIX = re.compile(r"(\w)(?:\^\{(\d)\})? = \\begin\{bmatrix\} (.*?) \\end\{bmatrix\}")


def step_task(step, **subject):
    return Task("step", {"step": step, "asks": "number", "activation": "tanh"} | subject, 1, 0.01)


def by_hand(prompt):
    """The loss of the first example and ∂L/∂W¹, from a prompt's matrices and what it says, and no more."""
    numbers = {
        f"{name}{layer}": np.array([row.split(" & ") for row in rows.split(r" \\ ")], float)
        for name, layer, rows in MATRIX.findall(prompt)
    }
    x, y = numbers["X"][:1], int(numbers["y"][0, 0])
    h = np.tanh(x @ numbers["W1"] + numbers["b1"])
    p = 1 / (1 + np.exp(-(h @ numbers["W2"] + numbers["b2"])))
    T = np.zeros(p.shape)
    T[0, y - int(re.search(r"Classes and indices count from (\d)\.", prompt)[1])] = 1
    losses = {
        SUMMED: (-(T * np.log(p) + (1 - T) * np.log(1 - p)).sum(), p - T),
        NO_HALF: (((p - T) ** 2).sum(), 2 * (p - T) * p * (1 - p)),
    }
    ((loss, delta),) = (of for said, of in losses.items() if said in prompt)
    return loss, x.T @ ((delta @ numbers["W2"].T) * (1 - h**2))


@pytest.mark.parametrize("loss", ["sigmoid_cross_entropy", "sigmoid_squared_error"])
def test_the_prompt_alone_says_enough_to_compute_the_loss_and_a_gradient(loss):
    for key in ("loss", "hidden_weights"):
        task = step_task(key, loss=loss, m=3)
        shown = KINDS["step"].ask(task, SEED)
        value, gradient = by_hand(shown.given)
        entry = re.search(r"W\^\{1\}_\{(\d)(\d)\}", shown.prompt)
        expected = gradient[int(entry[1]) - 1, int(entry[2]) - 1] if entry else value
        assert KINDS["step"].mark(task, SEED, f"{expected:.6g}").share == 1
        assert KINDS["step"].mark(task, SEED, f"{expected / 2:.6g}").share == 0


def test_the_prompt_of_the_loss_that_stalls_says_that_it_has_no_half():
    task = step_task("stall")
    shown = KINDS["step"].ask(task, SEED)
    assert "squared error with no ½ in front" in shown.given
    assert "summed over the classes" not in shown.given, "it is about one logit"
    o, T = (float(re.search(rf"{name} = (-?\d+)", shown.prompt)[1]) for name in "oT")
    p = 1 / (1 + np.exp(-o))
    assert KINDS["step"].mark(task, SEED, f"{2 * (p - T) * p * (1 - p):.6g}").share == 1


@pytest.mark.parametrize("loss", SAID)
def test_what_is_said_of_the_loss_is_said_once_and_gives_no_formula_of_it(loss):
    problem, n_asked = Problem(loss=loss), 0
    for step, question in asked(problem):
        of = step.loss or loss
        about_two = step.key in ("stall", "factor_that_stays")
        for card in (given.sentence(problem, step, question), front(problem, step, question)):
            said = [card.count(one) for one in (SUMMED, NO_HALF)]
            if "A network with " in card and not about_two:
                assert said == [SAID[of] == SUMMED, SAID[of] == NO_HALF], (step.key, question.kind)
                n_asked += 1
            else:
                assert said == [0, 0], (step.key, question.kind)
    assert n_asked > 50
    assert not re.search("[$=^]", given.of_loss(loss))


def test_classes_are_said_to_count_from_1_wherever_they_are_given():
    problem, n_asked = Problem(), 0
    for step, question in asked(problem):
        if any("y = " in one for one in given.formulas(problem, step, question)):
            assert "Classes and indices count from 1." in given.sentence(problem, step, question), step.key
            n_asked += 1
    assert n_asked > 30
    assert "and classes and indices count from 1." in sheet(problem, [])[0]


@pytest.mark.parametrize("loss", SAID)
def test_a_sheet_says_it_of_the_networks_loss_in_its_head_and_of_each_other_at_the_task(loss):
    problem = Problem(loss=loss)
    text = sheet(problem, steps_of(problem).values(), "")[0]
    head, *tasks = re.split(r"^\*\*\d+\. ", text, flags=re.MULTILINE)
    assert [head.count(one) for one in (SUMMED, NO_HALF)] == [SAID[loss] == SUMMED, SAID[loss] == NO_HALF]
    for title, said in (("cross-entropy", SUMMED), ("squared error", NO_HALF)):
        own = [one for one in tasks if one.startswith(f"Sigmoid with {title}: the loss")]
        assert len(own) == (0 if SAID[loss] == said else 2)
        assert all(said in one.splitlines()[0] for one in own)
    (both,) = (one for one in tasks if one.startswith("Where σ′ cancels"))
    assert "squared error with no ½ in front, both of sigmoid outputs, summed over the classes;" in both


@pytest.mark.parametrize("loss", SAID)
def test_homework_says_it_too(loss):
    prompt = KINDS["homework"].ask(Task("homework", {"homework": True, "loss": loss}), SEED).prompt
    assert prompt.endswith(f"Indices count from 0. {SAID[loss]}".rstrip())
