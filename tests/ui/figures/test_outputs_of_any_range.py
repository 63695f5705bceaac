"""Outputs between other ends than 0 and 1: their map's opacity, and the sentence."""

import decimal
from types import SimpleNamespace

import numpy as np
import other_losses
import pytest
from linear import pixels, points_dataset, straight

from mlp import TrainConfig
from mlp.losses import LOSSES
from ui.decision_boundary import numbers, opened
from ui.figures import maps, plane_map


@pytest.fixture(autouse=True)
def registered():
    with other_losses.registered():
        yield


def sixteenths(p, ends):
    """The opacity of each pixel of a map, in steps of a sixteenth."""
    alpha = pixels(maps.class_pictures(np.array([p]), ends).sheet())[..., 3]
    return np.round(alpha * (16 / 255)).astype(int).tolist()


def test_an_output_is_as_opaque_as_its_place_between_its_ends():
    row = [(-1.0, -1.0), (-0.5, -1.0), (0.0, -0.3), (0.2, 0.5), (-1.0, 1.0)]
    # 0.06 + 0.6 · (0, 1/4, 1/2, 3/4, 1), times 16: 0.96, 3.36, 5.76, 8.16, 10.56
    assert sixteenths([row], (-1, 1)) == [[1, 3, 6, 8, 11]]


def test_outputs_without_ends_are_opaque_by_their_place_in_the_picture():
    row = [(-7.0, -9.0), (3.0, 0.0), (8.0, 13.0), (np.nan, 2.0)]  # the largest: -7, 3 and 13
    assert sixteenths([row], None) == [[1, 6, 11, 0]]
    assert sixteenths([[(5.0, 5.0), (5.0, 1.0)]], None) == [[1, 1]]
    assert sixteenths([[(np.nan, 5.0), (np.inf, 1.0)]], None) == [[0, 0]]


def test_the_pictures_of_different_networks_have_their_own_ends():
    alone = [[[(0.0, 1.0), (3.0, 2.0)]], [[(10.0, 0.0), (90.0, 0.0)]]]
    both = pixels(maps.class_pictures(np.array(alone), None).sheet())[..., 3]
    for rows, one in zip(np.split(both, 2), alone, strict=True):
        np.testing.assert_array_equal(np.round(rows * (16 / 255)).astype(int), sixteenths(one, None))


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        ("softmax_cross_entropy", "a number from 0 to 1"),
        ("sigmoid_squared_error", "a number from 0 to 1"),
        ("squashed_squares", "a number from −1 to 1"),
        ("half_squares", "a number"),
    ],
)
def test_the_sentence_gives_the_ends_of_the_output(loss, words):
    assert numbers.output_in_words(loss) == words


@pytest.mark.parametrize("loss", [*LOSSES, *other_losses.NAMES])
def test_every_output_lies_between_the_ends_of_its_entry(loss):
    output = LOSSES[loss].output
    logits = [(0.0, 0.0), (30.0, -30.0), (-30.0, 30.0), (-30.0, -30.0), (1.0, -2.0)]
    with decimal.localcontext(prec=60):
        of = [float(value) for row in logits for value in output.textbook([decimal.Decimal(a) for a in row])]
    low, high = output.range or (-30, 30)
    assert low <= min(of) < low + 0.01 * (high - low)
    assert high >= max(of) > high - 0.01 * (high - low)


@pytest.mark.parametrize(
    ("loss", "steps"),
    [
        (
            "squashed_squares",
            10,
        ),  # at x = ±1.98, |x| / √(1 + x²) = 0.893 of -1 to 1: 16 · (0.06 + 0.6 · 0.946)
        ("half_squares", 11),  # the largest of the picture: 16 · 0.66
    ],
)
def test_the_map_of_a_network_and_of_an_opened_file_have_the_ends_of_its_loss(loss, steps):
    config, dataset = TrainConfig(hidden_layer_sizes=(), loss=loss), points_dataset([(-1, 0, 0), (1, 0, 1)])
    network, plane = straight((2, 0), 0.0), maps.Plane((-2.0, 2.0), (-2.0, 2.0))  # logits -x and x
    record = SimpleNamespace(params=network, diverged=False, epoch=1)
    shown = SimpleNamespace(number=1, records=[record])
    run = SimpleNamespace(configs=(config,), dataset=dataset, with_parameters=lambda _: shown)
    opened_file = SimpleNamespace(params=network, config=config, dataset=dataset, name="a file")
    of_run = plane_map.plane_view(run, 1, "1", plane, 4).picture
    for picture in (of_run, opened.of_network(opened_file, plane).picture):
        row = np.round(pixels(picture)[0, :, 3] * (16 / 255)).astype(int)
        assert (row[0], row[-1]) == (steps, steps)
        assert 1 <= row[len(row) // 2] < steps
