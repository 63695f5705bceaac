"""Results that others published, to be replayed beside the quotation (published_runs.csv)."""

import csv
import functools
import pathlib

import numpy as np

PATH = pathlib.Path(__file__).parents[2] / "data" / "published_runs.csv"
REPLAYS_PATH = PATH.with_name("replays.csv")
FIGURES = ("train_loss", "train_accuracy", "valid_loss", "valid_accuracy")


def replays():
    """Our replays as `benchmarks.replays --write` left them: a dict a figure, all values as text."""
    with REPLAYS_PATH.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@functools.cache
def published_runs():
    """{(source, run): {figure: values by epoch, NaN where none was published}}, read-only float64.

    The first value is that after the first epoch. Sources and what each run was: data/README.md.
    """
    rows = {}
    with PATH.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows.setdefault((row["source"], row["run"]), []).append(row)
    found = {}
    for key, epochs in rows.items():
        epochs.sort(key=lambda row: int(row["epoch"]))
        found[key] = {}
        for figure in FIGURES:
            values = np.array([float(row[figure] or "nan") for row in epochs])
            values.flags.writeable = False
            found[key][figure] = values
    return found
