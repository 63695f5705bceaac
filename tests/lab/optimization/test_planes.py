"""Planes of parameters: principal directions, two weights, random ones normalised by filter, and shares."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.links.reading import Unusable
from lab.optimization import planes
from mlp.network import flatten, unflatten

SHAPES = ((2, 3), (3, 2))
SIZE = 17


@given(st.integers(0, 999), st.integers(3, 40))
@settings(deadline=None, database=None, max_examples=40)
def test_no_plane_through_the_solution_holds_more_of_the_paths_than_the_principal_one(seed, n):
    rng = np.random.default_rng(seed)
    points, centre = rng.normal(size=(n, SIZE)) * np.geomspace(5, 0.1, SIZE), rng.normal(size=SIZE)
    plane = planes.principal(centre, points)
    np.testing.assert_allclose(plane.axes @ plane.axes.T, np.eye(2), atol=1e-9)
    squares = np.linalg.svd(points - centre, compute_uv=False) ** 2
    assert plane.share(points) == pytest.approx(squares[:2].sum() / squares.sum(), rel=1e-9)
    for _ in range(5):
        other, _ = np.linalg.qr(rng.normal(size=(SIZE, 2)))
        assert planes.Plane(centre, other.T).share(points) <= plane.share(points) + 1e-12


def test_a_share_by_hand_whatever_the_lengths_and_the_angle_of_the_directions():
    # squared distances 9 + 16 + 144 = 169, of which the plane contains 25, and 25, of which it holds all
    points = np.array([[3.0, 4.0, 12.0], [0.0, 5.0, 0.0]])
    skew = planes.Plane(np.zeros(3), np.array([[2.0, 0.0, 0.0], [1.0, 3.0, 0.0]]))
    assert skew.share(points) == pytest.approx(50 / 194)
    np.testing.assert_allclose(skew.points(skew.coordinates(points)), [[3, 4, 0], [0, 5, 0]], atol=1e-12)
    assert skew.share(np.zeros((4, 3))) is None, "a path that does not move has no share"
    assert skew.share(points[1:]) == pytest.approx(1.0)


def test_two_points_that_are_not_on_one_line_with_the_centre_span_the_plane():
    points = np.array([[2.0, 2.0, 0.0], [1.0, 0.0, 1.0]])
    assert planes.principal(np.zeros(3), points).share(points) == pytest.approx(1.0)
    assert planes.principal(np.zeros(2), np.eye(2)).share(np.eye(2)) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("points", "said"),
    [
        (np.zeros((1, 4)), "No path has a point besides its start"),
        (np.zeros((3, 4)), "No path has a point besides its start"),
        (np.ones((5, 4)), "All paths lie on one line "),
        (np.outer(np.arange(5), [1.0, 2, 0, 0]), "All paths lie on one line "),
    ],
)
def test_paths_on_one_line_have_no_two_principal_directions(points, said):
    with pytest.raises(ValueError, match=rf"^{said}.* Choose two weights or random"):
        planes.principal(np.zeros(4), points)


def test_a_parameter_is_found_by_its_name_in_the_flat_row():
    layers = unflatten(np.arange(SIZE), SHAPES)
    for number, (W, b) in enumerate(layers, 1):
        for i, j in np.ndindex(W.shape):
            assert planes.parameter(f"W{number}[{i},{j}]", SHAPES) == W[i, j]
        for j in range(len(b)):
            assert planes.parameter(f" b{number}[ {j} ]", SHAPES) == b[j]
    every = planes.names(SHAPES, 99)
    assert [planes.parameter(name, SHAPES) for name in every] == list(flatten(layers))
    assert planes.names(SHAPES, 3) == ["W1[0,0]", "W1[0,1]", "W1[0,2]"]
    assert not [name for name in planes.names(SHAPES, 99, use_bias=False) if name.startswith("b")]
    plane = planes.of_weights(np.arange(SIZE) * 1.0, SHAPES, ("W2[1,0]", "b1[2]"))
    changed = plane.points(np.array([[10.0, -4.0]]))[0] - np.arange(SIZE)
    assert dict(zip(np.flatnonzero(changed), changed[changed != 0], strict=True)) == {8: -4.0, 11: 10.0}


@pytest.mark.parametrize(
    "name",
    ["", "W1", "W1[2,0]", "W0[0,0]", "W3[0,0]", "W1[0]", "b1[0,0]", "b2[2]", "W1[-1,0]", "W1[0,0]" * 99],
)
def test_a_name_of_no_parameter_is_refused_in_a_sentence(name):
    allowed = r"allowed: a parameter of this network, from W1\[0,0\] to b2\[1\]\.$"
    with pytest.raises(Unusable, match=r"^weight1 is '.*'; " + allowed):
        planes.of_weights(np.zeros(SIZE), SHAPES, (name, "W1[0,0]"))


@pytest.mark.parametrize("name", ["b2[0]", "W3[0,0]"])
def test_a_network_without_biases_has_only_weights(name):
    allowed = r"allowed: a parameter of this network, from W1\[0,0\] to W2\[2,1\]\.$"
    with pytest.raises(Unusable, match=r"^weight2 is '.*'; " + allowed):
        planes.of_weights(np.zeros(SIZE), SHAPES, ("W1[0,0]", name), use_bias=False)
    assert planes.parameter("W2[2,1]", SHAPES, use_bias=False) == planes.parameter("W2[2,1]", SHAPES)


def test_one_parameter_named_twice_spans_no_plane():
    with pytest.raises(
        Unusable, match=r"^weight2 is 'W1\[ 0,0\]'; allowed: a parameter other than W1\[0,0\]"
    ):
        planes.of_weights(np.zeros(SIZE), SHAPES, ("W1[0,0]", "W1[ 0,0]"))


def test_random_directions_have_the_norm_of_each_units_weights_and_leave_biases_alone():
    centre = np.random.default_rng(3).normal(size=SIZE)
    plane = planes.random(centre, SHAPES, 5)
    own = unflatten(centre, SHAPES)
    for axis in plane.axes:
        for (W, b), (at, _) in zip(unflatten(axis, SHAPES), own, strict=True):
            for unit in range(W.shape[1]):
                assert np.linalg.norm(W[:, unit]) == pytest.approx(np.linalg.norm(at[:, unit]))
            assert not b.any()
    np.testing.assert_array_equal(plane.axes, planes.random(centre, SHAPES, 5).axes)
    assert not np.allclose(plane.axes, planes.random(centre, SHAPES, 6).axes)
    assert abs(plane.axes[0] @ plane.axes[1]) < 0.9 * np.prod(np.linalg.norm(plane.axes, axis=1))
    with pytest.raises(ValueError, match=r"^All weights are 0"):
        planes.random(np.zeros(SIZE), SHAPES, 5)


@pytest.mark.parametrize("kind", planes.KINDS)
def test_the_window_holds_every_point_and_the_centre(kind):
    for coordinates in ([[3.0, 1.0], [2.0, 0.5]], [[0.0, 0.0]], [[-1e-9, 50.0]], [[0.1, 0.1], [-0.2, 0.0]]):
        coordinates = np.array(coordinates)
        ends = planes.window(coordinates, kind)
        for (low, high), values in zip(ends, coordinates.T, strict=True):
            assert low < min(0, values.min()) <= max(0, values.max()) < high
            if kind != planes.PRINCIPAL:
                assert low < -1 < 1 < high
        sides = [high - low for low, high in ends]
        assert min(sides) >= 0.29 * max(sides)


@pytest.mark.parametrize(
    ("coordinates", "kind", "ends"),
    [
        # sides 3 and 1, half of each and 0.14 of it around the middle (1.5, 0.5)
        ([[3.0, 1.0]], planes.PRINCIPAL, [(1.5 - 1.92, 1.5 + 1.92), (0.5 - 0.64, 0.5 + 0.64)]),
        # sides 10 and 1: the second becomes 3
        ([[-10.0, 1.0]], planes.PRINCIPAL, [(-11.4, 1.4), (0.5 - 1.92, 0.5 + 1.92)]),
        ([[0.0, 0.0]], planes.PRINCIPAL, [(-0.00128, 0.00128)] * 2),
        ([[3.0, 0.5]], planes.WEIGHTS, [(1 - 2.56, 1 + 2.56), (-1.28, 1.28)]),
        ([[0.5, -2.0]], planes.RANDOM, [(-1.28, 1.28), (-0.5 - 1.92, -0.5 + 1.92)]),
    ],
)
def test_the_window_by_hand(coordinates, kind, ends):
    found = planes.window(np.array(coordinates), kind)
    np.testing.assert_allclose(found, ends, rtol=1e-9)
