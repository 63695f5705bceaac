"""Which of 256 levels the pixels of uploaded images get, where arrays of a file differ in kind."""

import io

import numpy as np
import pytest

from data import keep_images, uploads
from data.archive import Refusal

LABELS = np.arange(24) % 3


def kept(train, test):
    file = io.BytesIO()
    np.savez(file, x_train=train, y_train=LABELS, x_test=test, y_test=LABELS)
    return uploads.held(keep_images(file.getvalue()))


def pixels(most, dtype):
    return (np.arange(24 * 12) % (most + 1)).reshape(24, 4, 3).astype(dtype)


def test_fractions_beside_numbers_up_to_255_are_told_apart():
    with pytest.raises(Refusal) as refused:
        kept(pixels(255, float) / 255, pixels(255, float))
    assert str(refused.value) == (
        "x_train has values from 0 to 1, x_test up to 255; allowed: 0 to 1, or whole numbers from 0 to 255, "
        "the same in every array."
    )


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({(4, 2, 1): np.nan}, "1 value that is not a finite number, in image 5"),
        (
            {(23, 0, 0): -np.inf, (7, 3, 2): np.inf, (7, 0, 0): np.nan},
            "3 values that are not finite numbers, first in image 8",
        ),
        ({(0, 0, 0): 1e308, (1, 0, 0): 1.7e308}, "values from 0 to 1.7e+308"),
    ],
)
def test_pixels_that_are_no_numbers_are_counted_and_the_first_image_is_named(values, found):
    train = np.zeros((24, 4, 3))
    for place, value in values.items():
        train[place] = value
    with pytest.raises(Refusal) as refused:
        kept(train, pixels(1, float))
    assert str(refused.value) == f"x_train has {found}; allowed: 0 to 1, or whole numbers from 0 to 255."


def test_whole_numbers_up_to_1_are_the_darkest_levels_and_that_is_said():
    dark = kept(pixels(1, np.uint8), pixels(1, np.int64))
    assert (dark.X.min(), dark.X.max()) == (0, 1)
    assert dark.understood == (
        "All pixels are whole numbers up to 1: they are stored as levels 0 and 1 of 255.",
    )
    assert kept(pixels(1, np.uint8), pixels(2, np.uint8)).understood == ()
    ink = kept(pixels(1, bool), pixels(1, bool))
    assert (ink.X.max(), ink.understood) == (
        255,
        ("Pixels that are True or False are stored as levels 255 and 0.",),
    )


@pytest.mark.parametrize(
    ("train", "test", "n_sentences"),
    [
        (float, np.uint8, 1),
        (np.uint8, np.float32, 1),
        (bool, np.int64, 2),
        (np.uint8, bool, 2),
        (float, bool, 2),
        (float, np.float16, 1),
    ],
)
def test_the_same_pixels_from_0_to_1_have_the_same_levels_in_every_array(train, test, n_sentences):
    images = kept(pixels(1, train), pixels(1, test))
    np.testing.assert_array_equal(images.X[:24], images.X[24:])
    assert set(images.X.ravel()) == {0, 255}
    assert "Pixels from 0 to 1 are stored as the nearest of 256 levels." in images.understood
    assert len(images.understood) == n_sentences


def test_whole_numbers_up_to_255_are_levels_beside_fractions_and_truth_values():
    for train in (pixels(4, float) / 4, pixels(1, bool)):
        images = kept(train, pixels(255, np.uint8))
        assert (images.X[:24].max(), images.X[24:].max()) == (255, 255)
        assert images.X[24:].ravel().tolist() == pixels(255, np.uint8).ravel().tolist()
    assert kept(pixels(1, float), pixels(255, float)).X[:24].max() == 1, (
        "whole numbers up to 255, all of them"
    )
