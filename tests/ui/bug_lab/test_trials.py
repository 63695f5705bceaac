"""The bug lab's experiment and the curves of its programs, without a page."""

import numpy as np
import pytest

from data import DataConfig
from lab.bugs import DETECTORS, RIGHT, program
from lab.links.cost import Speed
from lab.links.experiment import Setup
from lab.links.fixed_fields import in_lab
from mlp import TrainConfig, network
from mlp.network import propagate
from ui.bug_lab import trials
from ui.training.cache import cache


def test_a_batch_larger_than_the_training_set_is_the_whole_of_it():
    data = DataConfig(n_samples=100)
    sizes = [in_lab(data, TrainConfig(batch_size=n)).train.batch_size for n in (70, 71)]
    assert sizes == [70, 0]
    digits = in_lab(DataConfig(name="mnist"), TrainConfig(batch_size=1001))
    assert (digits.train.batch_size, digits.data.scaling, digits.data.split) == (0, "unit", "1000/500/1000")


def test_the_curves_have_median_and_range_of_the_seeds_that_are_there():
    nan = np.nan
    first, second, third = [[1.0, 0.5], [4.0, 0.75]], [[2.0, 0.25], [9.0, 1.0]], [[9.0, 0.5], [nan, nan]]
    frame = trials._spread("without", [np.array(seed) for seed in (first, second, third)])
    loss = frame[frame["quantity"] == "loss"].set_index("epoch")[["median", "low", "high"]]
    np.testing.assert_array_equal(loss, [[2.0, 1.0, 9.0], [6.5, 4.0, 9.0]])
    alone = trials._spread("without", [np.array(third)])
    assert alone["epoch"].tolist() == [0, 0], "an epoch that no seed reached is left out"


def test_of_starts_that_diverge_the_last_epoch_is_told(monkeypatch):
    lost, reached = [np.nan, np.nan], [1.0, 0.5]
    figures = [[reached, lost], [*[reached] * 3, lost], [reached] * 4]

    def made_up(lab, seed, steps):
        yield 1.0
        return np.array(figures[seed])

    monkeypatch.setattr(trials, "_train", made_up)
    lab = Setup(in_lab(DataConfig(n_samples=100), TrainConfig(epochs=3)), 3)
    _, problems = trials.curves(lab, "made up", RIGHT, "with the bug")
    assert problems == [
        f"2 of 3 starts of {program} have diverged by epoch 3."
        for program in ("this program", "the right program")
    ]


@pytest.mark.parametrize("sizes", [(300,), (60, 60, 60)])
def test_the_estimate_of_all_tests_has_the_multiplications_that_they_do_and_some_to_copy(monkeypatch, sizes):
    done = []

    def counted(params, X, *rest):
        done.append(sum(layer.W.size for layer in params) * X.shape[-2])
        return propagate(params, X, *rest)

    for module in (program, network):
        monkeypatch.setattr(module, "propagate", counted)
    train = TrainConfig(hidden_layer_sizes=sizes, activation="softplus")
    lab = Setup(in_lab(DataConfig(n_samples=100), train), 1)
    speed = Speed(call=0.0, multiply_add=1.0, value=0.0, activations={"softplus": 0.0})
    monkeypatch.setattr(cache(), "speed", speed)
    for test in DETECTORS.values():
        test(trials.on_bench(lab, RIGHT))
    assert 1 <= trials.seconds_of_tests(lab) / (2 * sum(done)) <= 4


def test_the_estimate_of_all_tests_knows_how_many_steps_an_epoch_has(monkeypatch):
    done = []

    def counted(params, X, *rest):
        done.append(len(params))
        return propagate(params, X, *rest)

    monkeypatch.setattr(program, "propagate", counted)
    speed = Speed(call=1.0, multiply_add=0.0, value=0.0, activations={"relu": 0.0})
    monkeypatch.setattr(cache(), "speed", speed)
    estimates, layers = [], []
    for batch_size in (0, 1):
        done.clear()
        train = TrainConfig(hidden_layer_sizes=(4,), batch_size=batch_size)
        lab = Setup(in_lab(DataConfig(n_samples=400), train), 1)
        for test in DETECTORS.values():
            test(trials.on_bench(lab, RIGHT))
            test(trials.on_bench(lab, RIGHT))
        estimates.append(trials.seconds_of_tests(lab))
        layers.append(sum(done))
    more_calls, more_layers = np.diff(estimates)[0], np.diff(layers)[0]
    assert more_layers > 1000
    assert 20 <= more_calls / more_layers <= 100  # a layer of a step takes some fifty NumPy calls


def test_the_estimate_of_all_tests_counts_the_parameters_of_all_classes(monkeypatch):
    asked = []
    monkeypatch.setattr(trials.cost, "checking_seconds", lambda *what: asked.append(what) or 0.0)
    data = DataConfig(name="spirals", n_samples=100, n_classes=5)
    lab = Setup(in_lab(data, TrainConfig(hidden_layer_sizes=(4,))), 1)
    assert trials.seconds_of_tests(lab) > 0
    ((checked, n_parameters, n_examples, config, _),) = asked
    assert n_parameters == 37  # 2·4 + 4 + 4·5 + 5
    assert (checked, n_examples, config) == (800, 16, lab.experiment.train)
