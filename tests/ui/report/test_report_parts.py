"""The parts of a report: Markdown as HTML, tables and charts, and which elements of a page are in it."""

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from ui.report import document, markdown, recorder
from ui.report.recorder import Part


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One.\n\nTwo.", "<p>One.</p><p>Two.</p>"),
        ("  One.\n \n  Two. \n", "<p>One.</p><p>Two.</p>"),
        ("One  \ntwo\nthree", "<p>One<br>two\nthree</p>"),
        ("- a\n- *b*\n3. c", "<ul><li>a</li><li><em>b</em></li><li>c</li></ul>"),
        ("- a\nb", "<p>- a\nb</p>"),
        ("- a - b\n- 1. c", "<ul><li>a - b</li><li>1. c</li></ul>"),
        ("a\n| b |", "<p>a\n| b |</p>"),
        (
            "| a | b |\n|---|---|\n| 1 | **2** |\n| 3 | 4 |",
            "<table><tr><th>a</th><th>b</th></tr>"
            "<tr><td>1</td><td><strong>2</strong></td></tr><tr><td>3</td><td>4</td></tr></table>",
        ),
        ("| alone |", "<p>| alone |</p>"),
        ("\n\n", ""),
    ],
)
def test_paragraphs_lists_and_tables_are_what_they_are_on_the_page(text, html):
    assert markdown.to_html(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (r"\*a\* <b> \<i\>", "*a* &lt;b&gt; &lt;i&gt;"),
        ("`a < b` and ``c ` d``", "<code>a &lt; b</code> and <code>c ` d</code>"),
        ("$x < y$ costs 5", '<span class="math">x &lt; y</span> costs 5'),
        ("$$ x $$", '<span class="math display">x</span>'),
        (":green[:material/check: **1e-12**] left", "<strong>1e-12</strong> left"),
        (":red[a [b] c]", "a [b] c"),
        ("[*w*](http://x.y/z?a=1&b=2#c)", '<a href="http://x.y/z?a=1&amp;b=2#c"><em>w</em></a>'),
        (":small[By [A, b](https://x.y/) (1).]", 'By <a href="https://x.y/">A, b</a> (1).'),
        ('[a](https://x.y/"onclick="b()")', '<a href="https://x.y/&quot;onclick=&quot;b(">a</a>&quot;)'),
        (
            "[a](javascript:b) [c](data:d) [e](//f)",
            "a (only in the lab) c (only in the lab) e (only in the lab)",
        ),
        ("[a](http://[b)", "[a](http://[b)"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("**a *b* c**", "<strong>a <em>b</em> c</strong>"),
    ],
)
def test_what_a_sentence_uses_becomes_tags_and_everything_else_stays_text(text, html):
    assert markdown.inline(text) == html


@pytest.mark.parametrize(
    ("page", "html"),
    [
        ("https://lab.org/a/sweeps?v=2", '<a href="https://lab.org/a/decision?l2=0&amp;v=2">Open it</a>.'),
        ("?v=2", "Open it (only in the lab)."),
    ],
)
@pytest.mark.parametrize("address", ["/a/decision", "decision"])
def test_a_link_within_the_lab_leads_there_if_its_address_is_known_and_else_is_marked(page, html, address):
    text = f"[Open it]({address}?l2=0&v=2)."
    about = document.About(page, "")
    for kind, content, words in (("text", text, ""), ("alert", text, "info"), ("caption", f"- {text}", "")):
        report = document.written([Part(kind, content, words)], about).decode()
        assert html in report.partition("<main>")[2].partition("</main>")[0]


def test_a_long_table_has_its_first_rows_and_says_how_many_are_left():
    frame = pd.DataFrame({"a": range(document.MOST_ROWS)})
    assert "more rows" not in document._table(frame, {})
    longer = document._table(pd.DataFrame({"a": range(document.MOST_ROWS + 1500)}), {})
    assert longer.endswith('<p class="caption">1,500 more rows are on the page.</p>')
    assert longer.count("<tr>") == 1 + document.MOST_ROWS
    one = document._table(pd.DataFrame({"a": range(document.MOST_ROWS + 1)}), {})
    assert one.endswith('<p class="caption">1 more row is on the page.</p>')
    assert f"<td>{document.MOST_ROWS - 1}</td>" in longer
    assert f"<td>{document.MOST_ROWS}</td>" not in longer


def test_cells_are_short_and_only_columns_whose_every_cell_is_an_address_are_left_out():
    frame = pd.DataFrame(
        {"x": [1.23456789, np.nan, np.inf], "y": [None, "<b>", True], "z": ["http://a", "https://b", "c"]}
    )
    html = document._table(frame.astype({"y": object}), {})
    assert "<td>1.23457</td><td></td><td>http://a</td>" in html
    assert "<td></td><td>&lt;b&gt;</td><td>https://b</td>" in html
    assert "<td></td><td>yes</td><td>c</td>" in html
    assert "<th>z</th>" not in document._table(frame[:2], {})
    assert "<th>z</th>" in document._table(frame[:0], {}), "of no row it is not known"


@pytest.mark.parametrize(
    ("index", "head", "firsts"),
    [
        (["loss", "accuracy"], "<th></th><th>x</th>", ["<td>loss</td><td>1</td>", "<td>accuracy</td>"]),
        (pd.Index([7, 9], name="n"), "<th>n</th><th>x</th>", ["<td>7</td><td>1</td>", "<td>9</td>"]),
        ([3, 5], "<th></th><th>x</th>", ["<td>3</td><td>1</td>", "<td>5</td>"]),
        (pd.RangeIndex(2, name="row"), "<th>row</th>", ["<td>0</td><td>1</td>", "<td>1</td>"]),
        (pd.RangeIndex(2), "<tr><th>x</th></tr>", ["<tr><td>1</td></tr>", "<tr><td>2</td></tr>"]),
    ],
)
def test_the_names_of_rows_are_in_the_table_and_their_numbers_are_not(index, head, firsts):
    html = document._table(pd.DataFrame({"x": [1, 2]}, index=index), {})
    assert head in html
    assert all(first in html for first in firsts)


def test_a_chart_has_the_rows_on_show_and_no_number_that_json_lacks():
    spec = json.dumps({"mark": "line", "datasets": {"old": []}})
    frames = {
        "played": pd.DataFrame({"x": [1.0, np.nan, 3.0], "now": [0, 1, 2]}),
        "whole": pd.DataFrame({"x": [np.inf, 2.0], "name": ["a", None]}),
    }
    chart = document._chart(spec, frames)
    assert chart["mark"] == "line"
    assert chart["datasets"] == {
        "played": [{"x": None, "now": 1}, {"x": 3.0, "now": 2}],
        "whole": [{"x": None, "name": "a"}, {"x": 2.0, "name": None}],
    }
    assert document._json(["</script>&"]) == '["\\u003c/script\\u003e\\u0026"]'


def test_the_title_is_that_of_the_first_heading_and_the_charts_are_numbered():
    spec = json.dumps({"mark": "bar"})
    parts = [
        Part("heading", 2, "Second"),
        Part("heading", 1, "The <title>"),
        Part("chart", (spec, {}), "One & all"),
        Part("alert", "Look.", "warning"),
        Part("chart", (spec, {}), "Two"),
        Part("unknown", "nothing"),
        Part("heading", 3, "Third"),
    ]
    text = document.written(parts, document.About("http://lab/?a=1&b=2", "")).decode()
    assert "<title>The &lt;title&gt;</title>" in text
    assert 'aria-label="One &amp; all" data-chart="0"' in text
    assert 'aria-label="Two" data-chart="1"' in text
    assert '<div class="alert warning"><p>Look.</p></div>' in text
    assert "<dd>http://lab/?a=1&amp;b=2</dd>" in text
    assert "<dt>Fingerprint</dt>" not in text
    assert "<dt>Fingerprint</dt><dd>abc</dd>" in document._about(document.About("", "abc"))


@pytest.mark.parametrize(
    ("fingerprint", "said"),
    [
        ("", "The link opens the same experiment. This file loads nothing"),
        (
            "abc",
            "The link opens the same experiment; with the fingerprint, the lab says whether the result comes "
            "out the same. This file loads nothing",
        ),
    ],
)
def test_the_footer_speaks_of_a_fingerprint_where_there_is_one(fingerprint, said):
    report = document.written([], document.About("http://lab/", fingerprint)).decode()
    footer = " ".join(report.partition("<footer>")[2].partition("<details")[0].split())
    assert said in footer
    assert ("ingerprint" in footer) == bool(fingerprint)


class Sent(SimpleNamespace):
    """An element or a block as Streamlit sends it, of the kind `which`."""

    def WhichOneof(self, _):
        return self.which


def sentence(body):
    return Sent(which="text", text=SimpleNamespace(body=body))


def box(label):
    return Sent(which="expandable", expandable=SimpleNamespace(label=label))


def test_a_report_has_what_is_on_the_page_in_its_order_without_controls_and_sidebar():
    recorded = {
        (0, 10): sentence("last"),
        (0, 2): sentence("first"),
        (1, 0): sentence("sidebar"),
        (0, 3): Sent(which="popover"),
        (0, 3, 0): sentence("control"),
        (0, 4): box("Open"),
        (0, 4, 0): sentence("inside"),
        (0, 5): box("Closed"),
        (0, 6): Sent(which="button"),
        (0, 30): sentence("not in the popover"),
    }
    said = [(part.kind, part.words or part.content) for part in recorder.parts(recorded)]
    assert said == [
        *(("plain", "first"), ("heading", "Open"), ("plain", "inside"), ("plain", "last")),
        ("plain", "not in the popover"),
    ]


def test_what_is_drawn_again_takes_the_place_of_what_was_there_and_below_it():
    recorded = {}

    def keep(path, which, value):
        recorder._keep(recorded, path, Sent(which=which, **{which: value}))

    for path in ((0, 1), (0, 1, 0), (0, 1, 0, 2), (0, 10), (0, 2)):
        keep(path, "add_block", f"old {path}")
    keep((0, 1), "new_element", "new")
    keep((0, 2), "arrow_add_rows", "rows")
    assert recorded == {(0, 10): "old (0, 10)", (0, 1): "new"}
