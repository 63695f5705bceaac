"""A chart on the page: its title above it, its words for who cannot see it, its frames by name."""

import json
import re
from types import SimpleNamespace

import pytest
from legible import LEAST, THEMES, contrast
from streamlit.testing.v1 import AppTest

from ui.charts import following
from ui.frame import show

BY_THEME = re.compile(r"luminance\(background\) > 0\.5 \? '(?P<light>#\w+)' : '(?P<dark>#\w+)'")


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
    assert "layout" not in spec["config"]["legend"]
    assert chart.alt == "Accuracy by epoch"
    (below,) = app.get("text")
    assert below.value == "Number 0."
    sent = [dataset.name for dataset in chart.datasets]
    assert len(set(sent)) == len(sent) == 4, "the curves, their names, the rule, and the ends of the axes"
    assert named(spec) == set(sent)
    assert all(len(dataset.data.data) > 100 for dataset in chart.datasets)


def test_charts_that_differ_in_data_alone_have_the_same_specification_and_none_without_a_title_above_it():
    app, (one, other) = shown(0.25, 0.75, title="")
    assert len(app.markdown) == 0
    assert one.spec == other.spec
    assert [d.name for d in one.datasets] == [d.name for d in other.datasets]
    assert [d.data.data for d in one.datasets] != [d.data.data for d in other.datasets]


@pytest.fixture
def page(monkeypatch):
    """The charts sent, {specification, options}, and what was said: sentences, or how many charts."""
    page = SimpleNamespace(charts=[], said=[])
    monkeypatch.setattr(show.first_chart, "sent", lambda: page.said.append(len(page.charts)))
    monkeypatch.setattr(show, "give_way", lambda: None)
    monkeypatch.setattr(show, "_sent", lambda drawing: show.Sent("", {"mark": "line"}, {"frame_0": drawing}))
    monkeypatch.setattr(show.st, "vega_lite_chart", lambda **chart: page.charts.append(chart))
    return page


def test_the_kind_names_the_chart_and_the_finding_is_a_sentence_below_it(page, monkeypatch):
    monkeypatch.setattr(show.st, "text", lambda words: page.said.append(words))
    show.show("drawing", "Line chart", "It falls")
    (chart,) = page.charts
    assert chart["alt"] == "Line chart"
    assert page.said == [1, "It falls."], "after the chart, which is ahead"
    assert chart["spec"]["datasets"] == {"frame_0": "drawing"}


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        ("It falls", "It falls."),
        ("It falls. It is at 10%.", "It falls. It is at 10%."),
        ("Does it fall?", "Does it fall?"),
        ("The loss is 0.5", "The loss is 0.5."),
    ],
)
def test_a_finding_ends_with_one_full_stop(page, monkeypatch, finding, said):
    monkeypatch.setattr(show.st, "text", page.said.append)
    show.show("drawing", "Line chart", finding)
    assert page.said[-1] == said


def test_marks_are_read_out_only_where_they_can_be_selected(page):
    def callback():
        """What a click does."""

    show.show("drawing", "A map", "It is red")
    show.show("drawing", "A map", "It is red", key="map", on_select=callback, selection="pick")
    assert [chart["spec"]["config"]["mark"]["aria"] for chart in page.charts] == [False, True]
    assert [chart["key"] for chart in page.charts] == [None, "map"]
    assert (page.charts[1]["on_select"], page.charts[1]["selection_mode"]) == (callback, "pick")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("usermeta", [{}, following.ROWS])
def test_the_words_of_axes_and_legends_have_a_contrast_of_4_5_in_both_themes(
    page, monkeypatch, theme, usermeta
):
    monkeypatch.setattr(show, "_sent", lambda drawing: show.Sent("", {"usermeta": usermeta}, {}))
    show.show("drawing", "A map", "It is red")
    config = page.charts[0]["spec"]["config"]
    for part in ("axis", "legend"):
        for words in ("labelColor", "titleColor"):
            by_theme = BY_THEME.fullmatch(config[part][words]["expr"])
            assert contrast(by_theme[theme], THEMES[theme]) >= LEAST


def test_a_chart_is_reported_once_it_is_sent(page):
    show.show("one", "A chart", "It is")
    show.show("two", "A chart", "It is")
    assert page.said == [1, 2]


def test_a_sentence_shows_a_visitors_words_as_they_are(page):
    show.show_sentence(lambda *said, **how: page.said.append((*said, how)), "d is *x*", ":material/report:")
    assert page.said == [(r"d is \*x\*", {"icon": ":material/report:"})]


@pytest.mark.parametrize(
    ("usermeta", "in_rows"),
    [
        ({}, False),
        (following.SVG, False),
        (following.ROWS, True),
        ({**following.SVG, **following.ROWS}, True),
    ],
)
def test_legends_stand_one_below_the_other_where_the_chart_asks_for_it(page, monkeypatch, usermeta, in_rows):
    monkeypatch.setattr(show, "_sent", lambda drawing: show.Sent("", {"usermeta": usermeta}, {}))
    show.show("drawing", "A map", "It is")
    below = page.charts[0]["spec"]["config"].get("legend", {}).get("layout", {}).get("bottom", {})
    assert (below.get("direction") == "vertical") == in_rows
