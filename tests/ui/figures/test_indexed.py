"""Pictures of few colours: what is read of them is what was written."""

import numpy as np
import pytest
from linear import pixels

from ui.figures import indexed

COLOURS = np.array([(i, 255 - i, i // 2, i) for i in range(256)], np.uint8)


@pytest.mark.parametrize("shape", [(1, 1), (3, 96), (240, 20)])
@pytest.mark.parametrize("n_colours", [1, 2, 17, 256])
def test_every_pixel_has_its_colour(shape, n_colours):
    places = np.random.default_rng(0).integers(0, n_colours, shape).astype(np.uint8)
    np.testing.assert_array_equal(pixels(indexed.png(places, COLOURS[:n_colours])), COLOURS[places])


def test_colours_that_do_not_occur_take_no_bytes():
    places = np.full((8, 8), 200, np.uint8)
    assert len(indexed.png(places, COLOURS)) == len(indexed.png(np.zeros_like(places), COLOURS[200:201]))
