"""What a run of a page leaves in its report: each kind of element, the run asked for, the two buttons."""

import base64
import contextlib
import gzip
import json
from types import SimpleNamespace

import pandas as pd
import pytest
from streamlit.dataframe_util import convert_pandas_df_to_arrow_bytes
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from ui.decision_boundary import boundary
from ui.derivation import workings
from ui.figures import inside
from ui.frame.visit import Visit
from ui.initialization import distributions
from ui.report import document, offer, recorder, scripts
from ui.report.recorder import Part
from ui.sidebar import own_data
from ui.sweeps import views


class Context:
    """The script context of a run: what it sends."""

    def __init__(self):
        self.sent = []

    def enqueue(self, message):
        self.sent.append(message)


@pytest.fixture
def page(monkeypatch):
    page = SimpleNamespace(context=Context(), tab=Visit())
    monkeypatch.setattr(recorder, "get_script_run_ctx", lambda: page.context)
    for module in (recorder, offer):
        monkeypatch.setattr(module, "visit", lambda: page.tab)
    return page


def message(words, *path):
    made = ForwardMsg()
    made.delta.new_element.text.body = words
    made.metadata.delta_path[:] = path
    return made


def test_the_run_after_the_click_is_recorded_and_no_other_and_all_that_it_draws_is_sent(page):
    def run(*messages):
        recorder.begin()
        for one in messages:
            page.context.enqueue(one)
        return recorder.end()

    first, second, other = message("first", 0, 1), message("second", 0, 0), ForwardMsg(script_finished=1)
    assert run(first) is None
    recorder.ask()
    page.tab.report_place = "of the run before"
    recorder.begin()
    assert (page.tab.report_due, page.tab.report_place) == (False, None)
    assert run(second) is None, "a run that is begun again is not the one asked for"
    recorder.ask()
    assert run(first, other, second) == [Part("plain", "second"), Part("plain", "first")]
    assert page.tab.recorded is None
    assert page.context.sent == [first, second, first, other, second]
    page.context.enqueue(first)
    assert run(first) is None
    assert len(page.context.sent) == 7


def element(kind, **fields):
    made = Element()
    getattr(made, kind).SetInParent()
    for name, value in fields.items():
        setattr(getattr(made, kind), name, value)
    return made


@pytest.mark.parametrize(
    ("drawn", "part"),
    [
        (element("heading", tag="h1", body="Title"), Part("heading", 1, "Title")),
        (element("heading", tag="h2", body="Section"), Part("heading", 2, "Section")),
        (element("heading", tag="h4", body="Smaller"), Part("heading", 3, "Smaller")),
        (element("markdown", body="Words"), Part("text", "Words")),
        (element("markdown", body="Words", element_type=2), Part("caption", "Words")),
        (element("markdown", body="$$x$$", element_type=4), Part("formula", "$$x$$")),
        (element("alert", body="Look", format=2), Part("alert", "Look", "warning")),
        (element("alert", body="Wrong", format=1), Part("alert", "Wrong", "error")),
        (element("code", code_text="x = 1", language="python"), Part("code", "x = 1")),
        (element("metric", label="loss", body="0.5", delta="-0.1"), Part("plain", "loss: 0.5 -0.1")),
        (element("metric", label="loss", body="0.5"), Part("plain", "loss: 0.5")),
        (element("button", label="Press"), None),
    ],
)
def test_an_element_becomes_its_own_kind_of_part(drawn, part):
    first, last = (element("text", body=words) for words in ("before", "after"))  # else a heading is left out
    parts = recorder.parts({(0, 0): first, (0, 1): drawn, (0, 2): last})
    assert parts[1:-1] == ([part] if part else [])


def test_a_chart_comes_with_its_specification_its_data_and_its_words():
    frame = pd.DataFrame({"x": [1, 2], "y": [0.5, 0.25]})
    drawn = element("vega_lite_chart", spec="{}", alt="A curve")
    drawn.vega_lite_chart.datasets.add(name="rows").data.data = convert_pandas_df_to_arrow_bytes(frame)
    (part,) = recorder.parts({(0, 0): drawn})
    (spec, frames), words = part.content, part.words
    assert (part.kind, spec, words, list(frames)) == ("chart", "{}", "A curve", ["rows"])
    pd.testing.assert_frame_equal(frames["rows"], frame)


def test_a_report_does_not_say_what_can_be_clicked_or_pressed_on_the_page():
    explained = inside.EXPLAINED + inside.CLOSER
    read = distributions.EXPLAINED + distributions.PLAY
    recorded = {
        (0, 0): element("markdown", body=explained, element_type=2),
        (0, 1): element("markdown", body=read, element_type=2),
        (0, 2): element("markdown", body=f"**Median loss by a and b{views.OPEN_CELL}**"),
        (0, 3): element("markdown", body=workings.POINT),
        (0, 4): element("markdown", body=boundary.PLACE),
        (0, 5, 0): element("vega_lite_chart", spec="{}", alt="Lines"),
        (0, 5, 1): element("text", body=f"Every trial{views.OPEN_LINE}."),
        (0, 6, 0): element("vega_lite_chart", spec="{}", alt="The plane"),
        (0, 6, 1): element("text", body=f"It is empty.{own_data.ADD}"),
    }
    *texts, lines, plane = recorder.parts(recorded)
    assert [part.content for part in texts] == [
        explained.partition(" Click")[0],
        read.partition(" Press")[0],
        "**Median loss by a and b**",
    ]
    assert [lines.words, plane.words] == ["Lines. Every trial.", "The plane. It is empty."]
    assert "Click" in explained
    assert "Press" in read


def shown(frame, columns=None, order=()):
    drawn = element("dataframe")
    drawn.dataframe.arrow_data.data = convert_pandas_df_to_arrow_bytes(frame)
    drawn.dataframe.columns = json.dumps(columns) if columns is not None else ""
    drawn.dataframe.column_order.extend(order)
    (part,) = recorder.parts({(0, 0): drawn})
    assert part.kind == "table"
    assert part.content.looks == {}
    return part.content.cells


@pytest.mark.parametrize(
    ("kind", "words"),
    [("Loss by epoch", "Loss by epoch. It falls."), ("Does it fall?", "Does it fall? It falls.")],
)
def test_the_text_below_a_chart_is_among_its_words_and_any_other_is_a_text(kind, words):
    below = {(0, 1, 0): element("vega_lite_chart", spec="{}", alt=kind)}
    below |= {(0, 1, 1): element("text", body="It falls."), (0, 1, 2): element("text", body="More.")}
    chart, more, elsewhere = recorder.parts({**below, (0, 2): element("text", body="Elsewhere.")})
    assert (chart.kind, chart.words) == ("chart", words)
    assert (more, elsewhere) == (Part("plain", "More."), Part("plain", "Elsewhere."))


def test_a_table_is_as_on_the_page_with_its_order_labels_and_index_without_hidden_columns_and_small_charts():
    frame = pd.DataFrame(
        {"a": [1, 2], "b": ["x", "y"], "c": [0.5, 0.25], "curve": [[1.0], [2.0]]},
        index=pd.Index([7, 8], name="k"),
    )
    whole = shown(frame)
    assert (list(whole), whole.index.tolist(), whole.index.name) == (["a", "b", "c"], [7, 8], "k")
    assert whole["b"].tolist() == ["x", "y"], "words are no list"
    columns = {"a": {"label": "first"}, "b": {"hidden": True}, "c": {"label": None}, "_index": None}
    some = shown(frame, columns, ("c", "gone", "b", "a"))
    assert (list(some), some["first"].tolist(), some.index.tolist()) == (["c", "first"], [1, 2], [7, 8])
    without = shown(frame, {"_index": {"hidden": True}, "c": {"hidden": False}})
    assert (list(without), without.index.tolist(), without.index.name) == (["a", "b", "c"], [0, 1], None)


def box(label):
    return SimpleNamespace(WhichOneof=lambda _: "expandable", expandable=SimpleNamespace(label=label))


def test_a_box_without_a_label_is_no_heading_and_what_is_in_forms_and_tabs_is_left_out():
    recorded = {(0, 1): box(""), (0, 1, 0): element("text", body="inside")}
    for number, kind in enumerate(("form", "dialog", "tab_container"), 2):
        recorded[0, number] = SimpleNamespace(WhichOneof=lambda _, kind=kind: kind)
        recorded[0, number, 0] = element("text", body=kind)
    assert recorder.parts(recorded) == [Part("plain", "inside")]


def test_a_named_index_is_the_first_column_and_columns_of_addresses_are_left_out():
    link = "http://lab.example/sweeps?v=2&l2=0.1"
    table = pd.DataFrame({"rate": [0.1, 0.2], "open": [link, link], "n": [3, 4]})
    told = document._table(table.set_index("rate"), {})
    assert told.startswith("<table><thead><tr><th>rate</th><th>n</th></tr></thead>")
    assert "<tr><td>0.1</td><td>3</td></tr><tr><td>0.2</td><td>4</td></tr>" in told
    assert document._table(table[["n"]], {}).startswith("<table><thead><tr><th>n</th></tr></thead>")


def test_rows_are_numbers_words_and_truths_and_other_values_are_texts_of_theirs():
    frame = pd.DataFrame({"when": pd.to_datetime(["2020-01-02"]), "is": [True], "n": [3], "x": [0.5]})
    assert [*document._rows(frame)] == [{"when": "2020-01-02 00:00:00", "is": True, "n": 3, "x": 0.5}]
    with pytest.raises(ValueError, match="not JSON compliant"):
        document._json(float("nan"))


def test_a_report_has_the_drawing_modules_if_they_are_found_and_is_refused_above_its_bytes(monkeypatch):
    about, parts = document.About("http://lab/?a=1", ""), [Part("text", "Words.")]
    monkeypatch.setattr(scripts, "packed", lambda: None)
    bare = document.written(parts, about)
    monkeypatch.setattr(scripts, "packed", lambda: ("cGFja2Vk", {"embed": "e.js"}))
    whole = document.written(parts, about)
    assert b"cGFja2Vk" not in bare
    assert b"cGFja2Vk" in whole
    assert b'{"embed":"e.js"}' in whole
    monkeypatch.setattr(document, "MOST_BYTES", len(whole))
    assert document.written(parts, about) == whole
    monkeypatch.setattr(document, "MOST_BYTES", len(whole) - 1)
    with pytest.raises(document.TooLarge, match=r"MB; allowed: up to [\d.]+ MB\.$"):
        document.written(parts, about)


@pytest.fixture
def modules(tmp_path, monkeypatch):
    """A folder of JavaScript with three entries, two of which import a third file."""
    texts = {
        "embed.1.js": 'import{a}from"./shared.9.js";export{b}from`./own.js`;// π',
        "shared.9.js": "export const a = 1",
        "own.js": "import'./shared.9.js'",
        "vega-interpreter.2.js": 'import{a}from"./shared.9.js"',
        "rehype-katex.3.js": "notimport(1);x.import(2)",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(scripts, "MODULES", tmp_path)
    return tmp_path, texts


def test_the_modules_are_packed_with_what_they_import_before_them(modules):
    _, texts = modules
    packed, entries = scripts.packed.__wrapped__()
    sources = json.loads(gzip.decompress(base64.b64decode(packed)).decode())
    assert sources == texts
    assert list(sources) == [
        *("shared.9.js", "own.js", "embed.1.js", "vega-interpreter.2.js", "rehype-katex.3.js"),
    ]
    assert entries == {
        "embed": "embed.1.js", "interpreter": "vega-interpreter.2.js", "katex": "rehype-katex.3.js"
    }  # fmt: skip
    assert scripts.packed.__wrapped__()[0] == packed, "the same bytes each time"


@pytest.mark.parametrize(
    "text", ["import.meta.url", "x = import('./y.js')", 'import{a}from"./gone.js"', None]
)
def test_modules_that_load_more_or_are_missing_are_not_packed(modules, text):
    path = modules[0] / "own.js"
    if text is None:
        (modules[0] / "embed.2.js").write_text("")  # which of the two is it?
    else:
        path.write_text(text)
    assert scripts.packed.__wrapped__() is None


@pytest.fixture
def buttons(page, monkeypatch):
    """What is drawn below the page's buttons, [(kind, what)]."""
    drawn = []
    monkeypatch.setattr(offer.st, "button", lambda label, on_click, **_: drawn.append((label, on_click)))
    monkeypatch.setattr(offer.st, "container", contextlib.nullcontext)
    monkeypatch.setattr(offer.st, "download_button", lambda *args, **_: drawn.append(args[:3]))
    monkeypatch.setattr(offer.st, "warning", lambda text, **_: drawn.append(("warning", text)))
    monkeypatch.setattr(offer.st, "caption", lambda text: drawn.append(("caption", text)))
    return drawn


@pytest.mark.parametrize(
    ("fingerprint", "about"),
    [
        (None, document.About("http://lab/?v=2", "")),
        (SimpleNamespace(text=lambda: "abc"), document.About("http://lab/?v=2&fingerprint=abc", "abc")),
    ],
)
def test_a_report_is_about_the_link_with_its_fingerprint_and_is_offered_where_it_was_asked_for(
    page, buttons, monkeypatch, fingerprint, about
):
    recorder.begin()
    offer.draw("http://lab/?v=2", fingerprint)
    offer.finish()
    assert buttons == [("Report (.html)", recorder.ask)]
    buttons.clear()
    recorder.ask()
    recorder.begin()
    page.context.enqueue(message("Words", 0, 0))
    offer.finish()
    assert buttons == [], "a page without the button"
    asked = []
    monkeypatch.setattr(document, "written", lambda *args: asked.append(args) or b"x" * 1_250_000)
    recorder.ask()
    recorder.begin()
    offer.draw("http://lab/?v=2", fingerprint)
    page.context.enqueue(message("Words", 0, 0))
    offer.finish()
    assert asked == [([Part("plain", "Words")], about)]
    assert buttons[1:] == [
        ("Save the report (.html)", b"x" * 1_250_000, "backprop-lab-report.html"),
        ("caption", "1.2 MB. It shows the page as it is now, and loads nothing from the network."),
    ]


def test_a_report_that_is_too_large_is_not_offered_but_says_so(page, buttons, monkeypatch):
    def refuse(*_):
        raise document.TooLarge("It is too large.")

    monkeypatch.setattr(document, "written", refuse)
    recorder.ask()
    recorder.begin()
    offer.draw("http://lab/", None)
    offer.finish()
    assert buttons[1:] == [("warning", "It is too large.")]


def test_the_installed_streamlit_has_the_modules_that_a_report_needs():
    _, entries = scripts.packed()
    assert sorted(entries) == ["embed", "interpreter", "katex"]
