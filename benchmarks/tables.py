"""Reading a table of 100,000 rows, and accuracy on the built-in sets beside scikit-learn's MLPClassifier.

    pip install -r requirements-bench.txt
    python -m benchmarks.tables
    python -m benchmarks.tables --only reading

Reading: a file of 100,000 rows, 19 columns of numbers and a class, each way in a process of its own: the
least CPU seconds of a few readings, which use one thread, and (on Linux) the most memory that the process
ever held after the first, its libraries among it. pandas gives a frame; the lab's reader gives inputs,
classes and what was understood.

Accuracy: on test sets, for each seed the same split, stratified, and the same settings: one hidden layer,
ReLU, plain gradient descent, no penalty. The first weights are drawn by the same law; scikit-learn draws
the biases as well, which are 0 here, and has one output for two classes. Of each set the mean over
the seeds, and the mean difference seed by seed with its 95% interval (Student's t).
"""

import argparse
import datetime
import io
import pathlib
import tempfile
import time
import warnings

import numpy as np

from benchmarks.timing import alone, machine, markdown, require_peers
from data import DATASETS, DataConfig, load_dataset
from mlp import TrainConfig, train

ROWS, COLUMNS = 100_000, 20
WAYS = ("ours", "pandas, Python engine", "pandas, C engine")
SETS = (*(name for name, entry in DATASETS.items() if entry.table and not entry.own), "digits")
TRAIN = TrainConfig(hidden_layer_sizes=(16,), learning_rate=0.1, batch_size=32, epochs=50)


def file_bytes():
    """A table of ROWS rows: COLUMNS - 1 numbers of six digits, and one of three classes."""
    rng = np.random.default_rng(0)
    text = io.StringIO()
    text.write(",".join([*(f"feature {i}" for i in range(1, COLUMNS)), "class"]) + "\n")
    for row, label in zip(rng.normal(size=(ROWS, COLUMNS - 1)), rng.integers(0, 3, ROWS), strict=True):
        text.write(",".join([*(f"{value:.6g}" for value in row), f"class {label}"]) + "\n")
    return text.getvalue().encode()


def reader(way, path):
    """A function that reads the file at `path` in the way of that name."""
    content = pathlib.Path(path).read_bytes()
    if way == "ours":
        from data import tables

        return lambda: tables.read(content)
    import pandas as pd

    engine = "python" if "Python" in way else "c"
    return lambda: pd.read_csv(io.BytesIO(content), engine=engine)


def measure(way, path, rounds):
    """Return the least CPU seconds of some readings, and the most MB held after the first."""
    read = reader(way, path)
    seconds, megabytes = [], None
    for _ in range(rounds):
        started = time.process_time()
        read()
        seconds.append(time.process_time() - started)
        if megabytes is None:
            status = pathlib.Path("/proc/self/status")
            lines = status.read_text().splitlines() if status.exists() else ["VmHWM: nan"]
            megabytes = next(float(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
    return min(seconds), megabytes


def reading(rounds):
    """The table of seconds and megabytes."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "table.csv")
        path.write_bytes(file_bytes())
        for way in WAYS:
            seconds, megabytes = alone(measure, way, path, rounds)
            rows.append([way, f"{seconds:.2f}", f"{megabytes:.0f}"])
    return markdown([f"{ROWS:,} rows × {COLUMNS} columns", "CPU seconds", "MB at most"], rows)


def ours(dataset, seed):
    """The test accuracy of the lab's network."""
    config = TrainConfig(
        hidden_layer_sizes=TRAIN.hidden_layer_sizes,
        learning_rate=TRAIN.learning_rate,
        batch_size=TRAIN.batch_size,
        epochs=TRAIN.epochs,
        init_seed=seed,
        shuffle_seed=seed,
    )
    *_, record = train(config, dataset)
    return record.test_accuracy


def scikit_learn(dataset, seed):
    """The test accuracy of an MLPClassifier of the same settings."""
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier(
        TRAIN.hidden_layer_sizes,
        solver="sgd",
        alpha=0.0,
        batch_size=TRAIN.batch_size,
        learning_rate_init=TRAIN.learning_rate,
        max_iter=TRAIN.epochs,
        n_iter_no_change=TRAIN.epochs,
        tol=0.0,
        momentum=0.0,
        nesterovs_momentum=False,
        random_state=seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it has not converged
        model.fit(np.asarray(dataset.X_train), dataset.y_train)
    return model.score(np.asarray(dataset.X_test), dataset.y_test)


def accuracy(n_seeds):
    """The table of accuracies."""
    t = {5: 2.776, 10: 2.262, 20: 2.093}[n_seeds]  # of n - 1 degrees of freedom
    rows = []
    for name in SETS:
        both = []
        for seed in range(n_seeds):
            dataset = load_dataset(DataConfig(name=name, seed=seed, stratified=True))
            both.append([ours(dataset, seed), scikit_learn(dataset, seed)])
        means, differences = np.mean(both, axis=0), np.subtract(*np.transpose(both))
        half = t * differences.std(ddof=1) / np.sqrt(n_seeds)
        gap = f"{100 * differences.mean():+.2f} ± {100 * half:.2f}"
        rows.append([name, len(dataset.y_test), *(f"{mean:.1%}" for mean in means), gap])
    header = ["set", "test examples", "ours", "scikit-learn", "difference, points"]
    return markdown(header, rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seeds", type=int, default=20, choices=(5, 10, 20))
    parser.add_argument("--only", choices=("reading", "accuracy"))
    asked = parser.parse_args()
    require_peers(parser, *["pandas"] * (asked.only != "accuracy"), *["sklearn"] * (asked.only != "reading"))
    print(f"{datetime.date.today()}, {machine()}, NumPy {np.__version__}\n")
    if asked.only != "accuracy":
        print(f"{reading(asked.rounds)}\n")
    if asked.only != "reading":
        print(f"Means of {asked.seeds} seeds\n\n{accuracy(asked.seeds)}")


if __name__ == "__main__":
    main()
