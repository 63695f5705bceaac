"""A printed sheet in a real browser: MathML is drawn, brackets grow, nothing is asked of another host."""

import re

import pytest

from lab.derivation import CHAPTERS, Problem, derive, sheet
from lab.sheets import printed

# [rows, height] of the first bracket of every formula on a line of its own, and of its matrix
BRACKETS = """
[...document.querySelectorAll(".formula")].map((formula) => [
  formula.querySelector("mtable").querySelectorAll("mtr").length,
  [...formula.querySelectorAll("mo")].find((one) => one.textContent == "[").getBoundingClientRect().height,
])
"""
NAMES = ("Ada <b>Lovelace</b>", "李明", "")


@pytest.fixture
def page(browser, tmp_path):
    """(the opened page, the addresses that it has asked for, the HTML)."""
    sheets = []
    for seed, name in enumerate(NAMES):
        problem = Problem(activation="tanh", seed=seed)
        sheets.append((name, sheet(problem, derive(problem, CHAPTERS[1:2]))[0]))
    text = printed.document("A class", sheets)
    (tmp_path / "all.html").write_text(text, encoding="utf-8")
    page, asked = browser.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((tmp_path / "all.html").as_uri())
    yield page, asked, text
    page.close()


def test_formulas_are_drawn_and_every_student_begins_on_a_new_page(page):
    page, asked, text = page
    assert len(asked) == 1
    assert [one.inner_text() for one in page.locator(".student").all()][:2] == list(NAMES[:2])
    boxes = page.evaluate("[...document.querySelectorAll('math')].map(m => m.getBoundingClientRect().height)")
    assert len(boxes) == text.count("<math ")
    assert min(boxes) > 5
    brackets = page.evaluate(BRACKETS)
    assert sorted({rows for rows, _ in brackets}) == [2, 3]
    of_two, of_three = ({height for rows, height in brackets if rows == n} for n in (2, 3))
    assert min(of_three) > 1.3 * max(of_two), "a bracket grows with its matrix"
    assert min(of_two) > 1.5 * min(boxes)
    document = page.pdf(format="A4")
    assert document.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", document)) >= 2 * len(NAMES)


def test_on_a_phone_what_is_too_wide_scrolls_and_the_page_does_not(browser, tmp_path):
    problem = Problem(d=4, hidden_layer_sizes=(8,), m=3, seed=1)
    tasks, _ = sheet(problem, derive(problem))
    (tmp_path / "tasks.html").write_text(printed.document("Tasks", [("Ada", tasks)]), encoding="utf-8")
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto((tmp_path / "tasks.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    wide = "[...document.querySelectorAll('p, ul, .formula')].filter(e => e.scrollWidth > e.clientWidth)"
    assert page.evaluate(f"{wide}.length") > 2, "its matrices and sums are wider than a phone"
    page.close()
