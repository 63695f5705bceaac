"""A training step with one BLAS thread, and with as many as cores, on an idle machine and on a busy one.

    python -m benchmarks.blas_threads [--rounds 5] [--others 4] [--only busy]

Milliseconds per step, medians of interleaved rounds, each contender in a process of its own. The machine is
busy with `--others` processes that compute without end; run it where nothing else computes. The last column
says whether both end with the same weights to the bit. The images are noise of MNIST's and CIFAR-10's shape.
"""

import argparse
import contextlib
import datetime
import functools
import hashlib
import multiprocessing
import os
import time

import numpy as np

from benchmarks.timing import alone, apart, machine, markdown
from data.loading import Dataset
from mlp import TrainConfig, train

NETWORKS = {"2-8-8-2": (16, 100), "3072-100-10": (100, 10), "784-500-200-10": (100, 10)}  # batch, steps
THREADS = {"one": "1", "all": str(os.cpu_count())}
N_CONFIRMED = 3  # epochs whose final weights are compared
FOREVER = 10**9


def dataset(sizes, n_examples):
    """Noise: so many examples to train on, none to validate and test."""
    rng = np.random.default_rng(0)
    X, y = rng.random((n_examples, sizes[0]), np.float32), rng.integers(0, sizes[-1], n_examples)
    none, shift = (X[:0], y[:0]), np.zeros(sizes[0])
    return Dataset(X, y, *none, *none, tuple(map(str, range(sizes[-1]))), None, "noise", shift, shift + 1)


def records(name, epochs):
    """The training of a network of these sizes: an iterator of its EpochRecords."""
    batch, steps = NETWORKS[name]
    sizes = tuple(map(int, name.split("-")))
    config = TrainConfig(hidden_layer_sizes=sizes[1:-1], batch_size=batch, epochs=epochs)
    return train(config, dataset(sizes, batch * steps))


def epoch(network, threads):
    """Return a function that trains one more epoch; the process has so many `threads`."""
    training = records(network, FOREVER)
    next(training)
    return lambda: next(training)


def digest(network):
    """Return the digest of a trained network's weights."""
    *_, last = records(network, N_CONFIRMED)
    return hashlib.sha256(b"".join(a.tobytes() for layer in last.params for a in layer)).hexdigest()


@contextlib.contextmanager
def busy(n_processes):
    """Context in which so many processes of one thread each compute."""
    context = multiprocessing.get_context("spawn")
    others = [context.Process(target=_compute, daemon=True) for _ in range(n_processes)]
    for other in others:
        other.start()
    time.sleep(1.0)
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.join()


def _compute():
    while True:
        sum(range(1000))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--others", type=int, default=2 * (os.cpu_count() or 1))
    parser.add_argument("--only", choices=("idle", "busy"))
    asked = parser.parse_args()
    variables = {name: {"OPENBLAS_NUM_THREADS": n} for name, n in THREADS.items()}
    rows = []
    for network, (batch, steps) in NETWORKS.items():
        same = len({alone(digest, network, variables=variables[name]) for name in THREADS}) == 1
        for state, n_others in (("idle", 0), ("busy", asked.others)):
            if asked.only in (None, state):
                with busy(n_others):
                    took = apart(functools.partial(epoch, network), THREADS, asked.rounds, variables)
                cells = [f"{1e3 * took[name] / steps:.2f}" for name in THREADS]
                ratio = f"{took['all'] / took['one']:.2f}×"
                rows.append([network, batch, state, *cells, ratio, "yes" if same else "no"])
    print(f"{datetime.date.today()}, {machine()}; busy: {asked.others} other processes\n")
    header = ["network", "batch", "machine", "one thread, ms", f"{THREADS['all']} threads, ms"]
    print(markdown([*header, "of one thread's time", "same weights"], rows))


if __name__ == "__main__":
    main()
