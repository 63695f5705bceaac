"""The plane and its pictures: what is known of a straight network is what its pixels show."""

import tracemalloc
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linear import STRAIGHT, pixels, points_dataset, straight

from lab.training_figures import figures
from mlp import Layer, TrainConfig, forward, init_params
from ui.charts import palette
from ui.figures import bent_plane, diagram, frames, maps, polylines
from ui.figures.maps import Plane

PLAIN = points_dataset([(-1, 0, 0), (1, 0, 1)])
PLANE = Plane((-2.0, 2.0), (-1.0, 3.0))
N = 40
CELL = 4 / N
LINES = [((1, 0), 0.0), ((0, 1), -1.0), ((-3, 1), 0.5)]
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
    return pixels(maps.class_pictures(p).sheet())


@pytest.mark.parametrize(("w", "b"), LINES)
def test_each_side_of_the_line_has_its_classs_colour_stronger_farther_from_it(w, b):
    picture, distance = picture_of(w, b), signed_distance(w, b)
    assert picture.shape == (N, N, 4)
    for k, side in ((0, distance < -CELL), (1, distance > CELL)):
        assert side.any()
        assert (picture[side][:, :3] == palette.rgb(palette.CLASSES[k])).all()
        assert (picture[side][:, 3] > 0).all()
    alpha = picture[..., 3].astype(int)
    assert (np.diff(alpha.ravel()[np.argsort(np.abs(distance).ravel())]) >= 0).all()
    assert alpha.max() - alpha.min() > 60
    assert alpha.max() < 255, "the points stay visible"


@pytest.mark.parametrize("n", [N, 25])
@pytest.mark.parametrize(("w", "b"), LINES)
def test_the_boundary_lies_on_the_line(w, b, n):
    p = maps.probabilities([straight(w, b, strength=3.0)], STRAIGHT, PLAIN, PLANE, n)
    (lines,) = maps.boundaries(p, PLANE)
    assert len(lines) == 1
    x, y = np.asarray(lines[0]).T
    assert np.abs(w[0] * x + w[1] * y + b).max() / np.hypot(*w) < 2 / n
    assert np.hypot(x[-1] - x[0], y[-1] - y[0]) > 2, "it crosses the plane"
    assert max(np.abs(x).max(), np.abs(y - 1).max()) <= 2, "within the plane"
    everywhere = maps.probabilities([straight((1, 0), 50.0)], STRAIGHT, PLAIN, PLANE, n)
    assert maps.boundaries(everywhere, PLANE) == [[]]
    both = maps.boundaries(np.concatenate([everywhere, p]), PLANE)
    assert both[0] == []
    np.testing.assert_array_equal(both[1], lines)


def test_a_simplified_line_keeps_its_ends_and_stays_within_the_tolerance():
    angle, kept = np.linspace(0, 2 * np.pi, 400), []
    for line in (
        np.column_stack([np.cos(angle), np.sin(angle)]),
        np.column_stack([angle, np.sign(np.sin(3 * angle))]),
        np.random.default_rng(0).normal(size=(50, 2)),
    ):
        for tolerance in (0.3, 0.01):
            (few,) = polylines.simplified([line], tolerance)
            np.testing.assert_array_equal(few[[0, -1]], line[[0, -1]])
            ends, starts = few[1:, np.newaxis], few[:-1, np.newaxis]
            along = ((line - starts) * (ends - starts)).sum(-1) / ((ends - starts) ** 2).sum(-1).clip(1e-12)
            nearest = starts + along.clip(0, 1)[..., np.newaxis] * (ends - starts)
            assert np.linalg.norm(nearest - line, axis=-1).min(axis=0).max() <= tolerance + 1e-12
            kept.append((line, tolerance, few))
    straight = np.column_stack([angle, 2 * angle])
    assert len(polylines.simplified([straight], 1e-9)[0]) == 2, "of a straight line its ends"
    assert len(polylines.simplified([np.zeros((1, 2))], 0.1)[0]) == 1
    assert polylines.simplified([], 0.1) == []
    for tolerance in (0.3, 0.01):
        alone = [few for _, one, few in kept if one == tolerance]
        together = polylines.simplified([line for line, one, _ in kept if one == tolerance], tolerance)
        for one, other in zip(alone, together, strict=True):
            np.testing.assert_array_equal(one, other)


def test_a_simplified_line_is_that_of_ramer_douglas_and_peucker():
    def few(line, tolerance):
        first, last = line[0], line[-1]
        if len(line) < 3:
            return list(line)
        chord = last - first
        distances = []
        for point in line[1:-1]:
            along = min(1.0, max(0.0, (point - first) @ chord / max(chord @ chord, 1e-300)))
            distances.append(np.hypot(*(point - first - along * chord)))
        if max(distances) <= tolerance:
            return [first, last]
        middle = 1 + int(np.argmax(distances))
        return few(line[: middle + 1], tolerance)[:-1] + few(line[middle:], tolerance)

    rng = np.random.default_rng(3)
    lines = [rng.normal(size=(k, 2)).cumsum(axis=0) for k in (1, 2, 3, 40, 200)]
    lines.append(np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 0.0], [1.0, -1.0], [0.0, 0.0]]))  # a tie, and closed
    for tolerance in (0.0, 0.5, 3.0):
        for line, simple in zip(lines, polylines.simplified(lines, tolerance), strict=True):
            np.testing.assert_array_equal(simple, few(line, tolerance))


def test_three_classes_have_a_boundary_between_each_two_neighbours():
    W = np.array([[-8.0, 0.0, 8.0], [0.0, 0.0, 0.0]], np.float32)  # class 1 between x = -1 and 1
    network = (Layer(W, np.array([-8.0, 0.0, -8.0], np.float32)),)
    p = maps.probabilities([network], STRAIGHT, PLAIN, PLANE, N)
    found = {round(float(x)) for line in maps.boundaries(p, PLANE)[0] for x in np.asarray(line)[:, 0]}
    assert found == {-1, 1}
    picture = pixels(maps.class_pictures(p).sheet())
    for column, k in ((0, 0), (N // 2, 1), (N - 1, 2)):
        assert (picture[:, column, :3] == palette.rgb(palette.CLASSES[k])).all()


def test_the_plane_is_in_the_units_before_scaling():
    scaled = points_dataset([(-1, 0, 0), (1, 0, 1)], shift=(0.5, 0.0), scale=(0.5, 1.0))
    p = maps.probabilities([straight((1, 0), -1.0, 4.0)], STRAIGHT, scaled, PLANE, N)
    line = np.concatenate(maps.boundaries(p, PLANE)[0])
    assert np.allclose(line[:, 0], 1.0, atol=CELL / 2), "scaled 1 is raw 0.5 + 0.5 · 1"
    ((_, ranges),) = maps.unit_maps(unit_network(), HIDDEN, scaled, PLANE, N)
    x = (centres()[0] - 0.5) / 0.5
    assert ranges[0] == pytest.approx((x.min(), x.max()), rel=1e-5)


@pytest.mark.parametrize("chunk", [maps.CHUNK_VALUES, 3000])
def test_every_network_of_a_stack_has_its_own_output_at_every_point(monkeypatch, chunk):
    monkeypatch.setattr(maps, "CHUNK_VALUES", chunk)
    config = TrainConfig(hidden_layer_sizes=(6, 5), activation="tanh")
    networks = [init_params(TrainConfig(hidden_layer_sizes=(6, 5), init_seed=i), 2, 4) for i in range(3)]
    together = maps.probabilities(networks, config, PLAIN, PLANE, N)
    assert together.shape == (3, N, N, 4)
    X = np.stack(centres(), axis=-1).reshape(-1, 2).astype(np.float32)
    for network, p in zip(networks, together, strict=True):
        np.testing.assert_allclose(p.reshape(-1, 4), forward(network, X, config).output, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("n_rows", [0, 6, 7, 20])
@pytest.mark.parametrize("n_runs", [(), (3,)])
def test_chunks_give_what_one_pass_gives(monkeypatch, n_rows, n_runs):
    config = TrainConfig(hidden_layer_sizes=(5, 4), activation="tanh", dtype="float64")
    layers = init_params(config, 2, 3)
    params = tuple(Layer(*(np.broadcast_to(a, (*n_runs, *a.shape)).copy() for a in one)) for one in layers)
    X, sizes = np.random.default_rng(0).normal(size=(n_rows, 2)), []
    whole = forward(params, X, config).output
    monkeypatch.setattr(maps, "CHUNK_VALUES", 6 * 2 * 12 * int(np.prod(n_runs)))  # six rows of 5 + 4 + 3

    def pick(passed):
        sizes.append(passed.output.shape[-2])
        return passed.output

    outputs = maps.forward_in_chunks(params, X, config, pick)
    np.testing.assert_allclose(outputs, whole, rtol=1e-13, atol=1e-15)
    assert sizes == {0: [0], 6: [6], 7: [6, 1], 20: [6, 6, 6, 2]}[n_rows]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("what", "sizes"),
    [
        ("map", (100,) * 20),
        ("bent plane", (2000,)),
        ("bent plane", (100,) * 20),
        ("confusion", (2000,)),
        ("units", (100,) * 20),
        ("diagram", (2000,)),
        ("figures", (2000,)),
    ],
)
def test_the_figures_of_a_large_network_take_little_memory(what, sizes):
    rng, deep = np.random.default_rng(1), TrainConfig(hidden_layer_sizes=sizes)
    rows = np.column_stack([rng.normal(size=(20_000, 2)), rng.integers(0, 2, 20_000)])
    dataset, params = points_dataset(rows, test=rows), init_params(deep, 2, 2)
    shown = SimpleNamespace(number=0, records=[SimpleNamespace(params=params)])
    run = SimpleNamespace(configs=[deep], dataset=dataset, with_parameters=lambda epoch: shown)
    draw = {
        "map": lambda: maps.probabilities([params], deep, dataset, PLANE),
        "bent plane": lambda: bent_plane.projected([params], deep, dataset, PLANE, np.arange(600)),
        "confusion": lambda: frames.confusion(params, deep, dataset),
        "units": lambda: maps.unit_maps(params, deep, dataset, PLANE),
        "diagram": lambda: diagram.at_epoch(run, 0, 0, diagram.shown(params)),
        "figures": lambda: figures(deep, dataset, [(0, params)]),
    }[what]
    tracemalloc.start()
    try:
        draw()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # 14,400 or 20,000 rows of 2 · 20 · 100 float32 values would be 230 or 320 MB
    assert peak < 40e6


def test_where_an_output_is_not_a_number_nothing_is_drawn():
    p = maps.probabilities([straight((1, 0), 0.0)], STRAIGHT, PLAIN, PLANE, N).copy()
    p[0, :5] = np.nan
    p[0, 5, 0, 1] = np.inf
    picture = pixels(maps.class_pictures(p).sheet())
    assert (picture[:5, :, 3] == 0).all()
    assert picture[5, 0, 3] == 0
    assert (picture[6:, :, 3] > 0).all()
    assert maps.boundaries(np.full_like(p, np.nan), PLANE) == [[]]
    assert (pixels(maps.BLANK)[..., 3] == 0).all()


def test_disagreement_is_the_share_that_votes_against_the_majority():
    votes = np.array([[[0, 0], [1, 2]], [[0, 0], [1, 1]], [[0, 1], [1, 0]], [[0, 1], [0, 0]]])
    share = maps.disagreement(np.eye(3)[votes])
    np.testing.assert_allclose(share, [[0.0, 0.5], [0.25, 0.5]])
    assert (maps.disagreement(np.eye(3)[votes[:1]]) == 0).all(), "one network agrees with itself"


def test_the_picture_of_disagreement_is_clear_where_all_agree_and_stronger_where_more_do_not():
    picture = pixels(maps.disagreement_pictures(np.array([[[0.0, 0.2, 0.4]]])).sheet())
    alpha = picture[0, :, 3].astype(int)
    assert alpha[0] == 0
    assert 0 < alpha[1] < alpha[2] < 255
    assert (picture[0, 1:, :3] == palette.rgb(palette.DISAGREEMENT)).all()


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
        seen = part[..., 3] > 0
        assert (seen | (np.abs(values) < 0.04 * np.abs(values).max())).all()
        assert (part[seen & (values > 0)][:, :3] == palette.rgb(palette.POSITIVE)).all()
        assert (part[seen & (values < 0)][:, :3] == palette.rgb(palette.NEGATIVE)).all()
        assert ranges[unit] == pytest.approx((values.min(), values.max()), rel=1e-5)
        alpha = part[..., 3].astype(float).ravel()
        assert (np.diff(alpha[np.argsort(np.abs(values).ravel(), kind="stable")]) >= 0).all()
        assert alpha.max() == 255
    assert palette.POSITIVE != palette.NEGATIVE


def test_there_is_a_picture_for_every_hidden_layer_and_a_place_for_every_unit():
    config = TrainConfig(hidden_layer_sizes=(3, 20, 60))
    params = init_params(config, 2, 2)
    layers = maps.unit_maps(params, config, PLAIN, PLANE, N)
    assert [len(ranges) for _, ranges in layers] == [3, 20, 48], "of a wide layer the first 48 units"
    unit_pixels(layers[2][0], 47, 48)  # six rows are full, and there is no seventh
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


@pytest.mark.parametrize("value", [np.nan, 0.0])
def test_a_unit_without_numbers_or_without_life_draws_nothing(value):
    hidden, output = unit_network()
    hidden = Layer(np.full_like(hidden.W, value), np.zeros_like(hidden.b))
    ((picture, ranges),) = maps.unit_maps((hidden, output), HIDDEN, PLAIN, PLANE, N)
    assert (pixels(picture)[..., 3] == 0).all()
    assert len(ranges) == 3


POINTS = st.lists(st.tuples(*[st.floats(-100, 100, width=32)] * 2), min_size=1, max_size=30)


@given(POINTS.map(np.array), st.sampled_from([0.0, 3.0]))
@settings(deadline=None, database=None, max_examples=30)
def test_the_plane_is_square_and_has_every_point_in_it_and_with_least_the_origin_in_its_middle(points, least):
    plane = maps.plane_of(points, least)
    (left, right), (bottom, top) = plane.x, plane.y
    assert right - left == pytest.approx(top - bottom, rel=1e-6)
    assert (points > [left, bottom]).all()
    assert (points < [right, top]).all()
    if least:
        assert (left, bottom) == (-right, -top)
        assert right >= least


def test_the_plane_of_generated_points_is_centred_on_them_with_a_margin():
    (left, right), y, _ = maps.plane_of(np.array([[0.0, 5.0], [2.0, 5.5]]))
    assert (left + right) / 2 == pytest.approx(1.0)
    assert sum(y) / 2 == pytest.approx(5.25)
    assert right - left == pytest.approx(2 * 1.08)
