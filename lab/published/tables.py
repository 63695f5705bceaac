"""The published figures by epoch.

The figures are those in data/published_runs.csv; data/README.md gives their sources.
"""

import csv
import functools
import pathlib

RUNS_PATH = pathlib.Path(__file__).parents[2] / "data" / "published_runs.csv"
FIGURES = ("train_loss", "train_accuracy", "valid_loss", "valid_accuracy")
SOURCES = {  # key in published_runs.csv: what it is
    "ift6135_a": "published coursework A for IFT 6135, Université de Montréal",
    "ift6135_b": "published coursework B for IFT 6135, Université de Montréal",
    "dd2424": "published coursework C for DD2424, KTH Stockholm",
    "mnist_sigmoid": "a published implementation D of sigmoid networks on MNIST",
    "ift6390": "published coursework E for IFT 6390, Université de Montréal",
}


@functools.cache
def published_runs():
    """Return {(source, run): {figure: tuple of values by epoch, NaN where none was published}}.

    The first value is the one after the first epoch.
    """
    rows = {}
    with RUNS_PATH.open(encoding="utf-8", newline="") as file:
        for row in sorted(csv.DictReader(file), key=lambda row: int(row["epoch"])):
            rows.setdefault((row["source"], row["run"]), []).append(row)
    return {
        key: {figure: tuple(float(row[figure] or "nan") for row in epochs) for figure in FIGURES}
        for key, epochs in rows.items()
    }
