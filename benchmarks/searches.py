"""The published searches trained as published, and kept for the sweeps page.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.searches [--seeds 2] [--only a_batch d_rates] [--write]

Trainings that several searches share are made once, as far as the longest of them needs: with a constant
learning rate 30, 50 and 80 epochs are the beginning of 100. With --write every training is put into
data/kept_searches.csv as it ends, and one that is there is not made again, so the program can be stopped
and started at any time. Seeds are the outer loop: first one of everything, and never more than the search
has. A search on data that cannot be downloaded is left out.
"""

import argparse
import csv
import datetime
import math
import pathlib
import time
import tomllib
from dataclasses import replace
from typing import NamedTuple

from benchmarks.timing import machine
from data import DataUnavailable, load_dataset
from lab.published import kept, systems
from lab.published import search as searches
from mlp import train_many
from mlp.config import seeds_of
from mlp.schedules import SCHEDULES

FIRST = ("a_learning_rate", "a_batch_size", "a_epochs")
PROJECT = pathlib.Path(__file__).parents[1] / "pyproject.toml"


class Training(NamedTuple):
    """One training, and the `members` ((search, value, epochs), …) of the file; seeds count from 0."""

    data: object
    config: object
    seed: int
    members: tuple


def trainings(chosen, n_seeds, runs):
    """Return the Trainings of Searches that are not among the kept `runs`, one seed after another."""
    shared = {}
    for search in chosen:
        plan = searches.plan(search)
        for trial in dict.fromkeys(kept.source(plan, trial) for trial in plan.sweep.trials):
            for seed, config in enumerate(seeds_of(trial.config, min(n_seeds, plan.n_seeds))):
                if (search.key, kept.value_text(trial), seed) in runs:
                    continue
                lasting = config
                if not SCHEDULES[config.schedule].depends_on_epochs:
                    lasting = replace(config, epochs=0)
                member = search.key, kept.value_text(trial), config.epochs
                shared.setdefault((seed, trial.data, lasting), []).append(member)
    ordered = sorted(shared.items(), key=lambda item: item[0][0])  # stable: within a seed as they came
    return [
        Training(data, replace(config, epochs=max(epochs for *_, epochs in members)), seed, tuple(members))
        for (seed, data, config), members in ordered
    ]


def rows(training, records, date, version):
    """Return the rows of the file that a training's EpochRecords give, one list per row."""
    return [
        [date, version, key, value, str(training.seed), str(record.epoch), *_figures(record)]
        for key, value, n_epochs in training.members
        for record in records
        if record.epoch <= n_epochs and (kept.is_kept(record.epoch, n_epochs) or record.diverged)
    ]


def _figures(record):
    """Return the kept figures as text; "" for those of a validation set that there is not."""
    figures = [getattr(record, name) for name in kept.FIGURES]
    return ["" if math.isnan(one) and not record.diverged else f"{one:.5g}" for one in figures]


def add(path, new):
    """Put rows at the end of the file, which is written anew beside it and then takes its place."""
    older = path.read_text(encoding="utf-8") if path.exists() else ",".join(kept.COLUMNS) + "\n"
    beside = path.with_suffix(".part")
    with beside.open("w", encoding="utf-8", newline="") as file:
        file.write(older)
        csv.writer(file, lineterminator="\n").writerows(new)
    beside.replace(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--only", nargs="+", default=[""], help="searches whose key begins with one of these")
    parser.add_argument("--write", action="store_true", help="keep the results in data/kept_searches.csv")
    arguments = parser.parse_args()
    by_key = {one.key: one for one in systems.SEARCHES if one.form in searches.ORIGINAL}
    keys = [key for key in dict.fromkeys((*FIRST, *by_key)) if key.startswith(tuple(arguments.only))]
    if not keys:
        asked = " or ".join(map(repr, arguments.only))
        parser.error(f"No search's key begins with {asked}. They are: {', '.join(by_key)}.")
    version = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["version"]
    print(f"{datetime.date.today()}, version {version}, {machine()}\n", flush=True)
    runs = kept.read() if arguments.write else {}
    for training in trainings([by_key[key] for key in keys], arguments.seeds, runs):
        began, records = time.perf_counter(), []
        try:
            dataset = load_dataset(training.data, as_bytes=True)
        except DataUnavailable as problem:
            print(problem, flush=True)
            continue
        for (record,) in train_many([training.config], dataset):
            records.append(record._replace(params=()))
        names = "; ".join(f"{key} {value}" for key, value, _ in training.members)
        minutes = (time.perf_counter() - began) / 60
        print(f"seed {training.seed}, {names}: {_figures(records[-1])} ({minutes:.1f} min)", flush=True)
        if arguments.write:
            add(kept.PATH, rows(training, records, str(datetime.date.today()), version))


if __name__ == "__main__":
    main()
