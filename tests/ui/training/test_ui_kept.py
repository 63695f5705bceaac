"""What is kept of a run: asked for again it is not computed again, and never another run's."""

import gc
import weakref
from types import SimpleNamespace

import pytest

from ui.training.cache import MAX_VIEWS, Cache, cached_view


class Stamped:
    def __init__(self, stamp):
        self.stamp = stamp


@pytest.fixture
def calls(monkeypatch):
    """The arguments of every call of `make` below; the cache is a new one."""
    monkeypatch.setattr("lab.links.cost.calibrate", lambda: None)
    cache = Cache()
    monkeypatch.setattr("ui.training.cache.cache", lambda: cache)
    seen = []
    make.seen, make.cache = seen, cache
    return seen


def make(run, *args, **options):
    make.seen.append((run.stamp, args, options))
    return [len(make.seen)]


def test_equal_arguments_are_computed_once(calls):
    run = Stamped(1)
    first = cached_view(make, run, 3, "mean", width=2)
    assert cached_view(make, run, 3, "mean", width=2) is first
    assert cached_view(make, Stamped(1), 3, "mean", width=2) is first
    assert len(calls) == 1


def test_every_difference_is_computed_anew(calls):
    asked = [
        cached_view(make, Stamped(1), 3),
        cached_view(make, Stamped(2), 3),
        cached_view(make, Stamped(1), 4),
        cached_view(make, Stamped(1), 3, "mean"),
        cached_view(make, Stamped(1), 3, width=2),
        cached_view(make, Stamped(1), 3, height=2),
        cached_view(make, Stamped((1, 1)), 3),
    ]
    assert asked == [[k] for k in range(1, 8)]


def test_two_functions_do_not_share(calls):
    def other(run, epoch):
        return "other"

    assert cached_view(make, Stamped(1), 3) != cached_view(other, Stamped(1), 3)


def test_a_run_is_not_held(calls):
    run = Stamped(1)
    cached_view(make, run, 3)
    gone = weakref.ref(run)
    del run
    gc.collect()
    assert gone() is None


def test_the_longest_unused_are_dropped(calls, monkeypatch):
    run = Stamped(1)
    for epoch in range(MAX_VIEWS + 1):
        cached_view(make, run, epoch)
        cached_view(make, run, 0)
    assert len(make.cache.views) == MAX_VIEWS
    n = len(calls)
    cached_view(make, run, 0)
    assert len(calls) == n
    cached_view(make, run, 1)
    assert len(calls) == n + 1


def test_every_run_has_a_stamp_of_its_own(blobs):
    from mlp import TrainConfig
    from ui.sweeps.sweep_run import SweepRun
    from ui.training.run import Run

    config = TrainConfig(hidden_layer_sizes=(2,), epochs=1)
    found = [Run((config,), blobs), Run((config,), blobs), SweepRun([]).results, SweepRun([]).results]
    assert len({one.stamp for one in found}) == 4


def test_a_sweep_has_another_stamp_where_more_has_come_in(monkeypatch):
    from mlp.execution import Outcome
    from ui.sweeps import sweep_run

    coming = [[Outcome(0, (), "")], [Outcome(1, (), "It failed.")]]
    monkeypatch.setattr(
        sweep_run,
        "execution",
        SimpleNamespace(run=lambda *_, **__: iter(coming), plan=lambda *_, **__: [], ExecutorLost=OSError),
    )
    run = sweep_run.SweepRun([None, None])
    stamps = [run.results.stamp]
    for _ in range(3):  # two that come in, one that finds the end
        run.advance(-1, None)
        stamps.append(run.results.stamp)
    run.forget_failed()
    stamps.append(run.results.stamp)
    assert len(set(stamps[:3])) == 3
    assert stamps[3] == stamps[2]
    assert stamps[4] != stamps[3]
    assert list(run.results.outcomes) == [0]
