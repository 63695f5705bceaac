"""Sweeps: stacked, one by one, in a pool of processes; and scikit-learn one by one.

    pip install -r requirements-bench.txt
    python -m benchmarks.sweeps

First 64 experiments of a small network (8 learning rates × 8 penalties), then 16 of 784-64-10 on
10,000 images of MNIST. Seconds for all of them, medians of interleaved rounds. The pool is up before
the clock starts; scikit-learn trains the same sizes, rates and penalties with one call of `fit` each.
"""

import argparse
import datetime
import warnings

import numpy as np

from benchmarks.timing import interleaved, machine, markdown, require_peers
from data import DataConfig, load_dataset
from mlp import TrainConfig, execution, sweep, train

SMALL = DataConfig(n_samples=768, split="768/0/0")
IMAGES = DataConfig(name="mnist", scaling="unit", split="10000/0/0")
RATES = tuple(float(f"{rate:.4g}") for rate in np.geomspace(1e-3, 0.5, 8))
PENALTIES = tuple(float(f"{l2:.4g}") for l2 in np.geomspace(1e-6, 1e-2, 8))


def drain(jobs, executor=None):
    """Run the jobs to their end."""
    for _ in execution.run(jobs, load_dataset, executor):
        pass


def one_by_one(experiments):
    """A loop over `train`."""
    for data, config in experiments:
        dataset = load_dataset(data)
        for _ in train(config, dataset):
            pass


def scikit_learn(experiments):
    """A loop over MLPClassifier."""
    from sklearn.neural_network import MLPClassifier

    for data, config in experiments:
        dataset = load_dataset(data)
        model = MLPClassifier(
            config.hidden_layer_sizes,
            solver="sgd",
            alpha=2 * config.l2 * config.batch_size,
            batch_size=config.batch_size,
            learning_rate_init=config.learning_rate,
            max_iter=config.epochs,
            momentum=0.0,
            nesterovs_momentum=False,
            n_iter_no_change=config.epochs + 1,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it has not converged is the point of max_iter
            model.fit(dataset.X_train, dataset.y_train)


def experiments_of(data, config, space):
    """[(data, config), …] of a grid."""
    return [(trial.data, trial.config) for trial in sweep.build(sweep.grid(space), data, config).trials]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    require_peers(parser, "sklearn")
    small = experiments_of(
        SMALL,
        TrainConfig(hidden_layer_sizes=(8, 8), batch_size=16, epochs=30),
        {"learning_rate": sweep.Values(RATES), "l2": sweep.Values(PENALTIES)},
    )
    images = experiments_of(
        IMAGES,
        TrainConfig(hidden_layer_sizes=(64,), batch_size=20, epochs=1),
        {"learning_rate": sweep.Values(RATES), "l2": sweep.Values(PENALTIES[:2])},
    )
    rows = []
    with execution.processes() as pool:
        for name, widths, some in (
            ("64 × 2-8-8-2, 768 points, 30 epochs", (2, 2), small),
            ("16 × 784-64-10, 10,000 images, 1 epoch", (784, 10), images),
        ):
            stack = [execution.Job(some[0][0], tuple(c for _, c in some), tuple(range(len(some))))]
            alone = execution.rows_alone(stack[0])
            s = interleaved(
                {
                    "stacked": lambda jobs=stack: drain(jobs),
                    "one by one": lambda some=some: one_by_one(some),
                    "pool": lambda jobs=alone: drain(jobs, pool),
                    "scikit": lambda some=some: scikit_learn(some),
                },
                rounds,
            )
            planned = execution.plan(some, lambda _, w=widths: w)
            chosen = "stacked" if len(planned) == 1 else "pool"
            ratios = [f"{s[other] / s[chosen]:.1f}×" for other in ("one by one", "scikit")]
            rows.append([name, *(f"{seconds:.2f}" for seconds in s.values()), chosen, *ratios])
    header = ["sweep", "stacked, s", "one by one, s", "pool, s", "scikit-learn, s", "chosen"]
    header += ["chosen vs one by one", "chosen vs scikit-learn"]
    print(f"{datetime.date.today()}, {machine()}, medians of {rounds} interleaved rounds\n")
    print(markdown(header, rows))


if __name__ == "__main__":
    main()
