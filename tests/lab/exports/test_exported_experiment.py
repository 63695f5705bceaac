"""What is exported of an experiment: its losses, its line in words, its address, and the file it reads."""

import io
import math
import re
from types import SimpleNamespace
from urllib.parse import urlencode

import numpy as np
import pytest

from data import DataConfig, keep_images, keep_table
from lab.__main__ import main as lab_main
from lab.exports import datasets, experiment
from lab.exports.experiment import Export
from lab.links.experiment import Experiment
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


LARGE = "".join(["a,b,kind\n", *(f"{i / 7},{i * i % 101},{'uv'[i % 2]}\n" for i in range(10_001))])


def test_the_command_that_a_script_names_creates_its_file(tmp_path, capsys):
    (tmp_path / "mine.csv").write_text(LARGE)
    own = export(data=DataConfig(name="own_table", points=keep_table(LARGE.encode())))
    (command,) = re.findall(
        r"python -m lab (.*?) creates it from the uploaded file\.", datasets.part(own).prose
    )
    link = urlencode(Experiment(own.data, TrainConfig(epochs=1)).to_query())
    files = {"FILE": str(tmp_path / "mine.csv"), "own_table.npz": str(tmp_path / "own_table.npz")}
    assert lab_main([{"LINK": link, **files}.get(word, word) for word in command.split()]) == 0, (
        capsys.readouterr()
    )
    with (
        np.load(tmp_path / "own_table.npz") as written,
        np.load(io.BytesIO(experiment.arrays_file(own.data))) as made,
    ):
        for file in (written, made):
            np.testing.assert_array_equal(file["X"][:, 0], np.arange(10_001) / 7)
            np.testing.assert_array_equal(file["y"], np.arange(10_001) % 2)


def test_a_file_is_offered_if_it_is_not_the_uploaded_one_and_not_too_large(monkeypatch):
    own = export(data=DataConfig(name="own_table", points=keep_table(LARGE.encode())))
    offer = "Export on the page offers it, and python -m lab"
    assert (own.is_written, own.is_offered, offer in datasets.part(own).prose) == (True, True, True)
    n_bytes = 10_001 * (2 * 8 + 8)
    monkeypatch.setattr(experiment, "MOST_OFFERED", n_bytes)
    assert own.is_offered
    monkeypatch.setattr(experiment, "MOST_OFFERED", n_bytes - 1)
    assert (own.is_written, own.is_offered, offer in datasets.part(own).prose) == (True, False, False)
    small = export(data=DataConfig(name="own_table", points=keep_table(b"a,k\n1,u\n2,v\n3,u\n")))
    assert not any(
        one.is_written or one.is_offered for one in (small, export(), export(data=DataConfig(name="mnist")))
    )


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
