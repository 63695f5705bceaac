"""The gradient-check page: its numbers against networks checked apart from it, its links, its presets."""

import numpy as np
import pandas as pd
import pytest
from starting import chart
from visiting import (
    choose_question,
    frame_with,
    frames,
    go,
    hold,
    labels,
    opened,
    press,
    said,
    sentences,
    text,
    widget,
)

from data import DataConfig, load_dataset
from lab.gradient_check import subject
from lab.links.pages import PAGES
from lab.published import looped_epoch
from lab.questions.preset import query
from lab.questions.verify import GRADIENT_CHECK
from mlp import Layer, TrainConfig, init_params, loops, loss_and_gradients, train
from mlp.network import objective
from ui.frame.visit import KEY
from ui.gradient_check import answering, epochs
from ui.gradient_check import verdict as verdict_words
from ui.gradient_check.setup import VIEW

PAGE = "pages/gradient_check.py"
QUICK = {"n_samples": "120", "hidden_layer_sizes": "3", "examples": "10"}
DATA = DataConfig(n_samples=120)
CONFIG = {"hidden_layer_sizes": (3,), "activation": "tanh"}


def visit(**query):
    return opened(PAGE, query)


@pytest.fixture
def short_page(monkeypatch):
    """The sections that check again wait to be switched on, as for a large network."""
    monkeypatch.setattr(subject, "LARGE", 0)


def verdict(app):
    """Return (kind, sentence) of the banner of the verdict."""
    (banner,) = [
        (kind, element.value)
        for kind in ("success", "warning", "error")
        for element in getattr(app, kind)
        if "**" in element.value
    ]
    return banner


def entries(app):
    """Return the table of the derivatives, by parameter."""
    return next(one.value for one in app.dataframe if "cause" in one.value).set_index("parameter")


def by_hand(config, params, k=10, step=1e-5):
    """Return {name: (backpropagation's derivative, central difference)}, of one hidden layer."""
    dataset = load_dataset(DATA)
    X, y = dataset.X_train[:k].astype(np.float64), dataset.y_train[:k]
    params = [Layer(W.astype(np.float64), b.astype(np.float64)) for W, b in params]
    _, gradients = loss_and_gradients(params, X, y, config)
    derivatives = {}
    for layer, raised in enumerate("¹²"):
        for kind, letter in enumerate("Wb"):
            for place in np.ndindex(params[layer][kind].shape):
                losses = []
                for sign in (1, -1):
                    moved = [Layer(W.copy(), b.copy()) for W, b in params]
                    moved[layer][kind][place] += sign * step
                    losses.append(float(objective(moved, X, y, config)[0]))
                name = f"{letter}{raised}[{','.join(map(str, place))}]"
                derivatives[name] = (gradients[layer][kind][place], (losses[0] - losses[1]) / (2 * step))
    return derivatives


def assert_shows(app, expected):
    table = entries(app)
    assert set(table.index) == set(expected)
    for name, (analytic, numeric) in expected.items():
        assert table.loc[name, "analytic"] == pytest.approx(analytic, rel=1e-9, abs=1e-15)
        assert table.loc[name, "numeric"] == pytest.approx(numeric, abs=3e-10)


@pytest.fixture(scope="module")
def first():
    """One visit of many, which the questions move at the end."""
    return visit(**QUICK)


@pytest.mark.slow
def test_every_derivative_is_that_of_the_network_that_the_link_names(first):
    assert not first.exception
    assert sentences(first) == []
    config = TrainConfig(**CONFIG)
    assert_shows(first, by_hand(config, init_params(config, 2, 2)))
    table = entries(first)
    largest = np.abs(table[["analytic", "numeric"]]).max(axis=1)
    relative = np.abs(table["analytic"] - table["numeric"]) / largest
    np.testing.assert_allclose(table["relative error"], relative, rtol=1e-12)
    kind, words = verdict(first)
    assert kind == "success"
    assert f"{table['relative error'].max():.1e}" in words
    how = "Relative errors of all 17 derivatives: central, h = 1e-5, float64, 10 examples."
    assert how in said(first)[0]
    assert len(frame_with(chart(first, "Relative error of each"), "shade")) == 17


def test_the_sections_say_what_they_compute_for_this_network(first):
    words = text(first)
    for slope in ("1.0", "2.0"):
        assert f"to the right of it the slope is {slope}" in words
    dataset, config = load_dataset(DATA), TrainConfig(**CONFIG)
    X, y = dataset.X_train[:10].astype(np.float64), dataset.y_train[:10]
    loss, _ = loss_and_gradients(init_params(config, 2, 2), X, y, config)
    assert "ln C = 0.6931" in words
    assert f"glorot_uniform × 1 starts at **{loss:.4f}**" in words
    curve = frame_with(chart(first, "Training loss by epoch"), "loss")
    assert len(curve) == 301
    assert f"the loss **{curve['loss'].iloc[-1]:.3g}**" in words
    assert words.count("only the order of the additions differs") == 2
    closed = [one.label.split(":")[0] for one in first.expander if not one.proto.expanded]
    assert {"Why", "Code", "The three sources, side by side"} <= set(closed)
    assert [block for block in first.code if "def gradient_check" in block.value] == []


def test_of_a_layer_after_training_the_derivatives_are_those_of_the_trained_network(short_page):
    train_fields = {"activation": "sigmoid", "loss": "sigmoid_squared_error"}
    app = visit(**QUICK, epochs="3", l2="0.01", which="layer 2", scheme="complex", h="1e-8", **train_fields)
    config = TrainConfig(hidden_layer_sizes=(3,), l2=0.01, epochs=3, **train_fields)
    *_, last = train(config, load_dataset(DATA))
    assert_shows(app, {name: both for name, both in by_hand(config, last.params).items() if "²" in name})
    assert "8 of 17 derivatives after 3 epochs: complex, h = 1e-8, float64" in said(app)[0]


def test_the_timing_is_measured_when_asked(monkeypatch, first):
    monkeypatch.setattr(loops, "REPEATED", 0.0)
    press(first, "Time them now")
    assert not first.exception
    bars = frame_with(chart(first, "One gradient of one network"), "microseconds")
    assert bars["form"].to_list() == ["loops over units", "loop over examples", "matrix", "stacked matrix"]
    assert (bars["microseconds"] > 0).all()
    assert "Measured on this server at" in text(first)
    hold(first, examples=9)
    assert "Measured on this server at" not in text(first), "that was another network"


def test_an_epoch_by_a_loop_and_by_matrices_is_trained_when_asked_and_says_what_it_showed(
    short_page, monkeypatch
):
    monkeypatch.setattr(looped_epoch, "LOOP_FOR", 0.05)
    monkeypatch.setattr(epochs, "per_example", lambda: (5e-4, 5e-5))  # whatever the machine does besides
    app = visit(**QUICK)
    assert "takes about 500 µs by a loop over examples and 50 µs by matrices" in text(app)
    few, whole = [one for one in labels(app) if one.startswith("Train ")]
    assert few == "Train 100 images of it, about 1 s", "100 images, not per cent"
    assert whole.startswith("Train the whole epoch, about ")
    assert "images of MNIST took" not in text(app)
    press(app, few)
    assert not app.exception
    assert "100 images of MNIST took " in text(app)
    assert "equal up to rounding" in text(app)
    assert "extrapolated, not measured" in text(app)
    hold(app, examples=9)
    assert "100 images of MNIST took " in text(app), "it is of E's network, not of the sidebar's"
    app.session_state[KEY].stopped[epochs.KIND] = 100
    go(app)
    assert any(one.startswith("Stopped.") for one in sentences(app))
    assert "images of MNIST took" not in text(app)
    monkeypatch.setattr(epochs, "REFUSE_ABOVE", 0.01)
    go(app)
    assert "The whole epoch would take more than" in text(app)
    assert [one for one in labels(app) if one.startswith("Train the whole")] == []


@pytest.mark.slow
def test_bs_check_compares_the_ten_weights_that_b_did(short_page):
    (preset,) = [one for one in GRADIENT_CHECK if one.question.startswith("B: ten weights")]
    app = visit(**query(preset, PAGES["gradient_check"].defaults))
    assert not app.exception
    assert entries(app).index.sort_values().to_list() == [f"W²[0,{j}]" for j in range(10)]
    dataset = load_dataset(DataConfig(name="mnist", scaling="none", split="1000/500/500"))
    config = TrainConfig(hidden_layer_sizes=(512, 512), activation="relu", init_seed=2)
    params = [Layer(W.astype(float), b.astype(float)) for W, b in init_params(config, 784, 10)]
    X, y = dataset.X_train[:1].astype(float), dataset.y_train[:1]
    (_, _), (dW, _), _ = loss_and_gradients(params, X, y, config)[1]
    drawn = pd.concat(frames(chart(app, "Largest difference of 10 derivatives, linear axis")))
    drawn = drawn[drawn["gradient"] == "right"].drop_duplicates().set_index("at")["error"]
    for n in (1, 7, 24):  # moved one by one, the third layer on top of what the second gives
        gaps = []
        for j in range(10):
            losses = []
            for shift in (1 / n, -1 / n):
                moved = params[1][0].copy()
                moved[0, j] += shift
                losses.append(objective([params[0], Layer(moved, params[1].b), params[2]], X, y, config)[0])
            gaps.append(abs((losses[0] - losses[1]) * n / 2 - dW[0, j]))
        assert drawn.loc[n] == pytest.approx(max(gaps), rel=1e-6, abs=1e-10)
    assert len(drawn) == 24
    blind = hold(app, init_seed=0)
    assert "All these derivatives are 0" in text(blind), "the unit below them is off for this image"


def test_a_training_that_diverged_is_said_to_have(short_page):
    app = visit(**QUICK, epochs="20", activation="relu", learning_rate="10", init_scale="10", l2="0.1")
    assert not app.exception
    assert any(line.startswith("The training diverged in epoch 15 of 20") for line in sentences(app))
    assert "after 15 epochs" in said(app)[0]
    assert "Be happy" not in verdict(app)[1]


QUESTIONS = [*GRADIENT_CHECK[:-2], GRADIENT_CHECK[-1]]
EXPECTED = {  # question: (kind of the verdict, words on the page)
    "ReLU: who crosses a kink?": ("success", "25 of 114 cross a kink at h = 0.01"),
    "What does float32 leave of a check?": ("warning", "rounding would hide any error"),
    "B: N = 1 … 24": ("success", "cannot tell a right gradient from one that is wrong by 0.01%"),
    "A: N = k·10ⁱ": ("success", "These steps tell them apart"),
    "A: the five N that its code wrote": ("success", "A for IFT 6135, Université de Montréal, plotted"),
    "B: ten weights of W² on MNIST, N = 1 … 24": ("success", "this wrong gradient looks the same"),
    "C: h = 1 and difference > 1e-7": ("warning", "So a gradient that is too low passes"),
    "E: 24 pairs of eight digits, λ = 0.001": ("success", "The first pair is of an entry of W¹ for a single"),
    "E: an epoch by a loop and by matrices": ("success", "An epoch of 49,000 images, 70% of all, would"),
    "Is the penalty right?": ("success", "penalty's gradient accounts for"),
    "And after 50 epochs?": ("success", "after 50 epochs"),
    "Can differences be as good as exact?": ("success", "h = 1e-20"),
    "A million parameters": ("success", "of 1,006,002 derivatives"),
}
ALL_SECTIONS = ("ReLU: who crosses a kink?", "Is the penalty right?", "C: h = 1 and difference > 1e-7")


@pytest.mark.slow
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda preset: preset.question)
def test_every_question_runs_and_says_what_it_should(first, question, monkeypatch):
    if question.question not in ALL_SECTIONS:
        monkeypatch.setattr(subject, "LARGE", 0)
    app = choose_question(first, question.question)
    assert not app.exception
    kind, words = EXPECTED[question.question]
    assert verdict(app)[0] == kind
    assert words in text(app) + "\n".join(said(app))
    answer = question.answer(PAGES["gradient_check"].defaults | question.changes, answering)
    assert f"The engine finds: **{question.choices[answer.right]}**. {answer.sentence}" in text(app)
    waiting = sum("Compute this for " in one.label for one in app.toggle)
    assert waiting == (0 if question.question in ALL_SECTIONS else 4)
    for name, value in question.changes.items():
        if name in VIEW:
            assert widget(app, name).value == value


def places(block, path=()):
    """The place of every heading, chart and table: the numbers of the blocks around it and its own."""
    found = []
    for number, one in block.children.items():
        if hasattr(one, "children"):
            found += places(one, (*path, number))
        elif one.type in ("subheader", "vega_lite_chart", "dataframe"):
            found.append((one.type, (*path, number)))
    return found


def test_what_the_verdict_says_moves_no_chart_table_or_heading_which_the_browser_would_make_anew(
    short_page, monkeypatch
):
    app = visit(**QUICK)
    app.run()
    before = places(app.main)
    assert [kind for kind, _ in before][:3] == ["vega_lite_chart", "dataframe", "subheader"]
    monkeypatch.setattr(verdict_words, "details", lambda plan, result: ["One.", "Two."])
    app.run()
    assert "- One.\n- Two." in text(app)
    assert places(app.main) == before


def test_what_is_computed_anew_moves_nothing_either(short_page):
    app = visit(**QUICK)
    app.run()
    before = places(app.main)
    hold(app, init_seed=20261128)
    assert places(app.main) == before
