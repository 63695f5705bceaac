"""The charts of the optimization page: valid, titled, on the axes that they promise."""

import pandas as pd
import pytest
from seen import axis
from start_charts import specification

from ui.charts import optimization, optimization_bowl, optimization_lines
from ui.charts.palette import OPTIMIZERS

WINDOW = ((-1.0, 3.0), (0.0, 2.0))
COLOURS = dict(zip(("sgd", "adam"), OPTIMIZERS, strict=False))
PATHS = pd.DataFrame(
    {"a": [0.0, 1, 0, 2], "b": [0.0, 1, 0, 1], "path": ["sgd", "sgd", "adam", "adam"], "epoch": [0, 1, 0, 1]}
    | {"step": [0, 5, 0, 5], "loss": [1.0, 0.5, 1.0, 0.2]}
)
NOW = pd.DataFrame({"epoch": [1]})
LINE = pd.DataFrame({"x": [0.0, 1.0], "y": [0.0, 1.0], "line": [0, 0], "step": [0, 1], "level": [0.5, 0.5]})


def surface(epoch=1):
    picture = pd.DataFrame({"picture": ["data:image/png;base64,"]})
    marks = pd.DataFrame({"a": [0.0, 1.0], "b": [0.0, 1.0], "text": ["start", "solution"]})
    titles = "first", "second"
    return optimization.surface(picture, LINE, PATHS, marks, WINDOW, COLOURS, titles, "A title", epoch)


def by_step(kind, **column):
    frame = pd.DataFrame({"step": [0, 1, 0, 1], "schedule": ["a", "a", "b", "b"]} | column)
    colours = dict(zip(("a", "b"), OPTIMIZERS, strict=False))
    if kind == "loss":
        return optimization_lines.loss_by_step(frame, colours, "a", [0, 2], "A title", "loss", (NOW, 5))
    return optimization_lines.rate_by_step(frame, colours, "a", [0, 2], "A title", (NOW, 5))


def curvature(values=(1.0, 5.0)):
    frame = pd.DataFrame({"epoch": [0, 1], "value": values, "error": [0.0, 0.1]})
    bounds = pd.DataFrame({"epoch": [0, 1], "value": [20.0, 20.0], "name": "2/η"})
    return optimization_lines.curvature(frame, bounds, {"2/η": "#E42536"}, "A title", NOW)


def bowl():
    steps = pd.DataFrame({"x": [0.0, 1.0], "y": [0.0, 1.0], "optimizer": "sgd", "step": [0, 1]})
    return optimization_bowl.paths(LINE, steps, {"sgd": OPTIMIZERS[0]}, "A title")


def test_a_descent_that_goes_farther_away_than_it_began_is_within_its_axis():
    frame = pd.DataFrame({"step": [0, 1, 2], "distance": [1.0, 30.0, 4.0], "optimizer": "sgd"})
    drawing = optimization_bowl.distances(frame, 1e-6, {"sgd": OPTIMIZERS[0]}, "A title")
    _, kind, (low, high), _ = axis(drawing, "y")
    assert kind == "log"
    assert low == 1.0
    assert high >= 30.0


def distances():
    frame = pd.DataFrame({"step": [0, 1], "distance": [1.0, 1e-7], "optimizer": "sgd"})
    return optimization_bowl.distances(frame, 1e-6, {"sgd": OPTIMIZERS[0]}, "A title")


CHARTS = {
    "surface": surface(),
    "loss": by_step("loss", loss=[1.0, 0.5, 2.0, 1e20]),
    "rate": by_step("rate", rate=[0.1, 0.2, 0.3, 0.0]),
    "curvature": curvature(),
    "bowl": bowl(),
    "distances": distances(),
}


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_valid_and_titled_and_both_axes_are_named(name):
    spec = specification(CHARTS[name])
    assert spec["title"] == "A title"
    for channel in ("x", "y"):
        assert any(layer["encoding"].get(channel, {}).get("title") for layer in spec["layer"])


def scales(name, channel):
    layers = specification(CHARTS[name])["layer"]
    found = [layer["encoding"][channel].get("scale", {}) for layer in layers if channel in layer["encoding"]]
    return [scale for scale in found if scale]


def test_what_spans_decades_is_logarithmic_and_a_loss_beyond_all_bounds_is_cut():
    for name in ("loss", "curvature", "distances"):
        assert {scale["type"] for scale in scales(name, "y")} == {"log"}
    assert max(scales("loss", "y")[0]["domain"]) <= 2e12
    low, high = scales("curvature", "y")[0]["domain"]
    assert low < 1 < 20 < high


def test_every_layer_of_the_surface_has_the_same_window_and_of_the_bowl_the_same_unit():
    assert {tuple(scale["domain"]) for scale in scales("surface", "x")} == {WINDOW[0]}
    assert {tuple(scale["domain"]) for scale in scales("surface", "y")} == {WINDOW[1]}
    assert {tuple(scale["domain"]) for scale in scales("bowl", "x") + scales("bowl", "y")} == {(-1.08, 1.08)}


@pytest.mark.parametrize(("epoch", "rows"), [(0, 2), (1, 4)])
def test_the_paths_follow_the_timeline_and_reach_the_servers_epoch_without_one(epoch, rows):
    spec = specification(surface(epoch))
    filters = [layer["transform"][0]["filter"] for layer in spec["layer"] if "transform" in layer]
    assert set(filters) == {"at_epoch ? datum.epoch <= +at_epoch : datum.past"}
    (frame,) = [data for data in spec["datasets"].values() if data and "past" in data[0]]
    assert sum(row["past"] for row in frame) == rows
    assert {one["name"] for one in spec["params"]} >= {"at_epoch"}


def test_a_rule_on_an_axis_of_steps_stands_where_the_epoch_ends():
    (rule,) = [layer for layer in specification(CHARTS["loss"])["layer"] if layer["mark"]["type"] == "rule"]
    assert rule["transform"] == [{"as": "step", "calculate": "(at_epoch ? +at_epoch : datum.epoch) * 5"}]
    assert rule["encoding"]["x"]["field"] == "step"
