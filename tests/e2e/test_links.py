"""What stands in a link, or is typed, in a real browser: nothing of it is eaten."""

import pytest
from browsing import SMALL, eventually, query, settled, text, visit
from playwright.sync_api import expect

TELLS = "[data-testid=stAlert]"


def box(page, label):
    return page.get_by_role("textbox", name=label)


@pytest.mark.slow
def test_what_is_typed_over_sixteen_units_is_what_the_network_has(page, address):
    visit(page, f"{address}/decision_boundary?n_samples=120&epochs=3&seeds=1")
    for sizes, label in (("16,16", "Hidden layers"), ("0;0.001;0", "L2 penalty")):
        box(page, label).fill("")
        box(page, label).press_sequentially(sizes)
        box(page, label).press("Enter")
        settled(page)
        expect(box(page, label)).to_have_value(sizes)
    assert eventually(page, query, lambda seen: "l2" in seen)["hidden_layer_sizes"] == "16,16"
    assert query(page)["l2"] == "0;0.001;0"
    assert page.locator(TELLS).count() == 0
    page.reload()
    settled(page)
    expect(box(page, "Hidden layers")).to_have_value("16,16")
    page.get_by_test_id("stMenuButton").first.get_by_role("button").click()
    page.get_by_role("menuitem", name="8,8,8", exact=True).click()
    settled(page)
    expect(box(page, "Hidden layers")).to_have_value("8,8,8")
    assert eventually(page, query, lambda seen: seen["hidden_layer_sizes"] == "8,8,8")


@pytest.mark.slow
def test_a_link_of_share_keeps_its_lists_and_leaves_its_version_to_share(page, address):
    visit(page, f"{address}/decision_boundary?v=1&{SMALL}&l2=0,1&amp;noise=.3,")
    expect(box(page, "L2 penalty")).to_have_value("0;1")
    seen = query(page)
    assert (seen["l2"], seen["noise"], "v" in seen) == ("0;1", "0.3", False)
    assert "two ways" not in text(page)
