"""TABLES: small published tables of real data, one Entry each; and the reader of the 8 × 8 digits.

The files are in this folder; README.md gives their sources and licences, and what is left out of them.
"""

import csv
import functools

import numpy as np

from data.entries import Entry

MISSING = "NA"  # in penguins.csv


def read_columns(folder, file, features, target, classes):
    """Return (X (n, n_features) float64, y (n,) class ids, 0) of a CSV file with a header.

    `features` and `target` are names of columns, `classes` the values of the target in the order of their
    ids. A row with a missing value in one of these columns is left out. The 0 says that no row is an official
    test example.
    """
    with open(folder / file, encoding="utf-8", newline="") as lines:
        rows = [[row[name] for name in (*features, target)] for row in csv.DictReader(lines)]
    rows = [row for row in rows if MISSING not in row]
    X = np.array([row[:-1] for row in rows], np.float64)
    return X, np.array([classes.index(row[-1]) for row in rows], np.int64), 0


def read_digits(folder):
    """Read digits.npz: X (1797, 64) uint8, y (1797,), of which the last 297 are the test set."""
    with np.load(folder / "digits.npz", allow_pickle=False) as file:
        X = np.concatenate([file["x_train"], file["x_test"]]).reshape(-1, 64)
        y = np.concatenate([file["y_train"], file["y_test"]]).astype(np.int64)
        return X, y, len(file["x_test"])


PAGES = ("decision_boundary", "initialization", "optimization", "gradient_check", "bug_lab", "sweeps")


def table(description, file, features, target, classes, n_rows, file_note):
    """Return the Entry of a table; `features` is {column of the file: its name on a page}."""
    return Entry(
        description,
        table=True,
        pages=PAGES,
        n_features=len(features),
        n_classes=len(classes),
        most_samples=n_rows,
        read=functools.partial(
            read_columns, file=file, features=tuple(features), target=target, classes=classes
        ),
        class_names=classes,
        feature_names=tuple(features.values()),
        file_note=file_note,
    )


def _as_they_are(*names):
    return {name: name for name in names}


MEASURED_NUCLEI = (
    *("radius", "texture", "perimeter", "area", "smoothness"),
    *("compactness", "concavity", "concave points", "symmetry", "fractal dimension"),
)
TABLES = {
    "iris": table(
        "Iris flowers: three species by the size of petals and sepals",
        "iris.csv",
        _as_they_are("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"),
        "species",
        ("setosa", "versicolor", "virginica"),
        150,
        "R. A. Fisher, The use of multiple measurements in taxonomic problems (1936).",
    ),
    "penguins": table(
        "Palmer penguins: three species by bill, flipper and weight",
        "penguins.csv",
        {
            "bill_length_mm": "bill length (mm)",
            "bill_depth_mm": "bill depth (mm)",
            "flipper_length_mm": "flipper length (mm)",
            "body_mass_g": "body mass (g)",
        },
        "species",
        ("Adelie", "Chinstrap", "Gentoo"),
        342,
        "K. B. Gorman, T. D. Williams and W. R. Fraser (2014); 2 of the 344 birds were not measured and are "
        "left out.",
    ),
    "wine": table(
        "Wines of three cultivars by chemical analysis",
        "wine.csv",
        _as_they_are(
            *("alcohol", "malic acid", "ash", "alcalinity of ash", "magnesium", "total phenols"),
            *("flavanoids", "nonflavanoid phenols", "proanthocyanins", "color intensity", "hue"),
            *("od280/od315 of diluted wines", "proline"),
        ),
        "cultivar",
        ("1", "2", "3"),
        178,
        "M. Forina and others, PARVUS (1988).",
    ),
    "breast_cancer": table(
        "Breast tumours, malignant or benign, by the shape of their nuclei",
        "breast_cancer.csv",
        _as_they_are(
            *(f"mean {name}" for name in MEASURED_NUCLEI),
            *(f"{name} error" for name in MEASURED_NUCLEI),
            *(f"worst {name}" for name in MEASURED_NUCLEI),
        ),
        "diagnosis",
        ("malignant", "benign"),
        569,
        "W. N. Street, W. H. Wolberg and O. L. Mangasarian, Nuclear feature extraction for breast tumor "
        "diagnosis (1993).",
    ),
}
