"""A sweep that runs: in slices or at once, stopped and gone on with, shared by visitors; its turns."""

import concurrent.futures
import threading
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from types import SimpleNamespace

import pytest

from data import DataConfig, load_dataset
from mlp import TrainConfig, execution, sweep, train
from mlp.sweep import Values
from ui.runs import cache
from ui.share import Experiment
from ui.sweeps import running
from ui.sweeps.running import SweepRun
from ui.sweeps.space import GRID, Plan

DATA = DataConfig(n_samples=120)
BASE = TrainConfig(hidden_layer_sizes=(4,), batch_size=16, epochs=3)
AXES = {"learning_rate": Values((0.1, 1.0)), "activation": Values(("relu", "tanh"))}
FOREVER = 1e6  # seconds


def plan_of(axes=AXES, n_seeds=2, data=DATA, **train):
    base = Experiment(data, replace(BASE, **train))
    built = sweep.build(sweep.grid(axes), base.data, base.train)
    return Plan(base, tuple(axes), GRID, built, n_seeds)


def figures(records):
    """All that is deterministic in records, exactly."""
    return [repr(r._replace(params=(), seconds=0.0)) for r in records]


def assert_trained_one_by_one(run, rows=None):
    for row in range(len(run.experiments)) if rows is None else rows:
        data, config = run.experiments[row]
        assert run.outcomes[row].error == ""
        assert figures(run.outcomes[row].records) == figures(train(config, load_dataset(data)))


def in_slices(run, executor=None):
    slices = 0
    while not run.complete:
        run.advance(0.0, executor)
        slices += 1
        assert slices < 100_000
    return slices


def test_all_at_once_the_outcomes_are_those_of_train_one_by_one():
    run = SweepRun(plan_of().experiments())
    assert not run.complete
    run.advance(FOREVER, None)
    assert run.complete
    assert sorted(run.outcomes) == list(range(8))
    assert_trained_one_by_one(run)


@pytest.mark.parametrize("on_threads", [False, True])
def test_slices_however_short_give_the_same_outcomes_as_all_at_once(on_threads):
    run = SweepRun(plan_of(n_seeds=3).experiments())
    if on_threads:
        with concurrent.futures.ThreadPoolExecutor(1) as executor:
            in_slices(run, executor)
    else:
        assert in_slices(run) >= 2, "there are two stacks, an activation each"
    assert_trained_one_by_one(run)


def test_no_records_carry_parameters():
    run = SweepRun(plan_of().experiments())
    run.advance(FOREVER, None)
    assert {r.params for outcome in run.outcomes.values() for r in outcome.records} == {()}
    assert run.held_bytes() == 500 * 8 * 4  # epochs 0 to 3 of eight networks


def test_stop_keeps_what_came_in_and_going_on_completes_it():
    run = SweepRun(plan_of().experiments())
    while not run.outcomes:
        run.advance(0.0, None)
    kept = dict(run.outcomes)
    assert 0 < len(kept) < 8
    run.stop()
    assert run.outcomes == kept
    assert sorted(row for job in run.jobs() for row in job.rows) == sorted(set(range(8)) - set(kept))
    run.advance(FOREVER, None)
    assert run.complete
    assert all(run.outcomes[row] is outcome for row, outcome in kept.items())
    assert_trained_one_by_one(run)


def test_stop_cancels_the_jobs_that_an_executor_has_not_begun():
    run, gate, begun = SweepRun(plan_of(n_seeds=1).experiments()), threading.Event(), threading.Event()

    def hold():
        begun.set()
        gate.wait(30)

    with concurrent.futures.ThreadPoolExecutor(1) as executor:
        executor.submit(hold)
        assert begun.wait(30)
        run.advance(0.0, executor)
        run.stop()
        gate.set()
    assert run.outcomes == {}
    run.advance(FOREVER, None)
    assert_trained_one_by_one(run)


def test_a_trial_that_cannot_be_trained_has_its_error_and_the_others_their_records():
    run = SweepRun(plan_of({"batch_size": Values((16, 5000, 8))}).experiments())  # of 84 to train on
    run.advance(FOREVER, None)
    assert run.complete
    assert [bool(run.outcomes[row].error) for row in range(6)] == [False, False, True, True, False, False]
    assert run.outcomes[2].error.startswith("batch_size is 5000; allowed: at most the 84 ")
    assert_trained_one_by_one(run, (0, 1, 4, 5))


def test_two_visitors_of_the_same_sweep_share_one_run_and_another_sweep_has_its_own():
    first = running.run_of(plan_of(init_seed=301))
    assert running.run_of(plan_of(init_seed=301)) is first
    assert running.run_of(plan_of(init_seed=302)) is not first
    assert running.run_of(plan_of(init_seed=301, n_seeds=3)) is not first
    assert cache().sweep(tuple(plan_of(init_seed=301).experiments()), list) is first


def test_two_threads_that_advance_one_run_by_slices_complete_it_once():
    run, ready = SweepRun(plan_of(n_seeds=3, epochs=20).experiments()), threading.Barrier(2)

    def visit():
        ready.wait(30)
        with cache().turns.place() as turn:
            while not run.complete:
                running._slice(run, None, turn)

    threads = [threading.Thread(target=visit) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    assert cache().turns.free
    assert_trained_one_by_one(run)


def test_a_slice_passes_its_turn_on_even_where_it_fails(monkeypatch):
    turns, free = cache().turns, []
    run = SweepRun(plan_of().experiments())
    monkeypatch.setattr(run, "advance", lambda seconds, executor: free.append(turns.free))
    with turns.place() as turn:
        running._slice(run, None, turn)
    assert (free, turns.free) == ([False], True)
    monkeypatch.setattr(run, "advance", lambda seconds, executor: 1 / 0)
    with turns.place() as turn:
        with pytest.raises(ZeroDivisionError):
            running._slice(run, None, turn)
        assert turns.free
    assert turns.free
    assert run.lock.acquire(timeout=0), "and its lock"


def test_a_slice_out_of_turn_trains_nothing_and_one_that_runs_elsewhere_needs_no_turn(monkeypatch):
    advanced = []
    run = SweepRun(plan_of().experiments())
    monkeypatch.setattr(run, "advance", lambda seconds, executor: advanced.append(executor))
    monkeypatch.setattr(running.runs, "PATIENCE", 0.01)
    with cache().turns.place() as other, cache().turns.place() as turn:
        assert other.wait(5)
        running._slice(run, None, turn)
        assert advanced == []
        running._slice(run, "elsewhere", turn)
        assert advanced == ["elsewhere"]


def test_a_pool_that_broke_is_not_used_again(monkeypatch):
    cleared = []

    def submit(*_):
        future = concurrent.futures.Future()
        future.set_exception(BrokenProcessPool("a worker died"))
        return future

    monkeypatch.setattr(running, "pool", SimpleNamespace(clear=lambda: cleared.append(True)))
    run = SweepRun(plan_of().experiments())
    run.advance(FOREVER, SimpleNamespace(submit=submit))
    assert run.complete
    assert {outcome.error for outcome in run.outcomes.values()} == {"BrokenProcessPool: a worker died"}
    assert cleared


def test_the_estimate_is_that_of_its_jobs_divided_by_how_many_run_at_once():
    one, two = (SweepRun(plan_of(epochs=n).experiments()).jobs() for n in (10, 20))
    assert running.estimate(two, 1) == pytest.approx(2 * running.estimate(one, 1))
    assert running.estimate(two, 4) == pytest.approx(running.estimate(two, 1) / 4)
    assert running.estimate([], 1) == 0
    assert execution.plan([], running._widths) == []
