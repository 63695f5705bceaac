"""The report of a page: one file with its text, its numbers and its link, and nothing that loads."""

import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest
import streamlit as st
from visiting import FAST, FAST_DATA, FAST_TRAIN, board, expected, opened, press, shared, timeline, verdict

from ui.report import document

LOADS = {"src", "action", "srcset", "data", "poster"}


class Page(HTMLParser):
    """The tags, the text and the scripts of a report, as a browser reads them."""

    def __init__(self, text):
        super().__init__()
        self.attributes, self.scripts, self.words, self._within = [], {}, "", []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.attributes += [(tag, *pair) for pair in attributes]
        if tag in ("script", "style"):
            self._within = [dict(attributes).get("id", tag)]

    def handle_endtag(self, tag):
        if tag in ("script", "style"):
            self._within = []

    def handle_data(self, data):
        if self._within:
            self.scripts[self._within[0]] = self.scripts.get(self._within[0], "") + data
        else:
            self.words += data

    @property
    def charts(self):
        return json.loads(self.scripts["charts"])


@pytest.fixture
def saved(monkeypatch):
    """{label of a button: what it saves}."""
    taken, button = {}, st.download_button

    def noted(label, data, *args, **options):
        taken[label] = data
        return button(label, data, *args, **options)

    monkeypatch.setattr(st, "download_button", noted)
    return taken


def report(app, saved):
    """The report that a visitor of the page saves."""
    press(app, "Report (.html)")
    assert not app.exception
    return Page(saved["Save the report (.html)"].decode())


def test_a_report_has_the_pages_text_its_link_and_the_engines_numbers(saved):
    app = opened("pages/decision_boundary.py", FAST)
    page = report(app, saved)
    assert "Where does a network draw the line?" in page.words
    assert "Each square is a hidden unit" in page.words
    assert not re.search(r"\b[Cc]lick\b", page.words), "nothing in a report can be clicked"
    assert re.sub(r"\W+", " ", verdict(app)) in re.sub(r"\W+", " ", page.words)
    assert "test accuracy" in page.words.lower()
    address = shared(app)
    assert f"fingerprint={address['fingerprint']}" in page.words
    records = expected(FAST_DATA, 2, **FAST_TRAIN)
    values = {
        value
        for one in page.charts
        for table in one["datasets"].values()
        for row in table
        for value in row.values()
    }
    for loss in (record.valid_loss for record in records):
        assert np.isclose([v for v in values if isinstance(v, float)], loss, rtol=1e-6).any()


def test_nothing_in_a_report_loads_and_a_visitors_words_are_inert(saved):
    hostile = "</script><img src=//x onerror=a()>"
    query = FAST | {"name": "own_points", "points": f"0,0,0;1,1,1;0,1,1;1,0,0;{hostile}", "split": "50/25/25"}
    page = report(opened("pages/decision_boundary.py", query), saved)
    assert [one for one in page.attributes if one[1] in LOADS] == []
    assert {tag for tag, name, _ in page.attributes if name == "href"} <= {"a"}, "which a visitor may follow"
    assert [one for one in page.attributes if one[1].startswith("on")] == []
    assert ("meta", "content", document.POLICY) in page.attributes
    assert hostile in page.words, "the sentence about it"
    assert "http" not in page.scripts["style"]
    assert {tag for tag, *_ in page.attributes}.isdisjoint({"img", "iframe", "link", "object", "form"})


def test_the_derivation_has_a_report_with_its_formulas(saved):
    written = report(opened("pages/derivation.py", {}), saved)
    assert len(written.charts) >= 1
    assert [one for one in written.attributes if one[:2] == ("span", "class")]


def test_a_report_names_the_epoch_on_show_and_says_what_the_page_says_of_it(saved):
    app = opened("pages/decision_boundary.py", FAST | {"epoch": "2"})
    page = report(app, saved)
    (said,) = re.findall(r"Epoch 2 of 3\. (Network 1, all training examples: loss [^\n]*)", page.words)
    assert said == timeline(app)["said"][2]


def test_before_a_training_its_report_has_no_heading_for_the_results(saved):
    query = {"hidden_layer_sizes": "4", "n_samples": "60", "batch_size": "8"}
    app = opened("pages/initialization.py", query)
    assert "Which of them will learn?" in [heading.value for heading in app.subheader]
    page = report(app, saved)
    assert "Which of them will learn?" not in page.words
    assert "Where do the dashed lines come from?" in page.words


def test_the_report_of_a_sweep_shades_the_rows_that_its_sentence_speaks_of(saved):
    axis = {"values1": "0.01 / 0.1 / 0.2 / 1", "axis2": "–"}
    app = opened("pages/sweeps.py", FAST | axis | {"epochs": "10", "batch_size": "16", "seeds": "3"})
    indistinct = board(app)["indistinct"].tolist()
    assert 0 < sum(indistinct) < 4
    press(app, "Report (.html)")
    text = saved["Save the report (.html)"].decode()
    *rows, _ = text.partition("<th>learning_rate</th>")[2].partition("</table>")[0].split("</tr>")[1:]
    assert [row.count("background-color: rgba(128, 128, 128, 0.22)") for row in rows] == [
        row.count("<td") * shaded for row, shaded in zip(rows, indistinct, strict=True)
    ]
    assert all(re.search(r">\d+\.\d\d%</td>", row) for row in rows), "accuracies are per cent"


def test_the_report_of_a_gradient_check_has_the_pages_digits_and_names_the_source_of_its_bands(saved):
    query = {"hidden_layer_sizes": "4", "n_samples": "60", "batch_size": "8"}
    press(opened("pages/gradient_check.py", query), "Report (.html)")
    text = saved["Save the report (.html)"].decode()
    row = text.partition("<th>crosses a kink</th>")[2].partition("<tr>")[2].partition("</tr>")[0]
    _, analytic, numeric, absolute, relative, kink, _ = re.findall("<td>(.*?)</td>", row)
    assert all(re.fullmatch(r"-?\d\.\d{8}e[+-]\d\d", number) for number in (analytic, numeric))
    difference = abs(float(analytic) - float(numeric))
    assert difference == pytest.approx(float(absolute), abs=1e-8 * abs(float(analytic)))
    assert float(relative) < 1e-7
    assert kink == "no"
    assert '<a href="https://cs231n.github.io/neural-networks-3/#gradcheck">' in text
