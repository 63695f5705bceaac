"""The weights that are taken home are those that were trained: they predict what the records say."""

import io

import numpy as np
import pytest

from data import DataConfig, load_dataset
from lab.exports import formats
from mlp import TrainConfig, train_many

DATA = DataConfig(n_samples=200, name="blobs", n_classes=3, noise=0.3)
CONFIGS = tuple(
    TrainConfig(hidden_layer_sizes=(7, 5), activation="tanh", epochs=3, init_seed=seed) for seed in (4, 5)
)


@pytest.fixture(scope="module")
def dataset():
    return load_dataset(DATA)


@pytest.fixture(scope="module")
def records(dataset):
    *_, last = train_many(CONFIGS, dataset)
    return last


@pytest.fixture(scope="module")
def file(records, dataset):
    return np.load(io.BytesIO(formats.weights(records, CONFIGS, dataset)), allow_pickle=False)


def test_every_layer_of_every_network_is_there(file):
    shapes = {name: file[name].shape for name in file.files if name[0] in "Wb"}
    assert shapes == {
        "W1": (2, 2, 7),
        "b1": (2, 7),
        "W2": (2, 7, 5),
        "b2": (2, 5),
        "W3": (2, 5, 3),
        "b3": (2, 3),
    }
    assert file["init_seed"].tolist() == [4, 5]
    assert file["initializer"].tolist() == ["glorot_uniform"] * 2
    assert file["diverged"].tolist() == [False, False]
    assert str(file["activation"]) == "tanh"


def test_with_them_the_raw_points_are_told_apart_as_the_records_say(file, records, dataset):
    raw = dataset.X_test * dataset.scale + dataset.shift
    a = ((raw - file["shift"]) / file["scale"])[np.newaxis]
    for layer in (1, 2):
        a = np.tanh(a @ file[f"W{layer}"] + file[f"b{layer}"][:, np.newaxis])
    logits = a @ file["W3"] + file["b3"][:, np.newaxis]
    accuracy = (logits.argmax(axis=-1) == dataset.y_test).mean(axis=-1)
    assert accuracy.tolist() == pytest.approx([record.test_accuracy for record in records])
