"""A sweep that runs: in slices or at once, stopped and resumed, shared by visitors; its turns, its place."""

import concurrent.futures
import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest

from data import DataConfig, DataUnavailable, load_dataset
from lab.links.experiment import Experiment
from lab.links.sweep_plan import GRID, Plan
from mlp import TrainConfig, execution, sweep, train
from mlp.sweep import Values
from ui.sweeps import running, sweep_run
from ui.sweeps.sweep_run import SweepRun
from ui.training.cache import cache

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
    for row in range(len(run.results.experiments)) if rows is None else rows:
        data, config = run.results.experiments[row]
        assert run.results.outcomes[row].error == ""
        assert figures(run.results.outcomes[row].records) == figures(train(config, load_dataset(data)))


@pytest.mark.parametrize("how", ["at once", "in slices on a thread"])
def test_however_it_runs_the_outcomes_are_those_of_train_one_by_one(how):
    run, n_slices = SweepRun(plan_of().experiments()), 0
    with concurrent.futures.ThreadPoolExecutor(1) as executor:
        while not run.complete:
            run.advance(FOREVER if how == "at once" else 0.0, executor if "thread" in how else None)
            n_slices += 1
    assert n_slices == 1 or how != "at once", "a thread may have both stacks, one per activation, at once too"
    assert sorted(run.results.outcomes) == list(range(8))
    assert_trained_one_by_one(run)
    assert {r.params for outcome in run.results.outcomes.values() for r in outcome.records} == {()}
    assert run.held_bytes() == 500 * 8 * 4  # epochs 0 to 3 of eight networks


def test_stop_keeps_what_came_in_and_going_on_completes_it():
    run = SweepRun(plan_of().experiments())
    while not run.results.outcomes:
        run.advance(0.0, None)
    kept = dict(run.results.outcomes)
    assert 0 < len(kept) < 8
    run.stop()
    assert run.results.outcomes == kept
    assert sorted(row for job in run.jobs() for row in job.rows) == sorted(set(range(8)) - set(kept))
    run.advance(FOREVER, None)
    assert run.complete
    assert all(run.results.outcomes[row] is outcome for row, outcome in kept.items())
    assert_trained_one_by_one(run)


class Held(concurrent.futures.Executor):
    """An executor that runs nothing: its futures wait until they are cancelled."""

    def __init__(self):
        self.futures = []

    def submit(self, *_):
        self.futures.append(concurrent.futures.Future())
        return self.futures[-1]

    def cancelled(self):
        return [future.cancelled() for future in self.futures]


def test_a_trial_that_cannot_be_trained_has_its_error_and_the_others_their_records():
    run = SweepRun(plan_of({"split": Values(("70/15/15", "5000/10/10", "80/10/10"))}).experiments())
    run.advance(FOREVER, None)
    assert run.complete
    assert sorted(run.results.failed()) == [2, 3]
    assert run.results.outcomes[2].error.startswith("split is '5000/10/10'; allowed: ")
    assert_trained_one_by_one(run, (0, 1, 4, 5))


def test_two_visitors_of_the_same_sweep_share_one_run_and_another_sweep_has_its_own():
    first = running.run_of(plan_of(init_seed=301))
    assert running.run_of(plan_of(init_seed=301)) is first
    assert running.run_of(plan_of(init_seed=302)) is not first
    assert running.run_of(plan_of(init_seed=301, n_seeds=3)) is not first
    assert cache().sweeps.get_or_make(tuple(plan_of(init_seed=301).experiments()), list) is first


def test_a_slice_is_taken_in_turn_and_passes_it_on_even_where_it_fails_unless_it_runs_elsewhere(monkeypatch):
    turns, advanced = cache().turns, []
    run = SweepRun(plan_of().experiments())
    monkeypatch.setattr(run, "advance", lambda seconds, executor: advanced.append((executor, turns.free)))
    monkeypatch.setattr("ui.training.priority.PATIENCE", 0.01)
    with turns.place() as other, turns.place() as turn:
        assert other.wait(5)
        running._slice(run, None, turn)
        assert advanced == [], "it is the other's turn"
        running._slice(run, "elsewhere", turn)
        other.pass_on()
        running._slice(run, None, turn)
        assert advanced == [("elsewhere", False), (None, False)]
        assert turns.free
        monkeypatch.setattr(run, "advance", lambda seconds, executor: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            running._slice(run, None, turn)
        assert turns.free
    assert run.lock.acquire(timeout=0), "and its lock"


def test_what_is_published_never_changes_and_each_has_a_stamp_of_its_own():
    run, seen = SweepRun(plan_of().experiments()), []
    while not run.complete:
        run.advance(0.0, None)
        seen.append((run.results, dict(run.results.outcomes)))
    with pytest.raises(TypeError):
        run.results.outcomes[0] = None
    run.add([execution.Outcome(0, (), "It failed.")])
    run.forget_failed()
    assert [dict(results.outcomes) for results, _ in seen] == [outcomes for _, outcomes in seen]
    assert run.results.missing() == [0]
    stamps = {results.stamp: len(results.outcomes) for results, _ in seen}
    assert sorted(stamps.values()) == sorted({len(outcomes) for _, outcomes in seen})
    assert run.results.stamp not in stamps


def test_rows_that_are_forgotten_while_others_come_in_are_lost_by_neither():
    run = SweepRun(range(400))
    run.add([execution.Outcome(row, (), "It failed.") for row in range(100)])
    ready = threading.Barrier(2)

    def forget():
        ready.wait(30)
        run.forget_failed()

    thread = threading.Thread(target=forget)
    thread.start()
    ready.wait(30)
    for row in range(100, 400):
        run.add([execution.Outcome(row, (None,), "")])
    thread.join(30)
    assert sorted(run.results.outcomes) == list(range(100, 400))


@pytest.fixture
def later(monkeypatch):
    """What is to be done when a grace is over, as (seconds, function of no arguments)."""
    found = []

    def timer(seconds, function, args):
        return SimpleNamespace(start=lambda: found.append((seconds, lambda: function(*args))))

    monkeypatch.setattr(sweep_run, "threading", SimpleNamespace(Timer=timer, Lock=threading.Lock))
    return found


def test_a_sweep_elsewhere_stops_when_the_grace_of_the_last_who_waits_is_over(later):
    run, executor = SweepRun(plan_of().experiments()), Held()
    with run.awaited():
        with run.awaited():
            run.advance(0.0, executor)
        assert later == [], "another one waits"
    ((seconds, first),) = later
    assert seconds <= 5
    with run.awaited():
        first()
    first()
    assert executor.cancelled() == [False, False], "who came back found it running; a new grace has begun"
    later[1][1]()
    assert executor.cancelled() == [True, True]
    assert run.results.outcomes == {}


def test_what_has_begun_here_goes_on_where_it_was_left(later):
    run = SweepRun(plan_of(n_seeds=1).experiments())
    with run.awaited():
        run.advance(0.0, None)
    ((_, over),) = later
    over()
    assert run._coming is not None
    run.advance(FOREVER, None)
    assert_trained_one_by_one(run)


def test_an_executor_that_is_lost_leaves_what_came_in_and_another_one_completes_it():
    run = SweepRun(plan_of().experiments())

    class Breaking(Held):
        def submit(self, function, *args):
            future = super().submit()
            if len(self.futures) == 1:
                future.set_result(function(*args))
            else:
                future.set_exception(execution.ExecutorLost())
            return future

    with pytest.raises(execution.ExecutorLost):
        run.advance(FOREVER, Breaking())
    kept = dict(run.results.outcomes)
    assert sorted(kept) == [0, 1, 4, 5], "the stack of one activation"
    assert run.results.failed() == {}
    run.advance(FOREVER, None)
    assert_trained_one_by_one(run)


def test_the_estimate_is_that_of_its_jobs_divided_by_how_many_run_at_once():
    one, two = (SweepRun(plan_of(epochs=n).experiments()).jobs() for n in (10, 20))
    estimate = sweep_run.estimate
    untrained = estimate(SweepRun(plan_of(epochs=0).experiments()).jobs(), 1)
    assert untrained > 0, "drawing and measuring the networks takes time too"
    assert estimate(two, 1) - untrained == pytest.approx(2 * (estimate(one, 1) - untrained))
    assert estimate(two, 4) == pytest.approx(estimate(two, 1) / 4)
    assert estimate([], 1) == 0
    unloadable = execution.Job(replace(DATA, split="5000/10/10"), (BASE,), (0,))
    assert estimate([*one, unloadable], 1) == estimate(one, 1) > 0, "it will fail at once"


def results_of(experiments, **outcomes):
    """The Results of a sweep in which row k, as `row_k`, has this error, or "" if it was trained."""
    rows = {int(name.removeprefix("row_")): error for name, error in outcomes.items()}
    found = {row: execution.Outcome(row, (), error) for row, error in rows.items()}
    return sweep_run.Results(tuple(experiments), found, 1)


@pytest.mark.parametrize(
    ("n", "failed", "ended"),
    [
        (8, (), "8 trainings in 2 jobs, all done."),
        (1, (), "1 training in 1 job, all done."),
        (8, (0, 5), "8 trainings: 6 done, 2 failed."),
        (1, (0,), "1 training: 0 done, 1 failed."),
        (0, (), "There is no trial to run."),
    ],
)
def test_what_became_of_a_sweep_is_counted(n, failed, ended):
    outcomes = {f"row_{row}": "It failed." if row in failed else "" for row in range(n)}
    assert running._ended(results_of(plan_of().experiments()[:n], **outcomes)) == ended


@pytest.mark.parametrize(
    ("outcomes", "tally"),
    [
        ({}, "0 of 8 done, 8 to go"),
        ({"row_0": "", "row_7": ""}, "2 of 8 done, 6 to go"),
        ({"row_0": "", "row_1": "It failed.", "row_2": "It failed."}, "1 of 8 done, 2 failed, 5 to go"),
    ],
)
def test_a_tally_has_what_is_done_what_failed_and_what_is_left(outcomes, tally):
    assert running._tally(results_of(range(8), **outcomes)) == tally


def test_the_best_run_so_far_is_judged_by_its_last_validation_accuracy_or_else_by_its_training(monkeypatch):
    def record(valid, train):
        return SimpleNamespace(valid_accuracy=valid, train_accuracy=train)

    nan = float("nan")
    one = SimpleNamespace(records=(record(0.99, 1.0), record(0.75, 1.0)))
    two, none = SimpleNamespace(records=(record(0.625, 1.0),)), SimpleNamespace(records=())
    lost = SimpleNamespace(records=(record(0.9, 0.9), record(nan, nan)))
    unvalidated = SimpleNamespace(records=(record(nan, 0.875), record(nan, 0.8)))
    for outcomes, said in (
        ([two, one, none, lost], ". Best validation accuracy so far 75.0%."),
        (
            [two, SimpleNamespace(records=(record(0.9996, 1.0),))],
            ". Best validation accuracy so far over 99.9%.",
        ),
        ([lost, none], "."),
        ([], "."),
        ([lost, unvalidated], ". Best training accuracy so far 80.0%."),
    ):
        results = SimpleNamespace(outcomes=dict(enumerate(outcomes)))
        assert running._best(results) == said


@pytest.mark.parametrize(
    ("errors", "shown", "more"),
    [
        ("", [], []),
        ("aab", ["2 of 8 trainings failed: a", "1 of 8 trainings failed: b"], []),
        (
            "cabc",
            ["2 of 8 trainings failed: c", "1 of 8 trainings failed: a", "1 of 8 trainings failed: b"],
            [],
        ),
        (
            "abcd",
            [f"1 of 8 trainings failed: {error}" for error in "abc"],
            ["The table of all trials shows 1 other error."],
        ),
        (
            "abcddee",
            [f"1 of 8 trainings failed: {error}" for error in "abc"],
            ["The table of all trials shows 2 other errors."],
        ),
    ],
)
def test_each_of_up_to_three_errors_is_told_once_and_the_others_are_counted(monkeypatch, errors, shown, more):
    told, captions, buttons = [], [], []
    monkeypatch.setattr(running.shell, "show_sentence", lambda show, sentence, icon: told.append(sentence))
    monkeypatch.setattr(running.st, "caption", captions.append)
    monkeypatch.setattr(running.st, "button", lambda label, **how: buttons.append(how["on_click"]))
    monkeypatch.setattr(running, "run_of", lambda plan: SimpleNamespace(forget_failed=plan))
    outcomes = {f"row_{row}": error for row, error in enumerate(errors)}
    running.show_errors("all of them", results_of(range(8), row_7="", **outcomes))
    assert (told, captions) == (shown, more)
    assert buttons == ["all of them"] * bool(errors)


def test_failed_rows_are_forgotten_all_of_them_or_those_named_and_what_was_trained_stays():
    run = SweepRun(range(5))
    run.add([execution.Outcome(row, (), "It failed." if row in (1, 3) else "") for row in range(4)])
    stamp = run.results.stamp
    run.forget_failed({0, 2, 4})
    run.forget_failed(frozenset())
    assert sorted(run.results.outcomes) == [0, 1, 2, 3]
    assert run.results.stamp == stamp, "nothing has changed"
    run.forget_failed({0, 3})
    assert sorted(run.results.outcomes) == [0, 1, 2]
    run.forget_failed()
    assert sorted(run.results.outcomes) == [0, 2]


def test_rows_whose_data_cannot_be_had_fail_with_the_reason_and_are_tried_again(monkeypatch):
    experiments = [(DataConfig(name=name), BASE) for name in ("circles", "fashion_mnist", "cifar10")] * 2
    run, asked, missing = SweepRun(experiments), [], {"fashion_mnist", "cifar10"}

    def download(name):
        asked.append(name)
        if name in missing:
            raise DataUnavailable(f"{name} cannot be had.")

    monkeypatch.setattr(running.progress, "download", download)
    monkeypatch.setattr(running, "check_uploaded", lambda data: None)
    running._fetch(run)
    assert asked == ["circles", "fashion_mnist", "cifar10"], "each once"
    reasons = {n: f"{experiments[n][0].name} cannot be had." for n in (1, 2, 4, 5)}
    assert run.results.failed() == reasons
    missing.discard("cifar10")
    run.add([execution.Outcome(0, (), "It has a fault of its own.")])
    asked.clear()
    running._fetch(run)
    assert sorted(asked) == ["cifar10", "circles", "fashion_mnist"]
    assert run.results.failed() == {n: reasons[n] for n in (1, 4)} | {0: "It has a fault of its own."}
    assert run.without_data == {1, 4}
