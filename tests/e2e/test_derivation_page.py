"""The derivation in a real browser: KaTeX knows every formula, a guess reveals, an entry shows its sum."""

import pathlib
import re

import pytest
import streamlit
from browsing import fits, settled, text
from derived import ONE_EACH, marked_formulas, structures
from playwright.sync_api import expect

from lab.derivation import coloured
from ui.derivation.walkthrough import COLOURS

PATH = "/derivation"
SCRIPTS = pathlib.Path(streamlit.__file__).parent / "static" / "static" / "js"
# Streamlit's own plugin for formulas, given one element at a time; it reports what KaTeX refuses
REFUSED = """async ([script, formulas]) => {
    const { default: plugin } = await import(script);
    const element = (tagName, className, child) =>
        ({type: "element", tagName, properties: {className}, children: [child]});
    const refused = [];
    for (const value of formulas) {
        const math = element("code", ["language-math", "math-display"], {type: "text", value});
        const report = (_, {cause}) => refused.push(`${value}: ${cause.message}`);
        plugin()(element("main", [], element("p", [], math)), {message: report});
    }
    return refused;
}"""
# of all network sizes it has the widest formula
WIDEST = "step=chain_of_layers&predict=false&depth=3&d=4&d_h=5&m=4&K=8"
# formulas that reach beyond something that neither shows nor scrolls what is outside it
CUT_OFF = """main => [...main.querySelectorAll(".katex")].filter(formula => {
    const parts = [...formula.querySelectorAll(".base")].map(part => part.getBoundingClientRect());
    if (!parts.some(({width}) => width)) return false;
    let right = Math.max(...parts.map(part => part.right));
    for (let box = formula; box; box = box === main ? null : box.parentElement) {
        const edge = box.getBoundingClientRect().right, overflow = getComputedStyle(box).overflowX;
        if (right <= edge + 1.5 || (overflow === "visible" && box !== main)) continue;
        if (box === main || /hidden|clip/.test(overflow)) return true;
        right = edge;
    }
    return false;
}).map(formula => formula.textContent)"""


@pytest.mark.slow
def test_katex_accepts_every_formula_of_the_derivation(page, address):
    (script,) = SCRIPTS.glob("rehype-katex.*.js")
    page.goto(f"{address}/_stcore/health")
    formulas = structures(formula for problem in ONE_EACH for formula in marked_formulas(problem))
    assert len(formulas) > 1000
    wrong = r"\frac{1"
    shown = [coloured(formula, COLOURS) for formula in formulas if formula]
    (refused,) = page.evaluate(REFUSED, [f"/static/js/{script.name}", [*shown, wrong]])
    assert refused.startswith(f"{wrong}: KaTeX parse error")


@pytest.mark.slow
def test_a_guess_reveals_the_step_and_a_link_leads_to_another(page, address):
    page.goto(f"{address}{PATH}")
    expect(
        page.get_by_text(re.compile(r"^(\d+) of \1 lines that state a number are verified"))
    ).to_be_visible()
    settled(page)
    assert page.locator("[data-testid=stMain] .katex-display").count() == 0
    page.get_by_role("radiogroup", name="Your answer").locator("label").first.click()
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("Your predictions:")).to_be_visible()
    settled(page)
    assert page.locator("[data-testid=stMain] .katex-display").count() >= 3
    assert page.locator(".katex-error").count() == 0
    page.get_by_role("heading", name="The hidden pre-activation").click()  # no box has the focus
    page.keyboard.press("ArrowRight")
    heading = page.get_by_role("heading", name="The hidden activation")
    expect(heading).to_be_in_viewport()
    settled(page)
    assert "step=hidden_activation" in page.url
    page.get_by_role("slider").first.focus()
    page.keyboard.press("ArrowRight")  # which moves the slider alone
    expect(page).to_have_url(re.compile(r"\bd=3\b"))
    settled(page)
    expect(heading).to_be_visible()
    page.goto(f"{address}{PATH}?step=28&predict=false&d_h=2")
    expect(page.get_by_role("heading", name="The gradient of the output weights")).to_be_visible()
    settled(page)
    entry = page.get_by_role("button", name="∂L/∂W²₁₂ = ")
    entry.click()
    expect(entry).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".workings code")).to_have_text("dW2[0, 1] = a1[:, 0] @ delta2[:, 1]")
    assert page.evaluate("document.documentElement.value") == ",hs1.0>oa.1,hs1.0,oa.1,"
    assert "This app has encountered an error" not in text(page)


@pytest.mark.slow
def test_the_widest_formula_is_whole_or_scrolls_on_a_phone(page, address):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}{PATH}?{WIDEST}")
    expect(page.get_by_role("button", name="Next:")).to_be_visible()
    settled(page)
    main = page.get_by_test_id("stMain")
    scrolling = "formulas => formulas.filter(one => one.scrollWidth > 2 * one.clientWidth).length"
    assert page.locator(".katex-display").evaluate_all(scrolling), "wide ones are among them"
    assert main.evaluate(CUT_OFF) == []
    assert fits(page)
    page.add_style_tag(content=".katex-display { overflow-x: hidden !important; }")
    assert main.evaluate(CUT_OFF), "which the check would find"
