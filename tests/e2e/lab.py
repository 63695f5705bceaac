"""A server, and what a visitor sees and does there, for the browser tests."""

import contextlib
import pathlib
import socket
import subprocess
import sys
import time
import urllib.request
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect

ROOT = pathlib.Path(__file__).parents[2]
PATH = "/decision_boundary"
CHART = "[data-testid=stVegaLiteChart]"


@contextlib.contextmanager
def serving():
    """The app on a free port of the loopback interface; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "streamlit_app.py")]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1", "--server.headless", "true"]
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
    """Wait until the script has run and the charts are drawn."""
    page.wait_for_selector(f"{CHART} canvas, {CHART} svg.marks")
    expect(page.locator("[data-test-script-state=running]")).to_have_count(0)
    page.wait_for_timeout(400)


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


def text(page):
    return page.locator("[data-testid=stMain]").inner_text()
