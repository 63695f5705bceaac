"""The place where a sweep runs: here, in the pool or on the cluster; an upload is only here."""

import inspect
from dataclasses import replace
from types import SimpleNamespace

import pytest

from data import STORE, DataConfig, keep_table
from lab.links.experiment import Experiment
from lab.links.sweep_plan import GRID, Plan
from mlp import TrainConfig, execution, sweep
from mlp.sweep import Values
from ui.sweeps import running, sweep_run
from ui.sweeps.sweep_run import SweepRun, place_of
from ui.training import workers

DATA = DataConfig(n_samples=120)
BASE = TrainConfig(hidden_layer_sizes=(4,), batch_size=16, epochs=3)
AXES = {"learning_rate": Values((0.1, 1.0)), "activation": Values(("relu", "tanh"))}
TABLE = "a,b,kind\n" + "".join(f"{k % 7},{k % 5},{'uv'[k % 2]}\n" for k in range(400))


@pytest.mark.parametrize(("n_threads", "is_told"), [(0, True), (1, False)])
def test_a_cluster_without_workers_is_told_of(monkeypatch, n_threads, is_told):
    monkeypatch.setattr(workers.Cluster, "n_threads", lambda self: n_threads)
    place = sweep_run.Place(workers.Cluster.__new__(workers.Cluster), 1, "on the cluster")
    assert bool(sweep_run.trouble(place)) == is_told
    assert sweep_run.trouble(sweep_run.Place(None, 1, "here")) == ""
    assert sweep_run.trouble(sweep_run.Place("the pool", 2, "in a pool")) == ""


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
    monkeypatch.setattr(sweep_run.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(sweep_run, "pool", lambda: "the pool")
    monkeypatch.setattr(sweep_run, "cluster", found)
    return found


def plan_of(axes=AXES, n_seeds=2, data=DATA, **train):
    base = Experiment(data, replace(BASE, **train))
    built = sweep.build(sweep.grid(axes), base.data, base.train)
    return Plan(base, tuple(axes), GRID, built, n_seeds)


def where(*arguments, **options):
    return place_of(SweepRun(plan_of(*arguments, **options).experiments()).jobs())


@pytest.mark.usefixtures("connections")
def test_small_networks_train_here_as_stacks_and_networks_on_images_in_the_pool(monkeypatch):
    assert where() == (None, 1, "here, as stacks")
    images = {"data": DataConfig(name="mnist", scaling="unit", split="500/200/200")}
    images |= {"hidden_layer_sizes": (100, 50), "batch_size": 50}
    assert where(**images) == ("the pool", 2, "in a pool of processes")
    assert where(axes={"l2": Values((0.0,))}, n_seeds=1, **images)[0] is None, "there is only one"
    monkeypatch.setattr(sweep_run.os, "cpu_count", lambda: 1)
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
    sweep_run.cluster.clear()
    try:
        found = sweep_run.cluster("tcp://cached:1")
        assert not inspect.isawaitable(found)
        assert sweep_run.cluster("tcp://cached:1") is found
        assert sweep_run.trouble(sweep_run.Place(found, 1, "")) == (
            "The cluster has no workers; the sweep continues when one is started"
        )
    finally:
        sweep_run.cluster.clear()


@pytest.mark.usefixtures("connections")
@pytest.mark.parametrize("address", ["", "tcp://10.0.0.1:8786"])
@pytest.mark.parametrize(
    ("name", "points", "is_here"),
    [
        ("own_images", "0" * 64, True),
        ("own_table", "0" * 64, True),
        ("own_table", f"{'0' * 64};missing=median", True),
        ("own_table", "table-abc", False),  # the job contains it
        ("own_points", "1,2,0;3,4,1", False),
    ],
)
def test_an_upload_is_in_this_process_alone_and_trains_here(monkeypatch, address, name, points, is_here):
    monkeypatch.setenv(workers.SCHEDULER_VARIABLE, address)
    jobs = [
        execution.Job(data, (BASE,), (row,))
        for row, data in enumerate([DATA, DataConfig(name=name, points=points)])
    ]
    found = place_of(jobs)
    assert (found == (None, 1, "here, where the upload is")) == is_here
    assert (found.executor is None) == is_here


@pytest.mark.parametrize(("address", "is_here"), [("", True), ("tcp://10.0.0.1:8786", False)])
def test_the_time_that_a_sweep_of_an_upload_takes_counts_as_this_servers(monkeypatch, address, is_here):
    """A sweep on the cluster may take any time."""
    asked = []
    monkeypatch.setattr(running, "may_start", lambda *_, here: asked.append(here))
    monkeypatch.setenv(workers.SCHEDULER_VARIABLE, address)
    for data in (DATA, DataConfig(name="own_images", points="0" * 64)):
        running._may_start("plan", SweepRun([(data, BASE)]), 1.0, "1 training")
    assert asked == [is_here, True]


def test_rows_of_a_file_that_is_not_uploaded_fail_by_accident_and_are_tried_again_once_it_is():
    points = keep_table(TABLE.encode())
    tables = [DataConfig(name="own_table", points=text) for text in (points, f"{points};missing=median")]
    run = SweepRun([(data, BASE) for data in (*tables, DATA, DataConfig(name="own_table", points="?"))])
    STORE.clear()
    running._fetch(run)
    assert sorted(run.results.outcomes) == [0, 1], "a damaged link fails when it is trained"
    for outcome in run.results.outcomes.values():
        assert outcome.error.startswith(f"own_table needs the file whose sha256 begins with {points[:12]}…; ")
        assert outcome.accidental
    keep_table(TABLE.encode())
    running._fetch(run)
    assert not run.results.outcomes
    while not run.complete:
        run.advance(1e6, None)
    assert list(run.results.failed()) == [3]
    assert not run.results.outcomes[3].accidental


def test_a_file_that_was_dropped_while_a_sweep_ran_is_an_accident():
    points = keep_table(TABLE.encode())
    STORE.clear()
    run = SweepRun([(DataConfig(name="own_table", points=points), BASE)])
    run.advance(1e6, None)
    assert run.results.outcomes[0].accidental
    assert run.results.outcomes[0].error.startswith("own_table needs the file")
