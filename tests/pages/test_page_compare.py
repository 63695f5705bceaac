"""Compare: a panel, a curve and a row for every value, or one sentence that says why not."""

import io
import re
from dataclasses import replace

import pandas as pd
import pytest
from visiting import (
    FAST,
    FAST_DATA,
    charts,
    expected,
    hold,
    ruled,
    said,
    sentences,
    timeline,
    visit,
    widget,
)

from mlp import TrainConfig
from ui.frame import shell

COMPARE = FAST | {"mode": "Compare"}


def panels(app):
    """The values that head the panels."""
    found = [re.fullmatch(r"\*\*(.+) = (.+)\*\*", one.value) for one in app.markdown]
    return [match[2].replace("\\", "") for match in found if match]


def assert_compares(app, field, values):
    assert not app.exception
    assert sentences(app) == []
    assert sorted(panels(app)) == sorted(values)
    assert len(charts(app)) == len(values) + 1
    (table,) = app.dataframe
    assert table.value[field].tolist() == values
    return table.value


def test_every_value_has_a_panel_a_curve_and_a_row_and_one_that_diverges_costs_the_others_nothing():
    values = ["0.01", "0.1", "1000000000"]
    app = visit(**COMPARE | {"compare": "learning_rate", "values": " / ".join(values), "view": "2"})
    table = assert_compares(app, "learning_rate", values)
    assert table["diverged"].tolist() == ["0 of 2", "0 of 2", "2 of 2 in epochs 1 and 2"]
    for (_, row), rate in zip(table[:2].iterrows(), (0.01, 0.1), strict=True):
        records = expected(FAST_DATA, 2, epochs=3, hidden_layer_sizes=(4,), learning_rate=rate)
        figures = sorted(record.valid_accuracy for record in records)
        assert row["validation accuracy"] == f"{sum(figures) / 2:.1%} ({figures[0]:.1%} – {figures[1]:.1%})"
    assert all("Network 2 after epoch 3" in words for words in said(app)[:2])
    assert "0.1 ends at" in said(app)[-1]
    assert "1000000000: both networks diverged in epochs 1 and 2" in said(app)[-1]
    assert "Network 2 diverged in epoch " in said(app)[2], "a map without a prediction"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("field", "values", "base", "has_effect"),
    [
        ("momentum", "0.5 / 0.9", {"optimizer": "sgd"}, False),
        ("momentum", "0.5 / 0.9", {"optimizer": "momentum"}, True),
        ("n_samples", "100 / 200", {"name": "iris"}, False),
    ],
)
def test_a_field_that_nothing_uses_is_named_above_its_panels(field, values, base, has_effect):
    app = visit(**COMPARE | base | {"compare": field, "values": values, "seeds": "1"})
    assert len(panels(app)) == 2
    told = f"{field} has no effect here: every panel shows the same networks."
    assert sentences(app) == ([] if has_effect else [told])
    first, second = ({key: row[key] for key in row if key != field} for row in rows(app))
    assert (first == second) != has_effect


def rows(app):
    """The rows of the table."""
    (table,) = app.dataframe
    return table.value.drop(columns="seconds", errors="ignore").to_dict("records")


def test_without_a_validation_set_the_curves_are_those_of_training():
    app = visit(**COMPARE | {"compare": "learning_rate", "values": "0.01 / 0.1", "split": "70/0/30"})
    table = assert_compares(app, "learning_rate", ["0.01", "0.1"])
    assert set(table["validation accuracy"]) == {"–"}
    data = replace(FAST_DATA, split="70/0/30")
    records = expected(data, 2, epochs=3, hidden_layer_sizes=(4,), learning_rate=0.1)
    loss = sum(record.train_loss for record in records) / 2
    assert "Training loss by epoch, median and spread of 2 networks: 0.01 ends at " in said(app)[-1]
    assert said(app)[-1].endswith(f"; 0.1 ends at {loss:.3g}.")


def test_the_curves_of_a_single_start_are_of_one_network_each():
    app = visit(**COMPARE | {"compare": "learning_rate", "values": "0.01 / 0.1", "seeds": "1"})
    assert "Validation loss by epoch, of one network each: 0.01 ends at " in said(app)[-1]


def test_maps_and_curves_are_those_of_the_epoch_of_the_link_and_the_table_of_the_last():
    values = {"compare": "epochs", "values": "2 / 5", "view": "1"}
    last = visit(**COMPARE | values)
    assert (timeline(last)["epochs"], timeline(last)["epoch"], timeline(last)["tells"]) == (
        [*range(6)],
        5,
        True,
    )
    app = visit(**COMPARE | values, epoch="3")
    assert not app.exception
    assert timeline(app)["epoch"] == 3
    assert "Network 1 after epoch 2" in said(app)[0], "where the shorter training has ended"
    assert "Network 1 after epoch 3" in said(app)[1]
    assert ruled(charts(app)[-1]) == 3
    assert app.dataframe[0].value.equals(last.dataframe[0].value)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("field", "values", "told"),
    [
        ("n_samples", "100 / 300", ["200 of the 300"]),
        ("n_samples", "300 / 100", ["200 of the 300"]),
        ("n_samples", "250 / 300", ["200 of the 250", "200 of the 300"]),
        ("use_bias", "true / false", ["200 of the 300"]),
    ],
)
def test_a_map_that_leaves_points_out_says_of_how_many(field, values, told):
    app = visit(**COMPARE | {"n_samples": "300", "compare": field, "values": values})
    starts = [one.value.split(" points; ")[0] for one in app.caption if "map shows" in one.value]
    assert starts == [f"The map shows {part}" for part in told]


def test_values_that_cannot_be_compared_get_one_sentence_and_the_next_field_its_own_values():
    app = visit(**COMPARE | {"values": "3 / eight"})
    (sentence,) = sentences(app)
    assert "hidden_layer_sizes is 'eight'; allowed: " in sentence
    assert charts(app) == []
    assert "What are you looking at?" in [one.value for one in app.subheader], "the rest of the page"
    hold(app, compare="use_bias")
    assert widget(app, "values").value == "true / false"
    assert_compares(app, "use_bias", ["true", "false"])


def test_epochs_of_one_run_are_compared_and_exported_up_to_each_ones_own_end(monkeypatch):
    written = []

    def actions(setup, *arguments):
        written.append(next(argument for argument in arguments if callable(argument))())

    monkeypatch.setattr(shell, "actions", actions)
    app = visit(**COMPARE | {"compare": "epochs", "values": "1 / 4"})
    table = assert_compares(app, "epochs", ["1", "4"])
    for panel, row, epochs in zip(said(app), table["test accuracy"], (1, 4), strict=False):
        assert f"after epoch {epochs}" in panel
        records = expected(FAST_DATA, 2, epochs=epochs, hidden_layer_sizes=(4,))
        figures = sorted(record.test_accuracy for record in records)
        assert f"({figures[0]:.1%} – {figures[1]:.1%})" in row
    exported = pd.read_csv(io.StringIO(written[-1]))
    epochs = exported[exported["init_seed"] == TrainConfig().init_seed].groupby("run")["epoch"].apply(list)
    assert epochs.tolist() == [[0, 1], [0, 1, 2, 3, 4]]


def test_own_points_with_nothing_to_train_on_get_one_sentence():
    app = visit(**COMPARE | {"name": "own_points"})
    assert not app.exception
    (sentence,) = sentences(app)
    assert "two classes" in sentence
