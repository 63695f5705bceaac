"""The built-in tables and the 8 × 8 digits, against the counts and figures published with them."""

import csv
import hashlib
import pathlib
from dataclasses import replace

import numpy as np
import pytest

from data import DATASETS, DataConfig, folder_of, load_dataset
from data.built_in import TABLES

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "data"
COUNTS = {
    "iris": {"setosa": 50, "versicolor": 50, "virginica": 50},
    "penguins": {"Adelie": 151, "Chinstrap": 68, "Gentoo": 123},  # 152 and 124 less one not measured each
    "wine": {"1": 59, "2": 71, "3": 48},
    "breast_cancer": {"malignant": 212, "benign": 357},
    "digits": dict(zip("0123456789", (178, 182, 177, 183, 181, 182, 181, 179, 174, 180), strict=True)),
}
FIGURES = {  # feature: minimum, maximum, mean, standard deviation, as the sources print them
    "iris": {  # as R has them
        "sepal length (cm)": ("4.3", "7.9", "5.843", "0.83"),
        "sepal width (cm)": ("2.0", "4.4", "3.057", "0.44"),
        "petal length (cm)": ("1.0", "6.9", "3.758", "1.77"),
        "petal width (cm)": ("0.1", "2.5", "1.199", "0.76"),
    },
    "penguins": {
        "bill length (mm)": ("32.1", "59.6", "43.92", "5.46"),
        "bill depth (mm)": ("13.1", "21.5", "17.15", "1.97"),
        "flipper length (mm)": ("172", "231", "200.9", "14.06"),
        "body mass (g)": ("2700", "6300", "4202", "802"),
    },
    "wine": {
        "alcohol": ("11.0", "14.8", "13.0", "0.8"),
        "malic acid": ("0.74", "5.80", "2.34", "1.12"),
        "flavanoids": ("0.34", "5.08", "2.03", "1.00"),
        "od280/od315 of diluted wines": ("1.27", "4.00", "2.61", "0.71"),
        "proline": ("278", "1680", "747", "315"),  # 746.9; the source has cut it to 746
    },
    "breast_cancer": {
        "mean radius": ("6.981", "28.11"),
        "mean fractal dimension": ("0.050", "0.097"),
        "radius error": ("0.112", "2.873"),
        "concave points error": ("0.000", "0.053"),
        "worst area": ("185.2", "4254.0"),
        "worst fractal dimension": ("0.055", "0.208"),
    },
}


def whole(name):
    """All rows of a set, unscaled."""
    dataset = load_dataset(DataConfig(name=name, scaling="none"))
    X = np.concatenate([dataset.X_train, dataset.X_valid, dataset.X_test]).astype(np.float64)
    return dataset, X, np.concatenate([dataset.y_train, dataset.y_valid, dataset.y_test])


@pytest.mark.parametrize("name", COUNTS)
def test_each_class_is_as_frequent_as_published(name):
    dataset, X, y = whole(name)
    counts = list(zip(dataset.class_names, np.bincount(y).tolist(), strict=True))
    assert counts == list(COUNTS[name].items()), "links depend on the classes' order"
    entry = DATASETS[name]
    assert (entry.most_samples, entry.n_features, entry.n_classes) == (*X.shape, len(COUNTS[name]))
    assert dataset.feature_names == entry.feature_names
    assert len(entry.feature_names) == (0 if entry.images else X.shape[1])


@pytest.mark.parametrize(("name", "feature"), [(n, feature) for n in FIGURES for feature in FIGURES[n]])
def test_the_figures_of_a_feature_are_the_published_ones(name, feature):
    dataset, X, _ = whole(name)
    column = X[:, dataset.feature_names.index(feature)]
    figures = column.min(), column.max(), column.mean(), column.std(ddof=1)
    for found, printed in zip(figures, FIGURES[name][feature], strict=False):
        digits = len(printed.partition(".")[2])
        assert abs(found - float(printed)) <= 0.501 * 10.0**-digits, (found, printed)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_read_from_its_columns_row_by_row(name):
    with open(FOLDER / f"{name}.csv", encoding="utf-8", newline="") as lines:
        head, *rows = csv.reader(lines)
    entry = DATASETS[name]
    columns = list(entry.read.keywords["features"])
    target = head.index(entry.read.keywords["target"])
    X, y, n_test = entry.read(folder_of(name))
    found = iter(zip(X.tolist(), y.tolist(), strict=True))
    for row in rows:
        texts = [row[head.index(column)] for column in columns]
        if "NA" not in texts:
            assert next(found) == ([float(text) for text in texts], entry.class_names.index(row[target]))
    assert (next(found, None), n_test) == (None, 0)


def test_the_inputs_keep_their_order_on_which_every_link_depends():
    sizes = ("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)")
    assert DATASETS["iris"].feature_names == sizes
    names = DATASETS["breast_cancer"].feature_names
    measured = ("radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity")
    measured += ("concave points", "symmetry", "fractal dimension")
    assert names[:10] == tuple(f"mean {name}" for name in measured)
    assert names[10:20] == tuple(f"{name} error" for name in measured)
    assert names[20:] == tuple(f"worst {name}" for name in measured)


def test_the_rows_of_a_sorted_table_are_shuffled_for_counts_too():
    config = DataConfig(name="iris", split="50/30/20", scaling="none", seed=5)
    by_share, by_count = load_dataset(config), load_dataset(replace(config, split="75/45/29"))
    X, _, _ = DATASETS["iris"].read(FOLDER)
    order = np.random.default_rng(5).permutation(150)
    for dataset, last in ((by_share, 150), (by_count, 149)):
        parts = order[:75], order[75:120], order[120:last]
        for found, rows in zip((dataset.X_train, dataset.X_valid, dataset.X_test), parts, strict=True):
            np.testing.assert_array_equal(found, X[rows].astype(np.float32))
    with pytest.raises(ValueError, match=r"^split is '75/45/31'; allowed: up to 150 examples"):
        load_dataset(replace(config, split="75/45/31"))


def test_the_digits_are_the_published_counts_of_dark_pixels():
    dataset, X, _ = whole("digits")
    counts = np.rint(X * 16 / 255)  # of 4 × 4 pixels
    np.testing.assert_allclose(X, counts * 255 / 16, atol=0.5)
    assert (counts.min(), counts.max()) == (0, 16)
    assert counts.mean() == pytest.approx(561_718 / (1797 * 64), abs=1e-12)
    assert dataset.image_shape == (8, 8)


@pytest.mark.parametrize("file", [*(f"{name}.csv" for name in TABLES), "digits.npz"])
def test_a_file_has_the_hash_that_the_readme_gives(file):
    digest = hashlib.sha256((FOLDER / file).read_bytes()).hexdigest()
    assert f"| `{file}` | `{digest}` |" in (FOLDER / "README.md").read_text(encoding="utf-8")
