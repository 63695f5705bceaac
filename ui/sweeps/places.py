"""Where a sweep runs: in this process as stacks, in a pool of processes, or on a cluster."""

import os
from typing import NamedTuple

import streamlit as st

from lab.links import cost
from mlp import execution
from ui.training import workers
from ui.training.cache import cache


class Place(NamedTuple):
    """Where jobs run: the executor (None for this process), how many run at once, and the place in words."""

    executor: object
    at_once: int
    words: str


@st.cache_resource(show_spinner=False)
def pool():
    """Return the pool of processes of this server."""
    return execution.processes()


@st.cache_resource(show_spinner="Connecting to the cluster …")
def cluster(address):
    """Return the Cluster at this address, connected once; Streamlit cannot cache a Dask client itself."""
    return workers.cluster(address)


def place_of(jobs):
    """Return the Place of a sweep's jobs; raise ValueError where the cluster cannot be used."""
    address = workers.scheduler()
    if any(job.data.name == "own_images" for job in jobs):
        return Place(None, 1, "here, as what was uploaded is")
    if address:
        if not cluster(address).connected:
            cluster(address).shutdown()
            cluster.clear(address)
        return Place(cluster(address), max(1, cluster(address).n_threads()), "on the cluster")
    if any(len(job.rows) == 1 for job in jobs) and len(jobs) > 1 and (os.cpu_count() or 1) > 1:
        return Place(pool(), os.cpu_count(), "in a pool of processes")
    return Place(None, 1, "here, as stacks")


def trouble(place):
    """Return a sentence about what keeps jobs at this place from going on, or ""."""
    if isinstance(place.executor, workers.Cluster) and place.executor.n_threads() == 0:
        return "The cluster has no workers; the sweep goes on when one is started"
    return ""


def estimate(jobs, at_once):
    """Return the estimated seconds of the jobs; those whose data cannot be loaded count as 0."""
    total = 0.0
    for job in jobs:
        try:
            dataset = cache().dataset(job.data)
        except (ValueError, OSError):  # its rows will fail with this error
            continue
        n_epochs = max(config.epochs for config in job.configs)
        total += cost.seconds(job.configs, dataset, n_epochs, cache().speed)
    return total / at_once
