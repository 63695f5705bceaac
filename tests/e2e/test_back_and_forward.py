"""The browser's history: one entry for each click, and Back and Forward between pages as they were."""

import re
from urllib.parse import urlsplit

import pytest
from browsing import IDLE, SMALL, query, settled, visit
from playwright.sync_api import expect

from lab.assignment import Assignment, Task, link_text

ASKED = {"n_samples": "120", "epochs": "3", "seeds": "2", "hidden_layer_sizes": "4"}
GOAL = Task("experiment", {"target": 0.9, "most_units": 8, "n_samples": 120})


def entries(page):
    """The paths of this page's entries from the first to the current one, and of those after it."""
    found, at = page.evaluate("[navigation.entries().map(one => one.url), navigation.currentEntry.index]")
    paths = [urlsplit(url).path for url in found]
    return paths[: at + 1], paths[at + 1 :]


def title(page, words):
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)
    page.wait_for_selector(IDLE, state="attached")


@pytest.mark.slow
def test_a_page_opens_with_one_entry_and_back_and_forward_show_each_as_it_was(page, address):
    visit(page, f"{address}/decision_boundary?{SMALL}")
    before, _ = entries(page)
    page.get_by_role("link", name="Optimization").click()
    title(page, "Which way is down?")
    settled(page)
    assert entries(page) == ([*before, "/optimization"], [])
    for _ in range(2):
        page.go_back()
        title(page, "draw the line")
        settled(page)
        assert query(page) == ASKED
        assert entries(page) == (before, ["/optimization"])
        page.go_forward()
        title(page, "Which way is down?")
        settled(page)
        assert query(page) == {}
        assert entries(page) == ([*before, "/optimization"], [])


@pytest.mark.slow
def test_an_experiment_of_home_is_one_entry_and_its_link_leaves_the_page_no_others_values(page, address):
    visit(page, f"{address}/optimization?n_samples=120&epochs=3")  # its activation is tanh
    page.get_by_role("link", name="Home").click()
    title(page, "What happens inside")
    before, _ = entries(page)
    page.get_by_role("link", name="Open it, with every control").click()
    title(page, "draw the line")
    settled(page)
    assert entries(page) == ([*before, "/decision_boundary"], [])
    assert {"activation", "cycle_steps"}.isdisjoint(query(page)), "those of Decision boundaries"
    page.go_back()
    title(page, "What happens inside")
    assert query(page) == {}


@pytest.mark.slow
def test_back_from_an_assignments_experiment_leads_to_the_assignment(page, address):
    text = link_text(Assignment("Week 3", (GOAL,)))
    page.goto(f"{address}/assignment?tasks={text}")
    page.get_by_role("textbox", name="Your name or number").fill("Ann Lee 4711")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("button", name="Open the experiment")).to_be_visible()
    page.wait_for_selector(IDLE, state="attached")
    before, _ = entries(page)
    page.get_by_role("button", name="Open the experiment").click()
    title(page, "draw the line")
    settled(page)
    assert entries(page) == ([*before, "/decision_boundary"], [])
    page.go_back()
    title(page, "What have you been asked to do?")
    assert query(page) == {"tasks": text}
    assert entries(page) == (before, ["/decision_boundary"])


@pytest.mark.slow
def test_reset_is_one_entry(page, address):
    visit(page, f"{address}/decision_boundary?{SMALL}")
    before, _ = entries(page)
    page.get_by_role("button", name="Reset").click()
    expect(page).not_to_have_url(re.compile("epochs"))
    settled(page)
    assert query(page) == {}
    assert entries(page) == ([*before, "/decision_boundary"], [])
