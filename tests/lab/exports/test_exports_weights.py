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


def test_the_raw_points_are_told_apart_by_the_weights_as_the_records_say():
    dataset = load_dataset(DATA)
    *_, records = train_many(CONFIGS, dataset)
    file = np.load(io.BytesIO(formats.weights(records, CONFIGS, dataset)), allow_pickle=False)
    shapes = [file[f"{kind}{layer}"].shape for layer in (1, 2, 3) for kind in "Wb"]
    assert shapes == [(2, 2, 7), (2, 7), (2, 7, 5), (2, 5), (2, 5, 3), (2, 3)]
    assert file["init_seed"].tolist() == [4, 5]
    assert file["initializer"].tolist() == ["glorot_uniform"] * 2
    assert file["diverged"].tolist() == [False, False]
    assert str(file["activation"]) == "tanh"
    raw = dataset.X_test * dataset.scale + dataset.shift
    a = ((raw - file["shift"]) / file["scale"])[np.newaxis]
    for layer in (1, 2):
        a = np.tanh(a @ file[f"W{layer}"] + file[f"b{layer}"][:, np.newaxis])
    logits = a @ file["W3"] + file["b3"][:, np.newaxis]
    accuracy = (logits.argmax(axis=-1) == dataset.y_test).mean(axis=-1)
    assert accuracy.tolist() == pytest.approx([record.test_accuracy for record in records])
