"""The bug lab's charts: the bands of relative errors, the strips of tensors, errors that a log axis lacks."""

import numpy as np
import pandas as pd

from lab.bugs.check import TensorCheck
from ui.charts import bug_lab as charts


def test_an_error_at_an_edge_is_in_the_band_that_ends_there_and_no_number_in_the_worst():
    errors = [0, 1e-7, 1.1e-7, 1e-4, 2e-4, 1e-2, 0.02, np.inf, np.nan]
    bands = list(charts.BANDS)
    expected = [bands[k] for k in (0, 0, 1, 1, 2, 2, 3, 3, 3)]
    assert charts.band(errors).tolist() == expected


def test_a_strip_has_a_cell_per_checked_entry_in_order_with_its_place_in_the_tensor():
    numbers, crosses = (np.array([1.0, 2, 3]), np.array([1.0, 2, 6])), np.array([False, False, True])
    weights = TensorCheck("W1", (2, 3), np.array([0, 2, 5]), *numbers, crosses)
    biases = TensorCheck("b1", (3,), np.array([1]), np.array([0.0]), np.array([0.0]), np.array([False]))
    frame = charts.strips([weights, biases])
    assert frame["tensor"].tolist() == ["W1"] * 3 + ["b1"]
    assert frame["entry"].tolist() == ["1, 1", "1, 3", "2, 3", "2"]
    assert frame["relative_error"].tolist() == [0, 0, 0.5, 0]
    assert weights.error > 0.3
    assert frame["tensor_error"].tolist() == [0.0] * 4, "without the entry that crosses a kink"
    bands = charts.errors_by_tensor(frame, "title").chart().layer[0].data["band"]
    assert bands.tolist() == [*[next(iter(charts.BANDS))] * 2, charts.CROSSING, next(iter(charts.BANDS))]
    assert frame["left"].tolist()[1:3] == frame["right"].tolist()[:2]
    assert (frame["right"] > frame["left"]).all()
    assert frame["right"].max() < 0.89, "where the tensor's own error stands"


def test_a_sweep_draws_errors_of_nought_and_no_number_at_the_ends_of_its_axis():
    frame = pd.DataFrame({"h": [0.1, 0.01, 0.001], "error": [0.0, 0.5, np.nan], "program": "without"})
    line, _ = charts.sweep(frame, "title", {"without": "#000000"}).chart().layer
    assert line.data["median"].tolist() == [charts.LEAST, 0.5, 1e3]
