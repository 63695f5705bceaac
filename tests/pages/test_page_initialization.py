"""The initialization page before training: the signal by layer, the choice of starts, depth and width."""

import numpy as np
import pytest
import streamlit as st
from starting import QUICK, chart, label_of, named, said_of, signals, table, visit
from visiting import charts, frame_with, go, hold, payload, said, sentences, text, widget

from data import DataConfig
from mlp.signal import factor_a_layer
from ui.initialization import before
from ui.training.cache import cache

STARTS = ("he_normal", "glorot_uniform", "normal*0.01", "normal")
LABELS = set(map(label_of, STARTS))
EIGHT = ["glorot_uniform", "glorot_normal", "he_uniform", "he_normal"]
EIGHT += ["lecun_normal", "orthogonal", "normal", "normal*0.01"]


@pytest.fixture(scope="module")
def default():
    return visit()


def sizes(signal, quantity):
    """The variance of the activations, or the root mean square of the gradient."""
    return signal.gradient**0.5 if quantity == "gradient" else signal.activation


def factor(start, quantity, **train):
    """What a layer multiplies the median of five seeds by, computed apart from the page."""
    measured, _ = signals(DataConfig(), start, 5, **{"hidden_layer_sizes": (64,) * 10} | train)
    hidden = np.median([sizes(one, quantity) for one in measured], axis=0)[:-1]
    return factor_a_layer(hidden[::-1] if quantity == "gradient" else hidden)


def test_the_first_view_names_every_start_in_both_charts(default):
    assert not default.exception
    assert sentences(default) == []
    assert default.title[0].value == "Which first weights let a deep network learn?"
    assert named(chart(default, "Forward")) == named(chart(default, "Backward")) == LABELS
    assert frame_with(chart(default, "Forward"), "median")["layer"].max() == 11, "ten hidden layers and one"
    assert 20_000 < payload(default) < 400_000


def test_nothing_is_trained_before_it_is_asked_for():
    app = visit(**QUICK | {"hidden_layer_sizes": "5,5", "init_seed": "2001"})
    assert widget(app, "train").value is False
    assert widget(app, "train").label == "Train 8 networks"
    assert not any(run.configs[0].init_seed == 2001 for _, run in cache().runs.items())
    assert "learned" not in text(app)


def test_the_headline_is_what_a_layer_multiplies_by(default):
    least, most = (factor(start, "gradient") for start in ("normal*0.01", "normal"))
    name = "gradient"
    shrinks = f"normal × 0.01: the {name} shrinks × {least:.2g} per layer, × {least**9:.0e} over 9 layers"
    grows = f"normal: the {name} grows × {most:.2g} per layer, × {most**9:.0e} over 9 layers"
    assert f"{shrinks}; {grows}" in chart(default, "Backward").proto.alt
    assert said_of(default, f"{name} shrinks") == f"{shrinks}; {grows}."
    row = table(default, "dead units").loc["normal"]
    (column,) = [column for column in row.index if column.endswith("backward")]
    assert row[column] == f"{most:.3g}"
    assert "√" in column
    (column,) = [column for column in row.index if column.endswith("per layer")][:1]
    assert row[column] == f"{factor('normal', 'activation'):.3g}"


@pytest.mark.parametrize(("quantity", "kind"), [("activation", "Forward"), ("gradient", "Backward")])
def test_the_lines_are_the_measured_and_the_predicted_signal(default, quantity, kind):
    for start in STARTS[::3]:
        measured, predicted = signals(DataConfig(), start, 5, hidden_layer_sizes=(64,) * 10)
        values = np.array([sizes(one, quantity) for one in measured])
        shown = frame_with(chart(default, kind), "median").query(f"start == '{label_of(start)}'")
        for column, of in (("median", np.median), ("low", np.min), ("high", np.max)):
            np.testing.assert_allclose(shown.sort_values("layer")[column], of(values, axis=0), rtol=1e-6)
        dashed = frame_with(chart(default, kind), "value").query(f"start == '{label_of(start)}'")
        expected = sizes(predicted, quantity)
        np.testing.assert_allclose(dashed.sort_values("layer")["value"], expected, rtol=1e-9)


def test_the_start_that_is_looked_at_is_the_one_whose_activations_are_drawn():
    app = visit(**QUICK)
    hold(app, _look="normal × 0.01")
    assert chart(app, "normal × 0.01: where the activations lie")
    shares = frame_with(charts(app)[2], "share").groupby("layer")["share"].sum()
    np.testing.assert_allclose(shares, 1.0, atol=1e-9)
    assert len(shares) == 2, "a row a hidden layer"


def test_the_start_that_is_looked_at_is_the_same_when_the_visitor_returns_to_the_page():
    app = visit()
    hold(app, _look="normal × 0.01")
    app.query_params.clear()  # the navigation's links have no parameters
    for page in ("home", "initialization"):
        app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    assert widget(app, "_look").value == "normal × 0.01"


def test_a_start_that_lets_nothing_vary_is_named_though_no_axis_can_show_it():
    app = visit(**QUICK, sets=["zeros", "normal", "normal*1e200"])
    assert not app.exception, "nor does a scale whose square is no number"
    assert named(chart(app, "Forward")) == {"normal"}
    assert "Not on a logarithmic axis, which has no 0: zeros" in text(app)


def test_a_start_that_cannot_be_read_gets_one_sentence_and_the_others_are_kept():
    wrong = ["<script>alert(1)</script>", "xavier", "normal*much", "normal*-1", "normal*nan"]
    app = visit(**QUICK, sets=["he_normal", *wrong])
    assert not app.exception
    for start, sentence in zip(wrong, sentences(app), strict=True):
        assert sentence.startswith(f"sets contains {start!r}; allowed: an initializer, or one times a scale")
    assert named(chart(app, "Forward")) == {"he_normal"}


def test_more_than_eight_starts_are_cut_down_to_eight_and_thirty_layers_of_them_are_a_light_page():
    app = visit(**QUICK | {"hidden_layer_sizes": "16x30"}, sets=[*EIGHT, "normal*2"])
    assert not app.exception
    assert sentences(app) == ["The link asks for 9 initializers; allowed: up to 8."]
    assert named(chart(app, "Forward")) == set(map(label_of, EIGHT))
    assert 20_000 < payload(app) < 400_000


def test_the_sliders_write_the_hidden_layers_and_follow_them():
    app = visit(**QUICK | {"hidden_layer_sizes": "4x10"}, sets=["normal", "normal*1", "normal*1.0"])
    assert widget(app, "_look").options == ["normal"], "starts that mean the same are one"
    assert (widget(app, "_depth").value, widget(app, "_width").value) == (10, 4)
    hold(app, _depth=3)
    assert widget(app, "hidden_layer_sizes").value == "4,4,4"
    assert frame_with(chart(app, "Forward"), "median")["layer"].max() == 4
    hold(app, _width=16)
    assert widget(app, "hidden_layer_sizes").value == "16,16,16"
    hold(app, hidden_layer_sizes="37x2,5")
    assert (widget(app, "_depth").value, widget(app, "_width").value) == (3, 37)
    assert sentences(app) == []


def test_the_signal_is_that_of_the_activation_chosen():
    app = visit(sets=["normal"])
    widget(app, "activation").set_value("tanh")
    go(app)
    grows = factor("normal", "gradient", activation="tanh")
    words = f"normal: the gradient grows × {grows:.2g} per layer"
    assert words in chart(app, "Backward").proto.alt
    assert "Saturated" in said(app)[3], "tanh has no dead units, it saturates"


def test_a_split_that_cannot_be_trained_on_gets_one_sentence_until_it_is_mended():
    app = visit(**QUICK | {"name": "mnist", "split": "1/1/1"})
    assert not app.exception
    (sentence,) = sentences(app)
    assert sentence.startswith("The training set of mnist has 1 of 70,000 examples, all of one class;")
    assert charts(app) == []
    assert "One unit adds up many inputs" in text(app), "the rest of the page is there"
    hold(app, split="300/100/100")
    assert sentences(app) == []
    assert len(charts(app)) == 4


def test_no_hidden_layer_is_no_reason_to_stop():
    app = visit(**QUICK | {"hidden_layer_sizes": "none"}, sets=["he_normal"], train="true")
    assert not app.exception
    assert sentences(app) == ["There is no hidden layer, or its activations are not finite numbers."]
    assert frame_with(chart(app, "Forward"), "median")["layer"].tolist() == [1]
    assert chart(app, "Validation accuracy by epoch")
    assert widget(app, "_depth").value == 1
    assert not any(".." in one for one in [*said(app), text(app)])


def test_the_recursion_and_its_laws_are_there_once_their_box_is_open(monkeypatch):
    expander = st.expander
    monkeypatch.setattr(
        st, "expander", lambda label, **options: expander(label, **options | {"expanded": True})
    )
    app = visit(**QUICK, sets=["he_normal"])
    assert [one.value.strip("$\n ") for one in app.latex] == list(before.RECURSION)
    assert "keeps the variance of a linear layer" in text(app)
    assert any("def glorot_uniform(" in block.value for block in app.code)
