"""Running many experiments: what stacks, what comes back, and the same numbers wherever they run."""

import concurrent.futures
import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace

import pytest
from calls import load_or_die, load_or_fail
from hypothesis import given, settings
from hypothesis import strategies as st

from data import DataConfig, load_dataset
from data.downloads import DataUnavailable
from mlp import TrainConfig, execution, train
from mlp.execution import ExecutorLost, plan, processes, run, run_job
from mlp.pool import WorkerDied
from mlp.training import EVALUATION_ROWS, stack_key

BLOBS = DataConfig(name="blobs", n_classes=3, n_samples=80, noise=0.2, split="60/20/20")  # 48 to train on
RINGS = DataConfig(n_samples=100)
BASE = TrainConfig(hidden_layer_sizes=(6, 4), epochs=3, batch_size=16)
CHANGES = [
    {},
    {"learning_rate": 0.3, "l2": 0.01},
    {"activation": "tanh", "epochs": 5},
    {"learning_rate": 1e9, "activation": "identity", "epochs": 8},  # diverges
    {"init_seed": 3, "epochs": 1},
    {"activation": "identity", "epochs": 8, "shuffle_seed": 2},  # in the stack of the diverging one
    {"batch_size": 0, "epochs": 0},
    {"optimizer": "adam", "dtype": "float64"},
]
MIXED = [(data, replace(BASE, **change)) for change, data in itertools.product(CHANGES, (BLOBS, RINGS))]


def widths(data):
    return 2, data.n_classes if data.name == "blobs" else 2


def rows_of(experiments, **options):
    return [job.rows for job in plan(experiments, widths, **options)]


def outcomes(jobs, load=load_dataset, executor=None, **options):
    """All Outcomes in the order of their rows, each row once."""
    found = [outcome for some in run(jobs, load, executor, **options) for outcome in some]
    assert sorted(o.row for o in found) == sorted(row for job in jobs for row in job.rows)
    return sorted(found, key=lambda outcome: outcome.row)


def seeds(n, data=BLOBS, **changes):
    return [(data, replace(BASE, init_seed=seed, **changes)) for seed in range(n)]


def differing(n):
    """Experiments on one set of data that are a job each."""
    return [(BLOBS, replace(BASE, batch_size=4 + i)) for i in range(n)]


@pytest.fixture(scope="module")
def alone():
    """Every mixed experiment by `train`, one after the other, its parameters left out."""
    return [[r._replace(params=()) for r in train(config, load_dataset(data))] for data, config in MIXED]


@pytest.fixture
def assert_same_as_alone(alone, same_record):
    def check(found):
        for outcome in found:
            assert outcome.error == ""
            for ours, theirs in zip(outcome.records, alone[outcome.row], strict=True):
                assert same_record(ours, theirs), (MIXED[outcome.row], ours, theirs)

    return check


def test_what_stacks_is_a_job_up_to_the_most_and_jobs_are_in_the_order_of_their_first_row(monkeypatch):
    experiments = [
        (BLOBS, BASE),
        (RINGS, BASE),
        (BLOBS, replace(BASE, learning_rate=0.5, init_seed=2, epochs=9)),
        (BLOBS, replace(BASE, activation="tanh")),
        (RINGS, replace(BASE, momentum=0.1)),
        (BLOBS, replace(BASE, l1=0.1)),
    ]
    jobs = plan(experiments, widths)
    assert [job.rows for job in jobs] == [(0, 2, 5), (1, 4), (3,)]
    assert [job.data for job in jobs] == [BLOBS, RINGS, BLOBS]
    assert rows_of(experiments, rows=[1, 4, 5]) == [(1, 4), (5,)]
    monkeypatch.setattr(execution, "MOST_STACKED", 2)
    assert rows_of(experiments) == [(0, 2), (1, 4), (3,), (5,)]


def test_the_network_whose_product_is_larger_than_what_pays_is_a_job_of_its_own(monkeypatch):
    monkeypatch.setattr(execution, "STACKED_PRODUCT", 2000)
    fits, exceeds = {"hidden_layer_sizes": (20, 10)}, {"hidden_layer_sizes": (20, 11)}  # 10·20·10, 10·20·11
    experiments = seeds(2, **fits, batch_size=10) + seeds(2, **exceeds, batch_size=10)
    assert rows_of(experiments) == [(0, 1), (2,), (3,)]
    assert rows_of(seeds(2, hidden_layer_sizes=(), batch_size=334)) == [(0,), (1,)]  # 334·2·3
    assert rows_of(seeds(2, hidden_layer_sizes=(), batch_size=333)) == [(0, 1)]
    assert rows_of(seeds(2, hidden_layer_sizes=(), batch_size=0)) == [(0,), (1,)]  # all of the data
    wide = seeds(2, hidden_layer_sizes=(), batch_size=20)  # 20·2·3, or 20·784·10
    assert (rows_of(wide), len(plan(wide, lambda data: (784, 10)))) == ([(0, 1)], 2)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 15), max_size=200))
def test_every_row_is_in_one_job_of_its_own_data_and_shape(drawn):
    experiments = [MIXED[i] for i in drawn]
    jobs = plan(experiments, widths)
    assert sorted(row for job in jobs for row in job.rows) == list(range(len(experiments)))
    for job in jobs:
        assert [(job.data, config) for config in job.configs] == [experiments[row] for row in job.rows]
        assert len({stack_key(config) for config in job.configs}) == 1
        assert len(job.rows) <= execution.MOST_STACKED


def test_what_runs_here_gives_what_each_gives_alone_with_heartbeats_between(alone, assert_same_as_alone):
    lengths = [len(records) for records in alone]
    assert lengths[4:6] == [6, 6]
    assert max(lengths[6:8]) < 9  # they diverged
    assert (alone[6][-1].diverged, alone[10][-1].diverged) == (True, False)
    jobs = plan(MIXED, widths)
    lists = list(run(jobs, load_dataset, heartbeat=0.0))  # due after every step
    assert lists.count([]) > len(jobs)
    assert [tuple(o.row for o in some) for some in lists if some] == [job.rows for job in jobs]
    assert_same_as_alone([outcome for some in lists for outcome in some])


@pytest.fixture(scope="module", params=[ThreadPoolExecutor, processes])
def pool(request):
    with request.param(2) as executor:
        yield executor


def test_a_pool_gives_what_each_gives_alone(pool, assert_same_as_alone):
    assert_same_as_alone(outcomes(plan(MIXED, widths), executor=pool))


def test_a_batch_larger_than_the_data_is_the_whole_training_set():
    found = outcomes(plan([(BLOBS, replace(BASE, batch_size=size)) for size in (0, 48, 49)], widths))
    assert [one.error for one in found] == ["", "", ""]
    losses = [[record.train_loss for record in one.records] for one in found]
    assert losses[0] == losses[1] == losses[2]


def test_data_that_cannot_be_loaded_are_the_error_of_their_rows_alone(pool, assert_same_as_alone):
    for executor in (None, pool):
        found = outcomes(plan(MIXED, widths), load_or_fail, executor)
        assert_same_as_alone(found[::2])
        assert {o[1:] for o in found[1::2]} == {((), "OSError: the disk is gone", True)}


DIED = "The process that trained it died in every attempt."


class Mortal(concurrent.futures.Executor):
    """Runs jobs here, but dies of those with a deadly row, and the first `chance` times of any."""

    def __init__(self, deadly=(), chance=0, times=1):
        self.deadly, self.chance, self.times, self.submitted = set(deadly), chance, times, []

    def submit(self, function, load, job):
        self.submitted.append(job.rows)
        future = concurrent.futures.Future()
        if self.deadly & set(job.rows) or len(self.submitted) <= self.chance:
            future.set_exception(WorkerDied(self.times))
        else:
            future.set_result(function(load, job))
        return future


@pytest.mark.parametrize(
    ("mortal", "n", "died", "submitted"),
    [
        (Mortal(deadly=[1]), 3, [1], [(0, 1, 2), (0, 1, 2), (0,), (1,), (2,)]),
        (Mortal(deadly=[1], times=2), 3, [1], [(0, 1, 2), (0,), (1,), (2,)]),  # it was tried twice elsewhere
        (Mortal(chance=1), 3, [], [(0, 1, 2), (0, 1, 2)]),  # by chance: the job again, as it was
        (Mortal(chance=2), 1, [], [(0,), (0,), (0,)]),
        (Mortal(chance=3), 1, [0], [(0,), (0,), (0,)]),
    ],
)
def test_of_a_stack_that_ends_its_worker_only_the_row_at_fault_is_an_error(mortal, n, died, submitted):
    found = outcomes(plan(seeds(n), widths), executor=mortal)
    assert mortal.submitted == submitted
    assert [o.row for o in found if o.error == DIED] == died
    assert [len(o.records) for o in found] == [0 if o.row in died else 4 for o in found]


def test_a_row_that_ends_its_worker_every_time_is_an_error_and_the_others_are_trained(assert_same_as_alone):
    with processes(1) as executor:
        found = outcomes(plan(MIXED[:2], widths), load_or_die, executor)
        assert found[1][1:] == ((), DIED, True)
        assert_same_as_alone(found[:1])
        assert_same_as_alone(outcomes(plan(MIXED[:1], widths), executor=executor))  # the next sweep


def test_an_executor_that_is_lost_says_so_after_what_came_in_and_what_waits_is_cancelled():
    jobs, waiting = plan(differing(3), widths), concurrent.futures.Future()

    def submit(function, load, job):
        future = concurrent.futures.Future()
        if job.rows == (0,):
            future.set_result(function(load, job))
        elif job.rows == (1,):
            future.set_exception(ExecutorLost("gone"))
        return waiting if job.rows == (2,) else future

    running = run(jobs, load_dataset, SimpleNamespace(submit=submit))
    assert [o.row for o in next(running)] == [0]
    with pytest.raises(ExecutorLost):
        next(running)
    assert waiting.cancelled()


def test_a_job_of_many_short_epochs_gives_heartbeats():
    (job,) = plan([(BLOBS, replace(BASE, epochs=200, batch_size=0))], widths)
    lists = list(run([job], load_dataset, heartbeat=1e-6))
    assert lists.count([]) >= 200


def test_one_long_epoch_gives_heartbeats_between_its_steps():
    (job,) = plan([(BLOBS, replace(BASE, epochs=1, batch_size=1))], widths)
    assert list(run([job], load_dataset, heartbeat=0.0)).count([]) >= 48  # a step each


def test_a_job_that_nobody_wants_any_more_ends():
    (job,) = plan([(BLOBS, replace(BASE, epochs=10**9))], widths)
    asked = []
    assert run_job(load_dataset, job, lambda: asked.append(1) or len(asked) < 3) == []
    assert len(asked) == 3


def test_results_are_handed_over_before_the_next_job_begins():
    loaded = []
    running = run(plan(MIXED[:2], widths), lambda data: loaded.append(data) or load_dataset(data))
    for row, begun in ((0, [BLOBS]), (1, [BLOBS, RINGS])):
        (outcome,) = next(some for some in running if some)
        assert (outcome.row, loaded) == (row, begun)


def test_closing_cancels_what_has_not_begun():
    loaded, begun, go_on = [], threading.Event(), threading.Event()

    def load(data):
        loaded.append(data)
        begun.set()
        assert go_on.wait(30)
        return load_dataset(data)

    with ThreadPoolExecutor(1) as executor:
        running = run(plan(differing(5), widths), load, executor, heartbeat=0.01)
        assert [next(running), next(running)] == [[], []]
        assert begun.wait(30)
        running.close()
        go_on.set()
    assert len(loaded) == 1


def held(job):
    """Numbers that a stack of plain networks holds: θ, gradient, scratch; a minibatch; the rows measured."""
    n_runs, config = len(job.configs), job.configs[0]
    widths = (*config.hidden_layer_sizes, 2)
    rows = 3 * (config.batch_size or 20_000) * sum(widths) + 2 * EVALUATION_ROWS * max(widths)
    return n_runs * (3 * config.n_parameters(2, 2) + rows)


@pytest.mark.parametrize(
    ("sizes", "batch_size", "largest"), [((8, 8), 16, 64), ((8, 8), 0, 18), ((60,) * 30, 16, 37)]
)
def test_a_stack_holds_no_more_numbers_than_allowed(sizes, batch_size, largest):
    configs = [TrainConfig(hidden_layer_sizes=sizes, batch_size=batch_size, init_seed=k) for k in range(130)]
    jobs = execution.plan([("set", c) for c in configs], lambda _: (2, 2), n_examples=lambda _: 20_000)
    assert max(len(job.rows) for job in jobs) == largest
    assert sorted(row for job in jobs for row in job.rows) == list(range(130))
    most = execution.MOST_STACKED_VALUES
    assert largest == 64 or max(map(held, jobs)) <= most < 1.2 * max(map(held, jobs))


def test_a_stack_is_bounded_by_the_size_of_its_own_networks():
    small, wide = ({"hidden_layer_sizes": sizes, "batch_size": 16} for sizes in ((8, 8), (60,) * 30))
    experiments = [(BLOBS, TrainConfig(init_seed=k, **small)) for k in range(3)]
    experiments += [(BLOBS, TrainConfig(init_seed=k, **wide)) for k in range(100)]
    jobs = plan(experiments, lambda _: (2, 2))
    assert [len(job.rows) for job in jobs] == [3, 37, 37, 26]


def test_the_seconds_of_records_that_are_dropped_are_added_to_the_next_kept():
    record, kept = train(BASE, load_dataset(BLOBS)), []
    first = next(record)
    for epoch in range(6):
        execution._keep(kept, first._replace(epoch=epoch, seconds=10.0**epoch), 4)
    assert [(one.epoch, one.seconds) for one in kept] == [(0, 1.0), (4, 11110.0), (5, 100000.0)]


@pytest.mark.parametrize(
    ("error", "reason", "accidental"),
    [
        (DataUnavailable("It is not there.\nMore."), "It is not there.", True),  # though it is a ValueError
        (ValueError("wrong"), "wrong", False),
        (ValueError(), "ValueError", False),
        (MemoryError(), "MemoryError", True),
        (KeyError("name"), "KeyError: 'name'", True),
        (WorkerDied(), DIED, True),
    ],
)
def test_an_error_is_named_and_may_be_accidental(error, reason, accidental):
    def load(data):
        raise error

    (outcome,) = outcomes(plan(seeds(1), widths), load)
    assert (outcome.error, outcome.accidental) == (reason, accidental)


@pytest.mark.parametrize(
    ("n", "epochs", "stride"), [(1, 300, 1), (400, 300, 1), (4000, 50, 1), (4000, 300, 6)]
)
def test_a_sweep_keeps_as_many_records_as_it_may(n, epochs, stride):
    configs = seeds(n, epochs=epochs, hidden_layer_sizes=(2,))
    assert {job.stride for job in plan(configs, widths)} == {stride}


def test_the_longest_training_of_a_stack_decides_how_many_of_its_records_are_kept(monkeypatch):
    monkeypatch.setattr(execution, "MOST_RECORDS", 300)  # 100 of each network
    (job,) = plan([(BLOBS, replace(BASE, epochs=epochs)) for epochs in (3, 401, 400)], widths)
    assert job.stride == 5
    assert [one.stride for one in execution.rows_alone(job)] == [5, 5, 5]  # resubmitted, they keep as many


def test_the_records_that_are_kept_are_those_of_every_epoch_of_the_stride_and_the_last():
    ((every,), (some,)) = (
        [job._replace(stride=stride) for job in plan(seeds(2, epochs=11), widths)] for stride in (1, 4)
    )
    every, some = run_job(load_dataset, every), run_job(load_dataset, some)
    for all_of_it, thinned in zip(every, some, strict=True):
        assert [record.epoch for record in thinned.records] == [0, 4, 8, 11]
        for record in thinned.records:
            assert record._replace(seconds=0) == all_of_it.records[record.epoch]._replace(seconds=0)
        assert all(record.seconds > 0 for record in thinned.records)
