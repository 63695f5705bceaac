"""Published experiments trained again: what was published, and what five seeds of ours give.

    python -m benchmarks.replays [--seeds 5] [--only B] [--write]

Every figure that the initialization page compares, at its last published epoch: the median of the
seeds and their range. The CIFAR-10 experiment has no published table; it is not among them.
"""

import argparse
import datetime
import time

import pandas as pd

from benchmarks.timing import machine, markdown
from data import load_dataset
from lab.links.ensemble import Ensemble, parse_start
from lab.links.experiment import Experiment
from lab.published.systems import REPLAYS
from lab.published.tables import REPLAYS_PATH
from mlp import train_many
from ui.initialization import published
from ui.training.history import Epoch, of_epochs


class Trained:
    """The records of an ensemble's training, as the page's comparison reads them."""

    def __init__(self, configs, dataset):
        self.configs, self.dataset = configs, dataset
        epochs = train_many(configs, dataset)
        records, last = [], None
        for last in epochs:
            records.append(tuple(record._replace(params=()) for record in last))
        records[-1] = last  # whose weights are tested on test images that are not scaled
        self.history = of_epochs(Epoch(number, row) for number, row in enumerate(records))
        self.at, self.up_to, self.n_epochs = self.history.at, self.history.up_to, self.history.n_epochs


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", default="", help="experiments whose name begins with this")
    parser.add_argument("--write", action="store_true", help="keep the accuracies in data/replays.csv")
    arguments = parser.parse_args()
    print(f"{datetime.date.today()}, {machine()}, {arguments.seeds} seeds\n")
    for replay in REPLAYS:
        if not (replay.curves or replay.finals) or not replay.question.startswith(arguments.only):
            continue
        starts = tuple(map(parse_start, replay.changes["sets"]))
        ensemble = Ensemble(Experiment(*published.experiment(replay)), arguments.seeds, starts)
        dataset = load_dataset(ensemble.experiment.data, as_bytes=True)
        began = time.perf_counter()
        run = Trained(ensemble.configs(), dataset)
        table = published.comparison(replay, ensemble, run, ensemble.experiment.train.epochs)
        print(f"{replay.question} ({(time.perf_counter() - began) / 60:.1f} min)\n", flush=True)
        print(markdown(list(table.columns), table.fillna("").values.tolist()) + "\n", flush=True)
        if arguments.write:
            keep(replay, arguments.seeds, table)


def keep(replay, n_seeds, table):
    """Put the validation and test accuracies of the table into data/replays.csv, in place of older ones."""
    told = table[table["figure"].str.startswith(("valid accuracy", "test accuracy"))]
    told = told.assign(date=str(datetime.date.today()), seeds=n_seeds, experiment=replay.question)
    older = pd.read_csv(REPLAYS_PATH, dtype=str)
    older = older[older["experiment"] != replay.question]
    told = told.reindex(columns=list(older))  # without a range where all diverge
    told = told.astype(object).fillna("").astype(str)
    pd.concat([older, told]).to_csv(REPLAYS_PATH, index=False)


if __name__ == "__main__":
    main()
