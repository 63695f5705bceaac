"""Three elements in frames of a page of another origin: each lives by itself, and none scrolls."""

import contextlib
import functools
import http.server
import threading

import pytest
from browsing import CHART, SETTLED, eventually, said, settled, visit
from playwright.sync_api import expect

from lab.exports import frames

ELEMENTS = {"map": ("noise",), "curves": ("learning_rate",), "quiz": ()}
SMALL = "n_samples=120&epochs=6&seeds=2&hidden_layer_sizes=4"
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>A course page</title>
<meta name="viewport" content="width=device-width"><body style="max-width: 1000px; margin: 1rem auto">
<script>told = []; addEventListener("message", event => told.push(event.data))</script>{}</body></html>"""
SCROLLS = "main => main.scrollHeight > main.clientHeight || main.scrollWidth > main.clientWidth"


@pytest.fixture
def course(address, tmp_path):
    """The address of a page on another port, another origin, that embeds three elements."""
    html = []
    for name, controls in ELEMENTS.items():
        link = f"{address}/decision_boundary?{SMALL}" if name != "quiz" else ""
        source = frames.address(address, name, frames.query(link, name, controls))
        html.append(frames.frame(source, name, "100%", 300).replace(' loading="lazy"', ""))
    (tmp_path / "index.html").write_text(PAGE.format("".join([*html, frames.LISTENER])), encoding="utf-8")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=tmp_path)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/index.html"
        server.shutdown()


@pytest.mark.slow
def test_three_elements_live_apart_by_keyboard_and_none_scrolls(page, course):
    page.goto(course)
    shown = {name: page.frame_locator(f"iframe >> nth={number}") for number, name in enumerate(ELEMENTS)}
    elements = page.query_selector_all("iframe")
    inside = [element.content_frame() for element in elements]

    def drawn(number):
        elements[number].scroll_into_view_if_needed()  # Chromium lays out no frame that is out of sight
        seen = eventually(page, lambda _: inside[number].evaluate(SETTLED, [CHART, 300]), bool)
        assert seen, inside[number].evaluate("[window.missing, document.body.innerText]")

    def scrolls(number):
        elements[number].scroll_into_view_if_needed()
        return inside[number].locator("[data-testid=stMain]").evaluate(SCROLLS)

    for number in range(len(inside)):
        drawn(number)
    for width in (390, 1400):
        page.set_viewport_size({"width": width, "height": 1000})
        for number in range(len(inside)):
            assert not eventually(page, lambda _, n=number: scrolls(n), lambda seen: not seen)
    before = [said(frame) for frame in inside]

    slider = shown["curves"].get_by_role("slider", name="Learning rate η")
    slider.focus()
    slider.press("ArrowLeft")
    moved = eventually(page, lambda _: said(inside[1]), lambda seen: seen != before[1])
    assert len(moved) == len(before[1])
    drawn(1)
    assert [said(inside[0]), said(inside[2])] == [before[0], before[2]]

    timeline = shown["map"].get_by_role("slider", name="Epoch")
    timeline.focus()
    timeline.press("Home")
    expect(timeline).to_have_attribute("aria-valuetext", "epoch 0")
    lab = shown["curves"].get_by_role("link", name="Open in the lab")
    assert "learning_rate=0.0" in lab.get_attribute("href"), "the experiment as it is now"

    answer = shown["quiz"].get_by_role("radio", name="(2, 3)")
    answer.focus()
    answer.press("Space")
    shown["quiz"].get_by_role("button", name="Check").press("Enter")
    expect(shown["quiz"].get_by_test_id("stAlert")).to_be_visible()
    # Streamlit's own messages have stCommVersion, or are text; ours hold a number and nothing else
    told = [one for one in page.evaluate("told") if not isinstance(one, str) and "stCommVersion" not in one]
    assert told
    assert all(one == {"subject": frames.SUBJECT, "height": int(one["height"])} for one in told)


@pytest.mark.slow
def test_a_saved_report_draws_its_charts_and_formulas_without_a_network(page, address, browser, tmp_path):
    visit(page, f"{address}/derivation?predict=false")
    page.get_by_role("button", name="Share").click()
    settled(page)  # a press while the page runs may be lost
    page.get_by_role("button", name="Report (.html)").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the report (.html)").click()
    saved.value.save_as(tmp_path / "report.html")
    context = browser.new_context(offline=True)
    with contextlib.closing(context.new_page()) as report:
        asked = []
        report.on("request", lambda request: asked.append(request.url))
        report.goto((tmp_path / "report.html").as_uri())
        report.wait_for_selector("body[data-drawn]")
        assert report.locator("body").get_attribute("data-problem") is None
        n_charts = report.locator("[data-chart]").count()
        assert report.locator("[data-chart] svg.marks").count() == n_charts >= 1
        assert report.locator("math").count() == report.locator(".math").count() > 10
        assert {url.partition(":")[0] for url in asked} <= {"file", "blob", "data"}
        assert report.pdf().startswith(b"%PDF")
    context.close()
