"""Where a sweep runs: here as stacks, in a pool of processes, or on a cluster where there is one."""

import inspect
from dataclasses import replace
from types import SimpleNamespace

import pytest

from data import DataConfig
from lab.links.experiment import Experiment
from mlp import TrainConfig, execution, sweep
from mlp.sweep import Values
from ui.sweeps import places
from ui.sweeps.space import GRID, Plan
from ui.sweeps.sweep_run import SweepRun
from ui.training import workers

BASE = TrainConfig(hidden_layer_sizes=(4,), batch_size=16, epochs=3)
AXES = {"learning_rate": Values((0.1, 1.0)), "activation": Values(("relu", "tanh"))}
POINTS = DataConfig(n_samples=120)
IMAGES = DataConfig(name="mnist", scaling="unit", split="500/200/200")


class Connections:
    """Stands for the cached connection to a cluster, which may have been lost."""

    def __init__(self):
        self.made, self.left = [], []

    def __call__(self, address):
        if not self.made:
            self.clear(address)
        return self.made[-1]

    def clear(self, address):
        one = SimpleNamespace(connected=True, n_threads=lambda: 3, address=address)
        one.shutdown = lambda: self.left.append(one)
        self.made.append(one)


@pytest.fixture
def connections(monkeypatch):
    """No cluster, two cores, and a pool and a cluster that are stand-ins; gives the connections."""
    found = Connections()
    monkeypatch.delenv(workers.SCHEDULER_VARIABLE, raising=False)
    monkeypatch.setattr(places.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(places, "pool", lambda: "the pool")
    monkeypatch.setattr(places, "cluster", found)
    return found


def where(axes=AXES, n_seeds=2, data=POINTS, **train):
    base = Experiment(data, replace(BASE, **train))
    plan = Plan(base, tuple(axes), GRID, sweep.build(sweep.grid(axes), base.data, base.train), n_seeds)
    return places.place_of(SweepRun(plan.experiments()).jobs())


@pytest.mark.usefixtures("connections")
def test_small_networks_train_here_as_stacks():
    assert where() == (None, 1, "here, as stacks")


@pytest.mark.usefixtures("connections")
def test_networks_on_images_train_in_the_pool_unless_there_is_only_one(monkeypatch):
    images = {"data": IMAGES, "hidden_layer_sizes": (100, 50), "batch_size": 50}
    assert where(**images) == ("the pool", 2, "in a pool of processes")
    assert where(axes={"l2": Values((0.0,))}, n_seeds=1, **images)[0] is None
    monkeypatch.setattr(places.os, "cpu_count", lambda: 1)
    assert where(**images)[0] is None


def test_where_a_scheduler_is_named_everything_goes_to_the_cluster(monkeypatch, connections):
    monkeypatch.setenv(workers.SCHEDULER_VARIABLE, "tcp://10.0.0.1:8786")
    first = where()
    assert first == (connections.made[0], 3, "on the cluster")
    assert first.executor.address == "tcp://10.0.0.1:8786"
    first.executor.connected = False
    assert where().executor is connections.made[1], "a lost one is made anew"
    assert connections.left == [first.executor]


def test_a_connection_is_what_streamlit_can_cache(monkeypatch):
    """It refuses what can be awaited, and a Dask client can."""

    class Client(SimpleNamespace):
        def __await__(self):
            yield

    client = Client(get_executor=lambda **_: None, status="running", nthreads=dict)
    monkeypatch.setattr(workers, "connect", lambda address: client)
    places.cluster.clear()
    try:
        found = places.cluster("tcp://cached:1")
        assert not inspect.isawaitable(found)
        assert places.cluster("tcp://cached:1") is found
        assert places.trouble(places.Place(found, 1, "")) == (
            "The cluster has no workers; the sweep goes on when one is started"
        )
    finally:
        places.cluster.clear()


@pytest.mark.usefixtures("connections")
def test_what_cannot_be_loaded_takes_no_time_in_the_estimate():
    fine, wrong = (
        execution.Job(data, (BASE,), (0,)) for data in (POINTS, replace(POINTS, split="5000/10/10"))
    )
    assert places.estimate([fine, wrong], 1) == places.estimate([fine], 1) > 0


@pytest.mark.usefixtures("connections")
def test_images_of_ones_own_are_in_this_process_alone_and_train_here(monkeypatch):
    monkeypatch.setenv(workers.SCHEDULER_VARIABLE, "tcp://10.0.0.1:8786")
    own = DataConfig(name="own_images", points="0" * 64)
    jobs = [execution.Job(own, (BASE,), (row,)) for row in range(3)]
    assert places.place_of(jobs)[:2] == (None, 1)
