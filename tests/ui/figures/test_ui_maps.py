"""The map: what is known of a straight network is what its pixels show."""

import numpy as np
import pytest
from linear import STRAIGHT, pixels, points_dataset, straight

from mlp import Layer, TrainConfig, forward, init_params
from ui.charts import palette
from ui.figures import chunks, maps
from ui.figures.maps import Plane

PLAIN = points_dataset([(-1, 0, 0), (1, 0, 1)])
PLANE = Plane((-2.0, 2.0), (-1.0, 3.0))
N = 40
CELL = 4 / N
LINES = [((1, 0), 0.0), ((0, 1), -1.0), ((1, 2), -2.0), ((-3, 1), 0.5), ((2, -1), 1.0)]
HIDDEN = TrainConfig(hidden_layer_sizes=(3,), activation="identity")


def centres():
    """x and y of every pixel, (N, N): the top row has the largest y."""
    x = np.array([-2 + (column + 0.5) * CELL for column in range(N)])
    y = np.array([3 - (row + 0.5) * CELL for row in range(N)])
    return np.meshgrid(x, y)


def signed_distance(w, b):
    x, y = centres()
    return (w[0] * x + w[1] * y + b) / np.hypot(*w)


def picture_of(w, b):
    p = maps.probabilities([straight(w, b)], STRAIGHT, PLAIN, PLANE, N)
    return pixels(maps.class_picture(p[0]))


def reads(colour):
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


@pytest.mark.parametrize(("w", "b"), LINES)
def test_each_side_of_the_line_has_its_classs_colour(w, b):
    picture, distance = picture_of(w, b), signed_distance(w, b)
    assert picture.shape == (N, N, 4)
    for k, side in ((0, distance < -CELL), (1, distance > CELL)):
        assert side.any()
        assert (picture[side][:, :3] == reads(palette.CLASSES[k])).all()
        assert (picture[side][:, 3] > 0).all()


@pytest.mark.parametrize(("w", "b"), LINES)
def test_the_colour_is_stronger_farther_from_the_line(w, b):
    alpha = picture_of(w, b)[..., 3].astype(int)
    order = np.argsort(np.abs(signed_distance(w, b)).ravel())
    assert (np.diff(alpha.ravel()[order]) >= 0).all()
    assert alpha.max() - alpha.min() > 60
    assert alpha.max() < 255, "the points stay visible"


def test_the_top_row_has_the_largest_y():
    picture = picture_of((0, 1), -1.0)
    assert (picture[0, :, :3] == reads(palette.CLASSES[1])).all()
    assert (picture[-1, :, :3] == reads(palette.CLASSES[0])).all()


def test_the_right_column_has_the_largest_x():
    picture = picture_of((1, 0), 0.0)
    assert (picture[:, -1, :3] == reads(palette.CLASSES[1])).all()
    assert (picture[:, 0, :3] == reads(palette.CLASSES[0])).all()


@pytest.mark.parametrize("n", [N, 25])
@pytest.mark.parametrize(("w", "b"), LINES)
def test_the_boundary_lies_on_the_line(w, b, n):
    p = maps.probabilities([straight(w, b, strength=3.0)], STRAIGHT, PLAIN, PLANE, n)[0]
    lines = maps.boundaries(p, PLANE)
    assert len(lines) == 1
    x, y = np.asarray(lines[0]).T
    assert np.abs(w[0] * x + w[1] * y + b).max() / np.hypot(*w) < 2 / n
    assert np.hypot(x[-1] - x[0], y[-1] - y[0]) > 2, "it crosses the plane"
    assert x.min() >= -2
    assert x.max() <= 2
    assert y.min() >= -1
    assert y.max() <= 3


def test_three_classes_have_a_boundary_between_each_two_neighbours():
    W = np.array([[-8.0, 0.0, 8.0], [0.0, 0.0, 0.0]], np.float32)  # class 1 between x = -1 and 1
    network = (Layer(W, np.array([-8.0, 0.0, -8.0], np.float32)),)
    p = maps.probabilities([network], STRAIGHT, PLAIN, PLANE, N)[0]
    found = {round(float(x)) for line in maps.boundaries(p, PLANE) for x in np.asarray(line)[:, 0]}
    assert found == {-1, 1}
    picture = pixels(maps.class_picture(p))
    for column, k in ((0, 0), (N // 2, 1), (N - 1, 2)):
        assert (picture[:, column, :3] == reads(palette.CLASSES[k])).all()


def test_a_class_that_leads_everywhere_has_no_boundary():
    p = maps.probabilities([straight((1, 0), 50.0)], STRAIGHT, PLAIN, PLANE, N)[0]
    assert len(maps.boundaries(p, PLANE)) == 0


def test_the_plane_is_in_the_units_before_scaling():
    scaled = points_dataset([(-1, 0, 0), (1, 0, 1)], shift=(0.5, 0.0), scale=(0.5, 1.0))
    p = maps.probabilities([straight((1, 0), -1.0, 4.0)], STRAIGHT, scaled, PLANE, N)[0]
    line = np.concatenate(maps.boundaries(p, PLANE))
    assert np.allclose(line[:, 0], 1.0, atol=CELL / 2), "scaled 1 is raw 0.5 + 0.5 · 1"
    ((_, ranges),) = maps.unit_maps(unit_network(), HIDDEN, scaled, PLANE, N)
    x = (centres()[0] - 0.5) / 0.5
    assert ranges[0] == pytest.approx((x.min(), x.max()), rel=1e-5)


def test_of_the_outputs_each_point_has_its_own():
    rng = np.random.default_rng(0)
    network = init_params(HIDDEN, 2, 3)
    p = maps.probabilities([network], HIDDEN, PLAIN, PLANE, N)[0]
    x, y = centres()
    for row, column in rng.integers(0, N, (20, 2)):
        X = np.array([[x[row, column], y[row, column]]], np.float32)
        np.testing.assert_allclose(p[row, column], forward(network, X, HIDDEN).output[0], rtol=1e-5)


@pytest.mark.parametrize("chunk", [chunks.CHUNK_VALUES, 3000])
def test_several_networks_at_once_are_each_of_them_alone(monkeypatch, chunk):
    monkeypatch.setattr(chunks, "CHUNK_VALUES", chunk)
    config = TrainConfig(hidden_layer_sizes=(6, 5), activation="tanh")
    networks = [init_params(TrainConfig(hidden_layer_sizes=(6, 5), init_seed=i), 2, 4) for i in range(3)]
    together = maps.probabilities(networks, config, PLAIN, PLANE, N)
    assert together.shape == (3, N, N, 4)
    for network, p in zip(networks, together, strict=True):
        alone = maps.probabilities([network], config, PLAIN, PLANE, N)[0]
        np.testing.assert_allclose(p, alone, rtol=1e-5, atol=1e-7)
    assert not np.allclose(together[0], together[1])


def test_where_an_output_is_not_a_number_nothing_is_drawn():
    p = maps.probabilities([straight((1, 0), 0.0)], STRAIGHT, PLAIN, PLANE, N)[0].copy()
    p[:5] = np.nan
    p[5, 0, 1] = np.inf
    picture = pixels(maps.class_picture(p))
    assert (picture[:5, :, 3] == 0).all()
    assert picture[5, 0, 3] == 0
    assert (picture[6:, :, 3] > 0).all()


def test_a_network_that_is_not_a_number_draws_nothing_and_has_no_boundary():
    nothing = (Layer(np.full((2, 2), np.nan, np.float32), np.full(2, np.nan, np.float32)),)
    p = maps.probabilities([nothing], STRAIGHT, PLAIN, PLANE, N)
    assert (pixels(maps.class_picture(p[0]))[..., 3] == 0).all()
    assert len(maps.boundaries(p[0], PLANE)) == 0


def test_disagreement_is_the_share_that_votes_against_the_majority():
    votes = np.array([[[0, 0], [1, 2]], [[0, 0], [1, 1]], [[0, 1], [1, 0]], [[0, 1], [0, 0]]])
    share = maps.disagreement(np.eye(3)[votes])
    np.testing.assert_allclose(share, [[0.0, 0.5], [0.25, 0.5]])
    assert (maps.disagreement(np.eye(3)[votes[:1]]) == 0).all(), "one network agrees with itself"


def test_the_picture_of_disagreement_is_clear_where_all_agree_and_stronger_where_more_do_not():
    picture = pixels(maps.disagreement_picture(np.array([[0.0, 0.2, 0.4]])))
    alpha = picture[0, :, 3].astype(int)
    assert alpha[0] == 0
    assert 0 < alpha[1] < alpha[2] < 255
    assert (picture[0, 1:, :3] == reads(palette.DISAGREEMENT)).all()


def unit_network():
    """Hidden units x, -2y and the constant 0.5, as they are."""
    W = np.array([[1.0, 0.0, 0.0], [0.0, -2.0, 0.0]], np.float32)
    hidden = Layer(W, np.array([0.0, 0.0, 0.5], np.float32))
    return hidden, Layer(np.ones((3, 2), np.float32), np.zeros(2, np.float32))


def unit_pixels(picture, unit, n_units):
    """A unit's part of its layer's picture: eight a row, each (N, N)."""
    whole = pixels(picture)
    n_rows = -(-n_units // 8)
    assert whole.shape[1] / 8 == whole.shape[0] / n_rows >= N
    side = whole.shape[1] // 8
    top, left = unit // 8 * side, unit % 8 * side
    assert (whole[top : top + side, left + N : left + side, 3] == 0).all(), "a gap to the next"
    return whole[top : top + N, left : left + N]


def test_a_unit_is_blue_where_it_is_positive_and_orange_where_negative():
    ((picture, ranges),) = maps.unit_maps(unit_network(), HIDDEN, PLAIN, PLANE, N)
    x, y = centres()
    for unit, values in enumerate((x, -2 * y, np.full((N, N), 0.5))):
        part = unit_pixels(picture, unit, 3)
        assert (part[values > 0.1][:, :3] == reads(palette.POSITIVE)).all()
        assert (part[values < -0.1][:, :3] == reads(palette.NEGATIVE)).all()
        assert ranges[unit] == pytest.approx((values.min(), values.max()), rel=1e-5)
        alpha = part[..., 3].astype(float).ravel()
        assert (np.diff(alpha[np.argsort(np.abs(values).ravel(), kind="stable")]) >= 0).all()
        assert alpha.max() == 255
    assert palette.POSITIVE != palette.NEGATIVE


def test_there_is_a_picture_for_every_hidden_layer_and_a_place_for_every_unit():
    config = TrainConfig(hidden_layer_sizes=(3, 20))
    params = init_params(config, 2, 2)
    layers = maps.unit_maps(params, config, PLAIN, PLANE, N)
    assert [len(ranges) for _, ranges in layers] == [3, 20]
    x, y = centres()
    X = np.column_stack([x.ravel(), y.ravel()]).astype(np.float32)
    second = forward(params, X, config).activations[1]
    for unit in (0, 7, 8, 19):
        alpha = unit_pixels(layers[1][0], unit, 20)[..., 3].ravel()
        values = np.abs(second[:, unit])
        assert (alpha > 0).any() == (values > 0).any()
        assert layers[1][1][unit] == pytest.approx((second[:, unit].min(), second[:, unit].max()), abs=1e-5)
        assert (np.diff(alpha[np.argsort(values, kind="stable")].astype(int)) >= 0).all()
    assert maps.unit_maps(straight((1, 0), 0.0), STRAIGHT, PLAIN, PLANE) == []


def test_of_a_wide_layer_the_first_units_are_drawn():
    config = TrainConfig(hidden_layer_sizes=(60,))
    ((_, ranges),) = maps.unit_maps(init_params(config, 2, 2), config, PLAIN, PLANE)
    assert 8 <= len(ranges) == maps.MOST_UNITS < 60


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0])
def test_a_unit_without_numbers_or_without_life_draws_nothing(value):
    hidden, output = unit_network()
    hidden = Layer(np.full_like(hidden.W, value), np.zeros_like(hidden.b))
    ((picture, ranges),) = maps.unit_maps((hidden, output), HIDDEN, PLAIN, PLANE, N)
    assert (pixels(picture)[..., 3] == 0).all()
    assert len(ranges) == 3


def test_the_blank_picture_is_clear():
    assert (pixels(maps.BLANK)[..., 3] == 0).all()
