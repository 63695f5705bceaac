"""The published figures: as many as there are, those that are known, in order, and not to be changed."""

import numpy as np
import pytest

from lab.published import published_runs

LENGTHS = {
    ("ift6135_b", "normal"): 10,
    ("ift6135_b", "glorot"): 10,
    ("ift6135_b", "zeros"): 10,
    ("ift6135_b", "glorot_600_250"): 10,
    ("ift6135_b", "small_normal"): 10,
    ("mnist_sigmoid", "lr_0.01_100"): 100,
    ("mnist_sigmoid", "lr_0.001_100"): 100,
    ("mnist_sigmoid", "lr_0.01_50"): 50,
}
FIGURES = ["train_loss", "train_accuracy", "valid_loss", "valid_accuracy"]
B = [run for source, run in LENGTHS if source == "ift6135_b"]
D = [run for source, run in LENGTHS if source == "mnist_sigmoid"]


def test_there_are_eight_runs_with_four_figures_an_epoch():
    runs = published_runs()
    assert {key: len(figures["train_loss"]) for key, figures in runs.items()} == LENGTHS
    for key, figures in runs.items():
        assert sorted(figures) == sorted(FIGURES)
        assert {values.shape for values in figures.values()} == {(LENGTHS[key],)}
        assert {values.dtype for values in figures.values()} == {np.dtype(np.float64)}


@pytest.mark.parametrize(
    ("run", "figure", "epoch", "value"),
    [
        ("zeros", "valid_accuracy", 10, 0.1060),
        ("zeros", "train_loss", 10, 2.3016),
        ("zeros", "train_loss", 2, 2.3024),
        ("glorot", "valid_accuracy", 10, 0.9452),
        ("small_normal", "valid_accuracy", 10, 0.9738),
        ("small_normal", "train_loss", 1, 1.1431),
        ("small_normal", "valid_accuracy", 2, 0.9355),
        ("glorot_600_250", "valid_accuracy", 10, 0.9712),
        ("normal", "valid_loss", 1, 2647632.1122),
        ("normal", "valid_accuracy", 1, 0.1061),
    ],
)
def test_a_known_figure_stands_at_its_epoch(run, figure, epoch, value):
    assert published_runs()["ift6135_b", run][figure][epoch - 1] == value


@pytest.mark.parametrize(
    ("run", "first", "last"),
    [("lr_0.01_100", 0.47, 0.95), ("lr_0.001_100", 0.17, None), ("lr_0.01_50", None, 0.90)],
)
def test_the_sigmoid_runs_begin_and_end_where_they_did(run, first, last):
    accuracies = published_runs()["mnist_sigmoid", run]["train_accuracy"]
    assert first is None or accuracies[0] == first
    assert last is None or accuracies[-1] == last


@pytest.mark.parametrize("run", D)
def test_the_sigmoid_runs_published_nothing_of_a_validation_set(run):
    figures = published_runs()["mnist_sigmoid", run]
    assert np.isnan(figures["valid_loss"]).all()
    assert np.isnan(figures["valid_accuracy"]).all()
    assert np.isfinite(figures["train_loss"]).all()


@pytest.mark.parametrize("run", D)
def test_the_epochs_of_a_mean_since_the_first_are_in_order(run):
    # a mean over a hundred epochs of a training that goes well falls without a break
    figures = published_runs()["mnist_sigmoid", run]
    assert (np.diff(figures["train_loss"]) < 0).all()
    assert (np.diff(figures["train_accuracy"]) >= 0).all()


@pytest.mark.parametrize("run", B)
def test_every_figure_of_the_other_source_is_there_and_is_one(run):
    figures = published_runs()["ift6135_b", run]
    for name, values in figures.items():
        assert np.isfinite(values).all()
        assert (values > 0).all()
        assert name.endswith("loss") or (values <= 1).all()


@pytest.mark.parametrize("figure", FIGURES)
def test_what_was_published_cannot_be_changed(figure):
    for figures in published_runs().values():
        with pytest.raises(ValueError, match="read-only"):
            figures[figure][0] = 1.0


def test_the_file_is_read_once():
    assert published_runs() is published_runs()
