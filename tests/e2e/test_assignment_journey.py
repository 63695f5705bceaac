"""An assignment from its building to the hand-in, in a real browser: one answer right, one wrong."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import query
from playwright.sync_api import expect
from test_accessibility import GRAVE, IDLE, excused

from lab.assignment import KINDS, read_hand_in, read_link, student_seed, unlocks

STUDENT = "Ann Lee 4711"


def choose(page, label, option):
    page.get_by_role("combobox", name=label, exact=True).click()
    page.get_by_role("option", name=option, exact=True).click()


def idle(page):
    page.wait_for_selector(IDLE, state="attached")


def grave(page):
    """The rules of axe-core that the page breaks gravely, Streamlit's own parts left out."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    nodes = [(rule["id"], node) for rule in found if rule["impact"] in GRAVE for node in rule["nodes"]]
    return {
        f"{name}: {node['html'][:200]}" for name, node in nodes if not excused(page, name, node["target"][0])
    }


@pytest.mark.slow
def test_built_opened_as_a_student_answered_handed_in_and_read(page, address):
    page.goto(f"{address}/instructors")
    for kind, first in (
        ("Derivation: a question about a step", "σ is a tanh."),
        ("Repair backward()", "Repair"),
    ):
        choose(page, "Kind", kind)
        expect(page.locator(".st-key-_preview")).to_contain_text(first)
        page.get_by_role("button", name="Add this task").click()
        expect(page.locator("[class*=st-key-_row_]").last).to_contain_text(kind)
    key = page.locator("code").filter(has_text=re.compile(r"^(\w{4}-){3}\w{4}$")).inner_text()
    idle(page)
    assert grave(page) == set()
    link = page.get_by_role("link", name="Open as a student").first.get_attribute("href")
    page.goto(f"{address}/{link}")
    assignment = read_link(query(page)["tasks"])
    assert unlocks(assignment, key)
    assert key not in page.url

    page.get_by_role("textbox", name="Your name or number").fill(STUDENT)
    page.get_by_role("button", name="Begin").click()
    seed = student_seed(assignment, STUDENT)
    step, repair = (KINDS[task.kind].solve(task, seed) for task in assignment.tasks)
    page.get_by_role("button", name="Open its page").click()
    expect(page.get_by_text("Task 1 of 2")).to_be_visible()
    assert query(page)["init_seed"] == str(seed)
    page.get_by_role("textbox", name="Your answer").fill(step.answer)
    page.get_by_role("button", name="Answer", exact=True).click()
    expect(page.get_by_text("Right.")).to_be_visible()
    page.get_by_role("button", name="Back to the assignment").click()

    expect(page.get_by_text("1 of 2 tasks is answered; task 2 is open.").first).to_be_visible()
    page.locator("summary").filter(has_text="2. Repair backward()").click()
    wrong = next(n for n in range(2) if str(n) != repair.answer)
    page.get_by_role("radio").nth(wrong).check(force=True)
    page.get_by_role("button", name="Answer", exact=True).last.click()
    expect(page.get_by_text("Not right.")).to_be_visible()
    idle(page)
    assert grave(page) == set()

    page.reload()  # a new visit: the browser has kept the answers
    expect(page.get_by_text("All 2 tasks are answered.").first).to_be_visible()
    page.get_by_role("button", name="Hand in").click()
    code = page.locator("code").filter(has_text=re.compile(r"^[\w-]+\.[0-9a-f]{8}$")).inner_text()
    found = read_hand_in(code, assignment)
    assert (found.student, found.seed) == (STUDENT, seed)
    assert found.answers == (step.answer, str(wrong))
    assert found.attempts == (1, 1)
