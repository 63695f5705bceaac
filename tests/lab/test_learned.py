"""When a network had learned what there was to learn: the line around the ring, or the accuracy."""

from types import SimpleNamespace

import numpy as np
import pytest
from linear import points_dataset

from lab import learned
from mlp import Layer, TrainConfig

ANGLES = np.linspace(0, 2 * np.pi, 40, endpoint=False)
RINGS = [(r * np.cos(a), r * np.sin(a), k) for k, r in enumerate((0.5, 1.0)) for a in ANGLES]
DATASET = points_dataset(RINGS)._replace(name="circles")
CONFIG = TrainConfig(hidden_layer_sizes=(4,), activation="relu")


def diamond(reach, weights=(1.0, 1.0, 1.0, 1.0)):
    """A network with class 0 where |x| + |y| < reach; with other weights, some sides are missing."""
    W = np.array([[1.0, -1.0, 0.0, 0.0], [0.0, 0.0, 1.0, -1.0]])
    out = np.stack([np.zeros(4), np.array(weights)], axis=1)
    return Layer(W, np.zeros(4)), Layer(out, np.array([0.0, -reach]))


@pytest.mark.parametrize(
    ("network", "closed"),
    [
        (diamond(0.8), True),  # beyond the inner ring, whose |x| + |y| is 0.71 at most
        (diamond(0.3), False),  # around nothing
        (diamond(0.8, (1, 1, 1, 0)), False),  # open below
        (diamond(1.6), False),  # reaches the rim, which is at 1.08
        (diamond(0.5), False),  # around the middle of the ring: of its examples the farthest are outside
    ],
)
def test_a_line_encloses_the_ring_if_it_is_closed_around_it(network, closed):
    (found,) = learned.enclosed(CONFIG, DATASET, [network])
    assert found == closed


def test_the_rim_is_around_the_examples_wherever_they_are():
    dataset = points_dataset([(x + 3, y - 2, k) for x, y, k in RINGS])._replace(name="circles")
    shifted = np.array([-3.0, 3.0, 2.0, -2.0])
    networks = [(hidden._replace(b=shifted), out) for hidden, out in (diamond(0.8), diamond(1.6))]
    assert [*learned.enclosed(CONFIG, dataset, networks)] == [True, False]


def test_the_outputs_are_those_of_the_last_of_several_layers():
    (hidden, out), between = diamond(0.8), Layer(np.eye(4), np.zeros(4))
    config = TrainConfig(hidden_layer_sizes=(4, 4), activation="relu")
    assert learned.enclosed(config, DATASET, [(hidden, between, out)]).tolist() == [True]


def test_the_rim_is_a_square_around_the_middle_of_examples_on_a_long_strip():
    """Class 0 is the rectangle 4 < x < 6, -3 < y < 2; the examples are in 0 < x < 10, 0 < y < 1."""
    W = np.array([[-1.0, 1.0, 0.0, 0.0], [0.0, 0.0, -1.0, 1.0]])
    hidden = Layer(W, np.array([4.0, -6.0, -3.0, -2.0]))
    network = hidden, Layer(np.array([[0.0, 1.0]] * 4), np.array([0.01, 0.0]))
    for turned in (False, True):
        rows = [(0, 0, 1), (10, 1, 1), (5, 0.5, 0), (4.5, 0.2, 0)]
        dataset = points_dataset([(y, x, k) if turned else (x, y, k) for x, y, k in rows])
        one = (hidden._replace(W=W[::-1]), network[1]) if turned else network
        assert learned.enclosed(CONFIG, dataset, [one]).tolist() == [True]


def records(*networks, **of_all):
    """(epoch, record) of networks, or of validation accuracies."""
    fields = [{"params": n} if isinstance(n, tuple) else {"valid_accuracy": n} for n in networks]
    return [
        (e, SimpleNamespace(**({"diverged": False, "valid_accuracy": 0.0} | of_all | one)))
        for e, one in enumerate(fields)
    ]


OPEN, CLOSED = diamond(0.3), diamond(0.8)
MOONS = DATASET._replace(name="moons")


@pytest.mark.parametrize(
    ("dataset", "course", "sentence"),
    [
        (DATASET, [OPEN, CLOSED, CLOSED], "It needed 1 epoch to enclose the inner ring."),
        (DATASET, [OPEN, CLOSED, OPEN, CLOSED], "It needed 3 epochs to enclose the inner ring."),
        (DATASET, [CLOSED, CLOSED], "It needed no training to enclose the inner ring."),
        (DATASET, [OPEN, CLOSED, OPEN], "2 epochs were not enough to enclose the inner ring."),
        (DATASET, [OPEN, OPEN], "1 epoch was not enough to enclose the inner ring."),
        (MOONS, [0.5, 0.94, 0.95, 0.97], "It needed 2 epochs to reach 95% validation accuracy."),
        (MOONS, [0.5, 0.949], "1 epoch was not enough to reach 95% validation accuracy."),
    ],
)
def test_the_ending_says_from_when_on_it_was_so(dataset, course, sentence):
    assert learned.ending(CONFIG, dataset, records(*course)) == sentence


def test_of_a_network_that_diverged_nothing_else_is_said():
    said = learned.ending(CONFIG, DATASET, records(OPEN, diverged=True))
    assert said == "The network diverged: its loss is no longer a number."
