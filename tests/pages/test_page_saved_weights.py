"""Weights that Export saved are opened again on the pages that draw networks, and are the same."""

import io

import numpy as np
import pytest
import starting
import visiting
from linear import pixels
from starting import DIGITS, DIGITS_DATA, QUICK_TRAIN, said_of
from visiting import (
    FAST,
    FAST_DATA,
    FAST_TRAIN,
    charts,
    expected,
    frame_with,
    go,
    hold,
    labels,
    press,
    sentences,
    text,
    widget,
)

from data import load_dataset
from lab.exports import weights_file
from mlp import TrainConfig, train_many

pytestmark = pytest.mark.usefixtures("no_timeline")

SAME = "The settings in the file are those of this page."
AS_SAVED = "Use the settings in the file"
OLDER = "Older files, such as this one, name only their activation, initializer and weight seed."


def upload(app, file, name="weights.npz"):
    """Open the box, and a file in it."""
    app.session_state["_saved_box"] = True
    app = go(app)
    widget(app, "_saved_weights").upload(name, file, "application/zip")
    return go(app)


def map_of(app, words):
    """The pixels of the map whose text alternative has these words."""
    chart = next(one for one in charts(app) if f"Map of the plane. {words}" in one.proto.alt)
    frame = frame_with(chart, "picture")
    (reel,) = frame.to_dict("records")
    pictures = np.split(pixels(reel["picture"]), len(reel["epochs"].split(",")))
    return pictures[reel["served"]].tobytes()


def differing(app):
    """{setting: (the file's, this page's)} of the table of differences."""
    table = next((one.value for one in app.dataframe if "the file" in one.value), None)
    return {} if table is None else {row.setting: tuple(row)[2:] for row in table.itertuples()}


def places_right(record, dataset):
    share, n = record.valid_accuracy, len(dataset.y_valid)
    return f"{share:.1%} of the {n} validation examples are classified correctly"


def changed(file, **changes):
    """The file with some of its arrays replaced, or left out where None."""
    with np.load(io.BytesIO(file)) as loaded:
        arrays = {name: array for name, array in (dict(loaded) | changes).items() if array is not None}
    packed = io.BytesIO()
    np.savez(packed, **arrays)
    return packed.getvalue()


def saved(**train):
    """The file of two networks that were trained apart from the page."""
    configs = [TrainConfig(**FAST_TRAIN | train, init_seed=seed, shuffle_seed=seed) for seed in (0, 1)]
    dataset = load_dataset(FAST_DATA)
    *_, records = train_many(configs, dataset)
    return weights_file.write(records, FAST_DATA, configs, dataset)


def test_the_map_of_the_weights_that_the_page_saved_is_that_of_the_page(offered):
    app = visiting.visit(**FAST)
    file, dataset = offered["Weights (.npz)"][0](), load_dataset(FAST_DATA)
    app = upload(app, file)
    assert not app.exception
    assert sentences(app) == [SAME]
    assert differing(app) == {}
    first, second = expected(FAST_DATA, 2, **FAST_TRAIN)
    assert "Network 1 of 2 in the file: " in text(app)
    assert places_right(first, dataset) in text(app)
    assert map_of(app, "Network 1 of 2 in the file") == map_of(app, "Network 1 after epoch 3")
    app = hold(app, _saved_number=2, view="2")
    assert places_right(second, dataset) in said_of(app, "Network 2 of 2 in the file")
    assert map_of(app, "Network 2 of 2 in the file") == map_of(app, "Network 2 after epoch 3")
    assert sentences(app) == [SAME]


def test_a_hidden_test_set_stays_hidden_on_the_map_of_a_file():
    app = upload(visiting.visit(**FAST, hide_test="true"), saved())
    chart = next(one for one in charts(app) if "in the file" in one.proto.alt)
    assert set(frame_with(chart, "split")["split"]) == {"train", "validation"}


def test_what_differs_from_the_page_is_listed_and_the_network_stays_that_of_the_file():
    app = upload(visiting.visit(**FAST, activation="tanh", noise="0.2"), saved(epochs=5))
    assert not app.exception
    rows = {"Activation": ("relu", "tanh"), "Noise": ("0.1", "0.2"), "Epochs": ("5", "3")}
    assert differing(app) == rows
    assert sentences(app) == [
        "3 settings in the file differ from this page's. "
        "The network is computed with the file's activation, not with this page's. "
        "Its inputs are scaled like those it was trained on, with the shift and scale in the file.",
    ]
    # computed by itself: the file's network, on the page's points, scaled by the training set of the file
    dataset, points = load_dataset(FAST_DATA), load_dataset(visiting.DataConfig(n_samples=120, noise=0.2))
    record = expected(FAST_DATA, 1, **FAST_TRAIN | {"epochs": 5})[0]
    a = (points.X_valid * points.scale + points.shift - dataset.shift) / dataset.scale
    (W, b), (V, c) = record.params
    right = (np.maximum(a @ W + b, 0) @ V + c).argmax(axis=-1) == points.y_valid
    assert f"{right.mean():.1%} of the {len(right)} validation examples are classified correctly" in text(app)


@pytest.mark.slow
def test_the_page_can_be_set_as_the_file_says():
    file = saved(hidden_layer_sizes=(3,), activation="tanh")
    app = upload(visiting.visit(**FAST), file)
    assert sentences(app)[0].startswith("W1 has shape (2, 2, 3); allowed: (2, 4)")
    app = press(app, AS_SAVED)
    assert not app.exception
    assert sentences(app) == [SAME]
    assert AS_SAVED not in labels(app)
    for name, value in {"hidden_layer_sizes": "3", "activation": "tanh", "seeds": 2}.items():
        assert widget(app, name).value == value
    assert map_of(app, "Network 1 of 2 in the file") == map_of(app, "Network 1 after epoch 3")
    assert AS_SAVED not in labels(upload(visiting.visit(**FAST, lock="1", open="noise"), file))
    other = upload(starting.visit(), file)
    assert sentences(other)[0].endswith("with W1, b1, …, W11, b11, the 11 layers of this page's network.")
    other = press(other, AS_SAVED)
    assert sentences(other) == [SAME]
    assert widget(other, "sets").value == ["glorot_uniform"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"config": None},
            [
                f"{SAME} {OLDER} The file does not name its loss: this page's is used.",
            ],
        ),
        (
            dict.fromkeys(("config", "activation", "initializer", "init_seed", "shift", "scale")),
            ["The file does not name its activation, loss and scaling: this page's are used."],
        ),
        (
            {"config": np.array(["nonsense"] * 2)},
            [
                "The settings in the file cannot be read: they are not JSON.",
                f"{SAME} {OLDER} The file does not name its loss: this page's is used.",
            ],
        ),
    ],
)
def test_a_file_that_names_less_is_opened_all_the_same(changes, said):
    app = upload(visiting.visit(**FAST), changed(saved(), **changes))
    assert not app.exception
    assert sorted(sentences(app)) == sorted(said)
    assert places_right(expected(FAST_DATA, 1, **FAST_TRAIN)[0], load_dataset(FAST_DATA)) in text(app)
    assert map_of(app, "Network 1 of 2 in the file") == map_of(app, "Network 1 after epoch 3")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"nonsense", "The file is not a readable .npz archive; allowed: what np.savez or"),
        (
            saved(hidden_layer_sizes=(3,)),
            "W1 has shape (2, 2, 3); allowed: (2, 4), as in this page's network,",
        ),
        (
            changed(saved(), W2=None),
            "W2 is missing; allowed: an .npz file with W1, b1, W2, b2, the 2 layers of",
        ),
        (
            changed(saved(), W1=np.zeros((2, 2, 4), object)),
            "W1 is object of shape (2, 2, 4); allowed: arrays of",
        ),
        (changed(saved(), b1=np.full((2, 4), np.nan)), "Network 1 of the file has 4 weights that are NaN or"),
    ],
    ids=["no archive", "another shape", "a layer missing", "objects", "NaN"],
)
def test_a_file_that_cannot_be_used_gets_one_sentence_and_the_page_goes_on(file, said):
    app = upload(visiting.visit(**FAST), file)
    assert not app.exception
    (sentence,) = sentences(app)
    assert sentence.startswith(said)
    assert not [one for one in visiting.said(app) if "in the file" in one]
    assert map_of(app, "Network 1 after epoch 3")


def test_of_several_networks_one_that_diverged_is_told_and_another_can_be_chosen():
    both = np.stack([np.full(4, np.inf), np.zeros(4)])
    app = upload(visiting.visit(**FAST), changed(saved(), b1=both))
    assert sentences(app)[0].startswith("Network 1 of the file has 4 weights that are NaN or infinite")
    app = hold(app, _saved_number=2)
    assert sentences(app) == [SAME]
    app = upload(
        app,
        changed(
            saved(),
            W1=np.zeros((1, 2, 4)),
            b1=np.zeros((1, 4)),
            W2=np.zeros((1, 4, 2)),
            b2=np.zeros((1, 2)),
            config=None,
        ),
    )
    assert not app.exception
    assert "The network in the file: " in text(app), "the file that was opened last holds one"


@pytest.mark.slow
def test_digits_are_read_by_the_weights_that_the_page_saved(offered):
    app = starting.visit(**DIGITS, sets=["glorot_uniform", "zeros"], train="true")
    app = upload(app, offered["Weights (.npz)"][0]())
    assert not app.exception
    assert sentences(app) == [SAME]
    records = starting.trained(DIGITS_DATA, ["glorot_uniform", "zeros"], **QUICK_TRAIN)
    dataset = load_dataset(DIGITS_DATA)
    for number, record in enumerate((*records["glorot_uniform"], *records["zeros"]), start=1):
        app = hold(app, _saved_number=number)
        assert places_right(record, dataset) in said_of(app, f"Network {number} of 4 in the file")
    app = hold(app, _saved_number=1)
    alts = {one.proto.alt: one for one in charts(app)}
    pictures = [frame_with(alts[words], "picture") for words in alts if "First-layer weights after" in words]
    pictures += [frame_with(alts[words], "picture") for words in alts if "its first-layer weights" in words]
    assert pictures[0]["picture"].tolist() == pictures[1]["picture"].tolist()
    n_wrong = round((1 - records["glorot_uniform"][0].valid_accuracy) * 100)
    assert f"Confusion matrix. {n_wrong} of 100 validation images are misclassified." in alts


def test_weights_of_points_are_judged_on_the_initialization_page_without_a_training():
    app = upload(starting.visit(**FAST, sets=["glorot_uniform"]), saved())
    assert not app.exception
    assert sentences(app) == [SAME]
    first = expected(FAST_DATA, 1, **FAST_TRAIN)[0]
    assert places_right(first, load_dataset(FAST_DATA)) in said_of(app, "Network 1 of 2 in the file")
