"""Axes and colours of values that are all equal: their ends lie around them, and ticks are round numbers."""

import numpy as np
import pandas as pd
import pytest
from seen import axis, seen
from values_swept import of_fields, of_map

from ui.charts import boxes, sensitivity, sweeps

ACCURACY, LOSS = "validation accuracy", "validation loss"
VALUE = 0.993939393


def trials(median, **columns):
    n = len(median)
    frame = pd.DataFrame({"trial": range(n), "rate": [str(k + 1) for k in range(n)], "median": median})
    return frame.assign(low=median, high=median, front=True, **columns)


def written(low, high, places):
    """The round numbers from low to high, all in these places: the candidates for ticks."""
    return [k / 10**places for k in range(10**places * 2) if low <= k / 10**places <= high]


@pytest.mark.parametrize(
    ("metric", "value"), [(ACCURACY, VALUE), (ACCURACY, 1.0), (ACCURACY, 0.0), (LOSS, 0.0234567)]
)
@pytest.mark.parametrize("n", [1, 3])
def test_results_that_are_all_equal_lie_within_the_axis_among_round_numbers(metric, value, n):
    frame = trials([value] * n, parameters=np.arange(10, 10 + n))
    for drawing in (
        sweeps.against(frame, "rate", metric, "", of_fields(frame, "rate")),
        sweeps.cost(frame, "parameters", metric, ""),
    ):
        low, high = axis(drawing, "y")[2]
        assert 0 <= low <= value <= high <= 1
        assert len(written(low, high, 3)) >= 3


def test_results_that_differ_have_the_ends_that_vega_finds():
    frame = trials([0.5, VALUE], parameters=[10, 20])
    for drawing in (
        sweeps.against(frame, "rate", ACCURACY, "", of_fields(frame, "rate")),
        sweeps.cost(frame, "parameters", ACCURACY, ""),
    ):
        assert [axis(drawing, name)[2] for name in "xy"] == [None, None]
    spread = frame[:1].assign(low=0.25)
    drawing = sweeps.against(spread, "rate", ACCURACY, "", of_fields(spread, "rate"))
    assert axis(drawing, "y")[2] is None, "its seeds differ"


def test_a_cost_that_all_trials_have_lies_within_its_axis():
    frame = trials([0.5, 0.75], seconds=[1.2345678] * 2)
    low, high = axis(sweeps.cost(frame, "seconds", ACCURACY, ""), "x")[2]
    assert low < 1.2 < 1.2345678 < 1.3 < high
    assert axis(sweeps.cost(frame.assign(seconds=0.0), "seconds", ACCURACY, ""), "x")[2] is None


@pytest.mark.parametrize(("metric", "value"), [(ACCURACY, VALUE), (LOSS, 0.0234567)])
def test_colours_of_equal_results_have_ends_around_them(metric, value):
    cell = pd.DataFrame({"x": ["1"], "y": ["2"], "median": [value], "trials": [1], "trial": [0]})
    place = {"axis": ["rate", "median"], "trial": 0, "position": 0.5, "value": "1", "median": value}
    for drawing in (
        sweeps.heat(cell, "rate", "units", metric, "", of_map(cell, "rate", "units")),
        sweeps.parallel(pd.DataFrame(place), metric, ""),
    ):
        low, high = seen(drawing)[0].encoding["color"]["scale"]["domain"]
        assert low < value < high


def test_the_small_charts_of_trainings_without_an_epoch_have_whole_epochs_and_ends_around_their_loss():
    frame = pd.DataFrame({"epoch": [0], "value": ["1"], "split": ["train"], "median": [0.6931472]})
    encoding = sweeps.multiples(frame, "rate", "").parts().specification()["spec"]["encoding"]
    low, high = encoding["y"]["scale"]["domain"]
    assert low < 0.6931472 < high
    assert encoding["x"]["axis"]["format"] == "d"


def test_slopes_that_are_all_0_have_an_axis_with_other_numbers_too():
    none = pd.DataFrame({"feature": ["width", "age"], "value": [0.0, -0.0]})
    assert axis(sensitivity.magnitudes(none, ""), "x")[2] == [0, 1]
    assert axis(sensitivity.signed(none, ""), "x")[2] == [-1, 1]
    one = none.assign(value=[0.0, 2.0])
    assert axis(sensitivity.signed(one, ""), "x")[2] is None


@pytest.mark.parametrize("value", [3.0, 0.25])
def test_boxes_without_any_spread_lie_within_their_axis(value):
    columns = dict.fromkeys(("low", "lower", "median", "upper", "high"), value)
    frame = pd.DataFrame({"epoch": [1], "layer": 1} | columns)
    low, high = axis(boxes.by_layer(frame, 1, "", "layer", "a", log=False), "y")[2]
    assert low < value < high
