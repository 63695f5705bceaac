"""The bug lab in a real browser: a bug on show, and a hunt from its link to its end."""

import re

import pytest
from browsing import IDLE, fits, query, said, settled, text, visit
from playwright.sync_api import expect

from lab.bugs import BUGS
from lab.bugs.hunt import NONE, hunt
from ui.bug_lab.hunt import NOTHING_WRONG

PATH = "/bug_lab"
QUICK = "n_samples=200&epochs=3&hidden_layer_sizes=5,5"
NUMBER = next(n for n in range(2, 24) if hunt(n).place.dataset != "mnist" and hunt(n).answer != NONE)


@pytest.mark.slow
def test_a_bug_of_a_link_is_on_show_and_another_can_be_chosen(page, address):
    visit(page, f"{address}{PATH}?bug=mask+of+next+layer&{QUICK}")
    expect(page.get_by_role("heading", name=BUGS["mask_of_next_layer"].title)).to_be_visible()
    assert "Wrong in W1, b1." in said(page)[1]
    page.get_by_role("combobox", name="Bug").click()
    page.get_by_role("option", name="constant in log").click()
    expect(page.get_by_role("heading", name=BUGS["constant_in_log"].title)).to_be_visible()
    settled(page)
    assert query(page)["bug"] == "constant in log"
    assert "Wrong in W1, b1" in said(page)[1]
    assert fits(page)

    page.set_viewport_size({"width": 390, "height": 844})
    slider = page.get_by_role("slider", name="Epoch on show")
    expect(slider).to_have_attribute("aria-valuetext", "epoch 3")
    page.get_by_role("button", name="Again", exact=True).click()
    page.get_by_role("button", name="Pause", exact=True).click()
    for key, epoch in (("Home", "0"), ("ArrowRight", "1")):
        slider.press(key)
        expect(page).to_have_url(re.compile(f"epoch={epoch}"))
    settled(page)
    assert fits(page)
    scripts = "**/BidiComponent*.js"
    page.route(scripts, lambda route: route.abort())
    page.reload()
    number = page.get_by_role("spinbutton", name="Epoch, 0 to 3")
    expect(number).to_have_value("1")
    assert slider.count() == 0, "without the timeline's JavaScript there is the number"
    number.fill("2")
    number.press("Enter")
    expect(page).to_have_url(re.compile("epoch=2"))
    page.unroute(scripts)


@pytest.mark.slow
def test_a_hunt_from_its_link_to_its_end(page, address):
    visit(page, f"{address}{PATH}?mode=Hunt&hunt={NUMBER}")
    bug = BUGS[hunt(NUMBER).answer]
    assert bug.title not in page.content()
    assert bug.wrong.__name__ not in page.content()
    page.get_by_role("button", name="The order of two epochs").click()
    expect(page.get_by_text("95 points")).to_be_visible()
    expect(page).to_have_url(re.compile(f"played={NUMBER}%3Aorder"))
    settled(page)
    page.reload()  # which gives no points back, nor does another page
    expect(page.get_by_text("95 points")).to_be_visible()
    settled(page)
    page.get_by_role("link", name="For instructors").click()  # a page without charts
    expect(page).not_to_have_url(re.compile("played"))
    page.wait_for_selector(IDLE, state="attached")
    page.go_back()
    expect(page.get_by_text("95 points")).to_be_visible()
    settled(page)
    for answer, points in ((NOTHING_WRONG, "75 points"), (bug.title, "Found, for 75 points.")):
        page.get_by_role("combobox", name="Your answer").fill(answer)
        page.get_by_role("option", name=answer, exact=True).click()
        page.get_by_role("button", name="Submit").click()
        expect(page.get_by_text(points).first).to_be_visible()
        settled(page)
    page.get_by_role("button", name="Start the next hunt").click()
    expect(page).to_have_url(re.compile(f"hunt={NUMBER + 1}"))
    settled(page)
    assert "This app has encountered an error" not in text(page)
