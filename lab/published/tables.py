"""The published figures by epoch, and our own kept curves of the same experiments.

The figures are those of data/published_runs.csv; data/README.md says where they are from.
"""

import csv
import functools
import pathlib

RUNS_PATH = pathlib.Path(__file__).parents[2] / "data" / "published_runs.csv"
KEPT_PATH = RUNS_PATH.with_name("kept_curves.csv")  # ours of many starts, by epoch
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
    """Return {(source, run): {figure: values by epoch, a tuple, NaN where none was published}}.

    The first value is that after the first epoch.
    """
    rows = {}
    with RUNS_PATH.open(encoding="utf-8", newline="") as file:
        for row in sorted(csv.DictReader(file), key=lambda row: int(row["epoch"])):
            rows.setdefault((row["source"], row["run"]), []).append(row)
    return {
        key: {figure: tuple(float(row[figure] or "nan") for row in epochs) for figure in FIGURES}
        for key, epochs in rows.items()
    }


@functools.cache
def kept_curves(path=KEPT_PATH):
    """Return {(experiment, figure): rows by epoch} of our own kept curves; {} where there is no such file.

    A row is {"epoch", "median", "low", "high", "seeds"}: over so many starts, after that epoch.
    """
    if not path.exists():
        return {}
    curves = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            figures = {name: float(row[name]) for name in ("median", "low", "high")}
            whole = {name: int(row[name]) for name in ("epoch", "seeds")}
            curves.setdefault((row["experiment"], row["figure"]), []).append(whole | figures)
    return {key: sorted(rows, key=lambda row: row["epoch"]) for key, rows in curves.items()}
