"""The generated sets: their geometry without noise, their noise, their labels."""

import math

import numpy as np
import pytest

from data.generators import GENERATED

COUNTED = ["circles", "moons", "spirals", "blobs"]  # labels dealt out in turn; of the others by the rule
N = 600


def generate(name, n_samples=N, noise=0.0, n_classes=3, seed=0):
    return GENERATED[name].generator(np.random.default_rng(seed), n_samples, noise, n_classes)


def n_labels(name, n_classes):
    return n_classes if GENERATED[name].class_range else 2


@pytest.mark.parametrize("name", list(GENERATED))
@pytest.mark.parametrize("n_classes", [2, 3, 5])
def test_points_in_the_plane_with_class_ids_from_0(name, n_classes):
    X, y = generate(name, 47, 0.1, n_classes)
    assert (X.shape, y.shape) == ((47, 2), (47,))
    assert X.dtype == np.float64
    assert np.issubdtype(y.dtype, np.integer)
    assert set(y.tolist()) == set(range(n_labels(name, n_classes)))


@pytest.mark.parametrize("name", COUNTED)
@pytest.mark.parametrize("n_classes", [2, 3, 4, 5])
@pytest.mark.parametrize("n_samples", [20, 47, 600])
def test_classes_are_equally_frequent_as_far_as_the_number_allows(name, n_classes, n_samples):
    counts = np.bincount(generate(name, n_samples, n_classes=n_classes)[1])
    assert len(counts) == n_labels(name, n_classes)
    assert np.ptp(counts) <= 1


@pytest.mark.parametrize("name", ["xor", "linear"])
def test_classes_by_rule_are_equally_frequent_up_to_chance(name):
    y = generate(name, 10_000)[1]
    assert abs(y.mean() - 0.5) < 5 * 0.5 / math.sqrt(10_000)


@pytest.mark.parametrize("name", list(GENERATED))
def test_the_generator_alone_decides(name):
    (X, y), (same_X, same_y) = generate(name, noise=0.2), generate(name, noise=0.2)
    np.testing.assert_array_equal(X, same_X)
    np.testing.assert_array_equal(y, same_y)
    assert not np.array_equal(X, generate(name, noise=0.2, seed=1)[0])


def test_circles_have_radius_a_half_and_one():
    X, y = generate("circles")
    np.testing.assert_allclose(np.hypot(*X.T), np.array([0.5, 1.0])[y], rtol=1e-14)
    for k in (0, 1):  # all the way round: 300 points leave no sixth of the circle empty
        sixths = np.floor(np.arctan2(*X[y == k].T[::-1]) / (math.pi / 3))
        assert len(set(sixths)) == 6


def test_moons_are_half_circles_of_radius_one_that_interlock():
    X, y = generate("moons")
    upper, lower = X[y == 0], X[y == 1]
    np.testing.assert_allclose(np.hypot(*(upper - [-0.5, -0.25]).T), 1, rtol=1e-14)
    np.testing.assert_allclose(np.hypot(*(lower - [0.5, 0.25]).T), 1, rtol=1e-14)
    assert upper[:, 1].min() >= -0.25 - 1e-12
    assert lower[:, 1].max() <= 0.25 + 1e-12
    # each tip lies in the other's hollow, so no straight line parts them
    assert np.hypot(*(upper[upper[:, 0].argmax()] - [0.5, 0.25]).T) < 0.6
    assert np.hypot(*(lower[lower[:, 0].argmin()] - [-0.5, -0.25]).T) < 0.6


@pytest.mark.parametrize("n_classes", [2, 3, 4, 5])
def test_spirals_are_one_arm_turned_by_equal_angles(n_classes):
    X, y = generate("spirals", n_classes=n_classes)
    radius = np.hypot(*X.T)
    assert radius.min() >= 0.1
    assert radius.max() <= 1
    assert np.ptp(radius) > 0.75
    # along an arm the radius goes from 0.1 to 1 while the angle makes one and a quarter turns
    turns = np.arctan2(X[:, 1], X[:, 0]) / (2 * math.pi) - 1.25 * (radius - 0.1) / 0.9
    gap = (turns - y / n_classes + 0.5) % 1 - 0.5
    np.testing.assert_allclose(gap, 0, atol=1e-12)
    # the arm is filled evenly, so the share of points within a radius grows with its square
    share = ((radius - 0.1) / 0.9) ** 2
    assert abs(share.mean() - 0.5) < 5 * math.sqrt(1 / 12 / N)


def test_xor_is_the_square_labelled_by_whether_the_signs_differ():
    X, y = generate("xor")
    assert np.abs(X).max() <= 1
    np.testing.assert_array_equal(y, np.sign(X[:, 0]) != np.sign(X[:, 1]))
    for quadrant in [(1, 1), (1, -1), (-1, 1), (-1, -1)]:
        assert (np.sign(X) == quadrant).all(axis=1).sum() > N / 8


def test_linear_is_the_square_parted_by_a_line():
    X, y = generate("linear")
    assert np.abs(X).max() <= 1
    np.testing.assert_array_equal(y, X[:, 0] + X[:, 1] / 2 > 0)


@pytest.mark.parametrize("n_classes", [2, 3, 4, 5, 6])
def test_blobs_sit_evenly_on_the_unit_circle(n_classes):
    X, y = generate("blobs", 600 * n_classes, n_classes=n_classes)
    assert set(y.tolist()) == set(range(n_classes))
    for k in range(n_classes):
        cloud = X[y == k]
        angle = 2 * math.pi * k / n_classes
        # 600 points a cloud, deviation 0.1: five standard errors of the mean and of the deviation
        np.testing.assert_allclose(
            cloud.mean(axis=0), [math.cos(angle), math.sin(angle)], atol=5 * 0.1 / math.sqrt(600)
        )
        np.testing.assert_allclose(cloud.std(axis=0), 0.1, rtol=5 / math.sqrt(1200))


@pytest.mark.parametrize("name", ["xor", "linear"])
def test_noise_moves_the_points_and_not_the_labels(name):
    clean, blurred = generate(name, noise=0.0), generate(name, noise=0.3)
    np.testing.assert_array_equal(clean[1], blurred[1])
    assert not np.array_equal(clean[0], blurred[0])


@pytest.mark.parametrize(
    ("name", "factor", "floor"),
    [
        ("circles", 1, 0),
        ("moons", 1, 0),
        ("spirals", 0.4, 0),
        ("xor", 1, 0),
        ("linear", 1, 0),
        ("blobs", 1, 0.1),
    ],
)
def test_noise_is_the_deviation_of_both_coordinates(name, factor, floor):
    n_samples = 20_000
    clean, noisy = (generate(name, n_samples, noise)[0] for noise in (0.0, 0.25))
    if name == "blobs":  # its clean set is not without noise: compare with the centres
        angle = 2 * math.pi * (np.arange(n_samples) % 3) / 3
        clean = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    deviation = factor * 0.25 + floor
    error = (noisy - clean) / deviation
    np.testing.assert_allclose(error.mean(axis=0), 0, atol=5 / math.sqrt(n_samples))
    np.testing.assert_allclose(error.std(axis=0), 1, rtol=5 / math.sqrt(2 * n_samples))
    assert abs(np.corrcoef(error.T)[0, 1]) < 5 / math.sqrt(n_samples)
