"""The text alternative of a map is true whichever epoch is on show, and has the accuracy of its network."""

from types import SimpleNamespace

import numpy as np
import pytest

from ui.figures import map_words

PLANE = SimpleNamespace(section=None)
RIGHT = "of the validation examples are classified correctly"
TRAINED = "of the training examples"
MEAN = "on average over the epoch's minibatches, "


def record(valid=np.nan, train=0.5, diverged=False):
    return SimpleNamespace(valid_accuracy=valid, train_accuracy=train, diverged=diverged)


@pytest.fixture
def run():
    """At epoch 0, 7 and 9: a network that learns, one without a validation set, and one that diverges."""
    epochs = {
        0: [record(0.25), record(), record(0.5)],
        7: [record(0.75), record(train=0.875), record(0.5, diverged=True)],
        9: [record(1.0), record(train=0.9996), record(0.5, diverged=True)],
    }
    return SimpleNamespace(at=lambda epoch: SimpleNamespace(records=epochs[epoch]))


@pytest.mark.parametrize(
    ("epoch", "view", "said"),
    [
        (0, "1", f": 25.0% {RIGHT}"),
        (7, "1", f": 75.0% {RIGHT}"),
        (0, "2", f": 50.0% {TRAINED} are classified correctly"),
        (7, "2", f": {MEAN}87.5% {TRAINED} are classified correctly"),
        (9, "2", f": {MEAN}over 99.9% {TRAINED} are classified correctly"),
        (7, "3", ""),
        (7, "mean", ""),
        (7, "disagreement", ""),
    ],
)
def test_the_accuracy_beside_a_map_is_that_of_the_network_on_it_and_of_several_there_is_none(
    run, epoch, view, said
):
    assert map_words.accuracy(run, epoch, view) == said


def test_a_map_whose_epoch_only_the_browser_knows_is_told_at_both_ends_of_the_timeline(run):
    said = map_words.alternative_of_film(run, (0, 7, 9), "1", PLANE, ["At 0", "At 7", "At 9"])
    follows = "The map follows the timeline, from its first epoch to its last."
    assert said == f"{follows} At 0: 25.0% {RIGHT}. At 9: 100.0% {RIGHT}"
    said = map_words.alternative_of_film(run, (0, 7), "3", PLANE, ["Network 3 after epoch 0", "It diverged"])
    assert said == f"{follows} Network 3 after epoch 0: 50.0% {RIGHT}. It diverged"


def test_networks_left_out_and_the_plane_through_features_are_told(run):
    plane = SimpleNamespace(section=SimpleNamespace(said="a and b"))
    assert map_words.alternative(run, 7, "mean", plane, "Mean", "the network diverged") == (
        "Mean; the network diverged (plane of a and b)"
    )
