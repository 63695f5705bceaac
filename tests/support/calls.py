"""Functions that the workers of a pool find by name, in a module that is imported fast."""

import os
import pathlib
import time

from data import load_dataset


def signed(path, seconds=0.0):
    """Leave the worker's process id in a file, and stay for so long."""
    pathlib.Path(path).write_text(str(os.getpid()))
    time.sleep(seconds)
    return os.getpid()


def load_or_fail(data):
    if data.name == "circles":
        raise OSError("the disk is gone")
    return load_dataset(data)


def load_or_die(data):
    return load_dataset(data) if data.name != "circles" else os._exit(1)
