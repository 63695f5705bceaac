"""A loss that is only an entry of its registry: its steps show its code, and wrong answers get a reason."""

import importlib
import inspect
import pathlib
import re

import numpy as np
import other_losses
import pytest

from lab.derivation import Problem, derive, sheet
from lab.derivation.answers import why_wrong
from lab.derivation.mistakes import SIGNS, Asked, sign
from lab.derivation.mistakes.line_rules import known
from lab.derivation.mistakes.sign_rules import why_not
from lab.derivation.step import whole_code
from mlp.losses import LOSSES, softmax

SOFTMAX_CROSS_ENTROPY = "softmax_cross_entropy"


@pytest.fixture(autouse=True)
def registered():
    with other_losses.registered():
        yield


def steps_about(loss, of_network, seed=4):
    """{"output", "loss" or "delta": step} of a loss: the network's own, or one beside it."""
    steps = derive(Problem(loss=loss if of_network else SOFTMAX_CROSS_ENTROPY, seed=seed, m=3))
    keys = ("output", "loss", "output_delta") if of_network else [f"{loss}.{part}" for part in PARTS]
    by_key = {step.key: step for step in steps}
    return {part: by_key[key] for part, key in zip(PARTS, keys, strict=True)}


PARTS = ("output", "loss", "delta")


@pytest.mark.parametrize("of_network", [True, False])
@pytest.mark.parametrize("loss", other_losses.NAMES)
def test_its_three_steps_quote_the_functions_that_ran(loss, of_network):
    entry, steps = LOSSES[loss], steps_about(loss, of_network)
    functions = {"output": entry.output.function, "loss": entry.function, "delta": entry.gradient}
    for part, function in functions.items():
        quoted = [line for line in steps[part].code if line.function == function.__name__]
        assert quoted, part
        source = pathlib.Path(importlib.import_module(function.__module__).__file__).read_text("utf-8")
        for line in quoted:
            assert source.splitlines()[line.number - 1].strip() == line.text
        if function is not softmax:  # whose step has lines of its own
            _, *lines = inspect.getsource(function).splitlines()
            lines = [line.strip() for line in lines if '"""' not in line]
            assert [line.text for line in quoted] == lines


def test_the_solutions_of_its_sheet_quote_them_too():
    step = steps_about("squashed_squares", of_network=True)["output"]
    (line,) = step.code
    assert line.text == "return np.divide(logits, np.sqrt(1 + logits * logits), out=out)"
    _, solutions = sheet(Problem(loss="squashed_squares", seed=4, m=3), (step,))
    assert f"`{line.text}` (made_up, line {line.number})" in solutions


@pytest.mark.parametrize("loss", other_losses.NAMES)
def test_a_wrong_rule_of_its_lines_is_told_from_what_the_line_does(loss):
    seen = set()
    for seed in range(1, 5):
        for of_network in (True, False):
            for step in steps_about(loss, of_network, seed).values():
                for question in step.asks:
                    if question.kind == "rule" and question.prompt.startswith("Which rule gives"):
                        assert known(question.answer).does, question.answer
                        for one in question.wrong:
                            assert why_wrong(question, one.answer) == one.why
                            if one.key == "another_rule":
                                does = re.escape(known(one.answer).does)
                                assert re.fullmatch(rf"That rule {does}\. This line .+\.", one.why)
                        seen.add(question.answer)
    assert "definition" in seen


@pytest.mark.parametrize("loss", other_losses.NAMES)
def test_a_wrong_sign_of_its_delta_is_never_said_to_be_that_of_the_target(loss):
    for seed in range(1, 7):
        steps = {step.key: step for step in derive(Problem(loss=loss, seed=seed, m=3))}
        for key in ("output_delta", "batch_delta"):
            asked = Asked(Problem(loss=loss, seed=seed, m=3), steps[key])
            for index in np.ndindex(asked.right.shape):
                right = sign(asked.right[index])
                for answer in SIGNS:
                    if answer != right:
                        told = why_not(asked, index, answer)
                        assert told is None or told[0] != "sign_of_the_target"


def test_a_function_whose_source_is_nowhere_is_not_quoted_and_a_lambda_is_not():
    names = {}
    exec("def nowhere(z):\n    return z", names)
    assert whole_code(names["nowhere"]) == ()
    assert whole_code(np.exp) == ()
    assert whole_code(lambda z: z) == ()


def in_pieces(z, low=0.0):
    """A docstring,

    which is not quoted.
    """
    # nor is a comment
    if low:
        z = np.maximum(
            z,
            low,
        )
    return z


def test_every_line_of_a_longer_function_is_quoted_in_its_order():
    quoted = whole_code(in_pieces)
    assert [line.text for line in quoted] == ["if low:", "z = np.maximum(", "z,", "low,", ")", "return z"]
    first = inspect.getsourcelines(in_pieces)[1]
    assert [line.number - first for line in quoted] == [6, 7, 8, 9, 10, 11]
