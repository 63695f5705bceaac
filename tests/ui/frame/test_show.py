"""A chart on the page: its title above it, its words for who cannot see it, its frames by name."""

import json

from streamlit.testing.v1 import AppTest


def two_charts(levels, title):
    """A script of its own for AppTest: a chart a level, one below the other."""
    import pandas as pd

    from ui.charts import curves
    from ui.frame.show import show

    for number, level in enumerate(levels):
        frame = pd.DataFrame({"epoch": [0, 1], "quantity": "accuracy", "split": "train", "median": level})
        ends = pd.DataFrame({"epoch": [0, 1], "quantity": "accuracy", "split": "test", "median": [0.0, 1.0]})
        frame = pd.concat([frame, ends]).assign(low=0.0, high=1.0)
        show(curves.curves(frame, "accuracy", title, epoch=1), "Accuracy by epoch", f"Number {number}")


def shown(*levels, title="A finding"):
    app = AppTest.from_function(
        two_charts, kwargs={"levels": levels, "title": title}, default_timeout=30
    ).run()
    assert not app.exception
    return app, [one.proto for one in app.get("vega_lite_chart")]


def named(spec):
    """The names of data that the specification asks for."""
    if isinstance(spec, dict):
        own = {spec["data"]["name"]} if "name" in spec.get("data", {}) else set()
        return own.union(*(named(value) for value in spec.values()))
    return set().union(*(named(value) for value in spec)) if isinstance(spec, list) else set()


def test_a_chart_stands_under_its_title_says_what_it_shows_and_sends_every_frame_once():
    app, (chart,) = shown(0.25)
    assert "**A finding**" in [one.value for one in app.markdown]
    spec = json.loads(chart.spec)
    assert "title" not in spec
    assert "legend" not in spec["config"]
    assert chart.alt == "Accuracy by epoch. Number 0."
    sent = [dataset.name for dataset in chart.datasets]
    assert len(set(sent)) == len(sent) == 3, "the curves, their names and the rule"
    assert named(spec) == set(sent)
    assert all(len(dataset.data.data) > 100 for dataset in chart.datasets)


def test_charts_that_differ_in_data_alone_have_the_same_specification_and_none_without_a_title_above_it():
    app, (one, other) = shown(0.25, 0.75, title="")
    assert len(app.markdown) == 0
    assert one.spec == other.spec
    assert [d.name for d in one.datasets] == [d.name for d in other.datasets]
    assert [d.data.data for d in one.datasets] != [d.data.data for d in other.datasets]
