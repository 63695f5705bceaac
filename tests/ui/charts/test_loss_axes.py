"""The title of an axis of a loss names the loss where all that is drawn has the same one."""

import pytest

from lab.measures import measures
from mlp import LOSSES
from ui.charts.loss_axes import axis_title

SOFTMAX, SIGMOID, SQUARED = "softmax_cross_entropy", "sigmoid_cross_entropy", "sigmoid_squared_error"


@pytest.mark.parametrize(
    ("quantity", "losses", "title"),
    [
        ("loss", [SOFTMAX], "mean cross-entropy (nats)"),
        ("loss", [SOFTMAX, SOFTMAX], "mean cross-entropy (nats)"),
        ("loss", [SIGMOID], "mean cross-entropy (nats, summed over classes)"),
        ("loss", [SQUARED], "mean squared error (summed over classes)"),
        ("loss", [SOFTMAX, SIGMOID], "mean loss"),
        ("loss", [SOFTMAX, SQUARED], "mean loss"),
        ("loss", [], "mean loss"),
        ("cost", [SOFTMAX], "mean cross-entropy + penalty (nats)"),
        ("reported loss", [SQUARED], "loss per batch of 50 (nats)"),
        ("accuracy", [SOFTMAX], "accuracy"),
        ("validation loss, median", [SQUARED], "validation squared error, median (summed over classes)"),
        ("validation accuracy, median", [SOFTMAX], "validation accuracy, median"),
    ],
)
def test_the_title_names_the_loss_and_its_unit_if_there_is_one(quantity, losses, title):
    assert axis_title(quantity, measures(losses), 99) == title
    lines = axis_title(quantity, measures(losses), 18)
    assert " ".join(lines) == title if len(title) > 18 else lines == title


def test_no_title_of_a_loss_is_longer_than_the_axes_that_it_stands_beside():
    for name in LOSSES:
        for quantity in (
            "loss",
            "cost",
            "validation loss",
            "validation loss, median",
            "training loss, median",
        ):
            title = axis_title(quantity, measures([name]))
            lines = [title] if isinstance(title, str) else title
            assert max(map(len, lines)) * 6.5 <= 235 - 65, "6.5 pixels a letter; the axis of epochs is below"


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_whose_entry_has_no_measure_is_called_a_loss(name, monkeypatch):
    import dataclasses

    monkeypatch.setitem(LOSSES, name, dataclasses.replace(LOSSES[name], measure="loss", unit=""))
    assert axis_title("loss", measures([name])) == "mean loss"
