"""The charts of starts: valid, titled, in the starts' colours; names apart; axes cut; marks clipped."""

import numpy as np
import pytest
from start_charts import (
    COLOURS,
    ENDS,
    NOTHING,
    activations,
    by_layer,
    distinct,
    domain,
    gallery,
    lines,
    marked,
    probabilities,
    rows_of,
    shares,
    signal,
    specification,
    trained,
    values,
)

from ui import charts
from ui.charts.lines import MOST_DECADES, Axis

CHARTS = {
    "forward": signal,
    "backward": lambda: signal(backward=True),
    "activations": activations,
    "shares": shares,
    "loss": trained,
    "loss, published, ends and rule": lambda: trained(
        published=values(0.5, 0.4), ends=ENDS, rule=(2.3, "label entropy")
    ),
    "accuracy": lambda: trained("accuracy", published=values(0.5, 0.4), ends=ENDS),
    "nothing published, no ends": lambda: trained(published=values(), ends=NOTHING),
    "steps": lambda: charts.by_layer(by_layer(), 4, "A title", "‖ΔW‖ / ‖W‖", rule=True),
    "steps of one layer and one epoch": lambda: charts.by_layer(by_layer(1, 1), 1, "A title", "‖∂L/∂W‖"),
    "distinct units": distinct,
    "gallery": gallery,
    "gallery without captions": lambda: gallery(captions=False),
    "probabilities": probabilities,
}


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_valid_and_titled_and_so_are_its_axes_and_each_start_has_its_colour(name):
    spec = specification(CHARTS[name]())
    assert spec["title"] == "A title"
    assert spec["height"] > 50
    encodings = [one["encoding"] for one in spec.get("layer", [spec])]
    for channel in ("x", "y"):
        assert name.startswith("gallery") or any(one.get(channel, {}).get("title") for one in encodings)
    for colour in [one["color"] for one in encodings if one.get("color", {}).get("field") == "start"]:
        assert dict(zip(colour["scale"]["domain"], colour["scale"]["range"], strict=True)) == COLOURS


@pytest.mark.parametrize(
    "chart",
    [
        trained(finals=[1e-6] * 4 + [1e6] * 4),
        trained("accuracy", [0.0] * 8),
        signal([1.0] * 8),
        charts.shares(lines([1.0] * 8, x="layer"), COLOURS, "A title", "share"),
    ],
    ids=["loss", "accuracy", "signal", "shares"],
)
def test_the_names_of_eight_starts_do_not_touch_and_stay_on_the_axis(chart):
    spec = specification(chart)
    low, high = domain(spec)
    (layer,) = [one for one in marked(spec, "text") if one["encoding"]["y"]["field"] == "label_at"]
    of = np.log if layer["encoding"]["y"]["scale"]["type"] == "log" else np.asarray
    rows = sorted(rows_of(spec, layer), key=lambda row: row["median"])
    heights = (of([row["label_at"] for row in rows]) - of(low)) / (of(high) - of(low))
    assert len(rows) == 8
    assert (np.diff(heights) >= 0.08).all(), "names do not touch, and keep their order"
    assert -0.01 <= heights[0] < heights[-1] <= 1.01


@pytest.mark.parametrize(
    ("backward", "layer", "title"), [(False, 5, "last = output"), (True, 1, "output back")]
)
def test_a_backward_signal_runs_from_the_last_layer_to_the_first_where_its_names_stand(
    backward, layer, title
):
    spec = specification(signal(backward=backward))
    scales = [one["encoding"]["x"]["scale"] for one in spec["layer"]]
    assert {scale.get("reverse", False) for scale in scales} == {backward}
    assert title in spec["layer"][0]["encoding"]["x"]["title"]
    (names,) = marked(spec, "text")
    assert {row["layer"] for row in rows_of(spec, names)} == {layer}


def test_a_signal_is_measured_in_points_over_a_band_and_predicted_in_dashes():
    spec = specification(signal(predicted=(0.25, 0.125)))
    assert [layer["mark"]["type"] for layer in spec["layer"]] == ["area", "point", "text", "line"]
    (dashed,) = marked(spec, "line")
    assert dashed["mark"]["strokeDash"]
    assert [row["value"] for row in rows_of(spec, dashed)] == [0.25, 0.125]


@pytest.mark.parametrize("predicted", [1e-200, 1e200])
def test_a_prediction_beyond_what_was_measured_is_cut_at_the_axis_and_does_not_stretch_it(predicted):
    spec = specification(signal((0.1, 1.0), predicted=(1.0, predicted)))
    assert domain(spec) == pytest.approx((0.095 / 1.15, 1.05 * 1.15))
    assert marked(spec, "line")[0]["mark"]["clip"] is True


@pytest.mark.parametrize(("level", "ends"), [(1e-200, (1e-30, 1.05)), (1e200, (0.95, 1e30))])
def test_the_axis_of_a_signal_spans_so_many_decades_at_most_and_is_one_wherever_it_lies(level, ends):
    low, high = domain(specification(signal((1.0, level))))
    assert (low * 1.15, high / 1.15) == pytest.approx(ends)
    assert np.log10(high / low) <= MOST_DECADES + 0.2
    far = lines([level**0.5], x="layer", first=level**0.5)
    low, high = domain(specification(charts.signal(far, values(x="layer"), COLOURS, "A title", "Var[a]")))
    assert 0 < low < high < np.inf


def test_an_axis_leaves_its_values_a_margin():
    assert Axis(0.5, 2.0, log=True).domain == pytest.approx((0.5 / 1.15, 2.0 * 1.15))
    assert Axis(0.0, 1.0, log=False).domain == pytest.approx((-0.02, 1.02))
    assert Axis(0.0, 8.0, log=False).domain == pytest.approx((-0.4, 8.4))
