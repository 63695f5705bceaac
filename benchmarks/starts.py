"""Published trainings from many random starts: every start's figures, into data/starts.csv.

It is `python -m benchmarks.replays --starts N`. What is kept already is not trained again, so it can be
stopped at any time and called again, also for more starts, and twice at once with another --only.
"""

import csv
import datetime
import importlib.metadata
import time
from dataclasses import replace

import numpy as np

from data import load_dataset
from lab.links.ensemble import Ensemble, parse_start
from lab.links.experiment import Experiment
from lab.published import starts
from lab.published.sigmoids import unscaled_test_accuracy
from mlp import forward, train_many
from ui.initialization import published

EPOCHS = (1, 2, 3, 5, 7, 10, 15, 20, 30, 40, 50, 60, 80, 100)  # whose figures are kept, beside the last
FEW, SMALL = 4, 2**17  # starts that train as one stack, of networks with fewer parameters than that
LEARNED = 0.1  # share of a digit's test images from which it is not lost
REPORTED = "sigmoid_cross_entropy"  # by D, which minimises the squared error


def write(replays, n_starts):
    """Train the starts of every replay from seeds 0 … n_starts - 1 that are not kept, and append the rows.

    From zeros there is one start: nothing about them is random.
    """
    for replay in replays:
        if any(replay in _first_epochs(other, replays) for other in replays):
            continue
        for text in replay.changes["sets"]:
            shorter = _first_epochs(replay, replays)
            _write_start(text, replay, shorter, 1 if text == "zeros" else n_starts)


def _first_epochs(replay, replays):
    """The replays that are the first epochs of this one."""
    n_epochs, same = replay.changes["epochs"], replay.changes | {"epochs": 0}
    return [
        other
        for other in replays
        if other.changes["epochs"] < n_epochs and other.changes | {"epochs": 0} == same
    ]


def _write_start(text, replay, shorter, n_starts):
    start = parse_start(text)
    (config,) = Ensemble(Experiment(*published.experiment(replay)), 1, (start,)).configs()
    dataset = load_dataset(published.experiment(replay)[0], as_bytes=True)
    n_parameters = config.n_parameters(dataset.X_train.shape[1], len(dataset.class_names))
    at_once = FEW if n_parameters < SMALL else 1
    kept = {row["seed"] for row in starts.kept(replay, text, config.epochs)}
    missing = [seed for seed in range(n_starts) if seed not in kept]
    for begin in range(0, len(missing), at_once):
        seeds = missing[begin : begin + at_once]
        began = time.perf_counter()
        configs = [replace(config, init_seed=seed, shuffle_seed=seed) for seed in seeds]
        by_epoch = _train(configs, dataset, replay.cumulative)
        for one in (replay, *shorter):
            _append(_rows(one, start, seeds, by_epoch))
        minutes = (time.perf_counter() - began) / 60
        print(f"{replay.question}, {start.label}, seeds {seeds}: {minutes:.1f} min", flush=True)


def _train(configs, dataset, cumulative):
    """{epoch: the figures of each run, a dict, empty where it has diverged}, for EPOCHS and the last."""
    by_epoch, visited = {}, []
    epochs = train_many(configs, dataset, reported=REPORTED if cumulative else None)
    for epoch, records in enumerate(epochs):
        visited.append([(record.train_loss, record.train_accuracy) for record in records])
        if epoch not in (*EPOCHS, configs[0].epochs):
            continue
        means = np.mean(visited[1:], axis=0)
        by_epoch[epoch] = []
        for config, record, (loss, accuracy) in zip(configs, records, means, strict=True):
            figures = {name: getattr(record, name) for name in starts.FIGURES}
            if cumulative:  # the loss is a sum over the batch; both are means over all batches so far
                figures |= {"train_loss": loss * config.batch_size, "train_accuracy": accuracy}
                figures |= _test(record, config, dataset)
            by_epoch[epoch].append({} if record.diverged else figures)
    return by_epoch


def _rows(replay, start, seeds, by_epoch):
    """One row for each start and epoch up to the replay's last; one that diverged has no figures."""
    version, last = f"NumPy {importlib.metadata.version('numpy')}", replay.changes["epochs"]
    rows = []
    for epoch in sorted({last, *(epoch for epoch in EPOCHS if epoch < last)}):
        for seed, figures in zip(seeds, by_epoch.get(epoch, [{}] * len(seeds)), strict=True):
            values = (figures.get(name, np.nan) for name in starts.COLUMNS[len(starts.KEYS) :])
            texts = ("" if np.isnan(value) else f"{value:.6g}" for value in values)
            keys = datetime.date.today(), version, replay.question, start.label, seed, epoch
            rows.append([*keys, *texts])
    return rows


def _test(record, config, dataset):
    """D forgot to scale its test images: the accuracy on raw ones, and how many digits are never told."""
    X, y = np.asarray(dataset.X_test), dataset.y_test
    scaled = forward(record.params, X, config).output.argmax(axis=1)
    recall = np.array([(scaled[y == digit] == digit).mean() for digit in np.unique(y)])
    unscaled = unscaled_test_accuracy(record.params, config, dataset)
    return {starts.UNSCALED: unscaled, starts.LOST: int((recall < LEARNED).sum())}


def _append(rows):
    """Append rows in one write, so that two programs can share the file."""
    new = not starts.STARTS_PATH.exists()
    with starts.STARTS_PATH.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([starts.COLUMNS, *rows] if new else rows)
