"""Inside a network trained on images: the digits, and images of the visitor's own."""

import base64
import hashlib
import io

import numpy as np
import pytest
from PIL import Image
from starting import DIGITS, DIGITS_DATA, QUICK, QUICK_TRAIN, chart, said_of, table, trained, visit
from visiting import charts, frame_with, go, hold, said, sentences, text, widget

from data import DataConfig, load_dataset
from mlp import TrainConfig, forward

RNG = np.random.default_rng(8)


def npz(n_train=60, n_test=10, side=6):
    """The bytes of a file of small images of three classes, bright in one third each."""
    y = np.arange(n_train + n_test) % 3
    X = RNG.integers(0, 80, (n_train + n_test, side, side), dtype=np.uint8)
    for label in range(3):
        X[y == label, 2 * label : 2 * label + 2] += 150
    file = io.BytesIO()
    train, test = slice(0, n_train), slice(n_train, None)
    np.savez(file, x_train=X[train], y_train=y[train], x_test=X[test], y_test=y[test])
    return file.getvalue()


OWN = npz()


@pytest.fixture(scope="module")
def digits():
    return visit(**DIGITS, sets=["glorot_uniform", "zeros"], train="true")


@pytest.fixture(scope="module")
def outputs():
    """The outputs for every test digit of a network trained apart from the page, and its parameters."""
    record = trained(DIGITS_DATA, ["glorot_uniform", "zeros"], **QUICK_TRAIN)["glorot_uniform"][0]
    X = load_dataset(DIGITS_DATA).X_test
    return forward(record.params, X, TrainConfig(**QUICK_TRAIN)).output, record.params


def pixels(address):
    """The greys of a picture that was sent, without its enlargement."""
    image = Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2])))
    return np.asarray(image)[1::3, 1::3]


def test_a_link_hides_the_test_images_until_they_are_asked_for():
    app = visit(**DIGITS, sets=["glorot_uniform"], train="true", hide_test="true")
    assert "The test set is hidden: its confusion matrix" in text(app)
    assert sentences(app) == []
    assert not [one for one in said(app) if "Confusion" in one or "test image" in one]
    assert [one for one in said(app) if "First-layer weights after training" in one]
    hold(app, hide_test=False)
    assert "The test set is hidden" not in text(app)
    assert [one for one in said(app) if "Confusion matrix" in one]


def test_the_confusion_matrix_counts_every_test_image_once(digits, outputs):
    assert not digits.exception
    frame = frame_with(chart(digits, "Confusion matrix"), "count")
    assert frame["count"].sum() == 100
    y, said_to_be = load_dataset(DIGITS_DATA).y_test, outputs[0].argmax(axis=1)
    right = frame[frame["actual"] == frame["predicted"]]["count"].sum()
    assert right == (y == said_to_be).sum()
    assert (
        f"{100 - right} of 100 test images are misclassified" in chart(digits, "Confusion matrix").proto.alt
    )
    counted = frame.set_index(["actual", "predicted"])["count"]
    for actual, predicted in zip(y, said_to_be, strict=True):
        assert counted[str(actual), str(predicted)] > 0


def test_one_image_is_shown_with_its_ten_outputs(digits, outputs):
    dataset = load_dataset(DIGITS_DATA)
    first = int(np.flatnonzero(outputs[0].argmax(axis=1) != dataset.y_test)[0])
    for index in (first, 99, 0):
        hold(digits, _image=index)
        assert 0 <= widget(digits, "_image").value <= 99
        bars = frame_with(chart(digits, "Outputs by class"), "output")
        assert bars["output"].sum() == pytest.approx(1, abs=1e-3)
        np.testing.assert_allclose(bars["output"], outputs[0][index], atol=1e-4)
        assert bars[bars["kind"] == "actual"]["class"].tolist() == [str(dataset.y_test[index])]
        shown = pixels(frame_with(chart(digits, "The image"), "picture")["picture"][0])
        np.testing.assert_array_equal(shown, (dataset.X_test[index] * 255).round().reshape(28, 28))


def test_another_start_is_looked_at_when_it_is_chosen(digits):
    hold(digits, _look="zeros")
    assert "zeros, the first seed, after epoch 3." in text(digits)
    frame = frame_with(chart(digits, "Confusion matrix"), "count")
    assert (frame.groupby("predicted")["count"].sum() > 0).sum() == 1, "it says the same of every image"
    hold(digits, _look="glorot_uniform")


def test_an_image_beyond_a_smaller_test_set_gives_way_to_one_that_is_there(digits):
    hold(digits, _image=99)
    hold(digits, split="300/100/50")
    assert not digits.exception
    assert sentences(digits) == []
    assert widget(digits, "_image").value < 50
    assert frame_with(chart(digits, "Confusion matrix"), "count")["count"].sum() == 50
    hold(digits, split=DIGITS["split"])


def assert_trained_on(app, digest):
    data = DataConfig(name="own_images", points=digest, split="40/12/10")
    (records,) = trained(data, ["he_normal"], **QUICK_TRAIN, batch_size=8).values()
    median = np.median([record.valid_accuracy for record in records])
    assert table(app, "measured").loc["he_normal", "validation accuracy"].startswith(f"{median:.1%} ")
    assert frame_with(chart(app, "Confusion matrix"), "count")["count"].sum() == 10
    assert len(frame_with(chart(app, "Outputs by class"), "output")) == 3


@pytest.mark.slow
def test_images_that_are_uploaded_are_trained_on_until_others_that_can_be_read():
    app = visit(**QUICK | {"split": "40/12/10", "batch_size": "8"}, sets=["he_normal"], train="true")
    hold(app, name="own_images")
    assert not any("points is ''" in one for one in sentences(app)), "they are asked for, not missed"
    assert any("Upload a file of your own" in one for one in sentences(app))
    digest = hashlib.sha256(OWN).hexdigest()
    app.file_uploader[0].upload("images.npz", OWN, "application/zip")
    go(app)
    assert not app.exception
    assert sentences(app) == []
    assert widget(app, "points").value == app.query_params["points"] == digest
    assert_trained_on(app, digest)
    app.file_uploader[0].upload("other.npz", b"nonsense", "application/zip")
    go(app)
    assert not app.exception
    (sentence,) = sentences(app)
    assert "not a readable .npz archive" in sentence
    assert widget(app, "points").value == digest
    assert_trained_on(app, digest)


def test_images_in_another_form_are_used_and_told():
    with np.load(io.BytesIO(OWN)) as file:
        own = {name: file[name] for name in file.files}
    other = io.BytesIO()
    np.savez(
        other,
        train_images=own["x_train"] / 255,
        train_labels=own["y_train"],
        test_images=own["x_test"] / 255,
        test_labels=own["y_test"],
    )
    app = visit(**QUICK | {"split": "40/12/10", "batch_size": "8"}, sets=["he_normal"], train="true")
    hold(app, name="own_images")
    app.file_uploader[0].upload("images.npz", other.getvalue(), "application/zip")
    go(app)
    assert not app.exception
    assert sentences(app) == []
    assert_trained_on(app, hashlib.sha256(other.getvalue()).hexdigest())
    told = [caption.value for caption in app.sidebar.caption]
    assert any("are the training set" in one and "images" in one for one in told)
    assert "Pixels from 0 to 1 are stored as the nearest of 256 levels\\." in told


def test_a_fingerprint_that_is_not_here_gets_one_sentence():
    app = visit(**QUICK | {"name": "own_images", "points": "ab" * 32})
    assert not app.exception
    assert sentences(app) == [
        "own_images needs the file whose sha256 begins with abababababab…; upload it again, or in the "
        "terminal give it with --images."
    ]
    assert charts(app) == []
    assert app.file_uploader[0].label == "Images as .npz", "where it can be uploaded"
    assert said_of(app, "One unit adds up"), "the rest of the page is there"
