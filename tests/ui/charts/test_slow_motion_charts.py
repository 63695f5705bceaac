import pandas as pd
import pytest
from seen import evaluated, marks
from start_charts import specification

from ui.charts import slow_motion


@pytest.mark.parametrize(
    ("values", "largest"),
    [([0.5, -2.0], 2.0), ([0.0, 0.0], 1.0), ([float("inf"), -3.0], 3.0), ([float("nan")] * 2, 1.0)],
)
def test_the_colours_of_a_table_have_0_in_the_middle(values, largest):
    frame = pd.DataFrame({"row": "z", "column": [1, 2], "value": values})
    spec = specification(slow_motion.table(frame, "unit", "A title"))
    assert spec["layer"][0]["encoding"]["color"]["scale"]["domain"] == [-largest, 0, largest]


@pytest.mark.parametrize(("n", "layers"), [(1, 3), (26, 3), (41, 2)])
def test_only_a_small_batch_is_numbered(n, layers):
    plane = pd.DataFrame({"x": range(n), "y": 0.0})
    examples = plane.assign(index=range(n), **{"class": "a"})
    spec = specification(slow_motion.batch(plane, examples, ("a", "b"), "A title"))
    assert len(spec["layer"]) == layers


@pytest.mark.parametrize(
    ("n", "width", "written"),
    [
        (32, 265, 0),  # a phone: (340 / 265)² · 32 = 53 on the whole square
        (24, 265, 1),  # 40 - 0.5
        (25, 265, 0),
        (32, 340, 1),
        (40, 340, 1),
        (40, 339, 0),
        (40, 900, 1),  # the square is no larger than 340 pixels
    ],
)
def test_the_numbers_of_a_batch_are_left_out_where_the_plane_is_too_narrow_for_them(n, width, written):
    plane = pd.DataFrame({"x": range(n), "y": 0.0})
    examples = plane.assign(index=range(n), **{"class": "a"})
    (numbers,) = marks(slow_motion.batch(plane, examples, ("a", "b"), "A title"), "text")
    opacity = numbers.style["opacity"]["expr"]
    assert evaluated(opacity, {"width": width, "pow": pow, "min": min}) == written
