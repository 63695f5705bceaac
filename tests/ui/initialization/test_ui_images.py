"""Inside an image model: which mistakes are worst, and pictures of pixels and of weights, pixel by pixel."""

import types
from contextlib import nullcontext

import numpy as np
import pandas as pd
import pytest
from linear import pixels

from data import Dataset
from lab.links.ensemble import Ensemble, Start
from lab.links.experiment import Experiment
from mlp import EpochRecord, Layer, TrainConfig
from ui.initialization import images

BLUE, ORANGE, WHITE = (0x00, 0x72, 0xB2), (0xD5, 0x5E, 0x00), (255, 255, 255)
ENLARGED = 3


def colours(address):
    """(h, w, 3) of a picture, a pixel a value: each is a square of one colour, and opaque."""
    found = pixels(address)
    assert (found[..., 3] == 255).all()
    small = found[::ENLARGED, ::ENLARGED, :3]
    np.testing.assert_array_equal(small.repeat(ENLARGED, 0).repeat(ENLARGED, 1), found[..., :3])
    return small


def test_the_worst_mistakes_are_the_most_certain_first():
    outputs = np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8], [1.0, 0.0], [0.3, 0.7]])
    wrong = np.array([1, 2, 4])  # the others are right, however certain
    assert images.worst(outputs, wrong).tolist() == [2, 4, 1]
    assert images.worst(outputs, wrong, n=2).tolist() == [2, 4]
    assert images.worst(outputs, wrong[:0]).tolist() == []
    alike = np.full((40, 3), 0.5)
    assert images.worst(alike, np.arange(3, 40)).tolist() == list(range(3, 15)), "in their order"


def test_an_image_is_its_pixels_grey_or_coloured_and_those_that_rounding_moved_are_moved_back():
    grey = np.array([[-1e-6, 51.0, 102.0], [153.4, 254.9999, 255.0001]])
    expected = np.array([[0, 51, 102], [153, 255, 255]])[..., np.newaxis].repeat(3, 2)
    np.testing.assert_array_equal(colours(images.picture(grey.ravel(), (2, 3))), expected)
    raw = np.random.default_rng(0).integers(0, 256, (4, 5, 3))
    np.testing.assert_array_equal(colours(images.picture(raw.ravel().astype(float), (4, 5, 3))), raw)


def test_weights_are_blue_where_positive_orange_where_negative_and_white_at_zero():
    found = colours(images.weights_picture([2.0, -2.0, 0.0, 1.0, -0.5, 9.0], (2, 3), largest=2.0))
    assert found.shape == (2, 3, 3)
    top, bottom = found.tolist()
    assert list(map(tuple, top)) == [BLUE, ORANGE, WHITE]
    half, quarter, beyond = bottom
    np.testing.assert_allclose(half, (np.array(WHITE) + BLUE) / 2, atol=1)
    np.testing.assert_allclose(quarter, (3 * np.array(WHITE) + ORANGE) / 4, atol=1)
    assert tuple(beyond) == BLUE
    assert (colours(images.weights_picture(np.ones(4), (2, 2), largest=0.0)) == 255).all()


def test_the_weights_of_three_colours_are_drawn_by_their_mean():
    weights = [[[3.0, 0.0, 0.0], [-1.0, -1.0, -1.0], [1.0, -2.0, 1.0]]]
    (row,) = colours(images.weights_picture(np.ravel(weights), (1, 3, 3), largest=1.0)).tolist()
    assert list(map(tuple, row)) == [BLUE, ORANGE, WHITE]


def image_dataset(n_test=5, shape=(2, 2)):
    """Images whose test pixels are 10 i + k for image i, scaled by half after a shift of ten."""
    size = int(np.prod(shape))
    raw = 10.0 * np.arange(n_test)[:, np.newaxis] + np.arange(size)
    X_test = ((raw - 10) / 2).astype(np.float32)
    y_test = np.arange(n_test) % 3
    train = (X_test[:0], y_test[:0]) * 2
    scaling = (np.full(size, 10.0), np.full(size, 2.0))
    return Dataset(*train, X_test, y_test, ("cat", "dog", "fox"), shape, "own_images", *scaling)


def test_a_grid_has_the_raw_images_in_rows_of_six():
    frame = images._grid([4, 0, 1, 2, 3, 4, 1], image_dataset(), list("abcdefg"))
    assert frame["index"].tolist() == [4, 0, 1, 2, 3, 4, 1]
    assert frame["label"].tolist() == list("abcdefg")
    assert frame[["row", "column"]].to_numpy().tolist() == [[0, k] for k in range(6)] + [[1, 0]]
    assert colours(frame["picture"][0])[..., 0].tolist() == [[40, 41], [42, 43]]
    assert colours(frame["picture"][1])[..., 0].tolist() == [[0, 1], [2, 3]]


@pytest.fixture
def drawn(monkeypatch):
    """{gallery's title: its frame} of what is shown, without a page."""
    seen = {}

    def gallery(frame, n_columns, title, **options):
        assert (frame["column"] < n_columns).all()
        seen[title] = frame

    monkeypatch.setattr(images.picture_charts, "gallery", gallery)
    monkeypatch.setattr(images, "show", lambda *arguments: None)
    return seen


def test_each_mistake_says_what_it_is_what_it_was_taken_for_and_every_output(drawn):
    dataset = image_dataset(3)  # a cat, a dog and a fox
    outputs = np.array([[0.1, 0.3, 0.6], [0.9, 0.06, 0.04], [0.0, 0.25, 0.75]])
    images._mistakes(outputs, dataset, np.array([0, 1]))
    (frame,) = drawn.values()
    assert frame["label"].tolist() == ["dog, not cat", "cat, not fox"]
    assert frame[["output cat", "output dog", "output fox"]].to_numpy().tolist() == [
        ["0.900", "0.060", "0.040"],
        ["0.100", "0.300", "0.600"],
    ]


@pytest.mark.parametrize(
    ("rows", "n_wrong", "said"),
    [
        ([1, 0], 2, "All of 2 misclassified test images: first number 1, {}; the last with output 0.600"),
        (
            [1, 0],
            1234,
            "The 2 worst of 1,234 misclassified test images: first number 1, {}; the last with output 0.600",
        ),
        ([1], 1, "The one misclassified test image, number 1: {}"),
    ],
)
def test_the_words_of_the_worst_mistakes_are_how_many_and_the_most_certain(rows, n_wrong, said):
    outputs = np.array([[0.1, 0.3, 0.6], [0.9, 0.06, 0.04], [0.0, 0.25, 0.75]])  # of a cat, a dog and a fox
    words = images._worst_in_words(outputs, image_dataset(3), np.array(rows), n_wrong)
    assert words == said.format("dog, not cat, with output 0.900")


@pytest.mark.parametrize(
    ("W", "said"),
    [
        (
            [[3.0, 0.0], [0.0, -4.0]],
            "the largest weight has the magnitude 4, in unit 2; the root mean square is 2.5",
        ),
        ([[0.0, 0.0]], "all weights are 0"),
        ([[0.5, -0.5]], "all weights have the magnitude 0.5"),
        ([[np.nan, 1.0]], "not all weights are finite"),
        ([[np.inf, 1.0]], "not all weights are finite"),
    ],
)
def test_the_words_of_the_first_weights_are_their_sizes(W, said):
    words = images._weights_in_words(np.array(W, "f4"))
    assert words == f"2 units, one picture each, blue positive, orange negative: {said}"
    one = images._weights_in_words(np.array([[0.25], [-2.0]], "f4"))
    assert one.startswith("1 unit, ")


@pytest.mark.parametrize(("width", "pictures"), [(3, 3), (30, 24)])
def test_the_first_weights_are_drawn_before_and_after_a_picture_a_unit(drawn, width, pictures):
    dataset = image_dataset()
    config = TrainConfig(hidden_layer_sizes=(width,), initializer="constant")
    after = np.zeros((4, width), "f4")
    after[0, 0], after[3, 1] = -0.5, 0.25
    images._weights((Layer(after, np.zeros(width, "f4")),), config, dataset)
    assert list(drawn) == [
        "First-layer weights before training, ±1",
        "First-layer weights after training, ±0.5",
    ]
    before, then = drawn.values()
    assert then["unit"].tolist() == list(range(1, pictures + 1))
    assert {tuple(c) for c in colours(before["picture"][0]).reshape(-1, 3)} == {BLUE}
    assert tuple(colours(then["picture"][0])[0, 0]) == ORANGE
    assert tuple(colours(then["picture"][1])[0, 0]) == WHITE
    np.testing.assert_allclose(colours(then["picture"][1])[1, 1], (np.array(WHITE) + BLUE) / 2, atol=1)


@pytest.mark.parametrize(
    ("n_valid", "finding"),
    [
        (0, None),
        (1, "The one validation image is classified correctly"),
        (2, "1 of 2 validation images is misclassified"),
        (4, "2 of 4 validation images are misclassified"),
    ],
)
def test_of_weights_that_were_opened_the_validation_images_are_counted_and_no_test_image(
    drawn, monkeypatch, n_valid, finding
):
    """The network classifies an image as the class of its brightest pixel."""
    matrices = []
    monkeypatch.setattr(images, "cached_view", lambda make, network: make(network))
    monkeypatch.setattr(images.counts, "confusion", lambda *matrix: matrices.append(matrix))
    monkeypatch.setattr(images, "show", lambda chart, kind, said: None)
    bright = np.eye(4, dtype=np.float32)
    X_valid, y_valid = bright[[0, 1, 1, 2]][:n_valid], np.array([0, 2, 1, 0])[:n_valid]
    dataset = image_dataset()._replace(X_valid=X_valid, y_valid=y_valid)  # five test images, all at class 0
    params = (Layer(bright[:, :3] + 0.5, np.zeros(3, "f4")),)
    network = types.SimpleNamespace(
        params=params, config=TrainConfig(hidden_layer_sizes=()), dataset=dataset, name="saved.npz"
    )
    images.opened(network)
    assert list(drawn) == ["saved.npz: its first-layer weights, ±1.5"]
    if finding is None:
        assert matrices == []
        return
    ((frame, title),) = matrices
    assert title == finding
    counted = frame.set_index(["actual", "predicted"])["count"]
    pairs = [("cat", "cat"), ("fox", "dog"), ("dog", "dog"), ("cat", "fox")][:n_valid]
    assert {pair: n for pair, n in counted.items() if n} == dict.fromkeys(pairs, 1)
    drawn.clear()
    images.opened(types.SimpleNamespace(dataset=dataset._replace(image_shape=None)))
    assert not drawn


@pytest.mark.parametrize(
    ("wrong", "index", "finding", "kinds"),
    [
        ([2, 4], 2, "Classified as dog, but it is fox", ["other", "predicted", "actual"]),
        ([], 0, "Classified as cat, correctly", ["actual", "other", "other"]),
    ],
)
def test_one_image_is_at_first_the_first_mistake_with_its_outputs(
    drawn, monkeypatch, wrong, index, finding, kinds
):
    dataset, asked, bars = image_dataset(), [], []
    outputs = np.array([[0.7, 0.2, 0.1], [0, 1, 0], [0.1, 0.6, 0.3], [1, 0, 0], [1, 0, 0.0]])

    def number_input(label, least, most, first, **_):
        asked.append((least, most, first))
        return first

    elements = types.SimpleNamespace(
        number_input=number_input, columns=lambda n: [nullcontext()] * len(n), info=asked.append
    )
    monkeypatch.setattr(images, "st", elements)
    monkeypatch.setattr(images.picture_charts, "outputs", lambda *chart: bars.append(chart))
    assert images._one_image(outputs, dataset, np.array(wrong, int), TrainConfig()) == index
    assert asked == [(0, 4, index)]
    ((frame, title, ends),) = bars
    assert (title, ends) == (finding, (0, 1))
    assert frame["kind"].tolist() == kinds
    assert frame["output"].tolist() == outputs[index].tolist()
    (grid,) = drawn.values()
    assert (grid["index"].tolist(), grid["label"].tolist()) == ([index], [["cat", "dog", "fox"][index % 3]])
    assert images._one_image(outputs, image_dataset(0), np.array([], int), TrainConfig()) is None


def test_the_losses_of_one_test_image_are_those_of_its_scaled_and_of_its_raw_pixels(monkeypatch):
    dataset = image_dataset()._replace(X_valid=np.full((5, 4), 99.0, "f4"), y_valid=np.zeros(5, int))
    tables = []
    monkeypatch.setattr(images.st, "markdown", lambda text: None)
    monkeypatch.setattr(images.st, "caption", lambda text: None)
    monkeypatch.setattr(images, "show_rows", lambda rows: tables.append(pd.DataFrame(rows)))
    monkeypatch.setattr(images.sigmoids, "looked_at", lambda losses: "")
    W = np.linspace(-0.03, 0.05, 12, dtype=np.float32).reshape(4, 3)
    config = TrainConfig(hidden_layer_sizes=(), loss="sigmoid_cross_entropy")
    images._answers((Layer(W, np.zeros(3, "f4")),), config, dataset, 3, (0.5,))
    (table,) = tables
    assert table["pixels"].tolist() == ["scaled", "as it is, 0 to 255"]
    raw = np.array([30.0, 31.0, 32.0, 33.0])  # of image 3, which is a cat
    for X, text, loss in zip(((raw - 10) / 2, raw), *(table.iloc[:, 1:3].to_numpy().T), strict=True):
        p = 1 / (1 + np.exp(-X @ W.astype(float)))
        assert text == "[" + "  ".join(f"{one:.3f}" for one in p) + "]"
        assert float(loss) == pytest.approx(-np.log(p[0]) - np.log(1 - p[1]) - np.log(1 - p[2]), abs=2e-3)


def test_a_run_that_diverged_is_not_looked_into(drawn, monkeypatch):
    said = []
    monkeypatch.setattr(images, "st", types.SimpleNamespace(error=said.append))
    start = Start("normal", 1.0)
    ensemble = Ensemble(Experiment(None, TrainConfig()), 2, (Start("zeros", 1.0), start))
    lost = EpochRecord(3, 0.1, *[np.nan] * 6, penalty=0.0, diverged=True, seconds=1.0, params=())
    shown = types.SimpleNamespace(records=[None, None, lost, None])
    run = types.SimpleNamespace(n_epochs=3, with_parameters=lambda epoch: shown)
    images.section(ensemble, run, start, image_dataset(), hidden=False)
    shown.records[2] = lost._replace(epoch=0)
    images.section(ensemble, run, start, image_dataset(), hidden=False)
    assert said == [
        f"normal, the first seed, diverged {when}: there is nothing to show."
        for when in ("in epoch 3", "before the first epoch")
    ]
    assert drawn == {}


@pytest.mark.parametrize(("asked", "lost_in", "explained"), [(3, 9, True), (9, 9, False), (3, 2, False)])
def test_weights_of_an_epoch_beyond_those_asked_for_are_explained(monkeypatch, asked, lost_in, explained):
    said = []
    monkeypatch.setattr(images, "st", types.SimpleNamespace(error=said.append, caption=said.append))
    start = Start("normal", 1.0)
    ensemble = Ensemble(Experiment(None, TrainConfig(epochs=asked)), 1, (start,))
    lost = EpochRecord(lost_in, 0.1, *[np.nan] * 6, penalty=0.0, diverged=True, seconds=1.0, params=())
    shown = types.SimpleNamespace(records=[lost])
    run = types.SimpleNamespace(n_epochs=9, with_parameters=lambda epoch: shown)
    images.section(ensemble, run, start, image_dataset(), hidden=False)
    why = ["This training has gone on to epoch 9; on images, only its last weights are kept."] * explained
    assert said == [
        *why,
        f"normal, the first seed, diverged in epoch {lost_in}: there is nothing to show.",
    ]
