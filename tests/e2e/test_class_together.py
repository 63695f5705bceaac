"""A class that answers together, in real browsers: counted once, after a reload too; revealed to all."""

import contextlib
from urllib.parse import urlencode

import pytest
from browsing import chart_that_finds
from playwright.sync_api import expect

from lab.assignment.kinds.questions import QUESTIONS
from lab.class_counts import code_of, draw_key
from lab.questions.rooms import query, rooms

ROOM = next(room for room in rooms() if room.page == "derivation")
PRESET = next(one for one in QUESTIONS["derivation"] if one.choices)


@pytest.mark.slow
def test_an_answer_counts_once_after_a_reload_and_the_reveal_reaches_the_student(page, browser, address):
    key = draw_key()
    link = query(ROOM, PRESET) | {"lock": "1", "open": "", "class": code_of(key)}
    page.goto(f"{address}/derivation?{urlencode(link, doseq=True)}")
    page.get_by_text(PRESET.choices[0], exact=True).click()
    expect(page.get_by_text("Your answer is counted, without your name.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Your answer is counted, without your name.")).to_be_visible()
    expect(page.get_by_role("radio", name=PRESET.choices[0])).to_be_checked()
    with contextlib.closing(browser.new_page()) as screen:
        shown = {"key": key, "of": f"derivation:{PRESET.key}"}
        screen.goto(f"{address}/class_answers?{urlencode(shown)}")
        expect(screen.get_by_role("heading", name="1 answer", exact=True)).to_be_visible()
        page.get_by_text(PRESET.choices[1], exact=True).click()
        label = f"{PRESET.choices[1]}, first round: 1"  # the chart follows by itself
        expect(chart_that_finds(screen, label)).to_be_attached()
        expect(screen.get_by_role("heading", name="1 answer", exact=True)).to_be_visible()
        expect(page.get_by_text("The engine finds", exact=False)).to_have_count(0)
        screen.get_by_role("button", name="Reveal the answer").click()
        expect(page.get_by_text("Your answer is counted, without your name.")).to_have_count(0)
        expect(page.get_by_text(PRESET.question).first).to_be_visible()
