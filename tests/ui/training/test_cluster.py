"""A sweep on a real Dask cluster: a scheduler and two workers on this machine, one of them killed midway."""

import os
import signal
import socket
import subprocess
import sys

import distributed
import pytest
from clusters import PATIENCE, ROOT, Cluster, kill, wait_until

from data import DataConfig, load_dataset
from mlp import TrainConfig
from mlp.execution import ExecutorLost, plan, run
from ui.training import workers

DATA = DataConfig(n_samples=2000)
EXPERIMENTS = [(DATA, TrainConfig(batch_size=8 + i // 2, init_seed=i, epochs=12)) for i in range(24)]


def jobs():
    found = plan(EXPERIMENTS, lambda data: (2, 2))
    assert [len(job.rows) for job in found] == [2] * 12
    return found


@pytest.fixture(scope="module")
def served(cluster):
    """The cluster with one worker, "spared"."""
    cluster.start_worker("spared")
    return cluster


def names(client):
    return {worker["name"]: address for address, worker in client.scheduler_info()["workers"].items()}


@pytest.mark.slow
def test_every_result_of_a_sweep_arrives_as_trained_here_though_a_worker_is_killed(served, same_record):
    doomed = served.start_worker("doomed")
    executor = served.connect()
    client = executor.client
    client.wait_for_workers(2, timeout=PATIENCE)
    address = names(client)["doomed"]
    variables = client.run(os.getenv, "OPENBLAS_NUM_THREADS")
    assert list(variables.values()) == ["1", "1"]

    found, beats = [], 0
    running = run(jobs(), load_dataset, executor, heartbeat=0.02)
    for some in running:
        found += some
        beats += not some
        if found and doomed.poll() is None and client.processing()[address]:
            kill(doomed)
            assert len(found) < len(EXPERIMENTS) - 4
    assert doomed.returncode == -signal.SIGKILL
    wait_until(lambda: list(names(client)) == ["spared"])
    assert beats > 0

    assert sorted(o.row for o in found) == list(range(len(EXPERIMENTS)))
    here = {o.row: o for some in run(jobs(), load_dataset) for o in some}
    for outcome in found:
        assert outcome.error == ""
        assert len(outcome.records) == 13
        for ours, theirs in zip(outcome.records, here[outcome.row].records, strict=True):
            assert same_record(ours, theirs)


@pytest.mark.slow
def test_a_cluster_marks_what_cannot_be_run_and_a_closed_sweep_leaves_it(served, tmp_path):
    executor = served.connect()
    assert executor.n_threads() == 1
    wrong = [(DataConfig(name="own_points"), TrainConfig(epochs=1))]
    fine = [(DataConfig(), TrainConfig(epochs=1))]
    found = [o for some in run(plan(wrong + fine, lambda data: (2, 2)), load_dataset, executor) for o in some]
    errors = {o.row: o.error for o in found}
    assert errors[0].startswith("own_points has no examples yet")
    assert errors[1] == ""

    folder = str(tmp_path)

    def load(data):  # sent by value, for it is no module's
        import tempfile

        tempfile.mkstemp(dir=folder, prefix="loaded_")
        return load_dataset(data)

    running = run(jobs(), load, executor, heartbeat=0.02)
    next(some for some in running if some)
    running.close()
    client = executor.client
    wait_until(lambda: client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks)) == 0)
    wait_until(lambda: not any(client.call_stack().values()))
    assert 1 <= len(list(tmp_path.glob("loaded_*"))) < 12


def test_what_nobody_waits_for_any_more_ends_on_its_worker(served):
    executor = served.connect()
    endless = [(DATA, TrainConfig(batch_size=8, epochs=10**9))]

    def begin():
        running = run(plan(endless, lambda data: (2, 2)), load_dataset, executor, heartbeat=0.02)
        next(running)
        wait_until(lambda: any(watcher.call_stack().values()))
        return running

    watcher = executor.client
    running = begin()
    running.close()
    wait_until(lambda: not any(watcher.call_stack().values()))
    watcher = distributed.Client(served.address, set_as_default=False)
    try:
        running = begin()
        executor.shutdown()  # as when the server is killed
        wait_until(lambda: not any(watcher.call_stack().values()))
    finally:
        watcher.close()


@pytest.mark.slow
def test_a_job_that_kills_its_worker_is_marked_and_a_scheduler_that_dies_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "0")  # three deaths, instead of four
    small = DataConfig(n_samples=100)

    def load(data):
        if data == small:
            os._exit(1)
        return load_dataset(data)

    short, found = TrainConfig(epochs=1), []
    mixed = [(DATA, short), (small, short), (DataConfig(), short)]
    cluster = Cluster(tmp_path)
    try:
        cluster.start_worker("one"), cluster.start_worker("two")
        executor = cluster.connect()
        running = run(plan(mixed, lambda data: (2, 2)), load, executor)
        errors = {outcome.row: outcome.error for some in running for outcome in some}
        assert errors == {0: "", 1: "The process that trained it died in every attempt.", 2: ""}

        running = run(jobs(), load_dataset, executor, heartbeat=0.02)
        while not found:
            found += next(running)
        kill(cluster.scheduler)
        with pytest.raises(ExecutorLost):
            found.extend(outcome for some in running for outcome in some)
        assert [outcome.error for outcome in found] == [""] * len(found)
        with pytest.raises(ExecutorLost):
            list(run(jobs(), load_dataset, executor))
        assert executor.n_threads() == 0
    finally:
        cluster.end()


def test_an_address_where_nobody_answers_and_a_host_of_no_such_name_are_one_sentence(monkeypatch):
    patient = distributed.Client
    monkeypatch.setattr(
        distributed, "Client", lambda address, timeout, **options: patient(address, timeout="1s", **options)
    )
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        for address in (f"tcp://127.0.0.1:{unheard.getsockname()[1]}", "tcp://no.invalid:1"):
            told = (
                f"^BACKPROP_LAB_SCHEDULER is {address!r}, where no scheduler answers.*; start one there, or "
            )
            with pytest.raises(ValueError, match=told):
                workers.cluster(address)


def test_what_is_no_address_is_one_sentence_and_leaves_no_thread_behind():
    addresses = ["nonsense://127.0.0.1:1", "tcp://127.0.0.1:port"]
    code = (
        "import os, sys, threading\n"
        "from ui.training.workers import cluster\n"
        "for address in sys.argv[1:]:\n"
        "    try:\n        cluster(address)\n"
        "    except ValueError as error:\n        print(error)\n"
        "print([thread.name for thread in threading.enumerate()], flush=True)\n"
        "os._exit(0)"
    )
    command = [sys.executable, "-c", code, *addresses]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=True)
    *sentences, threads = told.stdout.splitlines()
    for sentence, address in zip(sentences, addresses, strict=True):
        assert sentence.startswith(f"BACKPROP_LAB_SCHEDULER is {address!r}, ")
    assert threads == "['MainThread']"


def test_without_dask_the_sentence_names_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ValueError, match=r"^BACKPROP_LAB_SCHEDULER is 'tcp://here:1'.*requirements-cluster"):
        workers.cluster("tcp://here:1")


def test_the_scheduler_is_the_one_the_environment_names(monkeypatch):
    monkeypatch.setenv("BACKPROP_LAB_SCHEDULER", "tcp://10.0.0.1:8786")
    assert workers.scheduler() == "tcp://10.0.0.1:8786"
    monkeypatch.setenv("BACKPROP_LAB_SCHEDULER", "")
    assert workers.scheduler() is None
    monkeypatch.delenv("BACKPROP_LAB_SCHEDULER")
    assert workers.scheduler() is None
