"""The gradient-check page: its numbers against networks checked apart from it, its links, its presets."""

import re
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from starting import chart, frame_with
from visiting import hold, home, press, said, sentences, text, widget

from data import DataConfig, load_dataset
from lab.links.pages import A_GRID, B_GRID
from lab.questions.gradient_check import QUESTIONS
from mlp import Layer, TrainConfig, init_params, loss_and_gradients, train
from mlp.network import objective
from ui.gradient_check.setup import VIEW

PAGE = "pages/gradient_check.py"
QUICK = {"n_samples": "120", "hidden_layer_sizes": "3", "examples": "10"}
DATA = DataConfig(n_samples=120)
CONFIG = {"hidden_layer_sizes": (3,), "activation": "tanh"}


def visit(**query):
    app = home().switch_page(PAGE)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def verdicts(app):
    """(kind, sentence) of the banner of the verdict."""
    return [
        (kind, one.value)
        for kind in ("success", "warning", "error")
        for one in getattr(app, kind)
        if "**" in one.value
    ]


def entries(app):
    """The table of the derivatives, by parameter."""
    return next(
        one.value for one in app.dataframe if "analytic" in one.value and "cause" in one.value
    ).set_index("parameter")


def by_hand(config, params, k=10, step=1e-5):
    """{name: (backpropagation's derivative, central difference)} of a network with one hidden layer."""
    dataset = load_dataset(DATA)
    X, y = dataset.X_train[:k].astype(np.float64), dataset.y_train[:k]
    params = [Layer(W.astype(np.float64), b.astype(np.float64)) for W, b in params]
    _, gradients = loss_and_gradients(params, X, y, config)
    found = {}
    for layer, raised in enumerate("¹²"):
        for kind, letter in enumerate("Wb"):
            for place in np.ndindex(params[layer][kind].shape):
                losses = []
                for sign in (1, -1):
                    moved = [Layer(W.copy(), b.copy()) for W, b in params]
                    moved[layer][kind][place] += sign * step
                    losses.append(float(objective(moved, X, y, config)[0]))
                name = f"{letter}{raised}[{','.join(map(str, place))}]"
                found[name] = (gradients[layer][kind][place], (losses[0] - losses[1]) / (2 * step))
    return found


def assert_shows(app, expected):
    table = entries(app)
    assert set(table.index) == set(expected)
    for name, (analytic, numeric) in expected.items():
        assert table.loc[name, "analytic"] == pytest.approx(analytic, rel=1e-9, abs=1e-15)
        assert table.loc[name, "numeric"] == pytest.approx(numeric, abs=3e-10)


@pytest.fixture(scope="module")
def first():
    return visit(**QUICK)


def test_every_derivative_is_that_of_the_network_that_the_link_names(first):
    assert not first.exception
    assert sentences(first) == []
    config = TrainConfig(**CONFIG)
    assert_shows(first, by_hand(config, init_params(config, 2, 2)))
    table = entries(first)
    relative = np.abs(table["analytic"] - table["numeric"]) / np.abs(table[["analytic", "numeric"]]).max(
        axis=1
    )
    np.testing.assert_allclose(table["relative error"], relative, rtol=1e-12)
    ((kind, words),) = verdicts(first)
    assert kind == "success"
    assert f"{table['relative error'].max():.1e}" in words


def test_the_first_chart_is_the_map_and_says_how_it_was_checked(first):
    assert said(first)[0].startswith(
        "Relative errors of all 17 derivatives: central, h = 1e-5, float64, 10 examples."
    )
    tiles = frame_with(chart(first, "Relative errors"), "shade")
    assert len(tiles) == 17


def test_the_sweep_on_the_page_has_the_slopes_that_it_names(first):
    words = text(first)
    assert "to the right of it the slope is 1.0" in words
    assert "to the right of it the slope is 2.0" in words
    frame = frame_with(chart(first, "How small a step"), "precision")
    rows = frame[(frame["scheme"] == "central") & (frame["precision"] == "float64")]
    rows = rows[(rows["at"] > 9e-4) & (rows["at"] < 2e-2)]
    assert np.polyfit(np.log(rows["at"]), np.log(rows["error"]), 1)[0] == pytest.approx(2, abs=0.05)


def test_the_loss_at_the_start_and_the_value_it_should_have(first):
    dataset, config = load_dataset(DATA), TrainConfig(**CONFIG)
    loss, _ = loss_and_gradients(
        init_params(config, 2, 2), dataset.X_train[:10].astype(np.float64), dataset.y_train[:10], config
    )
    words = text(first)
    assert "ln C = 0.6931" in words
    assert f"glorot_uniform × 1 starts at **{loss:.4f}**" in words


def test_twenty_examples_are_learned_and_the_curve_is_theirs(first):
    curve = frame_with(chart(first, "Training loss by epoch"), "loss")
    assert len(curve) == 301
    assert f"the loss **{curve['loss'].iloc[-1]:.1e}**" in text(first)


def test_loops_and_matrix_agree_on_the_page(first):
    tables = [one.value for one in first.dataframe if "loops over units" in one.value]
    assert len(tables) == 2
    for table in tables:
        assert table["matrix"].to_list() == table["loops over units"].to_list()
    assert text(first).count("the order of the additions, nothing else") == 2


def test_the_quoted_digits_stand_with_their_source(first):
    words = text(first)
    assert "0.53615986" in words
    assert "0.53615836" in words
    assert "147.65 s by a loop" in words
    assert "12.96 s by matrices, 11.4×" in words
    assert words.count("IFT 6390") >= 2


def test_after_training_the_derivatives_are_those_of_the_trained_network():
    app = visit(**QUICK, epochs="3", activation="sigmoid", loss="sigmoid_squared_error", l2="0.01")
    config = TrainConfig(
        hidden_layer_sizes=(3,), activation="sigmoid", loss="sigmoid_squared_error", l2=0.01, epochs=3
    )
    *_, last = train(config, load_dataset(DATA))
    assert_shows(app, by_hand(config, last.params))
    assert "after 3 epochs" in said(app)[0]


def test_one_layer_in_float32_with_another_scheme():
    app = visit(**QUICK, which="layer 2", precision="float32", scheme="forward", h="1/24")
    assert sorted(entries(app).index) == sorted(
        [f"W²[{i},{j}]" for i in range(3) for j in range(2)] + ["b²[0]", "b²[1]"]
    )
    assert "8 of 17 derivatives: forward, h = 1/24, float32" in said(app)[0]
    ((kind, words),) = verdicts(app)
    assert kind == "warning"
    assert "This check cannot tell" in words
    assert "truncation hides" in words


def test_the_timing_is_measured_when_asked(monkeypatch, first):
    from mlp import loops

    monkeypatch.setattr(loops, "REPEATED", 0.0)
    press(first, "Time them now")
    assert not first.exception
    bars = frame_with(chart(first, "One gradient of one network"), "microseconds")
    assert bars["form"].to_list() == ["loops over units", "loop over examples", "matrix", "stacked matrix"]
    assert (bars["microseconds"] > 0).all()
    assert "Measured on this server at" in text(first)


BAD = {
    "h": "5",
    "scheme": "sideways",
    "precision": "float16",
    "which": "layer 9",
    "examples": "0",
    "grid": "<b>x</b>",
    "activation": "step",
    "l1": "-1",
}


def test_every_bad_value_of_a_link_gets_one_sentence_and_the_page_works():
    app = visit(**QUICK | BAD)
    assert not app.exception
    found = [line for line in sentences(app) if "**" not in line]
    assert len(found) == len(BAD)
    for name in BAD:
        assert sum(re.search(rf"\b{name} (=|is) ", line) is not None for line in found) == 1, name
    assert len(entries(app)) == 17
    hold(app, examples=5)
    left = [line.split()[0] for line in sentences(app) if "**" not in line]
    assert sorted(left) == ["h", "l1"], "what was typed is still there, the others took their defaults"


def test_biases_that_are_not_there_are_not_checked():
    app = visit(**QUICK, use_bias="false", which="biases")
    assert not app.exception
    assert any("which" in line for line in sentences(app))
    assert len(entries(app)) == 12


def test_a_training_that_diverged_is_said_to_have():
    app = visit(**QUICK, epochs="20", activation="relu", learning_rate="10", init_scale="10", l2="0.1")
    assert not app.exception
    assert any(line.startswith("The training diverged in epoch 15 of 20") for line in sentences(app))
    assert "after 15 epochs" in said(app)[0]
    assert ("success", "**Be happy") not in [(kind, words[:10]) for kind, words in verdicts(app)]


def test_a_large_network_is_sampled_and_its_sections_wait():
    app = visit(**QUICK | {"hidden_layer_sizes": "300,300", "examples": "32"})
    assert not app.exception
    labels = [one.label for one in app.toggle]
    assert sum("Compute this for 91,802 parameters" in label for label in labels) == 3
    tensors = {name.partition("[")[0] for name in entries(app).index}
    assert tensors == {"W¹", "b¹", "W²", "b²", "W³", "b³"}


EXPECTED = {  # question: (kind of the verdict, words on the page)
    "ReLU: who crosses a kink?": ("success", "25 of 114 cross a kink at h = 0.01"),
    "What does float32 leave of a check?": ("warning", "rounding hides any error"),
    "B: N = 1 … 24": ("success", "cannot tell a right gradient from one that is wrong by 0.01%"),
    "A: N = k·10ⁱ": ("success", "These steps tell them apart"),
    "Is the penalty right?": ("success", "penalty's gradient has"),
    "And after 50 epochs?": ("success", "after 50 epochs"),
    "Can differences be as good as exact?": ("success", "h = 1e-20"),
    "A network that reads digits": ("success", "of 50,890 derivatives"),
    "A million parameters": ("success", "of 1,006,002 derivatives"),
}


@pytest.fixture(scope="module")
def asking():
    return visit(**QUICK)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda preset: preset.question)
def test_every_question_runs_and_says_what_it_should(asking, question):
    app = press(asking, question.question)
    assert not app.exception
    kind, words = EXPECTED[question.question]
    assert verdicts(app)[0][0] == kind
    assert words in text(app) + "\n".join(said(app))
    for name, value in question.changes.items():
        if name in VIEW:
            assert widget(app, name).value == value


def test_the_shared_link_opens_the_same_check():
    query = QUICK | {
        "h": "1e-4",
        "scheme": "forward",
        "which": "weights",
        "grid": B_GRID,
        "activation": "relu",
    }
    app = visit(**query)
    (address,) = [block.value for block in app.code if "learning_rate=" in block.value]
    shared = {name: values[-1] for name, values in parse_qs(urlsplit(address).query).items()}
    assert query.items() <= shared.items()
    assert set(VIEW) <= set(shared)
    again = visit(**shared)
    assert [line for line in sentences(again) if "**" not in line] == []
    assert entries(again).equals(entries(app))
    assert said(again) == said(app)


def test_reset_puts_every_control_back():
    app = visit(**QUICK, h="1e-3", scheme="complex", grid=A_GRID)
    press(app, "Reset")
    for name, value in VIEW.items():
        assert widget(app, name).value == value
    assert "all 114 derivatives: central, h = 1e-5" in said(app)[0]


def test_why_and_code_are_there_and_collapsed(first):
    closed = [one.label.split(":")[0] for one in first.expander if not one.proto.expanded]
    assert {"Why", "Code", "The three sources, side by side"} <= set(closed)
    assert [block for block in first.code if "def gradient_check" in block.value] == []
