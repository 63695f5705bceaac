"""A run grows, is shared, is thinned when it is long, and ends only when it is over."""

import dataclasses
import math
import sys
import threading
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


def test_a_run_trains_as_far_as_it_is_asked_and_the_numbers_are_those_of_train_many():
    assert_same(grown(6), fresh(6))


def test_asking_for_more_continues_and_asking_for_less_keeps():
    run = grown(2)
    before = run.records
    run.advance(5, FOREVER)
    assert all(ours is theirs for ours, theirs in zip(before, run.records, strict=False))
    run.advance(1, FOREVER)
    assert_same(run, fresh(5))


def test_a_run_stops_for_a_look_at_the_page_and_goes_on_from_there():
    run = Run(configs(), DATASET)
    slices = 0
    while run.n_epochs < 5:
        run.advance(5, 0.0)
        slices += 1
        assert slices < 1000
    assert slices > 1
    assert_same(run, fresh(5))


@pytest.mark.parametrize("slice_", [1e-9, 1e-4])
def test_a_heartbeat_within_a_slow_epoch_never_ends_a_run(monkeypatch, slice_):
    monkeypatch.setattr("ui.training.run.CHECK_INTERVAL", slice_)
    run = Run(configs(), DATASET)
    looks = 0
    while run.n_epochs < 4:
        run.advance(4, 0.0)
        assert not run.ended
        looks += 1
        assert looks < 10_000
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


def test_two_threads_that_advance_one_run_give_the_records_of_one():
    run = Run(configs(), DATASET)
    ready = threading.Barrier(2)

    def visit():
        ready.wait()
        while run.n_epochs < 30:
            with run.lock:
                run.advance(30, 0.0)

    threads = [threading.Thread(target=visit) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    assert_same(run, fresh(30))


def parameter_bytes(records):
    return sum(array.nbytes for record in records for layer in record.params for array in layer)


def room(**changes):
    """Bytes of one epoch's parameters."""
    return parameter_bytes(grown(0, **changes).records[0])


@pytest.fixture
def thinned(monkeypatch):
    """A run of 40 epochs with room for the parameters of about ten."""
    monkeypatch.setattr(history, "MAX_RUN_BYTES", 10 * room(hidden_layer_sizes=(60, 60)) + 500 * 2 * 41)
    return grown(40, hidden_layer_sizes=(60, 60))


def kept(run):
    return [epoch for epoch, records in enumerate(run.records) if records[0].params]


def test_a_long_run_keeps_the_parameters_of_some_epochs_evenly(thinned):
    epochs = kept(thinned)
    assert {0, 40} <= set(epochs)
    assert 4 <= len(epochs) <= 12
    steps = np.diff([epoch for epoch in epochs if epoch != 40])
    assert len(set(steps)) == 1, "evenly spaced"
    assert sum(map(parameter_bytes, thinned.records)) <= history.MAX_RUN_BYTES


def test_a_long_run_keeps_every_figure(thinned):
    assert [figures(records) for records in thinned.records] == [
        figures(records) for records in fresh(40, hidden_layer_sizes=(60, 60))
    ]


def test_an_epoch_that_can_be_drawn_has_parameters_and_is_not_after_the_one_asked_for(thinned):
    epochs = kept(thinned)
    for asked in range(41):
        drawn = thinned.epoch_with_parameters(asked)
        assert all(record.params for record in thinned.records[drawn])
        assert drawn == max(epoch for epoch in epochs if epoch <= asked)
    assert thinned.epoch_with_parameters(1000) == 40


def test_at_every_length_of_a_thinned_run_the_first_and_the_last_epoch_can_be_drawn(monkeypatch):
    monkeypatch.setattr(history, "MAX_RUN_BYTES", 5 * room() + 500 * 2 * 26)
    run = Run(configs(), DATASET)
    for n_epochs in range(1, 26):
        run.advance(n_epochs, FOREVER)
        assert {0, n_epochs} <= set(kept(run))
        assert run.epoch_with_parameters(n_epochs) == n_epochs
        assert run.epoch_with_parameters(0) == 0
        assert all(run.records[run.epoch_with_parameters(epoch)][0].params for epoch in range(n_epochs + 1))


@pytest.mark.parametrize("limit", [2**20, 20_000])
def test_a_run_counts_the_bytes_that_it_holds(monkeypatch, limit):
    monkeypatch.setattr(history, "MAX_RUN_BYTES", limit)
    run = grown(400, batch_size=0)
    parameters = sum(map(parameter_bytes, run.records))
    records = [record for epoch in run.records for record in epoch]
    assert parameters + sum(map(sys.getsizeof, records)) <= run.n_bytes
    assert run.n_bytes <= parameters + 2000 * len(records)


def test_a_short_run_keeps_every_epochs_parameters():
    assert kept(grown(12)) == list(range(13))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "1 s"),
        (0.4, "1 s"),
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


def test_longer_durations_never_read_as_shorter_ones():
    units = {"s": 1, "min": 60, "h": 3600}
    read = []
    for seconds in np.geomspace(1, 1e6, 400):
        number, unit = in_words(float(seconds)).split()
        read.append(int(number) * units[unit])
        assert math.isclose(read[-1], seconds, rel_tol=0.35)
    assert read == sorted(read)


def test_parameters_can_be_read_at_every_epoch_though_another_visitor_thins_the_run(monkeypatch):
    monkeypatch.setattr(history, "MAX_RUN_BYTES", 20_000)
    run = grown(40)
    for epoch in range(41):
        records = run.records_with_parameters(epoch)
        assert records[0].params
        assert epoch - run.history.stride < records[0].epoch <= epoch


def test_the_seconds_of_a_stack_are_shared_among_its_runs():
    started = time.perf_counter()
    run = grown(20, n=8)
    assert 0 < run.at(20).seconds <= time.perf_counter() - started, "all runs together, not each of them"
