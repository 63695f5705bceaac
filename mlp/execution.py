"""Running many experiments: here, stacked where that pays, or on any `concurrent.futures.Executor`.

An experiment is a pair (data, config). Those that can be trained as one stack become one Job; jobs
run in this process, in a pool of processes, or on a cluster, and give the same numbers everywhere.
"""

import concurrent.futures
import itertools
import multiprocessing
import os
from typing import NamedTuple

from .training import stack_key, train_many

STACKED_PRODUCT = 2**16  # multiply-adds of the largest product up to which networks train faster stacked
MOST_STACKED = 64


class Job(NamedTuple):
    """Experiments on the same data that train as one stack; `rows` are their numbers in the sweep."""

    data: object
    configs: tuple
    rows: tuple[int, ...]


class Outcome(NamedTuple):
    """What became of an experiment: its records without parameters, or the error that ended it."""

    row: int
    records: tuple
    error: str = ""


def plan(experiments, widths, *, stacked=True, rows=None):
    """The Jobs of `experiments`, [(data, config), …], in the order of their first row.

    `widths(data)` is (n_features, n_classes). Networks whose products are large gain nothing from
    stacking and are jobs of their own; so is every network without `stacked`. `rows` picks some of
    the experiments, all by default.
    """
    groups = {}
    for row in range(len(experiments)) if rows is None else rows:
        data, config = experiments[row]
        alone = not stacked or _largest_product(config, *widths(data)) > STACKED_PRODUCT
        groups.setdefault((data, stack_key(config), row if alone else None), []).append(row)
    jobs = []
    for (data, *_), members in groups.items():
        for start in range(0, len(members), MOST_STACKED):
            some = tuple(members[start : start + MOST_STACKED])
            jobs.append(Job(data, tuple(experiments[row][1] for row in some), some))
    return sorted(jobs, key=lambda job: job.rows[0])


def run(jobs, load, executor=None, *, heartbeat=0.15):
    """Run the jobs; yields lists of Outcomes as they come, at least every `heartbeat` seconds or so.

    `load(data)` gives the Dataset; with an `executor`, both it and the jobs travel to the workers.
    Without one the jobs run here, one after the other. An error becomes the Outcome of its job's
    rows, and the others go on. Closing the generator cancels what has not begun.
    """
    if executor is None:
        for job in jobs:
            yield from _here(job, load, heartbeat)
        return
    waiting = {}
    try:
        for job in jobs:
            try:
                waiting[executor.submit(run_job, load, job)] = job
            except Exception as error:  # a pool that has broken takes nothing more
                yield _failed(job, error)
        while waiting:
            done, _ = concurrent.futures.wait(waiting, heartbeat, concurrent.futures.FIRST_COMPLETED)
            outcomes = []
            for future in done:
                job = waiting.pop(future)
                try:
                    outcomes += future.result()
                except Exception as error:  # whatever a worker raised, or that it died
                    outcomes += _failed(job, error)
            yield outcomes
    finally:
        for future in waiting:
            future.cancel()


def run_job(load, job):
    """The Outcomes of a job, trained here to its end: what a worker runs."""
    return [outcome for outcomes in _here(job, load, None) for outcome in outcomes]


def processes(n_workers=None):
    """A pool of processes with one BLAS thread each, as many as cores by default."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"  # read by a BLAS when it is loaded: by the workers', ours is loaded already
    context = multiprocessing.get_context("spawn")  # a fork would copy locks that other threads hold
    return concurrent.futures.ProcessPoolExecutor(n_workers or os.cpu_count(), mp_context=context)


def _here(job, load, heartbeat):
    records = [[] for _ in job.configs]
    try:
        for epoch in train_many(job.configs, load(job.data), heartbeat=heartbeat):
            for mine, record in zip(records, epoch, strict=False):  # a heartbeat is empty
                if not mine or mine[-1].epoch < record.epoch:  # a run that has ended repeats its last one
                    mine.append(record._replace(params=()))
            if not epoch:
                yield []
    except Exception as error:  # the sweep outlives what one of its rows cannot do
        yield _failed(job, error)
    else:
        yield [Outcome(row, tuple(mine)) for row, mine in zip(job.rows, records, strict=True)]


def _failed(job, error):
    first, *_ = str(error).strip().splitlines() or [""]
    named = isinstance(error, ValueError) and first
    reason = first if named else f"{type(error).__name__}: {first}".removesuffix(": ")
    return [Outcome(row, (), reason) for row in job.rows]


def _largest_product(config, n_features, n_classes):
    sizes = config.layer_sizes(n_features, n_classes)
    return max((config.batch_size or 1024) * n * m for n, m in itertools.pairwise(sizes))
