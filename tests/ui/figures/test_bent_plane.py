"""The plane as the last hidden layer bends it: where components can be worked out by hand, and by epoch."""

from types import SimpleNamespace

import numpy as np
import pytest
from linear import STRAIGHT, points_dataset, straight

from mlp import Layer, TrainConfig, init_params
from ui.figures import bent_plane
from ui.figures.maps import Plane

PLANE = Plane((-2.0, 2.0), (-1.0, 3.0))
CROSS = points_dataset([(1, 0, 0), (-1, 0, 0), (0, 1, 1), (0, -1, 1)])
SPLITS = ("train", "validation", "test")


def linear(*weights):
    """(parameters, config) of a network of one linear hidden layer with these weights."""
    W = np.array(weights, np.float32)
    n_units = W.shape[1]
    output = Layer(np.ones((n_units, 2), "f4"), np.zeros(2, "f4"))
    config = TrainConfig(hidden_layer_sizes=(n_units,), activation="identity")
    return (Layer(W, np.arange(n_units, dtype="f4")), output), config


def run(by_epoch, config, dataset, lost=()):
    def snapshot(epoch):
        return SimpleNamespace(records=[SimpleNamespace(params=by_epoch[epoch], diverged=epoch in lost)])

    return SimpleNamespace(configs=[config], dataset=dataset, with_parameters=snapshot)


def read(text):
    """The places of a text as shares of an axis, NaN where there is none: digits 0 to z, two for each."""
    pairs = (text[i : i + 2] for i in range(0, len(text), 2))
    return np.array([np.nan if pair == ".." else int(pair, 36) / (36**2 - 1) for pair in pairs])


def places(frame, axes):
    """(rows, epochs, 2): the places of a frame in the units of the axes."""
    low, high = axes["low"].to_numpy(), axes["high"].to_numpy()
    shares = np.array([[read(text) for text in frame[name]] for name in ("first", "second")])
    return low + (high - low) * np.moveaxis(shares, 0, -1)


def test_two_linear_units_preserve_distances():
    rng = np.random.default_rng(1)
    dataset = points_dataset(np.column_stack([rng.normal(size=(40, 2)), np.arange(40) % 2]), [(1, 1, 0)])
    params, config = linear([0.6, -0.8], [0.8, 0.6])
    (points,), (share,) = bent_plane.projected([params], config, dataset, PLANE, np.arange(41))
    assert share == pytest.approx(1.0, abs=1e-6)
    x, y = (np.linspace(*axis, bent_plane.GRID_LINES) for axis in PLANE[:2])
    nodes = [(one, other) for other in y for one in x]
    raw = np.concatenate([dataset.X_train, dataset.X_valid, nodes])

    def distances(points):
        return np.linalg.norm(points[:, np.newaxis] - points[np.newaxis], axis=-1)

    np.testing.assert_allclose(distances(points), distances(raw), atol=1e-5)
    np.testing.assert_allclose(points[:40].mean(axis=0), 0, atol=1e-5)
    assert points[:40, 0].var() >= points[:40, 1].var(), "the first component varies most"


@pytest.mark.parametrize(
    ("network", "first", "second"),
    [
        # activations vary along (1, 0, 0) by 4 and along (0, 1, 1)/√2 by 2, and not at all else
        (linear([2.0, 0.0, 0.0], [0.0, 1.0, 1.0]), [2, 2, 0, 0], [0, 0, 2**0.5, 2**0.5]),
        ((straight((1, 0), 0.0), STRAIGHT), None, None),  # no hidden layer: the plane itself
        (linear([1.0], [0.0]), [1, 1, 0, 0], [0, 0, 0, 0]),
        (linear([2.0, 0.0, 0.0, 0.0, 0.0], [0.0, 1.0, 1.0, 0.0, 0.0]), [2, 2, 0, 0], [0, 0, 2**0.5, 2**0.5]),
    ],
    ids=["three units", "none", "one", "more units than examples"],
)
def test_the_places_are_along_the_two_leading_components(network, first, second):
    params, config = network
    (points,), (share,) = bent_plane.projected([params], config, CROSS, PLANE, np.arange(4))
    assert share == pytest.approx(1.0, abs=1e-6)
    if first is None:
        np.testing.assert_allclose(np.hypot(*points[:4].T), 1, atol=1e-6)
    else:
        np.testing.assert_allclose(np.abs(points[:4]), np.transpose([first, second]), atol=1e-5)


@pytest.mark.parametrize(
    ("network", "extent"),
    [
        (linear([1.0], [0.0]), 4.0),  # from -2 to 2, the ends of the grid
        (linear([1.0, 3.0], [0.0, 0.0]), 4 * 10**0.5),  # along (1, 3): two units on a line
        (linear([1.0, 0.0], [0.0, 1e-9]), 4.0),  # a second direction that is rounding only
    ],
    ids=["one unit", "two units on a line", "rounding"],
)
def test_a_direction_in_which_nothing_varies_has_a_wide_axis_with_zero_in_the_middle(network, extent):
    params, config = network
    *_, axes = bent_plane.film(run([params], config, CROSS), (0,), 0, PLANE, SPLITS)
    low, high = axes["low"], axes["high"]
    assert (high - low)[0] == pytest.approx(1.04 * extent, rel=1e-5)
    assert (high - low)[1] == pytest.approx(extent, rel=1e-5)
    assert (low + high)[1] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    ("sizes", "n"), [((5, 1), 1), ((1, 4), 4), ((), 2)], ids=["one unit last", "four units last", "no layer"]
)
def test_as_many_numbers_reach_the_output_layer_as_the_last_hidden_layer_has_units(sizes, n):
    config = TrainConfig(hidden_layer_sizes=sizes)
    assert bent_plane.width(config, CROSS) == n == init_params(config, 2, 2)[-1].W.shape[0]
    assert ("two directions" in bent_plane.explained(n)) == (n > 1)
    assert ("variance" in bent_plane.finding(3, 1.0, n)) == (n > 1)


@pytest.mark.parametrize("value", [0.0, np.nan, 1e38])
def test_a_network_without_life_has_no_variance_to_show(value):
    dataset, config = points_dataset([(1, 0, 0), (-1, 0, 1), (2, 3, 1)]), TrainConfig(hidden_layer_sizes=(3,))
    params = [layer._replace(W=np.full_like(layer.W, value)) for layer in init_params(config, 2, 2)]
    (examples, *_, shares, axes) = bent_plane.film(run([params], config, dataset), (0,), 0, PLANE, SPLITS)
    assert len(examples) == 3
    assert shares["share"].tolist() == [0]
    assert (axes["low"] < axes["high"]).all()
    assert np.isfinite(axes).all().all()


@pytest.mark.parametrize("activation", ["softplus", "sigmoid", "tanh"])
@pytest.mark.parametrize("bias", [0.0, 0.1])
def test_examples_that_are_all_equal_have_no_variance_whatever_the_rounding_of_their_mean(activation, bias):
    rows = [(np.sin(k), np.cos(3 * k), k % 2) for k in range(77)]
    config = TrainConfig(hidden_layer_sizes=(8,), activation=activation, initializer="zeros", dtype="float64")
    params = [Layer(W, np.full_like(b, bias)) for W, b in init_params(config, 2, 2)]
    *_, shares, axes = bent_plane.film(
        run([params], config, points_dataset(rows)), (0,), 0, PLANE, ("train",)
    )
    assert shares["share"].tolist() == [0]
    assert axes.to_numpy().tolist() == [[-1.0, 1.0]] * 2, "every example is in the middle"


def test_examples_that_differ_in_the_last_digit_have_a_variance():
    A = np.full((9, 3), 1.0)
    A[4, 1] = np.nextafter(1.0, 2.0)
    _, components, share = bent_plane._principal(A, None)
    assert share == pytest.approx(1.0)
    np.testing.assert_allclose(components[0], [0.0, 1.0, 0.0], atol=1e-12)


def test_every_epoch_has_its_places_and_none_once_the_network_has_diverged():
    turned = linear([-1.0, 0.0], [0.0, 0.5]), linear([-2.0, 0.0], [0.0, 1.5]), linear([1.0, 0.0], [0.0, 1.0])
    networks = [params for params, _ in turned]
    training = run(networks, turned[0][1], CROSS, lost=(2,))
    examples, grid, names, shares, axes = bent_plane.film(training, (0, 1, 2), 0, PLANE, SPLITS)
    at = places(examples, axes)
    half = (axes["high"] - axes["low"]).max() / 36**2
    sign = np.sign(at[0, 0, 0]), np.sign(at[2, 0, 1])  # the same at both epochs, whichever they are
    for epoch, (wide, high) in enumerate(((1, 0.5), (2, 1.5))):
        expected = [(wide, 0), (-wide, 0), (0, high), (0, -high)]
        np.testing.assert_allclose(at[:, epoch] * sign, expected, atol=half)
    assert np.isnan(at[:, 2]).all()
    assert shares["epoch"].tolist() == [0, 1]
    assert shares["share"].tolist() == pytest.approx([1, 1])
    assert sorted(names["class"]) == ["class 0", "class 1"]
    for _, name in names.iterrows():
        assert (
            name[["first", "second"]].tolist() == examples.iloc[name["number"]][["first", "second"]].tolist()
        )
    n = bent_plane.GRID_LINES
    assert grid.groupby("line")["step"].apply(list).tolist() == [list(range(n))] * 2 * n
    corners = places(grid[(grid["line"] == 0) & (grid["step"].isin((0, n - 1)))], axes)[:, 1] * sign
    np.testing.assert_allclose(corners, [(-4, -1.5), (4, -1.5)], atol=half)  # (±2, -1) of the plane
    up = places(grid[grid["line"] == n], axes)[:, 1] * sign
    np.testing.assert_allclose(up, np.column_stack([np.full(n, -4), np.linspace(-1.5, 4.5, n)]), atol=half)


def test_a_component_does_not_turn_about_from_one_epoch_to_the_next():
    networks = [linear([a, 0.0], [0.0, b])[0] for a, b in ((1, 2), (-1, -2), (3, 4), (-3, -4))]
    config = linear([1.0, 0.0], [0.0, 1.0])[1]
    points, _ = bent_plane.projected(networks, config, CROSS, PLANE, np.arange(4))
    a, b = points[:, 0, 1], points[:, 2, 0]  # signs are those of the weights, and of a fixed direction
    assert np.sign(a / a[0]).tolist() == np.sign(b / b[0]).tolist() == [1, -1, 1, -1]


def test_long_trainings_have_fewer_examples_and_the_hidden_splits_none():
    rng = np.random.default_rng(0)
    rows = np.column_stack([rng.normal(size=(400, 2)), np.arange(400) % 2])
    dataset = points_dataset(rows, rows[:100], rows[:100])
    params, config = linear([1.0, 0.0], [0.0, 1.0])
    training = run([params] * 120, config, dataset)
    for n_epochs in (1, 51, 120):
        examples, *_ = bent_plane.film(training, tuple(range(n_epochs)), 0, PLANE, ("train",))
        assert set(examples["split"]) == {"train"}
        sent = 4 * n_epochs * len(examples)
        assert sent <= bent_plane.BYTES_OF_EXAMPLES
        assert len(examples) == bent_plane.MOST_EXAMPLES or sent > 0.95 * bent_plane.BYTES_OF_EXAMPLES


def test_only_networks_with_a_narrow_last_hidden_layer_are_played():
    narrow = bent_plane.WIDEST_PLAYED
    for sizes, plays in (((), True), ((500, narrow), True), ((4, narrow + 1), False)):
        assert bent_plane.plays(TrainConfig(hidden_layer_sizes=sizes)) is plays
