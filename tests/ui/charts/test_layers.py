"""Layers put together without Altair say what Altair's say."""

import altair as alt
import pandas as pd
import pytest
from sent_charts import assert_as_altair

from ui.charts.layers import layered

FRAME = pd.DataFrame({"x": [0.0, 1.0], "y": [1.0, 2.0]})
ENCODED = alt.Chart(FRAME).encode(alt.X("x:Q"), alt.Y("y:Q"))
CLICK = alt.selection_point(name="click", fields=["x"])
LEVEL = alt.param(name="level", value=0.5)
WIDE = alt.param(name="wide", value=[1, 2])
LAYERS = {
    "of one frame": [ENCODED.mark_line(), ENCODED.mark_point()],
    "of two frames": [ENCODED.mark_line(), alt.Chart(FRAME.assign(y=3.0)).mark_rule().encode(alt.Y("y:Q"))],
    "with a selection": [ENCODED.mark_line(), ENCODED.mark_point().add_params(CLICK)],
    "with two parameters": [ENCODED.mark_line().add_params(LEVEL), ENCODED.mark_point().add_params(WIDE)],
    "alone": [ENCODED.mark_line()],
}


@pytest.mark.parametrize("layers", LAYERS.values(), ids=LAYERS)
@pytest.mark.parametrize(
    "properties",
    [{}, {"title": "A title", "height": alt.Step(20)}, {"params": [alt.param(name="at", expr="1 + 1")]}],
    ids=["plain", "named", "with a parameter"],
)
def test_layers_are_put_together_as_by_altair(layers, properties):
    assert_as_altair(layered(*layers, **properties))


def test_the_comparison_sees_another_layer_another_property_and_another_selection():
    class Wrong(type(layered(ENCODED.mark_line()))):
        def spec(self):
            return super().spec() | self.wrong

    for wrong in ({"layer": []}, {"height": 7}, {"params": [{"name": "click", "select": "point"}]}):
        chart = Wrong(LAYERS["with a selection"], (), {"title": "A title"})
        chart.wrong = wrong
        with pytest.raises(AssertionError):
            assert_as_altair(chart)
