"""A table dropped on the page, in a real browser: trained on, and shared by a link the terminal reads."""

import re

import pytest
from browsing import ROOT, eventually, fits, query, said, settled
from playwright.sync_api import expect

import lab.__main__ as terminal

QUICK = "name=own_table&epochs=5&seeds=2&hidden_layer_sizes=4"


def drop(page, name):
    page.locator("[data-testid=stFileUploader] input").set_input_files(ROOT / "data" / name)


def shared_link(page):
    page.get_by_role("button", name="Share").click()
    link = page.get_by_text(re.compile(r"\?v=\S+&fingerprint=")).first.inner_text()
    page.keyboard.press("Escape")
    return link


@pytest.mark.slow
def test_irises_and_penguins_that_are_dropped_reproduce_in_the_terminal(page, address, capsys):
    page.goto(f"{address}/decision_boundary?{QUICK}")
    drop(page, "iris.csv")
    expect(page.get_by_text("150 rows, 4 inputs, 3 classes")).to_be_visible()
    settled(page)
    shown = eventually(page, said, lambda now: "petal length and petal width" in now[0])
    assert "petal length and petal width; sepal length at 5.7 cm, sepal width at 3 cm" in shown[0]
    assert query(page)["points"].startswith("table-")
    assert terminal.main([shared_link(page)]) == 0
    assert "to the bit" in capsys.readouterr().out
    drop(page, "penguins.csv")
    expect(page.get_by_text("333 rows, 10 inputs, 3 classes")).to_be_visible()
    settled(page)
    shown = eventually(page, said, lambda now: "flipper_length_mm" in now[0])
    assert "8 other features at their medians" in shown[0]
    assert re.fullmatch("[0-9a-f]{64}", query(page)["points"])
    file = str(ROOT / "data" / "penguins.csv")
    assert terminal.main([shared_link(page), "--table", file]) == 0
    assert "to the bit" in capsys.readouterr().out
    page.set_viewport_size({"width": 390, "height": 844})
    settled(page)
    assert fits(page)
