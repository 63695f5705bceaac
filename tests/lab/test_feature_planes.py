"""Planes through the space of a table's features, against coordinates and distances computed otherwise."""

import numpy as np
import pytest
from tables import table_dataset

from data import DataConfig, keep_table, load_dataset
from lab import feature_planes

TABLE = table_dataset()
RAW = feature_planes.raw_features(TABLE)


def test_examples_of_the_plane_have_the_features_of_the_axes_and_the_others_where_they_are_held():
    section = feature_planes.of_features(TABLE, 3, 1, {0: 7.5})
    examples = section.examples([[1.0, 2.0], [-3.0, 0.25]])
    median = float(f"{sorted(RAW[:, 2].tolist())[18 - 1] / 2 + sorted(RAW[:, 2].tolist())[18] / 2:.6g}")
    assert len(RAW) == 36, "so that the median is the mean of the two in the middle"
    assert examples.tolist() == [[7.5, 2.0, median, 1.0], [7.5, 0.25, median, -3.0]]
    assert section.axes == ("weight (g)", "width (cm)")


def test_places_of_two_features_are_those_features_and_distances_are_those_of_the_others():
    held = {0: 11.0, 2: 14.0}
    section = feature_planes.of_features(TABLE, 1, 3, held)
    np.testing.assert_allclose(section.places(RAW), RAW[:, [1, 3]])
    by_hand = [
        sum(((row[k] - held[k]) / np.std(RAW[:, k])) ** 2 for k in (0, 2)) ** 0.5 for row in RAW.tolist()
    ]
    np.testing.assert_allclose(section.distances(RAW), by_hand)


def test_principal_components_are_those_of_the_correlation_matrix():
    section = feature_planes.of_components(TABLE)
    values, vectors = np.linalg.eigh(np.corrcoef(RAW.T))
    standardized = (RAW - RAW.mean(axis=0)) / RAW.std(axis=0)
    scores = standardized @ vectors[:, ::-1]
    places = section.places(RAW)
    for k in range(2):
        np.testing.assert_allclose(np.abs(places[:, k]), np.abs(scores[:, k]), atol=1e-9)
        loadings = np.asarray(section.directions[k]) / RAW.std(axis=0)
        assert loadings[np.abs(loadings).argmax()] > 0
    np.testing.assert_allclose(section.distances(RAW), np.linalg.norm(scores[:, 2:], axis=1), atol=1e-9)
    share = values[-2:].sum() / values.sum()
    assert section.said == f"the first two principal components, {share:.0%} of the variance"
    np.testing.assert_allclose(section.examples([[0.0, 0.0]]), [RAW.mean(axis=0)])


@pytest.mark.parametrize(
    "section", [feature_planes.of_features(TABLE, 0, 2, {}), feature_planes.of_components(TABLE)]
)
def test_a_place_is_the_place_of_its_own_example_which_is_on_the_plane(section):
    places = np.random.default_rng(1).standard_normal((5, 2))
    examples = section.examples(places)
    np.testing.assert_allclose(section.places(examples), places, atol=1e-9)
    np.testing.assert_allclose(section.distances(examples), 0, atol=1e-9)


def test_no_place_is_nearer_to_an_example_than_its_own():
    rng = np.random.default_rng(2)
    sigma = RAW.std(axis=0)
    for section in (feature_planes.of_features(TABLE, 0, 2, {}), feature_planes.of_components(TABLE)):
        for example in RAW[:4]:
            (place,), (distance,) = section.places([example]), section.distances([example])
            around = section.examples(place + 0.1 * rng.standard_normal((50, 2)))
            assert (np.linalg.norm((around - example) / sigma, axis=1) >= distance - 1e-12).all()


@pytest.mark.parametrize(
    ("n_features", "held", "said"),
    [
        (2, {}, "length and width"),
        (3, {}, "length and width; colour at 16.21"),
        (4, {3: 20.0}, "length and width; colour at 16.21, weight at 20 g"),
        (7, {}, "length and width; 5 other features at their medians"),
        (7, {3: 20.0}, "length and width; weight at 20 g, 4 other features at their medians"),
        (
            7,
            {2: 1.0, 3: 20.0, 4: 0.5, 5: 1e4},
            "length and width; colour at 1, weight at 20 g, f4 at 0.5, f5 at 1e+04, "
            "1 other feature at its median",
        ),
        (
            8,
            {2: 1.0, 3: 20.0, 4: 0.5, 5: 1e4, 6: 2.0},
            "length and width; colour at 1, weight at 20 g, f4 at 0.5, f5 at 1e+04, "
            "2 other features held fixed",
        ),
    ],
)
def test_the_plane_is_told_with_what_is_held_fixed(n_features, held, said):
    table = table_dataset(n_features=n_features)
    colour = f"{np.median(feature_planes.raw_features(table)[:, 2]):.4g}" if n_features > 2 else ""
    assert feature_planes.of_features(table, 0, 1, held).said == said.replace("16.21", colour)


def test_a_table_of_one_feature_is_a_line():
    table = table_dataset(n_features=1)
    raw = feature_planes.raw_features(table)
    for section in (feature_planes.of_features(table, 0, None, {}), feature_planes.of_components(table)):
        assert section.axes[1] == ""
        np.testing.assert_allclose(section.places(raw)[:, 1], 0)
        np.testing.assert_allclose(section.distances(raw), 0, atol=1e-9)
        np.testing.assert_allclose(section.examples([[1.0, 5.0]]), section.examples([[1.0, -5.0]]))
    assert feature_planes.of_features(table, 0, None, {}).said == "length"
    assert feature_planes.of_components(table).said == "the only principal component"


@pytest.mark.parametrize("value", [0.0, 0.1, 0.7, 1 / 3, 1e6 + 0.1])
def test_a_constant_feature_is_not_divided_by_nothing(value):
    X = TABLE.X_train.astype(np.float64)
    X[:, 2] = value  # of which the mean need not be the value
    table = TABLE._replace(X_train=X, shift=np.zeros(4), scale=np.ones(4))
    raw = feature_planes.raw_features(table)
    for section in (feature_planes.of_features(table, 0, 1, {}), feature_planes.of_components(table)):
        assert np.isfinite(section.places(raw)).all()
        assert np.isfinite(section.distances(raw)).all()
    assert feature_planes.by_separation(table)[-1] == 2
    assert feature_planes.deviations(table)[2] == 1


def test_nearly_all_of_the_variance_is_not_all_of_it():
    rng = np.random.default_rng(0)
    one = rng.normal(size=400)
    X = one[:, np.newaxis] + np.array([0.0, 0.1, 0.05, 0.05]) * rng.normal(size=(400, 4))
    eigenvalues = np.linalg.eigvalsh(np.corrcoef(X.T))  # the same in any units
    assert 0.995 < eigenvalues[-2:].sum() / eigenvalues.sum() < 0.9999
    table = TABLE._replace(X_train=X)
    assert feature_planes.of_components(table).said == (
        "the first two principal components, over 99% of the variance"
    )


def test_rows_that_are_all_equal_have_no_components():
    table = TABLE._replace(X_train=np.ones_like(TABLE.X_train))
    section = feature_planes.of_components(table)
    assert section.said == "the first two principal components, 0% of the variance"
    assert np.isfinite(section.places(RAW)).all()


def test_features_are_ordered_by_the_share_of_their_variance_between_the_classes():
    shares = []
    for values in RAW.T:
        within = sum(
            ((values[TABLE.y_train == k] - values[TABLE.y_train == k].mean()) ** 2).sum() for k in range(3)
        )
        shares.append(1 - within / ((values - values.mean()) ** 2).sum())
    assert list(feature_planes.by_separation(TABLE)) == sorted(range(4), key=lambda k: -shares[k])


def test_a_class_counts_by_its_size_in_the_order_of_the_features():
    def values(*means):  # ten, ten and two examples, each class 1 above and below its mean
        return np.concatenate(
            [mean + np.resize([-1.0, 1.0], n) for mean, n in zip(means, (10, 10, 2), strict=True)]
        )

    X = np.stack([values(0, 0, 1.5), values(0, 1, 0.5)], axis=1)
    between = [10 * 2 * (3 / 22) ** 2 + 2 * (1.5 - 3 / 22) ** 2, 20 * 0.25]
    shares = [part / (part + 22) for part in between]
    assert shares[0] < shares[1], "although the small class is far from the others in the first feature"
    table = TABLE._replace(X_train=X, y_train=np.repeat([0, 1, 2], (10, 10, 2)), shift=0.0, scale=1.0)
    assert feature_planes.by_separation(table) == (1, 0)


def test_equal_features_keep_their_order():
    X = np.tile(TABLE.X_train[:, :2], 20)
    same = TABLE._replace(X_train=X, shift=np.zeros(40), scale=np.ones(40))
    best, other = feature_planes.by_separation(same)[0], feature_planes.by_separation(same)[20]
    assert feature_planes.by_separation(same) == (*range(best, 40, 2), *range(other, 40, 2))


def test_features_in_large_units_are_none_the_less_features():
    large = TABLE._replace(shift=TABLE.shift / 1e5, scale=TABLE.scale / 1e5)
    assert feature_planes.by_separation(large) == feature_planes.by_separation(TABLE)
    np.testing.assert_allclose(feature_planes.deviations(large), RAW.std(axis=0) / 1e5)


def test_evenly_spaced_rows_with_their_own_labels_stand_for_a_large_table(monkeypatch):
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((36, 40)), rng.integers(0, 3, 36)
    X[:, 23] = y
    table = TABLE._replace(X_train=X, y_train=y, shift=np.zeros(40), scale=np.ones(40))
    monkeypatch.setattr(feature_planes, "MOST_ROWS", 8)
    np.testing.assert_array_equal(feature_planes.raw_features(table), X[::5])
    assert feature_planes.by_separation(table)[0] == 23, "which is the label itself"
    assert feature_planes.medians(table)[23] == np.median(y[::5])


def test_units_stand_behind_the_value():
    assert feature_planes.value_in_words("sepal length (cm)", 5.8) == "sepal length at 5.8 cm"
    assert feature_planes.value_in_words("body_mass_g", 4050.0) == "body_mass_g at 4050"
    assert feature_planes.without_unit("f(x)") == "f"


def test_features_without_names_are_numbered():
    assert feature_planes.names(TABLE._replace(feature_names=())) == ("x1", "x2", "x3", "x4")


@pytest.mark.parametrize("scaling", ["none", "standard", "unit"])
def test_features_are_the_numbers_of_the_table_also_those_that_are_0_or_small(scaling):
    amounts, rates = [0, 0, 0, 5178, 0, 0.5] * 10, [-0.0625, 3] * 30
    rows = zip(amounts, rates, "sml" * 20, "ab" * 30, strict=True)
    text = "amount,rate,size,class\n" + "".join(f"{a},{r},{size},{label}\n" for a, r, size, label in rows)
    data = DataConfig(name="own_table", points=keep_table(text.encode()), scaling=scaling)
    dataset = load_dataset(data)
    raw = feature_planes.raw_features(dataset)
    for column, values in zip(raw.T, [[0, 0.5, 5178], [-0.0625, 3], [0, 1], [0, 1], [0, 1]], strict=True):
        nearest = np.array(values)[np.abs(column[:, np.newaxis] - values).argmin(axis=1)]
        np.testing.assert_allclose(column, nearest, rtol=1e-4, atol=0)  # so 0 is 0
    assert feature_planes.medians(dataset)[2:] == (0.0, 0.0, 0.0)
    assert feature_planes.rounded(dataset, raw.min(axis=0)) == (0.0, -0.0625, 0.0, 0.0, 0.0)
    assert feature_planes.rounded(dataset, raw.max(axis=0)) == (5178.0, 3.0, 1.0, 1.0, 1.0)


def test_a_small_median_is_that_of_the_table_although_its_column_has_large_numbers():
    text = "p,class\n" + "0.001,a\n0.001,b\n3000,a\n0.001,a\n0.001,b\n3000,b\n" * 10
    dataset = load_dataset(DataConfig(name="own_table", points=keep_table(text.encode())))
    assert feature_planes.medians(dataset) == (0.001,)
