"""The generated sets: their geometry without noise, their noise, their labels."""

import math

import numpy as np
import pytest

from data import Entry
from data.generators import GENERATED

N = 600


def generate(name, n_samples=N, noise=0.0, n_classes=3, seed=0):
    return GENERATED[name].generator(np.random.default_rng(seed), n_samples, noise, n_classes)


@pytest.mark.parametrize("name", list(GENERATED))
def test_points_in_the_plane_with_class_ids_from_0_equally_frequent(name):
    for n_classes in GENERATED[name].class_range or (2,):
        X, y = generate(name, 147, 0.1, n_classes)
        assert (X.shape, y.shape, X.dtype) == ((147, 2), (147,), np.float64)
        assert np.issubdtype(y.dtype, np.integer)
        counts = np.bincount(y)
        assert len(counts) == n_classes
        # dealt out in turn, or by the place, as in xor and linear: within five standard deviations
        in_turn = name in ("circles", "moons", "spirals", "blobs")
        assert np.ptp(counts) <= (1 if in_turn else 2 * 5 * 0.5 * math.sqrt(147))


@pytest.mark.parametrize("name", list(GENERATED))
def test_the_generator_alone_decides(name):
    (X, y), (same_X, same_y) = generate(name, noise=0.2), generate(name, noise=0.2)
    np.testing.assert_array_equal(X, same_X)
    np.testing.assert_array_equal(y, same_y)
    assert not np.array_equal(X, generate(name, noise=0.2, seed=1)[0])


def test_an_entry_without_what_it_needs_is_refused_where_it_is_made():
    with pytest.raises(ValueError, match=r"^The dataset 'Rings' has neither a generator nor"):
        Entry("Rings")
    with pytest.raises(ValueError, match=r"^The dataset 'Rings' does not say what its classes are"):
        Entry("Rings", generator=generate, class_range=(2, 3))
    with pytest.raises(ValueError, match=r"^The generator of 'Rings' is a lambda; allowed: a function defin"):
        Entry("Rings", generator=lambda rng, n_samples, noise, n_classes: None)


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


@pytest.mark.parametrize("n_classes", [2, 5])
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


@pytest.mark.parametrize(
    ("name", "rule"),
    [("xor", lambda x, y: np.sign(x) != np.sign(y)), ("linear", lambda x, y: x + y / 2 > 0)],
)
def test_xor_and_linear_are_the_square_labelled_by_a_rule_before_the_noise(name, rule):
    X, y = generate(name)
    assert np.abs(X).max() <= 1
    np.testing.assert_array_equal(y, rule(*X.T))
    for quadrant in [(1, 1), (1, -1), (-1, 1), (-1, -1)]:
        assert (np.sign(X) == quadrant).all(axis=1).sum() > N / 8
    blurred, labels = generate(name, noise=0.3)
    np.testing.assert_array_equal(labels, y)
    assert not np.array_equal(blurred, X)


def centres(n_samples, n_classes):
    angle = 2 * math.pi * (np.arange(n_samples) % n_classes) / n_classes
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


@pytest.mark.parametrize("n_classes", [2, 5])
@pytest.mark.parametrize("name", list(GENERATED))
def test_noise_is_the_deviation_of_both_coordinates(name, n_classes):
    n_samples, noise = 20_000, 0.25
    noisy, clean = (generate(name, n_samples, level, n_classes)[0] for level in (noise, 0.0))
    deviation = 0.4 * noise if name == "spirals" else noise
    if name == "blobs":  # clouds of deviation 0.1 + noise around points of the unit circle
        clean, deviation = centres(n_samples, n_classes), 0.1 + noise
    error = (noisy - clean) / deviation
    np.testing.assert_allclose(error.mean(axis=0), 0, atol=5 / math.sqrt(n_samples))
    np.testing.assert_allclose(error.std(axis=0), 1, rtol=5 / math.sqrt(2 * n_samples))
    assert abs(np.corrcoef(error.T)[0, 1]) < 5 / math.sqrt(n_samples)
