"""Why not start from zero: the small networks of the initialization page, and what they can learn."""

import math
from collections import Counter

import pytest
from starting import QUICK, across, chart, said_of, table, trained, visit
from visiting import frame_with, hold, sentences, text

from data import DataConfig, load_dataset

SMALL = {"hidden_layer_sizes": (8, 8)}
LINK = QUICK | {"n_samples": "310"}
LINK_DATA = DataConfig(n_samples=310)


def entropy(data):
    """-Σ p ln p over the shares of the training labels."""
    y = load_dataset(data).y_train.tolist()
    return -sum(n / len(y) * math.log(n / len(y)) for n in Counter(y).values())


@pytest.fixture(scope="module")
def few():
    """One visit of many: each test sets all that it depends on."""
    return trained_page(**LINK, sets=["normal"])


def trained_page(**query):
    """The page with its three small networks, which are trained when they are asked for."""
    app = visit(**query)
    assert "start from zeros, constant × 0.1 and glorot_uniform." in text(app)
    assert "In which of them will all 8 units of a layer still be equal after 3 epochs?" in text(app)
    return hold(app, _symmetry=True)


def test_the_label_entropy_is_that_of_the_training_labels(few):
    expected, n = entropy(LINK_DATA), len(load_dataset(LINK_DATA).y_train)
    losses = chart(few, "Training loss: how low")
    assert f"The label entropy is {expected:.4f}" in losses.proto.alt
    assert across(losses)["value"] == pytest.approx(expected, abs=1e-12)
    assert f"{expected:.4f} for these {n:,} training" in said_of(few, "smallest loss")


def test_it_is_said_before_the_training_which_settings_are_not_the_visitors():
    asked = {"loss": "sigmoid_squared_error", "l2": "0.5", "use_bias": "false", "sets": ["normal"]}
    app = visit(**QUICK | asked)
    question = said_of(app, "In which of them will all 8 units of a layer still be equal")
    assert "Whatever the sidebar says, their loss is the softmax cross-entropy, without a penalty" in question
    hold(app, _symmetry=True)
    (plain,) = trained(DataConfig(n_samples=120), ["glorot_uniform"], 1, **SMALL, epochs=3)["glorot_uniform"]
    curve = frame_with(chart(app, "Training loss: how low"), "median").query("start == 'glorot_uniform'")
    assert curve.sort_values("epoch")["median"].tolist()[-1] == pytest.approx(plain.train_loss, rel=1e-5)


def test_units_that_start_equal_stay_one(few):
    name = "distinct of 8 units, layer 1"
    assert table(few, name)[name].tolist() == ["1", "1", "8"]
    drawn = frame_with(chart(few, "Distinct units"), "median")
    assert drawn[drawn["start"] == "zeros"]["median"].tolist() == [1] * 4, "epochs 0 to 3"


@pytest.mark.parametrize(
    ("activation", "moving", "words"),
    [  # softplus(0) is not 0, so the last weights see something
        ("relu", "only b³ has a gradient", "After 3 epochs it is at"),
        ("softplus", "only W³ and b³ have a gradient", "the loss is"),
    ],
)
def test_from_zeros_only_what_the_activation_lets_through_is_trained(few, activation, moving, words):
    app = hold(few, activation=activation)
    assert said_of(app, "From zeros, with") == (
        f"From zeros, with {activation}, {moving} other than 0 at the first step "
        "(computed just now on 200 examples)."
    )
    sets = ["zeros", "constant*0.1", "glorot_uniform"]
    records = trained(LINK_DATA, sets, 1, **SMALL, epochs=3, activation=activation)
    assert f"{words} {records['zeros'][0].train_loss:.4f}" in said_of(app, words)
    for label, (record,) in records.items():
        curve = frame_with(chart(app, "Training loss: how low"), "median").query(f"start == '{label}'")
        assert curve.sort_values("epoch")["median"].tolist()[-1] == pytest.approx(record.train_loss, rel=1e-5)


def test_the_small_networks_train_for_ten_epochs_at_most(few):
    hold(few, epochs=50)
    assert frame_with(chart(few, "Distinct units"), "median")["epoch"].max() == 10
    assert sentences(hold(few, epochs=3)) == []


def test_where_all_classes_are_as_common_nothing_moves_and_that_is_said():
    assert entropy(DataConfig(n_samples=120)) == pytest.approx(math.log(2), abs=1e-12)
    app = trained_page(**QUICK)
    assert "no parameter has a gradient other than 0" in said_of(app, "From zeros, with")
    caption = next(one.value for one in app.caption if "**Points**: measured on" in one.value)
    assert "the median over the random seeds (" in caption
    assert "{" not in caption
    assert f"{len(load_dataset(DataConfig(n_samples=120)).y_train)} training examples" in caption
