"""MNIST: the published file, its official order, and its scaling."""

import hashlib
import pathlib

import numpy as np
import pytest
from measuring import peak_of

from data import DataConfig, load_dataset
from data.image_files import read_mnist

MNIST = pathlib.Path(__file__).resolve().parents[2] / "data" / "mnist.npz"


def test_the_mnist_file_is_the_published_one():
    published = "06af5dfe73b70e3bc1c36439982b18a8d76803db9b544f6fdf838a37fbb01b64"
    assert hashlib.sha256(MNIST.read_bytes()).hexdigest() == published


@pytest.fixture(scope="module")
def official():
    with np.load(MNIST, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


@pytest.mark.slow
def test_mnist_by_counts_is_the_official_files_in_order(official):
    config = DataConfig(name="mnist", scaling="none", split="48000/12000/10000")
    dataset = load_dataset(config)
    files = [(official[f"x_{kind}"], official[f"y_{kind}"]) for kind in ("train", "test")]
    (X, y), (X_test, y_test) = ((images.reshape(-1, 784), labels) for images, labels in files)
    expected = [(X[:48_000], y[:48_000]), (X[48_000:], y[48_000:]), (X_test, y_test)]
    for images, labels, (raw, ids) in zip(dataset[0:6:2], dataset[1:6:2], expected, strict=True):
        assert images.dtype == np.float32
        assert np.array_equal(images, raw)
        assert np.array_equal(labels, ids)
    assert dataset.class_names == tuple("0123456789")
    assert dataset.image_shape == (28, 28)


def test_reading_mnist_takes_little_more_memory_than_its_bytes():
    n_bytes = 70_000 * 784
    assert n_bytes < peak_of(lambda: read_mnist(MNIST.parent)) < 1.2 * n_bytes
