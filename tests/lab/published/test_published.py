"""Published figures: as many as there are, those that are known; and trained again."""

import functools
import re

import numpy as np
import pytest

from data import DataConfig, load_dataset
from lab.published.systems import REPLAYS
from lab.published.tables import FIGURES, published_runs
from mlp import TrainConfig, train

B = ["normal", "glorot", "zeros", "glorot_600_250", "small_normal"]
D = {"lr_0.01_100": 100, "lr_0.001_100": 100, "lr_0.01_50": 50}
ZEROS = {"initializer": "zeros", "batch_size": 100, "learning_rate": 0.001}
DIGIT = 0.5001e-4  # half of the last one that was published


def test_there_are_eight_runs_with_four_figures_an_epoch():
    lengths = {("ift6135_b", run): 10 for run in B} | {("mnist_sigmoid", run): n for run, n in D.items()}
    assert published_runs().keys() == lengths.keys()
    for key, figures in published_runs().items():
        assert sorted(figures) == ["train_accuracy", "train_loss", "valid_accuracy", "valid_loss"]
        for name, values in figures.items():
            assert len(values) == lengths[key]
            assert not any(value <= 0 or (value >= 1 and not name.endswith("loss")) for value in values)


@pytest.mark.parametrize(
    ("key", "figure", "epoch", "value"),
    [
        (("ift6135_b", "glorot"), "valid_accuracy", 10, 0.9452),
        (("ift6135_b", "glorot_600_250"), "valid_accuracy", 10, 0.9712),
        (("ift6135_b", "normal"), "valid_loss", 1, 2647632.1122),
        (("mnist_sigmoid", "lr_0.01_100"), "train_accuracy", 100, 0.95),
        (("mnist_sigmoid", "lr_0.001_100"), "train_accuracy", 1, 0.17),
        (("mnist_sigmoid", "lr_0.01_50"), "train_accuracy", 50, 0.90),
    ],
)
def test_a_known_figure_stands_at_its_epoch(key, figure, epoch, value):
    assert published_runs()[key][figure][epoch - 1] == value


@pytest.mark.parametrize("run", D)
def test_the_sigmoid_runs_are_means_since_the_first_epoch_of_the_training_set_alone(run):
    figures = published_runs()["mnist_sigmoid", run]
    assert np.isnan([figures["valid_loss"], figures["valid_accuracy"]]).all()
    # a mean over a hundred epochs of a training that goes well falls without a break
    assert (np.diff(figures["train_loss"]) < 0).all()
    assert (np.diff(figures["train_accuracy"]) >= 0).all()


@functools.cache
def raw_mnist():
    return load_dataset(DataConfig(name="mnist", scaling="none", split="48000/12000/10000"), as_bytes=True)


def epochs(n, sizes=(512, 512), dataset=None, **changes):
    """Source B: ReLU, batches in the order of the file, η once more over the batch."""
    config = TrainConfig(hidden_layer_sizes=sizes, activation="relu", shuffle=False, epochs=n, **changes)
    return list(train(config, dataset or raw_mnist()))[1:]


def published(run, epoch):
    return {figure: values[epoch - 1] for figure, values in published_runs()["ift6135_b", run].items()}


def test_from_zeros_the_output_bias_alone_moves_and_one_hidden_unit_a_layer_does_as_512_do():
    whole = raw_mnist()
    arrays = (f"{array}_{split}" for array in "Xy" for split in ("train", "valid", "test"))
    some = whole._replace(**{name: getattr(whole, name)[::200] for name in arrays})
    wide, narrow = (epochs(2, sizes, some, **ZEROS) for sizes in ((512, 512), (1, 1)))
    for ours, theirs in zip(wide, narrow, strict=True):
        *hidden, output = ours.params
        assert not any(array.any() for layer in (*hidden, output._replace(b=output.W)) for array in layer)
        assert output.b.all()
        assert output.b == pytest.approx(theirs.params[-1].b, rel=1e-6)
        for figure in FIGURES:
            assert getattr(ours, figure) == pytest.approx(getattr(theirs, figure), rel=1e-6)


@pytest.mark.slow
def test_from_zeros_every_digit_of_the_ten_epochs_comes_again():
    for epoch, record in enumerate(epochs(10, sizes=(1, 1), **ZEROS), start=1):
        for figure, value in published("zeros", epoch).items():
            assert getattr(record, figure) == pytest.approx(value, abs=DIGIT), (epoch, figure)


@pytest.mark.slow
def test_a_thousandth_of_a_normal_has_the_published_first_epoch_within_the_chance_of_a_seed():
    (ours,) = epochs(1, initializer="normal", init_scale=1e-3, batch_size=50, learning_rate=0.002)
    theirs = published("small_normal", 1)
    assert ours.train_accuracy == pytest.approx(theirs["train_accuracy"], rel=0.04)
    assert ours.valid_accuracy == pytest.approx(theirs["valid_accuracy"], rel=0.02)
    assert ours.train_loss == pytest.approx(theirs["train_loss"], rel=0.05)
    assert ours.valid_loss == pytest.approx(theirs["valid_loss"], rel=0.06)


@pytest.mark.parametrize("replay", REPLAYS, ids=lambda replay: replay.question)
def test_the_numbers_in_the_name_of_a_replay_are_those_of_its_training(replay):
    name, changes = replay.question, replay.changes
    for epochs in re.findall(r"(\d+) epochs", name):
        assert int(epochs) == changes["epochs"]
    for sizes in re.findall(r"(\d+) and (\d+) units|(\d+) hidden units", name):
        assert tuple(int(size) for size in sizes if size) == changes["hidden_layer_sizes"]
    for steps in re.findall(r"n_s = ([\d,]+\d)", name):
        assert int(steps.replace(",", "")) == changes["cycle_steps"]
    for rate in re.findall(r"η = ([\d.]+\d)", name):  # D adds up the gradients of a batch
        assert float(rate) * changes["batch_size"] == pytest.approx(changes["learning_rate"])
    for deviation in re.findall(r"N\(0, ([\d.]+)²\)", name):
        assert changes["sets"] == [f"normal*{deviation}"]
