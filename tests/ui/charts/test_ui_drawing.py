"""Drawings are named by their content, and what they send is kept by that name."""

from itertools import combinations

import altair as alt
import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from ui.charts.drawing import drawn
from ui.charts.template import from_template


def frame(**columns):
    return pd.DataFrame({"x": [0, 1], "y": [0.5, 1.5], "name": ["a", "b"], **columns})


def points(frame):
    return alt.Chart(frame).mark_point().encode(alt.X("x:Q"), alt.Y("y:Q"))


@drawn
def dots(frame, title="", **options):
    return from_template(points, title, {"frame": frame})


@drawn
def lines(frame, title="", **options):
    return from_template(points, title, {"frame": frame})


DIFFERENT = {
    "plain": lambda: dots(frame()),
    "another function": lambda: lines(frame()),
    "another title": lambda: dots(frame(), "A title"),
    "an option": lambda: dots(frame(), rule=1),
    "an option of another type": lambda: dots(frame(), rule="1"),
    "an option of another name": lambda: dots(frame(), epoch=1),
    "a number": lambda: dots(frame(y=[0.5, np.nextafter(1.5, 2)])),
    "a word": lambda: dots(frame(name=["a", "c"])),
    "words that run on": lambda: dots(frame(name=["ab", ""])),
    "categories": lambda: dots(frame(name=pd.Categorical(["a", "b"]))),
    "categories of other names": lambda: dots(frame(name=pd.Categorical(["a", "c"]))),
    "categories in another order": lambda: dots(frame(name=pd.Categorical(["a", "b"], ["b", "a"]))),
    "another name of a column": lambda: dots(frame().rename(columns={"name": "title"})),
    "rows in another order": lambda: dots(frame().iloc[::-1]),
    "a colour": lambda: dots(frame(), colours={"a": "#000", "b": "#fff"}),
    "colours in another order": lambda: dots(frame(), colours={"b": "#fff", "a": "#000"}),
    "a tuple": lambda: dots(frame(), pair=(1, 2)),
    "a list": lambda: dots(frame(), pair=[1, 2]),
    "a number of NumPy": lambda: dots(frame(), rule=np.float32(0.5)),
    "another number of NumPy": lambda: dots(frame(), rule=np.float32(0.25)),
    "an array": lambda: dots(frame(), pair=np.array([1, 2])),
    "an array of another shape": lambda: dots(frame(), pair=np.array([[1, 2]])),
}


def test_equal_content_has_one_name_and_different_content_different_names():
    named = {name: make().digest for name, make in DIFFERENT.items()}
    assert named == {name: make().digest for name, make in DIFFERENT.items()}
    assert {len(one) for one in named.values()} == {32}, "two of 128 bits are never alike by chance"
    assert [pair for pair in combinations(named, 2) if named[pair[0]] == named[pair[1]]] == []


def test_what_has_no_content_to_speak_of_is_refused():
    with pytest.raises(TypeError, match=r"not object\.$"):
        _ = dots(frame(), rule=object()).digest


def many(levels, counted):
    """A script of its own: a chart a level; `counted` takes the level of each that is drawn."""
    import altair as alt
    import pandas as pd

    from ui.charts.drawing import drawn
    from ui.charts.template import from_template
    from ui.frame.show import show

    def points(frame):
        return alt.Chart(frame).mark_point().encode(alt.X("x:Q"), alt.Y("y:Q"))

    @drawn
    def counting(frame):
        counted.append(float(frame["y"].iloc[0]))
        return from_template(points, "", {"frame": frame})

    for number, level in enumerate(levels):
        show(counting(pd.DataFrame({"x": [0], "y": [level]})), "Dots", "Seen", key=f"dot {number}")


def test_a_chart_is_drawn_once_and_sent_each_time_with_its_own_numbers():
    counted = []
    app = AppTest.from_function(
        many, kwargs={"levels": (0.25, 0.5, 0.25), "counted": counted}, default_timeout=30
    )
    first = [one.proto for one in app.run().get("vega_lite_chart")]
    again = [one.proto for one in app.run().get("vega_lite_chart")]
    assert counted == [0.25, 0.5]
    sent = [one.datasets[0].data.data for one in first]
    assert sent[0] == sent[2] != sent[1]
    assert [(one.spec, one.datasets[0].data.data) for one in again] == [
        (one.spec, bytes_) for one, bytes_ in zip(first, sent, strict=True)
    ]
