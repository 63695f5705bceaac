"""The decision-boundary page: what it shows at first is true, and it follows every control."""

import numpy as np
import pytest
import streamlit as st
from visiting import (
    FAST,
    assert_says,
    charts,
    datasets,
    expected,
    hold,
    ok,
    payload,
    said,
    text,
    verdict,
    visit,
    widget,
)

from data import DataConfig
from data.generators import GENERATED
from mlp import ACTIVATIONS, INITIALIZERS, LOSSES, OPTIMIZERS, SCHEDULES
from ui.decision_boundary import boundary

FAST_DATA = DataConfig(n_samples=120)
FAST_TRAIN = {"epochs": 3, "hidden_layer_sizes": (4,)}
REGISTRIES = {
    "activation": ACTIVATIONS,
    "initializer": INITIALIZERS,
    "loss": LOSSES,
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
    "name": GENERATED,
}
OPTIONS = [  # every name of every registry, several at once
    tuple(list(registry)[i % len(registry)] for registry in REGISTRIES.values())
    for i in range(max(map(len, REGISTRIES.values())))
]


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
    assert any("Hidden layer 1" in one for one in found)
    assert any("of variance" in one for one in found)


def test_the_number_that_matters_is_that_of_an_independent_training(default):
    records = expected()
    assert_says(default, records)
    assert "5 of 5 networks reach 95% validation accuracy" in verdict(default)
    assert "after epoch 50" in verdict(default)
    metrics = {metric.label: metric.value for metric in default.metric}
    assert metrics["train accuracy"] == f"{records[0].train_accuracy:.1%}"
    assert metrics["validation accuracy"] == f"{records[0].valid_accuracy:.1%}"
    assert metrics["test accuracy"] == f"{records[0].test_accuracy:.1%}"
    assert metrics["parameters"] == "82", "2 × 16 + 16 and 16 × 2 + 2"


def test_the_curves_titles_are_the_first_and_last_median(default):
    last = np.median([record.valid_loss for record in expected()])
    first = np.median([record.valid_loss for record in expected(epochs=0)])
    assert f"Validation loss: {first:.3g} → {last:.3g} (median)" in said(default)[1]


def test_the_misplaced_examples_are_counted(default):
    wrong = round((1 - expected()[0].test_accuracy) * 165)
    assert any(f"{wrong} of 165 test examples are misplaced" in one for one in said(default))


def test_the_derivatives_of_the_network_on_show_are_checked(default):
    checked = next(one.value for one in default.caption if "derivatives of this network" in one.value)
    assert checked.startswith(":green[")
    assert "82 derivatives" in checked


def test_the_page_explains_itself(default):
    labels = [expander.label for expander in default.expander]
    assert any(label.startswith("Why") for label in labels)
    assert any(label.startswith("Code") for label in labels)
    sent = "\n".join(block.value for block in default.code)
    assert "def propagate(" not in sent, "what is collapsed is sent when it is opened"


def test_an_explanation_that_is_opened_is_there(monkeypatch):
    expander = st.expander
    monkeypatch.setattr(
        st, "expander", lambda label, **options: expander(label, **options | {"expanded": True})
    )
    app = visit(**FAST | {"loss": "sigmoid_cross_entropy"})
    assert not app.exception
    assert "bends the plane" in text(app)
    assert any("sigma" in formula.value for formula in app.latex)
    assert "e^{z" in boundary.output_latex("softmax_cross_entropy")
    code = "\n".join(block.value for block in app.code)
    assert "def propagate(" in code
    assert "def softmax(" in code


def test_the_charts_of_the_first_view_are_light_and_so_are_those_of_20_000_points(default):
    many = ok(visit(n_samples="20000", epochs="1", seeds="1"))
    for app in (default, many):
        assert 20_000 < payload(app) < 400_000


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
    from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df

    frames = [convert_arrow_bytes_to_pandas_df(dataset.data.data) for dataset in chart.proto.datasets]
    return {name for frame in frames if "label_at" in frame for name in frame["split"]}


@pytest.mark.parametrize("options", OPTIONS, ids=" ".join)
def test_every_option_and_dataset_trains_what_it_says(fast, options):
    train = dict(zip(REGISTRIES, options, strict=True))
    ok(hold(fast, **train))
    records = expected(DataConfig(name=train.pop("name"), n_samples=120), 2, **FAST_TRAIN, **train)
    assert_says(fast, records)
    metrics = {metric.label: metric.value for metric in fast.metric}
    assert metrics["test accuracy"] == f"{records[0].test_accuracy:.1%}"
    assert "derivatives of this network" in text(fast)


def test_every_option_is_among_those():
    for field, tried in zip(REGISTRIES, zip(*OPTIONS, strict=True), strict=True):
        assert set(tried) == set(REGISTRIES[field])


@pytest.mark.parametrize(("held", "parameters"), [("none", "6"), ("8,3", "59")])
def test_hidden_layers_can_be_typed(held, parameters):
    app = ok(visit(**FAST | {"hidden_layer_sizes": held}))
    metrics = {metric.label: metric.value for metric in app.metric}
    assert metrics["parameters"] == parameters
    assert ("There is no hidden layer" in text(app)) == (held == "none")
    assert sum("Hidden layer" in one for one in said(app)) == (0 if held == "none" else 2)


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


def test_a_network_that_is_no_longer_there_gives_way_to_the_first_and_one_alone_has_a_mean():
    app = visit(**FAST | {"seeds": "3", "view": "3"})
    assert "Network 3 " in said(app)[0]
    ok(hold(app, seeds=1))
    assert "Network 1 " in said(app)[0]
    assert "of 1 networks" in verdict(app)
    hold(app, view="mean")
    assert "Mean of 1 network" in said(app)[0]
    hold(app, view="disagreement")
    assert "disagree on 0% of the plane" in said(app)[0]


def test_no_validation_examples_are_no_reason_to_stop():
    app = visit(**FAST | {"split": "100/0/0"})
    assert not app.exception
    assert_says(app, expected(DataConfig(n_samples=120, split="100/0/0"), 2, **FAST_TRAIN), "train")
    assert {metric.label: metric.value for metric in app.metric}["test accuracy"] == "–"
    assert "Train loss" in said(app)[1]


def test_what_has_no_effect_is_disabled_and_wakes_when_it_has(fast):
    def asleep():
        return {
            name
            for name in ("momentum", "learning_rate_min", "cycle_steps", "n_classes", "noise")
            if widget(fast, name).disabled
        }

    hold(fast, optimizer="sgd", schedule="constant", name="circles")
    assert asleep() == {"momentum", "learning_rate_min", "cycle_steps", "n_classes"}
    hold(fast, optimizer="nesterov", schedule="cosine", name="blobs")
    assert asleep() == {"cycle_steps"}
    hold(fast, schedule="triangular")
    assert asleep() == set()
