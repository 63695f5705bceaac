"""Twins start one unit in the last place away, and go on as the engine trains any network."""

import math
from dataclasses import replace

import numpy as np
import pytest

from data import DataConfig, load_dataset
from lab.links import rounding
from mlp import Layer, TrainConfig, init_params, train, train_many

DATA = DataConfig(n_samples=60)
DATASET = load_dataset(DATA)
TRAIN = TrainConfig(hidden_layer_sizes=(4,), epochs=12)


def trained(experiments, load=load_dataset):
    *_, (done, histories) = rounding.train_twins(experiments, load, 1e9)
    return done, histories


@pytest.mark.parametrize(
    ("n_epochs", "epochs"),
    [(0, (0,)), (1, (1,)), (2, (1, 2)), (5, (1, 2, 5)), (7, (1, 2, 5, 7)), (100, (1, 2, 5, 10, 20, 50, 100))],
)
def test_milestones_are_1_2_5_and_their_tens_and_the_last_epoch(n_epochs, epochs):
    assert rounding.milestones(n_epochs) == epochs
    assert [n for n in range(300) if rounding.is_milestone(n)] == [1, 2, 5, 10, 20, 50, 100, 200]


def test_every_weight_moves_to_a_neighbouring_number_and_zeros_stay():
    W = np.array([[1.0, -2.0, 0.0, 3e-30], [1e30, 0.5, -0.0, 7.0]], np.float32)
    params = (Layer(W, np.zeros(4, np.float32)),)
    (layer,) = rounding.nudged(params, 0)
    above, below = np.nextafter(W, np.float32(np.inf)), np.nextafter(W, np.float32(-np.inf))
    assert ((above == layer.W) | (below == layer.W) | ((W == 0) & (layer.W == 0))).all()
    assert ((layer.W != W) == (W != 0)).all()
    assert layer.W.dtype == np.float32
    assert not layer.b.any()
    many = np.ones((100, 100))
    up = (rounding.nudged((Layer(many, many[0]),), 1)[0].W > 1).mean()
    assert up == pytest.approx(0.5, abs=0.03)
    assert not np.array_equal(rounding.nudged(params, 1)[0].W, layer.W)


def test_a_course_is_of_validation_losses_or_of_training_losses_without_a_validation_set():
    records = list(train(TRAIN, DATASET))
    epochs = rounding.milestones(12)
    assert rounding.course(records, epochs) == tuple(records[k].valid_loss for k in (1, 2, 5, 10, 12))
    assert rounding.course(records[:6], epochs)[3:] == pytest.approx((math.nan,) * 2, nan_ok=True)
    assert rounding.course(records[:1], (0,)) == (records[0].valid_loss,)
    without = list(train(TRAIN, load_dataset(replace(DATA, split="80/0/20"))))
    assert rounding.course(without, epochs) == tuple(without[k].train_loss for k in (1, 2, 5, 10, 12))


def test_initial_parameters_replace_those_of_the_seed():
    moved = tuple(Layer(layer.W + 1, layer.b - 1) for layer in init_params(TRAIN, 2, 2))
    configs = [TRAIN, replace(TRAIN, activation="tanh"), replace(TRAIN, init_seed=3)]
    own = [init_params(config, 2, 2) for config in configs]
    first = next(train_many(configs, DATASET, initial=[own[0], moved, own[2]]))
    for record, params in zip(first, (own[0], moved, own[2]), strict=True):
        for ours, theirs in zip(record.params, params, strict=True):
            assert np.array_equal(ours.W, theirs.W)
            assert np.array_equal(ours.b, theirs.b)
    same = list(train_many(configs, DATASET, initial=own))[-1]
    for record, other in zip(same, list(train_many(configs, DATASET))[-1], strict=True):
        assert record.valid_loss == other.valid_loss


def test_twins_are_trained_from_the_nudged_weights_and_milestones_are_kept():
    experiments = [(DATA, TRAIN), (DATA, replace(TRAIN, activation="tanh", epochs=3))]
    done, histories = trained(experiments)
    assert done == rounding.N_TWINS * (12 + 3)
    for number, twin in enumerate(histories):
        for (_, config), records in zip(experiments, twin, strict=True):
            start = rounding.nudged(init_params(config, 2, 2), number)
            alone = [one for (one,) in train_many([config], DATASET, initial=[start])]
            kept = [0, *rounding.milestones(config.epochs)]
            assert [record.epoch for record in records] == kept
            for epoch, record in zip(kept, records, strict=True):
                assert record.valid_loss == pytest.approx(alone[epoch].valid_loss, rel=1e-6)
                assert record.params == ()


def test_a_twin_that_diverges_keeps_its_last_record():
    _, histories = trained([(DATA, replace(TRAIN, learning_rate=1e20, epochs=30))])
    for twin in histories:
        assert twin[0][-1].diverged
        assert [record.epoch for record in twin[0]].count(twin[0][-1].epoch) == 1


def test_what_cannot_be_trained_has_no_history():
    unfit = replace(DATA, split="5000/10/10")

    def load(data):
        if data.noise == 0.3:
            raise ValueError("no such data")
        return load_dataset(data)

    _, histories = trained([(replace(DATA, noise=0.3), TRAIN), (unfit, TRAIN), (DATA, TRAIN)], load)
    assert [[bool(records) for records in twin] for twin in histories] == [[False, False, True]] * 3


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_a_training_amplifies_one_bit_only_where_it_is_chaotic(momentum):
    rate = {0.0: 0.03, 0.9: 0.3}[momentum]
    network = {"hidden_layer_sizes": (8, 8), "activation": "tanh", "optimizer": "momentum"}
    config, data = TrainConfig(**network, momentum=momentum, learning_rate=rate), DataConfig(name="circles")
    _, histories = trained([(data, config)])
    *_, own = train(config, load_dataset(data))
    gaps = [abs(twin[0][-1].valid_loss / own.valid_loss - 1) for twin in histories]
    assert max(gaps) < 1e-4 if momentum == 0 else max(gaps) > 1e-3
    assert momentum == 0 or len(set(gaps)) == rounding.N_TWINS, "each twin starts from weights of its own"


def test_the_twins_of_one_network_are_a_stack_and_those_of_several_are_as_many_stacks():
    def stacks(*configs):
        return [pairs for _, pairs in rounding._stacks([(DATA, config) for config in configs])]

    assert stacks(TRAIN) == [[(0, 0), (0, 1), (0, 2)]]
    assert stacks(TRAIN, replace(TRAIN, init_seed=7)) == [[(0, twin), (1, twin)] for twin in range(3)]
