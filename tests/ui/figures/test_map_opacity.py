"""How opaque a map is, in steps of a sixteenth, and how far the plane reaches: worked out by hand."""

import numpy as np
import pytest
from linear import pixels

from ui.charts import palette
from ui.figures import maps


def alpha(opacity):
    """The channel of a pixel of this opacity, in the nearest of sixteen steps."""
    return round(round(16 * opacity) * 255 / 16)


@pytest.mark.parametrize(
    ("outputs", "winner", "opacity"),
    [
        ((0.5, 0.5), 0, 0.06),
        ((0.25, 0.75), 1, 0.36),
        ((1.0, 0.0), 0, 0.66),
        ((0.1, 0.2, 0.7), 2, 0.06 + 0.6 * 0.55),
        ((0.2,) * 5, 0, 0.06),
        ((0.2, 0.4, 0.4), 1, 0.06 + 0.6 * 0.1),
        ((0.1, 0.1, 0.1), 0, 0.06),
        ((2.0, 0.5), 0, 0.66),
        ((0.05,) * 6 + (0.7,), 0, 0.06 + 0.6 * 0.65),
        ((0.05,) * 7 + (0.65,), 1, 0.06 + 0.6 * 0.6),
    ],
)
def test_a_pixel_is_more_opaque_the_further_the_largest_output_is_above_chance(outputs, winner, opacity):
    (pixel,) = pixels(maps.class_pictures(np.array([[[outputs]]])).sheet())[0]
    assert tuple(pixel) == (*palette.rgb(palette.CLASSES[winner]), alpha(opacity))


def test_a_half_that_disagrees_is_as_opaque_as_more():
    shares = np.array([[[0.0, 0.25, 0.5, 0.6, 0.75]]])
    drawn = pixels(maps.disagreement_pictures(shares).sheet())[0, :, 3].tolist()
    assert drawn == [0, alpha(0.425), *[alpha(0.85)] * 3]


def test_a_map_that_is_missing_is_blank_in_its_place():
    shown = maps.class_pictures(np.array([[[[1.0, 0.0], [0.0, 1.0]]]]))
    rows = pixels(maps.sheet([None, shown, None]))[..., 3]
    assert rows.tolist() == [[0, 0], [alpha(0.66)] * 2, [0, 0]]
    assert maps.sheet([None, None]) == maps.BLANK
    assert pixels(maps.BLANK).shape == (1, 1, 4)


def test_every_pixel_of_an_enlarged_picture_is_a_square():
    small = np.random.default_rng(0).integers(0, 256, (2, 3, 4)).astype(np.uint8)
    large = pixels(maps.png(small, 3))
    assert large.shape == (6, 9, 4)
    for i, j in np.ndindex(6, 9):
        assert large[i, j].tolist() == small[i // 3, j // 3].tolist()


@pytest.mark.parametrize(
    ("points", "least", "half"),
    [
        ([(-1.0, 0.0), (1.0, 0.5)], 3.0, 3.0),
        ([(2.9, 0.0)], 3.0, 3.0),
        ([(3.0, 0.0)], 3.0, 3.12),
        ([(5.0, 0.0), (4.0, -1.0)], 3.0, 5.2),
        ([(-9.0, 0.0), (9.0, 0.0)], 3.0, 9.72),
        ([(7.0, 7.0)], 0.0, 0.54e-6),
        ([(7.0, 3.0), (8.0, 1.0)], 0.0, 1.08),
    ],
)
def test_the_plane_reaches_past_its_points_and_with_least_at_least_as_far_from_0(points, least, half):
    plane = maps.plane_of(np.array(points), least)
    middle = (0.0, 0.0) if least else np.mean(points, axis=0)
    for ends, centre in zip((plane.x, plane.y), middle, strict=True):
        assert ends == pytest.approx((centre - half, centre + half), abs=1e-9)
    assert plane.section is None
