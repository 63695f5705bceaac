"""Numbers of a chart that are sent as a table: where the browser can read them, and what stays a constant."""

import altair as alt
import numpy as np
import pandas as pd
import pytest
import sent_charts

from ui.charts import values
from ui.charts.template import from_template
from ui.charts.values import separated

ROWS = pd.DataFrame({"x": [0.0, 1.0], "y": [2.0, 3.0]})


def layers(frame, domain, top, left, n_steps, height, *, alone=False):
    """A chart with a value in each place that can have one."""
    y = alt.Y("y:Q", scale=alt.Scale(domain=[0, top]))
    dots = alt.Chart(frame).mark_point().encode(alt.X("x:Q", scale=alt.Scale(domain=domain)), y)
    if alone:
        return dots
    rule = alt.Chart(frame).transform_calculate(step=f"datum.x * {n_steps}").mark_rule(size=height)
    return alt.layer(dots, rule.encode(x=alt.XDatum(left)))


def parts(domain=(0.25, 8.5), top=3, left=-1.5, n_steps=20, height=40, **options):
    values = {"domain": domain, "top": top, "left": left, "n_steps": n_steps, "height": height}
    return from_template(layers, "A title", {"frame": ROWS}, values, **options)


def test_an_axis_a_datum_and_an_expression_read_their_numbers_from_a_table():
    spec, frames = separated(parts())
    dots, rule, unseen = spec["layer"]
    numbers = frames["values"]["number"]
    assert numbers.dtype == float
    assert sorted(numbers) == [-1.5, 0.25, 3, 8.5, 20]
    row = {number: f"values[{place}]" for place, number in enumerate(numbers)}
    assert dots["encoding"]["x"]["scale"]["domain"] == [{"expr": row[0.25]}, {"expr": row[8.5]}]
    assert dots["encoding"]["y"]["scale"]["domain"] == [0, {"expr": row[3]}]
    assert rule["encoding"]["x"] == {"datum": {"expr": row[-1.5]}, "type": "quantitative"}
    assert rule["transform"] == [{"calculate": f"datum.x * {row[20]}", "as": "step"}]
    assert {"name": "values", "expr": "pluck(data('values'), 'number')"} in spec["params"]
    assert unseen["data"] == {"name": "values"}


def test_a_number_that_is_read_in_several_places_is_sent_once():
    def bands(frame, low, ends):
        y = alt.Y("y:Q", scale=alt.Scale(domain=ends))
        first = alt.Chart(frame).mark_point().encode(x=alt.XDatum(low), y=y)
        return alt.layer(first, alt.Chart(frame).mark_rule().encode(x=alt.XDatum(low), y=y))

    spec, frames = separated(from_template(bands, "", {"frame": ROWS}, {"low": 5, "ends": (1, 2)}))
    assert sorted(frames["values"]["number"]) == [1, 2, 5]
    one, other, _ = (layer.get("encoding") for layer in spec["layer"])
    assert one == other


def test_a_number_that_is_not_read_by_an_expression_stays_in_the_specification():
    spec, frames = separated(parts(height=40))
    assert spec["layer"][1]["mark"]["size"] == 40
    assert 40 not in frames["values"]["number"].tolist()
    assert separated(parts(height=41))[0] != spec


def test_charts_that_differ_in_their_numbers_alone_have_one_specification():
    values._separated.cache_clear()
    one, table = separated(parts())
    other, another = separated(parts((1, 2), 9.5, 7, 4))
    assert one == other
    assert values._separated.cache_info().misses == 1
    assert sorted(another["values"]["number"]) == [1, 2, 4, 7, 9.5]
    assert sorted(table["values"]["number"]) == [-1.5, 0.25, 3, 8.5, 20], "the first is as it was"


@pytest.mark.parametrize("domain", [(0.0, np.nan), (-np.inf, 1.0), (1.0,), (1.0, 2.0, 3.0), ("a", "b"), None])
def test_what_is_not_two_finite_numbers_is_a_constant(domain):
    spec, frames = separated(parts(domain))
    sent = spec["layer"][0]["encoding"]["x"]["scale"]["domain"]
    np.testing.assert_equal(sent, domain if domain is None else list(domain))
    assert sorted(frames["values"]["number"]) == [-1.5, 3, 20]


def test_true_is_no_number():
    spec, frames = separated(parts(left=True))
    assert spec["layer"][1]["encoding"]["x"]["datum"] is True
    assert sorted(frames["values"]["number"]) == [0.25, 3, 8.5, 20]


def test_a_chart_without_layers_or_without_numbers_is_sent_as_it_is():
    alone = parts(alone=True)
    assert separated(alone) == (alone.specification(), {"frame": ROWS})
    words = parts(("a", "b"), "c", "d", "datum.y", "e")
    assert separated(words) == (words.specification(), {"frame": ROWS})


def test_the_numbers_put_back_give_the_chart_built_with_them_and_others_do_not(monkeypatch):
    assert sent_charts.differences_with_table(parts()) == []
    other = separated(parts(top=4))
    monkeypatch.setattr(sent_charts, "separated", lambda _: other)
    (found,) = sent_charts.differences_with_table(parts())
    assert found == ("/layer/0/encoding/y/scale/domain/1", 4.0, 3.0)
