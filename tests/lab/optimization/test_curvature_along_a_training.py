"""Where along a training the curvature is measured, what that takes, and the rates there."""

from types import SimpleNamespace

import numpy as np
import pytest

from data import DataConfig
from lab.generators import at_once
from lab.links.experiment import Experiment
from lab.optimization import curvature, price, steepness
from mlp import TrainConfig, init_params

CONFIG = TrainConfig(hidden_layer_sizes=(3,), epochs=2, batch_size=16, learning_rate=((0.5, 0), (0.25, 1)))
EXPERIMENT = Experiment(DataConfig(name="blobs", n_classes=4), CONFIG)


def epoch(number, params):
    return SimpleNamespace(number=number, records=[SimpleNamespace(params=params)])


def test_it_is_measured_at_up_to_25_epochs_whose_parameters_are_kept():
    params = init_params(CONFIG, 2, 3)
    numbers, points = steepness.measured([epoch(0, params), epoch(1, ()), epoch(4, params)])
    assert numbers.tolist() == [0, 4]
    np.testing.assert_array_equal(
        points[0], np.concatenate([array.ravel() for layer in params for array in layer])
    )
    assert points.dtype == float
    many, _ = steepness.measured([epoch(number, params) for number in range(49)])
    assert many.tolist() == list(range(0, 49, 2))


def test_the_work_is_that_of_its_points_with_the_estimate_of_its_sizes(blobs, monkeypatch):
    params = init_params(CONFIG, 2, 3)
    epochs, points = steepness.measured([epoch(0, params), epoch(7, init_params(CONFIG, 2, 3))])
    shapes = [layer.W.shape for layer in params]
    asked = []
    for name in ("curvature", "curvature_bytes"):
        monkeypatch.setattr(price, name, lambda *what, name=name: asked.append((name, *what)) or 5.0)
    key, steps, seconds, *words, n_bytes = steepness.work(EXPERIMENT, blobs, shapes, epochs, points)
    assert key == ("curvature", EXPERIMENT, (0, 7))
    assert (seconds("speed"), n_bytes) == (5.0, 5.0)
    assert asked == [
        ("curvature_bytes", 2, CONFIG, (2, 3), 48),
        ("curvature", 2, CONFIG, (2, 3), 48, "speed"),
    ]
    assert words == ["This curvature", "Measuring the curvature"]
    expected = at_once(curvature.along(points, shapes, blobs.X_train, blobs.y_train, CONFIG))
    for ours, theirs in zip(at_once(steps()), expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(("epochs", "rates"), [([0, 1, 2], [0.5, 0.25, 0.25]), ([1], [0.25])])
def test_the_rate_at_an_epoch_is_that_of_the_next_step_and_at_the_end_of_the_last(epochs, rates):
    np.testing.assert_allclose(steepness.rates_at(np.array(epochs), CONFIG, 48), rates)
    untrained = TrainConfig(epochs=0, learning_rate=((0.5, 0), (0.25, 1)))
    np.testing.assert_allclose(steepness.rates_at(np.array(epochs), untrained, 48), 0.5)
