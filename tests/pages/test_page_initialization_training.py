"""The initialization page trains when it is asked to, and answers the visitor's prediction."""

import io

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from starting import (
    QUICK,
    QUICK_DATA,
    QUICK_TRAIN,
    across,
    chart,
    label_of,
    named,
    said_of,
    table,
    trained,
    visit,
)
from visiting import charts, frame_with, hold, ruled, text, timeline, widget

from data import DataConfig, load_dataset

SETS = ["glorot_uniform", "normal*0.01", "normal"]
LEARNED = {"n_samples": "300", "epochs": "15", "seeds": "2", "hidden_layer_sizes": "16"}


def accuracies(records):
    return [record.valid_accuracy for record in records]


def spread(records):
    """A start's accuracy as the table should tell it."""
    values = np.array(accuracies(records))
    return f"{np.median(values):.1%} ({values.min():.1%} – {values.max():.1%})"


@pytest.fixture
def drawn(monkeypatch):
    """{label: [(data, key)]} of every button that is drawn."""
    buttons = {}
    for kind in ("button", "download_button"):
        draw = getattr(st, kind)

        def noted(label, *args, draw=draw, **options):
            buttons.setdefault(label, []).append((args[0] if args else None, options.get("key")))
            return draw(label, *args, **options)

        monkeypatch.setattr(st, kind, noted)
    return buttons


@pytest.mark.slow
def test_the_results_and_the_export_are_those_of_an_independent_training(drawn):
    app = visit(**QUICK | {"init_seed": "2104"}, sets=SETS, train="true")
    assert not app.exception
    keys = [key for _, key in drawn["Stop"]]
    assert len(keys) == 1
    rows = table(app, "measured")
    expected = trained(QUICK_DATA, SETS, **QUICK_TRAIN, init_seed=2104)
    assert list(rows.index) == list(map(label_of, SETS))
    for label, records in expected.items():
        assert rows.loc[label, "validation accuracy"] == spread(records)
        assert rows.loc[label, "diverged"] == "0 of 2"
        loss = np.median([record.train_loss for record in records])
        assert f"{label} ends at {loss:.3g}" in chart(app, "Training loss by epoch").proto.alt
        accuracy = np.median(accuracies(records))
        assert f"{label} ends at {accuracy:.1%}" in chart(app, "Validation accuracy by epoch").proto.alt

    exported = pd.read_csv(io.StringIO(drawn["Records (.csv)"][-1][0]()))
    assert len(exported) == 3 * 2 * 4, "three starts from two seeds, epochs 0 to 3"
    assert set(exported["initializer"]) == {"glorot_uniform", "normal"}
    assert not exported.duplicated(["initializer", "init_scale", "init_seed", "epoch"]).any()
    last = exported[exported["epoch"] == 3]["valid_accuracy"]
    assert sorted(last) == pytest.approx(sorted(a for one in expected.values() for a in accuracies(one)))
    hold(app, epochs=5)
    expected = trained(QUICK_DATA, SETS, **QUICK_TRAIN | {"epochs": 5}, init_seed=2104)
    rows = table(app, "measured")
    assert rows["validation accuracy"].to_dict() == {label: spread(one) for label, one in expected.items()}
    assert frame_with(chart(app, "Training loss by epoch"), "median")["epoch"].max() == 5


def test_the_timeline_has_each_starts_figures_and_the_steps_by_layer_follow_it():
    app = visit(**QUICK, sets=SETS[:2], train="true")
    sent, expected = timeline(app), trained(QUICK_DATA, SETS[:2], **QUICK_TRAIN)
    assert (sent["epochs"], sent["epoch"], sent["tells"]) == ([1, 2, 3], 3, True)
    losses = {label: np.median([one.train_loss for one in of]) for label, of in expected.items()}
    words = "; ".join(f"{label} {loss:.3g}" for label, loss in losses.items())
    assert sent["said"][-1].startswith(f"Median training loss: {words}. Median validation accuracy: ")
    follow = [one.proto.alt for one in charts(app) if '"at_epoch"' in one.proto.spec]
    assert len(follow) == 6, "two curves; for each kind of step, its lines by epoch and the epoch on show"
    rows = frame_with(chart(app, "Gradient norm by layer at one epoch"), "now")
    assert rows.loc[rows["now"] > 0, "epoch"].tolist() == [3, 3, 3], "at first the last epoch"
    assert set(rows["epoch"]) == {1, 2, 3}
    app.session_state["_distributions"] = True
    hold(app, epoch=2)  # what the timeline does when it stops there
    assert timeline(app)["epoch"] == 2
    rows = frame_with(chart(app, "Gradient norm by layer at one epoch"), "now")
    assert rows.loc[rows["now"] > 0, "epoch"].tolist() == [2, 2, 2]
    curves = (chart(app, kind) for kind in ("Training loss by epoch", "Gradient norm by layer, one line"))
    assert [ruled(one) for one in curves] == [2, 2]
    spread = frame_with(chart(app, "Gradients that are not 0"), "now")
    assert set(spread.loc[spread["now"] > 0, "epoch"]) == {2}
    n_layers = spread["layer"].max()
    assert list(zip(spread["epoch"], spread["layer"], strict=True)) == [
        (epoch, layer) for epoch in (1, 2, 3) for layer in range(1, n_layers + 1)
    ]
    assert "After epoch 3, the middle half of the activations lies between" in text(app)


def test_without_a_hidden_layer_the_gradients_of_the_output_layer_are_said():
    app = visit(**QUICK | {"hidden_layer_sizes": "none"}, sets=["he_normal"], train="true")
    app.session_state["_distributions"] = True
    app.run()
    drawn = chart(app, "Gradients that are not 0")
    rows = frame_with(drawn, "now")
    (median,) = rows.loc[rows["epoch"] == 3, "median"]
    typical = "After epoch 3, the typical size (median) of a gradient that is not 0 is"
    assert not app.exception
    assert f"{typical} {median:.2g} in the output layer." in drawn.proto.alt
    assert said_of(app, typical)
    assert "Activations by layer, at the epoch on show: there is no hidden layer." in text(app)


@pytest.mark.slow
def test_the_prediction_is_answered_by_the_measurement():
    app = visit(**LEARNED, sets=["he_normal", "zeros", "normal*0.001"], train="true")
    data, train = DataConfig(n_samples=300), {"epochs": 15, "hidden_layer_sizes": (16,)}
    expected = trained(data, ["he_normal", "zeros", "normal*0.001"], **train)
    y = load_dataset(data).y_valid
    chance = np.bincount(y).max() / len(y)
    learns = {label: np.median(accuracies(records)) >= chance + 0.1 for label, records in expected.items()}
    assert learns == {"he_normal": True, "zeros": False, "normal × 0.001": False}
    said = said_of(app, "learned: the median")
    assert said.startswith("After 15 epochs, he_normal has learned")
    assert f"the most common class ({chance:.1%})" in said
    worse = [label for label, records in expected.items() if np.median(accuracies(records)) <= chance]
    assert worse == ["zeros", "normal × 0.001"]
    assert "No better than always guessing the most common class: zeros and normal × 0.001." in text(app)
    rule = across(chart(app, "Validation accuracy by epoch"))
    assert rule == {"value": pytest.approx(chance), "name": f"most common class {chance:.1%}"}
    assert "you said" not in table(app, "measured"), "nothing was said yet"
    hold(app, _guessed=["he_normal"])
    assert said_of(app, "You were right about") == "You were right about 3 of 3."
    hold(app, _guessed=["he_normal", "zeros"])
    assert said_of(app, "You were right about") == "You were right about 2 of 3. You were wrong about zeros."
    assert table(app, "you said")["you said"].tolist() == ["learns", "learns", "does not"]
    hold(app, _guessed=["zeros"])
    widget(app, "sets").set_value(["he_normal", "orthogonal"])
    app.run()
    assert not app.exception
    assert "You were right about" not in text(app), "a start that was taken away does not count"
    assert named(chart(app, "Training loss by epoch")) == {"he_normal", "orthogonal"}


def test_networks_that_diverge_in_their_first_epoch_leave_a_page_that_says_so():
    app = visit(**QUICK | {"learning_rate": "1000000000"}, sets=["normal*1000"], train="true")
    assert not app.exception
    row = table(app, "measured").loc["normal × 1000", ["measured", "validation accuracy", "diverged"]]
    assert row.tolist() == ["does not", "–", "2 of 2 in epoch 1"]
    assert "normal × 1000: every network diverged in epoch 1" in text(app)
    told = chart(app, "Validation accuracy by epoch").proto.alt
    assert "normal × 1000: both networks diverged in epoch 1" in told
    assert "ends at" not in told
    assert "none of them has learned" in said_of(app, "learned: that takes a median accuracy that beats")
    ends = frame_with(chart(app, "Training loss by epoch"), "runs")
    assert ends["runs"].sum() == 2


def test_the_start_that_is_looked_at_is_the_one_whose_steps_are_drawn():
    app = visit(**QUICK, sets=["zeros", "he_normal"], train="true")
    assert "Gradient norm by layer: nothing to draw" in text(app), "the weights of zeros have no gradient"
    hold(app, _look="he_normal")
    frame = frame_with(chart(app, "Gradient norm by layer"), "median")
    assert set(zip(frame["epoch"], frame["layer"], strict=True)) == {
        (epoch, layer) for epoch in (1, 2, 3) for layer in (1, 2, 3)
    }
