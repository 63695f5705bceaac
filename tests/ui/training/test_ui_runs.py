"""A run grows, is thinned when it is long, and ends when it is over; what is seen beside its records."""

import gc
import itertools
import sys
import time
import tracemalloc
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from histories import observations_of, records_of
from small_images import images

from data import DataConfig, load_dataset
from lab.links.cost import in_words
from mlp import TrainConfig, init_params, train_many
from ui.training import history
from ui.training import run as run_module
from ui.training.cache import ENDLESS
from ui.training.run import Run, kinds

DATA = DataConfig(n_samples=60, seed=4)
DATASET = load_dataset(DATA)
POINTS = load_dataset(DataConfig())  # as many as are evaluated at once
FOREVER = 1e6  # seconds


def configs(n=2, **changes):
    base = {"hidden_layer_sizes": (4,), "batch_size": 8, "epochs": ENDLESS} | changes
    return tuple(TrainConfig(init_seed=i, shuffle_seed=i, **base) for i in range(n))


def grown(n_epochs, dataset=DATASET, **changes):
    run = Run(configs(**changes), dataset)
    run.advance(n_epochs, FOREVER)
    return run


@pytest.fixture
def assert_same(same_record):
    def check(run, fresh, bare=False):
        assert run.n_epochs + 1 == len(records_of(run)) == len(fresh)
        for ours, theirs in zip(records_of(run), fresh, strict=True):
            for one, other in zip(ours, theirs, strict=True):
                some = (r._replace(params=()) if bare else r for r in (one, other))
                assert same_record(*some)

    return check


def fresh(n_epochs, **changes):
    return list(train_many(configs(**changes | {"epochs": n_epochs}), DATASET))


def test_a_new_run_holds_nothing_and_its_first_epoch_is_the_untrained_network(assert_same):
    run = Run(configs(), DATASET)
    assert (run.n_epochs, run.held_bytes()) == (-1, 0)
    run.advance(0)
    assert run.n_epochs == 0
    assert [record.epoch for record in records_of(run)[0]] == [0, 0]
    assert not run.ended
    assert_same(run, fresh(0))


def test_asking_for_more_continues_and_asking_for_less_keeps(assert_same):
    run = grown(2)
    before = records_of(run)
    run.advance(5, FOREVER)
    assert all(ours is theirs for ours, theirs in zip(before, records_of(run), strict=False))
    run.advance(1, FOREVER)
    assert_same(run, fresh(5))


@pytest.mark.parametrize("interval", [1.0, 1e-9])
def test_a_run_stops_for_a_look_at_the_page_even_within_an_epoch_and_goes_on_from_there(
    monkeypatch, interval, assert_same
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


def test_a_run_gives_way_to_readers_at_every_interval_of_its_work(monkeypatch):
    """By a clock that goes on by a fifth of an interval whenever it is looked at."""
    ticks, tick, waits = itertools.count(), run_module.CHECK_INTERVAL / 5, []
    now = lambda: next(ticks) * tick  # noqa: E731
    monkeypatch.setattr(run_module, "time", SimpleNamespace(perf_counter=now))
    monkeypatch.setattr(run_module, "give_way", lambda: waits.append(now()))
    Run(configs(), DATASET).advance(50, FOREVER)
    gaps = np.diff([0.0, *waits]) / tick
    assert len(gaps) >= 5
    assert gaps.min() > 5
    assert gaps.max() < 9, "one look late, and the looks before and after the wait"


def test_a_run_whose_schedule_counts_epochs_ends_with_its_last(assert_same):
    run = grown(10, schedule="cosine", epochs=3)
    assert run.ended
    assert_same(run, fresh(3, schedule="cosine"))


def test_a_run_that_has_diverged_ends_and_stays_where_it_is():
    run = grown(50, learning_rate=1e9)
    assert run.ended
    assert 1 <= run.n_epochs < 50
    assert all(record.diverged for record in records_of(run)[-1])
    length = len(records_of(run))
    run.advance(100, FOREVER)
    assert len(records_of(run)) == length


def test_one_network_that_diverges_does_not_end_the_others(same_record):
    wild, tame = configs(1, learning_rate=1e9) + configs(1)
    run = Run((wild, tame), DATASET)
    run.advance(8, FOREVER)
    assert not run.ended
    assert [record.diverged for record in records_of(run)[-1]] == [True, False]
    assert records_of(run)[-1][1].epoch == 8
    for (_, ours), (theirs,) in zip(
        records_of(run), train_many([replace(tame, epochs=8)], DATASET), strict=True
    ):
        assert same_record(ours, theirs)


def parameter_bytes(records):
    return sum(array.nbytes for record in records for layer in record.params for array in layer)


def test_a_long_run_keeps_every_figure_and_the_parameters_of_some_epochs_evenly(monkeypatch, assert_same):
    wide = {"hidden_layer_sizes": (60, 60)}
    room = parameter_bytes(records_of(grown(0, **wide))[0])
    monkeypatch.setattr(history, "MAX_RUN_BYTES", 10 * room + 500 * 2 * 41)
    run = grown(40, **wide)
    assert_same(run, fresh(40, **wide), bare=True)
    kept = [epoch for epoch, records in enumerate(records_of(run)) if records[0].params]
    assert {0, 40} <= set(kept)
    assert 4 <= len(kept) <= 12
    assert len(set(np.diff([epoch for epoch in kept if epoch != 40]))) == 1, "evenly spaced"
    for asked in range(42):
        assert run.with_parameters(asked).number == max(epoch for epoch in kept if epoch <= asked)


@pytest.mark.parametrize("limit", [2**20, 20_000])
def test_a_run_counts_the_bytes_that_it_holds(monkeypatch, limit):
    monkeypatch.setattr(history, "MAX_RUN_BYTES", limit)
    run = grown(400, batch_size=0)
    parameters = sum(map(parameter_bytes, records_of(run)))
    records = [record for epoch in records_of(run) for record in epoch]
    assert (
        parameters + sum(map(sys.getsizeof, records))
        <= run.history.n_bytes
        <= parameters + 2000 * len(records)
    )


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


# ---- watched runs, of several starts

BASE = TrainConfig(
    hidden_layer_sizes=(6, 5), activation="tanh", learning_rate=0.25, batch_size=0, epochs=ENDLESS
)


def starts(*initializers, n_seeds=2, **changes):
    return tuple(
        replace(BASE, initializer=name, init_seed=i, shuffle_seed=i, **changes)
        for name in initializers or ("glorot_uniform",)
        for i in range(n_seeds)
    )


def watch(n_epochs, asked):
    run = Run(asked, DATASET, watched=True)
    run.advance(n_epochs, FOREVER)
    return run


def norms(arrays):
    return np.array([np.linalg.norm(array.astype(np.float64)) for array in arrays])


@pytest.fixture(scope="module")
def watched():
    """Two seeds of two starts, four epochs of one step each."""
    return watch(4, starts("glorot_uniform", "constant"))


def test_the_step_is_how_far_an_epoch_of_one_moved_the_weights():
    run = watch(4, starts("glorot_uniform", "constant", dtype="float64"))
    for epoch in range(1, 5):
        seen = observations_of(run)[epoch]
        for i in range(4):
            before, after = ([layer.W for layer in records_of(run)[e][i].params] for e in (epoch - 1, epoch))
            moved = norms(new - old for old, new in zip(before, after, strict=True))
            np.testing.assert_allclose(seen.update_ratio[i], moved / norms(before), rtol=1e-6)
            np.testing.assert_allclose(seen.gradient[i], moved / 0.25, rtol=1e-6)


def test_before_training_there_is_no_step_and_units_and_ranks_are_those_of_the_epochs_end(watched):
    first = observations_of(watched)[0]
    assert np.isnan([first.gradient, first.update_ratio]).all()
    assert first.rank.tolist() == [[2, 5, 2], [1, 1, 1]]
    assert observations_of(watched)[4].distinct.tolist() == [[6, 5], [1, 1]]
    # the two columns of the output's weights have come apart, but for every unit alike
    assert observations_of(watched)[4].rank.tolist() == [[2, 5, 2], [1, 1, 1]]
    for epoch, records in enumerate(records_of(watched)):
        ranks = [np.linalg.matrix_rank(layer.W) for layer in records[0].params]
        assert observations_of(watched)[epoch].rank[0].tolist() == ranks


def test_units_are_those_of_the_first_seed_of_each_start_in_the_order_of_the_starts(monkeypatch):
    monkeypatch.setattr(run_module, "distinct_units", lambda layer: float(layer.W[0, 0]))  # tells whose it is
    first, second = (replace(BASE, initializer="normal", init_seed=seed) for seed in (3, 4))
    constant = replace(BASE, initializer="constant")
    drawn = float(init_params(first, 2, 2)[0].W[0, 0])
    for asked, expected in (
        ((constant, first, second), [1.0, drawn]),
        ((first, constant, second), [drawn, 1.0]),
    ):
        run = Run(asked, DATASET, watched=True)
        run.advance(0)
        assert observations_of(run)[0].distinct[:, 0].tolist() == expected


def test_units_and_ranks_of_large_networks_are_not_counted_but_keep_their_places(monkeypatch):
    monkeypatch.setattr(run_module, "MOST_RANKED", 0)
    (first,) = observations_of(watch(0, starts("glorot_uniform", "constant")))
    assert (first.distinct.shape, first.rank.shape) == ((2, 2), (2, 3))
    assert np.isnan(first.distinct).all()
    assert np.isnan(first.rank).all()


def test_a_run_that_ended_has_no_more_steps_while_the_others_go_on():
    wild, tame = starts(n_seeds=2)
    run = watch(6, (replace(wild, learning_rate=1e300), tame))
    lost = next(epoch for epoch, records in enumerate(records_of(run)) if records[0].diverged)
    assert not run.ended
    for epoch in range(lost + 1, 7):
        assert np.isnan(observations_of(run)[epoch].gradient[0]).all()
        assert np.isfinite(observations_of(run)[epoch].gradient[1]).all()
    assert np.isnan(observations_of(run)[6].rank[0]).any()


def test_kinds_are_configs_but_for_their_seeds_in_the_order_of_their_first():
    asked = starts("zeros", "normal", n_seeds=2) + starts("zeros", n_seeds=1)
    other = (replace(asked[0], init_scale=0.5),)
    assert list(kinds(asked + other).values()) == [[0, 1, 4], [2, 3], [5]]
    assert [config.initializer for config in kinds(asked)] == ["zeros", "normal"]


def test_of_images_the_last_epoch_alone_keeps_its_parameters():
    run = Run(starts(), images())
    for n_epochs in range(6):
        run.advance(n_epochs, FOREVER)
        assert [bool(records[0].params) for records in records_of(run)] == [False] * n_epochs + [True]
        assert run.with_parameters(n_epochs).records is records_of(run)[-1]
    points = watch(5, starts())
    assert all(records[0].params for records in records_of(points))


@pytest.mark.slow
@pytest.mark.parametrize("changes", [{}, {"optimizer": "adam"}, {"hidden_layer_sizes": (200, 200)}])
@pytest.mark.parametrize("watched", [False, True])
def test_a_run_that_may_go_on_counts_its_buffers_as_python_does(changes, watched):
    asked = starts(n_seeds=5, **changes)
    Run(asked, POINTS, watched).advance(1, FOREVER)  # what NumPy makes once
    tracemalloc.start()
    try:
        run = Run(asked, POINTS, watched)
        run.advance(3, FOREVER)
        gc.collect()
        traced, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert 0.7 * traced < run.held_bytes() < 1.5 * traced


def test_a_run_that_ended_holds_its_records_alone():
    ended = watch(9, starts(learning_rate=1e300))
    assert ended.ended
    assert ended.held_bytes() == ended.history.n_bytes
