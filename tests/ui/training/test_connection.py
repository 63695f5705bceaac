"""A cluster's connection: work is submitted while the scheduler can be reached, and else refused at once."""

import asyncio
import contextlib
from types import SimpleNamespace

import pytest
from distributed import KilledWorker
from distributed.comm import CommClosedError

from benchmarks.visitor import run
from mlp.execution import ExecutorLost
from mlp.pool import WorkerDied
from ui.training.workers import Cluster


@pytest.mark.parametrize("status", ["newly-created", "connecting", "closing", "closed"])
def test_work_is_refused_while_the_scheduler_cannot_be_reached(status):
    cluster = Cluster(SimpleNamespace(status=status))
    assert not cluster.connected
    assert cluster.n_threads() == 0
    with pytest.raises(ExecutorLost):
        cluster.submit(len, "work")


def test_a_cluster_has_the_threads_of_all_workers():
    client = SimpleNamespace(status="running", nthreads=lambda: {"one": 2, "two": 3})
    assert Cluster(client).connected
    assert Cluster(client).n_threads() == 5


class Loop:
    """A client's event loop: it runs at once what is added."""

    def add_callback(self, function, *given):
        run(function(*given))


@pytest.mark.parametrize(
    ("raised", "status", "told"),
    [
        (None, "finished", None),
        (
            CommClosedError("Stream is closed"),
            "pending",
            ExecutorLost,
        ),  # the scheduler died during the transfer
        (CommClosedError("Stream is closed"), "cancelled", ExecutorLost),
        (asyncio.CancelledError(), "cancelled", ExecutorLost),
        (KilledWorker("a task", None, 3), "error", WorkerDied),
        (OSError("No file"), "error", OSError),
        (ValueError("No such width"), "error", ValueError),
    ],
)
def test_a_result_that_is_lost_with_the_connection_is_no_error_of_its_job(raised, status, told):
    async def result():
        if raised:
            raise raised
        return "the result"

    task = SimpleNamespace(status=status, _result=result, cancel=lambda: None)
    client = SimpleNamespace(status="running", loop=Loop(), submit=lambda *given, **how: task)
    future = Cluster(client).submit(len, "work")
    with pytest.raises(told) if told else contextlib.nullcontext() as error:
        assert future.result(timeout=5) == "the result"
    if told is WorkerDied:
        assert error.value.times == 4
    elif told not in (None, ExecutorLost):
        assert error.value is raised
