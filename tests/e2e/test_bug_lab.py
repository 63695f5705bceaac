"""The bug lab in a real browser: a bug on show, and a hunt from its link to its end."""

import re

from browsing import IDLE, fits, query, said, settled, text, visit
from playwright.sync_api import expect

from lab.bugs import BUGS
from lab.bugs.hunt import NONE, hunt
from ui.bug_lab.hunt import NOTHING_WRONG

PATH = "/bug_lab"
QUICK = "n_samples=200&epochs=3&hidden_layer_sizes=5,5"
NUMBER = next(n for n in range(2, 24) if hunt(n).place.dataset != "mnist" and hunt(n).answer != NONE)


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
