"""Compare: a panel, a curve and a row for every value, or one sentence that says why not."""

import io
import re

import pandas as pd
import pytest
from visiting import FAST, charts, expected, hold, payload, said, sentences, visit, widget

from data import DataConfig
from lab.questions import learn
from mlp import TrainConfig
from ui.decision_boundary import compare
from ui.frame import shell

COMPARE = FAST | {"mode": "Compare"}
FAST_DATA = DataConfig(n_samples=120)
COURSEWORK = [preset for preset in learn.DECISION_BOUNDARY if preset.changes.get("mode") == "Compare"]


@pytest.fixture(scope="module")
def comparing():
    """One visit of many."""
    return visit(**COMPARE)


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


def test_every_value_has_a_panel_a_curve_and_a_row():
    app = visit(**COMPARE | {"compare": "learning_rate", "values": "0.01 / 0.1 / 1"})
    table = assert_compares(app, "learning_rate", ["0.01", "0.1", "1"])
    for (_, row), rate in zip(table.iterrows(), (0.01, 0.1, 1.0), strict=True):
        records = expected(FAST_DATA, 2, epochs=3, hidden_layer_sizes=(4,), learning_rate=rate)
        figures = sorted(record.valid_accuracy for record in records)
        median = sum(figures) / 2
        assert row["validation accuracy"] == f"{median:.1%} ({figures[0]:.1%} – {figures[1]:.1%})"
        assert row["diverged"] == "0 of 2"
        assert row["parameters"] == "22"


@pytest.mark.parametrize("preset", COURSEWORK[:2], ids=lambda preset: preset.question)
def test_the_coursework_experiments_stand_side_by_side(preset):
    app = visit()
    next(button for button in app.button if button.label == preset.question).click()
    app.run()
    values = [value.strip() for value in preset.changes["values"].split("/")]
    assert len(values) == 3
    table = assert_compares(app, preset.changes["compare"], values)
    assert len(table) == 3
    for panel, epochs in zip(said(app), values if "epochs" in preset.question else ["30"] * 3, strict=False):
        assert f"after epoch {epochs}" in panel


def test_there_are_three_coursework_experiments():
    assert [preset.changes["compare"] for preset in COURSEWORK] == [
        "hidden_layer_sizes",
        "epochs",
        "l1 and l2",
    ]


def test_both_penalties_change_together():
    app = visit(**COMPARE | {"compare": "l1 and l2", "values": "0 / 0.1"})
    table = assert_compares(app, "l1 and l2", ["0", "0.1"])
    records = expected(FAST_DATA, 2, epochs=3, hidden_layer_sizes=(4,), l1=0.1, l2=0.1)
    figures = sorted(record.test_accuracy for record in records)
    assert f"({figures[0]:.1%} – {figures[1]:.1%})" in table["test accuracy"].iloc[1]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ("3", "1 value"),
        ("", "0 values"),
        ("///", "0 values"),
        ("1/2/3/4/5/6/7", "7 values"),
        ("3 / eight", "hidden_layer_sizes is 'eight'"),
        ("3 / 0", "hidden_layer_sizes is 0"),
        ("3 / 1000000", "hidden_layer_sizes asks for"),
        ("nonsense", "1 value"),
        ("3 / 3", "1 value"),
        ("<b>3</b> / **4**", "hidden_layer_sizes is"),
    ],
)
def test_values_that_cannot_be_compared_get_one_sentence(comparing, values, words):
    app = hold(comparing, compare="hidden_layer_sizes")
    hold(app, values=values)
    assert not app.exception
    assert len(app.error) == 1
    (sentence,) = sentences(app)
    assert words in sentence
    assert "allowed: " in sentence
    assert sentence.endswith(".")
    assert charts(app) == []
    assert "What are you looking at?" in [one.value for one in app.subheader], "the rest of the page"


@pytest.mark.parametrize(
    ("field", "values", "words"),
    [
        ("split", "70/15/15", "split cannot be compared"),
        ("activation", "relu / swish", "activation is 'swish'"),
        ("learning_rate", "0.1 / fast", "learning_rate is 'fast'"),
        ("learning_rate", "0.1 / 0", "learning_rate is 0.0"),
        ("name", "circles / mnist", "name is 'mnist'"),
        ("n_samples", "100 / 7", "n_samples is 7"),
        ("l2", "0 / 0.1,0.2,0.3", "l2 is (0.1, 0.2, 0.3)"),
    ],
)
def test_values_that_the_field_does_not_have_get_one_sentence(field, values, words):
    app = visit(**COMPARE | {"compare": field, "values": values})
    assert not app.exception
    assert len(app.error) == 1
    assert words in sentences(app)[0]
    assert charts(app) == []


@pytest.mark.parametrize("field", [name for name in compare.COMPARABLE if name != "split"])
def test_a_field_just_chosen_comes_with_values_that_can_be_compared(comparing, monkeypatch, field):
    compared = []
    monkeypatch.setattr(compare, "panels", lambda variants, *_: compared.extend(variants) or [])
    app = comparing
    if widget(app, "compare").value == field:
        hold(app, compare="split")
    compared.clear()
    hold(app, compare=field)
    assert not app.exception
    assert sentences(app) == []
    assert 2 <= len(compared) <= 6
    assert len({setup for _, setup in compared}) == len(compared), "each of them another experiment"


@pytest.mark.parametrize("n_samples", ["20000"])
def test_six_maps_are_light(n_samples):
    link = {"mode": "Compare", "values": "3 / 4 / 5 / 6 / 7 / 8", "n_samples": n_samples, "epochs": "2"}
    app = visit(**link)
    assert_compares(app, "hidden_layer_sizes", list("345678"))
    assert 50_000 < payload(app) < 400_000


def test_the_export_has_every_epoch_that_was_compared(monkeypatch):
    written = []

    def actions(setup, *arguments):
        written.append(next(argument for argument in arguments if callable(argument))())

    monkeypatch.setattr(shell, "actions", actions)
    app = visit(**COMPARE | {"compare": "epochs", "values": "2 / 5", "schedule": "cosine"})
    assert_compares(app, "epochs", ["2", "5"])
    table = pd.read_csv(io.StringIO(written[-1]))
    epochs = table[table["init_seed"] == TrainConfig().init_seed].groupby("run")["epoch"].apply(list)
    assert epochs.tolist() == [[0, 1, 2], [0, 1, 2, 3, 4, 5]]


def test_epochs_of_one_run_are_compared_at_each_ones_own_end():
    app = visit(**COMPARE | {"compare": "epochs", "values": "1 / 4"})
    table = assert_compares(app, "epochs", ["1", "4"])
    for row, epochs in zip(table["test accuracy"], (1, 4), strict=True):
        records = expected(FAST_DATA, 2, epochs=epochs, hidden_layer_sizes=(4,))
        figures = sorted(record.test_accuracy for record in records)
        assert f"({figures[0]:.1%} – {figures[1]:.1%})" in row
    assert "after epoch 1" in said(app)[0]
    assert "after epoch 4" in said(app)[1]


def test_a_value_that_diverges_is_told_and_costs_the_others_nothing():
    app = visit(**COMPARE | {"compare": "learning_rate", "values": "0.1 / 1000000000"})
    assert not app.exception
    (table,) = app.dataframe
    assert table.value["diverged"].tolist() == ["0 of 2", "2 of 2"]
    assert len(charts(app)) == 3


def test_own_points_with_nothing_to_train_on_get_one_sentence():
    app = visit(**COMPARE | {"name": "own_points"})
    assert not app.exception
    assert len(sentences(app)) == 1
    assert "two classes" in sentences(app)[0]


def test_every_network_of_a_panel_can_be_looked_at():
    app = visit(**COMPARE | {"values": "2 / 3", "view": "disagreement"})
    assert_compares(app, "hidden_layer_sizes", ["2", "3"])
    assert all("disagree" in one for one in said(app)[:2])
