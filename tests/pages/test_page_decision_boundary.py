"""The decision-boundary page: what it shows at first is true, and it follows every control."""

import json
import re

import numpy as np
import pytest
import streamlit as st
from linear import pixels
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext
from visiting import (
    FAST,
    FAST_DATA,
    FAST_TRAIN,
    assert_says,
    charts,
    datasets,
    expected,
    frame_with,
    frames,
    hold,
    ok,
    payload,
    said,
    text,
    timelines,
    verdict,
    visit,
)

from data import DataConfig
from data.generators import GENERATED
from mlp import ACTIVATIONS, INITIALIZERS, LOSSES, OPTIMIZERS, SCHEDULES
from ui.decision_boundary import boundary
from ui.figures import films
from ui.training import confirm

REGISTRIES = {
    "activation": ACTIVATIONS,
    "initializer": INITIALIZERS,
    "loss": LOSSES,
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
    "name": GENERATED,
}
OPTIONS = [[list(registry)[i % len(registry)] for registry in REGISTRIES.values()] for i in (1, 3, 5)]


@pytest.fixture(scope="module")
def default():
    return visit()


@pytest.fixture(scope="module")
def fast():
    """One visit of many: each test sets all that any of them sets."""
    return visit(**FAST)


def test_the_page_asks_a_question_and_shows_a_map_curves_and_the_inside(default):
    ok(default)
    assert [one.value.endswith("?") for one in default.title] == [True]
    found = said(default)
    assert "Network 1 after epoch 50" in found[0]
    assert "Validation loss: " in found[1]
    assert "Validation accuracy: " in found[2]
    assert any("Network 1, with 1 hidden layer: over all epochs of the timeline, " in one for one in found)
    assert any("of the variance" in one for one in found)
    assert 20_000 < payload(default) < 600_000
    labels = [expander.label for expander in default.expander]
    assert any(label.startswith("Why") for label in labels)
    assert any(label.startswith("Code") for label in labels)
    sent = "\n".join(block.value for block in default.code)
    assert "def propagate(" not in sent, "what is collapsed is sent when it is opened"


def test_the_first_view_is_small_the_frames_of_the_timeline_follow_it_and_the_server_hears_where_it_rests(
    monkeypatch,
):
    sent, send = [], st.vega_lite_chart

    def vega_lite_chart(spec, **options):
        sent.append(spec)
        return send(spec=spec, **options)

    monkeypatch.setattr(st, "vega_lite_chart", vega_lite_chart)
    app = ok(visit(**FAST | {"init_seed": "4242", "seeds": "1"}))
    first, *_, last = [reel for one in sent for reel in _reels(one)]
    assert (first["epochs"], first["served"]) == ("3", 0), "the map of the epoch on show comes first"
    assert (last["epochs"], last["served"]) == ("0,1,2,3", 3)
    assert len(last["paths"].split("|")) == 4
    assert [one.partition(" after ")[2] for one in last["findings"].split("\n")] == [
        f"epoch {k}" for k in range(4)
    ]
    sizes = [sum(table.nbytes for table in spec["datasets"].values()) for spec in sent]
    assert sum(sizes[: len(charts(app))]) < 400_000
    np.testing.assert_array_equal(np.split(pixels(last["picture"]), 4)[3], pixels(first["picture"]))
    (timeline,) = timelines(app)
    data = json.loads(timeline.proto.json)
    assert (data["epochs"], data["epoch"]) == ([0, 1, 2, 3], 3)
    assert all(said.startswith("Network 1, all training examples: loss ") for said in data["said"])
    hold(app, epoch=1)
    assert "Network 1 after epoch 1" in said(app)[0]


def test_of_a_training_that_is_longer_in_the_cache_the_epochs_asked_for_are_on_show():
    app = hold(ok(visit(**FAST)), epochs=2)
    assert "Network 1 after epoch 2" in said(app)[0]
    assert json.loads(timelines(app)[0].proto.json)["epochs"] == [0, 1, 2]
    for chart in charts(app)[1:3]:
        assert max(frame["epoch"].max() for frame in frames(chart) if "split" in frame) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    "query",
    [
        {"hidden_layer_sizes": "16x4"},
        {"hidden_layer_sizes": "16x8"},
        {"hidden_layer_sizes": "16x8", "mode": "Compare", "compare": "init_seed", "values": "1/2/3/4/5/6"},
        {"epochs": "300", "mode": "Compare", "compare": "init_seed", "values": "1/2/3/4/5/6"},
    ],
    ids=["four layers", "eight layers", "six networks", "six long trainings"],
)
def test_at_most_400_kB_are_sent_if_frames_follow_the_first_chart_and_if_all_are_ready_before_it(
    query, monkeypatch
):
    sent, send = [], ScriptRunContext.enqueue

    def enqueue(self, message):
        if message.delta.new_element.WhichOneof("type") != "progress":  # as many as a slow machine makes
            sent.append(message.ByteSize())
        return send(self, message)

    monkeypatch.setattr(ScriptRunContext, "enqueue", enqueue)
    ok(visit(**FAST | {"epochs": "50", "seeds": "1"} | query))
    assert sum(sent) <= 375_000, "a chart without its frames, and again with them"
    sent.clear()
    app = ok(visit(**FAST | {"epochs": "50", "seeds": "1"} | query))
    panels = re.findall(r"\*\*init\\?_seed = (\d)\*\*", "\n".join(one.value for one in app.markdown))
    assert panels == query.get("values", "").split("/")[: len(panels)], "in their order on a phone as well"
    assert len(panels) == (6 if "values" in query else 0)
    (timeline,) = timelines(app)
    assert len(json.loads(timeline.proto.json)["epochs"]) >= 10
    assert 200_000 < sum(sent) <= 375_000, "a browser is sent up to 25 kB more, such as the app's navigation"


def _reels(spec):
    """The rows of a chart that have a map at several epochs."""
    return [
        row
        for table in spec["datasets"].values()
        if "paths" in table.column_names
        for row in table.to_pylist()
    ]


def test_the_bent_plane_follows_the_timeline_or_says_that_it_does_not():
    alone = {"init_seed": "4242", "seeds": "1"}
    for sizes, stays in (("16", False), ("40", True)):
        captions = [one.value for one in ok(visit(**FAST | alone | {"hidden_layer_sizes": sizes})).caption]
        assert any("This is epoch 3; " in one for one in captions) == stays


def test_the_numbers_are_those_of_an_independent_training(default):
    records = expected()
    assert_says(default, records)
    assert "5 of 5 networks reach 95% validation accuracy" in verdict(default)
    assert "after epoch 50" in verdict(default)
    metrics = {metric.label: metric.value for metric in default.metric}
    assert metrics["train accuracy"] == f"{records[0].train_accuracy:.1%}"
    assert metrics["validation accuracy"] == f"{records[0].valid_accuracy:.1%}"
    assert metrics["test accuracy"] == f"{records[0].test_accuracy:.1%}"
    assert metrics["parameters"] == "82", "2 × 16 + 16 and 16 × 2 + 2"
    last = np.median([record.valid_loss for record in records])
    first = np.median([record.valid_loss for record in expected(epochs=0)])
    assert f"Validation loss: {first:.3g} → {last:.3g} (median of 5 networks)" in said(default)[1]
    wrong = round((1 - records[0].test_accuracy) * 165)
    assert wrong == 1
    assert any("1 of 165 test examples is misclassified after epoch 50" in one for one in said(default))
    checked = next(one.value for one in default.caption if "derivatives of this network" in one.value)
    assert checked.startswith(":green[")
    assert "82 derivatives" in checked


def test_an_explanation_that_is_opened_is_there(monkeypatch):
    expander = st.expander
    monkeypatch.setattr(
        st, "expander", lambda label, **options: expander(label, **options | {"expanded": True})
    )
    app = visit(**FAST | {"loss": "sigmoid_cross_entropy"})
    assert not app.exception
    assert "bends the plane" in text(app)
    assert any("sigma" in formula.value for formula in app.latex)
    code = "\n".join(block.value for block in app.code)
    assert "def propagate(" in code
    assert "def softmax(" in code


def test_the_charts_of_20_000_points_are_light():
    assert 20_000 < payload(ok(visit(n_samples="20000", epochs="1", seeds="1"))) < 400_000


def test_another_rate_gives_other_curves_and_leaves_the_old_ones_behind_them():
    app = visit(**FAST)
    before = charts(app)[1:3]
    hold(app, learning_rate=0.01)
    after = charts(ok(app))[1:3]
    for old, new in zip(before, after, strict=True):
        assert old.proto.alt != new.proto.alt
        assert datasets(old) != datasets(new)
        assert "before" not in names(old)
        assert "before" in names(new)
    assert_says(app, expected(FAST_DATA, 2, **FAST_TRAIN, learning_rate=0.01))


def names(chart):
    """The texts at the ends of the chart's curves."""
    return {name for frame in frames(chart) if "label_at" in frame for name in frame["split"]}


@pytest.mark.slow
@pytest.mark.parametrize("options", OPTIONS, ids=" ".join)
def test_every_control_trains_what_it_says(fast, options):
    train = dict(zip(REGISTRIES, options, strict=True))
    ok(hold(fast, **train))
    records = expected(DataConfig(name=train.pop("name"), n_samples=120), 2, **FAST_TRAIN, **train)
    assert_says(fast, records)
    metrics = {metric.label: metric.value for metric in fast.metric}
    assert metrics["test accuracy"] == f"{records[0].test_accuracy:.1%}"
    assert "derivatives of this network" in text(fast)


@pytest.mark.slow
@pytest.mark.parametrize(("held", "parameters"), [("none", "6"), ("8,3", "59")])
def test_hidden_layers_can_be_typed(fast, held, parameters):
    app = ok(hold(fast, hidden_layer_sizes=held, name="circles"))
    metrics = {metric.label: metric.value for metric in app.metric}
    assert metrics["parameters"] == parameters
    assert ("There is no hidden layer" in text(app)) == (held == "none")
    hidden = "0 hidden layers" if held == "none" else "2 hidden layers"
    assert sum(f"Network 1, with {hidden}: " in one for one in said(app)) == 1
    hold(fast, hidden_layer_sizes="4")


def test_a_timeline_that_would_take_long_waits_for_its_switch(monkeypatch):
    monkeypatch.setattr(films.progress, "SPINNER_ABOVE", -1.0)
    monkeypatch.setattr(confirm, "ASK_TO_COMPUTE_ABOVE", 0.0)
    for mode in ({}, {"mode": "Compare", "compare": "init_seed", "values": "4251 / 4252"}):
        app = visit(**FAST | {"init_seed": "4250", "seeds": "1"} | mode)
        assert not app.exception
        assert not timelines(app)
        assert "Network 1 after epoch 3" in said(app)[0], "the page has its charts"
        (switch,) = [
            one for one in app.toggle if one.label.startswith("Draw a timeline through the epochs: about")
        ]
        switch.set_value(True).run()
        assert len(timelines(app)) == 1


@pytest.mark.slow
def test_a_unit_of_the_diagram_is_looked_at_closer():
    app = visit(**FAST | {"hidden_layer_sizes": "3", "epochs": "2", "seeds": "1"})
    box = app.selectbox(key="_unit")
    assert box.options == ["–", *(f"unit {unit} of layer 1" for unit in (1, 2, 3))]
    box.select("unit 2 of layer 1").run()
    assert not app.exception
    assert any("What unit 2 of layer 1 of network 1 computes" in one for one in said(app))
    (table,) = (one.value for one in app.dataframe if "source" in one.value)
    record = expected(FAST_DATA, 1, **FAST_TRAIN | {"hidden_layer_sizes": (3,), "epochs": 2})[0]
    W, b = record.params[0]
    np.testing.assert_allclose(table["weight"], [*W[:, 1], b[1]], rtol=1e-6)
    (diagram,) = (one for one in charts(app) if one.proto.alt.startswith("Diagram"))
    assert frame_with(diagram, "closer").set_index("name")["closer"].to_dict() == {
        f"unit {unit} of layer 1": unit == 2 for unit in (1, 2, 3)
    }
    assert list(diagram.proto.selection_mode) == ["closer"], "the pointer above an edge asks nothing"
    app = ok(hold(app, hidden_layer_sizes="1"))
    assert app.selectbox(key="_unit").value == "–", "a unit that is not there"


def test_a_very_deep_network_is_drawn_layer_by_layer():
    app = visit(**FAST | {"hidden_layer_sizes": "2x9", "epochs": "1", "seeds": "1"})
    assert sum("its units over the plane" in one for one in said(app)) == 9
    assert not [one for one in said(app) if "the widest edge" in one]


@pytest.mark.slow
def test_the_map_and_the_figures_are_those_of_the_network_that_is_chosen_or_of_the_mean_or_disagreement():
    app = visit(**FAST | {"view": "2"})
    records = expected(FAST_DATA, 2, **FAST_TRAIN)
    metrics = {metric.label: metric.value for metric in app.metric}
    assert metrics["train accuracy"] == f"{records[1].train_accuracy:.1%}"
    assert records[0].train_accuracy != records[1].train_accuracy
    maps = {tuple(datasets(charts(app)[0]))}
    for view, words in (("1", "Network 1"), ("mean", "Mean of 2 networks"), ("disagreement", "disagree")):
        ok(hold(app, view=view))
        assert words in said(app)[0]
        maps.add(tuple(datasets(charts(app)[0])))
    assert len(maps) == 4
    ok(hold(hold(app, view="2"), seeds=1))
    assert "Network 1 " in said(app)[0], "one that is no longer there gives way to the first"
    assert "The network reaches " in text(app)
    assert "Mean of 1 network" in said(hold(app, view="mean"))[0]


def test_no_validation_examples_are_no_reason_to_stop():
    app = visit(**FAST | {"split": "100/0/0"})
    assert not app.exception
    assert_says(app, expected(DataConfig(n_samples=120, split="100/0/0"), 2, **FAST_TRAIN), "train")
    assert {metric.label: metric.value for metric in app.metric}["test accuracy"] == "–"
    assert "Train loss" in said(app)[1]


def test_the_inside_of_a_large_network_is_drawn_once_its_switch_is_on(monkeypatch):
    monkeypatch.setattr(boundary, "INSIDE_ABOVE", -1.0)
    app = visit(n_samples="60", epochs="1", seeds="1", hidden_layer_sizes="3")
    assert not [words for words in said(app) if "the widest edge" in words]
    (switch,) = [toggle for toggle in app.toggle if toggle.label.startswith("Draw the units")]
    assert switch.label == "Draw the units of this network: about 1 s"
    switch.set_value(True).run()
    assert [words for words in said(app) if "the widest edge" in words]
