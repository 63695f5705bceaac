"""The network that learns on Home: its curve, and how many of the starts end well."""

from types import SimpleNamespace

import numpy as np
import pytest

from lab import learned
from ui.home import learning

GOOD, POOR, LOST = learned.GOOD, learned.GOOD - 0.001, None


def record(accuracy):
    lost = accuracy is LOST  # its last accuracy is a number all the same
    return SimpleNamespace(valid_accuracy=1.0 if lost else accuracy, diverged=lost, epoch=3)


@pytest.mark.parametrize(
    ("accuracies", "said"),
    [
        ([GOOD] * 5, "5 random starts, all of which reach"),
        ([GOOD] * 2, "2 random starts, all of which reach"),
        ([POOR] * 5, "5 random starts, none of which reach"),
        ([GOOD, POOR, POOR, POOR, POOR], "5 random starts, 1 of which reaches"),
        ([POOR, POOR, 1.0, GOOD], "4 random starts, 2 of which reach"),
        ([GOOD, GOOD, LOST], "3 random starts, 2 of which reach"),
    ],
)
def test_the_starts_that_reach_the_accuracy_exactly_or_beyond_are_counted(accuracies, said):
    sentence = learning._starts([record(one) for one in accuracies])
    assert sentence.startswith(f"This is the first of {said} {learned.GOOD:.0%} validation accuracy")
    assert ("diverged" in sentence) == (LOST in accuracies)


def test_the_curve_is_of_the_first_network_until_it_diverges_and_a_loss_of_0_can_be_drawn():
    rows = [(0, 0.7, 0.5, False), (1, np.inf, 0.6, False), (2, 0.0, 0.9, False), (5, 9.0, 0.4, True)]
    other = SimpleNamespace(valid_loss=8.0, valid_accuracy=0.1, diverged=False)

    def up_to(last):
        for number, loss, accuracy, diverged in rows:
            if number <= last:
                first = SimpleNamespace(valid_loss=loss, valid_accuracy=accuracy, diverged=diverged)
                yield SimpleNamespace(number=number, records=(first, other))

    run = SimpleNamespace(up_to=up_to)
    frame = learning.curve(run, 5)
    assert frame["epoch"].tolist() == [0, 2]
    assert frame["loss"].tolist() == pytest.approx([0.7, 1e-9])
    assert frame["accuracy"].tolist() == [0.5, 0.9]
    assert learning.curve(run, 0)["epoch"].tolist() == [0]
