"""The initialization page in a real browser: links, navigation, sliders, a narrow screen."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from browsing import CHART, eventually, fits, said, settled, visit
from playwright.sync_api import expect

PATH = "/initialization"
BOUNDARIES = "/decision_boundary"
QUICK = "n_samples=120&epochs=3&seeds=2"
HEADINGS = {PATH: "Which first weights", BOUNDARIES: "draw the line"}
DEFAULT_SIZES = {PATH: "64x10", BOUNDARIES: "16"}


def asked(page):
    """The query parameters in the address bar, a list each."""
    return parse_qs(urlsplit(page.evaluate("location.href")).query)


def chosen(page):
    """The initializers in the sidebar."""
    return page.locator("[data-testid=stMultiSelect] [data-tag]").all_inner_texts()


def hidden_layers(page):
    return page.get_by_role("textbox", name="Hidden layers")


def assert_agrees(page, path, sizes):
    """The page at this path shows these hidden layers, and its address says so, or they are its default."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(HEADINGS[path])
    expect(hidden_layers(page)).to_have_value(sizes)
    settled(page)
    assert urlsplit(page.url).path == path
    assert asked(page).get("hidden_layer_sizes", [DEFAULT_SIZES[path]]) == [sizes]
    expect(hidden_layers(page)).to_have_value(sizes)


@pytest.mark.slow
def test_a_deep_link_shows_its_starts_and_a_moved_slider_survives_a_reload_with_them(page, address):
    visit(page, f"{address}{PATH}?{QUICK}&hidden_layer_sizes=8,8&sets=zeros&sets=normal*0.05")
    before = said(page)
    assert "normal × 0.05: the variance of the activations shrinks" in before[0]
    asked_for = ["zeros", "normal*0.05"]
    assert eventually(page, chosen, lambda now: now == asked_for) == asked_for, "the sidebar comes last"
    slider = page.get_by_role("slider", name="Depth (hidden layers)")
    slider.press("ArrowRight")
    expect(hidden_layers(page)).to_have_value("8,8,8")
    expect(page).to_have_url(re.compile("hidden_layer_sizes=8(,|%2C)8(,|%2C)8"))
    between = eventually(page, said, lambda now: now[0] != before[0])
    assert between[0] != before[0], "another depth, another signal"
    settled(page)
    slider.press("ArrowRight")
    expect(hidden_layers(page)).to_have_value("8x4")
    expect(page).to_have_url(re.compile("hidden_layer_sizes=8x4"))
    eventually(page, said, lambda now: now[0] not in (before[0], between[0]))
    settled(page)
    moved = said(page)
    assert moved[0] not in (before[0], between[0])
    page.reload()
    settled(page)
    assert asked(page)["sets"] == eventually(page, chosen, lambda now: now == asked_for) == asked_for
    expect(slider).to_have_attribute("aria-valuetext", "4")
    assert eventually(page, said, lambda now: now == moved) == moved


@pytest.mark.slow
def test_each_page_keeps_its_own_hidden_layers_and_back_and_forward_agree_with_the_address(page, address):
    visit(page, f"{address}{BOUNDARIES}?hidden_layer_sizes=8")
    page.get_by_role("link", name="Initialization").click()
    assert_agrees(page, PATH, "64x10")
    page.get_by_role("link", name="Decision boundaries").click()
    assert_agrees(page, BOUNDARIES, "8")
    page.go_back()
    assert_agrees(page, PATH, "64x10")
    page.go_forward()
    assert_agrees(page, BOUNDARIES, "8")


@pytest.mark.slow
def test_a_narrow_screen_does_not_scroll_sideways(page, address):
    page.set_viewport_size({"width": 390, "height": 844})
    visit(page, f"{address}{PATH}?{QUICK}&sets=he_normal&sets=normal*0.01&train=true")
    expect(page.get_by_text(re.compile("After 3 epochs, .* learned"))).to_be_visible()
    settled(page)
    assert fits(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    boxes = page.locator(CHART).evaluate_all("charts => charts.map(one => one.getBoundingClientRect())")
    assert len(boxes) >= 8
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes)
    page.get_by_role("button", name="Back", exact=True).click()
    expect(page).to_have_url(re.compile("epoch=2"))
    settled(page)
    expect(page.get_by_role("slider", name="Epoch on show")).to_have_attribute("aria-valuetext", "epoch 2")
    assert fits(page)
