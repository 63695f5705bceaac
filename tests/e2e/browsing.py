"""A server, and what a visitor sees and does there, for the browser tests."""

import base64
import contextlib
import io
import pathlib
import socket
import subprocess
import sys
import time
import urllib.request
from urllib.parse import parse_qs, urlsplit

import numpy as np
from PIL import Image

ROOT = pathlib.Path(__file__).parents[2]
PATH = "/decision_boundary"
CHART = "[data-testid=stVegaLiteChart]"
IDLE = "[data-test-script-state=notRunning]"
SMALL = "n_samples=120&epochs=3&seeds=2&hidden_layer_sizes=4"  # where no more is needed
ROUNDED, STRAY = 8, 0.05  # of 255; of a picture's places
QUIET = 300  # milliseconds without a change
SETTLED = """([chart, quiet]) => {
    if (!window.changed) {
        const note = seen => {
            window.changed = performance.now();
            window.last = seen;
        };
        new MutationObserver(note).observe(document, {
            subtree: true, childList: true, attributes: true, characterData: true,
        });
        note();
    }
    const charts = [...document.querySelectorAll(chart)];
    const app = document.querySelector("[data-testid=stApp]");
    const missing = [];
    if (!app || app.dataset.testScriptState !== "notRunning")
        missing.push(`script ${app?.dataset.testScriptState}, ${app?.dataset.testConnectionState}`);
    if (document.querySelector("[data-stale=true]")) missing.push("something stale");
    if (document.querySelector("[data-testid=stSkeleton]")) missing.push("an element's own script");
    if (!charts.length) missing.push("no chart");
    if (!charts.every(one => one.querySelector("canvas, svg.marks"))) missing.push("a chart not drawn");
    if (performance.now() - window.changed <= quiet) missing.push("changes");
    window.missing = missing;
    return !missing.length;
}"""

LATE = """() => [window.missing, (window.last || []).slice(-5).map(
    one => (one.target.outerHTML || one.target.data || "").slice(0, 200)
)]"""


@contextlib.contextmanager
def serving(script="streamlit_app.py"):
    """The app, or another script, on a free port of the loopback interface; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / script)]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1", "--server.headless", "true"]
    command += ["--server.fileWatcherType", "none"]  # a file that is edited meanwhile changes nothing
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(300):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).close()
                break
            time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def settled(page):
    """Wait until the script has run, every chart is drawn, and nothing on the page changes any more."""
    from playwright.sync_api import TimeoutError

    try:
        page.wait_for_function(SETTLED, arg=[CHART, QUIET], polling=100)
    except TimeoutError as late:
        late.add_note(f"{page.evaluate(LATE)} at {page.url}:\n{page.inner_text('body')[:2000]}")
        raise


def eventually(page, look, wanted, tries=200):
    """Look until what is seen is wanted, or for a long time; returns what was seen last."""
    for _ in range(tries):
        seen = look(page)
        if wanted(seen):
            break
        page.wait_for_timeout(150)
    return seen


def forget(page):
    """Leave the app and clear its storage, so that the next test is another visitor."""
    page.context.clear_cookies()
    page.evaluate("window.origin === 'null' || [localStorage, sessionStorage].forEach(one => one.clear())")
    page.goto("about:blank")


def visit(page, url):
    page.goto(url)
    settled(page)


def query(page):
    """The query parameters in the address bar, a string each."""
    search = urlsplit(page.evaluate("location.href")).query
    return {key: values[-1] for key, values in parse_qs(search).items()}


def map_chart(page):
    return page.locator(f"{CHART}").first


def map_pixels(page):
    """The map's canvas as a PNG data address."""
    return map_chart(page).locator("canvas").first.evaluate("canvas => canvas.toDataURL()")


BELOW = "xpath=ancestor::*[@data-testid='stElementContainer'][1]/following-sibling::*[1]"
SAYS = """charts => charts.map(chart => {
    const kind = chart.getAttribute("aria-label");
    const below = chart.closest("[data-testid=stElementContainer]").nextElementSibling;
    const text = below?.querySelector("[data-testid=stText]");  // it may not be there yet
    return `${kind}${/[.?!]$/.test(kind) ? "" : "."} ${text?.textContent ?? ""}`;
})"""


def said(page):
    """What each chart says to who cannot see it: its kind, and its finding, which is a text below it."""
    return page.locator(CHART).evaluate_all(SAYS)


def finding(chart):
    """The text below a chart, which screen readers alone see."""
    return chart.locator(BELOW).get_by_test_id("stText")


def chart_that_finds(page, words):
    """The charts with these words in their findings."""
    below = f"[following-sibling::*[1]//*[@data-testid='stText'][contains(., {words!r})]]"
    return page.locator(f"xpath=//*[@data-testid='stElementContainer']{below}").locator(CHART)


def fits(page):
    """Whether nothing sticks out of the page sideways."""
    main = page.locator("[data-testid=stMain]")
    return main.evaluate("main => main.scrollWidth <= main.clientWidth")


BACKGROUND = "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
IN_DARK = f"() => {BACKGROUND}.match(/[0-9]+/g).every(one => one < 64)"
FOCUSED = """() => {
    let one = document.activeElement;
    while (one.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
    return one;
}"""
COVERED_BY = """one => {
    const {x, y, width, height} = one.getBoundingClientRect();
    const seen = one.getRootNode().elementFromPoint(x + width / 2, y + height / 2);
    const own = one.closest("label") ?? one; // Streamlit draws over the box of a choice
    if (!seen) return "the edge of the page";
    return own.contains(seen) || seen.contains(own) ? "" : seen.outerHTML.slice(0, 200);
}"""


def has_focus(wanted, element):
    """Whether this element, or the one that has taken its place, has the focus; and the element.

    To look it up by its role and name after each key takes longer than the key.
    """
    if not element.evaluate("one => one.isConnected"):
        element = wanted.element_handle()
    return element.evaluate("one => one === one.getRootNode().activeElement"), element  # also in a component


def tab_to(page, wanted, most=90, key="Tab"):
    """Press a key until it has the focus, which is in sight and not covered."""
    element = wanted.element_handle()
    for _ in range(most):
        page.keyboard.press(key)
        focused, element = has_focus(wanted, element)
        if focused:
            covered = eventually(page, lambda _: wanted.evaluate(COVERED_BY), lambda seen: not seen)
            assert not covered, f"{wanted} has the focus below {covered}"
            return
    focused = page.evaluate_handle(FOCUSED).evaluate("one => one.outerHTML.slice(0, 300)")
    raise AssertionError(f"{most} times {key} do not lead to {wanted} but to {focused}")


def text(page):
    return page.locator("[data-testid=stMain]").inner_text()


def another_map(page, before):
    """Wait for a map that differs from the one before, and for its end; its picture."""
    eventually(page, map_pixels, lambda pixels: pixels != before)
    return map_at_rest(page)


def map_at_rest(page):
    """The map's picture once three readings agree: a decoded image is drawn later, and changes no element."""
    settled(page)
    seen = []

    def stays(pixels):
        seen.append(pixels)
        return len(seen) > 2 and len(set(seen[-3:])) == 1

    return eventually(page, map_pixels, stays)


def assert_map_is(page, pixels):
    """Wait until the map is this picture, as `alike` compares them."""
    assert eventually(page, lambda _: alike(map_pixels(page), pixels), bool)


def alike(one, other):
    """Whether two PNG data addresses have one size, within 2 pixels, and but for STRAY the same colours.

    A chart whose data came later may be laid out a pixel taller than one drawn at once, which moves marks:
    3% of a map's places change. Another seed, epoch or noise changes 8% and more.
    """
    texts = (url.partition(",")[2] for url in (one, other))
    first, second = (np.asarray(Image.open(io.BytesIO(base64.b64decode(text))), "int16") for text in texts)
    if np.abs(np.subtract(first.shape, second.shape)).max() > 2:  # pixels of width or height
        return False
    height, width = np.minimum(first.shape, second.shape)[:2] - 2
    middle = first[1 : height + 1, 1 : width + 1]
    places = [(y, x) for y in (1, 0, 2) for x in (1, 0, 2)]  # moved by a pixel at most
    moved = (second[y : y + height, x : x + width] for y, x in places)
    return any((abs(middle - one).max(axis=-1) > ROUNDED).mean() <= STRAY for one in moved)
