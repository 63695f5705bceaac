"""The gradient-check page in a real browser: a link with values of its own, a control, the timing."""

import re

from browsing import CHART, said, settled, text
from playwright.sync_api import expect

PATH = "/gradient_check"
LINK = "?n_samples=120&hidden_layer_sizes=3&activation=relu&examples=8&scheme=forward&h=1/24&which=weights"
SLOW = 60_000  # milliseconds that may pass on a busy machine


def test_a_link_shows_its_check_and_a_control_changes_it(page, address):
    errors = []
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    page.goto(f"{address}{PATH}{LINK}")
    title = page.get_by_text(re.compile("12 of 17 derivatives: forward, h = 1/24, float64, 8 examples"))
    expect(title.first).to_be_visible(timeout=SLOW)
    settled(page)
    assert page.locator(f"{CHART} canvas, {CHART} svg").count() >= 4
    assert "Relative errors of 12 of 17" in said(page)[0]
    page.get_by_role("radio", name="complex").or_(page.get_by_role("button", name="complex")).first.click()
    expect(page.get_by_text(re.compile("12 of 17 derivatives: complex")).first).to_be_visible(timeout=SLOW)
    settled(page)
    assert "scheme=complex" in page.url
    page.get_by_text("Why: two errors, and the step between them").click()
    expect(page.locator(".katex").first).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Time them now").click()
    expect(page.get_by_text("Measured on this server at")).to_be_visible(timeout=SLOW)
    settled(page)
    assert page.locator(".katex-error").count() == 0
    assert "This app has encountered an error" not in text(page)
    assert [line for line in errors if "Failed to load resource" not in line] == []
