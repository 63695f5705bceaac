"""What an instructor hands out, in a real browser: a link that opens as a student."""

import re

import pytest
from browsing import query, settled, text
from playwright.sync_api import expect


@pytest.mark.slow
def test_a_link_opens_as_a_student_in_a_tab_of_its_own(page, address):
    page.goto(f"{address}/instructors?part=Links")
    page.get_by_text("Lock the other controls").click()
    link = page.get_by_role("link", name="Open as a student").first
    expect(link).to_have_attribute("href", re.compile("lock=1"))
    assert link.get_attribute("href").startswith("decision_boundary?")
    with page.context.expect_page() as opened:
        link.click()
    student = opened.value
    try:
        expect(student.get_by_text("Predict first: ")).to_be_visible()
        assert query(student)["lock"] == "1"
        assert "engine" not in text(student), "nothing is given away before the answer"
        student.get_by_text("Just show me", exact=True).click()
        settled(student)
    finally:
        student.close()
    assert page.url.startswith(f"{address}/instructors")
