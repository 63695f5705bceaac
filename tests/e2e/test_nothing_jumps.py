"""What a slow connection shows before the page's scripts and styles have arrived stays where it is."""

import re

import pytest
from browsing import CHART, IDLE, PATH, settled
from playwright.sync_api import expect

A_LITTLE = 32  # pixels
SCRIPTS = {"styles": "Html", "charts": "ArrowVegaLiteChart"}  # names of Streamlit's files


def late(page, url, what):
    """Open the page while one of Streamlit's scripts is held back; returns a function that lets it go."""
    waiting, script = [], re.compile(rf"/static/js/{SCRIPTS[what]}\.")
    page.route(script, lambda route: waiting.append(route))
    page.goto(url)

    def arrive():
        assert waiting, "the page has asked for it"
        for route in waiting:
            route.continue_()
        settled(page)
        page.unroute(script)

    return arrive


@pytest.mark.slow
def test_the_title_stays_in_its_place_when_the_styles_arrive(page, address):
    arrive = late(page, f"{address}/derivation", "styles")
    title = page.get_by_role("heading", level=1)
    expect(title).to_be_visible()
    before = title.bounding_box()["y"]
    arrive()
    assert abs(title.bounding_box()["y"] - before) < A_LITTLE


def test_what_is_below_a_chart_is_where_it_was_when_the_chart_arrives(page, address):
    arrive = late(page, f"{address}{PATH}?n_samples=120&seeds=2&epochs=6", "charts")
    below = page.get_by_text("derivatives of this network")
    expect(below).to_be_visible()
    page.wait_for_selector(IDLE, state="attached")
    expect(page.get_by_test_id("stMetric")).to_have_count(5)  # of which the script has come
    expect(page.get_by_role("combobox", name="Look closer at a unit")).to_be_visible()
    page.wait_for_timeout(2_000)
    before = below.bounding_box()["y"]
    arrive()
    assert page.locator(CHART).count() > 3
    assert abs(below.bounding_box()["y"] - before) < A_LITTLE
