"""The loss at many points is that of each network by itself, and what it takes is known before."""

import itertools

import numpy as np
import pytest

from data import DataConfig, load_dataset
from lab.links.cost import Speed
from lab.optimization import curvature, price, surface
from mlp import ACTIVATIONS, TrainConfig, init_params, loss_and_gradients
from mlp.network import flatten, unflatten
from ui.training.progress import at_once

SHAPES = ((2, 4), (4, 3), (3, 2))
CONFIG = TrainConfig(
    hidden_layer_sizes=(4, 3), activation="tanh", l1=0.001, l2=(0.0, 0.01, 0.0), dtype="float64"
)


@pytest.mark.parametrize("chunk", [1, 3000, 2**20])
@pytest.mark.parametrize("loss", ["softmax_cross_entropy", "sigmoid_squared_error"])
def test_the_loss_at_each_point_is_that_of_its_network_with_the_penalty(chunk, loss, blobs, monkeypatch):
    monkeypatch.setattr(surface, "CHUNK_VALUES", chunk)
    config = TrainConfig(hidden_layer_sizes=(4, 3), activation="tanh", l1=0.001, loss=loss, dtype="float64")
    shapes = ((2, 4), (4, 3), (3, 3))
    points = np.random.default_rng(0).normal(size=(20, sum((n + 1) * m for n, m in shapes)))
    X, y = blobs.X_train, blobs.y_train
    found = at_once(surface.losses(points, shapes, X, y, config))
    alone = [loss_and_gradients(unflatten(point, shapes), X.astype(float), y, config)[0] for point in points]
    np.testing.assert_allclose(found, alone, rtol=1e-12)


def test_where_the_loss_is_not_finite_it_is_nan(circles):
    point = flatten(init_params(CONFIG, 2, 2))
    points = np.stack([point, point * 1e200, np.full_like(point, np.nan)])
    with np.errstate(all="ignore"):
        found = at_once(surface.losses(points, SHAPES, circles.X_train, circles.y_train, CONFIG))
    assert np.isfinite(found[0])
    assert np.isnan(found[2])
    inf = at_once(
        surface.losses(
            points,
            SHAPES,
            circles.X_train,
            circles.y_train,
            TrainConfig(hidden_layer_sizes=(4, 3), activation="relu", dtype="float32"),
        )
    )
    assert np.isnan(inf[1:]).all(), "an infinite one too"


def test_a_grid_is_made_of_the_centres_of_cells_from_the_lowest_row_up():
    found = surface.grid(((0.0, 2.0), (10.0, 14.0)), 2)
    assert found.tolist() == [[0.5, 11.0], [1.5, 11.0], [0.5, 13.0], [1.5, 13.0]]


def test_the_surface_is_coarser_for_more_parameters_units_or_examples():
    assert surface.resolution(114, 16, 770) == surface.FINE == 80
    assert surface.resolution(1500, 80, 770) == surface.MEDIUM
    assert surface.resolution(10_000, 150, 14_000) == surface.COARSE
    for larger in ((114_000, 16, 770), (114, 16_000, 770), (114, 16, 770_000)):
        assert surface.resolution(*larger) == surface.COARSE


def test_a_surface_is_as_fine_as_the_most_work_allows(monkeypatch):
    work = 770 * (114 + 40 * 16)
    fine, medium = 80 * 80 * work, 48 * 48 * work
    for most, n in ((fine, 80), (fine - 1, 48), (medium, 48), (medium - 1, 24)):
        monkeypatch.setattr(surface, "MOST_WORK", most)
        assert surface.resolution(114, 16, 770) == n


def test_the_price_grows_with_points_examples_units_and_the_format():
    speed = Speed(1e-6, 2e-11, 2e-10, dict.fromkeys(ACTIVATIONS, 5e-9))
    one = price.surface(100, CONFIG, (2, 2), 770, speed)
    assert price.surface(200, CONFIG, (2, 2), 770, speed) == pytest.approx(2 * one)
    assert price.surface(100, CONFIG, (2, 2), 1540, speed) == pytest.approx(2 * one)
    single = TrainConfig(hidden_layer_sizes=(4, 3), activation="tanh")
    assert price.surface(100, single, (2, 2), 770, speed) == pytest.approx(one / 2)
    assert price.curvature(10, single, (2, 2), 770, speed) == price.curvature(10, CONFIG, (2, 2), 770, speed)
    small, large = (price.curvature_bytes(n, single, (2, 2), 770) for n in (1, 25))
    assert large - small == 8 * 40 * 24 * single.n_parameters(2, 2)
    deep = TrainConfig(hidden_layer_sizes=(90, 90))
    assert price.curvature_bytes(25, deep, (2, 2), 14_000) < 300_000_000, "one point at a time"
    dataset = load_dataset(DataConfig())
    few, many = (price.steps([CONFIG], dataset, n, speed) for n in (25, 250))
    assert many == pytest.approx(10 * few)


class Counted(np.ndarray):
    """An array that counts the multiply-adds of matrix products."""

    n = 0

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **options):
        plain = [np.asarray(one) for one in inputs]
        if ufunc is np.matmul:
            Counted.n += plain[0].size * plain[1].shape[-1]
        if out is not None:
            options["out"] = tuple(np.asarray(one) for one in out)
        found = getattr(ufunc, method)(*plain, **options)
        if out is not None:
            return out[0]
        return found.view(Counted) if isinstance(found, np.ndarray) else found


@pytest.mark.parametrize("sizes", [(4, 3), (40,) * 10, ()])
def test_the_price_of_a_curvature_covers_the_multiply_adds_of_its_products(sizes):
    config = TrainConfig(hidden_layer_sizes=sizes, activation="tanh", dtype="float64")
    rng, n_examples, (n_features, n_classes) = np.random.default_rng(0), 50, (6, 3)
    X, y = rng.random((n_examples, n_features)), rng.integers(0, n_classes, n_examples)
    shapes = tuple(itertools.pairwise((n_features, *sizes, n_classes)))
    points, vectors = (rng.random((1, config.n_parameters(n_features, n_classes))) for _ in range(2))
    Counted.n = 0
    curvature.product(points.view(Counted), vectors.view(Counted), shapes, X.view(Counted), y, config)
    weights = n_examples * np.array([n * m for n, m in shapes])
    assert Counted.n >= 3 * weights[0] + 8 * weights[1:].sum(), "counted by hand, without the biases"
    speed = Speed(0.0, 1.0, 0.0, {"tanh": 0.0})
    in_float64 = 2  # multiply-adds of float32 in one of float64
    paid = price.curvature(1, config, (n_features, n_classes), n_examples, speed)
    assert in_float64 * price.USUAL_PRODUCTS * Counted.n <= paid
