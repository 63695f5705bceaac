"""The sentence of a timeline over curves: each line's median, those that ended, those without figures."""

import pandas as pd
import pytest

from lab.epoch_in_words import sentences

NAMES = {"loss": "loss", "accuracy": "accuracy"}
ROWS = [  # epoch, quantity, program, median
    (0, "loss", "with the bug", 2.0),
    (1, "loss", "with the bug", float("nan")),
    (2, "loss", "with the bug", 0.012345),
    (0, "loss", "without", 1.0),
    (1, "loss", "without", 0.0),
    (2, "loss", "without", 1234.5),
    (3, "loss", "without", 0.5),
    (1, "accuracy", "with the bug", 1.0),
    (2, "accuracy", "with the bug", 0.9),
    (3, "accuracy", "with the bug", 0.0),
]


@pytest.mark.parametrize(
    ("epoch", "sentence"),
    [
        (0, "Median loss: with the bug 2; without 1."),
        (1, "Median loss: without 0. Median accuracy: with the bug 100.0%."),
        (
            2,
            "Median loss: with the bug 0.0123; without 1.23e+03. Median accuracy: with the bug 90.0%.",
        ),
        (3, "Median loss: with the bug diverged; without 0.5. Median accuracy: with the bug 0.0%."),
    ],
)
def test_an_epoch_has_the_median_of_every_line_and_says_which_line_has_ended(epoch, sentence):
    frame = pd.DataFrame(ROWS, columns=["epoch", "quantity", "program", "median"])
    assert sentences(frame, "program", NAMES)(epoch) == sentence


def test_of_no_curves_nothing_is_said():
    assert sentences(pd.DataFrame(columns=["epoch", "quantity", "split", "median"]), "split", NAMES)(0) == ""
