"""A learning rate that changes from an epoch on: as if somebody had turned it between two epochs."""

import math
from dataclasses import replace

import numpy as np
import pytest

from mlp import OPTIMIZERS, SCHEDULES, TrainConfig, train, train_many
from mlp.config import MOST_PIECES
from mlp.losses import one_hot
from mlp.stack import Stack

TURNED = ((0.1, 0), (0.02, 2), (0.3, 3))
BASE = TrainConfig(hidden_layer_sizes=(6,), batch_size=20, epochs=5, l2=0.001)


def turned_by_hand(config, rates, dataset):
    """The parameters after each epoch of a training whose rate is given by hand, one for each epoch."""
    X, T = dataset.X_train.astype(config.dtype), one_hot(dataset.y_train, 3, config.dtype)
    stack, shuffling, found = Stack([config], X.shape[1], 3), np.random.default_rng(config.shuffle_seed), []
    for rate in rates:
        order = shuffling.permutation(len(X))
        for start in range(0, len(X), config.batch_size):
            rows = order[start : start + config.batch_size]
            stack.step(X[rows], T[rows], rate)
        found.append(stack.theta.copy())
    return found


def theta(record):
    return np.concatenate([array.ravel() for layer in record.params for array in layer])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_to_the_bit_it_is_a_training_whose_rate_was_turned_by_hand(optimizer, dtype, blobs):
    config = replace(BASE, optimizer=optimizer, dtype=dtype)
    expected = turned_by_hand(config, [0.1, 0.1, 0.02, 0.3, 0.3], blobs)
    records = list(train(replace(config, learning_rate=TURNED), blobs))
    assert [record.learning_rate for record in records] == [0.1, 0.1, 0.1, 0.02, 0.3, 0.3]
    for record, by_hand in zip(records[1:], expected, strict=True):
        np.testing.assert_array_equal(theta(record), by_hand)


@pytest.mark.parametrize("optimizer", [name for name, entry in OPTIMIZERS.items() if entry.n_states])
def test_the_optimizer_remembers_across_a_change_what_it_has_seen_before(optimizer, blobs):
    config = replace(
        BASE, optimizer=optimizer, shuffle=False, batch_size=0, learning_rate=((0.1, 0), (0.02, 2))
    )
    records = list(train(config, blobs))
    fresh = replace(config, learning_rate=0.02, epochs=1)
    *_, ((forgetful),) = train_many([fresh], blobs, initial=[records[2].params])
    assert not np.allclose(theta(forgetful), theta(records[3]), rtol=1e-3)


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_takes_the_rate_of_the_epoch_for_its_own(name, blobs):
    """Each epoch's rate is the one that the schedule gives, at its steps, to a run of that rate alone."""
    context = {"schedule": name, "learning_rate_min": 0.001, "cycle_steps": 4}
    config = replace(BASE, **context, learning_rate=TURNED)
    alone = {
        rate: [record.learning_rate for record in train(replace(config, learning_rate=rate), blobs)]
        for rate, _ in TURNED
    }
    holding = [0.1, 0.1, 0.1, 0.02, 0.3, 0.3]  # record 0 has the rate of the first step to come
    expected = [alone[rate][epoch] for epoch, rate in enumerate(holding)]
    assert [record.learning_rate for record in train(config, blobs)] == expected


def test_runs_with_other_changes_and_with_none_train_as_one_stack(blobs, same_record):
    rates = (0.1, TURNED, ((0.1, 0), (0.02, 1)), ((0.02, 0), (0.1, 2), (0.05, 10**400)))
    configs = [replace(BASE, learning_rate=rate, optimizer="momentum") for rate in rates]
    alone = [list(train(config, blobs)) for config in configs]
    for epoch, records in enumerate(train_many(configs, blobs)):
        for together, by_itself in zip(records, alone, strict=True):
            assert same_record(together, by_itself[epoch])


def test_more_epochs_leave_the_first_ones_as_they_are_and_a_change_later_than_the_last_is_none(
    blobs, same_record
):
    short, long = (list(train(replace(BASE, learning_rate=TURNED, epochs=n), blobs)) for n in (3, 6))
    assert all(same_record(*pair) for pair in zip(short, long[:4], strict=True))
    plain = list(train(replace(BASE, epochs=3), blobs))
    never = list(train(replace(BASE, epochs=3, learning_rate=((0.1, 0), (7.0, 3))), blobs))
    assert all(same_record(*pair) for pair in zip(plain, never, strict=True))
    last = list(train(replace(BASE, epochs=3, learning_rate=((0.1, 0), (7.0, 2))), blobs))
    assert [same_record(*pair) for pair in zip(plain, last, strict=True)] == [True, True, True, False]


def test_one_piece_is_the_rate_itself_and_lists_and_whole_numbers_of_any_kind_are_taken():
    assert TrainConfig(learning_rate=[(0.1, 0)]) == TrainConfig(learning_rate=0.1)
    config = TrainConfig(learning_rate=[[1, np.int64(0)], (np.float64(0.5), 3)])
    assert config.learning_rate == ((1.0, 0), (0.5, 3))
    assert [type(part) for piece in config.learning_rate for part in piece] == [float, int] * 2
    assert hash(config) == hash(TrainConfig(learning_rate=((1.0, 0), (0.5, 3))))
    assert config.rate_pieces() == config.learning_rate
    assert TrainConfig().rate_pieces() == ((0.1, 0),)


MANY = tuple((0.1, epoch) for epoch in range(MOST_PIECES))


@pytest.mark.parametrize(
    "value",
    [
        (),
        ((0.1, 1),),
        ((0.1, 0), (0.01, 0)),
        ((0.1, 0), (0.01, 5), (0.02, 5)),
        ((0.1, 0), (0.01, 5), (0.02, 3)),
        ((0.1, 0), (0.0, 5)),
        ((0.1, 0), (-0.1, 5)),
        ((0.1, 0), (math.nan, 5)),
        ((0.1, 0), (math.inf, 5)),
        ((0.1, 0), (0.01, 2.5)),
        ((0.1, 0), (0.01, -1)),
        ((0.1, 0), (0.01, True)),
        ((0.1, 0), 0.01),
        ((0.1, 0), (0.01, 5, 7)),
        (*MANY, (0.1, MOST_PIECES)),
    ],
)
def test_pieces_that_are_none_are_refused_in_one_sentence(value):
    with pytest.raises(ValueError, match=r"^learning_rate is \(.*\)?; allowed: a finite .* up to 20 .*\.$"):
        TrainConfig(learning_rate=value)


def test_as_many_pieces_as_allowed_are_taken():
    assert TrainConfig(learning_rate=MANY).learning_rate == MANY


def test_the_least_rate_must_exceed_no_piece_where_the_schedule_uses_it():
    rates = {"learning_rate": TURNED, "learning_rate_min": 0.05}
    assert TrainConfig(**rates).learning_rate_min == 0.05
    with pytest.raises(
        ValueError, match=r"^learning_rate_min is 0\.05; allowed: at most the learning rate 0\.02"
    ):
        TrainConfig(**rates, schedule="cosine")
