"""Published experiments trained again, on the data that they were trained on, for their first epochs."""

import functools

import pytest

from data import DataConfig, load_dataset
from lab.published import published_runs
from mlp import TrainConfig, train

ZEROS = {"initializer": "zeros", "batch_size": 100, "learning_rate": 0.001}
DIGIT = 0.5001e-4  # half of the last one that was published


@functools.cache
def raw_mnist():
    return load_dataset(DataConfig(name="mnist", scaling="none", split="48000/12000/10000"), as_bytes=True)


def epochs(n, sizes=(512, 512), dataset=None, **changes):
    """Source B: ReLU, batches in the order of the file, η once more over the batch."""
    config = TrainConfig(hidden_layer_sizes=sizes, activation="relu", shuffle=False, epochs=n, **changes)
    return list(train(config, dataset or raw_mnist()))[1:]


def published(run, epoch):
    return {figure: values[epoch - 1] for figure, values in published_runs()["ift6135_b", run].items()}


@functools.cache
def a_few():
    """Every fortieth image of each split."""
    whole = raw_mnist()
    arrays = (f"{array}_{split}" for array in "Xy" for split in ("train", "valid", "test"))
    return whole._replace(**{name: getattr(whole, name)[::40] for name in arrays})


def test_from_zeros_the_output_bias_alone_moves_and_one_hidden_unit_a_layer_does_as_512_do():
    wide, narrow = (epochs(2, sizes, a_few(), **ZEROS) for sizes in ((512, 512), (1, 1)))
    for ours, theirs in zip(wide, narrow, strict=True):
        *hidden, output = ours.params
        assert not any(array.any() for layer in (*hidden, output._replace(b=output.W)) for array in layer)
        assert output.b.all()
        assert output.b == pytest.approx(theirs.params[-1].b, rel=1e-6)
        for figure in published("zeros", 1):
            assert getattr(ours, figure) == pytest.approx(getattr(theirs, figure), rel=1e-6)


@pytest.fixture(scope="module")
def narrow():
    """From zeros no hidden unit says anything: one a layer does as the published 512."""
    return epochs(10, sizes=(1, 1), **ZEROS)


@pytest.mark.parametrize("epoch", range(1, 11))
def test_from_zeros_every_digit_of_the_ten_epochs_comes_again(narrow, epoch):
    for figure, value in published("zeros", epoch).items():
        assert getattr(narrow[epoch - 1], figure) == pytest.approx(value, abs=DIGIT), figure


def test_a_thousandth_of_a_normal_has_the_published_first_epoch_within_the_chance_of_a_seed():
    (ours,) = epochs(1, initializer="normal", init_scale=1e-3, batch_size=50, learning_rate=0.002)
    theirs = published("small_normal", 1)
    assert ours.train_accuracy == pytest.approx(theirs["train_accuracy"], rel=0.04)
    assert ours.valid_accuracy == pytest.approx(theirs["valid_accuracy"], rel=0.02)
    assert ours.train_loss == pytest.approx(theirs["train_loss"], rel=0.05)
    assert ours.valid_loss == pytest.approx(theirs["valid_loss"], rel=0.06)
