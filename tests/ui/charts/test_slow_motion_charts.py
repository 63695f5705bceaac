import pandas as pd
import pytest
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
