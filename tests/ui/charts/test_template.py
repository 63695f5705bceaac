"""A chart's template, filled in, is the chart that Altair builds afresh, whatever it is filled with."""

import altair as alt
import numpy as np
import pandas as pd
import pytest
import sent_charts
from hypothesis import given, settings
from hypothesis import strategies as st

from ui.charts import template
from ui.charts.template import from_template, specified

ROWS = pd.DataFrame({"x": [0.0, 1.0], "y": [2.0, 3.0]})
RULE = pd.DataFrame({"y": [2.5]})
NUMBERS = st.one_of(st.integers(-9, 9), st.floats(allow_nan=False, allow_infinity=False))


def dots_and_rule(frame, rule, domain, unit, height, *, colour="red"):
    x = alt.X("x:Q", scale=alt.Scale(domain=domain, nice=False), title=f"x, {unit} wide")
    dots = alt.Chart(frame).mark_point(color=colour).encode(x, alt.Y("y:Q"))
    if rule is None:
        return dots.properties(height=40)
    across = alt.Chart(rule).transform_calculate(y=f"{unit}").mark_rule(size=height).encode(alt.Y("y:Q"))
    return alt.layer(dots, across)


def parts(frame=ROWS, rule=RULE, domain=(0.0, 1.0), unit=1, height=2, title="A title", **options):
    values = {"domain": domain, "unit": unit, "height": height}
    return from_template(dots_and_rule, title, {"frame": frame, "rule": rule}, values, **options)


@pytest.mark.slow
@settings(deadline=None, database=None, max_examples=60)
@given(
    st.one_of(st.none(), st.tuples(NUMBERS, NUMBERS), st.lists(NUMBERS, max_size=3)),
    st.one_of(NUMBERS, st.text(max_size=9)),
    NUMBERS,
    st.booleans(),
    st.sampled_from(["red", "blue"]),
)
def test_a_template_filled_in_is_the_chart_built_afresh(domain, unit, height, has_rule, colour):
    one = parts(ROWS, RULE if has_rule else None, domain, unit, height, colour=colour)
    assert (
        sent_charts.differences(sent_charts.as_sent(one.specification()), sent_charts.built_afresh(one)) == []
    )


def test_altair_builds_once_per_tables_that_are_there_and_options_whatever_the_values():
    template.template.cache_clear()
    for domain in ([0, 1], [0.5, 2.0], (3, 4)):
        for title in ("one", "another"):
            parts(domain=domain, title=title).specification()
            parts(ROWS.head(1), domain=domain).specification()
    assert template.template.cache_info().misses == 1
    parts(rule=None).specification()
    parts(colour="red").specification()
    parts(colour="blue").specification()
    assert template.template.cache_info().misses == 4


def test_options_that_are_written_alike_alone_share_a_template():
    different = [
        {"a": 1, "b": 2},
        {"b": 2, "a": 1},
        {"a": True, "b": 2},
        {"a": 1.0, "b": 2},
        {"a": "1", "b": 2},
    ]
    keys = [template._Options(one) for one in different]
    assert len({*keys}) == len(different)
    assert template._Options({"a": 1, "b": 2}) == keys[0]
    assert [one == keys[0] for one in keys] == [True, False, False, False, False]


def test_filling_in_changes_neither_the_template_nor_a_chart_filled_in_before():
    first = parts(domain=[0, 1], unit="metres")
    before = first.specification()
    copy = sent_charts.as_sent(before)
    parts(domain=[5, 6], unit="feet").specification()
    assert sent_charts.as_sent(before) == copy == sent_charts.as_sent(first.specification())


def test_numbers_and_arrays_of_numpy_are_sent_as_json_has_them():
    values = {"a": (np.float64(0.5), np.int32(2)), "b": [np.float32(0.25)], "c": {"d": np.array([1, 2])}}
    plain = template.plain(values)
    assert plain == {"a": [0.5, 2], "b": [0.25], "c": {"d": [1, 2]}}
    assert {*map(type, [*plain["a"], *plain["b"], *plain["c"]["d"]])} == {int, float}


def test_tables_are_named_and_a_table_that_is_in_several_layers_is_named_once():
    spec = parts(rule=None).specification()
    assert spec["data"] == {"name": "frame"}
    assert {layer["data"]["name"] for layer in parts().specification()["layer"]} == {"frame", "rule"}
    assert list(parts(rule=None).frames()) == ["frame"]


def test_a_function_that_looks_into_its_values_fails_or_is_found_to_differ():
    def formatted(frame, unit):
        return alt.Chart(frame).mark_point().encode(alt.X("x:Q", title=f"{unit:,}"))

    with pytest.raises(TypeError, match="format it as text first"):
        from_template(formatted, "", {"frame": ROWS}, {"unit": 1000}).specification()

    def compares(frame, unit):
        return alt.Chart(frame).mark_point().encode(alt.X("x:Q", title="one" if unit == 1 else "many"))

    one = from_template(compares, "", {"frame": ROWS}, {"unit": 1})
    found = sent_charts.differences(sent_charts.as_sent(one.specification()), sent_charts.built_afresh(one))
    assert found == [("/encoding/x/title", "many", "one")]


def test_a_data_frame_that_is_no_table_of_the_chart_is_refused():
    with pytest.raises(KeyError):
        specified(alt.Chart(ROWS).mark_point(), {"frame": ROWS.copy()})
