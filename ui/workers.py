"""Where sweeps run beyond this process: a pool of processes, or a cluster where there is one."""

import os

SCHEDULER_VARIABLE = "BACKPROP_LAB_SCHEDULER"
RETRIES = 3  # of a job whose worker died
WAIT = 5  # seconds for a first worker


def scheduler():
    """The address of the Dask scheduler to use, or None."""
    return os.environ.get(SCHEDULER_VARIABLE) or None


def cluster(address):
    """The executor of the Dask cluster at an address such as tcp://127.0.0.1:8786; see `connect`."""
    return executor_of(connect(address))


def executor_of(client):
    """The executor of a connected client: jobs are tried again when their worker dies."""
    return client.get_executor(pure=False, retries=RETRIES)


def connect(address):
    """A dask.distributed Client of the scheduler at an address.

    Raises ValueError, in one sentence, where dask.distributed is not installed, the address is none,
    nobody answers there, or the scheduler has no workers.
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
        get_address_host_port(address)  # a client of what is no address would not end cleanly
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
