"""The sentences of a diagnosis, at none, one and many, and their figures."""

import math

import pytest

from lab.diagnosis import compare, report
from lab.diagnosis.arrays import Row
from lab.diagnosis.compare import Cause, Diagnosis
from lab.diagnosis.gradients_file import Gradients
from lab.diagnosis.mistakes import MISTAKES
from mlp.config import TrainConfig

CONFIG = TrainConfig(learning_rate=0.3)


def row(name, error=0.5, factor=1.0, rest=0.4, transposed=False):
    return Row(name, error, factor, rest, transposed)


def found(state, *causes, rows=(), error=1e-9, **more):
    given = {"n_hidden": 0, "in_pairs": True} | more
    return Diagnosis(state, causes, error, tuple(rows), **given)


MISSING, SIGN = (Cause((MISTAKES[key],)) for key in ("mean_missing", "target_minus_output"))


def test_right_gradients():
    rows = [row("dW1", 3e-9), row("db1", 0.0)]
    assert report.headline(found(compare.RIGHT, rows=rows)) == (
        "Your gradients are right. All 2 arrays agree with the lab's to 8 digits or more."
    )
    assert report.headline(found(compare.RIGHT, rows=rows[1:])) == (
        "Your gradients are right. The array agrees with the lab's exactly."
    )
    assert report.start(found(compare.RIGHT, rows=rows[1:]), 1) == ""


@pytest.mark.parametrize(
    ("error", "digits"),
    [(0.0099, "2 digits"), (0.01, "2 digits"), (0.011, "1 digit"), (3.0, "0 digits"), (1e-99, "15 digits")],
)
def test_gradients_that_are_right_but_for_rounding(error, digits):
    few = report.headline(found(compare.FEW_DIGITS, error=error))
    assert few.startswith(f"Your gradients agree to {digits} and no further. Save more digits")
    halves = report.headline(found(compare.HALF_PRECISION, error=error))
    assert halves.startswith("Your gradients are right except for rounding: all your numbers have the prec")


@pytest.mark.parametrize("state", [compare.FEW_DIGITS, compare.HALF_PRECISION])
def test_rounding_is_an_error_that_begins_nowhere(state):
    rows = [row("dW1", 3e-4), row("db1", 1e-9), row("dW2", 4e-4)]
    assert report.start(found(state, rows=rows), 2) == ""
    assert report.start(found(compare.UNKNOWN, rows=rows), 2) != ""


@pytest.mark.parametrize(
    ("factor", "penalty", "sentence"),
    [
        (32.0, 0.01, "Every number, the penalty's part included, is ours × 32, the batch size, to 9 digits."),
        (-32.0, 0.0, "Every number is ours × -32, minus the batch size, to 9 digits."),
        (3.0, 0.0, "Every number is ours × 3, to 9 digits."),
        (0.0, 0.01, ""),
    ],
)
def test_one_factor_of_all_gradients(factor, penalty, sentence):
    rows = [row("dW1", 0.97, factor, 1e-9), row("db1", 0.97, factor, 1e-9)]
    scaled = found(compare.SCALED, rows=rows, factor=factor)
    headline = "Every gradient is wrong by the same factor." if factor else "Every gradient is 0."
    assert report.headline(scaled) == headline
    assert report.factor(scaled, TrainConfig(l2=penalty), 32, 5) == sentence
    assert report.start(scaled, 1) == ""
    assert report.factor(found(compare.UNKNOWN, rows=rows), CONFIG, 32, 5) == ""


def test_one_mistake_several_and_a_pair():
    one = found(compare.CAUSED, MISSING)
    assert report.headline(one) == "Your numbers are those of one known mistake, to 9 digits."
    assert report.causes(one)[0].startswith("The mean is missing: ")
    assert report.together(one) == ""
    either = found(compare.CAUSED, MISSING, SIGN)
    assert report.together(either) == "These 2 give the same numbers here and cannot be distinguished."
    both = found(compare.CAUSED, Cause((*MISSING.mistakes, *SIGN.mistakes)), error=2e-5)
    assert report.headline(both) == "Your numbers are those of two known mistakes together, to 4 digits."
    assert " And: δ of the output has the wrong sign" in report.causes(both)[0]
    in_one = found(compare.CAUSED, MISSING._replace(layer=2))
    assert report.causes(in_one)[0].startswith("In layer 2 alone: The mean is missing")


def test_nothing_known_gives_them():
    n = len(MISTAKES)
    alone = f"None of the {n} known mistakes, alone or in one layer, gives your numbers."
    assert report.headline(found(compare.UNKNOWN, in_pairs=False)) == alone
    pairs = f"None of the {n} known mistakes, alone, in one layer or in pairs, gives your numbers."
    assert report.headline(found(compare.UNKNOWN)) == pairs
    part = found(compare.PARTLY, MISSING, explained=("dW1", "db1"))
    assert report.headline(part) == "No known mistake explains all your numbers. One explains dW1 and db1."
    pair = found(compare.PARTLY, Cause((*MISSING.mistakes, *SIGN.mistakes)), explained=("dW1",))
    assert report.headline(pair) == "No known mistake explains all your numbers. Two together explain dW1."


@pytest.mark.parametrize(
    ("wrong", "begins"),
    [
        (["db3", "dW1"], "The error begins in the output layer, in db3."),
        (
            ["dW2", "db2", "dW1"],
            "The output layer is right; in the backward pass the error begins in layer 2, in dW2 and db2.",
        ),
        (
            ["dW1"],
            "Layer 2 and the output layer are right; in the backward pass the error begins in layer 1, in "
            "dW1.",
        ),
    ],
)
def test_where_the_error_begins(wrong, begins):
    rows = [
        row(f"d{kind}{layer}", 0.5 if f"d{kind}{layer}" in wrong else 0.0)
        for layer in (1, 2, 3)
        for kind in "Wb"
    ]
    assert report.start(found(compare.UNKNOWN, rows=rows), 3) == begins


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (row("dW2", 1e-7), "dW2 agrees to 7 digits."),
        (row("dW2", 0.97, 32.0, 4e-8), "dW2 is ours × 32, the batch size, to 7 digits."),
        (row("dW2", 0.97, -1 / 32, 4e-8), "dW2 is ours × -0.03125, minus 1 / the batch size, to 7 digits."),
        (row("dW2", 0.97, -0.3, 4e-8), "dW2 is ours × -0.3, minus the learning rate, to 7 digits."),
        (row("dW2", 0.5, 0.5, 1e-12), "dW2 is ours × 0.5, to 12 digits."),
        (row("dW2", 0.8, 5.0, 1e-4), "dW2 is ours × 5, the number of classes, to 4 digits."),
        (row("dW2", 0.8, 5.0, 1.01e-4), "dW2 differs from ours by 80% of the larger of the two norms."),
        (row("dW2", 0.8, 0.2, 1e-5), "dW2 is ours × 0.2, 1 / the number of classes, to 5 digits."),
        (
            row("dW2", 0.8, -6.4, 1e-5),
            "dW2 is ours × -6.4, minus the batch size / the number of classes, to 5 digits.",
        ),
        (row("dW2", 0.8, 0.3, 1e-5), "dW2 is ours × 0.3, the learning rate, to 5 digits."),
        (row("dW2", 0.8, 0.3002, 1e-5), "dW2 is ours × 0.3002, to 5 digits."),
        (row("dW2", 1.0, 0.0, 0.0), "dW2 is 0."),
        (row("dW2", 1.0, 0.0, 1.0), "dW2 differs from ours by 100% of the larger of the two norms."),
        (row("dW2", 1.0, math.nan, math.nan), "dW2 should be 0."),
        (row("dW2", math.inf, math.nan, math.nan), "dW2 has numbers that are not finite."),
        (row("dW2", 0.9, 0.2, 0.8, transposed=True), "dW2 is the transpose of ours."),
        (row("dW2", 0.44, 0.8, 0.3), "dW2 differs from ours by 44% of the larger of the two norms."),
        (row("dW2", 1.9, -0.9, 0.4), "dW2 differs from ours by 190% of the larger of the two norms."),
    ],
)
def test_evidence_of_an_array(given, sentence):
    assert report.evidence(given, CONFIG, n_examples=32, n_classes=5) == sentence


def test_of_a_learning_rate_in_pieces_the_first_is_named():
    pieces = TrainConfig(learning_rate=((0.3, 0), (0.2, 5)))
    told = [
        report.evidence(row("dW2", 0.8, rate, 1e-5), pieces, n_examples=32, n_classes=6)
        for rate in (0.3, 0.2)
    ]
    assert told == ["dW2 is ours × 0.3, the learning rate, to 5 digits.", "dW2 is ours × 0.2, to 5 digits."]


@pytest.mark.parametrize(
    ("factor", "rate", "n_examples", "n_classes", "meaning"),
    [
        (0.1, 0.1, 10, 3, "0.1, 1 / the batch size, or the learning rate"),
        (-0.1, 0.1, 10, 3, "-0.1, minus 1 / the batch size, or minus the learning rate"),
        (0.5, 0.5, 8, 2, "0.5, 1 / the number of classes, or the learning rate"),
        (4.0, 0.1, 4, 4, "4, the batch size, or the number of classes"),
        (0.3, 0.3, 3, 10, "0.3, the batch size / the number of classes, or the learning rate"),
        (-1.0, 1.0, 1, 3, "-1"),  # the sign is wrong; no factor of 1 has to do with it
        (-1.0, 0.1, 3, 3, "-1"),
        (3.0, 0.1, 1, 3, "3, the number of classes"),
    ],
)  # fmt: skip
def test_a_factor_has_every_meaning_that_fits(factor, rate, n_examples, n_classes, meaning):
    config = TrainConfig(learning_rate=rate)
    told = report.evidence(row("dW1", 0.9, factor, 1e-7), config, n_examples, n_classes)
    assert told == f"dW1 is ours × {meaning}, to 7 digits."


def test_what_cannot_be_seen_is_said():
    assert report.hidden(found(compare.RIGHT), CONFIG, 9, 3) == ""
    complete = {"hidden_layer_sizes": (4, 4), "activation": "tanh", "l1": 0.01, "l2": 0.01}
    squared = TrainConfig(loss="sigmoid_squared_error", **complete)
    assert report.hidden(found(compare.RIGHT, n_hidden=1), squared, 9, 3) == (
        f"One of the {len(MISTAKES)} known mistakes would change nothing here, so it cannot be found. "
        "Another setting reveals it: a cross-entropy as the loss."
    )
    assert report.hidden(found(compare.RIGHT, n_hidden=3), TrainConfig(**complete), 9, 3) == (
        f"3 of the {len(MISTAKES)} known mistakes would change nothing here, so they cannot be found. "
        "Another setting reveals more mistakes: the squared error as the loss."
    )
    lacking = TrainConfig(hidden_layer_sizes=(4,), activation="tanh", use_bias=False, l1=0.01)
    assert report.hidden(found(compare.RIGHT, n_hidden=9), lacking, 9, 3).endswith(
        "Other settings reveal more mistakes: the squared error as the loss, two hidden layers, biases and "
        "an L2 penalty."
    )
    assert report.order(Gradients((), False)) == ""
    assert "a row per unit" in report.order(Gradients((), True))


def test_every_mistake_says_what_is_wrong_and_where_to_read_on():
    for one in MISTAKES.values():
        assert one.says.endswith((".", "too.")), one.key
        assert one.derived
