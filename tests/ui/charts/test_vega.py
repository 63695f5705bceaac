"""Charts put together without Altair are those that Altair puts together."""

import altair
import pandas as pd
import pytest
import sent_charts

from ui.charts import layers, vega

FRAME = pd.DataFrame({"x": [0.0, 1.0], "y": [1.0, 2.0]})
OTHER = FRAME.assign(y=3.0)


def encoded(alt, frame=FRAME):
    return alt.Chart(frame).encode(alt.X("x:Q", title="x"), alt.Y("y:Q", axis=None))


def click(alt):
    return alt.selection_point(name="click", fields=["x"], empty=False)


LAYERS = {
    "of one frame": lambda alt: [encoded(alt).mark_line(), encoded(alt).mark_point()],
    "of two frames": lambda alt: [encoded(alt).mark_line(), encoded(alt, OTHER).mark_rule()],
    "of a row": lambda alt: [alt.Chart(alt.Data(values=[{"x": 1}])).mark_tick().encode(alt.X("x:Q"))],
    "with a selection": lambda alt: [
        encoded(alt).mark_line().transform_filter(click(alt)),
        encoded(alt).mark_point(size=20).add_params(click(alt)),
    ],
    "with two parameters": lambda alt: [
        encoded(alt).mark_line().add_params(alt.param(name="level", value=0.5)),
        encoded(alt).mark_point().add_params(alt.param(name="wide", value=[1, 2])),
    ],
    "with transforms": lambda alt: [
        encoded(alt)
        .transform_calculate(u="datum.x + 1", v="[datum.u, 2]")
        .transform_flatten(["v"])
        .transform_window(number="row_number()")
        .transform_filter("datum.number > 1")
        .mark_circle()
    ],
    "with channels changed": lambda alt: [
        alt.Chart(FRAME).mark_bar().encode(x=alt.X("x:Q").scale(type="log").axis(None), y=alt.YValue(3))
    ],
    "with a condition": lambda alt: [
        encoded(alt).mark_text().encode(color=alt.condition("datum.x", alt.value("red"), alt.value("blue")))
    ],
}


@pytest.mark.parametrize("make", LAYERS.values(), ids=LAYERS)
@pytest.mark.parametrize(
    "properties",
    [
        lambda alt: {},
        lambda alt: {"title": "A title", "height": alt.Step(20)},
        lambda alt: {"params": [alt.param(name="at", expr="1 + 1")]},
    ],
    ids=["plain", "named", "with a parameter"],
)
def test_layers_are_put_together_as_by_altair(make, properties):
    theirs = sent_charts.by_altair("ui.charts.layers")
    sent_charts.assert_same(
        layers.layered(*make(vega), **properties(vega)), theirs.layered(*make(altair), **properties(altair))
    )


def test_a_chart_without_layers_and_one_of_facets_are_put_together_as_by_altair():
    def single(alt):
        return encoded(alt).mark_rect().add_params(click(alt)).properties(title="A title", height=20)

    def facets(alt):
        facet = alt.Facet("y:N", sort=[2, 1], header=alt.Header(title="y", labelFontSize=11))
        return encoded(alt).mark_line().facet(facet, columns=4, title="A title")

    sent_charts.assert_same(single(vega), single(altair))
    sent_charts.assert_same(facets(vega), facets(altair))


def test_the_comparison_sees_another_layer_another_property_another_selection_and_another_frame():
    def chart(alt, *parts, **named):
        module = layers if alt is vega else sent_charts.by_altair("ui.charts.layers")
        return module.layered(encoded(alt).mark_line(), *parts, **named)

    sent_charts.assert_same(chart(vega), chart(altair))
    point = encoded(vega).mark_point()
    for wrong in (
        chart(vega, point),
        chart(vega, height=7),
        chart(vega, params=[click(vega)]),
        layers.layered(encoded(vega, OTHER).mark_line()),
    ):
        with pytest.raises(AssertionError):
            sent_charts.assert_same(wrong, chart(altair))


def test_a_frame_is_named_by_its_place_and_numbers_of_numpy_become_plain_ones():
    chart = layers.layered(
        encoded(vega).mark_line(size=FRAME["x"].iloc[1]), encoded(vega, OTHER).mark_line(), title="A title"
    )
    spec, frames = vega.specified(chart)
    assert [layer["data"] for layer in spec["layer"]] == [{"name": "frame_0"}, {"name": "frame_1"}]
    assert frames["frame_0"] is FRAME
    assert frames["frame_1"] is OTHER
    assert type(spec["layer"][0]["mark"]["size"]) is float
