"""Figures of the kept epochs, against sums over single examples and against numerical derivatives."""

import math
from dataclasses import replace

import numpy as np
import pytest

from data import DataConfig, load_dataset
from lab import training_figures
from lab.training_figures import figures
from mlp import Layer, TrainConfig, train

DATASET = load_dataset(DataConfig(n_samples=60, seed=3))
CONFIG = TrainConfig(
    hidden_layer_sizes=(4, 3), learning_rate=0.5, l1=0.001, l2=(0.01, 0.0, 0.02), epochs=6, dtype="float64"
)
SLOPES = {  # of an activation by its output, and the largest
    "relu": (lambda a: 1.0 if a > 0 else 0.0, 1.0),
    "tanh": (lambda a: 1 - a * a, 1.0),
    "sigmoid": (lambda a: a * (1 - a), 0.25),
}


def kept(config):
    return [(record.epoch, record.params) for record in train(config, DATASET)]


def by_examples(params, config, scalar_activations):
    """(mean data loss, objective, accuracy, slopes by layer (n, units)), example by example."""
    f = scalar_activations[config.activation]
    slope = SLOPES[config.activation][0]
    losses, right, slopes = [], 0, [[] for _ in params[1:]]
    for x, y in zip(DATASET.X_train.tolist(), DATASET.y_train.tolist(), strict=True):
        a = x
        for layer, (W, b) in enumerate(params):
            z = [math.fsum(a_i * W[i, j] for i, a_i in enumerate(a)) + b[j] for j in range(len(b))]
            if layer < len(params) - 1:
                a = [f(z_j) for z_j in z]
                slopes[layer].append([slope(a_j) for a_j in a])
        losses.append(math.log(math.fsum(math.exp(o) for o in z)) - z[y])
        right += max(range(len(z)), key=z.__getitem__) == y
    loss = math.fsum(losses) / len(losses)
    penalty = math.fsum(
        l1 * abs(w) + l2 * w * w
        for (W, _), (l1, l2) in zip(params, config.penalties(), strict=True)
        for w in W.ravel().tolist()
    )
    return loss, loss + penalty, right / len(losses), [np.array(layer) for layer in slopes]


def norm_by_differences(params, config, scalar_activations, h=1e-6):
    squares = []
    for layer, pair in enumerate(params):
        for kind, array in enumerate(pair):
            for place in np.ndindex(array.shape):
                ends = []
                for step in (h, -h):
                    moved = [[W.copy(), b.copy()] for W, b in params]
                    moved[layer][kind][place] += step
                    ends.append(by_examples(moved, config, scalar_activations)[1])
                squares.append(((ends[0] - ends[1]) / (2 * h)) ** 2)
    return math.sqrt(math.fsum(squares))


@pytest.mark.parametrize("activation", SLOPES)
def test_every_figure_is_that_of_a_loop_over_the_training_examples(activation, scalar_activations):
    config = replace(CONFIG, activation=activation)
    epochs = kept(config)[::3]
    (W, b), *others = epochs[-1][1]
    far = np.array([0, -600.0 if activation == "relu" else 600.0, 0, 0])
    epochs.append((9, (Layer(W, b + far), *others)))
    found = figures(config, DATASET, epochs)
    assert [one.epoch for one in found] == [0, 3, 6, 9]
    for one, (_, params) in zip(found, epochs, strict=True):
        loss, _, accuracy, slopes = by_examples(params, config, scalar_activations)
        assert (one.loss, one.accuracy) == pytest.approx((loss, accuracy), rel=1e-12)
        for layer, slope in enumerate(slopes):
            np.testing.assert_array_equal(one.dead[layer], (slope == 0).all(axis=0))
            flat = (slope < 0.05 * SLOPES[activation][1]).mean()
            assert one.flat[layer] == pytest.approx(flat, abs=1e-12)
    assert found[-1].dead[0][1]
    assert found[-1].n_dead == sum(int(layer.sum()) for layer in found[-1].dead) >= 1
    for one, (_, params) in list(zip(found, epochs, strict=True))[1:3]:  # at first some z are at a kink
        numeric = norm_by_differences(params, config, scalar_activations)
        assert one.gradient_norm == pytest.approx(numeric, rel=1e-5)


def test_none_one_and_many_epochs_together_and_apart_are_the_same(monkeypatch):
    config = replace(CONFIG, dtype="float32")
    epochs = kept(config)
    together = figures(config, DATASET, epochs)
    assert figures(config, DATASET, []) == []
    alone = [figures(config, DATASET, [epoch])[0] for epoch in epochs]
    monkeypatch.setattr(training_figures, "AT_ONCE", 1)
    for others in (alone, figures(config, DATASET, epochs)):
        for one, other in zip(together, others, strict=True):
            assert one[:4] == pytest.approx(other[:4], rel=1e-5)
            assert one.n_dead == other.n_dead


def test_a_network_without_hidden_layers_has_no_unit_that_dies():
    config = replace(CONFIG, hidden_layer_sizes=(), l2=0.0)
    for one in figures(config, DATASET, kept(config)):
        assert (one.dead, one.flat, one.n_dead) == ((), (), 0)
        assert math.isfinite(one.gradient_norm)


def test_what_is_no_number_is_nan_and_no_unit_of_it_is_dead():
    (first, params), *_ = kept(CONFIG)
    lost = [
        tuple(Layer(np.full_like(W, value), b) for W, b in params)
        for value in (np.nan, np.inf, -np.inf, 1e300)
    ]
    found = figures(CONFIG, DATASET, [(first, params), *enumerate(lost, start=1)])
    assert math.isfinite(found[0].loss)
    for one in found[1:]:
        assert math.isnan(one.loss)
        assert math.isnan(one.accuracy)
        assert math.isnan(one.gradient_norm)
        assert one.n_dead == 0
