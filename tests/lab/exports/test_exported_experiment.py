"""What is exported of an experiment: its losses, its line in words, its address, and the file it reads."""

import io
import math
from types import SimpleNamespace

import numpy as np
import pytest

from data import DataConfig, keep_images, keep_table
from lab.exports import experiment
from lab.exports.experiment import Export
from mlp import EpochRecord, TrainConfig

RECORD = EpochRecord(**dict.fromkeys(EpochRecord._fields, 0.0))._replace(
    train_loss=0.5, valid_loss=0.25, test_loss=0.125, diverged=False
)


def export(record=RECORD, link="", data=None, **train):
    return Export(data or DataConfig(), TrainConfig(**train), record, link)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {"training": 0.5, "validation": 0.25, "test": 0.125}),
        ({"valid_loss": math.nan}, {"training": 0.5, "test": 0.125}),
        ({"test_loss": math.inf, "valid_loss": math.nan}, {"training": 0.5}),
        ({"diverged": True}, {}),
    ],
)
def test_finite_losses_of_a_training_that_has_not_diverged_are_compared(changes, expected):
    assert export(RECORD._replace(**changes)).expected() == expected
    assert export(None).expected() == {}


def test_an_experiment_is_told_in_one_line():
    assert export(hidden_layer_sizes=(8, 4), activation="tanh").in_words() == "circles, 8-4, tanh, sgd"
    assert export(hidden_layer_sizes=()).in_words() == "circles, no hidden layer, relu, sgd"


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("https://lab.example/page?a=1&b=2;3", "https://lab.example/page?a=1&b=2;3"),
        ("http://lab.example/?a=\"'()#`", "http://lab.example/?a=%22%27%28%29%23%60"),
        ("javascript:alert(1)", ""),
        ("//lab.example", ""),
        ("ftp://lab.example", ""),
        ("http://[", ""),
        ("", ""),
    ],
)
def test_only_an_address_of_the_web_is_written_and_nothing_in_it_ends_a_text(link, address):
    assert export(link=link).address == address


@pytest.mark.parametrize("n_test", [0, 20])
def test_own_images_are_written_as_they_were_given(n_test):
    images = np.random.default_rng(n_test).integers(0, 256, (50 + n_test, 3, 2), dtype=np.uint8)
    y, file = np.arange(len(images)) % 4, io.BytesIO()
    given = {"x_train": images[:50], "y_train": y[:50]}
    given |= {"x_test": images[50:], "y_test": y[50:]} if n_test else {}
    np.savez(file, **given)
    found = experiment.arrays(DataConfig(name="own_images", points=keep_images(file.getvalue())))
    assert list(found) == list(given)
    for name, array in given.items():
        np.testing.assert_array_equal(found[name], array)


def test_a_table_of_ones_own_is_written_with_the_names_that_a_script_reads():
    points = keep_table("".join(f"{i * 3 % 10},{i * i % 7},{'uv'[i % 3 > 0]}\n" for i in range(10)).encode())
    found = experiment.arrays(DataConfig(name="own_table", points=points))
    assert list(found) == ["X", "y"]
    np.testing.assert_array_equal(found["X"], [[i * 3 % 10, i * i % 7] for i in range(10)])
    assert found["y"].tolist() == [int(i % 3 > 0) for i in range(10)]


def test_a_table_is_in_the_script_up_to_the_most_numbers(monkeypatch):
    rows = "".join(f"{i},{i * i % 7},{'uv'[i % 2]}\n" for i in range(10))
    points = keep_table(f"a,b,kind\n{rows}".encode())
    own = export(data=DataConfig(name="own_table", points=points))
    monkeypatch.setattr(experiment, "MOST_CARRIED", 20)
    assert own.reads == ""
    monkeypatch.setattr(experiment, "MOST_CARRIED", 19)
    assert (own.reads, own.file_name) == ("table", "own_table.npz")
    monkeypatch.undo()
    for shape, reads in (((10_000, 2), ""), ((6_667, 3), "table")):
        table = SimpleNamespace(X=np.broadcast_to(0.0, shape))
        monkeypatch.setattr(experiment, "held_table", lambda points, table=table: table)
        assert own.reads == reads, "20,000 numbers and no more"
    assert (export().reads, export(data=DataConfig(name="mnist")).reads) == ("", "images")
