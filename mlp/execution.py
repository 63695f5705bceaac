"""Running many experiments: here, stacked where that pays, or on any `concurrent.futures.Executor`.

An experiment is a pair (data, config). Those that can be trained as one stack become one Job; jobs
run in this process, in a pool of processes, or on a cluster, and give the same numbers everywhere.
"""

import concurrent.futures
import itertools
import os
import time
from typing import NamedTuple

from mlp.optimizers import OPTIMIZERS
from mlp.pool import Pool, WorkerDied
from mlp.training import EVALUATION_ROWS, stack_key, train_many

STACKED_PRODUCT = 2**16  # up to this many multiply-adds in the largest product, networks train faster stacked
MOST_STACKED = 64
MOST_STACKED_VALUES = 20_000_000  # numbers that the networks of a stack need in all
MOST_RECORDS = 200_000  # of all networks of a sweep, about 450 bytes each
FEWEST_RECORDS = 50  # of a network, if it has that many epochs
RESUBMISSIONS = 2  # resubmissions of a job whose worker died
LOOK = 0.5  # seconds between a worker's checks whether its job is still wanted


class Job(NamedTuple):
    """Experiments on the same data that train as one stack; `rows` are their numbers in the sweep.

    The records of every `stride`-th epoch and of the last epoch of each network are kept.
    """

    data: object
    configs: tuple
    rows: tuple[int, ...]
    stride: int = 1


class Outcome(NamedTuple):
    """The outcome of an experiment: its records without parameters, or the error that ended it.

    An error is `accidental` if another attempt may succeed: memory or data were missing, or a worker died.
    """

    row: int
    records: tuple
    error: str = ""
    accidental: bool = False


class ExecutorLost(RuntimeError):
    """The executor as a whole is gone: there will be no more results."""


def plan(experiments, widths, *, rows=None, n_examples=None):
    """Return the Jobs of `experiments`, [(data, config), …], in the order of their first row.

    `widths(data)` is (n_features, n_classes), `n_examples(data)` the most examples it can have. Networks with
    large products gain nothing from stacking and become separate jobs. A stack has at most MOST_STACKED
    networks and MOST_STACKED_VALUES numbers; for long trainings of many networks, some epochs' records are
    dropped (see Job). `rows` selects experiments, all by default.
    """
    groups = {}
    for row in range(len(experiments)) if rows is None else rows:
        data, config = experiments[row]
        alone = _largest_product(config, *widths(data)) > STACKED_PRODUCT
        groups.setdefault((data, stack_key(config), row if alone else None), []).append(row)
    jobs, most_records = [], max(FEWEST_RECORDS, MOST_RECORDS // max(1, len(experiments)))
    for (data, *_), members in groups.items():
        held = _values_held(experiments[members[0]][1], *widths(data), n_examples(data) if n_examples else 0)
        most = max(1, min(MOST_STACKED, MOST_STACKED_VALUES // held))
        for start in range(0, len(members), most):
            some = tuple(members[start : start + most])
            configs = tuple(experiments[row][1] for row in some)
            stride = -(-max(config.epochs for config in configs) // most_records)
            jobs.append(Job(data, configs, some, max(1, stride)))
    return sorted(jobs, key=lambda job: job.rows[0])


def run(jobs, load, executor=None, *, heartbeat=0.15):
    """Run the jobs; yield lists of Outcomes as they finish, about every `heartbeat` seconds or more often.

    `load(data)` must return the Dataset; with an `executor`, both it and the jobs are sent to the workers.
    Without one, the jobs run here, one after the other. An error becomes the Outcome of its job's rows, and
    the other jobs continue. A job whose worker died (WorkerDied) is submitted again: first unchanged, then,
    after all others, one row at a time, so that only a row that kills its worker every time becomes an error.
    Closing the generator cancels every job that has not finished.

    Raise ExecutorLost if the executor is gone; earlier results have been yielded.
    """
    if executor is None:
        for job in jobs:
            yield from _here(job, load, heartbeat)
        return
    waiting, lost = {}, None
    pending, last = [(job, 0) for job in jobs], []
    try:
        while (pending or last or waiting) and lost is None:
            outcomes = []
            if not pending and not waiting:  # a suspect is only identified if it runs alone
                pending = [last.pop(0)]
            for job, deaths in pending:
                try:
                    waiting[executor.submit(run_job, load, job)] = job, deaths
                except ExecutorLost as error:
                    lost = error
                    break
                except Exception as error:  # the job cannot be sent
                    outcomes += _failed(job, error)
            pending = []
            done, _ = concurrent.futures.wait(waiting, heartbeat, concurrent.futures.FIRST_COMPLETED)
            for future in done:
                job, deaths = waiting.pop(future)
                try:
                    outcomes += future.result()
                except WorkerDied as error:
                    if deaths == RESUBMISSIONS:
                        outcomes += _failed(job, error)
                    elif deaths + error.times < RESUBMISSIONS:
                        pending.append((job, deaths + error.times))
                    else:
                        last += [(one, RESUBMISSIONS) for one in rows_alone(job)]
                except (ExecutorLost, concurrent.futures.CancelledError) as error:
                    lost = error
                except Exception as error:  # whatever a worker raised
                    outcomes += _failed(job, error)
            yield outcomes
    finally:
        for future in waiting:
            future.cancel()
    if lost is not None:
        raise ExecutorLost(str(lost)) from lost


def run_job(load, job, wanted=None):
    """Return the Outcomes of a job, trained here to its end: what a worker runs.

    `wanted()` is called now and then; if it returns False the job ends, and its Outcomes will not be used.
    """
    found = []
    for outcomes in _here(job, load, LOOK if wanted else None):
        if wanted and not wanted():
            break
        found += outcomes
    return found


def processes(n_workers=None):
    """Return a Pool of processes with one BLAS thread each, as many as cores by default."""
    return Pool(n_workers or os.cpu_count() or 1)


def rows_alone(job):
    """Return a Job for each row of a job."""
    pairs = zip(job.configs, job.rows, strict=True)
    return [job._replace(configs=(config,), rows=(row,)) for config, row in pairs]


def _here(job, load, heartbeat):
    """Train a job; yield its Outcomes at the end, and an empty list every `heartbeat` seconds until then."""
    records = [[] for _ in job.configs]
    yielded = time.perf_counter()
    try:
        for epoch in train_many(job.configs, load(job.data), heartbeat=heartbeat):
            for mine, record in zip(records, epoch, strict=False):  # a heartbeat is empty
                if not mine or mine[-1].epoch < record.epoch:  # a run that has ended repeats its last record
                    _keep(mine, record._replace(params=()), job.stride)
            if not epoch or (heartbeat is not None and time.perf_counter() - yielded > heartbeat):
                yield []
                yielded = time.perf_counter()
    except Exception as error:  # an error in one row must not end the sweep
        yield _failed(job, error)
    else:
        yield [Outcome(row, tuple(mine)) for row, mine in zip(job.rows, records, strict=True)]


def _keep(records, record, stride):
    """Add a record; drop the previous one unless its epoch is a multiple of `stride`.

    The seconds of a dropped record are added to those of the next one.
    """
    if records and records[-1].epoch % stride:
        record = record._replace(seconds=records.pop().seconds + record.seconds)
    records.append(record)


def _failed(job, error):
    first, *_ = str(error).strip().splitlines() or [""]
    named = isinstance(error, (ValueError, WorkerDied)) and first
    reason = first if named else f"{type(error).__name__}: {first}".removesuffix(": ")
    accidental = getattr(error, "accidental", not isinstance(error, ValueError))
    return [Outcome(row, (), reason, accidental) for row in job.rows]


def _largest_product(config, n_features, n_classes):
    sizes = config.layer_sizes(n_features, n_classes)
    return max((config.batch_size or 1024) * n * m for n, m in itertools.pairwise(sizes))


def _values_held(config, n_features, n_classes, n_examples):
    """Return about how many numbers a network needs while it trains: parameters with their gradient and the
    optimizer's state, the activations of a minibatch, and the widest layer of the rows evaluated at once.
    """
    whole = max(n_examples, EVALUATION_ROWS)
    batch = min(config.batch_size or whole, whole)
    widths = (*config.hidden_layer_sizes, n_classes)
    activations = 3 * batch * sum(widths) + 2 * EVALUATION_ROWS * max(widths)
    n_arrays = 3 + OPTIMIZERS[config.optimizer].n_states
    return n_arrays * config.n_parameters(n_features, n_classes) + activations
