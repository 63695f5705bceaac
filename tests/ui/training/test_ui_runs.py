"""A run grows, is shared, is thinned when it is long, and ends only when it is over."""

import dataclasses
import sys
import time

import numpy as np
import pytest

from data import DataConfig, load_dataset
from lab.links.cost import in_words
from mlp import TrainConfig, train_many
from ui.training import history
from ui.training.cache import ENDLESS
from ui.training.run import Run

DATA = DataConfig(n_samples=60, seed=4)
DATASET = load_dataset(DATA)
FOREVER = 1e6  # seconds


def configs(n=2, **changes):
    base = {"hidden_layer_sizes": (4,), "batch_size": 8, "epochs": ENDLESS} | changes
    return tuple(TrainConfig(init_seed=i, shuffle_seed=i, **base) for i in range(n))


def grown(n_epochs, dataset=DATASET, **changes):
    run = Run(configs(**changes), dataset)
    run.advance(n_epochs, FOREVER)
    return run


def figures(records):
    """All that is deterministic in an epoch's records, exactly."""
    return [repr(r._replace(params=(), seconds=0.0)) for r in records]


def assert_same(run, fresh):
    assert run.n_epochs + 1 == len(run.records) == len(fresh)
    for ours, theirs in zip(run.records, fresh, strict=True):
        assert figures(ours) == figures(theirs)
        for one, other in zip(ours, theirs, strict=True):
            for layer, twin in zip(one.params, other.params, strict=True):
                np.testing.assert_array_equal(layer.W, twin.W)
                np.testing.assert_array_equal(layer.b, twin.b)


def fresh(n_epochs, **changes):
    return list(train_many(configs(**changes | {"epochs": n_epochs}), DATASET))


def test_a_new_run_holds_nothing_and_its_first_epoch_is_the_untrained_network():
    run = Run(configs(), DATASET)
    assert (run.n_epochs, run.held_bytes()) == (-1, 0)
    run.advance(0)
    assert run.n_epochs == 0
    assert [record.epoch for record in run.records[0]] == [0, 0]
    assert not run.ended
    assert_same(run, fresh(0))


def test_asking_for_more_continues_and_asking_for_less_keeps():
    run = grown(2)
    before = run.records
    run.advance(5, FOREVER)
    assert all(ours is theirs for ours, theirs in zip(before, run.records, strict=False))
    run.advance(1, FOREVER)
    assert_same(run, fresh(5))


@pytest.mark.parametrize("interval", [1.0, 1e-9])
def test_a_run_stops_for_a_look_at_the_page_even_within_an_epoch_and_goes_on_from_there(
    monkeypatch, interval
):
    monkeypatch.setattr("ui.training.run.CHECK_INTERVAL", interval)
    run, looks = Run(configs(), DATASET), 0
    while run.n_epochs < 4:
        run.advance(4, 0.0)
        assert not run.ended
        looks += 1
        assert looks < 10_000
    assert looks > 4
    assert_same(run, fresh(4))


def test_a_run_whose_schedule_counts_epochs_ends_with_its_last():
    run = grown(10, schedule="cosine", epochs=3)
    assert run.ended
    assert_same(run, fresh(3, schedule="cosine"))


def test_a_run_that_has_diverged_ends_and_stays_where_it_is():
    run = grown(50, learning_rate=1e9)
    assert run.ended
    assert 1 <= run.n_epochs < 50
    assert all(record.diverged for record in run.records[-1])
    length = len(run.records)
    run.advance(100, FOREVER)
    assert len(run.records) == length


def test_one_network_that_diverges_does_not_end_the_others():
    wild, tame = configs(1, learning_rate=1e9) + configs(1)
    run = Run((wild, tame), DATASET)
    run.advance(8, FOREVER)
    assert not run.ended
    assert [record.diverged for record in run.records[-1]] == [True, False]
    assert run.records[-1][1].epoch == 8
    for epoch, (record,) in enumerate(train_many([dataclasses.replace(tame, epochs=8)], DATASET)):
        assert figures(run.records[epoch][1:]) == figures([record])


def parameter_bytes(records):
    return sum(array.nbytes for record in records for layer in record.params for array in layer)


def test_a_long_run_keeps_every_figure_and_the_parameters_of_some_epochs_evenly(monkeypatch):
    wide = {"hidden_layer_sizes": (60, 60)}
    room = parameter_bytes(grown(0, **wide).records[0])
    monkeypatch.setattr(history, "MAX_RUN_BYTES", 10 * room + 500 * 2 * 41)
    run, whole = grown(40, **wide), fresh(40, **wide)
    assert [figures(records) for records in run.records] == [figures(records) for records in whole]
    kept = [epoch for epoch, records in enumerate(run.records) if records[0].params]
    assert {0, 40} <= set(kept)
    assert 4 <= len(kept) <= 12
    assert len(set(np.diff([epoch for epoch in kept if epoch != 40]))) == 1, "evenly spaced"
    for asked in range(42):
        assert run.epoch_with_parameters(asked) == max(epoch for epoch in kept if epoch <= asked)


@pytest.mark.parametrize("limit", [2**20, 20_000])
def test_a_run_counts_the_bytes_that_it_holds(monkeypatch, limit):
    monkeypatch.setattr(history, "MAX_RUN_BYTES", limit)
    run = grown(400, batch_size=0)
    parameters = sum(map(parameter_bytes, run.records))
    records = [record for epoch in run.records for record in epoch]
    assert parameters + sum(map(sys.getsizeof, records)) <= run.n_bytes <= parameters + 2000 * len(records)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "1 s"),
        (12.4, "12 s"),
        (75, "75 s"),
        (120, "2 min"),
        (1800, "30 min"),
        (4000, "67 min"),
        (7200, "2 h"),
        (3600 * 24, "24 h"),
    ],
)
def test_durations_in_words(seconds, words):
    assert in_words(seconds) == words


def test_the_seconds_of_a_stack_are_shared_among_its_runs():
    started = time.perf_counter()
    run = grown(20, n=8)
    assert 0 < run.at(20).seconds <= time.perf_counter() - started, "all runs together, not each of them"
