"""MNIST: the published file, its official order, and its scaling."""

import hashlib
import pathlib

import numpy as np
import pytest

from data import DataConfig, load_dataset

MNIST = pathlib.Path(__file__).resolve().parents[2] / "data" / "mnist.npz"


def parts(dataset):
    return [
        (getattr(dataset, f"X_{part}"), getattr(dataset, f"y_{part}")) for part in ("train", "valid", "test")
    ]


def test_the_mnist_file_is_the_published_one():
    published = "06af5dfe73b70e3bc1c36439982b18a8d76803db9b544f6fdf838a37fbb01b64"
    assert hashlib.sha256(MNIST.read_bytes()).hexdigest() == published


@pytest.fixture(scope="module")
def official():
    with np.load(MNIST, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def test_mnist_by_counts_is_the_official_files_in_order(official):
    config = DataConfig(name="mnist", scaling="none", split="48000/12000/10000")
    dataset = load_dataset(config)
    files = [(official[f"x_{kind}"], official[f"y_{kind}"]) for kind in ("train", "test")]
    (X, y), (X_test, y_test) = ((images.reshape(-1, 784), labels) for images, labels in files)
    expected = [(X[:48_000], y[:48_000]), (X[48_000:], y[48_000:]), (X_test, y_test)]
    assert [len(X) for X, _ in parts(dataset)] == [48_000, 12_000, 10_000]
    for (images, labels), (raw, ids) in zip(parts(dataset), expected, strict=True):
        assert images.dtype == np.float32
        np.testing.assert_array_equal(images, raw)
        np.testing.assert_array_equal(labels, ids)
    assert dataset.class_names == tuple("0123456789")
    assert dataset.image_shape == (28, 28)


@pytest.mark.parametrize(("scaling", "divisor"), [("unit", 255), ("unit_twice", 255**2)])
def test_mnist_pixels_are_divided_by_255_once_or_twice(scaling, divisor, official):
    dataset = load_dataset(DataConfig(name="mnist", scaling=scaling, split="300/100/50"))
    expected = [official["x_train"][:300], official["x_train"][300:400], official["x_test"][:50]]
    for (images, _), raw in zip(parts(dataset), expected, strict=True):
        np.testing.assert_allclose(images, raw.reshape(-1, 784) / divisor, rtol=1e-6)


def test_mnist_standardised_leaves_pixels_that_are_always_blank_alone(official):
    dataset = load_dataset(DataConfig(name="mnist", split="3000/500/500"))
    X, raw = dataset.X_train.astype(np.float64), official["x_train"][:3000].reshape(-1, 784)
    varied = np.ptp(raw, axis=0) > 0
    assert 100 < varied.sum() < 784
    np.testing.assert_allclose(X.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(X.std(axis=0), varied, atol=1e-5)
    blank = raw.std(axis=0) == 0
    np.testing.assert_allclose(
        dataset.X_valid[:, blank], official["x_train"][3000:3500].reshape(-1, 784)[:, blank]
    )


@pytest.mark.parametrize("split", ["48001/12000/10000", "60000/1/0", "48000/12000/10001", "10/10/10001"])
def test_mnist_counts_beyond_the_official_files_are_refused(split):
    with pytest.raises(ValueError, match=rf"^split is '{split}'; allowed: up to 60000 .* 10000 for the test"):
        load_dataset(DataConfig(name="mnist", split=split))
