"""Where sweeps run beyond this process: a pool of processes, or a cluster where there is one."""

import os

SCHEDULER_VARIABLE = "BACKPROP_LAB_SCHEDULER"
RETRIES = 3  # of a job whose worker died


def scheduler():
    """The address of the Dask scheduler to use, or None."""
    return os.environ.get(SCHEDULER_VARIABLE) or None


def cluster(address):
    """The executor of the Dask cluster at an address such as tcp://127.0.0.1:8786.

    Raises ValueError, in one sentence, where dask.distributed is not installed or nobody answers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise ValueError(
            f"{SCHEDULER_VARIABLE} is {address!r}, but dask.distributed is not installed here; "
            "install requirements-cluster.txt, or unset it."
        ) from None
    try:
        client = Client(address, timeout="10s", set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise ValueError(
            f"{SCHEDULER_VARIABLE} is {address!r}, where no scheduler answers ({type(error).__name__}); "
            "start one there, or unset it."
        ) from error
    return client.get_executor(pure=False, retries=RETRIES)
