"""The part of the plane that is drawn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linear import points_dataset

from ui.figures import maps
from ui.figures.maps import Plane

POINTS = st.lists(st.tuples(*[st.floats(-100, 100, width=32)] * 2), min_size=1, max_size=30)


@given(POINTS.map(np.array), st.sampled_from([0.0, 3.0]))
@settings(deadline=None, database=None)
def test_the_plane_is_square_holds_every_point_and_reaches_as_far_as_asked(points, least):
    plane = maps.plane_of(points, least)
    (left, right), (bottom, top) = plane.x, plane.y
    assert right - left == pytest.approx(top - bottom, rel=1e-6)
    assert right > left
    assert (points > [left, bottom]).all()
    assert (points < [right, top]).all()
    if least:
        assert max(left, bottom) <= -least
        assert min(right, top) >= least


def test_raw_points_undo_the_scaling_in_the_order_of_the_splits():
    dataset = points_dataset([(1, 2, 0)], [(0, 0, 1)], [(-1, 1, 0)], shift=(10.0, 0.0), scale=(2.0, 4.0))
    np.testing.assert_allclose(maps.raw_points(dataset), [[12, 8], [10, 0], [8, 4]])


def test_cells_are_numbered_row_by_row_from_the_top_left():
    centres = Plane((0.0, 4.0), (10.0, 14.0)).centres(4).reshape(4, 4, 2)
    assert centres[0, 0].tolist() == [0.5, 13.5]
    assert centres[0, 3].tolist() == [3.5, 13.5]
    assert centres[3, 0].tolist() == [0.5, 10.5]


def test_the_plane_of_generated_points_is_centred_on_them_with_a_margin():
    plane = maps.plane_of(np.array([[0.0, 5.0], [2.0, 5.5]]))
    assert sum(plane.x) / 2 == pytest.approx(1.0)
    assert sum(plane.y) / 2 == pytest.approx(5.25)
    assert 2.0 < plane.x[1] - plane.x[0] < 2.5


def test_points_of_ones_own_have_the_origin_in_the_middle_wherever_they_are():
    for points in ([[0.5, 0.5]], [[90.0, -3.0]]):
        plane = maps.plane_of(np.array(points), 3.0)
        assert sum(plane.x) == pytest.approx(0)
        assert sum(plane.y) == pytest.approx(0)
