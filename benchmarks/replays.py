"""Published experiments trained again: what was published, and what five seeds of ours give.

    python -m benchmarks.replays [--seeds 5] [--only B]
    python -m benchmarks.replays --starts 24 [--only B]

Every figure that the initialization page compares, at its last published epoch: the median of the
seeds and their range. The CIFAR-10 experiment has no published table; it is not among them. With --starts
every start of the published figures is kept in data/starts.csv instead, see `benchmarks.starts`.
"""

import argparse
import datetime
import time

from benchmarks import starts
from benchmarks.timing import machine, markdown
from data import load_dataset
from lab.links.ensemble import Ensemble, parse_start
from lab.links.experiment import Experiment
from lab.published.systems import REPLAYS
from mlp import train_many
from ui.initialization import published as quoted
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
    parser.add_argument("--starts", type=int, default=0, help="keep so many starts in data/starts.csv")
    arguments = parser.parse_args()
    published = [replay for replay in REPLAYS if replay.curves or replay.finals]
    chosen = [replay for replay in published if replay.question.startswith(arguments.only)]
    if not chosen:
        names = "; ".join(replay.question for replay in published)
        parser.error(f"No experiment's name begins with {arguments.only!r}. They are: {names}.")
    if arguments.starts:
        starts.write(chosen, arguments.starts)
        return
    print(f"{datetime.date.today()}, {machine()}, {arguments.seeds} seeds\n")
    for replay in chosen:
        chosen_starts = tuple(map(parse_start, replay.changes["sets"]))
        ensemble = Ensemble(Experiment(*quoted.experiment(replay)), arguments.seeds, chosen_starts)
        dataset = load_dataset(ensemble.experiment.data, as_bytes=True)
        began = time.perf_counter()
        run = Trained(ensemble.configs(), dataset)
        table = quoted.comparison(replay, ensemble, run, ensemble.experiment.train.epochs)
        print(f"{replay.question} ({(time.perf_counter() - began) / 60:.1f} min)\n", flush=True)
        print(markdown(list(table.columns), table.fillna("").values.tolist()) + "\n", flush=True)


if __name__ == "__main__":
    main()
