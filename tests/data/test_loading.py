"""load_dataset: splits, scaling, the visitor's own points and images."""

import functools
import io
import pathlib
from dataclasses import replace

import numpy as np
import pytest

from data import DATASETS, SCALINGS, DataConfig, Images, keep_images, keep_table, load_dataset, loading, store
from data.generators import GENERATED

ROOT = pathlib.Path(__file__).resolve().parents[2]
PARTS = ("train", "valid", "test")


def parts(dataset):
    return [(getattr(dataset, f"X_{part}"), getattr(dataset, f"y_{part}")) for part in PARTS]


@pytest.mark.parametrize("name", list(GENERATED))
def test_a_generated_set_names_its_classes(name):
    least, most = DATASETS[name].class_range or (2, 2)
    for n_classes in (least, most):
        dataset = load_dataset(DataConfig(name=name, n_samples=200, n_classes=n_classes))
        assert dataset.class_names == tuple(map(str, range(n_classes)))
    assert (dataset.name, dataset.image_shape) == (name, None)


def own_images(n_train=60, n_test=40):
    """(digest, pool (n, 12)) of small images with a pixel that does not vary."""
    raw = np.random.default_rng(0).integers(0, 256, (n_train + n_test, 4, 3), dtype=np.uint8)
    raw[:, 1, 1] = 77
    y = np.arange(len(raw)) % 4
    file = io.BytesIO()
    np.savez(file, x_train=raw[:n_train], y_train=y[:n_train], x_test=raw[n_train:], y_test=y[n_train:])
    return keep_images(file.getvalue()), raw.reshape(-1, 12)


@pytest.fixture(params=["points", "images", "bytes"])
def hundred(request):
    """A function of fields, which gives a set of 100 examples and of 4 classes, and their raw inputs."""
    if request.param == "points":
        raw = np.random.default_rng(0).uniform(-9, 9, (100, 2)).round(2)
        raw[:, 1] = -57.3  # whose computed mean is another number
        points = ";".join(f"{x},{y},{i % 4}" for i, (x, y) in enumerate(raw.tolist()))
        return functools.partial(load, "own_points", points, False), raw
    digest, raw = own_images()
    return functools.partial(load, "own_images", digest, request.param == "bytes"), raw


def load(name, points, as_bytes, **fields):
    return load_dataset(DataConfig(name=name, points=points, **fields), as_bytes=as_bytes)


SPLITS = [
    ("60/25/15", 60, 85, 100),
    ("33/33/34", 33, 66, 100),
    ("50/0/50", 50, 50, 100),
    ("40/20/39", 40, 60, 99),
    ("20/10/5", 20, 30, 35),
]


@pytest.mark.parametrize(("split", "train", "valid", "test"), SPLITS)
def test_per_cents_are_shuffled_by_the_seed_and_counts_keep_the_order(split, train, valid, test, hundred):
    load, raw = hundred
    dataset = load(scaling="none", split=split, seed=3)
    counts = sum(map(int, split.split("/"))) != 100
    order = np.arange(100) if counts else np.random.default_rng(3).permutation(100)
    first_test = 60 if counts and raw.shape[1] > 2 else valid  # of images the official test file
    places = order[:train], order[train:valid], order[first_test : first_test + test - valid]
    for (X, y), rows in zip(parts(dataset), places, strict=True):
        np.testing.assert_array_equal(np.asarray(X), raw[rows].astype(np.float32))
        np.testing.assert_array_equal(y, rows % 4)
        assert (X.dtype, y.dtype) == (np.float32, np.int64)


def of_classes(counts):
    """A table in the link with so many rows of each class, sorted by class."""
    labels = [label for label, n in enumerate(counts) for _ in range(n)]
    text = "a,y\n" + "".join(f"{i},{label}\n" for i, label in enumerate(labels))
    return keep_table(text.encode()), np.array(labels)


@pytest.mark.parametrize("split", ["70/15/15", "34/33/33", "50/0/50", "120/30/60"])
@pytest.mark.parametrize("counts", [(50, 50, 50, 60), (200, 8, 2), (150, 60), (21,) * 10])
def test_each_part_of_a_stratified_split_has_its_share_of_every_class(split, counts):
    points, y = of_classes(counts)
    for seed in range(5):
        config = DataConfig(name="own_table", points=points, split=split, seed=seed, scaling="none")
        plain, dataset = (load_dataset(replace(config, stratified=one)) for one in (False, True))
        rows = [X[:, 0].astype(int) for X, _ in parts(dataset)]
        for (_, labels), part, (_, unordered) in zip(parts(dataset), rows, parts(plain), strict=True):
            np.testing.assert_array_equal(labels, y[part])
            assert len(labels) == len(unordered)
            share = np.array(counts) / sum(counts) * len(part)
            assert np.abs(np.bincount(labels, minlength=len(counts)) - share).max() < 2
        assert len(np.unique(np.concatenate(rows))) == sum(map(len, rows)), "no row is in two parts"
    other = load_dataset(replace(config, stratified=True, seed=9))
    assert {*other.X_test[:, 0].tolist()} != {*dataset.X_test[:, 0].tolist()}


@pytest.mark.parametrize(("counts", "order"), [((3, 1), "0010"), ((5, 2), "0100010"), ((1, 1, 2), "2012")])
def test_the_rows_of_a_class_are_spread_evenly_from_half_a_distance_on(counts, order):
    y = np.repeat(np.arange(len(counts)), counts)
    assert "".join(map(str, y[loading._evenly(y)])) == order


def test_a_class_of_one_row_is_in_the_training_set_of_a_stratified_split():
    points, y = of_classes((30, 1, 30))
    for seed in range(20):
        config = DataConfig(name="own_table", points=points, seed=seed, stratified=True)
        assert (load_dataset(config).y_train == 1).sum() == 1
    assert (y == 1).sum() == 1


def test_images_in_official_order_are_not_stratified():
    digest, _ = own_images()
    config = DataConfig(name="own_images", points=digest, split="40/20/39")
    plain, other = (load_dataset(replace(config, stratified=one)) for one in (False, True))
    for (X, y), (X_other, y_other) in zip(parts(plain), parts(other), strict=True):
        np.testing.assert_array_equal(X, X_other)
        np.testing.assert_array_equal(y, y_other)


@pytest.mark.parametrize("split", ["60/25/15", "40/20/39"])
@pytest.mark.parametrize("scaling", SCALINGS)
def test_inputs_are_scaled_by_the_training_set_alone(scaling, split, hundred):
    load, _ = hundred
    raw, scaled = (load(split=split, scaling=name) for name in ("none", scaling))
    train = np.asarray(raw.X_train, np.float64)
    low, spread = train.min(axis=0), np.ptp(train, axis=0)
    unit = (0, 255) if raw.image_shape else (low, np.where(spread > 0, spread, 1))
    shift, scale = {
        "none": (0, 1),
        "unit": unit,
        "unit_twice": (unit[0], unit[1] * 255),
        "standard": (train.mean(axis=0), np.where(spread > 0, train.std(axis=0), 1)),
    }[scaling]
    for found, expected in ((scaled.shift, shift), (scaled.scale, scale)):
        np.testing.assert_allclose(found, np.broadcast_to(expected, train.shape[1:]), rtol=1e-6)
    for (X, y), (X_raw, y_raw) in zip(parts(scaled), parts(raw), strict=True):
        np.testing.assert_allclose(X, (np.asarray(X_raw, np.float64) - shift) / scale, rtol=1e-4, atol=1e-5)
        np.testing.assert_array_equal(y, y_raw)
    if scaling == "standard":
        X = np.asarray(scaled.X_train, np.float64)
        np.testing.assert_allclose(X.mean(axis=0), 0, atol=1e-6)
        np.testing.assert_allclose(X.std(axis=0), spread > 0, rtol=1e-6, atol=1e-6)
        assert not X[:, spread == 0].any()
        assert np.abs(np.asarray(scaled.X_valid).mean(axis=0)).max() > 1e-3  # it has its own mean


@pytest.mark.parametrize("scaling", SCALINGS)
def test_bytes_are_read_as_the_arrays_to_the_bit_and_shared(scaling):
    digest, _ = own_images()
    for fields in ({"split": "60/20/20"}, {"split": "40/10/9"}):
        lazy, eager = (load("own_images", digest, b, scaling=scaling, **fields) for b in (True, False))
        kept = loading.uploads.held(digest)
        for (X, y), (array, _) in zip(parts(lazy), parts(eager), strict=True):
            assert (type(X), type(array)) == (Images, np.ndarray)
            assert X[:].tobytes() == array.tobytes()
            assert np.shares_memory(X.raw, kept.X)
            y[:] = 0  # the labels are the caller's own
    np.testing.assert_array_equal(kept.y, np.arange(100) % 4)


@pytest.mark.parametrize(("n_samples", "per_cent"), [(41, "33/33/34"), (150, "98/1/1"), (333, "50/50/0")])
def test_per_cents_use_every_example_and_are_right_to_one(n_samples, per_cent):
    dataset = load_dataset(DataConfig(n_samples=n_samples, split=per_cent))
    sizes = [len(X) for X, _ in parts(dataset)]
    exact = [n_samples * int(share) / 100 for share in per_cent.split("/")]
    assert sum(sizes) == n_samples
    assert all(abs(size - share) <= (share > 0) for size, share in zip(sizes, exact, strict=True))


@pytest.mark.parametrize(
    ("split", "points", "images"),
    [
        ("100/1/1", "up to 100 examples .* the rest for the test", "up to 60 .* 40 for the test"),
        ("1/100/0", "up to 100 examples", "up to 60"),
        ("50/11/40", "up to 100 examples", "up to 60"),
        ("20/10/71", "up to 100 examples", "up to 60 .* 40 for the test"),
    ],
)
def test_counts_that_do_not_fit_are_refused(split, points, images, hundred):
    load, raw = hundred
    allowed = images if raw.shape[1] > 2 else points
    with pytest.raises(ValueError, match=f"^split is '{split}'; allowed: {allowed}"):
        load(split=split)


@pytest.mark.parametrize(
    ("points", "split", "reason"),
    [
        ("", "70/15/15", "own_points has no examples yet"),
        ("1,2,0", "100/0/0", "The training set of own_points has 1 of 1 example, all of one class"),
        (
            "1,2,0;2,1,0;0,0,0",
            "100/0/0",
            "The training set of own_points has 3 of 3 examples, all of one class",
        ),
        (
            "1,2,0;2,1,0;0,0,1",
            "2/1/0",
            "The training set of own_points has 2 of 3 examples, all of one class",
        ),
        ("1,2,0;2,1,1", "1/99/0", "The training set of own_points has 0 of 2 examples"),
        ("1,2,0;2,1,1", "1/1/0", "The training set of own_points has 1 of 2 examples, all of one class"),
    ],
)
def test_a_training_set_of_less_than_two_classes_is_refused(points, split, reason):
    words = f"^{reason}; training needs at least two classes[.]$"
    with pytest.raises(ValueError, match=words):
        load("own_points", points, False, split=split)


def test_the_sets_read_last_are_held_as_far_as_there_is_room(monkeypatch):
    calls = []

    def read(folder):
        calls.append(folder)
        return np.zeros((1, 92), np.uint8), np.zeros(1, np.int64), 0

    monkeypatch.setattr(loading, "STORE", store.Store())
    monkeypatch.setattr(store, "MOST_BYTES", 200)  # two of them
    for folder in "ababcab":
        X, y, _ = loading._read_once(folder, functools.partial(read, folder))
        assert not X.flags.writeable
        assert not y.flags.writeable
    assert "".join(calls) == "abcab"


def test_what_is_cached_knows_the_raw_data_that_it_came_from():
    digest, _ = own_images()
    table = "1" * 64
    assert loading._source(DataConfig(name="own_images", points=digest)) == loading.uploads.key(digest)
    assert loading._source(DataConfig(name="own_table", points=table)) == ("own_table", "file", table)
    assert loading._source(DataConfig(name="own_table", points="table-abc")) is None
    assert loading._source(DataConfig(name="digits")) == ("digits", loading.folder_of("digits"))
    assert loading._source(DataConfig()) is loading._source(DataConfig(name="own_points")) is None


@pytest.mark.parametrize(
    ("labels", "ids", "names"),
    [
        ("1 2 1", [0, 1, 0], ("1", "2")),
        ("4 0 9", [1, 0, 2], ("0", "4", "9")),
        ("1 -1 1", [1, 0, 1], ("-1", "1")),
    ],
)
def test_any_distinct_labels_are_classes_named_as_they_are_of_points_and_of_images(labels, ids, names):
    labels = list(map(int, labels.split()))
    rows = [f"{x},{x + 0.5},{label}" for x, label in enumerate(labels)]
    dataset = load("own_points", ";".join(rows), False, scaling="none", split="3/0/0")
    np.testing.assert_array_equal(dataset.X_train, [[x, x + 0.5] for x in range(3)])
    assert (dataset.y_train.tolist(), dataset.class_names) == (ids, names)
    file, x = io.BytesIO(), np.zeros((21, 2), np.uint8)
    np.savez(file, x_train=x, y_train=np.array(labels * 7)[:, np.newaxis], x_test=x, y_test=labels * 7)
    images = load("own_images", keep_images(file.getvalue()), True, split="21/0/21")
    assert (images.y_train.tolist(), images.y_test.tolist(), images.class_names) == (ids * 7, ids * 7, names)


def test_a_class_of_own_points_may_have_no_point_and_there_are_six_at_most():
    dataset = load("own_points", "1,2,0;,,3;-3,4.5,4", False, scaling="none", split="2/0/0")
    np.testing.assert_array_equal(dataset.X_train, np.array([[1, 2], [-3, 4.5]], np.float32))
    np.testing.assert_array_equal(dataset.y_train, [0, 2])
    assert dataset.class_names == ("0", "3", "4")
    seven = ";".join(f"1,2,{10 * label}" for label in range(7))
    with pytest.raises(ValueError, match=r"^points has 7 distinct labels, 0, 10, .*; allowed: up to 6\.$"):
        load("own_points", seven, False)
    with pytest.raises(ValueError, match=r"^points, row 2 is 'x'"):
        load("own_points", "1,2,0;x", False)


def test_another_seed_draws_another_set():
    one, same, other = (load_dataset(DataConfig(split="1100/0/0", seed=seed)).X_train for seed in (3, 3, 4))
    np.testing.assert_array_equal(one, same)
    assert not np.isin(one, other).any()


@pytest.mark.parametrize("points", ["", "1,2,0", "a" * 63, "A" * 64, "**a**" * 100, "a" * 64 + "\n"])
def test_points_that_are_no_digest_are_refused(points):
    with pytest.raises(ValueError, match=r"^points is '.*; allowed: the sha256 of an .npz file") as refused:
        load_dataset(DataConfig(name="own_images", points=points))
    assert len(str(refused.value)) < 150


@pytest.mark.parametrize(
    "column",
    [
        [5e-324, 0.0, 0.0, 0.0],
        [*[0.0] * 9999, 1e-322],  # its deviation, a hundredth of that, is 0 in float64
        [0.1, 0.1, np.nextafter(0.1, 1), 0.1],
        [-1e30, np.nextafter(-1e30, 0), -1e30, -1e30],
        [7.0] * 4,
    ],
)
def test_what_varies_by_no_more_than_roundings_is_constant(column):
    train = np.array(column)[:, np.newaxis]
    shift, scale = loading._scaling("standard", train)
    X = (train - shift) / scale
    assert (scale[0], shift[0]) == (1, column[0])
    assert np.abs(X).max() <= 1e-15 * np.abs(train).max() + 1e-300


def test_what_varies_by_more_than_roundings_has_a_deviation_of_1():
    train = 0.1 + 1e-14 * np.array([[-1.0], [1.0]])
    shift, scale = loading._scaling("standard", train)
    np.testing.assert_allclose((train - shift) / scale, [[-1.0], [1.0]], rtol=1e-2)


@pytest.mark.parametrize("size", [1e-300, 1e-200, 1e-151, 1.0, 1e30])
def test_numbers_of_any_size_have_a_deviation_of_1(size):
    values = np.array([[1.0, 5.0], [2.0, 5.0], [3.0, 5.0], [4.0, 5.0]])
    shift, scale = loading._scaling("standard", values * size)
    np.testing.assert_allclose(
        (values * size - shift) / scale, np.array([[-3, 0], [-1, 0], [1, 0], [3, 0]]) / 5**0.5
    )
