"""Executors for sweeps beyond this process: a Dask cluster, if one is configured."""

import concurrent.futures
import os

from mlp.execution import ExecutorLost
from mlp.pool import WorkerDied

SCHEDULER_VARIABLE = "BACKPROP_LAB_SCHEDULER"
WAIT = 5  # seconds until a first worker must have connected


def scheduler():
    """Return the address of the Dask scheduler to use, or None."""
    return os.environ.get(SCHEDULER_VARIABLE) or None


def task_is_wanted():
    """Return whether the scheduler still wants the task that this thread of a Dask worker runs.

    It is no longer wanted once it is cancelled or its client has gone, for instance because the server died.
    """
    from distributed.worker import get_worker, thread_state

    task = get_worker().state.tasks.get(thread_state.key)
    return task is not None and task.state in ("executing", "long-running")


class Cluster(concurrent.futures.Executor):
    """An executor on a connected dask.distributed `client`, for functions that take a `wanted` argument.

    The scheduler drops cancelled tasks; a worker finds out by `task_is_wanted`.
    """

    def __init__(self, client):
        self.client = client

    @property
    def connected(self):
        """Whether the scheduler could be reached at the last contact."""
        return self.client.status == "running"

    def n_threads(self):
        """Return how many jobs the workers run at once; 0 where there are no workers or no answer."""
        try:
            return sum(self.client.nthreads().values()) if self.connected else 0
        except Exception:  # a breaking connection can raise anything; the Futures report the consequences
            return 0

    def submit(self, function, /, *args):
        """Return the Future of `function(*args, wanted=task_is_wanted)`; raise ExecutorLost.

        The Future raises ExecutorLost if the connection is lost in the meantime, and WorkerDied if every
        worker that the scheduler tried has died.
        """
        if not self.connected:
            raise ExecutorLost
        theirs = self.client.submit(function, *args, wanted=task_is_wanted, pure=False)
        ours = concurrent.futures.Future()
        ours.add_done_callback(lambda future: theirs.cancel() if future.cancelled() else None)
        self.client.loop.add_callback(_deliver, theirs, ours)
        return ours

    def shutdown(self, wait=True, *, cancel_futures=False):
        """Disconnect from the scheduler, which drops the tasks without a result."""
        self.client.close()


async def _deliver(theirs, ours):
    """Copy the outcome of a Dask future to our Future.

    Dask's own executor does not do so if a result is lost with its worker and the job then fails.
    """
    from distributed.comm import CommClosedError

    try:
        result, error = await theirs._result(), None
    except CommClosedError:  # the scheduler was lost during the transfer; the task's status follows later
        result, error = None, ExecutorLost()
    except BaseException as problem:  # Dask's CancelledError is not an Exception
        attempts = getattr(problem, "allowed_failures", None)  # of distributed.KilledWorker
        result, error = None, problem if attempts is None else WorkerDied(attempts + 1)
    if ours.set_running_or_notify_cancel():
        if theirs.status == "cancelled":
            ours.set_exception(ExecutorLost())
        elif error is not None:
            ours.set_exception(error)
        else:
            ours.set_result(result)


def cluster(address):
    """Return the Cluster at an address such as tcp://127.0.0.1:8786; see `connect`."""
    return Cluster(connect(address))


def connect(address):
    """Return a dask.distributed Client of the scheduler at an address.

    Raise ValueError, with a one-sentence message, where dask.distributed is not installed, the address is
    invalid, no scheduler answers there, or it has no workers.
    """
    try:
        from distributed import Client
        from distributed.comm.addressing import get_address_host_port
    except ImportError:
        raise ValueError(
            f"{SCHEDULER_VARIABLE} is {address!r}, but dask.distributed is not installed here; "
            "install requirements-cluster.txt, or unset it."
        ) from None
    try:
        get_address_host_port(address)  # a Client with an invalid address would not end cleanly
        client = Client(address, timeout="10s", set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise ValueError(
            f"{SCHEDULER_VARIABLE} is {address!r}, where no scheduler answers ({type(error).__name__}); "
            "start one there, or unset it."
        ) from error
    try:
        client.wait_for_workers(1, timeout=WAIT)
    except (OSError, TimeoutError) as error:
        client.close()
        raise ValueError(
            f"The scheduler at {address} has no workers; start some at the root of this repository, with "
            "PYTHONPATH=. so that they find its modules."
        ) from error
    return client
