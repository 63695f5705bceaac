"""Two trainings: one after the other, or both at once in two threads, as two visitors might have them.

    python -m benchmarks.turns [--rounds 5]

The larger the number in the last column, the more is won by letting them run at once; below 1 it is lost.
"""

import argparse
import datetime
import functools
import threading
from dataclasses import replace

from benchmarks.timing import interleaved, machine, markdown
from data import DataConfig, load_dataset
from mlp import TrainConfig, train_many

NETWORKS = {  # hidden layers, examples a batch: epochs
    ((3,), 32): 40,
    ((8, 8), 16): 40,
    ((64, 64), 64): 40,
    ((128, 128), 128): 10,
    ((512, 512), 64): 2,
}
N_SEEDS = 5


def train(configs, dataset):
    """Train the configs as one stack."""
    for _ in train_many(configs, dataset):
        pass


def in_turn(trainings):
    """One after the other."""
    for run in trainings:
        run()


def at_once(trainings):
    """Each in a thread of its own."""
    threads = [threading.Thread(target=run) for run in trainings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    dataset, rows = load_dataset(DataConfig()), []
    for (sizes, batch_size), epochs in NETWORKS.items():
        base = TrainConfig(hidden_layer_sizes=sizes, batch_size=batch_size, epochs=epochs)
        trainings = [
            functools.partial(train, [replace(base, init_seed=first + k) for k in range(N_SEEDS)], dataset)
            for first in (0, 100)
        ]
        found = interleaved(
            {"in turn": lambda t=trainings: in_turn(t), "at once": lambda t=trainings: at_once(t)}, rounds
        )
        ratio = found["in turn"] / found["at once"]
        name = "-".join(map(str, (2, *sizes, 2)))
        rows.append([name, batch_size, *(f"{1e3 * found[k]:.0f}" for k in found), f"{ratio:.2f}×"])
    print(f"{datetime.date.today()}, {machine()}; medians of {rounds} interleaved rounds; {N_SEEDS} seeds\n")
    print(markdown(["network", "batch", "in turn, ms", "at once, ms", "at once is faster by"], rows))


if __name__ == "__main__":
    main()
