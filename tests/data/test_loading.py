"""load_dataset: splits, scaling, the visitor's own points and images."""

import functools
import hashlib
import io
import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest

from data import DATASETS, SCALINGS, DataConfig, Images, keep_images, load_dataset, loading, store
from data.generators import GENERATED

ROOT = pathlib.Path(__file__).resolve().parents[2]
PARTS = ("train", "valid", "test")


def parts(dataset):
    return [(getattr(dataset, f"X_{part}"), getattr(dataset, f"y_{part}")) for part in PARTS]


def sizes(dataset):
    return tuple(len(X) for X, _ in parts(dataset))


def pooled(dataset):
    """All rows, with their label, as a list of tuples."""
    X, y = (np.concatenate(arrays) for arrays in zip(*parts(dataset), strict=True))
    return [(*row, label) for row, label in zip(X.tolist(), y.tolist(), strict=True)]


@pytest.mark.parametrize("name", list(GENERATED))
def test_a_generated_set_is_well_formed(name):
    dataset = load_dataset(DataConfig(name=name, n_samples=200, n_classes=4))
    n_classes = 4 if DATASETS[name].class_range else 2
    assert dataset.class_names == tuple("0123"[:n_classes])
    assert dataset.image_shape is None
    assert dataset.name == name
    assert name in DATASETS
    for X, y in parts(dataset):
        assert X.dtype == np.float32
        assert X.shape == (len(y), 2)
        assert np.issubdtype(y.dtype, np.integer)
    assert set(dataset.y_train.tolist()) == set(range(n_classes))


@pytest.mark.parametrize(
    ("n_samples", "split", "expected"),
    [
        (1100, "70/15/15", (770, 165, 165)),
        (200, "100/0/0", (200, 0, 0)),
        (200, "50/0/50", (100, 0, 100)),
        (300, "33/33/34", (99, 99, 102)),
        (1000, "500/200/300", (500, 200, 300)),
        (1000, "500/0/0", (500, 0, 0)),
        (1000, "20/3/5", (20, 3, 5)),
    ],
)
def test_a_split_gives_per_cents_or_counts(n_samples, split, expected):
    assert sizes(load_dataset(DataConfig(n_samples=n_samples, split=split))) == expected


@pytest.mark.parametrize("split", ["70/15/15", "33/33/34", "50/50/0", "50/0/50", "98/1/1"])
@pytest.mark.parametrize("n_samples", [40, 41, 43, 150, 333])
def test_per_cents_use_every_example_once_and_are_right_to_one(n_samples, split):
    fields = {"name": "moons", "n_samples": n_samples, "scaling": "none"}
    dataset = load_dataset(DataConfig(split=split, **fields))
    everything = load_dataset(DataConfig(split=f"{n_samples}/0/0", **fields))
    assert sorted(pooled(dataset)) == sorted(pooled(everything))
    for size, per_cent in zip(sizes(dataset), map(int, split.split("/")), strict=True):
        assert abs(size - n_samples * per_cent / 100) <= 1
        if per_cent == 0:
            assert size == 0


def test_counts_keep_the_order_and_per_cents_shuffle_by_the_seed():
    points = ";".join(f"{i},0,{i % 2}" for i in range(50))

    def first_column(split, seed=0):
        fields = {"name": "own_points", "points": points, "scaling": "none"}
        dataset = load_dataset(DataConfig(split=split, seed=seed, **fields))
        return [X[:, 0].astype(int).tolist() for X, _ in parts(dataset)]

    assert first_column("20/10/5") == [[*range(20)], [*range(20, 30)], [*range(30, 35)]]
    assert first_column("20/10/5", seed=1) == first_column("20/10/5")
    train, valid, test = first_column("60/20/20")
    assert train != sorted(train)
    assert sorted(train + valid + test) == [*range(50)]
    assert first_column("60/20/20") == [train, valid, test]
    assert first_column("60/20/20", seed=1) != [train, valid, test]


@pytest.mark.parametrize(
    "split", ["1000/100/1", "1101/0/0", "999999/999999/999999", "1/1100/0", "500/500/200"]
)
def test_counts_that_do_not_fit_are_refused(split):
    with pytest.raises(ValueError, match=rf"^split is '{split}'; allowed: up to 1100 examples"):
        load_dataset(DataConfig(split=split))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"points": ""}, "0 examples of 0 classes"),
        ({"points": "1,2,0;2,1,0;0,0,0"}, "of 1 classes"),
        ({"points": "1,2,1;2,1,1", "split": "2/0/0"}, "2 examples of 1 classes"),
        ({"points": "1,2,0;2,1,0;0,0,1", "split": "2/1/0"}, "2 examples of 1 classes"),
        ({"points": "1,2,0;2,1,1", "split": "1/99/0"}, "0 examples of 0 classes"),
    ],
)
def test_a_training_set_of_less_than_two_classes_is_refused(fields, reason):
    with pytest.raises(
        ValueError, match=r"^The training set of own_points has .*two classes at least"
    ) as refusal:
        load_dataset(DataConfig(name="own_points", **fields))
    assert reason in str(refusal.value)


def test_own_points_that_cannot_be_read_are_refused():
    with pytest.raises(ValueError, match=r"^points, row 2 is 'x'"):
        load_dataset(DataConfig(name="own_points", points="1,2,0;x"))


def test_own_points_have_the_classes_up_to_the_largest_label():
    config = DataConfig(name="own_points", points="1,2,0;-3,4.5,4", scaling="none", split="2/0/0")
    dataset = load_dataset(config)
    np.testing.assert_array_equal(dataset.X_train, np.array([[1, 2], [-3, 4.5]], np.float32))
    np.testing.assert_array_equal(dataset.y_train, [0, 4])
    assert dataset.class_names == tuple("01234")


@pytest.mark.parametrize("scaling", ["none", "unit", "unit_twice", "standard"])
def test_scaled_inputs_are_raw_less_shift_over_scale(scaling):
    raw = load_dataset(DataConfig(name="moons", noise=0.3, scaling="none"))
    scaled = load_dataset(DataConfig(name="moons", noise=0.3, scaling=scaling))
    assert scaled.shift.shape == scaled.scale.shape == (2,)
    for (X, y), (X_raw, y_raw) in zip(parts(scaled), parts(raw), strict=True):
        np.testing.assert_allclose(X, (X_raw - scaled.shift) / scaled.scale, rtol=1e-5, atol=1e-6)
        np.testing.assert_array_equal(y, y_raw)
    # statistics of the training part alone, though the other parts are there
    train = raw.X_train.astype(np.float64)
    low, high = train.min(axis=0), train.max(axis=0)
    expected = {
        "none": ([0, 0], [1, 1]),
        "unit": (low, high - low),
        "unit_twice": (low, 255 * (high - low)),
        "standard": (train.mean(axis=0), train.std(axis=0)),
    }
    np.testing.assert_allclose(scaled.shift, expected[scaling][0], rtol=1e-6)
    np.testing.assert_allclose(scaled.scale, expected[scaling][1], rtol=1e-6)


def test_standard_gives_the_training_set_mean_0_and_deviation_1():
    dataset = load_dataset(DataConfig(name="moons"))
    X = dataset.X_train.astype(np.float64)
    np.testing.assert_allclose(X.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(X.std(axis=0), 1, rtol=1e-6)
    assert np.abs(dataset.X_valid.mean(axis=0)).min() > 1e-4  # the validation part has its own mean


def test_the_other_parts_do_not_enter_the_statistics():
    # the same training rows before validation and test rows of another size
    near, far = (f"0,1,0;4,3,1;{scale},{scale},0;-{scale},{scale},1" for scale in (1, 90))
    for scaling in ("unit", "standard"):
        one, other = (
            load_dataset(DataConfig(name="own_points", points=p, scaling=scaling, split="2/1/1"))
            for p in (near, far)
        )
        np.testing.assert_array_equal(one.X_train, other.X_train)
        np.testing.assert_array_equal((one.shift, one.scale), (other.shift, other.scale))


def test_unit_spans_0_to_1_and_unit_twice_is_a_255th_of_it():
    unit, twice = (load_dataset(DataConfig(scaling=scaling)) for scaling in ("unit", "unit_twice"))
    np.testing.assert_allclose(unit.X_train.min(axis=0), 0, atol=1e-7)
    np.testing.assert_allclose(unit.X_train.max(axis=0), 1, rtol=1e-6)
    np.testing.assert_allclose(twice.X_train, unit.X_train / 255, rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize(("value", "n_points"), [(2.0, 6), (0.1, 3), (0.3, 100), (-57.3, 30)])
def test_a_coordinate_that_does_not_vary_becomes_zero(value, n_points):
    # The computed mean of equal numbers need not be that number: rounding must not pass for variation.
    points = ";".join(f"{value},{i},{i % 2}" for i in range(n_points)) + f";{value + 1},0,0"
    config = DataConfig(name="own_points", points=points, split=f"{n_points}/1/0")
    dataset = load_dataset(config)
    np.testing.assert_allclose(dataset.X_train[:, 0], 0, atol=1e-6)
    np.testing.assert_allclose(dataset.X_valid[:, 0], 1, rtol=1e-6)  # left unscaled


DIGEST = """
import hashlib
from data import DataConfig, load_dataset
for name in ("circles", "spirals"):
    dataset = load_dataset(DataConfig(name=name, seed=3))
    print(hashlib.sha256(b"".join(array.tobytes() for array in dataset[:6])).hexdigest())
"""


def test_a_set_is_the_same_in_every_process_and_another_by_another_seed():
    environment = os.environ | {"PYTHONHASHSEED": "5"}
    run = subprocess.run(
        [sys.executable, "-c", DIGEST], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    for name, digest in zip(("circles", "spirals"), run.stdout.split(), strict=True):
        arrays = [load_dataset(DataConfig(name=name, seed=seed))[:6] for seed in (3, 4)]
        ours, other = (hashlib.sha256(b"".join(a.tobytes() for a in six)).hexdigest() for six in arrays)
        assert ours == digest
        assert other != digest


def own_images(seed=0, n_train=60, n_test=40, far=0):
    """(digest, pool (n, 12)) of small images with a pixel that does not vary; the last `far` are white."""
    rng = np.random.default_rng(seed)
    raw = rng.integers(0, 256, (n_train + n_test, 4, 3), dtype=np.uint8)
    raw[:, 1, 1] = 77
    raw[len(raw) - far :] = 255
    y = np.arange(len(raw)) % 4
    file = io.BytesIO()
    np.savez(file, x_train=raw[:n_train], y_train=y[:n_train], x_test=raw[n_train:], y_test=y[n_train:])
    return keep_images(file.getvalue()), raw.reshape(-1, 12)


@pytest.mark.parametrize("split", ["60/25/15", "40/20/39"])
@pytest.mark.parametrize("scaling", SCALINGS)
def test_images_are_scaled_by_the_training_set(scaling, split):
    digest, _ = own_images()
    fields = {"name": "own_images", "points": digest, "split": split}
    raw = load_dataset(DataConfig(scaling="none", **fields))
    lazy, eager = (load_dataset(DataConfig(scaling=scaling, **fields), as_bytes=b) for b in (True, False))
    train = raw.X_train.astype(np.float64)
    assert len(train) in (60, 40)
    mean, deviation = train.mean(axis=0), np.where(np.ptp(train, axis=0) > 0, train.std(axis=0), 1)
    expected = {"none": (0, 1), "unit": (0, 255), "unit_twice": (0, 255**2), "standard": (mean, deviation)}
    shift, scale = expected[scaling]
    np.testing.assert_allclose(lazy.shift, np.broadcast_to(shift, 12), rtol=1e-6)
    np.testing.assert_allclose(lazy.scale, np.broadcast_to(scale, 12), rtol=1e-6)
    for (X, y), (array, labels), (bytes_, ids) in zip(parts(lazy), parts(eager), parts(raw), strict=True):
        np.testing.assert_allclose(array, (bytes_.astype(np.float64) - shift) / scale, rtol=1e-5, atol=1e-5)
        assert isinstance(X, Images)
        assert X[:].tobytes() == array.tobytes()
        np.testing.assert_array_equal(y, labels)
        np.testing.assert_array_equal(y, ids)
        assert (array.dtype, y.dtype) == (np.float32, np.int64)
    if scaling == "standard":
        X = eager.X_train.astype(np.float64)
        np.testing.assert_allclose(X.mean(axis=0), 0, atol=1e-6)
        np.testing.assert_allclose(X.std(axis=0), np.arange(12) != 4, rtol=1e-6, atol=1e-6)
        assert not eager.X_valid[:, 4].any()  # the pixel that does not vary


def test_images_of_the_other_parts_do_not_enter_the_statistics():
    (near, _), (far, _) = own_images(), own_images(far=50)
    for split in ("50/10/39", "50/9/40"):
        one, other = (load_dataset(DataConfig(name="own_images", points=p, split=split)) for p in (near, far))
        np.testing.assert_array_equal(one.X_train, other.X_train)
        np.testing.assert_array_equal((one.shift, one.scale), (other.shift, other.scale))
        assert (one.X_test != other.X_test).any()


def test_images_by_per_cents_are_shuffled_as_points_are():
    digest, pool = own_images()
    config = DataConfig(name="own_images", points=digest, scaling="none", split="60/20/20", seed=3)
    order = np.random.default_rng(3).permutation(100)
    expected = np.split(order, [60, 80])
    for as_bytes in (False, True):
        for (X, y), rows in zip(parts(load_dataset(config, as_bytes=as_bytes)), expected, strict=True):
            np.testing.assert_array_equal(np.asarray(X), pool[rows])
            np.testing.assert_array_equal(y, rows % 4)


def test_images_share_the_bytes_that_are_kept():
    digest, _ = own_images()
    configs = [
        DataConfig(name="own_images", points=digest, split=split, seed=seed)
        for split in ("60/20/20", "40/10/9")
        for seed in (0, 1)
    ]
    sets = [load_dataset(config, as_bytes=True) for config in configs]
    kept = loading.uploads.held(digest)
    for dataset in sets:
        for X, y in parts(dataset):
            assert np.shares_memory(X.raw, kept.X)
            assert not np.shares_memory(y, kept.y)
            y[:] = 0  # the labels are the caller's own
    np.testing.assert_array_equal(kept.y, np.arange(100) % 4)


@pytest.mark.parametrize(
    ("split", "reason"),
    [
        ("61/0/1", "^split is '61/0/1'; allowed: up to 60 .* 40 for the test"),
        ("50/11/3", "^split is '50/11/3'; allowed: up to 60"),
        ("1/1/41", "^split is '1/1/41'; allowed: .* 40 for the test"),
        ("1/0/40", "^The training set of own_images has 1 examples of 1 classes"),
        ("1/99/0", "^The training set of own_images has 1 examples of 1 classes"),
    ],
)
def test_images_that_cannot_be_split_as_asked_are_refused(split, reason):
    digest, _ = own_images()
    for as_bytes in (False, True):
        with pytest.raises(ValueError, match=reason):
            load_dataset(DataConfig(name="own_images", points=digest, split=split), as_bytes=as_bytes)


def test_points_are_plain_arrays_either_way():
    plain, other = (load_dataset(DataConfig(), as_bytes=as_bytes) for as_bytes in (False, True))
    for ours, theirs in zip(plain, other, strict=True):
        assert type(ours) is type(theirs)
        np.testing.assert_array_equal(ours, theirs)


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
