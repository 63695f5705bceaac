"""The path of a training, step by step at first, and the steps of a training by themselves."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from data import DataConfig
from lab.links.experiment import Experiment
from lab.optimization import paths, schedules, steepness, steps
from mlp import OPTIMIZERS, SCHEDULES, Layer, TrainConfig, train
from mlp.network import flatten
from ui.training.progress import at_once

CONFIG = TrainConfig(hidden_layer_sizes=(5,), activation="tanh", epochs=3, batch_size=10, cycle_steps=4)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_steps_are_those_of_the_training(optimizer, blobs):
    config = replace(CONFIG, optimizer=optimizer, learning_rate=0.02, l2=0.01)
    found = at_once(steps.train([config], blobs, 15, keep=True))
    assert (found.per_epoch, found.thetas.shape[0], found.losses.shape) == (5, 16, (15, 1))
    for record in train(config, blobs):
        np.testing.assert_allclose(
            found.thetas[5 * record.epoch], flatten(record.params), rtol=1e-5, atol=1e-6
        )
        if record.epoch:
            last = slice(5 * record.epoch - 5, 5 * record.epoch)
            sizes = [10, 10, 10, 10, 8]  # of the minibatches of 48 examples
            mean = np.average(found.losses[last, 0], weights=sizes)
            assert mean == pytest.approx(record.train_loss, rel=1e-5)


def test_trainings_that_differ_in_their_schedules_take_the_steps_that_each_takes_alone(blobs):
    configs = [replace(CONFIG, schedule=name, learning_rate=0.5) for name in SCHEDULES]
    together = at_once(steps.train(configs, blobs, 15))
    assert together.thetas is None
    for place, config in enumerate(configs):
        alone = at_once(steps.train([config], blobs, 15))
        np.testing.assert_array_equal(together.rates[:, place], alone.rates[:, 0])
        np.testing.assert_allclose(together.losses[:, place], alone.losses[:, 0], rtol=1e-4)


def test_a_loss_that_is_not_finite_is_nan_and_no_step_is_none(blobs):
    found = at_once(steps.train([replace(CONFIG, activation="relu", learning_rate=1e30)], blobs, 15))
    assert np.isfinite(found.losses[0, 0])
    assert np.isnan(found.losses[-1, 0])
    assert at_once(steps.train([CONFIG], blobs, 0, keep=True)).thetas.shape == (1, 33)


def test_the_share_done_grows_from_0_and_stays_below_1(blobs):
    shares = list(steps.train([CONFIG], blobs, 150))
    assert shares == [0, 64 / 150, 128 / 150]


def test_means_of_consecutive_steps_by_hand():
    at, means = steps.smoothed(np.array([[1.0], [3.0], [5.0], [7.0], [10.0]]), 3)
    assert at.tolist() == [0.5, 2.5, 4.0]
    assert means.tolist() == [[2.0], [6.0], [10.0]]
    at, means = steps.smoothed(np.array([1.0, np.nan, 2.0]), 3)
    assert at.tolist() == [0, 1, 2]
    np.testing.assert_array_equal(means, [1.0, np.nan, 2.0])


def layers(value):
    return (Layer(np.full((1, 1), value), np.zeros(1)),)


def test_a_path_has_a_point_for_each_epoch_and_for_the_steps_of_the_first():
    inner = np.array([[0.0, 0], [0.1, 0], [0.2, 0], [0.3, 0]])
    path = paths.of([(0, layers(0.0)), (1, layers(0.3)), (2, layers(0.6))], inner, 3)
    assert path.points[:, 0].tolist() == [0.0, 0.1, 0.2, 0.3, 0.6]
    assert path.epochs.tolist() == [0, 1, 1, 1, 2]
    assert path.steps.tolist() == [0, 1, 2, 3, 6]
    assert path.left is None
    only = paths.of([(0, layers(0.0))], inner[:1], 3)
    assert (len(only.points), only.left) == (1, None)
    assert paths.centre(path)[1]
    assert paths.centre(path)[0].tolist() == [0.6, 0.0]


def test_a_long_path_keeps_so_many_epochs_with_its_first_and_its_last():
    path = paths.of([(epoch, layers(epoch / 1000)) for epoch in range(1001)])
    assert len(path.points) == paths.MOST_EPOCHS
    assert path.epochs[[0, -1]].tolist() == [0, 1000]


@pytest.mark.parametrize("last", [np.nan, np.inf, -np.inf, 1e300, 30.0])
def test_a_path_ends_before_it_is_lost_and_the_plane_goes_through_its_start(last):
    # a change of 30 in one of two parameters is 30 / √2 = 21.2 in root mean square: beyond 20
    path = paths.of([(0, layers(1.0)), (1, layers(2.0)), (2, layers(1.0 + last)), (3, layers(2.0))])
    assert (len(path.points), path.left, path.beyond) == (2, 2, bool(np.isfinite(last)))
    centre, solved = paths.centre(path)
    assert centre.tolist() == [1.0, 0.0]
    assert not solved
    assert paths.of([(0, layers(1.0)), (1, layers(1.0 + 28.0))]).left is None


def test_first_weights_that_are_not_finite_get_a_sentence():
    lost = paths.of([(0, layers(np.inf)), (1, layers(2.0))])
    assert lost.left == 0
    with pytest.raises(ValueError, match=r"^The first weights are not finite numbers"):
        paths.centre(lost)


@pytest.mark.parametrize(
    ("batch_size", "at", "epochs"),
    [(10, [0, 1, 2, 3, 4, 5, 10, 15], [0, 1, 1, 1, 1, 1, 2, 3]), (0, [0, 1, 2, 3], [0, 1, 2, 3])],
)
def test_a_walk_repeats_the_first_steps_and_goes_through_the_stored_epochs(batch_size, at, epochs, blobs):
    config = replace(CONFIG, batch_size=batch_size, learning_rate=0.02)
    history = [SimpleNamespace(number=one.epoch, records=(one,)) for one in train(config, blobs)]
    path = at_once(paths.walk(config, blobs, history))
    assert (path.steps.tolist(), path.epochs.tolist()) == (at, epochs)
    for place, epoch in ((0, 0), (at.index(15 if batch_size else 3), 3)):
        np.testing.assert_allclose(path.points[place], flatten(history[epoch].records[0].params), rtol=1e-6)
    stepped = at_once(steps.train([config], blobs, 3, keep=True)).thetas
    np.testing.assert_allclose(path.points[1], stepped[1], rtol=1e-5, atol=1e-6)
    bare = SimpleNamespace(number=2, records=(history[2].records[0]._replace(params=()),))
    some = at_once(paths.walk(config, blobs, [*history[:2], bare, history[3]]))
    assert 2 not in some.epochs
    assert some.epochs[-1] == 3
    assert at_once(paths.walk(config, blobs, history[:1])).steps.tolist() == [0]


def test_a_path_of_small_minibatches_has_fifty_steps_of_its_first_epoch(monkeypatch, blobs):
    monkeypatch.setattr(paths, "MOST_STEPS", 3)
    history = [SimpleNamespace(number=one.epoch, records=(one,)) for one in train(CONFIG, blobs)]
    assert at_once(paths.walk(CONFIG, blobs, history)).steps.tolist() == [0, 1, 2, 3, 5, 10, 15]


@pytest.mark.parametrize(
    ("rate", "least", "found"),
    [(0.1, 0.01, 0.01), (0.1, 0.5, 0.1), (((0.1, 0), (0.001, 2)), 0.01, 0.001)],
)
def test_schedules_are_compared_from_the_same_settings(rate, least, found):
    own = TrainConfig(learning_rate=rate, learning_rate_min=least, epochs=3, l2=0.1)
    compared = schedules.compared(own)
    assert [one.schedule for one in compared] == list(SCHEDULES)
    assert {replace(one, schedule="constant") for one in compared} == {replace(own, learning_rate_min=found)}


def test_a_schedules_end_is_the_mean_over_its_last_epoch():
    configs = [replace(CONFIG, schedule=name) for name in ("constant", "cosine")]
    losses = np.array([[9.0, 9.0], [9.0, 9.0], [1.0, 4.0], [3.0, np.nan]])
    ends = schedules.ends(configs, steps.Steps(losses, losses, None, 2))
    assert ends == pytest.approx({"constant": 2.0, "cosine": np.nan}, nan_ok=True)


def test_the_rate_after_an_epoch_is_that_of_the_next_step_or_of_the_last():
    config = TrainConfig(schedule="inverse_epoch", learning_rate=0.1, epochs=3, batch_size=10)
    found = steepness.rates_at(np.array([0, 1, 2, 3]), config, 48)
    assert found == pytest.approx([0.1, 0.1 / (1 + 4 / 3), 0.1 / (1 + 8 / 3), 0.1 / (1 + 8 / 3)])
    untrained = TrainConfig(learning_rate=((0.2, 0), (0.1, 5)), epochs=0)
    assert steepness.rates_at(np.array([0]), untrained, 48).tolist() == [0.2]


def test_the_curvature_is_measured_at_up_to_25_stored_epochs():
    epochs = [
        SimpleNamespace(number=n, records=(SimpleNamespace(params=layers(n) if n != 1 else ()),))
        for n in range(62)
    ]
    found, points = steepness.measured(epochs)
    assert (len(found), found[0], found[-1]) == (25, 0, 61)
    assert points[:, 0].tolist() == found.tolist()
    few, _ = steepness.measured(epochs[:4])
    assert few.tolist() == [0, 2, 3]


def test_the_curvature_of_other_epochs_or_of_another_network_is_another_result():
    dataset = SimpleNamespace(y_train=np.zeros(48, int))

    def key(epochs, **changes):
        experiment = Experiment(DataConfig(), TrainConfig(**changes))
        return steepness.work(experiment, dataset, [(2, 8), (8, 2)], np.array(epochs), np.zeros((2, 42)))[0]

    keys = [key([0, 1]), key([0, 2]), key([0, 1, 2]), key([0, 1], learning_rate=0.3)]
    assert len(set(keys)) == 4
    assert key([0, 1]) == keys[0]
