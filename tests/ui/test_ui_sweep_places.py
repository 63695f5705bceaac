"""Where a sweep runs: here as stacks, in a pool of processes, or on a cluster where there is one."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from data import DataConfig
from mlp import TrainConfig, execution, sweep
from mlp.sweep import Values
from ui import workers
from ui.share import Experiment
from ui.sweeps import running
from ui.sweeps.running import SweepRun
from ui.sweeps.space import GRID, Plan

BASE = TrainConfig(hidden_layer_sizes=(4,), batch_size=16, epochs=3)
AXES = {"learning_rate": Values((0.1, 1.0)), "activation": Values(("relu", "tanh"))}
POINTS = DataConfig(n_samples=120)
IMAGES = DataConfig(name="mnist", scaling="unit", split="500/200/200")


class Connection:
    """Stands for the connection to a cluster, which may have been lost."""

    def __init__(self):
        self.status, self.made = "running", 0

    def __call__(self, address):
        self.made += self.made == 0
        return SimpleNamespace(status=self.status, name=f"connection {self.made} to {address}")

    def clear(self):
        self.status, self.made = "running", self.made + 1


@pytest.fixture
def places(monkeypatch):
    """No cluster, two cores, and a pool and a cluster that are names alone; gives the connection."""
    connection = Connection()
    monkeypatch.delenv(workers.SCHEDULER_VARIABLE, raising=False)
    monkeypatch.setattr(running.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(running, "pool", lambda: "the pool")
    monkeypatch.setattr(running, "cluster", connection)
    monkeypatch.setattr(workers, "executor_of", lambda client: f"executor of {client.name}")
    return connection


def where(axes=AXES, n_seeds=2, data=POINTS, **train):
    base = Experiment(data, replace(BASE, **train))
    plan = Plan(base, tuple(axes), GRID, sweep.build(sweep.grid(axes), base.data, base.train), n_seeds)
    return running.executor_for(SweepRun(plan.experiments()).jobs())


@pytest.mark.usefixtures("places")
def test_small_networks_train_here_as_stacks():
    assert where() == (None, 1, "here, as stacks")


@pytest.mark.usefixtures("places")
def test_networks_on_images_train_in_the_pool_unless_there_is_only_one(monkeypatch):
    images = {"data": IMAGES, "hidden_layer_sizes": (100, 50), "batch_size": 50}
    assert where(**images) == ("the pool", 2, "in a pool of processes")
    assert where(axes={"l2": Values((0.0,))}, n_seeds=1, **images)[0] is None
    monkeypatch.setattr(running.os, "cpu_count", lambda: 1)
    assert where(**images)[0] is None


def test_where_a_scheduler_is_named_everything_goes_to_the_cluster(monkeypatch, places):
    monkeypatch.setenv(workers.SCHEDULER_VARIABLE, "tcp://10.0.0.1:8786")
    assert where()[::2] == ("executor of connection 1 to tcp://10.0.0.1:8786", "on the cluster")
    places.status = "closed"
    assert where()[0] == "executor of connection 2 to tcp://10.0.0.1:8786", "a lost one is made anew"


@pytest.mark.usefixtures("places")
def test_images_of_ones_own_are_in_this_process_alone_and_train_here(monkeypatch):
    monkeypatch.setenv(workers.SCHEDULER_VARIABLE, "tcp://10.0.0.1:8786")
    own = DataConfig(name="own_images", points="0" * 64)
    jobs = [execution.Job(own, (BASE,), (row,)) for row in range(3)]
    assert running.executor_for(jobs)[:2] == (None, 1)
