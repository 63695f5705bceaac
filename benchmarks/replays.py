"""Published experiments trained again: what was published, and what five seeds of ours give.

    python -m benchmarks.replays [--seeds 5] [--only B] [--first] [--write]

Every figure that the initialization page compares, at its last published epoch or with --first at the first:
the median of the seeds and their range. The CIFAR-10 experiment has no published table; it is not among them.
"""

import argparse
import datetime
import time
from dataclasses import replace

import pandas as pd

from benchmarks.timing import machine, markdown
from data import load_dataset
from lab.links.ensemble import Ensemble, parse_start
from lab.links.experiment import Experiment
from lab.published import REPLAYS, REPLAYS_PATH
from mlp import train_many
from ui.initialization import frames
from ui.training.history import of_records

FIRST_EPOCHS_PATH = REPLAYS_PATH.with_name("first_epochs.csv")


class Trained:
    """The records of an ensemble's training, as the page's comparison reads them."""

    def __init__(self, configs, dataset):
        self.configs, self.dataset = configs, dataset
        epochs = train_many(configs, dataset)
        records = [tuple(record._replace(params=()) for record in records) for records in epochs]
        self.history = of_records(records)
        self.at, self.up_to, self.n_epochs = self.history.at, self.history.up_to, self.history.n_epochs


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", default="", help="experiments whose name begins with this")
    parser.add_argument("--first", action="store_true", help="train and compare the first epoch alone")
    parser.add_argument(
        "--write",
        action="store_true",
        help="keep the accuracies in data/replays.csv; "
        "of a first epoch all figures, in data/first_epochs.csv",
    )
    arguments = parser.parse_args()
    print(f"{datetime.date.today()}, {machine()}, {arguments.seeds} seeds\n")
    for replay in REPLAYS:
        if not (replay.curves or replay.finals) or not replay.question.startswith(arguments.only):
            continue
        starts = tuple(map(parse_start, replay.changes["sets"]))
        data, train = frames.experiment(replay)
        n_epochs = 1 if arguments.first else train.epochs
        ensemble = Ensemble(Experiment(data, replace(train, epochs=n_epochs)), arguments.seeds, starts)
        dataset = load_dataset(data, as_bytes=True)
        began = time.perf_counter()
        run = Trained(ensemble.configs(), dataset)
        table = frames.comparison(replay, ensemble, run, n_epochs)
        print(f"{replay.question} ({(time.perf_counter() - began) / 60:.1f} min)\n", flush=True)
        print(markdown(list(table.columns), table.fillna("").values.tolist()) + "\n", flush=True)
        if arguments.write:
            if not arguments.first:
                table = table[table["figure"].isin(("valid accuracy", "test accuracy"))]
            keep(replay, arguments.seeds, table, FIRST_EPOCHS_PATH if arguments.first else REPLAYS_PATH)


def keep(replay, n_seeds, table, path):
    """Put the rows of the table into a file of results, in place of the same experiment's older ones."""
    told = table.assign(date=str(datetime.date.today()), seeds=n_seeds, experiment=replay.question)
    older = pd.read_csv(path, dtype=str)
    older = older[older["experiment"] != replay.question]
    told = told.reindex(columns=list(older))  # without a range where all diverge
    told = told.astype(object).fillna("").astype(str)
    pd.concat([older, told]).to_csv(path, index=False)


if __name__ == "__main__":
    main()
