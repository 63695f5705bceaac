"""Every number of every matrix on every step says where it comes from, and what it says gives the number."""

import functools
import re

import numpy as np
import pytest
from derived import ONE_EACH, PER_LAYER, PROBLEMS, steps_of
from made_up import registered
from written_out import value_of

from lab.derivation import CHAPTERS, Problem, latex, plain
from lab.derivation.sources import equations, workings
from mlp import ACTIVATIONS, LOSSES

BODY = re.compile(r"\\begin\{bmatrix\} (.*?) \\end\{bmatrix\}")
ALONE = "sigmoid_tanh", "second_moment"  # numbers of functions of one variable, and an integral: no matrix
LARGE = Problem(hidden_layer_sizes=(5, 5, 5), d=4, m=4, K=8, activation="tanh", l1=0.01, l2=0.1)
SMALL = Problem(hidden_layer_sizes=(1,), d=1, m=2, K=1, activation="gelu", loss="sigmoid_squared_error")


def bodies(formula):
    return BODY.findall(plain(formula))


def said_of(cell):
    return "".join(text for text, _ in cell["pieces"])


@pytest.mark.slow
@pytest.mark.parametrize("problem", [*PROBLEMS, LARGE, SMALL], ids=lambda problem: f"{problem.seed}")
def test_every_matrix_in_a_formula_is_one_whose_entries_can_be_pointed_at(problem):
    for step in steps_of(problem).values():
        shown = equations(problem, step)
        there = {bodies(latex.matrix(part.values))[0] for one in shown for part in (one.result, *one.parts)}
        missing = {body for line in step.lines for body in bodies(line.numbers)} - there
        assert not missing, step.key
        if step.chapter != CHAPTERS[0] and step.key not in ALONE:
            assert shown, step.key


@pytest.mark.slow
@pytest.mark.parametrize(
    "problem", [*ONE_EACH[:3], PER_LAYER, LARGE, SMALL], ids=lambda one: f"{one.activation}"
)
def test_every_entry_is_given_or_computed_from_what_is_written_beside_it(problem):
    _every_entry(problem)


@pytest.mark.slow
def test_entries_of_a_made_up_activation_and_loss_too():
    with registered():
        _every_entry(Problem(activation="crooked", loss="squared_softmax", hidden_layer_sizes=(2,), m=3))


def _every_entry(problem):
    n_checked = 0
    for step in steps_of(problem).values():
        for one, drawn in zip(equations(problem, step), workings(problem, step), strict=True):
            functions = functools.partial(_functions, problem, step)
            for matrix, of in zip(drawn["matrices"], (one.result, *one.parts), strict=True):
                for cell in (cell for row in matrix["rows"] for cell in row if cell):
                    where = step.key, cell["name"], said_of(cell), cell["said"]
                    if cell["said"].startswith("Given: "):
                        assert not cell["pieces"], where
                        continue
                    assert cell["pieces"], where
                    value, slack = value_of(cell["pieces"], functions(cell["at"][-1]))
                    expected = of.values[tuple(cell["at"])]
                    if np.isfinite(expected):
                        assert abs(value - expected) <= slack, (*where, value, expected, slack)
                        n_checked += 1
                    else:
                        np.testing.assert_equal(value, expected, str(where))
    assert n_checked > 100


def _functions(problem, step, k):
    """The functions that an entry, the k-th of its row, is written out by, in their textbook form."""
    f = ACTIVATIONS[problem.activation].textbook
    own = {problem.activation: f.value, f"{problem.activation}_slope": f.slope}
    own = {name: lambda z, f=function: float(f(np.array([float(z)]))[0]) for name, function in own.items()}
    name = step.key.partition(".")[0]
    loss = LOSSES[name if name in LOSSES else problem.loss]

    def output(*logits):
        return float(loss.output(np.array([logits], float))[0, k if len(logits) > 1 else 0])

    z = np.linspace(-12, 12, 24_001)
    density = np.exp(-z * z / 2) / np.sqrt(2 * np.pi) * (z[1] - z[0])

    def moment(q):
        return float((f.value(np.sqrt(q) * z) ** 2 * density).sum())

    return own | {"moment": moment, "output": output, "loss": lambda p, t: float(loss.textbook(p, t))}
