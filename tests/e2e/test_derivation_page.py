"""The derivation in a real browser: every formula renders, a guess reveals, an entry shows its sum."""

import re

import all_latex
from browsing import CHART, serving, settled, text
from playwright.sync_api import expect

PATH = "/derivation"
RENDERED = """n => document.querySelectorAll('.katex, .katex-error').length === n
    && document.querySelector('[data-test-script-state=notRunning]') !== null"""


def test_every_formula_of_the_derivation_renders(page):
    formulas = all_latex.formulas()
    with serving("tests/e2e/all_latex.py") as address:
        page.goto(address)
        page.wait_for_function(RENDERED, arg=len(formulas), polling=300)
        wrong = page.locator(".katex-error").evaluate_all("found => found.map(one => one.title)")
    assert len(formulas) > 500
    assert wrong == []


def test_a_guess_reveals_the_step_and_a_link_leads_to_another(page, address):
    page.goto(f"{address}{PATH}")
    expect(page.get_by_text(re.compile(r"^(\d+) of \1 lines verified"))).to_be_visible()
    settled(page)
    assert page.locator("[data-testid=stMain] .katex-display").count() == 0
    page.get_by_role("radiogroup", name="Your answer").locator("label").first.click()
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("Your predictions:")).to_be_visible()
    settled(page)
    assert page.locator("[data-testid=stMain] .katex-display").count() >= 3
    assert page.locator(".katex-error").count() == 0
    page.get_by_test_id("stMain").get_by_role("button", name="Increment").first.click()
    expect(page.get_by_role("heading", name="The hidden activation")).to_be_visible()
    settled(page)
    assert "step=21" in page.url
    page.goto(f"{address}{PATH}?step=28&predict=false&d_h=2")
    expect(page.get_by_role("heading", name="The gradient of the output weights")).to_be_visible()
    settled(page)
    product = page.locator(CHART).nth(1)
    assert product.get_attribute("aria-label").startswith(
        "A matrix product, cell by cell. 2 by 1 times 1 by 2"
    )
    assert "This app has encountered an error" not in text(page)
